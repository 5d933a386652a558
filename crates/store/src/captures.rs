//! EPCIS captures: what was handed over together, and the order in which it is read.
//!
//! A capture's id is drawn before its commit, so a slow one appears among older ids, and whoever
//! remembers the last id read would miss it. A *position* is given after the commit and only
//! grows: the counter from which positions are claimed stays locked until they can be read.
//!
//! A small document is one capture, with its events. A capture that goes on after it was answered
//! is a *job*: a capture without events of its own, and one more for each portion that was stored.
//! Portions have positions like all captures, so that events can be read in order as they come;
//! lists of captures leave them out.

use crate::id::{CaptureId, EnterpriseId, Scope};
use crate::page::{List, Page, list};
use crate::{Error, Result, Row, Statement, Store};

/// What becomes of a capture with faulty events (`GS1-Capture-Error-Behaviour`, EPCIS 2.0 §12.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ErrorBehaviour {
    /// None of its events is stored.
    #[default]
    Rollback,
    /// The others are stored.
    Proceed,
}

impl ErrorBehaviour {
    /// The word of the standard.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rollback => "rollback",
            Self::Proceed => "proceed",
        }
    }
}

/// One capture that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// Its id.
    pub capture_id: CaptureId,
    /// Who captured.
    pub enterprise_id: EnterpriseId,
    /// Microseconds since the epoch.
    pub created_at_us: i64,
    /// The same of its end; none while it runs.
    pub finished_at_us: Option<i64>,
    /// What becomes of it if events are faulty.
    pub behaviour: ErrorBehaviour,
    /// Events in the document, as far as it was read.
    pub n_events: u64,
    /// Events of it that were stored before with the same content.
    pub n_known: u64,
    /// Events that were refused since others of their eventID are stored.
    pub n_differing: u64,
    /// What was found wrong.
    pub n_errors: u64,
    /// The job of which this is a portion.
    pub job_id: Option<CaptureId>,
}

/// Something wrong with a document that was accepted before it was read, or odd about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureError {
    /// JSON pointer or XPath to what is faulty; empty for the whole.
    pub pointer: String,
    /// Stable kebab-case name of the rule.
    pub rule: String,
    /// A sentence for people.
    pub message: String,
}

/// What [`capture_of`] reads of captures that are no portions, with the rest of the statement.
macro_rules! select_captures {
    ($($rest:literal),+) => {
        concat!(
            "select enterprise_id, capture_id, created_at, finished_at, behaviour, n_events,
               n_known, n_differing, n_errors
             from (select * from captures where job_id is null) whole ",
            $($rest),+
        )
    };
}

/// The statement that adds `capture`.
pub fn insert(capture: &Capture) -> Statement {
    Statement::new(
        "insert into captures (enterprise_id, capture_id, created_at, finished_at, behaviour,
           n_events, n_known, n_differing, n_errors, job_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [
            capture.enterprise_id.into(),
            capture.capture_id.into(),
            capture.created_at_us.into(),
            capture.finished_at_us.into(),
            number_of(capture.behaviour).into(),
            capture.n_events.into(),
            capture.n_known.into(),
            capture.n_differing.into(),
            capture.n_errors.into(),
            capture.job_id.into(),
        ],
    )
    .expect(1)
}

/// One capture.
pub async fn find(store: &Store, scope: Scope, id: CaptureId) -> Result<Option<Capture>> {
    let rows = store
        .rows(
            select_captures!("where capture_id = $3 and enterprise_id between $1 and $2"),
            &[scope.first.into(), scope.last.into(), id.into()],
        )
        .await?;
    rows.first().map(capture_of).transpose()
}

/// What was found wrong in a capture, in the order in which it was found; the first of it.
pub async fn errors(store: &Store, id: CaptureId) -> Result<Vec<CaptureError>> {
    let sql = "select pointer, rule, message from capture_errors
               where capture_id = $1 order by error_no";
    store.rows(sql, &[id.into()]).await?.iter().map(error_of).collect()
}

/// What is odd about the events of a capture and breaks no rule; the first of it.
pub async fn warnings(store: &Store, id: CaptureId) -> Result<Vec<CaptureError>> {
    let sql = "select pointer, rule, message from capture_warnings
               where capture_id = $1 order by warning_no limit 100";
    store.rows(sql, &[id.into()]).await?.iter().map(error_of).collect()
}

/// The statement that notes what is odd, each with a number that grows through the document; what
/// is noted already stays.
pub fn insert_warning(id: CaptureId, warning_no: u64, warning: &CaptureError) -> Statement {
    Statement::new(
        "insert into capture_warnings (capture_id, warning_no, pointer, rule, message)
         values ($1, $2, $3, $4, $5) on conflict (capture_id, warning_no) do nothing",
        [
            id.into(),
            warning_no.into(),
            warning.pointer.as_str().into(),
            warning.rule.as_str().into(),
            warning.message.as_str().into(),
        ],
    )
}

fn error_of(row: Row<'_>) -> Result<CaptureError> {
    Ok(CaptureError {
        pointer: row.text(0)?.to_owned(),
        rule: row.text(1)?.to_owned(),
        message: row.text(2)?.to_owned(),
    })
}

/// Captures that have a position, in its order.
pub async fn list(store: &Store, scope: Scope, page: Page) -> Result<Vec<Capture>> {
    const LIST: List = list!(select_captures, "position");
    let rows = LIST.rows(store, scope, page).await?;
    rows.iter().map(capture_of).collect()
}

/// The position of a capture, from 1; none for one that is unknown or has no position yet.
pub async fn position(store: &Store, scope: Scope, id: CaptureId) -> Result<Option<i64>> {
    let rows = store
        .rows(
            "select position from captures
             where capture_id = $3 and enterprise_id between $1 and $2",
            &[scope.first.into(), scope.last.into(), id.into()],
        )
        .await?;
    rows.first().map_or(Ok(None), |row| row.opt_int(0))
}

/// The first `limit` captures that have no position yet.
pub async fn waiting(store: &Store, limit: u32) -> Result<Vec<CaptureId>> {
    let rows = store
        .rows(
            "select capture_id from captures where position is null order by capture_id limit $1",
            &[limit.into()],
        )
        .await?;
    rows.iter().map(|row| Ok(CaptureId(row.int(0)?))).collect()
}

/// The position that is given next.
pub async fn next_position(store: &Store) -> Result<i64> {
    let rows = store.rows("select next from counters where name = 'captures'", &[]).await?;
    rows.first().ok_or(Error::corrupt("the counter of captures is missing"))?.int(0)
}

/// The smallest position of the captures from an id on; none if none has one. It reads them all.
pub async fn position_since(store: &Store, from: CaptureId) -> Result<Option<i64>> {
    let sql = "select min(position) from captures where capture_id >= $1";
    let rows = store.rows_long(sql, &[from.into()]).await?;
    rows.first().map_or(Ok(None), |row| row.opt_int(0))
}

/// Statements that give `ids` the positions from `first` on. Positions given since
/// [`next_position`] was read make a conflict.
pub fn place(first: i64, ids: &[CaptureId]) -> Vec<Statement> {
    let end = first + ids.len() as i64;
    let claim = Statement::new(
        "update counters set next = $2 where name = 'captures' and next = $1",
        [first.into(), end.into()],
    );
    let places = (first..end).zip(ids).map(|(position, &id)| {
        Statement::new(
            "update captures set position = $2 where capture_id = $1 and position is null",
            [id.into(), position.into()],
        )
        .expect(1)
    });
    std::iter::once(claim.expect(1)).chain(places).collect()
}

/// Numbers in columns are places in this list.
const BEHAVIOURS: [ErrorBehaviour; 2] = [ErrorBehaviour::Rollback, ErrorBehaviour::Proceed];

fn number_of(behaviour: ErrorBehaviour) -> i64 {
    i64::from(behaviour != BEHAVIOURS[0])
}

fn capture_of(row: Row<'_>) -> Result<Capture> {
    let behaviour = BEHAVIOURS.get(row.uint::<usize>(4)?).copied();
    Ok(Capture {
        enterprise_id: EnterpriseId(row.int(0)?),
        capture_id: CaptureId(row.int(1)?),
        created_at_us: row.int(2)?,
        finished_at_us: row.opt_int(3)?,
        behaviour: behaviour.ok_or_else(|| Error::corrupt("a capture behaves in no known way"))?,
        n_events: row.uint(5)?,
        n_known: row.uint(6)?,
        n_differing: row.uint(7)?,
        n_errors: row.uint(8)?,
        job_id: None,
    })
}
