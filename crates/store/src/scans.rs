//! Scans, covered PINs, and the one query that every verdict rests on.

use crate::id::{LotId, RecallId};
use crate::ident::block_of;
use crate::items::{LifeState, life_state_of};
use crate::{Result, Rows, Statement, Store, Written};

/// What changes of an item, and so is read for each scan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemFacts {
    /// Where it is in its life; none before commissioning.
    pub life: Option<ItemLife>,
    /// Scans counted before, and when the first was, in microseconds since the epoch.
    pub scans: Option<(u64, i64)>,
    /// The recall that calls it back.
    pub recall: Option<RecallId>,
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
}

/// Three look-ups in B-trees: the state that begins at or before the item, its count of scans,
/// which is the row without a reason, and the recall, which is the row without a second number.
const FACTS: &str = "select state, coalesce(lot_id, 0), reason, last_id from (\
     select state, lot_id, reason, last_id from item_states \
     where block = $1 and first_id <= $2 order by first_id desc limit 1) s \
   union all \
   select n_scans, first_at, null, null from scans \
   where block = $1 and item_id = $2 and n_scan = 0 \
   union all \
   select recall_id, null, null, last_id from (\
     select recall_id, last_id from recalled_ranges \
     where block = $1 and first_id <= $2 order by first_id desc limit 1) r";

/// The facts of one item, whose batch the caller has found.
pub async fn facts(store: &Store, item_id: i64) -> Result<ItemFacts> {
    facts_of(&store.rows(FACTS, &[block_of(item_id).into(), item_id.into()]).await?, item_id)
}

fn facts_of(rows: &Rows, item_id: i64) -> Result<ItemFacts> {
    let mut facts = ItemFacts::default();
    for row in rows.iter() {
        let Some(second) = row.opt_int(1)? else {
            let holds = row.int(3)? >= item_id;
            facts.recall = holds.then(|| row.int(0)).transpose()?.map(RecallId);
            continue;
        };
        let Some(reason) = row.opt_text(2)? else {
            facts.scans = Some((row.uint(0)?, second));
            continue;
        };
        if row.int(3)? >= item_id {
            facts.life = Some(ItemLife {
                state: life_state_of(row.int(0)?)?,
                reason: reason.to_owned(),
                lot_id: Some(second).filter(|id| *id != 0).map(LotId),
            });
        }
    }
    Ok(facts)
}

/// Who looked, as far as it is known and kept.
#[derive(Debug, Clone, Copy, Default)]
pub struct ScanOrigin<'a> {
    /// A token of the device.
    pub device: Option<&'a str>,
    /// A GB/T 2260 division or another place name.
    pub place: Option<&'a str>,
}

/// Statements that count a scan, keep it, and read the facts, so that a scan which counts costs
/// nothing but its write. [`recorded`] reads the outcome.
///
/// No `returning` and no `insert … select`: for these SQLite makes a table and a journal of its
/// own at each run, which costs more than looking the row up again.
pub fn record(item_id: i64, now_us: i64, origin: ScanOrigin<'_>) -> Vec<Statement> {
    let block = block_of(item_id);
    vec![
        Statement::new(
            "insert into scans (block, item_id, n_scan, scanned_at, n_scans, first_at)
             values ($1, $2, 0, $3, 1, $3)
             on conflict (block, item_id, n_scan) do update
               set n_scans = scans.n_scans + 1, scanned_at = excluded.scanned_at",
            [block.into(), item_id.into(), now_us.into()],
        )
        .expect(1),
        // Nobody else changes row 0 before this write is committed.
        Statement::new(
            "insert into scans (block, item_id, n_scan, scanned_at, device, place)
             values ($1, $2, (select n_scans from scans
                              where block = $1 and item_id = $2 and n_scan = 0), $3, $4, $5)",
            [
                block.into(),
                item_id.into(),
                now_us.into(),
                origin.device.into(),
                origin.place.into(),
            ],
        )
        .expect(1),
        Statement::new(FACTS, [block.into(), item_id.into()]),
    ]
}

/// The facts of the item after [`record`], whose scan is counted among them.
pub fn recorded(written: &Written, item_id: i64) -> Result<ItemFacts> {
    facts_of(written.rows(2), item_id)
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
}

/// The PIN tries of an item; none before the first try.
pub async fn pin(store: &Store, item_id: i64) -> Result<Option<PinRecord>> {
    let rows = store
        .rows(
            "select revision, n_left, refilled_at, locked_since, n_proved, first_proved_at
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
    ];
    let sql = if next.revision == 1 {
        "insert into item_pins (block, item_id, revision, n_left, refilled_at, locked_since,
           n_proved, first_proved_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)"
    } else {
        "update item_pins set revision = $3, n_left = $4, refilled_at = $5, locked_since = $6,
           n_proved = $7, first_proved_at = $8
         where block = $1 and item_id = $2 and revision = $3 - 1"
    };
    vec![Statement::new(sql, args).expect(1)]
}
