//! Notices of recalls to webhooks, and their page; the report of a recall as files.

use std::io::Cursor;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::Request;
use calamine::{Reader, Xlsx};
use label::report::Font;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use web::{Fonts, Site, Webhooks};

use crate::exports::{FONT, fetch, read_pages, squeezed};
use crate::house::{Answer, Firm, House, bearer, form_post, get, text};

async fn send(house: &House, key: &str, (method, path): (&str, &str), body: &Value) -> Answer {
    let request = Request::builder().method(method).uri(path).header("authorization", bearer(key));
    let request = request.header("content-type", "application/json");
    house.send(request.body(body.to_string().into()).expect("a request")).await
}

async fn read(house: &House, key: &str, path: &str) -> Value {
    let answer = house.ask(get(path).header("authorization", bearer(key))).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).expect("JSON")
}

/// A site that may reach this machine, and has a font.
async fn house() -> (House, Webhooks) {
    let mut house = House::new().await;
    let webhooks = Webhooks::new("127.0.0.1").expect("one");
    let font = || {
        let bytes = std::fs::read(FONT).map_err(|error| error.to_string())?;
        Font::parse(bytes, 2).map_err(|error| error.to_string())
    };
    let fonts = Fonts::new(font);
    let site = Site { webhooks: webhooks.clone(), fonts, ..Site::default() };
    house.router = web::router_with(house.service.clone(), 7, site);
    (house, webhooks)
}

/// A producer with a lot of four items.
async fn furnished(house: &House) -> Firm {
    let firm = house.firm(1, Some("6901234567892")).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 4 });
    let (batch_id, _) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch_id).await;
    firm
}

/// Calls it back; the id of the recall.
async fn order(house: &House, firm: &Firm) -> String {
    let lots = read(house, &firm.key, "/api/v1/lots").await;
    let order = json!({
        "thing": text(&lots["items"][0], "lot_id"), "level": 2, "reason": "封口不严",
        "instruction": { "zh-CN": "停止食用" }, "client_token": "t",
    });
    text(&house.post("/api/v1/recalls", &firm.key, &order).await, "recall_id")
}

/// Takes requests and answers each; their heads and bodies.
async fn receiver() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hearing = Arc::clone(&heard);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut request = Vec::new();
            let mut part = [0; 4096];
            let is_whole = |request: &[u8]| {
                let text = String::from_utf8_lossy(request);
                let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
                let length = head.split_once("content-length: ").expect("a length").1;
                let length = length.lines().next().expect("a line");
                body.len() == length.parse::<usize>().expect("a number")
            };
            while !is_whole(&request) {
                let n_bytes = stream.read(&mut part).await.expect("a request");
                request.extend_from_slice(&part[..n_bytes]);
            }
            let text = String::from_utf8(request).expect("UTF-8");
            hearing.lock().expect("no panic").push(text);
            let answer = b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(answer).await.expect("an answer");
        }
    });
    (port, heard)
}

#[tokio::test]
async fn a_webhook_gets_each_notice_once_and_signed() {
    let (house, webhooks) = house().await;
    let firm = furnished(&house).await;
    let (port, heard) = receiver().await;
    let path = ("PUT", "/api/v1/notices/contact");
    for (wrong, pointer) in [
        (json!({ "webhook": "https://10.0.0.1/" }), "/webhook"),
        (json!({ "webhook": "ftp://1.1.1.1/" }), "/webhook"),
        (json!({ "webhook": "http://1.1.1.1/" }), "/webhook"),
        (json!({ "email": "a@b.cn\nBcc: c@d.cn" }), "/email"),
        (json!({ "language": "fr" }), "/language"),
    ] {
        let refused = send(&house, &firm.key, path, &wrong).await;
        assert!(refused.status == 400 && refused.body.contains(pointer), "{}", refused.body);
    }
    let contact = json!({
        "webhook": format!("http://127.0.0.1:{port}/hook"), "signature_token": "secret",
        "email": "qa@example.com",
    });
    assert_eq!(send(&house, &firm.key, path, &contact).await.status, 204);
    let known = read(&house, &firm.key, "/api/v1/notices/contact").await;
    assert_eq!((&known["is_signed"], &known["has_mail"]), (&json!(true), &json!(false)));
    assert!(!known.to_string().contains("secret"), "{known}");
    let recall = order(&house, &firm).await;
    let (stop, stopped) = oneshot::channel::<()>();
    let telling = web::tell(house.service.clone(), (webhooks, None), async {
        stopped.await.ok();
    });
    let asking = async {
        loop {
            let list = read(&house, &firm.key, "/api/v1/notices").await;
            let items = list["items"].as_array().expect("a list").clone();
            if items.len() == 5 && items.iter().all(|it| it["state"] != "waiting") {
                stop.send(()).expect("it listens");
                return items;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let (items, ()) = tokio::join!(asking, telling);
    for it in &items {
        let expected = if it["channel"] == "webhook" { "told" } else { "unsent" };
        assert_eq!(it["state"], expected, "{it}");
    }
    let heard = heard.lock().expect("no panic").clone();
    assert_eq!(heard.len(), 2);
    let mut told = Vec::new();
    for request in &heard {
        let (head, body) = request.split_once("\r\n\r\n").expect("a head");
        assert!(head.starts_with("POST /hook HTTP/1.1"), "{head}");
        let field = |name: &str| {
            let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
            line.unwrap_or_else(|| panic!("no {name} in {head}")).to_owned()
        };
        let notice: Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(field("suyuan-delivery"), notice["notice_id"]);
        assert!(items.iter().any(|it| it["notice_id"] == notice["notice_id"]));
        // Checked as docs/SUBSCRIPTIONS.md says.
        let signature = field("gs1-signature");
        let (seconds, digits) = signature.split_once(",v1=").expect("two parts");
        let signed = format!("{}.{}.{body}", field("suyuan-delivery"), &seconds[2..]);
        assert_eq!(digits, hmac(b"secret", signed.as_bytes()));
        assert_eq!(notice["recall"]["recall_id"], json!(recall));
        told.push(text(&notice, "message"));
        if notice["message"] == "task" {
            assert_eq!(notice["task"]["n_items"], 4);
            assert!(text(&notice, "link").contains("/console/tasks/"), "{notice}");
        }
    }
    told.sort();
    assert_eq!(told, ["ordered", "task"]);
}

/// HMAC-SHA256 (RFC 2104) of a key shorter than a block.
fn hmac(key: &[u8], text: &[u8]) -> String {
    let pad = |with: u8| -> Vec<u8> {
        (0..64).map(|at| key.get(at).copied().unwrap_or(0) ^ with).collect()
    };
    let inner = Sha256::digest([&pad(0x36), text].concat());
    let outer = Sha256::digest([&pad(0x5c)[..], &inner].concat());
    outer.iter().map(|it| format!("{it:02x}")).collect()
}

#[tokio::test]
async fn notices_are_read_and_sent_again_with_forms_alone() {
    let (house, webhooks) = house().await;
    let firm = furnished(&house).await;
    let cookie = house.sign_in(&firm.key).await;
    let page = async |language: &str| {
        let request = get("/console/notices").header("cookie", &cookie);
        let request = request.header("accept", "text/html").header("accept-language", language);
        house.ask(request).await.body
    };
    let post = async |path: &str, form: &str| {
        let mut request = form_post(path, "t.example", form);
        request.headers_mut().insert("cookie", cookie.parse().expect("a cookie"));
        request.headers_mut().insert("accept", "text/html".parse().expect("a type"));
        house.send(request).await
    };
    assert!(page("en").await.contains("This server sends no e-mail"));
    let wrong = post("/console/notices/contact", "email=nobody&language=ko").await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.body.contains("value=\"nobody\""), "what was typed stays");
    let set = post("/console/notices/contact", "email=qa%40example.com&language=ko").await;
    assert_eq!(set.status, 303, "{}", set.body);
    order(&house, &firm).await;
    let (stop, stopped) = oneshot::channel::<()>();
    let telling = web::tell(house.service.clone(), (webhooks, None), async {
        stopped.await.ok();
    });
    let asking = async {
        loop {
            let shown = page("zh-CN").await;
            if shown.matches("仅在此显示").count() == 3 {
                stop.send(()).expect("it listens");
                return shown;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let (shown, ()) = tokio::join!(asking, telling);
    for word in ["召回已下令", "召回任务：请处理您持有的产品", "重新发送", "/console/tasks/t"]
    {
        assert!(shown.contains(word), "{word} in {shown}");
    }
    let replay = shown.split_once("/console/notices/n").expect("a form").1;
    let replay = format!("/console/notices/n{}/replay", &replay[..13]);
    assert_eq!(post(&replay, "").await.status, 303);
    assert!(page("ko").await.contains("발송 대기"));
    let operator = house.sign_in(&house.key(service::Role::Operator).await).await;
    let request = get("/console/notices").header("cookie", operator).header("accept", "text/html");
    let shown = house.ask(request.header("accept-language", "en")).await.body;
    assert!(shown.contains("Notices that reached nobody"), "{shown}");
}

#[tokio::test]
async fn an_address_is_confirmed_with_the_link_of_its_letter() {
    let (house, _) = house().await;
    let firm = furnished(&house).await;
    let contact = "/api/v1/notices/contact";
    let new = json!({ "email": "qa@example.com", "language": "ko" });
    assert_eq!(send(&house, &firm.key, ("PUT", contact), &new).await.status, 204);
    assert_eq!(read(&house, &firm.key, contact).await["confirmed_at"], Value::Null);
    let cookie = house.sign_in(&firm.key).await;
    let console = async || {
        let request = get("/console/notices").header("cookie", &cookie);
        let request = request.header("accept", "text/html").header("accept-language", "en");
        house.ask(request).await.body
    };
    assert!(console().await.contains("Not confirmed yet"));
    let again = format!("{contact}/confirm");
    assert_eq!(send(&house, &firm.key, ("POST", &again), &json!({})).await.status, 204);
    let mut request = form_post("/console/notices/contact/confirm", "t.example", "");
    request.headers_mut().insert("cookie", cookie.parse().expect("a cookie"));
    assert_eq!(house.send(request).await.status, 303);
    assert_eq!(send(&house, &firm.key, ("POST", &again), &json!({})).await.status, 400);
    let due =
        house.service.claim_letters(service::LetterTopic::Recalls, 9).await.expect("what is due");
    let token = due[0].confirm_token().expect("a link").to_owned();
    let path = format!("/notices/confirm/{token}");
    // To open it changes nothing: programs open links as well.
    for (language, word) in
        [("zh-CN", "确认邮箱"), ("ko", "전자우편 확인"), ("en", "Confirm an address")]
    {
        let request = get(&path).header("accept", "text/html").header("accept-language", language);
        let page = house.ask(request).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains(word) && page.body.contains("qa@example.com"), "{}", page.body);
        assert!(page.body.contains(&format!("action=\"{path}\"")), "{}", page.body);
    }
    assert_eq!(read(&house, &firm.key, contact).await["confirmed_at"], Value::Null);
    for wrong in ["/notices/confirm/x", "/notices/confirm/%00"] {
        let page = house.ask(get(wrong).header("accept", "text/html")).await;
        assert_eq!(page.status, 404, "{wrong}");
    }
    let post = || form_post(&path, "t.example", "");
    let page = house.send(post()).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(read(&house, &firm.key, contact).await["confirmed_at"].is_string());
    assert!(console().await.contains("It is confirmed."));
    assert_eq!(house.send(post()).await.status, 404);
    let gone = send(&house, &firm.key, ("POST", &again), &json!({})).await;
    assert_eq!(gone.status, 409, "{}", gone.body);
}

#[tokio::test]
async fn a_report_can_be_printed_calculated_with_and_checked() {
    let (house, _) = house().await;
    let firm = furnished(&house).await;
    let recall = order(&house, &firm).await;
    let tasks = read(&house, &firm.key, "/api/v1/tasks").await;
    let task = format!("/api/v1/tasks/{}", text(&tasks["items"][0], "task_id"));
    let report = json!({ "n_quarantined": 2, "n_destroyed": 1, "explanation": "一件遗失" });
    let path = format!("{task}/report");
    assert_eq!(send(&house, &firm.key, ("PUT", &path), &report).await.status, 200);
    let upload = Request::post(format!("{task}/files?name=receipt"))
        .header("authorization", bearer(&firm.key))
        .header("content-type", "application/pdf")
        .body("%PDF-1.7".into());
    assert_eq!(house.send(upload.expect("a request")).await.status, 201);
    let path = format!("/api/v1/recalls/{recall}/report");
    let open = read(&house, &firm.key, &path).await;
    assert_eq!(open["recall"]["state"], "open");
    let close = json!({ "conclusion": "已全部处置" });
    let end = format!("/api/v1/recalls/{recall}/close");
    assert_eq!(send(&house, &firm.key, ("POST", &end), &close).await.status, 200);
    let (status, _, json) = fetch(&house, &firm.key, &path, "en").await;
    assert_eq!(status, 200);
    let told: Value = serde_json::from_slice(&json).expect("JSON");
    assert_eq!(told["tasks"][0]["difference"], -1);
    assert_eq!(told["holdings"][0]["n_items"], 4);
    assert_eq!(told["files"][0]["name"], "receipt");
    assert_eq!(told["progress"]["n_accounted"], 3);
    let hash: String = Sha256::digest(&json).iter().map(|it| format!("{it:02x}")).collect();

    let (status, name, body) = fetch(&house, &firm.key, &format!("{path}.xlsx"), "en").await;
    assert_eq!(status, 200);
    let number = hash[..12].to_uppercase();
    let number = format!("R-{}-{}-{}", &number[..4], &number[4..8], &number[8..]);
    assert_eq!(name, format!("attachment; filename=\"{number}.xlsx\""));
    let mut book = Xlsx::new(Cursor::new(body)).expect("a workbook");
    let names = book.sheet_names();
    let expected =
        ["Recall report", "Time used", "Progress", "Holders", "Recall tasks", "Evidence"];
    assert_eq!(names, expected);
    let tasks = book.worksheet_range("Recall tasks").expect("a sheet");
    let cells: Vec<String> =
        tasks.rows().nth(1).expect("a row").iter().map(|it| it.to_string()).collect();
    assert_eq!(cells[4..], ["4", "2", "0", "1", "0", "-1", "一件遗失"]);

    let is_required = std::env::var_os("SUYUAN_REQUIRE").is_some_and(|it| it == "all");
    if !std::path::Path::new(FONT).exists() {
        assert!(!is_required, "no font; run `cargo xtask setup`");
        eprintln!("skipped: no font; `cargo xtask setup` brings it");
        return;
    }
    for (language, words) in [
        ("zh-CN", ["召回报告", "已处置", "75.0%", "用时"]),
        ("ko", ["회수보고서", "처리됨", "75.0%", "걸린시간"]),
        ("en", ["Recallreport", "Accountedfor", "75.0%", "Timeused"]),
    ] {
        let (status, _, body) = fetch(&house, &firm.key, &format!("{path}.pdf"), language).await;
        assert_eq!(status, 200);
        let pages = squeezed(&read_pages(&body));
        for word in words.into_iter().chain([&number, &hash, "一件遗失", "已全部处置", &recall])
        {
            assert!(pages.contains(word), "{word} in {pages}");
        }
    }
    // Nobody else has it.
    let other = house.firm(2, None).await;
    for kind in ["", ".pdf", ".xlsx"] {
        let (status, ..) = fetch(&house, &other.key, &format!("{path}{kind}"), "en").await;
        assert_eq!(status, 404);
    }
}
