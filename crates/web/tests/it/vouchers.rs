//! A voucher from the page of a code to its own page, its text, its key and its pages of A4.

use serde_json::{Value, json};

use crate::house::{House, Printed, form_post, get};

async fn item(house: &House) -> Printed {
    let firm = house.firm(1, None).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 1 });
    let (batch_id, mut printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch_id).await;
    printed.remove(0)
}

#[tokio::test]
async fn who_checked_saves_the_answer_and_shows_it_in_three_languages() {
    let house = House::new().await;
    let code = item(&house).await.code;
    let page = house.ask(get(&format!("/c/{code}"))).await;
    let field = "name=\"claim\" value=\"";
    let (_, rest) = page.body.split_once(field).expect("the page has a claim");
    let claim = rest.split('"').next().expect("it ends");
    let form = format!("claim={claim}");
    let path = format!("/c/{code}/voucher");
    let saved = house.send(form_post(&path, "t.example", &form)).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let address = saved.header("location").to_owned();
    // Later checks change nothing of it.
    house.ask(get(&format!("/c/{code}"))).await;
    for (language, title, verdict) in [
        ("zh-CN", "<h1>查询凭证：20", "<p>编码有效 · 首次查询</p>"),
        ("ko", "<h1>조회 증명서: 20", "<p>유효한 코드 · 최초 조회</p>"),
        ("en", "<h1>Voucher: what was found on ", "<p>Valid code, first check</p>"),
    ] {
        let shown = house.ask(get(&address).header("accept-language", language)).await;
        assert_eq!(shown.status, 200);
        assert!(shown.body.contains(title) && shown.body.contains(verdict), "{}", shown.body);
        // Printed on a thousand fakes, its address must look like no check of any of them.
        assert!(shown.body.contains("band grey") && !shown.body.contains("band green"));
        assert!(shown.body.contains("甘露乳业 1"), "{}", shown.body);
    }
    let text = house.ask(get(&format!("{address}/voucher.txt"))).await;
    assert!(text.body.starts_with("suyuan voucher v1\nnumber: "), "{}", text.body);
    assert!(text.body.contains(&format!("\ncode: {code}\nstate: first-scan\n")), "{}", text.body);
    let told = house.ask(get(&address).header("accept", "application/json")).await;
    let told: Value = serde_json::from_str(&told.body).expect("JSON");
    assert_eq!((&told["voucher"], &told["state"]), (&json!(text.body), &json!("first-scan")));
    let key = house.ask(get("/.well-known/suyuan-public.pem")).await;
    assert!(key.body.starts_with("-----BEGIN PUBLIC KEY-----\n"), "{}", key.body);
    // This house has no font, and says what brings one.
    assert_eq!(house.ask(get(&format!("{address}/voucher.pdf"))).await.status, 503);
}

#[tokio::test]
async fn only_an_answer_that_somebody_had_is_signed() {
    let house = House::new().await;
    let code = item(&house).await.code;
    let path = format!("/c/{code}/voucher");
    for form in ["", "claim=1", "claim=1.first-scan.......00000000000000000000000000000000"] {
        let answer = house.send(form_post(&path, "t.example", form)).await;
        assert_eq!(answer.status, 400, "{}", answer.body);
    }
    assert_eq!(house.ask(get("/v/0000-0000-0000-0000")).await.status, 404);
    // A preview saw no answer that was somebody's, and who handles goods has records.
    let preview = get(&format!("/c/{code}")).header("user-agent", "Twitterbot/1.0");
    assert!(!house.ask(preview).await.body.contains("name=\"claim\""));
    let misread = house.ask(get("/c/123")).await;
    assert!(!misread.body.contains("name=\"claim\""), "{}", misread.body);
}
