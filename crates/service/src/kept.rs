//! What verdict pages show of batches, lots and products, kept in memory between scans.
//!
//! Only what a scan cannot change: a batch, a lot and a recall never change once they are made, and
//! a product is read again after [`GOODS_US`]. What a verdict rests on (state and scans of an item)
//! is never kept; it is read from the store each time.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use mint::{Layout, Length};
use store::code_batches::{self, CodeBatch};
use store::id::{BatchId, EnterpriseId, LotId, ProductId, RecallId, Scope};
use store::settings::Subject;
use store::{certificates, dealers, enterprises, lots, products, recalls};
use verdict::{Granularity, Look, Rule, Rules};

use crate::batches::layout_of;
use crate::certificates::ShownCertificate;
use crate::limits::{GOODS_US, MAX_KEPT, MAX_PAPERS};
use crate::lots::{expires_at_us, expiry_date};
use crate::{Error, PageSettings, Result, Service};

/// A batch, as far as its labels go.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) layout: Layout,
    pub(crate) epoch: u32,
    pub(crate) granularity: Granularity,
    pub(crate) is_sample: bool,
    pub(crate) has_cover: bool,
    pub(crate) product_id: ProductId,
    pub(crate) batch_id: BatchId,
    /// GTIN and platform address that the batch was made with.
    pub(crate) gtin: Option<String>,
    pub(crate) public_url: String,
}

/// What is public of a product and of the enterprise behind it.
#[derive(Debug, PartialEq, Eq)]
pub struct Goods {
    /// The product.
    pub product_id: ProductId,
    /// Product name.
    pub product_name: String,
    /// Product type.
    pub product_type: String,
    /// Product specification.
    pub specification: String,
    /// Whether the product has a picture.
    pub has_picture: bool,
    /// Whether certificates are shown of the product or of a lot of it.
    pub(crate) has_certificates: bool,
    /// Whose goods they are.
    pub enterprise_id: EnterpriseId,
    /// Who made or ordered it.
    pub enterprise_name: String,
    /// Where that enterprise is.
    pub enterprise_address: String,
    /// How to reach it.
    pub enterprise_contact: String,
    /// Scheme of its registration number.
    pub registration_scheme: String,
    /// Its registration number.
    pub registration_number: String,
    /// Whether its enterprise keeps stages of its journey private.
    pub has_private_stages: bool,
    /// What its enterprise adds to its page and leaves out.
    pub page: PageSettings,
    /// The rules that its scans are judged by.
    pub(crate) rules: Rules,
    /// Whether the enterprise has dealers with territories, whose goods are looked after.
    pub(crate) has_territories: bool,
    /// Whether the enterprise or a partner of it ever told that something was sold: else no scan
    /// has to ask.
    pub(crate) has_sales: bool,
}

/// What is public of a lot.
#[derive(Debug, PartialEq, Eq)]
pub struct ScannedLot {
    /// The number printed on the goods.
    pub lot_number: String,
    /// `YYYY-MM-DD`.
    pub production_date: String,
    /// `YYYY-MM-DD`; none where shelf life does not apply.
    pub expiry_date: Option<String>,
    /// When the last day is over, microseconds since the epoch.
    pub(crate) expires_at_us: Option<i64>,
}

/// What a recall says to whoever scans its goods.
#[derive(Debug, PartialEq, Eq)]
pub struct RecallNotice {
    /// The recall.
    pub recall_id: RecallId,
    /// 1 to 3; 1 is the most urgent.
    pub level: u8,
    /// Why, in the words of whoever ordered it.
    pub reason: String,
    /// What to do, in zh-CN, ko and en; empty where nothing was said.
    pub instructions: [String; 3],
    /// Microseconds since the epoch.
    pub ordered_at_us: i64,
}

/// All that is kept.
#[derive(Default)]
pub(crate) struct Kept {
    /// By length and first ordinal.
    labels: Shelf<(Length, u64), Arc<Label>>,
    lots: Shelf<LotId, Arc<ScannedLot>>,
    goods: Shelf<ProductId, ReadAt<Arc<Goods>>>,
    recalls: Shelf<RecallId, Arc<RecallNotice>>,
    /// Of a product and a lot of it.
    pub(crate) certificates: Shelf<(ProductId, Option<LotId>), ReadAt<Papers>, MAX_PAPERS>,
}

/// A value behind the time when it was read.
type ReadAt<V> = (i64, V);

/// Certificates as pages show them.
type Papers = Arc<[ShownCertificate]>;

/// A map of bounded size. Keys grow with time, and the smallest makes room: old goods are scanned
/// less than new ones.
pub(crate) struct Shelf<K, V, const MOST: usize = MAX_KEPT>(RwLock<BTreeMap<K, V>>);

impl Service {
    /// The batch that took an ordinal, if any did.
    pub(crate) async fn label_at(
        &self,
        length: Length,
        ordinal: u64,
    ) -> Result<Option<Arc<Label>>> {
        let before = self.kept().labels.last_up_to(&(length, ordinal));
        if let Some(label) = before.filter(|label| label.layout.ordinals().contains(&ordinal)) {
            return Ok(Some(label));
        }
        let class = length.class();
        let reading = code_batches::by_ordinal(self.store(), Scope::PLATFORM, class, ordinal);
        let batch = Box::pin(reading).await?;
        let Some(batch) = batch else { return Ok(None) };
        let key = (length, batch.first_ordinal);
        let label = Arc::new(Label::of(batch)?);
        self.kept().labels.put(key, label.clone());
        Ok(Some(label))
    }

    /// A lot that an item is bound to.
    pub(crate) async fn lot_of_item(&self, id: LotId) -> Result<Arc<ScannedLot>> {
        if let Some(lot) = self.kept().lots.at(&id) {
            return Ok(lot);
        }
        let lot = Box::pin(lots::find(self.store(), Scope::PLATFORM, id)).await?;
        let lot = lot.ok_or_else(|| Error::internal(format!("lot {id} of an item is missing")))?;
        let last_day = expiry_date(&lot.production_date, lot.shelf_life_days);
        let lot = Arc::new(ScannedLot {
            expires_at_us: last_day.as_deref().and_then(expires_at_us),
            expiry_date: last_day,
            lot_number: lot.lot_number,
            production_date: lot.production_date,
        });
        self.kept().lots.put(id, lot.clone());
        Ok(lot)
    }

    /// The product of a batch, at most [`GOODS_US`] old.
    pub(crate) async fn goods_of(&self, id: ProductId) -> Result<Arc<Goods>> {
        let now_us = self.now_us();
        if let Some(goods) = self.kept().goods.fresh(&id, now_us) {
            return Ok(goods);
        }
        let goods = Arc::new(Box::pin(self.read_goods(id)).await?);
        self.kept().goods.put(id, (now_us, goods.clone()));
        Ok(goods)
    }

    /// What a recall says; its words never change.
    pub(crate) async fn recall_notice(&self, id: RecallId) -> Result<Arc<RecallNotice>> {
        if let Some(notice) = self.kept().recalls.at(&id) {
            return Ok(notice);
        }
        let recall = recalls::find(self.store(), Scope::PLATFORM, id).await?;
        let recall = recall.ok_or_else(|| Error::internal(format!("recall {id} is missing")))?;
        let notice = Arc::new(RecallNotice {
            recall_id: id,
            level: recall.level,
            reason: recall.reason,
            instructions: recall.instructions,
            ordered_at_us: recall.ordered_at_us,
        });
        self.kept().recalls.put(id, notice.clone());
        Ok(notice)
    }

    /// Has a product read again at its next scan.
    pub(crate) fn forget_goods(&self, id: ProductId) {
        self.kept().goods.remove(&id);
    }

    async fn read_goods(&self, id: ProductId) -> Result<Goods> {
        let missing = || Error::internal(format!("product {id} of a batch is missing"));
        let scope = Scope::PLATFORM;
        let product = products::find(self.store(), scope, id).await?.ok_or_else(missing)?;
        let maker = enterprises::find(self.store(), scope, product.enterprise_id).await?;
        let maker = maker.ok_or_else(missing)?;
        let subject = Subject { enterprise_id: product.enterprise_id, product_id: Some(id) };
        let rules = self.in_force(subject).await?.settings;
        let page = self.in_force(subject).await?.settings;
        let disclosure = self.disclosure_of(product.enterprise_id).await?;
        let owner = product.enterprise_id;
        let has_territories = dealers::has_territories(self.store(), owner).await?;
        let has_sales = self.has_sales(owner).await?;
        Ok(Goods {
            product_id: id,
            product_name: product.name,
            product_type: product.product_type,
            specification: product.specification,
            has_picture: product.has_picture,
            has_certificates: certificates::has_any(self.store(), owner, id).await?,
            enterprise_id: product.enterprise_id,
            enterprise_name: maker.name,
            enterprise_address: maker.address,
            enterprise_contact: maker.contact,
            registration_scheme: maker.registration_scheme,
            registration_number: maker.registration_number,
            has_private_stages: !disclosure.hidden_stages.is_empty(),
            page,
            rules,
            has_territories,
            has_sales,
        })
    }
}

impl Goods {
    /// Whether a look at an item asks what events tell of its way: sellers hear of a sale whatever
    /// the rules are.
    pub(crate) fn asks_for_way(&self, look: Look) -> bool {
        let has = |rule| self.rules.bound(rule).is_some();
        let minds_sales = look == Look::Seller || has(Rule::Sold);
        look != Look::Aside && (has(Rule::Unshipped) || minds_sales && self.has_sales)
    }
}

impl Label {
    pub(crate) fn of(batch: CodeBatch) -> Result<Self> {
        Ok(Self {
            layout: layout_of(&batch)?,
            epoch: batch.epoch,
            granularity: batch.granularity,
            is_sample: batch.is_sample,
            has_cover: batch.has_cover,
            product_id: batch.product_id,
            batch_id: batch.batch_id,
            gtin: batch.gtin,
            public_url: batch.public_url,
        })
    }
}

impl<K: Ord, V: Clone, const MOST: usize> Shelf<K, V, MOST> {
    fn at(&self, key: &K) -> Option<V> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// The value of the last key that is not above `key`.
    fn last_up_to(&self, key: &K) -> Option<V> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kept.range(..=key).next_back().map(|(_, value)| value.clone())
    }

    pub(crate) fn put(&self, key: K, value: V) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        kept.insert(key, value);
        if kept.len() > MOST {
            kept.pop_first();
        }
    }

    fn remove(&self, key: &K) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

impl<K: Ord, V: Clone, const MOST: usize> Shelf<K, ReadAt<V>, MOST> {
    /// The value, if it was read within [`GOODS_US`].
    pub(crate) fn fresh(&self, key: &K, now_us: i64) -> Option<V> {
        let (read_at_us, value) = self.at(key)?;
        (read_at_us..read_at_us + GOODS_US).contains(&now_us).then_some(value)
    }
}

impl<K, V, const MOST: usize> Default for Shelf<K, V, MOST> {
    fn default() -> Self {
        Self(RwLock::new(BTreeMap::new()))
    }
}

#[cfg(test)]
mod tests;
