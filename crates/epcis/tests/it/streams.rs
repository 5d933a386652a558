//! Events one by one say what the whole document says.

use std::io::{self, Read};

use epcis::{Event, EventReader, Format, Limits, ReadError, Rule, Violation, parse_xml};
use proptest::prelude::*;

use crate::{document_of, parse};

/// Gives a few bytes at a time.
struct Drops<'b> {
    bytes: &'b [u8],
    n_bytes: usize,
}

impl Read for Drops<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n_bytes = self.n_bytes.min(self.bytes.len()).min(buffer.len());
        let (now, later) = self.bytes.split_at(n_bytes);
        buffer[..n_bytes].copy_from_slice(now);
        self.bytes = later;
        Ok(n_bytes)
    }
}

pub(crate) type Streamed = (Vec<Event>, Vec<Violation>);

/// All events and all violations; the error if the frame was refused.
pub(crate) fn streamed(
    bytes: &[u8],
    format: Format,
    n_bytes: usize,
    limits: &Limits,
) -> Result<Streamed, ReadError> {
    let (mut events, mut violations) = (Vec::new(), Vec::new());
    for read in EventReader::new(Drops { bytes, n_bytes }, format, limits) {
        let read = read?;
        assert_eq!(read.event.is_none(), !read.violations.is_empty());
        events.extend(read.event);
        violations.extend(read.violations);
    }
    Ok((events, violations))
}

/// The stream says what the whole says, or asks for another order of members.
pub(crate) fn check_stream(body: &[u8], format: Format, name: &str) {
    let (document, violations) = match format {
        Format::Json => parse(body),
        Format::Xml => parse_xml(body, &Limits::default()),
    };
    match streamed(body, format, 7, &Limits::default()) {
        Ok((events, found)) => match document {
            Some(document) => {
                for read in EventReader::new(body, format, &Limits::default()).flatten() {
                    assert_eq!(read.pointer, document.event_pointer(read.event_index), "{name}");
                }
                assert_eq!(events, document.events, "{name}");
                assert_eq!(found, violations, "{name}");
            }
            // An event that is no JSON spoils the whole, and in a stream itself.
            None => assert!(!found.is_empty(), "{name}"),
        },
        Err(ReadError::Io(error)) => panic!("{name}: {error}"),
        Err(ReadError::Rejected(found)) => {
            let is_order = found.iter().any(|it| it.message.contains("one by one"));
            assert!(is_order || document.is_none() || !violations.is_empty(), "{name}: {found:?}");
        }
    }
}

const EVENT: &str = r#"{"type":"ObjectEvent","eventTime":"2026-11-21T09:30:00+08:00",
    "eventTimeZoneOffset":"+08:00","action":"ADD","example:a":"] } \" \\",
    "epcList":["urn:epc:id:sgtin:4023333.000055.1A"]}"#;

#[test]
fn documents() {
    for n_bytes in [1, 2, 3, 64, 10_000] {
        let events = [EVENT, EVENT, EVENT].join(" , ");
        let body = document_of(&events);
        let (events, violations) =
            streamed(body.as_bytes(), Format::Json, n_bytes, &Limits::default()).unwrap();
        assert_eq!(violations, []);
        assert_eq!(events, parse(body.as_bytes()).0.unwrap().events);
    }
    check_stream(document_of("").as_bytes(), Format::Json, "no events");
    let faulty = [EVENT, &EVENT.replace("ADD", "BAD"), EVENT].join(",");
    check_stream(document_of(&faulty).as_bytes(), Format::Json, "one faulty event");
    let single = document_of(EVENT).replace("[{\"type", "{\"type").replace("]}]}", "]}}");
    check_stream(single.as_bytes(), Format::Json, "no array");
}

#[test]
fn refused() {
    let check = |body: &str, limits: &Limits, rule: Rule| {
        let error = streamed(body.as_bytes(), Format::Json, 5, limits).unwrap_err();
        let ReadError::Rejected(violations) = error else { panic!("{body}: {error}") };
        assert_eq!(violations[0].rule, rule, "{body}: {violations:?}");
    };
    let limits = Limits::default();
    let body = document_of(EVENT);
    check(&body[..body.len() - 3], &limits, Rule::InvalidJson);
    check(&format!("{body} x"), &limits, Rule::InvalidJson);
    check(&document_of(&format!("{EVENT},")), &limits, Rule::InvalidJson);
    check(&document_of(&format!("{EVENT} {EVENT}")), &limits, Rule::InvalidJson);
    check("", &limits, Rule::InvalidJson);
    check("[", &limits, Rule::InvalidJson);
    check("{\"epcisBody\":{\"eventList\":[]}}", &limits, Rule::InvalidContext);
    check(&body.replace("2.0\"", "3.0\""), &limits, Rule::SchemaVersion);
    let small = Limits { event_bytes: 100, frame_bytes: 1_000, ..Limits::default() };
    check(&body, &small, Rule::TooLarge);
    let small = Limits { frame_bytes: 100, ..Limits::default() };
    check(&body, &small, Rule::TooLarge);
    let few = Limits { n_events: 1, ..Limits::default() };
    check(&document_of(&[EVENT, EVENT].join(",")), &few, Rule::TooManyEvents);
}

/// The size of the whole does not matter, only that of each event.
#[test]
fn long_xml() {
    let event = "<ObjectEvent><eventTime>2026-11-21T09:30:00+08:00</eventTime>\
        <eventTimeZoneOffset>+08:00</eventTimeZoneOffset>\
        <epcList><epc>urn:epc:id:sgtin:4023333.000055.1A</epc></epcList>\
        <action>ADD</action></ObjectEvent>";
    let document = |events: &str| {
        format!(
            "<epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\" schemaVersion=\"2.0\" \
             creationDate=\"2026-11-21T00:00:00Z\"><EPCISBody><EventList>{events}</EventList>\
             </EPCISBody></epcis:EPCISDocument>"
        )
    };
    let limits = Limits { event_bytes: 20_000, ..Limits::default() };
    let body = document(&event.repeat(2_000));
    let (events, violations) = streamed(body.as_bytes(), Format::Xml, 999, &limits).unwrap();
    assert_eq!((events.len(), violations), (2_000, vec![]));
    assert_eq!(events[1_999].event_index, 1_999);
    let body = document(&format!("<ObjectEvent>{}</ObjectEvent>", "<a/>".repeat(9_000)));
    let error = streamed(body.as_bytes(), Format::Xml, 999, &limits).unwrap_err();
    let ReadError::Rejected(violations) = error else { panic!("{error}") };
    assert_eq!(violations[0].rule, Rule::TooLarge);
}

/// A source that fails is not a faulty document.
#[test]
fn broken_source() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }
    for format in [Format::Json, Format::Xml] {
        let mut reader = EventReader::new(Broken, format, &Limits::default());
        assert!(matches!(reader.next(), Some(Err(ReadError::Io(_)))), "{format:?}");
        assert!(reader.next().is_none());
    }
}

proptest! {
    #[test]
    fn damaged_streams_agree(
        cut in any::<proptest::sample::Index>(),
        length in 0..40usize,
        patch in "(\\{|\\}|\\[|\\]|,|:|\"|\\\\|null|eventList|epcisBody|\\PC){0,6}",
        n_bytes in 1..100usize,
    ) {
        let sound = document_of(&[EVENT, EVENT].join(","));
        let start = cut.index(sound.len());
        let end = (start + length).min(sound.len());
        let damaged = [&sound.as_bytes()[..start], patch.as_bytes(), &sound.as_bytes()[end..]];
        let damaged = damaged.concat();
        let (document, violations) = parse(&damaged);
        let read = streamed(&damaged, Format::Json, n_bytes, &Limits::default());
        if let Ok((events, found)) = read && found.is_empty() {
            prop_assert_eq!(violations, []);
            prop_assert_eq!(events, document.unwrap().events);
        }
    }
}

/// Only a document has an event list: one of that name inside a bare event is a member of it.
#[test]
fn a_list_in_a_bare_event_is_not_streamed() {
    let event = r#"{"type":"ObjectEvent","eventTime":"2026-11-21T09:30:00Z",
        "eventTimeZoneOffset":"+00:00","action":"ADD","epcList":["urn:epc:id:sgtin:4023333.000055.1A"]}"#;
    let document = document_of(event).replace("EPCISDocument", "ObjectEvent");
    check_stream(document.as_bytes(), Format::Json, "a list in a bare event");
    assert!(streamed(document.as_bytes(), Format::Json, 7, &Limits::default()).is_err());
}
