//! From ids to names: what the events of a trail say of themselves, read from their bodies.

use std::collections::{BTreeSet, HashMap, HashSet};

use epcis::EventType;
use store::code_batches::{self, CodeBatch};
use store::enterprises;
use store::events::{self, Event};
use store::id::{EnterpriseId, Scope};
use store::ident::{self, INTERNED};
use store::identifiers;
use trace::{ClassStep, Cut, EventKind, Ids, LotPart, Trail};

use super::{AmountMoved, Line, PartHolder, Run, Stage, TraceCut, TraceStep, Via};
use crate::{Error, Result, Service};

/// Bodies held in memory while a trail is written out.
const BODIES_AT_ONCE: usize = 16;

/// Names that several parts of an answer share, looked up once.
pub(super) struct Names<'a> {
    service: &'a Service,
    /// Things that are reached alone, not in a run.
    alone: HashSet<i64>,
    is_subject_one: bool,
    epcs: HashMap<i64, String>,
    /// Batches of codes that were named.
    batches: Vec<CodeBatch>,
    enterprises: HashMap<EnterpriseId, (String, String)>,
}

impl Service {
    /// The events of a trail with their names; their bodies are read a few at a time.
    pub(super) async fn steps(
        &self,
        scope: Scope,
        trail: &Trail,
        names: &mut Names<'_>,
    ) -> Result<Vec<TraceStep>> {
        let mut steps = Vec::with_capacity(trail.entries.len());
        names.learn(trail.entries.iter().flat_map(|entry| ids_of(entry.via))).await?;
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

impl<'a> Names<'a> {
    /// For the names of a trail.
    pub(super) fn of(service: &'a Service, trail: &Trail) -> Self {
        let is_one = |ids: Ids| ids.n_ids() == 1;
        let alone = trail.reached.iter().filter(|reached| is_one(reached.ids));
        let mut own = trail.reached.iter().filter(|reached| reached.via == trace::Via::Own);
        Self {
            service,
            alone: alone.map(|reached| reached.ids.first).collect(),
            is_subject_one: own.all(|reached| is_one(reached.ids)),
            epcs: HashMap::new(),
            batches: Vec::new(),
            enterprises: HashMap::new(),
        }
    }

    /// Looks all that is interned under these ids up at once, which spares as many look-ups.
    pub(super) async fn learn(&mut self, ids: impl Iterator<Item = i64>) -> Result<()> {
        let is_interned = |id: &i64| ident::class_and_number(*id).0 == INTERNED;
        let new = ids.filter(|id| is_interned(id) && !self.epcs.contains_key(id));
        let new: Vec<i64> = new.collect::<BTreeSet<_>>().into_iter().collect();
        self.epcs.extend(identifiers::by_ids(self.service.store(), &new).await?);
        Ok(())
    }

    /// The same of all that a trail names beside its events.
    pub(super) async fn learn_all(&mut self, trail: &Trail) -> Result<()> {
        let ends = |ids: Ids| [ids.first, ids.last];
        let reached =
            trail.reached.iter().flat_map(|it| ends(it.ids).into_iter().chain(ids_of(it.via)));
        let edges = trail.edges.iter().flat_map(|it| ends(it.from).into_iter().chain(ends(it.to)));
        let held =
            trail.holdings.iter().flat_map(|it| ends(it.ids).into_iter().chain(it.container));
        let findings = trail.findings.iter().flat_map(|it| ends(it.ids));
        let shares = trail.shares.iter().flat_map(|it| ends(it.ids));
        let parts = trail.parts.iter().flat_map(|it| [it.class].into_iter().chain(it.container));
        self.learn(reached.chain(edges).chain(held).chain(findings).chain(shares).chain(parts))
            .await
    }

    async fn step(&mut self, event: &Event, via: trace::Via) -> Result<TraceStep> {
        let line = self.line(via).await?;
        let via = self.via(via).await?;
        let summary = epcis::summary_of_event(&event.body, &crate::capture::own_limits());
        let summary = summary.ok_or_else(|| Error::internal("a stored event cannot be read"))?;
        let (enterprise_name, enterprise_type) = self.enterprise(event.enterprise_id).await?;
        Ok(TraceStep {
            event_id: event.event_id.clone(),
            event_type: type_of(event.kind).name(),
            biz_step: event.biz_step.clone(),
            disposition: summary.disposition,
            event_time_us: event.event_time_us,
            stage: stage_of(event, &via, &enterprise_type),
            enterprise_name,
            read_point: summary.read_point,
            biz_location: summary.biz_location,
            documents: summary.biz_transactions.into_iter().map(|it| it.biz_transaction).collect(),
            quantities: summary.quantities.iter().filter_map(quantity).collect(),
            via,
            line,
            event_key: event.event_key,
            reporter: event.enterprise_id,
        })
    }

    async fn line(&mut self, via: trace::Via) -> Result<Line> {
        let (thing, container) = match via {
            trace::Via::Own if self.is_subject_one => return Ok(Line::Subject),
            trace::Via::Inside { .. } if self.is_subject_one => return Ok(Line::Subject),
            trace::Via::Own => return Ok(Line::Loose),
            trace::Via::Inside { container, .. } => (container, Some(container)),
            trace::Via::Source { input: thing, container, .. }
            | trace::Via::Content { content: thing, container, .. }
            | trace::Via::Product { output: thing, container, .. } => (thing, container),
        };
        Ok(match container {
            _ if self.alone.contains(&thing) => Line::Of(self.epc(thing).await?),
            Some(container) => Line::Of(self.epc(container).await?),
            None => Line::Loose,
        })
    }

    pub(super) async fn via(&mut self, via: trace::Via) -> Result<Via> {
        Ok(match via {
            trace::Via::Own => Via::Own,
            trace::Via::Inside { container, depth } => {
                Via::Inside { container: self.epc(container).await?, depth }
            }
            trace::Via::Source { input, depth, .. } => {
                Via::Source { input: self.epc(input).await?, depth }
            }
            trace::Via::Content { content, depth, .. } => {
                Via::Content { content: self.epc(content).await?, depth }
            }
            trace::Via::Product { output, depth, .. } => {
                Via::Product { output: self.epc(output).await?, depth }
            }
        })
    }

    /// The identifiers at both ends of a run, and how many it holds.
    pub(super) async fn run(&mut self, ids: Ids) -> Result<Run> {
        let first = self.epc(ids.first).await?;
        let last = if ids.last == ids.first { first.clone() } else { self.epc(ids.last).await? };
        Ok(Run { first, last, n_ids: ids.n_ids() })
    }

    pub(super) async fn epc(&mut self, id: i64) -> Result<String> {
        if let Some(epc) = self.epcs.get(&id) {
            return Ok(epc.clone());
        }
        let service = self.service;
        let (class, number) = ident::class_and_number(id);
        let epc = match class {
            INTERNED => service.epc_of_id(id).await?,
            _ => {
                let batch = self.batch(class, number).await?;
                let batch =
                    batch.ok_or_else(|| Error::internal(format!("id {id} is of no batch")))?;
                service.epc_in_batch(batch, id)?
            }
        };
        self.epcs.insert(id, epc.clone());
        Ok(epc)
    }

    /// The batch of an ordinal.
    async fn batch(&mut self, class: u8, ordinal: u64) -> Result<Option<&CodeBatch>> {
        let holds = |batch: &CodeBatch| {
            let nth = ordinal.checked_sub(batch.first_ordinal);
            batch.class == class && nth.is_some_and(|nth| nth < batch.n_ordinals)
        };
        if let Some(nth) = self.batches.iter().position(holds) {
            return Ok(Some(&self.batches[nth]));
        }
        let (store, scope) = (self.service.store(), Scope::PLATFORM);
        let found = code_batches::by_ordinal(store, scope, class, ordinal).await?;
        self.batches.extend(found);
        Ok(self.batches.last().filter(|batch| holds(batch)))
    }

    /// Events that move classes by amount.
    pub(super) async fn amounts_moved(
        &mut self,
        moved: &[ClassStep],
        step_of: impl Fn([u8; 16]) -> Option<usize>,
    ) -> Result<Vec<AmountMoved>> {
        let mut named = Vec::with_capacity(moved.len());
        for &moved in moved {
            let class = self.epc(moved.class).await?;
            named.push(AmountMoved { class, step: step_of(moved.event), moved });
        }
        Ok(named)
    }

    /// Who has how much of classes.
    pub(super) async fn parts(
        &mut self,
        parts: &[LotPart],
        step_of: impl Fn([u8; 16]) -> Option<usize>,
    ) -> Result<Vec<PartHolder>> {
        let mut named = Vec::with_capacity(parts.len());
        for &part in parts {
            let class = self.epc(part.class).await?;
            let container = match part.container {
                Some(container) => Some(self.epc(container).await?),
                None => None,
            };
            let step = part.event.and_then(&step_of);
            named.push(PartHolder { class, step, container, part });
        }
        Ok(named)
    }

    /// Where there is more.
    pub(super) async fn cuts(&mut self, cuts: impl Iterator<Item = &Cut>) -> Result<Vec<TraceCut>> {
        let mut named = Vec::new();
        for cut in cuts {
            let at = self.epc(cut.at.first).await?;
            let on = (cut.at.n_ids() == 1).then_some(cut.rest);
            named.push(TraceCut { limit: cut.limit.name(), at, on });
        }
        Ok(named)
    }

    /// Name and type of an enterprise.
    async fn enterprise(&mut self, id: EnterpriseId) -> Result<(String, String)> {
        if let Some(found) = self.enterprises.get(&id) {
            return Ok(found.clone());
        }
        let found = enterprises::find(self.service.store(), Scope::enterprise(id), id).await?;
        let found = found.map(|it| (it.name, it.enterprise_type)).unwrap_or_default();
        self.enterprises.insert(id, found.clone());
        Ok(found)
    }
}

/// The ids that a way to an event names.
fn ids_of(via: trace::Via) -> impl Iterator<Item = i64> {
    let (thing, container) = match via {
        trace::Via::Own => (None, None),
        trace::Via::Inside { container, .. } => (None, Some(container)),
        trace::Via::Source { input: thing, container, .. }
        | trace::Via::Content { content: thing, container, .. }
        | trace::Via::Product { output: thing, container, .. } => (Some(thing), container),
    };
    thing.into_iter().chain(container)
}

fn type_of(kind: EventKind) -> EventType {
    match kind {
        EventKind::Object => EventType::ObjectEvent,
        EventKind::Aggregation => EventType::AggregationEvent,
        EventKind::Transaction => EventType::TransactionEvent,
        EventKind::Transformation => EventType::TransformationEvent,
        EventKind::Association => EventType::AssociationEvent,
    }
}

/// `40 KGM`, where an event says how much.
fn quantity(element: &epcis::QuantityElement) -> Option<String> {
    let quantity = element.quantity.as_ref()?;
    let uom = element.uom.as_deref().map(|uom| format!(" {uom}")).unwrap_or_default();
    Some(format!("{quantity}{uom}"))
}

/// The part of the way that an event belongs to.
fn stage_of(event: &Event, via: &Via, enterprise_type: &str) -> Stage {
    let step = epcis::cbv_word(&event.biz_step).unwrap_or_default();
    let is_of_source = matches!(via, Via::Source { .. } | Via::Content { .. });
    match step {
        "retail_selling" | "dispensing" => Stage::Shop,
        "consuming" | "removing" | "collecting" => Stage::Terminal,
        _ if enterprise_type == "logistics" => Stage::Logistics,
        "storing" | "stocking" | "stock_taking" | "cycle_counting" | "holding"
        | "staging_outbound" | "entering_exiting" => Stage::Storage,
        "shipping" | "departing" | "loading" | "unloading" | "transporting" | "arriving" => {
            Stage::Logistics
        }
        _ if enterprise_type == "dealer" => Stage::Channel,
        _ if event.kind == EventKind::Transformation => {
            if is_of_source {
                Stage::Processing
            } else {
                Stage::Production
            }
        }
        "inspecting" | "packing" | "unpacking" | "repackaging" if is_of_source => Stage::Processing,
        _ if is_of_source => Stage::RawMaterial,
        "commissioning" | "creating_class_instance" | "assembling" | "installing" => {
            Stage::Production
        }
        "receiving" | "accepting" if enterprise_type.starts_with("producer") => Stage::RawMaterial,
        "receiving" | "accepting" => Stage::Channel,
        _ => Stage::Processing,
    }
}
