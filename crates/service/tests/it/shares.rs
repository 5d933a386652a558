//! Events of others: who is shown which, by each of the four ways, and for how long.

use std::collections::BTreeSet;

use service::limits::MAX_TRACE_EVENTS;
use service::{
    BatchView, Caller, Error, NewDisclosure, NewGrant, NewParty, Page, QueryPage, Role, Service,
    TraceQuestion, Vocabulary,
};
use store::capture_walk::{CaptureStep, walk_captures};
use store::event_terms::{self, EventTerms};
use store::events::{self, Event};
use store::id::{CaptureId, Scope, ShareId, Viewer};
use store::page::Order;
use store::testing::each_engine;

use crate::house::{Firm, House, MORNING_US, OUTSIDE, secrets, set_now_us};
use crate::queries::{EVENTS, all, capture, names, parameters, parse};

const MINUTE_US: i64 = 60_000_000;

/// One event for each way, and one that is nobody else's.
const WAYS: [&str; 5] = [
    r#"{"type": "ObjectEvent", "eventID": "urn:x:sent", "action": "OBSERVE",
        "eventTime": "2026-11-01T00:00:00Z", "bizStep": "urn:x:shipping", "epcList": ["urn:x:a"],
        "sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:0614141.00001"}]}"#,
    r#"{"type": "ObjectEvent", "eventID": "urn:x:due", "action": "OBSERVE",
        "eventTime": "2026-11-02T00:00:00Z", "bizStep": "urn:x:shipping", "epcList": ["urn:x:a"],
        "destinationList": [{"type": "location",
          "destination": "https://id.gs1.org/414/0614141000029/254/dock"}]}"#,
    r#"{"type": "ObjectEvent", "eventID": "urn:x:read", "action": "OBSERVE",
        "eventTime": "2026-11-03T00:00:00Z", "bizStep": "urn:x:receiving", "epcList": ["urn:x:a"],
        "readPoint": {"id": "urn:epc:id:sgln:0614141.00002.gate"}}"#,
    r#"{"type": "ObjectEvent", "eventID": "urn:x:named", "action": "OBSERVE",
        "eventTime": "2026-11-04T00:00:00Z", "bizStep": "urn:x:packing",
        "epcList": ["urn:epc:id:sgtin:0614141.107346.7", "urn:x:a"]}"#,
    r#"{"type": "ObjectEvent", "eventID": "urn:x:own", "action": "OBSERVE",
        "eventTime": "2026-11-05T00:00:00Z", "bizStep": "urn:x:storing", "epcList": ["urn:x:a"],
        "readPoint": {"id": "urn:epc:id:sgln:0614141.00003.0"}}"#,
];

const PGLN: &str = "urn:epc:id:pgln:0614141.00001";
const SGLN: &str = "urn:epc:id:sgln:0614141.00002.0";
/// The GTIN of `urn:epc:id:sgtin:0614141.107346.7`.
const GTIN: &str = "10614141073464";

async fn party(house: &House, firm: &Firm, identifier: &str) -> ShareId {
    let enterprise_id = firm.enterprise_id.to_string();
    let new = NewParty { enterprise_id, identifier: identifier.into() };
    house.service.create_party(&house.operator, new).await.expect("a party").share_id
}

async fn grant(house: &House, sharer: &Firm, viewer: &Firm, identifier: Option<&str>) -> ShareId {
    let identifier = identifier.map(str::to_owned);
    let new = NewGrant { viewer_id: viewer.enterprise_id.to_string(), identifier };
    house.service.create_grant(&sharer.caller, new).await.expect("a grant").share_id
}

const STEPS: &str = "urn:x:shipping|urn:x:receiving|urn:x:packing|urn:x:storing";

/// The eventIDs that a caller sees, and the same by every other way to an event.
async fn seen(house: &House, caller: &Caller) -> String {
    let service = &house.service;
    let by_time = all(service, caller, &parse(&[]), 2).await.expect("it answers");
    let mut found: Vec<String> = names(&by_time).into_iter().map(str::to_owned).collect();
    found.reverse();
    let keys: BTreeSet<_> = by_time.iter().map(|it| it.event_key).collect();
    assert_eq!(keys.len(), by_time.len(), "each event once: {found:?}");
    for pairs in [
        vec![("orderBy", "recordTime"), ("orderDirection", "ASC")],
        vec![("GE_recordTime", "2026-11-01T00:00:00Z")],
        vec![("MATCH_anyEPC", "urn:x:a"), ("orderBy", "eventTime")],
        vec![("EQ_bizStep", STEPS)],
        vec![("EQ_action", "OBSERVE")],
    ] {
        for n_events in [1, 3] {
            let events = all(service, caller, &parse(&pairs), n_events).await.expect("it answers");
            let others: BTreeSet<_> = events.iter().map(|it| it.event_key).collect();
            assert_eq!(others, keys, "{pairs:?}: {:?} {found:?}", names(&events));
            assert_eq!(events.len(), keys.len(), "{pairs:?}");
        }
    }
    for event in ["sent", "due", "read", "named", "own"] {
        let id = format!("urn:x:{event}");
        let is_seen = found.iter().any(|it| it == event);
        assert_eq!(service.find_event(caller, &id).await.is_ok(), is_seen, "{id}");
        let by_id =
            all(service, caller, &parse(&[("EQ_eventID", &id)]), 5).await.expect("it answers");
        assert_eq!(by_id.len(), usize::from(is_seen), "{id}");
    }
    let trace = service.trace(caller, &TraceQuestion::backward("urn:x:a")).await;
    let n_steps = trace.map_or(0, |trace| trace.steps.len());
    assert_eq!(n_steps, found.len(), "{found:?}");
    let epcs = service.list_epcs(caller, None, 10).await.expect("it answers").words;
    assert_eq!(epcs.contains(&"urn:x:a".to_owned()), !found.is_empty(), "{epcs:?}");
    // The words of the standard are everybody's.
    let steps = service.list_vocabulary(caller, Vocabulary::BizSteps, None, 100).await;
    let private = steps.expect("it answers").words.into_iter().filter(|it| it.starts_with("urn:"));
    let stored: BTreeSet<String> = by_time.iter().map(|it| it.biz_step.clone()).collect();
    assert_eq!(private.collect::<BTreeSet<_>>(), stored);
    for word in STEPS.split('|') {
        let is_known = service.find_word(caller, Vocabulary::BizSteps, word).await.is_ok();
        assert_eq!(is_known, stored.contains(word), "{word}");
    }
    found.join(" ")
}

#[tokio::test]
async fn an_event_is_shown_by_each_of_the_four_ways_until_they_end() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let sharer = house.firm(1, None).await;
        let [viewer, other] = [house.firm(2, None).await, house.firm(3, None).await];
        let pgln = party(&house, &viewer, PGLN).await;
        let sgln = party(&house, &viewer, SGLN).await;
        let product = grant(&house, &sharer, &viewer, Some(GTIN)).await;
        capture(&house, &sharer, &WAYS).await;
        assert_eq!(seen(&house, &sharer.caller).await, "sent due read named own");
        assert_eq!(seen(&house, &viewer.caller).await, "sent due read named");
        assert_eq!(seen(&house, &other.caller).await, "");
        assert_eq!(seen(&house, &house.operator).await, "sent due read named own");
        // Captured again by another, it is another event, and shown as well.
        capture(&house, &other, &WAYS[..1]).await;
        let found = all(&house.service, &viewer.caller, &parse(&[]), 10).await.unwrap();
        assert_eq!(names(&found), ["named", "read", "due", "sent", "sent"]);
        let service = &house.service;
        service.remove_party(&house.operator, pgln).await.unwrap();
        assert_eq!(seen(&house, &viewer.caller).await, "due read named");
        service.revoke_grant(&sharer.caller, product).await.unwrap();
        assert_eq!(seen(&house, &viewer.caller).await, "due read");
        let everything = grant(&house, &sharer, &viewer, None).await;
        assert_eq!(seen(&house, &viewer.caller).await, "sent due read named own");
        service.remove_party(&house.operator, sgln).await.unwrap();
        assert_eq!(seen(&house, &viewer.caller).await, "sent due read named own");
        service.revoke_grant(&sharer.caller, everything).await.unwrap();
        assert_eq!(seen(&house, &viewer.caller).await, "");
        // What is captured from now on is not shown either.
        capture(&house, &sharer, &[&WAYS[0].replace("urn:x:sent", "urn:x:later")]).await;
        assert_eq!(all(service, &viewer.caller, &parse(&[]), 10).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn each_family_shows_what_is_shared_and_nothing_once_it_is_not() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let [sharer, viewer, other] =
            [house.firm(1, None).await, house.firm(2, None).await, house.firm(3, None).await];
        // Both names are of the same event, which comes once all the same.
        let in_parts = [
            grant(&house, &sharer, &viewer, Some("10614141073464")).await,
            grant(&house, &sharer, &viewer, Some(SGLN)).await,
        ];
        capture(&house, &sharer, &EVENTS).await;
        let ask = async |caller: &Caller, name: &str, value: &str, n_events| {
            let found = all(&house.service, caller, &parse(&[(name, value)]), n_events).await;
            names(&found.unwrap()).join(" ")
        };
        // Neither by answer, nor by count, nor by error, nor by a token.
        let sees_nothing = async |caller: &Caller, name: &str, value: &str| {
            let query = parse(&[(name, value), ("maxEventCount", "1")]);
            let page = QueryPage { token: None, n_events: 1 };
            let result = house.service.query_events(caller, &query, &page).await.unwrap();
            assert!(result.events.is_empty() && result.next.is_none(), "{name}");
        };
        for (name, value) in parameters() {
            let wanted = ask(&sharer.caller, name, value, 10).await;
            let shown: Vec<&str> = wanted.split(' ').filter(|it| *it != "felt").collect();
            assert_eq!(ask(&viewer.caller, name, value, 2).await, shown.join(" "), "{name}");
            sees_nothing(&other.caller, name, value).await;
        }
        for share in in_parts {
            house.service.revoke_grant(&sharer.caller, share).await.unwrap();
        }
        let whole = grant(&house, &sharer, &viewer, None).await;
        for (name, value) in parameters() {
            let wanted = ask(&sharer.caller, name, value, 10).await;
            assert_eq!(ask(&viewer.caller, name, value, 1).await, wanted, "{name}");
            sees_nothing(&other.caller, name, value).await;
        }
        house.service.revoke_grant(&sharer.caller, whole).await.unwrap();
        for (name, value) in parameters() {
            sees_nothing(&viewer.caller, name, value).await;
        }
    })
    .await;
}

async fn fill(service: &Service) {
    while service.fill_shares().await.expect("it answers") {}
}

#[tokio::test]
async fn earlier_events_come_with_a_share_once_they_are_filled_in() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store.clone()).await;
        let [sharer, viewer] = [house.firm(1, None).await, house.firm(2, None).await];
        capture(&house, &sharer, &WAYS).await;
        // More than one step, on a second server that has not heard of the shares.
        let many: Vec<String> =
            (0..300).map(|n| WAYS[1].replace("urn:x:due", &format!("urn:x:many{n}"))).collect();
        capture(&house, &sharer, &many.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let elsewhere = Service::start(store, secrets(1), "https://t.example", OUTSIDE).await;
        let elsewhere = House { service: elsewhere.unwrap(), operator: house.operator.clone() };
        capture(&elsewhere, &sharer, &[&WAYS[0].replace("urn:x:sent", "urn:x:before")]).await;
        party(&house, &viewer, PGLN).await;
        party(&house, &viewer, SGLN).await;
        grant(&house, &sharer, &viewer, Some(GTIN)).await;
        capture(&elsewhere, &sharer, &[&WAYS[0].replace("urn:x:sent", "urn:x:missed")]).await;
        capture(&house, &sharer, &[&WAYS[0].replace("urn:x:sent", "urn:x:at-once")]).await;
        let count =
            async || all(&house.service, &viewer.caller, &parse(&[]), 500).await.unwrap().len();
        assert_eq!(count().await, 1);
        assert!(!house.service.fill_shares().await.unwrap(), "it is too early");
        set_now_us(MORNING_US + 2 * MINUTE_US);
        // Each server does some of it.
        assert!(house.service.fill_shares().await.unwrap());
        assert!(elsewhere.service.fill_shares().await.unwrap());
        fill(&house.service).await;
        assert_eq!(count().await, 4 + 300 + 3);
        let granted = house.service.list_granted(&viewer.caller, &Page::first()).await.unwrap();
        assert!(granted.items.iter().all(|it| it.filled_at_us.is_some()));
        // The second server has learned of them by now.
        capture(&elsewhere, &sharer, &[&WAYS[0].replace("urn:x:sent", "urn:x:after")]).await;
        assert_eq!(count().await, 4 + 300 + 4);
        fill(&elsewhere.service).await;
        assert_eq!(count().await, 4 + 300 + 4);
    })
    .await;
}

/// Events that name our own codes without saying of which product they are: by their positions in
/// a batch, and by their addresses.
async fn by_codes_alone(house: &House, firm: &Firm, batch: &BatchView, name: &str) -> [String; 2] {
    let (code, _) = house.printed(firm, batch).await.remove(3);
    let id = batch.batch.batch_id;
    let event = |id: &str, what: &str| {
        format!(
            r#"{{"type": "ObjectEvent", "eventID": "urn:x:{name}-{id}", "action": "OBSERVE",
                "eventTime": "2026-11-02T00:00:00Z", "bizStep": "shipping", {what}}}"#
        )
    };
    let range = format!(r#"{{"role": "epc", "codeBatch": "{id}", "first": 0, "last": 2}}"#);
    [
        event("range", &format!(r#""epcList": [], "suyuan:ranges": [{range}]"#)),
        event("address", &format!(r#""epcList": ["https://t.example/c/{code}"]"#)),
    ]
}

#[tokio::test]
async fn a_grant_of_a_product_shows_its_codes_however_they_are_named() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let maker = house.firm(1, Some("06901234567892")).await;
        let nameless = house.firm(2, None).await;
        let viewer = house.firm(3, None).await;
        let batch = house.batch(&maker, 10).await;
        let [before, after] = [
            by_codes_alone(&house, &maker, &batch, "before").await,
            by_codes_alone(&house, &maker, &batch, "after").await,
        ];
        capture(&house, &maker, &before.each_ref().map(String::as_str)).await;
        for sharer in [&maker, &nameless] {
            grant(&house, sharer, &viewer, Some("6901234567892")).await;
            grant(&house, sharer, &viewer, Some(GTIN)).await;
        }
        capture(&house, &maker, &after.each_ref().map(String::as_str)).await;
        // Codes of a product that has no GTIN come with no grant of one.
        let others = house.batch(&nameless, 10).await;
        let others = by_codes_alone(&house, &nameless, &others, "other").await;
        capture(&house, &nameless, &others.each_ref().map(String::as_str)).await;
        let shown = async || {
            let found = all(&house.service, &viewer.caller, &parse(&[]), 10).await.unwrap();
            let mut names: Vec<String> = names(&found).into_iter().map(str::to_owned).collect();
            names.sort_unstable();
            names.join(" ")
        };
        assert_eq!(shown().await, "after-address after-range");
        set_now_us(MORNING_US + 2 * MINUTE_US);
        fill(&house.service).await;
        assert_eq!(shown().await, "after-address after-range before-address before-range");
    })
    .await;
}

#[tokio::test]
async fn a_share_that_cannot_be_filled_keeps_no_other_waiting() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store.clone()).await;
        let [broken, sharer] = [house.firm(1, None).await, house.firm(2, None).await];
        let viewer = house.firm(3, None).await;
        capture(&house, &broken, &WAYS[3..4]).await;
        capture(&house, &sharer, &WAYS[3..4]).await;
        // An event that nobody can read, as a disk may leave it.
        let mut events = house.service.find_event(&broken.caller, "urn:x:named").await.unwrap();
        let event = events.remove(0);
        let (event_key, event_time_us) = ([7; 16], event.event_time_us);
        let unreadable = Event {
            event_key,
            event_id: "urn:x:unreadable".into(),
            capture_index: 1,
            body: b"{".to_vec(),
            ..event
        };
        let viewers = vec![Viewer::from(broken.enterprise_id)];
        let terms = EventTerms { event_key, event_time_us, viewers, terms: Vec::new() };
        let mut statements = events::insert(&[unreadable]);
        statements.extend(event_terms::insert(&[terms], 1));
        store.write("break an event", statements).await.expect("it is written");
        grant(&house, &broken, &viewer, Some(GTIN)).await;
        set_now_us(MORNING_US + 1000);
        grant(&house, &sharer, &viewer, Some(GTIN)).await;
        set_now_us(MORNING_US + 2 * MINUTE_US);
        fill(&house.service).await;
        let granted = async || {
            let page = house.service.list_granted(&viewer.caller, &Page::first()).await.unwrap();
            page.items.iter().map(|it| it.filled_at_us.is_some()).collect::<Vec<_>>()
        };
        assert_eq!(granted().await, [false, true]);
        // It has its turn again, after a rest.
        assert!(!house.service.fill_shares().await.unwrap());
        set_now_us(MORNING_US + 4 * MINUTE_US);
        assert!(house.service.fill_shares().await.unwrap());
        assert!(!house.service.fill_shares().await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn shares_are_filled_in_turns() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let [many, few] = [house.firm(1, None).await, house.firm(2, None).await];
        let viewer = house.firm(3, None).await;
        let events: Vec<String> =
            (0..400).map(|n| WAYS[3].replace("urn:x:named", &format!("urn:x:many{n}"))).collect();
        capture(&house, &many, &events.iter().map(String::as_str).collect::<Vec<_>>()).await;
        capture(&house, &few, &WAYS[3..4]).await;
        grant(&house, &many, &viewer, Some(GTIN)).await;
        set_now_us(MORNING_US + 1000);
        grant(&house, &few, &viewer, Some(GTIN)).await;
        set_now_us(MORNING_US + 2 * MINUTE_US);
        let seen = async |name: &str| {
            let found = all(&house.service, &viewer.caller, &parse(&[]), 500).await.unwrap();
            names(&found).into_iter().filter(|it| it.starts_with(name)).count()
        };
        for _ in 0..2 {
            assert!(house.service.fill_shares().await.unwrap());
        }
        // The second has its turn before the first is done.
        assert!((1..400).contains(&seen("many").await));
        assert_eq!(seen("named").await, 1);
        fill(&house.service).await;
        assert_eq!((seen("many").await, seen("named").await), (400, 1));
    })
    .await;
}

#[tokio::test]
async fn a_share_that_ends_during_a_walk_does_not_end_the_walk() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store.clone()).await;
        let [sharer, viewer] = [house.firm(1, None).await, house.firm(2, None).await];
        let share = grant(&house, &sharer, &viewer, Some(GTIN)).await;
        capture(&house, &sharer, &WAYS[3..4]).await;
        for id in ["one", "two"] {
            set_now_us(service::testing::now_us() + 1000);
            capture(&house, &viewer, &[&WAYS[4].replace("urn:x:own", &format!("urn:x:{id}"))])
                .await;
        }
        let scope = Scope::enterprise(viewer.enterprise_id);
        let mut step = CaptureStep {
            after: None,
            from: CaptureId::from_time(0),
            until: CaptureId::until_time(i64::MAX),
            order: Order::OldestFirst,
            limit: 2,
        };
        let found = walk_captures(&store, scope, &step).await.unwrap();
        house.service.revoke_grant(&sharer.caller, share).await.unwrap();
        // Two were found and one is seen; there may be more behind them.
        assert!(!found.is_last);
        step.after = found.end();
        assert_eq!(names(&found.read(&store, scope).await.unwrap()), ["one"]);
        let found = walk_captures(&store, scope, &step).await.unwrap();
        assert!(found.is_last);
        assert_eq!(names(&found.read(&store, scope).await.unwrap()), ["two"]);
    })
    .await;
}

#[tokio::test]
async fn who_may_share_what() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let [firm, other] = [house.firm(1, None).await, house.firm(2, None).await];
        let service = &house.service;
        let id = other.enterprise_id.to_string();
        let grant_by = async |caller: &Caller, viewer: &str, identifier: Option<&str>| {
            let identifier = identifier.map(str::to_owned);
            service.create_grant(caller, NewGrant { viewer_id: viewer.into(), identifier }).await
        };
        let dealer = house.key(firm.enterprise_id, Role::Dealer).await;
        for caller in [&dealer, &house.operator, &house.regulator("33").await] {
            assert!(matches!(grant_by(caller, &id, None).await, Err(Error::Forbidden)));
        }
        let own = firm.enterprise_id.to_string();
        for (viewer, identifier) in [
            ("e0000000000000", None),
            ("nonsense", None),
            (&own, None),
            (&id, Some("not a uri")),
            (&id, Some("10614141073465")),
        ] {
            let refused = grant_by(&firm.caller, viewer, identifier).await;
            assert!(matches!(refused, Err(Error::Rejected(_))), "{viewer} {identifier:?}");
        }
        let made = grant_by(&firm.caller, &id, Some(GTIN)).await.unwrap();
        // By another spelling it is the same.
        let again = grant_by(&firm.caller, &id, Some("https://id.gs1.org/01/10614141073464")).await;
        assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
        let stranger = house.firm(3, None).await;
        for caller in [&stranger.caller, &dealer] {
            assert!(service.revoke_grant(caller, made.share_id).await.is_err());
        }
        // Nobody need look at what others push at him.
        service.revoke_grant(&other.caller, made.share_id).await.expect("the viewer may end it");
        let made = grant_by(&firm.caller, &id, Some(GTIN)).await.unwrap();
        let list = async |caller: &Caller| {
            let given = service.list_grants(caller, &Page::first()).await.unwrap().items.len();
            let granted = service.list_granted(caller, &Page::first()).await.unwrap().items.len();
            let parties = service.list_parties(caller, &Page::newest()).await.unwrap().items.len();
            (given, granted, parties)
        };
        let register = async |caller: &Caller, firm: &Firm, identifier: &str| {
            let enterprise_id = firm.enterprise_id.to_string();
            let new = NewParty { enterprise_id, identifier: identifier.into() };
            service.create_party(caller, new).await
        };
        // Whoever could register identifiers alone could read the events of others.
        let refused = register(&firm.caller, &firm, SGLN).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
        let kept = register(&house.operator, &other, SGLN).await.unwrap();
        for identifier in [SGLN, "https://id.gs1.org/414/0614141000029"] {
            let taken = register(&house.operator, &firm, identifier).await;
            assert!(matches!(taken, Err(Error::Conflict(_))), "{taken:?}");
        }
        for identifier in ["urn:epc:id:sgln:0614141.00002.gate", GTIN, "nonsense", ""] {
            let refused = register(&house.operator, &firm, identifier).await;
            assert!(matches!(refused, Err(Error::Rejected(_))), "{identifier}");
        }
        assert_eq!(list(&firm.caller).await, (1, 0, 0));
        assert_eq!(list(&other.caller).await, (0, 1, 1));
        assert_eq!(list(&house.operator).await, (1, 1, 1));
        assert!(service.remove_party(&other.caller, kept.share_id).await.is_err());
        let not_one = service.remove_party(&house.operator, made.share_id).await;
        assert!(matches!(not_one, Err(Error::NotFound)), "a grant is no party");
        service.remove_party(&house.operator, kept.share_id).await.unwrap();
        let gone = service.remove_party(&house.operator, kept.share_id).await;
        assert!(matches!(gone, Err(Error::NotFound)));
        register(&house.operator, &firm, SGLN).await.unwrap();
        service.revoke_grant(&firm.caller, made.share_id).await.unwrap();
        assert_eq!(list(&house.operator).await, (0, 0, 1));
    })
    .await;
}

/// What strangers say of an item by the thousand hides what its maker says, but not that it does.
#[tokio::test]
async fn a_public_history_that_strangers_fill_says_that_it_is_cut() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let [maker, stranger] = [house.firm(1, None).await, house.firm(2, None).await];
        let batch = house.batch(&maker, 1).await;
        let (code, _) = house.printed(&maker, &batch).await.remove(0);
        let event = |n: u32, time: &str| {
            format!(
                r#"{{"type": "ObjectEvent", "action": "OBSERVE", "eventID": "urn:x:{n}",
                    "eventTime": "{time}", "epcList": ["https://t.example/c/{code}"]}}"#
            )
        };
        capture(&house, &maker, &[&event(0, "2026-11-01T00:00:00Z")]).await;
        let public = house.service.trace_public(&code).await.expect("a history");
        assert_eq!((public.told.steps.len(), public.told.cut), (1, None));
        let events: Vec<String> =
            (1..=MAX_TRACE_EVENTS + 1).map(|n| event(n, "1999-01-01T00:00:00Z")).collect();
        for events in events.chunks(1000) {
            capture(&house, &stranger, &events.iter().map(String::as_str).collect::<Vec<_>>())
                .await;
        }
        let public = house.service.trace_public(&code).await.expect("a history");
        assert_eq!(public.told.cut, Some("events"));
    })
    .await;
}

#[tokio::test]
async fn the_public_history_sets_strangers_apart() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let [maker, dealer, shop, stranger] = [
            house.firm(1, None).await,
            house.firm(2, None).await,
            house.firm(3, None).await,
            house.firm(4, None).await,
        ];
        party(&house, &dealer, PGLN).await;
        party(&house, &shop, SGLN).await;
        let all = NewDisclosure {
            named: vec!["*".into()],
            hidden_stages: Vec::new(),
            is_listed: Some(true),
        };
        house.service.set_disclosure(&maker.caller, all).await.expect("it is chosen");
        let batch = house.batch(&maker, 1).await;
        let (code, _) = house.printed(&maker, &batch).await.remove(0);
        let event = |step: &str, hour: u32, more: &str| {
            format!(
                r#"{{"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "{step}",
                    "eventTime": "2026-11-01T{hour:02}:00:00Z",
                    "epcList": ["https://t.example/c/{code}"]{more}}}"#
            )
        };
        let to = |kind: &str, whom: &str| {
            format!(r#", "destinationList": [{{"type": "{kind}", "destination": "{whom}"}}]"#)
        };
        // Told by a stranger, it leads nowhere, whomever it names.
        let claims = event("loading", 3, &to("owning_party", PGLN));
        capture(&house, &stranger, &[&claims]).await;
        capture(&house, &shop, &[&event("receiving", 4, "")]).await;
        let apart = async || {
            let public = house.service.trace_public(&code).await.expect("a history");
            let steps = |steps: Vec<service::TraceStep>| -> Vec<String> {
                steps.into_iter().map(|it| it.enterprise_name).collect()
            };
            (steps(public.told.steps).join(" "), steps(public.apart).join(" "))
        };
        assert_eq!(apart().await, ("".into(), "Firm 4 Firm 3".into()));
        capture(&house, &dealer, &[&event("shipping", 2, &to("location", SGLN))]).await;
        capture(&house, &maker, &[&event("shipping", 1, &to("owning_party", PGLN))]).await;
        assert_eq!(apart().await, ("Firm 1 Firm 2 Firm 3".into(), "Firm 4".into()));
        // A pack that only the stranger says it is in brings nothing along.
        let pack = format!(
            r#"{{"type": "AggregationEvent", "action": "ADD", "bizStep": "packing",
                "eventTime": "2026-11-01T00:30:00Z", "parentID": "urn:x:pallet",
                "childEPCs": ["https://t.example/c/{code}"]}}"#
        );
        capture(&house, &stranger, &[&pack]).await;
        let moved = r#"{"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "storing",
            "eventTime": "2026-11-01T00:40:00Z", "epcList": ["urn:x:pallet"]}"#;
        capture(&house, &maker, &[moved]).await;
        assert_eq!(apart().await, ("Firm 1 Firm 2 Firm 3".into(), "Firm 4 Firm 4".into()));
        // What others saw of a pack that the maker speaks of is told, apart.
        let packed = pack.replace("urn:x:pallet", "urn:x:case").replace("00:30", "00:35");
        capture(&house, &maker, &[&packed]).await;
        let seen = moved.replace("urn:x:pallet", "urn:x:case");
        capture(&house, &stranger, &[&seen]).await;
        let told = "Firm 1 Firm 1 Firm 2 Firm 3";
        assert_eq!(apart().await, (told.into(), "Firm 4 Firm 4 Firm 4".into()));
    })
    .await;
}

#[tokio::test]
async fn an_event_of_ones_own_comes_before_one_that_is_shown_under_its_id() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let [firm, other] = [house.firm(1, None).await, house.firm(2, None).await];
        party(&house, &firm, SGLN).await;
        let event = |step: &str, hour: u32| {
            format!(
                r#"{{"type": "ObjectEvent", "action": "OBSERVE", "eventID": "urn:x:same",
                    "eventTime": "2026-11-01T{hour:02}:00:00Z", "bizStep": "{step}",
                    "epcList": ["urn:x:a"], "readPoint": {{"id": "{SGLN}"}}}}"#
            )
        };
        capture(&house, &other, &[&event("storing", 9)]).await;
        set_now_us(MORNING_US + MINUTE_US);
        capture(&house, &firm, &[&event("shipping", 8)]).await;
        let found = house.service.find_event(&firm.caller, "urn:x:same").await.expect("an event");
        assert_eq!(found[0].enterprise_id, firm.enterprise_id);
    })
    .await;
}
