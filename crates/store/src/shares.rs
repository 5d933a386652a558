//! Shares: who sees events of others, and which.
//!
//! A share names a viewer, a sharer and an identifier. A *grant* has a sharer: its events, or with
//! an identifier those that name it, are seen by the viewer. A *party* has none: everybody's
//! events that name the identifier as a party or a place are seen by whom it belongs to.
//!
//! What comes with an unlimited grant is read where the sharer's own events are indexed, so such a
//! grant begins and ends with its row. All others have index rows of their own under the number
//! of the share; statements read them only while the share has not ended, so a share ends with
//! its row as well. Rows are written when an event is captured, and by *filling* for events that
//! were there before.

use crate::events::{self, Event};
use crate::id::{EnterpriseId, Scope, ShareId};
use crate::many::Insert;
use crate::page::{List, Page, list};
use crate::walk::Mark;
use crate::{Error, Result, Row, Rows, Statement, Store, Value};

/// One share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Its id.
    pub share_id: ShareId,
    /// Who sees.
    pub viewer_id: EnterpriseId,
    /// Whose events; none are everybody's that name the identifier as a party or a place.
    pub sharer_id: Option<EnterpriseId>,
    /// What the events must name, in canonical form; none for all events of the sharer.
    pub identifier: Option<String>,
    /// Microseconds since the epoch.
    pub created_at_us: i64,
    /// Since when it shows nothing any more, in microseconds since the epoch.
    pub ended_at_us: Option<i64>,
    /// Since when events from before the share come with it, in microseconds since the epoch.
    pub filled_at_us: Option<i64>,
}

/// A share that changed, with its place in the order of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The share as it is now.
    pub share: Share,
    /// Grows with each change of any share.
    pub revision: i64,
}

/// What [`share_of`] reads, with the rest of the statement.
macro_rules! select_shares {
    ($($rest:tt)+) => {
        concat!(
            "select share_id, viewer_id, sharer_id, identifier, created_at, ended_at, filled_at,
               revision
             from ",
            $($rest)+
        )
    };
}

/// Grants that have not ended, as what their sharers have made.
macro_rules! select_grants {
    ($($rest:literal),+) => {
        select_shares!(
            "(select s.*, s.sharer_id as enterprise_id from shares s
              where s.ended_at is null and s.sharer_id > 0) as grants ",
            $($rest),+
        )
    };
}

/// The same, as what their viewers have.
macro_rules! select_granted {
    ($($rest:literal),+) => {
        select_shares!(
            "(select s.*, s.viewer_id as enterprise_id from shares s
              where s.ended_at is null and s.sharer_id > 0) as granted ",
            $($rest),+
        )
    };
}

/// Parties that have not ended, as what belongs to enterprises.
macro_rules! select_parties {
    ($($rest:literal),+) => {
        select_shares!(
            "(select s.*, s.viewer_id as enterprise_id from shares s
              where s.ended_at is null and s.sharer_id = 0) as parties ",
            $($rest),+
        )
    };
}

/// The revision that the next change of a share gets.
pub async fn next_revision(store: &Store) -> Result<i64> {
    let rows = store.rows("select next from counters where name = 'shares'", &[]).await?;
    rows.first().ok_or(Error::corrupt("the counter of shares is missing"))?.int(0)
}

/// Statements that add a share; one of the same kind that has not ended, or a change since
/// [`next_revision`] was read, is a conflict.
pub fn insert(share: &Share, revision: i64) -> Vec<Statement> {
    let insert = Statement::new(
        "insert into shares (share_id, viewer_id, sharer_id, identifier, revision, created_at,
           filled_time, filled_key, filled_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            share.share_id.into(),
            share.viewer_id.into(),
            share.sharer_id.map_or(0, |id| id.0).into(),
            share.identifier.as_deref().unwrap_or_default().into(),
            revision.into(),
            share.created_at_us.into(),
            i64::MIN.into(),
            Value::Bytes(Vec::new()),
            share.filled_at_us.into(),
        ],
    );
    vec![claim(revision), insert.expect(1)]
}

/// The scope of parties, which nobody shares.
pub const OF_NOBODY: Scope = Scope::NOBODY;

/// Statements that end a share of a sharer inside `scope`, or a grant to a viewer there, who may
/// not want it; an unknown or ended one is a conflict.
pub fn end(scope: Scope, id: ShareId, revision: i64, now_us: i64) -> Vec<Statement> {
    let end = Statement::new(
        "update shares set ended_at = $4, revision = $5
         where share_id = $3 and ended_at is null and (sharer_id between $1 and $2
           or (sharer_id > 0 and viewer_id between $1 and $2))",
        [scope.first.into(), scope.last.into(), id.into(), now_us.into(), revision.into()],
    );
    vec![claim(revision), end.expect(1)]
}

/// Changes are read in their order, so each claims its place under the lock of one row.
fn claim(revision: i64) -> Statement {
    let sql = "update counters set next = next + 1 where name = 'shares' and next = $1";
    Statement::new(sql, [revision.into()]).expect(1)
}

/// Shares that changed after a revision, in the order of their last changes.
pub async fn changes(store: &Store, after: i64, limit: u32) -> Result<Vec<Change>> {
    let sql = select_shares!("shares where revision > $1 order by revision limit $2");
    let rows = store.rows(sql, &[after.into(), limit.into()]).await?;
    rows.iter().map(|row| Ok(Change { share: share_of(row)?, revision: row.int(7)? })).collect()
}

/// Grants of sharers inside `scope`, in the order in which they were made.
pub async fn grants(store: &Store, scope: Scope, page: Page) -> Result<Vec<Share>> {
    const LIST: List = list!(select_grants, "share_id");
    let rows = LIST.rows(store, scope, page).await?;
    rows.iter().map(share_of).collect()
}

/// Grants to viewers inside `scope`, in the order in which they were made.
pub async fn granted(store: &Store, scope: Scope, page: Page) -> Result<Vec<Share>> {
    const LIST: List = list!(select_granted, "share_id");
    let rows = LIST.rows(store, scope, page).await?;
    rows.iter().map(share_of).collect()
}

/// Parties of enterprises inside `scope`, in the order in which they were registered.
pub async fn parties(store: &Store, scope: Scope, page: Page) -> Result<Vec<Share>> {
    const LIST: List = list!(select_parties, "share_id");
    let rows = LIST.rows(store, scope, page).await?;
    rows.iter().map(share_of).collect()
}

/// Whether there is such a share that has not ended: a party of any viewer, or a grant to one.
pub async fn find_live(
    store: &Store,
    sharer: Option<EnterpriseId>,
    viewer: EnterpriseId,
    identifier: &str,
) -> Result<bool> {
    let sql = "select 1 from shares where sharer_id = $1 and identifier = $3 and ended_at is null
                 and (sharer_id = 0 or viewer_id = $2)";
    let sharer = sharer.map_or(0, |id| id.0);
    let rows = store.rows(sql, &[sharer.into(), viewer.into(), identifier.into()]).await?;
    Ok(rows.first().is_some())
}

/// Whether a share that [`end`] could end has not ended.
pub async fn is_live(store: &Store, scope: Scope, id: ShareId) -> Result<bool> {
    let sql = "select 1 from shares
               where share_id = $3 and ended_at is null and (sharer_id between $1 and $2
                 or (sharer_id > 0 and viewer_id between $1 and $2))";
    let rows = store.rows(sql, &[scope.first.into(), scope.last.into(), id.into()]).await?;
    Ok(rows.first().is_some())
}

/// How many shares that have not ended show events to an enterprise, and how many of them are a
/// sharer's.
pub async fn n_of_viewer(
    store: &Store,
    viewer: EnterpriseId,
    sharer: Option<EnterpriseId>,
) -> Result<[u64; 2]> {
    let sql = "select count(*), count(case when sharer_id = $2 then 1 end) from shares
               where viewer_id = $1 and ended_at is null";
    let sharer = sharer.map_or(0, |id| id.0);
    let rows = store.rows(sql, &[viewer.into(), sharer.into()]).await?;
    let row = rows.first().ok_or(Error::corrupt("a count without a row"))?;
    Ok([row.uint(0)?, row.uint(1)?])
}

/// Who shares all of its events with an enterprise, by their ids.
pub async fn sharers_of_all(store: &Store, viewer: EnterpriseId) -> Result<Vec<EnterpriseId>> {
    let sql = "select sharer_id from shares
               where viewer_id = $1 and identifier = '' and ended_at is null order by sharer_id";
    let rows = store.rows(sql, &[viewer.into()]).await?;
    rows.iter().map(|row| row.int(0).map(EnterpriseId)).collect()
}

/// Who sees all events of an enterprise, by their ids.
pub async fn viewers_of_all(store: &Store, sharer: EnterpriseId) -> Result<Vec<EnterpriseId>> {
    let sql = "select viewer_id from shares
               where sharer_id = $1 and identifier = '' and ended_at is null order by viewer_id";
    let rows = store.rows(sql, &[sharer.into()]).await?;
    rows.iter().map(|row| row.int(0).map(EnterpriseId)).collect()
}

/// Whether an enterprise grants any of its events to another.
pub async fn is_partner(store: &Store, sharer: EnterpriseId, viewer: EnterpriseId) -> Result<bool> {
    let sql = "select 1 from shares
               where sharer_id = $1 and viewer_id = $2 and ended_at is null limit 1";
    Ok(store.rows(sql, &[sharer.into(), viewer.into()]).await?.first().is_some())
}

/// Whether any share shows events to an enterprise.
pub(crate) async fn has_any(store: &Store, viewer: EnterpriseId) -> Result<bool> {
    let sql = "select 1 from shares where viewer_id = $1 and ended_at is null limit 1";
    Ok(store.rows(sql, &[viewer.into()]).await?.first().is_some())
}

static INSERT_VIEWERS: Insert = Insert::new(
    "insert into event_viewers (event_key, share_id, viewer_id, capture_id, capture_index)",
    5,
);
static INSERT_RANGES: Insert = Insert::new(
    "insert into shared_spans (block, viewer_id, node, event_time, event_key, share_id,
       first_offset, last_offset)",
    8,
);

/// Statements that let events come with shares; beside them go their terms under the numbers of
/// the shares. An event that comes with its share already is a conflict.
pub fn insert_events(shown: &[(&Share, &Event)]) -> Vec<Statement> {
    let mut statements = INSERT_VIEWERS.rows(shown.iter().map(|(share, event)| {
        [
            event.event_key.as_slice().into(),
            share.share_id.into(),
            share.viewer_id.into(),
            event.capture_id.into(),
            i64::from(event.capture_index).into(),
        ]
    }));
    let spans = events::spans_of(shown.iter().map(|(_, event)| *event));
    statements.extend(INSERT_RANGES.rows(spans.into_iter().map(|(span, index)| {
        let (share, event) = shown[index];
        [
            span.block.into(),
            share.viewer_id.into(),
            span.node.into(),
            event.event_time_us.into(),
            event.event_key.as_slice().into(),
            share.share_id.into(),
            span.first_offset.into(),
            span.last_offset.into(),
        ]
    })));
    statements
}

/// Which of these events come with which shares that have not ended.
pub async fn of_events(store: &Store, keys: &[[u8; 16]]) -> Result<Vec<([u8; 16], EnterpriseId)>> {
    let sql = "select v.event_key, v.viewer_id from event_viewers v
               join shares s on s.share_id = v.share_id
               where v.event_key in
                 ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
                 and s.ended_at is null";
    let mut found = Vec::new();
    for chunk in keys.chunks(events::KEYS_A_QUERY) {
        let args: Vec<Value> = events::padded(chunk).collect();
        for row in store.rows(sql, &args).await?.iter() {
            found.push((row.key(0)?, EnterpriseId(row.int(1)?)));
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Those of the events that come with a share already.
pub async fn known_events(store: &Store, id: ShareId, keys: &[[u8; 16]]) -> Result<Vec<[u8; 16]>> {
    let sql = "select event_key from event_viewers where event_key in
                 ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
                 and share_id = $1";
    let mut found = Vec::new();
    for chunk in keys.chunks(events::KEYS_A_QUERY) {
        let args: Vec<Value> = std::iter::once(id.into()).chain(events::padded(chunk)).collect();
        for row in store.rows(sql, &args).await?.iter() {
            found.push(row.key(0)?);
        }
    }
    Ok(found)
}

/// A share to be filled, and the last event that was looked at for it; none begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filling {
    /// The share.
    pub share: Share,
    /// In the order of event time.
    pub after: Option<Mark>,
}

/// What [`filling_of`] reads, with the rest of the statement.
macro_rules! select_fillings {
    ($rest:literal) => {
        concat!(
            "select share_id, viewer_id, sharer_id, identifier, created_at, ended_at, filled_at,
               filled_time, filled_key
             from shares where filled_at is null and ended_at is null and ",
            $rest
        )
    };
}

/// The first share behind `after` that was made before `made_before_us` and waits to be filled.
pub async fn to_fill(
    store: &Store,
    made_before_us: i64,
    after: Option<ShareId>,
) -> Result<Option<Filling>> {
    let sql = select_fillings!("created_at < $1 and share_id > $2 order by share_id limit 1");
    let after = after.map_or(i64::MIN, |id| id.0);
    filling_of(&store.rows(sql, &[made_before_us.into(), after.into()]).await?)
}

/// How far the filling of a share is; none if it is done or has ended.
pub async fn filling(store: &Store, id: ShareId) -> Result<Option<Filling>> {
    filling_of(&store.rows(select_fillings!("share_id = $1"), &[id.into()]).await?)
}

fn filling_of(rows: &Rows) -> Result<Option<Filling>> {
    let Some(row) = rows.first() else { return Ok(None) };
    let after = match row.bytes(8)? {
        [] => None,
        _ => Some((row.int(7)?, row.key(8)?)),
    };
    Ok(Some(Filling { share: share_of(row)?, after }))
}

/// The statement that notes how far a filling is; with `done_at_us` it is done. If it went on
/// elsewhere meanwhile, that is a conflict.
pub fn fill(filling: &Filling, reached: Option<Mark>, done_at_us: Option<i64>) -> Statement {
    let mark = |mark: Option<Mark>| match mark {
        Some((time_us, key)) => [time_us.into(), Value::Bytes(key.to_vec())],
        None => [i64::MIN.into(), Value::Bytes(Vec::new())],
    };
    let [time, key] = mark(filling.after);
    let [next_time, next_key] = mark(reached);
    Statement::new(
        "update shares set filled_time = $4, filled_key = $5, filled_at = $6
         where share_id = $1 and filled_time = $2 and filled_key = $3 and filled_at is null",
        [filling.share.share_id.into(), time, key, next_time, next_key, done_at_us.into()],
    )
    .expect(1)
}

fn share_of(row: Row<'_>) -> Result<Share> {
    Ok(Share {
        share_id: ShareId(row.int(0)?),
        viewer_id: EnterpriseId(row.int(1)?),
        sharer_id: Some(row.int(2)?).filter(|&id| id != 0).map(EnterpriseId),
        identifier: Some(row.text(3)?).filter(|it| !it.is_empty()).map(str::to_owned),
        created_at_us: row.int(4)?,
        ended_at_us: row.opt_int(5)?,
        filled_at_us: row.opt_int(6)?,
    })
}
