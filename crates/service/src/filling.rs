//! Filling: events from before a share come with it too, step by step.
//!
//! It begins a minute after the share was made, when every server knows of it and the captures of
//! before are committed, and walks in the order of event time; whatever is captured meanwhile comes
//! with the share by itself. Each step is one write that notes how far it went, so a step that is
//! cut off is done again, and of several servers one does it.

use std::sync::Arc;

use epcis::parse_document;
use epcis::query::Term;
use store::event_terms::{self, Entry};
use store::events::{self, Event};
use store::id::{Scope, Viewer};
use store::page::Order;
use store::shares::{self, Filling, Share};
use store::walk::{Found, Step};

use crate::capture::{own_limits, terms_of};
use crate::limits::{FILLED_AT_ONCE, FILLING_AFTER_US, MAX_QUERY_ENTRIES};
use crate::shares::{Showing, comes_with};
use crate::{Attempts, Error, Result, Service};

impl Service {
    /// Does one step for the oldest share that waits; whether one did.
    pub async fn fill_shares(&self) -> Result<bool> {
        let mut attempts = Attempts::of("fill a share");
        loop {
            let before_us = self.now_us() - FILLING_AFTER_US;
            let Some(filling) = shares::to_fill(self.store(), before_us).await? else {
                return Ok(false);
            };
            let found = self.next_of(&filling).await?;
            let keys: Vec<[u8; 16]> = found.marks.iter().map(|(_, key)| *key).collect();
            let known = shares::known_events(self.store(), filling.share.share_id, &keys).await?;
            let share = Arc::new(filling.share.clone());
            let (mut showing, mut shown, mut terms) = (Showing::default(), Vec::new(), Vec::new());
            for event in events::by_keys(self.store(), Scope::PLATFORM, &keys).await? {
                let parsed = read(&event)?;
                let comes = comes_with(&share, event.enterprise_id, &parsed);
                if comes && !known.contains(&event.event_key) {
                    showing.push(self.words(), vec![Arc::clone(&share)], &parsed);
                    let viewers = vec![Viewer::share(share.share_id)];
                    terms.push(terms_of(event.event_key, &parsed, viewers));
                    shown.push(event);
                }
            }
            let mut statements = event_terms::insert(&terms);
            statements.extend(showing.statements(&shown));
            let reached = found.marks.last().copied().or(filling.after);
            let done_at_us = found.is_last.then(|| self.now_us());
            statements.push(shares::fill(&filling, reached, done_at_us));
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                showing.note(self.words());
                return Ok(true);
            }
        }
    }

    /// The next events that may come with a share.
    async fn next_of(&self, filling: &Filling) -> Result<Found> {
        let step = Step {
            after: filling.after,
            from_us: i64::MIN,
            until_us: i64::MAX,
            order: Order::OldestFirst,
            limit: FILLED_AT_ONCE,
        };
        let mut parts = Vec::new();
        for entry in self.candidates(&filling.share).await? {
            parts.push(event_terms::walk(self.store(), entry, &step).await?);
        }
        let mut found = step.join(parts);
        if found.marks.len() > FILLED_AT_ONCE as usize {
            found.marks.truncate(FILLED_AT_ONCE as usize);
            found.is_last = false;
        }
        Ok(found)
    }

    /// Where all events stand that may come with a share.
    async fn candidates(&self, share: &Share) -> Result<Vec<Entry>> {
        let Some(identifier) = &share.identifier else { return Ok(Vec::new()) };
        if let Some(sharer) = share.sharer_id {
            return Ok(vec![event_terms::captured_by(sharer)]);
        }
        let mut candidates = Vec::new();
        for term in Term::naming(identifier).into_iter().chain([Term::OVERFLOW]) {
            let limit = MAX_QUERY_ENTRIES.saturating_sub(candidates.len());
            let found = event_terms::entries(self.store(), Scope::PLATFORM, term.0, limit).await?;
            match found {
                Some(entries) => candidates.extend(entries),
                None => return Ok(event_terms::all(self.store(), Scope::PLATFORM).await?),
            }
        }
        Ok(candidates)
    }
}

fn read(event: &Event) -> Result<epcis::Event> {
    let (document, _) = parse_document(&event.body, &own_limits());
    let parsed = document.and_then(|document| document.events.into_iter().next());
    parsed.ok_or_else(|| Error::internal("a stored event cannot be read"))
}
