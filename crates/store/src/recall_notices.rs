//! The outbox of recalls: who is to be told what; and how often enterprises drill.
//!
//! A notice is written with what it tells of, and stands here until the letters of it are written,
//! in the write that takes it out (see [`crate::recall_letters`]).

use crate::id::{AlertId, EnterpriseId, RecallId, TaskId};
use crate::{Result, Row, Statement, Store};

/// What somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// A holder: it has a task.
    Task,
    /// A holder: the recall has ended.
    Ended,
    /// The owner: recalled goods went on.
    Alert,
    /// Whoever watches: a task is overdue.
    Overdue,
    /// The owner: the next drill is due.
    DrillDue,
    /// The owner: its goods were called back, whoever ordered it.
    Ordered,
    /// Whoever reads an address of e-mail: is it for notices of this reader?
    Confirm,
    /// Whose queue it is: an alert was raised.
    Raised,
}

/// One notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Grows with time; unique.
    pub notice_id: i64,
    /// Whose goods, or who drills.
    pub enterprise_id: EnterpriseId,
    /// About which recall; none for drills that are due.
    pub recall_id: Option<RecallId>,
    /// About which task.
    pub task_id: Option<TaskId>,
    /// About which alert.
    pub alert_id: Option<AlertId>,
    /// Who is told; none are those who watch over the owner.
    pub to_id: Option<EnterpriseId>,
    /// What.
    pub kind: NoticeKind,
    /// Microseconds since the epoch.
    pub created_at_us: i64,
    /// From when on it is addressed.
    pub due_at_us: i64,
}

/// The statement that puts a notice into the outbox.
pub fn insert(it: &Notice) -> Statement {
    Statement::new(
        "insert into recall_notices (notice_id, enterprise_id, recall_id, task_id, to_id, kind,
           created_at, due_at, n_attempts, last_error, alert_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 0, '', $9)",
        [
            it.notice_id.into(),
            it.enterprise_id.into(),
            it.recall_id.map_or(0, |id| id.0).into(),
            it.task_id.map_or(0, |id| id.0).into(),
            it.to_id.map_or(0, |id| id.0).into(),
            (it.kind as i64).into(),
            it.created_at_us.into(),
            it.due_at_us.into(),
            it.alert_id.map_or(0, |id| id.0).into(),
        ],
    )
    .expect(1)
}

/// What a queue of notices or letters is about; each is read by itself, so that neither waits for
/// the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// Recalls, drills, and the addresses of readers.
    Recalls,
    /// Alerts.
    Alerts,
}

macro_rules! select_due {
    ($topic:literal) => {
        concat!(
            "select notice_id, enterprise_id, recall_id, task_id, to_id, kind, created_at, due_at,
               alert_id
             from recall_notices where due_at <= $1 and ",
            $topic,
            " order by due_at, notice_id limit $2"
        )
    };
}

/// The first notices of a topic that are due.
pub async fn due(store: &Store, topic: Topic, now_us: i64, limit: u32) -> Result<Vec<Notice>> {
    let rows = store.rows(due_sql(topic), &[now_us.into(), limit.into()]).await?;
    rows.iter().map(notice_of).collect()
}

pub(crate) fn due_sql(topic: Topic) -> &'static str {
    match topic {
        Topic::Recalls => select_due!("alert_id = 0"),
        Topic::Alerts => select_due!("alert_id > 0"),
    }
}

/// The statement that takes a notice out, to be addressed; one that another took is a conflict.
pub fn take(notice_id: i64) -> Statement {
    Statement::new("delete from recall_notices where notice_id = $1", [notice_id.into()]).expect(1)
}

/// How often an enterprise drills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrillSchedule {
    /// Who.
    pub enterprise_id: EnterpriseId,
    /// Months between two.
    pub every_months: u8,
    /// When the next is due, microseconds since the epoch.
    pub next_at_us: i64,
    /// When it was reminded of that one.
    pub reminded_at_us: Option<i64>,
}

/// The statement that puts a schedule in place of the one before.
pub fn set_schedule(it: &DrillSchedule) -> Statement {
    Statement::new(
        "insert into recall_drills (enterprise_id, every_months, next_at, reminded_at)
         values ($1, $2, $3, $4)
         on conflict (enterprise_id) do update set every_months = excluded.every_months,
           next_at = excluded.next_at, reminded_at = excluded.reminded_at",
        [
            it.enterprise_id.into(),
            i64::from(it.every_months).into(),
            it.next_at_us.into(),
            it.reminded_at_us.into(),
        ],
    )
    .expect(1)
}

/// The statement that ends a schedule.
pub fn delete_schedule(id: EnterpriseId) -> Statement {
    Statement::new("delete from recall_drills where enterprise_id = $1", [id.into()])
}

/// The statement that notes a reminder; one that was reminded meanwhile is a conflict.
pub fn remind(it: &DrillSchedule, now_us: i64) -> Statement {
    let sql = "update recall_drills set reminded_at = $3
               where enterprise_id = $1 and next_at = $2 and reminded_at is null";
    Statement::new(sql, [it.enterprise_id.into(), it.next_at_us.into(), now_us.into()]).expect(1)
}

/// How often an enterprise drills, if it does.
pub async fn schedule(store: &Store, id: EnterpriseId) -> Result<Option<DrillSchedule>> {
    let sql = "select enterprise_id, every_months, next_at, reminded_at from recall_drills
               where enterprise_id = $1";
    store.rows(sql, &[id.into()]).await?.first().map(schedule_of).transpose()
}

/// Schedules whose next drill is due and whose enterprise was not reminded.
pub async fn drills_due(store: &Store, now_us: i64, limit: u32) -> Result<Vec<DrillSchedule>> {
    let sql = "select enterprise_id, every_months, next_at, reminded_at from recall_drills
               where next_at <= $1 and reminded_at is null order by next_at limit $2";
    let rows = store.rows(sql, &[now_us.into(), limit.into()]).await?;
    rows.iter().map(schedule_of).collect()
}

fn schedule_of(row: Row<'_>) -> Result<DrillSchedule> {
    Ok(DrillSchedule {
        enterprise_id: EnterpriseId(row.int(0)?),
        every_months: row.uint(1)?,
        next_at_us: row.int(2)?,
        reminded_at_us: row.opt_int(3)?,
    })
}

impl NoticeKind {
    /// Stable name, in snake case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Ended => "ended",
            Self::Alert => "alert",
            Self::Overdue => "overdue",
            Self::DrillDue => "drill_due",
            Self::Ordered => "ordered",
            Self::Confirm => "confirm",
            Self::Raised => "raised",
        }
    }
}

pub(crate) const KINDS: [NoticeKind; 8] = [
    NoticeKind::Task,
    NoticeKind::Ended,
    NoticeKind::Alert,
    NoticeKind::Overdue,
    NoticeKind::DrillDue,
    NoticeKind::Ordered,
    NoticeKind::Confirm,
    NoticeKind::Raised,
];

fn notice_of(row: Row<'_>) -> Result<Notice> {
    let some = |id: i64| Some(id).filter(|id| *id != 0);
    Ok(Notice {
        notice_id: row.int(0)?,
        enterprise_id: EnterpriseId(row.int(1)?),
        recall_id: some(row.int(2)?).map(RecallId),
        task_id: some(row.int(3)?).map(TaskId),
        to_id: some(row.int(4)?).map(EnterpriseId),
        kind: crate::events::listed(&KINDS, row.int(5)?)?,
        created_at_us: row.int(6)?,
        due_at_us: row.int(7)?,
        alert_id: some(row.int(8)?).map(AlertId),
    })
}
