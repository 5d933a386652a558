//! Segments and their spares.

use super::*;

#[test]
fn ordinals_of_a_batch() {
    let layout = |n_codes, spares_per_segment| Layout {
        length: Length::D15,
        first_ordinal: 1000,
        n_codes,
        spares_per_segment,
    };
    assert_eq!(layout(1, 0).ordinals(), 1000..1001);
    assert_eq!(layout(1_000_000_000, 0).n_ordinals(), 1_000_000_000);
    assert_eq!(layout(SEGMENT, 64).n_ordinals(), SEGMENT + 64);
    assert_eq!(layout(SEGMENT + 1, 64).n_ordinals(), SEGMENT + 1 + 128);

    let two = layout(SEGMENT + 10, 64);
    assert_eq!(two.segment(0), (0..SEGMENT, 1000..1000 + SEGMENT + 64));
    let first = 1000 + SEGMENT + 64;
    assert_eq!(two.segment(1), (SEGMENT..SEGMENT + 10, first..first + 74));
    assert_eq!(two.segment_of_ordinal(first - 1), 0);
    assert_eq!(two.segment_of_ordinal(first), 1);
}

#[test]
fn spares_follow_the_odds() {
    assert_eq!(Layout::spares_for(Length::D15, 0), 0);
    assert_eq!(Layout::spares_for(Length::D15, 1), 64);
    assert_eq!(Layout::spares_for(Length::D15, 10u64.pow(13)), 2 * 6553 + 64);
    assert_eq!(Layout::spares_for(Length::D21, 1 << 59), 2 * 377 + 64);
}
