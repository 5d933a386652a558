//! Subscriptions: each event once, whoever writes, whoever is killed, however long the receiver is
//! away. The clock is moved; nobody waits.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

use epcis::query::NamedQuery;
use epcis::{CbvFormat, EpcFormat};
use serde_json::Value;
use service::limits::{
    DELIVERY_DAY_US, DELIVERY_LEASE_US, MAX_MASTER_DATA_OF_QUERY, MAX_OUTBOX_EVENTS,
};
use service::testing::now_us;
use service::{Answer, Caller, Error, NewSubscription, Page, Sending, Service, Timing};
use store::deliveries;
use store::id::SubscriptionId;
use store::subscriptions::{self, Subscription};
use store::testing::{Db, each_engine, options};
use store::{Engine, Store};
use tokio::sync::RwLock;

use crate::house::{House, MORNING_US, OUTSIDE, secrets, set_now_us};

const MINUTE_US: i64 = 60 * 1_000_000;
const HOUR_US: i64 = 60 * MINUTE_US;

/// A document of events with these serials, in a step.
fn document(serials: impl IntoIterator<Item = String>, step: &str) -> Vec<u8> {
    let event = |serial: String| {
        format!(
            r#"{{"type":"ObjectEvent","eventID":"ex:{serial}","eventTime":"2026-11-21T08:00:00Z",
                "eventTimeZoneOffset":"+00:00","action":"OBSERVE","bizStep":"{step}",
                "epcList":["urn:epc:id:sgtin:4012345.011111.{serial}"]}}"#
        )
    };
    let events: Vec<String> = serials.into_iter().map(event).collect();
    format!(
        r#"{{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
            "type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-11-21T08:00:00Z",
            "epcisBody":{{"eventList":[{}]}}}}"#,
        events.join(",")
    )
    .into_bytes()
}

/// Captures a millisecond later than what was before, so that the order is certain.
async fn capture(service: &Service, caller: &Caller, serials: &[&str], step: &str) {
    set_now_us(now_us() + 1000);
    let body = document(serials.iter().map(|it| (*it).to_owned()), step);
    service.capture_document(caller, body).await.expect("it is captured");
}

/// A webhook of a stream.
fn stream() -> NewSubscription {
    NewSubscription {
        dest: "https://receiver.example/hook".into(),
        signature_token: Some("secret".into()),
        timing: Timing::Stream,
        initial_record_time_us: None,
        epc_format: EpcFormat::NoPreference,
        cbv_format: CbvFormat::NoPreference,
    }
}

fn scheduled(fields: &[(&str, &str)], reports_if_empty: bool) -> NewSubscription {
    let owned = |it: &(&str, &str)| (it.0.to_owned(), it.1.to_owned());
    let fields = fields.iter().map(owned).collect();
    NewSubscription { timing: Timing::Schedule { fields, reports_if_empty }, ..stream() }
}

/// Keeps the query for shipped goods and subscribes to it.
async fn subscribe(service: &Service, caller: &Caller, new: NewSubscription) -> Subscription {
    let text = br#"{"name":"shipped","query":{"EQ_bizStep":["shipping"]}}"#;
    let named = NamedQuery::from_json(text, &[]).expect("a query");
    match service.create_query(caller, named).await {
        Ok(_) | Err(Error::Conflict(_)) => {}
        Err(error) => panic!("{error}"),
    }
    service.create_subscription(caller, "shipped", new).await.expect("a subscription")
}

/// Judges what is new, and takes what is due.
async fn turn(service: &Service) -> Vec<Sending> {
    service.dispatch_events().await.expect("it judges");
    service.trigger_schedules().await.expect("schedules run");
    service.claim_deliveries(16).await.expect("what is due")
}

/// The eventIDs in a document, without their prefix.
fn told(body: &[u8]) -> Vec<String> {
    let json: Value = serde_json::from_slice(body).expect("JSON");
    let events = &json["epcisBody"]["queryResults"]["resultsBody"]["eventList"];
    let events = events.as_array().expect("a list of events");
    let id = |event: &Value| event["eventID"].as_str().unwrap_or_default().replace("ex:", "");
    events.iter().map(id).collect()
}

/// Takes turns until nothing is due, and each attempt has the same answer.
async fn drain(service: &Service, answer: &Answer) -> Vec<(String, Vec<String>)> {
    let mut all = Vec::new();
    loop {
        let due = turn(service).await;
        if due.is_empty() {
            return all;
        }
        for sending in due {
            all.push((sending.delivery_id.clone(), told(&sending.body)));
            service.settle_delivery(&sending, answer).await.expect("it is noted");
        }
    }
}

/// The ends of ids, behind the subscription, with the events.
fn without_subscription(told: Vec<(String, Vec<String>)>) -> Vec<String> {
    told.into_iter()
        .map(|(id, events)| {
            let (_, run) = id.split_once('.').expect("a run");
            format!("{run}: {}", events.join(" "))
        })
        .collect()
}

async fn dead(service: &Service, caller: &Caller, id: SubscriptionId) -> Vec<i64> {
    let page = Page { limit: 1, ..Page::first() };
    let mut page = page;
    let mut dead = Vec::new();
    loop {
        let paged = service.list_dead_letters(caller, id, &page).await.expect("a list");
        dead.extend(paged.items.iter().map(|it| it.first_n));
        match paged.next {
            Some(next) => page.after = Some(next),
            None => return dead,
        }
    }
}

#[tokio::test]
async fn events_are_told_once_to_those_who_may_see_them() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let service = &house.service;
        let (firm, other) = (house.firm(1, None).await.caller, house.firm(2, None).await.caller);
        capture(service, &firm, &["before"], "shipping").await;
        let own = subscribe(service, &firm, stream()).await;
        let all = subscribe(service, &house.operator, stream()).await;
        capture(service, &firm, &["1", "2"], "shipping").await;
        capture(service, &firm, &["3"], "receiving").await;
        capture(service, &other, &["4"], "shipping").await;
        // What is known already is no news.
        capture(service, &firm, &["1", "5"], "shipping").await;
        let told = drain(service, &Answer::Taken).await;
        let of = |it: &Subscription| {
            let begin = format!("{}.", it.subscription_id);
            let own = told.iter().filter(|(id, _)| id.starts_with(&begin)).cloned();
            without_subscription(own.collect())
        };
        assert_eq!(of(&own), ["1-3: 1 2 5"]);
        assert_eq!(of(&all), ["1-4: 1 2 4 5"]);
        assert_eq!(drain(service, &Answer::Taken).await, []);
        let found = service.find_subscription(&firm, own.subscription_id).await.expect("it");
        assert_eq!((found.n_waiting, found.n_delivered, found.n_dead), (0, 3, 0));
        assert_eq!(found.notified_at_us, Some(now_us()));
        // Another enterprise's subscription is one that does not exist.
        for id in [own.subscription_id, all.subscription_id] {
            let answer = service.find_subscription(&other, id).await;
            assert!(matches!(answer, Err(Error::NotFound)));
            let answer = service.delete_subscription(&other, id).await;
            assert!(matches!(answer, Err(Error::NotFound)));
        }
        // With the query its subscriptions are forgotten, and what waits for them.
        capture(service, &firm, &["6"], "shipping").await;
        service.dispatch_events().await.expect("it judges");
        service.delete_query(&firm, "shipped").await.expect("it is forgotten");
        let told = drain(service, &Answer::Taken).await;
        assert_eq!(without_subscription(told), ["5-5: 6"]);
    })
    .await;
}

#[tokio::test]
async fn a_subscription_from_an_earlier_time_is_told_what_was_recorded_since() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let service = &house.service;
        let firm = house.firm(1, None).await.caller;
        for (minute, serial) in ["1", "2", "3"].into_iter().enumerate() {
            set_now_us(MORNING_US + minute as i64 * MINUTE_US);
            capture(service, &firm, &[serial], "shipping").await;
        }
        let since = Some(MORNING_US + MINUTE_US + 1000);
        let new = NewSubscription { initial_record_time_us: since, ..stream() };
        subscribe(service, &firm, new).await;
        capture(service, &firm, &["4"], "shipping").await;
        let told = drain(service, &Answer::Taken).await;
        assert_eq!(without_subscription(told), ["1-3: 2 3 4"]);
    })
    .await;
}

#[tokio::test]
async fn a_schedule_gathers_until_its_time() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let service = &house.service;
        let firm = house.firm(1, None).await.caller;
        let daily = subscribe(service, &firm, scheduled(&[("hour", "9")], false)).await;
        let hourly = subscribe(service, &firm, scheduled(&[("minute", "30")], true)).await;
        capture(service, &firm, &["1"], "shipping").await;
        assert_eq!(drain(service, &Answer::Taken).await, []);
        set_now_us(MORNING_US + HOUR_US / 2);
        capture(service, &firm, &["2"], "shipping").await;
        let id = |it: &Subscription, run: &str| format!("{}.{run}", it.subscription_id);
        let both = ["1".to_owned(), "2".to_owned()];
        let expected = [(id(&hourly, "1-2"), both.to_vec())];
        assert_eq!(drain(service, &Answer::Taken).await, expected);
        set_now_us(MORNING_US + HOUR_US);
        assert_eq!(drain(service, &Answer::Taken).await, [(id(&daily, "1-2"), both.to_vec())]);
        // Nothing happened: one says so, the other is silent.
        set_now_us(MORNING_US + 3 * HOUR_US);
        assert_eq!(drain(service, &Answer::Taken).await, [(id(&hourly, "3-3"), vec![])]);
        set_now_us(MORNING_US + 26 * HOUR_US);
        capture(service, &firm, &["3"], "shipping").await;
        let mut told = drain(service, &Answer::Taken).await;
        told.sort();
        let three = vec!["3".to_owned()];
        let mut expected = [(id(&daily, "3-3"), three.clone()), (id(&hourly, "4-4"), three)];
        expected.sort();
        assert_eq!(told, expected);
    })
    .await;
}

#[tokio::test]
async fn what_a_subscription_cannot_be_is_refused_with_a_reason() {
    let house = House::new(Db::sqlite().await.store.clone()).await;
    let service = &house.service;
    let firm = house.firm(1, None).await.caller;
    subscribe(service, &firm, stream()).await;
    let limited = br#"{"name":"few","query":{"orderBy":"eventTime","eventCountLimit":3}}"#;
    let limited = NamedQuery::from_json(limited, &[]).expect("a query");
    service.create_query(&firm, limited).await.expect("a query may want few");
    let table = [
        ("shipped", NewSubscription { dest: String::new(), ..stream() }, "/dest"),
        ("shipped", scheduled(&[("hour", "24")], false), "/schedule/hour"),
        ("shipped", scheduled(&[], false), "/schedule"),
        ("few", stream(), "/query"),
        (
            "shipped",
            NewSubscription { signature_token: Some(String::new()), ..stream() },
            "/signatureToken",
        ),
    ];
    for (query, new, pointer) in table {
        match service.create_subscription(&firm, query, new).await {
            Err(Error::Rejected(violations)) => assert_eq!(violations[0].pointer, pointer),
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("{pointer} was taken"),
        }
    }
    let unknown = service.create_subscription(&firm, "unknown", stream()).await;
    assert!(matches!(unknown, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_restart_in_the_middle_of_a_delivery_repeats_it_in_the_same_bytes() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store.clone()).await;
        let firm = house.firm(1, None).await.caller;
        subscribe(&house.service, &firm, stream()).await;
        capture(&house.service, &firm, &["1", "2"], "shipping").await;
        let first = turn(&house.service).await.remove(0);
        // The process dies here; the receiver may have it. Others are captured meanwhile.
        let again = Service::start(store, secrets(1), "https://t.example", OUTSIDE).await;
        let again = again.expect("the service starts");
        capture(&again, &firm, &["3"], "shipping").await;
        assert!(turn(&again).await.is_empty(), "it may still be on its way");
        if again_is_alone(&house.service) {
            again.begin_deliveries().await.expect("what was taken is let go");
        } else {
            set_now_us(now_us() + DELIVERY_LEASE_US);
        }
        let second = turn(&again).await.remove(0);
        assert_eq!(second.delivery_id, first.delivery_id);
        assert_eq!(second.body, first.body);
        assert_ne!(second.signature, None);
        again.settle_delivery(&second, &Answer::Taken).await.expect("it is noted");
        // The dead sender's note comes too late and changes nothing.
        house.service.settle_delivery(&first, &Answer::Taken).await.expect("it is ignored");
        let told = drain(&again, &Answer::Taken).await;
        assert_eq!(without_subscription(told), ["3-3: 3"]);
    })
    .await;
}

/// Whether nobody else can be sending: on SQLite the folder belongs to one process.
fn again_is_alone(service: &Service) -> bool {
    service.engine() == Engine::Sqlite
}

#[tokio::test]
async fn a_receiver_that_is_down_for_a_day_gets_everything_in_the_end() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let service = &house.service;
        let firm = house.firm(1, None).await.caller;
        let id = subscribe(service, &firm, stream()).await.subscription_id;
        let down = Answer::Unreachable("nobody answers".into());
        capture(service, &firm, &["1"], "shipping").await;
        let mut n_attempts = drain(service, &down).await.len();
        let mut hour = 0;
        let mut at_us = MORNING_US;
        while dead(service, &firm, id).await.is_empty() {
            at_us += MINUTE_US;
            set_now_us(at_us);
            if at_us - MORNING_US > hour * HOUR_US {
                hour += 1;
                capture(service, &firm, &[&format!("h{hour}")], "shipping").await;
            }
            n_attempts += drain(service, &down).await.len();
            assert!(at_us - MORNING_US < DELIVERY_DAY_US + 2 * HOUR_US, "it ends after a day");
        }
        assert!(at_us - MORNING_US >= DELIVERY_DAY_US, "and not before");
        assert!((25..60).contains(&n_attempts), "{n_attempts} attempts");
        // Each was attempted for its own day, so those of the last hours live.
        let letters = dead(service, &firm, id).await;
        assert!((1..=2).contains(&letters.len()), "{letters:?}");
        let n_dead = letters.len() as u64;
        let found = service.find_subscription(&firm, id).await.expect("it is there");
        assert_eq!((found.n_dead, found.last_error.as_str()), (n_dead, "nobody answers"));
        // It is up again: what waits comes in order; the dead letters when they are
        // asked for, by an operator as well.
        set_now_us(at_us + HOUR_US);
        let told = drain(service, &Answer::Taken).await;
        for first_n in letters {
            service.replay_delivery(&house.operator, id, first_n).await.expect("it is replayed");
        }
        let replayed = drain(service, &Answer::Taken).await;
        assert_eq!(replayed.len() as u64, n_dead);
        let all = replayed.into_iter().chain(told).flat_map(|(_, events)| events);
        let expected = (1..=hour).map(|hour| format!("h{hour}"));
        assert!(all.eq(std::iter::once("1".to_owned()).chain(expected)));
        let found = service.find_subscription(&firm, id).await.expect("it is there");
        assert_eq!((found.n_waiting, found.n_dead), (0, 0));
        assert_eq!(found.n_delivered, hour as u64 + 1);
        let gone = service.drop_delivery(&firm, id, 1).await;
        assert!(matches!(gone, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn one_refused_document_holds_up_no_other() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let service = &house.service;
        let firm = house.firm(1, None).await.caller;
        let id = subscribe(service, &firm, stream()).await.subscription_id;
        capture(service, &firm, &["bad"], "shipping").await;
        let refused = Answer::Refused("400".into());
        assert_eq!(drain(service, &refused).await.len(), 1);
        capture(service, &firm, &["good"], "shipping").await;
        assert_eq!(without_subscription(drain(service, &Answer::Taken).await), ["2-2: good"]);
        set_now_us(MORNING_US + DELIVERY_DAY_US + MINUTE_US);
        assert_eq!(drain(service, &refused).await.len(), 1);
        assert_eq!(dead(service, &firm, id).await, [1]);
        service.drop_delivery(&firm, id, 1).await.expect("it is dropped");
        let found = service.find_subscription(&firm, id).await.expect("it is there");
        assert_eq!((found.n_waiting, found.n_dead, found.n_delivered), (0, 0, 1));
    })
    .await;
}

#[tokio::test]
async fn a_receiver_that_wants_less_at_once_gets_halves() {
    let house = House::new(Db::sqlite().await.store.clone()).await;
    let service = &house.service;
    let firm = house.firm(1, None).await.caller;
    subscribe(service, &firm, stream()).await;
    capture(service, &firm, &["1", "2", "3", "4", "5"], "shipping").await;
    let mut told_at_last = Vec::new();
    loop {
        let due = turn(service).await;
        let Some(sending) = due.first() else { break };
        let events = told(&sending.body);
        let answer = if events.len() > 2 { Answer::TooLarge } else { Answer::Taken };
        service.settle_delivery(sending, &answer).await.expect("it is noted");
        if answer == Answer::Taken {
            told_at_last.push((sending.delivery_id.clone(), events));
        }
    }
    let expected = ["1-2: 1 2", "3-3: 3", "4-5: 4 5"];
    assert_eq!(without_subscription(told_at_last), expected);
}

#[tokio::test]
async fn who_read_a_delivery_before_it_was_split_sends_nothing_twice() {
    each_engine(async |store| {
        let house = House::new(store.clone()).await;
        let service = &house.service;
        let firm = house.firm(1, None).await.caller;
        let id = subscribe(service, &firm, stream()).await.subscription_id;
        capture(service, &firm, &["1", "2"], "shipping").await;
        service.dispatch_events().await.expect("it judges");
        let whole = deliveries::find(&store, id, 1).await.expect("it answers").expect("it waits");
        let sending = turn(service).await.remove(0);
        service.settle_delivery(&sending, &Answer::TooLarge).await.expect("it is split");
        // The other server would put what it read over the first half.
        for late in [deliveries::replace(&whole, &whole), deliveries::delete(&whole)] {
            let late = store.write("late", vec![late]).await;
            assert!(matches!(late, Err(store::Error::Conflict { .. })), "{late:?}");
        }
        let told = drain(service, &Answer::Taken).await;
        assert_eq!(without_subscription(told), ["1-1: 1", "2-2: 2"]);
    })
    .await;
}

#[tokio::test]
async fn slow_receivers_of_one_owner_leave_senders_to_others() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let service = &house.service;
        let [slow, other] = [house.firm(1, None).await.caller, house.firm(2, None).await.caller];
        for _ in 0..6 {
            subscribe(service, &slow, stream()).await;
        }
        subscribe(service, &other, stream()).await;
        capture(service, &slow, &["slow"], "shipping").await;
        set_now_us(now_us() + 1000);
        capture(service, &other, &["other"], "shipping").await;
        let all = async || {
            let due = turn(service).await;
            let mut told_here: Vec<String> = due.iter().flat_map(|it| told(&it.body)).collect();
            told_here.sort_unstable();
            (due, told_here.join(" "))
        };
        let (under_way, told_here) = all().await;
        assert_eq!(told_here, "other slow slow slow slow");
        // As long as nobody answers, nothing more of the same owner is begun.
        assert_eq!(all().await.1, "");
        let answered = under_way.iter().find(|it| told(&it.body) == ["slow"]).expect("one of four");
        service.settle_delivery(answered, &Answer::Taken).await.expect("it is noted");
        assert_eq!(all().await.1, "slow");
    })
    .await;
}

#[tokio::test]
async fn a_full_outbox_stops_the_subscription_aloud_and_loses_nothing() {
    each_engine(async |store| {
        let house = House::new(store.clone()).await;
        let service = &house.service;
        let firm = house.firm(1, None).await.caller;
        let it = subscribe(service, &firm, stream()).await;
        let id = it.subscription_id;
        let counted = subscriptions::choose(&it, MAX_OUTBOX_EVENTS, now_us());
        store.write("fill", vec![counted]).await.expect("it counts");
        capture(service, &firm, &["1"], "shipping").await;
        assert_eq!(drain(service, &Answer::Taken).await, []);
        let found = service.find_subscription(&firm, id).await.expect("it is there");
        assert!(found.is_stopped && found.stopped_for.contains("resume"), "{}", found.stopped_for);
        let dropped = subscriptions::undead(id, 0, MAX_OUTBOX_EVENTS);
        store.write("drain", vec![dropped]).await.expect("it counts");
        capture(service, &firm, &["2"], "shipping").await;
        assert_eq!(drain(service, &Answer::Taken).await, []);
        service.resume_subscription(&firm, id).await.expect("it goes on");
        let told = drain(service, &Answer::Taken).await;
        assert_eq!(told[0].1, ["1", "2"]);
    })
    .await;
}

const N_WRITERS: u32 = 6;
const N_CAPTURES: u32 = 90;

/// Judges and delivers until `n_expected` events are told; a third of the attempts is refused. What
/// was taken, by delivery.
async fn send_all(
    service: Service,
    n_told: &'static AtomicU32,
    hands: &'static RwLock<()>,
    n_expected: usize,
) -> Vec<(String, Vec<String>)> {
    let mut taken = Vec::new();
    let mut n_attempts = 0;
    while (n_told.load(Ordering::SeqCst) as usize) < n_expected {
        let hand = hands.read().await;
        let due = turn(&service).await;
        let is_idle = due.is_empty();
        for sending in due {
            n_attempts += 1;
            let is_refused = n_attempts % 3 == 0;
            let refused = Answer::Refused("not now".into());
            let answer = if is_refused { refused } else { Answer::Taken };
            service.settle_delivery(&sending, &answer).await.expect("it is noted");
            if !is_refused {
                let events = told(&sending.body);
                n_told.fetch_add(events.len() as u32, Ordering::SeqCst);
                taken.push((sending.delivery_id.clone(), events));
            }
        }
        drop(hand);
        if is_idle {
            let _alone = hands.write().await;
            set_now_us(now_us() + MINUTE_US);
        }
    }
    taken
}

/// Writers on two servers, and two servers that judge and deliver at the same time; a third of
/// the attempts reaches nobody.
async fn overlap(store: Store, second: Store) {
    set_now_us(MORNING_US);
    let house = House::new(store).await;
    let firm = house.firm(1, None).await.caller;
    let other = Service::start(second, secrets(1), "https://t.example", OUTSIDE).await;
    let services = [house.service.clone(), other.expect("the service starts")];
    let n_subscriptions = 3;
    for _ in 0..n_subscriptions {
        subscribe(&house.service, &firm, stream()).await;
    }
    let next: &'static AtomicU32 = Box::leak(Box::new(AtomicU32::new(0)));
    let writers = (0..N_WRITERS).map(|n| {
        let (service, firm) = (services[n as usize % 2].clone(), firm.clone());
        tokio::spawn(async move {
            loop {
                let n = next.fetch_add(1, Ordering::SeqCst);
                if n >= N_CAPTURES {
                    return;
                }
                let serials = [format!("{n}a"), format!("{n}b")];
                let body = document(serials, "shipping");
                service.capture_document(&firm, body).await.expect("it is captured");
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let n_expected = 2 * N_CAPTURES as usize * n_subscriptions;
    let n_told: &'static AtomicU32 = Box::leak(Box::new(AtomicU32::new(0)));
    // The clock is moved while nobody has anything in hand, or leases would run out.
    let hands: &'static RwLock<()> = Box::leak(Box::new(RwLock::new(())));
    let senders =
        services.map(|service| tokio::spawn(send_all(service, n_told, hands, n_expected)));
    for writer in writers {
        writer.await.expect("a writer ends well");
    }
    let mut taken = Vec::new();
    for sender in senders {
        taken.extend(sender.await.expect("a sender ends well"));
    }
    let all: BTreeSet<(String, String)> = taken
        .iter()
        .flat_map(|(id, events)| {
            let of = id.split('.').next().expect("a subscription").to_owned();
            events.iter().map(move |event| (of.clone(), event.clone()))
        })
        .collect();
    assert_eq!(all.len(), n_expected, "none is lost");
    let n_taken: usize = taken.iter().map(|(_, events)| events.len()).sum();
    assert_eq!(n_taken, n_expected, "and none is told twice");
    let runs: BTreeSet<&str> = taken.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(runs.len(), taken.len(), "each delivery is taken once");
}

#[tokio::test(flavor = "multi_thread")]
async fn overlapping_writers_are_told_without_gap_or_repetition() {
    let sqlite = Db::sqlite().await;
    overlap(sqlite.store.clone(), sqlite.store.clone()).await;
    let Some(postgres) = Db::postgres().await else { return };
    let url = postgres.url().expect("PostgreSQL has a URL");
    let second = Store::open_postgres(url, options()).await.expect("it opens twice");
    assert_eq!(second.engine(), Engine::Postgres);
    overlap(postgres.store.clone(), second).await;
}

#[tokio::test]
async fn a_subscription_that_cannot_be_judged_stops_alone_and_says_why() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let service = &house.service;
        let [firm, other] = [house.firm(1, None).await, house.firm(2, None).await];
        let children: Vec<String> =
            (0..=MAX_MASTER_DATA_OF_QUERY).map(|n| format!("\"urn:x:{n}\"")).collect();
        let body = format!(
            r#"{{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
                "type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-11-21T08:00:00Z",
                "epcisHeader":{{"epcisMasterData":{{"vocabularyList":[
                  {{"type":"urn:epcglobal:epcis:vtype:ReadPoint","vocabularyElementList":[
                    {{"id":"urn:x:many","children":[{}]}}]}}]}}}},
                "epcisBody":{{"eventList":[]}}}}"#,
            children.join(",")
        );
        let text = br#"{"name":"dense","query":{"WD_readPoint":["urn:x:many"]}}"#;
        let named = NamedQuery::from_json(text, &[]).expect("a query");
        service.create_query(&firm.caller, named).await.expect("it is kept");
        let dense = service.create_subscription(&firm.caller, "dense", stream()).await;
        let dense = dense.expect("a subscription").subscription_id;
        subscribe(service, &other.caller, stream()).await;
        service.capture_document(&firm.caller, body.into_bytes()).await.expect("it is captured");
        capture(service, &other.caller, &["1"], "shipping").await;
        let sent = turn(service).await;
        assert_eq!(sent.iter().map(|it| told(&it.body)).collect::<Vec<_>>(), [["1"]]);
        let found = service.find_subscription(&firm.caller, dense).await.expect("it is there");
        assert!(found.is_stopped, "it is told nothing more");
        assert!(found.stopped_for.contains("judged"), "{}", found.stopped_for);
    })
    .await;
}

#[tokio::test]
async fn who_follows_a_query_is_told_each_event_once() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let service = &house.service;
        let (firm, other) = (house.firm(1, None).await, house.firm(2, None).await);
        capture(service, &firm.caller, &["0"], "shipping").await;
        subscribe(service, &firm.caller, stream()).await;
        let follow = |since| service.follow_query(&firm.caller, "shipped", since);
        let mut live = follow(None).await.expect("it follows");
        let mut whole = follow(Some(0)).await.expect("it follows");
        for n in 1..100 {
            capture(service, &firm.caller, &[&n.to_string()], "shipping").await;
            capture(service, &other.caller, &[&format!("other{n}")], "shipping").await;
        }
        for (follower, first) in [(&mut live, 1), (&mut whole, 0)] {
            let mut ids = Vec::new();
            while let Some(events) = service.next_events(follower).await.expect("events") {
                ids.extend(events.into_iter().map(|it| it.event_id));
            }
            let expected: Vec<String> = (first..100).map(|n| format!("ex:{n}")).collect();
            assert_eq!(ids, expected);
        }
        service.check_follower(&live).await.expect("it may go on");
        service.revoke_key(&house.operator, firm.caller.key_id).await.expect("it is revoked");
        assert!(matches!(service.check_follower(&live).await, Err(Error::Forbidden)));
    })
    .await;
}
