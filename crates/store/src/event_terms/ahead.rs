//! A step of a walk over what one entry has: single events, and runs of all scales side by side.
//!
//! The row of a run tells when it begins and ends, and so a *bound* before which it has no mark.
//! Runs are read in the order of their bounds, until enough marks come before that of all others.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Entry;
use super::runs::{N_SCALES, Places, Run, first_reaching, quarter_of, unpacked};
use crate::many::Lookup;
use crate::page::Order;
use crate::walk::{Found, Mark, Step};
use crate::{Error, Result, Row, Store, Value};

/// Rows of each scale that are read beside the single events.
const ROWS_AT_FIRST: u32 = 64;
/// Rows of a scale that has more.
const ROWS_A_READ: u32 = 512;
/// The marks of runs by `begins` and number of each.
static MARKS: Lookup = Lookup::new(
    "select r.begins, r.run, r.marks from",
    &["bigint", "bigint"],
    "as wanted cross join run_marks r where r.begins = column1 and r.run = column2",
);

/// The first marks of an entry that are ahead.
pub(super) async fn walk(store: &Store, entry: Entry, step: &Step) -> Result<Found> {
    let mut ahead = Ahead {
        store,
        entry,
        step,
        marks: Vec::new(),
        is_cut: false,
        waiting: Vec::new(),
        unread: [None; N_SCALES],
    };
    ahead.begin().await?;
    loop {
        ahead.cut();
        let waiting = ahead.waiting.last().map(|(run, _)| ahead.bound(*run));
        let unread = ahead.unread.into_iter().flatten().min_by_key(|it| ahead.rank(ahead.far(*it)));
        let far = unread.map(|run| ahead.far(run));
        let bound = [waiting, far].into_iter().flatten().min_by_key(|us| ahead.rank(*us));
        let Some(bound) = bound else {
            return Ok(Found { is_last: !ahead.is_cut, marks: ahead.marks });
        };
        if ahead.is_full_before(bound) {
            return Ok(Found { is_last: false, marks: ahead.marks });
        }
        match unread {
            Some(run) if far == Some(bound) && waiting != far => ahead.read_rows(run).await?,
            _ => ahead.read_marks().await?,
        }
    }
}

struct Ahead<'a> {
    store: &'a Store,
    entry: Entry,
    step: &'a Step,
    marks: Vec<Mark>,
    /// Something was left out that comes after all that is kept.
    is_cut: bool,
    /// Runs whose marks were not read, the first one last.
    waiting: Vec<(Run, Places)>,
    /// Of each scale the last run whose row was read, if there are more.
    unread: [Option<Run>; N_SCALES],
}

impl Ahead<'_> {
    /// The single events, and the first rows of each scale.
    async fn begin(&mut self) -> Result<()> {
        let sql = self.step.choose(
            include_str!("../../sql/event_terms_oldest.sql"),
            include_str!("../../sql/event_terms_newest.sql"),
        );
        let [time, key, end] = self.step.bounds();
        let mut args = vec![self.entry.term.into(), self.entry.viewer.into(), time, key, end];
        args.extend([self.step.limit.into(), self.entry.kept().into(), ROWS_AT_FIRST.into()]);
        for scale in 0..N_SCALES {
            let [begins, end] = self.quarters(scale);
            args.extend([begins.into(), end.into()]);
        }
        let rows = self.store.rows(sql, &args).await?;
        let (mut n_singles, mut runs) = (0, vec![Vec::new(); N_SCALES]);
        for row in rows.iter() {
            match row.int(0)? {
                -1 => {
                    n_singles += 1;
                    self.marks.push((row.int(1)?, row.key(2)?));
                }
                _ => {
                    let (run, places) = run_of(row)?;
                    runs[run.scale].push((run, places));
                }
            }
        }
        self.is_cut = n_singles >= self.step.limit;
        for (scale, runs) in runs.into_iter().enumerate() {
            self.take(scale, runs, ROWS_AT_FIRST);
        }
        Ok(())
    }

    /// The rows of a scale behind the one of `after`.
    async fn read_rows(&mut self, after: Run) -> Result<()> {
        let sql = self.step.choose(
            "select scale, begins, cast(0 as bigint), run, places from term_runs
             where term = $1 and viewer = $2 and scale = $3
               and (begins, run) > ($4, $5) and begins <= $6
             order by begins, run limit $7",
            "select scale, begins, cast(0 as bigint), run, places from term_runs
             where term = $1 and viewer = $2 and scale = $3
               and (begins, run) < ($4, $5) and begins >= $6
             order by begins desc, run desc limit $7",
        );
        let [_, end] = self.quarters(after.scale);
        let args = [
            self.entry.kept().into(),
            self.entry.viewer.into(),
            Value::Int(after.scale as i64),
            after.begins.into(),
            after.number.into(),
            end.into(),
            ROWS_A_READ.into(),
        ];
        let rows = self.store.rows(sql, &args).await?;
        let runs = rows.iter().map(run_of).collect::<Result<_>>()?;
        self.take(after.scale, runs, ROWS_A_READ);
        Ok(())
    }

    /// In which quarters runs of a scale begin that have marks ahead: the first and the last of
    /// them in the order of the walk.
    fn quarters(&self, scale: usize) -> [i64; 2] {
        let stands_us = self.step.after.map(|(time_us, _)| time_us);
        let last_us = self.step.until_us.saturating_sub(1);
        match self.step.order {
            Order::OldestFirst => [
                first_reaching(scale, stands_us.unwrap_or(self.step.from_us)),
                quarter_of(scale, last_us),
            ],
            Order::NewestFirst => [
                quarter_of(scale, stands_us.unwrap_or(last_us)),
                first_reaching(scale, self.step.from_us),
            ],
        }
    }

    /// Keeps the runs of `n_asked` rows that may have marks ahead.
    fn take(&mut self, scale: usize, runs: Vec<(Run, Places)>, n_asked: u32) {
        let is_all = runs.len() < n_asked as usize;
        let place = |run: &Run| (run.begins, run.number);
        let read = runs.iter().map(|(run, _)| *run);
        self.unread[scale] = match self.step.order {
            _ if is_all => None,
            Order::OldestFirst => read.max_by_key(place),
            Order::NewestFirst => read.min_by_key(place),
        };
        let first_us = match (self.step.order, self.step.after) {
            (Order::OldestFirst, Some((time_us, _))) => time_us,
            _ => self.step.from_us,
        };
        self.waiting.extend(runs.into_iter().filter(|(run, _)| run.until_us() > first_us));
        let order = self.step.order;
        self.waiting.sort_unstable_by_key(|(run, _)| Reverse(rank(order, bound(order, *run))));
    }

    /// Reads the marks of as many of the runs that come first as may suffice.
    async fn read_marks(&mut self) -> Result<()> {
        let mut n_wanted = (self.step.limit as usize).saturating_sub(self.marks.len());
        let mut asked = BTreeMap::new();
        while asked.len() < Lookup::MOST
            && (asked.is_empty() || n_wanted > 0)
            && let Some((run, places)) = self.waiting.pop()
        {
            n_wanted = n_wanted.saturating_sub(places.n_at_least());
            asked.insert((run.begins, run.number), places);
        }
        let args: Vec<Value> =
            asked.keys().flat_map(|&(begins, number)| [begins.into(), number.into()]).collect();
        let rows = self.store.rows(MARKS.text(asked.len()), &args).await?;
        for row in rows.iter() {
            if let Some(places) = asked.remove(&(row.int(0)?, row.int(1)?)) {
                let marks = unpacked(row.bytes(2)?, places)?.into_iter();
                self.marks.extend(marks.filter(|mark| self.step.is_ahead(*mark)));
            }
        }
        if asked.is_empty() { Ok(()) } else { Err(Error::corrupt("a run of events has no marks")) }
    }

    /// Keeps what comes first, as many as were asked for.
    fn cut(&mut self) {
        match self.step.order {
            Order::OldestFirst => self.marks.sort_unstable(),
            Order::NewestFirst => self.marks.sort_unstable_by(|a, b| b.cmp(a)),
        }
        self.marks.dedup();
        let limit = self.step.limit as usize;
        self.is_cut |= self.marks.len() > limit;
        self.marks.truncate(limit);
    }

    /// Whether enough marks come before `bound`.
    fn is_full_before(&self, bound: i64) -> bool {
        self.marks.len() >= self.step.limit as usize
            && self.marks.last().is_none_or(|(time_us, _)| match self.step.order {
                Order::OldestFirst => *time_us < bound,
                Order::NewestFirst => *time_us >= bound,
            })
    }

    fn bound(&self, run: Run) -> i64 {
        bound(self.step.order, run)
    }

    /// The bound of all runs of its scale that come after one in the order of the rows.
    fn far(&self, run: Run) -> i64 {
        match self.step.order {
            Order::OldestFirst => run.begin_us(),
            Order::NewestFirst => run.longest_until_us(),
        }
    }

    fn rank(&self, time_us: i64) -> i64 {
        rank(self.step.order, time_us)
    }
}

/// The time before which, in the order of the walk, a run has no mark.
fn bound(order: Order, run: Run) -> i64 {
    match order {
        Order::OldestFirst => run.begin_us(),
        Order::NewestFirst => run.until_us(),
    }
}

/// Smaller for what comes first.
fn rank(order: Order, time_us: i64) -> i64 {
    match order {
        Order::OldestFirst => time_us,
        Order::NewestFirst => !time_us,
    }
}

fn run_of(row: Row<'_>) -> Result<(Run, Places)> {
    let scale = row.uint(0)?;
    if scale >= N_SCALES {
        return Err(Error::corrupt("a run of events has no known scale"));
    }
    let run = Run { scale, begins: row.int(1)?, number: row.int(3)? };
    Ok((run, Places(row.int(4)?)))
}
