//! What is written down of a state is read again as the same, and as nothing else.

use crate::{Area, DestroyReason, Granularity, Mistyped, Prover, Rule, State, Told, VoidReason};

fn all() -> Vec<State> {
    let first_in = Some(Area::Division(440_000));
    let mut all = vec![
        State::Unknown,
        State::NotCommissioned,
        State::Sample,
        State::Covered,
        State::FirstScan,
        State::NotScanned,
        State::ScannedBefore { n_scans: 2, first_at_us: 60_000_001, first_in },
        State::ScannedBefore { n_scans: 2, first_at_us: 60_000_001, first_in: None },
        State::CheckedByYou { at_us: 60_000_001, n_others: 0 },
        State::Sold { since_us: 60_000_001 },
        State::Expired { since_us: 60_000_001 },
        State::Recalled { since_us: 60_000_001 },
        State::PinProved { n_proved: 1, first_at_us: 60_000_001 },
        State::PinWrong { tries_left: 4 },
        State::PinLocked { since_us: 60_000_001, next_try_at_us: 120_000_001 },
    ];
    all.extend(Mistyped::ALL.map(State::Mistyped));
    all.extend(Granularity::ALL.map(State::SameForAll));
    all.extend(VoidReason::ALL.map(State::Voided));
    all.extend(DestroyReason::ALL.map(State::Destroyed));
    all.extend(
        [Prover::You, Prover::Another, Prover::Unknown]
            .map(|first_by| State::PinUsed { first_at_us: 60_000_001, first_by }),
    );
    for rule in Rule::ALL {
        all.push(State::Careful { rule, n_scans: 9, first_at_us: Some(60_000_001), first_in });
        all.push(State::Careful { rule, n_scans: 0, first_at_us: None, first_in: None });
    }
    all
}

#[test]
fn a_state_is_read_as_it_was_written() {
    for state in all() {
        let told = state.told();
        assert_eq!(State::of_told(&told), Some(state));
        for other in [
            Told { name: "genuine", ..told },
            Told { reason: Some("genuine"), ..told },
            Told { until_us: Some(1), since_us: None, ..told },
        ] {
            assert_eq!(State::of_told(&other), None, "{other:?}");
        }
    }
}

#[test]
fn times_are_told_to_the_minute() {
    for state in all() {
        let told = state.to_minutes().told();
        assert_eq!(told.name, state.name());
        for at_us in [told.since_us, told.until_us].into_iter().flatten() {
            assert_eq!(at_us % 60_000_000, 0, "{state:?}");
        }
    }
}
