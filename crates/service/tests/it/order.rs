//! Lists while captures overlap: whoever remembers the last row read misses none (DESIGN.md,
//! idea 3). Lists read from either end, of one enterprise and of the platform.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};

use service::{Caller, Page, Service};
use store::captures::{self, Capture, ErrorBehaviour};
use store::id::{CaptureId, EnterpriseId};
use store::testing::{Db, each_engine, options};
use store::{Engine, Store};

use crate::house::{House, MORNING_US, OUTSIDE, secrets, set_now_us};

const N_WRITERS: usize = 8;
const N_CAPTURES: i64 = 200;

/// A capture whose id was drawn `at_ms` after the morning.
fn drawn(at_ms: i64, owner: EnterpriseId) -> Capture {
    Capture {
        capture_id: CaptureId::new(MORNING_US + at_ms * 1000, 0),
        enterprise_id: owner,
        created_at_us: MORNING_US,
        finished_at_us: Some(MORNING_US),
        behaviour: ErrorBehaviour::Rollback,
        n_events: 0,
        n_known: 0,
        n_differing: 0,
        n_errors: 0,
        job_id: None,
    }
}

async fn commit(store: &Store, capture: &Capture) {
    store.write("capture", vec![captures::insert(capture)]).await.expect("it is committed");
}

/// All captures behind `page.after`, page by page.
async fn follow(service: &Service, caller: &Caller, mut page: Page) -> Vec<CaptureId> {
    let mut ids = Vec::new();
    loop {
        let paged = service.list_captures(caller, &page).await.expect("a page");
        ids.extend(paged.items.into_iter().map(|it| it.capture_id));
        match paged.next {
            Some(next) => page.after = Some(next),
            None => return ids,
        }
    }
}

/// All events, page by page, as place in their document and eventID.
async fn events(service: &Service, caller: &Caller, mut page: Page) -> Vec<(u32, String)> {
    let mut ids = Vec::new();
    loop {
        let paged = service.list_events(caller, &page).await.expect("a page");
        ids.extend(paged.items.into_iter().map(|it| (it.capture_index, it.event_id)));
        match paged.next {
            Some(next) => page.after = Some(next),
            None => return ids,
        }
    }
}

fn document(ids: [&str; 3], reads_at: &str) -> Vec<u8> {
    let event = |id: &str| {
        format!(
            r#"{{"type":"ObjectEvent","eventID":"ex:{id}","eventTime":"2026-11-21T08:00:00Z",
                "eventTimeZoneOffset":"+00:00","action":"OBSERVE",
                "epcList":["urn:epc:id:sgtin:4012345.011111.{id}"],
                "readPoint":{{"id":"urn:epc:id:sgln:4012345.{reads_at}.0"}}}}"#
        )
    };
    let events = ids.map(event).join(",");
    format!(
        r#"{{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
            "type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-11-21T08:00:00Z",
            "epcisBody":{{"eventList":[{events}]}}}}"#
    )
    .into_bytes()
}

#[tokio::test]
async fn a_slow_capture_is_not_hidden_behind_a_cursor() {
    each_engine(async |store| {
        let house = House::new(store.clone()).await;
        let firm = house.firm(1, None).await;
        let (slow, fast) = (drawn(1, firm.enterprise_id), drawn(2, firm.enterprise_id));
        commit(&store, &fast).await;
        let page = Page { limit: 7, ..Page::first() };
        let seen = follow(&house.service, &firm.caller, page.clone()).await;
        assert_eq!(seen, [fast.capture_id]);
        commit(&store, &slow).await;
        let page = Page { after: Some(fast.capture_id.to_string()), ..page };
        let seen = follow(&house.service, &firm.caller, page).await;
        assert_eq!(seen, [slow.capture_id]);
        let stranger = house.firm(2, None).await.caller;
        let foreign = Page { after: Some(fast.capture_id.to_string()), ..Page::first() };
        let answer = house.service.list_captures(&stranger, &foreign).await;
        assert!(matches!(answer, Err(service::Error::NotFound)));
    })
    .await;
}

/// Writers whose ids are drawn in the reverse of the order in which they commit, and two servers
/// that follow them.
async fn overlap(store: Store, second: Store) {
    let house = House::new(store.clone()).await;
    let firm = house.firm(1, None).await;
    let owner = firm.enterprise_id;
    let other = Service::start(second.clone(), secrets(1), "https://t.example", OUTSIDE).await;
    let other = other.expect("the service starts");
    let next: &'static AtomicI64 = Box::leak(Box::new(AtomicI64::new(N_CAPTURES)));
    let writers = (0..N_WRITERS).map(|n| {
        let store = if n % 2 == 0 { store.clone() } else { second.clone() };
        tokio::spawn(async move {
            loop {
                let at_ms = next.fetch_sub(1, Ordering::SeqCst);
                if at_ms <= 0 {
                    return;
                }
                commit(&store, &drawn(at_ms, owner)).await;
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let followers = [(house.service.clone(), firm.caller), (other, house.operator.clone())];
    let followers = followers.map(|(service, caller)| {
        tokio::spawn(async move {
            let mut seen: Vec<CaptureId> = Vec::new();
            while seen.len() < N_CAPTURES as usize {
                let after = seen.last().map(ToString::to_string);
                let page = Page { after, limit: 7, ..Page::first() };
                seen.extend(follow(&service, &caller, page).await);
            }
            seen
        })
    });
    for writer in writers {
        writer.await.expect("a writer ends well");
    }
    let expected: BTreeSet<CaptureId> =
        (1..=N_CAPTURES).map(|at_ms| drawn(at_ms, owner).capture_id).collect();
    let [first, second] = followers;
    let (first, second) = (first.await.expect("it follows"), second.await.expect("it follows"));
    assert_eq!(first, second, "all see the same order");
    assert_eq!(first.into_iter().collect::<BTreeSet<_>>(), expected, "and miss nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn overlapping_writers_are_followed_without_a_gap() {
    let sqlite = Db::sqlite().await;
    overlap(sqlite.store.clone(), sqlite.store.clone()).await;
    let Some(postgres) = Db::postgres().await else { return };
    let url = postgres.url().expect("PostgreSQL has a URL");
    let second = Store::open_postgres(url, options()).await.expect("it opens twice");
    assert_eq!(second.engine(), Engine::Postgres);
    overlap(postgres.store.clone(), second).await;
}

#[tokio::test]
async fn lists_read_the_same_from_either_end() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let service = &house.service;
        set_now_us(MORNING_US);
        let firm = house.firm(1, None).await;
        // Ids of enterprises tell seconds apart.
        set_now_us(MORNING_US + 1_000_000);
        let stranger = house.firm(2, None).await;
        for (ids, at_us) in [(["1", "2", "3"], 0), (["4", "5", "6"], 1000)] {
            set_now_us(MORNING_US + at_us);
            let captured = service.capture_document(&firm.caller, document(ids, "00001")).await;
            assert_eq!(captured.expect("captured").n_known, 0);
            service.capture_document(&stranger.caller, document(ids, "00001")).await.expect("too");
        }
        for caller in [&firm.caller, &stranger.caller, &house.operator] {
            let page = |page| Page { limit: 2, ..page };
            let mut newest = follow(service, caller, page(Page::newest())).await;
            newest.reverse();
            assert_eq!(newest, follow(service, caller, page(Page::first())).await);
            let mut newest = events(service, caller, page(Page::newest())).await;
            newest.reverse();
            let oldest = events(service, caller, page(Page::first())).await;
            assert_eq!(newest, oldest);
            let expected = ["1", "2", "3", "4", "5", "6"].map(|id| format!("ex:{id}"));
            if caller != &house.operator {
                assert!(oldest.iter().map(|(_, id)| id).eq(&expected), "{oldest:?}");
            }
            assert_eq!(oldest.len(), if caller == &house.operator { 12 } else { 6 });
        }
        let firms = service.list_enterprises(&house.operator, &Page::newest()).await;
        let firms = firms.expect("a list").items.into_iter().map(|it| it.name);
        assert!(firms.eq(["Firm 2", "Firm 1"]));
    })
    .await;
}

#[tokio::test]
async fn known_events_are_counted_and_other_content_is_refused() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        let capture = async |ids, reads_at| {
            let body = document(ids, reads_at);
            let id = match house.service.capture_document(&firm.caller, body).await {
                Ok(capture) => capture.capture_id,
                Err(service::Error::Rejected(violations)) => return Err(violations.len()),
                Err(other) => panic!("{other}"),
            };
            let capture = house.service.find_capture(&firm.caller, id).await.expect("it is there");
            Ok([capture.n_events, capture.n_known, capture.n_differing])
        };
        assert_eq!(capture(["1", "2", "3"], "00001").await, Ok([3, 0, 0]));
        assert_eq!(capture(["1", "2", "4"], "00001").await, Ok([3, 2, 0]));
        assert_eq!(capture(["1", "2", "5"], "00002").await, Err(2));
        assert_eq!(capture(["5", "6", "6"], "00002").await, Ok([3, 1, 0]));
    })
    .await;
}
