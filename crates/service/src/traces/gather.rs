//! Feeds the engine: asks the store ring by ring for what it wants to know.

use std::collections::{BTreeSet, HashMap, HashSet};

use store::Store;
use store::bindings::{self, Reach, Target};
use store::event_spans::{self, Touching};
use store::id::{EnterpriseId, Scope};
use store::ident::IdRange;
use store::identifiers;
use store::place_positions;
use store::shares;
use trace::{Closure, EventFacts, EventKind, Ids, Limits, Position, Question, Trail};

use crate::limits::{
    MAX_BINDINGS, MAX_COUNTED_EVENTS, MAX_COUNTED_IDENTIFIERS, MAX_TRACE_DEPTH, MAX_TRACE_EVENTS,
    MAX_TRACE_IDENTIFIERS,
};
use crate::{Result, Service};

/// Of an answer that people read.
const TO_READ: Limits = Limits {
    n_events: MAX_TRACE_EVENTS as usize,
    n_identifiers: MAX_TRACE_IDENTIFIERS,
    depth: MAX_TRACE_DEPTH,
};

/// Of an answer that is counted.
pub(super) const TO_COUNT: Limits = Limits {
    n_events: MAX_COUNTED_EVENTS,
    n_identifiers: MAX_COUNTED_IDENTIFIERS,
    depth: MAX_TRACE_DEPTH,
};

/// Whose events a history is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose<'k> {
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

impl Service {
    /// The trail of a question by the events of those who count.
    pub(super) async fn trail(
        &self,
        scope: Scope,
        question: Question,
        whose: Whose<'_>,
    ) -> Result<Trail> {
        self.trail_within(scope, question, whose, TO_READ).await
    }

    /// The trail of a recall: everybody's events, and many more of them.
    pub(crate) async fn trail_of_recall(&self, question: Question) -> Result<Trail> {
        self.trail_within(Scope::PLATFORM, question, Whose::All, TO_COUNT).await
    }

    /// The same by the events of these enterprises alone.
    pub(crate) async fn trail_of_partners(
        &self,
        question: Question,
        known: &BTreeSet<EnterpriseId>,
    ) -> Result<Trail> {
        self.trail_within(Scope::PLATFORM, question, Whose::Alone(known), TO_COUNT).await
    }

    /// The same within other limits.
    pub(super) async fn trail_within(
        &self,
        scope: Scope,
        question: Question,
        whose: Whose<'_>,
        limits: Limits,
    ) -> Result<Trail> {
        let limit = u32::try_from(limits.n_events).unwrap_or(u32::MAX).saturating_add(1);
        let mut closure = Closure::new(question, limits);
        // Events outside of the scope that name nobody inside it.
        let mut strangers: HashSet<[u8; 16]> = HashSet::new();
        let mut positions = Positions::default();
        while !closure.frontier().is_empty() {
            let range = |ask: &Ids| IdRange { first: ask.first, last: ask.last };
            let asks: Vec<IdRange> = closure.frontier().iter().map(range).collect();
            let is_known = |key: &[u8; 16]| closure.knows(key);
            let touching =
                event_spans::touching(self.store(), scope, &asks, limit, is_known).await?;
            let Touching { mut events, mut missing_from_us } = touching;
            if scope.is_part() {
                let own: HashSet<_> = events.iter().map(|(facts, _)| facts.key).collect();
                let is_met = |key: &[u8; 16]| {
                    closure.knows(key) || own.contains(key) || strangers.contains(key)
                };
                let (led, others) = self.leading_out(scope, &asks, limit, is_met).await?;
                strangers.extend(others);
                events.extend(led.events);
                missing_from_us = missing_from_us.into_iter().chain(led.missing_from_us).min();
            }
            // What is not wanted now may be later, and is read again then.
            events.retain(|(facts, by)| whose.counts(facts, *by) && closure.wants(facts));
            positions.add(self.store(), &mut events).await?;
            let found = events.into_iter().map(|(facts, _)| facts).collect();
            closure.feed(found, missing_from_us);
        }
        Ok(closure.finish())
    }

    /// The id and those of the identifiers bound to it, as far as events have named them.
    pub(super) async fn names_of(&self, id: i64) -> Result<Vec<i64>> {
        let target = Target::Item(id);
        let bound =
            bindings::of_target(self.store(), Scope::PLATFORM, target, MAX_BINDINGS).await?;
        let one = bound.iter().filter(|binding| binding.reach == Reach::One);
        let uris: Vec<&str> = one.map(|binding| binding.uri.as_str()).collect();
        let named = identifiers::by_epcs(self.store(), &uris).await?;
        Ok([id].into_iter().chain(named.into_iter().map(|(_, id)| id)).collect())
    }

    /// Events outside a part of the platform that name a party inside it: where goods came from,
    /// and where they went; and the keys of the others, which are as if they were not.
    async fn leading_out(
        &self,
        scope: Scope,
        asks: &[IdRange],
        limit: u32,
        is_known: impl Fn(&[u8; 16]) -> bool,
    ) -> Result<(Touching, Vec<[u8; 16]>)> {
        let store = self.store();
        let mut all = event_spans::touching(store, Scope::PLATFORM, asks, limit, is_known).await?;
        let keys: Vec<_> = all.events.iter().map(|(facts, _)| facts.key).collect();
        let named = shares::named_inside(store, scope, &keys).await?;
        all.events.retain(|(facts, _)| named.contains(&facts.key));
        let others = keys.into_iter().filter(|key| !named.contains(key)).collect();
        Ok((all, others))
    }
}

/// Where places are, as far as it was asked for.
#[derive(Default)]
struct Positions(HashMap<(EnterpriseId, i64), Option<Position>>);

impl Positions {
    /// Adds where places are, as the reporters of events say in their master data, to events that
    /// do not say so themselves.
    async fn add(
        &mut self,
        store: &Store,
        events: &mut [(EventFacts, EnterpriseId)],
    ) -> Result<()> {
        let place_of = |(facts, reporter): &(EventFacts, EnterpriseId)| {
            facts.place.filter(|_| facts.position.is_none()).map(|place| (*reporter, place))
        };
        // Events of one time are often of one place.
        let runs = events.chunk_by(|a, b| place_of(a) == place_of(b));
        let places = runs.filter_map(|run| place_of(&run[0]));
        let new: BTreeSet<_> = places.filter(|place| !self.0.contains_key(place)).collect();
        let found = place_positions::of_places(store, &new).await?;
        self.0.extend(new.into_iter().map(|place| (place, found.get(&place).copied())));
        for run in events.chunk_by_mut(|a, b| place_of(a) == place_of(b)) {
            let position = place_of(&run[0]).and_then(|place| *self.0.get(&place)?);
            if position.is_some() {
                run.iter_mut().for_each(|(facts, _)| facts.position = position);
            }
        }
        Ok(())
    }
}
