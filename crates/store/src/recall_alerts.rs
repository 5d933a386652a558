//! Alerts: events after an order that moved its goods.

use tlog::{Kind, Record};

use crate::id::{EnterpriseId, RecallId};
use crate::ident::IdRange;
use crate::many::Insert;
use crate::page::{Order, Page};
use crate::{Result, Row, Statement, Store};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlertKind {
    /// Recalled goods went on, or were sold or used.
    Moved,
    /// Further goods belong to the recall.
    NewGoods,
    /// A stranger tells that goods of another were made of them.
    MadeOf,
}

impl AlertKind {
    /// Stable name: `moved`, `new_goods`, `made_of`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::NewGoods => "new_goods",
            Self::MadeOf => "made_of",
        }
    }
}

/// What was decided about goods that strangers tell of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// There is nothing to decide.
    None,
    /// Somebody is to decide.
    Asked,
    /// They belong to the recall.
    Accepted,
    /// They do not.
    Dismissed,
}

impl Decision {
    /// Stable name: `none`, `asked`, `accepted`, `dismissed`.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Asked => "asked",
            Self::Accepted => "accepted",
            Self::Dismissed => "dismissed",
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
    /// Whether its goods belong to the recall, where somebody decides that.
    pub decision: Decision,
    /// When and by whom it was decided last.
    pub decided: Option<(i64, String)>,
    /// How often it was decided.
    pub n_decided: u64,
}

/// What [`alert_of`] reads, with the rest of the statement.
macro_rules! select_alerts {
    ($rest:literal) => {
        concat!(
            "select enterprise_id, recall_id, alert_no, kind, event_key, event_time, holder, state,
               n_items, n_lots, raised_at, acknowledged_at, acknowledged_by, decision, decided_at,
               decided_by, n_decided
             from recall_alerts ",
            $rest
        )
    };
}

/// The statement that raises an alert; a number that is taken is a conflict.
pub fn insert(it: &Alert) -> Statement {
    Statement::new(
        "insert into recall_alerts (enterprise_id, recall_id, alert_no, kind, event_key, event_time,
           holder, state, n_items, n_lots, raised_at, acknowledged_by, decision)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', $12)",
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
            (it.decision as i64).into(),
        ],
    )
    .expect(1)
}

static INSERT_CLAIMS: Insert =
    Insert::new("insert into recall_claims (recall_id, first_id, last_id, alert_no)", 4);

/// Statements that keep which goods an alert asks about; none of them may be asked about already.
pub fn insert_claims(id: RecallId, alert_no: u64, ranges: &[IdRange]) -> Vec<Statement> {
    INSERT_CLAIMS
        .rows(ranges.iter().map(|it| [id.into(), it.first.into(), it.last.into(), alert_no.into()]))
}

/// Goods that alerts of a recall ask about, with what was decided, in order and disjoint.
pub async fn claims(store: &Store, id: RecallId) -> Result<Vec<(IdRange, Decision)>> {
    let sql = "select c.first_id, c.last_id, a.decision from recall_claims c
               join recall_alerts a on a.recall_id = c.recall_id and a.alert_no = c.alert_no
               where c.recall_id = $1 order by c.first_id";
    let rows = store.rows_long(sql, &[id.into()]).await?;
    let found = |row: Row<'_>| {
        let range = IdRange { first: row.int(0)?, last: row.int(1)? };
        Ok((range, crate::events::listed(&DECISIONS, row.int(2)?)?))
    };
    rows.iter().map(found).collect()
}

/// Statements that note a decision, which is an acknowledgement as well, with the bytes that its
/// leaf commits to. Where there is nothing to decide it is a conflict, and so is a decision since
/// `it` was read.
pub fn decide(
    it: &Alert,
    decision: Decision,
    (by, now_us): (&str, i64),
    canonical: &[u8],
) -> Vec<Statement> {
    let decide = Statement::new(
        "update recall_alerts set decision = $3, decided_at = $4, decided_by = $5,
           acknowledged_by = case when acknowledged_at is null then $5 else acknowledged_by end,
           acknowledged_at = coalesce(acknowledged_at, $4), n_decided = n_decided + 1
         where recall_id = $1 and alert_no = $2 and decision <> 0 and n_decided = $6",
        [
            it.recall_id.into(),
            it.alert_no.into(),
            (decision as i64).into(),
            now_us.into(),
            by.into(),
            it.n_decided.into(),
        ],
    );
    let key = format!("{}/alerts/{}/{}", it.recall_id, it.alert_no, it.n_decided + 1);
    let record = Record { kind: Kind::Recall, key: key.as_bytes(), canonical };
    let mut statements = vec![decide.expect(1)];
    statements.extend(crate::log_queue::insert(&record, now_us));
    statements
}

/// The statement that notes that an alert was read; one that was before stays as it is.
pub fn acknowledge(id: RecallId, alert_no: u64, by: &str, now_us: i64) -> Statement {
    let sql = "update recall_alerts set acknowledged_at = $3, acknowledged_by = $4
               where recall_id = $1 and alert_no = $2 and acknowledged_at is null";
    Statement::new(sql, [id.into(), alert_no.into(), now_us.into(), by.into()])
}

/// How many alerts a recall has, how many nobody acknowledged, and how many wait for a decision.
pub async fn counts(store: &Store, id: RecallId) -> Result<[u64; 3]> {
    let sql = "select count(*), count(case when acknowledged_at is null then 1 end),
                 count(case when decision = 1 then 1 end)
               from recall_alerts where recall_id = $1";
    let rows = store.rows(sql, &[id.into()]).await?;
    let row = rows.first().ok_or(crate::Error::corrupt("a count without a row"))?;
    Ok([row.uint(0)?, row.uint(1)?, row.uint(2)?])
}

/// One alert.
pub async fn find(store: &Store, id: RecallId, alert_no: u64) -> Result<Option<Alert>> {
    let sql = select_alerts!("where recall_id = $1 and alert_no = $2");
    let rows = store.rows(sql, &[id.into(), alert_no.into()]).await?;
    rows.first().map(alert_of).transpose()
}

/// Whether an event was told of already, without a question.
pub async fn is_raised(
    store: &Store,
    id: RecallId,
    kind: AlertKind,
    event_key: &[u8; 16],
) -> Result<bool> {
    let sql = "select 1 from recall_alerts
               where recall_id = $1 and kind = $2 and event_key = $3 and decision = 0";
    let args = [id.into(), (kind as i64).into(), event_key.as_slice().into()];
    Ok(store.rows(sql, &args).await?.first().is_some())
}

/// Alerts of a recall, by their numbers.
pub async fn list(store: &Store, id: RecallId, page: Page) -> Result<Vec<Alert>> {
    let sql = match page.order {
        Order::OldestFirst => {
            select_alerts!("where recall_id = $1 and alert_no > $2 order by alert_no limit $3")
        }
        Order::NewestFirst => {
            select_alerts!("where recall_id = $1 and alert_no < $2 order by alert_no desc limit $3")
        }
    };
    let rows = store.rows(sql, &[id.into(), page.bound().into(), page.limit.into()]).await?;
    rows.iter().map(alert_of).collect()
}

const DECISIONS: [Decision; 4] =
    [Decision::None, Decision::Asked, Decision::Accepted, Decision::Dismissed];

const KINDS: [AlertKind; 3] = [AlertKind::Moved, AlertKind::NewGoods, AlertKind::MadeOf];

fn alert_of(row: Row<'_>) -> Result<Alert> {
    let said = |at: usize| -> Result<Option<(i64, String)>> {
        let by = row.text(at + 1)?.to_owned();
        Ok(row.opt_int(at)?.map(|at_us| (at_us, by)))
    };
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
        acknowledged: said(11)?,
        decision: crate::events::listed(&DECISIONS, row.int(13)?)?,
        decided: said(14)?,
        n_decided: row.uint(16)?,
    })
}
