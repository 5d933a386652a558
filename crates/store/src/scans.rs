//! Scans, covered PINs, and the one query that every verdict rests on.

use crate::id::{LotId, RecallId};
use crate::ident::{IdRange, block_of};
use crate::items::{LifeState, life_state_of};
use crate::{Result, Row, Rows, Statement, Store, Value, Written};
use verdict::{Area, Confidence, DeviceId, MAX_RECENT, Opened, Position, Seen, Source, Spot};

/// What changes of an item, and so is read for each scan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemFacts {
    /// Where it is in its life; none before commissioning.
    pub life: Option<ItemLife>,
    /// Consumers' scans counted so far, since it was counted anew.
    pub n_scans: u64,
    /// Scans so far of who handles the goods, and of authorities.
    pub n_aside: u64,
    /// The first scan of a consumer.
    pub first: Option<Seen>,
    /// Consumers' newest scans, [`MAX_RECENT`] at most, the newest first.
    pub recent: Vec<Seen>,
    /// The recall that calls it back.
    pub recall: Option<RecallId>,
    /// When its PIN was proved for the first time.
    pub opened: Option<Opened>,
}

/// Where an item is in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemLife {
    /// Its state.
    pub state: LifeState,
    /// Why, where the state has a reason; else empty.
    pub reason: String,
    /// Its lot; none for codes of a whole product.
    pub lot_id: Option<LotId>,
    /// Event time of the state, in microseconds since the epoch.
    pub since_us: i64,
}

/// Look-ups in B-trees: the newest scans and the first with the counts of row 0, the state that
/// begins at or before the item, the recall likewise, and the PIN. The first column says which;
/// the first select has a value of each kind, for PostgreSQL takes the types from it.
const FACTS: &str = "select 0, n_scan, scanned_at, confidence, latitude, longitude, device, place \
   from (select n_scan, scanned_at, confidence, latitude, longitude, device, place from scans \
     where block = $1 and item_id = $2 and n_scan > 1 order by n_scan desc limit 32) r \
   union all \
   select 1, n_scan, scanned_at, confidence, latitude, longitude, device, place from scans \
   where block = $1 and item_id = $2 and n_scan = 1 + coalesce((select n_before from scans \
     where block = $1 and item_id = $2 and n_scan = 0), 0) \
   union all \
   select 2, n_scans, n_aside, n_before, null, null, null, null from scans \
   where block = $1 and item_id = $2 and n_scan = 0 \
   union all \
   select 3, state, lot_id, since, last_id, null, reason, null from (\
     select state, lot_id, since, last_id, reason from item_states \
     where block = $1 and first_id <= $2 order by first_id desc limit 1) s \
   union all \
   select 4, recall_id, last_id, null, null, null, null, null from (\
     select recall_id, last_id from recalled_ranges \
     where block = $1 and first_id <= $2 order by first_id desc limit 1) c \
   union all \
   select 5, first_proved_at, null, null, null, null, first_device, null from item_pins \
   where block = $1 and item_id = $2 and n_proved > 0";

/// The facts of one item, whose batch the caller has found.
pub async fn facts(store: &Store, item_id: i64) -> Result<ItemFacts> {
    facts_of(&store.rows(FACTS, &[block_of(item_id).into(), item_id.into()]).await?, item_id)
}

fn facts_of(rows: &Rows, item_id: i64) -> Result<ItemFacts> {
    let mut facts = ItemFacts::default();
    let mut n_before = 0;
    for row in rows.iter() {
        match row.int(0)? {
            0 => facts.recent.push(seen_of(row)?),
            1 => facts.first = Some(seen_of(row)?),
            2 => {
                facts.n_scans = row.uint(1)?;
                facts.n_aside = row.opt_int(2)?.unwrap_or(0).unsigned_abs();
                n_before = row.opt_int(3)?.unwrap_or(0).unsigned_abs();
            }
            3 if row.int(4)? >= item_id => {
                facts.life = Some(ItemLife {
                    state: life_state_of(row.int(1)?)?,
                    reason: row.text(6)?.to_owned(),
                    lot_id: row.opt_int(2)?.map(LotId),
                    since_us: row.int(3)?,
                });
            }
            4 if row.int(2)? >= item_id => facts.recall = Some(RecallId(row.int(1)?)),
            5 => {
                let device = row.opt_text(6)?.and_then(device_of);
                facts.opened = row.opt_int(1)?.map(|at_us| Opened { at_us, device });
            }
            // What begins before the item and ends before it, too.
            _ => {}
        }
    }
    // What its owner looked into counts no more. The newest are read without the first.
    facts.n_scans = facts.n_scans.saturating_sub(n_before);
    facts.recent.truncate(usize::try_from(facts.n_scans.saturating_sub(1)).unwrap_or(usize::MAX));
    // The first is the last of the newest while there are few.
    if facts.n_scans <= MAX_RECENT as u64 {
        facts.recent.extend(facts.first);
    }
    Ok(facts)
}

/// A scan, from the columns that [`FACTS`] reads.
fn seen_of(row: Row<'_>) -> Result<Seen> {
    let small = |column| -> Result<Option<i32>> {
        Ok(row.opt_int(column)?.and_then(|value| i32::try_from(value).ok()))
    };
    let position = match (small(4)?, small(5)?) {
        (Some(latitude_e6), Some(longitude_e6)) => Position::new(latitude_e6, longitude_e6),
        _ => None,
    };
    // Before places had a confidence, they were noted by hand.
    let level = usize::try_from(row.opt_int(3)?.unwrap_or(0)).unwrap_or(0);
    let confidence = Confidence::ALL.get(level).copied().unwrap_or(Confidence::Low);
    let area = row.opt_text(7)?.and_then(Area::parse);
    Ok(Seen {
        at_us: row.int(2)?,
        device: row.opt_text(6)?.and_then(device_of),
        spot: area.map(|area| Spot { area, position, confidence }),
    })
}

pub(crate) fn device_of(text: &str) -> Option<DeviceId> {
    u64::from_str_radix(text, 16).ok().map(DeviceId)
}

pub(crate) fn text_of(device: Option<DeviceId>) -> Option<String> {
    device.map(|DeviceId(number)| format!("{number:016x}"))
}

/// Who looked, when and where.
#[derive(Debug, Clone, Copy)]
pub struct ScanOrigin {
    /// As whom.
    pub source: Source,
    /// By which device, if it can be told from others.
    pub device: Option<DeviceId>,
    /// Where, if it is known.
    pub spot: Option<Spot>,
    /// Microseconds since the epoch.
    pub now_us: i64,
    /// For a device that came before: how long it counts once, in microseconds. None for one that
    /// is new, which no scan can be of.
    pub grace_us: Option<i64>,
}

/// Statements that count a scan, keep it, and read the facts, so that a scan which counts costs
/// nothing but its write. [`recorded`] reads the outcome.
///
/// No `returning` and no `insert … select`: for these SQLite makes a table and a journal of its
/// own at each run, which costs more than looking the row up again. Only a device that came before
/// pays for that, since what it did must be looked at while nobody else counts.
pub fn record(item_id: i64, origin: &ScanOrigin) -> Vec<Statement> {
    match (origin.source, origin.grace_us) {
        (Source::Consumer, None) => record_new(item_id, origin),
        (Source::Consumer, Some(grace_us)) => record_known(item_id, origin, grace_us),
        _ => record_aside(item_id, origin),
    }
}

/// The same with a mark, by which the item is judged for diversion later.
pub fn record_marked(item_id: i64, origin: &ScanOrigin) -> Vec<Statement> {
    let mut statements = record(item_id, origin);
    // The facts are read last.
    let facts = statements.pop();
    statements.push(crate::sightings::mark(item_id, origin.now_us));
    statements.extend(facts);
    statements
}

/// The facts of the item after [`record`], whose scan is counted among them, and whether it was:
/// not that of a device in its time of grace.
pub fn recorded(written: &Written, item_id: i64) -> Result<(ItemFacts, bool)> {
    // The facts are read last, and the scan is kept just before, or before its count.
    let n_statements = written.n_statements();
    let is_counted = written.n_rows(1) > 0;
    Ok((facts_of(written.rows(n_statements - 1), item_id)?, is_counted))
}

/// Statements that note where the newest scan of a device was, if it was made since `since_us` and
/// few came after it.
pub fn place(item_id: i64, device: DeviceId, spot: &Spot, since_us: i64) -> Vec<Statement> {
    let position = spot.position;
    let sql = "update scans set place = $4, confidence = $5, latitude = $6, longitude = $7
               where block = $1 and item_id = $2 and n_scan = (
                 select max(n_scan) from scans
                 where block = $1 and item_id = $2 and n_scan > 0 and device = $3
                   and scanned_at >= $8
                   and n_scan > (select n_scans from scans
                                 where block = $1 and item_id = $2 and n_scan = 0) - 64)";
    vec![Statement::new(
        sql,
        [
            block_of(item_id).into(),
            item_id.into(),
            text_of(Some(device)).into(),
            spot.area.to_string().into(),
            (spot.confidence as i64).into(),
            position.map(|it| i64::from(it.latitude_e6())).into(),
            position.map(|it| i64::from(it.longitude_e6())).into(),
            since_us.into(),
        ],
    )]
}

/// The arguments of each scan that is kept: key, time, who and where.
fn kept(item_id: i64, origin: &ScanOrigin) -> Vec<Value> {
    let spot = origin.spot.as_ref();
    let position = spot.and_then(|spot| spot.position);
    vec![
        block_of(item_id).into(),
        item_id.into(),
        origin.now_us.into(),
        text_of(origin.device).into(),
        spot.map(|spot| spot.area.to_string()).into(),
        spot.map(|spot| spot.confidence as i64).into(),
        position.map(|it| i64::from(it.latitude_e6())).into(),
        position.map(|it| i64::from(it.longitude_e6())).into(),
    ]
}

/// The first statement of every scan: row 0 with what is added to its counts. One text for all, and
/// the item first among its arguments, since writes that wait are put in that order, and whoever
/// counts an item as well waits here for the others.
fn count(item_id: i64, now_us: i64, (n_scans, n_aside): (i64, i64)) -> Statement {
    Statement::new(
        "insert into scans (block, item_id, n_scan, scanned_at, n_scans, n_aside)
         values ($1, $2, 0, $3, $4, $5)
         on conflict (block, item_id, n_scan) do update
           set n_scans = scans.n_scans + excluded.n_scans,
             n_aside = coalesce(scans.n_aside, 0) + excluded.n_aside,
             scanned_at = case when excluded.n_scans > 0 then excluded.scanned_at
               else scans.scanned_at end",
        [block_of(item_id).into(), item_id.into(), now_us.into(), n_scans.into(), n_aside.into()],
    )
    .expect(1)
}

fn read_facts(item_id: i64) -> Statement {
    Statement::new(FACTS, [block_of(item_id).into(), item_id.into()])
}

fn record_new(item_id: i64, origin: &ScanOrigin) -> Vec<Statement> {
    vec![
        count(item_id, origin.now_us, (1, 0)),
        // Nobody else changes row 0 before this write is committed.
        Statement::new(
            "insert into scans (block, item_id, n_scan, scanned_at, device, place, confidence,
               latitude, longitude)
             values ($1, $2, (select n_scans from scans
                              where block = $1 and item_id = $2 and n_scan = 0),
               $3, $4, $5, $6, $7, $8)",
            kept(item_id, origin),
        )
        .expect(1),
        read_facts(item_id),
    ]
}

/// The newest scans are read by their key and then looked through: asked for the device among all
/// scans, both engines would go through all of them.
fn record_known(item_id: i64, origin: &ScanOrigin, grace_us: i64) -> Vec<Statement> {
    let mut args = kept(item_id, origin);
    args.push(origin.now_us.saturating_sub(grace_us).into());
    // What a clock dated far into the future keeps nobody in grace until then.
    args.push(origin.now_us.saturating_add(grace_us).into());
    vec![
        count(item_id, origin.now_us, (0, 0)),
        Statement::new(
            "insert into scans (block, item_id, n_scan, scanned_at, device, place, confidence,
               latitude, longitude)
             select block, item_id, n_scans + 1, cast($3 as bigint), cast($4 as text),
               cast($5 as text), cast($6 as bigint), cast($7 as bigint), cast($8 as bigint)
             from scans c
             where block = $1 and item_id = $2 and n_scan = 0
               and not exists (select 1 from (
                   select n_scan, device, scanned_at from scans
                   where block = $1 and item_id = $2 and n_scan > 0
                   order by n_scan desc limit 32) d
                 where d.n_scan > coalesce(c.n_before, 0) and d.device = $4 and d.scanned_at > $9 and d.scanned_at < $10)",
            args,
        ),
        Statement::new(
            "update scans set
               n_scans = (select coalesce(max(n_scan), 0) from scans
                          where block = $1 and item_id = $2),
               scanned_at = $3
             where block = $1 and item_id = $2 and n_scan = 0",
            [block_of(item_id).into(), item_id.into(), origin.now_us.into()],
        )
        .expect(1),
        read_facts(item_id),
    ]
}

/// Scans of others than consumers are rows below zero, and change no count of theirs.
fn record_aside(item_id: i64, origin: &ScanOrigin) -> Vec<Statement> {
    let mut args = kept(item_id, origin);
    args.push((origin.source as i64).into());
    vec![
        count(item_id, origin.now_us, (0, 1)),
        Statement::new(
            "insert into scans (block, item_id, n_scan, scanned_at, device, place, confidence,
               latitude, longitude, source)
             values ($1, $2, (select - n_aside from scans
                              where block = $1 and item_id = $2 and n_scan = 0),
               $3, $4, $5, $6, $7, $8, $9)",
            args,
        )
        .expect(1),
        read_facts(item_id),
    ]
}

/// Items of a range inside one block that consumers scanned since, in order, `limit` at most of
/// those that were ever scanned; and the last that was looked at.
pub async fn scanned_since(
    store: &Store,
    range: IdRange,
    since_us: i64,
    limit: u32,
) -> Result<(Vec<i64>, Option<i64>)> {
    let sql = "select item_id, scanned_at, n_scans from scans
               where block = $1 and item_id between $2 and $3 and n_scan = 0
               order by item_id limit $4";
    let args = [block_of(range.first).into(), range.first.into(), range.last.into(), limit.into()];
    let rows = store.rows_long(sql, &args).await?;
    let mut items = Vec::new();
    for row in rows.iter() {
        if row.int(1)? >= since_us && row.int(2)? > 0 {
            items.push(row.int(0)?);
        }
    }
    // Fewer than asked for were all there are.
    let last = if rows.len() < limit as usize { None } else { rows.last_int(0)? };
    Ok((items, last))
}

/// A scan of somebody who handles the goods, or of an authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenAside {
    /// As whom.
    pub source: Source,
    /// When and where.
    pub seen: Seen,
}

/// The newest scans of others than consumers, the newest first.
pub async fn aside(store: &Store, item_id: i64, limit: u32) -> Result<Vec<SeenAside>> {
    let sql = "select source, n_scan, scanned_at, confidence, latitude, longitude, device, place
               from scans where block = $1 and item_id = $2 and n_scan < 0
               order by n_scan limit $3";
    let args = [block_of(item_id).into(), item_id.into(), limit.into()];
    let rows = store.rows(sql, &args).await?;
    let of_row = |row: Row<'_>| {
        let is_inspection = row.int(0)? == Source::Inspection as i64;
        let source = if is_inspection { Source::Inspection } else { Source::Logistics };
        Ok(SeenAside { source, seen: seen_of(row)? })
    };
    rows.iter().map(of_row).collect()
}

/// The PIN tries of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinRecord {
    /// Counts changes, for compare-and-swap.
    pub revision: i64,
    /// Wrong tries left when last changed.
    pub n_left: u8,
    /// When a try last came back, or the count began; microseconds since the epoch.
    pub refilled_at_us: i64,
    /// Since when it is locked.
    pub locked_since_us: Option<i64>,
    /// How often the PIN was right.
    pub n_proved: u64,
    /// When it was right for the first time.
    pub first_proved_at_us: Option<i64>,
    /// By which device, if it can be told from others.
    pub first_device: Option<DeviceId>,
}

/// The PIN tries of an item; none before the first try.
pub async fn pin(store: &Store, item_id: i64) -> Result<Option<PinRecord>> {
    let rows = store
        .rows(
            "select revision, n_left, refilled_at, locked_since, n_proved, first_proved_at,
               first_device
             from item_pins where block = $1 and item_id = $2",
            &[block_of(item_id).into(), item_id.into()],
        )
        .await?;
    rows.first()
        .map(|row| {
            Ok(PinRecord {
                revision: row.int(0)?,
                n_left: row.uint(1)?,
                refilled_at_us: row.int(2)?,
                locked_since_us: row.opt_int(3)?,
                n_proved: row.uint(4)?,
                first_proved_at_us: row.opt_int(5)?,
                first_device: row.opt_text(6)?.and_then(device_of),
            })
        })
        .transpose()
}

/// The statement that puts `next` in place of the record with revision `next.revision - 1`;
/// another try meanwhile makes a conflict. Revision 1 is the first record.
pub fn put_pin(item_id: i64, next: &PinRecord) -> Vec<Statement> {
    let args = [
        block_of(item_id).into(),
        item_id.into(),
        next.revision.into(),
        i64::from(next.n_left).into(),
        next.refilled_at_us.into(),
        next.locked_since_us.into(),
        next.n_proved.into(),
        next.first_proved_at_us.into(),
        text_of(next.first_device).into(),
    ];
    let sql = if next.revision == 1 {
        "insert into item_pins (block, item_id, revision, n_left, refilled_at, locked_since,
           n_proved, first_proved_at, first_device)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    } else {
        "update item_pins set revision = $3, n_left = $4, refilled_at = $5, locked_since = $6,
           n_proved = $7, first_proved_at = $8, first_device = $9
         where block = $1 and item_id = $2 and revision = $3 - 1"
    };
    vec![Statement::new(sql, args).expect(1)]
}
