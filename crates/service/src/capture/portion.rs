//! Events that one write stores: what is new among them, what they name, what they do to our own
//! items. It is read, decided, and written; if a neighbour changed it meanwhile, decided again.

use std::collections::{BTreeMap, HashMap};

use aws_lc_rs::digest::{SHA256, digest};
use epcis::EventType;
use store::captures::{self, Capture, CaptureError, ErrorBehaviour};
use store::event_terms::{self, EventTerms};
use store::event_words;
use store::events::{self, Event};
use store::id::{CaptureId, EnterpriseId, Viewer};
use trace::{Action, EventKind};

use super::job::Moving;
use crate::caller::Lives;
use crate::circumstances::circumstances_of;
use crate::identify::Identified;
use crate::ledger::Ledger;
use crate::limits::{MAX_CAPTURE_ROWS, MAX_IDENTIFIER_BYTES, MAX_ROLLBACK_CHANGES};
use crate::{Attempts, Error, Result, Service, Violation};

/// An event of a document.
pub(crate) struct Placed {
    pub(crate) event: epcis::Event,
    /// Where it stands in its document: a JSON pointer, or an XPath in XML.
    pub(crate) pointer: String,
}

/// Events that broke no rule, in the order of their document.
pub(crate) struct Portion<'a> {
    pub(crate) owner: EnterpriseId,
    pub(crate) lives: Lives,
    pub(crate) events: &'a [Placed],
    /// What is odd about them; a job notes that by itself.
    pub(crate) warnings: &'a [CaptureError],
    /// The job of which this is a portion, and where it moves to with the write.
    pub(crate) moving: Option<Moving<'a>>,
}

/// What a document does as far as it was checked.
pub(crate) struct Checked {
    /// To the states of items.
    pub(crate) ledger: Ledger,
    /// Its events by key, with the beginning of the event hash of each.
    events: HashMap<[u8; 16], [u8; 8]>,
}

impl Checked {
    /// Nothing yet.
    pub(crate) fn new(owner: EnterpriseId, lives: Lives) -> Self {
        Self { ledger: Ledger::new(owner, lives), events: HashMap::new() }
    }

    /// The same with the states of items as they are by now; none if the document has to be read
    /// again, since one of its events was captured meanwhile, or another under its eventID.
    pub(crate) async fn again(self, service: &Service) -> Result<Option<Self>> {
        let keys: Vec<[u8; 16]> = self.events.keys().copied().collect();
        for (key, event_hash) in events::known(service.store(), &keys).await? {
            if self.events.get(&key).map(<[u8; 8]>::as_slice) != event_hash.get(..8) {
                return Ok(None);
            }
        }
        let ledger = self.ledger.again(service).await?;
        Ok(ledger.map(|ledger| Self { ledger, ..self }))
    }
}

/// An event that is not stored yet, with the key it will have.
pub(crate) struct Fresh<'a> {
    pub(crate) event: &'a epcis::Event,
    pub(crate) pointer: &'a str,
    pub(crate) event_key: [u8; 16],
}

/// Events by the key each has or will have.
struct Keyed<'a> {
    /// The first of each key.
    first: BTreeMap<[u8; 16], &'a Placed>,
    /// Those with other content than the first of their key.
    others: Vec<([u8; 16], &'a Placed)>,
}

impl Service {
    /// Stores the events of a portion as one capture. An event whose eventID another one has is
    /// refused: with the whole portion, or in a job it alone, which its errors tell.
    pub(crate) async fn store_portion(&self, portion: &Portion<'_>) -> Result<Capture> {
        let &Portion { owner, lives, events, warnings, ref moving } = portion;
        let keyed = keyed(owner, events)?;
        let mut attempts = Attempts::of("capture");
        loop {
            self.refresh_shares().await?;
            let (fresh, differing) = self.not_known(&keyed).await?;
            if moving.is_none() && !differing.is_empty() {
                return Err(Error::Rejected(differing));
            }
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
                finished_at_us: Some(now_us),
                behaviour: ErrorBehaviour::Rollback,
                n_events: events.len() as u64,
                n_known: (events.len() - fresh.len() - differing.len()) as u64,
                n_differing: differing.len() as u64,
                n_errors: 0,
                job_id: moving.as_ref().map(|moving| moving.job.capture_id),
            };
            let mut statements = vec![captures::insert(&capture)];
            if let Some(moving) = moving {
                statements.extend(moving.statements(now_us, capture.n_known, differing));
            }
            let warnings = (0..).zip(warnings);
            statements.extend(
                warnings.map(|(no, it)| captures::insert_warning(capture.capture_id, no, it)),
            );
            statements.extend(named.interned);
            let events = fresh.iter().zip(&named.events);
            let stored: Vec<_> = events.map(|(it, named)| stored(it, named, &capture)).collect();
            let shown = stored.iter().zip(&fresh).map(|(it, fresh)| (fresh.event, &it.ranges[..]));
            let showing = self.showing(owner, shown).await?;
            let n_times = |index| 1 + showing.viewers(index).count();
            let rows = stored.iter().enumerate().map(|(i, it)| events::n_rows(it) * n_times(i));
            // One event of a document that is captured already is stored whatever it costs.
            let is_due = moving.is_some() && stored.len() == 1;
            if !is_due && rows.sum::<usize>() > MAX_CAPTURE_ROWS {
                let limit = MAX_CAPTURE_ROWS as u64;
                return Err(Error::TooLarge { limit, what: "rows of one capture" });
            }
            statements.extend(events::insert(&stored));
            statements.extend(showing.statements(&stored));
            let owner = Viewer::from(owner);
            let viewers = |index| [owner].into_iter().chain(showing.viewers(index)).collect();
            let terms = |(i, it): (usize, &Fresh<'_>)| terms_of(it.event_key, it.event, viewers(i));
            let terms: Vec<_> = fresh.iter().enumerate().map(terms).collect();
            statements.extend(event_terms::insert(&terms, capture.capture_id.number() as u64));
            statements.extend(ledger.statements());
            let words = self.words().unknown(owner, fresh.iter().map(|fresh| fresh.event));
            let noted = words.iter().map(|(field, word)| event_words::insert(owner, field, word));
            statements.extend(noted);
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                self.note_capture().await;
                self.words().note(owner, words);
                showing.note(self.words());
                return Ok(capture);
            }
            if let Some(moving) = moving {
                self.check_claim(moving.job).await?;
            }
        }
    }

    /// Looks for what would keep the events of a portion from being stored, and notes in `checked`
    /// what they do.
    pub(crate) async fn check_portion(
        &self,
        portion: &Portion<'_>,
        checked: &mut Checked,
    ) -> Result<()> {
        let keyed = keyed(portion.owner, portion.events)?;
        let (fresh, mut differing) = self.not_known(&keyed).await?;
        for (&event_key, placed) in &keyed.first {
            let hash = placed.event.event_hash.first_chunk().expect("an event hash is longer");
            if *checked.events.entry(event_key).or_insert(*hash) != *hash {
                differing.push(has_other_content(placed));
            }
        }
        if !differing.is_empty() {
            return Err(Error::Rejected(differing));
        }
        let ledger = &mut checked.ledger;
        let (own, batches) = self.own_runs(portion.owner, &fresh).await?;
        for (fresh, own) in fresh.iter().zip(&own) {
            let applied = ledger.apply(self, &batches, own, fresh).await;
            applied.map_err(|error| match error {
                Error::TooLarge { .. } => too_many_changes(),
                other => other,
            })?;
        }
        let is_many = ledger.n_changed() > MAX_ROLLBACK_CHANGES;
        if is_many { Err(too_many_changes()) } else { Ok(()) }
    }

    /// The events that the enterprise has not captured before, each once, and what is wrong with
    /// those that it captured with other content.
    async fn not_known<'a>(&self, keyed: &Keyed<'a>) -> Result<(Vec<Fresh<'a>>, Vec<Violation>)> {
        let keys: Vec<[u8; 16]> = keyed.first.keys().copied().collect();
        let known: BTreeMap<_, _> = events::known(self.store(), &keys).await?.into_iter().collect();
        let (mut fresh, mut differing) = (Vec::new(), Vec::new());
        for (&event_key, &placed) in &keyed.first {
            let Placed { event, pointer } = placed;
            match known.get(&event_key) {
                None => fresh.push(Fresh { event, pointer, event_key }),
                Some(event_hash) if *event_hash == event.event_hash => {}
                Some(_) => differing.push(has_other_content(placed)),
            }
        }
        // Where nothing is stored the first stands.
        let is_stored = |(key, placed): &&([u8; 16], &Placed)| {
            known.get(key).is_some_and(|event_hash| *event_hash == placed.event.event_hash)
        };
        let others = keyed.others.iter().filter(|other| !is_stored(other));
        differing.extend(others.map(|(_, placed)| has_other_content(placed)));
        fresh.sort_by_key(|fresh| fresh.event.event_index);
        Ok((fresh, differing))
    }
}

fn too_many_changes() -> Error {
    let message = format!(
        "a document that is captured all or none changes the lives of {MAX_ROLLBACK_CHANGES} runs \
         of codes at most: send smaller ones, or GS1-Capture-Error-Behaviour: proceed"
    );
    Error::rejected("", "too-many-changes", message)
}

fn keyed(owner: EnterpriseId, events: &[Placed]) -> Result<Keyed<'_>> {
    let mut keyed = Keyed { first: BTreeMap::new(), others: Vec::new() };
    let mut violations = Vec::new();
    for placed in events {
        let event = &placed.event;
        let event_key = event_key(owner, event);
        let first = keyed.first.entry(event_key).or_insert(placed);
        if first.event.event_hash != event.event_hash {
            keyed.others.push((event_key, placed));
        }
        if event.event_id.as_ref().is_some_and(|id| id.len() > MAX_IDENTIFIER_BYTES) {
            violations.push(Violation {
                pointer: format!("{}/eventID", placed.pointer),
                rule: "identifier-too-long",
                message: format!("an identifier has {MAX_IDENTIFIER_BYTES} bytes at most"),
            });
        }
    }
    if violations.is_empty() { Ok(keyed) } else { Err(Error::Rejected(violations)) }
}

/// An eventID is one event's for ever; who wants to correct it declares its error.
fn has_other_content(placed: &Placed) -> Violation {
    Violation {
        pointer: format!("{}/eventID", placed.pointer),
        rule: EVENT_EXISTS,
        message: "another event has this eventID; to correct that one declare its error, and send \
                  this one under an eventID of its own"
            .into(),
    }
}

/// The rule of an eventID that another event has.
pub const EVENT_EXISTS: &str = "event-exists";

/// Sixteen bytes of SHA-256 over enterprise and identity: the eventID, else the event hash, and
/// for a declared error its hash and declaration time, which the hash leaves out.
pub(super) fn event_key(owner: EnterpriseId, event: &epcis::Event) -> [u8; 16] {
    match &event.error_declaration {
        None => key_without_error(owner, event),
        Some(declared) => {
            let mut bytes = event.event_hash.to_vec();
            bytes.extend(declared.declaration_time_us.to_be_bytes());
            key_of(owner, b'!', &bytes)
        }
    }
}

/// The key of an event, or of the one that it declares to be wrong.
fn key_without_error(owner: EnterpriseId, event: &epcis::Event) -> [u8; 16] {
    // An eventID that is the event's own hash says nothing that the hash does not.
    match event.event_id.as_ref().filter(|id| **id != event.event_hash_uri()) {
        Some(event_id) => key_of(owner, b'=', event_id.as_bytes()),
        None => key_of(owner, b'#', &event.event_hash),
    }
}

fn key_of(owner: EnterpriseId, kind: u8, identity: &[u8]) -> [u8; 16] {
    let mut bytes = owner.number().to_be_bytes().to_vec();
    bytes.push(kind);
    bytes.extend(identity);
    let mut key = [0; 16];
    key.copy_from_slice(&digest(&SHA256, &bytes).as_ref()[..16]);
    key
}

/// What the event is looked up by.
pub(crate) fn terms_of(
    event_key: [u8; 16],
    event: &epcis::Event,
    viewers: Vec<Viewer>,
) -> EventTerms {
    let terms = epcis::query::event_terms(event).into_iter().map(|term| term.0).collect();
    EventTerms { event_key, event_time_us: event.event_time_us, viewers, terms }
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
        circumstances: circumstances_of(
            event,
            &identified.amounts,
            event
                .error_declaration
                .as_ref()
                .map(|_| key_without_error(capture.enterprise_id, event)),
        ),
        body: event.body.clone(),
    }
}
