//! Our own API: the main job through it, what it refuses, and who may see what.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use expect_test::expect;
use serde_json::{Value, json};
use service::Role;

use crate::house::{Answer, House, bearer, get};

async fn send(house: &House, key: &str, method: &str, path: &str, body: Value) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", bearer(key))
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()));
    house.send(request.expect("a request")).await
}

async fn read(house: &House, key: &str, path: &str) -> Answer {
    house.ask(get(path).header("authorization", bearer(key))).await
}

/// The document, with ids and codes that differ from run to run struck out.
fn masked(told: &str, secrets: &[&str]) -> String {
    secrets.iter().fold(told.to_owned(), |told, secret| told.replace(secret, "…"))
}

#[tokio::test]
async fn from_product_to_batch() {
    let house = House::new().await;
    let firm = house.firm(1, Some("6901234567892")).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 3, "n_digits": 17 });
    let (batch_id, printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch_id).await;
    let code = &printed[0].code;
    let secrets = [&batch_id, &firm.product_id, &firm.enterprise_id, code].map(String::as_str);
    let mut told = String::new();
    for path in
        [format!("/api/v1/batches/{batch_id}"), format!("/api/v1/products/{}", firm.product_id)]
    {
        told += &masked(&read(&house, &firm.key, &path).await.told(&[]), &secrets);
    }
    expect![[r#"
        200
        {
          "batch_id": "…",
          "created_at": "2026-11-21T08:00:00Z",
          "enterprise_id": "…",
          "granularity": "item",
          "gtin": "06901234567892",
          "has_cover": false,
          "is_sample": false,
          "n_codes": 3,
          "n_commissioned": 3,
          "n_digits": 17,
          "product_id": "…",
          "public_url": "https://t.example"
        }
        200
        {
          "created_at": "2026-11-21T08:00:00Z",
          "enterprise_id": "…",
          "gtin": "06901234567892",
          "has_picture": false,
          "name": "婴幼儿配方奶粉 1 段",
          "product_id": "…",
          "product_type": "乳制品",
          "specification": "800 g 罐装"
        }
    "#]]
    .assert_eq(&told);
}

#[tokio::test]
async fn a_trace_has_events_nodes_edges_and_holders() {
    let house = House::new().await;
    let firm = house.firm(1, Some("6901234567892")).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 3, "n_digits": 17 });
    let (batch_id, printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch_id).await;
    let code = &printed[0].code;
    let answer = read(&house, &firm.key, &format!("/api/v1/trace?epc={code}")).await;
    let trace: Value = serde_json::from_str(&answer.body).expect("JSON");
    let members: Vec<&String> = trace.as_object().expect("an object").keys().collect();
    let told =
        format!("{members:?}\n{}\n{}\n{}\n", trace["nodes"], trace["edges"], trace["holders"]);
    expect![[r#"
        ["amounts_moved", "balances", "cut", "direction", "edges", "epc", "events", "findings", "further_cuts", "hidden", "holders", "nodes", "parts", "shares", "stages"]
        [{"depth":0,"first":"https://id.gs1.org/01/06901234567892/21/…","last":"https://id.gs1.org/01/06901234567892/21/…","n_ids":1,"of":null,"relation":"own"},{"depth":1,"first":"https://id.gs1.org/01/06901234567892/10/L20261101","last":"https://id.gs1.org/01/06901234567892/10/L20261101","n_ids":1,"of":"https://id.gs1.org/01/06901234567892/10/L20261101","relation":"source"}]
        [{"event":0,"from":{"first":"https://id.gs1.org/01/06901234567892/10/L20261101","last":"https://id.gs1.org/01/06901234567892/10/L20261101","n_ids":1},"kind":"of_lot","to":{"first":"https://id.gs1.org/01/06901234567892/21/…","last":"https://id.gs1.org/01/06901234567892/21/…","n_ids":1}}]
        [{"container":null,"event":0,"first":"https://id.gs1.org/01/06901234567892/21/…","last":"https://id.gs1.org/01/06901234567892/21/…","n_ids":1,"state":"in_stock"}]
    "#]].assert_eq(&masked(&told, &[code]));
    assert_eq!(trace["events"][0]["relation"], "own");
    assert_eq!(trace["events"][0]["stage"], "production");
    let table = read(&house, &firm.key, &format!("/api/v1/trace.csv?epc={code}")).await;
    assert_eq!(table.body.lines().count(), 2, "a head and an event");
    for wrong in ["direction=sideways", "event_time=yesterday"] {
        let path = format!("/api/v1/trace?epc={code}&{wrong}");
        assert_eq!(read(&house, &firm.key, &path).await.status, 400);
    }
}

#[tokio::test]
async fn all_that_is_wrong_comes_back_together() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let wrong = json!({ "name": "", "product_type": "x", "specification": " ", "gtin": "123" });
    let mut told = send(&house, &firm.key, "POST", "/api/v1/products", wrong).await.told(&[]);
    let order = json!({ "product_id": firm.product_id, "n_codes": 0 });
    told += &send(&house, &firm.key, "POST", "/api/v1/batches", order).await.told(&[]);
    let order = json!({ "product_id": firm.product_id, "n_codes": -1 });
    told += &send(&house, &firm.key, "POST", "/api/v1/batches", order).await.told(&[]);
    expect![[r#"
        400
        {
          "detail": "Correct what is listed below and send it again.",
          "instance": "urn:suyuan:request:00000007-3",
          "status": 400,
          "title": "Something in the request is wrong",
          "type": "suyuan:rejected",
          "violations": [
            {
              "detail": "fill this in",
              "pointer": "/name",
              "rule": "required"
            },
            {
              "detail": "fill this in",
              "pointer": "/specification",
              "rule": "required"
            },
            {
              "detail": "a gtin has 8, 12, 13 or 14 digits, not 3",
              "pointer": "/gtin",
              "rule": "bad-gtin"
            }
          ]
        }
        400
        {
          "detail": "Correct what is listed below and send it again.",
          "instance": "urn:suyuan:request:00000007-4",
          "status": 400,
          "title": "Something in the request is wrong",
          "type": "suyuan:rejected",
          "violations": [
            {
              "detail": "order between 1 and 10000000000 codes at once",
              "pointer": "/n_codes",
              "rule": "n-codes-out-of-range"
            }
          ]
        }
        400
        {
          "detail": "Correct what is listed below and send it again.",
          "instance": "urn:suyuan:request:00000007-5",
          "status": 400,
          "title": "Something in the request is wrong",
          "type": "suyuan:rejected",
          "violations": [
            {
              "detail": "invalid value: integer `-1`, expected u64 at line 1 column 13",
              "pointer": "",
              "rule": "bad-json"
            }
          ]
        }
    "#]]
    .assert_eq(&told);
}

#[tokio::test]
async fn another_enterprise_is_answered_like_nobody() {
    let house = House::new().await;
    let one = house.firm(1, None).await;
    let two = house.firm(2, None).await;
    let order = json!({ "product_id": one.product_id, "n_codes": 1 });
    let (batch_id, printed) = house.batch(&one.key, order).await;
    let mut told = String::new();
    for path in [
        format!("/api/v1/products/{}", one.product_id),
        format!("/api/v1/enterprises/{}", one.enterprise_id),
        format!("/api/v1/batches/{batch_id}"),
        format!("/api/v1/batches/{batch_id}/codes.csv"),
        format!("/api/v1/codes/{}/qr.svg", printed[0].code),
        "/api/v1/batches/b0000000000000".to_owned(),
        "/api/v1/batches/nonsense".to_owned(),
    ] {
        let answer = read(&house, &two.key, &path).await;
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        told += &format!("{} {}\n", answer.status, body["type"]);
    }
    expect![[r#"
        404 "suyuan:not-found"
        404 "suyuan:not-found"
        404 "suyuan:not-found"
        404 "suyuan:not-found"
        404 "suyuan:not-found"
        404 "suyuan:not-found"
        404 "suyuan:not-found"
    "#]]
    .assert_eq(&told);
}

#[tokio::test]
async fn roles_may_do_what_they_may() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let regulator = house.key(Role::Regulator).await;
    let mut told = String::new();
    for (key, method, path) in [
        (&regulator, "GET", "/api/v1/products"),
        (&regulator, "GET", "/api/v1/keys"),
        (&firm.key, "POST", "/api/v1/enterprises"),
        (&house.operator, "GET", "/api/v1/enterprises"),
    ] {
        let body = json!({
            "name": "a", "enterprise_type": "producer", "registration_scheme": "other",
            "registration_number": "1", "address": "a", "contact": "a",
        });
        told += &format!("{}\n", send(&house, key, method, path, body).await.status);
    }
    expect![[r#"
        200
        403
        403
        200
    "#]]
    .assert_eq(&told);
}

#[tokio::test]
async fn a_key_is_shown_once_and_revoked_at_once() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let new = json!({ "role": "dealer", "enterprise_id": firm.enterprise_id, "label": "店" });
    let made = house.post("/api/v1/keys", &firm.key, &new).await;
    let key = made["key"].as_str().expect("the key").to_owned();
    assert_eq!(read(&house, &key, "/api/v1/lots").await.status, 200);
    assert!(!read(&house, &firm.key, "/api/v1/keys").await.body.contains(&key));
    let path = format!("/api/v1/keys/{}", made["key_id"].as_str().expect("its id"));
    assert_eq!(send(&house, &firm.key, "DELETE", &path, json!({})).await.status, 204);
    assert_eq!(read(&house, &key, "/api/v1/lots").await.status, 401);
}

#[tokio::test]
async fn a_print_file_comes_in_parts_and_leaves_a_trace() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 5000 });
    let (batch_id, printed) = house.batch(&firm.key, order).await;
    let path = format!("/api/v1/batches/{batch_id}/codes.csv");
    let whole = read(&house, &firm.key, &path).await;
    let head = read(&house, &firm.key, &format!("{path}?to=1234")).await.body;
    let tail = read(&house, &firm.key, &format!("{path}?from=1234")).await.body;
    assert_eq!(head + &tail, whole.body);
    assert_eq!(printed.len(), 5000);
    let with_bom = read(&house, &firm.key, &format!("{path}?bom=1&to=1")).await;
    assert!(with_bom.body.starts_with("\u{feff}code,url,pin\r\n"), "{}", with_bom.body);
    let downloads = format!("/api/v1/batches/{batch_id}/downloads");
    let downloads = read(&house, &firm.key, &downloads).await.body;
    let downloads: Value = serde_json::from_str(&downloads).expect("JSON");
    let rows = downloads["items"].as_array().expect("a list");
    assert!(rows.iter().all(|it| it["finished_at"].is_string() && it["sha256"].is_string()));
    assert_eq!(rows.len(), 5);
    assert_eq!(read(&house, &firm.key, &format!("{path}?from=5000")).await.status, 400);
}

#[tokio::test]
async fn a_symbol_and_a_picture() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 1 });
    let (_, printed) = house.batch(&firm.key, order).await;
    let path = format!("/api/v1/codes/{}", printed[0].code);
    let svg = read(&house, &firm.key, &format!("{path}/qr.svg")).await;
    assert_eq!((svg.status, svg.header("content-type")), (200, "image/svg+xml"));
    let png = read(&house, &firm.key, &format!("{path}/qr.png?module_px=4")).await;
    assert_eq!((png.status, png.header("content-type")), (200, "image/png"));
    let picture = format!("/api/v1/products/{}/picture", firm.product_id);
    let put = |media_type: &str, body: Vec<u8>| {
        Request::put(&picture)
            .header("authorization", bearer(&firm.key))
            .header("content-type", media_type)
            .body(Body::from(body))
            .expect("a request")
    };
    assert_eq!(house.ask(get(&picture)).await.status, 404);
    assert_eq!(house.send(put("image/png", drawing())).await.status, 204);
    assert_eq!(house.ask(get(&picture)).await.header("content-type"), "image/png");
    assert_eq!(house.send(put("image/gif", drawing())).await.status, 415);
    assert_eq!(house.send(put("image/png", b"no picture".into())).await.status, 400);
}

/// A grey square.
fn drawing() -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 8, 8);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&[128; 64]).expect("the pixels");
    writer.finish().expect("the end");
    file
}

/// Each answer of the suite that is a problem of `/api/v1` has a type that the file lists.
#[tokio::test]
async fn the_description_is_served_and_complete() {
    let house = House::new().await;
    let document = house.ask(get("/api/v1/openapi.json")).await;
    let document: Value = serde_json::from_str(&document.body).expect("JSON");
    assert_eq!(document["openapi"], "3.1.0");
    let mut missing = BTreeSet::new();
    references(&document, &mut |name| {
        let pointer = name.trim_start_matches('#');
        if document.pointer(pointer).is_none() {
            missing.insert(name.to_owned());
        }
    });
    assert_eq!(missing, BTreeSet::new());
}

fn references(value: &Value, seen: &mut impl FnMut(&str)) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(name)) = members.get("$ref") {
                seen(name);
            }
            members.values().for_each(|it| references(it, seen));
        }
        Value::Array(items) => items.iter().for_each(|it| references(it, seen)),
        _ => {}
    }
}
