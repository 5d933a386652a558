//! A buyer reports a fake with a form alone, follows it by a number, and is answered.

use axum::http::Request;
use serde_json::{Value, json};

use crate::exports::fetch;
use crate::house::{Answer, House, bearer, form_post, get, small_png, text};

/// A form with files, as a browser sends it from a page of `origin`.
async fn send(house: &House, code: &str, origin: &str, parts: &[(&str, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in parts {
        let file = if *name == "photos" { "; filename=\"a.html\"" } else { "" };
        let head = format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend(head.bytes());
        body.extend(*value);
        body.extend(b"\r\n");
    }
    body.extend(b"--B--\r\n");
    let request = Request::post(format!("/c/{code}/report"))
        .header("host", "t.example")
        .header("origin", format!("https://{origin}"))
        .header("accept-language", "en")
        .header("content-type", "multipart/form-data; boundary=B")
        .body(body.into());
    house.send(request.expect("a request")).await
}

#[tokio::test]
async fn a_buyer_reports_follows_and_is_answered_without_a_script() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 1 });
    let (_, printed) = house.batch(&firm.key, order).await;
    let code = &printed[0].code;
    let path = format!("/c/{code}/report");
    let page = house.ask(get(&format!("/c/{code}"))).await;
    assert!(page.body.contains(&format!("href=\"{path}\"")), "{}", page.body);
    let ask = async |path: &str| house.ask(get(path).header("accept-language", "en")).await;
    let form = ask(&path).await;
    assert!(form.status == 200 && !form.body.contains("<script"));
    assert!(form.header("content-security-policy").contains("default-src 'none'"));
    // The form of a code that is none looks the same, so it tells nobody which codes exist.
    let none = ask("/c/000000000000000/report").await;
    assert_eq!(none.body, form.body.replace(code, "000000000000000"));

    let photo = small_png();
    let place = ("place", "<b>Corner shop".as_bytes());
    let fine = [place, ("contact", b"+86 1380000"), ("photos", &photo), ("photos", b"")];
    assert_eq!(send(&house, code, "evil.example", &fine).await.status, 403);
    let page_as_photo = [place, ("photos", b"<html><script>alert(1)</script>")];
    let refused = send(&house, code, "t.example", &page_as_photo).await;
    assert!(refused.status == 400 && refused.body.contains("photo 1: send a PNG"));
    assert!(refused.body.contains("&#60;b&#62;Corner shop"), "what was written is still there");
    let sent = send(&house, code, "t.example", &fine).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let followed = sent.header("location").to_owned();
    let shown = ask(&followed).await;
    assert!(shown.body.contains("nobody looked yet") && !shown.body.contains("1380000"));
    assert_eq!(shown.header("cache-control"), "no-store");
    assert_eq!(ask("/reports/222222222222222222222222").await.status, 404);

    let read = async |path: &str| {
        let answer = house.ask(get(path).header("authorization", bearer(&firm.key))).await;
        serde_json::from_str::<Value>(&answer.body).expect("JSON")
    };
    let list = read("/api/v1/reports").await;
    let it = &list["items"][0];
    assert_eq!((&it["contact"], &it["n_photos"]), (&json!("+86 1380000"), &json!(1)));
    let report = format!("/console/reports/{}", text(it, "report_id"));
    let (status, _, body) = fetch(&house, &firm.key, &format!("{report}/photos/1"), "en").await;
    // A session or a key may look; it is a JPEG whatever was sent.
    assert!(status == 200 && body.starts_with(&[0xff, 0xd8, 0xff]));
    let cookie = house.sign_in(&firm.key).await;
    let post = async |path: &str, form: &str| {
        let mut request = form_post(path, "t.example", form);
        request.headers_mut().insert("cookie", cookie.parse().expect("a header"));
        house.send(request).await
    };
    assert_eq!(post(&format!("{report}/seen"), "").await.status, 303);
    let answer = format!("{report}/answer");
    assert_eq!(post(&answer, "finding=perhaps&answer=x").await.status, 400);
    assert_eq!(post(&answer, "finding=fake&answer=Do+not+use+it").await.status, 303);
    let shown = ask(&followed).await.body;
    assert!(shown.contains("it is a fake") && shown.contains("Do not use it"));
    let erased = form_post(&format!("{followed}/erase"), "t.example", "");
    assert_eq!(house.send(erased).await.status, 303);
    assert_eq!(read("/api/v1/reports").await["items"][0]["contact"], Value::Null);
}
