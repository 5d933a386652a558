//! The map of runs against a map of single identifiers, grown until it has many chunks.

use std::collections::BTreeMap;

use crate::Ids;
use crate::range_map::RangeMap;

const N_IDS: i64 = 2_000;

/// SplitMix64.
fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The runs are in order, disjoint, and say of each identifier what the other map says.
fn check(map: &RangeMap<u64>, single: &BTreeMap<i64, u64>) {
    let runs: Vec<(Ids, u64)> = map.runs().map(|(ids, value)| (ids, *value)).collect();
    assert!(runs.windows(2).all(|two| two[0].0.last < two[1].0.first), "{runs:?}");
    let of_runs =
        runs.iter().flat_map(|(ids, value)| (ids.first..=ids.last).map(|id| (id, *value)));
    assert!(of_runs.eq(single.iter().map(|(id, value)| (*id, *value))), "{runs:?}");
}

#[test]
fn runs_say_what_single_identifiers_say() {
    for seed in 0..20 {
        let (mut map, mut single) = (RangeMap::default(), BTreeMap::new());
        for step in 0..2_000 {
            let random = mixed(seed * 1_000_000 + step);
            let first = (random % N_IDS.unsigned_abs()).cast_signed();
            let length =
                if random >> 40 & 63 == 0 { 400 } else { (random >> 50 & 3).cast_signed() };
            let ids = Ids { first, last: first + length };
            let value = random >> 60 & 3;
            if random >> 56 & 3 == 0 {
                map.update(ids, |_, value| *value += 1);
                single.range_mut(ids.first..=ids.last).for_each(|(_, value)| *value += 1);
            } else {
                map.set(ids, value);
                single.extend((ids.first..=ids.last).map(|id| (id, value)));
            }
            assert_eq!(map.get(first), single.get(&first));
            let found = single.range(first - 3..=ids.last + 3).next().is_some();
            assert_eq!(map.overlaps(Ids { first: first - 3, last: ids.last + 3 }), found);
            let part =
                |(ids, value): (Ids, Option<u64>)| (ids.first..=ids.last).map(move |_| value);
            let parts = map.parts(ids).into_iter().flat_map(part);
            assert!(parts.eq((ids.first..=ids.last).map(|id| single.get(&id).copied())));
        }
        check(&map, &single);
    }
}

#[test]
fn neighbours_of_one_value_are_one_run() {
    let mut map = RangeMap::default();
    for id in (0..1_000).map(|id| id * 7 % 1_000) {
        map.set(Ids::one(id), 1);
    }
    assert_eq!(map.runs().count(), 1);
    let covering = RangeMap::covering(vec![Ids::one(3), Ids { first: 0, last: 2 }, Ids::one(5)]);
    let runs: Vec<Ids> = covering.runs().map(|(ids, ())| ids).collect();
    assert_eq!(runs, [Ids { first: 0, last: 3 }, Ids::one(5)]);
}
