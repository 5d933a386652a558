//! Finds recalled goods: forward from where a recall starts, by everybody's events, then sorted by
//! owner and holder.
//!
//! The platform looks at all events, since goods that nobody finds harm people; who asks is told
//! no more than it may see, and how much that leaves out.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use store::events;
use store::id::{EnterpriseId, Scope};
use trace::{AsOf, Cut, EdgeKind, Holding, Ids, Role, State, Sum, Trail};

use super::alerts::overlaps;
use super::contents::{joined, without};
use super::holders::HolderKey;
use super::later::{less, runs};
use super::names::{Named, Names, Word};
use super::owners::{Owned, Owners};
use super::start::Starts;
use crate::limits::MAX_RECALL_RANGES;
use crate::{Error, Result, Service};

/// Runs that are sorted by owner before others have their turn.
const HOLDINGS_AT_ONCE: usize = 1_000;

/// A run of goods with one last event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Held {
    pub(crate) ids: Ids,
    pub(crate) state: State,
    pub(crate) holder: HolderKey,
    /// The last event and its time.
    pub(crate) event: Option<([u8; 16], i64)>,
    /// The outermost container.
    pub(crate) container: Option<i64>,
    pub(crate) is_class: bool,
    /// Whoever scans it has these goods.
    pub(crate) is_scanned: bool,
    /// Of a class, how much the last event tells of.
    pub(crate) amount: Option<Sum>,
}

/// What was found.
pub(crate) struct Located {
    /// Goods of the owner, in order of their ids.
    pub(crate) goods: Vec<Held>,
    /// Goods of others that were made of them, or that the start names; each with its owner.
    pub(crate) others: Vec<(Option<EnterpriseId>, Held)>,
    /// Those of them that the start does not name, each with its owner if it is known.
    pub(crate) made_of: Vec<(EnterpriseId, Held)>,
    /// Packs that hold or held goods directly.
    pub(crate) n_cases: u64,
    /// Packs that hold or held packs.
    pub(crate) n_pallets: u64,
    /// All packs, in order.
    pub(crate) packs: Vec<Ids>,
    pub(crate) cut: Option<Cut>,
    /// The first item whose other names were left out, as there are too many.
    pub(crate) unnamed_from: Option<i64>,
    /// Names of which only the owner and its partners are heard.
    pub(crate) contested: Vec<Ids>,
    /// Keys of all events that the answer rests on.
    pub(crate) trail: Trail,
}

impl Located {
    /// Whether some of it may be missing.
    pub(super) fn is_cut(&self) -> bool {
        self.cut.is_some() || self.unnamed_from.is_some()
    }
}

impl Service {
    /// Where what comes of `starts` is, by all events up to `as_of`; of contested names by those of
    /// the owner and its partners.
    pub(super) async fn locate(
        &self,
        owner: EnterpriseId,
        starts: &Starts,
        as_of: AsOf,
    ) -> Result<Located> {
        let _turn = self.recalls().turns.acquire().await.map_err(Error::internal)?;
        let mut named = self.trail_by_names(owner, starts.ids.clone(), as_of, Word::All).await?;
        if !starts.contested.is_empty() {
            let contested = starts.contested.clone();
            let known = self.trail_by_names(owner, contested, as_of, Word::Partners).await?;
            named.add(known);
        }
        self.located(owner, starts, named).await
    }

    /// What a trail says of goods, sorted by owner and holder.
    async fn located(
        &self,
        owner: EnterpriseId,
        starts: &Starts,
        Named { trail, names, cut_at }: Named,
    ) -> Result<Located> {
        if trail.holdings.len() > MAX_RECALL_RANGES {
            let limit = MAX_RECALL_RANGES as u64;
            return Err(Error::TooLarge { limit, what: "runs of goods in one recall; split it" });
        }
        let lasts: Vec<([u8; 16], State)> =
            trail.holdings.iter().filter_map(|it| Some((it.event?, it.state))).collect();
        let holders = self.holders_by_event(&lasts).await?;
        let amounts = self.amounts_of(&trail.holdings).await?;
        // A lot that is told of by its items alone is no goods beside them.
        let named = trail.edges.iter().filter(|it| it.kind == EdgeKind::OfLot);
        let named: HashSet<Ids> = named.map(|it| it.from).collect();
        let is_name = |it: &Holding| it.state == State::Unknown && named.contains(&it.ids);
        let holdings = trail.holdings.iter().filter(|it| !is_name(it)).copied().collect();
        let time_of = |it: &Holding| {
            let last = it.event.and_then(|key| holders.get(&(key, it.state)));
            last.map(|(_, time_us)| *time_us)
        };
        let holdings = by_items(holdings, &names, time_of);
        let (mut goods, mut others) = (Vec::new(), Vec::new());
        let mut owners = Owners::new(self);
        for (nth, holding) in holdings.iter().enumerate() {
            if nth % HOLDINGS_AT_ONCE == 0 {
                // Others have their turn.
                tokio::task::yield_now().await;
            }
            for Owned { ids, owner: whose, is_class, is_scanned } in
                owners.parts(holding.ids).await?
            {
                let last = holding.event.and_then(|key| holders.get(&(key, holding.state)));
                let is_told = last.is_some() && holding.state != State::Unknown;
                let amount = holding
                    .event
                    .filter(|_| is_class)
                    .and_then(|key| amounts.get(&(key, ids.first)).copied());
                let held = Held {
                    ids,
                    state: holding.state,
                    holder: last
                        .filter(|_| is_told)
                        .map_or(HolderKey::Nobody, |(holder, _)| holder.clone()),
                    event: holding.event.zip(last.map(|(_, time_us)| *time_us)),
                    container: holding.container,
                    is_class,
                    is_scanned,
                    amount,
                };
                match whose == Some(owner) {
                    true => goods.push(held),
                    false => others.push((whose, held)),
                }
            }
        }
        goods.sort_by_key(|it| it.ids);
        let (n_cases, n_pallets, packs) = packs_of(&trail);
        let begins_at = starts.all();
        let is_made = |it: &Held| !overlaps(&begins_at, it.ids);
        let made = others.iter().filter(|(_, held)| is_made(held));
        let made_of = made.filter_map(|(owner, held)| Some(((*owner)?, held.clone()))).collect();
        Ok(Located {
            goods,
            others,
            made_of,
            n_cases,
            n_pallets,
            packs,
            cut: trail.cut,
            unnamed_from: cut_at,
            contested: starts.contested.clone(),
            trail,
        })
    }

    /// Goods of the owner that only strangers tell of under contested names, and what says so.
    pub(super) async fn locate_contested(
        &self,
        owner: EnterpriseId,
        located: &mut Located,
    ) -> Result<()> {
        if located.contested.is_empty() {
            return Ok(());
        }
        let starts = Starts { ids: located.contested.clone(), contested: Vec::new() };
        let found = self.locate(owner, &starts, AsOf::NOW).await?;
        let mut known = runs(&located.goods);
        known.extend(&located.contested);
        located.goods.extend(less(&found.goods, &joined(known)));
        located.goods.sort_by_key(|it| it.ids);
        located.trail.edges.extend(found.trail.edges);
        // What strangers tell of without end takes nothing out that was taken in.
        located.cut = located.cut.or(found.cut);
        located.unnamed_from = located.unnamed_from.or(found.unnamed_from);
        Ok(())
    }

    /// How much of each class its last event tells of.
    async fn amounts_of(&self, holdings: &[Holding]) -> Result<HashMap<([u8; 16], i64), Sum>> {
        // Amounts are told of classes only, which stand alone.
        let alone = holdings.iter().filter(|it| it.ids.n_ids() == 1);
        let keys: BTreeSet<[u8; 16]> = alone.filter_map(|it| it.event).collect();
        let keys: Vec<[u8; 16]> = keys.into_iter().collect();
        let mut amounts: HashMap<([u8; 16], i64), Sum> = HashMap::new();
        for (facts, _) in events::facts(self.store(), Scope::PLATFORM, &keys).await? {
            for amount in facts.amounts.iter().filter(|it| it.role != Role::Input) {
                let sum = amounts.entry((facts.key, amount.class)).or_insert(Sum {
                    uom: amount.uom,
                    quantity: 0.0,
                    is_all: true,
                });
                match amount.quantity.filter(|_| sum.uom == amount.uom) {
                    Some(quantity) => sum.quantity += quantity,
                    None => sum.is_all = false,
                }
            }
        }
        Ok(amounts)
    }
}

/// Holdings of items in place of those of their other names; of one thing the later one.
fn by_items(
    holdings: Vec<Holding>,
    names: &Names,
    time_of: impl Fn(&Holding) -> Option<i64>,
) -> Vec<Holding> {
    if names.is_empty() {
        return holdings;
    }
    let name_ids = joined(names.keys().copied().map(Ids::one).collect());
    let mut by_name: BTreeMap<i64, Holding> = BTreeMap::new();
    let mut items: Vec<Holding> = Vec::new();
    for holding in holdings {
        let own = without(&[holding.ids], &name_ids);
        for ids in without(&[holding.ids], &own) {
            for item in (ids.first..=ids.last).filter_map(|id| names.get(&id)) {
                let found = Holding { ids: Ids::one(*item), ..holding };
                let known = by_name.entry(*item).or_insert(found);
                if time_of(&found) > time_of(known) {
                    *known = found;
                }
            }
        }
        items.extend(own.into_iter().map(|ids| Holding { ids, ..holding }));
    }
    // An item that goes by its own name as well is where the later of both says.
    let mut left = Vec::with_capacity(items.len());
    for holding in items {
        let inside = by_name.range(holding.ids.first..=holding.ids.last);
        let (later, earlier): (Vec<_>, Vec<_>) =
            inside.partition(|(_, it)| time_of(it) > time_of(&holding));
        let later: Vec<Ids> = later.into_iter().map(|(item, _)| Ids::one(*item)).collect();
        let earlier: Vec<i64> = earlier.into_iter().map(|(item, _)| *item).collect();
        for item in earlier {
            by_name.remove(&item);
        }
        let kept = without(&[holding.ids], &joined(later));
        left.extend(kept.into_iter().map(|ids| Holding { ids, ..holding }));
    }
    left.extend(by_name.into_values());
    left.sort_by_key(|it| it.ids);
    left
}

/// How many packs hold goods, how many hold packs, and which they are.
fn packs_of(trail: &Trail) -> (u64, u64, Vec<Ids>) {
    let packed = || trail.edges.iter().filter(|it| it.kind == EdgeKind::Packed);
    let packs: HashSet<i64> = packed().map(|it| it.to.first).collect();
    let (mut of_goods, mut of_packs) = (HashSet::new(), HashSet::new());
    for edge in packed() {
        let holds_pack = edge.from.n_ids() == 1 && packs.contains(&edge.from.first);
        let whose = if holds_pack { &mut of_packs } else { &mut of_goods };
        whose.insert(edge.to.first);
    }
    let n_pallets = of_packs.len() as u64;
    let n_cases = of_goods.difference(&of_packs).count() as u64;
    (n_cases, n_pallets, joined(packs.into_iter().map(Ids::one).collect()))
}

/// How much there is of something.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Amounts {
    /// Items told apart.
    pub n_items: u64,
    /// Lots and kinds of goods whose items are not told apart.
    pub n_lots: u64,
    /// What is told of how much of those, each unit apart.
    pub sums: Vec<Sum>,
}

impl Amounts {
    pub(super) fn add(&mut self, held: &Held) {
        if !held.is_class {
            self.n_items += held.ids.n_ids();
            return;
        }
        self.n_lots += held.ids.n_ids();
        let Some(told) = &held.amount else { return };
        match self.sums.iter_mut().find(|it| it.uom == told.uom) {
            Some(sum) => {
                sum.quantity += told.quantity;
                sum.is_all &= told.is_all;
            }
            None => self.sums.push(*told),
        }
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.n_items == 0 && self.n_lots == 0
    }
}

/// Goods by what became of them.
pub(super) fn by_state<'h>(goods: impl Iterator<Item = &'h Held>) -> Vec<(State, Amounts)> {
    let mut states: BTreeMap<State, Amounts> = BTreeMap::new();
    for held in goods {
        states.entry(held.state).or_default().add(held);
    }
    let ordered = super::holders::STATES.into_iter();
    ordered.filter_map(|state| Some((state, states.remove(&state)?))).collect()
}
