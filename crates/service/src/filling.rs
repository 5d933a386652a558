//! Filling: events from before a share come with it too, step by step.
//!
//! It begins a minute after the share was made, when every server knows of it and the captures of
//! before are committed, and walks in the order of event time; whatever is captured meanwhile comes
//! with the share by itself. Each step is one write that notes how far it went, so a step that is
//! cut off is done again, and of several servers one does it.

use std::collections::BTreeMap;
use std::sync::{Arc, MutexGuard, PoisonError};

use epcis::parse_document;
use epcis::query::Term;
use store::event_terms::{self, Entry};
use store::events::{self, Event};
use store::id::{Scope, ShareId, Viewer};
use store::page::Order;
use store::shares::{self, Filling, Share};
use store::walk::{Found, Step};

use crate::capture::{own_limits, terms_of};
use crate::limits::{
    FILLED_AT_ONCE, FILLED_ROWS, FILLING_AFTER_US, FILLING_REST_US, MAX_DELIVERY_BYTES,
    MAX_QUERY_ENTRIES,
};
use crate::shares::{Showing, comes_with};
use crate::{Attempts, Error, Result, Service};

/// Which share was looked at last, and which of them failed and rest until when, in microseconds
/// since the epoch.
#[derive(Default)]
pub(crate) struct Turns {
    last: Option<ShareId>,
    resting: BTreeMap<ShareId, i64>,
}

impl Service {
    /// Does one step for the next share that waits; whether one had its turn.
    ///
    /// Shares take turns, and one that fails rests a while, so none keeps the others waiting.
    pub async fn fill_shares(&self) -> Result<bool> {
        let Some(mut filling) = self.next_to_fill().await? else { return Ok(false) };
        let share_id = filling.share.share_id;
        let mut attempts = Attempts::of("fill a share");
        let outcome = loop {
            match self.fill_step(&filling, &mut attempts).await {
                Ok(true) => break Ok(()),
                Err(error) => break Err(error),
                Ok(false) => {}
            }
            // Another server went on with it, or it has ended.
            match shares::filling(self.store(), share_id).await? {
                Some(further) => filling = further,
                None => break Ok(()),
            }
        };
        if let Err(error) = outcome {
            tracing::error!(share.id = %share_id, %error, "a share is not filled; it rests");
            self.turns().resting.insert(share_id, self.now_us() + FILLING_REST_US);
        }
        Ok(true)
    }

    /// The share that waits and comes after the one of the last turn.
    async fn next_to_fill(&self) -> Result<Option<Filling>> {
        let now_us = self.now_us();
        let last = {
            let mut turns = self.turns();
            turns.resting.retain(|_, until_us| *until_us > now_us);
            turns.last
        };
        let made_before_us = now_us - FILLING_AFTER_US;
        // Those behind it, then those up to it.
        for (mut after, until) in [(last, None), (None, last)] {
            while let Some(found) = shares::to_fill(self.store(), made_before_us, after).await? {
                let id = found.share.share_id;
                if until.is_some_and(|until| id > until) {
                    break;
                }
                let mut turns = self.turns();
                if !turns.resting.contains_key(&id) {
                    turns.last = Some(id);
                    return Ok(Some(found));
                }
                after = Some(id);
            }
        }
        Ok(None)
    }

    fn turns(&self) -> MutexGuard<'_, Turns> {
        self.filling().lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One write that notes how far it went; false if the share changed meanwhile.
    async fn fill_step(&self, filling: &Filling, attempts: &mut Attempts) -> Result<bool> {
        let found = self.next_of(filling).await?;
        let keys: Vec<[u8; 16]> = found.marks.iter().map(|(_, key)| *key).collect();
        let known = shares::known_events(self.store(), filling.share.share_id, &keys).await?;
        let share = Arc::new(filling.share.clone());
        let (mut showing, mut shown, mut terms) = (Showing::default(), Vec::new(), Vec::new());
        let (mut n_rows, mut n_bytes) = (0, 0);
        let mut reached = filling.after;
        for mark in &found.marks {
            let read = events::by_keys(self.store(), Scope::PLATFORM, &[mark.1]).await?;
            for event in read.into_iter().filter(|event| !known.contains(&event.event_key)) {
                let parsed = read_event(&event)?;
                let products = self.products_of(&event.ranges).await?;
                n_bytes += event.body.len();
                if comes_with(&share, event.enterprise_id, &parsed, &products) {
                    n_rows += events::n_rows(&event);
                    showing.push(self.words(), vec![Arc::clone(&share)], &parsed);
                    let viewers = vec![Viewer::share(share.share_id)];
                    terms.push(terms_of(event.event_key, &parsed, viewers));
                    shown.push(event);
                }
            }
            reached = Some(*mark);
            if n_rows >= FILLED_ROWS || n_bytes >= MAX_DELIVERY_BYTES as usize {
                break;
            }
        }
        let is_done = found.is_last && reached == found.marks.last().copied().or(filling.after);
        let mut statements = event_terms::insert(&terms, u64::from_be_bytes(self.random()));
        statements.extend(showing.statements(&shown));
        statements.push(shares::fill(filling, reached, is_done.then(|| self.now_us())));
        let is_written = self.write_decided(attempts, statements).await?.is_some();
        if is_written {
            showing.note(self.words());
        }
        Ok(is_written)
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

fn read_event(event: &Event) -> Result<epcis::Event> {
    let (document, _) = parse_document(&event.body, &own_limits());
    let parsed = document.and_then(|document| document.events.into_iter().next());
    parsed.ok_or_else(|| Error::internal("a stored event cannot be read"))
}
