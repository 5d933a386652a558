//! Master data: captured with documents, asked for by queries, and whose it is.

use service::{Caller, Error, NewGrant, Page};
use store::testing::each_engine;

use crate::house::{Firm, House};
use crate::queries::{all, names, parse};

const HEADER: &str = r#"{"epcisMasterData": {"vocabularyList": [
    {"type": "urn:epcglobal:epcis:vtype:ReadPoint", "vocabularyElementList": [
      {"id": "urn:x:plant", "children": ["urn:x:hall", "urn:x:yard"],
       "attributes": [{"id": "cbvmda:name", "attribute": "Plant"}]},
      {"id": "urn:x:hall", "children": ["urn:x:door", "urn:x:plant"]},
      {"id": "urn:x:door", "attributes": [{"id": "cbvmda:name", "attribute": "Door 3"},
        {"id": "ex:width", "attribute": 2.50}, {"id": "ex:frame", "attribute": {"ex:of": "oak"}}]}]},
    {"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": [
      {"id": "urn:epc:class:lgtin:0614141.107346.L1",
       "attributes": [{"id": "ex:organic", "attribute": "yes"}]}]},
    {"type": "urn:epcglobal:epcis:vtype:SourceDest", "vocabularyElementList": [
      {"id": "urn:epc:id:pgln:0614141.00001",
       "attributes": [{"id": "cbvmda:name", "attribute": "Sender"}]}]},
    {"type": "https://ns.example.com/kinds", "vocabularyElementList": [
      {"id": "urn:x:red", "attributes": [{"id": "ex:warm", "attribute": true}]},
      {"id": ""}, {}, 7]}]}}"#;

const EVENTS: [&str; 5] = [
    r#"{"type": "ObjectEvent", "eventID": "urn:x:at-door", "action": "OBSERVE",
        "eventTime": "2026-11-01T00:00:00Z", "epcList": ["urn:x:a"],
        "readPoint": {"id": "urn:x:door"}}"#,
    r#"{"type": "ObjectEvent", "eventID": "urn:x:at-gate", "action": "OBSERVE",
        "eventTime": "2026-11-02T00:00:00Z", "epcList": ["urn:x:a"],
        "bizLocation": {"id": "urn:epc:id:sgln:0614141.00002.gate"}}"#,
    r#"{"type": "ObjectEvent", "eventID": "urn:x:lot", "action": "OBSERVE",
        "eventTime": "2026-11-03T00:00:00Z",
        "quantityList": [{"epcClass": "urn:epc:class:lgtin:0614141.107346.L1"}]}"#,
    r#"{"type": "ObjectEvent", "eventID": "urn:x:sent", "action": "OBSERVE",
        "eventTime": "2026-11-04T00:00:00Z", "epcList": ["urn:x:a"],
        "sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:0614141.00001"}]}"#,
    r#"{"type": "ObjectEvent", "eventID": "urn:x:red-one", "action": "OBSERVE",
        "eventTime": "2026-11-05T00:00:00Z", "epcList": ["urn:x:a"], "ex:colour": "urn:x:red"}"#,
];

/// A query that needs master data, or the parts of locations, and its answer.
const QUERIES: [(&str, &str, &str); 13] = [
    ("WD_readPoint", "urn:x:plant", "at-door"),
    ("WD_readPoint", "urn:x:hall|urn:x:nowhere", "at-door"),
    ("WD_readPoint", "urn:x:yard", ""),
    ("HASATTR_readPoint", "cbvmda:name", "at-door"),
    ("HASATTR_readPoint", "urn:epcglobal:cbv:mda#name", "at-door"),
    ("HASATTR_readPoint", "ex:frame|ex:none", "at-door"),
    ("EQATTR_readPoint_cbvmda:name", "Door 3", "at-door"),
    ("EQ_ATTR_readPoint_ex:width", "2.5", "at-door"),
    ("EQATTR_readPoint_urn:epcglobal:cbv:mda:name", "Plant", ""),
    ("HASATTR_epcClass", "ex:organic", "lot"),
    ("EQATTR_source_cbvmda:name", "Sender", "sent"),
    ("EQATTR_ex:colour_ex:warm", "true", "red-one"),
    ("HASATTR_destination", "cbvmda:name", ""),
];

fn document(header: &str, events: &[&str]) -> Vec<u8> {
    let events: Vec<String> = events
        .iter()
        .map(|event| event.replacen('{', r#"{"eventTimeZoneOffset": "+00:00", "#, 1))
        .collect();
    let events = events.join(",");
    format!(
        r#"{{"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
               {{"ex": "https://ns.example.com/"}}],
             "type": "EPCISDocument", "schemaVersion": "2.0",
             "creationDate": "2026-11-21T00:00:00Z", "epcisHeader": {header},
             "epcisBody": {{"eventList": [{events}]}}}}"#
    )
    .into_bytes()
}

async fn capture(house: &House, firm: &Firm, header: &str, events: &[&str]) {
    let body = document(header, events);
    house.service.capture_document(&firm.caller, body).await.expect("the document is right");
}

async fn ask(house: &House, caller: &Caller, name: &str, value: &str) -> String {
    let found = all(&house.service, caller, &parse(&[(name, value)]), 1).await;
    names(&found.expect("an answer")).join(" ")
}

#[tokio::test]
async fn queries_know_the_master_data_that_the_caller_may_hear() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let [firm, other] = [house.firm(1, None).await, house.firm(2, None).await];
        capture(&house, &firm, HEADER, &EVENTS).await;
        // The same events, of which nothing more is known.
        capture(&house, &other, "{}", &EVENTS).await;
        for (name, value, wanted) in QUERIES {
            assert_eq!(ask(&house, &firm.caller, name, value).await, wanted, "{name}={value}");
            assert_eq!(ask(&house, &other.caller, name, value).await, "", "{name}={value}");
            let query = parse(&[(name, value), ("maxEventCount", "1")]);
            let counted = all(&house.service, &other.caller, &query, 5).await.unwrap();
            assert_eq!(counted, [], "{name}={value}");
        }
        // A part of a location says so itself.
        for firm in [&firm, &other] {
            let sgln = "urn:epc:id:sgln:0614141.00002.0";
            assert_eq!(ask(&house, &firm.caller, "WD_bizLocation", sgln).await, "at-gate");
            assert_eq!(ask(&house, &firm.caller, "EQ_bizLocation", sgln).await, "");
            assert_eq!(ask(&house, &firm.caller, "WD_readPoint", sgln).await, "");
        }
        // Who is shown events hears what they are about, for its own events as well.
        let viewer_id = other.enterprise_id.to_string();
        let new = NewGrant { viewer_id, identifier: None };
        let grant = house.service.create_grant(&firm.caller, new).await.unwrap();
        for (name, value, wanted) in QUERIES.into_iter().filter(|it| !it.2.is_empty()) {
            let twice = format!("{wanted} {wanted}");
            assert_eq!(ask(&house, &other.caller, name, value).await, twice, "{name}={value}");
        }
        house.service.revoke_grant(&firm.caller, grant.share_id).await.unwrap();
        for (name, value, _) in QUERIES {
            assert_eq!(ask(&house, &other.caller, name, value).await, "", "{name}={value}");
        }
        // Who is shown one product hears nothing of the rest.
        let viewer_id = other.enterprise_id.to_string();
        let new = NewGrant { viewer_id, identifier: Some("10614141073464".into()) };
        house.service.create_grant(&firm.caller, new).await.unwrap();
        for (name, value, _) in QUERIES {
            assert_eq!(ask(&house, &other.caller, name, value).await, "", "{name}={value}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_last_document_stands_and_lists_are_ones_own() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let [firm, other] = [house.firm(1, None).await, house.firm(2, None).await];
        capture(&house, &firm, HEADER, &EVENTS).await;
        let list = async |caller: &Caller, limit| {
            let (mut page, mut ids) = (Page { limit, ..Page::first() }, Vec::new());
            loop {
                let paged = house.service.list_master_data(caller, &page).await.unwrap();
                ids.extend(paged.items.into_iter().map(|it| it.id));
                match paged.next {
                    Some(next) => page.after = Some(next),
                    None => return ids,
                }
            }
        };
        for limit in [1, 2, 100] {
            let mut ids = list(&firm.caller, limit).await;
            ids.sort_unstable();
            let lot = "https://id.gs1.org/01/10614141073464/10/L1";
            let party = "https://id.gs1.org/417/0614141000012";
            let others = ["urn:x:door", "urn:x:hall", "urn:x:plant", "urn:x:red"];
            assert_eq!(ids, [&[lot, party][..], &others[..]].concat());
        }
        assert_eq!(list(&other.caller, 9).await, [""; 0]);
        assert_eq!(list(&house.operator, 9).await.len(), 6);
        assert_eq!(list(&house.regulator("33").await, 9).await, [""; 0]);
        let header = r#"{"epcisMasterData": {"vocabularyList": [
            {"type": "urn:epcglobal:epcis:vtype:ReadPoint", "vocabularyElementList": [
              {"id": "urn:x:hall"}, {"id": "urn:x:door",
               "attributes": [{"id": "cbvmda:name", "attribute": "Door 4"}]}]}]}}"#;
        capture(&house, &firm, header, &[]).await;
        assert_eq!(list(&firm.caller, 9).await.len(), 6);
        let ask = async |name: &str, value: &str| ask(&house, &firm.caller, name, value).await;
        assert_eq!(ask("EQATTR_readPoint_cbvmda:name", "Door 4").await, "at-door");
        assert_eq!(ask("EQATTR_readPoint_cbvmda:name", "Door 3").await, "");
        assert_eq!(ask("HASATTR_readPoint", "ex:frame").await, "");
        assert_eq!(ask("WD_readPoint", "urn:x:plant").await, "");
    })
    .await;
}

#[tokio::test]
async fn too_much_master_data_is_refused_with_its_document() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        let element = |n: u32| format!(r#"{{"id": "urn:x:{n}"}}"#);
        let header = |elements: &[String]| {
            format!(
                r#"{{"epcisMasterData": {{"vocabularyList": [{{"type": "urn:x:kind",
                     "vocabularyElementList": [{}]}}]}}}}"#,
                elements.join(",")
            )
        };
        let many: Vec<String> = (0..10_001).map(element).collect();
        let long = [format!(r#"{{"id": "urn:x:{}"}}"#, "a".repeat(1_100))];
        for elements in [&many[..], &long] {
            let body = document(&header(elements), &EVENTS);
            let refused = house.service.capture_document(&firm.caller, body).await;
            assert!(matches!(refused, Err(Error::TooLarge { .. })), "{refused:?}");
        }
        assert_eq!(all(&house.service, &firm.caller, &parse(&[]), 9).await.unwrap(), []);
        // A query reads so much, and no more.
        let children: Vec<String> = (0..1_100).map(|n| format!(r#""urn:x:{n}""#)).collect();
        let outer = format!(r#"{{"id": "urn:x:outer", "children": [{}]}}"#, children.join(","));
        capture(&house, &firm, &header(&[outer]), &EVENTS).await;
        let query = parse(&[("WD_readPoint", "urn:x:outer")]);
        let refused = all(&house.service, &firm.caller, &query, 9).await;
        assert!(matches!(refused, Err(Error::QueryTooComplex(_))), "{refused:?}");
        let stranger = house.firm(2, None).await;
        assert_eq!(all(&house.service, &stranger.caller, &query, 9).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn master_data_of_xml() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        for (schema, version, wrapped) in [
            ("urn:epcglobal:epcis:xsd:2", "2.0", ["", ""]),
            ("urn:epcglobal:epcis:xsd:1", "1.2", ["<extension>", "</extension>"]),
        ] {
            let body = format!(
                r#"<e:EPCISDocument xmlns:e="{schema}" schemaVersion="{version}"
                     creationDate="2026-11-21T00:00:00Z"><EPCISHeader>{}<EPCISMasterData>
                   <VocabularyList><Vocabulary type="urn:epcglobal:epcis:vtype:BusinessLocation">
                   <VocabularyElementList><VocabularyElement id="urn:x:shop:{version}">
                     <attribute id="urn:epcglobal:cbv:mda:name">Shop</attribute>
                     <children><id>urn:x:shelf:{version}</id></children></VocabularyElement>
                   </VocabularyElementList></Vocabulary></VocabularyList></EPCISMasterData>{}
                   </EPCISHeader><EPCISBody><EventList><ObjectEvent>
                     <eventTime>2026-11-05T00:00:00Z</eventTime>
                     <eventTimeZoneOffset>+00:00</eventTimeZoneOffset>
                     <epcList><epc>urn:x:a:{version}</epc></epcList><action>OBSERVE</action>
                     <bizLocation><id>urn:x:shelf:{version}</id></bizLocation>
                   </ObjectEvent></EventList></EPCISBody></e:EPCISDocument>"#,
                wrapped[0], wrapped[1]
            );
            let captured = house.service.capture_document(&firm.caller, body.into_bytes()).await;
            assert_eq!(captured.unwrap().n_events, 1);
            let shop = format!("urn:x:shop:{version}");
            let query = parse(&[("WD_bizLocation", &shop)]);
            let found = all(&house.service, &firm.caller, &query, 9).await.unwrap();
            assert_eq!(found.len(), 1, "{version}");
        }
    })
    .await;
}
