//! Tasks of holders of recalled goods, and the files that they show.

use crate::id::{EnterpriseId, RecallId, Scope, TaskId};
use crate::page::{List, Page, list};
use crate::{Error, Result, Row, Statement, Store};

/// Why somebody has a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskKind {
    /// It has recalled goods.
    Holds,
    /// Goods of its own were made of them.
    MadeOf,
}

impl TaskKind {
    /// Stable name: `holds`, `made_of`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::MadeOf => "made_of",
        }
    }
}

/// What a holder is asked to do, and what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its id.
    pub task_id: TaskId,
    /// Whose goods were called back.
    pub enterprise_id: EnterpriseId,
    /// By which recall.
    pub recall_id: RecallId,
    /// As in [`crate::recalls::HoldingRow`].
    pub holder: String,
    /// The enterprise that it is.
    pub holder_id: Option<EnterpriseId>,
    /// Why.
    pub kind: TaskKind,
    /// Counts changes.
    pub revision: i64,
    /// The most items that it was told to have.
    pub n_items: u64,
    /// The most lots.
    pub n_lots: u64,
    /// Microseconds since the epoch.
    pub created_at_us: i64,
    /// By when it is to be acknowledged.
    pub begin_by_us: i64,
    /// By when it is to be done.
    pub deadline_us: i64,
    /// When and by whom it was acknowledged.
    pub acknowledged: Option<(i64, String)>,
    /// When and by whom it was reported last.
    pub reported: Option<(i64, String)>,
    /// What was reported.
    pub report: Report,
    /// Since when it is asked again, as it has more than it reported on.
    pub reopened_at_us: Option<i64>,
    /// Items that came to it since it reported.
    pub n_items_new: u64,
    /// Lots that did.
    pub n_lots_new: u64,
    /// When it was overdue and whoever watches was told last.
    pub escalated_at_us: Option<i64>,
    /// When the recall ended.
    pub ended_at_us: Option<i64>,
}

impl Task {
    /// Whether all that it has was reported on.
    pub fn is_reported(&self) -> bool {
        self.reported.is_some() && self.reopened_at_us.is_none()
    }
}

/// What a holder did with its items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
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

impl Report {
    /// All items that it tells of.
    pub fn n_items(&self) -> u64 {
        [self.n_returned, self.n_destroyed, self.n_sold]
            .iter()
            .fold(self.n_quarantined, |sum, n| sum.saturating_add(*n))
    }
}

/// A file that shows what was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// From 1.
    pub file_no: u32,
    /// What the holder calls it.
    pub name: String,
    /// `image/png` or `application/pdf`.
    pub media_type: String,
    /// SHA-256 of what is stored.
    pub sha256: [u8; 32],
    /// Bytes that are stored.
    pub n_bytes: u64,
    /// By whom.
    pub uploaded_by: String,
    /// Microseconds since the epoch.
    pub uploaded_at_us: i64,
}

macro_rules! select_tasks {
    ($($rest:literal),+) => {
        concat!(
            "select enterprise_id, task_id, recall_id, holder, holder_id, kind, revision, n_items,
               n_lots, created_at, begin_by, deadline, acknowledged_at, acknowledged_by,
               reported_at, reported_by, n_quarantined, n_returned, n_destroyed, n_sold,
               explanation, escalated_at, ended_at, reopened_at, n_items_new, n_lots_new
             from ",
            $($rest),+
        )
    };
}

macro_rules! select_held {
    ($($rest:literal),+) => {
        select_tasks!(
            "(select t.enterprise_id as owner_id, t.holder_id as enterprise_id, t.task_id,
                t.recall_id, t.holder, t.enterprise_id as holder_id, t.kind, t.revision, t.n_items,
                t.n_lots, t.created_at, t.begin_by, t.deadline, t.acknowledged_at,
                t.acknowledged_by, t.reported_at, t.reported_by, t.n_quarantined, t.n_returned,
                t.n_destroyed, t.n_sold, t.explanation, t.escalated_at, t.ended_at,
                t.reopened_at, t.n_items_new, t.n_lots_new
              from recall_tasks t where t.holder_id > 0) as held ",
            $($rest),+
        )
    };
}

macro_rules! select_overdue {
    ($($rest:literal),+) => {
        select_tasks!(
            "(select * from recall_tasks t where t.escalated_at is not null) as overdue ",
            $($rest),+
        )
    };
}

/// The statement that adds a task.
pub fn insert(it: &Task) -> Statement {
    Statement::new(
        "insert into recall_tasks (enterprise_id, task_id, recall_id, holder, holder_id, kind,
           revision, n_items, n_lots, created_at, begin_by, deadline, acknowledged_by, reported_by,
           n_quarantined, n_returned, n_destroyed, n_sold, explanation)
         values ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10, $11, '', '', 0, 0, 0, 0, '')",
        [
            it.enterprise_id.into(),
            it.task_id.into(),
            it.recall_id.into(),
            it.holder.as_str().into(),
            it.holder_id.map_or(0, |id| id.0).into(),
            (it.kind as i64).into(),
            it.n_items.into(),
            it.n_lots.into(),
            it.created_at_us.into(),
            it.begin_by_us.into(),
            it.deadline_us.into(),
        ],
    )
    .expect(1)
}

/// The statement that notes how much a holder of a task was told to have by now; a change since
/// `it.revision` was read is a conflict.
pub fn grow(it: &Task) -> Statement {
    let sql =
        "update recall_tasks set n_items = $3, n_lots = $4, n_items_new = $5, n_lots_new = $6,
                 revision = revision + 1
               where task_id = $1 and revision = $2";
    let args = [
        it.task_id.into(),
        it.revision.into(),
        it.n_items.into(),
        it.n_lots.into(),
        it.n_items_new.into(),
        it.n_lots_new.into(),
    ];
    Statement::new(sql, args).expect(1)
}

/// The statement that asks a holder again that reported and has more by now; a change since
/// `it.revision` was read is a conflict.
pub fn reopen(it: &Task, now_us: i64) -> Statement {
    Statement::new(
        "update recall_tasks set n_items = $3, n_lots = $4, n_items_new = $5, n_lots_new = $6,
           reopened_at = $7, begin_by = $8, deadline = $9, acknowledged_at = null,
           acknowledged_by = '', revision = revision + 1
         where task_id = $1 and revision = $2 and ended_at is null",
        [
            it.task_id.into(),
            it.revision.into(),
            it.n_items.into(),
            it.n_lots.into(),
            it.n_items_new.into(),
            it.n_lots_new.into(),
            now_us.into(),
            it.begin_by_us.into(),
            it.deadline_us.into(),
        ],
    )
    .expect(1)
}

/// The statement that notes that a task was acknowledged; a change since `it.revision` was read is
/// a conflict.
pub fn acknowledge(it: &Task, by: &str, now_us: i64) -> Statement {
    Statement::new(
        "update recall_tasks set acknowledged_at = coalesce(acknowledged_at, $3),
           acknowledged_by = $4, revision = revision + 1
         where task_id = $1 and revision = $2 and ended_at is null",
        [it.task_id.into(), it.revision.into(), now_us.into(), by.into()],
    )
    .expect(1)
}

/// The statement that puts a report in place of the one before, and acknowledges; a change since
/// `it.revision` was read is a conflict.
pub fn report(it: &Task, report: &Report, by: &str, now_us: i64) -> Statement {
    let who = it.acknowledged.as_ref().map_or(by, |(_, who)| who);
    Statement::new(
        "update recall_tasks set acknowledged_at = coalesce(acknowledged_at, $3),
           acknowledged_by = $4, reported_at = $3, reported_by = $5, n_quarantined = $6,
           n_returned = $7, n_destroyed = $8, n_sold = $9, explanation = $10,
           reopened_at = null, n_items_new = 0, n_lots_new = 0, revision = revision + 1
         where task_id = $1 and revision = $2 and ended_at is null",
        [
            it.task_id.into(),
            it.revision.into(),
            now_us.into(),
            who.into(),
            by.into(),
            report.n_quarantined.into(),
            report.n_returned.into(),
            report.n_destroyed.into(),
            report.n_sold.into(),
            report.explanation.as_str().into(),
        ],
    )
    .expect(1)
}

/// The statement that ends the tasks of a recall.
pub fn end(id: RecallId, now_us: i64) -> Statement {
    let sql = "update recall_tasks set ended_at = $2 where recall_id = $1 and ended_at is null";
    Statement::new(sql, [id.into(), now_us.into()])
}

/// The statement that notes that whoever watches is told; one that did so since `it` was read is a
/// conflict.
pub fn escalate(it: &Task, now_us: i64) -> Statement {
    let sql = "update recall_tasks set escalated_at = $2
               where task_id = $1 and coalesce(escalated_at, 0) = $3 and ended_at is null";
    let before_us = it.escalated_at_us.unwrap_or_default();
    Statement::new(sql, [it.task_id.into(), now_us.into(), before_us.into()]).expect(1)
}

/// Tasks of open recalls that were to be acknowledged or done by now, of which nobody was told
/// since, or not since `told_before_us`; the first `limit`, of one recall if it is named.
pub async fn overdue(
    store: &Store,
    recall: Option<RecallId>,
    (now_us, told_before_us): (i64, i64),
    limit: u32,
) -> Result<Vec<Task>> {
    let sql = select_tasks!(
        "recall_tasks where ended_at is null and begin_by < $1
           and (acknowledged_at is null
             or ((reported_at is null or reopened_at is not null) and deadline < $1))
           and (escalated_at is null or escalated_at < begin_by or escalated_at < $2
             or (escalated_at <= deadline and deadline < $1))
           and (cast($4 as bigint) = 0 or recall_id = $4)
         order by begin_by, task_id limit $3"
    );
    let recall = recall.map_or(0, |id| id.0);
    let args = [now_us.into(), told_before_us.into(), limit.into(), recall.into()];
    let rows = store.rows_long(sql, &args).await?;
    rows.iter().map(task_of).collect()
}

/// One task of goods of enterprises inside `scope`.
pub async fn find(store: &Store, scope: Scope, id: TaskId) -> Result<Option<Task>> {
    let sql = select_tasks!("recall_tasks where task_id = $3 and enterprise_id between $1 and $2");
    let args = [scope.first.into(), scope.last.into(), id.into()];
    store.rows(sql, &args).await?.first().map(task_of).transpose()
}

/// One task of a holder inside `scope`.
pub async fn find_held(store: &Store, scope: Scope, id: TaskId) -> Result<Option<Task>> {
    let sql = select_tasks!(
        "recall_tasks where task_id = $3 and holder_id > 0 and holder_id between $1 and $2"
    );
    let args = [scope.first.into(), scope.last.into(), id.into()];
    store.rows(sql, &args).await?.first().map(task_of).transpose()
}

/// All tasks of a recall, `limit` at most.
pub async fn of_recall(store: &Store, id: RecallId, limit: u32) -> Result<Vec<Task>> {
    let sql = select_tasks!("recall_tasks where recall_id = $1 order by task_id limit $2");
    let rows = store.rows_long(sql, &[id.into(), limit.into()]).await?;
    rows.iter().map(task_of).collect()
}

/// A page of the tasks of a recall, in the order in which they were given.
pub async fn page_of_recall(store: &Store, id: RecallId, page: Page) -> Result<Vec<Task>> {
    let sql = select_tasks!(
        "recall_tasks where recall_id = $1 and task_id > $2 order by task_id limit $3"
    );
    let args = [id.into(), page.after.unwrap_or(i64::MIN).into(), page.limit.into()];
    store.rows(sql, &args).await?.iter().map(task_of).collect()
}

/// Tasks of holders inside `scope`, in the order in which they were given.
pub async fn held(store: &Store, scope: Scope, page: Page) -> Result<Vec<Task>> {
    const LIST: List = list!(select_held, "task_id");
    let rows = LIST.rows(store, scope, page).await?;
    // The two ids stand in each other's place there, so that the scope is the holder's.
    let swapped = |row: Row<'_>| {
        let task = task_of(row)?;
        let owner = task.holder_id.ok_or(Error::corrupt("a task without an owner"))?;
        Ok(Task { holder_id: Some(task.enterprise_id), enterprise_id: owner, ..task })
    };
    rows.iter().map(swapped).collect()
}

/// Overdue tasks of goods of enterprises inside `scope`.
pub async fn escalated(store: &Store, scope: Scope, page: Page) -> Result<Vec<Task>> {
    const LIST: List = list!(select_overdue, "task_id");
    let rows = LIST.rows(store, scope, page).await?;
    rows.iter().map(task_of).collect()
}

/// The statement that keeps a file; a number that is taken is a conflict.
pub fn insert_file(id: TaskId, file: &File, body: &[u8]) -> Statement {
    Statement::new(
        "insert into recall_files (task_id, file_no, name, media_type, sha256, body, uploaded_by,
           uploaded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            id.into(),
            i64::from(file.file_no).into(),
            file.name.as_str().into(),
            file.media_type.as_str().into(),
            file.sha256.as_slice().into(),
            body.into(),
            file.uploaded_by.as_str().into(),
            file.uploaded_at_us.into(),
        ],
    )
    .expect(1)
}

/// Files of a task, in order, without what is in them.
pub async fn files(store: &Store, id: TaskId) -> Result<Vec<File>> {
    let sql = "select file_no, name, media_type, sha256, length(body), uploaded_by, uploaded_at
               from recall_files where task_id = $1 order by file_no limit 100";
    store.rows(sql, &[id.into()]).await?.iter().map(file_of).collect()
}

/// Files of all tasks of a recall, by task, `limit` at most, without what is in them.
pub async fn files_of_recall(
    store: &Store,
    id: RecallId,
    limit: u32,
) -> Result<Vec<(TaskId, File)>> {
    let sql = "select f.file_no, f.name, f.media_type, f.sha256, length(f.body), f.uploaded_by,
                 f.uploaded_at, f.task_id
               from recall_tasks t join recall_files f on f.task_id = t.task_id
               where t.recall_id = $1 order by f.task_id, f.file_no limit $2";
    let rows = store.rows_long(sql, &[id.into(), limit.into()]).await?;
    rows.iter().map(|row| Ok((TaskId(row.int(7)?), file_of(row)?))).collect()
}

/// What is in a file, and its media type.
pub async fn file(store: &Store, id: TaskId, file_no: u32) -> Result<Option<(String, Vec<u8>)>> {
    let sql = "select media_type, body from recall_files where task_id = $1 and file_no = $2";
    let rows = store.rows(sql, &[id.into(), file_no.into()]).await?;
    rows.first().map(|row| Ok((row.text(0)?.to_owned(), row.bytes(1)?.to_vec()))).transpose()
}

pub(crate) fn file_of(row: Row<'_>) -> Result<File> {
    Ok(File {
        file_no: row.uint(0)?,
        name: row.text(1)?.to_owned(),
        media_type: row.text(2)?.to_owned(),
        sha256: row.bytes(3)?.try_into().map_err(|_| Error::corrupt("a hash is not 32 bytes"))?,
        n_bytes: row.uint(4)?,
        uploaded_by: row.text(5)?.to_owned(),
        uploaded_at_us: row.int(6)?,
    })
}

const KINDS: [TaskKind; 2] = [TaskKind::Holds, TaskKind::MadeOf];

fn task_of(row: Row<'_>) -> Result<Task> {
    let said = |at: usize| -> Result<Option<(i64, String)>> {
        let by = row.text(at + 1)?.to_owned();
        Ok(row.opt_int(at)?.map(|at_us| (at_us, by)))
    };
    Ok(Task {
        enterprise_id: EnterpriseId(row.int(0)?),
        task_id: TaskId(row.int(1)?),
        recall_id: RecallId(row.int(2)?),
        holder: row.text(3)?.to_owned(),
        holder_id: Some(row.int(4)?).filter(|id| *id > 0).map(EnterpriseId),
        kind: crate::events::listed(&KINDS, row.int(5)?)?,
        revision: row.int(6)?,
        n_items: row.uint(7)?,
        n_lots: row.uint(8)?,
        created_at_us: row.int(9)?,
        begin_by_us: row.int(10)?,
        deadline_us: row.int(11)?,
        acknowledged: said(12)?,
        reported: said(14)?,
        report: Report {
            n_quarantined: row.uint(16)?,
            n_returned: row.uint(17)?,
            n_destroyed: row.uint(18)?,
            n_sold: row.uint(19)?,
            explanation: row.text(20)?.to_owned(),
        },
        escalated_at_us: row.opt_int(21)?,
        ended_at_us: row.opt_int(22)?,
        reopened_at_us: row.opt_int(23)?,
        n_items_new: row.uint(24)?,
        n_lots_new: row.uint(25)?,
    })
}
