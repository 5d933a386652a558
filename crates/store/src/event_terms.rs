//! The inverted index of events: which of them have a term, in order of event time.
//!
//! What a capture holds much of is packed: a row lists up to 64 of its events that share a term and
//! a few seconds. A walk reads such runs bucket by bucket and sorts what they hold.
//!
//! Rows carry who may see the event, so that a read is inside its scope by construction. Terms are
//! 64-bit hashes; whoever reads compares the events themselves.

use std::collections::BTreeMap;

use crate::id::{EnterpriseId, Scope, Viewer};
use crate::many::Insert;
use crate::page::Order;
use crate::walk::{Found, Mark, Step};
use crate::{Error, Result, Statement, Store, Value};

/// What an event is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventTerms {
    /// The event.
    pub event_key: [u8; 16],
    /// Its time, in microseconds since the epoch.
    pub event_time_us: i64,
    /// Under whose numbers: that of who captured it, which stands for all who see the events of
    /// that enterprise, and those of the shares it comes with.
    pub viewers: Vec<Viewer>,
    /// Its terms, each once.
    pub terms: Vec<i64>,
}

/// The term that every event has; the platform and jurisdictions have rows for no other.
const ALL: i64 = 0;

/// All marks of a run lie in one bucket of event time, of 2^22 microseconds.
const BUCKET_BITS: u32 = 22;

/// Marks of a run: what lies between is read in vain by whoever looks for one of them, and a row
/// of more than a third of a page costs SQLite more than two.
const MARKS_A_RUN: std::ops::RangeInclusive<usize> = 8..=64;

static INSERT_TERMS: Insert =
    Insert::new("insert into event_terms (term, viewer, event_time, event_key)", 4);
static INSERT_RUNS: Insert =
    Insert::new("insert into event_runs (term, viewer, bucket, first_key, marks)", 5);

/// Statements that index the events of a capture under their terms and under the one that all
/// have: a row for each term of an event, or one for many events that share it.
pub fn insert(events: &[EventTerms]) -> Vec<Statement> {
    let mut marks: BTreeMap<Entry, Vec<Mark>> = BTreeMap::new();
    for event in events {
        let mark = (event.event_time_us, event.event_key);
        for viewer in &event.viewers {
            for wider in viewer.wider() {
                marks.entry(Entry { term: ALL, viewer: wider.0 }).or_default().push(mark);
            }
            for &term in [ALL].iter().chain(&event.terms) {
                marks.entry(Entry { term, viewer: viewer.0 }).or_default().push(mark);
            }
        }
    }
    let (mut singles, mut runs) = (Vec::new(), Vec::new());
    for (Entry { term, viewer }, mut marks) in marks {
        marks.sort_unstable();
        for bucket in marks.chunk_by(|a, b| bucket_of(a.0) == bucket_of(b.0)) {
            for run in bucket.chunks(*MARKS_A_RUN.end()) {
                let entry = [Value::Int(term), Value::Int(viewer)];
                if MARKS_A_RUN.contains(&run.len()) {
                    let (first_us, first_key) = run[0];
                    let place = [Value::Int(bucket_of(first_us)), first_key.as_slice().into()];
                    runs.push(entry.into_iter().chain(place).chain([packed(run)]));
                } else {
                    let one = |&(time_us, key): &Mark| {
                        let mark = [Value::Int(time_us), key.as_slice().into()];
                        entry.clone().into_iter().chain(mark)
                    };
                    singles.extend(run.iter().map(one));
                }
            }
        }
    }
    let mut statements = INSERT_TERMS.rows(singles);
    statements.extend(INSERT_RUNS.rows(runs));
    statements
}

fn bucket_of(time_us: i64) -> i64 {
    time_us >> BUCKET_BITS
}

const MARK_BYTES: usize = 24;

/// Twenty-four bytes a mark: time, big-endian, and key.
fn packed(marks: &[Mark]) -> Value {
    let mut bytes = Vec::with_capacity(marks.len() * MARK_BYTES);
    for (time_us, key) in marks {
        bytes.extend(time_us.to_be_bytes());
        bytes.extend(key);
    }
    Value::Bytes(bytes)
}

fn unpacked(bytes: &[u8]) -> Result<impl Iterator<Item = Mark>> {
    let (marks, rest) = bytes.as_chunks::<MARK_BYTES>();
    if !rest.is_empty() {
        return Err(Error::corrupt("a run of events ends in the middle"));
    }
    Ok(marks.iter().map(|mark| {
        let (time_us, key) = mark.split_at(8);
        let time_us = time_us.iter().fold(0, |time, &byte| time << 8 | i64::from(byte));
        (time_us, key.try_into().expect("a mark is eight bytes of time and sixteen of key"))
    }))
}

/// A term as one viewer sees it: what a walk goes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    term: i64,
    viewer: i64,
}

/// The entries of all events that `scope` may see: its own, and for an enterprise those of
/// whoever shares with it.
pub async fn all(store: &Store, scope: Scope) -> Result<Vec<Entry>> {
    match scope.single() {
        Some(viewer) => of_enterprise(store, viewer, ALL).await,
        None => Ok(vec![Entry { term: ALL, viewer: scope.viewer().0 }]),
    }
}

/// The entry of all events that an enterprise captured.
pub fn captured_by(id: EnterpriseId) -> Entry {
    Entry { term: ALL, viewer: id.0 }
}

const NEXT_VIEWER: &str = "select viewer from (
      select * from (select viewer from event_terms
        where term = $1 and viewer > $2 and viewer <= $3 order by viewer limit 1) as one
      union all
      select * from (select viewer from event_runs
        where term = $1 and viewer > $2 and viewer <= $3 order by viewer limit 1) as many) as next
    order by viewer limit 1";

/// The entries of a term that `scope` may see: those of an enterprise and of whoever shares with
/// it; for the platform and for jurisdictions one for each enterprise inside that has the term.
/// None if that were more than `limit`.
pub async fn entries(
    store: &Store,
    scope: Scope,
    term: i64,
    limit: usize,
) -> Result<Option<Vec<Entry>>> {
    if let Some(viewer) = scope.single() {
        let entries = of_enterprise(store, viewer, term).await?;
        return Ok(Some(entries).filter(|entries| entries.len() <= limit.max(1)));
    }
    let mut entries = Vec::new();
    // The platform has no terms of its own, and no enterprise has its number.
    let mut last = scope.first.max(1) - 1;
    loop {
        // Skips from viewer to viewer, whatever the number of their rows.
        let rows = store.rows(NEXT_VIEWER, &[term.into(), last.into(), scope.last.into()]).await?;
        let Some(row) = rows.first() else { return Ok(Some(entries)) };
        if entries.len() == limit {
            return Ok(None);
        }
        last = row.int(0)?;
        entries.push(Entry { term, viewer: last });
    }
}

const OF_SHARES: &str = "select seen from
      (select case when identifier = '' then sharer_id else -share_id end as seen
       from shares where viewer_id = $1 and ended_at is null) as shown
    where exists (select 1 from event_terms where term = $2 and viewer = seen)
       or exists (select 1 from event_runs where term = $2 and viewer = seen)";

/// The entry of an enterprise and those of the shares that show it events with the term.
async fn of_enterprise(store: &Store, viewer: EnterpriseId, term: i64) -> Result<Vec<Entry>> {
    let mut entries = vec![Entry { term, viewer: viewer.0 }];
    for row in store.rows(OF_SHARES, &[viewer.into(), term.into()]).await?.iter() {
        entries.push(Entry { term, viewer: row.int(0)? });
    }
    Ok(entries)
}

/// The events of one entry, one step on.
pub async fn walk(store: &Store, entry: Entry, step: &Step) -> Result<Found> {
    let singles = walk_singles(store, entry, step).await?;
    let runs = walk_runs(store, entry, step).await?;
    Ok(step.join(vec![singles, runs]))
}

async fn walk_singles(store: &Store, entry: Entry, step: &Step) -> Result<Found> {
    let [time, key, end] = step.bounds();
    let args = [entry.term.into(), entry.viewer.into(), time, key, end, step.limit.into()];
    let sql = step.choose(
        "select event_time, event_key from event_terms
         where term = $1 and viewer = $2 and (event_time, event_key) > ($3, $4) and event_time < $5
         order by event_time, event_key limit $6",
        "select event_time, event_key from event_terms
         where term = $1 and viewer = $2 and (event_time, event_key) < ($3, $4) and event_time >= $5
         order by event_time desc, event_key desc limit $6",
    );
    step.found(store.rows(sql, &args).await?.iter())
}

/// Runs that are read at once.
const RUNS_A_READ: u32 = 32;

/// Runs of one bucket overlap, so a bucket is read to its end, and the first marks are kept.
async fn walk_runs(store: &Store, entry: Entry, step: &Step) -> Result<Found> {
    let sql = step.choose(
        "select bucket, first_key, marks from event_runs
         where term = $1 and viewer = $2 and (bucket, first_key) > ($3, $4) and bucket <= $5
         order by bucket, first_key limit $6",
        "select bucket, first_key, marks from event_runs
         where term = $1 and viewer = $2 and (bucket, first_key) < ($3, $4) and bucket >= $5
         order by bucket desc, first_key desc limit $6",
    );
    let begin_us = step.after.map(|(time_us, _)| time_us);
    // No key is empty: an empty one stands before the bucket that the walk goes into.
    let (bucket, end) = match step.order {
        Order::OldestFirst => {
            (bucket_of(begin_us.unwrap_or(step.from_us)), bucket_of(step.until_us - 1))
        }
        Order::NewestFirst => {
            (bucket_of(begin_us.unwrap_or(step.until_us - 1)) + 1, bucket_of(step.from_us))
        }
    };
    let mut place = [Value::Int(bucket), Value::Bytes(Vec::new())];
    let mut ahead = Ahead::of(step);
    loop {
        let [bucket, key] = place;
        let args =
            [entry.term.into(), entry.viewer.into(), bucket, key, end.into(), RUNS_A_READ.into()];
        let rows = store.rows(sql, &args).await?;
        for row in rows.iter() {
            if !ahead.enter(row.int(0)?) {
                return Ok(ahead.found());
            }
            ahead.take(unpacked(row.bytes(2)?)?);
        }
        let Some(last) = rows.iter().next_back().filter(|_| rows.len() == RUNS_A_READ as usize)
        else {
            ahead.is_last = true;
            return Ok(ahead.found());
        };
        place = [last.int(0)?.into(), last.bytes(1)?.into()];
    }
}

/// The marks that come first of those that runs hold.
struct Ahead<'s> {
    step: &'s Step,
    bucket: Option<i64>,
    marks: Vec<Mark>,
    /// Marks were left out that come after all that are kept.
    is_cut: bool,
    is_last: bool,
}

impl<'s> Ahead<'s> {
    fn of(step: &'s Step) -> Self {
        Self { step, bucket: None, marks: Vec::new(), is_cut: false, is_last: false }
    }

    /// Whether the next bucket is wanted: all marks of those before it come first.
    fn enter(&mut self, bucket: i64) -> bool {
        let is_next = self.bucket.replace(bucket).is_some_and(|before| before != bucket);
        !(is_next && self.marks.len() >= self.step.limit as usize)
    }

    fn take(&mut self, marks: impl Iterator<Item = Mark>) {
        self.marks.extend(marks.filter(|mark| self.step.is_ahead(*mark)));
        if self.marks.len() >= 4 * self.step.limit as usize + 4 * MARKS_A_RUN.end() {
            self.cut();
        }
    }

    fn cut(&mut self) {
        match self.step.order {
            Order::OldestFirst => self.marks.sort_unstable(),
            Order::NewestFirst => self.marks.sort_unstable_by(|a, b| b.cmp(a)),
        }
        let limit = self.step.limit as usize;
        self.is_cut |= self.marks.len() > limit;
        self.marks.truncate(limit);
    }

    fn found(mut self) -> Found {
        self.cut();
        Found { marks: self.marks, is_last: self.is_last && !self.is_cut }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Order;
    use crate::testing::each_engine;

    fn event(n: u8, viewer: i64, terms: &[i64]) -> Vec<Statement> {
        insert(&[EventTerms {
            event_key: [n; 16],
            event_time_us: i64::from(n / 2),
            viewers: vec![Viewer(viewer)],
            terms: terms.to_vec(),
        }])
    }

    async fn walked(store: &Store, entry: Entry, order: Order, limit: u32) -> Vec<u8> {
        let mut step = Step { after: None, from_us: 1, until_us: 4, order, limit };
        let mut keys = Vec::new();
        loop {
            let found = walk(store, entry, &step).await.unwrap();
            keys.extend(found.marks.iter().map(|(_, key)| key[0]));
            step.after = found.marks.last().copied().or(step.after);
            if found.is_last {
                return keys;
            }
        }
    }

    #[tokio::test]
    async fn entries_are_walked_both_ways_inside_a_window() {
        each_engine(async |store| {
            for n in 1..=9 {
                let terms: Vec<i64> = if n % 2 == 0 { vec![7] } else { (100..120).collect() };
                store.write("test", event(n, 5, &terms)).await.unwrap();
            }
            store.write("test", event(50, 6, &[7, 8])).await.unwrap();
            let one = Scope::enterprise(EnterpriseId(5));
            for limit in [1, 2, 3, 100] {
                let entries = all(&store, one).await.unwrap();
                assert_eq!(
                    walked(&store, entries[0], Order::OldestFirst, limit).await,
                    [2, 3, 4, 5, 6, 7]
                );
                let entries = super::entries(&store, one, 7, 1).await.unwrap().unwrap();
                assert_eq!(walked(&store, entries[0], Order::NewestFirst, limit).await, [6, 4, 2]);
                let entry = Entry { term: 119, viewer: 5 };
                assert_eq!(walked(&store, entry, Order::NewestFirst, limit).await, [7, 5, 3]);
            }
        })
        .await;
    }

    #[tokio::test]
    async fn the_platform_goes_from_viewer_to_viewer() {
        each_engine(async |store| {
            for (n, viewer) in [(1, 5), (2, 6), (3, 6), (4, 8)] {
                store.write("test", event(n, viewer, &[7])).await.unwrap();
            }
            let viewers = |limit| entries(&store, Scope::PLATFORM, 7, limit);
            let found = viewers(3).await.unwrap().unwrap();
            assert_eq!(found.iter().map(|entry| entry.viewer).collect::<Vec<_>>(), [5, 6, 8]);
            assert_eq!(viewers(2).await.unwrap(), None);
            let none = entries(&store, Scope::PLATFORM, 9, 2).await.unwrap();
            assert_eq!(none, Some(Vec::new()));
            let step =
                Step { after: None, from_us: 0, until_us: 9, order: Order::OldestFirst, limit: 9 };
            let entry = all(&store, Scope::PLATFORM).await.unwrap()[0];
            let found = walk(&store, entry, &step).await.unwrap();
            assert_eq!((found.marks.len(), found.is_last), (4, true));
        })
        .await;
    }

    /// Captures of many events, dense ones and sparse ones, that overlap in time.
    fn captures() -> Vec<Vec<EventTerms>> {
        let mut n = 0u32;
        let mut capture = |n_events: i64, begin: i64, gap: i64| {
            let one = |i: i64| {
                n += 1;
                let mut event_key = [0; 16];
                // Keys in no order of time.
                event_key[..4].copy_from_slice(&n.wrapping_mul(0x9e37_79b9).to_be_bytes());
                EventTerms {
                    event_key,
                    event_time_us: begin + i / 3 * gap,
                    viewers: vec![Viewer(5)],
                    terms: if i % 2 == 0 { vec![7] } else { vec![7, 9] },
                }
            };
            (0..n_events).map(one).collect()
        };
        let bucket = 1 << BUCKET_BITS;
        vec![
            capture(300, 0, bucket / 40),
            capture(300, bucket / 7, bucket / 40),
            capture(20, 0, bucket),
            capture(90, 2 * bucket - 10, 1),
            capture(7, bucket, 1),
        ]
    }

    #[tokio::test]
    async fn runs_and_single_rows_are_walked_as_one() {
        each_engine(async |store| {
            let captures = captures();
            for capture in &captures {
                store.write("test", insert(capture)).await.unwrap();
            }
            let scope = Scope::enterprise(EnterpriseId(5));
            let bucket = 1 << BUCKET_BITS;
            for (term, from_us, until_us) in [
                (7, 0, 1 << 40),
                (9, 0, 1 << 40),
                (7, bucket / 2, 2 * bucket),
                (9, bucket, bucket + 1),
            ] {
                let mut wanted: Vec<Mark> = captures
                    .iter()
                    .flatten()
                    .filter(|it| it.terms.contains(&term))
                    .filter(|it| (from_us..until_us).contains(&it.event_time_us))
                    .map(|it| (it.event_time_us, it.event_key))
                    .collect();
                wanted.sort_unstable();
                let entry = entries(&store, scope, term, 9).await.unwrap().unwrap()[0];
                for (order, limit) in [
                    (Order::OldestFirst, 1000),
                    (Order::OldestFirst, 17),
                    (Order::NewestFirst, 17),
                    (Order::NewestFirst, 150),
                ] {
                    let mut step = Step { after: None, from_us, until_us, order, limit };
                    let mut marks = Vec::new();
                    loop {
                        let found = walk(&store, entry, &step).await.unwrap();
                        assert!(found.is_last || !found.marks.is_empty());
                        marks.extend(found.marks);
                        step.after = marks.last().copied();
                        if found.is_last {
                            break;
                        }
                    }
                    if order == Order::NewestFirst {
                        marks.reverse();
                    }
                    assert_eq!(marks, wanted, "term {term} {order:?} {limit}");
                }
            }
        })
        .await;
    }

    #[test]
    fn many_events_that_share_a_term_share_rows() {
        let statements = insert(&captures()[0]);
        let n_args: usize = statements.iter().map(|it| it.args.len()).sum();
        // 300 events with the term that all have twice, term 7, and half of them term 9: in 4 and
        // 5 buckets, a few runs each.
        assert!(n_args < 300, "{n_args} arguments");
    }
}
