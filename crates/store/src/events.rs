//! Captured events, their bodies as they were hashed, and the index of the identifiers they name.

use std::collections::BTreeSet;

use crate::id::{CaptureId, EnterpriseId, Page, Scope};
use crate::ident::{self, IdRange};
use crate::{Error, Result, Row, Statement, Store, Value};

/// What an event does with a range of identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Named by an ObjectEvent or a TransactionEvent.
    Epc,
    /// The containing or transaction parent.
    Parent,
    /// Contained.
    Child,
    /// Went into a transformation.
    Input,
    /// Came out of a transformation.
    Output,
}

/// A range of identifiers in a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RoleRange {
    /// What the event does with them.
    pub role: Role,
    /// Which identifiers.
    pub range: IdRange,
}

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Derived from enterprise and identity, so that uniqueness is one shard's affair.
    pub event_key: [u8; 16],
    /// Who captured it.
    pub enterprise_id: EnterpriseId,
    /// The eventID given, else the event hash as `ni:` URI.
    pub event_id: String,
    /// CBV 2.0 event hash.
    pub event_hash: [u8; 32],
    /// Number of the event type, as service assigns it.
    pub event_type: u8,
    /// Number of the action, as service assigns it.
    pub action: u8,
    /// Canonical business step, or empty.
    pub biz_step: String,
    /// Microseconds since the epoch.
    pub event_time_us: i64,
    /// Microseconds since the epoch.
    pub record_time_us: i64,
    /// The capture it came with.
    pub capture_id: CaptureId,
    /// Its place in that capture, from 0.
    pub capture_index: u32,
    /// Joins several events of one transformation.
    pub transformation_id: Option<String>,
    /// All identifiers it names.
    pub ranges: Vec<RoleRange>,
    /// The exact bytes its leaf commits to.
    pub body: Vec<u8>,
}

/// Statements that add `event` with its index rows and its place in the log's queue.
/// An event with the same key is a conflict.
pub fn insert(event: &Event, record_kind: u8, leaf_hash: &[u8; 32]) -> Vec<Statement> {
    let mut statements = vec![
        Statement::new(
            "insert into events (event_key, enterprise_id, event_id, event_hash, event_type,
               action, biz_step, event_time, record_time, capture_id, capture_index,
               transformation_id, ranges, body)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            [
                event.event_key.as_slice().into(),
                event.enterprise_id.into(),
                event.event_id.as_str().into(),
                event.event_hash.as_slice().into(),
                i64::from(event.event_type).into(),
                i64::from(event.action).into(),
                event.biz_step.as_str().into(),
                event.event_time_us.into(),
                event.record_time_us.into(),
                event.capture_id.into(),
                i64::from(event.capture_index).into(),
                event.transformation_id.as_deref().into(),
                encode(&event.ranges).into(),
                event.body.as_slice().into(),
            ],
        )
        .expect(1),
    ];
    let nodes: BTreeSet<(i64, i64)> =
        event.ranges.iter().flat_map(|ranged| ident::nodes(ranged.range)).collect();
    statements.extend(nodes.into_iter().map(|(block, node)| {
        Statement::new(
            "insert into event_ranges (block, node, event_time, event_key, enterprise_id)
             values ($1, $2, $3, $4, $5)",
            [
                block.into(),
                node.into(),
                event.event_time_us.into(),
                event.event_key.as_slice().into(),
                event.enterprise_id.into(),
            ],
        )
    }));
    statements.push(crate::log_queue::insert(
        record_kind,
        &event.event_key,
        leaf_hash,
        event.record_time_us,
    ));
    statements
}

/// Keys of at most `limit` events that name an identifier of `range`, oldest first.
/// Costs 21 look-ups for each block that `range` touches.
pub async fn keys_touching(
    store: &Store,
    scope: Scope,
    range: IdRange,
    limit: u32,
) -> Result<Vec<[u8; 16]>> {
    let mut found = Vec::new();
    for (block, part) in range.by_block() {
        let mut args = vec![block.into(), scope.first.into(), scope.last.into(), limit.into()];
        for (first, last) in ident::touching(part) {
            args.extend([Value::Int(first), Value::Int(last)]);
        }
        let rows = store.rows(include_str!("../sql/event_ranges_touching.sql"), &args).await?;
        for row in &rows {
            found.push((row.int(0)?, row.key(1)?));
        }
        if found.len() as u32 >= limit {
            break;
        }
    }
    found.sort_unstable();
    found.dedup();
    found.truncate(limit as usize);
    Ok(found.into_iter().map(|(_, key)| key).collect())
}

/// The events with these keys that are inside `scope`, in no order.
pub async fn by_keys(store: &Store, scope: Scope, keys: &[[u8; 16]]) -> Result<Vec<Event>> {
    let mut events = Vec::with_capacity(keys.len());
    for chunk in keys.chunks(KEYS_A_QUERY) {
        let mut args: Vec<Value> = vec![scope.first.into(), scope.last.into()];
        args.extend(padded(chunk));
        let rows = store.rows(include_str!("../sql/events_by_keys.sql"), &args).await?;
        for row in &rows {
            events.push(event_of(row)?);
        }
    }
    Ok(events)
}

/// Which of `keys` are stored already.
pub async fn known(store: &Store, keys: &[[u8; 16]]) -> Result<Vec<[u8; 16]>> {
    let mut known = Vec::new();
    for chunk in keys.chunks(KEYS_A_QUERY) {
        let args: Vec<Value> = padded(chunk).collect();
        let rows = store.rows(include_str!("../sql/events_known.sql"), &args).await?;
        for row in &rows {
            known.push(row.key(0)?);
        }
    }
    Ok(known)
}

/// The event with this id inside `scope`; for the platform the earliest of several.
pub async fn find(store: &Store, scope: Scope, event_id: &str) -> Result<Option<Event>> {
    let rows = store
        .rows(
            "select event_key, enterprise_id, event_id, event_hash, event_type, action, biz_step,
               event_time, record_time, capture_id, capture_index, transformation_id, ranges, body
             from events
             where event_id = $3 and enterprise_id between $1 and $2
             order by record_time limit 1",
            &[scope.first.into(), scope.last.into(), event_id.into()],
        )
        .await?;
    rows.first().map(event_of).transpose()
}

/// Events in order of capture. `page.after` is the capture id and `after_index` the place in it
/// of the last event of the page before.
pub async fn list(
    store: &Store,
    scope: Scope,
    page: Page,
    after_index: i64,
) -> Result<Vec<Event>> {
    let rows = store
        .rows(
            "select event_key, enterprise_id, event_id, event_hash, event_type, action, biz_step,
               event_time, record_time, capture_id, capture_index, transformation_id, ranges, body
             from events
             where enterprise_id between $1 and $2 and (capture_id, capture_index) > ($3, $4)
             order by capture_id, capture_index limit $5",
            &[
                scope.first.into(),
                scope.last.into(),
                page.after.into(),
                after_index.into(),
                page.limit.into(),
            ],
        )
        .await?;
    rows.iter().map(event_of).collect()
}

const KEYS_A_QUERY: usize = 16;

/// Exactly sixteen arguments: the chunk, then its first key again and again.
fn padded(chunk: &[[u8; 16]]) -> impl Iterator<Item = Value> {
    let first = chunk.first().copied().unwrap_or_default();
    let rest = KEYS_A_QUERY - chunk.len();
    chunk
        .iter()
        .copied()
        .chain(std::iter::repeat_n(first, rest))
        .map(|key| Value::Bytes(key.to_vec()))
}

const RANGE_BYTES: usize = 17;

/// Seventeen bytes a range: role, first id, last id, big-endian.
fn encode(ranges: &[RoleRange]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(ranges.len() * RANGE_BYTES);
    for RoleRange { role, range } in ranges {
        bytes.push(*role as u8);
        bytes.extend(range.first.to_be_bytes());
        bytes.extend(range.last.to_be_bytes());
    }
    bytes
}

fn decode(bytes: &[u8]) -> Result<Vec<RoleRange>> {
    let (ranges, rest) = bytes.as_chunks::<RANGE_BYTES>();
    if !rest.is_empty() {
        return Err(Error::corrupt("ranges of an event end in the middle"));
    }
    let id = |bytes: &[u8]| bytes.iter().fold(0i64, |id, &byte| id << 8 | i64::from(byte));
    ranges
        .iter()
        .map(|bytes| {
            let role = match bytes[0] {
                0 => Role::Epc,
                1 => Role::Parent,
                2 => Role::Child,
                3 => Role::Input,
                4 => Role::Output,
                n => return Err(Error::corrupt(format!("{n} is no role"))),
            };
            let range = IdRange { first: id(&bytes[1..9]), last: id(&bytes[9..17]) };
            Ok(RoleRange { role, range })
        })
        .collect()
}

fn event_of(row: &Row) -> Result<Event> {
    let event_hash = row.bytes(3)?.try_into();
    Ok(Event {
        event_key: row.key(0)?,
        enterprise_id: EnterpriseId(row.int(1)?),
        event_id: row.text(2)?.to_owned(),
        event_hash: event_hash.map_err(|_| Error::corrupt("an event hash is cut"))?,
        event_type: row.uint(4)?,
        action: row.uint(5)?,
        biz_step: row.text(6)?.to_owned(),
        event_time_us: row.int(7)?,
        record_time_us: row.int(8)?,
        capture_id: CaptureId(row.int(9)?),
        capture_index: row.uint(10)?,
        transformation_id: row.opt_text(11)?.map(str::to_owned),
        ranges: decode(row.bytes(12)?)?,
        body: row.bytes(13)?.to_vec(),
    })
}

impl Row {
    /// An event key.
    pub(crate) fn key(&self, column: usize) -> Result<[u8; 16]> {
        let bytes = self.bytes(column)?;
        bytes.try_into().map_err(|_| Error::corrupt("an event key is not 16 bytes"))
    }
}
