//! Counts that must agree, for `suyuan doctor`. These read whole tables.

use crate::{Result, Store};

/// Two numbers that must be equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// What they count.
    pub name: &'static str,
    /// Counted one way.
    pub left: i64,
    /// Counted the other way.
    pub right: i64,
}

const COUNTS: [(&str, &str); 6] = [
    (
        "scans counted and scans kept",
        "select cast(coalesce((select sum(n_scans) from scans where n_scan = 0), 0) as bigint),
           (select count(*) from scans where n_scan > 0)",
    ),
    (
        "events stored and events queued for the log",
        "select (select count(*) from events),
           (select cast(coalesce(sum(length(leaf_hashes)), 0) / 32 as bigint) from log_queue
            where record_kind = 'event')",
    ),
    (
        "batches stored and batches queued for the log",
        "select (select count(*) from code_batches),
           (select count(*) from log_queue where record_kind = 'code-batch')",
    ),
    (
        "ordinals counted and ordinals of batches",
        "select cast((select sum(next) from counters where name like 'ordinals/%') as bigint),
           cast(coalesce((select sum(n_ordinals + coalesce(n_reserved, 0))
                          from code_batches), 0) as bigint)",
    ),
    (
        "events counted and events kept for subscriptions",
        "select cast(coalesce((select sum(n_waiting) from subscriptions), 0) as bigint),
           cast(coalesce((select sum(n_events) from deliveries), 0) as bigint)",
    ),
    (
        "identifiers interned both ways",
        "select (select count(*) from epc_numbers) + (select count(*) from interned_epcs),
           (select count(*) from epc_texts) + (select count(*) from identifier_epcs)",
    ),
];

/// All counts.
pub async fn counts(store: &Store) -> Result<Vec<Count>> {
    let mut counts = Vec::with_capacity(COUNTS.len());
    for (name, sql) in COUNTS {
        let rows = store.rows_long(sql, &[]).await?;
        if let Some(row) = rows.first() {
            counts.push(Count { name, left: row.int(0)?, right: row.int(1)? });
        }
    }
    Ok(counts)
}

/// The manifest of the newest batch.
pub async fn newest_manifest(store: &Store) -> Result<Option<String>> {
    let rows =
        store.rows("select manifest from code_batches order by batch_id desc limit 1", &[]).await?;
    rows.first().map(|row| row.text(0).map(str::to_owned)).transpose()
}
