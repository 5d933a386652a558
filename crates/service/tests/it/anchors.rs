//! Published trace-back cases, found by `SUYUAN_CONFORMANCE`: unset means skipped aloud, set and
//! missing means failure.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use service::TraceQuestion;
use store::testing::each_engine;

use crate::house::{House, MORNING_US, set_now_us};

/// Events of a published answer that ours has not, or the other way round, by case and event, each
/// with its reason: so far there is none.
const DIFFERENT: &[(&str, &str)] = &[];

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "where other people's examples are")]
async fn published_cases_are_reproduced() {
    let Ok(folder) = std::env::var("SUYUAN_CONFORMANCE") else {
        assert!(std::env::var_os("CI").is_none(), "SUYUAN_CONFORMANCE is not set");
        println!("skipped: SUYUAN_CONFORMANCE is not set");
        return;
    };
    let folder = Path::new(&folder);
    let anchors = fs::read_to_string(folder.join("trace_anchors.json")).expect("the anchors");
    let anchors: Value = serde_json::from_str(&anchors).expect("JSON");
    let cases = anchors["cases"].as_array().expect("cases");
    assert!(!cases.is_empty());
    for case in cases {
        let input = case["input"].as_str().expect("a file");
        let text = fs::read_to_string(folder.join(input)).expect("the input of a case");
        let document = documents_of(&text);
        let listed = case["derived_event_ids"].as_array().expect("a list").iter();
        let expected: BTreeSet<&str> = listed.map(|id| id.as_str().expect("an id")).collect();
        assert_eq!(expected.len(), case["expected_distinct_events"].as_u64().unwrap() as usize);
        let root = case["root"].as_str().expect("a root");
        each_engine(async |store| {
            set_now_us(MORNING_US);
            let house = House::new(store).await;
            let firm = house.firm(1, None).await;
            let service = &house.service;
            let capture = service.capture_document(&firm.caller, document.clone().into()).await;
            capture.expect("a published document is captured");
            let question = TraceQuestion::backward(root);
            let trace = service.trace(&firm.caller, &question).await.expect("a trace");
            assert_eq!(trace.cut, None);
            let found = trace.steps.iter().map(|step| step.event_id.as_str()).collect();
            let differs: BTreeSet<&str> = expected.symmetric_difference(&found).copied().collect();
            let named = DIFFERENT.iter().filter(|(case, _)| *case == input);
            assert_eq!(differs, named.map(|(_, id)| *id).collect(), "{input}, {root}");
        })
        .await;
    }
}

/// The events of a document, of a query or not, as a document to capture: each eventID once, since
/// a repository is idempotent on it.
fn documents_of(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}');
    let mut document: Value = serde_json::from_str(text).expect("JSON");
    let results = "/epcisBody/queryResults/resultsBody/eventList";
    let list = document.pointer(results).or_else(|| document.pointer("/epcisBody/eventList"));
    let mut ids = BTreeSet::new();
    let events = list.and_then(Value::as_array).expect("events").iter();
    let first = |event: &&Value| ids.insert(event["eventID"].to_string());
    let events: Vec<Value> = events.filter(first).cloned().collect();
    document["type"] = json!("EPCISDocument");
    document["epcisBody"] = json!({ "eventList": events });
    document.to_string()
}
