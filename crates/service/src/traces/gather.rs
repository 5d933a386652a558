//! Feeds the engine: asks the store ring by ring for what it wants to know.

use std::collections::{BTreeSet, HashMap, HashSet};

use store::Store;
use store::bindings::{self, Reach, Target};
use store::events::{self, Touched};
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

/// Identifiers that lie so near each other are looked up together.
const NEAR: i64 = 64;

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
        let (mut aside, mut positions) = (Aside::default(), Positions::default());
        while !closure.frontier().is_empty() {
            let asks = closure.frontier().to_vec();
            let (mut touched, mut missing) = self.touching(scope, &asks, limit, &aside).await?;
            if scope.is_part() {
                let (led, missing_led) = self.leading_out(scope, &asks, limit, &aside).await?;
                let own: HashSet<_> = touched.iter().map(|it| it.event_key).collect();
                touched.extend(led.into_iter().filter(|it| !own.contains(&it.event_key)));
                missing = missing.into_iter().chain(missing_led).min();
            }
            let mut found = Vec::new();
            let mut new = Vec::new();
            let mut apart = Vec::new();
            for Touched { event_key, facts, .. } in touched {
                match facts {
                    _ if aside.has_read(event_key) => found.extend(aside.take(event_key, &asks)),
                    Some(facts) => new.push(facts),
                    None => apart.push(event_key),
                }
            }
            new.extend(events::facts(self.store(), scope.to_read(), &apart).await?);
            positions.add(self.store(), &mut new).await?;
            for (facts, reporter) in new {
                aside.0.insert(facts.key, None);
                match whose.counts(&facts, reporter) {
                    true if names_any(&facts, &asks) => found.push(facts),
                    true => aside.keep(facts),
                    false => {}
                }
            }
            closure.feed(found, missing);
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

    /// The oldest events that name what is asked for, `limit` at most, which is one more than a
    /// trace takes in; and from which event time on some are missing.
    async fn touching(
        &self,
        scope: Scope,
        asks: &[Ids],
        limit: u32,
        aside: &Aside,
    ) -> Result<(Vec<Touched>, Option<i64>)> {
        let wants = |key: &[u8; 16]| !aside.has_read(*key);
        let mut oldest: Vec<Touched> = Vec::new();
        for range in together(asks) {
            oldest.extend(events::touching(self.store(), scope, range, limit, wants).await?);
            if oldest.len() > 2 * limit as usize {
                truncate(&mut oldest, limit);
            }
        }
        truncate(&mut oldest, limit);
        let is_cut = oldest.len() == limit as usize;
        let missing_from_us = oldest.last().map(|last| last.event_time_us).filter(|_| is_cut);
        Ok((oldest, missing_from_us))
    }

    /// Events outside a part of the platform that name a party inside it: where goods came from,
    /// and where they went. Others are as if they were not.
    async fn leading_out(
        &self,
        scope: Scope,
        asks: &[Ids],
        limit: u32,
        aside: &Aside,
    ) -> Result<(Vec<Touched>, Option<i64>)> {
        let all = self.touching(Scope::PLATFORM, asks, limit, aside).await?;
        let (mut touched, missing_from_us) = all;
        let keys = touched.iter().map(|it| it.event_key).filter(|key| !aside.has_read(*key));
        let keys: Vec<_> = keys.collect();
        let named = shares::named_inside(self.store(), scope, &keys).await?;
        touched.retain(|it| aside.has_read(it.event_key) || named.contains(&it.event_key));
        Ok((touched, missing_from_us))
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
        let places = events.iter().filter_map(place_of);
        let new: BTreeSet<_> = places.filter(|place| !self.0.contains_key(place)).collect();
        let found = place_positions::of_places(store, &new).await?;
        self.0.extend(new.into_iter().map(|place| (place, found.get(&place).copied())));
        for event in events {
            if let Some(place) = place_of(event) {
                event.0.position = self.0.get(&place).copied().flatten();
            }
        }
        Ok(())
    }
}

/// Keeps the `limit` oldest, each once, with its facts if they are there.
fn truncate(touched: &mut Vec<Touched>, limit: u32) {
    touched.sort_by_key(|it| (it.event_time_us, it.event_key, it.facts.is_none()));
    touched.dedup_by_key(|it| it.event_key);
    touched.truncate(limit as usize);
}

/// Asks that lie near each other in one: what lies between costs less than a look-up of its own.
fn together(asks: &[Ids]) -> Vec<IdRange> {
    let mut ranges: Vec<IdRange> = Vec::new();
    for ask in asks {
        match ranges.last_mut() {
            Some(range) if ask.first - range.last <= NEAR => range.last = ask.last,
            _ => ranges.push(IdRange { first: ask.first, last: ask.last }),
        }
    }
    ranges
}

/// True if an event names anything of `asks`, which are disjoint and in order.
fn names_any(facts: &EventFacts, asks: &[Ids]) -> bool {
    facts.ranges.iter().any(|range| {
        let behind = asks.partition_point(|ask| ask.last < range.first);
        asks.get(behind).is_some_and(|ask| ask.first <= range.last)
    })
}

/// Events that were read: those that the closure has, and those that only lay near what it asked.
#[derive(Default)]
struct Aside(HashMap<[u8; 16], Option<EventFacts>>);

impl Aside {
    fn has_read(&self, key: [u8; 16]) -> bool {
        self.0.contains_key(&key)
    }

    /// An event that was kept, if it is wanted now.
    fn take(&mut self, key: [u8; 16], asks: &[Ids]) -> Option<EventFacts> {
        self.0.get_mut(&key)?.take_if(|facts| names_any(facts, asks))
    }

    fn keep(&mut self, facts: EventFacts) {
        self.0.insert(facts.key, Some(facts));
    }
}
