//! Captures that go on after the answer: all or none of a large document, all that is right of one
//! that proceeds, each event once.

use std::collections::BTreeSet;

use service::limits::MAX_IDENTIFIER_BYTES;
use service::{
    Caller, CaptureJob, Commission, EVENT_EXISTS, ErrorBehaviour, Page, Scan, Selection, Service,
};
use store::captures::CaptureError;
use store::id::CaptureId;
use store::testing::each_engine;
use store::{Store, capture_jobs};

use crate::house::{Firm, House};

/// An event of about 1 KiB: 5,000 of them are more than is captured at once.
fn event(serial: u64) -> String {
    let filler = "x".repeat(800);
    format!(
        r#"{{"type":"ObjectEvent","eventID":"ex:{serial}","eventTime":"2026-11-21T08:00:00Z",
            "eventTimeZoneOffset":"+00:00","action":"OBSERVE","bizStep":"shipping",
            "epcList":["urn:epc:id:sgtin:4012345.011111.{serial}"],"own:filler":"{filler}"}}"#
    )
}

fn commissioning(code: &str, lot: &str) -> String {
    format!(
        r#"{{"type":"ObjectEvent","eventTime":"2026-11-21T08:00:00Z",
            "eventTimeZoneOffset":"+00:00","action":"ADD","bizStep":"commissioning",
            "epcList":["https://t.example/c/{code}"],"ilmd":{{"cbvmda:lotNumber":"{lot}"}}}}"#
    )
}

fn document(events: &[String]) -> Vec<u8> {
    let events = events.join(",");
    format!(
        r#"{{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
              {{"own":"https://example.com/ns/"}}],
            "type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-11-21T08:00:00Z",
            "epcisBody":{{"eventList":[{events}]}}}}"#
    )
    .into_bytes()
}

fn large() -> Vec<String> {
    (0..5_000).map(event).collect()
}

/// Hands a document over in pieces and waits for its end.
async fn capture(
    service: &Service,
    caller: &Caller,
    behaviour: ErrorBehaviour,
    events: &[String],
) -> CaptureJob {
    capture_body(service, caller, behaviour, &document(events)).await
}

async fn capture_body(
    service: &Service,
    caller: &Caller,
    behaviour: ErrorBehaviour,
    body: &[u8],
) -> CaptureJob {
    let mut intake = service.begin_capture(caller, behaviour).expect("the caller may");
    for bytes in body.chunks(100_000) {
        intake.push(bytes).await.expect("there is room");
    }
    let id = intake.finish().await.expect("it is taken in");
    ended(service, caller, id).await
}

/// A platform whose server takes up what was left, as it does when the database did not answer.
async fn serving(store: Store) -> House {
    let house = House::new(store).await;
    let service = house.service.clone();
    tokio::spawn(async move { service.resume_captures().await });
    house
}

/// A pause between two looks: whoever only looks keeps two cores busy, and the job waits for them.
async fn pause() {
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
}

async fn ended(service: &Service, caller: &Caller, id: CaptureId) -> CaptureJob {
    loop {
        let job = service.find_capture_job(caller, id).await.expect("the job is there");
        if job.capture.finished_at_us.is_some() {
            return job;
        }
        pause().await;
    }
}

/// The ids of all events, in order.
async fn stored(service: &Service, firm: &Firm) -> Vec<String> {
    let mut page = Page { limit: 100, ..Page::first() };
    let mut ids = Vec::new();
    loop {
        let paged = service.list_events(&firm.caller, &page).await.expect("a page");
        ids.extend(paged.items.into_iter().map(|it| it.event_id));
        match paged.next {
            Some(next) => page.after = Some(next),
            None => return ids,
        }
    }
}

/// Where, and by which rule.
fn told(errors: &[CaptureError]) -> Vec<(&str, &str)> {
    errors.iter().map(|it| (&*it.pointer, &*it.rule)).collect()
}

fn counts(job: &CaptureJob) -> [u64; 4] {
    let it = &job.capture;
    [it.n_events, it.n_known, it.n_differing, it.n_errors]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_document_is_captured_whole_or_not_at_all() {
    each_engine(async |store| {
        let house = serving(store).await;
        let firm = house.firm(1, None).await;
        let service = &house.service;
        let capture = async |events: &[String]| {
            capture(service, &firm.caller, ErrorBehaviour::Rollback, events).await
        };
        let mut events = large();
        events[4_000] = events[4_000].replace("OBSERVE", "SEEN");
        let job = capture(&events).await;
        assert_eq!(counts(&job), [0, 0, 0, 1]);
        assert_eq!(job.errors[0].pointer, "/epcisBody/eventList/4000/action");
        assert_eq!(stored(service, &firm).await, [""; 0]);

        events[4_000] = event(17);
        let job = capture(&events).await;
        assert_eq!(counts(&job), [5_000, 1, 0, 0]);
        // The clock stands still, so portions come in any order.
        let ids: BTreeSet<String> = stored(service, &firm).await.into_iter().collect();
        let expected = (0..5_000).filter(|n| *n != 4_000).map(|n| format!("ex:{n}"));
        assert!(ids.into_iter().eq(expected.collect::<BTreeSet<_>>()));
        let jobs = service.list_captures(&firm.caller, &Page::first()).await.expect("a list");
        assert_eq!(jobs.items.len(), 2, "portions are no captures of their own");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn captures_of_one_enterprise_take_one_turn_at_a_time() {
    each_engine(async |store| {
        let house = serving(store.clone()).await;
        let [many, one] = [house.firm(1, None).await, house.firm(2, None).await];
        let service = &house.service;
        let body = document(&large());
        let begin = async |caller: &Caller| {
            let mut intake =
                service.begin_capture(caller, ErrorBehaviour::Proceed).expect("the caller may");
            intake.push(&body).await.expect("there is room");
            intake.finish().await.expect("it is taken in")
        };
        let mut of_many = Vec::new();
        for _ in 0..3 {
            of_many.push(begin(&many.caller).await);
        }
        let of_one = begin(&one.caller).await;
        let is_running = async |id: CaptureId| {
            let job = capture_jobs::find(&store, id).await.expect("it answers");
            job.is_some_and(|job| job.leased_until_us > 0)
        };
        let watching = async {
            loop {
                let mut before: Option<CaptureId> = None;
                for id in &of_many {
                    if !is_running(*id).await {
                        continue;
                    }
                    // Between two looks one may end and the next begin.
                    if let Some(before) = before.replace(*id) {
                        assert!(!is_running(before).await, "two at once");
                    }
                }
                pause().await;
            }
        };
        let ending = async {
            ended(service, &one.caller, of_one).await;
            for id in &of_many {
                ended(service, &many.caller, *id).await;
            }
        };
        tokio::select! {
            () = watching => {}
            () = ending => {}
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lives_begin_with_all_events_of_a_large_document_or_none() {
    each_engine(async |store| {
        let house = serving(store).await;
        let firm = house.firm(1, None).await;
        let service = &house.service;
        let batch = house.batch(&firm, 3).await;
        let codes: Vec<String> =
            house.printed(&firm, &batch).await.into_iter().map(|(code, _)| code).collect();
        let capture = async |events: &[String]| {
            capture(service, &firm.caller, ErrorBehaviour::Rollback, events).await
        };
        // The first and the last portion of a document know of each other.
        let mut events = large();
        events.insert(0, commissioning(&codes[0], "L1"));
        events.push(commissioning(&codes[0], "L2"));
        let job = capture(&events).await;
        assert_eq!((counts(&job), &*job.errors[0].rule), ([0, 0, 0, 1], "state-of-code"));
        assert_eq!(job.errors[0].pointer, "/epcisBody/eventList/5001");
        assert_eq!(stored(service, &firm).await, [""; 0]);

        events[5_001] = commissioning(&codes[1], "L1");
        events.push(events[0].clone());
        let job = capture(&events).await;
        assert_eq!(counts(&job), [5_003, 1, 0, 0]);
        let events = [commissioning(&codes[1], "L3"), commissioning(&codes[2], "L3")];
        let again = service.capture_document(&firm.caller, document(&events)).await;
        assert!(matches!(again, Err(service::Error::Contradicts(_))), "{again:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_commissions_all_the_time_does_not_keep_a_document_from_being_captured() {
    each_engine(async |store| {
        let house = serving(store).await;
        let firm = house.firm(1, None).await;
        let service = &house.service;
        let batch = house.batch(&firm, 20_000).await;
        let batch_id = batch.batch.batch_id;
        let mut printed = house.printed(&firm, &batch).await;
        let [last, other] = [printed.pop(), printed.pop()].map(|it| it.expect("a code").0);
        let mut events = large();
        events.insert(0, commissioning(&last, "L1"));
        // Somebody captures one of its events before it does.
        let meanwhile = document(&[commissioning(&other, "L1")]);
        events.push(commissioning(&other, "L1"));
        let commissioning_others = async {
            service.capture_document(&firm.caller, meanwhile).await.expect("it is captured");
            for position in 0..printed.len() as u64 {
                let codes = Selection::Range { batch_id, first: position, last: position };
                let commission = Commission {
                    codes,
                    lot_number: "L2".into(),
                    production_date: "2026-11-20".into(),
                    shelf_life_days: None,
                    event_time_us: None,
                };
                // One that loses too often to the document is not what is tested.
                service.commission_codes(&firm.caller, commission).await.ok();
            }
        };
        let capturing = capture(service, &firm.caller, ErrorBehaviour::Rollback, &events);
        let job = tokio::select! {
            job = capturing => job,
            () = commissioning_others => panic!("the document waits until nobody is there"),
        };
        assert_eq!((job.capture.n_events, job.capture.n_errors), (5_002, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_proceeds_keeps_what_is_right() {
    each_engine(async |store| {
        let house = serving(store).await;
        let firm = house.firm(1, None).await;
        let service = &house.service;
        let batch = house.batch(&firm, 2).await;
        let codes: Vec<String> =
            house.printed(&firm, &batch).await.into_iter().map(|(code, _)| code).collect();
        let capture = async |events: &[String]| {
            capture(service, &firm.caller, ErrorBehaviour::Proceed, events).await
        };
        let small = [
            event(1),
            event(2).replace("OBSERVE", "SEEN"),
            commissioning(&codes[0], "L1"),
            event(3),
            commissioning(&codes[0], "L2"),
            commissioning(&codes[1], "L1"),
            event(1),
        ];
        let job = capture(&small).await;
        assert_eq!(counts(&job), [7, 1, 0, 2]);
        let [action, again] = ["/epcisBody/eventList/1/action", "/epcisBody/eventList/4"];
        let expected = [(action, "invalid-action"), (again, "state-of-code")];
        assert_eq!(told(&job.errors), expected);
        assert_eq!(stored(service, &firm).await.len(), 4);

        let mut events = large();
        for n in [0, 7, 499, 500, 2_345, 4_999] {
            events[n] = events[n].replace("\"+00:00\"", "\"soon\"");
        }
        let job = capture(&events).await;
        assert_eq!(counts(&job), [5_000, 2, 0, 6]);
        let at = |n: usize| job.errors[n].pointer.split('/').nth(3).map(str::to_owned);
        let at = (0..6).filter_map(at).collect::<Vec<_>>();
        assert_eq!(at, ["0", "7", "499", "500", "2345", "4999"]);
        assert_eq!(stored(service, &firm).await.len(), 4 + 5_000 - 6 - 2);
    })
    .await;
}

/// gs1/EPCIS#403: one eventID is one event.
#[tokio::test(flavor = "multi_thread")]
async fn another_event_under_a_known_event_id_is_an_error_of_the_job() {
    each_engine(async |store| {
        let house = serving(store).await;
        let firm = house.firm(1, None).await;
        let service = &house.service;
        let capture = async |behaviour, events: &[String]| {
            capture(service, &firm.caller, behaviour, events).await
        };
        let job = capture(ErrorBehaviour::Rollback, &[event(1)]).await;
        assert_eq!(counts(&job), [1, 0, 0, 0]);
        // An exact repeat is a success.
        let job = capture(ErrorBehaviour::Rollback, &[event(1)]).await;
        assert_eq!(counts(&job), [1, 1, 0, 0]);

        let other = |serial| event(serial).replace("shipping", "receiving");
        let pointer = |n: usize| format!("/epcisBody/eventList/{n}/eventID");
        let (second, fourth) = (pointer(1), pointer(3));
        let refused = [(&*second, EVENT_EXISTS), (&*fourth, EVENT_EXISTS)];
        let events = [event(2), other(1), event(1), other(2)];
        let job = capture(ErrorBehaviour::Rollback, &events).await;
        assert_eq!(counts(&job), [0, 0, 0, 2], "{:?}", job.errors);
        let sorted = told(&job.errors).into_iter().collect::<BTreeSet<_>>();
        assert_eq!(sorted, refused.into());
        assert_eq!(stored(service, &firm).await, ["ex:1"]);

        let job = capture(ErrorBehaviour::Proceed, &events).await;
        assert_eq!(counts(&job), [4, 1, 2, 2], "{:?}", job.errors);
        let sorted = told(&job.errors).into_iter().collect::<BTreeSet<_>>();
        assert_eq!(sorted, refused.into());
        assert_eq!(stored(service, &firm).await, ["ex:1", "ex:2"]);
        let query = service.find_event(&firm.caller, "ex:1").await.expect("the first");
        assert!(query[0].biz_step.ends_with("shipping"), "the first content stands");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_odd_is_told_beside_the_job() {
    each_engine(async |store| {
        let house = serving(store).await;
        let firm = house.firm(1, None).await;
        let service = &house.service;
        let odd = |serial| event(serial).replace("shipping", "urn:x:our-step");
        let pointer = "/epcisBody/eventList/1/bizStep";
        for (behaviour, serial) in
            [(ErrorBehaviour::Rollback, 6_000), (ErrorBehaviour::Proceed, 7_000)]
        {
            let small = [event(serial), odd(serial + 1)];
            let job = capture(service, &firm.caller, behaviour, &small).await;
            assert_eq!(counts(&job), [2, 0, 0, 0]);
            assert_eq!(told(&job.warnings), [(pointer, "unknown-vocabulary")]);
        }
        let mut events = large();
        events.remove(10);
        events[1] = odd(9_000);
        for (serial, event) in (12_000..).zip(&mut events[2_000..3_000]) {
            *event = odd(serial);
        }
        let job = capture(service, &firm.caller, ErrorBehaviour::Rollback, &events).await;
        assert_eq!(told(&job.errors), []);
        assert_eq!((job.warnings.len(), told(&job.warnings)[0].0), (100, pointer));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_ends_early_says_so() {
    each_engine(async |store| {
        let house = serving(store).await;
        let firm = house.firm(1, None).await;
        let service = &house.service;
        for (behaviour, n_stored) in
            [(ErrorBehaviour::Rollback, 0), (ErrorBehaviour::Proceed, 4_999)]
        {
            let mut intake = service.begin_capture(&firm.caller, behaviour).expect("it may");
            let body = document(&large());
            intake.push(&body[..body.len() - 200]).await.expect("there is room");
            let id = intake.finish().await.expect("it is taken in");
            let job = ended(service, &firm.caller, id).await;
            assert_eq!((job.capture.n_errors, &*job.errors[0].rule), (1, "invalid-json"));
            assert_eq!(stored(service, &firm).await.len(), n_stored);
        }
    })
    .await;
}

#[tokio::test]
async fn a_small_document_that_is_none_is_refused_at_once() {
    each_engine(async |store| {
        let house = serving(store).await;
        let firm = house.firm(1, None).await;
        for behaviour in [ErrorBehaviour::Rollback, ErrorBehaviour::Proceed] {
            let mut intake = house.service.begin_capture(&firm.caller, behaviour).expect("it may");
            intake.push(b"{}").await.expect("there is room");
            let answer = intake.finish().await;
            assert!(matches!(answer, Err(service::Error::Rejected(_))), "{answer:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn master_data_of_a_job_has_the_bounds_of_any() {
    each_engine(async |store| {
        let house = serving(store).await;
        let firm = house.firm(1, None).await;
        let service = &house.service;
        let header = format!(
            r#""epcisHeader":{{"epcisMasterData":{{"vocabularyList":[
                {{"type":"urn:epcglobal:epcis:vtype:ReadPoint","vocabularyElementList":[
                  {{"id":"urn:x:{}"}}]}}]}}}},"epcisBody""#,
            "x".repeat(MAX_IDENTIFIER_BYTES)
        );
        let body = |events: &[String]| {
            let text = String::from_utf8(document(events)).expect("UTF-8");
            text.replacen("\"epcisBody\"", &header, 1).into_bytes()
        };
        let large = body(&large());
        let job = capture_body(service, &firm.caller, ErrorBehaviour::Rollback, &large).await;
        assert_eq!(counts(&job), [0, 0, 0, 1], "{:?}", job.errors);
        assert_eq!(stored(service, &firm).await, [""; 0]);
        let small = body(&[event(1)]);
        let job = capture_body(service, &firm.caller, ErrorBehaviour::Proceed, &small).await;
        assert_eq!(counts(&job), [1, 0, 0, 1], "{:?}", job.errors);
        assert_eq!(stored(service, &firm).await, ["ex:1"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_comes_again_as_another_changes_no_life() {
    each_engine(async |store| {
        let house = serving(store).await;
        let firm = house.firm(1, None).await;
        let service = &house.service;
        let batch = house.batch(&firm, 1).await;
        let (code, _) = house.printed(&firm, &batch).await.remove(0);
        let mut events = large();
        let again = commissioning(&code, "L1");
        events.push(again.replacen("{", r#"{"eventID":"ex:0","#, 1));
        let refused = ("/epcisBody/eventList/5000/eventID", EVENT_EXISTS);
        let job = capture(service, &firm.caller, ErrorBehaviour::Rollback, &events).await;
        assert_eq!((counts(&job), told(&job.errors)), ([0, 0, 0, 1], vec![refused]));
        assert_eq!(stored(service, &firm).await, [""; 0]);
        let job = capture(service, &firm.caller, ErrorBehaviour::Proceed, &events).await;
        assert_eq!((counts(&job), told(&job.errors)), ([5_001, 0, 1, 1], vec![refused]));
        assert_eq!(stored(service, &firm).await.len(), 5_000);
        let look = Scan::LOOK;
        let state = service.scan_code(&code, look).await.expect("a verdict").verdict.state;
        assert_eq!(state.name(), "not-commissioned");
    })
    .await;
}
