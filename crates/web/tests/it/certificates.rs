//! Tests and certificates: by programs and by forms, on the page of a code, and back.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use service::testing::{now_us, set_now_us};

use crate::house::{Answer, Firm, House, bearer, form_post, get, small_png, text};
use crate::pages::gzipped;

/// Shows one by the API; `query` says what it is.
async fn add(house: &House, firm: &Firm, query: &str) -> Answer {
    let path = format!("/api/v1/products/{}/certificates?{query}", firm.product_id);
    send(house, firm, &path).await
}

/// Shows one of the enterprise itself.
pub(crate) async fn add_own(house: &House, firm: &Firm) -> Answer {
    let query = "title=ISO+22000&issuer=CQC&number=00121F30001R0M&valid_until=2029-01-31";
    send(house, firm, &format!("/api/v1/certificates?{query}")).await
}

async fn send(house: &House, firm: &Firm, path: &str) -> Answer {
    let request = Request::post(path)
        .header("authorization", bearer(&firm.key))
        .header("content-type", "image/png")
        .body(Body::from(small_png()));
    house.send(request.expect("a request")).await
}

/// One without end, one that lasts and one that is over.
pub(crate) async fn add_three(house: &House, firm: &Firm) {
    for query in [
        "title=绿色食品证书&issuer=中国绿色食品发展中心&number=LB-12-26010112345A\
         &valid_until=2029-01-31",
        "title=出厂检验报告&issuer=上海市质量监督检验技术研究院&number=Q/GL-2026-001",
        "title=HACCP&issuer=TÜV SÜD&valid_until=2026-01-31",
    ] {
        let encoded: String = query
            .bytes()
            .map(|it| match it {
                b'!'..=b'~' => char::from(it).to_string(),
                _ => format!("%{it:02X}"),
            })
            .collect();
        let made = add(house, firm, &encoded).await;
        assert_eq!(made.status, 201, "{}", made.body);
    }
}

#[tokio::test]
async fn a_certificate_is_shown_on_the_page_and_taken_back_by_a_form() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 1 });
    let (batch_id, printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch_id).await;
    let code = &printed[0].code;
    add_three(&house, &firm).await;
    let refused = add(&house, &firm, "title=a&issuer=b&valid_until=soon").await;
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("bad-date"), "{}", refused.body);
    let page = house.ask(get(&format!("/c/{code}")).header("accept-language", "en")).await.body;
    let first = page.find("绿色食品证书").expect("what lasts");
    let over = page.find("HACCP").expect("what is over");
    assert!(first < over && page.contains("Expired on 2026-01-31"), "{page}");
    assert!(page.contains("Reported by the enterprise and not verified"), "{page}");
    // What programs read is the same, and leads to the picture.
    let asked = get(&format!("/c/{code}")).header("accept", "application/json");
    let told: Value = serde_json::from_str(&house.ask(asked).await.body).expect("JSON");
    let shown = &told["item"]["certificates"];
    assert_eq!((&shown[0]["is_expired"], &shown[2]["is_expired"]), (&json!(false), &json!(true)));
    let large = text(&shown[0], "picture");
    let small = large.replace("/large", "/small");
    assert!(page.contains(&format!("<a href=\"{large}\"><img src=\"{small}\" alt=\"\"")), "{page}");
    for path in [&small, &large] {
        let picture = house.ask(get(path)).await;
        let names = ["content-type", "cache-control", "x-content-type-options"];
        let headers = names.map(|name| picture.header(name).to_owned());
        assert_eq!(headers, ["image/jpeg", "public, max-age=300", "nosniff"], "{path}");
    }
    // A form takes it back, and the list says by whom.
    let cookie = house.sign_in(&firm.key).await;
    let here = format!("/console/products/{}/certificates", firm.product_id);
    let id = large.split('/').nth(4).expect("an id");
    let mut request = form_post(&format!("{here}/{id}/remove"), "t.example", "");
    request.headers_mut().insert("cookie", cookie.parse().expect("a cookie"));
    let removed = house.send(request).await;
    assert_eq!((removed.status, removed.header("location")), (303, &*here));
    assert_eq!(house.ask(get(&large)).await.status, 404);
    let list = house.ask(get(&here).header("cookie", &cookie)).await.body;
    assert!(list.contains("绿色食品证书") && list.contains("· 王芳"), "{list}");
}

#[tokio::test]
async fn an_enterprise_shows_its_own_on_its_page() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let made = add_own(&house, &firm).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let large = made.header("location").to_owned();
    let told: Value = serde_json::from_str(&made.body).expect("JSON");
    assert_eq!(told["product_id"], Value::Null);
    let path = format!("/e/{}", firm.enterprise_id);
    let page = house.ask(get(&path).header("accept-language", "en")).await.body;
    assert!(page.contains("ISO 22000") && page.contains(&large), "{page}");
    assert!(page.contains("Reported by the enterprise and not verified"), "{page}");
    assert_eq!(house.ask(get(&large)).await.status, 200);
    let cookie = house.sign_in(&firm.key).await;
    let list = house.ask(get("/console/certificates").header("cookie", &cookie)).await.body;
    assert!(list.contains("00121F30001R0M"), "{list}");
    let id = text(&told, "certificate_id");
    let remove = Request::delete(format!("/api/v1/certificates/{id}"));
    let remove = remove.header("authorization", bearer(&firm.key)).body(Body::empty());
    assert_eq!(house.send(remove.expect("a request")).await.status, 204);
    assert!(!house.ask(get(&path)).await.body.contains("ISO 22000"));
}

#[tokio::test]
async fn a_page_with_all_certificates_is_small() {
    let house = House::new().await;
    let firm = house.firm(1, Some("6901234567892")).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 1 });
    let (batch_id, printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch_id).await;
    // As long as may be, and of letters that no two share.
    let mut letter = 0x4e00;
    let mut line = || -> String {
        let mut text = String::new();
        for _ in 0..60 {
            letter += 7;
            let it = char::from_u32(letter).expect("a Han letter");
            let mut bytes = [0; 4];
            text.extend(it.encode_utf8(&mut bytes).bytes().map(|it| format!("%{it:02X}")));
        }
        text
    };
    for n in 0..2 * service::limits::MAX_CERTIFICATES {
        let lot = if n % 2 == 0 { "&lot_number=L20261101" } else { "" };
        let query = format!("title={}&issuer={}&number={}{lot}", line(), line(), line());
        let made = add(&house, &firm, &query).await;
        assert_eq!(made.status, 201, "{}", made.body);
    }
    set_now_us(now_us() + 10_000_000);
    let path = format!("/c/{}", printed[0].code);
    let page = house.ask(get(&path).header("accept-language", "ko")).await.body;
    assert_eq!(page.matches("/small").count(), 2 * service::limits::MAX_CERTIFICATES);
    let n_bytes = gzipped(&page);
    assert!(n_bytes <= 12_000, "{n_bytes} bytes");
}
