//! Tables: an event, parameters, and whether it is an answer.
//!
//! Each line is read as a pair of an address and as JSON, and both must agree. An answer must also
//! be among the candidates of each index that the query may use.

mod epcs;
mod fields;
mod read;
mod sensors;

use std::collections::HashMap;

use super::{EventQuery, Lookup, QueryFault, Surroundings, Term, event_terms};
use crate::{Event, Limits, parse_document};

const NAMESPACES: &str = r#"{"ex": "https://ns.example.com/"}"#;

/// 2026-11-22T00:00:00Z.
const RECORDED_US: i64 = 1_795_305_600_000_000;

/// An ObjectEvent with some members more.
fn event(members: &str) -> Event {
    typed("ObjectEvent", &format!(r#""action": "ADD", {members}"#))
}

fn typed(event_type: &str, members: &str) -> Event {
    let epcs = r#""epcList": ["urn:epc:id:sgtin:0614141.107346.2017"],"#;
    let epcs = if event_type == "ObjectEvent" && !members.contains("epcList") { epcs } else { "" };
    let body = format!(
        r#"{{"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
             {NAMESPACES}], "type": "{event_type}", {epcs}
             "eventTime": "2026-11-21T09:30:00+08:00", "eventTimeZoneOffset": "+08:00",
             {members}}}"#
    );
    let (document, violations) = parse_document(body.as_bytes(), &Limits::default());
    assert_eq!(violations, [], "{body}");
    document.expect("nothing is wrong").events.remove(0)
}

/// Reads one parameter from an address and from JSON.
fn parse(name: &str, value: &str) -> Result<EventQuery, Vec<QueryFault>> {
    let namespaces = [("ex".to_owned(), "https://ns.example.com/".to_owned())];
    let in_address = if value == "null" { "" } else { value };
    let query = EventQuery::from_pairs([(name, in_address)], &namespaces);
    let is_number = |it: &str| it.parse::<f64>().is_ok() && !name.contains("lotNumber");
    let item = |it: &str| if is_number(it) { it.to_owned() } else { format!("{it:?}") };
    let list: Vec<String> = value.split('|').map(item).collect();
    let json = match value {
        "true" | "false" | "null" => value.to_owned(),
        _ if is_number(value) => value.to_owned(),
        _ => format!("[{}]", list.join(",")),
    };
    let text = format!(r#"{{"@context": [{NAMESPACES}], "{name}": {json}}}"#);
    let from_json = EventQuery::from_json(&text);
    assert_eq!(query.is_ok(), from_json.is_ok(), "{name}={value}: {query:?} {from_json:?}");
    query
}

/// Parameters with `+` or `-` before them: those that the event fulfils, and those it does not.
fn check(event: &Event, table: &str) {
    check_around(event, &Surroundings::default(), table);
}

fn check_around(event: &Event, around: &Surroundings, table: &str) {
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (sign, parameter) = line.split_once(' ').expect("a sign and a parameter");
        let (name, value) = parameter.split_once('=').expect("a name and a value");
        let query = parse(name, value).unwrap_or_else(|faults| panic!("{line}: {faults:?}"));
        assert_eq!(query.matches(event, RECORDED_US, around), sign == "+", "{line}");
        if sign == "+" {
            assert_found(event, &query, around, line);
        }
    }
}

/// An answer is a candidate of every index that the query may use.
fn assert_found(event: &Event, query: &EventQuery, around: &Surroundings, line: &str) {
    let terms = event_terms(event);
    for lookup in query.lookups(around) {
        let found = match &lookup {
            Lookup::EventIds(ids) => ids
                .iter()
                .any(|id| event.event_id.as_ref() == Some(id) || *id == event.event_hash_uri()),
            Lookup::Identifiers(ids) => ids.iter().any(|id| {
                event.epcs.iter().any(|it| it.epc == *id)
                    || event.quantities.iter().any(|it| it.epc_class == *id)
                    || event.transformation_id.as_ref() == Some(id)
                    || around.positions.contains_key(id)
            }),
            Lookup::Terms(wanted) => {
                let is_wanted = |term: &Term| wanted.contains(term) || *term == Term::OVERFLOW;
                terms.iter().any(is_wanted)
            }
        };
        assert!(found, "{line}: {lookup:?} misses it");
    }
}

fn surroundings() -> Surroundings {
    let place = |n: u32| format!("https://example.com/place/{n}");
    Surroundings {
        parents: HashMap::from([
            (place(3), vec![place(2)]),
            (place(2), vec![place(1)]),
            // Round in circles.
            (place(1), vec![place(2)]),
        ]),
        attributes: HashMap::from([(
            place(3),
            vec![("urn:epcglobal:cbv:mda:countryCode".to_owned(), "CN".to_owned())],
        )]),
        positions: HashMap::from([(
            "https://id.gs1.org/01/09521234543213/21/12345".to_owned(),
            ("b0000000000007".to_owned(), 42),
        )]),
        spellings: HashMap::from([(
            "https://id.gs1.org/01/09521234543213/21/12345".to_owned(),
            vec!["https://t.example/c/12345".to_owned()],
        )]),
    }
}
