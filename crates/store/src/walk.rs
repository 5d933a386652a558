//! A walk over an index of events: from one mark to the next, inside a window of time.
//!
//! Marks never move, so a walk that goes on later misses nothing that was there when it began,
//! whatever arrives meanwhile.

use crate::page::Order;
use crate::{Result, Row, Value};

/// An event's place in the order of event time: microseconds since the epoch, then its key.
pub type Mark = (i64, [u8; 16]);

/// The next step of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The last mark that was reached; none begins.
    pub after: Option<Mark>,
    /// The first time inside the window, in microseconds since the epoch.
    pub from_us: i64,
    /// The first time outside.
    pub until_us: i64,
    /// From which end of the window.
    pub order: Order,
    /// Marks at most.
    pub limit: u32,
}

/// What a step found, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Marks, each once.
    pub marks: Vec<Mark>,
    /// The last mark of the index was reached.
    pub is_last: bool,
}

impl Step {
    /// Where the walk stands, as time and key, and the other end of its window.
    pub(crate) fn bounds(&self) -> [Value; 3] {
        // No key is empty, so an empty one stands before all keys of its time.
        let (time_us, key) = match (self.after, self.order) {
            (Some((time_us, key)), _) => (time_us, key.to_vec()),
            (None, Order::OldestFirst) => (self.from_us, Vec::new()),
            (None, Order::NewestFirst) => (self.until_us, Vec::new()),
        };
        let end = match self.order {
            Order::OldestFirst => self.until_us,
            Order::NewestFirst => self.from_us,
        };
        [time_us.into(), key.into(), end.into()]
    }

    /// Whether a mark lies in what is left of the walk.
    pub(crate) fn is_ahead(&self, mark: Mark) -> bool {
        let is_after = self.after.is_none_or(|after| match self.order {
            Order::OldestFirst => mark > after,
            Order::NewestFirst => mark < after,
        });
        is_after && (self.from_us..self.until_us).contains(&mark.0)
    }

    pub(crate) fn choose(&self, oldest: &'static str, newest: &'static str) -> &'static str {
        match self.order {
            Order::OldestFirst => oldest,
            Order::NewestFirst => newest,
        }
    }

    /// Marks of rows that begin with time and key.
    pub(crate) fn found<'r>(&self, rows: impl ExactSizeIterator<Item = Row<'r>>) -> Result<Found> {
        let is_last = rows.len() < self.limit as usize;
        let marks: Result<Vec<Mark>> = rows.map(|row| Ok((row.int(0)?, row.key(1)?))).collect();
        let mut marks = marks?;
        marks.dedup();
        Ok(Found { marks, is_last })
    }

    /// The first of all marks of an index that are ahead.
    pub(crate) fn first_of(&self, mut marks: Vec<Mark>) -> Found {
        marks.retain(|mark| self.is_ahead(*mark));
        match self.order {
            Order::OldestFirst => marks.sort_unstable(),
            Order::NewestFirst => marks.sort_unstable_by(|a, b| b.cmp(a)),
        }
        marks.dedup();
        let is_last = marks.len() <= self.limit as usize;
        marks.truncate(self.limit as usize);
        Found { marks, is_last }
    }

    /// Joins what several indexes found for this step. Only what lies before the end of each of
    /// them is sure to be complete; the walk goes on behind the last mark.
    pub fn join(&self, parts: Vec<Found>) -> Found {
        let is_last = parts.iter().all(|part| part.is_last);
        let ordered = |mark: Mark| match self.order {
            Order::OldestFirst => (mark, std::cmp::Reverse((0, [0; 16]))),
            Order::NewestFirst => ((0, [0; 16]), std::cmp::Reverse(mark)),
        };
        let unfinished = parts.iter().filter(|part| !part.is_last);
        let sure = unfinished.filter_map(|part| part.marks.last().copied().map(ordered)).min();
        let mut marks: Vec<Mark> = parts.into_iter().flat_map(|part| part.marks).collect();
        marks.sort_unstable_by_key(|&mark| ordered(mark));
        marks.dedup();
        marks.retain(|&mark| sure.is_none_or(|sure| ordered(mark) <= sure));
        Found { marks, is_last }
    }
}
