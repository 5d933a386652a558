//! The queue of alerts: one page, one form for many, the same as JSON and as files.

use std::io::Cursor;

use calamine::{Reader, Xlsx};
use serde_json::{Value, json};
use store::alerts::{Alert, Grade, Outcome, Reason, State, SubjectKind};
use store::id::{AlertId, EnterpriseId};

use crate::exports::fetch;
use crate::house::{Firm, House, bearer, form_post, get, text};

/// A producer whose two items were scanned by a crowd.
async fn crowded(house: &House) -> Firm {
    let firm = house.firm(1, None).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 2 });
    let (batch_id, printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch_id).await;
    for it in &printed {
        for _ in 0..7 {
            house.ask(get(&format!("/c/{}", it.code))).await;
        }
    }
    house.service.write_alerts().await.expect("alerts are written");
    firm
}

async fn read(house: &House, key: &str, path: &str) -> Value {
    let answer = house.ask(get(path).header("authorization", bearer(key))).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).expect("JSON")
}

#[tokio::test]
async fn many_alerts_are_closed_with_one_form_and_the_rate_is_on_the_page() {
    let house = House::new().await;
    let firm = crowded(&house).await;
    let cookie = house.sign_in(&firm.key).await;
    let page = async |path: &str| {
        let asked = get(path).header("cookie", cookie.as_str()).header("accept-language", "en");
        house.ask(asked).await.body
    };
    let list = read(&house, &firm.key, "/api/v1/alerts").await;
    let ids: Vec<String> =
        list["items"].as_array().expect("a list").iter().map(|it| text(it, "alert_id")).collect();
    assert_eq!(ids.len(), 2, "{list}");
    let first = page("/console/alerts").await;
    assert!(first.contains(&format!("name=\"pick-{}\"", ids[0])), "{first}");
    assert!(first.contains("none was closed in that time"));
    let post = async |form: &str, origin: &str| {
        let mut request = form_post("/console/alerts/edit", origin, form);
        let value = cookie.parse().expect("a header");
        request.headers_mut().insert("cookie", value);
        house.send(request).await
    };
    let one =
        format!("pick-{}=1&shown-{}=1&act=close-false&note=%3Cb%3E&state=any", ids[0], ids[0]);
    assert_eq!(post(&one, "evil.example").await.status, 403);
    let done = post(&one, "t.example").await;
    assert_eq!((done.status, done.header("location")), (303, "/console/alerts?state=any"));
    let shown = page("/console/alerts?state=any").await;
    assert!(shown.contains("100.0 %") && shown.contains("1 false / 1 closed"), "{shown}");
    assert!(page(&format!("/console/alerts/{}", ids[0])).await.contains("&#60;b&#62;"));
    // Nothing picked is said beside the form, and closed ones stay closed.
    let none = post("act=acknowledge", "t.example").await;
    assert!(none.status == 400 && none.body.contains("name=\"pick_all\""));
    assert_eq!(post(&one, "t.example").await.status, 409);
    let all = format!("pick_all=1&shown-{}=1&act=close-true", ids[1]);
    assert_eq!(post(&all, "t.example").await.status, 303);
    let empty = page("/console/alerts").await;
    assert!(empty.contains("There is no such alert.") && !empty.contains("pick-"));
    assert!(page("/console").await.contains("<dt>Open, grade 3 (notice)</dt><dd>0</dd>"));
    // One that was closed has a form of its own, which wants to know why.
    let one = format!("/console/alerts/{}", ids[1]);
    let shown = page(&one).await;
    assert!(shown.contains("value=\"reopen\"") && !shown.contains("value=\"assign\""), "{shown}");
    for (form, status) in [("act=reopen", 400), ("act=reopen&note=again", 303)] {
        let mut request = form_post(&one, "t.example", form);
        request.headers_mut().insert("cookie", cookie.parse().expect("a header"));
        assert_eq!(house.send(request).await.status, status, "{form}");
    }
    let first = page("/console").await;
    assert!(first.contains("<dt>Open, grade 3 (notice)</dt><dd>1</dd>"), "{first}");
    assert!(first.contains("href=\"/console/alerts\""), "{first}");
    assert!(page(&one).await.contains("opened again"));
    let close = json!({ "alert_ids": [ids[1]], "act": "close", "outcome": "true" });
    assert_eq!(house.edit_alerts(&firm.key, &close).await, 204);
    let figures = read(&house, &firm.key, "/api/v1/alerts/figures").await;
    assert_eq!((&figures["n_closed"], &figures["false_per_mille"]), (&json!(2), &json!(500)));
}

#[tokio::test]
async fn files_of_alerts_have_what_the_page_has() {
    let house = House::new().await;
    let firm = crowded(&house).await;
    let path = "/api/v1/alerts.csv?reason=careful";
    let (status, name, csv) = fetch(&house, &firm.key, path, "en").await;
    assert_eq!((status, name.contains("alerts.csv")), (200, true));
    let csv = String::from_utf8(csv).expect("UTF-8");
    assert!(csv.starts_with("\u{feff}Alert,Grade,Reason") && csv.lines().count() == 3, "{csv}");
    let (_, _, body) = fetch(&house, &firm.key, "/api/v1/alerts.xlsx", "zh-CN").await;
    let mut book = Xlsx::new(Cursor::new(body)).expect("a workbook");
    let name = book.sheet_names().last().expect("a sheet").clone();
    let sheet = book.worksheet_range(&name).expect("a sheet");
    assert_eq!(sheet.height(), 3, "{name}");
    let (status, _, _) = fetch(&house, &firm.key, "/api/v1/alerts?grade=mild", "en").await;
    assert_eq!(status, 400);
    let other = house.firm(2, None).await;
    let list = read(&house, &other.key, "/api/v1/alerts?state=any").await;
    assert_eq!(list["items"], json!([]));
}

/// Alerts of an enterprise, about one case each.
async fn raised(house: &House, enterprise_id: EnterpriseId, n_alerts: i64) {
    let of_case = |n: i64| Alert {
        enterprise_id,
        alert_id: AlertId::new(n * 1_000, 0),
        grade: Grade::Important,
        reason: Reason::Diversion,
        detail: String::new(),
        subject_kind: SubjectKind::Case,
        subject: n.to_string(),
        product_id: None,
        state: State::Open,
        outcome: Outcome::None,
        revision: 0,
        assignee: String::new(),
        n_times: 1,
        first_at_us: n,
        last_at_us: n,
        closed_at_us: None,
    };
    let all: Vec<i64> = (1..=n_alerts).collect();
    for some in all.chunks(1_000) {
        let statements = some.iter().flat_map(|n| store::alerts::raise(&of_case(*n), None, *n));
        house.db.store.write("raise", statements.collect()).await.expect("raised");
    }
}

#[tokio::test]
async fn a_file_that_ends_before_its_rows_says_so_and_where_the_rest_is() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    raised(&house, firm.enterprise_id.parse().expect("an id"), 10_002).await;
    let file = async |path: &str| {
        let asked = get(path).header("authorization", bearer(&firm.key));
        house.ask(asked.header("accept-language", "en")).await
    };
    let first = file("/api/v1/alerts.csv?reason=diversion").await;
    let last = first.body.lines().last().expect("a line");
    assert!(last.contains("ends after 10000 rows and more follow"), "{last}");
    assert_eq!(first.body.lines().count(), 1 + 10_000 + 1);
    let link = first.header("link");
    let next = link.strip_prefix('<').and_then(|it| it.strip_suffix(">; rel=\"next\""));
    let next = next.expect(link);
    let after = next.split('&').find(|it| it.contains("after=")).expect(next);
    let (_, after) = after.split_once("after=").expect(next);
    assert!(next.contains("reason=diversion") && last.contains(after), "{next} {last}");
    let rest = file(next).await;
    assert_eq!(rest.body.lines().count(), 1 + 2, "{}", rest.body);
    assert!(!rest.body.contains("more follow"));
    let (_, _, body) = fetch(&house, &firm.key, "/api/v1/alerts.xlsx", "zh-CN").await;
    let mut book = Xlsx::new(Cursor::new(body)).expect("a workbook");
    let name = book.sheet_names().last().expect("a sheet").clone();
    let sheet = book.worksheet_range(&name).expect("a sheet");
    let last = sheet.get((10_001, 0)).expect("a cell").to_string();
    assert!(last.contains("本文件到第 10000 条为止"), "{last}");
}
