//! EPCIS capture: a document's events, each stored once, all of them or none.
//!
//! Parsing and the event hash are pure and come first. What depends on the store (events known
//! already, ids of EPCs, states of items) is read, decided, and written in one write; if a
//! neighbour changed it meanwhile, it is decided again.

mod portion;

use epcis::{Document, parse_document, parse_xml};
use store::captures::{self, Capture};
use store::events::{self, Event, EventPage};
use store::id::{CaptureId, EnterpriseId};

pub(crate) use self::portion::{Fresh, terms_of};
use self::portion::{Placed, Portion};
use crate::caller::Lives;
use crate::limits::{MAX_CAPTURE_BYTES, MAX_CAPTURE_EVENTS, MAX_LISTED_CODES};
use crate::{Caller, Error, Page, Paged, Result, Service, Violation};

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
        let capture = self.capture_events(owner, caller.lives(), document).await?;
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
        mut document: Document,
    ) -> Result<Capture> {
        self.check_master_data(owner, &document.master_data).await?;
        let events = std::mem::take(&mut document.events);
        let placed = |event: epcis::Event| {
            let pointer = document.event_pointer(event.event_index);
            Placed { event, pointer }
        };
        let events: Vec<Placed> = events.into_iter().map(placed).collect();
        let capture = self.store_portion(&Portion { owner, lives, events: &events }).await?;
        // After the events, for a document that breaks a rule leaves nothing.
        self.keep_master_data(owner, &document.master_data).await?;
        Ok(capture)
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
