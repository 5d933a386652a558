//! Where the codes of a batch lie among the ordinals.
//!
//! A *position* is the place of a code in its batch, 0-based, as in the print file. In the first
//! key epoch `ordinal = first_ordinal + position`. Later epochs skip the few ordinals whose code
//! an older epoch owns, so there a batch is laid out in segments of [`SEGMENT`] positions, each
//! followed by its own spare ordinals: to find the n-th line of a print file is to look into one
//! segment. Which ordinals are skipped only the keys can tell: see [`KeyRing`](crate::KeyRing).

use std::ops::Range;

use crate::code::Length;

/// Positions in a segment.
pub const SEGMENT: u64 = 1 << 16;

/// The ordinals of one batch. All of them lie in one key epoch.
///
/// ```
/// use mint::{Layout, Length};
///
/// let layout = Layout { length: Length::D17, first_ordinal: 0, n_codes: 100_000,
///     spares_per_segment: 64 };
/// assert_eq!(layout.n_ordinals(), 100_000 + 2 * 64);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The length of the batch's codes.
    pub length: Length,
    /// The first ordinal.
    pub first_ordinal: u64,
    /// The number of codes, which is the number of positions.
    pub n_codes: u64,
    /// Spare ordinals behind the positions of each segment; 0 in the first epoch.
    pub spares_per_segment: u64,
}

impl Layout {
    /// Spares that a segment needs when older epochs own this many ordinals.
    ///
    /// Twice the collisions to expect and 64 more; 0 when there is no older epoch. Collisions in
    /// a segment are nearly Poisson: for a mean of 1 to need more than 66 has odds below 10^-90,
    /// and for the mean of 6,554 at a tenth of all codes the margin is 60 standard deviations.
    #[must_use]
    pub fn spares_for(length: Length, older_ordinals: u64) -> u64 {
        if older_ordinals == 0 {
            return 0;
        }
        let mean = u128::from(SEGMENT) * u128::from(older_ordinals) / length.n_bodies();
        2 * mean as u64 + 64
    }

    /// The number of ordinals that the batch takes from the counter.
    #[must_use]
    pub fn n_ordinals(&self) -> u64 {
        self.n_codes + self.n_codes.div_ceil(SEGMENT) * self.spares_per_segment
    }

    /// The batch's ordinals, spares included.
    #[must_use]
    pub fn ordinals(&self) -> Range<u64> {
        self.first_ordinal..self.first_ordinal + self.n_ordinals()
    }

    /// The index of the segment that an ordinal of the batch lies in.
    pub(crate) fn segment_of_ordinal(&self, ordinal: u64) -> u64 {
        (ordinal - self.first_ordinal) / (SEGMENT + self.spares_per_segment)
    }

    /// The positions and the ordinals of a segment; the last one may have fewer positions.
    pub(crate) fn segment(&self, index: u64) -> (Range<u64>, Range<u64>) {
        let positions = index * SEGMENT..((index + 1) * SEGMENT).min(self.n_codes);
        let first = self.first_ordinal + index * (SEGMENT + self.spares_per_segment);
        let n_ordinals = positions.end - positions.start + self.spares_per_segment;
        (positions, first..first + n_ordinals)
    }
}

#[cfg(test)]
mod tests;
