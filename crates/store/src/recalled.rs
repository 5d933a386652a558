//! Which items a consumer is told to bring back: non-overlapping ranges, so that it is one
//! predecessor look-up, made together with that of the state ([`crate::scans`]). Of several recalls
//! of an item whoever writes chooses one.

use crate::id::RecallId;
use crate::ident::{IdRange, block_of};
use crate::many::Insert;
use crate::{Result, Row, Statement, Store};

static INSERT: Insert =
    Insert::new("insert into recalled_ranges (block, first_id, last_id, recall_id)", 4);

/// Statements that have scans of ranges tell of recalls; none of them may be told already.
pub fn insert(rows: &[(IdRange, RecallId)]) -> Vec<Statement> {
    let parts = rows
        .iter()
        .flat_map(|(range, recall)| range.by_block().map(|(block, part)| (block, part, *recall)));
    INSERT.rows(parts.map(|(block, part, recall)| {
        [block.into(), part.first.into(), part.last.into(), recall.into()]
    }))
}

/// The statement that deletes the rows that begin between two ids of one block.
pub fn delete_between(range: IdRange) -> Statement {
    let sql = "delete from recalled_ranges where block = $1 and first_id between $2 and $3";
    Statement::new(sql, [block_of(range.first).into(), range.first.into(), range.last.into()])
}

/// The rows that touch `range`, which lies in one block, in order.
pub async fn touching(store: &Store, range: IdRange) -> Result<Vec<(IdRange, RecallId)>> {
    let sql = "select first_id, last_id, recall_id from recalled_ranges
               where block = $1 and first_id <= $3 and last_id >= $2
                 and first_id >= coalesce((select max(first_id) from recalled_ranges
                   where block = $1 and first_id <= $2), $2)
               order by first_id";
    let args = [block_of(range.first).into(), range.first.into(), range.last.into()];
    let rows = store.rows_long(sql, &args).await?;
    let found = |row: Row<'_>| {
        Ok((IdRange { first: row.int(0)?, last: row.int(1)? }, RecallId(row.int(2)?)))
    };
    rows.iter().map(found).collect()
}

/// The recall that a scan of an item tells of.
pub async fn of_item(store: &Store, id: i64) -> Result<Option<RecallId>> {
    let sql = "select last_id, recall_id from recalled_ranges
               where block = $1 and first_id <= $2 order by first_id desc limit 1";
    let rows = store.rows(sql, &[block_of(id).into(), id.into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(if row.int(0)? >= id { Some(RecallId(row.int(1)?)) } else { None })
}
