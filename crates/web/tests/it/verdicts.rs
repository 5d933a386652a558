//! Who scans, as the page can tell, and the rules that answers are judged by.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use service::Role;

use service::testing::{MORNING_US, set_now_us};

use crate::house::{Answer, Firm, House, Printed, bearer, form_post, get};

async fn items(house: &House) -> (Firm, Vec<Printed>) {
    let firm = house.firm(1, None).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 4 });
    let (batch_id, printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch_id).await;
    (firm, printed)
}

/// The answer to a scan with these headers.
async fn scan(house: &House, code: &str, headers: &[(&str, &str)]) -> (Value, Answer) {
    let mut request = get(&format!("/c/{code}")).header("accept", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = house.ask(request).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    (serde_json::from_str(&answer.body).expect("JSON"), answer)
}

#[tokio::test]
async fn a_cookie_tells_a_device_and_forged_ones_are_ignored() {
    let house = House::new().await;
    let (_, printed) = items(&house).await;
    let code = &printed[0].code;
    let (first, answer) = scan(&house, code, &[]).await;
    assert_eq!(first["state"], "first-scan");
    let cookie = answer.header("set-cookie").to_owned();
    for part in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure", "__Host-device="] {
        assert!(cookie.contains(part), "{cookie} lacks {part}");
    }
    let own = cookie.split(';').next().expect("a cookie");
    let (again, answer) = scan(&house, code, &[("cookie", own)]).await;
    assert_eq!(again["state"], "checked-by-you");
    assert_eq!(again["n_others"], 0);
    assert!(
        answer.header("set-cookie").starts_with(own),
        "a device that comes again keeps its token"
    );
    // Of another signature, and of another cookie of ours.
    let forged = format!("{}0", own.strip_suffix(char::is_alphanumeric).expect("digits"));
    let forged = if forged == own { own.replace('=', "=f") } else { forged };
    let (stranger, _) = scan(&house, code, &[("cookie", &forged)]).await;
    assert_eq!((&stranger["state"], &stranger["n_scans"]), (&json!("scanned-before"), &json!(2)));
    let replayed = own.replace("__Host-device=", "session=");
    let (stranger, _) = scan(&house, code, &[("cookie", &replayed)]).await;
    assert_eq!(stranger["n_scans"], 2, "a session that is none is nobody's scan");
    let key = format!("Bearer {}", own.replace("__Host-device=", "sk_"));
    let request = get(&format!("/c/{code}")).header("authorization", &key);
    assert_eq!(house.ask(request).await.status, 401);
}

#[tokio::test]
async fn who_is_signed_in_is_counted_apart() {
    let house = House::new().await;
    let (firm, printed) = items(&house).await;
    let code = &printed[0].code;
    let authority = house.key(Role::Regulator).await;
    for key in [&firm.key, &authority, &firm.key] {
        let (told, answer) = scan(&house, code, &[("authorization", &bearer(key))]).await;
        assert_eq!(told["state"], "not-scanned");
        assert_eq!(answer.header("set-cookie"), "");
    }
    let session = house.sign_in(&firm.key).await;
    let session = session.split(';').next().expect("a cookie");
    let (told, _) = scan(&house, code, &[("cookie", session)]).await;
    assert_eq!(told["state"], "not-scanned");
    let page = house.ask(get(&format!("/c/{code}")).header("accept-language", "en")).await;
    assert!(page.body.contains("Valid code, first check"), "{}", page.body);
    assert!(page.body.contains("not counted above: 2"), "{}", page.body);
    // Strangers are not told who they were, nor from where; the maker's own page is linked once.
    assert_eq!(page.body.matches(&firm.enterprise_id).count(), 1, "{}", page.body);
    assert!(page.body.contains("Handler"), "{}", page.body);
    // Nor when, once the enterprise keeps a stage of its journey private.
    let private = json!({ "named": [], "hidden_stages": ["logistics"] });
    let (status, told) = send(&house, &firm.key, "PUT", "/api/v1/disclosure", private).await;
    assert_eq!(status, 200, "{told}");
    set_now_us(MORNING_US + 10_000_000);
    let page = house.ask(get(&format!("/c/{code}")).header("accept-language", "en")).await;
    assert!(page.body.contains("not counted above: 2"), "{}", page.body);
    assert!(!page.body.contains("Handler"), "{}", page.body);
    // Anybody may have a key: goods of others it checks as a buyer does, and so do operators.
    let other = house.firm(2, None).await;
    let code = &printed[1].code;
    let (told, _) = scan(&house, code, &[("authorization", &bearer(&other.key))]).await;
    assert_eq!(told["state"], "first-scan");
    let (told, _) = scan(&house, code, &[("authorization", &bearer(&house.operator))]).await;
    assert_eq!((&told["state"], &told["n_scans"]), (&json!("scanned-before"), &json!(2)));
}

async fn send(house: &House, key: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", bearer(key))
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()));
    let answer = house.send(request.expect("a request")).await;
    (answer.status, serde_json::from_str(&answer.body).unwrap_or_default())
}

#[tokio::test]
async fn rules_are_set_tried_and_taken_back_through_the_api() {
    let house = House::new().await;
    let (firm, printed) = items(&house).await;
    let new = json!({ "product_id": firm.product_id, "bounds": { "limit": 1, "early": null },
                      "sold_in": ["440000"] });
    for _ in 0..3 {
        scan(&house, &printed[0].code, &[]).await;
    }
    let (status, run) = send(&house, &firm.key, "POST", "/api/v1/rules/dry-run", new.clone()).await;
    assert_eq!((status, &run["n_items"], &run["flagged"]), (200, &json!(1), &json!({"limit": 1})));
    let (status, set) = send(&house, &firm.key, "PUT", "/api/v1/rules", new).await;
    assert_eq!((status, &set["set_by"]), (200, &json!("product")));
    assert_eq!((&set["bounds"]["early"], &set["bounds"]["travel"]), (&Value::Null, &json!(900)));
    let (told, _) = scan(&house, &printed[0].code, &[]).await;
    assert_eq!((&told["state"], &told["reason"]), (&json!("careful"), &json!("limit")));
    let (_, changes) = send(&house, &firm.key, "GET", "/api/v1/rules/changes", json!(null)).await;
    assert_eq!(changes["items"][0]["after"]["sold_in"], json!(["440000"]));
    let path = format!("/api/v1/rules?product_id={}", firm.product_id);
    let (_, back) = send(&house, &firm.key, "DELETE", &path, json!(null)).await;
    assert_eq!(back["set_by"], "default");
    let absurd = json!({ "bounds": { "limit": 0 } });
    assert_eq!(send(&house, &firm.key, "PUT", "/api/v1/rules", absurd).await.0, 400);
}

#[tokio::test]
async fn rules_are_tried_by_a_form_before_they_are_saved() {
    let house = House::new().await;
    let (firm, printed) = items(&house).await;
    for _ in 0..3 {
        scan(&house, &printed[0].code, &[]).await;
    }
    let session = house.sign_in(&firm.key).await;
    let session = session.split(';').next().expect("a cookie").to_owned();
    let post = async |form: &str| {
        let mut request = form_post("/console/rules", "t.example", form);
        request.headers_mut().insert("cookie", session.parse().expect("a cookie"));
        house.send(request).await
    };
    let tried = post("limit=1&grace_hours=24&sold_in=440000&try_only=1").await;
    assert_eq!(tried.status, 200, "{}", tried.body);
    assert!(tried.body.contains("All 1 items"), "{}", tried.body);
    let path = "/api/v1/rules";
    let (_, now) = send(&house, &firm.key, "GET", path, json!(null)).await;
    assert_eq!(now["set_by"], "default", "it was only tried");
    assert_eq!(post("limit=x").await.status, 400);
    let saved = post("limit=1&grace_hours=24&sold_in=440000").await;
    assert_eq!((saved.status, saved.header("location")), (303, "/console/rules"));
    let (_, now) = send(&house, &firm.key, "GET", path, json!(null)).await;
    assert_eq!((&now["bounds"]["limit"], &now["bounds"]["travel"]), (&json!(1), &Value::Null));
    let page = house.ask(get("/console/rules").header("cookie", &session)).await;
    assert!(page.body.contains("Checks 5 → 1"), "{}", page.body);
}

#[tokio::test]
async fn an_owner_has_an_item_counted_anew_by_api_and_by_form() {
    let house = House::new().await;
    let (firm, printed) = items(&house).await;
    let code = &printed[0].code;
    for _ in 0..3 {
        scan(&house, code, &[]).await;
    }
    let path = format!("/api/v1/codes/{code}/resets");
    let why = json!({ "reason": "scanned in the shop by a rival" });
    let other = house.firm(2, None).await;
    assert_eq!(send(&house, &other.key, "POST", &path, why.clone()).await.0, 404);
    assert_eq!(send(&house, &firm.key, "POST", &path, json!({ "reason": "" })).await.0, 400);
    assert_eq!(send(&house, &firm.key, "POST", &path, why).await.0, 201);
    let (again, _) = scan(&house, code, &[]).await;
    assert_eq!(again["state"], "first-scan");
    let session = house.sign_in(&firm.key).await;
    let session = session.split(';').next().expect("a cookie").to_owned();
    let form = format!("item={code}&reason=%3Cb%3Eonce+more%3C%2Fb%3E");
    let mut request = form_post("/console/items/reset", "t.example", &form);
    request.headers_mut().insert("cookie", session.parse().expect("a cookie"));
    let saved = house.send(request).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let page = house.ask(get(saved.header("location")).header("cookie", &session)).await;
    assert!(page.body.contains("&#60;b&#62;once more"), "{}", page.body);
    let (_, list) = send(&house, &firm.key, "GET", &path, json!(null)).await;
    assert_eq!(
        (&list["items"][0]["n_scans"], &list["items"][1]["n_scans"]),
        (&json!(3), &json!(4))
    );
    assert_eq!(list["items"][0]["reset_by"], "王芳");
}
