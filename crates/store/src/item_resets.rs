//! Items that were counted anew, since their owner looked into their scans.

use crate::id::{KeyId, ResetId};
use crate::ident::block_of;
use crate::page::{Order, Page};
use crate::{Result, Row, Statement, Store};

/// Somebody had an item counted anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemReset {
    /// Its id.
    pub reset_id: ResetId,
    /// How many scans of consumers count no more, with those of earlier times.
    pub n_scans: u64,
    /// Microseconds since the epoch.
    pub reset_at_us: i64,
    /// By which key.
    pub key_id: KeyId,
    /// What the key's owner calls it.
    pub reset_by: String,
    /// Why, in their words.
    pub reason: String,
}

/// Statements that note a reset and begin to count anew; a conflict if no scan counts. Its number
/// of scans is what was counted then. No scan is deleted.
pub fn insert(item_id: i64, reset: &ItemReset) -> Vec<Statement> {
    let block = block_of(item_id);
    vec![
        Statement::new(
            "insert into item_resets (block, item_id, reset_id, n_scans, reset_at, key_id,
               reset_by, reason)
             select block, item_id, cast($3 as bigint), n_scans, cast($4 as bigint),
               cast($5 as bigint), cast($6 as text), cast($7 as text)
             from scans
             where block = $1 and item_id = $2 and n_scan = 0 and n_scans > coalesce(n_before, 0)",
            [
                block.into(),
                item_id.into(),
                reset.reset_id.into(),
                reset.reset_at_us.into(),
                reset.key_id.into(),
                reset.reset_by.as_str().into(),
                reset.reason.as_str().into(),
            ],
        )
        .expect(1),
        Statement::new(
            "update scans set n_before = (select n_scans from item_resets
                                          where block = $1 and item_id = $2 and reset_id = $3)
             where block = $1 and item_id = $2 and n_scan = 0",
            [block.into(), item_id.into(), reset.reset_id.into()],
        )
        .expect(1),
    ]
}

/// The resets of an item.
pub async fn list(store: &Store, item_id: i64, page: Page) -> Result<Vec<ItemReset>> {
    let sql = match page.order {
        Order::OldestFirst => {
            "select reset_id, n_scans, reset_at, key_id, reset_by, reason from item_resets
             where block = $1 and item_id = $2 and reset_id > $3 order by reset_id limit $4"
        }
        Order::NewestFirst => {
            "select reset_id, n_scans, reset_at, key_id, reset_by, reason from item_resets
             where block = $1 and item_id = $2 and reset_id < $3 order by reset_id desc limit $4"
        }
    };
    let args = [block_of(item_id).into(), item_id.into(), page.bound().into(), page.limit.into()];
    store.rows(sql, &args).await?.iter().map(reset_of).collect()
}

fn reset_of(row: Row<'_>) -> Result<ItemReset> {
    Ok(ItemReset {
        reset_id: ResetId(row.int(0)?),
        n_scans: row.uint(1)?,
        reset_at_us: row.int(2)?,
        key_id: KeyId(row.int(3)?),
        reset_by: row.text(4)?.to_owned(),
        reason: row.text(5)?.to_owned(),
    })
}
