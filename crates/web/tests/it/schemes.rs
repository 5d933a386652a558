//! The registry for anyone, and the look-up of whatever was scanned.

use expect_test::expect;
use serde_json::{Value, json};

use crate::house::{Answer, House, bearer, form_post, get, text};

const ECODE: &str = "https://www.iotroot.com/E=1000100000000000000000001";

async fn read(house: &House, key: &str, path: &str) -> Answer {
    house.ask(get(path).header("authorization", bearer(key))).await
}

fn body(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).expect("JSON")
}

#[tokio::test]
async fn anyone_reads_the_registry() {
    let house = House::new().await;
    let all = body(&house.ask(get("/api/v1/schemes")).await);
    let items = all["items"].as_array().expect("a list");
    assert!(items.len() >= 13, "{}", items.len());
    let ids = |answer: &Value| {
        let items = answer["items"].as_array().expect("a list").iter();
        items.map(|it| text(it, "scheme_id")).collect::<Vec<_>>().join(" ")
    };
    let found = body(&house.ask(get("/api/v1/schemes?q=e-bikes")).await);
    let one = body(&house.ask(get("/api/v1/schemes/ccc")).await);
    let nobody = house.ask(get("/api/v1/schemes/nobody")).await;
    let told = format!(
        "{}\n{}\n{} {} {}\n{}\n",
        ids(&all),
        ids(&found),
        one["texts"]["zh-CN"]["name"],
        one["texts"]["ko"]["name"],
        one["names"],
        nobody.status,
    );
    expect![[r#"
        suyuan gs1 rfid ecode ma digital-identity drug veterinary ccc sc xk uscc kr-business kr-corporate division web
        ecode
        "CCC 认证证书编号" "CCC 인증서 번호" "certificates"
        404
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn the_list_searches_and_says_what_a_number_is() {
    let house = House::new().await;
    let see = async |path: &str, language: &str| {
        let answer = house.ask(get(path).header("accept-language", language)).await;
        let body = answer.body.split_once("<main").map_or("", |(_, it)| it).to_owned();
        let links = body.match_indices("href=\"/schemes/").count();
        let has = |words: &str| body.contains(words);
        let says = [
            has("Its form is right"),
            has("형식이 맞습니다"),
            has("像这种码，但不对"),
            has("没有找到方案"),
        ];
        format!("{} {links} {says:?}\n", answer.status)
    };
    let mut told = see("/schemes", "en").await;
    told += &see("/schemes?q=6951181105326", "en").await;
    told += &see("/schemes?q=SC10744030704994", "ko").await;
    told += &see("/schemes?q=6951181105327", "zh-CN").await;
    told += &see("/schemes?q=%3Cscript%3E", "zh-CN").await;
    told += &see("/schemes/ecode", "ko").await;
    told += &see("/schemes/nobody", "ko").await;
    expect![[r#"
        200 16 [false, false, false, false]
        200 1 [true, false, false, false]
        200 2 [false, true, false, false]
        200 1 [false, false, true, false]
        200 0 [false, false, false, true]
        200 0 [false, false, false, false]
        404 0 [false, false, false, false]
    "#]]
    .assert_eq(&told);
}

#[tokio::test]
async fn bind_by_the_api_and_be_led_there() {
    let house = House::new().await;
    let firm = house.firm(1, Some("6901234567892")).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 2 });
    let (batch_id, printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch_id).await;
    let code = &printed[0].code;
    let new = json!({ "item": code, "text": ECODE });
    let bound = house.post("/api/v1/identifiers", &firm.key, &new).await;
    assert_eq!((text(&bound, "scheme_id"), text(&bound, "uri")), ("ecode".into(), ECODE.into()));
    let new = json!({ "product_id": firm.product_id, "text": "2016010903878416" });
    house.post("/api/v1/identifiers", &firm.key, &new).await;

    let path = format!("/api/v1/identify?text={}", ECODE.replace('=', "%3D"));
    let found = body(&read(&house, &firm.key, &path).await);
    let lead = &found["leads_to"][0];
    assert_eq!(lead["kind"], "item");
    assert_eq!(lead["verdict"]["code"], **code);
    assert_eq!(lead["identifiers"].as_array().map(Vec::len), Some(2));
    let list = body(&read(&house, &firm.key, &format!("/api/v1/identifiers?item={code}")).await);
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    let product = read(&house, &firm.key, "/api/v1/identify?text=2016010903878416").await;
    assert_eq!(body(&product)["leads_to"][0]["product"]["product_id"], *firm.product_id);

    // A consumer who scans the other identifier sees the item, and not its code.
    let escaped = ECODE.replace('/', "%2F").replace('=', "%3D").replace(':', "%3A");
    let page = house.ask(get(&format!("/c/{escaped}"))).await;
    let digits = format!("<span>{}</span><span>{}</span>", &code[..4], &code[4..8]);
    assert!(page.body.contains("婴幼儿配方奶粉 1 段") && !page.body.contains(&digits));
    assert!(!page.body.contains(code.as_str()));
    let json = get(&format!("/c/{escaped}")).header("accept", "application/json");
    let verdict = house.ask(json).await;
    assert_eq!(body(&verdict)["item"]["epc"], ECODE);
    assert!(!verdict.body.contains(code.as_str()));
    let history = house.ask(get(&format!("/c/{escaped}/trace"))).await;
    assert!(history.status == 200 && !history.body.contains(code.as_str()));

    let old = format!("/api/v1/identifiers?item={code}&text={}", ECODE.replace('=', "%3D"));
    let delete = || {
        let request = axum::http::Request::delete(&old).header("host", "t.example");
        request.header("authorization", bearer(&firm.key))
    };
    assert_eq!(house.ask(delete()).await.status, 204);
    assert_eq!(house.ask(delete()).await.status, 404);
    assert_eq!(house.ask(get("/api/v1/identify?text=1")).await.status, 401);
    let both = json!({ "item": code, "product_id": firm.product_id, "text": ECODE });
    let request = axum::http::Request::post("/api/v1/identifiers")
        .header("authorization", bearer(&firm.key))
        .header("content-type", "application/json")
        .body(both.to_string().into());
    assert_eq!(house.send(request.expect("a request")).await.status, 400);
}

#[tokio::test]
async fn bind_in_the_console() {
    let house = House::new().await;
    let firm = house.firm(1, Some("6901234567892")).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 2 });
    let (batch_id, printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch_id).await;
    let code = &printed[0].code;
    let cookie = house.sign_in(&firm.key).await;
    let post = async |path: &str, form: &str| {
        let mut request = form_post(path, "t.example", form);
        request.headers_mut().insert("cookie", cookie.parse().expect("a cookie"));
        house.send(request).await
    };
    let see = async |epc: &str| {
        let path = format!("/console/trace?epc={epc}");
        house.ask(get(&path).header("cookie", &cookie)).await.body
    };
    let form = format!("item={code}&text=MA.156.1003.1629%2F10.46100000.A1");
    let answer = post("/console/identifiers", &form).await;
    let here = format!("/console/trace?epc={code}");
    assert_eq!((answer.status, answer.header("location")), (303, here.as_str()));
    let other = "MA.156.1003.1629/10.46100000.A1";
    assert!(see(code).await.contains(&format!("ma:{other}")));
    assert!(see(other).await.contains(code.as_str()));
    let answer = post("/console/identifiers", &format!("item={code}&text=hello")).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("no scheme of the registry reads this"), "{}", answer.body);
    let undo = format!("/console/identifiers/unbind?item={code}&text=ma%3A{other}");
    assert_eq!(post(&undo, "").await.status, 303);
    assert!(!see(code).await.contains(other));
}
