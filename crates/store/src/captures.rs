//! EPCIS captures: what was handed over together, and the order in which it is read.
//!
//! A capture's id is drawn before its commit, so a slow one appears among older ids, and whoever
//! remembers the last id read would miss it. A *position* is given after the commit and only
//! grows: the counter from which positions are claimed stays locked until they can be read.

use crate::id::{CaptureId, EnterpriseId, Scope};
use crate::page::{List, Page, list};
use crate::{Error, Result, Row, Statement, Store};

/// One capture that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// Its id.
    pub capture_id: CaptureId,
    /// Who captured.
    pub enterprise_id: EnterpriseId,
    /// Microseconds since the epoch.
    pub created_at_us: i64,
    /// Events in the document.
    pub n_events: u64,
    /// Events of it that were stored before.
    pub n_known: u64,
    /// Those of the known that came with other content than is stored.
    pub n_differing: u64,
}

/// What [`capture_of`] reads, with the rest of the statement.
macro_rules! select_captures {
    ($($rest:literal),+) => {
        concat!(
            "select enterprise_id, capture_id, created_at, n_events, n_known, n_differing
             from captures ",
            $($rest),+
        )
    };
}

/// The statement that adds `capture`.
pub fn insert(capture: &Capture) -> Statement {
    Statement::new(
        "insert into captures (enterprise_id, capture_id, created_at, n_events, n_known,
           n_differing)
         values ($1, $2, $3, $4, $5, $6)",
        [
            capture.enterprise_id.into(),
            capture.capture_id.into(),
            capture.created_at_us.into(),
            capture.n_events.into(),
            capture.n_known.into(),
            capture.n_differing.into(),
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

fn capture_of(row: Row<'_>) -> Result<Capture> {
    Ok(Capture {
        enterprise_id: EnterpriseId(row.int(0)?),
        capture_id: CaptureId(row.int(1)?),
        created_at_us: row.int(2)?,
        n_events: row.uint(3)?,
        n_known: row.uint(4)?,
        n_differing: row.uint(5)?,
    })
}
