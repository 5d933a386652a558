//! The attacks and the false alarms that are known of such systems, each against the rules.

use super::{KNOWN, history, seen};
use crate::{
    Area, Confidence, DeviceId, Facts, Known, Look, MAX_RECENT, Opened, Position, Rule, Rules,
    Seen, Spot, State, Way, decide,
};

const HOUR_US: i64 = 3_600_000_000;

/// Cities with the middle of each.
const CITIES: [(u32, i32, i32); 6] = [
    (110_000, 39_900_000, 116_400_000),
    (440_100, 23_130_000, 113_260_000),
    (510_100, 30_570_000, 104_070_000),
    (650_100, 43_830_000, 87_620_000),
    (310_000, 31_230_000, 121_470_000),
    (210_100, 41_800_000, 123_430_000),
];

/// `N` hours ago, by which device, in which of the cities, how far that can be trusted.
fn scans(lines: &[(i64, u64, usize, Confidence)]) -> Vec<Seen> {
    let of = |&(hours, device, city, confidence): &(i64, u64, usize, Confidence)| {
        let (code, latitude_e6, longitude_e6) = CITIES[city];
        let position = Position::new(latitude_e6, longitude_e6);
        let spot = Some(Spot { area: Area::Division(code), position, confidence });
        Seen { spot, ..seen(-hours * HOUR_US, device) }
    };
    lines.iter().map(of).collect()
}

/// The state and its reason when this is scanned by device 1, as the newest of `recent`.
fn told(recent: &[Seen], rules: &Rules) -> String {
    let device = recent.first().and_then(|seen| seen.device);
    named(Known { scans: history(recent), device, ..KNOWN }, rules)
}

fn named(known: Known<'_>, rules: &Rules) -> String {
    let state = decide(&Facts::Known(&known), rules).state;
    state.reason().map_or_else(|| state.name().to_owned(), |it| format!("{}: {it}", state.name()))
}

use Confidence::{High, Low, Middle};

#[test]
fn copies_of_one_code_in_many_cities_are_told() {
    let rules = Rules::default();
    let four = [(0, 1, 0, Middle), (20, 2, 1, Middle), (21, 3, 2, Middle), (22, 4, 4, Middle)];
    assert_eq!(told(&scans(&four), &rules), "careful: cities");
    // Three are not more than three, and a day has 24 hours.
    assert_eq!(told(&scans(&four[..3]), &rules), "scanned-before");
    let slow = [(0, 1, 0, Middle), (30, 2, 1, Middle), (60, 3, 2, Middle), (90, 4, 4, Middle)];
    assert_eq!(told(&scans(&slow), &rules), "careful: spread");
    // A present, and an address that is listed under another city.
    assert_eq!(told(&scans(&slow[..3]), &rules), "scanned-before");
}

#[test]
fn copies_that_are_sold_slowly_in_two_cities_are_told_by_their_devices() {
    let n_away = |n: usize, of: usize| -> Vec<Seen> {
        let city = |nth: usize| if nth < n { 1 } else { 0 };
        let line = |nth| (-90 * nth as i64, 1 + nth as u64, city(nth), Middle);
        scans(&(0..of).map(line).collect::<Vec<_>>())
    };
    let mut rules = Rules::default();
    assert!(rules.set(Rule::Limit, None));
    assert_eq!(told(&n_away(2, 7), &rules), "scanned-before");
    assert_eq!(told(&n_away(2, 8), &rules), "careful: spread");
    assert_eq!(told(&n_away(1, 15), &rules), "scanned-before");
    assert_eq!(told(&n_away(1, 16), &rules), "careful: spread");
    // However many look in one city.
    assert_eq!(told(&n_away(0, 20), &rules), "scanned-before");
}

#[test]
fn copies_scanned_by_more_devices_than_a_household_has_are_told() {
    let mut off = Rules::default();
    assert!(off.set(Rule::Limit, None));
    let many: Vec<Seen> = (0..21).map(|n| seen(9 - n, 1 + n as u64)).collect();
    assert_eq!(told(&many, &off), "careful: devices");
    assert_eq!(told(&many[1..], &off), "scanned-before");
    assert_eq!(told(&many[1..], &Rules::default()), "careful: limit");
}

#[test]
fn impossible_travel_between_two_devices_is_told() {
    let rules = Rules::default();
    // Beijing to Urumqi is 2,400 km.
    let told_by_phones = [(0, 1, 0, High), (1, 2, 3, High)];
    assert_eq!(told(&scans(&told_by_phones), &rules), "careful: travel");
    let four = [(0, 1, 0, Middle), (1, 2, 3, Middle), (2, 3, 0, Middle), (3, 4, 3, Middle)];
    assert_eq!(told(&scans(&four), &rules), "careful: travel");
    let flown = [(0, 1, 0, High), (3, 2, 3, High)];
    assert_eq!(told(&scans(&flown), &rules), "scanned-before");
}

#[test]
fn one_wrong_address_a_mobile_gateway_or_a_traveller_alarms_nobody() {
    let rules = Rules::default();
    for (name, lines) in [
        ("one wrong address", vec![(0, 1, 0, Middle), (1, 2, 3, Middle)]),
        ("a couple with two phones", vec![(0, 1, 0, Middle), (0, 2, 3, Middle)]),
        (
            "gateways that jump provinces",
            vec![(0, 1, 0, Low), (0, 2, 1, Low), (0, 3, 2, Low), (0, 4, 3, Low), (0, 5, 4, Low)],
        ),
    ] {
        assert_eq!(told(&scans(&lines), &rules), "scanned-before", "{name}");
    }
    let traveller: Vec<_> = (0..6).map(|n| (n as i64, 1, n, High)).collect();
    assert_eq!(told(&scans(&traveller), &rules), "checked-by-you");
}

#[test]
fn an_own_scan_again_never_turns_goods_bad() {
    let rules = Rules::default();
    let own: Vec<Seen> = (0..32).map(|n| seen(-n * 30 * HOUR_US, 1)).collect();
    assert_eq!(told(&own, &rules), "checked-by-you");
    let known = Known { scans: history(&own), look: Look::Again, ..KNOWN };
    let state = decide(&Facts::Known(&known), &rules).state;
    assert_eq!(state, State::CheckedByYou { at_us: -31 * 30 * HOUR_US, n_others: 0 });
    // More than is known one by one, and all that is known is its own.
    let longer =
        crate::History { n_scans: 39, first: Some(seen(-40 * 30 * HOUR_US, 1)), recent: &own };
    let state = decide(&Facts::Known(&Known { scans: longer, ..KNOWN }), &rules).state;
    assert_eq!(state, State::CheckedByYou { at_us: -40 * 30 * HOUR_US, n_others: 0 });
    // Five others are no more than five, whether this look counts or not.
    let others: Vec<Seen> = [1, 2, 3, 4, 5, 6, 1]
        .into_iter()
        .zip(0..)
        .map(|(d, n)| seen(-n * 30 * HOUR_US, d))
        .collect();
    assert_eq!(told(&others, &rules), "checked-by-you");
}

#[test]
fn an_address_that_nobody_trusts_is_told_as_no_place() {
    let doubtful = scans(&[(0, 1, 0, Middle), (30, 2, 3, Low)]);
    let known = Known { scans: history(&doubtful), device: Some(DeviceId(1)), ..KNOWN };
    let state = decide(&Facts::Known(&known), &Rules::default()).state;
    assert!(matches!(state, State::ScannedBefore { first_in: None, .. }), "{state:?}");
}

#[test]
fn the_limit_warns_and_the_truth_stays() {
    let rules = Rules::default();
    let burnt: Vec<Seen> = (0..32).map(|n| seen(9 - n, 100 + n as u64)).collect();
    let known = Known { scans: crate::History { n_scans: 1_000, ..history(&burnt) }, ..KNOWN };
    let State::Careful { n_scans, first_at_us, .. } = decide(&Facts::Known(&known), &rules).state
    else {
        panic!("a burnt code is told")
    };
    assert_eq!((n_scans, first_at_us), (1_000, Some(-22)));
    let pin =
        Some(crate::Pin::Proved { n_proved: 1, first_at_us: 9, first_by: crate::Prover::You });
    assert_eq!(named(Known { pin, ..known }, &rules), "pin-proved");
}

#[test]
fn a_pack_that_was_opened_and_filled_again_is_told() {
    let rules = Rules::default();
    let opened = Some(Opened { at_us: -25 * HOUR_US, device: Some(DeviceId(7)) });
    let scans = [seen(10, 1), seen(-26 * HOUR_US, 7)];
    let known = Known { scans: history(&scans), opened, ..KNOWN };
    assert_eq!(named(known, &rules), "careful: opened");
    let the_buyer = Known { device: Some(DeviceId(7)), look: Look::Again, ..known };
    assert_eq!(named(the_buyer, &rules), "checked-by-you");
    let just_now = Some(Opened { at_us: -23 * HOUR_US, device: Some(DeviceId(7)) });
    assert_eq!(named(Known { opened: just_now, ..known }, &rules), "scanned-before");
}

#[test]
fn scans_before_the_goods_existed_are_told() {
    let scans = [seen(10, 1), seen(-5, 2)];
    let known = Known { scans: history(&scans), commissioned_at_us: Some(0), ..KNOWN };
    let mut rules = Rules::default();
    // A clock that is hours off accuses nobody.
    assert_eq!(named(known, &rules), "scanned-before");
    let day_before = [seen(10, 1), seen(-25 * HOUR_US, 2)];
    assert_eq!(named(Known { scans: history(&day_before), ..known }, &rules), "careful: early");
    assert!(rules.set(Rule::Early, Some(0)));
    assert_eq!(named(known, &rules), "careful: early");
}

#[test]
fn scans_before_the_goods_left_their_maker_are_told_if_shipments_are() {
    let scans = [seen(10, 1), seen(-5, 2)];
    let known = Known { scans: history(&scans), ..KNOWN };
    let mut rules = Rules::default();
    let way = |shipped_at_us, sold_at_us| Some(Way { shipped_at_us, sold_at_us });
    assert_eq!(named(Known { way: way(None, None), ..known }, &rules), "scanned-before");
    assert!(rules.set(Rule::Unshipped, Some(1)));
    for (way, expected) in [
        (None, "scanned-before"),
        (way(None, None), "careful: unshipped"),
        (way(Some(-5), None), "scanned-before"),
        // A clock may be an hour off.
        (way(Some(HOUR_US - 5), None), "scanned-before"),
        (way(Some(HOUR_US - 4), None), "careful: unshipped"),
        // What a maker sells itself is never shipped.
        (way(None, Some(-6)), "scanned-before"),
        (way(Some(2 * HOUR_US), Some(-6)), "scanned-before"),
    ] {
        assert_eq!(named(Known { way, ..known }, &rules), expected, "{way:?}");
    }
}

#[test]
fn goods_outside_their_territory_need_two_devices_or_one_position() {
    let mut rules = Rules::default();
    rules.territory.push(Area::Division(440_000));
    assert_eq!(told(&scans(&[(0, 1, 0, Middle)]), &rules), "first-scan");
    assert_eq!(told(&scans(&[(0, 1, 0, High)]), &rules), "careful: territory");
    let two = [(0, 1, 0, Middle), (9, 2, 0, Middle)];
    assert_eq!(told(&scans(&two), &rules), "careful: territory");
    let one_twice = [(0, 1, 0, Middle), (30, 1, 0, Middle)];
    assert_eq!(told(&scans(&one_twice), &rules), "checked-by-you");
    assert_eq!(told(&scans(&[(0, 1, 1, High)]), &rules), "first-scan");
}

#[test]
fn a_leaked_list_of_codes_tried_at_one_place_is_told() {
    let scans = [seen(10, 1)];
    let known = Known { scans: history(&scans), n_nearby: 301, ..KNOWN };
    let mut rules = Rules::default();
    assert!(rules.set(Rule::Density, Some(300)));
    assert_eq!(named(known, &rules), "careful: density");
    assert_eq!(named(Known { n_nearby: 300, ..known }, &rules), "first-scan");
}

#[test]
fn shelf_life_and_a_sale_have_their_days() {
    let mut rules = Rules::default();
    let scans = [seen(10, 1)];
    let known = Known { scans: history(&scans), expires_at_us: Some(10), ..KNOWN };
    assert_eq!(named(known, &rules), "expired");
    assert!(rules.set(Rule::Expiry, Some(1)));
    assert_eq!(named(known, &rules), "first-scan");
    let way = Some(Way { shipped_at_us: None, sold_at_us: Some(-25 * HOUR_US) });
    let sold = Known { way, expires_at_us: None, ..known };
    assert_eq!(named(sold, &rules), "first-scan");
    assert!(rules.set(Rule::Sold, Some(1)));
    assert_eq!(named(sold, &rules), "careful: sold");
    assert_eq!(named(Known { look: Look::Seller, ..sold }, &rules), "sold");
}

#[test]
fn a_clock_that_steps_back_and_absurd_facts_do_no_harm() {
    let mut rules = Rules::default();
    rules.territory.push(Area::Division(440_000));
    for rule in Rule::ALL {
        assert!(rules.set(rule, Some(*rule.bounds().start())));
        assert!(!rules.set(rule, Some(u32::MAX)));
    }
    let extremes = [i64::MIN, -1, 0, i64::MAX];
    for at_us in extremes {
        for now_us in extremes {
            let many = vec![Seen { at_us, ..scans(&[(0, 1, 3, High)])[0] }; MAX_RECENT];
            let known = Known {
                now_us,
                scans: history(&many),
                expires_at_us: Some(at_us),
                way: Some(Way { shipped_at_us: Some(at_us), sold_at_us: Some(at_us) }),
                commissioned_at_us: Some(at_us),
                opened: Some(Opened { at_us, device: Some(DeviceId(3)) }),
                ..KNOWN
            };
            assert!(!named(known, &rules).is_empty());
        }
    }
    assert_eq!(Position::new(90_000_001, 0), None);
    assert_eq!(Position::new(0, -180_000_001), None);
    assert_eq!(Position::new(i32::MIN, i32::MIN), None);
}

#[test]
fn areas_are_read_and_printed_and_hold_each_other() {
    for text in ["440100", "110000", "KR"] {
        assert_eq!(Area::parse(text).unwrap().to_string(), text);
    }
    for text in ["", "kr", "44010", "040100", "940100", "４４０１００", "44010x", "+40100"] {
        assert_eq!(Area::parse(text), None, "{text}");
    }
    let area = |text| Area::parse(text).unwrap();
    assert!(area("440106").is_in(area("440100")) && area("440106").is_in(area("440000")));
    assert!(!area("440100").is_in(area("440106")) && !area("KR").is_in(area("440000")));
    assert_eq!(area("110105").city(), Some(area("110000")));
    assert_eq!(area("440000").city(), None);
    assert_eq!(area("440106").city(), Some(area("440100")));
}

#[test]
fn a_verdict_costs_the_same_however_often_it_was_scanned() {
    let lines: Vec<_> = (0..32).map(|n| (n as i64, n as u64, n % 6, Middle)).collect();
    let recent = scans(&lines);
    let mut rules = Rules::default();
    // All rules are asked, and none speaks.
    for rule in [Rule::Travel, Rule::Cities, Rule::Devices] {
        assert!(rules.set(rule, Some(*rule.bounds().end())));
    }
    let state = |n_scans| {
        let known = Known { scans: crate::History { n_scans, ..history(&recent) }, ..KNOWN };
        decide(&Facts::Known(&known), &rules).state.reason()
    };
    assert_eq!(state(33), state(u64::MAX));
}

#[test]
fn rules_are_printed_and_read_back() {
    let mut rules = Rules::default();
    assert_eq!(Rules::parse(&rules.to_string()), rules);
    assert!(rules.set(Rule::Limit, None) && rules.set(Rule::Sold, Some(30)));
    rules.grace_h = 1;
    rules.territory = ["440100", "KR"].iter().filter_map(|text| Area::parse(text)).collect();
    let text = rules.to_string();
    assert_eq!(
        text,
        "travel=900 cities=3 spread=2 devices=20 opened=24 early=24 unshipped=off density=off territory=2 \
         sold=30 limit=off expiry=0 grace=1 sold-in=440100,KR"
    );
    assert_eq!(Rules::parse(&text), rules);
    // What a later version knows, and what an earlier one allowed.
    assert_eq!(Rules::parse("limit=0 moon=3 grace=999 travel= =5 x"), Rules::default());
}
