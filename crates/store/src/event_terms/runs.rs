//! Runs: events of one capture that lie near each other in time, and how their marks are written.
//!
//! A run begins in a quarter of the length of its scale and ends within that length, so what
//! happened at a time is in runs that begin in its quarter or in one of the three before.

use super::{Entry, Indexed};
use crate::walk::Mark;
use crate::{Error, Result};

/// Runs of each scale lie within 2^22, 2^27 or 2^32 microseconds: 4 s, 2 min, 71 min.
const LENGTH_BITS: [u32; N_SCALES] = [22, 27, 32];
pub(super) const N_SCALES: usize = 3;

/// Marks of a run: what lies between is read in vain by whoever looks for one of them, a bit of
/// a positive number stands for each, and three such rows fill a page of SQLite.
const MOST: usize = 63;
/// A run of so many is not made longer to hold more.
const MANY: usize = 32;
/// Fewer stay alone.
const FEWEST: usize = 8;

/// What is known of a run without its marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Run {
    /// Index into the lengths.
    pub(super) scale: usize,
    /// In which quarter of the length its first mark lies, counted from the epoch.
    pub(super) begins: i64,
    /// Together with `begins` its name; the lowest six bits say in which 64th of the length, from
    /// the beginning of that quarter, its last mark lies.
    pub(super) number: i64,
}

/// Bits of a run's number that tell its end.
const END_BITS: u32 = 6;
/// Bits of it that tell it from others: with the end and a sign they make 48, six bytes in SQLite.
const NAME_BITS: u32 = 41;

impl Run {
    /// The run of marks that are in order.
    fn of(scale: usize, marks: &[Mark], name: u64) -> Self {
        let begins = quarter_of(scale, marks[0].0);
        let begin_us = begins << (LENGTH_BITS[scale] - 2);
        let end = (marks[marks.len() - 1].0 - begin_us) >> (LENGTH_BITS[scale] - END_BITS);
        let name = (name & ((1 << NAME_BITS) - 1)) as i64;
        Self { scale, begins, number: name << END_BITS | end }
    }

    /// No mark of it lies before this time, in microseconds since the epoch.
    pub(super) fn begin_us(self) -> i64 {
        self.begins << (LENGTH_BITS[self.scale] - 2)
    }

    /// All marks of it lie before this time.
    pub(super) fn until_us(self) -> i64 {
        let end = (self.number & ((1 << END_BITS) - 1)) + 1;
        self.begin_us().saturating_add(end << (LENGTH_BITS[self.scale] - END_BITS))
    }

    /// All marks of runs of this scale that begin with it or before lie before this time.
    pub(super) fn longest_until_us(self) -> i64 {
        self.begin_us().saturating_add(1 << LENGTH_BITS[self.scale])
    }
}

/// The quarter of the length of a scale in which a time lies.
pub(super) fn quarter_of(scale: usize, time_us: i64) -> i64 {
    time_us >> (LENGTH_BITS[scale] - 2)
}

/// The first quarter in which a run may begin that has a mark at this time or later.
pub(super) fn first_reaching(scale: usize, time_us: i64) -> i64 {
    quarter_of(scale, time_us) - 3
}

/// Lays the events of a capture into runs. Those that share what is common in the capture come
/// together, so that few rows lead to them; what is left of those comes together as it is.
/// Returns the runs with the events of each, in order, and the events that stay alone.
pub(super) fn lay(events: &[Indexed], salt: u64) -> (Vec<(Run, Vec<usize>)>, Vec<usize>) {
    let mut laying = Laying { events, next_name: mixed(salt), runs: Vec::new() };
    let mut left = Vec::new();
    for alike in alike(events) {
        left.extend(laying.cut(alike));
    }
    let alone = laying.cut(left);
    (laying.runs, alone)
}

/// The events, those together that have the same entries of those that many have.
fn alike(events: &[Indexed]) -> impl Iterator<Item = Vec<usize>> {
    let mut all: Vec<Entry> = events.iter().flat_map(|it| it.entries.iter().copied()).collect();
    all.sort_unstable();
    let of_many = all.chunk_by(|a, b| a == b).filter(|same| same.len() >= FEWEST);
    let common: Vec<Entry> = of_many.map(|same| same[0]).collect();
    let mut alike = std::collections::BTreeMap::<Vec<Entry>, Vec<usize>>::new();
    for (index, event) in events.iter().enumerate() {
        let entries = event.entries.iter().copied();
        let shared = entries.filter(|entry| common.binary_search(entry).is_ok()).collect();
        alike.entry(shared).or_default().push(index);
    }
    alike.into_values()
}

struct Laying<'e> {
    events: &'e [Indexed],
    next_name: u64,
    runs: Vec<(Run, Vec<usize>)>,
}

impl Laying<'_> {
    /// Cuts events into runs of the shortest scales at which they are many, or all there are far
    /// and wide. Returns those that are too few at each scale.
    fn cut(&mut self, mut left: Vec<usize>) -> Vec<usize> {
        left.sort_unstable_by_key(|&index| self.events[index].mark);
        for scale in 0..N_SCALES {
            let mut passed_on = Vec::new();
            let mut rest = &left[..];
            while !rest.is_empty() {
                let (together, behind) = rest.split_at(self.n_together(scale, rest));
                if self.is_run(scale, together, behind) {
                    self.push(scale, together);
                } else {
                    passed_on.extend_from_slice(together);
                }
                rest = behind;
            }
            left = passed_on;
        }
        left
    }

    /// How many of the first events fit into one run.
    fn n_together(&self, scale: usize, events: &[usize]) -> usize {
        let time_us = |index: usize| self.events[index].mark.0;
        let quarter = quarter_of(scale, time_us(events[0]));
        let fits = |&&index: &&usize| quarter_of(scale, time_us(index)) < quarter + 4;
        events.iter().take(MOST).take_while(fits).count()
    }

    fn is_run(&self, scale: usize, together: &[usize], behind: &[usize]) -> bool {
        let is_widest = scale + 1 == N_SCALES;
        let is_apart = || {
            let widest = 1 << LENGTH_BITS[N_SCALES - 1];
            let first_us = self.events[together[0]].mark.0;
            behind.first().is_none_or(|&next| self.events[next].mark.0 - first_us >= widest)
        };
        together.len() >= MANY || together.len() >= FEWEST && (is_widest || is_apart())
    }

    fn push(&mut self, scale: usize, events: &[usize]) {
        let marks: Vec<Mark> = events.iter().map(|&index| self.events[index].mark).collect();
        let run = Run::of(scale, &marks, self.next_name);
        self.next_name = self.next_name.wrapping_add(1);
        self.runs.push((run, events.to_vec()));
    }
}

/// Spreads bits (the finalizer of SplitMix64).
pub(super) fn mixed(bits: u64) -> u64 {
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// Which marks of a run have a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Places(pub(super) i64);

impl Places {
    const ALL: i64 = -1;
    /// The one at n is this less n.
    const ONE: i64 = -2;

    /// Of a run of `n_marks`, those whose bits are set.
    pub(super) fn of(bits: u64, n_marks: usize) -> Self {
        match bits.count_ones() as usize {
            n if n == n_marks => Self(Self::ALL),
            1 => Self(Self::ONE - i64::from(bits.trailing_zeros())),
            _ => Self(bits as i64),
        }
    }

    fn has(self, place: usize) -> bool {
        match self.0 {
            Self::ALL => true,
            one if one < 0 => usize::try_from(Self::ONE - one).is_ok_and(|it| it == place),
            bits => place < MOST && bits >> place & 1 == 1,
        }
    }

    /// How many, as far as they tell: of all at least as many as a run has.
    pub(super) fn n_at_least(self) -> usize {
        match self.0 {
            Self::ALL => FEWEST,
            one if one < 0 => 1,
            bits => bits.count_ones() as usize,
        }
    }
}

/// The first byte of marks: this and their number. A time in eight bytes begins with none of
/// these, unless it is 200,000 years ago.
const COUNTED: u8 = 0x80;
const TIME_BYTES: usize = 8;
const KEY_BYTES: usize = 16;

/// Marks in order: their number, the time of the first, big-endian, for each further one the
/// microseconds since the one before, seven bits a byte, the lowest first, and all keys.
pub(super) fn packed(marks: &[Mark]) -> Vec<u8> {
    assert!((1..=MOST).contains(&marks.len()), "a run has up to 63 marks");
    let mut bytes = vec![COUNTED | marks.len() as u8];
    bytes.extend(marks[0].0.to_be_bytes());
    for pair in marks.windows(2) {
        let mut passed = pair[1].0.abs_diff(pair[0].0);
        while passed >= 0x80 {
            bytes.push(passed as u8 | 0x80);
            passed >>= 7;
        }
        bytes.push(passed as u8);
    }
    marks.iter().for_each(|(_, key)| bytes.extend(key));
    bytes
}

/// Those of the marks that have their places.
pub(super) fn unpacked(bytes: &[u8], places: Places) -> Result<Vec<Mark>> {
    let marks = match bytes.split_first() {
        Some((&first, rest)) if (COUNTED..COUNTED | 0x40).contains(&first) => {
            unpacked_counted(rest, usize::from(first & !COUNTED), places)
        }
        _ => unpacked_whole(bytes, places),
    };
    marks.ok_or_else(|| Error::corrupt("a run of events ends in the middle"))
}

fn unpacked_counted(bytes: &[u8], n_marks: usize, places: Places) -> Option<Vec<Mark>> {
    let (first, rest) = bytes.split_first_chunk::<TIME_BYTES>()?;
    let (passed, keys) = rest.split_at_checked(rest.len().checked_sub(n_marks * KEY_BYTES)?)?;
    let (keys, _) = keys.as_chunks::<KEY_BYTES>();
    let mut passed = passed.iter();
    let mut time_us = i64::from_be_bytes(*first);
    let mut marks = Vec::new();
    for (place, key) in keys.iter().enumerate() {
        if place > 0 {
            time_us = time_us.checked_add(number_from(&mut passed)?)?;
        }
        if places.has(place) {
            marks.push((time_us, *key));
        }
    }
    passed.next().is_none().then_some(marks)
}

fn number_from<'b>(bytes: &mut impl Iterator<Item = &'b u8>) -> Option<i64> {
    let mut number = 0;
    for shift in (0..63).step_by(7) {
        let byte = *bytes.next()?;
        number |= i64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// Marks as they were written before: time and key, one after the other.
fn unpacked_whole(bytes: &[u8], places: Places) -> Option<Vec<Mark>> {
    let (marks, rest) = bytes.as_chunks::<{ TIME_BYTES + KEY_BYTES }>();
    let mark_of = |bytes: &[u8; TIME_BYTES + KEY_BYTES]| {
        let (time, key) = bytes.split_first_chunk()?;
        Some((i64::from_be_bytes(*time), key.try_into().ok()?))
    };
    let here = marks.iter().enumerate().filter(|(place, _)| places.has(*place));
    rest.is_empty().then(|| here.map(|(_, bytes)| mark_of(bytes)).collect())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn marks() -> impl Strategy<Value = Vec<Mark>> {
        let time_us = prop_oneof![-50i64..50, 0i64..1 << 32];
        let base = prop_oneof![Just(0), Just(-(1i64 << 56)), -(1i64 << 58)..1i64 << 58];
        (base, vec((time_us, any::<[u8; 16]>()), 1..=MOST)).prop_map(|(base, marks)| {
            let mut marks: Vec<Mark> = marks.into_iter().map(|it| (base + it.0, it.1)).collect();
            marks.sort_unstable();
            marks
        })
    }

    proptest! {
        #[test]
        fn marks_are_read_as_they_were_written(marks in marks(), bits in 1u64..1 << 63) {
            let bits = bits & ((1 << marks.len()) - 1) | 1;
            let places = Places::of(bits, marks.len());
            let here = marks.iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1);
            let wanted: Vec<Mark> = here.map(|(_, mark)| *mark).collect();
            prop_assert!(places.n_at_least() <= wanted.len().max(FEWEST));
            prop_assert_eq!(&unpacked(&packed(&marks), places).unwrap(), &wanted);
            let whole: Vec<u8> = marks
                .iter()
                .flat_map(|(time_us, key)| [&time_us.to_be_bytes()[..], &key[..]].concat())
                .collect();
            prop_assert_eq!(&unpacked(&whole, places).unwrap(), &wanted);
        }

        #[test]
        fn marks_that_are_cut_off_are_refused(marks in marks(), n_lost in 1usize..40) {
            let bytes = packed(&marks);
            let n_left = bytes.len().saturating_sub(n_lost);
            // Cut before the last keys, what is left never ends where keys begin.
            if let Ok(read) = unpacked(&bytes[..n_left], Places(Places::ALL)) {
                prop_assert_ne!(read, marks);
            }
        }

        #[test]
        fn a_run_says_when_it_begins_and_ends(
            marks in marks(),
            scale in 0..N_SCALES,
            name in any::<u64>(),
        ) {
            let first = quarter_of(scale, marks[0].0);
            let fits = |mark: &&Mark| quarter_of(scale, mark.0) < first + 4;
            let marks: Vec<Mark> = marks.iter().take_while(fits).copied().collect();
            let run = Run::of(scale, &marks, name);
            for (time_us, _) in &marks {
                prop_assert!((run.begin_us()..run.until_us()).contains(time_us));
                prop_assert!(first_reaching(scale, *time_us) <= run.begins);
            }
            prop_assert!(run.until_us() <= run.longest_until_us());
            prop_assert!(run.number >> 47 == 0);
        }
    }
}
