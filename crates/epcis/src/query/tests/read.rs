//! What is no query, and queries with several parameters.

use expect_test::{Expect, expect};

use super::{NAMESPACES, RECORDED_US, event, parse};
use crate::query::{
    Direction, EventQuery, Lookup, MAX_EVENT_TERMS, NamedQuery, OrderBy, Surroundings, Term,
    event_terms,
};

fn check_faults(pairs: &[(&str, &str)], expect: Expect) {
    let faults = EventQuery::from_pairs(pairs.iter().copied(), &[]).unwrap_err();
    let lines = faults.iter().map(|it| format!("{} {}\n", it.rule.name(), it));
    expect.assert_eq(&lines.collect::<String>());
}

#[test]
fn unknown_names() {
    for name in [
        "EQ_colour",
        "eventtype",
        "GT_eventTime",
        "LE_recordTime",
        "EQ_eventTime",
        "MATCH_thing",
        "WD_bizStep",
        "EQ_bizTransaction",
        "EQ_minValue_CEL",
        "GT_type",
        "EXISTS_bizStep",
        "EXISTS_readPoint_cbvmda:x",
        "GT_readPoint_cbvmda:x",
        "EXISTS_INNER_SENSORREPORT_cbvmda:x",
        "EQ_ILMD_",
        "EQ_",
        "EQ",
        "",
        "GE_value_",
        "GE_value_cel",
        "EQATTR_readPoint",
        "HASATTR_",
    ] {
        let faults = parse(name, "1").unwrap_err();
        assert_eq!(faults[0].rule.name(), "unknown-parameter", "{name}");
        assert_eq!(faults[0].parameter, name);
    }
}

#[test]
fn wrong_values_come_together() {
    check_faults(
        &[
            ("GE_eventTime", "yesterday"),
            ("EQ_action", "ADD|SOMETIMES"),
            ("EQ_bizStep", "dancing"),
            ("eventType", "QuantityEvent"),
            ("MATCH_epc", "urn:epc:id:sgtin:1.2.3"),
            ("MATCH_anyEPC", "urn:epc:idpat:sgtin:0614141.*.2"),
            ("GE_value_CEL", "warm"),
            ("GT_quantity", "1|2"),
            ("EQ_booleanValue", "perhaps"),
            ("orderBy", "bizStep"),
            ("orderDirection", "up"),
            ("eventCountLimit", "0"),
            ("EQ_readPoint", "urn:x:1||urn:x:2"),
            ("EQ_ILMD_who:knows", "1"),
            ("GT_cbvmda:x", "blue"),
            ("EXISTS_errorDeclaration", "maybe"),
        ],
        expect![[r#"
            wrong-parameter-value GE_eventTime: "yesterday" is not a date and time with its time zone, of the years 1 to 9999
            wrong-parameter-value EQ_action: "SOMETIMES" is not ADD, OBSERVE or DELETE
            wrong-parameter-value EQ_bizStep: "dancing" is not a CBV business step and not a URI
            wrong-parameter-value eventType: "QuantityEvent" is not an event type
            wrong-parameter-value MATCH_epc: urn:epc:id:sgtin:1.2.3: the company prefix must have 6 to 12 digits
            wrong-parameter-value MATCH_anyEPC: urn:epc:idpat:sgtin:0614141.*.2 is not an EPC pattern: the EPC URN does not have the parts of its scheme
            wrong-parameter-value GE_value_CEL: "warm" is not a number
            wrong-parameter-value GT_quantity: expected one number
            wrong-parameter-value EQ_booleanValue: "perhaps" is not true or false
            wrong-parameter-value orderBy: "bizStep" is not eventTime, recordTime or the full name of an extension
            wrong-parameter-value orderDirection: "up" is not ASC or DESC
            wrong-parameter-value eventCountLimit: "0" is not a whole number above zero
            wrong-parameter-value EQ_readPoint: a value is empty
            unknown-parameter EQ_ILMD_who:knows: the prefix of the field is not declared; declare it in GS1-Extensions or in @context, or write the whole IRI
            wrong-parameter-value GT_cbvmda:x: "blue" is neither a number nor a time
            wrong-parameter-value EXISTS_errorDeclaration: "maybe" is not true or false
        "#]],
    );
}

#[test]
fn contradictions_and_limits() {
    check_faults(
        &[
            ("eventCountLimit", "1"),
            ("maxEventCount", "2"),
            ("EQ_action", "ADD"),
            ("EQ_action", "ADD"),
        ],
        expect![[r#"
            contradicting-parameters EQ_action: the parameter stands twice; join the values of a list with |
            contradicting-parameters eventCountLimit: eventCountLimit says which events are the first only with orderBy
            contradicting-parameters maxEventCount: eventCountLimit and maxEventCount exclude each other
        "#]],
    );
    let many = vec!["urn:x:1"; 1001].join("|");
    check_faults(
        &[("EQ_readPoint", &many)],
        expect![[r#"
            query-too-complex : a query has at most 100 parameters and 1000 values
        "#]],
    );
}

#[test]
fn json_that_is_no_query() {
    let check = |text: &str, expected: &str| {
        let faults = EventQuery::from_json(text).unwrap_err();
        assert_eq!(faults[0].to_string(), expected);
    };
    check("[]", ": a query is an object, not an array");
    check("{", ": expected the name of a member at line 1, column 2");
    check(r#"{"@context": 1}"#, "@context: a context is a URI or an object");
    check(r#"{"EQ_bizStep": 1}"#, "EQ_bizStep: expected a text, not a number");
    check(r#"{"EQ_bizStep": []}"#, "EQ_bizStep: the list is empty");
    check(r#"{"EQ_quantity_KGM": "3"}"#, "EQ_quantity_KGM: expected a number, not a string");
    check(r#"{"GE_eventTime": 5}"#, "GE_eventTime: expected a text, not a number");
    check(
        r#"{"EQ_cbvmda:x": {"a": 1}}"#,
        "EQ_cbvmda:x: expected a text or a number, not an object",
    );
}

#[test]
fn named_queries() {
    let body = br#"{ "name": "mine", "query": { "EQ_bizStep": [ "shipping" ] } }"#;
    let named = NamedQuery::from_json(body, &[]).unwrap();
    assert_eq!(named.name, "mine");
    assert_eq!(named.text, r#"{"EQ_bizStep":["shipping"]}"#);
    assert_eq!(EventQuery::from_json(&named.text), Ok(named.query));
    // Prefixes that the headers declare are kept, and those of the query mean more.
    let headers = [("ex", "urn:x:other:"), ("my", "urn:x:my:")];
    let headers = headers.map(|(prefix, iri)| (prefix.to_owned(), iri.to_owned()));
    let body = br#"{"name": "mine", "query": {
        "@context": { "ex": "urn:x:ex:" }, "EQ_ex:a": "1", "EQ_my:b": "2" } }"#;
    let named = NamedQuery::from_json(body, &headers).unwrap();
    let context = r#"{"@context":[{"ex":"urn:x:other:","my":"urn:x:my:"},{"ex":"urn:x:ex:"}],"#;
    let parameters = r#""EQ_ex:a":"1","EQ_my:b":"2"}"#;
    assert_eq!(named.text, [context, parameters].concat());
    let whole = r#"{"EQ_urn:x:ex:a": "1", "EQ_urn:x:my:b": "2"}"#;
    assert_eq!(EventQuery::from_json(whole).as_ref(), Ok(&named.query));
    assert_eq!(EventQuery::from_json(&named.text), Ok(named.query));
    for body in [&b"\xff"[..], b"[]", b"{}", br#"{"name": ""}"#, br#"{"name": "a"}"#] {
        assert_eq!(NamedQuery::from_json(body, &[]).unwrap_err()[0].rule.name(), "malformed-query");
    }
}

#[test]
fn parameters_join_by_and() {
    let event = event(r#""bizStep": "shipping", "disposition": "in_transit""#);
    let matches = |pairs: &[(&str, &str)]| {
        let query = EventQuery::from_pairs(pairs.iter().copied(), &[]).unwrap();
        query.matches(&event, RECORDED_US, &Surroundings::default())
    };
    assert!(matches(&[]));
    assert!(matches(&[("EQ_bizStep", "shipping"), ("EQ_disposition", "in_transit")]));
    assert!(!matches(&[("EQ_bizStep", "shipping"), ("EQ_disposition", "active")]));
}

#[test]
fn order_and_limits() {
    let query = EventQuery::from_pairs(
        [("orderBy", "eventTime"), ("orderDirection", "ASC"), ("eventCountLimit", "5")],
        &[],
    );
    let query = query.unwrap();
    assert_eq!(query.order_by, Some(OrderBy::EventTime));
    assert_eq!(query.direction, Direction::Ascending);
    assert_eq!(query.event_count_limit, Some(5));
    let query = parse("orderBy", "recordTime").unwrap();
    assert_eq!(
        (query.order_by, query.direction),
        (Some(OrderBy::RecordTime), Direction::Descending)
    );
    assert_eq!(parse("maxEventCount", "7").unwrap().max_event_count, Some(7));
}

#[test]
fn values_of_extensions_are_ordered() {
    let query = parse("orderBy", "ex:it").unwrap();
    let key = |value: &str| query.order_key(&event(&format!(r#""ex:it": {value}"#)));
    let ordered = [
        "-10",
        "-1.5",
        "0",
        "0.5",
        "2",
        // In XML without a type every number is a text.
        r#""9""#,
        "10",
        r#""10.5""#,
        "1e300",
        r#""2026-01-01""#,
        r#""2026-01-01T00:00:01Z""#,
        r#""Z""#,
        r#""a""#,
        r#""b""#,
    ];
    for pair in ordered.windows(2) {
        assert!(key(pair[0]) < key(pair[1]), "{pair:?}");
    }
    assert_eq!(query.order_key(&event(r#""ex:other": 1"#)), None);
}

#[test]
fn an_event_of_too_many_values_is_still_found() {
    let fields: Vec<String> = (0..100).map(|n| format!(r#""ex:f{n}": "v{n}""#)).collect();
    let event = event(&fields.join(","));
    let terms = event_terms(&event);
    assert_eq!(terms.len(), MAX_EVENT_TERMS + 1);
    assert_eq!(terms.last(), Some(&Term::OVERFLOW));
    for n in 0..100 {
        super::check(&event, &format!("+ EQ_ex:f{n}=v{n}\n- EQ_ex:f{n}=w"));
    }
}

#[test]
fn what_all_events_have_is_not_looked_up() {
    for (name, value) in [
        ("eventType", "ObjectEvent"),
        ("EQ_action", "ADD"),
        ("GT_quantity", "1"),
        ("MATCH_epc", "urn:epc:idpat:sgtin:0614141.*.*"),
        ("MATCH_epc", "urn:x:1|urn:epc:idpat:sgtin:0614141.*.*"),
    ] {
        let query = parse(name, value).unwrap();
        assert_eq!(query.lookups(&Surroundings::default()), [], "{name}");
    }
    let query = parse("MATCH_anyEPC", "urn:x:1|urn:x:2").unwrap();
    let both = vec!["urn:x:1".to_owned(), "urn:x:2".to_owned()];
    assert_eq!(query.lookups(&Surroundings::default()), [Lookup::Identifiers(both)]);
    assert_eq!(query.instances(), ["urn:x:1", "urn:x:2"]);
}

#[test]
fn prefixes_of_a_body_are_those_of_its_context() {
    let event = event(r#""ex:text": "blue""#);
    let matches = |text: &str| {
        let query = EventQuery::from_json(text).unwrap();
        query.matches(&event, RECORDED_US, &Surroundings::default())
    };
    assert!(matches(&format!(r#"{{"@context": {NAMESPACES}, "EQ_ex:text": "blue"}}"#)));
    assert!(matches(r#"{"@context": {"my": "https://ns.example.com/"}, "EQ_my:text": "blue"}"#));
    assert!(!matches(r#"{"@context": {"ex": "https://other.example/"}, "EQ_ex:text": "blue"}"#));
}
