//! What must enter the transparency log, queued in the commit of the fact itself (R92).

use tlog::{Kind, Record};

use crate::many::Insert;
use crate::{Result, Statement, Store, Value};

/// Queues rows of [`row`].
pub(crate) static INSERT: Insert =
    Insert::new("insert into log_queue (shard, record_kind, record_key, leaf_hash, queued_at)", 5);

/// The kind of a record, its key, the leaf hash of its canonical bytes.
pub(crate) fn row(record: &Record<'_>, now_us: i64) -> [Value; 5] {
    let leaf_hash = record.leaf_hash();
    [
        i64::from(leaf_hash[0]).into(),
        record.kind.name().into(),
        record.key.into(),
        leaf_hash.as_slice().into(),
        now_us.into(),
    ]
}

/// Statements that queue a record.
pub fn insert(record: &Record<'_>, now_us: i64) -> Vec<Statement> {
    INSERT.rows([row(record, now_us)])
}

/// How many records of a kind wait.
pub async fn n_waiting(store: &Store, kind: Kind) -> Result<u64> {
    let rows = store
        .rows_long("select count(*) from log_queue where record_kind = $1", &[kind.name().into()])
        .await?;
    rows.first().map_or(Ok(0), |row| row.uint(0))
}
