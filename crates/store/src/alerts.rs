//! Alerts: what somebody should look at, of an enterprise or of the platform, and what was done
//! about it.
//!
//! The same reason and subject is open once: raised again, it counts up in the same row.

use crate::id::{AlertId, EnterpriseId, ProductId, Scope};
use crate::page::{Order, Page};
use crate::{Result, Row, Statement, Store, Value};

/// How soon somebody should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// At once (一级).
    Urgent = 1,
    /// Today (二级).
    Important = 2,
    /// When there is time (三级).
    Notice = 3,
}

/// Every grade, the gravest first.
pub const GRADES: [Grade; 3] = [Grade::Urgent, Grade::Important, Grade::Notice];

/// Why an alert was raised. The order is that of the numbers in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The verdict of an item became careful; the detail names the rule.
    Careful,
    /// A PIN was right that another device had proved before.
    PinUsed,
    /// A PIN was locked after too many wrong tries.
    PinLocked,
    /// A reserved code was scanned, which no label carries.
    ReservedCode,
    /// Goods are probably sold outside the territory of their dealer (疑似窜货).
    Diversion,
    /// A buyer reported a suspected fake.
    ReportedFake,
    /// A recall cannot be located anew.
    RecallNotFollowed,
    /// A notice of a recall was given up.
    NoticeGivenUp,
}

/// Every reason.
pub const REASONS: [Reason; 8] = [
    Reason::Careful,
    Reason::PinUsed,
    Reason::PinLocked,
    Reason::ReservedCode,
    Reason::Diversion,
    Reason::ReportedFake,
    Reason::RecallNotFollowed,
    Reason::NoticeGivenUp,
];

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectKind {
    /// One item; the subject is its identifier id as a number.
    Item,
    /// An order of codes.
    Batch,
    /// A product.
    Product,
    /// A dealer.
    Dealer,
    /// A case of suspected diversion.
    Case,
    /// A report of a suspected fake.
    Report,
    /// A recall.
    Recall,
}

/// Every kind of subject.
pub const SUBJECTS: [SubjectKind; 7] = [
    SubjectKind::Item,
    SubjectKind::Batch,
    SubjectKind::Product,
    SubjectKind::Dealer,
    SubjectKind::Case,
    SubjectKind::Report,
    SubjectKind::Recall,
];

/// How far it is dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody looked yet.
    Open,
    /// Somebody did.
    Acknowledged,
    /// Somebody deals with it.
    Assigned,
    /// It is over.
    Closed,
}

/// Every state.
pub const STATES: [State; 4] = [State::Open, State::Acknowledged, State::Assigned, State::Closed];

/// What it was in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Nobody says yet.
    None,
    /// There was something.
    True,
    /// There was nothing.
    False,
    /// Another alert tells of the same.
    Duplicate,
}

/// Every outcome.
pub const OUTCOMES: [Outcome; 4] =
    [Outcome::None, Outcome::True, Outcome::False, Outcome::Duplicate];

/// What was done with an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Somebody looked.
    Acknowledged,
    /// It was given to somebody.
    Assigned,
    /// It was closed.
    Closed,
    /// Something was written to it.
    Noted,
    /// It was opened again after it had been closed.
    Reopened,
}

const ACTIONS: [Action; 5] =
    [Action::Acknowledged, Action::Assigned, Action::Closed, Action::Noted, Action::Reopened];

/// Stable names, in snake case. A macro, because they differ in nothing else.
macro_rules! names {
    ($($kind:ident: $($value:ident $name:literal),+;)*) => {$(
        impl $kind {
            /// Stable name, in snake case.
            pub fn name(self) -> &'static str {
                match self { $(Self::$value => $name,)+ }
            }

            /// The one of that name, if there is one.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$value),)+ _ => None }
            }
        }
    )*};
}

names! {
    Grade: Urgent "urgent", Important "important", Notice "notice";
    Reason: Careful "careful", PinUsed "pin_used", PinLocked "pin_locked",
        ReservedCode "reserved_code", Diversion "diversion", ReportedFake "reported_fake",
        RecallNotFollowed "recall_not_followed", NoticeGivenUp "notice_given_up";
    SubjectKind: Item "item", Batch "batch", Product "product", Dealer "dealer", Case "case",
        Report "report", Recall "recall";
    State: Open "open", Acknowledged "acknowledged", Assigned "assigned", Closed "closed";
    Outcome: None "none", True "true", False "false", Duplicate "duplicate";
    Action: Acknowledged "acknowledged", Assigned "assigned", Closed "closed", Noted "noted",
        Reopened "reopened";
}

/// An alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Whose queue; [`EnterpriseId::NOBODY`] is the platform's.
    pub enterprise_id: EnterpriseId,
    /// Its id.
    pub alert_id: AlertId,
    /// How soon somebody should look.
    pub grade: Grade,
    /// Why it was raised.
    pub reason: Reason,
    /// What the reason names, such as a rule; else empty.
    pub detail: String,
    /// What it is about.
    pub subject_kind: SubjectKind,
    /// Which, as its id is printed.
    pub subject: String,
    /// Of which product, if it is of one.
    pub product_id: Option<ProductId>,
    /// How far it is dealt with.
    pub state: State,
    /// What it was in the end.
    pub outcome: Outcome,
    /// Counts what was done with it, for compare-and-swap.
    pub revision: u64,
    /// Who deals with it; empty if nobody does.
    pub assignee: String,
    /// How often it was raised.
    pub n_times: u64,
    /// For the first time, microseconds since the epoch.
    pub first_at_us: i64,
    /// For the last time.
    pub last_at_us: i64,
    /// When it was closed.
    pub closed_at_us: Option<i64>,
}

/// Something was done with an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// From 1 within the alert.
    pub change_no: u64,
    /// What.
    pub action: Action,
    /// What it was, where it was closed.
    pub outcome: Outcome,
    /// To whom it was given.
    pub assignee: String,
    /// What was written to it.
    pub note: String,
    /// By whom.
    pub changed_by: String,
    /// Microseconds since the epoch.
    pub changed_at_us: i64,
}

/// Statements that raise an alert: a new row or, while the same reason and subject is open, only
/// its count; nothing if it was closed as a false alarm or a duplicate after `quiet_since_us`. A
/// new row has a notice under `notice_id`, and so has one whose grade rose.
pub fn raise(it: &Alert, quiet_since_us: Option<i64>, notice_id: i64) -> Vec<Statement> {
    let raise = Statement::new(
        "insert into alerts (enterprise_id, alert_id, grade, reason, detail, subject_kind, subject,
           product_id, state, outcome, revision, assignee, n_times, first_at, last_at, closed_at,
           open_key, told_grade)
         select cast($1 as bigint), cast($2 as bigint), cast($3 as bigint), cast($4 as bigint),
           cast($5 as text), cast($6 as bigint), cast($7 as text), cast($8 as bigint), 0, 0, 0, '',
           cast($9 as bigint), cast($10 as bigint), cast($11 as bigint), null, 0, 4
         where not exists (select 1 from alerts
           where enterprise_id = $1 and reason = $4 and detail = $5 and subject_kind = $6
             and subject = $7 and open_key > 0 and outcome in (2, 3) and closed_at > $12)
         on conflict (enterprise_id, reason, detail, subject_kind, subject, open_key)
         do update set n_times = alerts.n_times + excluded.n_times,
           last_at = case when excluded.last_at > alerts.last_at then excluded.last_at
             else alerts.last_at end,
           grade = case when excluded.grade < alerts.grade then excluded.grade
             else alerts.grade end",
        [
            it.enterprise_id.into(),
            it.alert_id.into(),
            (it.grade as i64).into(),
            (it.reason as i64).into(),
            it.detail.as_str().into(),
            (it.subject_kind as i64).into(),
            it.subject.as_str().into(),
            it.product_id.map_or(0, |id| id.0).into(),
            it.n_times.into(),
            it.first_at_us.into(),
            it.last_at_us.into(),
            quiet_since_us.unwrap_or(i64::MAX).into(),
        ],
    );
    // The row is held from here on, so of several servers one tells of a grade.
    let same: [Value; 5] = [
        it.enterprise_id.into(),
        (it.reason as i64).into(),
        it.detail.as_str().into(),
        (it.subject_kind as i64).into(),
        it.subject.as_str().into(),
    ];
    let tell = Statement::new(
        "insert into recall_notices (notice_id, enterprise_id, recall_id, task_id, to_id, kind,
           created_at, due_at, n_attempts, last_error, alert_id)
         select cast($6 as bigint), enterprise_id, 0, 0, enterprise_id, 7, cast($7 as bigint),
           cast($7 as bigint), 0, '', alert_id
         from alerts where enterprise_id = $1 and reason = $2 and detail = $3
           and subject_kind = $4 and subject = $5 and open_key = 0 and grade < told_grade",
        [same.as_slice(), &[notice_id.into(), it.last_at_us.into()]].concat(),
    );
    let told = Statement::new(
        "update alerts set told_grade = grade where enterprise_id = $1 and reason = $2
           and detail = $3 and subject_kind = $4 and subject = $5 and open_key = 0
           and grade < told_grade",
        same,
    );
    vec![raise, tell, told]
}

/// Statements that forget alerts that were closed before a time, a hundred at most, with what was
/// done with them.
pub fn forget(before_us: i64) -> Vec<Statement> {
    let args = || [before_us.into()];
    vec![
        Statement::new(
            "delete from alert_changes where (enterprise_id, alert_id) in
               (select enterprise_id, alert_id from alerts where closed_at < $1
                order by closed_at, alert_id limit 100)",
            args(),
        ),
        Statement::new(
            "delete from alerts where (enterprise_id, alert_id) in
               (select enterprise_id, alert_id from alerts where closed_at < $1
                order by closed_at, alert_id limit 100)",
            args(),
        ),
    ]
}

/// Statements that note what was done: `after` is the alert from then on; one that changed since
/// `before` was read is a conflict.
pub fn change(before: &Alert, after: &Alert, note: &Change) -> Vec<Statement> {
    let is_closed = after.state == State::Closed;
    let update = Statement::new(
        "update alerts set state = $4, outcome = $5, assignee = $6, closed_at = $7,
           open_key = $8, revision = revision + 1
         where enterprise_id = $1 and alert_id = $2 and revision = $3",
        [
            before.enterprise_id.into(),
            before.alert_id.into(),
            before.revision.into(),
            (after.state as i64).into(),
            (after.outcome as i64).into(),
            after.assignee.as_str().into(),
            after.closed_at_us.into(),
            (if is_closed { before.alert_id.0 } else { 0 }).into(),
        ],
    );
    let log = Statement::new(
        "insert into alert_changes (enterprise_id, alert_id, change_no, action, outcome, assignee,
           note, changed_by, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            before.enterprise_id.into(),
            before.alert_id.into(),
            note.change_no.into(),
            (note.action as i64).into(),
            (note.outcome as i64).into(),
            note.assignee.as_str().into(),
            note.note.as_str().into(),
            note.changed_by.as_str().into(),
            note.changed_at_us.into(),
        ],
    );
    vec![update.expect(1), log.expect(1)]
}

/// Which alerts of a scope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those that are not closed.
    pub is_open: bool,
    /// Only those in this state.
    pub state: Option<State>,
    /// Only those of this grade.
    pub grade: Option<Grade>,
    /// Only those raised for this.
    pub reason: Option<Reason>,
}

/// What [`alert_of`] reads, with the rest of the statement.
macro_rules! select_alerts {
    ($($rest:literal),+) => {
        concat!(
            "select enterprise_id, alert_id, grade, reason, detail, subject_kind, subject,
               product_id, state, outcome, revision, assignee, n_times, first_at, last_at, closed_at
             from alerts ",
            $($rest),+
        )
    };
}

const BY_ID_OF_ONE: &str = select_alerts!("where enterprise_id = $1 and alert_id = $2");
const BY_ID_OF_MANY: &str =
    select_alerts!("where +enterprise_id between $1 and $2 and alert_id = $3");

/// One alert inside a scope.
pub async fn find(store: &Store, scope: Scope, id: AlertId) -> Result<Option<Alert>> {
    let rows = match scope.single() {
        Some(of) => store.rows(BY_ID_OF_ONE, &[of.into(), id.into()]).await?,
        None => {
            let args = [scope.first.into(), scope.last.into(), id.into()];
            store.rows(BY_ID_OF_MANY, &args).await?
        }
    };
    rows.first().map(alert_of).transpose()
}

/// The alert that is open for the same reason and subject as this one.
pub async fn open_twin(store: &Store, it: &Alert) -> Result<Option<Alert>> {
    let sql = select_alerts!(
        "where enterprise_id = $1 and reason = $2 and detail = $3 and subject_kind = $4
           and subject = $5 and open_key = 0"
    );
    let args = [
        it.enterprise_id.into(),
        (it.reason as i64).into(),
        it.detail.as_str().into(),
        (it.subject_kind as i64).into(),
        it.subject.as_str().into(),
    ];
    store.rows(sql, &args).await?.first().map(alert_of).transpose()
}

/// A page of alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walked {
    /// Those that the filter lets through.
    pub alerts: Vec<Alert>,
    /// The last one that was looked at, where as many were looked at as may be and more follow.
    pub reached: Option<AlertId>,
}

/// A walk through alerts in the order of their ids.
struct Walk {
    newest: Way,
    oldest: Way,
}

/// Its statements in one order.
#[derive(Clone, Copy)]
struct Way {
    /// A page of those behind `$2` and not behind `$3`.
    page: &'static str,
    /// The one after `$3` others behind `$2`.
    end: &'static str,
}

/// The [`Walk`] through those of `$who`, which `$1` names; of those only what is `$inside`.
macro_rules! walk {
    ($who:literal, $inside:literal) => {
        Walk {
            newest: walk!($who, $inside, "<", ">=", "order by alert_id desc"),
            oldest: walk!($who, $inside, ">", "<=", "order by alert_id"),
        }
    };
    ($who:literal, $inside:literal, $behind:literal, $until:literal, $order:literal) => {
        Way {
            page: select_alerts!(
                "where ",
                $who,
                $inside,
                " and alert_id ",
                $behind,
                " $2 and alert_id ",
                $until,
                " $3 and (cast($4 as bigint) = -1 or state = $4)
                   and (cast($5 as bigint) = -1 or grade = $5)
                   and (cast($6 as bigint) = -1 or reason = $6) ",
                $order,
                " limit $7"
            ),
            end: concat!(
                "select alert_id from alerts where ",
                $who,
                " and alert_id ",
                $behind,
                " $2 ",
                $order,
                " limit 1 offset $3"
            ),
        }
    };
}

static OF_ONE: Walk = walk!("enterprise_id = $1", "");
static OPEN_OF_ONE: Walk = walk!("enterprise_id = $1 and open_key = 0", "");
static OF_PROVINCE: Walk = walk!(
    "((enterprise_id >> 42) - 1048576) / 10000 = $1",
    " and +enterprise_id between $8 and $9"
);
static OPEN_OF_PROVINCE: Walk = walk!(
    "((enterprise_id >> 42) - 1048576) / 10000 = $1 and open_key = 0",
    " and +enterprise_id between $8 and $9"
);
static OF_ALL: Walk = walk!("cast($1 as bigint) = 0", "");
static OPEN_OF_ALL: Walk = walk!("cast($1 as bigint) = 0 and open_key = 0", "");

impl Filter {
    fn is_narrow(&self) -> bool {
        self.state.is_some() || self.grade.is_some() || self.reason.is_some()
    }

    /// The walk through a scope that passes over the fewest, and what it names.
    fn walk(&self, scope: Scope) -> (&'static Walk, i64) {
        match (scope.single(), self.is_open) {
            (Some(of), true) => (&OPEN_OF_ONE, of.0),
            (Some(of), false) => (&OF_ONE, of.0),
            (None, true) if scope.is_part() => (&OPEN_OF_PROVINCE, scope.province()),
            (None, false) if scope.is_part() => (&OF_PROVINCE, scope.province()),
            (None, true) => (&OPEN_OF_ALL, 0),
            (None, false) => (&OF_ALL, 0),
        }
    }
}

/// A page of the alerts of a scope, for which `n_walked` are looked at, at most.
pub async fn list(
    store: &Store,
    scope: Scope,
    filter: Filter,
    page: Page,
    n_walked: u32,
) -> Result<Walked> {
    let (walk, who) = filter.walk(scope);
    let (way, mut until) = match page.order {
        Order::NewestFirst => (walk.newest, i64::MIN),
        Order::OldestFirst => (walk.oldest, i64::MAX),
    };
    let mut end = None;
    if filter.is_narrow() || scope.is_part() {
        let args = [who.into(), page.bound().into(), n_walked.saturating_sub(1).into()];
        let rows = store.rows(way.end, &args).await?;
        end = rows.first().map(|row| row.int(0)).transpose()?;
        until = end.unwrap_or(until);
    }
    let number = |it: Option<i64>| Value::from(it.unwrap_or(-1));
    let mut args = vec![
        who.into(),
        page.bound().into(),
        until.into(),
        number(filter.state.map(|it| it as i64)),
        number(filter.grade.map(|it| it as i64)),
        number(filter.reason.map(|it| it as i64)),
        page.limit.into(),
    ];
    if scope.is_part() {
        args.extend([scope.first.into(), scope.last.into()]);
    }
    let rows = store.rows_long(way.page, &args).await?;
    let alerts: Vec<Alert> = rows.iter().map(alert_of).collect::<Result<_>>()?;
    let is_full = alerts.len() >= page.limit as usize;
    Ok(Walked { alerts, reached: end.filter(|_| !is_full).map(AlertId) })
}

/// What was done with an alert, the first first.
pub async fn changes(store: &Store, it: &Alert, limit: u32) -> Result<Vec<Change>> {
    let sql = "select change_no, action, outcome, assignee, note, changed_by, changed_at
               from alert_changes where enterprise_id = $1 and alert_id = $2
               order by change_no limit $3";
    let args = [it.enterprise_id.into(), it.alert_id.into(), limit.into()];
    let of_row = |row: Row<'_>| {
        Ok(Change {
            change_no: row.uint(0)?,
            action: crate::events::listed(&ACTIONS, row.int(1)?)?,
            outcome: crate::events::listed(&OUTCOMES, row.int(2)?)?,
            assignee: row.text(3)?.to_owned(),
            note: row.text(4)?.to_owned(),
            changed_by: row.text(5)?.to_owned(),
            changed_at_us: row.int(6)?,
        })
    };
    store.rows(sql, &args).await?.iter().map(of_row).collect()
}

/// How many alerts of a scope are not closed, by grade.
pub async fn open_by_grade(store: &Store, scope: Scope) -> Result<Vec<(Grade, u64)>> {
    let rows = store.rows_long(OPEN_BY_GRADE, &[scope.first.into(), scope.last.into()]).await?;
    rows.iter().map(|row| Ok((grade_of(row.int(0)?)?, row.uint(1)?))).collect()
}

const OPEN_BY_GRADE: &str = "select grade, count(*) from alerts
     where open_key = 0 and grade in (1, 2, 3) and enterprise_id between $1 and $2
     group by grade order by grade";

/// Alerts of a scope that were closed since, by reason, detail and outcome.
pub async fn closed_since(
    store: &Store,
    scope: Scope,
    since_us: i64,
) -> Result<Vec<(Reason, String, Outcome, u64)>> {
    let (sql, last) = match scope.single() {
        Some(_) => (CLOSED_OF_ONE, None),
        None => (CLOSED_OF_MANY, Some(scope.last.into())),
    };
    let mut args: Vec<Value> = vec![scope.first.into(), since_us.into()];
    args.extend(last);
    let rows = store.rows_long(sql, &args).await?;
    let of_row = |row: Row<'_>| {
        let reason = crate::events::listed(&REASONS, row.int(0)?)?;
        let outcome = crate::events::listed(&OUTCOMES, row.int(2)?)?;
        Ok((reason, row.text(1)?.to_owned(), outcome, row.uint(3)?))
    };
    rows.iter().map(of_row).collect()
}

const CLOSED_OF_ONE: &str = "select reason, detail, outcome, count(*) from alerts
     where enterprise_id = $1 and closed_at >= $2
     group by reason, detail, outcome order by reason, detail, outcome";

const CLOSED_OF_MANY: &str = "select reason, detail, outcome, count(*) from alerts
     where +enterprise_id between $1 and $3 and closed_at >= $2
     group by reason, detail, outcome order by reason, detail, outcome";

fn grade_of(number: i64) -> Result<Grade> {
    crate::events::listed(&GRADES, number - 1)
}

fn alert_of(row: Row<'_>) -> Result<Alert> {
    Ok(Alert {
        enterprise_id: EnterpriseId(row.int(0)?),
        alert_id: AlertId(row.int(1)?),
        grade: grade_of(row.int(2)?)?,
        reason: crate::events::listed(&REASONS, row.int(3)?)?,
        detail: row.text(4)?.to_owned(),
        subject_kind: crate::events::listed(&SUBJECTS, row.int(5)?)?,
        subject: row.text(6)?.to_owned(),
        product_id: Some(row.int(7)?).filter(|id| *id != 0).map(ProductId),
        state: crate::events::listed(&STATES, row.int(8)?)?,
        outcome: crate::events::listed(&OUTCOMES, row.int(9)?)?,
        revision: row.uint(10)?,
        assignee: row.text(11)?.to_owned(),
        n_times: row.uint(12)?,
        first_at_us: row.int(13)?,
        last_at_us: row.int(14)?,
        closed_at_us: row.opt_int(15)?,
    })
}

#[cfg(test)]
mod tests;
