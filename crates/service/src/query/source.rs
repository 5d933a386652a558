//! Where the candidates of a query come from: the most selective of the indexes it may use.

use std::collections::HashSet;

use epcis::query::{EventQuery, Lookup, Surroundings, Term};
use store::event_spans;
use store::event_terms::{self, Entry};
use store::id::Scope;
use store::walk::{Found, Step};

use crate::limits::{MAX_QUERY_ENTRIES, PROBED_ENTRIES};
use crate::{Error, Result, Service};

/// What a walk goes over. Each holds all answers among its candidates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// Every event inside the scope.
    All(Vec<Entry>),
    /// Events with one of these eventIDs.
    EventIds(Vec<String>),
    /// Events that name one of these identifiers.
    Identifiers(Vec<i64>),
    /// Events under one of these terms.
    Terms(Vec<Entry>),
}

impl Service {
    /// The most selective source of a query, by a look at the beginning of each.
    pub(super) async fn source(
        &self,
        scope: Scope,
        query: &EventQuery,
        around: &Surroundings,
        step: &Step,
    ) -> Result<Source> {
        let mut best: Option<(usize, Source)> = None;
        let lookups = query.lookups(around);
        let is_alone = lookups.len() == 1;
        for lookup in lookups {
            let Some(source) = self.usable(scope, lookup).await? else { continue };
            if is_alone || matches!(source, Source::EventIds(_)) {
                return Ok(source);
            }
            let probe = Step { limit: PROBED_ENTRIES, ..*step };
            let n_entries = self.walk(scope, &source, &probe).await?.marks.len();
            if best.as_ref().is_none_or(|(n_best, _)| n_entries < *n_best) {
                best = Some((n_entries, source));
            }
            if n_entries == 0 {
                break;
            }
        }
        match best {
            Some((_, source)) => Ok(source),
            None => Ok(Source::All(event_terms::all(self.store(), scope).await?)),
        }
    }

    async fn usable(&self, scope: Scope, lookup: Lookup) -> Result<Option<Source>> {
        match lookup {
            Lookup::EventIds(ids) => Ok(Some(Source::EventIds(ids))),
            Lookup::Identifiers(epcs) => {
                let mut ids = HashSet::new();
                for epc in epcs {
                    ids.extend(self.id_of_epc(&epc).await?);
                }
                Ok(Some(Source::Identifiers(ids.into_iter().collect())))
            }
            Lookup::Terms(terms) => {
                let mut found = Vec::new();
                for term in terms.into_iter().chain([Term::OVERFLOW]) {
                    let limit = MAX_QUERY_ENTRIES.saturating_sub(found.len());
                    let entries = event_terms::entries(self.store(), scope, term.0, limit).await?;
                    let Some(entries) = entries else { return Ok(None) };
                    found.extend(entries);
                }
                found.sort_unstable();
                found.dedup();
                Ok(Some(Source::Terms(found)))
            }
        }
    }

    /// One step over a source.
    pub(super) async fn walk(&self, scope: Scope, source: &Source, step: &Step) -> Result<Found> {
        let store = self.store();
        let mut parts = Vec::new();
        match source {
            Source::All(entries) | Source::Terms(entries) => {
                for entry in entries {
                    parts.push(event_terms::walk(store, *entry, step).await?);
                }
            }
            Source::Identifiers(ids) => {
                for id in ids {
                    parts.push(event_spans::walk_identifier(store, scope, *id, step).await?);
                }
            }
            Source::EventIds(_) => {
                return Err(Error::internal("events by id are read, not walked over"));
            }
        }
        Ok(step.join(parts))
    }
}
