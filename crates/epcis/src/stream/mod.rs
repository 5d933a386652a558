//! Events one by one from a source of bytes, so that a document of any length takes the memory
//! of one event.
//!
//! What stands before the events is remembered, so in JSON `@context` and `type` must stand
//! there; [`crate::parse_document`] takes them in any order, but needs the whole document.

mod json;

use std::{
    io::{self, BufReader, Read},
    sync::Arc,
};

use json::{Found, JsonEvents};

use crate::{
    DocumentKind, Event, Format, Limits, Rule, Violation, VocabularyElement,
    master_data::of_header_text,
    report::{Pointer, Report},
    xml::{self, Events, Fault},
};

/// One event of a document, or what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadEvent {
    /// Its place in the event list, 0-based.
    pub event_index: usize,
    /// Where it stands: a JSON pointer, or an XPath in XML.
    pub pointer: String,
    /// The event; `None` if and only if there are violations.
    pub event: Option<Event>,
    /// What is wrong, with pointers into the whole document.
    pub violations: Vec<Violation>,
    /// What is odd but breaks no rule.
    pub warnings: Vec<Violation>,
}

/// Why the rest of a document is not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The bytes could not be read.
    #[error("the document could not be read")]
    Io(#[source] io::Error),
    /// Something is wrong outside the events. Events that were read before are not to be kept.
    #[error("the document breaks {} rules", .0.len())]
    Rejected(Vec<Violation>),
}

/// An iterator over the events of a document.
///
/// ```
/// use epcis::{EventReader, Format, Limits};
///
/// let body = br#"{
///   "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
///   "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-11-21T00:00:00Z",
///   "epcisBody": {"eventList": [{
///     "type": "ObjectEvent",
///     "eventTime": "2026-11-21T09:30:00+08:00", "eventTimeZoneOffset": "+08:00",
///     "action": "OBSERVE", "epcList": ["urn:epc:id:sgtin:4023333.000055.1A"]
///   }]}
/// }"#;
/// let events: Result<Vec<_>, _> =
///     EventReader::new(&body[..], Format::Json, &Limits::default()).collect();
/// let events = events?;
/// assert_eq!(events[0].violations, []);
/// # Ok::<(), epcis::ReadError>(())
/// ```
pub struct EventReader<R: Read> {
    source: Source<R>,
    limits: Limits,
    n_events: usize,
    is_done: bool,
    kind: Option<DocumentKind>,
}

enum Source<R: Read> {
    Json(Box<JsonEvents<R>>),
    /// XML whose first element was not read yet.
    Unopened(Option<R>),
    Xml(Box<Events<BufReader<Bounded<R>>>>),
}

impl<R: Read> EventReader<R> {
    /// Reads nothing yet.
    pub fn new(source: R, format: Format, limits: &Limits) -> EventReader<R> {
        let source = match format {
            Format::Json => Source::Json(Box::new(JsonEvents::new(source, limits))),
            Format::Xml => Source::Unopened(Some(source)),
        };
        EventReader { source, limits: limits.clone(), n_events: 0, is_done: false, kind: None }
    }

    /// What the outermost object is; known from the first event on.
    pub fn kind(&self) -> Option<DocumentKind> {
        self.kind
    }

    /// The master data of the document's header; known behind the last event, and told once.
    pub fn take_master_data(&mut self) -> Vec<VocabularyElement> {
        match &mut self.source {
            Source::Json(events) => std::mem::take(&mut events.master_data),
            Source::Unopened(_) => Vec::new(),
            Source::Xml(events) => {
                events.take_header().as_deref().map_or_else(Vec::new, of_header_text)
            }
        }
    }

    /// Events so far, faulty ones included.
    pub fn n_events(&self) -> usize {
        self.n_events
    }

    fn read(&mut self) -> Result<Option<ReadEvent>, ReadError> {
        if let Source::Unopened(source) = &mut self.source
            && let Some(source) = source.take()
        {
            let source = BufReader::new(Bounded::new(source, self.limits.event_bytes));
            let events = Events::open(source, &self.limits).map_err(given_up)?;
            self.kind = Some(events.kind());
            self.source = Source::Xml(Box::new(events));
        }
        let read = match &mut self.source {
            Source::Json(events) => {
                let found = events.next(&self.limits)?;
                self.kind = self.kind.or(events.kind());
                found
            }
            Source::Xml(events) => next_in_xml(events, &self.limits)?,
            Source::Unopened(_) => None,
        };
        let Some(read) = read else { return Ok(None) };
        self.n_events += 1;
        if self.n_events > self.limits.n_events {
            let message = format!("more than {} events", self.limits.n_events);
            return Err(rejected(Rule::TooManyEvents, message));
        }
        Ok(Some(read))
    }
}

impl<R: Read> Iterator for EventReader<R> {
    type Item = Result<ReadEvent, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let read = self.read().transpose();
        self.is_done = !matches!(read, Some(Ok(_)));
        read
    }
}

fn next_in_xml<R: Read>(
    events: &mut Events<BufReader<Bounded<R>>>,
    limits: &Limits,
) -> Result<Option<ReadEvent>, ReadError> {
    let found = events.next().map_err(given_up)?;
    events.source().get_mut().left = limits.event_bytes;
    let mut report = Report::new(limits.n_violations);
    let Some(found) = found else {
        return match events.check(&mut report) {
            0 => Ok(None),
            _ => Err(ReadError::Rejected(report.into_violations())),
        };
    };
    let event = xml::read_event(&found, limits, &mut report);
    let pointer = found.path().to_owned();
    Ok(Some(Found { index: found.index, pointer, event, report }.into()))
}

fn given_up(fault: Fault) -> ReadError {
    match fault.io {
        Some(error) if !is_too_large(&error) => {
            ReadError::Io(Arc::into_inner(error).unwrap_or_else(|| io::Error::other(fault.message)))
        }
        _ => rejected(fault.rule, fault.message),
    }
}

fn rejected(rule: Rule, message: impl Into<String>) -> ReadError {
    let mut report = Report::new(1);
    report.push(&Pointer::ROOT, rule, message);
    ReadError::Rejected(report.into_violations())
}

/// A source that gives no more bytes than one event may have.
struct Bounded<R> {
    source: R,
    left: usize,
    limit: usize,
}

/// What a [`Bounded`] source says at its end.
#[derive(Debug, thiserror::Error)]
#[error("more than {0} bytes before the end of an event")]
struct TooLarge(usize);

fn is_too_large(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<TooLarge>())
}

impl<R> Bounded<R> {
    fn new(source: R, limit: usize) -> Bounded<R> {
        Bounded { source, left: limit, limit }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n_bytes = self.source.read(buffer)?;
        self.left = match self.left.checked_sub(n_bytes) {
            Some(left) => left,
            None => return Err(io::Error::other(TooLarge(self.limit))),
        };
        Ok(n_bytes)
    }
}

impl From<Found> for ReadEvent {
    fn from(found: Found) -> ReadEvent {
        let Found { index, pointer, event, mut report } = found;
        let warnings = report.take_warnings();
        ReadEvent {
            event_index: index,
            pointer,
            event,
            violations: report.into_violations(),
            warnings,
        }
    }
}
