//! Orders of codes, the counters they take ordinals from, key epochs, and print-file downloads.

use crate::id::{BatchId, DownloadId, EnterpriseId, KeyId, ProductId, Scope};
use crate::page::{List, Order, Page, list};
use crate::{Result, Row, Statement, Store};
use verdict::Granularity;

/// An order of codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeBatch {
    /// Its id.
    pub batch_id: BatchId,
    /// Whose it is.
    pub enterprise_id: EnterpriseId,
    /// For which product.
    pub product_id: ProductId,
    /// What a code stands for.
    pub granularity: Granularity,
    /// Whether its codes say that they are samples (R125).
    pub is_sample: bool,
    /// Whether its labels carry the PIN under a layer that is to be scratched (R30).
    pub has_cover: bool,
    /// Identifier class: 0, 1, 2 for 15, 17, 21 digits.
    pub class: u8,
    /// Key epoch.
    pub epoch: u32,
    /// First ordinal.
    pub first_ordinal: u64,
    /// Codes ordered; positions are `0..n_codes`.
    pub n_codes: u64,
    /// Ordinals taken, spares included.
    pub n_ordinals: u64,
    /// Ordinals behind those, which were taken with them and are never printed.
    pub n_reserved: u64,
    /// Spare ordinals behind each segment of positions; 0 in the first epoch.
    pub spares_per_segment: u64,
    /// Salt of the manifest's range commitment.
    pub range_salt: [u8; 32],
    /// The product's GTIN when the batch was made; it fixes the form of the EPC.
    pub gtin: Option<String>,
    /// The platform's address when the batch was made; it is what the labels say.
    pub public_url: String,
    /// Counts the changes of its items' states.
    pub revision: i64,
    /// The signed manifest.
    pub manifest: String,
    /// Microseconds since the epoch.
    pub created_at_us: i64,
}

/// An interval of ordinals that one code key owns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyEpoch {
    /// Identifier class.
    pub class: u8,
    /// Number of the epoch, from 1.
    pub epoch: u32,
    /// First ordinal.
    pub first_ordinal: u64,
    /// One past the last ordinal; none while it is open.
    pub end_ordinal: Option<u64>,
}

/// Who took which part of a print file, and what it held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// Its id.
    pub download_id: DownloadId,
    /// Of which batch.
    pub batch_id: BatchId,
    /// Who asked.
    pub key_id: KeyId,
    /// First position.
    pub first_position: u64,
    /// One past the last position.
    pub end_position: u64,
    /// Whether it began with a byte order mark.
    pub with_bom: bool,
    /// Microseconds since the epoch.
    pub started_at_us: i64,
    /// When the last byte was handed over; none if it broke off.
    pub finished_at_us: Option<i64>,
    /// SHA-256 of the bytes handed over.
    pub sha256: Option<Vec<u8>>,
}

/// What [`batch_of`] reads, with the rest of the statement.
macro_rules! select_batches {
    ($($rest:literal),+) => {
        concat!(
            "select enterprise_id, batch_id, product_id, granularity, is_sample, class, epoch,
               first_ordinal, n_codes, n_ordinals, spares_per_segment, gtin, public_url, revision,
               manifest, created_at, range_salt, coalesce(n_reserved, 0),
               coalesce(has_cover, 0)
             from code_batches ",
            $($rest),+
        )
    };
}

/// What [`download_of`] reads of a batch, with the rest of the statement.
macro_rules! select_downloads {
    ($rest:literal) => {
        concat!(
            "select download_id, batch_id, key_id, first_position, end_position, with_bom,
               started_at, finished_at, sha256
             from downloads
             where enterprise_id between $1 and $2 and batch_id = $3 and ",
            $rest
        )
    };
}

/// The next ordinal of codes of `n_digits` digits.
pub async fn next_ordinal(store: &Store, n_digits: u8) -> Result<u64> {
    let name = counter_name(n_digits);
    let rows = store.rows("select next from counters where name = $1", &[name.into()]).await?;
    rows.first().ok_or(crate::Error::corrupt("an ordinal counter is missing"))?.uint(0)
}

/// Statements that take the ordinals of `batch` and add it.
/// Another order that took ordinals since [`next_ordinal`] was read makes a conflict, and so does
/// a key epoch that has ended.
pub fn insert(batch: &CodeBatch, n_digits: u8) -> Vec<Statement> {
    let end_ordinal = batch.first_ordinal + batch.n_ordinals + batch.n_reserved;
    vec![
        Statement::new(
            "update counters set next = $3 where name = $1 and next = $2",
            [counter_name(n_digits).into(), batch.first_ordinal.into(), end_ordinal.into()],
        )
        .expect(1),
        // A closed epoch owns no ordinal that is taken now.
        Statement::new(
            "update key_epochs set end_ordinal = null
             where class = $1 and epoch = $2 and end_ordinal is null",
            [i64::from(batch.class).into(), i64::from(batch.epoch).into()],
        )
        .expect(1),
        Statement::new(
            "insert into code_batches (enterprise_id, batch_id, product_id, granularity, is_sample,
               class, epoch, first_ordinal, n_codes, n_ordinals, spares_per_segment, gtin,
               public_url, revision, manifest, created_at, range_salt, n_reserved, has_cover)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
               $18, $19)",
            [
                batch.enterprise_id.into(),
                batch.batch_id.into(),
                batch.product_id.into(),
                number_of(batch.granularity).into(),
                i64::from(batch.is_sample).into(),
                i64::from(batch.class).into(),
                i64::from(batch.epoch).into(),
                batch.first_ordinal.into(),
                batch.n_codes.into(),
                batch.n_ordinals.into(),
                batch.spares_per_segment.into(),
                batch.gtin.as_deref().into(),
                batch.public_url.as_str().into(),
                batch.revision.into(),
                batch.manifest.as_str().into(),
                batch.created_at_us.into(),
                batch.range_salt.as_slice().into(),
                batch.n_reserved.into(),
                i64::from(batch.has_cover).into(),
            ],
        )
        .expect(1),
    ]
}

/// One batch.
pub async fn find(store: &Store, scope: Scope, id: BatchId) -> Result<Option<CodeBatch>> {
    let rows = store
        .rows(
            select_batches!("where enterprise_id between $1 and $2 and batch_id = $3"),
            &[scope.first.into(), scope.last.into(), id.into()],
        )
        .await?;
    rows.first().map(batch_of).transpose()
}

/// The batch that took `ordinal` of `class`, if any did.
pub async fn by_ordinal(
    store: &Store,
    scope: Scope,
    class: u8,
    ordinal: u64,
) -> Result<Option<CodeBatch>> {
    let batch = last_up_to(store, class, ordinal).await?;
    Ok(batch.filter(|batch| {
        ordinal - batch.first_ordinal < batch.n_ordinals && scope.holds(batch.enterprise_id)
    }))
}

/// The last batch that begins at or before `ordinal` of `class`, whoever ordered it.
pub async fn last_up_to(store: &Store, class: u8, ordinal: u64) -> Result<Option<CodeBatch>> {
    let rows = store
        .rows(
            select_batches!(
                "where class = $1 and first_ordinal <= $2
             order by first_ordinal desc limit 1"
            ),
            &[i64::from(class).into(), ordinal.into()],
        )
        .await?;
    rows.first().map(batch_of).transpose()
}

/// Batches in order of creation.
pub async fn list(store: &Store, scope: Scope, page: Page) -> Result<Vec<CodeBatch>> {
    const LIST: List = list!(select_batches, "batch_id");
    let rows = LIST.rows(store, scope, page).await?;
    rows.iter().map(batch_of).collect()
}

/// The newest batch of samples, for the public trial (R125).
pub async fn newest_sample(store: &Store) -> Result<Option<CodeBatch>> {
    let rows = store
        .rows(select_batches!("where is_sample = 1 order by batch_id desc limit 1"), &[])
        .await?;
    rows.first().map(batch_of).transpose()
}

/// The statement that claims the next change of a batch's items: a change made since `revision`
/// was read makes a conflict, and the operation decides again.
pub(crate) fn advance(owner: EnterpriseId, batch: BatchId, revision: i64) -> Statement {
    Statement::new(
        "update code_batches set revision = revision + 1
         where batch_id = $1 and revision = $2 and enterprise_id = $3",
        [batch.into(), revision.into(), owner.into()],
    )
    .expect(1)
}

/// All key epochs, in order of class and number.
pub async fn key_epochs(store: &Store) -> Result<Vec<KeyEpoch>> {
    let rows = store
        .rows(
            "select class, epoch, first_ordinal, end_ordinal from key_epochs
             order by class, epoch",
            &[],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(KeyEpoch {
                class: row.uint(0)?,
                epoch: row.uint(1)?,
                first_ordinal: row.uint(2)?,
                end_ordinal: row.opt_int(3)?.map(i64::unsigned_abs),
            })
        })
        .collect()
}

/// Statements that close the open epoch of `next.class` at its first ordinal and begin `next`.
/// An order that takes ordinals at the same moment makes a conflict.
pub fn begin_epoch(next: &KeyEpoch, n_digits: u8, now_us: i64) -> Vec<Statement> {
    let class = i64::from(next.class);
    vec![
        Statement::new(
            "update counters set next = $2 where name = $1 and next = $2",
            [counter_name(n_digits).into(), next.first_ordinal.into()],
        )
        .expect(1),
        Statement::new(
            "update key_epochs set end_ordinal = $2 where class = $1 and end_ordinal is null",
            [class.into(), next.first_ordinal.into()],
        )
        .expect(u64::from(next.epoch > 1)),
        Statement::new(
            "insert into key_epochs (class, epoch, first_ordinal, begun_at)
             values ($1, $2, $3, $4)",
            [class.into(), i64::from(next.epoch).into(), next.first_ordinal.into(), now_us.into()],
        )
        .expect(1),
    ]
}

/// The statement that records the start of a download.
pub fn start_download(owner: EnterpriseId, download: &Download) -> Vec<Statement> {
    vec![
        Statement::new(
            "insert into downloads (enterprise_id, download_id, batch_id, key_id, first_position,
               end_position, with_bom, started_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            [
                owner.into(),
                download.download_id.into(),
                download.batch_id.into(),
                download.key_id.into(),
                download.first_position.into(),
                download.end_position.into(),
                i64::from(download.with_bom).into(),
                download.started_at_us.into(),
            ],
        )
        .expect(1),
    ]
}

/// The statement that records the end of a download and what was handed over.
pub fn finish_download(
    owner: EnterpriseId,
    id: DownloadId,
    sha256: &[u8; 32],
    now_us: i64,
) -> Vec<Statement> {
    vec![
        Statement::new(
            "update downloads set finished_at = $3, sha256 = $4
             where enterprise_id = $1 and download_id = $2",
            [owner.into(), id.into(), now_us.into(), sha256.as_slice().into()],
        )
        .expect(1),
    ]
}

/// Whether codes were ordered for a product, samples aside.
pub async fn has_any(store: &Store, scope: Scope, product_id: ProductId) -> Result<bool> {
    let rows = store
        .rows(
            "select 1 from code_batches
             where enterprise_id between $1 and $2 and product_id = $3 and is_sample = 0 limit 1",
            &[scope.first.into(), scope.last.into(), product_id.into()],
        )
        .await?;
    Ok(rows.first().is_some())
}

/// Downloads of a batch.
pub async fn downloads(
    store: &Store,
    scope: Scope,
    batch: BatchId,
    page: Page,
) -> Result<Vec<Download>> {
    let sql = match page.order {
        Order::OldestFirst => select_downloads!("download_id > $4 order by download_id limit $5"),
        Order::NewestFirst => {
            select_downloads!("download_id < $4 order by download_id desc limit $5")
        }
    };
    let args = [
        scope.first.into(),
        scope.last.into(),
        batch.into(),
        page.bound().into(),
        page.limit.into(),
    ];
    let rows = store.rows(sql, &args).await?;
    rows.iter().map(download_of).collect()
}

fn counter_name(n_digits: u8) -> &'static str {
    match n_digits {
        15 => "ordinals/15",
        17 => "ordinals/17",
        _ => "ordinals/21",
    }
}

pub(crate) fn granularity_of(n: i64) -> Result<Granularity> {
    let granularity = usize::try_from(n).ok().and_then(|n| Granularity::ALL.get(n));
    granularity.copied().ok_or_else(|| crate::Error::corrupt(format!("{n} is no granularity")))
}

fn number_of(granularity: Granularity) -> i64 {
    match granularity {
        Granularity::Item => 0,
        Granularity::Lot => 1,
        Granularity::Product => 2,
    }
}

fn batch_of(row: Row<'_>) -> Result<CodeBatch> {
    Ok(CodeBatch {
        enterprise_id: EnterpriseId(row.int(0)?),
        batch_id: BatchId(row.int(1)?),
        product_id: ProductId(row.int(2)?),
        granularity: granularity_of(row.int(3)?)?,
        is_sample: row.int(4)? != 0,
        class: row.uint(5)?,
        epoch: row.uint(6)?,
        first_ordinal: row.uint(7)?,
        n_codes: row.uint(8)?,
        n_ordinals: row.uint(9)?,
        spares_per_segment: row.uint(10)?,
        gtin: row.opt_text(11)?.map(str::to_owned),
        public_url: row.text(12)?.to_owned(),
        revision: row.int(13)?,
        manifest: row.text(14)?.to_owned(),
        created_at_us: row.int(15)?,
        range_salt: row
            .bytes(16)?
            .try_into()
            .map_err(|_| crate::Error::corrupt("a salt is cut"))?,
        n_reserved: row.uint(17)?,
        has_cover: row.int(18)? != 0,
    })
}

fn download_of(row: Row<'_>) -> Result<Download> {
    Ok(Download {
        download_id: DownloadId(row.int(0)?),
        batch_id: BatchId(row.int(1)?),
        key_id: KeyId(row.int(2)?),
        first_position: row.uint(3)?,
        end_position: row.uint(4)?,
        with_bom: row.int(5)? != 0,
        started_at_us: row.int(6)?,
        finished_at_us: row.opt_int(7)?,
        sha256: row.opt_bytes(8)?.map(<[u8]>::to_vec),
    })
}
