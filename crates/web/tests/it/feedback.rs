//! What visitors say, from the form to whoever reads it.

use axum::body::Body;
use axum::http::Request;
use futures_util::future::join_all;
use serde_json::{Value, json};
use service::NewFeedback;
use service::limits::MAX_EXPORTED_FEEDBACK;
use service::testing::{now_us, set_now_us};

use crate::house::{House, bearer, form_post, get};
use crate::places::send;

async fn list(house: &House, key: &str) -> Value {
    let request = get("/api/v1/feedback").header("authorization", bearer(key));
    serde_json::from_str(&house.ask(request).await.body).expect("JSON")
}

#[tokio::test]
async fn feedback_reaches_whose_goods_it_is_about_and_the_operator() {
    let house = House::new().await;
    let (firm, other) = (house.firm(1, None).await, house.firm(2, None).await);
    let order = json!({ "product_id": firm.product_id, "n_codes": 1 });
    let code = house.batch(&firm.key, order).await.1.remove(0).code;
    let page = house.ask(get(&format!("/feedback?code={code}"))).await;
    assert!(page.body.contains("method=\"post\" action=\"/feedback\""), "{}", page.body);
    let form = format!("code={code}&about=product&rating=2&words=%3DHYPERLINK%28%29%0D%0A%3Cb%3E");
    let sent = house.send(form_post("/feedback", "t.example", &form)).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    let of_platform = "code=&about=service&rating=5&words=";
    assert_eq!(house.send(form_post("/feedback", "t.example", of_platform)).await.status, 200);
    // Nothing said, too much said, from elsewhere.
    let long = format!("about=page&words={}", "x".repeat(1_001));
    for form in ["about=page&words=+", "about=x&rating=1", "about=page&rating=6", long.as_str()] {
        let refused = house.send(form_post("/feedback", "t.example", form)).await;
        assert_eq!(refused.status, 400, "{form}");
    }
    let elsewhere = house.send(form_post("/feedback", "evil.example", of_platform)).await;
    assert_eq!(elsewhere.status, 403);

    let own = list(&house, &firm.key).await;
    let items = own["items"].as_array().expect("a list");
    assert_eq!(items.len(), 1);
    assert_eq!((&items[0]["rating"], &items[0]["words"]), (&json!(2), &json!("=HYPERLINK()\n<b>")));
    assert_eq!(list(&house, &other.key).await["items"], json!([]));
    let all = list(&house, &house.operator).await;
    assert_eq!(all["items"].as_array().expect("a list").len(), 2);

    let id = items[0]["feedback_id"].as_str().expect("an id");
    let handle = async |key: &str| {
        let request = Request::post(format!("/api/v1/feedback/{id}/handled"));
        let request = request.header("authorization", bearer(key)).body(Body::empty());
        house.send(request.expect("a request")).await.status
    };
    assert_eq!(handle(&other.key).await, 404);
    assert_eq!((handle(&firm.key).await, handle(&firm.key).await), (204, 404));
    assert_eq!(list(&house, &firm.key).await["items"][0]["handled_by"], "王芳");
    let csv = get("/api/v1/feedback.csv").header("authorization", bearer(&firm.key));
    let csv = house.ask(csv).await;
    assert!(csv.body.contains("\"'=HYPERLINK()\n<b>\""), "{}", csv.body);
    let session = house.sign_in(&firm.key).await;
    let page = house.ask(get("/console/feedback").header("cookie", &session)).await;
    assert!(page.body.contains("=HYPERLINK()") && page.body.contains("&#60;b&#62;"));
}

#[tokio::test]
async fn a_file_that_ends_before_its_rows_do_says_so() {
    let house = House::new().await;
    let file = async |path: &str| {
        let request = get(path).header("authorization", bearer(&house.operator));
        house.ask(request.header("accept-language", "en")).await
    };
    let send = |_| async {
        // Ids of one millisecond may be the same.
        set_now_us(now_us() + 1_000);
        let new =
            NewFeedback { code: "", about: "page", rating: Some(5), words: "", language: "en" };
        house.service.send_feedback(None, new).await.expect("it is kept")
    };
    join_all((0..MAX_EXPORTED_FEEDBACK).map(send)).await;
    let whole = file("/api/v1/feedback.csv").await;
    assert_eq!(whole.body.lines().count(), 1 + MAX_EXPORTED_FEEDBACK);
    assert_eq!(whole.header("link"), "");
    send(0).await;
    let cut = file("/api/v1/feedback.csv").await;
    assert_eq!(cut.body.lines().count(), 1 + MAX_EXPORTED_FEEDBACK + 1);
    assert!(cut.body.ends_with("or filter more narrowly.\"\r\n"), "{}", &cut.body[..200]);
    let link = cut.header("link").to_owned();
    let next = link.split(['<', '>']).nth(1).expect("an address");
    assert_eq!(file(next).await.body.lines().count(), 2, "{link}");
}

#[tokio::test]
async fn one_address_cannot_fill_the_box() {
    let house = House::new().await;
    let post = async |from: &str| {
        let headers = format!("x-forwarded-for: {from}\r\norigin: https://t.example\r\n");
        let line = "POST /feedback HTTP/1.1";
        send(&house, "127.0.0.1", line, &headers, "about=page&rating=1").await
    };
    for _ in 0..5 {
        assert!(post("9.9.9.9").await.starts_with("HTTP/1.1 200"));
    }
    assert!(post("9.9.9.9").await.starts_with("HTTP/1.1 429"));
    assert!(post("8.8.8.8").await.starts_with("HTTP/1.1 200"));
}
