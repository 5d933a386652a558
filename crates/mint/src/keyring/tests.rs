//! Key epochs: old codes stay found, colliding ordinals are skipped.

use proptest::prelude::*;

use super::*;

const LENGTH: Length = Length::D15;

/// Ordinals of an old epoch that own a tenth of all codes of 15 digits.
const A_TENTH: u64 = 10u64.pow(13);

/// Epochs 1, 2, … of 15 digits that end at these ordinals, and one more that stays open.
fn ring(ends: &[u64]) -> KeyRing {
    let mut first_ordinal = 0;
    let ends = ends.iter().copied().map(Some).chain([None]);
    KeyRing::new((1..).zip(ends).map(|(epoch, end_ordinal)| {
        let interval = Epoch { epoch, first_ordinal, end_ordinal };
        first_ordinal = end_ordinal.unwrap_or(0);
        (interval, Permutation::new(LENGTH, epoch, &[epoch as u8; 32]))
    }))
    .unwrap()
}

fn printed(ring: &KeyRing, layout: &Layout, positions: Range<u64>) -> Vec<Printed> {
    ring.positions(layout, positions).unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_second_epoch_finds_every_old_code() {
    let before = ring(&[]);
    let old = before.lay_out(LENGTH, 0, 10_000).unwrap();
    let old_codes = printed(&before, &old, 0..10_000);

    let after = ring(&[10_000]);
    for line in &old_codes {
        assert_eq!(after.find(&line.code), Some(Found { epoch: 1, ordinal: line.ordinal }));
    }
    assert_eq!(printed(&after, &old, 0..10_000), old_codes, "old files print as they did");

    let new = after.lay_out(LENGTH, 10_000, 1000).unwrap();
    assert_eq!(new.spares_per_segment, 64);
    for line in printed(&after, &new, 0..1000) {
        assert_eq!(after.find(&line.code), Some(Found { epoch: 2, ordinal: line.ordinal }));
    }
    assert_eq!(after.epoch_of(LENGTH, 9_999), Some(1));
    assert_eq!(after.epoch_of(LENGTH, 10_000), Some(2));
}

#[test]
fn forced_collisions_are_skipped() {
    // The first epoch owns a tenth of all codes, so about a tenth of the second's ordinals collide.
    let ring = ring(&[A_TENTH]);
    let n_codes = SEGMENT + 5000;
    let layout = ring.lay_out(LENGTH, A_TENTH, n_codes).unwrap();
    let lines = printed(&ring, &layout, 0..n_codes);
    assert_eq!(lines.len() as u64, n_codes);

    let mut expected = layout.segment(0).1;
    for line in &lines {
        if line.position == SEGMENT {
            expected = layout.segment(1).1;
        }
        // What was passed over collides: its code belongs to an ordinal of the first epoch.
        for skipped in expected.start..line.ordinal {
            assert_eq!(ring.code_at(LENGTH, skipped), None);
            let code = ring.epochs(LENGTH)[1].1.encode(skipped);
            assert_eq!(ring.find(&code).map(|found| found.epoch), Some(1));
        }
        assert_eq!(ring.code_at(LENGTH, line.ordinal), Some(line.code));
        assert_eq!(ring.find(&line.code), Some(Found { epoch: 2, ordinal: line.ordinal }));
        expected.start = line.ordinal + 1;
    }
    let n_skipped = lines[SEGMENT as usize - 1].ordinal + 1 - A_TENTH - SEGMENT;
    assert!((6_900..7_700).contains(&n_skipped), "{n_skipped} of 65,536 / 9 expected");
}

#[test]
fn positions_and_ordinals_are_inverse() {
    for (ring, first) in [(ring(&[]), 123), (ring(&[A_TENTH]), A_TENTH + 123)] {
        let n_codes = SEGMENT + 200;
        let layout = ring.lay_out(LENGTH, first, n_codes).unwrap();
        let all = printed(&ring, &layout, 0..n_codes);
        for at in [0, 1, 63, 64, 1000, SEGMENT - 1, SEGMENT, SEGMENT + 1, n_codes - 1] {
            let line = all[at as usize];
            assert_eq!(ring.ordinal_of(&layout, at), Ok(line.ordinal));
            assert_eq!(ring.position_of(&layout, line.ordinal), Some(at));
            assert!(ring.is_printed(&layout, ring.find(&line.code).unwrap()));
        }
        // A download goes on where it was cut.
        assert_eq!(printed(&ring, &layout, SEGMENT - 70..n_codes), all[SEGMENT as usize - 70..]);
        assert_eq!(printed(&ring, &layout, 10..20), all[10..20]);
        assert_eq!(printed(&ring, &layout, 10..10), []);

        let used: Vec<u64> = all[..SEGMENT as usize].iter().map(|line| line.ordinal).collect();
        // All ordinals of the segment before its spares, and some of these.
        let ordinals = layout.segment(0).1;
        let spares = ordinals.start + SEGMENT..ordinals.end;
        for ordinal in (ordinals.start..spares.start).step_by(7).chain(spares.step_by(1000)) {
            let found = ring.code_at(LENGTH, ordinal).and_then(|code| ring.find(&code));
            let is_printed = found.is_some_and(|found| ring.is_printed(&layout, found));
            assert_eq!(is_printed, used.binary_search(&ordinal).is_ok());
        }
        let skipped = layout.segment(0).1.find(|ordinal| used.binary_search(ordinal).is_err());
        assert_eq!(skipped.and_then(|ordinal| ring.position_of(&layout, ordinal)), None);
        assert_eq!(skipped.is_some(), layout.spares_per_segment > 0);
    }
}

#[test]
fn what_lies_outside() {
    let ring = ring(&[1000]);
    let layout = ring.lay_out(LENGTH, 1000, 500).unwrap();
    assert_eq!(ring.position_of(&layout, 999), None);
    assert_eq!(ring.position_of(&layout, layout.ordinals().end), None);
    assert!(!ring.is_printed(&layout, Found { epoch: 1, ordinal: 999 }));
    assert_eq!(ring.ordinal_of(&layout, 500), Err(Error::OutOfRange));
    assert_eq!(ring.ordinal_of(&layout, u64::MAX), Err(Error::OutOfRange));
    assert!(ring.positions(&layout, 0..501).is_err());

    let refused = |first, n_codes| {
        assert_eq!(ring.lay_out(LENGTH, first, n_codes), Err(Error::OutOfRange));
    };
    refused(1000, 0);
    refused(1000, u64::MAX);
    refused(1000, LENGTH.capacity());
    refused(LENGTH.capacity() - 10, 11);
    refused(LENGTH.capacity(), 1);
    refused(u64::MAX, 1);
    refused(990, 20);
    assert!(ring.lay_out(LENGTH, 990, 10).is_ok());
    assert_eq!(ring.lay_out(Length::D21, 0, 1), Err(Error::OutOfRange), "no key of that length");
    assert_eq!(ring.code_at(LENGTH, LENGTH.capacity()), None);
    assert_eq!(ring.code_at(LENGTH, u64::MAX), None);
}

#[test]
fn the_last_ordinal_has_a_code() {
    let ring = ring(&[]);
    let last = LENGTH.capacity() - 1;
    let code = ring.code_at(LENGTH, last).unwrap();
    assert_eq!(ring.find(&code), Some(Found { epoch: 1, ordinal: last }));
    let layout = ring.lay_out(LENGTH, last - 99, 100).unwrap();
    assert_eq!(printed(&ring, &layout, 0..100)[99].code, code);
}

#[test]
fn codes_above_the_capacity_are_not_found() {
    // 2^60 of 10^20 bodies are ordinals: nearly no code of 21 digits was ever made.
    let ring = KeyRing::first_epoch([Permutation::new(Length::D21, 1, &[1; 32])]).unwrap();
    let found = (0..1000)
        .filter_map(|body| ring.find(&Code::from_serial(&format!("{body:020}")).unwrap()))
        .count();
    assert!((1..40).contains(&found), "{found} of 11.5 expected");
}

#[test]
fn too_few_spares_say_so() {
    let ring = ring(&[A_TENTH]);
    let layout = Layout { spares_per_segment: 5, ..ring.lay_out(LENGTH, A_TENTH, 1000).unwrap() };
    let lines: Vec<_> = ring.positions(&layout, 0..1000).unwrap().collect();
    let (last, made) = lines.split_last().unwrap();
    assert_eq!(*last, Err(Error::SparesExhausted));
    assert!(made.iter().all(Result::is_ok) && made.len() < 1000);
    assert_eq!(ring.ordinal_of(&layout, 999), Err(Error::SparesExhausted));
}

#[test]
fn epochs_must_join() {
    let build = |intervals: &[(u32, u64, Option<u64>)]| {
        let epochs = intervals.iter().map(|&(epoch, first_ordinal, end_ordinal)| {
            let interval = Epoch { epoch, first_ordinal, end_ordinal };
            (interval, Permutation::new(LENGTH, epoch, &[1; 32]))
        });
        KeyRing::new(epochs).map(drop)
    };
    assert_eq!(build(&[]), Ok(()));
    assert_eq!(build(&[(1, 0, Some(5)), (3, 5, Some(5)), (4, 5, None)]), Ok(()));
    for broken in [
        &[(1, 1, None)][..],
        &[(1, 0, Some(5))],
        &[(1, 0, None), (2, 5, None)],
        &[(1, 0, Some(5)), (2, 6, None)],
        &[(2, 0, Some(5)), (1, 5, None)],
        &[(1, 0, Some(5)), (1, 5, None)],
        &[(1, 0, Some(u64::MAX)), (2, u64::MAX, None)],
    ] {
        assert_eq!(build(broken), Err(Error::EpochsBroken), "{broken:?}");
    }
    let misnamed = Epoch { epoch: 2, first_ordinal: 0, end_ordinal: None };
    let misnamed = KeyRing::new([(misnamed, Permutation::new(LENGTH, 1, &[1; 32]))]);
    assert_eq!(misnamed.map(drop), Err(Error::EpochsBroken));
    assert!(format!("{:?}", ring(&[5])).contains("first_ordinal: 5"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Three epochs, the first two large: every printed code is found, and only once.
    #[test]
    fn printing_and_finding_agree(ends: [u32; 2], offset in 0u64..10u64.pow(13), n in 1u64..300) {
        let first = u64::from(ends[0]) * 2000;
        let second = first + u64::from(ends[1]) * 2000;
        let ring = ring(&[first, second]);
        let layout = ring.lay_out(LENGTH, second + offset, n).unwrap();
        for line in printed(&ring, &layout, 0..n) {
            let found = Found { epoch: 3, ordinal: line.ordinal };
            prop_assert_eq!(ring.find(&line.code), Some(found));
            prop_assert_eq!(ring.position_of(&layout, line.ordinal), Some(line.position));
        }
    }
}
