//! The index of the identifiers that events name: which events touch a range, in which order they
//! come, and what a trace must know of them.

use std::collections::{BTreeSet, HashSet};
use std::sync::OnceLock;

use trace::EventFacts;

use crate::event_facts::Room;
use crate::events::{self, Event};
use crate::id::{EnterpriseId, Scope};
use crate::ident::{self, IdRange};
use crate::many::Insert;
use crate::page::Order;
use crate::sheets::{self, Named, SCALES, Sheet, Told, Written};
use crate::walk::{Found, Mark, Step};
use crate::{Result, Row, Rows, Statement, Store, Value};

static INSERT_SHEETS: Insert = Insert::new(
    "insert into event_sheets (block, node, scale, event_time, event_key, first_offset,
       last_offset, part, enterprise_id, facts)",
    10,
);

/// Statements that index what the events of a capture name.
pub(crate) fn insert(events: &[Event]) -> Vec<Statement> {
    let Some(event) = events.first() else { return Vec::new() };
    let row = |sheet: Sheet| {
        let Sheet { span, scale, first: (time_us, key), part, bytes } = sheet;
        [
            span.block.into(),
            span.node.into(),
            scale.into(),
            time_us.into(),
            key.as_slice().into(),
            span.first_offset.into(),
            span.last_offset.into(),
            part.into(),
            event.enterprise_id.into(),
            bytes.into(),
        ]
    };
    INSERT_SHEETS.rows(sheets::lay(events).into_iter().map(row))
}

/// How many ranges a statement may have: it costs less than its look-ups, and each text is kept.
const N_RANGES: [usize; 4] = [1, 2, 4, 8];
const RANGES_OF_MANY: usize = N_RANGES[3];
/// No span is there.
const NOWHERE: i64 = -1;
/// Rows of an event that are read, on average, before it is not looked for all: an event that
/// names several of the asked has several.
const ROWS_AN_EVENT: u32 = 4;
/// Rows that may be read for each range of many in what lies between the first and the last: the
/// look-ups of a range cost as much as a dozen. Where that was too much, fewer between those of a
/// part of them, since each try that fails comes on top.
const ROWS_A_RANGE: [usize; 2] = [16, 2];
/// Rows of one such look, which stand in memory with what they tell: some 100 MB.
const MAX_ROWS_AT_ONCE: usize = 500_000;
/// Into how many parts ranges are cut that had too much between them.
const N_CUTS: usize = 8;

/// Which of the two indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Index {
    /// Of whoever captured the events.
    Own,
    /// Of those with whom they are shared.
    Shared,
}

impl Index {
    /// Those in which a scope may have events.
    fn of(scope: Scope) -> &'static [Self] {
        if scope.single().is_some() { &[Self::Own, Self::Shared] } else { &[Self::Own] }
    }
}

/// Whose rows of which index are looked for by what they name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// Of those inside the scope that captured the events.
    Own,
    /// Of the enterprise with which they are shared.
    Shared,
    /// Of an enterprise and those to whom it grants events, as who captured them.
    Partners,
    /// Of parties and places inside the scope that they name.
    Named,
}

/// Whose events are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Those that a scope sees.
    Seen(Scope),
    /// The same, and of a part of the platform also those outside it that name a party or a place
    /// inside: where goods came from, and where they went.
    SeenOrNaming(Scope),
    /// Those that an enterprise captured, and those to whom it grants events: what others tell is
    /// not met, and counts for no limit.
    Partners(EnterpriseId),
}

impl By {
    /// Where to look, within which bounds, and as whom to read what an index does not tell.
    fn looks(self) -> (&'static [Look], Scope, Scope) {
        match self {
            Self::SeenOrNaming(scope) if scope.is_part() => {
                (&[Look::Own, Look::Named], scope, Scope::PLATFORM)
            }
            Self::Seen(scope) | Self::SeenOrNaming(scope) => match scope.single() {
                Some(_) => (&[Look::Own, Look::Shared], scope, scope),
                None => (&[Look::Own], scope, scope),
            },
            Self::Partners(owner) => (&[Look::Partners], Scope::enterprise(owner), Scope::PLATFORM),
        }
    }
}

/// The text that finds rows by what they name: `$1` block, `$2` and `$3` scope, `$4` limit, then
/// first and last offset of each range.
///
/// `branch` is the look-up of one range at each level up to that of the `top` node, which is the
/// longest that there is. A node is as long as its level says, and what begins in the node before
/// may reach into it, but on the lowest level. With a branch for each range PostgreSQL finds the
/// index for it; for ranges and levels joined at once it reads whole tables.
fn touching_text(branch: &str, top: &str, n_ranges: usize, order: &str) -> &'static str {
    let levels = ident::LEVELS.map(|(n_ids, n_before)| {
        let end = (2 << ident::BLOCK_BITS) / n_ids;
        format!("({n_ids}, {n_before}, {end})")
    });
    let branches = (0..n_ranges).map(|nth| {
        let (first, last) = (format!("${}", 5 + 2 * nth), format!("${}", 6 + 2 * nth));
        branch.replace("$first", &first).replace("$last", &last)
    });
    let (levels, all) = (levels.join(", "), branches.collect::<Vec<_>>().join("  union all\n"));
    // Thirty-two texts in all, for the life of the process.
    format!(
        "with levels (n_ids, n_before) as
           (select column1, column2 from (values {levels}) as level where column3 > ({top}))
         select * from ({all}) as named {order} limit $4"
    )
    .leak()
}

/// The texts of [`touching_text`] for so many ranges or a few more, and how many that is: rows in
/// no order, or the oldest first.
fn touching_texts(look: Look, n_ranges: usize) -> (usize, [&'static str; 2]) {
    static TEXTS: OnceLock<[[[&'static str; 2]; N_RANGES.len()]; 4]> = OnceLock::new();
    let texts = TEXTS.get_or_init(|| {
        let sheets = "select min(node) from event_sheets where block = $1";
        let spans = "select min(node) from shared_spans where block = $1 and viewer_id = $2";
        let named = "select min(node) from shared_spans where block = $1";
        let branches = [
            (include_str!("../sql/event_sheets_touching.sql"), sheets),
            (include_str!("../sql/shared_spans_touching.sql"), spans),
            (include_str!("../sql/event_sheets_partners.sql"), sheets),
            (include_str!("../sql/shared_spans_named.sql"), named),
        ];
        branches.map(|(branch, top)| {
            let text = |n| ["", "order by 1, 2"].map(|order| touching_text(branch, top, n, order));
            N_RANGES.map(text)
        })
    });
    let nth = N_RANGES.partition_point(|n| *n < n_ranges).min(N_RANGES.len() - 1);
    (N_RANGES[nth], texts[look as usize][nth])
}

/// Events that name what was asked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Touching {
    /// What a trace must know of each and who captured it, in no order; not of those that were
    /// known.
    pub events: Vec<(EventFacts, EnterpriseId)>,
    /// From which event time on some may be missing, microseconds since the epoch.
    pub missing_from_us: Option<i64>,
}

/// What of the events that are found is news.
pub struct News<K, W, U = fn(i64) -> bool> {
    limit: u32,
    is_known: K,
    is_wanted: W,
    is_use_wanted: U,
}

impl<K: Fn(&[u8; 16]) -> bool, W: Fn(&EventFacts) -> bool> News<K, W> {
    /// The oldest that are wanted, by what a trace must know of them, and not known, by their keys:
    /// `limit` at most. One whose facts do not stand in the index counts, wanted or not.
    pub fn new(limit: u32, is_known: K, is_wanted: W) -> Self {
        Self { limit, is_known, is_wanted, is_use_wanted: |_| true }
    }

    /// Lets go, of a class, of events that [use it alone](trace::only_uses), where `is_use_wanted`
    /// says no; of events from before sheets told which do, nothing.
    pub fn with_uses<U: Fn(i64) -> bool>(self, is_use_wanted: U) -> News<K, W, U> {
        let Self { limit, is_known, is_wanted, .. } = self;
        News { limit, is_known, is_wanted, is_use_wanted }
    }
}

/// The oldest events that name an identifier of `ranges`, which are disjoint and in order: `limit`
/// at most, of those that are not known.
pub async fn touching(
    store: &Store,
    scope: Scope,
    ranges: &[IdRange],
    limit: u32,
    is_known: impl Fn(&[u8; 16]) -> bool,
) -> Result<Touching> {
    touching_news(store, By::Seen(scope), ranges, News::new(limit, is_known, |_| true)).await
}

/// The same of what is news. Costs up to 11 scans for each range and block that it touches, or one
/// for many that lie close together; a scan reads what names the range, and what is as long and
/// begins just before.
pub async fn touching_news<K, W, U>(
    store: &Store,
    by: By,
    ranges: &[IdRange],
    news: News<K, W, U>,
) -> Result<Touching>
where
    K: Fn(&[u8; 16]) -> bool,
    W: Fn(&EventFacts) -> bool,
    U: Fn(i64) -> bool,
{
    let limit = news.limit;
    let (looks, scope, reader) = by.looks();
    let mut search = Search { store, scope, news, met: Met::default() };
    let parts: Vec<(i64, IdRange)> = ranges.iter().flat_map(|range| range.by_block()).collect();
    for parts in parts.chunk_by(|a, b| a.0 == b.0) {
        for &look in looks {
            search.block(look, parts).await?;
        }
    }
    let Search { met: Met { mut found, mut missing_from_us, .. }, .. } = search;
    missing_from_us = earlier(missing_from_us, keep_oldest(&mut found, limit));
    let apart = found.iter().filter(|it| it.facts.is_none()).map(|it| it.mark.1);
    let apart: HashSet<[u8; 16]> = apart.collect();
    let mut events: Vec<_> = found.into_iter().filter_map(|it| it.facts).collect();
    if !apart.is_empty() {
        let told: HashSet<[u8; 16]> = events.iter().map(|(facts, _)| facts.key).collect();
        let apart: Vec<[u8; 16]> = apart.difference(&told).copied().collect();
        events.extend(events::facts(store, reader, &apart).await?);
    }
    Ok(Touching { events, missing_from_us })
}

/// What is looked for, and what was found of it.
struct Search<'s, K, W, U> {
    store: &'s Store,
    scope: Scope,
    news: News<K, W, U>,
    met: Met,
}

#[derive(Default)]
struct Met {
    found: Vec<Touched>,
    /// Events whose facts were found.
    keys: HashSet<[u8; 16]>,
    missing_from_us: Option<i64>,
    /// Of the last that was not wanted, or met before.
    room: Room,
}

/// An event that names what was asked for.
struct Touched {
    mark: Mark,
    /// If they are at hand.
    facts: Option<(EventFacts, EnterpriseId)>,
}

impl<K, W, U> Search<'_, K, W, U>
where
    K: Fn(&[u8; 16]) -> bool,
    W: Fn(&EventFacts) -> bool,
    U: Fn(i64) -> bool,
{
    /// Looks for ranges that lie in one block.
    async fn block(&mut self, look: Look, parts: &[(i64, IdRange)]) -> Result<()> {
        let [mut rows_a_range, rows_then] = ROWS_A_RANGE;
        let mut waiting = vec![parts];
        while let Some(parts) = waiting.pop() {
            if parts.len() <= RANGES_OF_MANY {
                self.each(look, parts).await?;
                continue;
            }
            let all = IdRange { first: parts[0].1.first, last: parts[parts.len() - 1].1.last };
            let n_rows = (rows_a_range * parts.len()).min(MAX_ROWS_AT_ONCE);
            rows_a_range = rows_then;
            let rows = self.rows(look, &[(parts[0].0, all)], n_rows as u32, Any).await?;
            if rows.len() < n_rows {
                self.take(&rows, parts)?;
            } else {
                waiting.extend(parts.chunks(parts.len().div_ceil(N_CUTS)).rev());
            }
        }
        Ok(())
    }

    /// Looks for each of a few ranges; the oldest events only, if there are too many.
    async fn each(&mut self, look: Look, parts: &[(i64, IdRange)]) -> Result<()> {
        let n_rows = self.news.limit.saturating_mul(ROWS_AN_EVENT);
        let mut rows = self.rows(look, parts, n_rows, Any).await?;
        // Put in order only where there are too many.
        if rows.len() >= n_rows as usize {
            rows = self.rows(look, parts, n_rows, OldestFirst).await?;
            self.met.missing_from_us = earlier(self.met.missing_from_us, rows.last_int(0)?);
        }
        self.take(&rows, parts)
    }

    async fn rows(
        &self,
        look: Look,
        parts: &[(i64, IdRange)],
        limit: u32,
        order: RowOrder,
    ) -> Result<Rows> {
        let (n_ranges, texts) = touching_texts(look, parts.len());
        let Scope { first, last, .. } = self.scope;
        let mut args = vec![parts[0].0.into(), first.into(), last.into(), limit.into()];
        for nth in 0..n_ranges {
            let asked = parts.get(nth).map(|(_, part)| [part.first, part.last].map(ident::offset));
            args.extend(asked.unwrap_or([NOWHERE; 2]).map(Value::Int));
        }
        self.store.rows(texts[order as usize], &args).await
    }

    /// Takes from rows what names one of `parts`.
    fn take(&mut self, rows: &Rows, parts: &[(i64, IdRange)]) -> Result<()> {
        let base = parts[0].0 << ident::BLOCK_BITS;
        let is_wanted = |range: IdRange| {
            let nth = parts.partition_point(|(_, part)| part.last < range.first);
            parts.get(nth).is_some_and(|(_, part)| part.first <= range.last)
        };
        for row in rows.iter() {
            let mark = (row.int(0)?, row.key(1)?);
            let first_id = base | row.int(4)?;
            match row.opt_bytes(3)? {
                Some(bytes) => {
                    let enterprise_id = EnterpriseId(row.int(2)?);
                    let is_news = |named: Named| {
                        let Named { range, is_use } = named;
                        is_wanted(range) && (!is_use || (self.news.is_use_wanted)(range.first))
                    };
                    let sheet = Written::read(bytes, mark, first_id, is_news)?;
                    sheet.each(|told| self.meet(&told, enterprise_id))?;
                }
                None if is_wanted(IdRange { first: first_id, last: base | row.int(5)? })
                    && !(self.news.is_known)(&mark.1) =>
                {
                    self.met.found.push(Touched { mark, facts: None });
                }
                None => {}
            }
            self.let_go();
        }
        Ok(())
    }

    /// Keeps the oldest only, where there are far too many.
    fn let_go(&mut self) {
        let limit = self.news.limit;
        if self.met.found.len() > 2 * limit.saturating_mul(ROWS_AN_EVENT) as usize {
            let cut = keep_oldest(&mut self.met.found, limit);
            self.met.missing_from_us = earlier(self.met.missing_from_us, cut);
            let kept = self.met.found.iter().filter(|it| it.facts.is_some());
            self.met.keys = kept.map(|it| it.mark.1).collect();
        }
    }

    fn meet(&mut self, told: &Told<'_>, enterprise_id: EnterpriseId) -> Result<()> {
        let key = told.mark.1;
        if (self.news.is_known)(&key) {
            return Ok(());
        }
        let facts = told.facts(std::mem::take(&mut self.met.room))?;
        let facts = match facts {
            Some(facts) if (self.news.is_wanted)(&facts) && self.met.keys.insert(key) => {
                Some((facts, enterprise_id))
            }
            Some(facts) => {
                self.met.room = Room::of(facts);
                return Ok(());
            }
            None if self.met.keys.contains(&key) => return Ok(()),
            None => None,
        };
        self.met.found.push(Touched { mark: told.mark, facts });
        Ok(())
    }
}

#[derive(Debug, Clone, Copy)]
enum RowOrder {
    Any,
    OldestFirst,
}
use RowOrder::{Any, OldestFirst};

/// Keeps the `limit` oldest events, each once, with its facts if they are there. The time of the
/// last, if some were let go.
fn keep_oldest(found: &mut Vec<Touched>, limit: u32) -> Option<i64> {
    if found.len() <= limit as usize {
        return None;
    }
    found.sort_by_key(|it| (it.mark, it.facts.is_none()));
    found.dedup_by_key(|it| it.mark.1);
    let is_cut = found.len() > limit as usize;
    found.truncate(limit as usize);
    found.last().map(|last| last.mark.0).filter(|_| is_cut)
}

fn earlier(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    a.into_iter().chain(b).min()
}

/// An identifier with so many rows at most is read whole, and its marks are put in order here.
const FEW_ROWS: u32 = 128;

/// The events inside `scope` that name an identifier in any role, one step of a walk on.
/// Costs 11 scans where few rows name it, else 21 look-ups for each scale; for an enterprise twice.
pub async fn walk_identifier(store: &Store, scope: Scope, id: i64, step: &Step) -> Result<Found> {
    let mut parts = Vec::new();
    for &index in Index::of(scope) {
        let offset = Value::Int(ident::offset(id));
        let args = [
            ident::block_of(id).into(),
            scope.first.into(),
            scope.last.into(),
            FEW_ROWS.into(),
            offset.clone(),
            offset,
        ];
        let look = if index == Index::Own { Look::Own } else { Look::Shared };
        let (_, texts) = touching_texts(look, 1);
        let rows = store.rows(texts[Any as usize], &args).await?;
        if rows.len() < FEW_ROWS as usize {
            let mut marks = Vec::new();
            for row in rows.iter() {
                take_marks(row, [3, 4], id, &mut |mark| marks.push(mark))?;
            }
            parts.push(step.first_of(marks));
            continue;
        }
        match index {
            Index::Own => {
                for scale in 0..SCALES.len() {
                    parts.push(walk_scale(store, scope, id, step, scale).await?);
                }
            }
            Index::Shared => {
                let args = walk_args(scope, id, step.bounds(), step.limit);
                let rows = store.rows(walk_text(index, step.order), &args).await?;
                parts.push(step.found(rows.iter())?);
            }
        }
    }
    Ok(step.join(parts))
}

/// The marks of events of a row that name an identifier.
fn take_marks(
    row: Row<'_>,
    [facts, first_offset]: [usize; 2],
    id: i64,
    take: &mut impl FnMut(Mark),
) -> Result<()> {
    let mark = (row.int(0)?, row.key(1)?);
    let Some(bytes) = row.opt_bytes(facts)? else {
        take(mark);
        return Ok(());
    };
    let first_id = id - ident::offset(id) + row.int(first_offset)?;
    let is_wanted = |Named { range, .. }: Named| range.first <= id && id <= range.last;
    Written::read(bytes, mark, first_id, is_wanted)?.each(|told| {
        take(told.mark);
        Ok(())
    })
}

/// Block, scope, where the walk stands, its other end, limit, offset.
fn walk_args(scope: Scope, id: i64, bounds: [Value; 3], limit: u32) -> Vec<Value> {
    let mut args: Vec<Value> =
        vec![ident::block_of(id).into(), scope.first.into(), scope.last.into()];
    args.extend(bounds);
    args.extend([limit.into(), ident::offset(id).into()]);
    args
}

/// The text of a walk over the 21 nodes that may hold an identifier, with the arguments of
/// [`walk_args`] and, of own events, the scale.
fn walk_text(index: Index, order: Order) -> &'static str {
    static TEXTS: OnceLock<[[&'static str; 2]; 2]> = OnceLock::new();
    let texts = TEXTS.get_or_init(|| {
        let own = include_str!("../sql/event_sheets_walk.sql");
        let shared = include_str!("../sql/shared_spans_walk.sql");
        [own, shared].map(|branch| {
            [("", ">", "<"), ("desc", "<", ">=")].map(|(way, after, inside)| {
                let branch = branch.replace("$way", way).replace("$after", after);
                let branch = branch.replace("$inside", inside);
                let nodes = ident::LEVELS.iter().flat_map(|&(n_ids, n_before)| {
                    (0..=n_before).map(move |n| format!("((1048576 + $8) / {n_ids} - {n})"))
                });
                let branches: Vec<String> = nodes
                    .enumerate()
                    .map(|(n, node)| {
                        branch.replace("$node", &node).replace("n$n", &format!("n{n}"))
                    })
                    .collect();
                let all = branches.join("  union all\n");
                // Four texts in all, for the life of the process.
                let text =
                    format!("select * from ({all}) as named order by 1 {way}, 2 {way} limit $7");
                &*text.leak()
            })
        })
    });
    texts[index as usize][usize::from(order == Order::NewestFirst)]
}

/// Rows that are read at once, unless they all begin with one event.
const ROWS_A_READ: u32 = 64;
/// Reads after which a step ends as soon as it has anything.
const READS_A_STEP: u32 = 64;

/// The same over the sheets of one scale. They overlap in time, so rows are read until no row
/// behind can hold what comes before the last mark that is kept. Several sheets may begin with one
/// event: what begins with the last of a read is read again.
async fn walk_scale(
    store: &Store,
    scope: Scope,
    id: i64,
    step: &Step,
    scale: usize,
) -> Result<Found> {
    let extent_us = SCALES[scale];
    let [mut time, mut key, mut end] = step.bounds();
    match step.order {
        // What began before may reach into what is left, also at one time.
        Order::OldestFirst => {
            let after_us = step.after.map_or(step.from_us, |(time_us, _)| time_us);
            (time, key) = (after_us.saturating_sub(extent_us).into(), Value::Bytes(Vec::new()));
        }
        Order::NewestFirst => end = step.from_us.saturating_sub(extent_us).into(),
    }
    let sql = walk_text(Index::Own, step.order);
    let mut marks = BTreeSet::new();
    let (mut n_rows, mut n_reads) = (ROWS_A_READ, 0);
    loop {
        let mut args = walk_args(scope, id, [time.clone(), key.clone(), end.clone()], n_rows);
        args.push(Value::Int(scale as i64));
        let rows = store.rows(sql, &args).await?;
        for row in rows.iter() {
            take_marks(row, [2, 3], id, &mut |mark| {
                marks.extend(Some(mark).filter(|mark| step.is_ahead(*mark)));
            })?;
        }
        let Some(last) = rows.iter().next_back().filter(|_| rows.len() == n_rows as usize) else {
            return Ok(step.first_of(marks.into_iter().collect()));
        };
        let last: Mark = (last.int(0)?, last.key(1)?);
        let is_sure = |mark: &Mark| match step.order {
            Order::OldestFirst => *mark < last,
            Order::NewestFirst => mark.0 > last.0.saturating_add(extent_us),
        };
        let n_sure = marks.iter().filter(|mark| is_sure(mark)).count();
        n_reads += 1;
        if n_sure > step.limit as usize || (n_sure > 0 && n_reads >= READS_A_STEP) {
            let sure = marks.into_iter().filter(is_sure).collect();
            return Ok(Found { is_last: false, ..step.first_of(sure) });
        }
        let reached = [Value::Int(last.0), last.1.as_slice().into()];
        n_rows = if reached == [time, key] { n_rows.saturating_mul(2) } else { ROWS_A_READ };
        [time, key] = reached;
    }
}

#[cfg(test)]
mod tests;
