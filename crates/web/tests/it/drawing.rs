//! The drawing of a trace folds what has no room, counts it, and opens it by links alone.

use serde_json::{Value, json};

use crate::house::{House, bearer, get};

const ITEM: &str = "urn:epc:id:sgtin:0614141.107346.7";
const N_CARRIERS: usize = 14;

fn event(minute: usize, mut event: Value) -> Value {
    event["eventTime"] = json!(format!("2026-11-20T06:{minute:02}:00Z"));
    event["eventTimeZoneOffset"] = json!("+00:00");
    event
}

async fn capture(house: &House, key: &str, events: Vec<Value>) {
    let document = json!({
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-11-21T00:00:00Z",
        "epcisBody": {"eventList": events}
    });
    let request = axum::http::Request::post("/epcis/capture")
        .header("authorization", bearer(key))
        .header("content-type", "application/json")
        .body(document.to_string().into());
    let answer = house.send(request.expect("a request")).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
}

/// Three lots are inspected and made into one item, which fourteen carriers ship.
async fn carried() -> House {
    let house = House::new().await;
    let lot = |n: usize| format!("urn:epc:class:lgtin:0614141.107346.M{n}");
    let inspected = (0..3).map(|n| {
        let object = json!({ "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "inspecting",
            "quantityList": [{ "epcClass": lot(n), "quantity": 1, "uom": "KGM" }] });
        event(n, object)
    });
    let inputs: Vec<Value> =
        (0..3).map(|n| json!({"epcClass": lot(n), "quantity": 1, "uom": "KGM"})).collect();
    let making = json!({ "type": "TransformationEvent", "bizStep": "creating_class_instance",
        "inputQuantityList": inputs, "outputEPCList": [ITEM] });
    let first = house.firm(0, None).await.key;
    capture(&house, &first, inspected.chain([event(10, making)]).collect()).await;
    for n in 1..=N_CARRIERS {
        let key = house.firm(n as u32, None).await.key;
        let shipping = json!({ "type": "ObjectEvent", "action": "OBSERVE",
            "bizStep": "shipping", "epcList": [ITEM] });
        capture(&house, &key, vec![event(10 + n, shipping)]).await;
    }
    house
}

/// The drawing on the page at an address, as an operator sees it.
async fn drawn(house: &House, cookie: &str, address: &str) -> String {
    let request = get(address).header("cookie", cookie).header("accept-language", "en");
    let answer = house.ask(request).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let (_, rest) = answer.body.split_once("<svg class=\"way\"").expect("a drawing");
    rest.split_once("</svg>").expect("its end").0.to_owned()
}

/// Addresses of the links and whether they are open.
fn links(svg: &str) -> Vec<(String, bool)> {
    let links = svg.split("<a href=\"").skip(1).map(|rest| {
        let (href, rest) = rest.split_once('"').expect("the end of an address");
        let is_open = rest.starts_with(" aria-expanded=\"true\"");
        assert!(is_open || rest.starts_with(" aria-expanded=\"false\""), "{rest}");
        (href.replace("&amp;", "&"), is_open)
    });
    links.collect()
}

/// How many events the boxes hold together.
fn n_events(svg: &str) -> usize {
    let counts = svg.split('>').filter_map(|text| text.split_once(" × ")?.0.parse::<usize>().ok());
    counts.sum()
}

fn n_boxes(svg: &str) -> usize {
    svg.matches("<rect").count()
}

#[tokio::test]
async fn boxes_open_and_close_by_links_and_lose_no_event() {
    let house = carried().await;
    let cookie = house.sign_in(&house.operator).await;
    let folded = drawn(&house, &cookie, &format!("/operator?epc={ITEM}")).await;
    assert!(folded.contains("role=\"group\""), "{folded}");
    assert_eq!(n_boxes(&folded), 3, "{folded}");
    assert_eq!(n_events(&folded), N_CARRIERS + 4);
    assert!(folded.contains(">+ 14 organisations</text>"), "{folded}");
    assert!(folded.contains(">14 × "), "{folded}");
    let closed = links(&folded);
    assert_eq!(closed.len(), 2, "the lots of the maker, and the carriers: {closed:?}");
    assert!(closed.iter().all(|(_, is_open)| !is_open));

    let lots = drawn(&house, &cookie, &closed[0].0).await;
    assert_eq!(n_boxes(&lots), 3 + 3, "{lots}");
    assert_eq!(n_events(&lots), N_CARRIERS + 4);
    assert!(lots.contains("/10/M2</text>"), "{lots}");

    // Both are open, one after the other.
    let both = links(&lots).into_iter().find(|(_, is_open)| !is_open).expect("a closed one");
    let both = drawn(&house, &cookie, &both.0).await;
    assert_eq!(n_boxes(&both), 3 + 3 + N_CARRIERS, "{both}");
    assert_eq!(n_events(&both), N_CARRIERS + 4);
    let open: Vec<_> = links(&both).into_iter().filter(|(_, is_open)| *is_open).collect();
    assert_eq!(open.len(), 2);

    // Closing one leaves the other.
    let one = drawn(&house, &cookie, &open[0].0).await;
    assert_eq!(n_boxes(&one), 3 + N_CARRIERS, "{one}");
    assert_eq!(links(&one).iter().filter(|(_, is_open)| *is_open).count(), 1);
}

#[tokio::test]
async fn what_is_no_box_opens_nothing_and_is_not_repeated() {
    let house = carried().await;
    let cookie = house.sign_in(&house.operator).await;
    let many = "x,".repeat(200);
    for open in ["%22%3E%3Cscript%3E", "channel", "logistics-00000000", many.as_str()] {
        let address = format!("/operator?epc={ITEM}&open={open}");
        let svg = drawn(&house, &cookie, &address).await;
        assert_eq!(n_boxes(&svg), 3, "{svg}");
        assert!(!svg.contains("script"), "{svg}");
        assert!(links(&svg).iter().all(|(href, _)| href.len() < 400), "{svg}");
    }
}
