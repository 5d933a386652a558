//! A trace as a workbook, as pages and as a table says what its JSON says, and what it lacks.

use std::io::{Cursor, Write as _};
use std::process::{Command, Stdio};

use axum::body::to_bytes;
use calamine::{Data, Range, Reader, Xlsx};
use label::report::Font;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tower::ServiceExt;
use web::{Fonts, Site};

use crate::house::{House, bearer, get};

/// Where Debian's `fonts-noto-cjk` puts the font; the third of the collection is for Chinese.
pub(crate) const FONT: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";
const MALT: &str = "urn:epc:class:lgtin:0614141.107346.M";

/// One bag of malt becomes beer; a bottle is commissioned twice; a stranger ships the beer.
async fn brewery() -> (House, String) {
    let mut house = House::new().await;
    let font = || {
        let bytes = std::fs::read(FONT).map_err(|error| error.to_string())?;
        Font::parse(bytes, 2).map_err(|error| error.to_string())
    };
    let site = Site { fonts: Fonts::new(font), ..Site::default() };
    house.router = web::router_with(house.service.clone(), 7, site);
    let [maker, stranger] = [house.firm(1, None).await.key, house.firm(2, None).await.key];
    let lot = |lot: &str, kg: u32| {
        let class = format!("urn:epc:class:lgtin:0614141.107346.{lot}");
        json!([{ "epcClass": class, "quantity": kg, "uom": "KGM" }])
    };
    let at = |hour: u32, event: Value| {
        let mut event = event;
        event["eventTime"] = json!(format!("2026-11-20T{hour:02}:00:00Z"));
        event["eventTimeZoneOffset"] = json!("+00:00");
        event
    };
    let bottle = |hour| {
        at(
            hour,
            json!({ "type": "ObjectEvent", "action": "ADD", "bizStep": "commissioning",
                "epcList": ["urn:epc:id:sgtin:0614141.107346.007"],
                "ilmd": {"cbvmda:lotNumber": "B"},
                "readPoint": {"id": "https://id.gs1.org/414/0614141000012"} }),
        )
    };
    let brewing = json!({ "type": "TransformationEvent", "bizStep": "creating_class_instance",
        "inputQuantityList": lot("M", 60), "outputQuantityList": lot("B", 48),
        "bizTransactionList": [{"type": "po", "bizTransaction": "urn:x:order:=1"}] });
    capture(&house, &maker, vec![at(6, brewing), bottle(7), bottle(8)]).await;
    let shipping = json!({ "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "shipping",
        "quantityList": lot("B", 48) });
    capture(&house, &stranger, vec![at(9, shipping)]).await;
    (house, maker)
}

async fn capture(house: &House, key: &str, events: Vec<Value>) {
    let document = json!({
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-11-21T00:00:00Z",
        "epcisBody": {"eventList": events}
    });
    let request = axum::http::Request::post("/epcis/capture")
        .header("authorization", bearer(key))
        .header("content-type", "application/json")
        .body(document.to_string().into());
    let answer = house.send(request.expect("a request")).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
}

/// Status, disposition and bytes.
pub(crate) async fn fetch(
    house: &House,
    key: &str,
    path: &str,
    language: &str,
) -> (u16, String, Vec<u8>) {
    let request = get(path).header("authorization", bearer(key));
    let request = request.header("accept-language", language).body(axum::body::Body::empty());
    let response = house.router.clone().oneshot(request.expect("a request")).await;
    let response = response.expect("it is infallible");
    let status = response.status().as_u16();
    let name = response.headers().get("content-disposition");
    let name = name.map(|it| it.to_str().expect("plain ASCII").to_owned()).unwrap_or_default();
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a whole body");
    (status, name, body.to_vec())
}

fn question(kind: &str, direction: &str) -> String {
    format!("/api/v1/trace{kind}?epc={MALT}&direction={direction}")
}

async fn json_of(house: &House, key: &str, direction: &str) -> Value {
    let (status, _, body) = fetch(house, key, &question("", direction), "en").await;
    assert_eq!(status, 200);
    serde_json::from_slice(&body).expect("JSON")
}

fn string(sheet: &Range<Data>, row: usize, column: usize) -> &str {
    match sheet.get((row, column)) {
        Some(Data::String(text)) => text,
        Some(Data::Empty) | None => "",
        other => panic!("no text in {row}, {column}: {other:?}"),
    }
}

fn number(sheet: &Range<Data>, row: usize, column: usize) -> f64 {
    match sheet.get((row, column)) {
        Some(Data::Float(number)) => *number,
        other => panic!("no number in {row}, {column}: {other:?}"),
    }
}

/// The column under a head.
fn column(sheet: &Range<Data>, head: &str) -> usize {
    let is_it = |column: &usize| string(sheet, 0, *column) == head;
    (0..sheet.width()).find(is_it).unwrap_or_else(|| panic!("no column {head}"))
}

#[tokio::test]
async fn a_workbook_says_what_the_json_says() {
    let (house, maker) = brewery().await;
    let told = json_of(&house, &maker, "forward").await;
    assert_eq!(told["hidden"], 1, "{told}");
    let (status, name, body) = fetch(&house, &maker, &question(".xlsx", "forward"), "en").await;
    assert_eq!(status, 200);
    let mut book = Xlsx::new(Cursor::new(body)).expect("a workbook");
    let names = book.sheet_names();
    assert_eq!(names.len(), 9, "{names:?}");
    let mut sheets = names.iter().map(|name| book.worksheet_range(name).expect("a sheet"));
    let mut sheet = || sheets.next().expect("nine sheets");
    let first = sheet();
    assert!(name.contains(string(&first, 1, 0)), "the file is named after its number: {name}");

    let events = sheet();
    let list = told["events"].as_array().expect("a list");
    assert_eq!(list.len(), 3);
    for (row, event) in (1..).zip(list) {
        for (head, member) in [
            ("Happened", "event_time"),
            ("Event", "event_id"),
            ("Reported by", "enterprise_name"),
            ("Read point", "read_point"),
            ("Related to", "of"),
            ("Type", "event_type"),
        ] {
            let cell = string(&events, row, column(&events, head));
            assert_eq!(cell, event[member].as_str().unwrap_or_default(), "{head} of {event}");
        }
        let quantities = event["quantities"].as_array().expect("a list");
        let quantities: Vec<&str> = quantities.iter().filter_map(Value::as_str).collect();
        assert_eq!(string(&events, row, column(&events, "Quantities")), quantities.join("; "));
    }
    assert!(string(&events, 4, 0).starts_with("1 more events"), "{}", string(&events, 4, 0));

    let holders = sheet();
    for (row, holder) in (1..).zip(told["holders"].as_array().expect("a list")) {
        assert_eq!(string(&holders, row, 0), holder["first"]);
        assert_eq!(string(&holders, row, 1), holder["last"]);
        assert_eq!(number(&holders, row, 2), holder["n_ids"].as_f64().expect("a number"));
    }
    let findings = sheet();
    assert_eq!(findings.height(), told["findings"].as_array().expect("a list").len() + 1);
    assert_eq!(told["findings"][0]["kind"], "commissioned_twice");
    let id = string(&findings, 1, column(&findings, "Event"));
    assert_eq!(id, told["events"][1]["event_id"]);

    let [parts, moved] = [sheet(), sheet()];
    let n_rows = |member: &str| told[member].as_array().expect("a list").len() + 1;
    assert_eq!([parts.height(), moved.height()], [n_rows("parts"), n_rows("amounts_moved")]);
    let balances = sheet();
    let quantity = column(&balances, "Quantity");
    let sums: Vec<f64> = (1..=2).map(|row| number(&balances, row, quantity)).collect();
    let balance = &told["balances"][0];
    assert_eq!(balance["inputs"][0]["quantity"], sums[0]);
    assert_eq!(balance["outputs"][0]["quantity"], sums[1]);
    let yielded = number(&balances, 1, column(&balances, "Yield"));
    assert_eq!(balance["yield"].as_f64(), Some(yielded));

    let shares = sheet();
    for (row, share) in (1..).zip(told["shares"].as_array().expect("a list")) {
        assert_eq!(string(&shares, row, 0), share["first"]);
        let least = number(&shares, row, column(&shares, "At least"));
        assert_eq!(share["at_least"].as_f64(), Some(least));
    }
}

#[tokio::test]
async fn pages_in_two_languages_can_be_checked_by_their_hash() {
    let (house, maker) = brewery().await;
    let is_required = std::env::var_os("SUYUAN_REQUIRE").is_some_and(|it| it == "all");
    let has_tools =
        std::path::Path::new(FONT).exists() && Command::new("pdftotext").arg("-v").output().is_ok();
    if !has_tools {
        assert!(!is_required, "no font or no pdftotext; run `cargo xtask setup`");
        eprintln!("skipped: no font or no pdftotext; `cargo xtask setup` brings them");
        return;
    }
    for (language, words) in [
        ("zh-CN", ["溯源报告：去向", "另有1个事件属于此链条，但未向您开放。", "启用两次"]),
        ("ko", ["추적보고서:행방", "공개되지않은이력이1건더있습니다.", "두번사용개시"]),
    ] {
        let (status, name, body) =
            fetch(&house, &maker, &question(".pdf", "forward"), language).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        let text = squeezed(&read_pages(&body));
        for word in words.into_iter().chain(["甘露乳业1", "80.0%", "urn:x:order:=1"]) {
            assert!(text.contains(word), "{word} in {text}");
        }
        let hash = &text[text.find("SHA-256").expect("a hash") + 7..][..64];
        let address = "/api/v1/trace?epc=urn%3Aepc%3Aclass%3Algtin%3A0614141.107346.M\
                       &direction=forward&record_time=2026-11-21T08%3A00%3A00Z";
        assert!(text.contains(&squeezed(address)), "{text}");
        let (_, _, json) = fetch(&house, &maker, address, "en").await;
        let digest: String = Sha256::digest(&json).iter().map(|it| format!("{it:02x}")).collect();
        assert_eq!(hash, digest);
        let number = name.trim_start_matches("attachment; filename=\"").trim_end_matches(".pdf\"");
        assert!(text.contains(number), "{number}");
        assert_eq!(number.replace('-', "")[1..].to_lowercase(), digest[..12]);
    }
}

pub(crate) fn read_pages(pdf: &[u8]) -> String {
    let mut child = Command::new("pdftotext")
        .args(["-raw", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext");
    child.stdin.take().expect("a pipe").write_all(pdf).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Without what pages put between characters.
pub(crate) fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

#[tokio::test]
async fn a_table_says_what_it_lacks_and_a_missing_font_is_no_empty_page() {
    let (mut house, maker) = brewery().await;
    let (_, _, csv) = fetch(&house, &maker, &question(".csv", "forward"), "zh-CN").await;
    let csv = String::from_utf8(csv).expect("UTF-8");
    let last = csv.lines().last().expect("a line");
    assert_eq!(last, format!("# 另有 1 个事件属于此链条，但未向您开放。{}", ",".repeat(11)));
    house.router = web::router(house.service.clone(), 7);
    let (status, _, body) = fetch(&house, &maker, &question(".pdf", "forward"), "en").await;
    let problem: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(status, 503);
    let detail = problem["detail"].as_str().expect("a text");
    assert!(detail.contains("name one with --font"), "{detail}");
}
