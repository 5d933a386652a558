//! Tasks: what each holder of recalled goods does, and what it says it did.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_lc_rs::digest::{SHA256, digest};
use store::Statement;
use store::id::{EnterpriseId, RecallId, Scope, TaskId};
use store::recall_notices::{self, Notice, NoticeKind};
use store::recall_tasks::{self, File, Report, Task, TaskKind};
use store::recalls::{self, HoldingRow, Recall};
use trace::{Ids, State};

use super::contents::without;
use super::holders::{HolderKey, HolderName};
use super::locate::{Amounts, Held, Located};
use crate::error::Violations;
use crate::limits::{
    MAX_EVIDENCE_BYTES, MAX_FILES_OF_TASK, MAX_LINE_CHARS, MAX_PAGE_ROWS, MAX_RECALL_TASKS,
    MAX_RECALL_TEXT_CHARS, OVERDUE_AGAIN_US, OVERDUE_AT_ONCE,
};
use crate::{Attempts, Caller, Error, Page, Paged, Result, Run, Service, pictures};

/// A task as it is told.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskView {
    /// It.
    pub task: Task,
    /// Who is asked, with its contact.
    pub holder: HolderName,
    /// The recall, without its bytes.
    pub recall: Recall,
    /// Whose goods they are, with its contact.
    pub owner: HolderName,
}

/// What a holder did with its items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskReport {
    /// Set apart.
    pub n_quarantined: u64,
    /// Sent back.
    pub n_returned: u64,
    /// Destroyed.
    pub n_destroyed: u64,
    /// Sold on before it knew.
    pub n_sold: u64,
    /// Why the numbers are others than expected, or what became of lots.
    pub explanation: String,
}

/// A run of goods that a holder has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRun {
    /// Which.
    pub run: Run,
    /// What became of it.
    pub state: trace::State,
    /// EPC of the outermost container.
    pub container: Option<String>,
    /// Of a lot, how much the last event tells of.
    pub quantity: Option<String>,
}

impl Service {
    /// Tasks of a recall, with contacts, for its owner and whoever watches.
    pub async fn list_recall_tasks(
        &self,
        caller: &Caller,
        id: RecallId,
        page: &Page,
    ) -> Result<Paged<TaskView>> {
        let recall = self.find_recall(caller, id).await?;
        let after = page.after_id(TaskId::number)?;
        let rows =
            recall_tasks::page_of_recall(self.store(), recall.recall_id, page.to_store(after))
                .await?;
        let paged = page.paged(rows, |row| row.task_id.to_string());
        self.viewed(paged).await
    }

    /// Tasks of the caller's enterprise, dealers' keys included; for whoever watches, those of
    /// holders inside.
    pub async fn list_held_tasks(&self, caller: &Caller, page: &Page) -> Result<Paged<TaskView>> {
        let after = page.after_id(TaskId::number)?;
        let rows = recall_tasks::held(self.store(), caller.scope(), page.to_store(after)).await?;
        let paged = page.paged(rows, |row| row.task_id.to_string());
        self.viewed(paged).await
    }

    /// Tasks that were overdue, of recalls that the caller watches.
    pub async fn list_overdue_tasks(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<Paged<TaskView>> {
        caller.watches()?;
        let after = page.after_id(TaskId::number)?;
        let rows =
            recall_tasks::escalated(self.store(), caller.scope(), page.to_store(after)).await?;
        let paged = page.paged(rows, |row| row.task_id.to_string());
        self.viewed(paged).await
    }

    /// One task: the holder's own, or of a recall that the caller watches.
    pub async fn find_task(&self, caller: &Caller, id: TaskId) -> Result<TaskView> {
        let task = self.task_of(caller, id).await?;
        self.task_view(task).await
    }

    /// The goods that a task is about, as far as events told; the first runs of them.
    pub async fn goods_of_task(&self, caller: &Caller, id: TaskId) -> Result<Vec<HeldRun>> {
        let task = self.task_of(caller, id).await?;
        if task.kind == TaskKind::MadeOf {
            return Ok(Vec::new());
        }
        let store = self.store();
        let found =
            recalls::holdings(store, task.recall_id, Some(&task.holder), MAX_PAGE_ROWS).await?;
        let mut goods = Vec::with_capacity(found.len());
        for held in found {
            let first = self.epc_of_id(held.range.first).await?;
            let last = match held.range.n_ids() {
                1 => first.clone(),
                _ => self.epc_of_id(held.range.last).await?,
            };
            let container = match held.container {
                Some(container) => Some(self.epc_of_id(container).await?),
                None => None,
            };
            let quantity = held.quantity.map(|(quantity, uom)| match uom {
                Some(uom) => format!("{quantity} {uom}"),
                None => quantity,
            });
            let run = Run { first, last, n_ids: held.range.n_ids() };
            goods.push(HeldRun { run, state: held.state, container, quantity });
        }
        Ok(goods)
    }

    /// Notes that a holder has read its task.
    pub async fn acknowledge_task(&self, caller: &Caller, id: TaskId) -> Result<TaskView> {
        let mut attempts = Attempts::of("acknowledge task");
        loop {
            let task = self.task_to_do(caller, id).await?;
            if task.acknowledged.is_some() {
                return self.task_view(task).await;
            }
            let statement = recall_tasks::acknowledge(&task, &caller.label, self.now_us());
            if self.write_decided(&mut attempts, vec![statement]).await?.is_some() {
                return self.find_task(caller, id).await;
            }
        }
    }

    /// What a holder did with its goods; it puts the report before it right.
    ///
    /// # Errors
    /// [`Error::Rejected`] if the numbers are not those expected and nothing explains that.
    pub async fn report_task(
        &self,
        caller: &Caller,
        id: TaskId,
        report: &TaskReport,
    ) -> Result<TaskView> {
        let report = Report {
            n_quarantined: report.n_quarantined,
            n_returned: report.n_returned,
            n_destroyed: report.n_destroyed,
            n_sold: report.n_sold,
            explanation: report.explanation.trim().to_owned(),
        };
        let mut attempts = Attempts::of("report task");
        loop {
            let task = self.task_to_do(caller, id).await?;
            check_report(&task, &report)?;
            let statement = recall_tasks::report(&task, &report, &caller.label, self.now_us());
            if self.write_decided(&mut attempts, vec![statement]).await?.is_some() {
                return self.find_task(caller, id).await;
            }
        }
    }

    /// Keeps a file that shows what was done: a picture, which is encoded anew, or a PDF as it is.
    pub async fn add_evidence(
        &self,
        caller: &Caller,
        id: TaskId,
        (name, body): (&str, Vec<u8>),
    ) -> Result<File> {
        let mut violations = Violations::default();
        violations.check_text("/name", name, MAX_LINE_CHARS);
        violations.finish()?;
        self.task_to_do(caller, id).await?;
        let (media_type, body) = stored_form(body).await?;
        let mut attempts = Attempts::of("add evidence");
        loop {
            let task = self.task_to_do(caller, id).await?;
            let files = recall_tasks::files(self.store(), id).await?;
            if files.len() >= MAX_FILES_OF_TASK {
                let limit = MAX_FILES_OF_TASK as u64;
                return Err(Error::TooLarge { limit, what: "files of one task" });
            }
            let mut sha256 = [0; 32];
            sha256.copy_from_slice(digest(&SHA256, &body).as_ref());
            if let Some(same) = files.iter().find(|it| it.sha256 == sha256) {
                return Ok(same.clone());
            }
            let file = File {
                file_no: files.last().map_or(1, |it| it.file_no + 1),
                name: name.trim().to_owned(),
                media_type: media_type.to_owned(),
                sha256,
                n_bytes: body.len() as u64,
                uploaded_by: caller.label.clone(),
                uploaded_at_us: self.now_us(),
            };
            let statement = recall_tasks::insert_file(task.task_id, &file, &body);
            if self.write_decided(&mut attempts, vec![statement]).await?.is_some() {
                return Ok(file);
            }
        }
    }

    /// Files of a task.
    pub async fn list_evidence(&self, caller: &Caller, id: TaskId) -> Result<Vec<File>> {
        self.task_of(caller, id).await?;
        Ok(recall_tasks::files(self.store(), id).await?)
    }

    /// A file of a task: media type and bytes.
    pub async fn evidence(
        &self,
        caller: &Caller,
        id: TaskId,
        file_no: u32,
    ) -> Result<(String, Vec<u8>)> {
        self.task_of(caller, id).await?;
        recall_tasks::file(self.store(), id, file_no).await?.ok_or(Error::NotFound)
    }

    /// Tells whoever watches, the owner and the holder of tasks that nobody acknowledged or
    /// reported in time, and again as long as that is so; of all tasks of a recall that are overdue
    /// at once each reader is told once. Any number of servers may try.
    pub async fn escalate_tasks(&self) -> Result<()> {
        let now_us = self.now_us();
        let at_us = (now_us, now_us - OVERDUE_AGAIN_US);
        let (store, limit) = (self.store(), MAX_RECALL_TASKS as u32);
        let first = recall_tasks::overdue(store, None, at_us, OVERDUE_AT_ONCE).await?;
        let recalls: BTreeSet<RecallId> = first.iter().map(|it| it.recall_id).collect();
        for id in recalls {
            let overdue = recall_tasks::overdue(store, Some(id), at_us, limit).await?;
            let statements = self.escalations(id, &overdue);
            // Another server was first.
            let _ = self.write_decided(&mut Attempts::of("escalate tasks"), statements).await?;
        }
        Ok(())
    }

    /// Statements that tell of overdue tasks of one recall: those who watch over its owner, the
    /// owner of those of others, and each holder of its own.
    fn escalations(&self, recall: RecallId, overdue: &[Task]) -> Vec<Statement> {
        let Some(owner) = overdue.first().map(|it| it.enterprise_id) else { return Vec::new() };
        let mut statements: Vec<Statement> =
            overdue.iter().map(|it| recall_tasks::escalate(it, self.now_us())).collect();
        // All of them in one word to who watches, and to the owner unless all are its own.
        let mut told = vec![(None, None)];
        if overdue.iter().any(|it| it.holder_id != Some(owner)) {
            told.push((Some(owner), None));
        }
        let held = overdue.iter().filter_map(|it| Some((Some(it.holder_id?), Some(it.task_id))));
        told.extend(held);
        for (nth, (to, task)) in told.into_iter().enumerate() {
            let about = About { recall, task };
            statements.push(self.notice((owner, nth), about, to, NoticeKind::Overdue));
        }
        statements
    }

    /// The task if the caller holds the goods, or watches over their holder or their owner.
    async fn task_of(&self, caller: &Caller, id: TaskId) -> Result<Task> {
        if let Some(task) = recall_tasks::find_held(self.store(), caller.scope(), id).await? {
            return Ok(task);
        }
        caller.watches().map_err(|_| Error::NotFound)?;
        recall_tasks::find(self.store(), caller.scope(), id).await?.ok_or(Error::NotFound)
    }

    /// The same if the caller may act on it: the holder does, and for a party that is no
    /// enterprise here the owner of the goods, who called it.
    async fn task_to_do(&self, caller: &Caller, id: TaskId) -> Result<Task> {
        let task = self.task_of(caller, id).await?;
        let is_holder = caller.enterprise_id.is_some() && caller.enterprise_id == task.holder_id;
        let is_for_party = task.holder_id.is_none() && caller.writes().is_ok();
        if !is_holder && !is_for_party {
            return Err(Error::Forbidden);
        }
        match task.ended_at_us {
            Some(_) => Err(Error::Conflict("the recall has ended".into())),
            None => Ok(task),
        }
    }

    async fn viewed(&self, paged: Paged<Task>) -> Result<Paged<TaskView>> {
        let mut items = Vec::with_capacity(paged.items.len());
        for task in paged.items {
            items.push(self.task_view(task).await?);
        }
        Ok(Paged { items, next: paged.next })
    }

    pub(super) async fn task_view(&self, task: Task) -> Result<TaskView> {
        let recall = recalls::find(self.store(), Scope::PLATFORM, task.recall_id).await?;
        let recall = recall.ok_or_else(|| Error::internal("the recall of a task is gone"))?;
        let holder = self.holder_name(HolderKey::from_text(&task.holder)?).await?;
        let owner = self.holder_name(HolderKey::Enterprise(task.enterprise_id)).await?;
        let recall = Recall { body: Vec::new(), closing: None, ..recall };
        Ok(TaskView { task, holder, recall, owner })
    }

    /// Statements that give each holder a task that has none, have others grow, and ask again who
    /// reported and has more than `before`: what is told once is expected until it is explained.
    pub(super) async fn tasks_for(
        &self,
        recall: &Recall,
        located: &Located,
        before: &[HoldingRow],
    ) -> Result<Vec<Statement>> {
        let limit = MAX_RECALL_TASKS as u32;
        let known = recall_tasks::of_recall(self.store(), recall.recall_id, limit).await?;
        let mut wanted: BTreeMap<(TaskKind, String), Amounts> = BTreeMap::new();
        for held in located.goods.iter().filter(|it| it.holder != HolderKey::Nobody) {
            wanted.entry((TaskKind::Holds, held.holder.text())).or_default().add(held);
        }
        for (owner, held) in &located.made_of {
            let owner = HolderKey::Enterprise(*owner).text();
            wanted.entry((TaskKind::MadeOf, owner)).or_default().add(held);
        }
        if wanted.len() > MAX_RECALL_TASKS {
            return Err(Error::TooLarge { limit: MAX_RECALL_TASKS as u64, what: HOLDERS });
        }
        let known: BTreeMap<(TaskKind, &str), &Task> =
            known.iter().map(|it| ((it.kind, it.holder.as_str()), it)).collect();
        let came = came(&located.goods, before);
        let mut statements = Vec::new();
        for (nth, ((kind, holder), amounts)) in wanted.into_iter().enumerate() {
            let task = match known.get(&(kind, holder.as_str())) {
                Some(known) => {
                    let came = match kind {
                        TaskKind::Holds => came.get(&holder).cloned().unwrap_or_default(),
                        TaskKind::MadeOf => Amounts {
                            n_items: amounts.n_items.saturating_sub(known.n_items),
                            n_lots: amounts.n_lots.saturating_sub(known.n_lots),
                            sums: Vec::new(),
                        },
                    };
                    let Some(task) = self.grown(recall, known, (&amounts, &came)) else { continue };
                    if task.reopened_at_us == known.reopened_at_us {
                        statements.push(recall_tasks::grow(&task));
                        continue;
                    }
                    statements.push(recall_tasks::reopen(&task, self.now_us()));
                    task
                }
                None => {
                    let task = self.new_task(recall, (kind, holder), &amounts, nth)?;
                    statements.push(recall_tasks::insert(&task));
                    task
                }
            };
            if task.holder_id.is_some() {
                let about = About { recall: recall.recall_id, task: Some(task.task_id) };
                let owner = recall.enterprise_id;
                statements.push(self.notice((owner, nth), about, task.holder_id, NoticeKind::Task));
            }
        }
        Ok(statements)
    }

    fn new_task(
        &self,
        recall: &Recall,
        (kind, holder): (TaskKind, String),
        amounts: &Amounts,
        nth: usize,
    ) -> Result<Task> {
        let now_us = self.now_us();
        let holder_id = match HolderKey::from_text(&holder)? {
            HolderKey::Enterprise(id) => Some(id),
            HolderKey::Party(_) | HolderKey::Nobody => None,
        };
        Ok(Task {
            // A millisecond each: thousands of one would meet among 2^20.
            task_id: TaskId::new(now_us + nth as i64 * 1_000, self.random_bits()),
            enterprise_id: recall.enterprise_id,
            recall_id: recall.recall_id,
            holder,
            holder_id,
            kind,
            revision: 0,
            n_items: amounts.n_items,
            n_lots: amounts.n_lots,
            created_at_us: now_us,
            begin_by_us: now_us + (recall.begin_by_us - recall.ordered_at_us),
            deadline_us: recall.deadline_us.max(now_us),
            acknowledged: None,
            reported: None,
            report: Report::default(),
            reopened_at_us: None,
            n_items_new: 0,
            n_lots_new: 0,
            escalated_at_us: None,
            ended_at_us: None,
        })
    }

    /// A task of a holder that has so much, of which so much came since the last look; none if that
    /// changes nothing.
    fn grown(
        &self,
        recall: &Recall,
        task: &Task,
        (has, came): (&Amounts, &Amounts),
    ) -> Option<Task> {
        if task.reported.is_none() {
            let n_items = task.n_items.max(has.n_items);
            let n_lots = task.n_lots.max(has.n_lots);
            let is_more = (n_items, n_lots) != (task.n_items, task.n_lots);
            return is_more.then(|| Task { n_items, n_lots, ..task.clone() });
        }
        if came.is_empty() {
            return None;
        }
        let more = Task {
            n_items: task.n_items + came.n_items,
            n_lots: task.n_lots + came.n_lots,
            n_items_new: task.n_items_new + came.n_items,
            n_lots_new: task.n_lots_new + came.n_lots,
            ..task.clone()
        };
        if task.reopened_at_us.is_some() {
            return Some(more);
        }
        let now_us = self.now_us();
        let begin_by_us = now_us + (recall.begin_by_us - recall.ordered_at_us);
        let deadline_us = task.deadline_us.max(begin_by_us);
        Some(Task { reopened_at_us: Some(now_us), begin_by_us, deadline_us, ..more })
    }

    /// Statements that end the tasks of a recall and tell their holders.
    pub(super) async fn end_tasks(&self, recall: &Recall) -> Result<Vec<Statement>> {
        let limit = MAX_RECALL_TASKS as u32;
        let tasks = recall_tasks::of_recall(self.store(), recall.recall_id, limit).await?;
        let mut statements = vec![recall_tasks::end(recall.recall_id, self.now_us())];
        for (nth, task) in tasks.iter().filter(|it| it.holder_id.is_some()).enumerate() {
            let about = About { recall: recall.recall_id, task: Some(task.task_id) };
            let owner = recall.enterprise_id;
            statements.push(self.notice((owner, nth), about, task.holder_id, NoticeKind::Ended));
        }
        Ok(statements)
    }

    /// The statement that has somebody told, the `nth` of one write; `None` are those who watch
    /// over the owner.
    pub(super) fn notice(
        &self,
        (owner, nth): (EnterpriseId, usize),
        about: About,
        to_id: Option<EnterpriseId>,
        kind: NoticeKind,
    ) -> Statement {
        let now_us = self.now_us();
        recall_notices::insert(&Notice {
            notice_id: TaskId::new(now_us + nth as i64 * 1_000, self.random_bits()).number(),
            enterprise_id: owner,
            recall_id: Some(about.recall),
            task_id: about.task,
            alert_id: None,
            to_id,
            kind,
            created_at_us: now_us,
            due_at_us: now_us,
        })
    }
}

/// What a recall may have too many of, as [`Error::TooLarge`] tells it.
pub(super) const HOLDERS: &str = "holders of one recall; split it";

/// What came to each holder since `before`. Of a lot whose items are not told apart that is what is
/// on its way by another event.
fn came(goods: &[Held], before: &[HoldingRow]) -> HashMap<String, Amounts> {
    let mut had: HashMap<&str, Vec<Ids>> = HashMap::new();
    for row in before {
        let ids = Ids { first: row.range.first, last: row.range.last };
        had.entry(&row.holder).or_default().push(ids);
    }
    let is_sent_again = |held: &Held| {
        let at = before.partition_point(|it| it.range.last < held.ids.first);
        let was = before.get(at).and_then(|it| it.event);
        held.is_class
            && held.state == State::InTransit
            && was.map(|(key, _)| key) != held.event.map(|(key, _)| key)
    };
    let mut came: HashMap<String, Amounts> = HashMap::new();
    for held in goods {
        let holder = held.holder.text();
        let new = match had.get(holder.as_str()) {
            Some(had) if !is_sent_again(held) => without(&[held.ids], had),
            _ => vec![held.ids],
        };
        for ids in new {
            came.entry(holder.clone()).or_default().add(&Held { ids, ..held.clone() });
        }
    }
    came
}

/// What a notice is about.
#[derive(Clone, Copy)]
pub(super) struct About {
    pub(super) recall: RecallId,
    pub(super) task: Option<TaskId>,
}

/// Numbers must be those expected, or something must explain why they are not.
fn check_report(task: &Task, report: &Report) -> Result<()> {
    let mut violations = Violations::default();
    if !report.explanation.trim().is_empty() {
        violations.check_text("/explanation", &report.explanation, MAX_RECALL_TEXT_CHARS);
    } else if task.kind == TaskKind::Holds && report.n_items() != task.n_items {
        let message = format!(
            "{} items are told and {} are expected; say in `explanation` why",
            report.n_items(),
            task.n_items
        );
        violations.add("/explanation", "does-not-reconcile", message);
    } else if task.n_lots > 0 || task.kind == TaskKind::MadeOf {
        let message = "say in `explanation` what became of the lots, or of what was made of them";
        violations.add("/explanation", "required", message);
    }
    // Far more than any holder has: a slip of the finger, and sums stay sums.
    let most = task.n_items.saturating_mul(100).max(1_000_000);
    for (pointer, n) in [
        ("/n_quarantined", report.n_quarantined),
        ("/n_returned", report.n_returned),
        ("/n_destroyed", report.n_destroyed),
        ("/n_sold", report.n_sold),
    ] {
        if n > most {
            violations.add(pointer, "too-many", format!("{most} at most; look at the number"));
        }
    }
    violations.finish()
}

/// The form in which a file is kept, and its media type.
pub(crate) async fn stored_form(body: Vec<u8>) -> Result<(&'static str, Vec<u8>)> {
    if body.len() > MAX_EVIDENCE_BYTES {
        let limit = MAX_EVIDENCE_BYTES as u64;
        return Err(Error::TooLarge { limit, what: "bytes of a file" });
    }
    if body.starts_with(b"%PDF-") {
        return Ok(("application/pdf", body));
    }
    match pictures::in_turn(move || pictures::encode_anew(&body)).await {
        Ok(picture) => Ok(("image/png", picture.body)),
        Err(Error::Rejected(_)) => {
            Err(Error::rejected("/file", "bad-file", "send a PDF, PNG, JPEG or WebP file"))
        }
        Err(error) => Err(error),
    }
}
