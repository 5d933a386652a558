//! Queries: answers, order, pages, and that nobody sees what is another's.

use std::collections::BTreeSet;

use epcis::query::{EventQuery, NamedQuery, QueryFault, Surroundings};
use service::{Caller, Error, Page, QueryPage, Role, Service, Vocabulary};
use store::events::Event;
use store::testing::each_engine;

use crate::house::{Firm, House, MORNING_US, set_now_us};

const CONTEXT: &str = r#"["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"ex": "https://ns.example.com/", "suyuan": "urn:suyuan:epcis:"}]"#;

/// Events that every family of parameters can ask for.
pub(crate) const EVENTS: [&str; 6] = [
    r#"{"type": "ObjectEvent", "eventID": "urn:x:made", "action": "ADD",
        "eventTime": "2026-11-01T00:00:00Z", "bizStep": "commissioning",
        "epcList": ["urn:epc:id:sgtin:0614141.107346.1"],
        "quantityList": [{"epcClass": "urn:epc:class:lgtin:0614141.107346.L1", "quantity": 5,
                          "uom": "KGM"}],
        "readPoint": {"id": "urn:epc:id:sgln:0614141.00001.0", "ex:gate": "A",
                      "ex:door": {"ex:side": "left"}},
        "ilmd": {"cbvmda:lotNumber": "L1", "ex:fat": 3.5, "ex:made": {"ex:line": 4}}}"#,
    r#"{"type": "AggregationEvent", "eventID": "urn:x:packed", "action": "ADD",
        "eventTime": "2026-11-02T00:00:00Z", "bizStep": "packing", "disposition": "in_progress",
        "parentID": "urn:epc:id:sscc:0614141.1234567890",
        "childEPCs": ["urn:epc:id:sgtin:0614141.107346.1"],
        "bizLocation": {"id": "urn:epc:id:sgln:0614141.00002.0", "ex:row": 7,
                        "ex:shelf": {"ex:level": "top"}},
        "ex:colour": "blue", "ex:n": 2, "ex:deep": {"ex:two": 2}}"#,
    r#"{"type": "TransactionEvent", "eventID": "urn:x:tied", "action": "OBSERVE",
        "eventTime": "2026-11-03T00:00:00Z", "bizStep": "shipping", "disposition": "in_transit",
        "epcList": ["urn:epc:id:sgtin:0614141.107346.2"],
        "bizTransactionList": [{"type": "po", "bizTransaction": "urn:x:order:1"},
                               {"bizTransaction": "urn:x:order:2"}],
        "sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:0614141.00001"}],
        "destinationList": [{"type": "location", "destination": "urn:x:there"}],
        "persistentDisposition": {"set": ["completeness_verified"], "unset": ["damaged"]},
        "ex:n": 1}"#,
    r#"{"type": "TransformationEvent", "eventID": "urn:x:mixed",
        "eventTime": "2026-11-04T00:00:00Z", "transformationID": "urn:x:mix:1",
        "inputEPCList": ["urn:epc:id:sgtin:0614141.107346.3"],
        "inputQuantityList": [{"epcClass": "urn:epc:class:lgtin:0614141.107346.L2"}],
        "outputEPCList": ["urn:epc:id:sgtin:0614141.107346.4"],
        "outputQuantityList": [{"epcClass": "urn:epc:class:lgtin:0614141.107346.L3"}]}"#,
    r#"{"type": "ObjectEvent", "eventID": "urn:x:felt", "action": "OBSERVE",
        "eventTime": "2026-11-05T00:00:00Z", "ex:n": 3,
        "sensorElementList": [{"ex:element": "e", "ex:nest": {"ex:egg": 2},
          "sensorMetadata": {"time": "2026-11-05T00:00:00Z", "deviceID": "urn:x:device",
            "startTime": "2026-11-04T00:00:00Z", "endTime": "2026-11-04T12:00:00Z",
            "bizRules": "urn:x:rules", "dataProcessingMethod": "urn:x:method", "ex:meta": 1,
            "ex:box": {"ex:lid": 3}},
          "sensorReport": [{"type": "Temperature", "value": 8, "minValue": 2, "maxValue": 9,
            "meanValue": 5, "sDev": 1, "percRank": 50, "percValue": 6, "uom": "CEL",
            "stringValue": "damp", "booleanValue": true, "hexBinaryValue": "f0",
            "uriValue": "urn:x:uri", "microorganism": "urn:x:coli",
            "chemicalSubstance": "urn:x:salt", "ex:seal": 6, "ex:arm": {"ex:tip": 5}}]}]}"#,
    r#"{"type": "ObjectEvent", "eventID": "urn:x:wrong", "action": "DELETE",
        "eventTime": "2026-11-06T00:00:00Z", "epcList": ["urn:epc:id:sgtin:0614141.107346.9"],
        "errorDeclaration": {"declarationTime": "2026-11-07T00:00:00Z",
          "reason": "incorrect_data", "correctiveEventIDs": ["urn:x:right"],
          "ex:by": 5, "ex:form": {"ex:page": 3}}}"#,
];

/// One parameter of each family and fixed name, with a value that an event of [`EVENTS`] has.
const PARAMETERS: &str = "
    eventType=ObjectEvent
    GE_eventTime=2026-11-03T00:00:00Z
    LT_eventTime=2026-11-03T00:00:00Z
    GE_recordTime=2026-11-21T00:00:00Z
    LT_recordTime=2030-01-01T00:00:00Z
    EQ_action=OBSERVE|DELETE
    EQ_bizStep=shipping|packing
    EQ_disposition=in_transit
    EQ_persistentDisposition_set=completeness_verified
    EQ_persistentDisposition_unset=damaged
    EQ_readPoint=urn:epc:id:sgln:0614141.00001.0
    WD_readPoint=urn:epc:id:sgln:0614141.00001.0
    EQ_bizLocation=urn:epc:id:sgln:0614141.00002.0
    WD_bizLocation=urn:epc:id:sgln:0614141.00002.0
    EQ_transformationID=urn:x:mix:1
    MATCH_epc=urn:epc:id:sgtin:0614141.107346.1
    MATCH_epc=urn:epc:idpat:sgtin:0614141.*.*
    MATCH_parentID=urn:epc:id:sscc:0614141.1234567890
    MATCH_inputEPC=urn:epc:id:sgtin:0614141.107346.3
    MATCH_outputEPC=urn:epc:id:sgtin:0614141.107346.4
    MATCH_anyEPC=urn:epc:id:sgtin:0614141.107346.1|urn:epc:id:sgtin:0614141.107346.4
    MATCH_epcClass=urn:epc:class:lgtin:0614141.107346.L1
    MATCH_inputEPCClass=urn:epc:class:lgtin:0614141.107346.L2
    MATCH_outputEPCClass=urn:epc:class:lgtin:0614141.107346.L3
    MATCH_anyEPCClass=urn:epc:class:lgtin:0614141.107346.*
    EQ_quantity=5
    GT_quantity=4
    EQ_quantity_GRM=5000
    GE_quantity_KGM=5
    EQ_eventID=urn:x:made|urn:x:tied
    EXISTS_errorDeclaration=true
    GE_errorDeclarationTime=2026-11-07T00:00:00Z
    LT_errorDeclaration_Time=2026-11-08T00:00:00Z
    EQ_errorReason=incorrect_data
    EQ_correctiveEventID=urn:x:right
    EQ_bizTransaction_po=urn:x:order:1
    EQ_bizTransaction_=urn:x:order:2
    EQ_source_owning_party=urn:epc:id:pgln:0614141.00001
    EQ_destination_location=urn:x:there
    EQ_ex:colour=blue
    GE_ex:n=2
    EXISTS_ex:n=true
    EQ_INNER_ex:two=2
    GT_INNER_ex:two=1
    EXISTS_INNER_ex:two=true
    EQ_ILMD_cbvmda:lotNumber=L1
    LT_ILMD_ex:fat=4
    EXISTS_ILMD_ex:fat=true
    EQ_INNER_ILMD_ex:line=4
    LE_INNER_ILMD_ex:line=4
    EXISTS_INNER_ILMD_ex:line=true
    EQ_ERROR_DECLARATION_ex:by=5
    GE_ERROR_DECLARATION_ex:by=5
    EXISTS_ERROR_DECLARATION_ex:by=true
    EQ_INNER_ERROR_DECLARATION_ex:page=3
    LE_INNER_ERROR_DECLARATION_ex:page=3
    EXISTS_INNER_ERROR_DECLARATION_ex:page=true
    EQ_readPoint_ex:gate=A
    EQ_INNER_readPoint_ex:side=left
    EQ_bizLocation_ex:row=7
    EQ_INNER_bizLocation_ex:level=top
    EXISTS_sensorElementList=true
    EQ_type=Temperature
    EQ_deviceID=urn:x:device
    EQ_dataProcessingMethod=urn:x:method
    EQ_bizRules=urn:x:rules
    EQ_microorganism=urn:x:coli
    EQ_chemicalSubstance=urn:x:salt
    EQ_stringValue=damp
    EQ_hexBinaryValue=f0
    EQ_uriValue=urn:x:uri
    EQ_booleanValue=true
    GE_time=2026-11-05T00:00:00Z
    LT_startTime=2026-11-05T00:00:00Z
    GE_endTime=2026-11-04T00:00:00Z
    EQ_value_FAH=46.4
    GE_minValue_CEL=2
    LE_maxValue_CEL=9
    GT_meanValue_CEL=4
    LT_sDev_CEL=2
    GE_percValue_CEL=6
    GE_percRank=50
    EQ_SENSORELEMENT_ex:element=e
    EXISTS_SENSORELEMENT_ex:nest=true
    EQ_INNER_SENSORELEMENT_ex:egg=2
    GE_SENSORMETADATA_ex:meta=1
    LE_INNER_SENSORMETADATA_ex:lid=3
    EQ_SENSORREPORT_ex:seal=6
    GT_INNER_SENSORREPORT_ex:tip=4";

pub(crate) fn parse(pairs: &[(&str, &str)]) -> EventQuery {
    let namespaces = [("ex".to_owned(), "https://ns.example.com/".to_owned())];
    let query: Result<EventQuery, Vec<QueryFault>> =
        EventQuery::from_pairs(pairs.iter().copied(), &namespaces);
    query.unwrap_or_else(|faults| panic!("{pairs:?}: {faults:?}"))
}

pub(crate) fn parameters() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = PARAMETERS.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| line.split_once('=').expect("a name and a value"))
}

pub(crate) async fn capture(house: &House, firm: &Firm, events: &[&str]) {
    let events: Vec<String> = events
        .iter()
        .map(|event| event.replacen('{', r#"{"eventTimeZoneOffset": "+00:00", "#, 1))
        .collect();
    let body = format!(
        r#"{{"@context": {CONTEXT}, "type": "EPCISDocument", "schemaVersion": "2.0",
             "creationDate": "2026-11-21T00:00:00Z", "epcisBody": {{"eventList": [{}]}}}}"#,
        events.join(",")
    );
    let captured = house.service.capture_document(&firm.caller, body.into_bytes()).await;
    captured.unwrap_or_else(|error| panic!("{error:?}"));
}

/// All pages of a query.
pub(crate) async fn all(
    service: &Service,
    caller: &Caller,
    query: &EventQuery,
    n_events: u32,
) -> Result<Vec<Event>, Error> {
    let (mut events, mut token) = (Vec::new(), None);
    loop {
        let result = service.query_events(caller, query, &QueryPage { token, n_events }).await?;
        assert!(result.events.len() <= n_events as usize);
        events.extend(result.events);
        match result.next {
            Some((next, _)) => token = Some(next),
            None => return Ok(events),
        }
    }
}

pub(crate) fn names(events: &[Event]) -> Vec<&str> {
    events.iter().map(|it| it.event_id.trim_start_matches("urn:x:")).collect()
}

/// What the judge says of the events of a list, without any index.
pub(crate) fn judged(events: &[Event], query: &EventQuery) -> BTreeSet<[u8; 16]> {
    let is_answer = |event: &&Event| {
        let (document, _) = epcis::parse_document(&event.body, &epcis::Limits::default());
        let parsed = document.expect("stored events can be read").events.remove(0);
        query.matches(&parsed, event.record_time_us, &Surroundings::default())
    };
    events.iter().filter(is_answer).map(|event| event.event_key).collect()
}

#[tokio::test]
async fn each_family_answers_from_its_index_and_shows_nobody_elses_events() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firms = [house.firm(1, None).await, house.firm(2, None).await];
        for firm in &firms {
            capture(&house, firm, &EVENTS).await;
        }
        let outsider = house.firm(3, None).await;
        let regulator = Caller { role: Role::Regulator, ..Caller::console_of_machine() };
        let everything = all(&house.service, &regulator, &parse(&[]), 1000).await.unwrap();
        assert_eq!(everything.len(), 2 * EVENTS.len());
        for (name, value) in parameters() {
            let query = parse(&[(name, value)]);
            let wanted = judged(&everything, &query);
            assert!(!wanted.is_empty() && wanted.len().is_multiple_of(2), "{name}");
            for firm in &firms {
                let found = all(&house.service, &firm.caller, &query, 2).await.unwrap();
                assert!(found.iter().all(|it| it.enterprise_id == firm.enterprise_id), "{name}");
                let keys: BTreeSet<_> = found.iter().map(|it| it.event_key).collect();
                assert_eq!(keys.len(), wanted.len() / 2, "{name}: {:?}", names(&found));
                assert!(keys.is_subset(&wanted), "{name}");
            }
            let found = all(&house.service, &regulator, &query, 5).await.unwrap();
            let keys: BTreeSet<_> = found.iter().map(|it| it.event_key).collect();
            assert_eq!((keys, found.len()), (wanted.clone(), wanted.len()), "{name}");
            // Neither by count nor by error.
            let query = parse(&[(name, value), ("maxEventCount", "1")]);
            let found = all(&house.service, &outsider.caller, &query, 5).await.unwrap();
            assert_eq!(found, [], "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn parameters_together_and_in_any_order() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        capture(&house, &firm, &EVENTS).await;
        let everything = all(&house.service, &firm.caller, &parse(&[]), 1000).await.unwrap();
        let pairs: Vec<_> = parameters().collect();
        for (index, one) in pairs.iter().enumerate() {
            for other in pairs.iter().skip(index % 7 + 1).step_by(7).filter(|it| it.0 != one.0) {
                let order = ["eventTime", "recordTime", "ex:n"][index % 3];
                let query = parse(&[*one, *other, ("orderBy", order)]);
                let found = all(&house.service, &firm.caller, &query, 1).await.unwrap();
                let keys: BTreeSet<_> = found.iter().map(|it| it.event_key).collect();
                assert_eq!(keys, judged(&everything, &query), "{one:?} {other:?} {order}");
                assert_eq!(found.len(), keys.len(), "{one:?} {other:?} {order}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn orders_and_limits() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        for (n, event) in EVENTS.iter().rev().enumerate() {
            set_now_us(MORNING_US + n as i64 * 1_000_000);
            capture(&house, &firm, &[event]).await;
        }
        let ask = async |pairs: &[(&str, &str)], n_events| {
            let found = all(&house.service, &firm.caller, &parse(pairs), n_events).await.unwrap();
            names(&found).join(" ")
        };
        let newest = "wrong felt mixed tied packed made";
        let oldest = "made packed tied mixed felt wrong";
        for n_events in [1, 2, 5, 6, 7] {
            assert_eq!(ask(&[], n_events).await, newest);
            assert_eq!(ask(&[("orderBy", "eventTime")], n_events).await, newest);
            let later = [("orderBy", "eventTime"), ("orderDirection", "ASC")];
            assert_eq!(ask(&later, n_events).await, oldest);
            assert_eq!(ask(&[("orderBy", "recordTime")], n_events).await, oldest);
            let first = [("orderBy", "recordTime"), ("orderDirection", "ASC")];
            assert_eq!(ask(&first, n_events).await, newest);
            let since = [("GE_recordTime", "2026-11-21T08:00:02Z"), first[0], first[1]];
            assert_eq!(ask(&since, n_events).await, "mixed tied packed made");
            let until = [("LT_recordTime", "2026-11-21T08:00:02Z")];
            assert_eq!(ask(&until, n_events).await, "felt wrong");
            let by_value = [("orderBy", "ex:n"), ("EXISTS_ex:n", "true")];
            assert_eq!(ask(&by_value, n_events).await, "felt packed tied");
            let by_value = [("orderBy", "ex:n"), ("orderDirection", "ASC")];
            assert!(ask(&by_value, n_events).await.starts_with("tied packed felt "));
            let few = [("eventCountLimit", "3"), ("orderBy", "eventTime")];
            assert_eq!(ask(&few, n_events).await, "wrong felt mixed");
            assert_eq!(ask(&[("maxEventCount", "6")], n_events).await, newest);
        }
        let query = parse(&[("maxEventCount", "5")]);
        let refused = all(&house.service, &firm.caller, &query, 2).await;
        assert!(matches!(refused, Err(Error::QueryTooLarge { limit: 5 })), "{refused:?}");
        let query = parse(&[("maxEventCount", "1"), ("EQ_eventID", "urn:x:made|urn:x:tied")]);
        let refused = all(&house.service, &firm.caller, &query, 2).await;
        assert!(matches!(refused, Err(Error::QueryTooLarge { limit: 1 })), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn pages_stay_whole_while_events_arrive() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        let event = |n: u32| {
            format!(
                r#"{{"type": "ObjectEvent", "eventID": "urn:x:{n}", "action": "OBSERVE",
                    "eventTime": "2026-11-01T00:{:02}:00Z", "bizStep": "shipping",
                    "epcList": ["urn:x:thing"]}}"#,
                n % 20
            )
        };
        for n in 0..40 {
            capture(&house, &firm, &[&event(n)]).await;
        }
        for (index, pairs) in [
            vec![("EQ_bizStep", "shipping")],
            vec![("MATCH_anyEPC", "urn:x:thing"), ("orderBy", "eventTime")],
            vec![("orderBy", "recordTime"), ("orderDirection", "ASC")],
            vec![("eventType", "ObjectEvent")],
        ]
        .into_iter()
        .enumerate()
        {
            let (query, mut token, mut seen) = (parse(&pairs), None, Vec::new());
            for n in 0.. {
                let page = QueryPage { token, n_events: 7 };
                let result = house.service.query_events(&firm.caller, &query, &page).await;
                let result = result.unwrap();
                seen.extend(result.events.into_iter().map(|it| it.event_id));
                capture(&house, &firm, &[&event(100 * (index as u32 + 1) + n)]).await;
                match result.next {
                    Some((next, _)) => token = Some(next),
                    None => break,
                }
            }
            let old: BTreeSet<String> = (0..40).map(|n| format!("urn:x:{n}")).collect();
            let once: BTreeSet<String> = seen.iter().cloned().collect();
            assert_eq!(once.len(), seen.len(), "{pairs:?}: each event once");
            assert!(once.is_superset(&old), "{pairs:?}: {:?}", old.difference(&once));
        }
    })
    .await;
}

#[tokio::test]
async fn our_own_codes_are_found_in_ranges_and_by_both_spellings() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, Some("06901234567892")).await;
        let other = house.firm(2, None).await;
        let batch = house.batch(&firm, 100).await;
        let (code, _) = house.printed(&firm, &batch).await.remove(42);
        house.commission(&firm, batch.batch.batch_id, "L1").await;
        let link = format!("https://id.gs1.org/01/06901234567892/21/{code}");
        let url = format!("https://t.example/c/{code}");
        for epc in [&link, &url] {
            for name in ["MATCH_epc", "MATCH_anyEPC"] {
                let query = parse(&[(name, epc)]);
                let found = all(&house.service, &firm.caller, &query, 5).await.unwrap();
                assert_eq!(found.len(), 1, "{name}={epc}");
                assert_eq!(all(&house.service, &other.caller, &query, 5).await.unwrap(), []);
            }
            let query = parse(&[("MATCH_parentID", epc)]);
            assert_eq!(all(&house.service, &firm.caller, &query, 5).await.unwrap(), []);
        }
        let lot = parse(&[("EQ_ILMD_cbvmda:lotNumber", "L1")]);
        assert_eq!(all(&house.service, &firm.caller, &lot, 5).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn tokens_that_are_none() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        capture(&house, &firm, &EVENTS).await;
        let first = QueryPage { token: None, n_events: 2 };
        let result = house.service.query_events(&firm.caller, &parse(&[]), &first).await.unwrap();
        let (token, expires_us) = result.next.unwrap();
        let ask = async |token: &str, pairs: &[(&str, &str)]| {
            let page = QueryPage { token: Some(token.to_owned()), n_events: 2 };
            house.service.query_events(&firm.caller, &parse(pairs), &page).await
        };
        assert_eq!(names(&ask(&token, &[]).await.unwrap().events), ["mixed", "tied"]);
        for text in ["", "nonsense", &token[1..]] {
            assert!(matches!(ask(text, &[]).await, Err(Error::Rejected(_))), "{text}");
        }
        // The event of a place may be out of sight by the next page.
        let by_value = [("orderBy", "ex:n")];
        let first = house.service.query_events(&firm.caller, &parse(&by_value), &first).await;
        let sorted = first.unwrap().next.unwrap().0;
        let gone = sorted[..sorted.len() - 32].to_owned() + &"0".repeat(32);
        let rest = ask(&sorted, &by_value).await.unwrap().events;
        assert_eq!(names(&rest), ["tied", "wrong"]);
        let also = names(&ask(&gone, &by_value).await.unwrap().events).join(" ");
        assert_eq!(also, "tied wrong");
        let other_order = ask(&token, &[("orderBy", "ex:n")]).await;
        assert!(matches!(other_order, Err(Error::Rejected(_))));
        set_now_us(expires_us);
        assert!(matches!(ask(&token, &[]).await, Err(Error::Rejected(_))));
    })
    .await;
}

#[tokio::test]
async fn named_queries_are_their_owners() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firms = [house.firm(1, None).await, house.firm(2, None).await];
        let named = |name: &str, step: &str| {
            let body = format!(r#"{{"name": "{name}", "query": {{"EQ_bizStep": "{step}"}}}}"#);
            NamedQuery::from_json(body.as_bytes(), &[]).unwrap()
        };
        let service = &house.service;
        for (firm, step) in firms.iter().zip(["shipping", "packing"]) {
            service.create_query(&firm.caller, named("mine", step)).await.unwrap();
            let again = service.create_query(&firm.caller, named("mine", step)).await;
            assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
        }
        let found = service.find_query(&firms[1].caller, "mine").await.unwrap();
        assert_eq!(found.query, r#"{"EQ_bizStep":"packing"}"#);
        service.create_query(&firms[1].caller, named("other", "packing")).await.unwrap();
        assert!(matches!(
            service.find_query(&firms[0].caller, "other").await,
            Err(Error::NotFound)
        ));
        let page = Page { limit: 1, ..Page::first() };
        let list = service.list_queries(&firms[1].caller, &page).await.unwrap();
        assert_eq!((list.items[0].name.as_str(), list.next.as_deref()), ("mine", Some("mine")));
        service.delete_query(&firms[0].caller, "mine").await.unwrap();
        let gone = service.delete_query(&firms[0].caller, "mine").await;
        assert!(matches!(gone, Err(Error::NotFound)));
        assert!(service.find_query(&firms[1].caller, "mine").await.is_ok());
        let odd = service.create_query(&firms[0].caller, named("a/b", "packing")).await;
        assert!(matches!(odd, Err(Error::Rejected(_))));
    })
    .await;
}

#[tokio::test]
async fn vocabularies_list_the_standard_and_what_events_name() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firms = [house.firm(1, None).await, house.firm(2, None).await];
        capture(&house, &firms[0], &EVENTS).await;
        let private = EVENTS[1].replace("packing", "urn:x:wrapping").replace("urn:x:p", "urn:x:q");
        let private = private.replace("in_progress", "https://example.com/wrapped");
        capture(&house, &firms[0], &[&private]).await;
        capture(&house, &firms[1], &EVENTS[..1]).await;
        let (service, mut words, mut after) = (&house.service, Vec::new(), None);
        loop {
            let page = service
                .list_vocabulary(&firms[0].caller, Vocabulary::BizSteps, after.as_deref(), 7)
                .await
                .unwrap();
            words.extend(page.words);
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        // CBV 2.0 §7.1 has 41 steps, each listed once, named or not.
        assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len());
        assert_eq!((words.len(), words[41].as_str()), (42, "urn:x:wrapping"));
        let cbv = |word: &str| format!("https://ref.gs1.org/cbv/BizStep-{word}");
        assert_eq!((&words[0], &words[40]), (&cbv("accepting"), &cbv("void_shipping")));
        let list = async |firm: &Firm, vocabulary| {
            service.list_vocabulary(&firm.caller, vocabulary, None, 100).await.unwrap().words
        };
        assert_eq!(list(&firms[1], Vocabulary::BizSteps).await, words[..41]);
        assert_eq!(list(&firms[1], Vocabulary::Dispositions).await.len(), 33);
        assert_eq!(list(&firms[0], Vocabulary::Dispositions).await.len(), 34);
        let place = "https://id.gs1.org/414/0614141000012";
        assert_eq!(list(&firms[1], Vocabulary::ReadPoints).await, [place]);
        assert_eq!(list(&firms[0], Vocabulary::BizLocations).await.len(), 1);
        let is_known = async |word: &str| {
            service.find_word(&firms[1].caller, Vocabulary::BizSteps, word).await.is_ok()
        };
        assert!(is_known(&cbv("packing")).await);
        assert!(!is_known("urn:x:wrapping").await);
        // A private word that an event sets for good is a disposition as well.
        let lasting = EVENTS[2].replace("urn:x:tied", "urn:x:kept");
        let lasting = lasting.replace("\"damaged\"", "\"urn:x:dented\"");
        capture(&house, &firms[1], &[&lasting]).await;
        let dented = "urn:x:dented".to_owned();
        assert!(list(&firms[1], Vocabulary::Dispositions).await.contains(&dented));
    })
    .await;
}

#[tokio::test]
async fn each_epc_is_listed_once_for_who_may_see_it() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, Some("06901234567892")).await;
        let other = house.firm(2, None).await;
        capture(&house, &firm, &EVENTS).await;
        capture(&house, &other, &EVENTS[3..4]).await;
        let batch = house.batch(&firm, 3).await;
        house.commission(&firm, batch.batch.batch_id, "L1").await;
        let list = async |caller: &Caller, limit| {
            let (mut words, mut after) = (Vec::new(), None::<String>);
            loop {
                let page = house.service.list_epcs(caller, after.as_deref(), limit).await.unwrap();
                words.extend(page.words);
                match page.next {
                    Some(next) => after = Some(next),
                    None => return words,
                }
            }
        };
        let mut expected: BTreeSet<String> =
            [1, 2, 3, 4, 9].map(|n| format!("https://id.gs1.org/01/10614141073464/21/{n}")).into();
        expected.insert("https://id.gs1.org/00/106141412345678908".to_owned());
        for (code, _) in house.printed(&firm, &batch).await {
            expected.insert(format!("https://id.gs1.org/01/06901234567892/21/{code}"));
        }
        for limit in [1, 2, 100] {
            let words = list(&firm.caller, limit).await;
            assert_eq!(words.len(), expected.len(), "{words:?}");
            assert_eq!(words.into_iter().collect::<BTreeSet<_>>(), expected);
            assert_eq!(list(&other.caller, limit).await.len(), 2);
        }
        assert!(house.service.list_epcs(&firm.caller, Some("nonsense"), 1).await.is_err());
    })
    .await;
}
