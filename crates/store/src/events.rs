//! Captured events, their bodies as they were hashed, and the index of the identifiers they name.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::id::{CaptureId, EnterpriseId, Scope};
use trace::{Action, EventFacts, EventKind, Role, RoleRange};

use crate::codec::Rest;
use crate::event_facts::{self, Base, Circumstances};
use crate::ident::{self, IdRange, Span};
use crate::page::{List, Order, rows_inside};
use crate::subscriptions::Place;
use crate::{Error, Result, Row, Rows, Statement, Store, Value, bodies, event_spans};

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Derived from enterprise and identity, so that uniqueness is one shard's affair.
    pub event_key: [u8; 16],
    /// Who captured it.
    pub enterprise_id: EnterpriseId,
    /// The eventID given, else the event hash as `ni:` URI.
    pub event_id: String,
    /// CBV 2.0 event hash.
    pub event_hash: [u8; 32],
    /// Its type.
    pub kind: EventKind,
    /// Its action; none for a TransformationEvent.
    pub action: Option<Action>,
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
    /// All identifiers it names.
    pub ranges: Vec<RoleRange>,
    /// What a trace must know of it beside them.
    pub circumstances: Circumstances,
    /// The exact bytes its leaf commits to.
    pub body: Vec<u8>,
}

/// What [`events_of`] reads, with the rest of the statement.
macro_rules! select_events {
    ($($rest:tt)+) => {
        concat!(
            "select event_key, enterprise_id, event_id, event_hash, event_type, action, biz_step,
               event_time, recorded_after, capture_id, capture_index, ranges, body, facts
             from events ",
            $($rest)+
        )
    };
}
pub(crate) use select_events;

/// Whether an event is inside the scope of `$1` and `$2`: captured by an enterprise in it, or
/// shared with the one enterprise that it is.
macro_rules! is_visible {
    () => {
        "(enterprise_id between $1 and $2
          or ($1 = $2 and exists
            (select 1 from shares s where s.sharer_id = events.enterprise_id
               and s.viewer_id = $1 and s.identifier = '' and s.ended_at is null))
          or ($1 = $2 and exists
            (select 1 from event_viewers v join shares s on s.share_id = v.share_id
             where v.event_key = events.event_key and v.viewer_id = $1 and s.ended_at is null)))"
    };
}

/// The same of a list, over captures; the join is crossed, so that captures come first.
macro_rules! select_listed {
    ($rest:literal) => {
        concat!(
            "select e.event_key, e.enterprise_id, e.event_id, e.event_hash, e.event_type, e.action,
               e.biz_step, e.event_time, e.recorded_after, e.capture_id, e.capture_index, e.ranges,
               e.body, e.facts
             from captures c cross join events e
             where e.capture_id = c.capture_id and ",
            $rest
        )
    };
}
pub(crate) use select_listed;

/// Columns of events between two places in the order of captures.
macro_rules! between {
    ($columns:literal) => {
        concat!(
            $columns,
            " from captures c cross join events e
             where e.capture_id = c.capture_id
               and c.position >= $1 and (c.position > $1 or e.capture_index > $2)
               and c.position <= $3 and (c.position < $3 or e.capture_index <= $4)
             order by c.position, e.capture_index limit $5"
        )
    };
}

/// Statements that add the events of a capture, in its order, with the rows of their identifiers
/// and their places in the log's queue. An event with the key of another is a conflict.
pub fn insert(events: &[Event]) -> Vec<Statement> {
    let groups = bodies::groups(events);
    let mut statements = Vec::with_capacity(2 * events.len());
    for group in &groups {
        let is_alone = group.len() == 1;
        statements.extend(events[group.clone()].iter().map(|event| insert_event(event, is_alone)));
    }
    let together = groups.into_iter().filter(|group| group.len() > 1);
    statements.extend(bodies::insert(together.map(|group| &events[group])));
    statements.extend(event_spans::insert(events));
    statements.extend(crate::log_queue::insert_events(events));
    statements
}

/// The rows for what events name, in order, each with the index of its event.
pub(crate) fn spans_of<'e>(events: impl Iterator<Item = &'e Event>) -> BTreeSet<(Span, usize)> {
    let of_event = |(index, event): (usize, &'e Event)| {
        let ranges = event.ranges.iter().map(id_range);
        ranges.flat_map(ident::spans).map(move |span| (span, index))
    };
    events.enumerate().flat_map(of_event).collect()
}

/// Rows that [`insert`] writes for an event at most: with others it shares some.
pub fn n_rows(event: &Event) -> usize {
    let spans = event.ranges.iter().map(|ranged| ident::spans(id_range(ranged)).count());
    2 + spans.sum::<usize>()
}

fn insert_event(event: &Event, has_body: bool) -> Statement {
    Statement::new(
        "insert into events (event_key, enterprise_id, event_id, event_hash, event_type,
           action, biz_step, event_time, recorded_after, capture_id, capture_index, ranges, facts,
           n_body_bytes, body)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        [
            event.event_key.as_slice().into(),
            event.enterprise_id.into(),
            Some(event.event_id.as_str()).filter(|id| *id != id_of_hash(&event.event_hash)).into(),
            event.event_hash.as_slice().into(),
            number_of(&KINDS, event.kind).into(),
            event.action.map_or(NO_ACTION, |action| number_of(&ACTIONS, action)).into(),
            short_step(&event.biz_step).into(),
            event.event_time_us.into(),
            event.record_time_us.saturating_sub(event.capture_id.time_us()).into(),
            event.capture_id.into(),
            i64::from(event.capture_index).into(),
            encode(&event.ranges).into(),
            event_facts::encode(&event.circumstances).into(),
            Value::Int(event.body.len() as i64),
            has_body.then(|| bodies::pack_one(&event.body)).into(),
        ],
    )
    .expect(1)
}

/// Canonical steps are URIs, so those of the CBV are kept without what all of them begin with.
const CBV_STEP: &str = "https://ref.gs1.org/cbv/BizStep-";

fn short_step(biz_step: &str) -> &str {
    let word = biz_step.strip_prefix(CBV_STEP);
    word.filter(|word| !word.is_empty() && !word.contains(':')).unwrap_or(biz_step)
}

/// Reads what [`short_step`] answered.
fn whole_step(kept: &str) -> String {
    let is_whole = kept.is_empty() || kept.contains(':');
    if is_whole { kept.to_owned() } else { format!("{CBV_STEP}{kept}") }
}

/// The eventID of an event that was given none (CBV 2.0 §8.9).
fn id_of_hash(hash: &[u8; 32]) -> String {
    let digit = |digit: u8| char::from(b"0123456789abcdef"[usize::from(digit)]);
    let mut id = String::with_capacity(14 + 64 + 11);
    id.push_str("ni:///sha-256;");
    hash.iter().for_each(|byte| id.extend([digit(byte >> 4), digit(byte & 15)]));
    id.push_str("?ver=CBV2.0");
    id
}

/// The hash that an eventID is made of, if it is.
fn hash_of_id(event_id: &str) -> Option<Vec<u8>> {
    let hex = event_id.strip_prefix("ni:///sha-256;")?.strip_suffix("?ver=CBV2.0")?;
    let byte = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    (hex.len() == 64).then(|| (0..64).step_by(2).map(byte).collect())?
}

const FACTS_OF_FEW: &str = include_str!("../sql/events_facts.sql");
/// Keys of one statement where there are many: then a statement costs less than its rows.
const KEYS_OF_MANY: usize = 128;

fn facts_of_many() -> &'static str {
    static TEXT: OnceLock<&'static str> = OnceLock::new();
    TEXT.get_or_init(|| {
        let [few, many] = [KEYS_A_QUERY, KEYS_OF_MANY].map(|n| {
            let keys: Vec<String> = (3..3 + n).map(|number| format!("${number}")).collect();
            keys.join(", ")
        });
        // One text, for the life of the process.
        FACTS_OF_FEW.replacen(&few, &many, 1).leak()
    })
}

/// What a trace must know of the events with these keys that are inside `scope`, and who captured
/// each, in no order.
pub async fn facts(
    store: &Store,
    scope: Scope,
    keys: &[[u8; 16]],
) -> Result<Vec<(EventFacts, EnterpriseId)>> {
    let mut facts = Vec::with_capacity(keys.len());
    let (n_keys, sql) = match keys.len() {
        0..=KEYS_A_QUERY => (KEYS_A_QUERY, FACTS_OF_FEW),
        _ => (KEYS_OF_MANY, facts_of_many()),
    };
    for chunk in keys.chunks(n_keys) {
        let mut args: Vec<Value> = vec![scope.first.into(), scope.last.into()];
        args.extend(padded_to(n_keys, chunk));
        let rows = store.rows(sql, &args).await?;
        for row in rows.iter() {
            let enterprise_id = EnterpriseId(row.int(7)?);
            let capture_id = CaptureId(row.int(9)?);
            let Circumstances { step, place, position, amounts, declares } =
                event_facts::decode(row, 8)?;
            let facts_of_event = EventFacts {
                key: row.key(0)?,
                kind: listed(&KINDS, row.int(1)?)?,
                action: action_of(row, 2)?,
                event_time_us: row.int(3)?,
                record_time_us: capture_id.time_us().saturating_add(row.int(4)?),
                index_in_capture: row.uint(5)?,
                ranges: decode(row.bytes(6)?)?,
                step,
                place,
                position,
                amounts,
                declares,
            };
            facts.push((facts_of_event, enterprise_id));
        }
    }
    Ok(facts)
}

const EVENTS_BY_KEYS: &str = select_events!(
    "where event_key in
       ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) and ",
    is_visible!()
);

/// The events with these keys that are inside `scope`, in no order.
pub async fn by_keys(store: &Store, scope: Scope, keys: &[[u8; 16]]) -> Result<Vec<Event>> {
    let mut events = Vec::with_capacity(keys.len());
    for chunk in keys.chunks(KEYS_A_QUERY) {
        let mut args: Vec<Value> = vec![scope.first.into(), scope.last.into()];
        args.extend(padded(chunk));
        let rows = store.rows(EVENTS_BY_KEYS, &args).await?;
        events.extend(events_of(store, &rows).await?);
    }
    Ok(events)
}

const VISIBLE_BY_KEYS: &str = concat!(
    "select event_key from events where event_key in
       ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) and ",
    is_visible!()
);

/// Those of `keys` whose events are inside `scope`, in no order.
pub async fn visible(store: &Store, scope: Scope, keys: &[[u8; 16]]) -> Result<Vec<[u8; 16]>> {
    let mut visible = Vec::with_capacity(keys.len());
    for chunk in keys.chunks(KEYS_A_QUERY) {
        let mut args: Vec<Value> = vec![scope.first.into(), scope.last.into()];
        args.extend(padded(chunk));
        let rows = store.rows(VISIBLE_BY_KEYS, &args).await?;
        for row in rows.iter() {
            visible.push(row.key(0)?);
        }
    }
    Ok(visible)
}

/// Those of `keys` that are stored already, each with its event hash.
pub async fn known(store: &Store, keys: &[[u8; 16]]) -> Result<Vec<([u8; 16], [u8; 32])>> {
    let mut known = Vec::new();
    for chunk in keys.chunks(KEYS_A_QUERY) {
        let args: Vec<Value> = padded(chunk).collect();
        let rows = store.rows(include_str!("../sql/events_known.sql"), &args).await?;
        for row in rows.iter() {
            known.push((row.key(0)?, event_hash_of(row, 1)?));
        }
    }
    Ok(known)
}

/// A page of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventPage {
    /// Position of the capture and place in it of the last event of the page before; none begins.
    pub after: Option<(i64, u32)>,
    /// How many rows at most.
    pub limit: u32,
    /// From which end.
    pub order: Order,
}

/// Events that enterprises inside `scope` captured, in order of their captures' positions, then
/// as their documents had them. What was shared with them is not among them.
pub async fn list(store: &Store, scope: Scope, page: EventPage) -> Result<Vec<Event>> {
    const LIST: List = List {
        one_oldest: select_listed!(
            "c.enterprise_id = $1 and c.position >= $2
               and (c.position > $2 or e.capture_index > $3)
             order by c.position, e.capture_index limit $4"
        ),
        one_newest: select_listed!(
            "c.enterprise_id = $1 and c.position <= $2
               and (c.position < $2 or e.capture_index < $3)
             order by c.position desc, e.capture_index desc limit $4"
        ),
        all_oldest: select_listed!(
            "+c.enterprise_id between $1 and $5 and c.position >= $2
               and (c.position > $2 or e.capture_index > $3)
             order by c.position, e.capture_index limit $4"
        ),
        all_newest: select_listed!(
            "+c.enterprise_id between $1 and $5 and c.position <= $2
               and (c.position < $2 or e.capture_index < $3)
             order by c.position desc, e.capture_index desc limit $4"
        ),
    };
    let after = page.after.map(|(position, index)| (position, i64::from(index)));
    let (position, index) = after.unwrap_or(match page.order {
        Order::OldestFirst => (0, 0),
        Order::NewestFirst => (i64::MAX, i64::MAX),
    });
    let args = [position.into(), index.into(), page.limit.into()];
    let rows = rows_inside(store, LIST.sql(scope, page.order), scope, &args).await?;
    events_of(store, &rows).await
}

/// Events of all enterprises behind one place in the order of captures and up to another, each
/// with its place, and whether they are all: there are at most `limit`, and the bodies of all but
/// the first have `max_bytes` together at most.
pub async fn between(
    store: &Store,
    after: Place,
    until: Place,
    (limit, max_bytes): (u32, u64),
) -> Result<(Vec<(Place, Event)>, bool)> {
    let bounds = [after.position, after.index.into(), until.position, until.index.into()];
    let mut args: Vec<Value> = bounds.into_iter().map(Value::Int).collect();
    args.push(limit.into());
    let sizes = store.rows(between!("select c.position, e.n_body_bytes"), &args).await?;
    let mut n_bytes = 0;
    let mut n_fit = 0u32;
    for size in sizes.iter() {
        n_bytes += size.uint::<u64>(1)?;
        if n_fit > 0 && n_bytes > max_bytes {
            break;
        }
        n_fit += 1;
    }
    args[4] = n_fit.into();
    let rows = store
        .rows(
            between!(
                "select e.event_key, e.enterprise_id, e.event_id, e.event_hash, e.event_type,
                   e.action, e.biz_step, e.event_time, e.recorded_after, e.capture_id,
                   e.capture_index, e.ranges, e.body, e.facts, c.position"
            ),
            &args,
        )
        .await?;
    let positions: Vec<i64> = rows.iter().map(|row| row.int(14)).collect::<Result<_>>()?;
    let events = events_of(store, &rows).await?;
    let placed = positions.into_iter().zip(events);
    let found = placed
        .map(|(position, event)| (Place { position, index: event.capture_index }, event))
        .collect();
    Ok((found, n_fit < limit && n_fit as usize == sizes.len()))
}

/// What events of all enterprises name behind one place in the order of captures and up to
/// another, each event with its place; `limit` at most.
pub async fn named_between(
    store: &Store,
    after: Place,
    until: Place,
    limit: u32,
) -> Result<Vec<(Place, [u8; 16], Vec<RoleRange>)>> {
    let sql = between!("select c.position, e.capture_index, e.event_key, e.ranges");
    let bounds = [after.position, after.index.into(), until.position, until.index.into()];
    let mut args: Vec<Value> = bounds.into_iter().map(Value::Int).collect();
    args.push(limit.into());
    let rows = store.rows(sql, &args).await?;
    let named = |row: Row<'_>| {
        let place = Place { position: row.int(0)?, index: row.uint(1)? };
        Ok((place, row.key(2)?, decode(row.bytes(3)?)?))
    };
    rows.iter().map(named).collect()
}

/// The events with this id inside `scope`: for an enterprise one, and one more for each error that
/// was declared of it, before those that others show it. A hundred at most.
pub async fn by_event_id(store: &Store, scope: Scope, event_id: &str) -> Result<Vec<Event>> {
    let sql = select_events!(
        "where (event_id = $3 or (substr(event_hash, 1, 8) = $4 and event_id is null)) and ",
        is_visible!(),
        " order by case when enterprise_id between $1 and $2 then 0 else 1 end,
            event_time desc, event_key desc limit 100"
    );
    let mut hash = hash_of_id(event_id).unwrap_or_default();
    hash.truncate(8);
    let args = [scope.first.into(), scope.last.into(), event_id.into(), hash.into()];
    let mut events = events_of(store, &store.rows(sql, &args).await?).await?;
    events.retain(|event| event.event_id == event_id);
    Ok(events)
}

pub(crate) const KEYS_A_QUERY: usize = 16;

/// Exactly sixteen arguments: the chunk, then its first key again and again.
pub(crate) fn padded(chunk: &[[u8; 16]]) -> impl Iterator<Item = Value> {
    padded_to(KEYS_A_QUERY, chunk)
}

fn padded_to(n_keys: usize, chunk: &[[u8; 16]]) -> impl Iterator<Item = Value> {
    let first = chunk.first().copied().unwrap_or_default();
    let rest = n_keys - chunk.len();
    chunk
        .iter()
        .copied()
        .chain(std::iter::repeat_n(first, rest))
        .map(|key| Value::Bytes(key.to_vec()))
}

/// Numbers in columns are places in these lists; new ones go to the end.
pub(crate) const KINDS: [EventKind; 5] = [
    EventKind::Object,
    EventKind::Aggregation,
    EventKind::Transaction,
    EventKind::Transformation,
    EventKind::Association,
];
pub(crate) const ACTIONS: [Action; 3] = [Action::Add, Action::Observe, Action::Delete];
const NO_ACTION: i64 = -1;
pub(crate) const ROLES: [Role; 7] = [
    Role::Epc,
    Role::Parent,
    Role::Child,
    Role::Input,
    Role::Output,
    Role::Transformation,
    Role::Lot,
];

pub(crate) fn number_of<T: PartialEq>(list: &[T], wanted: T) -> i64 {
    let place = list.iter().position(|listed| *listed == wanted);
    place.expect("the lists hold every variant") as i64
}

pub(crate) fn listed<T: Copy>(list: &[T], number: i64) -> Result<T> {
    let found = usize::try_from(number).ok().and_then(|place| list.get(place));
    found.copied().ok_or_else(|| Error::corrupt(format!("{number} is in no list")))
}

fn id_range(ranged: &RoleRange) -> IdRange {
    IdRange { first: ranged.first, last: ranged.last }
}

/// In front of ranges as they are packed now.
const PACKED: u8 = 0xff;
/// Before, a range was role, first id, last id, big-endian.
const RANGE_BYTES: usize = 17;

fn encode(ranges: &[RoleRange]) -> Vec<u8> {
    let mut bytes = vec![PACKED];
    event_facts::put_ranges(&mut bytes, ranges, Base::default());
    bytes
}

fn decode(bytes: &[u8]) -> Result<Vec<RoleRange>> {
    if let Some((&PACKED, packed)) = bytes.split_first() {
        return event_facts::ranges(&mut Rest(packed), Base::default());
    }
    let (ranges, rest) = bytes.as_chunks::<RANGE_BYTES>();
    if !rest.is_empty() {
        return Err(Error::corrupt("ranges of an event end in the middle"));
    }
    let id = |bytes: &[u8]| bytes.iter().fold(0i64, |id, &byte| id << 8 | i64::from(byte));
    ranges
        .iter()
        .map(|bytes| {
            let role = listed(&ROLES, bytes[0].into())?;
            Ok(RoleRange { role, first: id(&bytes[1..9]), last: id(&bytes[9..17]) })
        })
        .collect()
}

fn action_of(row: Row<'_>, column: usize) -> Result<Option<Action>> {
    match row.int(column)? {
        NO_ACTION => Ok(None),
        number => listed(&ACTIONS, number).map(Some),
    }
}

fn event_hash_of(row: Row<'_>, column: usize) -> Result<[u8; 32]> {
    row.bytes(column)?.try_into().map_err(|_| Error::corrupt("an event hash is cut"))
}

/// The events of rows, with their bodies.
pub(crate) async fn events_of(store: &Store, rows: &Rows) -> Result<Vec<Event>> {
    let mut events: Vec<Event> = rows.iter().map(event_of).collect::<Result<_>>()?;
    bodies::fill(store, &mut events).await?;
    Ok(events)
}

/// An event, with its body only if that stands in its row.
fn event_of(row: Row<'_>) -> Result<Event> {
    let event_hash = event_hash_of(row, 3)?;
    let capture_id = CaptureId(row.int(9)?);
    Ok(Event {
        event_key: row.key(0)?,
        enterprise_id: EnterpriseId(row.int(1)?),
        event_id: row.opt_text(2)?.map_or_else(|| id_of_hash(&event_hash), str::to_owned),
        event_hash,
        kind: listed(&KINDS, row.int(4)?)?,
        action: action_of(row, 5)?,
        biz_step: whole_step(row.text(6)?),
        event_time_us: row.int(7)?,
        record_time_us: capture_id.time_us().saturating_add(row.int(8)?),
        capture_id,
        capture_index: row.uint(10)?,
        ranges: decode(row.bytes(11)?)?,
        body: row.opt_bytes(12)?.map_or(Ok(Vec::new()), bodies::unpack_one)?,
        circumstances: event_facts::decode(row, 13)?,
    })
}

impl Row<'_> {
    /// An event key.
    pub(crate) fn key(&self, column: usize) -> Result<[u8; 16]> {
        let bytes = self.bytes(column)?;
        bytes.try_into().map_err(|_| Error::corrupt("an event key is not 16 bytes"))
    }
}
