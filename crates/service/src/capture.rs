//! EPCIS capture: a document's events, each stored once, all of them or none.
//!
//! Parsing and the event hash are pure and come first. What depends on the store (events known
//! already, ids of EPCs, states of items) is read, decided, and written in one write; if a
//! neighbour changed it meanwhile, it is decided again.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use epcis::{Document, EventType, parse_document, parse_xml};
use store::captures::{self, Capture};
use store::event_terms::{self, EventTerms};
use store::event_words;
use store::events::{self, Event, EventPage};
use store::id::{CaptureId, EnterpriseId};
use trace::{Action, EventKind};

use crate::caller::Lives;
use crate::identify::Identified;
use crate::ledger::Ledger;
use crate::limits::{
    MAX_CAPTURE_BYTES, MAX_CAPTURE_EVENTS, MAX_CAPTURE_ROWS, MAX_IDENTIFIER_BYTES, MAX_LISTED_CODES,
};
use crate::{Attempts, Caller, Error, Page, Paged, Result, Service, Violation};

/// Events of one capture that are not stored yet, with the key each will have.
pub(crate) struct Fresh<'a> {
    pub(crate) event: &'a epcis::Event,
    /// Where the event stands in its document: a JSON pointer, or an XPath in XML.
    pub(crate) pointer: String,
    pub(crate) event_key: [u8; 16],
}

/// Events by the key each has or will have.
type Keyed<'a> = BTreeMap<[u8; 16], &'a epcis::Event>;

impl Service {
    /// Captures an EPCIS document, JSON-LD or XML, which its first character tells: all its events,
    /// or none and every violation.
    ///
    /// An event that the caller's enterprise captured before is not stored a second time: the
    /// eventID is its identity, without one its event hash.
    pub async fn capture_document(&self, caller: &Caller, body: Vec<u8>) -> Result<Capture> {
        let owner = caller.captures_for()?;
        if body.len() > MAX_CAPTURE_BYTES {
            let limit = MAX_CAPTURE_BYTES as u64;
            return Err(Error::TooLarge { limit, what: "bytes of a captured document" });
        }
        let parsed = tokio::task::spawn_blocking(move || parse(&body));
        let document = parsed.await.map_err(Error::internal)??;
        let capture = self.capture_events(owner, caller.lives(), &document).await?;
        tracing::info!(
            capture.id = %capture.capture_id,
            n_events = capture.n_events,
            n_known = capture.n_known,
            "captured events"
        );
        Ok(capture)
    }

    /// One capture.
    pub async fn find_capture(&self, caller: &Caller, id: CaptureId) -> Result<Capture> {
        captures::find(self.store(), caller.scope(), id).await?.ok_or(Error::NotFound)
    }

    /// Captures in the order in which they can be read.
    pub async fn list_captures(&self, caller: &Caller, page: &Page) -> Result<Paged<Capture>> {
        self.place_captures().await?;
        let after = match &page.after {
            None => None,
            Some(id) => Some(self.position_of(caller.scope(), id.parse()?).await?),
        };
        let rows = captures::list(self.store(), caller.scope(), page.to_store(after)).await?;
        Ok(page.paged(rows, |row| row.capture_id.to_string()))
    }

    /// One event by its eventID, or by its event hash as `ni:` URI.
    pub async fn find_event(&self, caller: &Caller, event_id: &str) -> Result<Event> {
        events::find(self.store(), caller.scope(), event_id).await?.ok_or(Error::NotFound)
    }

    /// Events in order of [`Self::list_captures`], then as their documents had them.
    pub async fn list_events(&self, caller: &Caller, page: &Page) -> Result<Paged<Event>> {
        self.place_captures().await?;
        let after = match &page.after {
            None => None,
            Some(after) => {
                let (capture, index) = after.split_once('.').ok_or(Error::NotFound)?;
                let index = index.parse().map_err(|_| Error::NotFound)?;
                Some((self.position_of(caller.scope(), capture.parse()?).await?, index))
            }
        };
        let limit = page.to_store(None).limit;
        let wanted = EventPage { after, limit, order: page.store_order() };
        let rows = events::list(self.store(), caller.scope(), wanted).await?;
        Ok(page.paged(rows, |row| format!("{}.{}", row.capture_id, row.capture_index)))
    }

    /// Stores the events of a document that broke no rule.
    pub(crate) async fn capture_events(
        &self,
        owner: EnterpriseId,
        lives: Lives,
        document: &Document,
    ) -> Result<Capture> {
        let (keyed, n_differing_here) = keyed(owner, document)?;
        let mut attempts = Attempts::of("capture");
        loop {
            let (fresh, n_differing) = self.not_known(document, &keyed).await?;
            let named = self.identify(owner, &fresh).await?;
            let mut ledger = Ledger::new(owner, lives);
            for (fresh, named_here) in fresh.iter().zip(&named.events) {
                ledger.apply(self, &named.batches, &named_here.own, fresh).await?;
            }
            let now_us = self.now_us();
            let capture = Capture {
                capture_id: CaptureId::new(now_us, self.random_bits()),
                enterprise_id: owner,
                created_at_us: now_us,
                n_events: document.events.len() as u64,
                n_known: (document.events.len() - fresh.len()) as u64,
                n_differing: n_differing_here + n_differing,
            };
            let mut statements = vec![captures::insert(&capture)];
            statements.extend(named.interned);
            for (fresh, named_here) in fresh.iter().zip(&named.events) {
                statements.extend(events::insert(&stored(fresh, named_here, &capture)));
                statements.extend(event_terms::insert(&EventTerms {
                    event_key: fresh.event_key,
                    event_time_us: fresh.event.event_time_us,
                    viewer: owner,
                    terms: &terms_of(fresh.event),
                }));
                if statements.len() > MAX_CAPTURE_ROWS {
                    let limit = MAX_CAPTURE_ROWS as u64;
                    return Err(Error::TooLarge { limit, what: "rows of one capture" });
                }
            }
            statements.extend(ledger.statements());
            let words = self.words().unknown(owner, fresh.iter().map(|fresh| fresh.event));
            let noted = words.iter().map(|(field, word)| event_words::insert(owner, field, word));
            statements.extend(noted);
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                self.note_capture().await;
                self.words().note(owner, words);
                return Ok(capture);
            }
        }
    }

    /// The events of a document that the enterprise has not captured before, each once, and how
    /// many it captured with other content.
    async fn not_known<'a>(
        &self,
        document: &Document,
        keyed: &Keyed<'a>,
    ) -> Result<(Vec<Fresh<'a>>, u64)> {
        let keys: Vec<[u8; 16]> = keyed.keys().copied().collect();
        let known: BTreeMap<_, _> = events::known(self.store(), &keys).await?.into_iter().collect();
        let (mut fresh, mut n_differing) = (Vec::new(), 0);
        for (&event_key, &event) in keyed {
            match known.get(&event_key) {
                None => {
                    let pointer = document.event_pointer(event.event_index);
                    fresh.push(Fresh { event, pointer, event_key });
                }
                Some(event_hash) if *event_hash == event.event_hash => {}
                Some(_) => {
                    warn_of_other_content(event);
                    n_differing += 1;
                }
            }
        }
        fresh.sort_by_key(|fresh| fresh.event.event_index);
        Ok((fresh, n_differing))
    }
}

/// Bounds for events that we wrote or stored ourselves: a list of codes may be as many ranges.
pub(crate) fn own_limits() -> epcis::Limits {
    epcis::Limits { n_ranges: MAX_LISTED_CODES, ..epcis::Limits::default() }
}

fn parse(body: &[u8]) -> Result<Document> {
    let limits = epcis::Limits { n_events: MAX_CAPTURE_EVENTS, ..epcis::Limits::default() };
    // Neither format can begin with the first character of the other.
    let is_xml =
        body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start().starts_with(b"<");
    let (document, violations) =
        if is_xml { parse_xml(body, &limits) } else { parse_document(body, &limits) };
    match document {
        Some(document) if violations.is_empty() => Ok(document),
        _ => Err(Error::Rejected(
            violations
                .into_iter()
                .map(|violation| Violation {
                    pointer: violation.pointer,
                    rule: violation.rule.name(),
                    message: violation.message,
                })
                .collect(),
        )),
    }
}

/// The events of a document by key; of several with one identity the first stands, and those with
/// other content than the first are counted.
fn keyed(owner: EnterpriseId, document: &Document) -> Result<(Keyed<'_>, u64)> {
    let mut keyed: Keyed<'_> = BTreeMap::new();
    let (mut violations, mut n_differing) = (Vec::new(), 0);
    for event in &document.events {
        let first = keyed.entry(event_key(owner, event)).or_insert(event);
        if first.event_hash != event.event_hash {
            warn_of_other_content(event);
            n_differing += 1;
        }
        if event.event_id.as_ref().is_some_and(|id| id.len() > MAX_IDENTIFIER_BYTES) {
            violations.push(Violation {
                pointer: format!("{}/eventID", document.event_pointer(event.event_index)),
                rule: "identifier-too-long",
                message: format!("an identifier has {MAX_IDENTIFIER_BYTES} bytes at most"),
            });
        }
    }
    if violations.is_empty() { Ok((keyed, n_differing)) } else { Err(Error::Rejected(violations)) }
}

/// Repositories are idempotent on eventID; who wants to correct an event declares its error.
fn warn_of_other_content(event: &epcis::Event) {
    let event_id = event.event_id.as_deref().unwrap_or_default();
    tracing::warn!(event.id = event_id, "an eventID came again with other content: not stored");
}

/// Sixteen bytes of SHA-256 over enterprise and identity: the eventID, else the event hash, and
/// for a declared error its hash and declaration time, which the hash leaves out.
fn event_key(owner: EnterpriseId, event: &epcis::Event) -> [u8; 16] {
    let mut bytes = owner.number().to_be_bytes().to_vec();
    // An eventID that is the event's own hash says nothing that the hash does not.
    let event_id = event.event_id.as_ref().filter(|id| **id != event.event_hash_uri());
    match (&event.error_declaration, event_id) {
        (Some(declared), _) => {
            bytes.push(b'!');
            bytes.extend(event.event_hash);
            bytes.extend(declared.declaration_time_us.to_be_bytes());
        }
        (None, Some(event_id)) => {
            bytes.push(b'=');
            bytes.extend(event_id.as_bytes());
        }
        (None, None) => {
            bytes.push(b'#');
            bytes.extend(event.event_hash);
        }
    }
    let mut key = [0; 16];
    key.copy_from_slice(&digest(&SHA256, &bytes).as_ref()[..16]);
    key
}

/// What the event is looked up by.
fn terms_of(event: &epcis::Event) -> Vec<i64> {
    epcis::query::event_terms(event).into_iter().map(|term| term.0).collect()
}

fn stored(fresh: &Fresh<'_>, identified: &Identified, capture: &Capture) -> Event {
    let event = fresh.event;
    Event {
        event_key: fresh.event_key,
        enterprise_id: capture.enterprise_id,
        event_id: event.event_id.clone().unwrap_or_else(|| event.event_hash_uri()),
        event_hash: event.event_hash,
        kind: match event.event_type {
            EventType::ObjectEvent => EventKind::Object,
            EventType::AggregationEvent => EventKind::Aggregation,
            EventType::TransactionEvent => EventKind::Transaction,
            EventType::TransformationEvent => EventKind::Transformation,
            EventType::AssociationEvent => EventKind::Association,
        },
        action: event.action.map(|action| match action {
            epcis::Action::Add => Action::Add,
            epcis::Action::Observe => Action::Observe,
            epcis::Action::Delete => Action::Delete,
        }),
        biz_step: event.biz_step.clone().unwrap_or_default(),
        event_time_us: event.event_time_us,
        record_time_us: capture.created_at_us,
        capture_id: capture.capture_id,
        capture_index: event.event_index as u32,
        ranges: identified.ranges.clone(),
        body: event.body.clone(),
    }
}
