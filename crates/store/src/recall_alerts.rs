//! Alerts: events after an order that moved its goods.

use crate::id::{EnterpriseId, RecallId};
use crate::page::{Order, Page};
use crate::{Result, Row, Statement, Store};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertKind {
    /// Recalled goods went on, or were sold or used.
    Moved,
    /// Further goods belong to the recall.
    NewGoods,
}

impl AlertKind {
    /// Stable name: `moved`, `new_goods`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::NewGoods => "new_goods",
        }
    }
}

/// One event that concerns a recall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Whose goods.
    pub enterprise_id: EnterpriseId,
    /// Of which recall.
    pub recall_id: RecallId,
    /// From 1 within the recall.
    pub alert_no: u64,
    /// What happened.
    pub kind: AlertKind,
    /// The event.
    pub event_key: [u8; 16],
    /// Microseconds since the epoch.
    pub event_time_us: i64,
    /// Who has them now, as in [`crate::recalls::HoldingRow`].
    pub holder: String,
    /// What became of them.
    pub state: trace::State,
    /// Items that it moved.
    pub n_items: u64,
    /// Lots that it moved.
    pub n_lots: u64,
    /// Microseconds since the epoch.
    pub raised_at_us: i64,
    /// When and by whom it was acknowledged.
    pub acknowledged: Option<(i64, String)>,
}

/// The statement that raises an alert; a number that is taken is a conflict.
pub fn insert(it: &Alert) -> Statement {
    Statement::new(
        "insert into recall_alerts (enterprise_id, recall_id, alert_no, kind, event_key, event_time,
           holder, state, n_items, n_lots, raised_at, acknowledged_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '')",
        [
            it.enterprise_id.into(),
            it.recall_id.into(),
            it.alert_no.into(),
            (it.kind as i64).into(),
            it.event_key.as_slice().into(),
            it.event_time_us.into(),
            it.holder.as_str().into(),
            crate::recalls::state_number(it.state).into(),
            it.n_items.into(),
            it.n_lots.into(),
            it.raised_at_us.into(),
        ],
    )
    .expect(1)
}

/// The statement that notes that an alert was read; one that was before stays as it is.
pub fn acknowledge(id: RecallId, alert_no: u64, by: &str, now_us: i64) -> Statement {
    let sql = "update recall_alerts set acknowledged_at = $3, acknowledged_by = $4
               where recall_id = $1 and alert_no = $2 and acknowledged_at is null";
    Statement::new(sql, [id.into(), alert_no.into(), now_us.into(), by.into()])
}

/// How many alerts a recall has, and how many nobody acknowledged.
pub async fn counts(store: &Store, id: RecallId) -> Result<[u64; 2]> {
    let sql = "select count(*), count(case when acknowledged_at is null then 1 end)
               from recall_alerts where recall_id = $1";
    let rows = store.rows(sql, &[id.into()]).await?;
    let row = rows.first().ok_or(crate::Error::corrupt("a count without a row"))?;
    Ok([row.uint(0)?, row.uint(1)?])
}

/// Whether an event was told of already.
pub async fn is_raised(
    store: &Store,
    id: RecallId,
    kind: AlertKind,
    event_key: &[u8; 16],
) -> Result<bool> {
    let sql = "select 1 from recall_alerts where recall_id = $1 and kind = $2 and event_key = $3";
    let args = [id.into(), (kind as i64).into(), event_key.as_slice().into()];
    Ok(store.rows(sql, &args).await?.first().is_some())
}

/// Alerts of a recall, by their numbers.
pub async fn list(store: &Store, id: RecallId, page: Page) -> Result<Vec<Alert>> {
    let sql = match page.order {
        Order::OldestFirst => {
            "select enterprise_id, recall_id, alert_no, kind, event_key, event_time, holder, state,
               n_items, n_lots, raised_at, acknowledged_at, acknowledged_by
             from recall_alerts where recall_id = $1 and alert_no > $2 order by alert_no limit $3"
        }
        Order::NewestFirst => {
            "select enterprise_id, recall_id, alert_no, kind, event_key, event_time, holder, state,
               n_items, n_lots, raised_at, acknowledged_at, acknowledged_by
             from recall_alerts where recall_id = $1 and alert_no < $2
             order by alert_no desc limit $3"
        }
    };
    let rows = store.rows(sql, &[id.into(), page.bound().into(), page.limit.into()]).await?;
    rows.iter().map(alert_of).collect()
}

const KINDS: [AlertKind; 2] = [AlertKind::Moved, AlertKind::NewGoods];

fn alert_of(row: Row<'_>) -> Result<Alert> {
    let by = row.text(12)?.to_owned();
    Ok(Alert {
        enterprise_id: EnterpriseId(row.int(0)?),
        recall_id: RecallId(row.int(1)?),
        alert_no: row.uint(2)?,
        kind: crate::events::listed(&KINDS, row.int(3)?)?,
        event_key: row.key(4)?,
        event_time_us: row.int(5)?,
        holder: row.text(6)?.to_owned(),
        state: crate::recalls::state_of_number(row.int(7)?)?,
        n_items: row.uint(8)?,
        n_lots: row.uint(9)?,
        raised_at_us: row.int(10)?,
        acknowledged: row.opt_int(11)?.map(|at_us| (at_us, by)),
    })
}
