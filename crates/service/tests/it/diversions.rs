//! Scans outside a dealer's territory become a case, and what people do with it.

use service::{
    Caller, Commission, Device, DiversionFilter, DiversionStep, Error, MoveKind, NewMove, Page,
    Recording, Scan, Selection, Station,
};
use store::diversions::DiversionState;
use store::id::{DealerId, DiversionId};
use store::testing::each_engine;
use verdict::diversion::Thresholds;
use verdict::{Area, Confidence, DeviceId, Source, Spot};

use crate::dealers::dealer;
use crate::house::{Firm, House, MORNING_US, now_us, set_now_us};

const HOUR_US: i64 = 3_600_000_000;

/// A producer whose dealer of 浙江 got forty items.
struct Trade {
    house: House,
    firm: Firm,
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
        let commission = Commission {
            codes: Selection::Whole(batch_id),
            lot_number: "L1".into(),
            production_date: "2026-11-20".into(),
            shelf_life_days: None,
            event_time_us: None,
        };
        house.service.commission_codes(&firm.caller, commission).await.expect("bound");
        let top = dealer(&house, &firm, ("Z", None), "330000").await.expect("a dealer");
        let low = dealer(&house, &firm, ("Z1", Some(top)), "").await.expect("a dealer");
        for kind in [MoveKind::Ship, MoveKind::Receive] {
            set_now_us(now_us() + HOUR_US);
            let (from, to) = (Station::Enterprise, Station::Dealer(low));
            let ranges = vec![(batch_id, 0, 39)];
            let new = NewMove { kind, from, to, ranges, ..NewMove::default() };
            house.service.move_goods(&firm.caller, &new).await.expect("it moves");
        }
        Self { house, firm, codes, dealer: low }
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
        // However much an inspector writes, whoever decides has the last word.
        let mut n_notes = 2;
        let full = loop {
            match service.step_diversion(&inspector, id, &step("", "more")).await {
                Ok(_) => n_notes += 1,
                Err(error) => break error,
            }
            assert!(n_notes <= 250, "it does not end");
        };
        assert!(matches!(full, Error::TooLarge { limit: 250, .. }) && n_notes == 250, "{full:?}");
        let decided = service.step_diversion(&inspector, id, &step("confirmed", "so it is")).await;
        assert!(matches!(decided, Err(Error::Forbidden)), "{decided:?}");
        let decided = service.step_diversion(caller, id, &step("excluded", "a promotion")).await;
        assert_eq!(decided.expect("it ends").case.state, DiversionState::Excluded);
        let log = service.list_diversion_changes(caller, id).await.expect("a log");
        let states: Vec<_> = log.iter().map(|it| it.state.name()).collect();
        assert_eq!((states[0], states[1], states[250]), ("checking", "checking", "excluded"));
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
