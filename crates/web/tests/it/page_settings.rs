//! What a producer adds to its page, as buyers see it: beside our answer and never in its place.

use serde_json::{Value, json};
use service::testing::{MORNING_US, set_now_us};

use crate::house::{Firm, House, Printed, bearer, form_post, get};

async fn items(house: &House) -> (Firm, Vec<Printed>) {
    let firm = house.firm(1, Some("6901234567892")).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 2 });
    let (batch_id, printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch_id).await;
    (firm, printed)
}

#[tokio::test]
async fn a_producer_speaks_beside_the_verdict() {
    let house = House::new().await;
    let (firm, printed) = items(&house).await;
    let session = house.sign_in(&firm.key).await;
    let post = async |path: &str, form: &str| {
        let mut request = form_post(path, "t.example", form);
        request.headers_mut().insert("cookie", session.parse().expect("a cookie"));
        request.headers_mut().insert("accept-language", "en".parse().expect("a tag"));
        house.send(request).await
    };
    let form = "first-scan=Welcome+to+{product}+%3Cb%3E&shop=https://shop.example/a?b%26c&gtin=1\
                &pin=1&address=1";
    let tried = post("/console/page", &format!("{form}&preview_only=1")).await;
    assert_eq!(tried.status, 200, "{}", tried.body);
    assert!(tried.body.contains("Welcome to All products"), "{}", tried.body);
    let request = get("/api/v1/page").header("authorization", bearer(&firm.key));
    let told: Value = serde_json::from_str(&house.ask(request).await.body).expect("JSON");
    assert_eq!(told, json!({"set_by": "default", "texts": {}, "links": {}, "hidden": []}));
    let genuine = post("/console/page", "first-scan=Genuine+goods").await;
    assert_eq!(genuine.status, 400);
    assert!(genuine.body.contains("a code cannot prove that goods are genuine"));
    assert_eq!(post("/console/page", form).await.status, 303);
    // What a scan keeps of a product is older by now.
    set_now_us(MORNING_US + 10_000_000);
    let ask = |code: &str| get(&format!("/c/{code}")).header("accept-language", "en");
    let page = house.ask(ask(&printed[0].code)).await.body;
    let verdict = page.find("Valid code, first check").expect("our answer");
    let said =
        page.find("Welcome to 婴幼儿配方奶粉 1 段 &#60;b&#62;").expect("their words, escaped");
    assert!(verdict < said, "{page}");
    let link = "<a href=\"https://shop.example/a?b&#38;c\" rel=\"nofollow noopener noreferrer\">\
                Shop (shop.example)</a>";
    assert!(page.contains(link), "{page}");
    for left_out in ["06901234567892", "name=\"pin\"", "张江路"] {
        assert!(!page.contains(left_out), "{left_out} in {page}");
    }
    assert!(page.contains("+86 21 0000 0000") && page.contains("has not verified it"), "{page}");
    assert_eq!(post("/console/page/reset", "").await.status, 303);
    set_now_us(MORNING_US + 20_000_000);
    let page = house.ask(ask(&printed[1].code)).await.body;
    assert!(page.contains("06901234567892") && !page.contains("shop.example"), "{page}");
    let request = get("/api/v1/page/changes").header("authorization", bearer(&firm.key));
    let told: Value = serde_json::from_str(&house.ask(request).await.body).expect("JSON");
    assert_eq!(told["items"][1]["before"]["hidden"], json!(["gtin", "address", "pin"]));
    assert_eq!(told["items"][1]["after"], Value::Null);
}
