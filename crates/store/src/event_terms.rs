//! The inverted index of events: which of them have a term, in order of event time.
//!
//! Events of one capture that lie near each other are a *run*: their marks stand in one row, and
//! each of their terms has a slim row that leads there. Events that are too few for that have a row
//! for each term. A walk reads both as one.
//!
//! Rows carry who may see the event, so that a read is inside its scope by construction. Terms are
//! 64-bit hashes, of which runs keep 48; whoever reads compares the events themselves.

mod ahead;
mod runs;

use std::collections::BTreeMap;

use crate::id::{EnterpriseId, Scope, Viewer};
use crate::many::Insert;
use crate::walk::{Found, Mark, Step};
use crate::{Result, Statement, Store, Value};
use runs::Places;

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

static INSERT_TERMS: Insert =
    Insert::new("insert into event_terms (term, viewer, event_time, event_key)", 4);
static INSERT_RUNS: Insert =
    Insert::new("insert into term_runs (term, viewer, scale, begins, run, places)", 6);
static INSERT_MARKS: Insert = Insert::new("insert into run_marks (begins, run, marks)", 3);

/// Statements that index the events of a capture under their terms and under the one that all
/// have. Runs are named by `salt`, random bits that are others at each attempt to write: a name
/// that another run has already is a conflict.
pub fn insert(events: &[EventTerms], salt: u64) -> Vec<Statement> {
    let events: Vec<Indexed> = events.iter().map(Indexed::of).collect();
    let (laid, alone) = runs::lay(&events, salt);
    let (mut marks, mut rows) = (Vec::new(), Vec::new());
    for (run, indexes) in laid {
        let of_run: Vec<Mark> = indexes.iter().map(|&index| events[index].mark).collect();
        marks.push([run.begins.into(), run.number.into(), runs::packed(&of_run).into()]);
        let mut entries: BTreeMap<(i64, i64), u64> = BTreeMap::new();
        for (place, &index) in indexes.iter().enumerate() {
            for entry in &events[index].entries {
                *entries.entry((entry.kept(), entry.viewer)).or_default() |= 1 << place;
            }
        }
        rows.extend(entries.into_iter().map(|((term, viewer), bits)| {
            let Places(places) = Places::of(bits, indexes.len());
            [term, viewer, run.scale as i64, run.begins, run.number, places]
        }));
    }
    // In one order everywhere, which is that of the pages they change.
    rows.sort_unstable();
    let singles = alone.iter().flat_map(|&index| {
        let Indexed { mark: (time_us, key), entries } = &events[index];
        entries.iter().map(move |entry| (*entry, *time_us, key))
    });
    let mut singles: Vec<_> = singles.collect();
    singles.sort_unstable();
    let mut statements = INSERT_TERMS.rows(singles.into_iter().map(|(entry, time_us, key)| {
        [entry.term.into(), entry.viewer.into(), time_us.into(), key.as_slice().into()]
    }));
    statements.extend(INSERT_RUNS.rows(rows.into_iter().map(|row| row.map(Value::Int))));
    statements.extend(INSERT_MARKS.rows(marks));
    statements
}

/// An event with all that it is found by.
struct Indexed {
    mark: Mark,
    /// In order, each once.
    entries: Vec<Entry>,
}

impl Indexed {
    fn of(event: &EventTerms) -> Self {
        let of_viewer = |viewer: &Viewer| {
            let own = [ALL].into_iter().chain(event.terms.iter().copied());
            let own = own.map(|term| Entry { term, viewer: viewer.0 });
            let wider = viewer.wider();
            own.chain(wider.map(|wider| Entry { term: ALL, viewer: wider.0 })).collect::<Vec<_>>()
        };
        let mut entries: Vec<Entry> = event.viewers.iter().flat_map(of_viewer).collect();
        entries.sort_unstable();
        entries.dedup();
        Self { mark: (event.event_time_us, event.event_key), entries }
    }
}

/// A term as one viewer sees it: what a walk goes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    term: i64,
    viewer: i64,
}

impl Entry {
    /// What rows of runs keep of the term, its lower 48 bits: SQLite stores them in six bytes.
    fn kept(self) -> i64 {
        self.term << 16 >> 16
    }
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
      select * from (select viewer from term_runs
        where term = $4 and viewer > $2 and viewer <= $3 order by viewer limit 1) as many) as next
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
        let kept = Entry { term, viewer: last }.kept();
        let args = [term.into(), last.into(), scope.last.into(), kept.into()];
        let rows = store.rows(NEXT_VIEWER, &args).await?;
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
       or exists (select 1 from term_runs where term = $3 and viewer = seen)";

/// The entry of an enterprise and those of the shares that show it events with the term.
async fn of_enterprise(store: &Store, viewer: EnterpriseId, term: i64) -> Result<Vec<Entry>> {
    let own = Entry { term, viewer: viewer.0 };
    let mut entries = vec![own];
    let args = [viewer.into(), term.into(), own.kept().into()];
    for row in store.rows(OF_SHARES, &args).await?.iter() {
        entries.push(Entry { term, viewer: row.int(0)? });
    }
    Ok(entries)
}

const TOLD_BY_PARTNERS: &str = "select 1 from
      (select cast($1 as bigint) as viewer
       union select viewer_id from shares where sharer_id = $1 and ended_at is null) as partners
    where exists (select 1 from event_terms as one
                  where one.term = $2 and one.viewer = partners.viewer)
       or exists (select 1 from term_runs as many
                  where many.term = $3 and many.viewer = partners.viewer)
    limit 1";

/// Whether an enterprise, or one to whom it grants events, captured any event with the term.
pub async fn is_told_by_partners(store: &Store, owner: EnterpriseId, term: i64) -> Result<bool> {
    let kept = Entry { term, viewer: owner.0 }.kept();
    let rows = store.rows(TOLD_BY_PARTNERS, &[owner.into(), term.into(), kept.into()]).await?;
    Ok(rows.first().is_some())
}

/// The events of one entry, one step on. Costs a statement, and one for the marks of each 32 runs
/// that it takes to know which come first.
pub async fn walk(store: &Store, entry: Entry, step: &Step) -> Result<Found> {
    ahead::walk(store, entry, step).await
}

#[cfg(test)]
mod tests;
