//! All that a recall found out, in one answer: what its report tells.

use std::collections::BTreeMap;

use store::id::{RecallId, TaskId};
use store::page::{Order, Page as StorePage};
use store::recall_alerts::{self, Alert};
use store::recall_tasks::{self, File, Task};
use store::recalls;
use trace::State;

use super::close::RecallProgress;
use super::holders::{HolderKey, HolderName, STATES};
use crate::limits::{MAX_RECALL_RANGES, MAX_RECALL_TASKS, MAX_REPORTED_ROWS};
use crate::{Caller, Result, Service};

/// What the report of a recall or a drill tells. Of a drill it names no holders, who stay as hidden
/// as in a preview.
#[derive(Debug, Clone, PartialEq)]
pub struct RecallSummary {
    /// How far it has come.
    pub progress: RecallProgress,
    /// Whose goods they are.
    pub owner: HolderName,
    /// Who has how much, by what became of it.
    pub holdings: Vec<HolderSum>,
    /// Tasks in the order in which they were given, with who has them.
    pub tasks: Vec<(Task, HolderName)>,
    /// What holders showed, by task; the first of them.
    pub files: Vec<(TaskId, File)>,
    /// Whether there are more files.
    pub has_more_files: bool,
    /// What moved later, and who had it then; the first of them.
    pub alerts: Vec<(Alert, HolderName)>,
}

/// How much of the goods one holder has in one state.
#[derive(Debug, Clone, PartialEq)]
pub struct HolderSum {
    /// Who; nobody's where no event tells.
    pub holder: HolderName,
    /// What became of it.
    pub state: State,
    /// Items.
    pub n_items: u64,
    /// Lots whose items are not told apart.
    pub n_lots: u64,
}

impl Service {
    /// What the report of a recall tells, for its owner and whoever watches.
    pub async fn recall_summary(&self, caller: &Caller, id: RecallId) -> Result<RecallSummary> {
        let progress = self.recall_progress(caller, id).await?;
        let owner = HolderKey::Enterprise(progress.recall.enterprise_id);
        let owner = self.holder_name(owner).await?;
        let mut summary = RecallSummary {
            progress,
            owner,
            holdings: Vec::new(),
            tasks: Vec::new(),
            files: Vec::new(),
            has_more_files: false,
            alerts: Vec::new(),
        };
        if summary.progress.recall.is_drill {
            return Ok(summary);
        }
        let mut names = BTreeMap::new();
        let limit = MAX_REPORTED_ROWS as u32;
        let tasks = recall_tasks::of_recall(self.store(), id, MAX_RECALL_TASKS as u32).await?;
        for task in tasks {
            let holder = self.known_name(&mut names, &task.holder).await?;
            summary.tasks.push((task, holder));
        }
        summary.holdings = self.held_sums(id, &mut names).await?;
        summary.files = recall_tasks::files_of_recall(self.store(), id, limit + 1).await?;
        summary.has_more_files = summary.files.len() > MAX_REPORTED_ROWS;
        summary.files.truncate(MAX_REPORTED_ROWS);
        let page = StorePage { after: None, limit, order: Order::OldestFirst };
        for alert in recall_alerts::list(self.store(), id, page).await? {
            let holder = self.known_name(&mut names, &alert.holder).await?;
            summary.alerts.push((alert, holder));
        }
        Ok(summary)
    }

    async fn held_sums(
        &self,
        id: RecallId,
        names: &mut BTreeMap<String, HolderName>,
    ) -> Result<Vec<HolderSum>> {
        let held = recalls::holdings(self.store(), id, None, MAX_RECALL_RANGES as u32).await?;
        let place = |state| STATES.iter().position(|it| *it == state).unwrap_or(STATES.len());
        let mut sums: BTreeMap<(String, usize), (State, u64, u64)> = BTreeMap::new();
        for it in held {
            let key = (it.holder, place(it.state));
            let (_, n_items, n_lots) = sums.entry(key).or_insert((it.state, 0, 0));
            match it.is_class {
                true => *n_lots += it.range.n_ids(),
                false => *n_items += it.range.n_ids(),
            }
        }
        let mut told = Vec::with_capacity(sums.len());
        for ((holder, _), (state, n_items, n_lots)) in sums {
            let holder = self.known_name(names, &holder).await?;
            told.push(HolderSum { holder, state, n_items, n_lots });
        }
        Ok(told)
    }

    /// The name of a holder, looked up once.
    async fn known_name(
        &self,
        names: &mut BTreeMap<String, HolderName>,
        holder: &str,
    ) -> Result<HolderName> {
        if let Some(known) = names.get(holder) {
            return Ok(known.clone());
        }
        let name = self.holder_name(HolderKey::from_text(holder)?).await?;
        names.insert(holder.to_owned(), name.clone());
        Ok(name)
    }
}
