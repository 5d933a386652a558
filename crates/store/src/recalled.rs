//! Which items a consumer is told to bring back: non-overlapping ranges, so that it is one
//! predecessor look-up, made together with that of the state ([`crate::scans`]).

use crate::id::RecallId;
use crate::ident::{IdRange, block_of};
use crate::many::Insert;
use crate::{Result, Statement, Store};

static INSERT: Insert =
    Insert::new("insert into recalled_ranges (block, first_id, last_id, recall_id)", 4);

/// Statements that have scans of `ranges` tell of a recall; none of them may be told already.
pub fn insert(recall: RecallId, ranges: &[IdRange]) -> Vec<Statement> {
    let parts = ranges.iter().flat_map(|range| range.by_block());
    INSERT.rows(
        parts.map(|(block, part)| {
            [block.into(), part.first.into(), part.last.into(), recall.into()]
        }),
    )
}

/// The statement that has scans tell no more of a recall.
pub fn delete(recall: RecallId) -> Statement {
    Statement::new("delete from recalled_ranges where recall_id = $1", [recall.into()])
}

/// The ranges that touch `range` and are told already, in order.
pub async fn touching(store: &Store, range: IdRange) -> Result<Vec<IdRange>> {
    let mut found = Vec::new();
    for (block, part) in range.by_block() {
        let sql = "select first_id, last_id from recalled_ranges
                   where block = $1 and first_id <= $3 and last_id >= $2
                     and first_id >= coalesce((select max(first_id) from recalled_ranges
                       where block = $1 and first_id <= $2), $2)
                   order by first_id";
        let args = [block.into(), part.first.into(), part.last.into()];
        for row in store.rows(sql, &args).await?.iter() {
            found.push(IdRange { first: row.int(0)?, last: row.int(1)? });
        }
    }
    Ok(found)
}

/// The ranges that scans tell of as a recall's, in order.
pub async fn of_recall(store: &Store, recall: RecallId) -> Result<Vec<IdRange>> {
    let sql = "select first_id, last_id from recalled_ranges where recall_id = $1
               order by block, first_id";
    let rows = store.rows_long(sql, &[recall.into()]).await?;
    rows.iter().map(|row| Ok(IdRange { first: row.int(0)?, last: row.int(1)? })).collect()
}

/// The recall that a scan of an item tells of.
pub async fn of_item(store: &Store, id: i64) -> Result<Option<RecallId>> {
    let sql = "select last_id, recall_id from recalled_ranges
               where block = $1 and first_id <= $2 order by first_id desc limit 1";
    let rows = store.rows(sql, &[block_of(id).into(), id.into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(if row.int(0)? >= id { Some(RecallId(row.int(1)?)) } else { None })
}
