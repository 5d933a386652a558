//! Feeds the engine: asks the store ring by ring for what it wants to know.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use store::bindings::{self, Reach, Target};
use store::events;
use store::id::{EnterpriseId, Scope};
use store::ident::IdRange;
use store::identifiers;
use trace::{Closure, EventFacts, EventKind, Ids, Limits, Question, Trail};

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
        let mut aside = Aside::default();
        while !closure.frontier().is_empty() {
            let asks = closure.frontier().to_vec();
            let (keys, missing_from_us) = self.keys_touching(scope, &asks, limit).await?;
            let (new, mut found) = aside.sort_out(keys, &asks);
            for (facts, reporter) in events::facts(self.store(), scope, &new).await? {
                match names_any(&facts, &asks) {
                    _ if !whose.counts(&facts, reporter) => {}
                    true => found.push(facts),
                    false => aside.keep(facts),
                }
            }
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

    /// Keys of the oldest events that name what is asked for, `limit` at most, which is one more
    /// than a trace takes in; and from which event time on some are missing.
    async fn keys_touching(
        &self,
        scope: Scope,
        asks: &[Ids],
        limit: u32,
    ) -> Result<(Vec<[u8; 16]>, Option<i64>)> {
        let mut oldest = BTreeSet::new();
        for range in together(asks) {
            oldest.extend(events::keys_touching(self.store(), scope, range, limit).await?);
            while oldest.len() > limit as usize {
                oldest.pop_last();
            }
        }
        let is_cut = oldest.len() == limit as usize;
        let missing_from_us = oldest.last().map(|(time_us, _)| *time_us).filter(|_| is_cut);
        Ok((oldest.into_iter().map(|(_, key)| key).collect(), missing_from_us))
    }
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
    /// The keys that were not read yet, and what was kept of the others that is wanted now.
    fn sort_out(&mut self, keys: Vec<[u8; 16]>, asks: &[Ids]) -> (Vec<[u8; 16]>, Vec<EventFacts>) {
        let (mut new, mut wanted) = (Vec::new(), Vec::new());
        for key in keys {
            match self.0.entry(key) {
                Entry::Vacant(entry) => {
                    entry.insert(None);
                    new.push(key);
                }
                Entry::Occupied(mut entry) => {
                    wanted.extend(entry.get_mut().take_if(|facts| names_any(facts, asks)));
                }
            }
        }
        (new, wanted)
    }

    fn keep(&mut self, facts: EventFacts) {
        self.0.insert(facts.key, Some(facts));
    }
}
