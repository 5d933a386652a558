//! Scans outside a dealer's territory become a case, and what people do with it.

use epcis::build::{Draft, When, document};
use epcis::{Action, Role as EpcRole};
use service::{
    Caller, Device, DiversionFilter, DiversionStep, Error, MoveKind, NewMove, Page, Recording,
    Scan, Station,
};
use store::diversions::DiversionState;
use store::id::{BatchId, DealerId, DiversionId};
use store::scans;
use store::sightings::{self, Mark};
use store::testing::each_engine;
use verdict::diversion::{Sighting, Standing, Thresholds};
use verdict::{Area, Confidence, DeviceId, Source, Spot};

use crate::dealers::dealer;
use crate::house::{Firm, House, MORNING_US, now_us, set_now_us};

const HOUR_US: i64 = 3_600_000_000;

/// A producer whose dealer of 浙江 got forty items.
struct Trade {
    house: House,
    firm: Firm,
    batch_id: BatchId,
    codes: Vec<String>,
    dealer: DealerId,
}

impl Trade {
    async fn new(house: House) -> Self {
        set_now_us(MORNING_US);
        let firm = house.firm(1, None).await;
        let batch = house.batch(&firm, 60).await;
        let batch_id = batch.batch.batch_id;
        let codes = house.printed(&firm, &batch).await.into_iter().map(|(code, _)| code).collect();
        house.commission(&firm, batch_id, "L1").await;
        let top = dealer(&house, &firm, ("Z", None), "330000").await.expect("a dealer");
        let low = dealer(&house, &firm, ("Z1", Some(top)), "").await.expect("a dealer");
        let it = Self { house, firm, batch_id, codes, dealer: low };
        it.carry(0, 39).await;
        it
    }

    /// Goods come to the dealer.
    async fn carry(&self, first: u64, last: u64) {
        for kind in [MoveKind::Ship, MoveKind::Receive] {
            set_now_us(now_us() + HOUR_US);
            let (from, to) = (Station::Enterprise, Station::Dealer(self.dealer));
            let ranges = vec![(self.batch_id, first, last)];
            let new = NewMove { kind, from, to, ranges, ..NewMove::default() };
            self.house.service.move_goods(&self.firm.caller, &new).await.expect("it moves");
        }
    }

    /// Somebody looks at an item in a city, seven hours after the scan before.
    async fn scan(&self, n: usize, city: &str, source: Source) {
        set_now_us(now_us() + 7 * HOUR_US);
        let area = Area::parse(city).expect("a city");
        let scan = Scan {
            recording: Recording::Record(source),
            device: Some(Device::Known(DeviceId(n as u64))),
            spot: Some(Spot { area, position: None, confidence: Confidence::Middle }),
            ..Scan::CHECK
        };
        self.house.service.scan_code(&self.codes[n], scan).await.expect("an answer");
    }

    async fn follow(&self) {
        self.house.service.follow_diversions().await.expect("a look");
    }

    async fn told(&self, caller: &Caller) -> Vec<(DiversionId, String)> {
        let service = &self.house.service;
        let wanted = DiversionFilter::default();
        let found = service.list_diversions(caller, &wanted, &Page::newest()).await;
        let line = |it: service::DiversionView| {
            let what = it.case.suspicion;
            let (state, area) = (it.case.state.name(), what.area);
            let line =
                format!("{} {state} {area} {} of {}", it.dealer.0, what.n_codes, what.n_seen);
            (it.case.diversion_id, line)
        };
        found.expect("a list").items.into_iter().map(line).collect()
    }

    async fn lines(&self) -> Vec<String> {
        self.told(&self.firm.caller).await.into_iter().map(|(_, line)| line).collect()
    }
}

fn step(state: &str, note: &str) -> DiversionStep {
    DiversionStep { state: state.into(), note: note.into(), ..DiversionStep::default() }
}

#[tokio::test]
async fn scans_elsewhere_become_one_case_that_grows() {
    each_engine(async |store| {
        let t = Trade::new(House::new(store).await).await;
        // At home, by staff, and of goods that no dealer has: no sign of anything.
        for n in 0..4 {
            t.scan(n, "330100", Source::Consumer).await;
            t.scan(4 + n, "440100", Source::Logistics).await;
            t.scan(50 + n, "440100", Source::Consumer).await;
        }
        t.scan(10, "440100", Source::Consumer).await;
        t.scan(11, "440100", Source::Consumer).await;
        t.follow().await;
        assert!(t.lines().await.is_empty(), "two codes prove nothing: {:?}", t.lines().await);
        for n in 12..15 {
            t.scan(n, "440300", Source::Consumer).await;
        }
        // Nobody followed yet, and then two servers do at once.
        let (one, other) =
            tokio::join!(t.house.service.follow_diversions(), t.house.service.follow_diversions());
        one.and(other).expect("both look");
        assert_eq!(t.lines().await, ["Z1 suspected 440000 5 of 9"]);
        t.scan(15, "440100", Source::Consumer).await;
        t.follow().await;
        t.follow().await;
        assert_eq!(t.lines().await, ["Z1 suspected 440000 6 of 10"]);
        let (id, _) = t.told(&t.firm.caller).await.remove(0);
        let service = &t.house.service;
        let page = Page { limit: 4, ..Page::first() };
        let first = service.list_diversion_scans(&t.firm.caller, id, &page).await.expect("scans");
        let page = Page { after: first.next.clone(), ..page };
        let rest = service.list_diversion_scans(&t.firm.caller, id, &page).await.expect("scans");
        assert_eq!((first.items.len(), rest.items.len(), rest.next), (4, 2, None));
        assert!(first.items[0].epc.ends_with(&t.codes[10]), "{:?}", first.items[0]);
        let devices: std::collections::BTreeSet<_> =
            first.items.iter().chain(&rest.items).map(|it| &it.device).collect();
        assert_eq!(devices.len(), 6);
        // A code that turns up at home after all takes nothing back that was noted.
        t.scan(15, "330100", Source::Consumer).await;
        t.follow().await;
        assert_eq!(t.lines().await, ["Z1 suspected 440000 6 of 10"]);
        let found = service.find_diversion(&t.firm.caller, id).await.expect("it is there");
        assert_eq!(found.case.of.dealer_id, t.dealer);
        assert!(found.shipment_id.is_some() && found.case.suspicion.confidence >= 40);
    })
    .await;
}

#[tokio::test]
async fn a_case_is_looked_into_and_decided() {
    each_engine(async |store| {
        let t = Trade::new(House::new(store).await).await;
        for n in 10..16 {
            t.scan(n, "440100", Source::Consumer).await;
        }
        t.follow().await;
        let (service, caller) = (&t.house.service, &t.firm.caller);
        let (id, _) = t.told(caller).await.remove(0);
        let (key, secret) =
            service.create_dealer_key(caller, t.dealer, "inspector").await.expect("a key");
        let inspector = service.authenticate(&secret).await.expect("it is known");
        let other = t.house.firm(2, None).await.caller;
        for stranger in [&inspector, &other] {
            let found = service.find_diversion(stranger, id).await;
            assert!(matches!(found, Err(Error::NotFound)), "{found:?}");
        }
        for wrong in [step("confirmed", "at once"), step("checking", " "), step("solved", "x")] {
            let refused = service.step_diversion(caller, id, &wrong).await;
            assert!(matches!(refused, Err(Error::Rejected(_))), "{refused:?}");
        }
        let foreign = DiversionStep {
            inspector_id: other.key_id.to_string(),
            ..step("checking", "look at the shop")
        };
        let refused = service.step_diversion(caller, id, &foreign).await;
        assert!(matches!(refused, Err(Error::Rejected(_))), "another's key: {refused:?}");
        let asked = DiversionStep {
            inspector_id: key.key_id.to_string(),
            due: "2026-12-01".into(),
            ..step("checking", "look at the shop")
        };
        service.step_diversion(caller, id, &asked).await.expect("it is checked");
        let tasks = service.list_inspected_diversions(&inspector, &Page::first()).await;
        assert_eq!(tasks.expect("a list").items[0].case.diversion_id, id);
        service.step_diversion(&inspector, id, &step("", "forty on the shelf")).await.expect("ok");
        let file = ("shelf", b"%PDF-1.7 shelf".to_vec());
        let file = service.add_diversion_file(&inspector, id, file).await.expect("it is kept");
        let kept = service.diversion_file(caller, id, file.file_no).await.expect("it is there");
        assert_eq!(kept.1, b"%PDF-1.7 shelf");
        let decided = service.step_diversion(&inspector, id, &step("confirmed", "so it is")).await;
        assert!(matches!(decided, Err(Error::Forbidden)), "{decided:?}");
        let decided = service.step_diversion(caller, id, &step("excluded", "a promotion")).await;
        assert_eq!(decided.expect("it ends").case.state, DiversionState::Excluded);
        let log = service.list_diversion_changes(caller, id).await.expect("a log");
        let states: Vec<_> = log.iter().map(|it| it.state.name()).collect();
        assert_eq!(states, ["checking", "checking", "excluded"]);
        // What was decided stays so, and no second case comes of more of the same.
        t.scan(16, "440100", Source::Consumer).await;
        t.follow().await;
        assert_eq!(t.lines().await, ["Z1 excluded 440000 6 of 6"]);
        let counted = service.diversion_statistics(caller, &DiversionFilter::default()).await;
        let counted = counted.expect("they are counted");
        assert_eq!(counted.all.n_by_state, [0, 0, 0, 1]);
        assert_eq!(counted.by_area[0].0, "440000");
        assert_eq!(counted.by_dealer[0].0, "Z1 经销商 Z1");
        let nothing = DiversionFilter { state: "suspected".into(), ..DiversionFilter::default() };
        let counted = service.diversion_statistics(caller, &nothing).await;
        assert_eq!(counted.expect("they are counted").all.n_cases(), 0);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_asked_has_a_week_and_is_told_when_it_is_over() {
    each_engine(async |store| {
        let t = Trade::new(House::new(store).await).await;
        for n in 10..16 {
            t.scan(n, "440100", Source::Consumer).await;
        }
        t.follow().await;
        let (service, caller) = (&t.house.service, &t.firm.caller);
        let (id, _) = t.told(caller).await.remove(0);
        let (key, _) = service.create_dealer_key(caller, t.dealer, "staff").await.expect("a key");
        let asked = |inspector: &str, due: &str| DiversionStep {
            inspector_id: inspector.into(),
            due: due.into(),
            ..step("checking", "look")
        };
        let key_id = key.key_id.to_string();
        let now_us = crate::house::now_us();
        let to_check = async || service.list_diversions_to_check(caller, 5).await.expect("a list");
        let told = service.step_diversion(caller, id, &asked(&key_id, "")).await.expect("asked");
        let due_us = told.case.due_at_us.expect("a day");
        let n_days = (due_us - now_us).div_euclid(86_400_000_000);
        assert!(!told.is_overdue && n_days == 7, "{n_days} days and what is left of today");
        assert!(to_check().await.is_empty(), "it is due, and another looks into it");
        // A note moves nothing.
        set_now_us(now_us + 86_400_000_000);
        let told = service.step_diversion(caller, id, &step("", "and?")).await.expect("noted");
        assert_eq!(told.case.due_at_us, Some(due_us));
        set_now_us(due_us + 1);
        let late = to_check().await;
        assert!(late.len() == 1 && late[0].is_overdue && late[0].dealer.0 == "Z1", "{late:?}");
        let other = t.house.firm(2, None).await.caller;
        let theirs = service.list_diversions_to_check(&other, 5).await.expect("a list");
        assert!(theirs.is_empty(), "of another enterprise");
        // Who is named next has a week again, or as long as is chosen; and may be the reader.
        let own = caller.key_id.to_string();
        let told = service.step_diversion(caller, id, &asked(&own, "")).await.expect("asked");
        assert!(!told.is_overdue && told.case.due_at_us > Some(due_us), "{told:?}");
        assert_eq!(to_check().await.len(), 1);
        let told = service.step_diversion(caller, id, &asked(&key_id, "2026-11-01")).await;
        assert!(told.expect("asked").is_overdue, "a day that is over");
        let told = service.step_diversion(caller, id, &step("excluded", "so")).await;
        assert!(!told.expect("it ends").is_overdue && to_check().await.is_empty());
        let again = service.step_diversion(caller, id, &step("checking", "again")).await;
        assert!(!again.expect("again").is_overdue, "who looks again has a week again");
    })
    .await;
}

#[tokio::test]
async fn what_a_dealer_tells_of_each_bottle_makes_no_shipments_of_bottles() {
    each_engine(async |store| {
        let t = Trade::new(House::new(store).await).await;
        let service = &t.house.service;
        let place = service.find_dealer(&t.firm.caller, t.dealer).await.expect("it").dealer.place;
        let (_, secret) =
            service.create_dealer_key(&t.firm.caller, t.dealer, "shelf").await.expect("a key");
        let dealer = service.authenticate(&secret).await.expect("it is known");
        for (n, step) in (10..16).zip(["inspecting", "receiving", "retail_selling"].iter().cycle())
        {
            set_now_us(now_us() + HOUR_US);
            let when = When { event_time_us: now_us(), offset: "+08:00".into() };
            let draft = Draft::object(Action::Observe, when).biz_step(step).biz_location(&place);
            let draft = draft.range(EpcRole::Epc, &t.batch_id.to_string(), n, n);
            let told = service.capture_document(&dealer, document(now_us(), &[draft])).await;
            told.expect("it is told");
        }
        for n in 10..16 {
            t.scan(n, "440100", Source::Consumer).await;
        }
        t.follow().await;
        assert_eq!(t.lines().await, ["Z1 suspected 440000 6 of 6"]);
    })
    .await;
}

#[tokio::test]
async fn looks_from_before_a_dealer_had_the_goods_are_none_of_its_own() {
    each_engine(async |store| {
        let t = Trade::new(House::new(store).await).await;
        for n in 40..46 {
            t.scan(n, "440100", Source::Consumer).await;
        }
        t.carry(40, 45).await;
        t.follow().await;
        assert!(t.lines().await.is_empty(), "{:?}", t.lines().await);
        for n in 40..46 {
            t.scan(n, "440100", Source::Consumer).await;
        }
        t.follow().await;
        assert_eq!(t.lines().await, ["Z1 suspected 440000 6 of 6"]);
    })
    .await;
}

/// Ends the only case.
async fn decide(t: &Trade, state: &str) {
    let (service, caller) = (&t.house.service, &t.firm.caller);
    let (id, _) = t.told(caller).await.remove(0);
    for state in ["checking", state] {
        service.step_diversion(caller, id, &step(state, "so")).await.expect("a step");
    }
}

#[tokio::test]
async fn what_was_excluded_opens_again_where_more_was_seen_since() {
    each_engine(async |store| {
        let t = Trade::new(House::new(store).await).await;
        for n in 10..14 {
            t.scan(n, "440100", Source::Consumer).await;
        }
        t.follow().await;
        decide(&t, "excluded").await;
        set_now_us(now_us() + HOUR_US);
        for (n, state) in
            (14..19).zip(["excluded", "excluded", "excluded", "excluded", "suspected"])
        {
            t.scan(n, "440100", Source::Consumer).await;
            t.follow().await;
            let lines = t.lines().await;
            assert!(lines.len() == 1 && lines[0].contains(state), "{n}: {lines:?}");
        }
        let (service, caller) = (&t.house.service, &t.firm.caller);
        let (id, _) = t.told(caller).await.remove(0);
        let log = service.list_diversion_changes(caller, id).await.expect("a log");
        let log: Vec<_> = log.iter().map(|it| it.state.name()).collect();
        assert_eq!(log, ["checking", "excluded", "suspected"]);
        let scans = service.list_diversion_scans(caller, id, &Page::first()).await;
        assert_eq!(scans.expect("scans").items.len(), 9);
        // What was confirmed of one shipment is said.
        decide(&t, "confirmed").await;
        for n in 20..40 {
            t.scan(n, "440100", Source::Consumer).await;
        }
        t.follow().await;
        assert!(t.lines().await[0].contains("confirmed"), "{:?}", t.lines().await);
    })
    .await;
}

#[tokio::test]
async fn a_decision_on_goods_of_unknown_shipment_is_none_on_those_seen_later() {
    each_engine(async |store| {
        let t = Trade::new(House::new(store).await).await;
        set_now_us(now_us() + HOUR_US);
        let (from, to) = (Station::Enterprise, Station::Dealer(t.dealer));
        let (kind, ranges) = (MoveKind::Receive, vec![(t.batch_id, 40, 59)]);
        let new = NewMove { kind, from, to, ranges, ..NewMove::default() };
        t.house.service.move_goods(&t.firm.caller, &new).await.expect("it is received");
        for n in 40..46 {
            t.scan(n, "440100", Source::Consumer).await;
        }
        t.follow().await;
        assert_eq!(t.lines().await, ["Z1 suspected 440000 6 of 6"]);
        decide(&t, "confirmed").await;
        t.scan(46, "440100", Source::Consumer).await;
        t.follow().await;
        assert_eq!(t.lines().await, ["Z1 confirmed 440000 6 of 6"]);
        for n in 47..50 {
            t.scan(n, "440100", Source::Consumer).await;
        }
        t.follow().await;
        assert_eq!(t.lines().await, ["Z1 suspected 440000 4 of 4"]);
    })
    .await;
}

#[tokio::test]
async fn an_inspector_fills_no_case_and_is_taken_away() {
    each_engine(async |store| {
        let t = Trade::new(House::new(store).await).await;
        for n in 10..16 {
            t.scan(n, "440100", Source::Consumer).await;
        }
        t.follow().await;
        let (service, caller) = (&t.house.service, &t.firm.caller);
        let (id, _) = t.told(caller).await.remove(0);
        let (key, secret) =
            service.create_dealer_key(caller, t.dealer, "inspector").await.expect("a key");
        let inspector = service.authenticate(&secret).await.expect("it is known");
        let inspector_id = key.key_id.to_string();
        let asked = DiversionStep { inspector_id, ..step("checking", "look at the shop") };
        service.step_diversion(caller, id, &asked).await.expect("it is checked");
        for n in 0..50 {
            let note = step("", &format!("shelf {n}"));
            service.step_diversion(&inspector, id, &note).await.expect("it is noted");
        }
        let refused = service.step_diversion(&inspector, id, &step("", "one more")).await;
        assert!(matches!(refused, Err(Error::TooLarge { limit: 50, .. })), "{refused:?}");
        let away = DiversionStep { inspector_id: "none".into(), ..step("", "enough") };
        let refused = service.step_diversion(&inspector, id, &away).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        let left = service.step_diversion(caller, id, &away).await.expect("it is taken away");
        assert_eq!(left.case.inspector_id, None);
        let found = service.find_diversion(&inspector, id).await;
        assert!(matches!(found, Err(Error::NotFound)), "{found:?}");
        // Its own notes leave room for a decision, and so do steps without end.
        for n in 52..400 {
            let note = step("", &format!("note {n}"));
            service.step_diversion(caller, id, &note).await.expect("it is noted");
        }
        let refused = service.step_diversion(caller, id, &step("", "one more")).await;
        assert!(matches!(refused, Err(Error::TooLarge { limit: 400, .. })), "{refused:?}");
        for _ in 0..49 {
            for state in ["excluded", "checking"] {
                service.step_diversion(caller, id, &step(state, "so")).await.expect("a step");
            }
        }
        let decided = service.step_diversion(caller, id, &step("confirmed", "so it is")).await;
        assert_eq!(decided.expect("it ends").case.state, DiversionState::Confirmed);
    })
    .await;
}

#[tokio::test]
async fn an_enterprise_says_when_it_wants_to_hear() {
    each_engine(async |store| {
        let t = Trade::new(House::new(store).await).await;
        let (service, caller) = (&t.house.service, &t.firm.caller);
        for wrong in [
            Thresholds { confidence: 100, ..Thresholds::default() },
            Thresholds { codes: 1, devices: 0, ..Thresholds::default() },
        ] {
            let refused = service.set_diversion_thresholds(caller, &wrong).await;
            assert!(matches!(refused, Err(Error::Rejected(_))), "{refused:?}");
        }
        let many = Thresholds { codes: 8, ..Thresholds::default() };
        service.set_diversion_thresholds(caller, &many).await.expect("they are set");
        for n in 10..17 {
            t.scan(n, "440100", Source::Consumer).await;
        }
        t.follow().await;
        assert!(t.lines().await.is_empty());
        t.scan(17, "440100", Source::Consumer).await;
        t.follow().await;
        assert_eq!(t.lines().await, ["Z1 suspected 440000 8 of 8"]);
        let other = t.house.firm(2, None).await.caller;
        let found = service.find_diversion_thresholds(&other).await.expect("the defaults");
        assert_eq!(found, Thresholds::default());
    })
    .await;
}

#[tokio::test]
async fn marks_are_claimed_and_those_touched_go_to_the_end() {
    each_engine(async |store| {
        let marks = async |now_us, limit| sightings::marks(&store, now_us, limit).await.unwrap();
        let ids = |marks: &[Mark]| marks.iter().map(|it| it.item_id).collect::<Vec<_>>();
        let all = [1, 2, 3].map(|n| sightings::mark(n, n)).to_vec();
        store.write("mark", all).await.expect("they are marked");
        let found = marks(10, 2).await;
        assert_eq!(ids(&found), [1, 2]);
        let claims = || found.iter().map(|it| sightings::put_off(it, 100)).collect::<Vec<_>>();
        store.write("claim", claims()).await.expect("they are claimed");
        let again = store.write("claim", claims()).await;
        assert!(matches!(again, Err(store::Error::Conflict { .. })), "{again:?}");
        assert_eq!(ids(&marks(10, 9).await), [3], "another server takes what is left");
        store.write("mark", vec![sightings::mark(1, 11)]).await.expect("it is touched");
        let claimed = found.iter().map(|it| Mark { marked_at_us: 100, ..*it });
        let done = claimed.flat_map(|it| sightings::unmark(&it, 12)).collect();
        store.write("forget", done).await.expect("one is forgotten");
        assert_eq!(ids(&marks(12, 1).await), [3], "what was touched waits behind it");
        assert_eq!(ids(&marks(12, 9).await), [1, 3]);
        let left = marks(12, 1).await.remove(0);
        store.write("claim", vec![sightings::put_off(&left, 60)]).await.expect("it is claimed");
        assert_eq!(ids(&marks(59, 9).await), [1]);
        assert_eq!(ids(&marks(60, 9).await), [1, 3], "its server died");
    })
    .await;
}

#[tokio::test]
async fn a_place_marks_an_item_only_where_its_scan_is_found() {
    each_engine(async |store| {
        let (item, device) = (7, DeviceId(9));
        let origin = scans::ScanOrigin {
            source: Source::Consumer,
            device: Some(device),
            spot: None,
            now_us: 50,
            grace_us: None,
        };
        store.write("scan", scans::record(item, &origin)).await.expect("it is scanned");
        for (device, since_us, n_marks) in [(DeviceId(8), 0, 0), (device, 51, 0), (device, 50, 1)] {
            let marked = sightings::mark_placed(item, device, since_us, 60);
            store.write("place", vec![marked]).await.expect("it is looked for");
            let marks = sightings::marks(&store, 60, 9).await.expect("marks");
            assert_eq!(marks.len(), n_marks, "{device:?} since {since_us}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_judged_keeps_nobody_waiting_and_nothing_from_a_case() {
    each_engine(async |store| {
        let t = Trade::new(House::new(store.clone()).await).await;
        let unread = sightings::mark(i64::MAX, 1);
        store.write("mark", vec![unread]).await.expect("it is marked");
        for n in 10..16 {
            t.scan(n, "440100", Source::Consumer).await;
        }
        t.follow().await;
        assert_eq!(t.lines().await, ["Z1 suspected 440000 6 of 6"]);
        let (id, _) = t.told(&t.firm.caller).await.remove(0);
        let (service, caller) = (&t.house.service, &t.firm.caller);
        let case = service.find_diversion(caller, id).await.expect("it is there").case;
        let evidence = async || {
            let scans = service.list_diversion_scans(caller, id, &Page::first()).await;
            scans.expect("scans").items
        };
        // A server that was killed had noted another one, and no more.
        let lost = Sighting {
            item: evidence().await[0].scan.item_id + 10,
            at_us: now_us(),
            device: Some(DeviceId(20)),
            area: Area::parse("440100").expect("a city"),
            confidence: Confidence::Middle,
            standing: Standing::Outside,
        };
        let noted = vec![sightings::put(&case.of, &lost)];
        store.write("note sightings", noted).await.expect("it is noted");
        t.scan(16, "440100", Source::Consumer).await;
        t.follow().await;
        assert_eq!(evidence().await.len(), 8);
        assert!(evidence().await.iter().any(|it| it.scan.item_id == lost.item));
    })
    .await;
}
