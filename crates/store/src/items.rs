//! The current state of items: non-overlapping ranges, so a state is one predecessor look-up.

use crate::code_batches::advance;
use crate::id::{BatchId, EnterpriseId, LotId, Scope};
use crate::ident::IdRange;
use crate::{Result, Row, Statement, Store};

/// Where an item is in its life; an item without a state is not commissioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LifeState {
    /// Bound to a lot.
    Commissioned,
    /// Voided: the code must not be used.
    Decommissioned,
    /// Destroyed together with its code.
    Destroyed,
}

/// A range of items of one batch that share a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemState {
    /// Which items; inside one block.
    pub range: IdRange,
    /// Their lot; none for codes of a whole product.
    pub lot_id: Option<LotId>,
    /// Their state.
    pub state: LifeState,
    /// Why, where the state has a reason; else empty.
    pub reason: String,
    /// Event time of the change, in microseconds since the epoch.
    pub since_us: i64,
    /// The event that says so.
    pub event_key: [u8; 16],
}

/// A change of the states of items of one batch: what goes and what comes.
#[derive(Debug)]
pub struct StateChange {
    /// Whose items.
    pub enterprise_id: EnterpriseId,
    /// Of which batch.
    pub batch_id: BatchId,
    /// The batch's revision when the states were read.
    pub revision: i64,
    /// Ranges as they were read and are no more.
    pub removed: Vec<ItemState>,
    /// Ranges as they are now; each inside one block.
    pub added: Vec<ItemState>,
}

/// Statements of a change; a change of the same batch since `revision` makes a conflict.
pub fn change(change: &StateChange) -> Vec<Statement> {
    let mut statements = vec![advance(change.enterprise_id, change.batch_id, change.revision)];
    for state in &change.removed {
        statements.push(
            Statement::new(
                "delete from item_states
                 where block = $1 and first_id = $2 and last_id = $3 and enterprise_id = $4",
                [
                    crate::ident::block_of(state.range.first).into(),
                    state.range.first.into(),
                    state.range.last.into(),
                    change.enterprise_id.into(),
                ],
            )
            .expect(1),
        );
    }
    for state in &change.added {
        statements.push(insert(change, state));
    }
    statements
}

/// States that touch `range`, in order, at most `limit`; `range` lies inside one block.
pub async fn touching(
    store: &Store,
    scope: Scope,
    range: IdRange,
    limit: u32,
) -> Result<Vec<ItemState>> {
    let rows = store
        .rows(
            "select first_id, last_id, lot_id, state, reason, since, event_key
             from item_states
             where block = $1 and first_id <= $3 and last_id >= $2
               and first_id >= coalesce((select max(first_id) from item_states
                 where block = $1 and first_id <= $2), $2)
               and enterprise_id between $4 and $5
             order by first_id limit $6",
            &[
                crate::ident::block_of(range.first).into(),
                range.first.into(),
                range.last.into(),
                scope.first.into(),
                scope.last.into(),
                limit.into(),
            ],
        )
        .await?;
    rows.iter().map(state_of).collect()
}

/// Items that were bound to a lot, in order, `limit` runs at most.
pub async fn of_lot(store: &Store, lot: LotId, limit: u32) -> Result<Vec<IdRange>> {
    let sql = "select first_id, last_id from item_states where lot_id = $1
               order by first_id limit $2";
    let rows = store.rows_long(sql, &[lot.into(), limit.into()]).await?;
    rows.iter().map(|row| Ok(IdRange { first: row.int(0)?, last: row.int(1)? })).collect()
}

/// How many items of a batch with ids in `range` are bound to goods, or were before they ended.
pub async fn n_commissioned(store: &Store, batch: BatchId, range: IdRange) -> Result<u64> {
    let rows = store
        .rows(
            "select cast(coalesce(sum(last_id - first_id + 1), 0) as bigint) from item_states
             where block between $1 and $2 and batch_id = $3
               and (state = 0 or lot_id is not null)",
            &[
                crate::ident::block_of(range.first).into(),
                crate::ident::block_of(range.last).into(),
                batch.into(),
            ],
        )
        .await?;
    rows.first().map_or(Ok(0), |row| row.uint(0))
}

fn insert(change: &StateChange, state: &ItemState) -> Statement {
    Statement::new(
        "insert into item_states (block, first_id, last_id, enterprise_id, batch_id, lot_id, state,
           reason, since, event_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [
            crate::ident::block_of(state.range.first).into(),
            state.range.first.into(),
            state.range.last.into(),
            change.enterprise_id.into(),
            change.batch_id.into(),
            state.lot_id.map(|lot| lot.0).into(),
            (state.state as i64).into(),
            state.reason.as_str().into(),
            state.since_us.into(),
            state.event_key.as_slice().into(),
        ],
    )
    .expect(1)
}

pub(crate) fn life_state_of(n: i64) -> Result<LifeState> {
    match n {
        0 => Ok(LifeState::Commissioned),
        1 => Ok(LifeState::Decommissioned),
        2 => Ok(LifeState::Destroyed),
        _ => Err(crate::Error::corrupt(format!("{n} is no state of an item"))),
    }
}

fn state_of(row: Row<'_>) -> Result<ItemState> {
    Ok(ItemState {
        range: IdRange { first: row.int(0)?, last: row.int(1)? },
        lot_id: row.opt_int(2)?.map(LotId),
        state: life_state_of(row.int(3)?)?,
        reason: row.text(4)?.to_owned(),
        since_us: row.int(5)?,
        event_key: row.key(6)?,
    })
}
