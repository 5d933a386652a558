//! The end of a recall, and its report: what was accounted for, and how long each step took.

use serde_json::json;
use store::id::RecallId;
use store::recall_alerts;
use store::recall_tasks::{self, Task, TaskKind};
use store::recalls::{self, HoldingRow, Recall, RecallState};
use trace::State;

use super::holders::STATES;
use super::order::{hex, may_end, time, why_not_withdrawn};
use crate::error::Violations;
use crate::limits::{MAX_PAGE_ROWS, MAX_RECALL_RANGES, MAX_RECALL_TASKS, MAX_RECALL_TEXT_CHARS};
use crate::{Attempts, Caller, Result, Run, Service};

/// How far a recall or a drill has come.
#[derive(Debug, Clone, PartialEq)]
pub struct RecallProgress {
    /// It.
    pub recall: Recall,
    /// Items and lots, those that came later included.
    pub n_all: u64,
    /// Those whose holder is known.
    pub n_located: u64,
    /// Those that ended by their events, or that their holder reported on.
    pub n_accounted: u64,
    /// Items and lots by what became of them.
    pub states: Vec<(State, u64)>,
    /// Holders that have a task, that acknowledged it, and that reported on all they have.
    pub n_tasks: [u64; 3],
    /// Tasks that were overdue.
    pub n_overdue: u64,
    /// Alerts, those that nobody acknowledged, and those that wait for a decision.
    pub n_alerts: [u64; 3],
    /// What holders said they did: set apart, sent back, destroyed, sold on.
    pub reported: [u64; 4],
    /// When the first and the last task was acknowledged, and when the last was reported; the last
    /// ones only if all are.
    pub acknowledged_at_us: [Option<i64>; 2],
    /// See [`Self::acknowledged_at_us`].
    pub reported_at_us: Option<i64>,
    /// Goods whose holder nobody knows, the first runs of them.
    pub missing: Vec<Run>,
    /// Whether the caller may end it.
    pub may_be_ended: bool,
    /// Whether the caller may withdraw it, also after it was closed.
    pub may_be_withdrawn: bool,
}

impl RecallProgress {
    /// The share of the goods that is accounted for, 0 to 1.
    pub fn coverage(&self) -> f64 {
        share(self.n_accounted, self.n_all)
    }

    /// The share of the goods whose holder is known, 0 to 1.
    pub fn located(&self) -> f64 {
        share(self.n_located, self.n_all)
    }

    /// How long it took until the holder of everything was known, in microseconds; none if it is
    /// not known of some.
    pub fn complete_us(&self) -> Option<i64> {
        let recall = &self.recall;
        let since_us = recall.ordered_at_us - recall.located_us;
        recall.complete_at_us.map(|at_us| at_us - since_us)
    }
}

fn share(n: u64, of: u64) -> f64 {
    if of == 0 { 1.0 } else { n as f64 / of as f64 }
}

impl Service {
    /// How far a recall or a drill has come, by the last look at it.
    pub async fn recall_progress(&self, caller: &Caller, id: RecallId) -> Result<RecallProgress> {
        let recall = self.find_recall(caller, id).await?;
        let may_be_ended = recall.state == RecallState::Open && may_end(caller, &recall);
        let may_be_withdrawn = why_not_withdrawn(&recall).is_none() && may_end(caller, &recall);
        let progress = self.progress_of(recall).await?;
        Ok(RecallProgress { may_be_ended, may_be_withdrawn, ..progress })
    }

    /// Closes a recall or a drill with its report, a leaf of the log. The goods of a recall
    /// stay recalled.
    pub async fn end_recall(
        &self,
        caller: &Caller,
        id: RecallId,
        conclusion: &str,
    ) -> Result<RecallProgress> {
        let mut violations = Violations::default();
        violations.check_text("/conclusion", conclusion, MAX_RECALL_TEXT_CHARS);
        violations.finish()?;
        let mut attempts = Attempts::of("close recall");
        loop {
            let recall = self.recall_to_end(caller, id).await?;
            let progress = self.progress_of(recall.clone()).await?;
            let now_us = self.now_us();
            let closing = closing_of(&progress, (&caller.label, conclusion.trim()), now_us);
            let mut statements = recalls::close(&recall, &closing, now_us);
            if !recall.is_drill {
                statements.extend(self.end_tasks(&recall).await?);
            }
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                return self.recall_progress(caller, id).await;
            }
        }
    }

    async fn progress_of(&self, recall: Recall) -> Result<RecallProgress> {
        let (store, id) = (self.store(), recall.recall_id);
        let limit = MAX_RECALL_RANGES as u32;
        let holdings = recalls::holdings(store, id, None, limit).await?;
        let tasks = recall_tasks::of_recall(store, id, MAX_RECALL_TASKS as u32).await?;
        let held: Vec<&Task> = tasks.iter().filter(|it| it.kind == TaskKind::Holds).collect();
        let n = |is: &dyn Fn(&HoldingRow) -> bool| -> u64 {
            holdings.iter().filter(|it| is(it)).map(|it| it.range.n_ids()).sum()
        };
        let states = STATES.into_iter().map(|state| (state, n(&|it| it.state == state)));
        let states: Vec<(State, u64)> = states.filter(|(_, n)| *n > 0).collect();
        let is_over = |it: &HoldingRow| {
            matches!(it.state, State::Destroyed | State::Decommissioned | State::Used)
        };
        let reported_on: u64 = held
            .iter()
            .filter(|task| task.reported.is_some())
            .map(|task| {
                let has = n(&|it| it.holder == task.holder && !is_over(it) && !it.is_class);
                let lots = n(&|it| it.holder == task.holder && !is_over(it) && it.is_class);
                let open = task.n_items.saturating_sub(task.report.n_items());
                has.saturating_sub(open) + lots
            })
            .sum();
        let all_at = |at: &dyn Fn(&Task) -> Option<i64>| -> Option<i64> {
            let at_us: Option<Vec<i64>> = tasks.iter().map(at).collect();
            at_us.and_then(|at_us| at_us.into_iter().max())
        };
        let acknowledged = |task: &Task| task.acknowledged.as_ref().map(|(at_us, _)| *at_us);
        let reported = |task: &Task| {
            task.reported.as_ref().filter(|_| task.is_reported()).map(|(at_us, _)| *at_us)
        };
        let sum = |of: &dyn Fn(&Task) -> u64| held.iter().map(|task| of(task)).sum::<u64>();
        let nobody = holdings.iter().filter(|it| it.holder.is_empty());
        let mut missing = Vec::new();
        for lost in nobody.take(MAX_PAGE_ROWS as usize) {
            let first = self.epc_of_id(lost.range.first).await?;
            let last = self.epc_of_id(lost.range.last).await?;
            missing.push(Run { first, last, n_ids: lost.range.n_ids() });
        }
        Ok(RecallProgress {
            n_all: n(&|_| true),
            n_located: n(&|it| !it.holder.is_empty()),
            n_accounted: n(&is_over) + reported_on,
            states,
            n_tasks: [
                tasks.len() as u64,
                tasks.iter().filter(|it| it.acknowledged.is_some()).count() as u64,
                tasks.iter().filter(|it| it.is_reported()).count() as u64,
            ],
            n_overdue: tasks.iter().filter(|it| it.escalated_at_us.is_some()).count() as u64,
            n_alerts: recall_alerts::counts(store, id).await?,
            reported: [
                sum(&|it| it.report.n_quarantined),
                sum(&|it| it.report.n_returned),
                sum(&|it| it.report.n_destroyed),
                sum(&|it| it.report.n_sold),
            ],
            acknowledged_at_us: [
                tasks.iter().filter_map(acknowledged).min(),
                all_at(&acknowledged),
            ],
            reported_at_us: all_at(&reported),
            missing,
            may_be_ended: false,
            may_be_withdrawn: false,
            recall,
        })
    }
}

/// The canonical bytes of the end of a recall: JSON with sorted names, which its leaf commits to.
fn closing_of(it: &RecallProgress, (by, conclusion): (&str, &str), now_us: i64) -> Vec<u8> {
    let recall = &it.recall;
    let seconds =
        |at_us: Option<i64>| at_us.map(|at_us| (at_us - recall.ordered_at_us).max(0) / 1_000_000);
    let states = it.states.iter().map(|(state, n)| (state.name().to_owned(), json!(n)));
    let states: serde_json::Map<String, serde_json::Value> = states.collect();
    let [n_quarantined, n_returned, n_destroyed, n_sold] = it.reported;
    let closing = json!({
        "type": if recall.is_drill { "recall-drill-closed" } else { "recall-closed" },
        "recall_id": recall.recall_id.to_string(),
        "at": time(now_us),
        "by": by,
        "conclusion": conclusion,
        "root_hash": hex(&recall.root_hash),
        "n_all": it.n_all,
        "n_located": it.n_located,
        "n_accounted": it.n_accounted,
        "states": states,
        "tasks": {
            "n_given": it.n_tasks[0],
            "n_acknowledged": it.n_tasks[1],
            "n_reported": it.n_tasks[2],
            "n_overdue": it.n_overdue,
        },
        "reported": {
            "n_quarantined": n_quarantined,
            "n_returned": n_returned,
            "n_destroyed": n_destroyed,
            "n_sold": n_sold,
        },
        "n_alerts": it.n_alerts[0],
        "seconds": {
            "to_locate": recall.located_us / 1_000_000,
            "to_locate_all": it.complete_us().map(|us| us / 1_000_000),
            "to_first_acknowledgement": seconds(it.acknowledged_at_us[0]),
            "to_last_acknowledgement": seconds(it.acknowledged_at_us[1]),
            "to_last_report": seconds(it.reported_at_us),
            "to_close": seconds(Some(now_us)),
        },
    });
    closing.to_string().into_bytes()
}
