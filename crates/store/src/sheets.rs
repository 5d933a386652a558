//! Spans of one capture, laid together into *sheets*: what lies close together in identifiers and
//! in time is one row, and a trace reads what it must know of dozens of events at once.
//!
//! A sheet is found like a range, by all that it covers. So it may cover only so much more than its
//! spans do, and whoever looks for one identifier meets a bounded number of sheets in vain.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use trace::EventFacts;

use crate::codec::{Rest, put_number};
use crate::event_facts::{self, Base, Circumstances, Room, Shape};
use crate::events::Event;
use crate::ident::{self, IdRange, Span};
use crate::walk::Mark;
use crate::{Error, Result};

/// How much later than the oldest event of a sheet the others may be, in microseconds, by scale:
/// not at all, four seconds, two minutes, an hour.
pub(crate) const SCALES: [i64; 4] = [0, (1 << 22) - 1, (1 << 27) - 1, (1 << WINDOW_BITS) - 1];
const WINDOW_BITS: u32 = 32;

/// Spans of a sheet at most, and so events: which of them are wanted is a word of bits.
const MAX_SPANS: usize = 64;
/// Stands beside the place of an event, which is less.
const IS_USE: u64 = MAX_SPANS as u64;
/// About as many bytes: a longer row would leave its page, and rows half as long fill pages better.
const MAX_BYTES: usize = 500;
/// A sheet of items covers so many at most for each that its spans name. Other identifiers are
/// neighbours by chance, one named in thousands of events beside one that is in none, so a sheet
/// covers none that its spans do not name.
const MAX_COVERED: u64 = 64;
/// What of an event stands in all of its sheets together, about.
const MAX_COPIED_BYTES: usize = 512;

/// A row of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// What it covers and the node it lies under.
    pub(crate) span: Span,
    /// Place in [`SCALES`].
    pub(crate) scale: i64,
    /// The first of its events in the order of event time.
    pub(crate) first: Mark,
    /// Tells apart sheets that are equal in all this.
    pub(crate) part: i64,
    /// What [`Written::read`] reads; nothing for one span of an event whose facts stand elsewhere.
    pub(crate) bytes: Option<Vec<u8>>,
}

/// One span, with the place of its event.
type Entry = (IdRange, usize);

/// The sheets of the events of a capture.
pub(crate) fn lay(events: &[Event]) -> Vec<Sheet> {
    let is_inside = fit_inside(events);
    let groups = group(events, &is_inside);
    let mut parts: BTreeMap<(Span, i64, Mark), i64> = BTreeMap::new();
    let mut sheets = Vec::with_capacity(groups.len());
    for (block, entries) in groups {
        let cover = cover(&entries);
        let span = ident::span(block, cover);
        let mut marks: Vec<(Mark, usize)> =
            entries.iter().map(|&(_, index)| (mark(&events[index]), index)).collect();
        marks.sort_unstable();
        marks.dedup();
        let (first, last_us) = (marks[0].0, marks[marks.len() - 1].0.0);
        let fits = |extent: &i64| last_us.abs_diff(first.0) <= extent.unsigned_abs();
        let scale = SCALES.iter().position(fits).expect("a group lies in one window") as i64;
        let part = parts.entry((span, scale, first)).or_default();
        let order: Vec<usize> = marks.into_iter().map(|(_, index)| index).collect();
        let bytes = (entries.len() > 1 || is_inside[order[0]].is_some())
            .then(|| write(events, &is_inside, &order, &entries, cover.first));
        sheets.push(Sheet { span, scale, first, part: *part, bytes });
        *part += 1;
    }
    sheets
}

/// Of which events the facts stand in their sheets, and how long they are: those that are short,
/// together.
fn fit_inside(events: &[Event]) -> Vec<Option<usize>> {
    let lengths = events.iter().map(|event| event_facts::own(event, Base::default()).len());
    let mut n_sheets = vec![0; events.len()];
    for (_, entries) in group(events, &vec![None; events.len()]) {
        for index in entries.iter().map(|(_, index)| index).collect::<BTreeSet<_>>() {
            n_sheets[*index] += 1;
        }
    }
    let of_event = |(length, n): (usize, usize)| (length * n <= MAX_COPIED_BYTES).then_some(length);
    lengths.zip(n_sheets).map(of_event).collect()
}

fn mark(event: &Event) -> Mark {
    (event.event_time_us, event.event_key)
}

fn cover(entries: &[Entry]) -> IdRange {
    let last = entries.iter().map(|(range, _)| range.last).max();
    let first = entries[0].0.first;
    IdRange { first, last: last.unwrap_or(first) }
}

/// Which spans share a sheet, by block: neighbours of one window of time.
fn group(events: &[Event], is_inside: &[Option<usize>]) -> Vec<(i64, Vec<Entry>)> {
    let mut spans: BTreeSet<(i64, i64, IdRange, usize)> = BTreeSet::new();
    for (index, event) in events.iter().enumerate() {
        for ranged in &event.ranges {
            let range = IdRange { first: ranged.first, last: ranged.last };
            let window = event.event_time_us >> WINDOW_BITS;
            spans.extend(range.by_block().map(|(block, part)| (block, window, part, index)));
        }
    }
    let mut groups: Vec<(i64, Vec<Entry>)> = Vec::new();
    let mut open: Option<(i64, Open)> = None;
    for (block, window, range, index) in spans {
        let n_bytes = is_inside[index].unwrap_or(0);
        if open.as_mut().is_none_or(|(of, open)| *of != window || !open.takes(block, range)) {
            open = Some((window, Open::default()));
            groups.push((block, Vec::new()));
        }
        let (Some((_, open)), Some((_, group))) = (&mut open, groups.last_mut()) else { continue };
        open.add(block, range, index, n_bytes);
        group.push((range, index));
    }
    groups
}

/// The sheet that is being filled.
#[derive(Default)]
struct Open {
    block: i64,
    cover: Option<IdRange>,
    n_named: u64,
    n_spans: usize,
    n_bytes: usize,
    events: HashSet<usize>,
}

impl Open {
    fn takes(&self, block: i64, range: IdRange) -> bool {
        let Some(cover) = self.cover else { return true };
        let covered = IdRange { first: cover.first, last: cover.last.max(range.last) };
        let is_near = match ident::class_and_number(range.first).0 {
            ident::INTERNED => range.first <= cover.last.saturating_add(1),
            _ => covered.n_ids() / MAX_COVERED <= self.n_named + range.n_ids(),
        };
        self.block == block && self.n_spans < MAX_SPANS && self.n_bytes < MAX_BYTES && is_near
    }

    fn add(&mut self, block: i64, range: IdRange, index: usize, n_bytes: usize) {
        let cover = self.cover.unwrap_or(range);
        self.block = block;
        self.cover = Some(IdRange { first: cover.first, last: cover.last.max(range.last) });
        self.n_named += range.n_ids();
        self.n_spans += 1;
        self.n_bytes += 4;
        if self.events.insert(index) {
            self.n_bytes += KEY_AND_TIME_BYTES + n_bytes;
        }
    }
}

/// About as many.
const KEY_AND_TIME_BYTES: usize = 20;

/// Where in its capture the first event is, then spans, shapes, events. A span: how far its first
/// identifier is from that of the span before, how many more, which event. An event: its key but of
/// the first, how much later it is than the first, how long its own facts are with the number of
/// their shape, then these.
fn write(
    events: &[Event],
    is_inside: &[Option<usize>],
    order: &[usize],
    entries: &[Entry],
    first_id: i64,
) -> Vec<u8> {
    let base = Base { id: first_id, index: events[order[0]].capture_index };
    let mut bytes = Vec::with_capacity(MAX_BYTES);
    put_number(&mut bytes, base.index.into());
    put_number(&mut bytes, entries.len() as u64);
    let mut before = first_id;
    for (range, index) in entries {
        let place = order.iter().position(|it| it == index).expect("the order holds all events");
        put_number(&mut bytes, range.first.abs_diff(before));
        put_number(&mut bytes, range.last.abs_diff(range.first));
        put_number(&mut bytes, place as u64 | flag_of(*range, &events[*index]));
        before = range.first;
    }
    let first_us = events[order[0]].event_time_us;
    let mut shapes: Vec<Vec<u8>> = Vec::new();
    let mut told = Vec::with_capacity(MAX_BYTES);
    for (place, &index) in order.iter().enumerate() {
        let event = &events[index];
        if place > 0 {
            told.extend(event.event_key);
        }
        put_number(&mut told, event.event_time_us.abs_diff(first_us));
        if is_inside[index].is_none() {
            put_number(&mut told, 0);
            continue;
        }
        let own = event_facts::own(event, base);
        let shape = event_facts::shape(event, first_us);
        let number = shapes.iter().position(|known| *known == shape).unwrap_or(shapes.len());
        if number == shapes.len() {
            shapes.push(shape);
        }
        put_number(&mut told, 1 + own.len() as u64);
        // A sheet has 64 events at most.
        told.push(number as u8);
        told.extend(own);
    }
    put_number(&mut bytes, shapes.len() as u64);
    shapes.into_iter().for_each(|shape| bytes.extend(shape));
    bytes.extend(told);
    bytes
}

/// [`IS_USE`] if that is all that the event is to the range.
fn flag_of(range: IdRange, event: &Event) -> u64 {
    let Circumstances { amounts, declares, .. } = &event.circumstances;
    let is_use = declares.is_none()
        && range.first == range.last
        && trace::only_uses(&event.ranges, amounts, range.first);
    if is_use { IS_USE } else { 0 }
}

/// What a sheet says of a span.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named {
    pub(crate) range: IdRange,
    /// It is one class, and the event [uses it alone](trace::only_uses).
    pub(crate) is_use: bool,
}

/// A sheet as it was read.
pub(crate) struct Written<'b> {
    rest: Rest<'b>,
    base: Base,
    first: Mark,
    /// Which events have a span that is wanted, a bit each.
    wanted: u64,
}

/// An event of a sheet.
pub(crate) struct Told<'b> {
    pub(crate) mark: Mark,
    facts: Option<(Shape, Base, Rest<'b>)>,
}

impl Told<'_> {
    /// What a trace must know of it, if that is in the sheet.
    pub(crate) fn facts(&self, room: Room) -> Result<Option<EventFacts>> {
        self.facts
            .map(|(shape, base, own)| event_facts::read(shape, own, base, self.mark, room))
            .transpose()
    }
}

impl<'b> Written<'b> {
    /// A sheet whose first event is `first` and whose first identifier is `first_id`; `is_wanted`
    /// says of which spans the events are wanted.
    pub(crate) fn read(
        bytes: &'b [u8],
        first: Mark,
        first_id: i64,
        is_wanted: impl Fn(Named) -> bool,
    ) -> Result<Self> {
        let mut rest = Rest(bytes);
        let base = Base { id: first_id, index: rest.small()? as u32 };
        let (mut id, mut wanted) = (first_id, 0);
        for _ in 0..rest.small()? {
            id = id.saturating_add_unsigned(rest.number()?);
            let range = IdRange { first: id, last: id.saturating_add_unsigned(rest.number()?) };
            let place = rest.number()?;
            let is_use = place & IS_USE != 0;
            let place = u32::try_from(place & !IS_USE).ok();
            let bit = place.and_then(|place| 1u64.checked_shl(place));
            let bit = bit.ok_or_else(|| Error::corrupt("a sheet has too many events"))?;
            if is_wanted(Named { range, is_use }) {
                wanted |= bit;
            }
        }
        Ok(Self { rest, base, first, wanted })
    }

    /// Each event that is wanted, in the order of event time.
    pub(crate) fn each(self, mut take: impl FnMut(Told<'b>) -> Result<()>) -> Result<()> {
        let Self { mut rest, base, first, mut wanted } = self;
        if wanted == 0 {
            return Ok(());
        }
        let n_shapes = rest.small()?;
        let mut shapes = Vec::with_capacity(n_shapes.min(MAX_SPANS));
        for _ in 0..n_shapes {
            shapes.push(event_facts::read_shape(&mut rest, first.0)?);
        }
        let mut key = first.1;
        while wanted != 0 {
            let time_us = first.0.saturating_add_unsigned(rest.number()?);
            let length = rest.number()?;
            let mut own = rest.part(length)?;
            if wanted & 1 == 1 {
                let unknown = || Error::corrupt("a sheet has no such shape");
                let facts = match length {
                    0 => None,
                    _ => {
                        let number = usize::from(own.byte()?);
                        Some((*shapes.get(number).ok_or_else(unknown)?, base, own))
                    }
                };
                take(Told { mark: (time_us, key), facts })?;
            }
            wanted >>= 1;
            if wanted != 0 {
                key = rest.take()?;
            }
        }
        Ok(())
    }
}
