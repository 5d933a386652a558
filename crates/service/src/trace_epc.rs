//! The history of one item: asks the store ring by ring what the engine wants to know.

use std::collections::{BTreeSet, HashMap};

use epcis::parse_document;
use store::bindings::{self, Reach, Target};
use store::code_batches;
use store::events;
use store::id::{EnterpriseId, Scope};
use store::ident::IdRange;
use store::identifiers;
use trace::{Ask, EventFacts, EventKind, History, Limits, Trail};

use crate::limits::{MAX_BINDINGS, MAX_TRACE_DEPTH, MAX_TRACE_EVENTS, MAX_TRACE_IDENTIFIERS};
use crate::{Caller, Error, Result, Service};

/// How an event belongs to the item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// It names the item.
    Own,
    /// It names what the item was in at the time.
    Inside {
        /// EPC of the container.
        container: String,
        /// 1 for the item's own case, 2 for the pallet of that case.
        depth: u16,
    },
    /// It belongs to something the item was made of.
    Source {
        /// EPC of the input.
        input: String,
        /// 1 for the item's own inputs.
        depth: u16,
    },
}

/// One event of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceStep {
    /// The eventID, else the event hash as `ni:` URI.
    pub event_id: String,
    /// The standard's name of its type.
    pub event_type: &'static str,
    /// Business step as a URI, or empty.
    pub biz_step: String,
    /// Disposition as a URI.
    pub disposition: Option<String>,
    /// Microseconds since the epoch.
    pub event_time_us: i64,
    /// Who captured it.
    pub enterprise_name: String,
    /// Where it was read.
    pub read_point: Option<String>,
    /// Where the item was afterwards.
    pub biz_location: Option<String>,
    /// How it belongs to the item.
    pub via: Via,
    event_key: [u8; 16],
    reporter: EnterpriseId,
}

/// The history of an item, oldest event first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Canonical EPC of the item.
    pub epc: String,
    /// Its events.
    pub steps: Vec<TraceStep>,
    /// Which limit cut it, if one did: `events`, `identifiers` or `depth`.
    pub cut: Option<&'static str>,
}

/// What anyone may read of the history of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicTrace {
    /// What enterprises report that the records of the item's owner lead to: the owner, whom its
    /// events name as a party or are shown to, whom theirs do, and so on.
    pub told: Trace,
    /// What others report, oldest event first: true or not, nobody of the chain answers for it.
    pub apart: Vec<TraceStep>,
}

impl Service {
    /// The history of an item as far as the caller may see its events.
    ///
    /// `text` is an EPC URN, a Digital Link, the digits of one of our codes, or anything that is
    /// bound to an item.
    pub async fn trace_epc(&self, caller: &Caller, text: &str) -> Result<Trace> {
        let id = match self.item_behind(text).await? {
            Some((_, id)) => id,
            None => {
                let epc = self.canonical_epc(text).await?;
                self.id_of_epc(&epc).await?.ok_or(Error::NotFound)?
            }
        };
        let trace = self.trace_id(caller.scope(), id, Whose::All).await?;
        let (class, ordinal) = store::ident::class_and_number(id);
        let own = code_batches::by_ordinal(self.store(), caller.scope(), class, ordinal).await?;
        if trace.steps.is_empty() && own.is_none() {
            // Whatever others may know of it, to this caller it does not exist.
            return Err(Error::NotFound);
        }
        Ok(trace)
    }

    /// The history of one of our items as its page shows it to anyone: what happened, when, and
    /// which enterprise says so; where, to whom and under which number stays private.
    pub async fn trace_public(&self, code: &str) -> Result<PublicTrace> {
        let (id, seen_as) = match mint::Code::parse(code) {
            Ok(code) => {
                let found = self.batch_of_code(Scope::PLATFORM, &code).await?;
                let (batch, found) = found.ok_or(Error::NotFound)?;
                (store::ident::id_of(batch.class, found.ordinal), None)
            }
            Err(_) => {
                let (number, id) = self.item_behind(code).await?.ok_or(Error::NotFound)?;
                (id, Some(number.uri))
            }
        };
        let (class, ordinal) = store::ident::class_and_number(id);
        let scope = Scope::PLATFORM;
        let batch = code_batches::by_ordinal(self.store(), scope, class, ordinal).await?;
        let owner = batch.ok_or(Error::NotFound)?.enterprise_id;
        let (mut told, known) = self.trace_chain(owner, id).await?;
        let mut apart = Vec::new();
        for whose in [Whose::Observations(&known), Whose::All] {
            let trace = self.trace_id(Scope::PLATFORM, id, whose).await?;
            apart.extend(trace.steps.into_iter().filter(|step| {
                // Packs and sources that only strangers speak of bring nothing along.
                let is_of_item = whose != Whose::All || step.via == Via::Own;
                is_of_item && !known.contains(&step.reporter)
            }));
        }
        apart.sort_by_key(|step| (step.event_time_us, step.event_key));
        apart.dedup_by_key(|step| step.event_key);
        // Whoever came by another identifier has not seen the code, and is not told.
        told.epc = seen_as.unwrap_or(told.epc);
        for step in told.steps.iter_mut().chain(&mut apart) {
            step.read_point = None;
            step.biz_location = None;
            step.event_id = String::new();
            match &mut step.via {
                Via::Own => {}
                Via::Inside { container: epc, .. } | Via::Source { input: epc, .. } => epc.clear(),
            }
        }
        Ok(PublicTrace { told, apart })
    }

    /// What the owner of an item and those whom its events are shown to report of it, those whom
    /// their events are shown to, and so on; and who they are. What others report leads nowhere.
    async fn trace_chain(
        &self,
        owner: EnterpriseId,
        id: i64,
    ) -> Result<(Trace, BTreeSet<EnterpriseId>)> {
        let mut known = BTreeSet::from([owner]);
        for _ in 0..MAX_TRACE_DEPTH {
            let trace = self.trace_id(Scope::PLATFORM, id, Whose::Alone(&known)).await?;
            let n_before = known.len();
            let named = trace.steps.iter().map(|step| (step.event_key, step.reporter));
            let viewers = self.viewers_of_named(&named.collect::<Vec<_>>()).await?;
            known.extend(viewers.into_iter().flatten());
            if known.len() == n_before {
                return Ok((trace, known));
            }
        }
        let trace = self.trace_id(Scope::PLATFORM, id, Whose::Alone(&known)).await?;
        Ok((trace, known))
    }

    /// The canonical EPC of what a person typed or a program sent.
    pub(crate) async fn canonical_epc(&self, text: &str) -> Result<String> {
        let text = text.trim();
        if let Ok(code) = mint::Code::parse(text) {
            let found = self.batch_of_code(Scope::PLATFORM, &code).await?;
            let (batch, _) = found.ok_or(Error::NotFound)?;
            return Ok(crate::scan::epc_of(batch.gtin.as_deref(), &batch.public_url, &code));
        }
        let canonical = gs1::epc::canonical(text).map_err(|error| {
            let message =
                format!("send an EPC URI, a Digital Link or the digits of a code: {error}");
            Error::rejected("/epc", "bad-epc", message)
        })?;
        Ok(canonical.uri)
    }

    /// The history of an id by the events of those who count.
    async fn trace_id(&self, scope: Scope, id: i64, whose: Whose<'_>) -> Result<Trace> {
        let limits = Limits {
            n_events: MAX_TRACE_EVENTS as usize,
            n_identifiers: MAX_TRACE_IDENTIFIERS,
            depth: MAX_TRACE_DEPTH,
        };
        let mut history = History::of_all(&self.names_of(id).await?, limits);
        let mut known: HashMap<[u8; 16], EventFacts> = HashMap::new();
        loop {
            let asks = history.frontier();
            if asks.is_empty() {
                break;
            }
            let keys = self.keys_touching(scope, &asks).await?;
            let new: Vec<_> = keys.iter().copied().filter(|key| !known.contains_key(key)).collect();
            for (facts, reporter) in events::facts(self.store(), scope, &new).await? {
                if whose.counts(&facts, reporter) {
                    known.insert(facts.key, facts);
                }
            }
            history.feed(keys.iter().filter_map(|key| known.get(key)).cloned().collect());
        }
        let trail = history.finish();
        let steps = self.steps(scope, &trail).await?;
        let cut = trail.cut.map(|cut| cut.limit.name());
        Ok(Trace { epc: self.epc_of_id(id).await?, steps, cut })
    }

    /// The id and those of the identifiers bound to it, as far as events have named them.
    async fn names_of(&self, id: i64) -> Result<Vec<i64>> {
        let target = Target::Item(id);
        let bound =
            bindings::of_target(self.store(), Scope::PLATFORM, target, MAX_BINDINGS).await?;
        let one = bound.iter().filter(|binding| binding.reach == Reach::One);
        let uris: Vec<&str> = one.map(|binding| binding.uri.as_str()).collect();
        let named = identifiers::by_epcs(self.store(), &uris).await?;
        Ok([id].into_iter().chain(named.into_iter().map(|(_, id)| id)).collect())
    }

    /// Keys of the oldest events that name what is asked for: one more than a trace takes in, so
    /// that it knows of being cut.
    async fn keys_touching(&self, scope: Scope, asks: &[Ask]) -> Result<Vec<[u8; 16]>> {
        let limit = MAX_TRACE_EVENTS + 1;
        let mut oldest = BTreeSet::new();
        for ask in asks {
            let range = IdRange { first: ask.first, last: ask.last };
            oldest.extend(events::keys_touching(self.store(), scope, range, limit).await?);
            while oldest.len() > limit as usize {
                oldest.pop_last();
            }
        }
        Ok(oldest.into_iter().map(|(_, key)| key).collect())
    }

    /// The events of a trail with their names; their bodies are read a few at a time.
    async fn steps(&self, scope: Scope, trail: &Trail) -> Result<Vec<TraceStep>> {
        let mut steps = Vec::with_capacity(trail.entries.len());
        let mut names = Names { service: self, epcs: HashMap::new(), enterprises: HashMap::new() };
        for entries in trail.entries.chunks(BODIES_AT_ONCE) {
            let keys: Vec<_> = entries.iter().map(|entry| entry.event).collect();
            let found = events::by_keys(self.store(), scope, &keys).await?;
            for entry in entries {
                let event = found.iter().find(|event| event.event_key == entry.event);
                let event = event.ok_or_else(|| Error::internal("an event of a trail is gone"))?;
                steps.push(names.step(event, entry.via).await?);
            }
        }
        Ok(steps)
    }
}

/// Whose events a history is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose<'k> {
    /// Everybody's inside the scope.
    All,
    /// Those of these enterprises.
    Alone(&'k BTreeSet<EnterpriseId>),
    /// The same, and what others observe without packing or making anything.
    Observations(&'k BTreeSet<EnterpriseId>),
}

impl Whose<'_> {
    fn counts(self, facts: &EventFacts, reporter: EnterpriseId) -> bool {
        match self {
            Self::All => true,
            Self::Alone(known) => known.contains(&reporter),
            Self::Observations(known) => {
                let is_observed = matches!(facts.kind, EventKind::Object | EventKind::Transaction);
                is_observed || known.contains(&reporter)
            }
        }
    }
}

/// Bodies held in memory while a trail is written out.
const BODIES_AT_ONCE: usize = 16;

/// Names that several steps share, looked up once.
struct Names<'a> {
    service: &'a Service,
    epcs: HashMap<i64, String>,
    enterprises: HashMap<EnterpriseId, String>,
}

impl Names<'_> {
    async fn step(&mut self, event: &events::Event, via: trace::Via) -> Result<TraceStep> {
        let via = match via {
            trace::Via::Own => Via::Own,
            trace::Via::Inside { container, depth } => {
                Via::Inside { container: self.epc(container).await?, depth }
            }
            trace::Via::Source { input, depth, .. } => {
                Via::Source { input: self.epc(input).await?, depth }
            }
        };
        let (document, _) = parse_document(&event.body, &crate::capture::own_limits());
        let parsed = document.and_then(|document| document.events.into_iter().next());
        let parsed = parsed.ok_or_else(|| Error::internal("a stored event cannot be read"))?;
        Ok(TraceStep {
            event_id: event.event_id.clone(),
            event_type: parsed.event_type.name(),
            biz_step: event.biz_step.clone(),
            disposition: parsed.disposition,
            event_time_us: event.event_time_us,
            enterprise_name: self.enterprise(event.enterprise_id).await?,
            read_point: parsed.read_point,
            biz_location: parsed.biz_location,
            via,
            event_key: event.event_key,
            reporter: event.enterprise_id,
        })
    }

    async fn epc(&mut self, id: i64) -> Result<String> {
        if let Some(epc) = self.epcs.get(&id) {
            return Ok(epc.clone());
        }
        let epc = self.service.epc_of_id(id).await?;
        self.epcs.insert(id, epc.clone());
        Ok(epc)
    }

    async fn enterprise(&mut self, id: EnterpriseId) -> Result<String> {
        if let Some(name) = self.enterprises.get(&id) {
            return Ok(name.clone());
        }
        let found =
            store::enterprises::find(self.service.store(), Scope::enterprise(id), id).await?;
        let name = found.map(|enterprise| enterprise.name).unwrap_or_default();
        self.enterprises.insert(id, name.clone());
        Ok(name)
    }
}
