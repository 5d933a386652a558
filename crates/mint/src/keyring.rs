//! All key epochs of the platform: which code an ordinal has, and which ordinal a code.
//!
//! An epoch owns an interval of ordinals, closed when the next epoch begins. Two keys over one
//! digit space can give the same code twice. So a code belongs to the *lowest* epoch whose
//! decryption falls into that epoch's own interval, and a later epoch skips an ordinal whose code
//! an older one owns. Both rules read the same intervals, so printing and finding agree for ever.
//!
//! A batch lies in one epoch. Its positions are arithmetic in the first epoch; later ones look
//! into one segment of the [`Layout`].

use std::fmt;
use std::ops::Range;

use crate::code::{Code, Length};
use crate::error::Error;
use crate::layout::{Layout, SEGMENT};
use crate::permutation::{LANES, Permutation};

/// The ordinals that one key epoch owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch {
    /// The number of the epoch, ascending with the ordinals.
    pub epoch: u32,
    /// The first ordinal it owns.
    pub first_ordinal: u64,
    /// The ordinal after its last; `None` while it is open.
    pub end_ordinal: Option<u64>,
}

/// What a code decrypts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The epoch that owns the code.
    pub epoch: u32,
    /// The ordinal, inside that epoch's interval.
    pub ordinal: u64,
}

/// One line of a print file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The place in the batch, 0-based.
    pub position: u64,
    /// The number under the code.
    pub ordinal: u64,
    /// The code.
    pub code: Code,
}

/// The permutations of all lengths and epochs.
///
/// ```
/// use mint::{Epoch, KeyRing, Length, Permutation};
///
/// let epoch = |epoch, first_ordinal, end_ordinal| Epoch { epoch, first_ordinal, end_ordinal };
/// let ring = KeyRing::new([
///     (epoch(1, 0, Some(1000)), Permutation::new(Length::D15, 1, &[1; 32])),
///     (epoch(2, 1000, None), Permutation::new(Length::D15, 2, &[2; 32])),
/// ])?;
/// let layout = ring.lay_out(Length::D15, 1000, 500)?;
/// for printed in ring.positions(&layout, 0..500)? {
///     let printed = printed?;
///     let found = ring.find(&printed.code).expect("a printed code is found");
///     assert_eq!((found.epoch, found.ordinal), (2, printed.ordinal));
/// }
/// # Ok::<(), mint::Error>(())
/// ```
pub struct KeyRing {
    /// By class, in ascending order of epoch.
    lengths: [Vec<(Epoch, Permutation)>; 3],
}

impl KeyRing {
    /// A ring of these epochs, which need no order among lengths.
    ///
    /// # Errors
    /// [`Error::EpochsBroken`] unless, for each length that occurs, epochs ascend, the first
    /// interval starts at 0, each next one starts where the one before ends, and only the last is
    /// open.
    pub fn new(epochs: impl IntoIterator<Item = (Epoch, Permutation)>) -> Result<KeyRing, Error> {
        let mut lengths = [const { Vec::new() }; 3];
        for (epoch, permutation) in epochs {
            if epoch.epoch != permutation.epoch() {
                return Err(Error::EpochsBroken);
            }
            lengths[usize::from(permutation.length().class())].push((epoch, permutation));
        }
        for (length, epochs) in Length::ALL.into_iter().zip(&lengths) {
            check_joints(length, epochs)?;
        }
        Ok(KeyRing { lengths })
    }

    /// A ring of one open epoch a length: a platform that has never changed its key.
    ///
    /// # Errors
    /// [`Error::EpochsBroken`] if a length occurs twice.
    pub fn first_epoch(
        permutations: impl IntoIterator<Item = Permutation>,
    ) -> Result<KeyRing, Error> {
        KeyRing::new(permutations.into_iter().map(|permutation| {
            let epoch = permutation.epoch();
            (Epoch { epoch, first_ordinal: 0, end_ordinal: None }, permutation)
        }))
    }

    /// The epoch that owns a code and the ordinal under it; `None` if no epoch can have made it.
    ///
    /// In the open epoch any ordinal below the capacity is found; whether it was ever given to a
    /// batch is the caller's to check.
    #[must_use]
    pub fn find(&self, code: &Code) -> Option<Found> {
        let length = code.length();
        self.epochs(length).iter().find_map(|(epoch, permutation)| {
            let ordinal = u64::try_from(permutation.decode(code)).ok()?;
            owns(length, epoch, ordinal).then_some(Found { epoch: epoch.epoch, ordinal })
        })
    }

    /// The code of an ordinal; `None` if an older epoch owns that code, or nobody the ordinal.
    #[must_use]
    pub fn code_at(&self, length: Length, ordinal: u64) -> Option<Code> {
        let keys = self.keys_at(length, ordinal)?;
        let code = keys.permutation.encode(ordinal);
        let taken = keys.older.iter().any(|(epoch, permutation)| {
            u64::try_from(permutation.decode(&code)).is_ok_and(|n| owns(length, epoch, n))
        });
        (!taken).then_some(code)
    }

    /// The epoch that owns an ordinal.
    #[must_use]
    pub fn epoch_of(&self, length: Length, ordinal: u64) -> Option<u32> {
        self.keys_at(length, ordinal).map(|keys| keys.permutation.epoch())
    }

    /// The layout of a batch that starts at the counter's next ordinal.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] if the batch is empty, if the space left is too small for it, or if
    /// it does not lie in one epoch.
    pub fn lay_out(
        &self,
        length: Length,
        first_ordinal: u64,
        n_codes: u64,
    ) -> Result<Layout, Error> {
        if n_codes == 0 || n_codes > length.capacity() {
            return Err(Error::OutOfRange);
        }
        let older = self.keys_at(length, first_ordinal).ok_or(Error::OutOfRange)?.older;
        let older_ordinals = older.last().and_then(|(epoch, _)| epoch.end_ordinal).unwrap_or(0);
        let spares_per_segment = Layout::spares_for(length, older_ordinals);
        let layout = Layout { length, first_ordinal, n_codes, spares_per_segment };
        self.keys_of(&layout)?;
        Ok(layout)
    }

    /// The codes of a run of positions, in order and in constant memory.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] if the run leaves the batch or the batch its epoch. The iterator
    /// yields [`Error::SparesExhausted`] where a segment has too few spares, and ends.
    pub fn positions(
        &self,
        layout: &Layout,
        positions: Range<u64>,
    ) -> Result<Positions<'_>, Error> {
        let keys = self.keys_of(layout)?;
        if positions.end > layout.n_codes || positions.start > positions.end {
            return Err(Error::OutOfRange);
        }
        Ok(Positions::new(keys, *layout, positions))
    }

    /// The ordinal at a position.
    ///
    /// # Errors
    /// As [`KeyRing::positions`].
    pub fn ordinal_of(&self, layout: &Layout, position: u64) -> Result<u64, Error> {
        let end = position.checked_add(1).ok_or(Error::OutOfRange)?;
        let mut run = self.positions(layout, position..end)?;
        if run.keys.older.is_empty() && layout.spares_per_segment == 0 {
            return Ok(layout.first_ordinal + position);
        }
        run.next().unwrap_or(Err(Error::OutOfRange)).map(|printed| printed.ordinal)
    }

    /// The position at an ordinal; `None` for skipped and unused ones, and outside of the batch.
    #[must_use]
    pub fn position_of(&self, layout: &Layout, ordinal: u64) -> Option<u64> {
        if !layout.ordinals().contains(&ordinal) {
            return None;
        }
        let older = self.keys_of(layout).ok()?.older;
        let (positions, ordinals) = layout.segment(layout.segment_of_ordinal(ordinal));
        if older.is_empty() {
            let position = positions.start + (ordinal - ordinals.start);
            return positions.contains(&position).then_some(position);
        }
        self.positions(layout, positions)
            .ok()?
            .map_while(Result::ok)
            .take_while(|printed| printed.ordinal <= ordinal)
            .find(|printed| printed.ordinal == ordinal)
            .map(|printed| printed.position)
    }

    /// Whether a code that [`KeyRing::find`] found is one of the batch's printed codes. Unlike
    /// [`KeyRing::position_of`] it has to look into the segment only for an ordinal among the
    /// spares: what was found is no ordinal that was skipped.
    #[must_use]
    pub fn is_printed(&self, layout: &Layout, found: Found) -> bool {
        let ordinal = found.ordinal;
        if !layout.ordinals().contains(&ordinal) {
            return false;
        }
        let (positions, ordinals) = layout.segment(layout.segment_of_ordinal(ordinal));
        ordinal - ordinals.start < positions.end - positions.start
            || self.position_of(layout, ordinal).is_some()
    }

    fn epochs(&self, length: Length) -> &[(Epoch, Permutation)] {
        &self.lengths[usize::from(length.class())]
    }

    /// The epochs below the one that owns an ordinal, and the permutation of that one.
    fn keys_at(&self, length: Length, ordinal: u64) -> Option<Keys<'_>> {
        let epochs = self.epochs(length);
        let at = epochs.iter().position(|(epoch, _)| owns(length, epoch, ordinal))?;
        Some(Keys { older: &epochs[..at], permutation: &epochs[at].1 })
    }

    /// The older epochs and the permutation of a batch, all of whose ordinals one epoch must own.
    fn keys_of(&self, layout: &Layout) -> Result<Keys<'_>, Error> {
        let last = (layout.first_ordinal.checked_add(layout.n_ordinals()))
            .and_then(|end| end.checked_sub(1))
            .ok_or(Error::OutOfRange)?;
        let keys = self.keys_at(layout.length, layout.first_ordinal).ok_or(Error::OutOfRange)?;
        if self.epoch_of(layout.length, last) != Some(keys.permutation.epoch()) {
            return Err(Error::OutOfRange);
        }
        Ok(keys)
    }
}

/// What it takes to name the codes of one epoch.
#[derive(Clone, Copy)]
struct Keys<'a> {
    /// The epochs that come first when they decrypt a code into their interval.
    older: &'a [(Epoch, Permutation)],
    permutation: &'a Permutation,
}

/// Whether the ordinal lies in the epoch's interval; the open interval ends at the capacity.
fn owns(length: Length, epoch: &Epoch, ordinal: u64) -> bool {
    let end = epoch.end_ordinal.unwrap_or(length.capacity());
    (epoch.first_ordinal..end).contains(&ordinal)
}

fn check_joints(length: Length, epochs: &[(Epoch, Permutation)]) -> Result<(), Error> {
    let Some((last, _)) = epochs.last() else { return Ok(()) };
    let joined = epochs.windows(2).all(|pair| {
        pair[0].0.epoch < pair[1].0.epoch && pair[0].0.end_ordinal == Some(pair[1].0.first_ordinal)
    });
    let ascending = epochs
        .iter()
        .all(|(epoch, _)| epoch.first_ordinal <= epoch.end_ordinal.unwrap_or(length.capacity()));
    if joined && ascending && epochs[0].0.first_ordinal == 0 && last.end_ordinal.is_none() {
        Ok(())
    } else {
        Err(Error::EpochsBroken)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.lengths.iter().flatten().map(|(epoch, _)| epoch)).finish()
    }
}

/// The codes of consecutive positions; made by [`KeyRing::positions`].
pub struct Positions<'a> {
    keys: Keys<'a>,
    layout: Layout,
    /// Positions still to come out of this iterator.
    wanted: Range<u64>,
    /// Positions of the current segment that have no ordinal yet.
    positions: Range<u64>,
    /// Ordinals of the current segment that have no code yet.
    ordinals: Range<u64>,
    /// Codes of the last ordinals before those.
    batch: [Code; LANES],
    /// The places of `batch` still to be looked at.
    lanes: Range<usize>,
    /// Bit i is set if an older epoch owns the code at place i of `batch`.
    taken: u64,
}

impl<'a> Positions<'a> {
    fn new(keys: Keys<'a>, layout: Layout, wanted: Range<u64>) -> Positions<'a> {
        let (mut positions, mut ordinals) = layout.segment(wanted.start / SEGMENT);
        if keys.older.is_empty() {
            // Nothing is skipped: start at the position itself, not at its segment.
            ordinals.start += wanted.start - positions.start;
            positions.start = wanted.start;
        }
        let batch = [Code::blank(layout.length); LANES];
        let (lanes, taken) = (0..0, 0);
        Positions { keys, layout, wanted, positions, ordinals, batch, lanes, taken }
    }

    /// Makes codes of the next ordinals, in the next segment if this one has all its positions.
    fn refill(&mut self) -> Result<(), Error> {
        if self.positions.is_empty() {
            (self.positions, self.ordinals) = self.layout.segment(self.positions.start / SEGMENT);
        }
        let n_left = self.ordinals.end - self.ordinals.start;
        let n_codes = n_left.min(LANES as u64) as usize;
        if n_codes == 0 {
            return Err(Error::SparesExhausted);
        }
        self.keys.permutation.encode_run(self.ordinals.start, &mut self.batch[..n_codes]);
        self.ordinals.start += n_codes as u64;
        self.lanes = 0..n_codes;
        self.taken = 0;
        for (epoch, permutation) in self.keys.older {
            for (lane, number) in permutation.decode_batch(&self.batch).into_iter().enumerate() {
                let owned = u64::try_from(number).is_ok_and(|n| owns(self.layout.length, epoch, n));
                self.taken |= u64::from(owned) << lane;
            }
        }
        Ok(())
    }

    /// The next position of the segment and its code.
    fn advance(&mut self) -> Result<Printed, Error> {
        loop {
            if self.lanes.is_empty() || self.positions.is_empty() {
                self.refill()?;
            }
            let Some(lane) = self.lanes.next() else { continue };
            if self.taken >> lane & 1 == 1 {
                continue;
            }
            let ordinal = self.ordinals.start - (self.lanes.end - lane) as u64;
            let position = self.positions.start;
            self.positions.start += 1;
            return Ok(Printed { position, ordinal, code: self.batch[lane] });
        }
    }
}

impl Iterator for Positions<'_> {
    type Item = Result<Printed, Error>;

    fn next(&mut self) -> Option<Result<Printed, Error>> {
        while !self.wanted.is_empty() {
            match self.advance() {
                Ok(printed) if printed.position < self.wanted.start => {}
                Ok(printed) => {
                    self.wanted.start += 1;
                    return Some(Ok(printed));
                }
                Err(error) => {
                    self.wanted.start = self.wanted.end;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;
