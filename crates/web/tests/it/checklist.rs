//! What the checklist of the EPCIS REST binding asks of single answers: addresses, spellings,
//! limits, tokens, negotiation (EPCIS 2.0 §12).

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::house::{Answer, Firm, House, bearer, get};

const CONTEXT: &str = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";

async fn house() -> (House, Firm) {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    (house, firm)
}

async fn read(house: &House, firm: &Firm, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = get(path).header("authorization", bearer(&firm.key));
    house
        .ask(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)))
        .await
}

async fn post(house: &House, firm: &Firm, path: &str, body: &Value) -> Answer {
    send(house, firm, path, &[], body.to_string()).await
}

async fn send(
    house: &House,
    firm: &Firm,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Answer {
    let request = Request::post(path)
        .header("authorization", bearer(&firm.key))
        .header("content-type", "application/json");
    let request =
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    house.send(request.body(body.into()).expect("a request")).await
}

async fn delete(house: &House, firm: &Firm, path: &str) -> u16 {
    let request = Request::delete(path).header("authorization", bearer(&firm.key));
    house.send(request.body(Body::empty()).expect("a request")).await.status
}

/// An event with its context; `epc` is its only thing.
fn event(epc: &str) -> Value {
    json!({
        "@context": [CONTEXT, { "ex": "https://ns.example.com/" }],
        "type": "ObjectEvent",
        "eventTime": "2026-11-20T08:00:00Z",
        "eventTimeZoneOffset": "+08:00",
        "epcList": [epc],
        "action": "OBSERVE",
        "bizStep": "shipping",
    })
}

fn with(mut event: Value, name: &str, value: Value) -> Value {
    event[name] = value;
    event
}

fn document(events: Vec<Value>) -> Value {
    json!({
        "@context": [CONTEXT, { "ex": "https://ns.example.com/" }],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-21T08:00:00Z",
        "epcisBody": { "eventList": events },
    })
}

fn body(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("JSON: {}", answer.body))
}

/// The events of a query document.
fn list(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let list = &body(answer)["epcisBody"]["queryResults"]["resultsBody"]["eventList"];
    list.as_array().expect("a list").clone()
}

async fn capture(house: &House, firm: &Firm, event: &Value) -> Answer {
    let answer = post(house, firm, "/epcis/events", event).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer
}

#[tokio::test]
async fn what_was_made_is_found_at_its_location() {
    let (house, firm) = house().await;
    let mut events = vec![event("urn:x:1")];
    for (n, id) in ["https://example.com/a?b=c#d", "urn:x:50%25/ü+", "ex:1"].iter().enumerate() {
        let named = with(event(&format!("urn:x:{}", n + 2)), "eventID", json!(id));
        events.push(with(named, "bizStep", json!("packing")));
    }
    for event in &events {
        let made = capture(&house, &firm, event).await;
        let found = list(&read(&house, &firm, made.header("location"), &[]).await);
        assert_eq!(found.len(), 1, "{}", made.header("location"));
        assert_eq!(found[0]["eventID"], body(&made)["eventID"]);
        assert_eq!(found[0]["epcList"], event["epcList"]);
    }
    let query = json!({ "name": "已发货", "query": { "EQ_bizStep": "shipping" } });
    let made = post(&house, &firm, "/epcis/queries", &query).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let found = read(&house, &firm, made.header("location"), &[]).await;
    assert_eq!((found.status, &body(&found)["name"]), (200, &query["name"]));
}

#[tokio::test]
async fn an_event_is_told_with_the_declarations_of_its_error() {
    let (house, firm) = house().await;
    let original = with(event("urn:x:1"), "eventID", json!("ex:1"));
    capture(&house, &firm, &original).await;
    let declaration =
        json!({ "declarationTime": "2026-11-21T00:00:00Z", "reason": "did_not_occur" });
    let declared = with(original, "errorDeclaration", declaration);
    let made = capture(&house, &firm, &declared).await;
    assert_eq!(body(&made)["errorDeclaration"]["reason"], "did_not_occur", "{}", made.body);
    let found = list(&read(&house, &firm, made.header("location"), &[]).await);
    let n_declared = found.iter().filter(|it| it["errorDeclaration"].is_object()).count();
    assert_eq!((found.len(), n_declared), (2, 1));
    assert!(found.iter().all(|it| it["eventID"] == "ex:1"));
}

#[tokio::test]
async fn what_is_never_translated_has_its_record_time_and_event_id_all_the_same() {
    let (house, firm) = house().await;
    let urn = "urn:epc:id:sgtin:690123.0456789.1";
    let sent = with(event(urn), "recordTime", json!("2001-01-01T00:00:00Z"));
    let made = capture(&house, &firm, &sent).await;
    let format = [("gs1-epc-format", "Never_Translates")];
    for path in ["/epcis/events", made.header("location")] {
        let answer = read(&house, &firm, path, &format).await;
        assert_eq!(answer.header("gs1-epc-format"), "Never_Translates");
        let found = &list(&answer)[0];
        assert_eq!(found["epcList"], json!([urn]));
        assert_eq!(found["recordTime"], "2026-11-21T08:00:00Z");
        assert!(found["eventID"].as_str().is_some_and(|id| id.starts_with("ni:")), "{found}");
    }
    assert_eq!(body(&made)["recordTime"], "2026-11-21T08:00:00Z");
}

#[tokio::test]
async fn urns_are_written_where_the_company_prefix_is_known_and_nothing_more_is_claimed() {
    let (house, firm) = house().await;
    let stranger = house.firm(2, None).await;
    let link = "https://id.gs1.org/01/06901234567892/21/7";
    let place = json!({ "id": "https://id.gs1.org/414/6901230000010" });
    let linked = with(event(link), "readPoint", place);
    capture(&house, &firm, &event("urn:epc:id:sgtin:690123.0999999.1")).await;
    for firm in [&firm, &stranger] {
        capture(&house, firm, &linked).await;
    }
    let format = [("gs1-epc-format", "Always_EPC_URN")];
    let ask = async |firm: &Firm, path: &str| {
        let answer = read(&house, firm, path, &format).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        (answer.body.contains("id.gs1.org/"), answer.header("gs1-epc-format").to_owned())
    };
    for path in ["events", "epcs", "readPoints", "bizLocations"] {
        let path = format!("/epcis/{path}");
        assert_eq!(ask(&firm, &path).await, (false, "Always_EPC_URN".into()), "{path}");
        if path != "/epcis/bizLocations" {
            assert_eq!(ask(&stranger, &path).await, (true, "No_Preference".into()), "{path}");
        }
    }
    let answer = read(&house, &firm, "/epcis/epcs", &format).await;
    assert!(answer.body.contains("urn:epc:id:sgtin:690123.0456789.7"), "{}", answer.body);
    let as_links = read(&house, &firm, "/epcis/readPoints", &[]).await;
    assert_eq!(as_links.header("gs1-epc-format"), "Always_GS1_Digital_Link");
}

#[tokio::test]
async fn an_operator_who_registers_a_party_by_its_urn_makes_its_prefix_known() {
    let (house, firm) = house().await;
    let party = json!({
        "enterprise_id": firm.enterprise_id,
        "identifier": "urn:epc:id:pgln:690123.000009",
    });
    house.post("/api/v1/parties", &house.operator, &party).await;
    capture(&house, &firm, &event("https://id.gs1.org/01/06901234567892/21/7")).await;
    let answer = read(&house, &firm, "/epcis/epcs", &[("gs1-epc-format", "Always_EPC_URN")]).await;
    assert_eq!(body(&answer)["member"], json!(["urn:epc:id:sgtin:690123.0456789.7"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_tells_of_other_content_under_a_known_event_id_and_of_what_is_odd() {
    let (house, firm) = house().await;
    let named = with(event("urn:x:1"), "eventID", json!("ex:1"));
    let odd = with(event("urn:x:2"), "bizStep", json!("https://example.com/our-step"));
    let job_of = async |events: Vec<Value>| {
        let answer = post(&house, &firm, "/epcis/capture", &document(events)).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
        loop {
            let job = body(&read(&house, &firm, answer.header("location"), &[]).await);
            if job["running"] == json!(false) {
                return job;
            }
            tokio::task::yield_now().await;
        }
    };
    let job = job_of(vec![named.clone(), odd]).await;
    assert_eq!((&job["success"], &job["errors"]), (&json!(true), &json!([])));
    let warning = &job["suyuan:warnings"][0];
    assert_eq!(warning["suyuan:pointer"], "/epcisBody/eventList/1/bizStep");
    assert_eq!(warning["suyuan:rule"], "unknown-vocabulary");
    let job = job_of(vec![named.clone()]).await;
    assert_eq!((&job["success"], &job["suyuan:nKnown"]), (&json!(true), &json!(1)));
    let job = job_of(vec![event("urn:x:3"), with(named, "bizStep", json!("packing"))]).await;
    let error = &job["errors"][0];
    assert_eq!((&job["success"], &error["status"]), (&json!(false), &json!(409)));
    assert_eq!(error["type"], "epcisException:ResourceAlreadyExistsException");
    assert_eq!(error["suyuan:pointer"], "/epcisBody/eventList/1/eventID");
    assert_eq!(list(&read(&house, &firm, "/epcis/events", &[]).await).len(), 2);
}

#[tokio::test]
async fn who_sends_too_much_hears_how_much_may_be_sent() {
    let (house, firm) = house().await;
    let limits = ["gs1-epcis-capture-limit", "gs1-epcis-capture-file-size-limit"];
    let told = |answer: &Answer| limits.map(|name| answer.header(name).to_owned());
    let announced = [("content-length", "300000000")];
    let answer = send(&house, &firm, "/epcis/capture", &announced, "{}").await;
    assert_eq!(answer.status, 413, "{}", answer.body);
    assert_eq!(told(&answer), ["1000000", "268435456"]);
    // A large event is one like any other, up to the bytes that an event in a document may have.
    let large = with(event("urn:x:1"), "ex:notes", json!(vec!["x".repeat(60_000); 30]));
    capture(&house, &firm, &large).await;
    let answer = send(&house, &firm, "/epcis/events", &[], " ".repeat(9 << 20)).await;
    assert_eq!(answer.status, 413, "{}", answer.body);
    assert_eq!(told(&answer), ["1000000", "8388608"]);
    assert!(answer.body.contains("epcisException:CaptureLimitExceededException"));
}

#[tokio::test]
async fn prefixes_of_the_headers_are_kept_with_a_query() {
    let (house, firm) = house().await;
    capture(&house, &firm, &with(event("urn:x:1"), "ex:colour", json!("blue"))).await;
    let query = json!({ "name": "blue", "query": { "EQ_my:colour": "blue" } }).to_string();
    let headers =
        [("gs1-extensions", "a=urn:a:"), ("gs1-extensions", "my=https://ns.example.com/")];
    assert_eq!(
        send(&house, &firm, "/epcis/queries", &headers[..1], query.clone()).await.status,
        400
    );
    let made = send(&house, &firm, "/epcis/queries", &headers, query).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let found = read(&house, &firm, "/epcis/queries/blue/events", &[]).await;
    assert_eq!(list(&found).len(), 1);
    let kept = body(&read(&house, &firm, "/epcis/queries/blue", &[]).await);
    assert_eq!(kept["query"]["@context"][0]["my"], "https://ns.example.com/");
}

#[tokio::test]
async fn every_page_has_a_token_that_ends_and_can_be_ended() {
    let (house, firm) = house().await;
    let stranger = house.firm(2, None).await;
    for n in 0..3 {
        let place = |of: &str| json!({ "id": format!("https://example.com/{of}/{n}") });
        let event = with(event(&format!("urn:x:{n}")), "readPoint", place("gate"));
        capture(&house, &firm, &with(event, "bizLocation", place("hall"))).await;
        let query = json!({ "name": format!("q{n}"), "query": {} });
        assert_eq!(post(&house, &firm, "/epcis/queries", &query).await.status, 201);
    }
    for (resource, n_members) in [
        ("events", 3),
        ("capture", 3),
        ("queries", 3),
        ("eventTypes", 5),
        ("epcs", 3),
        ("bizSteps", 41),
        ("dispositions", 33),
        ("readPoints", 3),
        ("bizLocations", 3),
    ] {
        let path = format!("/epcis/{resource}");
        let (mut next, mut n_found) = (format!("{path}?perPage=2"), 0);
        let mut token = String::new();
        loop {
            let page = read(&house, &firm, &next, &[]).await;
            assert_eq!(page.status, 200, "{next}: {}", page.body);
            n_found += match body(&page) {
                Value::Array(list) => list.len(),
                page if page["member"].is_array() => page["member"].as_array().map_or(0, Vec::len),
                _ => list(&page).len(),
            };
            let Some((link, _)) = page.header("link").split_once('>') else { break };
            assert_eq!(
                page.header("gs1-next-page-token-expires"),
                "2026-11-22T08:00:00Z",
                "{next}"
            );
            next = link.trim_start_matches('<').to_owned();
            token = next.rsplit('=').next().unwrap_or_default().to_owned();
        }
        assert_eq!(n_found, n_members, "{path}");
        // What is no token, and what has ended, is refused alike.
        let with_token = format!("{path}?nextPageToken={token}");
        assert_eq!(read(&house, &firm, &with_token, &[]).await.status, 200, "{with_token}");
        assert_eq!(delete(&house, &stranger, &format!("/epcis/nextPageToken/{token}")).await, 204);
        assert_eq!(read(&house, &firm, &with_token, &[]).await.status, 200, "a stranger's own");
        assert_eq!(delete(&house, &firm, &format!("/epcis/nextPageToken/{token}")).await, 204);
        for token in [token.as_str(), "nonsense", "9000000000000000000.x", "1.x"] {
            let answer = read(&house, &firm, &format!("{path}?nextPageToken={token}"), &[]).await;
            assert_eq!(answer.status, 400, "{path} {token}: {}", answer.body);
            assert_eq!(body(&answer)["type"], "epcisException:QueryParameterException");
        }
    }
    assert_eq!(delete(&house, &firm, "/epcis/nextPageToken/nonsense").await, 204);
    let after_end = "/epcis/capture?nextPageToken=1795334400000000.nonsense";
    assert_eq!(read(&house, &firm, after_end, &[]).await.status, 400);
}

#[tokio::test]
async fn answers_come_in_the_media_type_that_is_liked_best() {
    let (house, firm) = house().await;
    capture(&house, &firm, &event("urn:x:1")).await;
    let [json, ld, xml] = ["application/json", "application/ld+json", "application/xml"];
    let problem = "application/problem+json";
    for (path, accept, status, media_type) in [
        ("events", "*/*", 200, json),
        ("events", json, 200, json),
        ("events", ld, 200, ld),
        ("events", "application/ld+json;q=0.5, application/json;q=0.9", 200, json),
        ("events", "application/xml, application/json;q=0.9", 200, xml),
        ("events", "application/xml;q=0.8, application/json;q=0.9", 200, json),
        ("events", "application/json;q=0, */*", 200, ld),
        ("events", "text/xml", 200, xml),
        ("events", "text/html", 406, problem),
        ("events?EQ_bizStep=", "text/html, application/json", 400, problem),
        ("events?EQ_bizStep=", xml, 400, "application/problem+xml"),
        ("bizSteps", "*/*", 200, json),
        ("bizSteps", ld, 200, ld),
        ("bizSteps", "application/xml, */*;q=0.1", 200, json),
        ("bizSteps", xml, 406, "application/problem+xml"),
        ("", xml, 200, xml),
        ("queries", "application/json;q=0", 406, problem),
    ] {
        let answer = read(&house, &firm, &format!("/epcis/{path}"), &[("accept", accept)]).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (status, media_type),
            "{path} {accept}: {}",
            answer.body
        );
    }
    let top_level = read(&house, &firm, "/epcis", &[("accept", xml)]).await;
    assert_eq!(top_level.body.matches("<member>").count(), 9, "{}", top_level.body);
    let accept = [("accept", xml)];
    let made = send(&house, &firm, "/epcis/events", &accept, event("urn:x:2").to_string()).await;
    assert_eq!((made.status, made.header("content-type")), (201, xml));
    assert!(made.body.contains("<epc>urn:x:2</epc>"), "{}", made.body);
}

#[tokio::test]
async fn words_of_the_cbv_are_spelled_in_xml_as_they_are_asked_for() {
    let (house, firm) = house().await;
    let old = with(event("urn:x:1"), "bizStep", json!("urn:epcglobal:cbv:bizstep:shipping"));
    capture(&house, &firm, &old).await;
    let [urn, web] =
        ["urn:epcglobal:cbv:bizstep:shipping", "https://ref.gs1.org/cbv/BizStep-shipping"];
    for (format, expected) in [
        ("Always_URN", urn),
        ("Always_Web_URI", web),
        ("Never_Translates", urn),
        ("No_Preference", urn),
    ] {
        let headers = [("accept", "application/xml"), ("gs1-cbv-xml-format", format)];
        let answer = read(&house, &firm, "/epcis/events", &headers).await;
        assert_eq!((answer.status, answer.header("gs1-cbv-xml-format")), (200, format));
        let step = format!("<bizStep>{expected}</bizStep>");
        assert!(answer.body.contains(&step), "{format}: {}", answer.body);
    }
    let headers = [("accept", "application/xml"), ("gs1-cbv-xml-format", "Sometimes")];
    assert_eq!(read(&house, &firm, "/epcis/events", &headers).await.status, 406);
}

#[tokio::test]
async fn a_query_document_is_captured_like_any_other() {
    let (house, firm) = house().await;
    capture(&house, &firm, &event("urn:x:1")).await;
    let told = read(&house, &firm, "/epcis/events", &[]).await;
    let xml = read(&house, &firm, "/epcis/events", &[("accept", "application/xml")]).await;
    let receiver = house.firm(2, None).await;
    for (document, media_type) in [(&told, "application/ld+json"), (&xml, "application/xml")] {
        let request = Request::post("/epcis/capture")
            .header("authorization", bearer(&receiver.key))
            .header("content-type", media_type);
        let answer =
            house.send(request.body(Body::from(document.body.clone())).expect("one")).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
    }
    let received = list(&read(&house, &receiver, "/epcis/events", &[]).await);
    assert_eq!((received.len(), &received[0]["eventID"]), (1, &list(&told)[0]["eventID"]));
}

#[tokio::test]
async fn answers_name_our_extension_and_windows_may_begin_before_1970() {
    let (house, firm) = house().await;
    let made = capture(&house, &firm, &event("urn:x:1")).await;
    let job = post(&house, &firm, "/epcis/capture", &document(vec![event("urn:x:2")])).await;
    let found = read(&house, &firm, "/epcis/events?GE_eventTime=1900-01-01T00:00:00Z", &[]).await;
    for answer in [&made, &job, &found] {
        assert_eq!(answer.header("gs1-extensions"), "suyuan=urn:suyuan:epcis:");
    }
    assert_eq!(list(&found).len(), 2);
    let before = read(&house, &firm, "/epcis/events?LT_recordTime=1960-01-01T00:00:00Z", &[]).await;
    assert_eq!(list(&before).len(), 0);
    let limited = read(&house, &firm, "/epcis/events?eventCountLimit=1", &[]).await;
    assert_eq!(limited.status, 400);
    assert_eq!(body(&limited)["type"], "epcisException:QueryParameterException");
    let malformed = send(&house, &firm, "/epcis/queries", &[], "{\"name\": ").await;
    assert_eq!(body(&malformed)["type"], "epcisException:QueryValidationException");
    let instance = body(&malformed)["instance"].as_str().unwrap_or_default().to_owned();
    assert!(instance.starts_with("urn:suyuan:request:"), "{instance}");
}
