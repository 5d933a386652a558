//! What must enter the transparency log, queued in the commit of the fact itself (R92).
//!
//! A row holds the leaf hashes of one record, or of events that stand one after the other in a
//! capture. Each row has a name, its record key: of events the capture and the place in it of the
//! first, which is found from any of them.

use tlog::{Kind, Record};

use crate::events::Event;
use crate::id::CaptureId;
use crate::many::Insert;
use crate::{Error, Result, Statement, Store, Value};

static INSERT: Insert = Insert::new(
    "insert into log_queue (shard, record_kind, record_key, leaf_hashes, queued_at)",
    5,
);

/// Statements that queue a record.
pub fn insert(record: &Record<'_>, now_us: i64) -> Vec<Statement> {
    let leaf_hash = record.leaf_hash();
    let shard = i64::from(leaf_hash[0]);
    INSERT.rows([[
        shard.into(),
        record.kind.name().into(),
        record.key.into(),
        leaf_hash.as_slice().into(),
        now_us.into(),
    ]])
}

const HASH_BYTES: usize = 32;

/// Events of one row, at most: 32 KiB of leaf hashes.
const MOST_EVENTS: usize = 1024;

/// Statements that queue events, which are in the order of their captures and places.
pub(crate) fn insert_events(events: &[Event]) -> Vec<Statement> {
    let follows = |a: &Event, b: &Event| {
        a.capture_id == b.capture_id && a.capture_index.checked_add(1) == Some(b.capture_index)
    };
    let runs = events.chunk_by(follows).flat_map(|run| run.chunks(MOST_EVENTS));
    INSERT.rows(runs.map(|run| {
        let first = &run[0];
        let leaf_hashes = run.iter().flat_map(|event| {
            let canonical = &event.body;
            Record { kind: Kind::Event, key: &event.event_key, canonical }.leaf_hash()
        });
        [
            shard_of(first.capture_id),
            Kind::Event.name().into(),
            record_key(first.capture_id, first.capture_index).into(),
            Value::Bytes(leaf_hashes.collect()),
            first.record_time_us.into(),
        ]
    }))
}

/// The lowest byte of a capture's id, which is random.
fn shard_of(capture_id: CaptureId) -> Value {
    (capture_id.0 & 0xff).into()
}

/// Sorts as captures and the places in them do, as ids are not negative.
fn record_key(capture_id: CaptureId, capture_index: u32) -> Vec<u8> {
    [&capture_id.0.to_be_bytes()[..], &capture_index.to_be_bytes()].concat()
}

/// The leaf hash under which an event waits, by its place in its capture. Not of events that were
/// queued before migration 21, which wait under their own keys.
pub async fn leaf_hash_of_event(
    store: &Store,
    capture_id: CaptureId,
    capture_index: u32,
) -> Result<Option<[u8; HASH_BYTES]>> {
    let sql = "select record_key, leaf_hashes from log_queue
               where shard = $1 and record_kind = 'event' and record_key between $2 and $3
               order by record_key desc limit 1";
    let [first, last] = [0, capture_index].map(|index| record_key(capture_id, index).into());
    let rows = store.rows(sql, &[shard_of(capture_id), first, last]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let begin = row.bytes(0)?.last_chunk().map(|index| u32::from_be_bytes(*index));
    let nth = begin.and_then(|begin| capture_index.checked_sub(begin));
    let nth = nth.ok_or_else(|| Error::corrupt("a row of events has no place"))?;
    let (leaf_hashes, _) = row.bytes(1)?.as_chunks();
    Ok(leaf_hashes.get(nth as usize).copied())
}

/// How many records of a kind wait.
pub async fn n_waiting(store: &Store, kind: Kind) -> Result<u64> {
    let sql = "select cast(coalesce(sum(length(leaf_hashes)), 0) / 32 as bigint) from log_queue
               where record_kind = $1";
    let rows = store.rows_long(sql, &[kind.name().into()]).await?;
    rows.first().map_or(Ok(0), |row| row.uint(0))
}

#[cfg(test)]
mod tests;
