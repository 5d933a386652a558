//! Feeds the engine: asks the store ring by ring for what it wants to know.

use std::collections::{BTreeSet, HashMap};

use store::bindings::{self, Reach, Target};
use store::events;
use store::id::{EnterpriseId, Scope};
use store::ident::IdRange;
use store::identifiers;
use trace::{Closure, EventFacts, EventKind, Ids, Limits, Question, Trail};

use crate::limits::{MAX_BINDINGS, MAX_TRACE_DEPTH, MAX_TRACE_EVENTS, MAX_TRACE_IDENTIFIERS};
use crate::{Result, Service};

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
        let limits = Limits {
            n_events: MAX_TRACE_EVENTS as usize,
            n_identifiers: MAX_TRACE_IDENTIFIERS,
            depth: MAX_TRACE_DEPTH,
        };
        let mut closure = Closure::new(question, limits);
        let mut known: HashMap<[u8; 16], EventFacts> = HashMap::new();
        while !closure.frontier().is_empty() {
            let (keys, missing_from_us) = self.keys_touching(scope, closure.frontier()).await?;
            let new: Vec<_> = keys.iter().copied().filter(|key| !known.contains_key(key)).collect();
            for (facts, reporter) in events::facts(self.store(), scope, &new).await? {
                if whose.counts(&facts, reporter) {
                    known.insert(facts.key, facts);
                }
            }
            let found = keys.iter().filter_map(|key| known.get(key)).cloned().collect();
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

    /// Keys of the oldest events that name what is asked for: one more than a trace takes in, so
    /// that it knows of being cut; and from which event time on some are missing.
    async fn keys_touching(
        &self,
        scope: Scope,
        asks: &[Ids],
    ) -> Result<(Vec<[u8; 16]>, Option<i64>)> {
        let limit = MAX_TRACE_EVENTS + 1;
        let mut oldest = BTreeSet::new();
        for ask in asks {
            let range = IdRange { first: ask.first, last: ask.last };
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
