//! The history of one item: asks the store ring by ring what the engine wants to know.

use std::collections::HashMap;

use epcis::parse_document;
use store::events;
use store::id::Scope;
use store::ident::IdRange;
use trace::{EventFacts, History, Limits};

use crate::limits::{MAX_TRACE_DEPTH, MAX_TRACE_EVENTS, MAX_TRACE_IDENTIFIERS};
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

impl Service {
    /// The history of an item as far as the caller may see its events.
    ///
    /// `text` is an EPC URN, a Digital Link, or the digits of one of our codes.
    pub async fn trace_epc(&self, caller: &Caller, text: &str) -> Result<Trace> {
        let epc = self.canonical_epc(text).await?;
        let Some(id) = self.id_of_epc(&epc).await? else { return Err(Error::NotFound) };
        self.trace_id(caller.scope(), id).await
    }

    /// The history of one of our items as its page shows it to anyone: what happened, when, and
    /// which enterprise says so; where, to whom and under which number stays private.
    pub async fn trace_public(&self, code: &str) -> Result<Trace> {
        let code = mint::Code::parse(code).map_err(|_| Error::NotFound)?;
        let found = self.batch_of_code(Scope::PLATFORM, &code).await?;
        let (batch, found) = found.ok_or(Error::NotFound)?;
        let id = store::ident::id_of(batch.class, found.ordinal);
        let mut trace = self.trace_id(Scope::PLATFORM, id).await?;
        for step in &mut trace.steps {
            step.read_point = None;
            step.biz_location = None;
            step.event_id = String::new();
            match &mut step.via {
                Via::Own => {}
                Via::Inside { container: epc, .. } | Via::Source { input: epc, .. } => epc.clear(),
            }
        }
        Ok(trace)
    }

    /// The canonical EPC of what a person typed or a program sent.
    async fn canonical_epc(&self, text: &str) -> Result<String> {
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

    async fn trace_id(&self, scope: Scope, id: i64) -> Result<Trace> {
        let mut history = History::new(
            id,
            Limits {
                n_events: MAX_TRACE_EVENTS as usize,
                n_identifiers: MAX_TRACE_IDENTIFIERS,
                depth: MAX_TRACE_DEPTH,
            },
        );
        let mut known: HashMap<[u8; 16], events::Event> = HashMap::new();
        loop {
            let asks = history.frontier();
            if asks.is_empty() {
                break;
            }
            let mut fed = Vec::new();
            for ask in asks {
                let range = IdRange { first: ask.first, last: ask.last };
                let limit = MAX_TRACE_EVENTS + 1;
                let keys = events::keys_touching(self.store(), scope, range, limit).await?;
                let new: Vec<_> = keys.iter().copied().filter(|k| !known.contains_key(k)).collect();
                for event in events::by_keys(self.store(), scope, &new).await? {
                    known.insert(event.event_key, event);
                }
                fed.extend(keys.iter().filter_map(|key| known.get(key)).map(facts_of));
            }
            history.feed(fed);
        }
        let trail = history.finish();
        let mut steps = Vec::with_capacity(trail.entries.len());
        let mut names = Names { service: self, epcs: HashMap::new(), enterprises: HashMap::new() };
        for entry in &trail.entries {
            let event = known.get(&entry.event);
            let event = event.ok_or_else(|| Error::internal("a trail has an event of nobody"))?;
            steps.push(names.step(event, entry.via).await?);
        }
        let cut = trail.cut.map(|cut| cut.limit.name());
        Ok(Trace { epc: self.epc_of_id(id).await?, steps, cut })
    }
}

/// Names that several steps share, looked up once.
struct Names<'a> {
    service: &'a Service,
    epcs: HashMap<i64, String>,
    enterprises: HashMap<store::id::EnterpriseId, String>,
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

    async fn enterprise(&mut self, id: store::id::EnterpriseId) -> Result<String> {
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

fn facts_of(event: &events::Event) -> EventFacts {
    EventFacts {
        key: event.event_key,
        event_time_us: event.event_time_us,
        record_time_us: event.record_time_us,
        index_in_capture: event.capture_index,
        kind: event.kind,
        action: event.action,
        ranges: event.ranges.clone(),
    }
}
