//! What must enter the transparency log, queued in the commit of the fact itself (R92).

use tlog::{Kind, Record};

use crate::{Result, Statement, Store};

/// The statement that queues a record: its kind, its key, the leaf hash of its canonical bytes.
pub fn insert(record: &Record<'_>, now_us: i64) -> Statement {
    let leaf_hash = record.leaf_hash();
    Statement::new(
        "insert into log_queue (shard, record_kind, record_key, leaf_hash, queued_at)
         values ($1, $2, $3, $4, $5)",
        [
            i64::from(leaf_hash[0]).into(),
            record.kind.name().into(),
            record.key.into(),
            leaf_hash.as_slice().into(),
            now_us.into(),
        ],
    )
    .expect(1)
}

/// How many records of a kind wait.
pub async fn n_waiting(store: &Store, kind: Kind) -> Result<u64> {
    let rows = store
        .rows_long("select count(*) from log_queue where record_kind = $1", &[kind.name().into()])
        .await?;
    rows.first().map_or(Ok(0), |row| row.uint(0))
}
