//! The portals: signing in, forms, who may post from where.

use axum::http::Request;
use expect_test::expect;
use serde_json::json;
use service::Role;

use crate::house::{Answer, House, form_post, get};

/// The first words of a page: its title and, where there is one, what is wrong.
fn gist(answer: &Answer) -> String {
    let between = |from: &str, to: &str| {
        let rest = answer.body.split_once(from).map_or("", |(_, it)| it);
        rest.split_once(to).map_or("", |(it, _)| it).to_owned()
    };
    let wrong = between("role=\"alert\">", "<");
    format!("{} {} {wrong}\n", answer.status, between("<h1>", "</h1>")).replace(" \n", "\n")
}

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

#[tokio::test]
async fn strangers_are_asked_to_sign_in() {
    let house = House::new().await;
    let answer = house.ask(get("/console/products")).await;
    assert_eq!(answer.header("location"), "/login?next=/console/products");
    let wrong = house.send(form_post("/login", "t.example", "key=suyuan_00&next=/console")).await;
    let mut told = gist(&wrong);
    let elsewhere = form_post("/login", "evil.example", &format!("key={}", house.operator));
    told += &house.send(elsewhere).await.status.to_string();
    let away = format!("key={}&next=//evil.example", house.operator);
    let answer = house.send(form_post("/login", "t.example", &away)).await;
    told += &format!("\n{} {}\n", answer.status, answer.header("location"));
    let cookie = answer.header("set-cookie");
    told += cookie.split_once(';').map_or("", |(_, it)| it);
    expect![[r#"
        401 Enterprise console This key is wrong or revoked.
        403
        303 /operator
         Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure"#]]
    .assert_eq(&told);
}

#[tokio::test]
async fn a_producer_does_the_main_job_with_forms_alone() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let cookie = house.sign_in(&firm.key).await;
    let mut told = String::new();
    for path in [
        "/console",
        "/console/products",
        "/console/batches",
        "/console/lots",
        "/console/captures",
        "/console/subscriptions",
        "/console/trace",
        "/console/shares",
        "/console/keys",
    ] {
        told += &gist(&page(&house, &cookie, path).await);
    }
    let wrong = "name=&product_type=a&specification=b&gtin=123";
    told += &gist(&post(&house, &cookie, "/console/products", wrong).await);
    let right = "name=%E5%A5%B6%E7%B2%89&product_type=a&specification=b";
    let made = post(&house, &cookie, "/console/products", right).await;
    let product = page(&house, &cookie, made.header("location")).await;
    told += &gist(&product);
    let order = format!("product_id={}&n_codes=24&granularity=item", firm.product_id);
    let ordered = post(&house, &cookie, "/console/batches", &order).await;
    let batch = ordered.header("location").to_owned();
    let bind = "lot_number=L1&production_date=2026-11-01&first=0&last=9";
    let bound = post(&house, &cookie, &format!("{batch}/commission"), bind).await;
    told += bound.header("location").split_once('?').map_or("", |(_, it)| it);
    told.push('\n');
    let bind = "lot_number=L2&production_date=2026-11-02&first=9&last=11";
    let again = gist(&post(&house, &cookie, &format!("{batch}/commission"), bind).await);
    let is_digit = |c: char| c.is_ascii_digit();
    let code = again.split(|c| !is_digit(c)).find(|it| it.len() > 14).unwrap_or_default();
    told += &again.replace(code, "CODE").replace(batch.rsplit('/').next().unwrap_or("?"), "…");
    let void = "reason=void/lost&first=0&last=1";
    let voided = post(&house, &cookie, &format!("{batch}/retire"), void).await;
    told += voided.header("location").split_once('?').map_or("", |(_, it)| it);
    expect![[r#"
        200 首页
        200 产品
        200 编码批次
        200 批次
        200 事件上报
        200 事件订阅
        200 一码查
        200 事件共享
        200 密钥
        400 产品 fill this in
        200 奶粉
        done=10
        409 批次编号 … code CODE is commissioned already
        done=2"#]]
    .assert_eq(&told);
}

#[tokio::test]
async fn operators_regulators_and_dealers_find_their_pages() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let dealer = json!({ "role": "dealer", "enterprise_id": firm.enterprise_id, "label": "店" });
    let dealer = house.post("/api/v1/keys", &firm.key, &dealer).await;
    let regulator = house.key(Role::Regulator).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 2 });
    let (batch_id, printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch_id).await;
    let code = &printed[0].code;
    let mut told = String::new();
    let dealer = dealer["key"].as_str().expect("a key");
    for (key, portal) in
        [(dealer, "/dealer"), (&regulator, "/regulator"), (&house.operator, "/operator")]
    {
        let cookie = house.sign_in(key).await;
        let found = page(&house, &cookie, &format!("{portal}?epc={code}")).await;
        told += &format!("{} {}", found.body.matches("启用编码").count(), gist(&found));
        told += &gist(&page(&house, &cookie, &format!("{portal}?epc=nonsense")).await);
    }
    let cookie = house.sign_in(&house.operator).await;
    told += &gist(&page(&house, &cookie, "/operator/enterprises").await);
    let made = post(&house, &cookie, "/operator/keys", "label=a&role=regulator").await;
    told += &gist(&made);
    assert!(made.body.contains("suyuan_"), "the key is shown once");
    let out = form_post("/logout", "t.example", "");
    let (mut parts, body) = out.into_parts();
    parts.headers.insert("cookie", cookie.parse().expect("a cookie"));
    house.send(Request::from_parts(parts, body)).await;
    assert_eq!(page(&house, &cookie, "/operator/keys").await.status, 303);
    expect![[r#"
        4 200 一码查
        200 一码查 send an EPC URI, a Digital Link or the digits of a code: not an absolute URI
        4 200 一码查
        200 一码查 send an EPC URI, a Digital Link or the digits of a code: not an absolute URI
        4 200 一码查
        200 一码查 send an EPC URI, a Digital Link or the digits of a code: not an absolute URI
        200 企业
        200 密钥
    "#]]
    .assert_eq(&told);
}
