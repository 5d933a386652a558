//! Territories, and what scans outside of them tell.

mod judged;

use super::*;

fn area(digits: u32) -> Area {
    Area::parse(&digits.to_string()).expect("six digits")
}

fn territory(digits: u32, kind: TerritoryKind) -> Territory {
    Territory { area: area(digits), kind, from_day: None, until_day: None }
}

use TerritoryKind::{Border, Shared, Sole};

#[test]
fn where_a_place_lies() {
    let own = [territory(330_100, Sole), territory(330_483, Border)];
    for (place, told) in [
        (330_106, Standing::Inside),
        (330_100, Standing::Inside),
        (330_483, Standing::Border),
        (330_200, Standing::Outside),
        // Somewhere in the province, and in the city of a county: perhaps inside.
        (330_000, Standing::Unknown),
        (330_400, Standing::Unknown),
        (440_100, Standing::Outside),
    ] {
        assert_eq!(standing(&own, area(place), 0), told, "{place}");
    }
    assert_eq!(standing(&[], area(330_106), 0), Standing::Unknown);
    assert_eq!(standing(&own[1..], area(440_100), 0), Standing::Unknown);
}

#[test]
fn a_territory_counts_on_its_days() {
    let year = Territory { from_day: Some(10), until_day: Some(20), ..territory(330_100, Sole) };
    let other = territory(440_100, Sole);
    for (day, told) in [(9, Standing::Outside), (10, Standing::Inside), (20, Standing::Inside)] {
        assert_eq!(standing(&[year, other], area(330_106), day), told, "{day}");
    }
    assert_eq!(standing(&[year], area(330_106), 21), Standing::Unknown);
}

#[test]
fn what_two_dealers_cannot_both_have() {
    let days = |from: i32, until: i32, it: Territory| Territory {
        from_day: Some(from),
        until_day: Some(until),
        ..it
    };
    for (a, b, excludes) in [
        (territory(330_100, Sole), territory(330_106, Sole), true),
        (territory(330_106, Sole), territory(330_100, Shared), true),
        (territory(330_100, Shared), territory(330_106, Shared), false),
        (territory(330_100, Sole), territory(330_106, Border), false),
        (territory(330_100, Sole), territory(330_200, Sole), false),
        (days(0, 9, territory(330_100, Sole)), days(10, 19, territory(330_100, Sole)), false),
        (days(0, 10, territory(330_100, Sole)), days(10, 19, territory(330_100, Sole)), true),
    ] {
        assert_eq!(a.excludes(&b), excludes, "{a:?} {b:?}");
        assert_eq!(b.excludes(&a), excludes, "{b:?} {a:?}");
    }
}
