//! JSON to XML and back, and the forms that a client can ask for.

use epcis::{
    CbvFormat, Envelope, EpcFormat, Event, Format, Formats, Limits, Outgoing, parse_xml,
    write_document,
};
use expect_test::{Expect, expect};

use crate::{document_of, parse};

pub(crate) const AS_IT_IS: Formats<'static> = Formats {
    epc: EpcFormat::NeverTranslates,
    cbv: CbvFormat::NeverTranslates,
    company_prefixes: &[],
};

fn outgoing(body: &[u8]) -> Outgoing<'_> {
    Outgoing { body, event_id: None, record_time_us: None }
}

pub(crate) fn written(
    format: Format,
    envelope: &Envelope<'_>,
    body: &[u8],
    formats: &Formats<'_>,
) -> String {
    let bytes = write_document(format, envelope, &[outgoing(body)], formats);
    String::from_utf8(bytes.expect("the body is an event")).expect("it is UTF-8")
}

/// What two tellings of one event agree in; `body` and the types of leaves may differ.
fn told(event: &Event) -> Event {
    Event { event_index: 0, body: Vec::new(), leaves: Vec::new(), ..event.clone() }
}

fn names_of_leaves(event: &Event) -> Vec<String> {
    let mut names: Vec<String> =
        event.leaves.iter().map(|it| format!("{:?} {:?} {}", it.area, it.depth, it.name)).collect();
    names.sort();
    names
}

/// XML and back gives the same event, and the same XML again.
pub(crate) fn check_round_trip(event: &Event, name: &str) {
    let xml = written(Format::Xml, &Envelope::Event, &event.body, &AS_IT_IS);
    let (document, violations) = parse_xml(xml.as_bytes(), &Limits::default());
    assert_eq!(violations, [], "{name}: {xml}");
    let back = &document.expect("nothing is wrong").events[0];
    assert_eq!(told(back), told(event), "{name}: {xml}");
    assert_eq!(names_of_leaves(back), names_of_leaves(event), "{name}: {xml}");
    let again = written(Format::Xml, &Envelope::Event, &back.body, &AS_IT_IS);
    assert_eq!(again, xml, "{name}");
    let json = written(Format::Json, &Envelope::Event, &back.body, &AS_IT_IS);
    let (document, violations) = parse(json.as_bytes());
    assert_eq!(violations, [], "{name}: {json}");
    assert_eq!(told(&document.expect("nothing is wrong").events[0]), told(event), "{name}");
}

fn event_of(members: &str) -> Event {
    let event = format!(
        r#"{{"type":"ObjectEvent","eventTime":"2026-11-21T09:30:00+08:00",
        "eventTimeZoneOffset":"+08:00","action":"ADD",
        "epcList":["urn:epc:id:sgtin:4023333.000055.1A"],{members}}}"#
    );
    let (document, violations) = parse(document_of(&event).as_bytes());
    assert_eq!(violations, []);
    document.expect("nothing is wrong").events.remove(0)
}

/// Members as they are, as XML, and read again.
fn check(members: &str, expected: Expect) {
    let event = event_of(members);
    check_round_trip(&event, members);
    let xml = written(Format::Xml, &Envelope::Event, &event.body, &AS_IT_IS);
    let (_, shown) = xml.split_once("</action>").expect("there is an action");
    let (document, _) = parse_xml(xml.as_bytes(), &Limits::default());
    let body = document.expect("it was read before").events.remove(0).body;
    let body = String::from_utf8(body).expect("JSON is UTF-8");
    let (_, json) = body.split_once(r#""action":"ADD","#).expect("there is an action");
    expected.assert_eq(&format!("{}\n{json}", shown.replace("><", ">\n<")));
}

#[test]
fn values_of_extensions() {
    check(
        r#""example:a":"b & c""#,
        expect![[r#"
        <example:a>b &amp; c</example:a>
        </ObjectEvent>
        "example:a":"b & c"}"#]],
    );
    check(
        r#""example:a":[1,2.50,true,null,"10",{"example:b":-1e3}]"#,
        expect![[r#"
        <example:a xsi:type="xsd:integer">1</example:a>
        <example:a xsi:type="xsd:double">2.50</example:a>
        <example:a xsi:type="xsd:boolean">true</example:a>
        <example:a xsi:nil="true"/>
        <example:a>10</example:a>
        <example:a>
        <example:b xsi:type="xsd:double">-1e3</example:b>
        </example:a>
        </ObjectEvent>
        "example:a":[1,2.50,true,null,"10",{"example:b":-1e3}]}"#]],
    );
    check(
        r#""example:a":{"@type":"xsd:date","@value":"2026-11-21"}"#,
        expect![[r#"
        <example:a xsi:type="xsd:date">2026-11-21</example:a>
        </ObjectEvent>
        "example:a":{"@type":"xsd:date","@value":"2026-11-21"}}"#]],
    );
    check(
        r##""example:a":{"unit":"KGM","#text":"3.50"}"##,
        expect![[r##"
        <example:a unit="KGM">3.50</example:a>
        </ObjectEvent>
        "example:a":{"unit":"KGM","#text":"3.50"}}"##]],
    );
    check(
        r##""example:a":{"unit":"KGM","#text":"","example:b":["1","2"]}"##,
        expect![[r##"
        <example:a unit="KGM">
        <example:b>1</example:b>
        <example:b>2</example:b>
        </example:a>
        </ObjectEvent>
        "example:a":{"unit":"KGM","#text":"","example:b":["1","2"]}}"##]],
    );
    check(
        r#""https://other.example/x":{"bare":{"example:c":"d"}}"#,
        expect![[r#"
        <ns1:x>
        <bare>
        <example:c>d</example:c>
        </bare>
        </ns1:x>
        </ObjectEvent>
        "ns1:x":{"bare":{"example:c":"d"}}}"#]],
    );
}

#[test]
fn what_xml_cannot_say() {
    check(
        r#""example:a":[]"#,
        expect![[r#"
        <suyuan:members>{"example:a":[]}</suyuan:members>
        </ObjectEvent>
        "example:a":[]}"#]],
    );
    check(
        r#""example:a b":[[1],{}],"example:c":"\u0007""#,
        expect![[r#"
        <suyuan:members>{"example:a b":[[1],{}],"example:c":"\u0007"}</suyuan:members>
        </ObjectEvent>
        "example:a b":[[1],{}],"example:c":"\u0007"}"#]],
    );
    check(
        r#""example:a":{"@id":"example:b","example:c":1}"#,
        expect![[r#"
        <example:a>
        <example:c xsi:type="xsd:integer">1</example:c>
        <suyuan:members>{"@id":"example:b"}</suyuan:members>
        </example:a>
        </ObjectEvent>
        "example:a":{"example:c":1,"@id":"example:b"}}"#]],
    );
    check(
        r#""sensorElementList":[{"sensorReport":[{"type":"Temperature",
            "dataProcessingMethod":"urn:x:m","bizRules":"urn:x:r","value":1}]}]"#,
        expect![[r#"
            <sensorElementList>
            <sensorElement>
            <sensorReport type="https://gs1.org/voc/Temperature" dataProcessingMethod="urn:x:m" bizRules="urn:x:r" value="1">
            </sensorReport>
            </sensorElement>
            </sensorElementList>
            </ObjectEvent>
            "sensorElementList":[{"sensorReport":[{"type":"https://gs1.org/voc/Temperature","dataProcessingMethod":"urn:x:m","bizRules":"urn:x:r","value":1}]}]}"#]],
    );
    check(
        r#""sensorElementList":[{"sensorReport":[{"type":"Temperature","value":1,
            "example:a":{"example:b":1},"example:c":"d"}]}]"#,
        expect![[r#"
            <sensorElementList>
            <sensorElement>
            <sensorReport type="https://gs1.org/voc/Temperature" value="1" example:c="d" suyuan:members="{&quot;example:a&quot;:{&quot;example:b&quot;:1}}">
            </sensorReport>
            </sensorElement>
            </sensorElementList>
            </ObjectEvent>
            "sensorElementList":[{"sensorReport":[{"type":"https://gs1.org/voc/Temperature","value":1,"example:c":"d","example:a":{"example:b":1}}]}]}"#]],
    );
}

const SHIPPING: &str = r#""bizStep":"shipping","disposition":"urn:epcglobal:cbv:disp:in_transit",
    "readPoint":{"id":"urn:epc:id:sgln:4023333.00000.0","example:dock":"7"},
    "bizTransactionList":[{"type":"po","bizTransaction":"urn:epc:id:gdti:4023333.00000.7"}],
    "quantityList":[{"epcClass":"https://id.gs1.org/01/04023333000550/10/L1","quantity":2.50,
    "uom":"KGM"}],"sourceList":[{"type":"https://ref.gs1.org/cbv/SDT-owning_party",
    "source":"https://id.gs1.org/417/4023333000000"}]"#;

/// The lines with an identifier or a word.
fn check_formats(format: Format, epc: EpcFormat, cbv: CbvFormat, expected: Expect) {
    let event = event_of(SHIPPING);
    let formats = Formats { epc, cbv, company_prefixes: &[] };
    let text = written(format, &Envelope::Event, &event.body, &formats);
    let text = text.replace("><", ">\n<").replace(",\"", ",\n\"");
    let shown = |line: &&str| {
        ["4023333", "shipping", "in_transit", "po", "owning"].iter().any(|it| line.contains(it))
    };
    expected.assert_eq(&text.lines().filter(shown).collect::<Vec<_>>().join("\n"));
}

#[test]
fn formats_in_json() {
    use EpcFormat::{AlwaysEpcUrn, AlwaysGs1DigitalLink, NeverTranslates};
    let cbv = CbvFormat::AlwaysUrn;
    check_formats(
        Format::Json,
        AlwaysGs1DigitalLink,
        cbv,
        expect![[r#"
        "epcList":["https://id.gs1.org/01/04023333000550/21/1A"],
        "bizStep":"shipping",
        "disposition":"in_transit",
        "readPoint":{"id":"https://id.gs1.org/414/4023333000000",
        "bizTransactionList":[{"type":"po",
        "bizTransaction":"https://id.gs1.org/253/40233330000007"}],
        "quantityList":[{"epcClass":"https://id.gs1.org/01/04023333000550/10/L1",
        "sourceList":[{"type":"owning_party",
        "source":"https://id.gs1.org/417/4023333000000"}]}"#]],
    );
    check_formats(
        Format::Json,
        AlwaysEpcUrn,
        cbv,
        expect![[r#"
        "epcList":["urn:epc:id:sgtin:4023333.000055.1A"],
        "bizStep":"shipping",
        "disposition":"in_transit",
        "readPoint":{"id":"urn:epc:id:sgln:4023333.00000.0",
        "bizTransactionList":[{"type":"po",
        "bizTransaction":"urn:epc:id:gdti:4023333.00000.7"}],
        "quantityList":[{"epcClass":"urn:epc:class:lgtin:4023333.000055.L1",
        "sourceList":[{"type":"owning_party",
        "source":"urn:epc:id:pgln:4023333.00000"}]}"#]],
    );
    check_formats(
        Format::Json,
        NeverTranslates,
        cbv,
        expect![[r#"
        "epcList":["urn:epc:id:sgtin:4023333.000055.1A"],
        "bizStep":"shipping",
        "disposition":"in_transit",
        "readPoint":{"id":"urn:epc:id:sgln:4023333.00000.0",
        "bizTransactionList":[{"type":"po",
        "bizTransaction":"urn:epc:id:gdti:4023333.00000.7"}],
        "quantityList":[{"epcClass":"https://id.gs1.org/01/04023333000550/10/L1",
        "sourceList":[{"type":"owning_party",
        "source":"https://id.gs1.org/417/4023333000000"}]}"#]],
    );
}

#[test]
fn formats_in_xml() {
    let epc = EpcFormat::AlwaysEpcUrn;
    check_formats(
        Format::Xml,
        epc,
        CbvFormat::AlwaysUrn,
        expect![[r#"
        <epc>urn:epc:id:sgtin:4023333.000055.1A</epc>
        <bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>
        <disposition>urn:epcglobal:cbv:disp:in_transit</disposition>
        <id>urn:epc:id:sgln:4023333.00000.0</id>
        <bizTransaction type="urn:epcglobal:cbv:btt:po">urn:epc:id:gdti:4023333.00000.7</bizTransaction>
        <epcClass>urn:epc:class:lgtin:4023333.000055.L1</epcClass>
        <source type="urn:epcglobal:cbv:sdt:owning_party">urn:epc:id:pgln:4023333.00000</source>"#]],
    );
    check_formats(
        Format::Xml,
        epc,
        CbvFormat::AlwaysWebUri,
        expect![[r#"
        <epc>urn:epc:id:sgtin:4023333.000055.1A</epc>
        <bizStep>https://ref.gs1.org/cbv/BizStep-shipping</bizStep>
        <disposition>https://ref.gs1.org/cbv/Disp-in_transit</disposition>
        <id>urn:epc:id:sgln:4023333.00000.0</id>
        <bizTransaction type="https://ref.gs1.org/cbv/BTT-po">urn:epc:id:gdti:4023333.00000.7</bizTransaction>
        <epcClass>urn:epc:class:lgtin:4023333.000055.L1</epcClass>
        <source type="https://ref.gs1.org/cbv/SDT-owning_party">urn:epc:id:pgln:4023333.00000</source>"#]],
    );
    check_formats(
        Format::Xml,
        epc,
        CbvFormat::NeverTranslates,
        expect![[r#"
        <epc>urn:epc:id:sgtin:4023333.000055.1A</epc>
        <bizStep>https://ref.gs1.org/cbv/BizStep-shipping</bizStep>
        <disposition>urn:epcglobal:cbv:disp:in_transit</disposition>
        <id>urn:epc:id:sgln:4023333.00000.0</id>
        <bizTransaction type="https://ref.gs1.org/cbv/BTT-po">urn:epc:id:gdti:4023333.00000.7</bizTransaction>
        <epcClass>urn:epc:class:lgtin:4023333.000055.L1</epcClass>
        <source type="https://ref.gs1.org/cbv/SDT-owning_party">urn:epc:id:pgln:4023333.00000</source>"#]],
    );
}

/// Three events, the last of which means something else by a prefix.
fn check_query_document(format: Format, expected: Expect) {
    let envelope = Envelope::QueryDocument {
        creation_date_us: 1_763_700_000_000_000,
        query_name: "SimpleEventQuery",
        subscription_id: Some("7"),
    };
    let bodies = [event_of(r#""example:a":1"#).body, event_of(r#""bizStep":"shipping""#).body];
    let other = String::from_utf8(bodies[0].clone()).expect("JSON is UTF-8");
    let other = other.replace("https://ns.example.com/", "https://else.example.com/");
    let events = [
        outgoing(&bodies[0]),
        Outgoing { event_id: Some("urn:uuid:1"), record_time_us: Some(0), ..outgoing(&bodies[1]) },
        outgoing(other.as_bytes()),
    ];
    let bytes = write_document(format, &envelope, &events, &Formats::default());
    let bytes = bytes.expect("the bodies are events");
    let text = String::from_utf8(bytes.clone()).expect("it is UTF-8");
    expected.assert_eq(&text.replace("><", ">\n<").replace(",\"", ",\n\""));
    let (document, violations) = match format {
        Format::Json => parse(&bytes),
        Format::Xml => parse_xml(&bytes, &Limits::default()),
    };
    assert_eq!(violations, []);
    let document = document.expect("nothing is wrong");
    assert_eq!(document.n_events, 3);
    assert_eq!(document.events[1].event_id.as_deref(), Some("urn:uuid:1"));
    assert_ne!(document.events[0].event_hash, document.events[2].event_hash);
    let none = write_document(format, &envelope, &[], &Formats::default());
    assert!(none.is_ok_and(|none| none.len() < bytes.len()));
}

#[test]
fn query_document_in_json() {
    check_query_document(
        Format::Json,
        expect![[r#"
        {"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"example":"https://ns.example.com/",
        "suyuan":"urn:suyuan:epcis:"}],
        "type":"EPCISQueryDocument",
        "schemaVersion":"2.0",
        "creationDate":"2025-11-21T04:40:00Z",
        "epcisBody":{"queryResults":{"queryName":"SimpleEventQuery",
        "subscriptionID":"7",
        "resultsBody":{"eventList":[{"type":"ObjectEvent",
        "eventTime":"2026-11-21T09:30:00+08:00",
        "eventTimeZoneOffset":"+08:00",
        "action":"ADD",
        "epcList":["https://id.gs1.org/01/04023333000550/21/1A"],
        "example:a":1},{"type":"ObjectEvent",
        "eventTime":"2026-11-21T09:30:00+08:00",
        "eventTimeZoneOffset":"+08:00",
        "recordTime":"1970-01-01T00:00:00Z",
        "eventID":"urn:uuid:1",
        "action":"ADD",
        "epcList":["https://id.gs1.org/01/04023333000550/21/1A"],
        "bizStep":"shipping"},{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"example":"https://else.example.com/",
        "suyuan":"urn:suyuan:epcis:"}],
        "type":"ObjectEvent",
        "eventTime":"2026-11-21T09:30:00+08:00",
        "eventTimeZoneOffset":"+08:00",
        "action":"ADD",
        "epcList":["https://id.gs1.org/01/04023333000550/21/1A"],
        "example:a":1}]}}}}"#]],
    );
}

#[test]
fn query_document_in_xml() {
    check_query_document(
        Format::Xml,
        expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <epcisq:EPCISQueryDocument xmlns:example="https://ns.example.com/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:epcisq="urn:epcglobal:epcis-query:xsd:2" schemaVersion="2.0" creationDate="2025-11-21T04:40:00Z">
        <EPCISBody>
        <epcisq:QueryResults>
        <queryName>SimpleEventQuery</queryName>
        <subscriptionID>7</subscriptionID>
        <resultsBody>
        <EventList>
        <ObjectEvent>
        <eventTime>2026-11-21T09:30:00+08:00</eventTime>
        <eventTimeZoneOffset>+08:00</eventTimeZoneOffset>
        <epcList>
        <epc>https://id.gs1.org/01/04023333000550/21/1A</epc>
        </epcList>
        <action>ADD</action>
        <example:a xsi:type="xsd:integer">1</example:a>
        </ObjectEvent>
        <ObjectEvent>
        <eventTime>2026-11-21T09:30:00+08:00</eventTime>
        <recordTime>1970-01-01T00:00:00Z</recordTime>
        <eventTimeZoneOffset>+08:00</eventTimeZoneOffset>
        <eventID>urn:uuid:1</eventID>
        <epcList>
        <epc>https://id.gs1.org/01/04023333000550/21/1A</epc>
        </epcList>
        <action>ADD</action>
        <bizStep>https://ref.gs1.org/cbv/BizStep-shipping</bizStep>
        </ObjectEvent>
        <ObjectEvent xmlns:example="https://else.example.com/">
        <eventTime>2026-11-21T09:30:00+08:00</eventTime>
        <eventTimeZoneOffset>+08:00</eventTimeZoneOffset>
        <epcList>
        <epc>https://id.gs1.org/01/04023333000550/21/1A</epc>
        </epcList>
        <action>ADD</action>
        <example:a xsi:type="xsd:integer">1</example:a>
        </ObjectEvent>
        </EventList>
        </resultsBody>
        </epcisq:QueryResults>
        </EPCISBody>
        </epcisq:EPCISQueryDocument>"#]],
    );
}

/// What XML says in other namespaces comes out of the stored JSON as it came in.
#[test]
fn extensions_of_xml_survive() {
    let extensions = [
        "<example:a>  x &amp; &lt;y&gt;\n </example:a>",
        "<example:b xsi:type=\"xsd:double\">20</example:b>",
        "<example:b xsi:type=\"xsd:integer\">20</example:b>",
        "<example:b xsi:type=\"xsd:string\">23.0</example:b>",
        "<example:b xsi:type=\"xsd:boolean\">1</example:b>",
        "<example:c u=\"KGM\" other:v=\"a&#10;b &quot;c&quot;\">3.50</example:c>",
        "<example:d xsi:nil=\"true\"/>",
        "<other:e xsi:type=\"other:Kind\"><bare>007</bare><other:f>example:g</other:f></other:e>",
        "<other:é>溯源</other:é>",
    ]
    .concat();
    let xml = format!(
        "<ObjectEvent xmlns:example=\"https://ns.example.com/a\" xmlns:other=\"urn:other:\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">\
         <eventTime>2026-11-21T09:30:00+08:00</eventTime>\
         <eventTimeZoneOffset>+08:00</eventTimeZoneOffset>\
         <epcList><epc>urn:epc:id:sgtin:4023333.000055.1A</epc></epcList>\
         <action>ADD</action><ilmd>{extensions}</ilmd>{extensions}</ObjectEvent>"
    );
    let (document, violations) = parse_xml(xml.as_bytes(), &Limits::default());
    assert_eq!(violations, []);
    let event = document.unwrap().events.remove(0);
    check_round_trip(&event, "extensions");
    let again = written(Format::Xml, &Envelope::Event, &event.body, &AS_IT_IS);
    let (_, again) = again.split_once("<ilmd>").unwrap();
    assert_eq!(again, format!("{extensions}</ilmd>{extensions}</ObjectEvent>"));
}
