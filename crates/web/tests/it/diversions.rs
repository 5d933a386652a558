//! Suspected diversions over HTTP: the list, a case, the next step, files out.

use serde_json::{Value, json};
use service::testing::{now_us, set_now_us};
use service::{Device, Scan};
use verdict::{Area, Confidence, DeviceId, Spot};

use crate::exports::fetch;
use crate::house::{Firm, House, bearer, form_post, get, text};

const HOUR_US: i64 = 3_600_000_000;

async fn read(house: &House, key: &str, path: &str) -> Value {
    let answer = house.ask(get(path).header("authorization", bearer(key))).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).expect("JSON")
}

/// A producer whose dealer of 浙江 got eight items, six of which were seen in 深圳.
pub(crate) async fn diverted(house: &House, firm: &Firm) {
    let order = json!({ "product_id": firm.product_id, "n_codes": 8 });
    let (batch_id, printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch_id).await;
    let new = json!({ "details": { "number": "D1", "name": "杭州" },
        "territories": [{ "division": "330000", "kind": "sole" }] });
    let dealer = house.post("/api/v1/dealers", &firm.key, &new).await;
    set_now_us(now_us() + HOUR_US);
    let codes: Vec<&str> = printed.iter().map(|it| it.code.as_str()).collect();
    let moved = json!({ "kind": "ship", "to": text(&dealer, "dealer_id"), "things": codes });
    house.post("/api/v1/moves", &firm.key, &moved).await;
    for (n, it) in (1..).zip(&printed[..6]) {
        set_now_us(now_us() + 7 * HOUR_US);
        let area = Area::parse("440300").expect("a city");
        let spot = Some(Spot { area, position: None, confidence: Confidence::Middle });
        let device = Some(Device::Known(DeviceId(n)));
        let scan = Scan { device, spot, ..Scan::CHECK };
        house.service.scan_code(&it.code, scan).await.expect("an answer");
    }
    house.service.follow_diversions().await.expect("a look");
}

#[tokio::test]
async fn a_case_is_read_and_taken_on_by_a_form() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    diverted(&house, &firm).await;
    let list = read(&house, &firm.key, "/api/v1/diversions?state=suspected&area=440000").await;
    let case = &list["items"][0];
    assert_eq!((&case["area"], &case["n_codes"]), (&json!("440000"), &json!(6)), "{list}");
    let path = format!("/console/diversions/{}", text(case, "diversion_id"));
    let cookie = house.sign_in(&firm.key).await;
    let page = async |path: &str, language: &str| {
        let asked = get(path).header("cookie", cookie.as_str());
        house.ask(asked.header("accept-language", language)).await.body
    };
    for (language, wording) in
        [("zh-CN", "疑似窜货"), ("ko", "판매지역 이탈 의심"), ("en", "Suspected diversion")]
    {
        let shown = page("/console/diversions", language).await;
        assert!(shown.contains(wording) && shown.contains(&path), "{shown}");
    }
    let shown = page(&path, "zh-CN").await;
    assert!(shown.contains("广东省") && shown.contains("不能证明"), "{shown}");
    let step = async |form: &str| {
        let mut request = form_post(&format!("{path}/steps"), "t.example", form);
        request.headers_mut().insert("cookie", cookie.parse().expect("a header"));
        house.send(request).await
    };
    let refused = step("state=confirmed&note=%3Cb%3E").await;
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("&#60;b&#62;"), "{}", refused.body);
    let taken = step("state=checking&note=%3Cb%3E&inspector_id=&due=2027-01-01").await;
    assert_eq!((taken.status, taken.header("location")), (303, path.as_str()));
    let shown = page(&path, "en").await;
    assert!(shown.contains("Being checked") && shown.contains("&#60;b&#62;"), "{shown}");
    let alerts = read(&house, &firm.key, "/api/v1/alerts?reason=diversion").await;
    assert_eq!(alerts["items"][0]["subject"], case["diversion_id"], "{alerts}");
    let counted = read(&house, &firm.key, "/api/v1/diversions/statistics").await;
    assert_eq!(counted["by_dealer"][0]["n_checking"], 1, "{counted}");
    let csv = get("/api/v1/diversions.csv").header("authorization", bearer(&firm.key));
    let csv = house.ask(csv).await.body;
    assert!(csv.lines().count() == 2 && csv.contains("D1 杭州"), "{csv}");
    let (status, _, sheet) = fetch(&house, &firm.key, "/api/v1/diversions.xlsx", "en").await;
    assert!(status == 200 && sheet.starts_with(b"PK"));
    let strange = house.firm(2, None).await;
    let api = path.replace("/console", "/api/v1");
    let answer = house.ask(get(&api).header("authorization", bearer(&strange.key))).await;
    assert_eq!(answer.status, 404);
}
