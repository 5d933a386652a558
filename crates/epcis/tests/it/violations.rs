//! What is wrong with a document, its names and its times, as a table: text in, violations out.

use epcis::{Limits, Rule, Violation, parse_document};
use expect_test::{Expect, expect};

use crate::{document_of, parse};

/// The violations of a document.
fn check(body: impl AsRef<[u8]>, expect: Expect) {
    check_within(body, &Limits::default(), expect);
}

fn check_within(body: impl AsRef<[u8]>, limits: &Limits, expect: Expect) {
    let (_, violations) = parse_document(body.as_ref(), limits);
    expect.assert_eq(&text(&violations));
}

/// The violations of one event in a document; the pointer of the list is left out.
pub(crate) fn check_event(event: &str, expect: Expect) {
    let (_, violations) = parse(document_of(event).as_bytes());
    expect.assert_eq(&text(&violations).replace("/epcisBody/eventList/0", "."));
}

/// Rule and pointer on one line, the message below.
pub(crate) fn text(violations: &[Violation]) -> String {
    let lines = violations.iter().map(|it| format!("{} {}\n  {}", it.rule, it.pointer, it.message));
    lines.collect::<Vec<String>>().join("\n")
}

/// A sound ObjectEvent, with some members replaced or added.
pub(crate) fn object_event(members: &str) -> String {
    event(
        &[
            ("type", r#""ObjectEvent""#),
            ("eventTime", r#""2026-11-21T09:30:00+08:00""#),
            ("eventTimeZoneOffset", r#""+08:00""#),
            ("action", r#""OBSERVE""#),
            ("epcList", r#"["urn:epc:id:sgtin:4023333.000055.1A"]"#),
        ],
        members,
    )
}

pub(crate) fn aggregation_event(members: &str) -> String {
    event(
        &[
            ("type", r#""AggregationEvent""#),
            ("eventTime", r#""2026-11-21T09:30:00+08:00""#),
            ("eventTimeZoneOffset", r#""+08:00""#),
            ("action", r#""ADD""#),
            ("parentID", r#""urn:epc:id:sscc:4023333.0222222222""#),
            ("childEPCs", r#"["urn:epc:id:sgtin:4023333.000055.1A"]"#),
        ],
        members,
    )
}

/// `members` is `name: value` lines; an empty value takes the member away.
fn event(default: &[(&str, &str)], members: &str) -> String {
    let lines: Vec<(&str, &str)> =
        members.lines().filter_map(|line| line.trim().split_once(": ")).collect();
    let kept = default.iter().filter(|(name, _)| !lines.iter().any(|(other, _)| other == name));
    let all = kept.chain(lines.iter().filter(|(_, value)| *value != "-"));
    let all: Vec<String> = all.map(|(name, value)| format!("\"{name}\": {value}")).collect();
    format!("{{{}}}", all.join(", "))
}

#[test]
fn names_of_rules_are_distinct_and_kebab_case() {
    let mut names: Vec<&str> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    assert!(
        names.iter().all(|it| it.bytes().all(|b| b == b'-' || b.is_ascii_lowercase() || b == b'8'))
    );
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Rule::ALL.len());
}

#[test]
fn syntax() {
    check(
        b"\xff{}",
        expect![[r#"
        invalid-utf8 
          not UTF-8 at byte 0"#]],
    );
    check(
        "",
        expect![[r#"
        invalid-json 
          the document ends early at line 1, column 1"#]],
    );
    check(
        "{",
        expect![[r#"
        invalid-json 
          expected the name of a member at line 1, column 2"#]],
    );
    check(
        "{\"a\": 01}",
        expect![[r#"
        invalid-json 
          expected a comma or the end of the object at line 1, column 8"#]],
    );
    check(
        "{\"a\": \"\u{1}\"}",
        expect![[r#"
        invalid-json 
          a control character stands in a string at line 1, column 8"#]],
    );
    check(
        "{\"a\": \"\\ud800\"}",
        expect![[r#"
        invalid-json 
          half a surrogate pair at line 1, column 14"#]],
    );
    check(
        "{\"a\": nul}",
        expect![[r#"
        invalid-json 
          expected a value at line 1, column 7"#]],
    );
    check(
        "{} {}",
        expect![[r#"
        invalid-json 
          there is text after the end of the document at line 1, column 4"#]],
    );
    check(
        "[1, 2,]",
        expect![[r#"
        invalid-json 
          expected a value at line 1, column 7"#]],
    );
    check(
        "3",
        expect![[r#"
        unknown-document 
          the outermost value is not an object"#]],
    );
}

#[test]
fn depth() {
    check(
        "[".repeat(1_000_000),
        expect![[r#"
        too-deep 
          nested too deep at line 1, column 65"#]],
    );
    check(
        "{\"a\":".repeat(1_000_000),
        expect![[r#"
        too-deep 
          nested too deep at line 1, column 321"#]],
    );
}

#[test]
fn limits() {
    let event = object_event("");
    let events = document_of(&[event.as_str(); 3].join(","));
    let limits = Limits { n_events: 2, ..Limits::default() };
    check_within(
        &events,
        &limits,
        expect![[r#"
        too-many-events 
          3 events; at most 2"#]],
    );

    let epcs = r#"epcList: ["urn:a:1", "urn:a:2", "urn:a:3"]"#;
    let limits = Limits { n_epcs: 2, ..Limits::default() };
    check_within(
        document_of(&object_event(epcs)),
        &limits,
        expect![[r#"
        too-many-epcs /epcisBody/eventList/0
          3 identifiers; at most 2"#]],
    );

    let limits = Limits { string_bytes: 70, ..Limits::default() };
    let long = object_event(&format!("example:note: \"{}\"", "x".repeat(71)));
    check_within(
        document_of(&long),
        &limits,
        expect![[r#"
        string-too-long /epcisBody/eventList/0/example:note
          71 bytes; at most 70"#]],
    );

    let limits = Limits { n_violations: 2, ..Limits::default() };
    check_within(
        document_of("1, 2, 3, 4"),
        &limits,
        expect![[r#"
        wrong-type /epcisBody/eventList/0
          expected an event, not a number
        wrong-type /epcisBody/eventList/1
          expected an event, not a number
        more-violations 
          2 more violations are not listed"#]],
    );

    let limits = Limits { depth: 6, ..Limits::default() };
    check_within(
        document_of(&object_event("example:a: [[[[]]]]")),
        &limits,
        expect![[r#"
        too-deep 
          nested too deep at line 9, column 217"#]],
    );
}

#[test]
fn frame() {
    check(
        "{}",
        expect![[r#"
        invalid-context 
          @context is missing
        unknown-document 
          "" is not an EPCIS document or event type"#]],
    );
    check(
        r#"{"@context": 3, "type": "ObjectEvent"}"#,
        expect![[r#"
        invalid-context /@context
          a context is a URI or an object, not a number
        invalid-context /@context
          the context names no EPCIS context"#]],
    );
    check(
        r#"{"@context": "epcis-context", "type": "EPCISDocument"}"#,
        expect![[r#"
        missing-field 
          schemaVersion is missing
        missing-field 
          creationDate is missing
        missing-field 
          epcisBody is missing"#]],
    );
    check(
        r#"{"@context": "epcis-context", "type": "EPCISDocument", "schemaVersion": "1.2",
            "creationDate": "yesterday", "epcisBody": {"eventList": []}, "colour": 1,
            "other:colour": 2}"#,
        expect![[r#"
            unknown-field /colour
              "colour" is not a member here, and has no namespace
            unknown-prefix /other:colour
              the prefix of "other:colour" is not declared in @context
            schema-version /schemaVersion
              the schema version is not 2.0
            invalid-time /creationDate
              not a date and time with its time zone, 1970 to 9998"#]],
    );
    check(
        r#"{"@context": "epcis-context", "type": "EPCISQueryDocument",
            "epcisBody": {"queryResults": {"resultsBody": 1}}}"#,
        expect![[r#"
            wrong-type /epcisBody/queryResults/resultsBody
              expected an object, not a number"#]],
    );
    check(
        document_of("[]"),
        expect![[r#"
        wrong-type /epcisBody/eventList/0
          expected an event, not an array"#]],
    );
    check(
        document_of(r#"{"type": "ObjectEvent", "type": "ObjectEvent"}"#),
        expect![[r#"
        duplicate-key /epcisBody/eventList/0/type
          the member "type" is there twice
        missing-field /epcisBody/eventList/0
          eventTime is missing
        missing-field /epcisBody/eventList/0
          eventTimeZoneOffset is missing
        missing-field /epcisBody/eventList/0
          action is missing
        no-identifiers /epcisBody/eventList/0
          an ObjectEvent names objects or has sensor data"#]],
    );
}

#[test]
fn names() {
    check_event(
        &object_event("colour: 1"),
        expect![[r#"
        unknown-field ./colour
          "colour" is not a member here, and has no namespace"#]],
    );
    check_event(
        &object_event("other:colour: 1"),
        expect![[r#"
        unknown-prefix ./other:colour
          the prefix of "other:colour" is not declared in @context"#]],
    );
    check_event(&object_event("example:colour: 1\nhttps://a.example/b: 2"), expect![""]);
    check_event(
        &object_event("@type: \"ObjectEvent\""),
        expect![[r#"
        duplicate-key ./type
          the same member is there under another name"#]],
    );
    check_event(
        &object_event("parentID: \"urn:a:1\"\ninputEPCList: []"),
        expect![[r#"
        misplaced-field ./parentID
          parentID is not a member of ObjectEvent
        misplaced-field ./inputEPCList
          inputEPCList is not a member of ObjectEvent"#]],
    );
    check_event(
        &object_event("ilmd: {\"example:a\": 1}"),
        expect![[r#"
        ilmd-not-allowed ./ilmd
          only an ObjectEvent with action ADD or a TransformationEvent has ilmd"#]],
    );
    check_event(
        &object_event("action: \"ADD\"\nilmd: {\"lot\": 1}"),
        expect![[r#"
        unknown-field ./ilmd/lot
          "lot" is not a member here, and has no namespace"#]],
    );
    check_event(
        &object_event("readPoint: {\"name\": 1}"),
        expect![[r#"
        unknown-field ./readPoint/name
          "name" is not a member here, and has no namespace
        missing-field ./readPoint
          id is missing"#]],
    );
    check_event(
        &object_event("a/b~c: 1"),
        expect![[r#"
        unknown-field ./a~1b~0c
          "a/b~c" is not a member here, and has no namespace"#]],
    );
}

#[test]
fn head() {
    check_event(
        "{}",
        expect![[r#"
        missing-field .
          type is missing"#]],
    );
    check_event(
        &object_event("type: \"Event\""),
        expect![[r#"
        unknown-event-type ./type
          "Event" is not one of the five event types"#]],
    );
    check_event(
        &object_event("eventTime: -\neventTimeZoneOffset: -\naction: -"),
        expect![[r#"
        missing-field .
          eventTime is missing
        missing-field .
          eventTimeZoneOffset is missing
        missing-field .
          action is missing"#]],
    );
    check_event(
        &object_event("action: \"add\""),
        expect![[r#"
        invalid-action ./action
          "add" is not ADD, OBSERVE or DELETE"#]],
    );
    check_event(
        &object_event("action: null"),
        expect![[r#"
        missing-field .
          action is missing"#]],
    );
    check_event(
        &object_event("bizStep: 7\ndisposition: \" \""),
        expect![[r#"
        wrong-type ./bizStep
          expected a string, not a number
        wrong-type ./disposition
          the text is empty"#]],
    );
}

#[test]
fn times() {
    let check_time = |time: &str, expect: Expect| {
        check_event(&object_event(&format!("eventTime: \"{time}\"")), expect);
    };
    check_time(
        "0000-01-01T00:00:00Z",
        expect![[r#"
        time-out-of-range ./eventTime
          "0000-01-01T00:00:00Z" lies outside the years 1970 to 9998"#]],
    );
    check_time(
        "9999-12-31T23:59:59Z",
        expect![[r#"
        time-out-of-range ./eventTime
          "9999-12-31T23:59:59Z" lies outside the years 1970 to 9998"#]],
    );
    check_time(
        "1969-12-31T23:59:59Z",
        expect![[r#"
        time-out-of-range ./eventTime
          "1969-12-31T23:59:59Z" lies outside the years 1970 to 9998"#]],
    );
    check_time(
        "2026-11-21T09:30:00",
        expect![[r#"
        invalid-time ./eventTime
          "2026-11-21T09:30:00" has no time zone"#]],
    );
    check_time(
        "2026-11-21",
        expect![[r#"
        invalid-time ./eventTime
          "2026-11-21" is not a date and time"#]],
    );
    check_time(
        "2026-02-30T09:30:00Z",
        expect![[r#"
        invalid-time ./eventTime
          "2026-02-30T09:30:00Z" is not a date and time"#]],
    );
    check_time("2026-11-21T09:30:00+14:00", expect![""]);
    check_time("2026-11-21T09:30:00-14:00", expect![""]);
    check_time(
        "2026-11-21T09:30:00+14:01",
        expect![[r#"
        invalid-time-zone ./eventTime
          "2026-11-21T09:30:00+14:01" has a zone beyond ±14:00"#]],
    );
    let check_offset = |offset: &str, expect: Expect| {
        check_event(&object_event(&format!("eventTimeZoneOffset: \"{offset}\"")), expect);
    };
    check_offset("+14:00", expect![""]);
    check_offset("-14:00", expect![""]);
    check_offset(
        "+14:01",
        expect![[r#"
        invalid-time-zone ./eventTimeZoneOffset
          "+14:01" is not ±hh:mm within ±14:00"#]],
    );
    check_offset(
        "Z",
        expect![[r#"
        invalid-time-zone ./eventTimeZoneOffset
          "Z" is not ±hh:mm within ±14:00"#]],
    );
}
