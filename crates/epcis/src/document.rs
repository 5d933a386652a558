//! EPCIS documents in JSON-LD (EPCIS 2.0 §9.5, §10): bytes to events and violations.
//!
//! Documents in XML are read by [`crate::parse_xml`], which ends in the same [`Document`].

use crate::{
    Event, Rule, Summary, Violation, VocabularyElement,
    fields::Fields,
    frame::{Frame, read_frame},
    hash,
    json::{self, Json},
    report::{Pointer, Report},
};

/// Bounds of what one call reads. Defaults suit one HTTP request.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Events in one document.
    pub n_events: usize,
    /// Nesting of arrays and objects; never more than 128.
    pub depth: usize,
    /// Instance-level identifiers and quantity elements in one event.
    pub n_epcs: usize,
    /// Ranges of codes in one event.
    pub n_ranges: usize,
    /// Violations that are listed; one more says that there are more.
    pub n_violations: usize,
    /// Bytes of one string or number.
    pub string_bytes: usize,
    /// Bytes of one event, when events are read one by one.
    pub event_bytes: usize,
    /// Bytes of all that stands around the events, when they are read one by one.
    pub frame_bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            n_events: 10_000,
            depth: 64,
            n_epcs: 20_000,
            n_ranges: 1_000,
            n_violations: 100,
            string_bytes: 64 << 10,
            event_bytes: 8 << 20,
            frame_bytes: 4 << 20,
        }
    }
}

/// What the outermost object was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// `EPCISDocument`.
    EpcisDocument,
    /// `EPCISQueryDocument`.
    EpcisQueryDocument,
    /// One event without a document around it.
    Event,
}

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// JSON-LD (EPCIS 2.0 §10).
    Json,
    /// XML: 2.0 (EPCIS 2.0 §9.5), or 1.x when reading.
    Xml,
}

/// A document that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// How it was written.
    pub format: Format,
    /// What the outermost object was.
    pub kind: DocumentKind,
    /// Number of events in the document, faulty ones included.
    pub n_events: usize,
    /// The events without violations, in the order of the document.
    pub events: Vec<Event>,
    /// What is odd about events that broke no rule, at most `Limits::n_violations`:
    /// [`Rule::EventHashMismatch`], [`Rule::InvalidIdentifier`] of an SSCC of wrong length or of a
    /// web address that resembles a Digital Link, [`Rule::UnknownVocabulary`] of a private term,
    /// and what only EPCIS 1.x allows.
    pub warnings: Vec<Violation>,
    /// `epcisHeader` with its master data as compact JSON, if there is one; not judged.
    pub header: Option<String>,
    /// The master data in it, in its order.
    pub master_data: Vec<VocabularyElement>,
    /// Pointer to the event list, or to the only event.
    pub(crate) list_pointer: String,
    /// Whether the events stand in a list.
    pub(crate) is_list: bool,
}

impl Document {
    /// Where an event stands: a JSON pointer, or an XPath in an XML document.
    pub fn event_pointer(&self, event_index: usize) -> String {
        let list = &self.list_pointer;
        match (self.is_list, self.format) {
            (false, _) => list.clone(),
            (true, Format::Json) => format!("{list}/{event_index}"),
            (true, Format::Xml) => format!("{list}/*[{}]", event_index + 1),
        }
    }
}

/// Reads an EPCIS 2.0 JSON-LD document, query document or bare event.
///
/// Nothing is wrong if and only if no violation comes back.
/// The document is `None` when something is wrong outside its events; else it holds the events
/// that broke no rule, so that a caller may reject all or proceed with some.
///
/// ```
/// use epcis::{Limits, parse_document};
///
/// let body = br#"{
///   "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
///   "type": "ObjectEvent",
///   "eventTime": "2026-11-21T09:30:00+08:00",
///   "eventTimeZoneOffset": "+08:00",
///   "action": "OBSERVE",
///   "bizStep": "shipping",
///   "epcList": ["urn:epc:id:sgtin:4023333.000055.1A"]
/// }"#;
/// let (document, violations) = parse_document(body, &Limits::default());
/// assert!(violations.is_empty());
/// let event = &document.expect("nothing is wrong with it").events[0];
/// assert_eq!(event.biz_step.as_deref(), Some("https://ref.gs1.org/cbv/BizStep-shipping"));
/// ```
pub fn parse_document(body: &[u8], limits: &Limits) -> (Option<Document>, Vec<Violation>) {
    let mut report = Report::new(limits.n_violations);
    let document = parse_text(body, limits, &mut report)
        .and_then(|json| read_document(&json, limits, &mut report));
    (document, report.into_violations())
}

/// What people read of an event, from [`Event::body`]: far less work than reading all of it.
/// Nothing if the body is none.
///
/// ```
/// use epcis::{Limits, summary_of_event};
///
/// let body = br#"{
///   "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
///   "type": "ObjectEvent",
///   "readPoint": {"id": "urn:epc:id:sgln:4012345.00001.0"}
/// }"#;
/// let summary = summary_of_event(body, &Limits::default()).expect("it is one event");
/// assert_eq!(summary.read_point.as_deref(), Some("https://id.gs1.org/414/4012345000016"));
/// ```
pub fn summary_of_event(body: &[u8], limits: &Limits) -> Option<Summary> {
    let mut report = Report::new(limits.n_violations);
    let json = parse_text(body, limits, &mut report)?;
    let (frame, event) = read_frame(&json, limits, &mut report)?;
    let is_event = frame.kind == DocumentKind::Event;
    let summary = frame.summary(event.members().filter(|_| is_event)?, limits, &mut report);
    Some(summary).filter(|_| report.n_found() == 0)
}

/// The event hashes of a document, in its order, whatever the rules say about its events.
///
/// # Errors
/// What is wrong with the frame of the document.
pub fn event_hashes(
    body: &[u8],
    format: Format,
    limits: &Limits,
) -> Result<Vec<[u8; 32]>, Vec<Violation>> {
    let mut report = Report::new(limits.n_violations);
    let mut hashes = Vec::new();
    match format {
        Format::Xml => crate::xml::event_hashes(body, limits, &mut report, &mut hashes),
        Format::Json => {
            let json = parse_text(body, limits, &mut report);
            let frame = json.as_ref().and_then(|json| read_frame(json, limits, &mut report));
            if let Some((frame, events)) = frame {
                hashes.extend(events.as_list().iter().filter_map(|it| hash_of(&frame, it)));
            }
        }
    }
    match report.n_found() {
        0 => Ok(hashes),
        _ => Err(report.into_violations()),
    }
}

/// The event hash of an object, whatever it is.
pub(crate) fn hash_of(frame: &Frame, json: &Json<'_>) -> Option<[u8; 32]> {
    let members = json.members()?;
    let scope = frame.scope(members, &Pointer::ROOT, &mut Report::new(0));
    let event = Fields::of(members, &scope.context);
    Some(hash::event_hash(&event, &[], &scope.context, &scope.ignored))
}

pub(crate) fn parse_text<'a>(
    body: &'a [u8],
    limits: &Limits,
    report: &mut Report,
) -> Option<Json<'a>> {
    let text = match std::str::from_utf8(body) {
        Ok(text) => text,
        Err(error) => {
            let message = format!("not UTF-8 at byte {}", error.valid_up_to());
            report.push(&Pointer::ROOT, Rule::InvalidUtf8, message);
            return None;
        }
    };
    match json::parse(text, limits.depth.min(128)) {
        Ok(json) => Some(json),
        Err(fault) => {
            let rule = if fault.too_deep { Rule::TooDeep } else { Rule::InvalidJson };
            report.push(&Pointer::ROOT, rule, fault.message);
            None
        }
    }
}

pub(crate) fn read_document(
    json: &Json<'_>,
    limits: &Limits,
    report: &mut Report,
) -> Option<Document> {
    let (frame, events) = read_frame(json, limits, report)?;
    let header = json.members().and_then(|members| json::find(members, "epcisHeader"));
    let mut document = Document {
        format: Format::Json,
        kind: frame.kind,
        n_events: 0,
        events: Vec::new(),
        warnings: Vec::new(),
        header: header.map(|member| json::compacted(member.value_text)),
        master_data: header.map_or_else(Vec::new, |member| frame.master_data(&member.value)),
        list_pointer: frame.list_pointer(),
        is_list: is_list(&frame, events),
    };
    for (index, event) in numbered(&frame, events) {
        document.n_events += 1;
        document.events.extend(frame.event(index, event, limits, report));
    }
    document.warnings = report.take_warnings();
    Some(document)
}

/// Whether the events stand in an array.
fn is_list(frame: &Frame, events: &Json<'_>) -> bool {
    frame.kind != DocumentKind::Event && matches!(events, Json::Array(_))
}

/// The events, with their places if they stand in an array.
fn numbered<'a>(
    frame: &Frame,
    events: &'a Json<'a>,
) -> impl Iterator<Item = (Option<usize>, &'a Json<'a>)> + use<'a> {
    let is_list = is_list(frame, events);
    let numbered = events.as_list().iter().enumerate();
    numbered.map(move |(index, event)| (is_list.then_some(index), event))
}
