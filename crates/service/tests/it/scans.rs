//! Scans as buyers, sellers, crowds and forgers make them, on both engines.

use service::{Commission, Device, Error, Recording, Scan, ScanAnswer, Selection, Service};
use store::Engine;
use store::testing::each_engine;
use verdict::{Area, Confidence, DeviceId, Source, Spot, State};

use crate::dealers::details;
use crate::house::{Firm, House, MORNING_US, set_now_us};

const HOUR_US: i64 = 3_600_000_000;

/// One commissioned item with its PIN; its lot ends its shelf life on 2026-11-30.
async fn item(house: &House) -> (Firm, String, String) {
    let firm = house.firm(1, None).await;
    let batch = house.batch(&firm, 1).await;
    let (code, pin) = house.printed(&firm, &batch).await.remove(0);
    let commission = Commission {
        codes: Selection::Whole(batch.batch.batch_id),
        lot_number: "L1".into(),
        production_date: "2026-11-20".into(),
        shelf_life_days: Some(10),
        event_time_us: None,
    };
    house.service.commission_codes(&firm.caller, commission).await.expect("commissioned");
    (firm, code, pin)
}

fn by(device: u64) -> Scan {
    Scan { device: Some(Device::Known(DeviceId(device))), ..Scan::CHECK }
}

async fn told(service: &Service, code: &str, scan: Scan) -> String {
    let ScanAnswer { verdict, trail, .. } = service.scan_code(code, scan).await.expect("an answer");
    let reason = verdict.state.reason().map(|it| format!(": {it}")).unwrap_or_default();
    format!("{}{reason} ({} + {})", verdict.state.name(), trail.n_scans, trail.n_aside)
}

#[tokio::test]
async fn a_scan_again_by_the_same_device_counts_once_a_day() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let (_, code, _) = item(&house).await;
        let service = &house.service;
        for (at_h, device, expected) in [
            (0, 1, "first-scan (1 + 0)"),
            (1, 1, "checked-by-you (1 + 0)"),
            (2, 2, "scanned-before (2 + 0)"),
            (23, 1, "checked-by-you (2 + 0)"),
            // A clock that steps back gives and takes nothing, and one that ran far ahead keeps
            // nobody's scans from counting until it was right.
            (-20, 1, "checked-by-you (2 + 0)"),
            (-40, 1, "checked-by-you (3 + 0)"),
            (25, 1, "checked-by-you (4 + 0)"),
            (26, 3, "scanned-before (5 + 0)"),
        ] {
            set_now_us(MORNING_US + at_h * HOUR_US);
            assert_eq!(told(service, &code, by(device)).await, expected, "{device} at {at_h} h");
        }
        // A look in another language is the same page.
        let look = Scan { recording: Recording::Skip, ..by(1) };
        assert_eq!(told(service, &code, look).await, "checked-by-you (5 + 0)");
        assert_eq!(told(service, &code, Scan::LOOK).await, "scanned-before (5 + 0)");
        set_now_us(MORNING_US);
    })
    .await;
}

#[tokio::test]
async fn warehouse_scans_do_not_make_the_buyer_the_fourth() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let (_, code, _) = item(&house).await;
        let service = &house.service;
        let spot = Some(Spot {
            area: Area::parse("440100").expect("a city"),
            position: None,
            confidence: Confidence::Middle,
        });
        for source in [Source::Logistics, Source::Inspection, Source::Logistics] {
            let recording = Recording::Record(source);
            let scan = Scan { recording, spot, ..Scan::LOOK };
            service.scan_code(&code, scan).await.expect("an answer");
        }
        assert_eq!(told(service, &code, by(1)).await, "first-scan (1 + 3)");
        let answer = service.scan_code(&code, by(2)).await.expect("an answer");
        let aside: Vec<&str> = answer.trail.aside.iter().map(|it| it.source.name()).collect();
        assert_eq!(aside, ["logistics", "inspection", "logistics"]);
        assert!(answer.trail.aside.iter().all(|it| it.seen.spot == spot));
        assert_eq!(answer.trail.recent.len(), 2);
        let again = Scan { recording: Recording::Record(Source::Logistics), ..Scan::LOOK };
        assert_eq!(told(service, &code, again).await, "scanned-before (2 + 4)");
    })
    .await;
}

/// Anybody may have a key: only goods of its own, or of who named it, are no buyer's to it.
#[tokio::test]
async fn who_has_a_key_handles_goods_of_its_enterprise_and_of_who_named_it() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let (firm, code, _) = item(&house).await;
        let service = &house.service;
        let other = house.firm(2, None).await;
        let signed_in =
            |caller: &service::Caller, device| Scan { by: caller.handler(), ..by(device) };
        // As often as it looks, it counts once in the time of grace.
        for _ in 0..3 {
            let own = signed_in(&firm.caller, 1);
            assert_eq!(told(service, &code, own).await, "not-scanned (0 + 1)");
        }
        let stranger = signed_in(&other.caller, 2);
        assert_eq!(told(service, &code, stranger).await, "first-scan (1 + 1)");
        let operator = signed_in(&house.operator, 3);
        assert_eq!(told(service, &code, operator).await, "scanned-before (2 + 1)");
        let mut details = details("D1");
        details.linked_enterprise_id = other.enterprise_id.to_string();
        let new = service::NewDealer { details, ..Default::default() };
        let dealer = service.create_dealer(&firm.caller, new).await.expect("a dealer");
        assert_eq!(told(service, &code, stranger).await, "scanned-before (2 + 2)");
        let close = service::DealerEdit::Close;
        let id = dealer.dealer.dealer_id;
        service.change_dealer(&firm.caller, id, close).await.expect("closed");
        assert_eq!(told(service, &code, stranger).await, "checked-by-you (2 + 2)");
    })
    .await;
}

#[tokio::test]
async fn a_hundred_thousand_first_scans_at_once_have_one_first() {
    each_engine(async |store| {
        // PostgreSQL has a row locked for each group of them.
        let n_at_once = match store.engine() {
            Engine::Sqlite => 100_000,
            Engine::Postgres => 10_000,
        };
        let house = House::new(store).await;
        let (_, code, _) = item(&house).await;
        let mut scans = tokio::task::JoinSet::new();
        for n in 0..n_at_once {
            let (service, code) = (house.service.clone(), code.clone());
            // Some came before, to other items; some have no token yet.
            let device = match n % 2 {
                0 => Device::New(DeviceId(n)),
                _ => Device::Known(DeviceId(n)),
            };
            let scan = Scan { device: Some(device), ..Scan::CHECK };
            scans.spawn(async move {
                loop {
                    match service.scan_code(&code, scan).await {
                        // More than wait for a connection are told to come again.
                        Err(Error::Unavailable(_)) => tokio::task::yield_now().await,
                        told => return told,
                    }
                }
            });
        }
        let mut n_first = 0;
        while let Some(scan) = scans.join_next().await {
            let answer = scan.expect("a scan ends").expect("an answer");
            n_first += usize::from(answer.verdict.state == State::FirstScan);
        }
        assert_eq!(n_first, 1);
        let look = told(&house.service, &code, Scan::LOOK).await;
        assert_eq!(look, format!("careful: devices ({n_at_once} + 0)"));
    })
    .await;
}

/// A griefer makes the code of an honest item careful; its owner looks into it.
#[tokio::test]
async fn an_item_that_strangers_made_careful_is_counted_anew() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let (firm, code, _) = item(&house).await;
        let service = &house.service;
        let reset = async |caller, reason| service.reset_item(caller, &code, reason).await;
        assert!(matches!(reset(&firm.caller, "checked").await, Err(service::Error::Rejected(_))));
        for n in 0..40 {
            service.scan_code(&code, by(n)).await.expect("an answer");
        }
        assert_eq!(told(service, &code, Scan::LOOK).await, "careful: devices (40 + 0)");
        let other = house.firm(2, None).await;
        assert!(matches!(reset(&other.caller, "mine").await, Err(service::Error::NotFound)));
        assert!(matches!(reset(&firm.caller, " ").await, Err(service::Error::Rejected(_))));
        let noted = reset(&firm.caller, "a rival scanned it forty times").await.expect("a reset");
        assert_eq!(noted.n_scans, 40);
        assert_eq!(told(service, &code, Scan::LOOK).await, "not-scanned (0 + 0)");
        // Also of a device that looked shortly before.
        assert_eq!(told(service, &code, by(39)).await, "first-scan (1 + 0)");
        assert_eq!(told(service, &code, by(101)).await, "scanned-before (2 + 0)");
        let answer = service.scan_code(&code, Scan::LOOK).await.expect("an answer");
        assert_eq!(answer.trail.recent.len(), 2);
        for n in 200..240 {
            service.scan_code(&code, by(n)).await.expect("an answer");
        }
        assert_eq!(told(service, &code, Scan::LOOK).await, "careful: devices (42 + 0)");
        set_now_us(MORNING_US + 1_000_000);
        let noted = reset(&firm.caller, "again").await.expect("a reset");
        assert_eq!(noted.n_scans, 42);
        let page = service::Page::first();
        let list = service.list_item_resets(&firm.caller, &code, &page).await.expect("a list");
        let list: Vec<_> = list.items.iter().map(|it| (it.n_scans, it.reason.as_str())).collect();
        assert_eq!(list, [(40, "a rival scanned it forty times"), (82, "again")]);
        let hidden = service.list_item_resets(&other.caller, &code, &page).await;
        assert!(matches!(hidden, Err(service::Error::NotFound)));
        set_now_us(MORNING_US);
    })
    .await;
}

#[tokio::test]
async fn scans_of_all_kinds_at_once_are_all_counted() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        let codes = house.printed(&firm, &house.batch(&firm, 10).await).await;
        let mut scans = tokio::task::JoinSet::new();
        for n in 0..600u64 {
            let (service, code) = (house.service.clone(), codes[n as usize % 10].0.clone());
            let scan = match n % 3 {
                0 => Scan { device: Some(service.new_device()), ..Scan::CHECK },
                1 => by(n),
                _ => Scan { recording: Recording::Record(Source::Logistics), ..Scan::LOOK },
            };
            scans.spawn(async move { service.scan_code(&code, scan).await.map(|_| ()) });
        }
        while let Some(scan) = scans.join_next().await {
            scan.expect("a scan ends").expect("an answer");
        }
        for (code, _) in &codes {
            let answer = house.service.scan_code(code, Scan::LOOK).await.expect("an answer");
            assert_eq!((answer.trail.n_scans, answer.trail.n_aside), (40, 20));
        }
    })
    .await;
}

#[tokio::test]
async fn one_address_makes_no_crowd() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let (_, code, _) = item(&house).await;
        let service = &house.service;
        let from = |address: &str| Some(address.parse().expect("an address"));
        for n in 0..40 {
            // Without cookies, and with those that it was given.
            let device = if n % 2 == 0 { service.new_device() } else { Device::Known(DeviceId(n)) };
            let scan = Scan { device: Some(device), from: from("9.9.9.9"), ..Scan::CHECK };
            service.scan_code(&code, scan).await.expect("an answer");
        }
        let buyer = Scan { from: from("8.8.8.8"), ..by(99) };
        assert_eq!(told(service, &code, buyer).await, "scanned-before (2 + 0)");
        assert_eq!(told(service, &code, buyer).await, "checked-by-you (2 + 0)");
        set_now_us(MORNING_US + 24 * HOUR_US);
        let later = Scan { from: from("9.9.9.9"), ..by(7) };
        assert_eq!(told(service, &code, later).await, "scanned-before (3 + 0)");
        set_now_us(MORNING_US);
    })
    .await;
}

/// A copied QR code reads like its original until the layer is lifted, so nothing is green before.
#[tokio::test]
async fn a_cover_is_asked_for_before_a_first_check_is_told_of() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        let batch = house.covered_batch(&firm, 2).await;
        let printed = house.printed(&firm, &batch).await;
        house.commission(&firm, batch.batch.batch_id, "L1").await;
        let (service, (code, pin)) = (&house.service, &printed[0]);
        assert_eq!(told(service, code, by(1)).await, "covered (1 + 0)");
        assert_eq!(told(service, code, by(1)).await, "covered (1 + 0)");
        let me = Some(Device::Known(DeviceId(1)));
        let wrong = if pin == "000000" { "000001" } else { "000000" };
        for (typed, expected) in [(wrong, "pin-wrong amber"), (pin, "pin-proved green")] {
            let verdict = service.prove_pin(code, typed, me).await.expect("an answer").verdict;
            assert_eq!(format!("{} {}", verdict.state.name(), verdict.tone.name()), expected);
        }
        assert_eq!(told(service, code, by(1)).await, "checked-by-you (1 + 0)");
        assert_eq!(told(service, code, by(2)).await, "scanned-before (2 + 0)");
        // A second check by another is told of as ever.
        let other = &printed[1].0;
        assert_eq!(told(service, other, by(1)).await, "covered (1 + 0)");
        assert_eq!(told(service, other, by(2)).await, "scanned-before (2 + 0)");
    })
    .await;
}

#[tokio::test]
async fn a_buyer_without_cookies_is_not_accused_of_his_own_pin() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let (_, code, pin) = item(&house).await;
        let service = &house.service;
        for expected in ["pin-proved green", "pin-used amber"] {
            let device = Some(service.new_device());
            let verdict = service.prove_pin(&code, &pin, device).await.expect("an answer").verdict;
            assert_eq!(format!("{} {}", verdict.state.name(), verdict.tone.name()), expected);
        }
    })
    .await;
}

#[tokio::test]
async fn one_device_that_asks_often_at_once_counts_once() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let (_, code, _) = item(&house).await;
        let mut scans = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let (service, code) = (house.service.clone(), code.clone());
            scans.spawn(async move { service.scan_code(&code, by(7)).await });
        }
        while let Some(scan) = scans.join_next().await {
            let state = scan.expect("a scan ends").expect("an answer").verdict.state;
            assert!(matches!(state, State::FirstScan | State::CheckedByYou { .. }), "{state:?}");
        }
        assert_eq!(told(&house.service, &code, by(7)).await, "checked-by-you (1 + 0)");
    })
    .await;
}

#[tokio::test]
async fn a_burnt_limit_warns_and_the_pin_still_speaks() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let (_, code, pin) = item(&house).await;
        let service = &house.service;
        for n in 0..40 {
            let scan = Scan { device: Some(service.new_device()), ..Scan::CHECK };
            service.scan_code(&code, scan).await.unwrap_or_else(|_| panic!("scan {n}"));
        }
        assert_eq!(told(service, &code, by(99)).await, "careful: devices (41 + 0)");
        let buyer = Some(Device::Known(DeviceId(99)));
        let answer = service.prove_pin(&code, &pin, buyer).await.expect("an answer");
        assert_eq!(answer.verdict.state.name(), "pin-proved");
        let again = service.prove_pin(&code, &pin, buyer).await.expect("an answer");
        assert_eq!(again.verdict.state.name(), "pin-proved");
        let thief = Some(service.new_device());
        let used = service.prove_pin(&code, &pin, thief).await.expect("an answer");
        assert_eq!(used.verdict.state.name(), "pin-used");
        assert_eq!(used.verdict.tone.name(), "red");
        let nobody = service.prove_pin(&code, &pin, None).await.expect("an answer");
        assert_eq!(nobody.verdict.tone.name(), "red", "another than the first");
    })
    .await;
}

#[tokio::test]
async fn goods_past_their_shelf_life_say_so_from_the_end_of_the_last_day() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let (_, code, pin) = item(&house).await;
        let service = &house.service;
        // 2026-11-30 ends in China at 16:00 UTC, and the morning is 08:00 UTC of 2026-11-21.
        let end_us = MORNING_US + (9 * 24 + 8) * HOUR_US;
        set_now_us(end_us - 1);
        assert_eq!(told(service, &code, by(1)).await, "first-scan (1 + 0)");
        set_now_us(end_us);
        assert_eq!(told(service, &code, by(1)).await, "expired (1 + 0)");
        let answer = service.prove_pin(&code, &pin, None).await.expect("an answer");
        assert_eq!(answer.verdict.state, State::Expired { since_us: end_us });
        set_now_us(MORNING_US);
    })
    .await;
}
