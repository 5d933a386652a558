//! What events do to the states of our own items, before it is written.
//!
//! `commissioning` (ADD) binds items to a lot, once; `decommissioning` and `destroying` (DELETE)
//! end their lives with a reason. Events of one document see what earlier ones did. Changes of a
//! batch are claimed under its revision, so no other write comes between reading and writing.

use std::collections::BTreeMap;

use epcis::{Action, EventType};
use store::Statement;
use store::code_batches::CodeBatch;
use store::id::{BatchId, EnterpriseId, LotId, ProductId, Scope};
use store::ident::IdRange;
use store::items::{self, ItemState, LifeState, StateChange};
use store::lots::{self, Lot};

use crate::capture::Fresh;
use crate::identify::OwnRun;
use crate::life::{self, LotInfo};
use crate::limits::MAX_STATE_RANGES;
use crate::{Error, Result, Service};

/// Changes of item states, and lots that come with them.
pub(crate) struct Ledger {
    owner: EnterpriseId,
    batches: BTreeMap<BatchId, BatchStates>,
    new_lots: BTreeMap<(ProductId, String), Lot>,
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
    lot_id: Option<LotId>,
    reason: String,
    since_us: i64,
    event_key: [u8; 16],
}

impl Ledger {
    /// An empty ledger of one enterprise.
    pub(crate) fn new(owner: EnterpriseId) -> Self {
        Self { owner, batches: BTreeMap::new(), new_lots: BTreeMap::new() }
    }

    /// Applies what an event does to our own items, if it does anything.
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
        let Some(state) = life_state(fresh.event) else { return Ok(()) };
        for OwnRun { batch, range } in own {
            let batch = &batches[*batch];
            if batch.enterprise_id != self.owner {
                let code = service.code_of_id(range.first)?;
                let message = format!("there is no code {code}");
                return Err(Error::rejected(&fresh.pointer, "unknown-code", message));
            }
            let lot_id = match state {
                LifeState::Commissioned => self.lot(service, batch, fresh).await?,
                LifeState::Decommissioned | LifeState::Destroyed => None,
            };
            let effect = Effect {
                state,
                lot_id,
                reason: life::reason_of(fresh.event),
                since_us: fresh.event.event_time_us,
                event_key: fresh.event_key,
            };
            for (_, part) in range.by_block() {
                self.apply_to(service, batch, part, &effect).await?;
            }
        }
        Ok(())
    }

    /// Statements of all changes.
    pub(crate) fn statements(&self) -> Vec<Statement> {
        let mut statements: Vec<Statement> =
            self.new_lots.values().flat_map(lots::insert).collect();
        for (&batch_id, states) in &self.batches {
            let gone = |first: &i64, was: &ItemState| states.current.get(first) != Some(was);
            let came = |first: &i64, is: &ItemState| states.read.get(first) != Some(is);
            let changed = |from: &BTreeMap<i64, ItemState>,
                           keep: &dyn Fn(&i64, &ItemState) -> bool| {
                let kept = from.iter().filter(|(first, state)| keep(first, state));
                kept.map(|(_, state)| state.clone()).collect()
            };
            statements.extend(items::change(&StateChange {
                enterprise_id: self.owner,
                batch_id,
                revision: states.revision,
                removed: changed(&states.read, &gone),
                added: changed(&states.current, &came),
            }));
        }
        statements
    }

    /// Gives the items of `part`, which lies in one block, their new state.
    async fn apply_to(
        &mut self,
        service: &Service,
        batch: &CodeBatch,
        part: IdRange,
        effect: &Effect,
    ) -> Result<()> {
        let scope = Scope::enterprise(self.owner);
        let read = items::touching(service.store(), scope, part, MAX_STATE_RANGES + 1).await?;
        if read.len() > MAX_STATE_RANGES as usize {
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
            let message = format!("code {code} is {}", life::name_of(against.state));
            return Err(Error::Conflict(message));
        }
        states.put(part, touched, effect);
        Ok(())
    }

    /// The lot that a commissioning event names; made with it if it is new.
    async fn lot(
        &mut self,
        service: &Service,
        batch: &CodeBatch,
        fresh: &Fresh<'_>,
    ) -> Result<Option<LotId>> {
        let Some(LotInfo { lot_number, production_date, shelf_life_days }) =
            life::lot_of(fresh.event)
        else {
            return Ok(None);
        };
        let key = (batch.product_id, lot_number.clone());
        if let Some(lot) = self.new_lots.get(&key) {
            return Ok(Some(lot.lot_id));
        }
        let scope = Scope::enterprise(self.owner);
        let known = lots::by_number(service.store(), scope, batch.product_id, &lot_number).await?;
        if let Some(lot) = known {
            return Ok(Some(lot.lot_id));
        }
        let now_us = service.now_us();
        let lot = Lot {
            lot_id: LotId::new(now_us, service.random_bits()),
            enterprise_id: self.owner,
            product_id: batch.product_id,
            lot_number,
            production_date,
            shelf_life_days,
            created_at_us: now_us,
        };
        let lot_id = lot.lot_id;
        self.new_lots.insert(key, lot);
        Ok(Some(lot_id))
    }
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
    fn put(&mut self, part: IdRange, touched: Vec<ItemState>, effect: &Effect) {
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
                self.set(IdRange { first: next, last: inside.first - 1 }, effect.lot_id, effect);
            }
            self.set(inside, was.lot_id.or(effect.lot_id), effect);
            next = inside.last + 1;
        }
        if next <= part.last {
            self.set(IdRange { first: next, last: part.last }, effect.lot_id, effect);
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
    if event.event_type != EventType::ObjectEvent {
        return None;
    }
    let step = event.biz_step.as_deref().and_then(life::cbv_word)?;
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
