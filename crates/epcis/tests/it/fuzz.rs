//! Readers of documents and of queries under mutated inputs: no panic, and what is accepted means
//! the same in every form.

use epcis::query::{EventQuery, NamedQuery, Surroundings};
use epcis::{Document, Envelope, Event, Format, Limits, ReadError, Rule, Violation, parse_xml};
use fuzz::Outcome;

use crate::round_trips::{AS_IT_IS, check_round_trip, written};
use crate::streams::streamed;
use crate::{document_of, parse};

/// One event of each type, with all that is optional spread over them.
const EVENTS: [&str; 4] = [
    r#"{"type":"ObjectEvent","eventTime":"2026-11-21T09:30:00.5+08:00","eventTimeZoneOffset":"+08:00",
        "action":"ADD","bizStep":"commissioning","disposition":"active","readPoint":{"id":"urn:epc:id:sgln:0614141.07346.1234"},
        "epcList":["urn:epc:id:sgtin:4023333.000055.1A","https://id.gs1.org/01/09521234543213/21/2"],
        "ilmd":{"example:origin":{"example:farm":["a","b"]}},"example:note":"x"}"#,
    r#"{"type":"AggregationEvent","eventTime":"2026-11-21T09:30:00Z","eventTimeZoneOffset":"-02:00","action":"DELETE",
        "parentID":"urn:epc:id:sscc:0614141.1234567890","childEPCs":["urn:epc:id:sgtin:4023333.000055.1A"],
        "bizTransactionList":[{"type":"po","bizTransaction":"urn:epcglobal:cbv:bt:0614141073467:1152"}],
        "sourceList":[{"type":"owning_party","source":"urn:epc:id:pgln:4012345.00225"}]}"#,
    r#"{"type":"TransformationEvent","eventTime":"2026-11-21T09:30:00Z","eventTimeZoneOffset":"+00:00",
        "inputQuantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.011111.4444","quantity":10.5,"uom":"KGM"}],
        "outputEPCList":["urn:epc:id:sgtin:4012345.077889.25"],"transformationID":"urn:epc:id:gdti:0614141.12345.400"}"#,
    r#"{"type":"ObjectEvent","eventTime":"2026-11-21T09:30:00Z","eventTimeZoneOffset":"+00:00","action":"OBSERVE",
        "epcList":["urn:epc:id:sscc:0614141.1234567890"],"errorDeclaration":{"declarationTime":"2026-11-22T00:00:00Z","reason":"incorrect_data"},
        "sensorElementList":[{"sensorMetadata":{"time":"2026-11-21T09:00:00Z"},"sensorReport":[{"type":"Temperature","value":26.0,"uom":"CEL"}]}]}"#,
];

#[test]
fn json_documents() {
    let seeds = EVENTS.map(document_of);
    let seeds: Vec<&str> = seeds.iter().map(String::as_str).collect();
    fuzz::text(&seeds, |input| {
        let (document, violations) = parse(input.as_bytes());
        check_agreement(input, Format::Json, (document.as_ref(), &violations));
        let Some(document) = document.filter(|_| violations.is_empty()) else {
            return Outcome::Refused;
        };
        for event in &document.events {
            if !has_foreign_names(event) {
                check_round_trip(event, input);
            }
        }
        Outcome::Accepted
    });
}

#[test]
fn xml_documents() {
    let documents = EVENTS.map(|event| parse(document_of(event).as_bytes()).0.unwrap());
    let envelope = Envelope::Document { creation_date_us: 1_763_700_000_000_000 };
    let seeds = documents.map(|it| written(Format::Xml, &envelope, &it.events[0].body, &AS_IT_IS));
    let seeds: Vec<&str> = seeds.iter().map(String::as_str).collect();
    fuzz::text(&seeds, |input| {
        let (document, violations) = parse_xml(input.as_bytes(), &Limits::default());
        check_agreement(input, Format::Xml, (document.as_ref(), &violations));
        let Some(document) = document.filter(|_| violations.is_empty()) else {
            return Outcome::Refused;
        };
        for event in &document.events {
            if !has_foreign_names(event) {
                check_round_trip(event, input);
            }
        }
        Outcome::Accepted
    });
}

/// The stream gives the events of what is accepted, and faults of what is not.
fn check_agreement(input: &str, format: Format, whole: (Option<&Document>, &[Violation])) {
    let accepted = whole.0.filter(|_| whole.1.is_empty());
    match (streamed(input.as_bytes(), format, 7, &Limits::default()), accepted) {
        (Ok((events, found)), Some(document)) => {
            assert_eq!((&events, &found[..]), (&document.events, &[][..]));
        }
        (Ok((_, found)), None) => assert!(!found.is_empty(), "the stream took it"),
        (Err(ReadError::Io(error)), _) => panic!("{error}"),
        (Err(ReadError::Rejected(found)), accepted) => {
            let is_order = found.iter().any(|it| it.message.contains("one by one"));
            assert!(is_order || accepted.is_none(), "{found:?}");
        }
    }
}

/// Whether names come from a context that is not at hand: another document cannot declare them.
fn has_foreign_names(event: &Event) -> bool {
    let xml = written(Format::Xml, &Envelope::Event, &event.body, &AS_IT_IS);
    let (_, violations) = parse_xml(xml.as_bytes(), &Limits::default());
    violations.iter().any(|it| matches!(it.rule, Rule::UnknownPrefix | Rule::UnknownField))
}

/// As pairs of an address, and as JSON; each query is put to an event.
#[test]
fn queries() {
    let document = parse(document_of(EVENTS[0]).as_bytes()).0.unwrap();
    let event = &document.events[0];
    let seeds = [
        "EQ_bizStep=shipping|receiving&GE_eventTime=2026-11-21T00:00:00Z&orderBy=eventTime",
        "MATCH_anyEPC=urn:epc:idpat:sgtin:0614141.*.*&eventCountLimit=3&orderBy=eventTime",
        "MATCH_epc=https://id.gs1.org/01/09521234543213/21/2&EQ_transformationID=urn:a:b",
        "WD_readPoint=urn:epc:id:sgln:0614141.07346.1234&EXISTS_errorDeclaration=",
        "EQ_ILMD_example:origin=a&EXISTS_INNER_ILMD_example:farm=&EQ_ERROR_DECLARATION_example:x=1",
        "GE_value_CEL=20&EQ_type=Temperature&EQ_microorganism=a&LT_percValue=5&orderDirection=ASC",
        "EQ_source_owning_party=urn:epc:id:pgln:4012345.00225&HASATTR_bizLocation=x",
        r#"{"name":"a","query":{"eventType":["ObjectEvent"],"EQ_quantity":5,
            "GE_recordTime":"2026-01-01T00:00:00Z"}}"#,
        r#"{"@context":[{"e":"https://ns.example.com/"}],"EQ_e:x":["a"],
            "MATCH_epcClass":["urn:epc:class:lgtin:4012345.011111.*"]}"#,
    ];
    let namespaces = [("example".to_owned(), "https://ns.example.com/".to_owned())];
    fuzz::text(&seeds, |input| {
        let pairs = input.split('&').filter_map(|pair| pair.split_once('='));
        let named = NamedQuery::from_json(input.as_bytes(), &[]).map(|it| it.query);
        let mut is_accepted = false;
        for query in
            [EventQuery::from_pairs(pairs, &namespaces), EventQuery::from_json(input), named]
        {
            let Ok(query) = query else { continue };
            let around = Surroundings::default();
            query.matches(event, 0, &around);
            query.lookups(&around);
            query.order_key(event);
            is_accepted = true;
        }
        Outcome::from(is_accepted)
    });
}
