//! EPCIS documents in XML: 2.0 and 1.x in (EPCIS 2.0 §9.5), 2.0 out.
//!
//! An event element becomes the JSON-LD text that says the same, and that is read like any other
//! event, so both formats have one set of rules, one event hash and one stored form.
//! `pull.rs` reads XML, `document.rs` finds the events, `to_json.rs` translates them by the
//! tables of `shape.rs`, and `place.rs` says in XPath where a fault is.

mod document;
mod header;
mod place;
mod prefixes;
pub(crate) mod pull;
pub(crate) mod shape;
pub(crate) mod to_json;

pub(crate) use document::{Events, Found};
pub(crate) use pull::Fault;

use crate::{
    Document, DocumentKind, Event, EventType, Format, Limits, Rule, Violation,
    document::hash_of,
    fields::{SCHEMA_VERSION, SUYUAN},
    frame::{Frame, read_frame},
    json,
    master_data::of_header_text,
    report::{Pointer, Report, shown},
};

/// Reads an EPCIS document, query document or bare event in XML 2.0 or 1.x.
///
/// As with [`crate::parse_document`], nothing is wrong if and only if no violation comes back.
///
/// ```
/// use epcis::{Limits, parse_xml};
///
/// let body = br#"<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2"
///     schemaVersion="2.0" creationDate="2026-11-21T09:30:00+08:00">
///   <EPCISBody><EventList><ObjectEvent>
///     <eventTime>2026-11-21T09:30:00+08:00</eventTime>
///     <eventTimeZoneOffset>+08:00</eventTimeZoneOffset>
///     <epcList><epc>urn:epc:id:sgtin:4023333.000055.1A</epc></epcList>
///     <action>OBSERVE</action>
///     <bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>
///   </ObjectEvent></EventList></EPCISBody>
/// </epcis:EPCISDocument>"#;
/// let (document, violations) = parse_xml(body, &Limits::default());
/// assert_eq!(violations, []);
/// let event = &document.expect("nothing is wrong with it").events[0];
/// assert_eq!(event.biz_step.as_deref(), Some("https://ref.gs1.org/cbv/BizStep-shipping"));
/// ```
pub fn parse_xml(body: &[u8], limits: &Limits) -> (Option<Document>, Vec<Violation>) {
    let mut report = Report::new(limits.n_violations);
    let document = read_document(body, limits, &mut report);
    (document, report.into_violations())
}

fn read_document(body: &[u8], limits: &Limits, report: &mut Report) -> Option<Document> {
    let mut events = open(body, limits, report)?;
    let mut read = Vec::new();
    let mut n_events = 0;
    while let Some(found) = next(&mut events, report)? {
        n_events += 1;
        if n_events > limits.n_events {
            let message = format!("more than {} events", limits.n_events);
            report.push_at(events.list_path().to_owned(), Rule::TooManyEvents, message);
            return None;
        }
        read.extend(read_event(&found, limits, report));
    }
    if events.check(report) > 0 {
        return None;
    }
    let header = events.take_header();
    Some(Document {
        format: Format::Xml,
        kind: events.kind(),
        n_events,
        events: read,
        warnings: report.take_warnings(),
        master_data: header.as_deref().map_or_else(Vec::new, of_header_text),
        header,
        list_pointer: events.list_path().to_owned(),
        is_list: events.kind() != DocumentKind::Event,
    })
}

fn open<'a>(body: &'a [u8], limits: &Limits, report: &mut Report) -> Option<Events<&'a [u8]>> {
    if body.starts_with(b"\xfe\xff") || body.starts_with(b"\xff\xfe") {
        let message = "the document is UTF-16; write it in UTF-8";
        report.push(&Pointer::ROOT, Rule::InvalidUtf8, message);
        return None;
    }
    let events = Events::open(body, limits);
    events.map_err(|fault| give_up(fault, report)).ok()
}

/// The next event; the outer `None` if the document cannot be read on.
fn next(events: &mut Events<&[u8]>, report: &mut Report) -> Option<Option<Found>> {
    events.next().map_err(|fault| give_up(fault, report)).ok()
}

fn give_up(fault: Fault, report: &mut Report) {
    report.push(&Pointer::ROOT, fault.rule, fault.message);
}

/// The hashes of the events, whatever the rules say about them.
pub(crate) fn event_hashes(
    body: &[u8],
    limits: &Limits,
    report: &mut Report,
    hashes: &mut Vec<[u8; 32]>,
) {
    let Some(mut events) = open(body, limits, report) else { return };
    while let Some(Some(found)) = next(&mut events, report) {
        let converted = found.convert();
        let json = json::parse(&converted.text, 128);
        let hash = json.ok().and_then(|json| {
            let frame = Frame::open(&json, report)?;
            hash_of(&frame, &json)
        });
        hashes.extend(hash);
    }
}

/// Reads one event by the rules of JSON-LD; pointers become XPaths.
pub(crate) fn read_event(found: &Found, limits: &Limits, report: &mut Report) -> Option<Event> {
    let n_before = report.n_found();
    let local = &found.element.tag.name.local;
    if EventType::parse(local).is_none() && local != "QuantityEvent" {
        let message = format!("{} is not one of the five event types", shown(local));
        report.push_at(found.path.clone(), Rule::UnknownEventType, message);
        return None;
    }
    let converted = found.convert();
    for (path, rule, message) in converted.faults {
        report.push_at(format!("{}{path}", found.path), rule, message);
    }
    let mut inner = Report::new(limits.n_violations);
    let mut event = read_text(&converted.text, limits, &mut inner);
    if event.is_none() && found.is_first_edition {
        inner = Report::new(limits.n_violations);
        let body = &converted.text[..converted.text.len() - 1];
        let text = format!("{body},\"{SUYUAN}{SCHEMA_VERSION}\":\"1.2\"}}");
        event = read_text(&text, limits, &mut inner);
    }
    report.absorb(inner, |pointer| place::xpath(&found.path, pointer));
    let event = event.filter(|_| report.n_found() == n_before)?;
    Some(Event { event_index: found.index, ..event })
}

fn read_text(text: &str, limits: &Limits, report: &mut Report) -> Option<Event> {
    // The JSON is a level or two deeper than the XML.
    match json::parse(text, limits.depth.min(128) + 2) {
        Ok(json) => {
            let (frame, event) = read_frame(&json, limits, report)?;
            frame.event(None, event, limits, report)
        }
        Err(fault) => {
            let rule = if fault.too_deep { Rule::TooDeep } else { Rule::InvalidJson };
            report.push(&Pointer::ROOT, rule, fault.message);
            None
        }
    }
}
