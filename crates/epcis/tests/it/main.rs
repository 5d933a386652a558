//! The crate from outside: tables of violations, properties, and other people's examples.

mod conformance;
mod fuzz;
mod objects;
mod properties;
mod round_trips;
mod streams;
mod violations;
mod xml;

use epcis::{Document, Limits, Violation, parse_document};

/// Reads with the default limits.
fn parse(body: &[u8]) -> (Option<Document>, Vec<Violation>) {
    parse_document(body, &Limits::default())
}

/// An EPCISDocument around events given as text.
fn document_of(events: &str) -> String {
    format!(
        r#"{{
  "@context": [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {{"example": "https://ns.example.com/", "suyuan": "urn:suyuan:epcis:"}}
  ],
  "type": "EPCISDocument",
  "schemaVersion": "2.0",
  "creationDate": "2026-11-21T00:00:00Z",
  "epcisBody": {{"eventList": [{events}]}}
}}"#
    )
}
