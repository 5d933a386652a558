//! What must enter the transparency log, queued in the commit of the fact itself (R92).

use crate::{Result, Statement, Store};

/// The statement that queues a record: its kind, its key, and the leaf hash of its canonical bytes.
pub fn insert(record_kind: u8, record_key: &[u8], leaf_hash: &[u8; 32], now_us: i64) -> Statement {
    Statement::new(
        "insert into log_queue (shard, record_kind, record_key, leaf_hash, queued_at)
         values ($1, $2, $3, $4, $5)",
        [
            i64::from(leaf_hash[0]).into(),
            i64::from(record_kind).into(),
            record_key.into(),
            leaf_hash.as_slice().into(),
            now_us.into(),
        ],
    )
    .expect(1)
}

/// How many records of a kind wait.
pub async fn n_waiting(store: &Store, record_kind: u8) -> Result<u64> {
    let rows = store
        .rows_long(
            "select count(*) from log_queue where record_kind = $1",
            &[i64::from(record_kind).into()],
        )
        .await?;
    rows.first().map_or(Ok(0), |row| row.uint(0))
}
