//! Dealers over HTTP: the API, a file in and out, and the same by forms alone.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use expect_test::expect;
use serde_json::{Value, json};

use crate::house::{Answer, House, bearer, form_post, get, text};

async fn send(
    house: &House,
    key: &str,
    (method, path, media_type): (&str, &str, &str),
    body: impl Into<Body>,
) -> Answer {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("authorization", bearer(key)).header("content-type", media_type);
    house.send(request.body(body.into()).expect("a request")).await
}

async fn ask(house: &House, key: &str, method: &str, path: &str, body: &Value) -> Value {
    let answer = send(house, key, (method, path, "application/json"), body.to_string()).await;
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{path}: {}", answer.body))
}

#[tokio::test]
async fn the_api_changes_dealers_and_takes_files() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let new = json!({ "details": { "number": "D1", "name": "杭州" },
        "territories": [{ "division": "330100", "kind": "sole", "from": "2026-01-01" }] });
    let made = house.post("/api/v1/dealers", &firm.key, &new).await;
    let path = format!("/api/v1/dealers/{}", text(&made, "dealer_id"));
    let details = json!({ "number": "D1", "name": "杭州", "phone": "+86 571" });
    let changed = ask(&house, &firm.key, "PUT", &path, &details).await;
    assert_eq!(changed["phone"], "+86 571");
    assert_eq!(changed["territories"][0]["division"], "330100");
    let circle = json!({ "parent_id": made["dealer_id"] });
    let refused = ask(&house, &firm.key, "PUT", &format!("{path}/parent"), &circle).await;
    assert_eq!(refused["violations"][0]["rule"], "circle");
    let wrong = json!({ "details": { "number": "D2", "name": "x" }, "colour": 1 });
    let refused = ask(&house, &firm.key, "POST", "/api/v1/dealers", &wrong).await;
    assert_eq!(refused["status"], 400);
    let csv = "/api/v1/dealers.csv";
    let out = house.ask(get(csv).header("authorization", bearer(&firm.key))).await;
    assert!(out.body.starts_with("\u{feff}number,parent_number,name"), "{}", out.body);
    assert!(out.body.contains("\"'+86 571\""), "no spreadsheet takes it for a sum: {}", out.body);
    let import = "/api/v1/dealers/import";
    let back = send(&house, &firm.key, ("POST", import, "text/csv"), out.body.clone()).await;
    assert_eq!(back.body, r#"{"n_added":0,"n_changed":0,"n_same":1,"faults":[]}"#);
    let request = get("/api/v1/dealers.xlsx").header("authorization", bearer(&firm.key));
    let request = request.body(Body::empty()).expect("a request");
    let response = tower::ServiceExt::oneshot(house.router.clone(), request).await;
    let body = response.expect("an answer").into_body();
    let workbook = axum::body::to_bytes(body, usize::MAX).await.expect("bytes");
    let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let back = send(&house, &firm.key, ("POST", import, media_type), workbook).await;
    assert_eq!(back.body, r#"{"n_added":0,"n_changed":0,"n_same":1,"faults":[]}"#);
    let other = send(&house, &firm.key, ("POST", import, "text/html"), "number").await;
    assert_eq!(other.status, 415);
    let files = format!("{path}/files?name=licence&valid_until=2027-01-31");
    let kept = send(&house, &firm.key, ("POST", &files, "application/pdf"), "%PDF-1.7 x").await;
    assert_eq!((kept.status, kept.header("location")), (201, &*format!("{path}/files/1")));
    let made =
        ask(&house, &firm.key, "POST", &format!("{path}/keys"), &json!({"label": "店"})).await;
    let staff = text(&made, "key");
    let seen = house.ask(get(&path).header("authorization", bearer(&staff))).await;
    assert_eq!(seen.status, 200);
    let closed = ask(&house, &firm.key, "POST", &format!("{path}/close"), &json!({})).await;
    assert!(closed["closed_at"].is_string());
    let changes =
        house.ask(get(&format!("{path}/changes")).header("authorization", bearer(&firm.key)));
    let changes: Value = serde_json::from_str(&changes.await.body).expect("JSON");
    let actions: BTreeSet<&str> = changes["items"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|it| it["action"].as_str())
        .collect();
    assert_eq!(actions, BTreeSet::from(["added", "changed", "file", "closed"]));
}

/// Title, what is wrong, and the cells of a page.
async fn page(house: &House, cookie: &str, path: &str) -> Answer {
    let request = get(path).header("cookie", cookie).header("accept-language", "zh");
    house.ask(request.header("accept", "text/html")).await
}

async fn post(house: &House, cookie: &str, path: &str, form: &str) -> Answer {
    let mut request = form_post(path, "t.example", form);
    let headers = request.headers_mut();
    headers.insert("cookie", cookie.parse().expect("a cookie"));
    headers.insert("accept-language", "zh".parse().expect("a tag"));
    headers.insert("accept", "text/html".parse().expect("a type"));
    house.send(request).await
}

/// Sends a form with a file, as browsers do.
async fn upload(
    house: &House,
    cookie: &str,
    path: &str,
    fields: &[(&str, &str)],
    file: &str,
) -> Answer {
    let mut body = String::new();
    for (name, value) in fields {
        body +=
            &format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    let head = "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"";
    body += &format!("{head}\r\n\r\n{file}\r\n--B--\r\n");
    let mut request = form_post(path, "t.example", "");
    *request.body_mut() = Body::from(body);
    let headers = request.headers_mut();
    headers.remove("content-length");
    headers.insert("content-type", "multipart/form-data; boundary=B".parse().expect("a type"));
    headers.insert("cookie", cookie.parse().expect("a cookie"));
    headers.insert("accept-language", "zh".parse().expect("a tag"));
    headers.insert("accept", "text/html".parse().expect("a type"));
    house.send(request).await
}

#[tokio::test]
async fn forms_alone_keep_a_tree_of_dealers() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let cookie = house.sign_in(&firm.key).await;
    let list = page(&house, &cookie, "/console/dealers").await;
    assert!(list.body.contains("还没有经销商"), "{}", list.body);
    let form = "number=D1&name=A%3Cb%3E&territories=330100+sole%0A330483+border";
    let made = post(&house, &cookie, "/console/dealers", form).await;
    let one = made.header("location").to_owned();
    let below = "number=D2&name=below&parent_id=D1";
    assert_eq!(post(&house, &cookie, "/console/dealers", below).await.status, 303);
    let shown = page(&house, &cookie, &one).await;
    for text in ["A&#60;b&#62;", "330483", "D2", "urn:suyuan:dealer:"] {
        assert!(shown.body.contains(text), "{text}: {}", shown.body);
    }
    let mut told = String::new();
    let wrong = "number=&name=x&parent_id=D9";
    for (path, form) in [
        ("/console/dealers".to_owned(), wrong),
        (format!("{one}/territories"), "territories=9"),
        (format!("{one}/parent"), "parent_id=D2"),
    ] {
        let refused = post(&house, &cookie, &path, form).await;
        let is_kept = form.split('&').all(|pair| {
            let value = pair.split_once('=').map_or("", |(_, it)| it);
            refused.body.contains(value)
        });
        told += &format!("{} {is_kept}\n", refused.status);
    }
    let import = "/console/dealers/import";
    let file = "number,name\nD3,third\nD3,again\n";
    let refused = upload(&house, &cookie, import, &[("do", "import")], file).await;
    told += &format!("{} {}\n", refused.status, refused.body.contains("line 2 has the number D3"));
    let file = "number,name\nD3,third\n";
    for (act, done) in [("check", "尚未写入"), ("import", "已写入")] {
        let answer = upload(&house, &cookie, import, &[("do", act)], file).await;
        told += &format!("{} {}\n", answer.status, answer.body.contains(done));
    }
    let licence = [("name", "营业执照"), ("valid_until", "2027-01-31")];
    let kept = upload(&house, &cookie, &format!("{one}/files"), &licence, "%PDF-1.7 x").await;
    told += &format!("{} {}\n", kept.status, kept.header("location") == one);
    let keys = post(&house, &cookie, &format!("{one}/keys"), "label=shop").await;
    told += &format!("{} {}\n", keys.status, keys.body.contains("suyuan_"));
    let closed = post(&house, &cookie, &format!("{one}/close"), "").await;
    told += &format!("{}\n", closed.status);
    let shown = page(&house, &cookie, &one).await;
    told += &format!("{} {}\n", shown.body.contains("营业执照"), shown.body.contains("已停止合作"));
    expect![[r#"
        400 true
        400 true
        400 true
        200 true
        200 true
        200 true
        303 true
        200 true
        303
        true true
    "#]]
    .assert_eq(&told);
}

/// A form as browsers write it.
fn form(fields: &[(&str, &str)]) -> String {
    let pairs = fields.iter().map(|(name, value)| {
        let value: String = value.bytes().map(|it| format!("%{it:02X}")).collect();
        format!("{name}={value}")
    });
    pairs.collect::<Vec<_>>().join("&")
}

#[tokio::test]
async fn a_scanner_and_forms_take_a_delivery_in() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 6 });
    let (batch_id, printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch_id).await;
    let new = json!({ "details": { "number": "D1", "name": "杭州" } });
    let made = house.post("/api/v1/dealers", &firm.key, &new).await;
    let dealer = text(&made, "dealer_id");
    let path = format!("/api/v1/dealers/{dealer}");
    let key =
        ask(&house, &firm.key, "POST", &format!("{path}/keys"), &json!({"label": "店"})).await;
    let desk = house.sign_in(&firm.key).await;
    let phone = house.sign_in(&text(&key, "key")).await;
    let wrong = [("kind", "ship"), ("to", "D9"), ("thing", "x")];
    let wrong = post(&house, &desk, "/console/moves", &form(&wrong)).await;
    assert_eq!(wrong.status, 400);
    let sent =
        [("kind", "ship"), ("to", "D1"), ("batch_id", &batch_id), ("first", "0"), ("last", "3")];
    // Goods are made before they leave.
    service::testing::set_now_us(service::testing::now_us() + 60_000_000);
    let sent = post(&house, &desk, "/console/moves", &form(&sent)).await;
    assert_eq!(sent.header("location"), "/console/moves?done=1", "{}", sent.body);
    let list = page(&house, &phone, "/dealer/shipments").await;
    let found = list.body.split("/dealer/shipments/").nth(1).expect("one is on its way");
    let one = format!("/dealer/shipments/{}", found.split('"').next().unwrap_or_default());
    let shown = page(&house, &phone, &one).await;
    assert!(shown.body.contains("autofocus"), "a scanner types at once: {}", shown.body);
    // A scanner ends each code with a line.
    let codes: Vec<&str> = [0, 1, 4].iter().map(|n: &usize| printed[*n].code.as_str()).collect();
    let scans = format!("{}\r\n123\r\n", codes.join("\r\n"));
    let checked = post(&house, &phone, &one, &form(&[("thing", &scans)])).await;
    for words in ["有差异", "2 / 4", "多出", "不是本企业的码", "缺少"] {
        assert!(checked.body.contains(words), "{words}: {}", checked.body);
    }
    service::testing::set_now_us(service::testing::now_us() + 60_000_000);
    let take = form(&[("thing", &scans), ("surplus", "1")]);
    let taken = post(&house, &phone, &format!("{one}/receive"), &take).await;
    assert_eq!(taken.header("location"), "/dealer/shipments?done=1", "{}", taken.body);
    let stock = page(&house, &phone, "/dealer/stock").await;
    assert!(stock.body.contains("婴幼儿配方奶粉"), "{}", stock.body);
    let told = house.ask(get(&format!("{path}/stock")).header("authorization", bearer(&firm.key)));
    let told: Value = serde_json::from_str(&told.await.body).expect("JSON");
    let line = &told["items"][0];
    assert_eq!((&line["n_in_stock"], &line["n_in_transit"]), (&json!(3), &json!(2)));
    let nothing = post(&house, &phone, &format!("{one}/receive"), &form(&[("thing", "123")])).await;
    assert_eq!(nothing.status, 400, "nothing of this can be taken in");
    let csv = format!("thing,from,to\n{},,D1\n", printed[5].code);
    let check = upload(&house, &desk, "/console/moves/import", &[("do", "check")], &csv).await;
    assert!(check.body.contains("尚未写入"), "{}", check.body);
    let done = upload(&house, &desk, "/console/moves/import", &[("do", "import")], &csv).await;
    assert!(done.body.contains("已写入"), "{}", done.body);
    let of = page(&house, &desk, &format!("/dealer/stock?dealer={dealer}&below=1")).await;
    assert_eq!(of.status, 200);
    assert_eq!(page(&house, &desk, &format!("/console/dealers/{dealer}")).await.status, 200);
}
