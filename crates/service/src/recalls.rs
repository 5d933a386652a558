//! Recalls (召回): which goods come back, who has them, and what became of them.
//!
//! A recall is of the goods of one enterprise, ordered by it or by who watches over it. Goods of
//! others that were made of them are told to their owners, who recall their own.

mod alerts;
mod close;
mod contacts;
mod contents;
mod drills;
mod follow;
mod holders;
mod later;
mod letters;
mod locate;
mod made_of;
mod names;
mod order;
mod owners;
mod report;
mod set;
mod start;
mod tasks;
mod told;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use store::enterprises;
use store::events;
use store::id::{EnterpriseId, RecallId, Scope};
use tokio::sync::Semaphore;
use trace::{AsOf, State, Sum};

use self::follow::{Watch, Watched};
use self::locate::{Held, Located, by_state};
use self::start::Starts;
use crate::limits::{LOCATING_AT_ONCE, MAX_TOLD_HOLDERS, MAX_TOLD_THINGS, OPEN_RECALLS_AT_ONCE};
use crate::{Caller, Error, Result, Service};

pub use alerts::{AlertAnswer, AlertView};
pub use close::RecallProgress;
pub use contacts::ToConfirm;
pub(crate) use contacts::is_email;
pub(crate) use contents::{Kind, joined, without};
pub use follow::Followed;
pub use holders::{HolderKey, HolderName};
pub use letters::{DueLetter, LetterMessage, LetterTopic, LetterView, LetterWay, NewContact};
pub use locate::Amounts;
pub use order::{NewRecall, RecallKind, RecallLevel};
pub use report::{HolderSum, RecallSummary};
pub(crate) use tasks::stored_form;
pub use tasks::{HeldRun, TaskReport, TaskView};

/// What this process keeps for recalls.
pub(crate) struct Recalls {
    /// Whose turn it is to locate.
    turns: Semaphore,
    /// What open recalls look out for.
    watched: Mutex<Watched>,
}

impl Recalls {
    fn watched(&self, id: RecallId) -> Option<(i64, Arc<Watch>)> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    fn watch(&self, id: RecallId, watched: (i64, Arc<Watch>)) {
        let mut all = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= OPEN_RECALLS_AT_ONCE as usize {
            all.clear();
        }
        all.insert(id, watched);
    }
}

impl Default for Recalls {
    fn default() -> Self {
        Self { turns: Semaphore::new(LOCATING_AT_ONCE), watched: Mutex::default() }
    }
}

/// Where a recall starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecallStart {
    /// A lot by its id, or whatever a trace takes: a code, an EPC, a class, a pallet; an ingredient
    /// as well, by what was made of it.
    Thing(String),
    /// An event, by its eventID: the goods that it names.
    Event(String),
    /// The goods of all events at a place and inside it.
    Place {
        /// The URI of a read point or business location.
        place: String,
        /// Begin of event time, included, microseconds since the epoch.
        from_us: i64,
        /// End of event time, included, microseconds since the epoch.
        until_us: i64,
    },
    /// The goods of all events that an EPCIS query finds, as its JSON.
    Query(String),
}

/// Which goods are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecallQuestion {
    /// Where it starts.
    pub start: RecallStart,
    /// Whose goods, by id: the caller's own if none is named; regulators and operators name one.
    pub enterprise_id: Option<String>,
    /// Events after this do not count, microseconds since the epoch.
    pub event_time_us: Option<i64>,
    /// What was captured after this does not count, microseconds since the epoch.
    pub record_time_us: Option<i64>,
}

/// Why something is not, or not surely, in the answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Gap {
    /// A limit was reached: which one, and the EPC of the first place where there is more.
    Cut(&'static str, String),
    /// Events that the caller may not see; their goods are found, and their holders not named.
    HiddenEvents(u64),
    /// Goods of others, which only their owners recall: how many items and lots.
    OthersGoods(Amounts),
    /// No event tells who has them.
    NoHolder(Amounts),
    /// Of these only amounts are told, and not which items.
    AmountsOnly(u64),
    /// Strangers told of this name of the lot before the owner: what they tell under it is not in
    /// the answer.
    ToldByOthers(String),
}

impl Gap {
    /// Stable name, in snake case.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Cut(..) => "cut",
            Self::HiddenEvents(_) => "hidden_events",
            Self::OthersGoods(_) => "others_goods",
            Self::NoHolder(_) => "no_holder",
            Self::AmountsOnly(_) => "amounts_only",
            Self::ToldByOthers(_) => "told_by_others",
        }
    }
}

/// Who has some of it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecallHolder {
    /// Who; none where the caller may not know, and then it is all such holders together.
    pub holder: Option<HolderName>,
    /// How much, by what became of it.
    pub states: Vec<(State, Amounts)>,
    /// The time of the last event that tells of any, microseconds since the epoch.
    pub last_event_us: Option<i64>,
    /// EPCs of outermost containers, the first of them.
    pub containers: Vec<String>,
    /// Classes of lots, the first of them, with how much is told.
    pub lots: Vec<(String, Option<Sum>)>,
}

/// The goods that an order would call back.
#[derive(Debug, Clone, PartialEq)]
pub struct RecallPreview {
    /// Whose goods.
    pub enterprise_id: EnterpriseId,
    /// Its name.
    pub enterprise_name: String,
    /// Events up to this time count, microseconds since the epoch.
    pub event_time_us: i64,
    /// What was captured up to this time counts, microseconds since the epoch.
    pub record_time_us: i64,
    /// All of it.
    pub total: Amounts,
    /// By what became of it.
    pub states: Vec<(State, Amounts)>,
    /// Packs that hold or held goods directly.
    pub n_cases: u64,
    /// Packs that hold or held packs.
    pub n_pallets: u64,
    /// How many holders there are.
    pub n_holders: u64,
    /// Those with the most items first, a limited number of them.
    pub holders: Vec<RecallHolder>,
    /// What is not covered, and why.
    pub gaps: Vec<Gap>,
    /// Root of the Merkle tree over the set; an order can ask for exactly this one.
    pub root_hash: [u8; 32],
}

impl Service {
    /// The goods that an order would call back, and who has them, as far as the caller may know.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the caller knows nothing of the start, [`Error::Forbidden`] for
    /// dealers, [`Error::Rejected`], [`Error::TooLarge`].
    pub async fn preview_recall(
        &self,
        caller: &Caller,
        asked: &RecallQuestion,
    ) -> Result<RecallPreview> {
        let owner = self.owner_of_recall(caller, asked.enterprise_id.as_deref()).await?;
        let as_of = self.as_of_recall(asked);
        let at_us = (as_of.event_time_us, as_of.record_time_us);
        let starts = self.subjects_of(caller, asked, at_us).await?;
        let located = self.locate_or_nothing(owner, &starts, as_of).await?;
        self.told_preview(caller, owner, as_of, &located).await
    }

    /// Whose goods are meant, if the caller may recall them.
    async fn owner_of_recall(&self, caller: &Caller, named: Option<&str>) -> Result<EnterpriseId> {
        let scope = caller.scope();
        caller.watches()?;
        let Some(text) = named.map(str::trim).filter(|text| !text.is_empty()) else {
            return scope.single().ok_or_else(|| {
                let message = "name the enterprise whose goods are recalled";
                Error::rejected("/enterprise_id", "required", message)
            });
        };
        let id: EnterpriseId = text.parse()?;
        let found = enterprises::find(self.store(), scope, id).await?;
        found.map(|it| it.enterprise_id).ok_or(Error::NotFound)
    }

    fn as_of_recall(&self, asked: &RecallQuestion) -> AsOf {
        let now_us = self.now_us();
        AsOf {
            event_time_us: asked.event_time_us.unwrap_or(now_us),
            record_time_us: asked.record_time_us.unwrap_or(now_us).min(now_us),
        }
    }

    async fn locate_or_nothing(
        &self,
        owner: EnterpriseId,
        starts: &Starts,
        as_of: AsOf,
    ) -> Result<Located> {
        if starts.is_empty() {
            let message = "there are no goods in it; start from the lot, or from an earlier event";
            return Err(Error::rejected("/start", "nothing-there", message));
        }
        self.locate(owner, starts, as_of).await
    }

    async fn told_preview(
        &self,
        caller: &Caller,
        owner: EnterpriseId,
        as_of: AsOf,
        located: &Located,
    ) -> Result<RecallPreview> {
        let scope = caller.scope();
        let found = enterprises::find(self.store(), Scope::PLATFORM, owner).await?;
        let total = amounts_of(&located.goods);
        let (n_holders, holders) = self.told_holders(scope, located).await?;
        let lines = self.lines_of_set(&located.goods).await?;
        Ok(RecallPreview {
            enterprise_id: owner,
            enterprise_name: found.map(|it| it.name).unwrap_or_default(),
            event_time_us: as_of.event_time_us,
            record_time_us: as_of.record_time_us,
            total,
            states: by_state(located.goods.iter()),
            n_cases: located.n_cases,
            n_pallets: located.n_pallets,
            n_holders,
            holders,
            gaps: self.gaps(scope, located).await?,
            root_hash: set::root_hash(&lines),
        })
    }

    /// Holders as far as the caller may see the events that tell of them. A regulator follows
    /// goods of its jurisdiction out of it.
    async fn told_holders(
        &self,
        scope: Scope,
        located: &Located,
    ) -> Result<(u64, Vec<RecallHolder>)> {
        let seen: Option<HashSet<[u8; 16]>> = match scope.single() {
            None => None,
            Some(_) => {
                let events = located.goods.iter().filter_map(|it| it.event.map(|(key, _)| key));
                let keys: HashSet<[u8; 16]> = events.collect();
                let keys: Vec<[u8; 16]> = keys.into_iter().collect();
                Some(events::visible(self.store(), scope, &keys).await?.into_iter().collect())
            }
        };
        let is_seen = |held: &Held| match (&seen, held.event, &held.holder) {
            (_, _, HolderKey::Enterprise(id)) if scope.single() == Some(*id) => true,
            (Some(seen), Some((key, _)), _) => seen.contains(&key),
            _ => true,
        };
        let mut by_holder: BTreeMap<&HolderKey, Vec<&Held>> = BTreeMap::new();
        let mut hidden = Vec::new();
        let mut keys = BTreeSet::new();
        for held in &located.goods {
            keys.insert(&held.holder);
            match is_seen(held) {
                true => by_holder.entry(&held.holder).or_default().push(held),
                false => hidden.push(held),
            }
        }
        keys.remove(&HolderKey::Nobody);
        let n_holders = keys.len() as u64;
        let mut told: Vec<(Option<&HolderKey>, Vec<&Held>)> =
            by_holder.into_iter().map(|(key, held)| (Some(key), held)).collect();
        told.sort_by_key(|(_, held)| std::cmp::Reverse(n_items(held)));
        told.truncate(MAX_TOLD_HOLDERS);
        if !hidden.is_empty() {
            told.push((None, hidden));
        }
        let mut holders = Vec::with_capacity(told.len());
        for (key, held) in told {
            let mut told = self.told_holder(key, &held).await?;
            // How to reach holders is for whoever watches, and for the owner once it has ordered.
            let is_own = |it: &HolderName| match (&it.key, scope.single()) {
                (HolderKey::Enterprise(id), Some(own)) => *id == own,
                (_, own) => own.is_none(),
            };
            told.holder = told.holder.map(|it| if is_own(&it) { it } else { it.without_contact() });
            holders.push(told);
        }
        Ok((n_holders, holders))
    }

    async fn told_holder(&self, key: Option<&HolderKey>, held: &[&Held]) -> Result<RecallHolder> {
        let mut containers: Vec<i64> = held.iter().filter_map(|it| it.container).collect();
        containers.sort_unstable();
        containers.dedup();
        let mut told = RecallHolder {
            holder: None,
            states: by_state(held.iter().copied()),
            last_event_us: held.iter().filter_map(|it| it.event.map(|(_, time_us)| time_us)).max(),
            containers: Vec::new(),
            lots: Vec::new(),
        };
        let Some(key) = key else { return Ok(told) };
        told.holder = Some(self.holder_name(key.clone()).await?);
        for container in containers.into_iter().take(MAX_TOLD_THINGS) {
            told.containers.push(self.epc_of_id(container).await?);
        }
        for held in held.iter().filter(|it| it.is_class).take(MAX_TOLD_THINGS) {
            told.lots.push((self.epc_of_id(held.ids.first).await?, held.amount));
        }
        Ok(told)
    }

    async fn gaps(&self, scope: Scope, located: &Located) -> Result<Vec<Gap>> {
        let mut gaps = Vec::new();
        if let Some(cut) = located.cut {
            gaps.push(Gap::Cut(cut.limit.name(), self.epc_of_id(cut.at.first).await?));
        }
        if let Some(item) = located.unnamed_from {
            gaps.push(Gap::Cut("names", self.epc_of_id(item).await?));
        }
        let n_hidden = self.n_hidden(scope, &located.trail).await?;
        if n_hidden > 0 {
            gaps.push(Gap::HiddenEvents(n_hidden));
        }
        let mut others = Amounts::default();
        located.others.iter().for_each(|(_, held)| others.add(held));
        if !others.is_empty() {
            gaps.push(Gap::OthersGoods(others));
        }
        let nobody = located.goods.iter().filter(|it| it.holder == HolderKey::Nobody);
        let mut lost = Amounts::default();
        nobody.for_each(|held| lost.add(held));
        if !lost.is_empty() {
            gaps.push(Gap::NoHolder(lost));
        }
        let n_classes = located.goods.iter().filter(|it| it.is_class).count() as u64;
        if n_classes > 0 {
            gaps.push(Gap::AmountsOnly(n_classes));
        }
        for name in located.contested.iter().flat_map(|it| it.first..=it.last) {
            gaps.push(Gap::ToldByOthers(self.epc_of_id(name).await?));
        }
        Ok(gaps)
    }
}

fn amounts_of(goods: &[Held]) -> Amounts {
    let mut total = Amounts::default();
    goods.iter().for_each(|held| total.add(held));
    total
}

fn n_items(held: &[&Held]) -> u64 {
    held.iter().filter(|it| !it.is_class).map(|it| it.ids.n_ids()).sum()
}
