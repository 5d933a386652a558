//! Whose goods a run of identifiers is: nobody recalls the goods of others.

use std::collections::HashMap;

use gs1::epc::Level;
use store::code_batches::{self, CodeBatch};
use store::event_spans;
use store::events;
use store::id::{EnterpriseId, Scope};
use store::ident::{INTERNED, IdRange, class_and_number, id_of};
use store::identifiers;
use store::page::Order;
use store::products;
use store::walk::Step;
use trace::Ids;
use verdict::Granularity;

use crate::bindings::gtin_of;
use crate::limits::MAX_RECALL_RANGES;
use crate::{Result, Service};

/// A run of goods of one owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Owned {
    pub(super) ids: Ids,
    /// None if nobody here answers for them.
    pub(super) owner: Option<EnterpriseId>,
    /// A lot or a kind of goods that items are not told apart in.
    pub(super) is_class: bool,
    /// Whoever scans it has these goods: an item, or a code of one lot. The code of a whole product
    /// is on goods of other lots as well.
    pub(super) is_scanned: bool,
}

/// Looks owners up, each batch and product once.
pub(super) struct Owners<'a> {
    service: &'a Service,
    batch: Option<CodeBatch>,
    by_gtin: HashMap<String, Option<EnterpriseId>>,
}

impl<'a> Owners<'a> {
    pub(super) fn new(service: &'a Service) -> Self {
        Self { service, batch: None, by_gtin: HashMap::new() }
    }

    /// The parts of a run by owner, in order.
    pub(super) async fn parts(&mut self, ids: Ids) -> Result<Vec<Owned>> {
        match class_and_number(ids.first).0 {
            INTERNED => self.interned(ids).await,
            class => self.own(class, ids).await,
        }
    }

    /// Codes are their batch's; neighbours of two batches may be one run.
    async fn own(&mut self, class: u8, ids: Ids) -> Result<Vec<Owned>> {
        let mut parts = Vec::new();
        let mut first = ids.first;
        while first <= ids.last {
            let (_, ordinal) = class_and_number(first);
            let Some(batch) = self.batch_at(class, ordinal).await? else {
                parts.push(Owned {
                    ids: Ids { first, last: ids.last },
                    owner: None,
                    is_class: false,
                    is_scanned: false,
                });
                break;
            };
            let end = id_of(class, batch.first_ordinal + batch.n_ordinals - 1);
            let part = Ids { first, last: ids.last.min(end) };
            let is_class = batch.granularity != Granularity::Item;
            let is_scanned = batch.granularity != Granularity::Product;
            let owner = Some(batch.enterprise_id);
            parts.push(Owned { ids: part, owner, is_class, is_scanned });
            first = part.last + 1;
        }
        Ok(parts)
    }

    async fn batch_at(&mut self, class: u8, ordinal: u64) -> Result<Option<&CodeBatch>> {
        let holds = |it: &CodeBatch| {
            let ordinals = it.first_ordinal..it.first_ordinal + it.n_ordinals;
            it.class == class && ordinals.contains(&ordinal)
        };
        if !self.batch.as_ref().is_some_and(holds) {
            let store = self.service.store();
            let scope = Scope::PLATFORM;
            self.batch = code_batches::by_ordinal(store, scope, class, ordinal).await?;
        }
        Ok(self.batch.as_ref())
    }

    /// Numbers of others are whose the product is; if nobody registered it, whoever told of them
    /// first answers for them.
    async fn interned(&mut self, ids: Ids) -> Result<Vec<Owned>> {
        let range = IdRange { first: ids.first, last: ids.last };
        let store = self.service.store();
        let named = identifiers::epcs_of(store, range, MAX_RECALL_RANGES as u32).await?;
        let mut parts: Vec<Owned> = Vec::new();
        for (id, epc) in named {
            let level = gs1::epc::canonical(&epc).map(|it| it.level);
            let is_own_lot = epc.strip_prefix(self.service.public_url());
            let is_own_lot = is_own_lot.is_some_and(|it| it.starts_with("/lots/"));
            let is_class = is_own_lot || matches!(level, Ok(Level::Class));
            let owner = match self.owner_of_class(&epc).await? {
                Some(owner) => Some(owner),
                None => self.first_teller(id).await?,
            };
            match parts.last_mut() {
                Some(last)
                    if !is_class
                        && !last.is_class
                        && last.owner == owner
                        && last.ids.last.checked_add(1) == Some(id) =>
                {
                    last.ids.last = id;
                }
                _ => {
                    let is_scanned = !is_class;
                    parts.push(Owned { ids: Ids::one(id), owner, is_class, is_scanned });
                }
            }
        }
        Ok(parts)
    }

    /// Of a lot of a product without a GTIN the address names the product.
    async fn owner_of_class(&mut self, epc: &str) -> Result<Option<EnterpriseId>> {
        let Some(gtin) = gtin_of(epc) else {
            let lots = epc.strip_prefix(self.service.public_url());
            let product = lots.and_then(|it| it.strip_prefix("/lots/")?.split('/').next());
            let Some(id) = product.and_then(|it| it.parse().ok()) else { return Ok(None) };
            let product = products::find(self.service.store(), Scope::PLATFORM, id).await?;
            return Ok(product.map(|it| it.enterprise_id));
        };
        if let Some(found) = self.by_gtin.get(gtin) {
            return Ok(*found);
        }
        let product = products::by_gtin(self.service.store(), Scope::PLATFORM, gtin).await?;
        let owner = product.map(|it| it.enterprise_id);
        self.by_gtin.insert(gtin.to_owned(), owner);
        Ok(owner)
    }

    async fn first_teller(&self, id: i64) -> Result<Option<EnterpriseId>> {
        let step = Step {
            after: None,
            from_us: i64::MIN,
            until_us: i64::MAX,
            order: Order::OldestFirst,
            limit: 1,
        };
        let store = self.service.store();
        let found = event_spans::walk_identifier(store, Scope::PLATFORM, id, &step).await?;
        let keys: Vec<[u8; 16]> = found.marks.iter().take(1).map(|(_, key)| *key).collect();
        let told = events::by_keys(store, Scope::PLATFORM, &keys).await?;
        Ok(told.first().map(|event| event.enterprise_id))
    }
}
