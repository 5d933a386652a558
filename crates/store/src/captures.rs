//! EPCIS captures: what was handed over together.

use crate::id::{CaptureId, EnterpriseId, Page, Scope};
use crate::{Result, Row, Statement, Store};

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
}

/// What [`capture_of`] reads, with the rest of the statement.
macro_rules! select_captures {
    ($rest:literal) => {
        concat!(
            "select enterprise_id, capture_id, created_at, n_events, n_known
             from captures ",
            $rest
        )
    };
}

/// The statement that adds `capture`.
pub fn insert(capture: &Capture) -> Statement {
    Statement::new(
        "insert into captures (enterprise_id, capture_id, created_at, n_events, n_known)
         values ($1, $2, $3, $4, $5)",
        [
            capture.enterprise_id.into(),
            capture.capture_id.into(),
            capture.created_at_us.into(),
            capture.n_events.into(),
            capture.n_known.into(),
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

/// Captures in order of arrival.
pub async fn list(store: &Store, scope: Scope, page: Page) -> Result<Vec<Capture>> {
    let rows = store
        .rows(
            select_captures!(
                "where enterprise_id between $1 and $2 and capture_id > $3
             order by capture_id limit $4"
            ),
            &[scope.first.into(), scope.last.into(), page.after.into(), page.limit.into()],
        )
        .await?;
    rows.iter().map(capture_of).collect()
}

fn capture_of(row: Row<'_>) -> Result<Capture> {
    Ok(Capture {
        enterprise_id: EnterpriseId(row.int(0)?),
        capture_id: CaptureId(row.int(1)?),
        created_at_us: row.int(2)?,
        n_events: row.uint(3)?,
        n_known: row.uint(4)?,
    })
}
