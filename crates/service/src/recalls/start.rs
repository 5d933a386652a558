//! From what a recall starts with to the identifiers that it begins at.

use std::collections::{BTreeSet, HashSet};

use epcis::parse_document;
use epcis::query::{EventQuery, location_of};
use gs1::dictionary::Ai;
use gs1::digital_link::DigitalLink;
use store::bindings::{self, Reach, Target};
use store::code_batches;
use store::event_spans::{self, By, News};
use store::events::{self, Event};
use store::id::{EnterpriseId, LotId, Scope};
use store::ident::{IdRange, class_and_number, id_of};
use store::identifiers;
use store::items;
use store::lots::{self, Lot};
use store::products;
use trace::{Ids, Role, Trail};

use super::contents::{Kind, joined, without};
use super::{RecallQuestion, RecallStart};
use crate::capture::own_limits;
use crate::commission::lot_class;
use crate::limits::{
    MAX_BINDINGS, MAX_FIRST_TELLERS, MAX_QUERY_PAGE_EVENTS, MAX_RECALL_IDENTIFIERS,
    MAX_RECALL_START_EVENTS,
};
use crate::{Caller, Error, QueryPage, Result, Service, Violation};

/// Where a recall begins, as ids; both in order, disjoint, and apart from each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Starts {
    /// Whatever is told of these counts.
    pub(super) ids: Vec<Ids>,
    /// Names of the owner's lots that strangers told of before it did, or perhaps did: of these
    /// counts what the owner and its partners tell.
    pub(super) contested: Vec<Ids>,
}

impl Starts {
    /// With `ids` less what is contested.
    pub(super) fn of(ids: Vec<Ids>, contested: Vec<Ids>) -> Self {
        let contested = joined(contested);
        Self { ids: without(&joined(ids), &contested), contested }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.contested.is_empty()
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<Ids> {
        joined(self.ids.iter().chain(&self.contested).copied().collect())
    }
}

/// Who told of a name before all others.
enum FirstTeller {
    /// The owner, or a partner of it.
    Owner,
    /// Somebody else, or perhaps.
    Stranger,
    Nobody,
}

impl Service {
    /// The identifiers that a recall begins at, as far as the caller may know of its start.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the caller knows nothing of it, [`Error::Rejected`] if it makes no
    /// sense, [`Error::TooLarge`].
    pub(super) async fn subjects_of(
        &self,
        caller: &Caller,
        asked: &RecallQuestion,
        as_of: (i64, i64),
    ) -> Result<Starts> {
        let scope = caller.scope();
        match &asked.start {
            RecallStart::Thing(text) => {
                let Starts { ids, contested } = self.start_of_thing(scope, text).await?;
                Ok(Starts::of(self.opened(ids, as_of).await?, contested))
            }
            RecallStart::Event(event_id) => {
                let events = self.find_event(caller, event_id).await?;
                self.start_of_events(&events, as_of).await
            }
            RecallStart::Place { place, from_us, until_us } => {
                let events = self.events_at(caller, place, (*from_us, *until_us)).await?;
                self.start_of_events(&events, as_of).await
            }
            RecallStart::Query(text) => {
                let query = EventQuery::from_json(text).map_err(|faults| {
                    let violation = |it: &epcis::query::QueryFault| Violation {
                        pointer: format!("/query/{}", it.parameter),
                        rule: "bad-query",
                        message: it.message.clone(),
                    };
                    Error::Rejected(faults.iter().map(violation).collect())
                })?;
                let events = self.all_of_query(caller, &query, "/query").await?;
                self.start_of_events(&events, as_of).await
            }
        }
    }

    /// Ids of a lot by its id, or of whatever else a trace takes.
    async fn start_of_thing(&self, scope: Scope, text: &str) -> Result<Starts> {
        if let Ok(id) = text.trim().parse::<LotId>() {
            let lot = lots::find(self.store(), scope, id).await?.ok_or(Error::NotFound)?;
            return self.ids_of_lot(scope, &lot).await;
        }
        let lot = self.lot_behind(scope, text).await?;
        let mut found: Vec<Ids> = match self.ids_of_subject(scope, text).await {
            Ok(ids) => ids.into_iter().map(Ids::one).collect(),
            Err(Error::NotFound) if lot.is_some() => Vec::new(),
            Err(error) => return Err(error),
        };
        let Some(lot) = lot else { return Ok(Starts::of(found, Vec::new())) };
        let Starts { ids, contested } = self.ids_of_lot(scope, &lot).await?;
        found.extend(ids);
        Ok(Starts::of(found, contested))
    }

    /// The lot of ours that a class spells, by its GTIN and number.
    async fn lot_behind(&self, scope: Scope, text: &str) -> Result<Option<Lot>> {
        let Ok(canonical) = gs1::epc::canonical(text.trim()) else { return Ok(None) };
        let Ok(link) = DigitalLink::parse(&canonical.uri) else { return Ok(None) };
        let [number] = link.qualifiers() else { return Ok(None) };
        if link.key() != Ai::GTIN || number.ai() != Ai::LOT {
            return Ok(None);
        }
        let product = products::by_gtin(self.store(), scope, link.value()).await?;
        let Some(product) = product else { return Ok(None) };
        Ok(lots::by_number(self.store(), scope, product.product_id, number.value()).await?)
    }

    /// Items that were bound to a lot, and what else names it: to an enterprise contested if
    /// strangers told of that before it did.
    async fn ids_of_lot(&self, scope: Scope, lot: &Lot) -> Result<Starts> {
        let limit = MAX_RECALL_IDENTIFIERS as u32 + 1;
        let items = items::of_lot(self.store(), lot.lot_id, limit).await?;
        let names = self.names_of_lot(lot, &items).await?;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut ids: Vec<Ids> =
            items.into_iter().map(|it| Ids { first: it.first, last: it.last }).collect();
        let mut contested = Vec::new();
        for (_, id) in identifiers::by_epcs(self.store(), &names).await? {
            if scope.single().is_none() {
                ids.push(Ids::one(id));
                continue;
            }
            match self.first_teller_of(lot.enterprise_id, id).await? {
                FirstTeller::Owner => ids.push(Ids::one(id)),
                FirstTeller::Stranger => contested.push(Ids::one(id)),
                FirstTeller::Nobody => {}
            }
        }
        Ok(Starts::of(ids, contested))
    }

    /// Who told of a class first: who registers a GTIN after others have used it learns nothing of
    /// what they told.
    async fn first_teller_of(&self, owner: EnterpriseId, id: i64) -> Result<FirstTeller> {
        let (store, range, limit) = (self.store(), [IdRange::one(id)], MAX_FIRST_TELLERS);
        let news = News::new(limit, |_| false, |_| true);
        let own = event_spans::touching_news(store, By::Partners(owner), &range, news).await?;
        let all = event_spans::touching(store, Scope::PLATFORM, &range, limit, |_| false).await?;
        let keys: HashSet<[u8; 16]> = own.events.iter().map(|(facts, _)| facts.key).collect();
        let others = all.events.iter().filter(|(facts, _)| !keys.contains(&facts.key));
        let first_other = others.map(|(facts, _)| facts.record_time_us).min();
        let first_own = own.events.iter().map(|(facts, _)| facts.record_time_us).min();
        let Some(first_own) = first_own else {
            return Ok(match first_other {
                Some(_) => FirstTeller::Stranger,
                None => FirstTeller::Nobody,
            });
        };
        // What was left out happened after the owner told of it, unless its time is a lie.
        let is_sure = all.missing_from_us.is_none_or(|it| it > first_own);
        let is_first = is_sure && first_other.is_none_or(|other| first_own <= other);
        Ok(if is_first { FirstTeller::Owner } else { FirstTeller::Stranger })
    }

    /// The classes that events may call a lot by, and the numbers that are bound to it.
    async fn names_of_lot(&self, lot: &Lot, items: &[IdRange]) -> Result<BTreeSet<String>> {
        let mut names = BTreeSet::new();
        let product = products::find(self.store(), Scope::PLATFORM, lot.product_id).await?;
        let gtin = product.and_then(|it| gs1::Gtin::parse(it.gtin.as_deref()?).ok());
        let class = gtin.and_then(|it| DigitalLink::lgtin(&it, &lot.lot_number).ok());
        names.extend(class.map(|it| it.to_string()));
        // Codes keep the address that the platform had when they were made.
        let mut last_of_batch = None;
        for range in items {
            if last_of_batch.is_some_and(|last| range.first <= last) {
                continue;
            }
            let (class, ordinal) = class_and_number(range.first);
            let scope = Scope::enterprise(lot.enterprise_id);
            let batch = code_batches::by_ordinal(self.store(), scope, class, ordinal).await?;
            let Some(batch) = batch else { continue };
            last_of_batch = Some(id_of(class, batch.first_ordinal + batch.n_ordinals - 1));
            // As events are kept.
            let class = lot_class(&batch, &lot.lot_number);
            names.insert(gs1::epc::canonical(&class).map_or(class, |it| it.uri));
        }
        let target = Target::Lot(lot.lot_id);
        let bound = bindings::of_target(self.store(), Scope::PLATFORM, target, MAX_BINDINGS);
        let one = bound.await?.into_iter().filter(|it| it.reach == Reach::One);
        names.extend(one.map(|it| it.uri));
        Ok(names)
    }

    /// Events at a place or inside it, in a window of event time, both ends included.
    async fn events_at(
        &self,
        caller: &Caller,
        place: &str,
        (from_us, until_us): (i64, i64),
    ) -> Result<Vec<Event>> {
        if until_us < from_us {
            let message = "the window ends before it begins; swap the two times";
            return Err(Error::rejected("/until", "empty-window", message));
        }
        let place = gs1::epc::canonical(place.trim()).map_err(|error| {
            Error::rejected("/place", "bad-place", format!("send the URI of a place: {error}"))
        })?;
        let mut events = Vec::new();
        for field in ["bizLocation", "readPoint"] {
            // A part of a location is named alone; a location with all its parts.
            let with_parts = location_of(&place.uri).is_none();
            let name = if with_parts { format!("WD_{field}") } else { format!("EQ_{field}") };
            let query = serde_json::json!({
                name: [place.uri],
                "GE_eventTime": time_text(from_us)?,
                "LT_eventTime": time_text(until_us.saturating_add(1_000))?,
            });
            let query = EventQuery::from_json(&query.to_string())
                .map_err(|_| Error::rejected("/place", "bad-place", "send the URI of a place"))?;
            events.extend(self.all_of_query(caller, &query, "/place").await?);
        }
        events.sort_by_key(|event| event.event_key);
        events.dedup_by_key(|event| event.event_key);
        Ok(events)
    }

    async fn all_of_query(
        &self,
        caller: &Caller,
        query: &EventQuery,
        pointer: &str,
    ) -> Result<Vec<Event>> {
        let mut events = Vec::new();
        let mut page = QueryPage { token: None, n_events: MAX_QUERY_PAGE_EVENTS };
        loop {
            let found = self.query_events(caller, query, &page).await?;
            events
                .extend(found.events.into_iter().map(|event| Event { body: Vec::new(), ..event }));
            if events.len() > MAX_RECALL_START_EVENTS {
                let message = format!(
                    "more than {MAX_RECALL_START_EVENTS} events; narrow it, or start from the lot"
                );
                return Err(Error::rejected(pointer, "too-many-events", message));
            }
            match found.next {
                Some((token, _)) => page.token = Some(token),
                None => return Ok(events),
            }
        }
    }

    /// Goods that events name, and what was in the containers that they name at the time.
    async fn start_of_events(&self, events: &[Event], as_of: (i64, i64)) -> Result<Starts> {
        let (mut all, mut done) = (Vec::new(), HashSet::new());
        for event in events {
            let at_us = (event.event_time_us.min(as_of.0), as_of.1);
            let named = event
                .ranges
                .iter()
                .filter(|it| !matches!(it.role, Role::Transformation | Role::Lot));
            let named = named.map(trace::RoleRange::ids);
            let named: Vec<Ids> = named.filter(|it| done.insert((*it, at_us.0))).collect();
            all.extend(self.opened(named, at_us).await?);
        }
        Ok(Starts { ids: bounded(joined(all))?, contested: Vec::new() })
    }

    /// The same things with what is in them in place of the containers among them.
    async fn opened(&self, ids: Vec<Ids>, at_us: (i64, i64)) -> Result<Vec<Ids>> {
        let mut goods = Vec::new();
        let mut parts = Vec::new();
        for ids in bounded(joined(ids))? {
            parts.extend(self.packs_apart(ids).await?);
        }
        for ids in parts {
            let kind = match ids.n_ids() {
                1 => self.contents_at(ids.first, at_us).await?,
                _ => Kind::Goods,
            };
            match kind {
                Kind::Goods => goods.push(ids),
                Kind::Container(inside) => goods.extend(inside),
            }
        }
        bounded(joined(goods))
    }

    /// Goods that events name, with what was in containers then in place of these.
    pub(crate) async fn goods_of_events(&self, events: &[Event]) -> Result<Vec<Ids>> {
        let now = (i64::MAX, i64::MAX);
        Ok(self.start_of_events(events, now).await?.ids)
    }

    /// The only event of a stored body.
    pub(crate) fn parsed_event(&self, event: &Event) -> Result<epcis::Event> {
        let (document, _) = parse_document(&event.body, &own_limits());
        let parsed = document.and_then(|document| document.events.into_iter().next());
        parsed.ok_or_else(|| Error::internal("a stored event cannot be read"))
    }

    /// How many events of a trail the caller may not see.
    pub(super) async fn n_hidden(&self, scope: Scope, trail: &Trail) -> Result<u64> {
        if scope == Scope::PLATFORM {
            return Ok(0);
        }
        let keys: Vec<[u8; 16]> = trail.entries.iter().map(|it| it.event).collect();
        let visible = events::visible(self.store(), scope, &keys).await?;
        Ok(keys.len().saturating_sub(visible.len()) as u64)
    }
}

fn time_text(time_us: i64) -> Result<String> {
    let wrong = |_| Error::rejected("/from", "not-a-time", "write a time between 1970 and 9999");
    jiff::Timestamp::from_microsecond(time_us).map(|it| it.to_string()).map_err(wrong)
}

fn bounded(ids: Vec<Ids>) -> Result<Vec<Ids>> {
    let limit = MAX_RECALL_IDENTIFIERS as u64;
    if ids.len() as u64 > limit {
        return Err(Error::TooLarge { limit, what: "runs of goods at the start of a recall" });
    }
    Ok(ids)
}
