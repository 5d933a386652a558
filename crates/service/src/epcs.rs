//! The EPCs that a caller's events name, each once: the resource `/epcs` of EPCIS 2.0 §12.
//!
//! An EPC is told at the first event that names it, by event time; whether an event is the first
//! is one look into the index of identifiers. So the list needs no table of its own, and a page
//! costs a bounded number of look-ups.

use std::collections::BTreeSet;

use epcis::parse_document;
use store::event_spans;
use store::event_terms;
use store::events::{self, Event};
use store::id::Scope;
use store::ident::{INTERNED, class_and_number};
use store::page::Order;
use store::walk::{Mark, Step};

use crate::capture::own_limits;
use crate::limits::{MAX_EPCS_LOOKED_AT, MAX_PAGE_ROWS};
use crate::vocabulary::VocabularyPage;
use crate::{Caller, Error, Result, Service};

/// Events read at once.
const BATCH: u32 = 16;

/// Where the next page begins: in an event, behind so many of its EPCs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    mark: Mark,
    n_before: u64,
}

impl Service {
    /// Up to `limit` EPCs in canonical form. A page may have fewer, or none, and a next page.
    pub async fn list_epcs(
        &self,
        caller: &Caller,
        after: Option<&str>,
        limit: u32,
    ) -> Result<VocabularyPage> {
        let scope = caller.business()?;
        let limit = limit.clamp(1, MAX_PAGE_ROWS) as usize;
        let mut place = after.map(Place::parse).transpose()?;
        let (mut words, mut n_looked_at) = (Vec::new(), 0);
        loop {
            let found = self.events_from(scope, place).await?;
            if found.is_empty() {
                return Ok(VocabularyPage { words, next: None });
            }
            for event in found {
                let mark = (event.event_time_us, event.event_key);
                let n_before = place.filter(|it| it.mark == mark).map_or(0, |it| it.n_before);
                let named = self.named_by(&event).await?;
                for nth in n_before..named.len() {
                    if words.len() == limit || n_looked_at == MAX_EPCS_LOOKED_AT {
                        let next = Place { mark, n_before: nth }.print();
                        return Ok(VocabularyPage { words, next: Some(next) });
                    }
                    n_looked_at += 1;
                    let Some(id) = named.nth(nth) else { continue };
                    if self.first_naming(scope, id).await? == Some(mark) {
                        words.push(self.epc_of_id(id).await?);
                    }
                }
                place = Some(Place { mark, n_before: u64::MAX });
            }
        }
    }

    /// Events from a place on; the one that the place is in comes first, if it is not done.
    async fn events_from(&self, scope: Scope, place: Option<Place>) -> Result<Vec<Event>> {
        let mut keys = Vec::new();
        if let Some(place) = place.filter(|place| place.n_before < u64::MAX) {
            keys.push(place.mark.1);
        }
        let step = Step {
            after: place.map(|place| place.mark),
            from_us: i64::MIN,
            until_us: i64::MAX,
            order: Order::OldestFirst,
            limit: BATCH,
        };
        let mut parts = Vec::new();
        for entry in event_terms::all(self.store(), scope).await? {
            parts.push(event_terms::walk(self.store(), entry, &step).await?);
        }
        let found = step.join(parts);
        keys.extend(found.marks.iter().map(|(_, key)| *key));
        let mut events = events::by_keys(self.store(), scope, &keys).await?;
        events.sort_unstable_by_key(|event| (event.event_time_us, event.event_key));
        events.dedup_by_key(|event| event.event_key);
        Ok(events)
    }

    /// The instances an event names; classes have a resource of their own nowhere.
    async fn named_by(&self, event: &Event) -> Result<Named> {
        let (document, _) = parse_document(&event.body, &own_limits());
        let parsed = document.and_then(|document| document.events.into_iter().next());
        let parsed = parsed.ok_or_else(|| Error::internal("a stored event cannot be read"))?;
        let mut others = BTreeSet::new();
        for named in &parsed.epcs {
            let id = self.id_of_epc(&named.epc).await?;
            others.extend(id.filter(|id| class_and_number(*id).0 == INTERNED));
        }
        let own = event.ranges.iter().filter(|range| class_and_number(range.first).0 != INTERNED);
        let mut own: Vec<(i64, i64)> = own.map(|range| (range.first, range.last)).collect();
        own.sort_unstable();
        Ok(Named { others: others.into_iter().collect(), own })
    }

    async fn first_naming(&self, scope: Scope, id: i64) -> Result<Option<Mark>> {
        let step = Step {
            after: None,
            from_us: i64::MIN,
            until_us: i64::MAX,
            order: Order::OldestFirst,
            limit: 1,
        };
        let found = event_spans::walk_identifier(self.store(), scope, id, &step).await?;
        Ok(found.marks.first().copied())
    }
}

/// Ids of one event: interned ones, and runs of our own.
struct Named {
    others: Vec<i64>,
    own: Vec<(i64, i64)>,
}

impl Named {
    fn len(&self) -> u64 {
        let own: u64 = self.own.iter().map(|(first, last)| last.abs_diff(*first) + 1).sum();
        self.others.len() as u64 + own
    }

    fn nth(&self, nth: u64) -> Option<i64> {
        let n_others = self.others.len() as u64;
        if nth < n_others {
            return usize::try_from(nth).ok().and_then(|nth| self.others.get(nth).copied());
        }
        let mut rest = nth - n_others;
        for &(first, last) in &self.own {
            let n_ids = last.abs_diff(first) + 1;
            if rest < n_ids {
                return first.checked_add_unsigned(rest);
            }
            rest -= n_ids;
        }
        None
    }
}

impl Place {
    fn print(self) -> String {
        let key = u128::from_be_bytes(self.mark.1);
        format!("{}.{key:032x}.{}", self.mark.0, self.n_before)
    }

    fn parse(text: &str) -> Result<Self> {
        let read = || {
            let mut parts = text.split('.');
            let time_us = parts.next()?.parse().ok()?;
            let key = u128::from_str_radix(parts.next()?, 16).ok()?.to_be_bytes();
            let n_before = parts.next()?.parse().ok()?;
            parts.next().is_none().then_some(Self { mark: (time_us, key), n_before })
        };
        read().ok_or_else(|| {
            Error::rejected("nextPageToken", "bad-page-token", "this is not a token of a page")
        })
    }
}
