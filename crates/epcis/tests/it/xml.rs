//! XML in: what is not well-formed, what breaks a rule, and what becomes of it in JSON.

use epcis::{Limits, parse_xml};
use expect_test::{Expect, expect};
use proptest::prelude::*;

const HEAD: &str = r#"<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2"
    xmlns:example="https://ns.example.com/" schemaVersion="2.0"
    creationDate="2026-11-21T00:00:00Z"><EPCISBody><EventList>"#;

const TAIL: &str = "</EventList></EPCISBody></epcis:EPCISDocument>";

/// The fields that an event needs; the rest stands after them.
fn object_event(rest: &str) -> String {
    format!(
        "<ObjectEvent><eventTime>2026-11-21T09:30:00+08:00</eventTime>\
         <eventTimeZoneOffset>+08:00</eventTimeZoneOffset>\
         <epcList><epc>urn:epc:id:sgtin:4023333.000055.1A</epc></epcList>\
         <action>ADD</action>{rest}</ObjectEvent>"
    )
}

fn check(body: &str, expected: Expect) {
    let (_, violations) = parse_xml(body.as_bytes(), &Limits::default());
    let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
    let text = lines.join("\n").replace(": ", ":\n  ");
    expected.assert_eq(&text.replace("/epcis:EPCISDocument/EPCISBody/EventList/*[1]", "…"));
}

fn check_event(rest: &str, expected: Expect) {
    check(&[HEAD, &object_event(rest), TAIL].concat(), expected);
}

/// What an event becomes in JSON, after the fields that each one has.
fn check_json(rest: &str, expected: Expect) {
    let body = [HEAD, &object_event(rest), TAIL].concat();
    let (document, violations) = parse_xml(body.as_bytes(), &Limits::default());
    assert_eq!(violations, []);
    let body = document.expect("it is sound").events.remove(0).body;
    let text = String::from_utf8(body).expect("JSON is UTF-8");
    let (context, members) = text.split_once(r#","type":"ObjectEvent""#).expect("a type");
    let (_, rest) = members.split_once(r#""action":"ADD""#).expect("an action");
    let context = context.split_once(r#"epcis-context.jsonld""#).expect("a context").1;
    expected.assert_eq(&[context, "\n", rest].concat().replace(",\"", ",\n\""));
}

#[test]
fn not_well_formed() {
    check(
        "",
        expect![[r#"
        invalid-xml:
          there is no element at byte 0"#]],
    );
    check(
        "<a/>",
        expect![[r#"
        unknown-document:
          "a" is not an EPCIS document or event type"#]],
    );
    check(
        "{}",
        expect![[r#"
        invalid-xml:
          text before the first element at byte 2"#]],
    );
    check_event(
        "<bizStep>",
        expect![[r#"
        invalid-xml:
          ill-formed document:
          expected `</bizStep>`, but `</ObjectEvent>` was found at byte 404"#]],
    );
    check_event(
        "<x:y/>",
        expect![[r#"
        invalid-xml:
          the prefix x is not declared at byte 387"#]],
    );
    check_event(
        "&mdash;",
        expect![[r#"
        invalid-xml:
          an entity that XML does not define at byte 388"#]],
    );
    check_event(
        "<bizStep>&#1;</bizStep>",
        expect![[r#"
        invalid-xml:
          a character that XML does not allow at byte 394"#]],
    );
    check_event(
        r#"<example:a b="1" b="2"/>"#,
        expect![[r#"
        invalid-xml:
          the attribute b is there twice at byte 405"#]],
    );
    let with_type = format!("<!DOCTYPE a [<!ENTITY b \"c\">]>{HEAD}{TAIL}");
    check(
        &with_type,
        expect![[r#"
        invalid-xml:
          a document type declaration is not accepted at byte 30"#]],
    );
    check(
        &format!("<!DOCTYPE a SYSTEM \"b\">{HEAD}{TAIL}"),
        expect![[r#"
        invalid-xml:
          a document type declaration is not accepted at byte 23"#]],
    );
    check(&format!("<!DOCTYPE a>{HEAD}{TAIL}"), expect![""]);
    let latin = format!("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>{HEAD}{TAIL}");
    check(
        &latin,
        expect![[r#"
        invalid-utf8:
          the document names another encoding than UTF-8"#]],
    );
}

#[test]
fn frame() {
    check(
        &[HEAD, TAIL].concat().replace("2.0", "3.0").replace("creationDate", "date"),
        expect![[r#"
            schema-version at /epcis:EPCISDocument:
              the schema version is not 2.0 or 1.x
            missing-field at /epcis:EPCISDocument:
              creationDate is missing"#]],
    );
    check(
        &[HEAD, TAIL].concat().replace("EventList", "Poll"),
        expect![[r#"
            unknown-document at /epcis:EPCISDocument/EPCISBody:
              Poll is not known at the body"#]],
    );
    check(
        &[HEAD, TAIL].concat().replace("<EventList></EventList>", ""),
        expect![[r#"
            missing-field at /epcis:EPCISDocument:
              EventList is missing"#]],
    );
}

#[test]
fn rules() {
    check_event(
        "<bizStep>shiping</bizStep>",
        expect![[r#"
            unknown-vocabulary at …/bizStep:
              "shiping" is not a CBV business step"#]],
    );
    check_event(
        "<bizTransactionList><bizTransaction type=\"po\">1</bizTransaction></bizTransactionList>",
        expect![[r#"
            invalid-uri at …/bizTransactionList/bizTransaction[1]:
              "1" is not a URI"#]],
    );
    check_event(
        "<bizStep><b/></bizStep>",
        expect![[r#"
            wrong-type at …/bizStep:
              b where there is only a text
            wrong-type at …/bizStep:
              the text is empty"#]],
    );
    check_event(
        "<unknown/>",
        expect![[r#"
            unknown-field at …/unknown:
              "unknown" is not a member here, and has no namespace"#]],
    );
    check_event(
        "<example:a>1<example:b/></example:a>",
        expect![[r#"
            wrong-type at …/example:a:
              text and elements are mixed"#]],
    );
    check_event("<epcList/>", expect![""]);
    check_event(
        "<action>ADD</action>",
        expect![[r#"
            duplicate-key at …/action:
              the member "action" is there twice"#]],
    );
}

#[test]
fn limits() {
    let deep = ["<example:a>".repeat(70), "</example:a>".repeat(70)].concat();
    check_event(
        &deep,
        expect![[r#"
        too-deep:
          more than 64 elements in each other"#]],
    );
    let many: String = (0..300).map(|n| format!(" a{n}=\"\"")).collect();
    check_event(
        &format!("<example:a{many}/>"),
        expect![[r#"
        invalid-xml:
          more than 256 attributes at byte 2683"#]],
    );
    let body = [HEAD, &object_event(""), &object_event(""), TAIL].concat();
    let limits = Limits { n_events: 1, ..Limits::default() };
    let (document, violations) = parse_xml(body.as_bytes(), &limits);
    assert_eq!(document, None);
    assert_eq!(violations[0].rule, epcis::Rule::TooManyEvents);
}

#[test]
fn extensions_in_json() {
    check_json(
        "<example:a>  x &amp; <![CDATA[<y>]]> </example:a>",
        expect![[r#"
        ,{"example":"https://ns.example.com/"}]
        ,
        "example:a":"  x & <y> "}"#]],
    );
    check_json(
        "<example:a>1</example:a><example:b/><example:a>2</example:a>",
        expect![[r#"
        ,{"example":"https://ns.example.com/"}]
        ,
        "example:a":["1",
        "2"],
        "example:b":""}"#]],
    );
    check_json(
        "<a xmlns=\"urn:x:\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
         <b xsi:type=\"xsd:integer\">10</b><c xsi:type=\"xsd:dateTime\">2026-11-21T00:00:00Z</c>\
         <d u=\"KGM\">3.50</d><e xsi:nil=\"true\"/></a>",
        expect![[r##"
            ,{"ns1":"urn:x:"}]
            ,
            "ns1:a":{"ns1:b":10,
            "ns1:c":{"@type":"xsd:dateTime",
            "@value":"2026-11-21T00:00:00Z"},
            "ns1:d":{"u":"KGM",
            "#text":"3.50"},
            "ns1:e":null}}"##]],
    );
}

proptest! {
    /// A sound document with one piece replaced.
    #[test]
    fn damaged_documents_never_panic(
        cut in any::<proptest::sample::Index>(),
        length in 0..40usize,
        patch in "(<|>|/|&|;|\"|=|:|epc|xmlns|extension|<!\\[CDATA\\[|]]>|\\PC){0,6}",
    ) {
        let sensors = "<sensorElementList><sensorElement><sensorReport type=\"gs1:Temperature\" \
                       value=\"2\" example:a=\"b\"/></sensorElement></sensorElementList>";
        let sound = [HEAD, &object_event(sensors), TAIL].concat();
        let start = cut.index(sound.len());
        let end = (start + length).min(sound.len());
        let damaged = [&sound.as_bytes()[..start], patch.as_bytes(), &sound.as_bytes()[end..]];
        let (document, violations) = parse_xml(&damaged.concat(), &Limits::default());
        prop_assert!(document.is_some() || !violations.is_empty());
    }
}
