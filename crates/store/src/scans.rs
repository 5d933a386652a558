//! Scans, covered PINs, and the one query that a scan page rests on.

use verdict::Granularity;

use crate::code_batches::granularity_of;
use crate::id::{BatchId, EnterpriseId, ProductId, Scope};
use crate::ident::{block_of, id_of};
use crate::items::{LifeState, life_state_of};
use crate::{Result, Row, Statement, Store, Written};

/// Everything a verdict and its page need about one own item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanFacts {
    /// The item's identifier id.
    pub item_id: i64,
    /// Its batch.
    pub batch_id: BatchId,
    /// First ordinal of the batch.
    pub first_ordinal: u64,
    /// Ordinals of the batch, spares included.
    pub n_ordinals: u64,
    /// Codes of the batch.
    pub n_codes: u64,
    /// Spare ordinals behind each segment.
    pub spares_per_segment: u64,
    /// Key epoch of the batch.
    pub epoch: u32,
    /// What its code stands for.
    pub granularity: Granularity,
    /// Whether the code is a sample.
    pub is_sample: bool,
    /// GTIN that the batch was made with.
    pub gtin: Option<String>,
    /// Platform address that the batch was made with.
    pub public_url: String,
    /// Its product.
    pub product_id: ProductId,
    /// Product name.
    pub product_name: String,
    /// Product type.
    pub product_type: String,
    /// Product specification.
    pub specification: String,
    /// Whether the product has a picture.
    pub has_picture: bool,
    /// Whose it is.
    pub enterprise_id: EnterpriseId,
    /// Enterprise name.
    pub enterprise_name: String,
    /// Enterprise address.
    pub enterprise_address: String,
    /// Enterprise contact.
    pub enterprise_contact: String,
    /// Registration scheme of the enterprise.
    pub registration_scheme: String,
    /// Registration number of the enterprise.
    pub registration_number: String,
    /// State, its reason and since when; none before commissioning.
    pub life: Option<(LifeState, String, i64)>,
    /// Lot number, production date and shelf life in days.
    pub lot: Option<(String, String, Option<u32>)>,
    /// Scans counted before, and when the first was.
    pub scans: Option<(u64, i64)>,
}

/// The facts of the item with `ordinal` in `class`; none if no batch took the ordinal.
pub async fn facts(
    store: &Store,
    scope: Scope,
    class: u8,
    ordinal: u64,
) -> Result<Option<ScanFacts>> {
    let item_id = id_of(class, ordinal);
    let rows = store
        .rows(
            include_str!("../sql/scan_facts.sql"),
            &[
                i64::from(class).into(),
                ordinal.into(),
                block_of(item_id).into(),
                item_id.into(),
                scope.first.into(),
                scope.last.into(),
            ],
        )
        .await?;
    let facts = rows.first().map(|row| facts_of(item_id, row)).transpose()?;
    Ok(facts.filter(|facts| ordinal - facts.first_ordinal < facts.n_ordinals))
}

/// Who looked, as far as it is known and kept.
#[derive(Debug, Clone, Copy, Default)]
pub struct ScanOrigin<'a> {
    /// A token of the device.
    pub device: Option<&'a str>,
    /// A GB/T 2260 division or another place name.
    pub place: Option<&'a str>,
}

/// Statements that count a scan and keep it. [`count_of`] reads the outcome.
pub fn record(item_id: i64, now_us: i64, origin: ScanOrigin<'_>) -> Vec<Statement> {
    let block = block_of(item_id);
    vec![
        Statement::new(
            "insert into item_scans (block, item_id, n_scans, first_at, last_at)
             values ($1, $2, 1, $3, $3)
             on conflict (block, item_id) do update
               set n_scans = item_scans.n_scans + 1, last_at = excluded.last_at
             returning n_scans, first_at",
            [block.into(), item_id.into(), now_us.into()],
        )
        .expect(1),
        Statement::new(
            "insert into scans (block, item_id, n_scan, scanned_at, device, place)
             select $1, $2, n_scans, cast($3 as bigint), $4, $5
             from item_scans where block = $1 and item_id = $2",
            [
                block.into(),
                item_id.into(),
                now_us.into(),
                origin.device.into(),
                origin.place.into(),
            ],
        )
        .expect(1),
    ]
}

/// What [`record`] counted: scans including this one, and when the first was.
pub fn count_of(written: &Written) -> Result<(u64, i64)> {
    let row = written.rows(0).first().ok_or(crate::Error::corrupt("a count was not returned"))?;
    Ok((row.uint(0)?, row.int(1)?))
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

fn facts_of(item_id: i64, row: &Row) -> Result<ScanFacts> {
    let life = match row.opt_int(18)? {
        None => None,
        Some(state) => Some((life_state_of(state)?, row.text(19)?.to_owned(), row.int(20)?)),
    };
    let lot = match row.opt_text(21)? {
        None => None,
        Some(number) => {
            let shelf_life_days = row.opt_int(23)?.and_then(|days| u32::try_from(days).ok());
            Some((number.to_owned(), row.text(22)?.to_owned(), shelf_life_days))
        }
    };
    let scans = match row.opt_int(24)? {
        None => None,
        Some(n_scans) => Some((n_scans.unsigned_abs(), row.int(25)?)),
    };
    Ok(ScanFacts {
        item_id,
        batch_id: BatchId(row.int(0)?),
        first_ordinal: row.uint(1)?,
        n_ordinals: row.uint(2)?,
        n_codes: row.uint(26)?,
        spares_per_segment: row.uint(27)?,
        epoch: row.uint(28)?,
        granularity: granularity_of(row.int(3)?)?,
        is_sample: row.int(4)? != 0,
        gtin: row.opt_text(5)?.map(str::to_owned),
        public_url: row.text(6)?.to_owned(),
        product_id: ProductId(row.int(7)?),
        product_name: row.text(8)?.to_owned(),
        product_type: row.text(9)?.to_owned(),
        specification: row.text(10)?.to_owned(),
        has_picture: row.int(11)? != 0,
        enterprise_id: EnterpriseId(row.int(12)?),
        enterprise_name: row.text(13)?.to_owned(),
        enterprise_address: row.text(14)?.to_owned(),
        enterprise_contact: row.text(15)?.to_owned(),
        registration_scheme: row.text(16)?.to_owned(),
        registration_number: row.text(17)?.to_owned(),
        life,
        lot,
        scans,
    })
}
