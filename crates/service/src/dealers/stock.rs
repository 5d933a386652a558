//! What dealers have: goods by the last event that tells of them, as the trace engine finds them.
//!
//! Goods begin at every event that names a dealer as its place or its destination; the engine
//! follows them from there, through cases and pallets, to who has them now. Nothing is kept beside
//! the events, so stock cannot disagree with them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use epcis::query::EventQuery;
use store::code_batches::{self, CodeBatch};
use store::dealers::Dealer;
use store::events::{self, Event};
use store::id::{DealerId, EnterpriseId, ProductId, Scope};
use store::ident::{INTERNED, IdRange, class_and_number, id_of};
use store::identifiers;
use store::products;
use trace::{AsOf, Direction, Ids, Question, Shipping, State};

use super::book::Book;
use crate::bindings::gtin_of;
use crate::circumstances::{number_of_place, site_of};
use crate::limits::{MAX_DEALER_EVENTS, MAX_QUERY_PAGE_EVENTS, MAX_RECALL_RANGES};
use crate::{Caller, Error, QueryPage, Result, Service};

/// How much of a product a dealer has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockLine {
    /// The dealer.
    pub dealer_id: DealerId,
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// The product.
    pub product_id: ProductId,
    /// Its name.
    pub product: String,
    /// Items that it has.
    pub n_in_stock: u64,
    /// Items on their way to it.
    pub n_in_transit: u64,
    /// Items that were sold there.
    pub n_sold: u64,
}

/// A run of items of the enterprise and who has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) ids: Ids,
    pub(super) product_id: ProductId,
    pub(super) dealer_id: Option<DealerId>,
    pub(super) state: State,
    /// The last event.
    pub(super) event: Option<[u8; 16]>,
    /// The last shipping.
    pub(super) shipping: Option<Shipping>,
    /// The outermost container.
    pub(super) container: Option<i64>,
}

/// Events whose bodies are read at once.
const BODIES_AT_ONCE: usize = 64;

impl Service {
    /// What a dealer has, and, if asked for, what those below it have, by product.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::TooLarge`] beyond [`MAX_DEALER_EVENTS`] events that name it.
    pub async fn dealer_stock(
        &self,
        caller: &Caller,
        id: DealerId,
        reach: StockReach,
    ) -> Result<Vec<StockLine>> {
        let dealer = self.dealer_of(caller, id).await?;
        let book = Book::load(self.store(), dealer.enterprise_id).await?;
        let wanted: Vec<&Dealer> = match reach {
            StockReach::Alone => vec![&dealer],
            StockReach::WithBelow => {
                let below = book.dealers.values().filter(|it| book.is_above(id, it.dealer_id));
                [&dealer].into_iter().chain(below).collect()
            }
        };
        let held = self.held_by(caller, &book, &wanted).await?;
        let mut sums: BTreeMap<(DealerId, ProductId), [u64; 3]> = BTreeMap::new();
        for it in &held {
            let Some(dealer_id) = it.dealer_id else { continue };
            let at = match it.state {
                State::InStock => 0,
                State::InTransit => 1,
                State::Sold => 2,
                _ => continue,
            };
            sums.entry((dealer_id, it.product_id)).or_default()[at] += it.ids.n_ids();
        }
        let scope = Scope::enterprise(book.owner);
        let mut lines = Vec::with_capacity(sums.len());
        for ((dealer_id, product_id), [n_in_stock, n_in_transit, n_sold]) in sums {
            if !wanted.iter().any(|it| it.dealer_id == dealer_id) {
                continue;
            }
            let product = products::find(self.store(), scope, product_id).await?;
            let dealer = &book.dealers[&dealer_id];
            lines.push(StockLine {
                dealer_id,
                number: dealer.number.clone(),
                name: dealer.name.clone(),
                product_id,
                product: product.map(|it| it.name).unwrap_or_default(),
                n_in_stock,
                n_in_transit,
                n_sold,
            });
        }
        lines.sort_by(|a, b| (&a.number, &a.product).cmp(&(&b.number, &b.product)));
        Ok(lines)
    }

    /// Items of the enterprise that events brought to any of these dealers, and who has them now.
    pub(super) async fn held_by(
        &self,
        caller: &Caller,
        book: &Book,
        dealers: &[&Dealer],
    ) -> Result<Vec<Held>> {
        let events = self.events_naming(caller, dealers).await?;
        let subjects = self.goods_of_events(&events).await?;
        self.whereabouts(caller.scope(), book, subjects).await
    }

    /// Who has these things now, as far as they are items of the enterprise.
    pub(super) async fn whereabouts(
        &self,
        scope: Scope,
        book: &Book,
        subjects: Vec<Ids>,
    ) -> Result<Vec<Held>> {
        if subjects.is_empty() {
            return Ok(Vec::new());
        }
        let as_of = AsOf::NOW;
        let question = Question { subjects, direction: Direction::Forward, as_of, rest: None };
        let trail = self.trail_of_goods(scope, question).await?;
        if trail.cut.is_some() {
            let limit = crate::limits::MAX_COUNTED_EVENTS as u64;
            return Err(Error::TooLarge { limit, what: "events of goods at once; ask for less" });
        }
        let places = Places::of(book);
        let told = self.told_by(scope, &places, &trail.holdings).await?;
        let mut held = Vec::with_capacity(trail.holdings.len());
        let mut goods =
            Products { service: self, scope: Scope::enterprise(book.owner), batch: None };
        for holding in &trail.holdings {
            let dealer_id = match holding.state {
                State::InTransit => holding.event.and_then(|key| told.get(&key)?.destination),
                _ => match holding.place.and_then(|place| places.by_number.get(&place)) {
                    Some(dealer) => Some(*dealer),
                    None => holding.event.and_then(|key| told.get(&key)?.reporter),
                },
            };
            let trace::Holding { state, event, container, shipping, .. } = *holding;
            for (ids, product_id) in goods.parts(holding.ids).await? {
                held.push(Held { ids, product_id, dealer_id, state, event, shipping, container });
            }
        }
        held.sort_unstable_by_key(|it| it.ids);
        Ok(held)
    }

    /// What the last events of goods say of dealers, where the engine's facts do not.
    async fn told_by(
        &self,
        scope: Scope,
        places: &Places,
        holdings: &[trace::Holding],
    ) -> Result<HashMap<[u8; 16], Told>> {
        let is_wanted = |it: &&trace::Holding| {
            it.state == State::InTransit
                || !it.place.is_some_and(|place| places.by_number.contains_key(&place))
        };
        let keys: BTreeSet<[u8; 16]> =
            holdings.iter().filter(is_wanted).filter_map(|it| it.event).collect();
        let keys: Vec<[u8; 16]> = keys.into_iter().collect();
        let mut told = HashMap::with_capacity(keys.len());
        for chunk in keys.chunks(BODIES_AT_ONCE) {
            for event in events::by_keys(self.store(), scope, chunk).await? {
                let parsed = self.parsed_event(&event)?;
                let named = parsed.destinations.iter();
                let mut named = named.filter_map(|it| places.by_uri.get(site_of(&it.id)));
                let reporter = places.by_enterprise.get(&event.enterprise_id).copied();
                let destination = named.next().copied();
                told.insert(event.event_key, Told { destination, reporter });
            }
        }
        Ok(told)
    }

    /// Events that name any of these dealers as place or destination.
    async fn events_naming(&self, caller: &Caller, dealers: &[&Dealer]) -> Result<Vec<Event>> {
        let uris = |it: &&Dealer| [it.place.clone(), it.party.clone()];
        let uris: BTreeSet<String> = dealers.iter().flat_map(uris).collect();
        let uris: Vec<String> = uris.into_iter().collect();
        let mut events: Vec<Event> = Vec::new();
        for name in [
            "EQ_bizLocation",
            "EQ_destination_possessing_party",
            "EQ_destination_owning_party",
            "EQ_destination_location",
        ] {
            for uris in uris.chunks(URIS_AT_ONCE) {
                let query = serde_json::json!({ name: uris });
                let query = EventQuery::from_json(&query.to_string())
                    .map_err(|_| Error::internal("our own query cannot be read"))?;
                self.add_events(caller, &query, &mut events).await?;
            }
        }
        events.sort_unstable_by_key(|it| it.event_key);
        events.dedup_by_key(|it| it.event_key);
        Ok(events)
    }

    async fn add_events(
        &self,
        caller: &Caller,
        query: &EventQuery,
        events: &mut Vec<Event>,
    ) -> Result<()> {
        let mut page = QueryPage { token: None, n_events: MAX_QUERY_PAGE_EVENTS };
        loop {
            let found = self.query_inside(caller.scope(), query, &page).await?;
            events.extend(found.events.into_iter().map(|it| Event { body: Vec::new(), ..it }));
            if events.len() > MAX_DEALER_EVENTS {
                let limit = MAX_DEALER_EVENTS as u64;
                return Err(Error::TooLarge { limit, what: "events that name these dealers" });
            }
            match found.next {
                Some((token, _)) => page.token = Some(token),
                None => return Ok(()),
            }
        }
    }
}

/// Identifiers that one query names: as many as a list of the standard's parameters takes.
const URIS_AT_ONCE: usize = 100;

/// How far down a question goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockReach {
    /// The dealer itself.
    Alone,
    /// With those below it, at any distance.
    WithBelow,
}

/// What an event says of dealers.
struct Told {
    destination: Option<DealerId>,
    /// The dealer that is the enterprise that captured it.
    reporter: Option<DealerId>,
}

/// Dealers by what events call them.
struct Places {
    by_uri: HashMap<String, DealerId>,
    by_number: HashMap<i64, DealerId>,
    by_enterprise: HashMap<EnterpriseId, DealerId>,
}

impl Places {
    fn of(book: &Book) -> Self {
        let mut places = Self {
            by_uri: HashMap::new(),
            by_number: HashMap::new(),
            by_enterprise: HashMap::new(),
        };
        for (id, dealer) in &book.dealers {
            for uri in [&dealer.party, &dealer.place] {
                places.by_uri.insert(uri.clone(), *id);
                places.by_number.insert(number_of_place(uri), *id);
            }
            if let Some(enterprise) = dealer.linked_id.filter(|it| *it != book.owner) {
                places.by_enterprise.insert(enterprise, *id);
            }
        }
        places
    }
}

/// The products of items of one enterprise; each batch is looked up once.
struct Products<'s> {
    service: &'s Service,
    scope: Scope,
    batch: Option<CodeBatch>,
}

impl Products<'_> {
    /// The parts of a run that are items of the enterprise, each with its product.
    async fn parts(&mut self, ids: Ids) -> Result<Vec<(Ids, ProductId)>> {
        let (class, _) = class_and_number(ids.first);
        if class == INTERNED {
            return self.interned(ids).await;
        }
        let (mut parts, mut first) = (Vec::new(), ids.first);
        while first <= ids.last {
            let (_, ordinal) = class_and_number(first);
            let Some(batch) = self.batch_at(class, ordinal).await? else { break };
            let end = id_of(class, batch.first_ordinal + batch.n_ordinals - 1);
            let part = Ids { first, last: ids.last.min(end) };
            parts.push((part, batch.product_id));
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
            self.batch = code_batches::by_ordinal(store, self.scope, class, ordinal).await?;
        }
        Ok(self.batch.as_ref())
    }

    /// Serials of others' making are items of the product whose GTIN they carry; cases and pallets
    /// carry none.
    async fn interned(&mut self, ids: Ids) -> Result<Vec<(Ids, ProductId)>> {
        let store = self.service.store();
        let range = IdRange { first: ids.first, last: ids.last };
        let mut parts = Vec::new();
        for (id, epc) in identifiers::epcs_of(store, range, MAX_RECALL_RANGES as u32).await? {
            let Some(gtin) = gtin_of(&epc).filter(|_| epc.contains("/21/")) else { continue };
            if let Some(product) = products::by_gtin(store, self.scope, gtin).await? {
                parts.push((Ids::one(id), product.product_id));
            }
        }
        Ok(parts)
    }
}
