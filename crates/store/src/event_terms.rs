//! The inverted index of events: which of them have a term, in order of event time.
//!
//! Rows carry who may see the event, so that a read is inside its scope by construction. Terms are
//! 64-bit hashes; whoever reads compares the events themselves.

use crate::id::{EnterpriseId, Scope};
use crate::walk::{Found, Step};
use crate::{Result, Statement, Store, Value};

/// The rows of one event.
#[derive(Debug, Clone, Copy)]
pub struct EventTerms<'t> {
    /// The event.
    pub event_key: [u8; 16],
    /// Its time, in microseconds since the epoch.
    pub event_time_us: i64,
    /// Who may see it, beside the platform.
    pub viewer: EnterpriseId,
    /// Its terms, each once.
    pub terms: &'t [i64],
}

/// The viewer that sees everything. No enterprise has this number: ids begin with a time.
const PLATFORM: i64 = 0;

/// The term that every event has; the platform has rows for no other.
const ALL: i64 = 0;

/// Rows of one statement.
const ROWS_A_STATEMENT: usize = 8;

/// One row for each term from `$4` on; `$1` time, `$2` key, `$3` viewer.
///
/// A macro, because a statement is one literal.
macro_rules! insert {
    ($first:literal $(, $more:literal)*) => {
        concat!(
            "insert into event_terms (term, viewer, event_time, event_key) values (",
            $first, ", $3, $1, $2)" $(, ", (", $more, ", $3, $1, $2)")*
        )
    };
}

const INSERTS: [&str; ROWS_A_STATEMENT] = [
    insert!("$4"),
    insert!("$4", "$5"),
    insert!("$4", "$5", "$6"),
    insert!("$4", "$5", "$6", "$7"),
    insert!("$4", "$5", "$6", "$7", "$8"),
    insert!("$4", "$5", "$6", "$7", "$8", "$9"),
    insert!("$4", "$5", "$6", "$7", "$8", "$9", "$10"),
    insert!("$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11"),
];

/// Statements that index an event under its terms and under the one that all have.
pub fn insert(event: &EventTerms<'_>) -> Vec<Statement> {
    let [time, key] = [Value::Int(event.event_time_us), Value::Bytes(event.event_key.to_vec())];
    let platform = [time.clone(), key.clone(), PLATFORM.into(), ALL.into()];
    let mut statements = vec![Statement::new(INSERTS[0], platform)];
    let terms: Vec<i64> = std::iter::once(ALL).chain(event.terms.iter().copied()).collect();
    statements.extend(terms.chunks(ROWS_A_STATEMENT).map(|chunk| {
        let mut args = vec![time.clone(), key.clone(), event.viewer.into()];
        args.extend(chunk.iter().map(|&term| Value::Int(term)));
        Statement::new(INSERTS[chunk.len() - 1], args)
    }));
    statements
}

/// A term as one viewer sees it: what a walk goes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    term: i64,
    viewer: i64,
}

/// The entry of all events inside `scope`.
pub fn all(scope: Scope) -> Entry {
    Entry { term: ALL, viewer: scope.single().map_or(PLATFORM, EnterpriseId::number) }
}

/// The entries of a term inside `scope`: one for an enterprise, for the platform one for each
/// enterprise that has the term. None if that were more than `limit`.
pub async fn entries(
    store: &Store,
    scope: Scope,
    term: i64,
    limit: usize,
) -> Result<Option<Vec<Entry>>> {
    if let Some(viewer) = scope.single() {
        return Ok(Some(vec![Entry { term, viewer: viewer.number() }]));
    }
    let mut entries = Vec::new();
    let mut last = PLATFORM;
    loop {
        // Skips from viewer to viewer, whatever the number of their rows.
        let sql = "select viewer from event_terms where term = $1 and viewer > $2
                   order by viewer limit 1";
        let rows = store.rows(sql, &[term.into(), last.into()]).await?;
        let Some(row) = rows.first() else { return Ok(Some(entries)) };
        if entries.len() == limit {
            return Ok(None);
        }
        last = row.int(0)?;
        entries.push(Entry { term, viewer: last });
    }
}

const OLDEST: &str = "select event_time, event_key from event_terms
    where term = $1 and viewer = $2 and (event_time, event_key) > ($3, $4) and event_time < $5
    order by event_time, event_key limit $6";
const NEWEST: &str = "select event_time, event_key from event_terms
    where term = $1 and viewer = $2 and (event_time, event_key) < ($3, $4) and event_time >= $5
    order by event_time desc, event_key desc limit $6";

/// The events of one entry, one step on.
pub async fn walk(store: &Store, entry: Entry, step: &Step) -> Result<Found> {
    let [time, key, end] = step.bounds();
    let args = [entry.term.into(), entry.viewer.into(), time, key, end, step.limit.into()];
    let rows = store.rows(step.choose(OLDEST, NEWEST), &args).await?;
    step.found(rows.iter())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Order;
    use crate::testing::each_engine;

    fn event(n: u8, viewer: i64, terms: &[i64]) -> Vec<Statement> {
        insert(&EventTerms {
            event_key: [n; 16],
            event_time_us: i64::from(n / 2),
            viewer: EnterpriseId(viewer),
            terms,
        })
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
                let entry = all(one);
                assert_eq!(
                    walked(&store, entry, Order::OldestFirst, limit).await,
                    [2, 3, 4, 5, 6, 7]
                );
                let entries = entries(&store, one, 7, 1).await.unwrap().unwrap();
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
            let found = walk(&store, all(Scope::PLATFORM), &step).await.unwrap();
            assert_eq!((found.marks.len(), found.is_last), (4, true));
        })
        .await;
    }
}
