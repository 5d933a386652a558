//! Recalls over HTTP: the API, what a consumer reads, forms, tasks and evidence.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::house::{Answer, Firm, House, Printed, bearer, form_post, get, text};

async fn send(house: &House, key: &str, (method, path): (&str, &str), body: &Value) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", bearer(key))
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()));
    house.send(request.expect("a request")).await
}

async fn read(house: &House, key: &str, path: &str) -> Value {
    let answer = house.ask(get(path).header("authorization", bearer(key))).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).expect("JSON")
}

/// A producer with a lot of four items.
async fn furnished(house: &House) -> (Firm, Vec<Printed>, String) {
    let firm = house.firm(1, Some("6901234567892")).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 4 });
    let (batch_id, printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch_id).await;
    let lots = read(house, &firm.key, "/api/v1/lots").await;
    let lot_id = text(&lots["items"][0], "lot_id");
    (firm, printed, lot_id)
}

fn order(lot_id: &str) -> Value {
    json!({
        "thing": lot_id,
        "level": 1,
        "reason": "封口不严 <1>",
        "instruction": { "zh-CN": "停止食用", "en": "Do not eat it" },
        "client_token": "order-1",
    })
}

#[tokio::test]
async fn from_the_preview_to_the_end() {
    let house = House::new().await;
    let (firm, printed, lot_id) = furnished(&house).await;
    let asked = json!({ "thing": lot_id });
    let path = ("POST", "/api/v1/recalls/preview");
    let preview = send(&house, &firm.key, path, &asked).await;
    let preview: Value = serde_json::from_str(&preview.body).expect("JSON");
    assert_eq!((&preview["total"]["n_items"], &preview["n_holders"]), (&json!(4), &json!(1)));
    let mut new = order(&lot_id);
    new["root_hash"] = preview["root_hash"].clone();
    let made = house.post("/api/v1/recalls", &firm.key, &new).await;
    let again = house.post("/api/v1/recalls", &firm.key, &new).await;
    assert_eq!(made, again);
    let id = text(&made, "recall_id");
    // Consumers read it first, in their language, and nothing that was typed becomes markup.
    let code = format!("/c/{}", printed[0].code);
    for (language, title, told) in [
        ("zh-CN", "已召回，请停止使用", "停止食用"),
        ("ko", "회수 대상입니다. 사용을 중단하세요", "停止食用"),
        ("en", "Recalled: stop using it", "Do not eat it"),
    ] {
        for path in [&code, &format!("/01/06901234567892/21/{}", printed[1].code)] {
            let page = get(path).header("accept-language", language).header("accept", "text/html");
            let page = house.ask(page).await;
            assert!(page.body.contains(title) && page.body.contains(told), "{}", page.body);
            assert!(!page.body.contains("<1>") && !page.body.contains("name=\"pin\""));
        }
    }
    let verdict = house.ask(get(&code).header("accept", "application/json")).await;
    let verdict: Value = serde_json::from_str(&verdict.body).expect("JSON");
    assert_eq!((&verdict["state"], &verdict["recall"]["level"]), (&json!("recalled"), &json!(1)));
    // The maker has the goods itself: its task, its report, its evidence.
    let tasks = read(&house, &firm.key, "/api/v1/tasks").await;
    let task = format!("/api/v1/tasks/{}", text(&tasks["items"][0], "task_id"));
    let report = json!({ "n_quarantined": 3 });
    let refused = send(&house, &firm.key, ("PUT", &format!("{task}/report")), &report).await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    let report = json!({ "n_quarantined": 4 });
    let taken = send(&house, &firm.key, ("PUT", &format!("{task}/report")), &report).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    let upload = |media_type: &str, body: &'static [u8]| {
        Request::post(format!("{task}/files?name=receipt"))
            .header("authorization", bearer(&firm.key))
            .header("content-type", media_type)
            .body(Body::from(body))
            .expect("a request")
    };
    assert_eq!(house.send(upload("text/html", b"<p>")).await.status, 415);
    assert_eq!(house.send(upload("application/pdf", b"<p>")).await.status, 400);
    assert_eq!(house.send(upload("application/pdf", b"%PDF-1.7")).await.status, 201);
    let file = get(&format!("{task}/files/1")).header("authorization", bearer(&firm.key));
    let file = house.ask(file).await;
    assert_eq!((&file.body[..], file.header("content-disposition")), ("%PDF-1.7", "attachment"));
    let goods = read(&house, &firm.key, &format!("{task}/goods")).await;
    assert_eq!(goods["items"][0]["n_ids"], 4);
    let close = json!({ "conclusion": "all is back" });
    let path = format!("/api/v1/recalls/{id}/close");
    let closed = send(&house, &firm.key, ("POST", &path), &close).await;
    let closed: Value = serde_json::from_str(&closed.body).expect("JSON");
    assert_eq!((&closed["coverage"], &closed["n_reported"]), (&json!(1.0), &json!(1)));
    let listed = read(&house, &firm.key, "/api/v1/recalls").await;
    assert_eq!(listed["items"][0]["state"], "closed");
    // Another enterprise sees nothing of it.
    let other = house.firm(2, None).await;
    for path in [format!("/api/v1/recalls/{id}"), task, format!("/api/v1/recalls/{id}/progress")] {
        let answer = house.ask(get(&path).header("authorization", bearer(&other.key))).await;
        assert_eq!(answer.status, 404, "{path}");
    }
}

#[tokio::test]
async fn what_was_closed_and_was_a_mistake_is_withdrawn() {
    let house = House::new().await;
    let (firm, printed, lot_id) = furnished(&house).await;
    let id = text(&house.post("/api/v1/recalls", &firm.key, &order(&lot_id)).await, "recall_id");
    let end = async |verb: &str, body: &Value| {
        let path = format!("/api/v1/recalls/{id}/{verb}");
        let answer = send(&house, &firm.key, ("POST", &path), body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        serde_json::from_str::<Value>(&answer.body).expect("JSON")
    };
    end("close", &json!({ "conclusion": "all is back" })).await;
    let cookie = house.sign_in(&firm.key).await;
    let console = async || {
        let page = get(&format!("/console/recalls/{id}")).header("cookie", &cookie);
        house.ask(page.header("accept", "text/html")).await.body
    };
    let page = console().await;
    assert!(page.contains(&format!("/console/recalls/{id}/withdraw")), "{page}");
    assert!(!page.contains(&format!("/console/recalls/{id}/close")), "{page}");
    let withdrawn = end("withdraw", &json!({ "reason": "the wrong lot <2>" })).await;
    assert_eq!(withdrawn["state"], "withdrawn");
    assert_eq!(withdrawn["closing"]["conclusion"], "all is back");
    assert_eq!(withdrawn["withdrawal"]["reason"], "the wrong lot <2>");
    let page = console().await;
    assert!(page.contains("the wrong lot") && !page.contains("<2>"), "{page}");
    assert!(!page.contains(&format!("/console/recalls/{id}/withdraw")), "{page}");
    let report = read(&house, &firm.key, &format!("/api/v1/recalls/{id}/report")).await;
    assert_eq!(report["recall"]["withdrawal"]["reason"], "the wrong lot <2>");
    let code = get(&format!("/c/{}", printed[0].code)).header("accept", "application/json");
    let verdict: Value = serde_json::from_str(&house.ask(code).await.body).expect("JSON");
    assert!(verdict["state"] != "recalled" && verdict["recall"].is_null(), "{verdict}");
}

#[tokio::test]
async fn a_recall_is_ordered_reported_and_closed_with_forms_alone() {
    let house = House::new().await;
    let (firm, _, lot_id) = furnished(&house).await;
    let cookie = house.sign_in(&firm.key).await;
    let page = async |path: &str| {
        let request = get(path).header("cookie", &cookie).header("accept", "text/html");
        house.ask(request.header("accept-language", "en")).await
    };
    let post = async |path: &str, form: &str| {
        let mut request = form_post(path, "t.example", form);
        request.headers_mut().insert("cookie", cookie.parse().expect("a cookie"));
        request.headers_mut().insert("accept", "text/html".parse().expect("a type"));
        house.send(request).await
    };
    let empty = page("/console/recalls").await.body;
    assert!(empty.contains("There are no recalls or drills yet."));
    assert_eq!(page("/console/recalls/preview?thing=nonsense").await.status, 400);
    assert_eq!(page("/console/recalls/preview").await.status, 400);
    let preview = page(&format!("/console/recalls/preview?thing={lot_id}")).await.body;
    let hash = preview.split_once("name=\"root_hash\"").map_or("", |(_, rest)| rest);
    let hash = hash.split_once("value=\"").and_then(|(_, rest)| rest.get(..64)).expect("a hash");
    let form = |confirm: u32| {
        format!(
            "thing={lot_id}&root_hash={hash}&client_token=t&kind=recall&level=2&reason=leaking\
             &en=Bring+it+back&confirm={confirm}"
        )
    };
    let refused = post("/console/recalls", &form(3)).await;
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("leaking"), "what was typed stays");
    let made = post("/console/recalls", &form(4)).await;
    assert_eq!(made.status, 303, "{}", made.body);
    let recall = made.header("location").to_owned();
    assert!(page(&recall).await.body.contains("Bring it back"));
    assert!(page(&format!("{recall}/report")).await.body.contains("leaking"));
    let tasks = page("/console/tasks").await.body;
    let task = tasks.split_once("/console/tasks/t").map_or("", |(_, rest)| rest);
    let task = format!("/console/tasks/t{}", &task[..13]);
    assert_eq!(post(&format!("{task}/acknowledge"), "").await.status, 303);
    let report = format!("{task}/report");
    assert_eq!(post(&report, "n_quarantined=1").await.status, 400);
    assert_eq!(post(&report, "n_quarantined=1&explanation=lost").await.status, 303);
    assert_eq!(page(&task).await.status, 200);
    assert_eq!(post("/console/recalls/schedule", "every_months=99").await.status, 400);
    assert_eq!(post("/console/recalls/schedule", "every_months=6").await.status, 303);
    assert_eq!(post(&format!("{recall}/close"), "conclusion=").await.status, 400);
    assert_eq!(post(&format!("{recall}/close"), "conclusion=done").await.status, 303);
    assert!(page("/console/recalls").await.body.contains("Closed"));
}

/// An event of a transformation by somebody.
async fn made(house: &House, key: &str, input: &str, output: &str) {
    let epc = |code: &str| format!("https://id.gs1.org/01/06901234567892/21/{code}");
    let document = json!({
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-11-21T00:00:00Z",
        "epcisBody": {"eventList": [{
            "type": "TransformationEvent", "eventTime": "2026-11-22T00:00:00Z",
            "eventTimeZoneOffset": "+08:00", "bizStep": "creating_class_instance",
            "inputEPCList": [epc(input)], "outputEPCList": [epc(output)]}]}
    });
    let sent = send(house, key, ("POST", "/epcis/capture"), &document).await;
    assert_eq!(sent.status, 202, "{}", sent.body);
}

#[tokio::test]
async fn what_strangers_tell_of_is_decided_by_the_owner() {
    let house = House::new().await;
    let (firm, printed, lot_id) = furnished(&house).await;
    let new_batch = json!({ "product_id": firm.product_id, "n_codes": 2 });
    let (_, new) = house.batch(&firm.key, new_batch).await;
    let id = text(&house.post("/api/v1/recalls", &firm.key, &order(&lot_id)).await, "recall_id");
    let recall = read(&house, &firm.key, &format!("/api/v1/recalls/{id}")).await;
    assert_eq!(recall["not_located"], Value::Null);
    let stranger = house.firm(2, None).await;
    made(&house, &stranger.key, &printed[0].code, &new[0].code).await;
    house.service.follow_recalls().await.expect("a look");
    let alerts = format!("/api/v1/recalls/{id}/alerts");
    let listed = read(&house, &firm.key, &alerts).await;
    let asked: Vec<&Value> = listed["items"].as_array().expect("a list").iter().collect();
    let asked: Vec<_> = asked.into_iter().filter(|it| it["decision"] == "asked").collect();
    let [alert] = asked[..] else { panic!("{listed}") };
    assert_eq!(alert["kind"], "new_goods");
    assert_eq!(alert["reporter"]["name"], listed["items"][0]["holder"]["name"]);
    let progress = read(&house, &firm.key, &format!("/api/v1/recalls/{id}/progress")).await;
    assert_eq!((&progress["n_undecided"], &progress["n_all"]), (&json!(1), &json!(4)));
    let state = async || {
        let scanned = get(&format!("/c/{}", new[0].code)).header("accept", "application/json");
        let verdict: Value = serde_json::from_str(&house.ask(scanned).await.body).expect("JSON");
        text(&verdict, "state")
    };
    assert_eq!(state().await, "not-commissioned");
    let alert = format!("{alerts}/{}", alert["alert_no"]);
    for (key, verb, status) in
        [(&stranger.key, "accept", 404), (&firm.key, "accept", 204), (&firm.key, "accept", 204)]
    {
        let answer = send(&house, key, ("POST", &format!("{alert}/{verb}")), &json!({})).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    assert_eq!(state().await, "recalled");
    // The console does the same without JavaScript.
    let cookie = house.sign_in(&firm.key).await;
    let page = get(&format!("/console/recalls/{id}")).header("cookie", &cookie);
    let page = house.ask(page.header("accept", "text/html").header("accept-language", "en")).await;
    assert!(page.body.contains("Told by strangers, accepted"), "{}", page.body);
    let dismiss = alert.replace("/api/v1/", "/console/") + "/dismiss";
    assert!(page.body.contains(&dismiss));
    let mut request = form_post(&dismiss, "t.example", "");
    request.headers_mut().insert("cookie", cookie.parse().expect("a cookie"));
    assert_eq!(house.send(request).await.status, 303);
    assert_eq!(state().await, "not-commissioned");
    let nothing =
        send(&house, &firm.key, ("POST", &format!("{alerts}/1/accept")), &json!({})).await;
    assert_eq!(nothing.status, 409);
}

#[tokio::test]
async fn the_link_of_a_lot_tells_of_its_recall() {
    let house = House::new().await;
    let (firm, _, lot_id) = furnished(&house).await;
    house.post("/api/v1/recalls", &firm.key, &order(&lot_id)).await;
    let page = async |lot: &str| {
        let link = get(&format!("/01/06901234567892/10/{lot}")).header("accept", "text/html");
        house.ask(link.header("accept-language", "en")).await.body
    };
    let lot = read(&house, &firm.key, &format!("/api/v1/lots/{lot_id}")).await;
    let lot = page(&text(&lot, "lot_number")).await;
    assert!(
        lot.contains("Goods of this lot are recalled") && lot.contains("Do not eat it"),
        "{lot}"
    );
    assert!(!page("NONE").await.contains("recalled"));
}
