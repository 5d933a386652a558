//! Subscriptions over HTTP: what the standard's operations answer, and where webhooks may lead.

use std::io::ErrorKind;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use service::{Answer as Outcome, Sending};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use web::{Lookup, Site, Webhooks};

use crate::house::{Answer, Firm, House, bearer, form_post, get};

const PATH: &str = "/epcis/queries/shipped/subscriptions";

/// A platform, and an enterprise with a query.
async fn house(webhooks: Webhooks) -> (House, Firm) {
    let mut house = House::new().await;
    house.router = web::router_with(house.service.clone(), 7, Site { webhooks, ..Site::default() });
    let firm = house.firm(1, None).await;
    let query = json!({ "name": "shipped", "query": { "EQ_bizStep": ["shipping"] } });
    assert_eq!(post(&house, "/epcis/queries", &firm.key, &query).await.status, 201);
    (house, firm)
}

async fn post(house: &House, path: &str, key: &str, body: &Value) -> Answer {
    let request = Request::post(path).header("authorization", bearer(key));
    let request = request.header("content-type", "application/json");
    house.send(request.body(Body::from(body.to_string())).expect("a request")).await
}

async fn read(house: &House, path: &str, key: &str) -> Answer {
    house.ask(get(path).header("authorization", bearer(key))).await
}

async fn delete(house: &House, path: &str, key: &str) -> Answer {
    house.ask(Request::delete(path).header("authorization", bearer(key))).await
}

async fn capture(house: &House, firm: &Firm, serial: &str) {
    let document = json!({
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-11-21T08:00:00Z",
        "epcisBody": { "eventList": [{
            "type": "ObjectEvent", "eventID": format!("ex:{serial}"), "action": "OBSERVE",
            "eventTime": "2026-11-21T08:00:00Z", "eventTimeZoneOffset": "+00:00",
            "bizStep": "shipping", "epcList": [format!("urn:epc:id:sgtin:4012345.011111.{serial}")],
        }] },
    });
    assert_eq!(post(house, "/epcis/capture", &firm.key, &document).await.status, 202);
}

/// A name that has one address after another, the last for ever.
fn table(addresses: &[&str]) -> Lookup {
    let addresses: Vec<IpAddr> = addresses.iter().map(|it| it.parse().expect("one")).collect();
    let n_asked = AtomicUsize::new(0);
    Arc::new(move |name| {
        let n = n_asked.fetch_add(1, Ordering::SeqCst).min(addresses.len().saturating_sub(1));
        let found = match (name.as_str(), addresses.get(n)) {
            ("hook.example", Some(address)) => Ok(vec![*address]),
            _ => Err(std::io::Error::from(ErrorKind::NotFound)),
        };
        Box::pin(async move { found })
    })
}

#[tokio::test]
async fn a_subscription_is_made_read_listed_and_deleted() {
    let webhooks = Webhooks::new("").expect("none").with_lookup(table(&["1.1.1.1"]));
    let (house, firm) = house(webhooks).await;
    let wanted = json!({
        "dest": "https://hook.example/callback", "signatureToken": "13df38d8275b13f0",
        "reportIfEmpty": true, "schedule": { "hour": "1", "minute": 5 },
        "initialRecordTime": "2026-11-21T07:00:00+00:00",
    });
    let made = post(&house, PATH, &firm.key, &wanted).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert!(!made.body.contains("13df38d8275b13f0"), "the token is never told: {}", made.body);
    let place = made.header("location").to_owned();
    let object: Value = serde_json::from_str(&made.body).expect("JSON");
    let id = object["subscriptionID"].as_str().expect("an id");
    assert_eq!(place, format!("{PATH}/{id}"));
    assert_eq!(object["schedule"], json!({ "hour": "1", "minute": "5" }));
    assert_eq!(object["dest"], wanted["dest"]);
    assert_eq!(object["initialRecordTime"], "2026-11-21T07:00:00Z");
    // The published schema allows further members.
    let stream = json!({ "dest": "https://hook.example", "stream": true, "note": "ours" });
    assert_eq!(post(&house, PATH, &firm.key, &stream).await.status, 201);
    let unknown = read(&house, &format!("{PATH}?nextPageToken=nonsense"), &firm.key).await;
    assert_eq!(unknown.status, 400, "{}", unknown.body);
    let found = read(&house, &place, &firm.key).await;
    assert_eq!((found.status, found.body), (200, made.body));
    let first = read(&house, &format!("{PATH}?perPage=1"), &firm.key).await;
    let link = first.header("link").to_owned();
    let next = link.split(['<', '>']).nth(1).expect("a next page");
    let second = read(&house, next, &firm.key).await;
    for page in [&first, &second] {
        let list: Vec<Value> = serde_json::from_str(&page.body).expect("a list");
        assert_eq!(list.len(), 1);
    }
    assert_eq!(second.header("link"), "");
    let options = async |key: &str| {
        house.ask(Request::options(&place).header("authorization", bearer(key))).await
    };
    let discovered = options(&firm.key).await;
    let told = ["allow", "gs1-query-min-record-time", "gs1-epcis-version", "gs1-vendor-version"];
    let told = told.map(|name| discovered.header(name));
    let expected = ["OPTIONS, GET, DELETE", "2026-11-21T07:00:00Z", "2.0.0", "0.0.0"];
    assert_eq!((discovered.status, told), (204, expected));
    // Others do not hear that it exists.
    let stranger = house.firm(2, None).await;
    assert_eq!(options(&stranger.key).await.status, 404);
    for path in [place.as_str(), PATH] {
        assert_eq!(read(&house, path, &stranger.key).await.status, 404);
    }
    assert_eq!(delete(&house, &place, &stranger.key).await.status, 404);
    assert_eq!(delete(&house, &place, &firm.key).await.status, 204);
    assert_eq!(read(&house, &place, &firm.key).await.status, 404);
}

#[tokio::test]
async fn what_no_subscription_may_be_has_its_problem_type() {
    let webhooks = Webhooks::new("").expect("none").with_lookup(table(&["10.0.0.1"]));
    let (house, firm) = house(webhooks).await;
    let controls = "epcisException:SubscriptionControlsException";
    let validation = "epcisException:ValidationException";
    let dest = "https://1.1.1.1/hook";
    let table = [
        (json!({ "dest": dest }), controls),
        (json!({ "dest": dest, "stream": false }), controls),
        (json!({ "dest": dest, "stream": true, "schedule": { "hour": "1" } }), controls),
        (json!({ "dest": dest, "schedule": { "hour": "24" } }), controls),
        (json!({ "dest": dest, "schedule": {} }), controls),
        (json!({ "dest": dest, "schedule": { "hour": [1] } }), controls),
        (json!({ "dest": dest, "stream": true, "initialRecordTime": "now" }), validation),
        (json!({ "dest": dest, "stream": true, "signatureToken": "" }), validation),
        (json!({ "stream": true }), validation),
    ];
    for (wanted, expected) in table {
        let answer = post(&house, PATH, &firm.key, &wanted).await;
        let problem: Value = serde_json::from_str(&answer.body).expect("a problem");
        assert_eq!((answer.status, &problem["type"]), (400, &json!(expected)), "{wanted}");
    }
    for dest in [
        "ftp://1.1.1.1/",
        "https://",
        "hook",
        "https://user:pass@1.1.1.1/",
        "https://1.1.1.1/#a",
        "http://1.1.1.1/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest",
        "https://hook.example/",
        "https://[64:ff9b::7f00:1]/",
    ] {
        let wanted = json!({ "dest": dest, "stream": true });
        let answer = post(&house, PATH, &firm.key, &wanted).await;
        assert_eq!(answer.status, 400, "{dest}");
        assert!(answer.body.contains("/dest"), "{dest}: {}", answer.body);
    }
    let wanted = json!({ "dest": dest, "stream": true });
    let answer = post(&house, "/epcis/queries/none/subscriptions", &firm.key, &wanted).await;
    assert!(answer.status == 404 && answer.body.contains("NoSuchName"), "{}", answer.body);
}

/// Takes connections and answers each request; how many it had.
async fn receiver(address: &str, status: &'static str) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind((address, 0)).await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hearing = Arc::clone(&heard);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut request = vec![0; 65536];
            let n_bytes = stream.read(&mut request).await.expect("a request");
            let text = String::from_utf8_lossy(&request[..n_bytes]).into_owned();
            hearing.lock().expect("no panic").push(text);
            let answer = format!(
                "HTTP/1.1 {status}\r\nlocation: http://127.0.0.1/\r\ncontent-length: 0\r\n\r\n"
            );
            stream.write_all(answer.as_bytes()).await.expect("an answer");
        }
    });
    (port, heard)
}

async fn due(house: &House) -> Vec<Sending> {
    house.service.dispatch_events().await.expect("it judges");
    house.service.claim_deliveries(10).await.expect("what is due")
}

#[tokio::test]
async fn rebinding_a_name_to_a_private_address_reaches_nobody() {
    let (port, heard) = receiver("127.0.0.1", "204 No Content").await;
    // The name is looked at when the subscription is made, and at each delivery.
    let lookup = table(&["127.0.0.1", "127.0.0.1", "127.0.0.2", "::1", "169.254.169.254"]);
    let webhooks = Webhooks::new("127.0.0.1").expect("one").with_lookup(lookup);
    let (house, firm) = house(webhooks.clone()).await;
    let dest = format!("http://hook.example:{port}/hook?a=1");
    let wanted = json!({ "dest": dest, "stream": true, "signatureToken": "secret" });
    assert_eq!(post(&house, PATH, &firm.key, &wanted).await.status, 201);
    capture(&house, &firm, "1").await;
    let sending = due(&house).await.remove(0);
    assert_eq!(webhooks.send(&sending).await, Outcome::Taken);
    {
        let heard = heard.lock().expect("no panic");
        let request = heard.first().expect("a request");
        assert!(request.starts_with("POST /hook?a=1 HTTP/1.1\r\n"), "{request}");
        for header in [
            format!("host: hook.example:{port}\r\n"),
            format!("suyuan-delivery: {}\r\n", sending.delivery_id),
            "gs1-signature: t=".into(),
            "content-type: application/json\r\n".into(),
        ] {
            assert!(request.contains(&header), "{header} in {request}");
        }
    }
    for _ in 0..3 {
        match webhooks.send(&sending).await {
            Outcome::Unreachable(why) => assert!(why.contains("private address"), "{why}"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(heard.lock().expect("no panic").len(), 1);
}

#[tokio::test]
async fn answers_mean_what_the_documentation_says() {
    for (status, expected) in [
        ("200 OK", Outcome::Taken),
        ("413 Too Large", Outcome::TooLarge),
        ("503 Busy", Outcome::Unreachable("it answered 503".into())),
        ("429 Slow", Outcome::Unreachable("it answered 429".into())),
        ("400 Bad", Outcome::Refused("it answered 400".into())),
        ("307 There", Outcome::Refused("it answered 307; redirects are not followed".into())),
    ] {
        let (port, heard) = receiver("127.0.0.1", status).await;
        let webhooks = Webhooks::new("localhost, 127.0.0.1").expect("two");
        let (house, firm) = house(webhooks.clone()).await;
        let wanted = json!({ "dest": format!("http://127.0.0.1:{port}"), "stream": true });
        assert_eq!(post(&house, PATH, &firm.key, &wanted).await.status, 201);
        capture(&house, &firm, "1").await;
        let sending = due(&house).await.remove(0);
        assert_eq!(webhooks.send(&sending).await, expected);
        assert_eq!(heard.lock().expect("no panic").len(), 1, "no redirect is followed");
    }
}

#[tokio::test]
async fn an_answer_without_an_end_has_said_enough() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        assert!(stream.read(&mut [0; 65536]).await.expect("a request") > 0);
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nthanks").await.expect("an answer");
        std::future::pending::<()>().await;
    });
    let webhooks = Webhooks::new("127.0.0.1").expect("one");
    let (house, firm) = house(webhooks.clone()).await;
    let wanted = json!({ "dest": format!("http://127.0.0.1:{port}"), "stream": true });
    assert_eq!(post(&house, PATH, &firm.key, &wanted).await.status, 201);
    capture(&house, &firm, "1").await;
    assert_eq!(webhooks.send(&due(&house).await.remove(0)).await, Outcome::Taken);
}

#[tokio::test]
async fn an_operator_sees_dead_letters_and_replays_or_drops_them() {
    let webhooks = Webhooks::new("127.0.0.1").expect("one");
    let (house, firm) = house(webhooks).await;
    let wanted = json!({ "dest": "http://127.0.0.1:9", "stream": true });
    let made = post(&house, PATH, &firm.key, &wanted).await;
    let made: Value = serde_json::from_str(&made.body).expect("JSON");
    let id = made["subscriptionID"].as_str().expect("an id");
    for serial in ["1", "2"] {
        capture(&house, &firm, serial).await;
        let refused = due(&house).await.remove(0);
        let day_us = service::limits::DELIVERY_DAY_US;
        service::testing::set_now_us(service::testing::now_us() + day_us);
        let answer = Outcome::Refused("it answered 400".into());
        house.service.settle_delivery(&refused, &answer).await.expect("it is noted");
    }
    let path = format!("/api/v1/subscriptions/{id}");
    let here = format!("/console/subscriptions/{id}");
    for key in [&firm.key, &house.operator] {
        let listed = read(&house, &format!("{path}/dead_letters"), key).await;
        let listed: Value = serde_json::from_str(&listed.body).expect("JSON");
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(2), "{listed}");
        assert_eq!(listed["items"][0]["last_error"], "it answered 400");
        assert!(read(&house, "/api/v1/subscriptions", key).await.body.contains(id));
        assert!(read(&house, &path, key).await.body.contains("\"n_dead\":2"));
    }
    let cookie = house.sign_in(&house.operator).await;
    for (language, again) in [("zh-CN", "重发"), ("ko", "다시 보내기"), ("en", "Send again")]
    {
        for (path, sign) in [("/console/subscriptions", id), (here.as_str(), again)] {
            let request = get(path).header("cookie", &cookie).header("accept", "text/html");
            let answer = house.ask(request.header("accept-language", language)).await;
            assert_eq!(answer.status, 200, "{path}");
            assert!(answer.body.contains(sign), "{sign} in {}", answer.body);
        }
    }
    let none = json!({});
    let replay = format!("{path}/dead_letters/1/replay");
    assert_eq!(post(&house, &replay, &house.operator, &none).await.status, 204);
    assert_eq!(post(&house, &replay, &firm.key, &none).await.status, 404);
    assert_eq!(delete(&house, &format!("{path}/dead_letters/2"), &firm.key).await.status, 204);
    assert_eq!(post(&house, &format!("{path}/resume"), &firm.key, &none).await.status, 204);
    let stranger = house.firm(2, None).await;
    assert_eq!(read(&house, &path, &stranger.key).await.status, 404);
    let found = read(&house, &path, &firm.key).await;
    assert!(found.body.contains("\"n_waiting\":1,\"n_dead\":0"), "{}", found.body);
    assert_eq!(due(&house).await.len(), 1, "it is attempted again");
}

#[tokio::test]
async fn the_console_subscribes_with_a_form_and_says_what_is_wrong() {
    let webhooks = Webhooks::new("").expect("none").with_lookup(table(&["1.1.1.1"]));
    let (house, firm) = house(webhooks).await;
    let cookie = house.sign_in(&firm.key).await;
    let post = async |path: &str, form: &str| {
        let mut request = form_post(path, "t.example", form);
        request.headers_mut().insert("cookie", cookie.parse().expect("a cookie"));
        request.headers_mut().insert("accept", "text/html".parse().expect("a type"));
        house.send(request).await
    };
    let list = "/console/subscriptions";
    let wrong = post(list, "query_name=shipped&dest=https://10.0.0.1/").await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.body.contains("private address"), "{}", wrong.body);
    let made = post(list, "query_name=shipped&dest=https://hook.example/a").await;
    assert_eq!(made.status, 303, "{}", made.body);
    let here = made.header("location").to_owned();
    for path in [list, &here] {
        let request = get(path).header("cookie", &cookie).header("accept", "text/html");
        let answer = house.ask(request).await;
        assert!(answer.body.contains("https://hook.example/a"), "{}", answer.body);
    }
    assert_eq!(post(&format!("{here}/resume"), "").await.status, 303);
    assert_eq!(post(&format!("{here}/drop"), "first_n=1").await.status, 404);
    assert_eq!(post(&format!("{here}/delete"), "").await.header("location"), list);
    let request = get(&here).header("cookie", &cookie).header("accept", "text/html");
    assert_eq!(house.ask(request).await.status, 404);
}
