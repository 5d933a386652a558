//! Suspected diversions (疑似窜货): cases with the scans that they rest on, what people decided about
//! them, files, and what an enterprise asks before it hears of one.

use std::collections::BTreeSet;

use verdict::diversion::{Sighting, Suspicion, Thresholds};
use verdict::{Area, Confidence};

use crate::id::{DealerId, DiversionId, EnterpriseId, KeyId, ProductId, Scope};
use crate::page::Page;
use crate::recall_tasks::File;
use crate::scans::text_of;
use crate::sightings::{Consignment, area_of, key_of};
use crate::{Result, Row, Statement, Store};

/// How far a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum DiversionState {
    /// Scans made it likely; nobody looked into it (疑似).
    Suspected,
    /// Somebody looks into it (核查).
    Checking,
    /// It was so (确认).
    Confirmed,
    /// It was not so (排除).
    Excluded,
}

impl DiversionState {
    /// Every state, in the order in which they are kept.
    pub const ALL: [Self; 4] = [Self::Suspected, Self::Checking, Self::Confirmed, Self::Excluded];

    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Suspected => "suspected",
            Self::Checking => "checking",
            Self::Confirmed => "confirmed",
            Self::Excluded => "excluded",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diversion {
    /// Its id.
    pub diversion_id: DiversionId,
    /// Whose goods, of whom, and which.
    pub of: Consignment,
    /// How far it is.
    pub state: DiversionState,
    /// Counts the changes, for compare-and-swap.
    pub revision: i64,
    /// What scans said, at its strongest.
    pub suspicion: Suspicion,
    /// Microseconds since the epoch.
    pub opened_at_us: i64,
    /// When anything of it changed last.
    pub changed_at_us: i64,
    /// The key of whoever looks into it.
    pub inspector_id: Option<KeyId>,
    /// Until when.
    pub due_at_us: Option<i64>,
}

/// A case with the names that lists tell of it; they are empty where there are none any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedDiversion {
    /// It.
    pub case: Diversion,
    /// Number and name of the dealer.
    pub dealer: (String, String),
    /// Name of the product.
    pub product: String,
    /// What the key of whoever looks into it is called.
    pub inspector: String,
}

/// A scan that a case rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiversionScan {
    /// Which item.
    pub item_id: i64,
    /// When, microseconds since the epoch.
    pub seen_at_us: i64,
    /// The device, as 16 hexadecimal digits of a random number.
    pub device: Option<String>,
    /// Where: the city at most.
    pub area: Area,
    /// How far the place can be trusted.
    pub confidence: Confidence,
    /// Kilometres from the nearest territory, if they are known.
    pub km: Option<u32>,
}

/// An entry of the log of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiversionChange {
    /// Its number in the case, from 1.
    pub change_no: u32,
    /// The state since then.
    pub state: DiversionState,
    /// Why, or what was found.
    pub note: String,
    /// Who said so.
    pub changed_by: String,
    /// Microseconds since the epoch.
    pub changed_at_us: i64,
}

macro_rules! select_diversions {
    ($($rest:literal),+) => {
        concat!(
            "select d.enterprise_id, d.diversion_id, d.dealer_id, d.product_id, d.shipment, d.area,
               d.state, d.revision, d.confidence, d.n_codes, d.n_devices, d.n_times, d.n_told,
               d.n_seen, d.opened_at, d.changed_at, d.inspector_id, d.due_at,
               coalesce(w.number, ''), coalesce(w.name, ''), coalesce(p.name, ''),
               coalesce(k.label, '')
             from diversions d
             left join dealers w on w.enterprise_id = d.enterprise_id and w.dealer_id = d.dealer_id
             left join products p
               on p.enterprise_id = d.enterprise_id and p.product_id = d.product_id
             left join api_keys k
               on k.enterprise_id = d.enterprise_id and k.key_id = d.inspector_id ",
            $($rest),+
        )
    };
}

/// The statement that opens a case; one of the same consignment and area is a conflict.
pub fn insert(it: &Diversion) -> Statement {
    let (of, what) = (&it.of, &it.suspicion);
    Statement::new(
        "insert into diversions (enterprise_id, diversion_id, dealer_id, product_id, shipment, area,
           state, revision, confidence, n_codes, n_devices, n_times, n_told, n_seen, opened_at,
           changed_at, inspector_id, due_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
         on conflict (enterprise_id, dealer_id, product_id, shipment, area) do nothing",
        [
            of.enterprise_id.into(),
            it.diversion_id.into(),
            of.dealer_id.into(),
            of.product_id.into(),
            of.shipment.as_slice().into(),
            what.area.to_string().into(),
            (it.state as i64).into(),
            it.revision.into(),
            i64::from(what.confidence).into(),
            i64::from(what.n_codes).into(),
            i64::from(what.n_devices).into(),
            i64::from(what.n_times).into(),
            i64::from(what.n_told).into(),
            i64::from(what.n_seen).into(),
            it.opened_at_us.into(),
            it.changed_at_us.into(),
            it.inspector_id.map_or(0, |id| id.0).into(),
            it.due_at_us.into(),
        ],
    )
    .expect(1)
}

/// The statement that puts a case in the place of what it was; a change since is a conflict.
pub fn replace(it: &Diversion) -> Statement {
    let what = &it.suspicion;
    Statement::new(
        "update diversions set state = $3, revision = revision + 1, confidence = $5, n_codes = $6,
           n_devices = $7, n_times = $8, n_told = $9, n_seen = $10, changed_at = $11,
           inspector_id = $12, due_at = $13
         where enterprise_id = $1 and diversion_id = $2 and revision = $4",
        [
            it.of.enterprise_id.into(),
            it.diversion_id.into(),
            (it.state as i64).into(),
            it.revision.into(),
            i64::from(what.confidence).into(),
            i64::from(what.n_codes).into(),
            i64::from(what.n_devices).into(),
            i64::from(what.n_times).into(),
            i64::from(what.n_told).into(),
            i64::from(what.n_seen).into(),
            it.changed_at_us.into(),
            it.inspector_id.map_or(0, |id| id.0).into(),
            it.due_at_us.into(),
        ],
    )
    .expect(1)
}

/// One case of an enterprise inside `scope`.
pub async fn find(store: &Store, scope: Scope, id: DiversionId) -> Result<Option<NamedDiversion>> {
    let sql = select_diversions!("where d.enterprise_id between $1 and $2 and d.diversion_id = $3");
    let args = [scope.first.into(), scope.last.into(), id.into()];
    store.rows(sql, &args).await?.first().map(named_of).transpose()
}

/// The cases of a consignment, one an area, `limit` at most.
pub async fn of_consignment(store: &Store, of: &Consignment, limit: u32) -> Result<Vec<Diversion>> {
    let sql = select_diversions!(
        "where d.enterprise_id = $1 and d.dealer_id = $2 and d.product_id = $3 and d.shipment = $4
         order by d.area limit $5"
    );
    let args = [
        of.enterprise_id.into(),
        of.dealer_id.into(),
        of.product_id.into(),
        of.shipment.as_slice().into(),
        limit.into(),
    ];
    store.rows(sql, &args).await?.iter().map(diversion_of).collect()
}

/// Which cases are wanted; what is none is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// In this state.
    pub state: Option<DiversionState>,
    /// Of this dealer.
    pub dealer_id: Option<DealerId>,
    /// Of this product.
    pub product_id: Option<ProductId>,
    /// In this province or country.
    pub area: Option<Area>,
    /// Opened at or after this time, microseconds since the epoch.
    pub from_us: Option<i64>,
    /// Opened before this time.
    pub until_us: Option<i64>,
}

/// Cases inside `scope` that are wanted, the newest first, behind `after`, `limit` at most.
pub async fn list(
    store: &Store,
    scope: Scope,
    wanted: &Wanted,
    (after, limit): (Option<i64>, u32),
) -> Result<Vec<NamedDiversion>> {
    let sql = select_diversions!(
        "where d.enterprise_id between $1 and $2 and d.diversion_id < $3
           and (cast($4 as bigint) < 0 or d.state = $4)
           and (cast($5 as bigint) = 0 or d.dealer_id = $5)
           and (cast($6 as bigint) = 0 or d.product_id = $6)
           and (cast($7 as text) = '' or d.area = $7)
           and d.opened_at >= $8 and d.opened_at < $9
         order by d.diversion_id desc limit $10"
    );
    let args = [
        scope.first.into(),
        scope.last.into(),
        after.unwrap_or(i64::MAX).into(),
        wanted.state.map_or(-1, |it| it as i64).into(),
        wanted.dealer_id.map_or(0, |id| id.0).into(),
        wanted.product_id.map_or(0, |id| id.0).into(),
        wanted.area.map(|it| it.to_string()).unwrap_or_default().into(),
        wanted.from_us.unwrap_or(i64::MIN).into(),
        wanted.until_us.unwrap_or(i64::MAX).into(),
        limit.into(),
    ];
    store.rows_long(sql, &args).await?.iter().map(named_of).collect()
}

/// Cases that a key looks into, in the order in which they were opened.
pub async fn of_inspector(store: &Store, id: KeyId, page: Page) -> Result<Vec<NamedDiversion>> {
    let sql = select_diversions!(
        "where d.inspector_id = $1 and d.diversion_id > $2 order by d.diversion_id limit $3"
    );
    let args = [id.into(), page.after.unwrap_or(i64::MIN).into(), page.limit.into()];
    store.rows(sql, &args).await?.iter().map(named_of).collect()
}

/// Cases inside `scope` that are checked, and were to be by `now_us` or are by this key: what is
/// due first comes first, `limit` at most.
pub async fn to_check(
    store: &Store,
    scope: Scope,
    (id, now_us): (KeyId, i64),
    limit: u32,
) -> Result<Vec<NamedDiversion>> {
    let sql = select_diversions!(
        "where d.enterprise_id between $1 and $2 and d.state = 1
           and (d.due_at < $3 or d.inspector_id = $4)
         order by coalesce(d.due_at, 9223372036854775807), d.diversion_id limit $5"
    );
    let args = [scope.first.into(), scope.last.into(), now_us.into(), id.into(), limit.into()];
    store.rows(sql, &args).await?.iter().map(named_of).collect()
}

/// The statement that adds a scan to what a case rests on; one of an item that is there stays as
/// it is.
pub fn insert_scan(id: DiversionId, it: &Sighting, km: Option<u32>, now_us: i64) -> Statement {
    Statement::new(
        "insert into diversion_scans (diversion_id, item_id, seen_at, device, area, confidence, km,
           noted_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (diversion_id, item_id) do nothing",
        [
            id.into(),
            it.item.into(),
            it.at_us.into(),
            text_of(it.device).into(),
            it.area.to_string().into(),
            (it.confidence as i64).into(),
            km.map(i64::from).into(),
            now_us.into(),
        ],
    )
}

/// Items of a consignment that a case rests on already, of those seen since, the newest, `limit` at
/// most.
pub async fn noted(
    store: &Store,
    id: DiversionId,
    of: &Consignment,
    (since_us, limit): (i64, u32),
) -> Result<BTreeSet<i64>> {
    let sql = "select s.item_id from sightings s
                 join diversion_scans d on d.diversion_id = $1 and d.item_id = s.item_id
               where s.enterprise_id = $2 and s.dealer_id = $3 and s.product_id = $4
                 and s.shipment = $5 and s.seen_at >= $6
               order by s.seen_at desc, s.item_id limit $7";
    let args = [
        id.into(),
        of.enterprise_id.into(),
        of.dealer_id.into(),
        of.product_id.into(),
        of.shipment.as_slice().into(),
        since_us.into(),
        limit.into(),
    ];
    store.rows(sql, &args).await?.iter().map(|row| row.int(0)).collect()
}

/// The scans that a case rests on, by item, behind `after`, `limit` at most.
pub async fn scans(
    store: &Store,
    id: DiversionId,
    (after, limit): (Option<i64>, u32),
) -> Result<Vec<DiversionScan>> {
    let sql = "select item_id, seen_at, device, area, confidence, km from diversion_scans
               where diversion_id = $1 and item_id > $2 order by item_id limit $3";
    let args = [id.into(), after.unwrap_or(i64::MIN).into(), limit.into()];
    let scan_of = |row: Row<'_>| {
        Ok(DiversionScan {
            item_id: row.int(0)?,
            seen_at_us: row.int(1)?,
            device: row.opt_text(2)?.map(str::to_owned),
            area: area_of(row.text(3)?)?,
            confidence: crate::events::listed(&Confidence::ALL, row.int(4)?)?,
            km: row.opt_int(5)?.and_then(|km| u32::try_from(km).ok()),
        })
    };
    store.rows(sql, &args).await?.iter().map(scan_of).collect()
}

/// The statement that adds an entry to the log of a case; a number that is taken is a conflict.
pub fn note_change(id: DiversionId, it: &DiversionChange) -> Statement {
    Statement::new(
        "insert into diversion_changes (diversion_id, change_no, state, note, changed_by,
           changed_at)
         values ($1, $2, $3, $4, $5, $6)",
        [
            id.into(),
            it.change_no.into(),
            (it.state as i64).into(),
            it.note.as_str().into(),
            it.changed_by.as_str().into(),
            it.changed_at_us.into(),
        ],
    )
    .expect(1)
}

/// The log of a case, `limit` at most.
pub async fn changes(store: &Store, id: DiversionId, limit: u32) -> Result<Vec<DiversionChange>> {
    let sql = "select change_no, state, note, changed_by, changed_at from diversion_changes
               where diversion_id = $1 order by change_no limit $2";
    let change_of = |row: Row<'_>| {
        Ok(DiversionChange {
            change_no: row.uint(0)?,
            state: crate::events::listed(&DiversionState::ALL, row.int(1)?)?,
            note: row.text(2)?.to_owned(),
            changed_by: row.text(3)?.to_owned(),
            changed_at_us: row.int(4)?,
        })
    };
    store.rows(sql, &[id.into(), limit.into()]).await?.iter().map(change_of).collect()
}

/// The statement that keeps a file; a number that is taken is a conflict.
pub fn insert_file(id: DiversionId, file: &File, body: &[u8]) -> Statement {
    Statement::new(
        "insert into diversion_files (diversion_id, file_no, name, media_type, sha256, body,
           uploaded_by, uploaded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            id.into(),
            i64::from(file.file_no).into(),
            file.name.as_str().into(),
            file.media_type.as_str().into(),
            file.sha256.as_slice().into(),
            body.into(),
            file.uploaded_by.as_str().into(),
            file.uploaded_at_us.into(),
        ],
    )
    .expect(1)
}

/// Files of a case, in order, without what is in them.
pub async fn files(store: &Store, id: DiversionId) -> Result<Vec<File>> {
    let sql = "select file_no, name, media_type, sha256, length(body), uploaded_by, uploaded_at
               from diversion_files where diversion_id = $1 order by file_no limit 100";
    store.rows(sql, &[id.into()]).await?.iter().map(crate::recall_tasks::file_of).collect()
}

/// What is in a file, and its media type.
pub async fn file(
    store: &Store,
    id: DiversionId,
    file_no: u32,
) -> Result<Option<(String, Vec<u8>)>> {
    let sql = "select media_type, body from diversion_files
               where diversion_id = $1 and file_no = $2";
    let rows = store.rows(sql, &[id.into(), file_no.into()]).await?;
    rows.first().map(|row| Ok((row.text(0)?.to_owned(), row.bytes(1)?.to_vec()))).transpose()
}

/// What an enterprise asks, and how often that was changed; 0: never.
pub async fn thresholds(store: &Store, id: EnterpriseId) -> Result<(Thresholds, i64)> {
    let sql = "select confidence, codes, devices, strays, days, revision from diversion_thresholds
               where enterprise_id = $1";
    let rows = store.rows(sql, &[id.into()]).await?;
    rows.first().map_or(Ok((Thresholds::default(), 0)), |row| {
        let set = Thresholds {
            confidence: row.uint(0)?,
            codes: row.uint(1)?,
            devices: row.uint(2)?,
            strays: row.uint(3)?,
            days: row.uint(4)?,
        };
        Ok((set, row.int(5)?))
    })
}

/// The statement that sets what an enterprise asks, which was changed `revision` times before.
pub fn set_thresholds(
    id: EnterpriseId,
    (set, revision): (&Thresholds, i64),
    (by, now_us): (&str, i64),
) -> Statement {
    Statement::new(
        "insert into diversion_thresholds (enterprise_id, revision, confidence, codes, devices,
           strays, days, changed_by, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (enterprise_id) do update set revision = excluded.revision,
           confidence = excluded.confidence, codes = excluded.codes, devices = excluded.devices,
           strays = excluded.strays, days = excluded.days, changed_by = excluded.changed_by,
           changed_at = excluded.changed_at
         where diversion_thresholds.revision = excluded.revision - 1",
        [
            id.into(),
            (revision + 1).into(),
            i64::from(set.confidence).into(),
            i64::from(set.codes).into(),
            i64::from(set.devices).into(),
            i64::from(set.strays).into(),
            i64::from(set.days).into(),
            by.into(),
            now_us.into(),
        ],
    )
    .expect(1)
}

fn named_of(row: Row<'_>) -> Result<NamedDiversion> {
    Ok(NamedDiversion {
        dealer: (row.text(18)?.to_owned(), row.text(19)?.to_owned()),
        product: row.text(20)?.to_owned(),
        inspector: row.text(21)?.to_owned(),
        case: diversion_of(row)?,
    })
}

fn diversion_of(row: Row<'_>) -> Result<Diversion> {
    Ok(Diversion {
        diversion_id: DiversionId(row.int(1)?),
        of: Consignment {
            enterprise_id: EnterpriseId(row.int(0)?),
            dealer_id: DealerId(row.int(2)?),
            product_id: ProductId(row.int(3)?),
            shipment: key_of(row.bytes(4)?)?,
        },
        state: crate::events::listed(&DiversionState::ALL, row.int(6)?)?,
        revision: row.int(7)?,
        suspicion: Suspicion {
            area: area_of(row.text(5)?)?,
            confidence: row.uint(8)?,
            n_codes: row.uint(9)?,
            n_devices: row.uint(10)?,
            n_times: row.uint(11)?,
            n_told: row.uint(12)?,
            n_seen: row.uint(13)?,
        },
        opened_at_us: row.int(14)?,
        changed_at_us: row.int(15)?,
        inspector_id: Some(row.int(16)?).filter(|id| *id != 0).map(KeyId),
        due_at_us: row.opt_int(17)?,
    })
}
