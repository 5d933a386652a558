//! Items that consumers scanned, until somebody judged them for diversion, and where those of a
//! shipment were seen.

use verdict::diversion::{Sighting, Standing};
use verdict::{Area, Confidence, DeviceId};

use crate::id::{DealerId, EnterpriseId, ProductId};
use crate::ident::block_of;
use crate::scans::{device_of, text_of};
use crate::{Error, Result, Row, Statement, Store};

/// An item that was scanned since it was judged last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Which.
    pub item_id: i64,
    /// Since when it waits, or until when it is claimed, microseconds since the epoch.
    pub marked_at_us: i64,
    /// Scans since then.
    pub n_marks: i64,
}

/// The statement that marks an item; it goes with the scan in one write, so no scan is missed.
pub fn mark(item_id: i64, now_us: i64) -> Statement {
    Statement::new(
        "insert into scan_marks (block, item_id, marked_at, n_marks) values ($1, $2, $3, 1)
         on conflict (block, item_id) do update set n_marks = scan_marks.n_marks + 1",
        [block_of(item_id).into(), item_id.into(), now_us.into()],
    )
    .expect(1)
}

/// The same for an item of which a device told where its last scan was, if [`crate::scans::place`]
/// found that scan; it goes with that in one write.
pub fn mark_placed(item_id: i64, device: DeviceId, since_us: i64, now_us: i64) -> Statement {
    Statement::new(
        "insert into scan_marks (block, item_id, marked_at, n_marks)
         select cast($1 as bigint), cast($2 as bigint), cast($5 as bigint), 1
         where exists (
           select 1 from scans
           where block = $1 and item_id = $2 and n_scan > 0 and device = $3
             and scanned_at >= $4
             and n_scan > (select n_scans from scans
                           where block = $1 and item_id = $2 and n_scan = 0) - 64)
         on conflict (block, item_id) do update set n_marks = scan_marks.n_marks + 1",
        [
            block_of(item_id).into(),
            item_id.into(),
            text_of(Some(device)).into(),
            since_us.into(),
            now_us.into(),
        ],
    )
}

/// Items that wait longest and that nobody has claimed at `now_us`, `limit` at most, in order of
/// their ids.
pub async fn marks(store: &Store, now_us: i64, limit: u32) -> Result<Vec<Mark>> {
    let sql = "select item_id, marked_at, n_marks from scan_marks where marked_at <= $1
               order by marked_at limit $2";
    let rows = store.rows(sql, &[now_us.into(), limit.into()]).await?;
    let mark_of = |row: Row<'_>| {
        Ok(Mark { item_id: row.int(0)?, marked_at_us: row.int(1)?, n_marks: row.int(2)? })
    };
    let mut marks = rows.iter().map(mark_of).collect::<Result<Vec<Mark>>>()?;
    // Writers of scans hold the locks of their items in this order.
    marks.sort_unstable_by_key(|it| it.item_id);
    Ok(marks)
}

/// The statement that has a mark wait until a time, so that nobody else takes it before; a conflict
/// if somebody did.
pub fn put_off(mark: &Mark, until_us: i64) -> Statement {
    moved(mark, until_us).expect(1)
}

/// Statements that forget a mark which was put off, or, if the item was scanned since, have it wait
/// behind all others.
pub fn unmark(mark: &Mark, now_us: i64) -> [Statement; 2] {
    let forget = Statement::new(
        "delete from scan_marks
         where block = $1 and item_id = $2 and marked_at = $3 and n_marks = $4",
        [
            block_of(mark.item_id).into(),
            mark.item_id.into(),
            mark.marked_at_us.into(),
            mark.n_marks.into(),
        ],
    );
    [forget, moved(mark, now_us)]
}

fn moved(mark: &Mark, at_us: i64) -> Statement {
    Statement::new(
        "update scan_marks set marked_at = $4
         where block = $1 and item_id = $2 and marked_at = $3",
        [
            block_of(mark.item_id).into(),
            mark.item_id.into(),
            mark.marked_at_us.into(),
            at_us.into(),
        ],
    )
}

/// Goods of one product that went to one dealer at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Consignment {
    /// Whose goods.
    pub enterprise_id: EnterpriseId,
    /// To whom.
    pub dealer_id: DealerId,
    /// What.
    pub product_id: ProductId,
    /// The event that told of it; zeros if it is not known.
    pub shipment: [u8; 16],
}

/// The statement that notes where an item was seen, in place of what was noted before.
pub fn put(of: &Consignment, it: &Sighting) -> Statement {
    Statement::new(
        "insert into sightings (enterprise_id, item_id, dealer_id, product_id, shipment, seen_at,
           device, area, confidence, standing)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (enterprise_id, item_id) do update set dealer_id = excluded.dealer_id,
           product_id = excluded.product_id, shipment = excluded.shipment,
           seen_at = excluded.seen_at, device = excluded.device, area = excluded.area,
           confidence = excluded.confidence, standing = excluded.standing",
        [
            of.enterprise_id.into(),
            it.item.into(),
            of.dealer_id.into(),
            of.product_id.into(),
            of.shipment.as_slice().into(),
            it.at_us.into(),
            text_of(it.device).into(),
            it.area.to_string().into(),
            (it.confidence as i64).into(),
            (it.standing as i64).into(),
        ],
    )
    .expect(1)
}

/// The statement that forgets an item, of which nothing is to be told.
pub fn remove(owner: EnterpriseId, item_id: i64) -> Statement {
    let sql = "delete from sightings where enterprise_id = $1 and item_id = $2";
    Statement::new(sql, [owner.into(), item_id.into()])
}

/// What was seen of a consignment since, the newest first, `limit` at most.
pub async fn of_consignment(
    store: &Store,
    of: &Consignment,
    since_us: i64,
    limit: u32,
) -> Result<Vec<Sighting>> {
    let sql = "select item_id, seen_at, device, area, confidence, standing from sightings
               where enterprise_id = $1 and dealer_id = $2 and product_id = $3 and shipment = $4
                 and seen_at >= $5
               order by seen_at desc, item_id limit $6";
    let args = [
        of.enterprise_id.into(),
        of.dealer_id.into(),
        of.product_id.into(),
        of.shipment.as_slice().into(),
        since_us.into(),
        limit.into(),
    ];
    store.rows(sql, &args).await?.iter().map(sighting_of).collect()
}

const STANDINGS: [Standing; 4] =
    [Standing::Inside, Standing::Border, Standing::Unknown, Standing::Outside];

fn sighting_of(row: Row<'_>) -> Result<Sighting> {
    Ok(Sighting {
        item: row.int(0)?,
        at_us: row.int(1)?,
        device: row.opt_text(2)?.and_then(device_of),
        area: area_of(row.text(3)?)?,
        confidence: crate::events::listed(&Confidence::ALL, row.int(4)?)?,
        standing: crate::events::listed(&STANDINGS, row.int(5)?)?,
    })
}

pub(crate) fn area_of(text: &str) -> Result<Area> {
    Area::parse(text).ok_or(Error::corrupt("an area that is none"))
}

pub(crate) fn key_of(bytes: &[u8]) -> Result<[u8; 16]> {
    bytes.try_into().map_err(|_| Error::corrupt("the key of an event is not 16 bytes"))
}
