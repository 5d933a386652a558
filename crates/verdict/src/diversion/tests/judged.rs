//! What scans of goods outside of their territory tell, and what they do not.

use super::*;
use crate::{Confidence, DeviceId, Seen, Spot};

const HOUR_US: i64 = 3_600_000_000;

/// A scan of an item by a device at an hour in a city.
fn seen(device: u64, hour: i64, city: u32, confidence: Confidence) -> Seen {
    let spot = Some(Spot { area: area(city), position: None, confidence });
    Seen { at_us: hour * HOUR_US, device: Some(DeviceId(device)), spot }
}

fn home() -> [Territory; 2] {
    [territory(330_000, Sole), territory(341_000, Border)]
}

/// One scan of each item, in order.
fn sightings(scans: &[(i64, Seen)]) -> Vec<Sighting> {
    scans.iter().filter_map(|(item, seen)| sighting(*item, &[*seen], &home())).collect()
}

/// The confidence of the gravest suspicion, and whether it makes a case.
fn told(scans: &[(i64, Seen)]) -> (u32, bool) {
    let thresholds = Thresholds::default();
    let found = judge(&sightings(scans), &thresholds);
    found.first().map_or((0, false), |it| (it.confidence, it.suffices(&thresholds)))
}

use Confidence::{High, Low, Middle};

#[test]
fn nothing_that_is_one_ever_suffices() {
    let many = |of: fn(u64) -> (i64, Seen)| (0..200).map(of).collect::<Vec<_>>();
    for (what, scans) in [
        ("one code", many(|n| (1, seen(n, 7 * n as i64, 440_100, High)))),
        ("one device", many(|n| (n as i64, seen(1, 7 * n as i64, 440_100, High)))),
        ("one evening", many(|n| (n as i64, seen(n, 1, 440_100, High)))),
        ("doubtful places", many(|n| (n as i64, seen(n, 7 * n as i64, 440_100, Low)))),
        ("a border", many(|n| (n as i64, seen(n, 7 * n as i64, 341_000, High)))),
    ] {
        assert!(!told(&scans).1, "{what}: {:?}", told(&scans));
        let least = Thresholds { confidence: 30, codes: 2, devices: 2, strays: 1, days: 365 };
        let found = judge(&sightings(&scans), &least);
        assert!(found.iter().all(|it| !it.suffices(&least)), "{what}: {found:?}");
    }
    let distinct = many(|n| (n as i64, seen(n, 7 * n as i64, 440_100, Middle)));
    assert!(told(&distinct).1, "{:?}", told(&distinct));
    let anywhere: Vec<(i64, Seen)> = (0..20)
        .map(|n| (n, seen(n as u64, 7 * n, 100_000 + 10_000 * (n as u32 + 1), Middle)))
        .collect();
    assert!(!told(&anywhere).1, "one code in each of many provinces: {:?}", told(&anywhere));
}

#[test]
fn what_one_code_tells() {
    let tell = |scans: &[Seen]| {
        sighting(1, scans, &home()).map(|it| (it.standing, it.area, it.confidence))
    };
    let away = seen(1, 5, 440_100, Middle);
    assert_eq!(tell(&[away]), Some((Standing::Outside, area(440_100), Middle)));
    // Two sources that agree, and two that do not.
    let again = seen(2, 9, 440_300, High);
    assert_eq!(tell(&[again, away]), Some((Standing::Outside, area(440_100), High)));
    let apart = seen(2, 9, 510_100, High);
    assert_eq!(tell(&[apart, away]), Some((Standing::Outside, area(440_100), Middle)));
    // Whoever saw it at home clears it, before or after.
    let at_home = seen(3, 9, 330_100, Middle);
    assert_eq!(tell(&[at_home, away]).map(|it| it.0), Some(Standing::Inside));
    assert_eq!(tell(&[seen(3, 9, 330_100, Low), away]).map(|it| it.0), Some(Standing::Outside));
    assert_eq!(tell(&[seen(1, 5, 440_100, Low)]), None);
    // A code that everybody has is a copy.
    let crowd: Vec<Seen> = (0..7).map(|n| seen(n, 1, 440_100, High)).collect();
    assert_eq!(tell(&crowd), None);
    assert!(tell(&crowd[1..]).is_some());
}

#[test]
fn more_evidence_never_lowers() {
    // A small generator of its own: the crate has no dependencies.
    let mut state = 7u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % below
    };
    for _ in 0..500 {
        let mut scans: Vec<(i64, Seen)> = Vec::new();
        let mut before = 0;
        for _ in 0..40 {
            let confidence = Confidence::ALL[next(3) as usize];
            let place = seen(next(20), next(400) as i64, 440_100, confidence);
            let item = scans.len() as i64;
            scans.push((item, place));
            let (after, _) = told(&scans);
            assert!(after >= before, "{before} {after} {scans:?}");
            before = after;
        }
        // What is seen at home lowers it, and never below nothing.
        let at_home = (0..400).map(|n| (1_000 + n, seen(n as u64, n, 330_100, Middle)));
        scans.extend(at_home);
        assert!(told(&scans).0 <= before);
    }
}
