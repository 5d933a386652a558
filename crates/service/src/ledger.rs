//! What events do to the states of our own items, before it is written.
//!
//! `commissioning` (ADD) binds items to a lot, once; `decommissioning` and `destroying` (DELETE)
//! end their lives with a reason. Events of one document see what earlier ones did. Changes of a
//! batch are claimed under its revision, so no other write comes between reading and writing.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use epcis::{Action, EventType};
use store::Statement;
use store::code_batches::{self, CodeBatch};
use store::events;
use store::id::{BatchId, EnterpriseId, LotId, ProductId, Scope};
use store::ident::IdRange;
use store::items::{self, ItemState, LifeState, StateChange};
use store::lots::{self, Lot};
use verdict::Granularity;

use crate::caller::Lives;
use crate::capture::Fresh;
use crate::identify::OwnRun;
use crate::life::{self, LotInfo};
use crate::limits::MAX_STATE_RANGES;
use crate::{Error, Result, Service, Violation};

/// Changes of item states, and lots that come with them.
pub(crate) struct Ledger {
    owner: EnterpriseId,
    lives: Lives,
    batches: BTreeMap<BatchId, BatchStates>,
    /// Lots that events named so far, stored or not.
    lots: BTreeMap<(ProductId, String), Lot>,
    new_lots: Vec<LotId>,
    /// States read so far.
    n_read: usize,
    /// Runs of codes whose state changed so far.
    changes: Vec<Change>,
    /// The events that were applied.
    applied: BTreeSet<[u8; 16]>,
}

/// What one event does to a run of codes, which lies in one block.
struct Change {
    batch_id: BatchId,
    part: IdRange,
    effect: Arc<Effect>,
}

/// The states of one batch as far as they were read, and as they will be; by first id.
struct BatchStates {
    revision: i64,
    read: BTreeMap<i64, ItemState>,
    current: BTreeMap<i64, ItemState>,
}

/// What an event does to its items.
struct Effect {
    state: LifeState,
    /// The lot that it binds them to.
    lot: Option<LotInfo>,
    /// The date of a lot whose date nobody told.
    local_date: String,
    reason: String,
    since_us: i64,
    event_key: [u8; 16],
    /// Where the event stands in its document.
    pointer: String,
}

impl Ledger {
    /// An empty ledger of one enterprise.
    pub(crate) fn new(owner: EnterpriseId, lives: Lives) -> Self {
        Self {
            owner,
            lives,
            batches: BTreeMap::new(),
            lots: BTreeMap::new(),
            new_lots: Vec::new(),
            n_read: 0,
            changes: Vec::new(),
            applied: BTreeSet::new(),
        }
    }

    /// Applies what an event does to our own items, if it does anything.
    ///
    /// An event that comes again does nothing more.
    ///
    /// A conflict names the first code that stands against it. Items of another enterprise are
    /// answered like codes that do not exist.
    pub(crate) async fn apply(
        &mut self,
        service: &Service,
        batches: &[CodeBatch],
        own: &[OwnRun],
        fresh: &Fresh<'_>,
    ) -> Result<()> {
        // Whatever it was before: the second one is not stored, so it does nothing.
        if !self.applied.insert(fresh.event_key) {
            return Ok(());
        }
        let Some(state) = life_state(fresh.event) else { return Ok(()) };
        if own.is_empty() || self.lives == Lives::Changed {
            return Ok(());
        }
        if self.lives == Lives::Leave {
            let message = "dealers do not commission, void or destroy codes; the producer does";
            return Err(Error::rejected(fresh.pointer, "not-for-dealers", message));
        }
        let told = life::told(fresh.event, fresh.pointer)?;
        let effect = Arc::new(Effect {
            state,
            lot: told.lot.filter(|_| state == LifeState::Commissioned),
            local_date: life::local_date(fresh.event),
            reason: told.reason,
            since_us: fresh.event.event_time_us,
            event_key: fresh.event_key,
            pointer: fresh.pointer.to_owned(),
        });
        for OwnRun { batch, range } in own {
            let batch = &batches[*batch];
            if batch.enterprise_id != self.owner {
                let code = service.code_of_id(range.first)?;
                let message = format!("there is no code {code}");
                return Err(Error::rejected(fresh.pointer, "unknown-code", message));
            }
            for (_, part) in range.by_block() {
                let batch_id = batch.batch_id;
                self.change(service, batch, Change { batch_id, part, effect: effect.clone() })
                    .await?;
            }
        }
        Ok(())
    }

    /// The same changes to the states as they are by now, so that a document whose codes others
    /// change as well need not be read again; none if one of its events was captured meanwhile.
    pub(crate) async fn again(&self, service: &Service) -> Result<Option<Self>> {
        let keys: BTreeSet<_> = self.changes.iter().map(|it| it.effect.event_key).collect();
        let keys: Vec<[u8; 16]> = keys.into_iter().collect();
        if !events::known(service.store(), &keys).await?.is_empty() {
            return Ok(None);
        }
        let mut again = Self::new(self.owner, self.lives);
        let mut batches = BTreeMap::new();
        for &Change { batch_id, part, ref effect } in &self.changes {
            if let Entry::Vacant(place) = batches.entry(batch_id) {
                let scope = Scope::enterprise(self.owner);
                let batch = code_batches::find(service.store(), scope, batch_id).await?;
                let gone = || Error::internal(format!("code batch {batch_id} is gone"));
                place.insert(batch.ok_or_else(gone)?);
            }
            let change = Change { batch_id, part, effect: effect.clone() };
            again.change(service, &batches[&batch_id], change).await?;
        }
        Ok(Some(again))
    }

    /// Runs of codes whose state changed so far.
    pub(crate) fn n_changed(&self) -> usize {
        self.changes.len()
    }

    /// Statements of all changes.
    pub(crate) fn statements(&self) -> Vec<Statement> {
        let new = self.lots.values().filter(|lot| self.new_lots.contains(&lot.lot_id));
        let mut statements: Vec<Statement> = new.flat_map(lots::insert).collect();
        for (&batch_id, states) in &self.batches {
            statements.extend(items::change(&StateChange {
                enterprise_id: self.owner,
                batch_id,
                revision: states.revision,
                removed: missing_from(&states.current, &states.read),
                added: missing_from(&states.read, &states.current),
            }));
        }
        statements
    }

    /// Gives the items of a run their new state.
    async fn change(&mut self, service: &Service, batch: &CodeBatch, change: Change) -> Result<()> {
        let (part, effect) = (change.part, &*change.effect);
        let lot_id = match (effect.state, &effect.lot) {
            (LifeState::Commissioned, Some(lot)) => {
                Some(self.lot(service, batch, lot, effect).await?)
            }
            (LifeState::Commissioned, None) if batch.granularity != Granularity::Product => {
                return Err(lot_required(effect));
            }
            _ => None,
        };
        let scope = Scope::enterprise(self.owner);
        let read = items::touching(service.store(), scope, part, MAX_STATE_RANGES + 1).await?;
        self.n_read += read.len();
        if self.n_read > MAX_STATE_RANGES as usize {
            let limit = u64::from(MAX_STATE_RANGES);
            return Err(Error::TooLarge { limit, what: "separate runs of codes in one change" });
        }
        let states = self.batches.entry(batch.batch_id).or_insert_with(|| BatchStates {
            revision: batch.revision,
            read: BTreeMap::new(),
            current: BTreeMap::new(),
        });
        for state in read {
            if states.read.insert(state.range.first, state.clone()).is_none() {
                states.current.insert(state.range.first, state);
            }
        }
        let touched = states.take_touching(part);
        if let Some(against) = touched.iter().find(|touched| !may_follow(touched.state, effect)) {
            let first = against.range.first.max(part.first);
            let code = service.code_of_id(first)?;
            return Err(Error::Contradicts(Violation {
                pointer: effect.pointer.clone(),
                rule: "state-of-code",
                message: format!("code {code} is {}", life::name_of(against.state)),
            }));
        }
        states.put(part, touched, (lot_id, effect));
        self.changes.push(change);
        Ok(())
    }

    /// The lot that a commissioning event names, made with it if it is new. Its dates stand.
    async fn lot(
        &mut self,
        service: &Service,
        batch: &CodeBatch,
        told: &LotInfo,
        effect: &Effect,
    ) -> Result<LotId> {
        let key = (batch.product_id, told.lot_number.clone());
        if !self.lots.contains_key(&key) {
            let scope = Scope::enterprise(self.owner);
            let known =
                lots::by_number(service.store(), scope, batch.product_id, &told.lot_number).await?;
            let lot = match known {
                Some(lot) => lot,
                None => {
                    let lot = new_lot(service, batch, told, effect);
                    self.new_lots.push(lot.lot_id);
                    lot
                }
            };
            self.lots.insert(key.clone(), lot);
        }
        let lot = &self.lots[&key];
        let date_stands = told.production_date.as_ref().is_none_or(|it| *it == lot.production_date);
        let life_stands = told.shelf_life_days.is_none_or(|days| Some(days) == lot.shelf_life_days);
        if date_stands && life_stands {
            return Ok(lot.lot_id);
        }
        Err(Error::Contradicts(Violation {
            pointer: format!("{}/ilmd", effect.pointer),
            rule: "dates-of-lot",
            message: format!(
                "lot {} has production date {} and shelf life {}; use those or another lot number",
                lot.lot_number,
                lot.production_date,
                lot.shelf_life_days.map_or("none".to_owned(), |days| format!("{days} days")),
            ),
        }))
    }
}

/// States of `from` that `other` does not have, or not the same.
fn missing_from(
    other: &BTreeMap<i64, ItemState>,
    from: &BTreeMap<i64, ItemState>,
) -> Vec<ItemState> {
    let missing = from.iter().filter(|(first, state)| other.get(first) != Some(state));
    missing.map(|(_, state)| state.clone()).collect()
}

fn new_lot(service: &Service, batch: &CodeBatch, told: &LotInfo, effect: &Effect) -> Lot {
    let now_us = service.now_us();
    Lot {
        lot_id: LotId::new(now_us, service.random_bits()),
        enterprise_id: batch.enterprise_id,
        product_id: batch.product_id,
        lot_number: told.lot_number.clone(),
        production_date: told.production_date.clone().unwrap_or_else(|| effect.local_date.clone()),
        shelf_life_days: told.shelf_life_days,
        created_at_us: now_us,
    }
}

fn lot_required(effect: &Effect) -> Error {
    let message = "name the lot in ilmd as cbvmda:lotNumber: items belong to a lot";
    Error::rejected(format!("{}/ilmd", effect.pointer), "lot-required", message)
}

impl BatchStates {
    /// Takes out the current states that touch `part`, in order.
    fn take_touching(&mut self, part: IdRange) -> Vec<ItemState> {
        let before = self.current.range(..part.first).next_back();
        let first = match before {
            Some((&first, state)) if state.range.last >= part.first => first,
            _ => part.first,
        };
        let firsts: Vec<i64> = self.current.range(first..=part.last).map(|(&f, _)| f).collect();
        firsts.iter().filter_map(|first| self.current.remove(first)).collect()
    }

    /// Puts the new state over `part`, where `touched` was; what of it reaches outside stays.
    fn put(
        &mut self,
        part: IdRange,
        touched: Vec<ItemState>,
        (lot_id, effect): (Option<LotId>, &Effect),
    ) {
        let mut next = part.first;
        for was in touched {
            if was.range.first < part.first {
                self.keep(&was, IdRange { first: was.range.first, last: part.first - 1 });
            }
            if was.range.last > part.last {
                self.keep(&was, IdRange { first: part.last + 1, last: was.range.last });
            }
            let inside = IdRange {
                first: was.range.first.max(part.first),
                last: was.range.last.min(part.last),
            };
            if next < inside.first {
                self.set(IdRange { first: next, last: inside.first - 1 }, lot_id, effect);
            }
            self.set(inside, was.lot_id.or(lot_id), effect);
            next = inside.last + 1;
        }
        if next <= part.last {
            self.set(IdRange { first: next, last: part.last }, lot_id, effect);
        }
    }

    fn keep(&mut self, was: &ItemState, range: IdRange) {
        self.current.insert(range.first, ItemState { range, ..was.clone() });
    }

    fn set(&mut self, range: IdRange, lot_id: Option<LotId>, effect: &Effect) {
        let state = ItemState {
            range,
            lot_id,
            state: effect.state,
            reason: effect.reason.clone(),
            since_us: effect.since_us,
            event_key: effect.event_key,
        };
        self.current.insert(range.first, state);
    }
}

/// What the event makes of its items; most events leave their state alone.
fn life_state(event: &epcis::Event) -> Option<LifeState> {
    // A declared error is told of the event it repeats; it is no second beginning or end.
    if event.event_type != EventType::ObjectEvent || event.error_declaration.is_some() {
        return None;
    }
    let step = event.biz_step.as_deref().and_then(epcis::cbv_word)?;
    match (step, event.action?) {
        ("commissioning", Action::Add) => Some(LifeState::Commissioned),
        ("decommissioning", Action::Delete) => Some(LifeState::Decommissioned),
        ("destroying", Action::Delete) => Some(LifeState::Destroyed),
        _ => None,
    }
}

/// A code is commissioned once; a misprint may be voided before; what is void may be destroyed.
fn may_follow(was: LifeState, effect: &Effect) -> bool {
    match effect.state {
        LifeState::Commissioned => false,
        LifeState::Decommissioned => was == LifeState::Commissioned,
        LifeState::Destroyed => was != LifeState::Destroyed,
    }
}
