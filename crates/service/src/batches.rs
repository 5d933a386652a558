//! Orders of codes: ordinals from the platform's counter, a signed manifest, one row.

use mint::{Epoch, Found, KeyRing, Layout, Length, Manifest, RangeCommitment};
use store::alerts::{Grade, Reason, SubjectKind};
use store::code_batches::{self, CodeBatch, Download, KeyEpoch};
use store::enterprises::EnterpriseType;
use store::id::{BatchId, DownloadId, EnterpriseId, ProductId, Scope};
use store::ident::IdRange;
use store::products::Product;
use store::{Statement, Store};
use verdict::Granularity;

use crate::alerts::Raise;
use crate::limits::{CODES_A_RESERVED, MAX_BATCH_CODES};
use crate::{Attempts, Caller, Error, Page, Paged, Result, Secrets, Service};

/// What an order asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewBatch {
    /// For which product.
    pub product_id: ProductId,
    /// What one code stands for (R17).
    pub granularity: Granularity,
    /// 15, 17 or 21; none takes the default of the enterprise's type (R12).
    pub n_digits: Option<u8>,
    /// How many codes.
    pub n_codes: u64,
    /// Codes that say that they are samples; operators only (R125).
    pub is_sample: bool,
    /// Whether the labels carry the PIN under a layer, so that scans ask for it first (R30).
    pub has_cover: bool,
}

/// A batch and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchView {
    /// The batch.
    pub batch: CodeBatch,
    /// Digits of its codes.
    pub n_digits: u8,
    /// Codes that are bound to a lot, or were.
    pub n_commissioned: u64,
}

impl Service {
    /// Orders codes: takes their ordinals and signs the manifest. Costs one row, however many.
    pub async fn mint_batch(&self, caller: &Caller, new: NewBatch) -> Result<BatchView> {
        let scope = caller.writes()?;
        if new.is_sample {
            caller.operates()?;
        }
        let product = store::products::find(self.store(), scope, new.product_id).await?;
        let product = product.ok_or(Error::NotFound)?;
        let length = self.allowed_length(&product, &new).await?;
        if new.n_codes == 0 || new.n_codes > MAX_BATCH_CODES {
            let message = format!("order between 1 and {MAX_BATCH_CODES} codes at once");
            return Err(Error::rejected("/n_codes", "n-codes-out-of-range", message));
        }
        let n_digits = length.n_digits() as u8;
        if new.has_cover && new.granularity != Granularity::Item {
            let message = "only codes of single items have a PIN to cover";
            return Err(Error::rejected("/has_cover", "cover-needs-items", message));
        }
        let mut attempts = Attempts::of("mint batch");
        let batch = loop {
            let first = code_batches::next_ordinal(self.store(), n_digits).await?;
            let batch = self.lay_out(&product, &new, length, first)?;
            let mut statements = code_batches::insert(&batch, n_digits);
            let record = tlog::Record {
                kind: tlog::Kind::CodeBatch,
                key: &batch.batch_id.number().to_be_bytes(),
                canonical: batch.manifest.as_bytes(),
            };
            statements.extend(store::log_queue::insert(&record, batch.created_at_us));
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                break batch;
            }
            self.heed_new_epoch(batch.class, batch.epoch).await?;
        };
        tracing::info!(batch.id = %batch.batch_id, n_codes = batch.n_codes, "minted a batch");
        Ok(BatchView { batch, n_digits, n_commissioned: 0 })
    }

    /// One batch.
    pub async fn find_batch(&self, caller: &Caller, id: BatchId) -> Result<BatchView> {
        let found = code_batches::find(self.store(), caller.scope(), id).await?;
        self.view(found.ok_or(Error::NotFound)?).await
    }

    /// Batches in order of creation.
    pub async fn list_batches(&self, caller: &Caller, page: &Page) -> Result<Paged<BatchView>> {
        let after = page.after_id(BatchId::number)?;
        let rows =
            code_batches::list(self.store(), caller.business()?, page.to_store(after)).await?;
        let mut views = Vec::with_capacity(rows.len());
        for batch in rows {
            views.push(self.view(batch).await?);
        }
        Ok(page.paged(views, |view| view.batch.batch_id.to_string()))
    }

    /// Who took which part of a batch's print file.
    pub async fn list_downloads(
        &self,
        caller: &Caller,
        id: BatchId,
        page: &Page,
    ) -> Result<Paged<Download>> {
        let after = page.after_id(DownloadId::number)?;
        let scope = caller.business()?;
        code_batches::find(self.store(), scope, id).await?.ok_or(Error::NotFound)?;
        let rows = code_batches::downloads(self.store(), scope, id, page.to_store(after)).await?;
        Ok(page.paged(rows, |row| row.download_id.to_string()))
    }

    /// Up to `n` codes of the public trial batch; none if there is no such batch.
    pub async fn sample_codes(&self, n: u64) -> Result<Vec<String>> {
        let Some(batch) = code_batches::newest_sample(self.store()).await? else {
            return Ok(Vec::new());
        };
        let layout = layout_of(&batch)?;
        let ring = self.ring();
        let printed = ring.positions(&layout, 0..n.min(batch.n_codes)).map_err(Error::internal)?;
        printed.map(|printed| Ok(printed.map_err(Error::internal)?.code.to_string())).collect()
    }

    /// The public key that checks manifests, PEM.
    pub fn manifest_public_key(&self) -> String {
        self.secrets().manifest.public_pem()
    }

    /// The batch that printed a code, and the code's ordinal in its class.
    pub(crate) async fn batch_of_code(
        &self,
        scope: Scope,
        code: &mint::Code,
    ) -> Result<Option<(CodeBatch, Found)>> {
        let ring = self.ring();
        let Some(found) = ring.find(code) else { return Ok(None) };
        let class = code.length().class();
        let batch = code_batches::by_ordinal(self.store(), scope, class, found.ordinal).await?;
        let Some(batch) = batch else { return Ok(None) };
        let is_printed = batch.epoch == found.epoch && ring.is_printed(&layout_of(&batch)?, found);
        Ok(is_printed.then_some((batch, found)))
    }

    /// Whether a code is one that was reserved behind a batch, so that no label carries it; whoever
    /// scanned it makes codes or guesses them, which the operator of the platform hears of.
    pub async fn is_reserved(&self, text: &str) -> Result<bool> {
        let Ok(code) = mint::Code::parse(text) else { return Ok(false) };
        let Some(found) = self.in_ring(|ring| ring.find(&code)) else { return Ok(false) };
        let class = code.length().class();
        let batch = code_batches::last_up_to(self.store(), class, found.ordinal).await?;
        let reserving = batch.filter(|batch| {
            let end = batch.first_ordinal + batch.n_ordinals;
            let reserved = end..end + batch.n_reserved;
            batch.epoch == found.epoch && reserved.contains(&found.ordinal)
        });
        if let Some(batch) = &reserving {
            self.note_alert(Raise {
                enterprise_id: EnterpriseId::NOBODY,
                reason: Reason::ReservedCode,
                detail: "",
                subject: (SubjectKind::Batch, batch.batch_id.to_string()),
                grade: Grade::Urgent,
                product_id: Some(batch.product_id),
            });
        }
        Ok(reserving.is_some())
    }

    /// Takes up a key epoch that began elsewhere since this server started; an error if its key is
    /// not here.
    async fn heed_new_epoch(&self, class: u8, epoch: u32) -> Result<()> {
        let epochs = code_batches::key_epochs(self.store()).await?;
        if epochs.iter().any(|row| row.class == class && row.epoch > epoch) {
            self.replace_ring(load_ring(self.store(), self.secrets(), self.now_us()).await?);
        }
        Ok(())
    }

    async fn view(&self, batch: CodeBatch) -> Result<BatchView> {
        let length = length_of(&batch)?;
        let class = batch.class;
        let range = IdRange {
            first: store::ident::id_of(class, batch.first_ordinal),
            last: store::ident::id_of(class, batch.first_ordinal + batch.n_ordinals - 1),
        };
        let n_commissioned =
            store::items::n_commissioned(self.store(), batch.batch_id, range).await?;
        Ok(BatchView { batch, n_digits: length.n_digits() as u8, n_commissioned })
    }

    async fn allowed_length(&self, product: &Product, new: &NewBatch) -> Result<Length> {
        let owner = store::enterprises::find(
            self.store(),
            Scope::enterprise(product.enterprise_id),
            product.enterprise_id,
        )
        .await?
        .ok_or(Error::NotFound)?;
        let types = self.enterprise_types().await?;
        let allowed = types.into_iter().find(|known| known.name == owner.enterprise_type);
        let allowed = allowed.ok_or_else(|| Error::internal("an enterprise has no known type"))?;
        choose_length(&allowed, new.n_digits)
    }

    fn lay_out(
        &self,
        product: &Product,
        new: &NewBatch,
        length: Length,
        first: u64,
    ) -> Result<CodeBatch> {
        let ring = self.ring();
        let layout = ring.lay_out(length, first, new.n_codes).map_err(|_| {
            let left = length.capacity().saturating_sub(first);
            let message = format!("only {left} codes of this length are left");
            Error::rejected("/n_codes", "no-space-left", message)
        })?;
        let epoch = ring.epoch_of(length, first).ok_or_else(|| Error::internal("no key epoch"))?;
        let range_salt = self.random();
        let now_us = self.now_us();
        let secrets = self.secrets();
        let code_key = secrets.code_key(epoch)?;
        let manifest = Manifest {
            enterprise: product.enterprise_id.to_string(),
            product: product.product_id.to_string(),
            length,
            n_codes: new.n_codes,
            range: RangeCommitment::new(&range_salt, epoch, &layout),
            created: rfc3339(now_us),
            code_key: code_key.id(),
            pin_key: secrets.pin.id(),
            manifest_key: secrets.manifest.id(),
        };
        Ok(CodeBatch {
            batch_id: BatchId::new(now_us, self.random_bits()),
            enterprise_id: product.enterprise_id,
            product_id: product.product_id,
            granularity: new.granularity,
            is_sample: new.is_sample,
            has_cover: new.has_cover,
            class: length.class(),
            epoch,
            first_ordinal: first,
            n_codes: new.n_codes,
            n_ordinals: layout.n_ordinals(),
            n_reserved: new.n_codes / CODES_A_RESERVED,
            spares_per_segment: layout.spares_per_segment,
            range_salt,
            gtin: product.gtin.clone(),
            public_url: self.public_url().to_owned(),
            revision: 0,
            manifest: manifest.sign(&secrets.manifest).map_err(Error::internal)?,
            created_at_us: now_us,
        })
    }
}

/// The key ring of the store's epochs; begins the first epoch in a new store.
pub(crate) async fn load_ring(store: &Store, secrets: &Secrets, now_us: i64) -> Result<KeyRing> {
    let mut epochs = code_batches::key_epochs(store).await?;
    if epochs.is_empty() {
        match store.write("begin first key epoch", next_epoch(store, 1, now_us).await?).await {
            // A server that starts at the same moment may have begun it.
            Ok(_) | Err(store::Error::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        epochs = code_batches::key_epochs(store).await?;
    }
    let mut members = Vec::with_capacity(epochs.len());
    for row in epochs {
        let length = Length::from_class(row.class)
            .ok_or_else(|| Error::internal(format!("{} is no class", row.class)))?;
        let epoch = Epoch {
            epoch: row.epoch,
            first_ordinal: row.first_ordinal,
            end_ordinal: row.end_ordinal,
        };
        let key = secrets.code_key(row.epoch)?;
        members.push((epoch, key.permutation(length, row.epoch).map_err(Error::internal)?));
    }
    KeyRing::new(members).map_err(Error::internal)
}

/// Closes the open key epoch of every length and begins the next; the server must then be started
/// with the key of that epoch. Returns the number of the new epoch.
pub async fn begin_key_epoch(store: &Store, now_us: i64) -> Result<u32> {
    for _ in 0..crate::limits::MAX_DECISIONS {
        let epochs = code_batches::key_epochs(store).await?;
        let epoch = epochs.iter().map(|row| row.epoch).max().unwrap_or(0) + 1;
        match store.write("begin key epoch", next_epoch(store, epoch, now_us).await?).await {
            Ok(_) => return Ok(epoch),
            Err(store::Error::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Unavailable("codes are being ordered all the time; try again".into()))
}

/// Statements that begin an epoch for every length where its counter stands.
async fn next_epoch(store: &Store, epoch: u32, now_us: i64) -> Result<Vec<Statement>> {
    let mut statements = Vec::new();
    for length in Length::ALL {
        let n_digits = length.n_digits() as u8;
        let next = KeyEpoch {
            class: length.class(),
            epoch,
            first_ordinal: code_batches::next_ordinal(store, n_digits).await?,
            end_ordinal: None,
        };
        statements.extend(code_batches::begin_epoch(&next, n_digits, now_us));
    }
    Ok(statements)
}

/// The layout of a stored batch.
pub(crate) fn layout_of(batch: &CodeBatch) -> Result<Layout> {
    Ok(Layout {
        length: length_of(batch)?,
        first_ordinal: batch.first_ordinal,
        n_codes: batch.n_codes,
        spares_per_segment: batch.spares_per_segment,
    })
}

fn length_of(batch: &CodeBatch) -> Result<Length> {
    Length::from_class(batch.class).ok_or_else(|| Error::internal("a batch has no known length"))
}

fn choose_length(allowed: &EnterpriseType, wanted: Option<u8>) -> Result<Length> {
    let n_digits = wanted.or(allowed.default_length).ok_or_else(|| {
        let message = format!("enterprises of type {} order no codes", allowed.name);
        Error::rejected("/n_digits", "no-codes-for-type", message)
    })?;
    let length = Length::from_digits(usize::from(n_digits));
    length.filter(|_| allowed.code_lengths.contains(&n_digits)).ok_or_else(|| {
        let lengths: Vec<String> = allowed.code_lengths.iter().map(u8::to_string).collect();
        let message = format!(
            "enterprises of type {} may order codes of {} digits",
            allowed.name,
            lengths.join(", ")
        );
        Error::rejected("/n_digits", "length-not-allowed", message)
    })
}

/// A time in microseconds since the epoch as RFC 3339, in UTC.
pub(crate) fn rfc3339(at_us: i64) -> String {
    jiff::Timestamp::from_microsecond(at_us).map_or_else(|_| String::new(), |at| at.to_string())
}
