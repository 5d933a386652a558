//! The consumer page: its headers, its words, its form, its numbers.

use std::io::Write;
use std::process::{Command, Stdio};

use axum::body::Body;
use axum::http::Request;
use expect_test::expect;
use serde_json::json;

use crate::house::{Answer, House, Printed, form_post, get};

async fn item(house: &House) -> Printed {
    let firm = house.firm(1, Some("6901234567892")).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 2 });
    let (batch_id, mut printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch_id).await;
    printed.remove(0)
}

/// A house, an item of its, and the path of the item's page.
async fn house_with_item() -> (House, Printed, String) {
    let house = House::new().await;
    let item = item(&house).await;
    let path = format!("/c/{}", item.code);
    (house, item, path)
}

/// The sentences of a page, one a line: what is between the tags of its body.
fn sentences(answer: &Answer) -> String {
    let body = answer.body.split_once("<main").map_or("", |(_, it)| it);
    let mut text = String::new();
    for part in body.split('<').skip(1) {
        let words = part.split_once('>').map_or("", |(_, it)| it).trim();
        if !words.is_empty() {
            text.push_str(words);
            text.push('\n');
        }
    }
    text
}

#[tokio::test]
async fn a_scan_is_one_page_without_anything_from_elsewhere() {
    let house = House::new().await;
    let item = item(&house).await;
    let answer = house.ask(get(&format!("/c/{}", item.code))).await;
    assert_eq!(answer.status, 200);
    let names = ["content-type", "cache-control", "vary", "x-content-type-options", "x-request-id"];
    let headers = Answer { body: String::new(), ..answer }.told(&names);
    expect![[r#"
        200
        content-type: text/html; charset=utf-8
        cache-control: no-store
        vary: Accept, Accept-Language, Cookie
        x-content-type-options: nosniff
        x-request-id: 00000007-6
    "#]]
    .assert_eq(&headers);
}

/// Title, reason and what to do next.
fn first_three(page: &Answer) -> String {
    sentences(page).lines().take(3).map(|it| format!("{it}\n")).collect()
}

/// Bytes of a page as it travels.
pub(crate) fn gzipped(body: &str) -> usize {
    let mut gzip = Command::new("gzip");
    let gzip = gzip.arg("-c").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut gzip = gzip.expect("gzip is there");
    let mut stdin = gzip.stdin.take().expect("it reads");
    stdin.write_all(body.as_bytes()).expect("it takes all");
    drop(stdin);
    gzip.wait_with_output().expect("it ends").stdout.len()
}

#[tokio::test]
async fn a_page_is_small_and_needs_no_script() {
    let (house, _, path) = house_with_item().await;
    let answer = house.ask(get(&path).header("accept-language", "ko")).await;
    assert!(!answer.body.contains("<script"), "{}", answer.body);
    let n_bytes = gzipped(&answer.body);
    assert!((1_000..=12_000).contains(&n_bytes), "{n_bytes} bytes");
}

fn wrong_pin(item: &Printed) -> &'static str {
    if item.pin == "000000" { "000001" } else { "000000" }
}

/// Types the covered digits.
async fn prove(house: &House, path: &str, pin: &str) -> Answer {
    house.send(form_post(path, "t.example", &format!("pin={pin}"))).await
}

#[tokio::test]
async fn first_then_again_then_proved_then_wrong() {
    let (house, item, path) = house_with_item().await;
    let ask = |language| get(&path).header("accept-language", language);
    let mut told = sentences(&house.ask(ask("zh-CN,zh;q=0.9")).await);
    for language in ["ko", "en"] {
        told.push_str(&first_three(&house.ask(ask(language)).await));
    }
    for pin in [&item.pin, wrong_pin(&item)] {
        told.push_str(&first_three(&prove(&house, &path, pin).await));
    }
    expect![[r#"
        编码有效 · 首次查询
        在此之前没有人查询过这个码。
        请核对下面的内容与包装上的字是否一致。
        婴幼儿配方奶粉 1 段
        800 g 罐装
        甘露乳业 1
        请核对包装上的字
        编码
        ####
        ####
        ####
        ####
        网址
        t.example
        批次
        L20261101
        生产日期
        2026-11-01
        保质期至
        2028-10-31
        商品条码
        ####
        企业登记号
        R1
        地址
        上海市浦东新区张江路 100 号
        联系方式
        +86 21 0000 0000
        更强的证明：刮开码
        6 位防伪码
        刮开涂层，输入下面的 6 位数字。购买之前请不要刮开。
        验证
        查看来历
        提供大致位置
        保存查询凭证
        意见反馈
        举报疑似假货
        再查一个码
        这个结果说明什么
        它说明的是码，不是包装里的东西：码可能被复制到别的包装上。
        只计消费者的查询；聊天软件的预览不算。
        您正在访问 t.example，请确认它与包装上的网址一致。
        查询时间
        2026年11月21日 16:00（北京时间）
        查询编号
        00000007-6
        IP Geolocation by DB-IP
        유효한 코드 · 2번째 조회
        최초 조회: 2026년 11월 21일 17:00 (한국 시간).
        본인이 조회한 것이 아니라면 포장을 잘 확인하고 확인 번호로 다시 검증해 주세요.
        Valid code, check no. 3
        First checked: 21 Nov 2026, 08:00 UTC.
        If that was not you, compare the pack closely and use the covered digits.
        Covered digits confirmed
        The six digits that you typed belong to this code.
        If the layer was broken before you scratched it, tell the producer.
        The covered digits are wrong
        The six digits that you typed do not belong to this code. You may try 4 more times.
        Read the digits again. If they are right, be careful and ask the seller."#]]
    .assert_eq(&masked(&told));
}

/// Digits of codes differ from run to run only if the keys do; the story is in the words.
fn masked(text: &str) -> String {
    let is_group = |line: &&str| line.len() >= 3 && line.bytes().all(|b| b.is_ascii_digit());
    text.lines().map(|it| if is_group(&it) { "####" } else { it }).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn the_same_verdict_as_data() {
    let house = House::new().await;
    let item = item(&house).await;
    let request = get(&format!("/c/{}", item.code)).header("accept", "application/json");
    let told = house.ask(request).await.told(&["content-type", "vary", "cache-control"]);
    let told = told.replace(&item.code, "CODE").replace(&product_id(&told), "PRODUCT");
    // Its last part is another for each code.
    let (told, _) = told.split_once("first-scan......").expect("a claim");
    let told = format!("{told}\n");
    expect![[r#"
        200
        content-type: application/json
        vary: Accept, Accept-Language, Cookie
        cache-control: no-store
        {
          "advice": "Compare what follows with what is printed on the pack.",
          "checked_at": "2026-11-21T08:00:00Z",
          "code": "CODE",
          "detail": "Nobody has checked this code before.",
          "item": {
            "certificates": [],
            "enterprise": {
              "address": "上海市浦东新区张江路 100 号",
              "contact": "+86 21 0000 0000",
              "name": "甘露乳业 1",
              "registration_number": "R1",
              "registration_scheme": "other"
            },
            "epc": "https://id.gs1.org/01/06901234567892/21/CODE",
            "expiry_date": "2028-10-31",
            "granularity": "item",
            "gtin": "06901234567892",
            "lot_number": "L20261101",
            "product_id": "PRODUCT",
            "product_name": "婴幼儿配方奶粉 1 段",
            "product_type": "乳制品",
            "production_date": "2026-11-01",
            "specification": "800 g 罐装"
          },
          "n_scans": 1,
          "request_id": "00000007-6",
          "state": "first-scan",
          "title": "Valid code, first check",
          "tone": "green",
          "voucher_claim": "1795248000000000.
    "#]]
    .assert_eq(&told);
}

fn product_id(told: &str) -> String {
    let rest = told.split_once("\"product_id\": \"").map_or("", |(_, it)| it);
    rest.chars().take_while(|it| *it != '"').collect()
}

#[tokio::test]
async fn previews_heads_and_language_links_are_no_scans() {
    let house = House::new().await;
    let item = item(&house).await;
    let path = format!("/c/{}", item.code);
    let state = async |request: axum::http::request::Builder| {
        let answer = house.ask(request.header("accept", "application/json")).await;
        let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
        format!("{} {}\n", body["state"], body["n_scans"])
    };
    let mut told = String::new();
    told += &state(get(&path).header("user-agent", "facebookexternalhit/1.1")).await;
    told += &state(get(&path).header("user-agent", "kakaotalk-scrap/1.0")).await;
    house.ask(Request::head(&path).header("host", "t.example")).await;
    told += &state(get(&path)).await;
    let link = format!("{path}?lang=ko");
    told += &state(get(&link).header("referer", format!("https://t.example{path}"))).await;
    // A label cannot bring the link with it and so hide its scans.
    told += &state(get(&link)).await;
    expect![[r#"
        "not-scanned" null
        "not-scanned" null
        "first-scan" 1
        "scanned-before" 1
        "scanned-before" 2
    "#]]
    .assert_eq(&told);
}

#[tokio::test]
async fn typing_is_forgiven_and_nonsense_is_told_apart() {
    let house = House::new().await;
    let item = item(&house).await;
    let widened = |c| char::from_u32(c as u32 + 0xfee0).expect("a full-width digit");
    let full_width: String = item.code.chars().map(widened).collect();
    let spaced = format!("{} {}-{}", &item.code[..4], &item.code[4..8], &item.code[8..]);
    let last = item.code.len() - 1;
    let off = format!("{}{}", &item.code[..last], (item.code.as_bytes()[last] - b'0' + 1) % 10);
    let mut told = String::new();
    for typed in [full_width.as_str(), &spaced, &off, "12", "abc", &"9".repeat(500), "%FF"] {
        let encoded = if typed == "%FF" { typed.to_owned() } else { encode(typed) };
        let request = get(&format!("/c/{encoded}")).header("accept", "application/json");
        let answer = house.ask(request.header("user-agent", "twitterbot")).await;
        let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
        told += &format!("{} {} {}\n", answer.status, body["state"], body["reason"]);
    }
    expect![[r#"
        200 "not-scanned" null
        200 "not-scanned" null
        200 "mistyped" "check-digit"
        200 "mistyped" "length"
        200 "mistyped" "characters"
        200 "mistyped" "length"
        404 null null
    "#]]
    .assert_eq(&told);
}

fn encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn a_digital_link_of_ours_shows_the_same() {
    let house = House::new().await;
    let item = item(&house).await;
    let state = async |path: &str| {
        let answer = house.ask(get(path).header("accept", "application/json")).await;
        let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
        format!("{} {}\n", answer.status, body["state"])
    };
    let serial = if item.code.len() == 21 { &item.code[..20] } else { &item.code };
    let mut told = state(&format!("/01/06901234567892/21/{serial}")).await;
    told += &state(&format!("/01/04006381333931/21/{serial}")).await;
    expect![[r#"
        200 "first-scan"
        200 "unknown"
    "#]]
    .assert_eq(&told);
}

#[tokio::test]
async fn the_front_door_and_the_history() {
    let house = House::new().await;
    let item = item(&house).await;
    let mut told = sentences(&house.ask(get("/").header("accept-language", "zh")).await);
    let to = house.ask(get("/c?code=1234%205678")).await;
    told += &format!("{} {}\n", to.status, to.header("location"));
    let path = format!("/c/{}/trace", item.code);
    told += &sentences(&house.ask(get(&path).header("accept-language", "ko")).await);
    let told = told.replace(&item.code, "CODE");
    expect![[r#"
        查一个码
        输入包装上的追溯码，看看它是否有效、产品从哪里来。
        追溯码
        查询
        15、17 或 21 位数字；空格、连字符和全角数字都可以。也可以粘贴整个链接，输入商品条码，或者写产品、企业的名称。
        怎样看结果
        「编码有效」说明这个码由本平台签发。码可能被人复制，所以请再核对包装上的字。
        每次查询都会记下。别人查过而您刚拆封，就要当心。
        刮开涂层下的 6 位防伪码是更强的证明。
        先试一试
        还没有样品批次。平台运营登录后可以订制一个。
        按名称查产品和企业
        追溯码方案
        意见反馈
        登录入口
        企业
        经销商
        监管部门
        平台运营
        303 /c/1234%205678
        이력
        ####
        ####
        ####
        ####
        제조사와 유통에 참여한 각 사가 신고한 이력을 시간 순으로 보여 줍니다.
        코드 사용 개시
        2026년 11월 21일 17:00 (한국 시간)
        신고자: 甘露乳业 1
        조회 결과로 돌아가기
        국제 식별자
        https://id.gs1.org/01/06901234567892/21/CODE"#]]
    .assert_eq(&masked(&told));
}

#[tokio::test]
async fn a_pin_is_never_in_an_address() {
    let house = House::new().await;
    let item = item(&house).await;
    let path = format!("/c/{}", item.code);
    let request = get(&format!("{path}?pin={}", item.pin)).header("accept", "application/json");
    let told = house.ask(request).await;
    assert!(told.body.contains("first-scan"), "a query is not looked at: {}", told.body);
    let bad = house.send(form_post(&path, "t.example", "pin=12")).await;
    expect![[r#"
        Something in the request is wrong
        Correct what is listed below and send it again.
        Where
        /pin
        the PIN is the six digits under the cover
        Back to start
        Problem number
        00000007-7
    "#]]
    .assert_eq(&sentences(&bad));
    let json = Request::post(&path).header("content-type", "application/json");
    assert_eq!(house.send(json.body(Body::from("{}")).expect("a request")).await.status, 415);
}

#[tokio::test]
async fn names_in_the_box_lead_to_goods_and_enterprises() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let leads_to = async |typed: &str| {
        let answer = house.ask(get(&format!("/c?code={typed}"))).await;
        answer.header("location").to_owned()
    };
    assert_eq!(leads_to("%E5%A5%B6%E7%B2%89+1").await, "/search?q=%E5%A5%B6%E7%B2%89%201");
    assert_eq!(leads_to("Green+tea").await, "/search?q=Green%20tea");
    assert_eq!(leads_to("EC1234.56/7").await, "/c/EC1234.56%2F7");
    assert_eq!(leads_to("%EF%BC%A1%EF%BC%91").await, "/c/%EF%BC%A1%EF%BC%91");
    // Nothing was made yet, so nobody finds it.
    let search = "/api/v1/search/products?q=%E5%A5%B6%E7%B2%89";
    let found = async || -> serde_json::Value {
        serde_json::from_str(&house.ask(get(search)).await.body).expect("JSON")
    };
    assert_eq!(found().await, serde_json::json!({"items": [], "next": null}));
    let order = serde_json::json!({ "product_id": firm.product_id, "n_codes": 1 });
    let (batch_id, _) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch_id).await;
    let told = found().await;
    assert_eq!(told["items"][0]["product_id"], firm.product_id.to_string(), "{told}");
    let page = house.ask(get("/search?q=%E5%A5%B6%E7%B2%89").header("accept-language", "en")).await;
    let product = format!("href=\"/p/{}\"", firm.product_id);
    assert!(page.body.contains(&product), "{}", page.body);
    let page = house.ask(get(&format!("/p/{}", firm.product_id))).await.body;
    let maker = format!("href=\"/e/{}\"", told["items"][0]["enterprise_id"].as_str().expect("id"));
    assert!(page.contains(&maker), "{page}");
    assert_eq!(house.ask(get("/search?q=%E8%8C%B6")).await.status, 400);
}

#[tokio::test]
async fn a_page_says_where_it_is_read_and_warns_of_another_host_than_on_the_label() {
    let (house, item, path) = house_with_item().await;
    let ask = async |host: &str, path: &str| {
        let request = Request::get(path).header("host", host).header("accept-language", "en");
        house.ask(request).await.body
    };
    let warning = "The label of this code names t.example, and you are on";
    for host in ["t.example", "T.Example:443"] {
        let page = ask(host, &path).await;
        assert!(page.contains("You are on t.example. Make sure") && !page.contains(warning));
        assert!(page.contains("<dt>Web address</dt><dd>t.example</dd>"), "{page}");
    }
    for (host, shown) in [
        ("t-example.top", "t-example.top"),
        ("t.example.evil.example:8080", "t.example.evil.example:8080"),
    ] {
        let page = ask(host, &path).await;
        assert!(page.contains(&format!("{warning} {shown}.")), "{page}");
        assert!(page.contains("role=\"alert\"") && page.contains(&format!("You are on {shown}.")));
        // In words alone: nothing leads to either.
        assert!(!page.contains("//t.example") && !page.contains(&format!("//{shown}")), "{page}");
    }
    // A code that is none of ours has no label; a host that can be none is not shown.
    let (body, last) = item.code.split_at(item.code.len() - 1);
    let mistyped = format!("/c/{body}{}", if last == "0" { "1" } else { "0" });
    let page = ask("evil.example", &mistyped).await;
    assert!(
        page.contains("You are on evil.example.") && !page.contains("role=\"alert\""),
        "{page}"
    );
    let page = ask("<b>{}", &path).await;
    assert!(page.contains("You are on t.example.") && !page.contains(warning), "{page}");
}
