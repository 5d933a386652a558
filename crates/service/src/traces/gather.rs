//! Feeds the engine: asks the store ring by ring for what it wants to know.

use std::collections::{BTreeSet, HashMap};

use store::Store;
use store::bindings::{self, Reach, Target};
use store::event_spans::{self, By, News, Touching};
use store::id::{EnterpriseId, Scope};
use store::ident::IdRange;
use store::identifiers;
use store::place_positions;
use store::shares;
use trace::{Closure, EventFacts, EventKind, Ids, Limits, Position, Question, Trail};

use crate::limits::{
    EVENTS_IN_PASSING, MAX_BINDINGS, MAX_COUNTED_EVENTS, MAX_COUNTED_IDENTIFIERS, MAX_TRACE_DEPTH,
    MAX_TRACE_EVENTS, MAX_TRACE_IDENTIFIERS,
};
use crate::{Error, Result, Service};

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
    /// Those of one enterprise and of those to whom it grants events, who are looked up alone.
    Partners(EnterpriseId),
}

impl Whose<'_> {
    fn counts(self, facts: &EventFacts, reporter: EnterpriseId) -> bool {
        match self {
            Self::All | Self::Partners(_) => true,
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

    /// The same by the events inside a scope.
    pub(crate) async fn trail_of_goods(&self, scope: Scope, question: Question) -> Result<Trail> {
        self.trail_within(scope, question, Whose::All, TO_COUNT).await
    }

    /// The same by the events of an enterprise and its partners alone.
    pub(crate) async fn trail_of_partners(
        &self,
        question: Question,
        owner: EnterpriseId,
    ) -> Result<Trail> {
        self.trail_within(Scope::PLATFORM, question, Whose::Partners(owner), TO_COUNT).await
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
        let (mut closure, mut n_events) = (Closure::new(question, limits), 0);
        let sharers = match scope.single() {
            Some(viewer) => shares::sharers_of_all(self.store(), viewer).await?,
            None => Vec::new(),
        };
        let is_heard = |id: EnterpriseId| scope.holds(id) || sharers.contains(&id);
        let mut positions = Positions::default();
        while !closure.frontier().is_empty() {
            let range = |ask: &Ids| IdRange { first: ask.first, last: ask.last };
            let asks: Vec<IdRange> = closure.frontier().iter().map(range).collect();
            let is_known = |key: &[u8; 16]| closure.knows(key);
            // What is not wanted now may be later, and is read again then.
            let is_wanted = |facts: &EventFacts| closure.wants(facts);
            let is_use_wanted = |class| closure.wants_uses(class);
            let news = News::new(limit, is_known, is_wanted).with_uses(is_use_wanted);
            let by = match whose {
                Whose::Partners(owner) => By::Partners(owner),
                _ => By::SeenOrNaming(scope),
            };
            let touching = event_spans::touching_news(self.store(), by, &asks, news).await?;
            let Touching { mut events, missing_from_us } = touching;
            events.retain(|(facts, by)| whose.counts(facts, *by) && closure.wants(facts));
            positions.add(self.store(), &mut events, is_heard).await?;
            n_events += events.len();
            let found = events.into_iter().map(|(facts, _)| facts).collect();
            closure = aside(n_events, closure, move |mut closure| {
                closure.feed(found, missing_from_us);
                closure
            })
            .await?;
        }
        aside(n_events, closure, Closure::finish).await
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
}

/// Takes the next step of a closure of so many events: of many on a thread of its own, where scans
/// do not wait for it.
async fn aside<T: Send + 'static>(
    n_events: usize,
    closure: Closure,
    step: impl FnOnce(Closure) -> T + Send + 'static,
) -> Result<T> {
    if n_events <= EVENTS_IN_PASSING {
        return Ok(step(closure));
    }
    tokio::task::spawn_blocking(move || step(closure)).await.map_err(Error::internal)
}

/// Where places are, as far as it was asked for.
#[derive(Default)]
struct Positions(HashMap<(EnterpriseId, i64), Option<Position>>);

impl Positions {
    /// Adds where places are, as the reporters of events say in their master data, to events that
    /// do not say so themselves; as far as who asks may hear what they say there.
    async fn add(
        &mut self,
        store: &Store,
        events: &mut [(EventFacts, EnterpriseId)],
        is_heard: impl Fn(EnterpriseId) -> bool,
    ) -> Result<()> {
        let place_of = |(facts, reporter): &(EventFacts, EnterpriseId)| {
            let is_open = facts.position.is_none() && is_heard(*reporter);
            facts.place.filter(|_| is_open).map(|place| (*reporter, place))
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
