//! Writes events out: documents, query documents and single events, in JSON-LD and in XML 2.0
//! (EPCIS 2.0 §9.5, §10, §12).
//!
//! What goes in are bodies of events, as [`crate::Event`] has them and as they are stored.
//! Extensions come out as they came in; identifiers and words come out in the form that is asked
//! for.
//! What XML cannot say (an empty array, a name with a space) travels as JSON text in
//! `suyuan:members`, so that reading it back gives the same event.
//!
//! ```
//! use epcis::{Envelope, Format, Formats, Outgoing, write_document};
//!
//! let body = br#"{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
//!   "type":"ObjectEvent","eventTime":"2026-11-21T09:30:00+08:00","eventTimeZoneOffset":"+08:00",
//!   "epcList":["urn:epc:id:sgtin:4023333.000055.1A"],"action":"OBSERVE","bizStep":"shipping"}"#;
//! let event = Outgoing { body, event_id: None, record_time_us: None };
//! let envelope = Envelope::Document { creation_date_us: 1_763_700_000_000_000 };
//! let xml = write_document(Format::Xml, &envelope, &[event], &Formats::default())?;
//! let xml = String::from_utf8(xml).expect("XML is UTF-8");
//! assert!(xml.contains("<epc>https://id.gs1.org/01/04023333000550/21/1A</epc>"));
//! assert!(xml.contains("<bizStep>https://ref.gs1.org/cbv/BizStep-shipping</bizStep>"));
//! # Ok::<(), epcis::Violation>(())
//! ```

mod json;
mod names;
mod xml;

use crate::{
    EventType, Format, Formats, Rule, Violation,
    context::Context,
    format,
    hash::local_type,
    json::{self as tree, Json, Member},
    report::{Pointer, Report},
    time::Moment,
};

/// What stands around the events.
#[derive(Debug, Clone, Copy)]
pub enum Envelope<'e> {
    /// `EPCISDocument`.
    Document {
        /// When the document is written, in microseconds since the Unix epoch.
        creation_date_us: i64,
    },
    /// `EPCISQueryDocument`.
    QueryDocument {
        /// When the document is written, in microseconds since the Unix epoch.
        creation_date_us: i64,
        /// The query that found the events: `SimpleEventQuery`, or the name it was given.
        query_name: &'e str,
        /// The subscription that the events are for.
        subscription_id: Option<&'e str>,
    },
    /// One event without a document around it.
    Event,
}

/// An event to be written.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'e> {
    /// The event as compact JSON with its `@context`, see [`crate::Event::body`].
    pub body: &'e [u8],
    /// The `eventID` to tell if the sender gave none.
    pub event_id: Option<&'e str>,
    /// The `recordTime` to tell, whatever the sender gave.
    pub record_time_us: Option<i64>,
}

/// Writes a document with these events.
///
/// # Errors
/// A body that is not an event in JSON with its `@context`; the pointer is its index. An
/// [`Envelope::Event`] takes one event, else that is the violation.
pub fn write_document(
    format: Format,
    envelope: &Envelope<'_>,
    events: &[Outgoing<'_>],
    formats: &Formats<'_>,
) -> Result<Vec<u8>, Violation> {
    if matches!(envelope, Envelope::Event) && events.len() != 1 {
        let message = format!("one event has room, there are {}", events.len());
        return Err(Violation { pointer: String::new(), rule: Rule::TooManyEvents, message });
    }
    let out = match format {
        Format::Json => json::document(envelope, events, formats)?,
        Format::Xml => xml::document(envelope, events, formats)?,
    };
    Ok(out.into_bytes())
}

/// A body that was read.
struct Stored<'e> {
    event_type: EventType,
    members: &'e [Member<'e>],
    context: Context,
    outgoing: Outgoing<'e>,
    /// Company prefixes that the event itself shows.
    company_prefixes: Vec<&'e str>,
}

/// Reads a body and writes it.
fn with_stored(
    index: usize,
    outgoing: &Outgoing<'_>,
    formats: &Formats<'_>,
    write: impl FnOnce(&Stored<'_>),
) -> Result<(), Violation> {
    let fault = |message: &str| Violation {
        pointer: format!("/{index}"),
        rule: Rule::InvalidJson,
        message: message.to_owned(),
    };
    let text = std::str::from_utf8(outgoing.body).map_err(|_| fault("the body is not UTF-8"))?;
    let json = tree::parse(text, 130).map_err(|it| fault(&it.message))?;
    let members = json.members().ok_or_else(|| fault("the body is not an object"))?;
    let mut context = Context::default();
    let mut report = Report::new(0);
    if let Some(own) = tree::find(members, "@context") {
        context.extend(&own.value, &Pointer::ROOT, &mut report);
    }
    let named = ["type", "@type"].iter().find_map(|name| tree::find(members, name));
    let named = named.and_then(|it| it.value.as_str()).unwrap_or_default();
    let event_type = EventType::parse(local_type(&context.expand(named)));
    let event_type = event_type.ok_or_else(|| fault("the body is not an event"))?;
    let mut company_prefixes = Vec::new();
    if formats.epc == crate::EpcFormat::AlwaysEpcUrn {
        members.iter().for_each(|it| show_prefixes(&it.value, &mut company_prefixes));
    }
    let outgoing = *outgoing;
    write(&Stored { event_type, members, context, outgoing, company_prefixes });
    Ok(())
}

/// Gathers the company prefixes of all EPC URNs in a value.
fn show_prefixes<'e>(json: &'e Json<'e>, found: &mut Vec<&'e str>) {
    match json {
        Json::String(text) => {
            let shown = format::company_prefix(text).filter(|it| !found.contains(it));
            // Few parties meet in one event; a list beyond that is not worth its search.
            found.extend(shown.filter(|_| found.len() < 64));
        }
        Json::Array(items) => items.iter().for_each(|item| show_prefixes(item, found)),
        Json::Object(members) => members.iter().for_each(|it| show_prefixes(&it.value, found)),
        _ => {}
    }
}

/// UTC with as many decimals as are needed.
fn time(us: i64) -> String {
    Moment(us).to_text().unwrap_or_default()
}
