//! Domains that enterprises prove to be theirs, by a file on a server of their own.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::Request;
use axum::routing::get as route;
use serde_json::{Value, json};
use service::testing::{MORNING_US, set_now_us};
use tokio::net::TcpListener;
use web::{Lookup, Site, Webhooks};

use crate::house::{Answer, House, bearer, form_post, get};

const DAY_US: i64 = 24 * 3600 * 1_000_000;

/// Every name is this machine.
fn at_home() -> Lookup {
    let here: IpAddr = "127.0.0.1".parse().expect("an address");
    Arc::new(move |_| Box::pin(async move { Ok(vec![here]) }))
}

/// A server of somebody else's that has one file, and its port.
async fn server(file: Arc<Mutex<String>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let text = move || {
        let text = file.lock().expect("nobody panicked").clone();
        async move { text }
    };
    let router = axum::Router::new().route("/.well-known/suyuan-domain.txt", route(text));
    tokio::spawn(async move { axum::serve(listener, router).await });
    port
}

async fn post(house: &House, path: &str, key: &str, body: &Value) -> Answer {
    let request = Request::post(path).header("authorization", bearer(key));
    let request = request.header("content-type", "application/json");
    house.send(request.body(Body::from(body.to_string())).expect("a request")).await
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).expect("JSON")
}

#[tokio::test]
async fn a_domain_is_verified_by_its_file_and_lapses_without() {
    let file = Arc::new(Mutex::new(String::new()));
    let port = server(file.clone()).await;
    let webhooks = Webhooks::new(&format!("firm.example:{port}")).expect("a target");
    let mut house = House::new().await;
    let site = Site { webhooks: webhooks.with_lookup(at_home()), ..Site::default() };
    house.router = web::router_with(house.service.clone(), 7, site);
    let (firm, other) = (house.firm(1, None).await, house.firm(2, None).await);
    let new = json!({ "domain": "Firm.example" });
    let added = post(&house, "/api/v1/domains", &firm.key, &new).await;
    assert_eq!(added.status, 201, "{}", added.body);
    assert_eq!(json_of(&added)["proof"], "waiting");
    assert_eq!(post(&house, "/api/v1/domains", &firm.key, &new).await.status, 409);
    let wrong = json!({ "domain": "https://firm.example/" });
    let wrong = post(&house, "/api/v1/domains", &firm.key, &wrong).await;
    assert!(wrong.status == 400 && wrong.body.contains("bad-domain"), "{}", wrong.body);
    let check = "/api/v1/domains/firm.example/check";
    let after = async |seconds: i64| {
        set_now_us(MORNING_US + seconds * 1_000_000);
        json_of(&post(&house, check, &firm.key, &json!({})).await)
    };
    let told = after(0).await;
    assert_eq!(told["says"], "the file does not hold the token", "{told}");
    // Nobody looks again at once, nor at a domain of another.
    assert_eq!(post(&house, check, &firm.key, &json!({})).await.status, 409);
    assert_eq!(post(&house, check, &other.key, &json!({})).await.status, 404);
    let token = json_of(&added)["token"].as_str().expect("text").to_owned();
    *file.lock().expect("nobody panicked") = format!("# ours\n{token}\n");
    let told = after(60).await;
    assert_eq!((&told["proof"], &told["says"]), (&json!("verified"), &Value::Null), "{told}");
    let page = async || {
        let products = get("/api/v1/products").header("authorization", bearer(&firm.key));
        let products = json_of(&house.ask(products).await);
        let id = products["items"][0]["enterprise_id"].as_str().expect("an id").to_owned();
        house.ask(get(&format!("/e/{id}")).header("accept-language", "en")).await.body
    };
    assert!(page().await.contains("<strong class=\"mono\">firm.example</strong>"));
    // The site forgot the file: it is looked at each day, and believed for a week.
    file.lock().expect("nobody panicked").clear();
    for day in 1..9 {
        set_now_us(MORNING_US + 120_000_000 + day * DAY_US);
        for due in house.service.claim_domain_checks(16).await.expect("claimed") {
            house.service.settle_domain(&due, Ok(b"")).await.expect("settled");
        }
        assert_eq!(page().await.contains("firm.example</strong>"), day < 7, "day {day}");
    }
    // The same by forms, as a person does it.
    let session = house.sign_in(&other.key).await;
    let mut form = form_post("/console/domains", "t.example", "domain=shop.example");
    form.headers_mut().insert("cookie", session.parse().expect("a cookie"));
    assert_eq!(house.send(form).await.status, 303);
    let mut form = form_post("/console/domains/shop.example/remove", "t.example", "");
    form.headers_mut().insert("cookie", session.parse().expect("a cookie"));
    assert_eq!(house.send(form).await.status, 303);
    set_now_us(MORNING_US);
}

#[tokio::test]
async fn silent_domains_keep_no_other_waiting() {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let silent_port = silent.local_addr().expect("an address").port();
    let file = Arc::new(Mutex::new(String::new()));
    let port = server(file.clone()).await;
    let names = (0..20).map(|n| format!("s{n}.example:{silent_port}"));
    let allowed: Vec<String> = names.chain([format!("firm.example:{port}")]).collect();
    let webhooks = Webhooks::new(&allowed.join(",")).expect("targets").with_lookup(at_home());
    let house = House::new().await;
    let (firm, other) = (house.firm(1, None).await, house.firm(2, None).await);
    for n in 0..20 {
        let new = json!({ "domain": format!("s{n}.example") });
        assert_eq!(post(&house, "/api/v1/domains", &firm.key, &new).await.status, 201);
    }
    let new = json!({ "domain": "firm.example" });
    let added = post(&house, "/api/v1/domains", &other.key, &new).await;
    json_of(&added)["token"].as_str().expect("text").clone_into(&mut file.lock().expect("one"));
    let service = house.service.clone();
    let looking = tokio::spawn(web::verify_domains(service, webhooks, std::future::pending()));
    let is_verified = async {
        loop {
            let request = get("/api/v1/domains").header("authorization", bearer(&other.key));
            if json_of(&house.ask(request).await)["items"][0]["proof"] == "verified" {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    };
    // One after the other they would take minutes.
    let in_time = tokio::time::timeout(std::time::Duration::from_secs(60), is_verified).await;
    assert!(in_time.is_ok(), "it still waits");
    looking.abort();
}
