//! EPCIS capture: a document's events, each stored once.
//!
//! A small document is captured whole, in one write (`portion`). One that arrives may be large, or
//! proceed over its errors: it is kept in the store (`intake`) and captured after the answer
//! (`job`), in portions as they are read (`read`).

mod intake;
mod job;
mod portion;
mod read;

use epcis::{Document, DocumentKind, Format, parse_document, parse_xml};
use store::captures::{self, Capture, CaptureError};
use store::events::{self, Event, EventPage};
use store::id::{CaptureId, EnterpriseId};

pub use self::intake::{ErrorBehaviour, Intake};
pub(crate) use self::job::Jobs;
pub use self::portion::EVENT_EXISTS;
pub(crate) use self::portion::{Fresh, terms_of};
use self::portion::{Placed, Portion, event_key};
use crate::caller::Lives;
use crate::limits::{MAX_LISTED_CODES, MAX_WHOLE_BYTES, MAX_WHOLE_EVENTS};
use crate::{Caller, Error, Page, Paged, Result, Service, Violation};

/// A capture as its client may ask for it, while it goes on and afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureJob {
    /// How far it is.
    pub capture: Capture,
    /// What was found wrong: the first hundred, in the order of the document.
    pub errors: Vec<CaptureError>,
    /// What is odd about it and breaks no rule, in the same way.
    pub warnings: Vec<CaptureError>,
}

impl Service {
    /// Captures an EPCIS document, JSON-LD or XML, which its first character tells: all its events,
    /// or none and every violation.
    ///
    /// An event that the caller's enterprise captured before is not stored a second time: the
    /// eventID is its identity, without one its event hash. Another content under a known eventID
    /// is a violation.
    pub async fn capture_document(&self, caller: &Caller, body: Vec<u8>) -> Result<Capture> {
        let owner = caller.captures_for()?;
        if body.len() > MAX_WHOLE_BYTES {
            let limit = MAX_WHOLE_BYTES as u64;
            return Err(Error::TooLarge { limit, what: "bytes of a document captured whole" });
        }
        let parsed = tokio::task::spawn_blocking(move || parse(&body));
        let document = parsed.await.map_err(Error::internal)??;
        let capture = self.capture_events(owner, caller.lives(), document).await?;
        tracing::info!(
            capture.id = %capture.capture_id,
            n_events = capture.n_events,
            n_known = capture.n_known,
            "captured events"
        );
        Ok(capture)
    }

    /// Captures one event, JSON-LD or XML, without a document around it.
    ///
    /// # Errors
    ///
    /// `Conflict` if the caller's enterprise captured it before.
    pub async fn capture_event(&self, caller: &Caller, body: Vec<u8>) -> Result<Event> {
        let owner = caller.captures_for()?;
        let document = tokio::task::spawn_blocking(move || parse(&body));
        let document = document.await.map_err(Error::internal)??;
        let [event] = &document.events[..] else { return Err(one_event()) };
        if document.kind != DocumentKind::Event {
            return Err(one_event());
        }
        let event_id = event.event_id.clone().unwrap_or_else(|| event.event_hash_uri());
        let event_key = event_key(owner, event);
        let known = || Error::Conflict(format!("the event {event_id} was captured before"));
        if !events::known(self.store(), &[event_key]).await?.is_empty() {
            return Err(known());
        }
        let capture = self.capture_events(owner, caller.lives(), document).await?;
        if capture.n_known > 0 {
            return Err(known());
        }
        let stored = events::by_keys(self.store(), caller.scope(), &[event_key]).await?;
        stored.into_iter().next().ok_or_else(|| Error::internal("an event was not stored"))
    }

    /// One capture.
    pub async fn find_capture(&self, caller: &Caller, id: CaptureId) -> Result<Capture> {
        captures::find(self.store(), caller.scope(), id).await?.ok_or(Error::NotFound)
    }

    /// One capture with its errors.
    pub async fn find_capture_job(&self, caller: &Caller, id: CaptureId) -> Result<CaptureJob> {
        let capture = self.find_capture(caller, id).await?;
        self.with_errors(capture).await
    }

    /// [`Self::list_captures`] with the errors of each.
    pub async fn list_capture_jobs(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<Paged<CaptureJob>> {
        let Paged { items, next } = self.list_captures(caller, page).await?;
        let mut jobs = Vec::with_capacity(items.len());
        for capture in items {
            jobs.push(self.with_errors(capture).await?);
        }
        Ok(Paged { items: jobs, next })
    }

    async fn with_errors(&self, capture: Capture) -> Result<CaptureJob> {
        let errors = match capture.n_errors {
            0 => Vec::new(),
            _ => captures::errors(self.store(), capture.capture_id).await?,
        };
        let warnings = captures::warnings(self.store(), capture.capture_id).await?;
        Ok(CaptureJob { capture, errors, warnings })
    }

    /// Captures in the order in which they can be read.
    pub async fn list_captures(&self, caller: &Caller, page: &Page) -> Result<Paged<Capture>> {
        let scope = caller.business()?;
        self.place_captures().await?;
        let after = match &page.after {
            None => None,
            Some(id) => Some(self.position_of(scope, id.parse()?).await?),
        };
        let rows = captures::list(self.store(), scope, page.to_store(after)).await?;
        Ok(page.paged(rows, |row| row.capture_id.to_string()))
    }

    /// The events of one eventID, or of an event hash as `ni:` URI: the event, and the declarations
    /// of its error in the order in which they came. Those of the caller's enterprise come first,
    /// then those that are shown to it. Never empty.
    pub async fn find_event(&self, caller: &Caller, event_id: &str) -> Result<Vec<Event>> {
        let scope = caller.business()?;
        let mut found = events::by_event_id(self.store(), scope, event_id).await?;
        found.sort_by_key(|it| {
            (!scope.holds(it.enterprise_id), it.record_time_us, it.capture_id, it.capture_index)
        });
        if found.is_empty() { Err(Error::NotFound) } else { Ok(found) }
    }

    /// Events in order of [`Self::list_captures`], then as their documents had them.
    pub async fn list_events(&self, caller: &Caller, page: &Page) -> Result<Paged<Event>> {
        let scope = caller.business()?;
        self.place_captures().await?;
        let after = match &page.after {
            None => None,
            Some(after) => {
                let (capture, index) = after.split_once('.').ok_or(Error::NotFound)?;
                let index = index.parse().map_err(|_| Error::NotFound)?;
                Some((self.position_of(scope, capture.parse()?).await?, index))
            }
        };
        let limit = page.to_store(None).limit;
        let wanted = EventPage { after, limit, order: page.store_order() };
        let rows = events::list(self.store(), scope, wanted).await?;
        Ok(page.paged(rows, |row| format!("{}.{}", row.capture_id, row.capture_index)))
    }

    /// Stores the events of a document that broke no rule.
    pub(crate) async fn capture_events(
        &self,
        owner: EnterpriseId,
        lives: Lives,
        mut document: Document,
    ) -> Result<Capture> {
        self.check_master_data(owner, &document.master_data).await?;
        let events = std::mem::take(&mut document.events);
        let placed = |event: epcis::Event| {
            let pointer = document.event_pointer(event.event_index);
            Placed { event, pointer }
        };
        let events: Vec<Placed> = events.into_iter().map(placed).collect();
        let warnings = std::mem::take(&mut document.warnings).into_iter().map(read::error_of);
        let warnings: Vec<CaptureError> = warnings.collect();
        let portion = Portion { owner, lives, events: &events, warnings: &warnings, moving: None };
        let capture = self.store_portion(&portion).await?;
        // After the events, for a document that breaks a rule leaves nothing.
        self.keep_master_data(owner, &document.master_data).await?;
        Ok(capture)
    }
}

fn one_event() -> Error {
    let message = "send one event here, and documents to /epcis/capture";
    Error::rejected("", "not-an-event", message)
}

/// Bounds for events that we wrote or stored ourselves: a list of codes may be as many ranges.
pub(crate) fn own_limits() -> epcis::Limits {
    epcis::Limits { n_ranges: MAX_LISTED_CODES, ..epcis::Limits::default() }
}

fn parse(body: &[u8]) -> Result<Document> {
    match parse_with(body, &whole_limits()) {
        (Some(document), violations) if violations.is_empty() => Ok(document),
        (_, violations) => Err(rejected(violations)),
    }
}

/// Bounds of a document that is captured in one write.
fn whole_limits() -> epcis::Limits {
    epcis::Limits { n_events: MAX_WHOLE_EVENTS, ..epcis::Limits::default() }
}

fn parse_with(body: &[u8], limits: &epcis::Limits) -> (Option<Document>, Vec<epcis::Violation>) {
    match format_of(body) {
        Format::Xml => parse_xml(body, limits),
        Format::Json => parse_document(body, limits),
    }
}

/// Neither format can begin with the first character of the other.
fn format_of(body: &[u8]) -> Format {
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
    if text.starts_with(b"<") { Format::Xml } else { Format::Json }
}

fn rejected(violations: Vec<epcis::Violation>) -> Error {
    let violations = violations.into_iter().map(|violation| Violation {
        pointer: violation.pointer,
        rule: violation.rule.name(),
        message: violation.message,
    });
    Error::Rejected(violations.collect())
}
