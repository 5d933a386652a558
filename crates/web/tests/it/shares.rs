//! Sharing events through the API and by forms, and keys of a jurisdiction.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::house::{Answer, House, bearer, form_post, get};

async fn send(house: &House, key: &str, method: &str, path: &str, body: Value) -> Answer {
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

/// Captures one event with a destination, and master data of a place.
async fn capture(house: &House, key: &str) {
    let document = json!({
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-11-21T00:00:00Z",
        "epcisHeader": {"epcisMasterData": {"vocabularyList": [
            {"type": "urn:epcglobal:epcis:vtype:ReadPoint", "vocabularyElementList": [
                {"id": "urn:x:hall", "children": ["urn:x:door"],
                 "attributes": [{"id": "urn:x:name", "attribute": "Hall"}]}]}]}},
        "epcisBody": {"eventList": [{
            "type": "ObjectEvent", "eventID": "urn:x:sent", "action": "OBSERVE",
            "eventTime": "2026-11-20T00:00:00Z", "eventTimeZoneOffset": "+00:00",
            "bizStep": "shipping", "epcList": ["urn:x:a"], "readPoint": {"id": "urn:x:door"},
            "destinationList": [{"type": "owning_party",
                "destination": "urn:epc:id:pgln:0614141.00001"}]}]}
    });
    let answer = send(house, key, "POST", "/epcis/capture", document).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
}

async fn n_events(house: &House, key: &str) -> usize {
    let found = read(house, key, "/epcis/events").await;
    let events = &found["epcisBody"]["queryResults"]["resultsBody"]["eventList"];
    events.as_array().expect("a list").len()
}

#[tokio::test]
async fn grants_and_parties_through_the_api() {
    let house = House::new().await;
    let [sharer, viewer] = [house.firm(1, None).await, house.firm(2, None).await];
    let party = json!({
        "enterprise_id": viewer.enterprise_id, "identifier": "urn:epc:id:pgln:0614141.00001"
    });
    let made = send(&house, &house.operator, "POST", "/api/v1/parties", party.clone()).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let again = send(&house, &house.operator, "POST", "/api/v1/parties", party.clone()).await;
    assert_eq!(again.status, 409, "{}", again.body);
    let refused = send(&house, &viewer.key, "POST", "/api/v1/parties", party).await;
    assert_eq!(refused.status, 403);
    capture(&house, &sharer.key).await;
    assert_eq!(n_events(&house, &viewer.key).await, 1);
    let own = read(&house, &viewer.key, "/api/v1/parties").await;
    assert_eq!(own["items"][0]["identifier"], "https://id.gs1.org/417/0614141000012");
    assert_eq!(own["items"][0]["filled_at"], Value::Null);
    let gone = send(&house, &house.operator, "DELETE", made.header("location"), json!(null)).await;
    assert_eq!(gone.status, 204);
    assert_eq!(n_events(&house, &viewer.key).await, 0);

    let grant = json!({ "viewer_id": viewer.enterprise_id });
    let made = send(&house, &sharer.key, "POST", "/api/v1/grants", grant).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(n_events(&house, &viewer.key).await, 1);
    let [given, got] = [
        read(&house, &sharer.key, "/api/v1/grants").await,
        read(&house, &viewer.key, "/api/v1/granted").await,
    ];
    assert_eq!(given, got);
    assert_eq!(given["items"][0]["sharer_id"], sharer.enterprise_id.as_str());
    assert_eq!(given["items"][0]["identifier"], Value::Null);
    let inside = "/epcis/events?WD_readPoint=urn:x:hall";
    let found = read(&house, &viewer.key, inside).await.to_string();
    assert!(found.contains("urn:x:sent"), "{found}");
    let gone = send(&house, &sharer.key, "DELETE", made.header("location"), json!(null)).await;
    assert_eq!(gone.status, 204);
    assert_eq!(n_events(&house, &viewer.key).await, 0);
    let unknown = json!({ "viewer_id": "e0000000000000" });
    let refused = send(&house, &sharer.key, "POST", "/api/v1/grants", unknown).await;
    assert_eq!(refused.status, 400, "{}", refused.body);

    let described = read(&house, &sharer.key, "/api/v1/master-data").await;
    let element = &described["items"][0];
    assert_eq!(element["id"], "urn:x:hall");
    assert_eq!(element["children"], json!(["urn:x:door"]));
    assert_eq!(element["attributes"], json!([{"id": "urn:x:name", "attribute": "Hall"}]));
    let others = read(&house, &viewer.key, "/api/v1/master-data").await;
    assert_eq!(others, json!({ "items": [], "next": null }));
}

#[tokio::test]
async fn keys_and_enterprises_tell_their_area() {
    let house = House::new().await;
    let firm = json!({
        "name": "Firm", "enterprise_type": "producer", "registration_scheme": "uscc",
        "registration_number": "91330100799655058B", "address": "Road", "contact": "0571"
    });
    let made = house.post("/api/v1/enterprises", &house.operator, &firm).await;
    assert_eq!(made["division"], "330100");
    let key = json!({ "role": "regulator", "jurisdiction": "330000", "label": "Zhejiang" });
    let key = house.post("/api/v1/keys", &house.operator, &key).await;
    assert_eq!(key["jurisdiction"], "33");
    let secret = key["key"].as_str().expect("a key");
    house.firm(7, None).await;
    let seen = read(&house, secret, "/api/v1/enterprises").await;
    assert_eq!(seen["items"], json!([made]));
    let key = json!({ "role": "operator", "jurisdiction": "33", "label": "no" });
    let refused = send(&house, &house.operator, "POST", "/api/v1/keys", key).await;
    assert_eq!(refused.status, 400, "{}", refused.body);
}

async fn post(house: &House, cookie: &str, path: &str, form: &str) -> Answer {
    let mut request = form_post(path, "t.example", form);
    request.headers_mut().insert("cookie", cookie.parse().expect("a cookie"));
    request.headers_mut().insert("accept", "text/html".parse().expect("a type"));
    house.send(request).await
}

async fn page(house: &House, cookie: &str, path: &str) -> String {
    let request = get(path).header("cookie", cookie).header("accept-language", "en");
    house.ask(request.header("accept", "text/html")).await.body
}

#[tokio::test]
async fn sharing_by_forms_alone() {
    let house = House::new().await;
    let [sharer, viewer] = [house.firm(1, None).await, house.firm(2, None).await];
    let cookie = house.sign_in(&sharer.key).await;
    let form = format!("viewer_id={}&identifier=10614141073464", viewer.enterprise_id);
    assert_eq!(post(&house, &cookie, "/console/shares", &form).await.status, 303);
    let refused = post(&house, &cookie, "/console/shares", "viewer_id=nobody").await;
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("ask it for its own"), "{}", refused.body);
    let shown = page(&house, &cookie, "/console/shares").await;
    assert!(shown.contains("10614141073464"), "{shown}");
    assert!(shown.contains(&sharer.enterprise_id), "its own number is there");
    let revoke = shown.split("action=\"").find(|it| it.contains("/revoke\"")).expect("a button");
    let revoke = revoke.split('"').next().expect("an address");
    assert_eq!(post(&house, &cookie, revoke, "").await.status, 303);
    assert!(!page(&house, &cookie, "/console/shares").await.contains("10614141073464"));

    let cookie = house.sign_in(&house.operator).await;
    let identifier = "identifier=urn:epc:id:sgln:0614141.00002.0";
    let form = format!("enterprise_id={}&{identifier}", viewer.enterprise_id);
    assert_eq!(post(&house, &cookie, "/operator/parties", &form).await.status, 303);
    assert_eq!(post(&house, &cookie, "/operator/parties", &form).await.status, 409);
    let shown = page(&house, &cookie, "/operator/parties").await;
    let remove = shown.split("action=\"").find(|it| it.contains("/remove\"")).expect("a button");
    let remove = remove.split('"').next().expect("an address");
    let own = house.sign_in(&viewer.key).await;
    assert!(page(&house, &own, "/console/shares").await.contains("0614141000029"));
    assert_eq!(post(&house, &own, remove, "").await.status, 403);
    assert_eq!(post(&house, &cookie, remove, "").await.status, 303);
    assert!(!page(&house, &own, "/console/shares").await.contains("0614141000029"));
}
