//! EPCIS 2.0 and CBV 2.0: documents, events, validation, canonical bytes and the event hash.
//!
//! Bytes go in, events and violations come out: no I/O, no clock, no database.
//! [`parse_document`] and [`parse_xml`] are the only ways to an [`Event`]; [`build`] writes
//! documents of our own, which go through the same parser.
//! [`query`] is the query language, [`Schedule`] says when a subscription reports.

pub mod build;
mod context;
mod document;
mod event;
mod fields;
mod format;
mod frame;
mod hash;
mod identifier;
mod json;
mod leaf;
mod master_data;
mod number;
pub mod query;
mod read;
mod report;
mod schedule;
mod stream;
mod time;
mod violation;
mod vocabulary;
mod write;
mod xml;

pub use document::{
    Document, DocumentKind, Format, Limits, event_hashes, parse_document, summary_of_event,
};
pub use event::{
    Action, BizTransaction, EpcRef, ErrorDeclaration, Event, EventType, PersistentDisposition,
    QuantityElement, RangeRef, Role, SourceDestination, Summary,
};
pub use format::{CbvFormat, EpcFormat, Formats, company_prefixes, formatted, has_links};
pub use leaf::{Area, Depth, Leaf, LeafValue};
pub use master_data::{Attribute, AttributeValue, VocabularyElement};
pub use schedule::{Schedule, ScheduleFault};
pub use stream::{EventReader, ReadError, ReadEvent};
pub use violation::{Rule, Violation};
pub use vocabulary::{cbv_biz_steps, cbv_dispositions, cbv_word};
pub use write::{Envelope, Outgoing, write_document};
pub use xml::parse_xml;
