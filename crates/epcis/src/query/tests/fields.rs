//! When, why, where, and what is added: all but identifiers and sensors.

use super::{check, check_around, event, surroundings, typed};

#[test]
fn time_type_and_action() {
    check(
        &event(r#""eventID": "urn:uuid:1""#),
        "+ eventType=ObjectEvent
         + eventType=AggregationEvent|ObjectEvent
         - eventType=AggregationEvent
         - eventType=https://example.com/EventOfTheirOwn
         + GE_eventTime=2026-11-21T01:30:00Z
         - GE_eventTime=2026-11-21T01:30:00.000001Z
         - LT_eventTime=2026-11-21T01:30:00Z
         + LT_eventTime=2026-11-21T01:30:00.000001Z
         + GE_recordTime=2026-11-22T00:00:00Z
         - GE_recordTime=2026-11-22T00:00:01Z
         - LT_recordTime=2026-11-22T00:00:00Z
         + LT_recordTime=2026-11-22T08:00:01+08:00
         + EQ_action=ADD
         + EQ_action=OBSERVE|ADD
         - EQ_action=DELETE
         + EQ_eventID=urn:uuid:2|urn:uuid:1
         - EQ_eventID=urn:uuid:2",
    );
    let transformation = typed(
        "TransformationEvent",
        r#""inputEPCList": ["urn:x:1"], "outputEPCList": ["urn:x:2"],
           "transformationID": "urn:epc:id:gdti:0614141.06012.1234""#,
    );
    check(
        &transformation,
        "+ eventType=TransformationEvent
         - EQ_action=ADD|OBSERVE|DELETE
         + EQ_transformationID=urn:epc:id:gdti:0614141.06012.1234
         + EQ_transformationID=https://id.gs1.org/253/06141410601221234|urn:y:1
         - EQ_transformationID=urn:epc:id:gdti:0614141.06012.1235",
    );
}

#[test]
fn an_event_without_event_id_has_the_one_of_its_hash() {
    let event = event(r#""bizStep": "shipping""#);
    check(&event, &format!("+ EQ_eventID={}", event.event_hash_uri()));
}

#[test]
fn words_in_all_their_spellings() {
    let event = event(
        r#""bizStep": "shipping", "disposition": "https://example.com/disp/lost",
           "persistentDisposition": {"set": ["recalled"], "unset": ["damaged"]}"#,
    );
    check(
        &event,
        "+ EQ_bizStep=shipping
         + EQ_bizStep=receiving|cbv:BizStep-shipping
         + EQ_bizStep=https://ref.gs1.org/cbv/BizStep-shipping
         + EQ_bizStep=urn:epcglobal:cbv:bizstep:shipping
         - EQ_bizStep=receiving
         + EQ_disposition=https://example.com/disp/lost
         - EQ_disposition=in_transit
         + EQ_persistentDisposition_set=recalled
         - EQ_persistentDisposition_set=damaged
         + EQ_persistentDisposition_unset=urn:epcglobal:cbv:disp:damaged
         - EQ_persistentDisposition_unset=recalled",
    );
}

#[test]
fn places_and_their_descendants() {
    let event = event(
        r#""readPoint": {"id": "https://example.com/place/3", "ex:gate": "A",
                         "ex:door": {"ex:side": "left"}},
           "bizLocation": {"id": "urn:epc:id:sgln:4012345.00001.0", "ex:row": 7,
                           "ex:shelf": {"ex:level": "top"}}"#,
    );
    check_around(
        &event,
        &surroundings(),
        "+ EQ_readPoint=https://example.com/place/3
         - EQ_readPoint=https://example.com/place/2
         + WD_readPoint=https://example.com/place/3
         + WD_readPoint=https://example.com/place/2
         + WD_readPoint=urn:x:9|https://example.com/place/1
         - WD_readPoint=https://example.com/place/4
         + EQ_bizLocation=https://id.gs1.org/414/4012345000016
         + EQ_bizLocation=urn:epc:id:sgln:4012345.00001.0
         - EQ_bizLocation=urn:epc:id:sgln:4012345.00001.1
         + WD_bizLocation=urn:epc:id:sgln:4012345.00001.0
         - WD_bizLocation=https://example.com/place/1
         + EQ_readPoint_ex:gate=B|A
         - EQ_readPoint_ex:gate=B
         - EQ_readPoint_ex:side=left
         + EQ_INNER_readPoint_ex:side=left
         - EQ_INNER_readPoint_ex:gate=A
         + EQ_bizLocation_ex:row=7
         - EQ_bizLocation_ex:row=8
         + EQ_INNER_bizLocation_ex:level=top
         - EQ_INNER_bizLocation_ex:row=7
         + HASATTR_readPoint=cbvmda:siteLocation|urn:epcglobal:cbv:mda:countryCode
         - HASATTR_readPoint=urn:epcglobal:cbv:mda:city
         - HASATTR_bizLocation=urn:epcglobal:cbv:mda:countryCode
         + EQATTR_readPoint_urn:epcglobal:cbv:mda:countryCode=KR|CN
         + EQ_ATTR_readPoint_urn:epcglobal:cbv:mda:countryCode=CN
         - EQ_ATTR_readPoint_urn:epcglobal:cbv:mda:countryCode=KR
         - EQATTR_bizStep_urn:epcglobal:cbv:mda:countryCode=CN",
    );
}

#[test]
fn master_data_of_extensions() {
    let event = event(r#""ex:owner": "https://example.com/place/3""#);
    check_around(
        &event,
        &surroundings(),
        "+ HASATTR_ex:owner=urn:epcglobal:cbv:mda:countryCode
         - HASATTR_ex:renter=urn:epcglobal:cbv:mda:countryCode
         + EQATTR_ex:owner_urn:epcglobal:cbv:mda:countryCode=CN
         - EQATTR_ex:owner_urn:epcglobal:cbv:mda:countryCode=KR",
    );
}

#[test]
fn transactions_sources_and_destinations() {
    let event = event(
        r#""bizTransactionList": [
             {"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:4012345000016:1"},
             {"bizTransaction": "urn:x:untyped"}],
           "sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:4012345.00001"}],
           "destinationList": [{"type": "location", "destination": "urn:x:there"}]"#,
    );
    check(
        &event,
        "+ EQ_bizTransaction_po=urn:epcglobal:cbv:bt:4012345000016:1
         + EQ_bizTransaction_urn:epcglobal:cbv:btt:po=urn:epcglobal:cbv:bt:4012345000016:1
         - EQ_bizTransaction_inv=urn:epcglobal:cbv:bt:4012345000016:1
         - EQ_bizTransaction_po=urn:x:untyped
         + EQ_bizTransaction_=urn:x:untyped
         - EQ_bizTransaction_=urn:epcglobal:cbv:bt:4012345000016:1
         + EQ_source_owning_party=https://id.gs1.org/417/4012345000016
         - EQ_source_possessing_party=https://id.gs1.org/417/4012345000016
         - EQ_source_owning_party=urn:x:there
         + EQ_destination_location=urn:x:here|urn:x:there
         + EQ_destination_https://ref.gs1.org/cbv/SDT-location=urn:x:there
         - EQ_destination_owning_party=urn:x:there",
    );
}

#[test]
fn declared_errors() {
    let event = event(
        r#""errorDeclaration": {"declarationTime": "2026-11-21T12:00:00Z",
             "reason": "incorrect_data", "correctiveEventIDs": ["urn:uuid:7"],
             "ex:by": "Min", "ex:form": {"ex:page": 3}}"#,
    );
    check(
        &event,
        "+ EXISTS_errorDeclaration=true
         + EXISTS_errorDeclaration=false
         + GE_errorDeclarationTime=2026-11-21T12:00:00Z
         - LT_errorDeclarationTime=2026-11-21T12:00:00Z
         + LT_errorDeclaration_Time=2026-11-21T12:00:01Z
         - GE_errorDeclaration_Time=2026-11-21T12:00:01Z
         + EQ_errorReason=incorrect_data
         - EQ_errorReason=did_not_occur
         + EQ_correctiveEventID=urn:uuid:7
         - EQ_correctiveEventID=urn:uuid:8
         + EQ_ERROR_DECLARATION_ex:by=Min
         - EQ_ERROR_DECLARATION_ex:page=3
         + EXISTS_ERROR_DECLARATION_ex:form=true
         - EXISTS_ERROR_DECLARATION_ex:page=true
         + EXISTS_INNER_ERROR_DECLARATION_ex:page=true
         + EQ_INNER_ERROR_DECLARATION_ex:page=3
         + GT_INNER_ERROR_DECLARATION_ex:page=2
         - GT_INNER_ERROR_DECLARATION_ex:page=3
         + GE_INNER_ERROR_DECLARATION_ex:page=3
         + LE_INNER_ERROR_DECLARATION_ex:page=3
         - LT_INNER_ERROR_DECLARATION_ex:page=3",
    );
    let none = super::event(r#""bizStep": "shipping""#);
    check(
        &none,
        "- EXISTS_errorDeclaration=true
         + EXISTS_errorDeclaration=false
         - GE_errorDeclarationTime=1970-01-01T00:00:00Z
         - EQ_errorReason=incorrect_data",
    );
    let numbers = super::event(
        r#""errorDeclaration": {"declarationTime": "2026-11-21T12:00:00Z", "ex:n": 5}"#,
    );
    check(
        &numbers,
        "+ GT_ERROR_DECLARATION_ex:n=4
         + GE_ERROR_DECLARATION_ex:n=5
         + LE_ERROR_DECLARATION_ex:n=5
         + LT_ERROR_DECLARATION_ex:n=6
         - LT_ERROR_DECLARATION_ex:n=5",
    );
}

#[test]
fn extensions_by_value_and_order() {
    let event = event(
        r#""ex:text": "blue", "ex:list": ["a", "b"], "ex:number": 12.50, "ex:digits": "007",
           "ex:time": "2026-11-21T00:00:00Z", "ex:day": "2026-11-21", "ex:truth": true,
           "ex:typed": {"@type": "xsd:int", "@value": 5},
           "ex:deep": {"ex:one": {"ex:two": 2, "ex:text": "green"}}, "ex:empty": {}"#,
    );
    check(
        &event,
        "+ EQ_ex:text=red|blue
         - EQ_ex:text=Blue
         - EQ_ex:text=green
         + EQ_https://ns.example.com/text=blue
         + EQ_https://ns.example.com/#text=blue
         + EQ_ex:list=b
         + EQ_ex:number=12.5
         - EQ_ex:number=12.51
         + EQ_ex:typed=5
         + EQ_ex:truth=true
         + EQ_ex:time=2026-11-21T08:00:00+08:00
         + GT_ex:number=12.49
         - GT_ex:number=12.5
         + GE_ex:number=12.5
         - LT_ex:number=12.5
         + LT_ex:number=13
         + LE_ex:number=12.5
         - LE_ex:number=12.4
         + GE_ex:time=2026-11-21T00:00:00Z
         - GT_ex:time=2026-11-21T00:00:00Z
         + LT_ex:day=2026-11-22
         - GE_ex:day=2026-11-22
         - GT_ex:text=1
         + EXISTS_ex:text=null
         + EXISTS_ex:empty=true
         - EXISTS_ex:two=true
         + EXISTS_INNER_ex:two=true
         - EXISTS_INNER_ex:number=true
         + EQ_INNER_ex:text=green
         - EQ_INNER_ex:text=blue
         + EQ_INNER_ex:two=2
         + GT_INNER_ex:two=1
         + GE_INNER_ex:two=2
         + LT_INNER_ex:two=3
         + LE_INNER_ex:two=2
         - LE_INNER_ex:two=1",
    );
}

#[test]
fn digits_are_a_number_only_where_a_number_is_given() {
    let event = event(r#""ex:digits": "007""#);
    let matches = |json: &str| {
        let text = format!(r#"{{"@context": {}, "EQ_ex:digits": {json}}}"#, super::NAMESPACES);
        let query = super::EventQuery::from_json(&text).unwrap();
        query.matches(&event, super::RECORDED_US, &super::Surroundings::default())
    };
    assert!(matches(r#""007""#));
    assert!(matches("7"));
    assert!(!matches(r#""7""#));
    assert!(!matches(r#"["07"]"#));
}

#[test]
fn instance_and_lot_master_data() {
    let event = event(
        r#""ilmd": {"cbvmda:lotNumber": "L1", "cbvmda:itemExpirationDate": "2027-05-01",
                    "ex:fat": 3.5, "ex:made": {"ex:line": 4, "ex:by": "https://example.com/m"}}"#,
    );
    check(
        &event,
        "+ EQ_ILMD_cbvmda:lotNumber=L1
         + EQ_ILMD_urn:epcglobal:cbv:mda:lotNumber=L1
         + EQ_ILMD_urn:epcglobal:cbv:mda#lotNumber=L1
         - EQ_ILMD_cbvmda:lotNumber=L2
         - EQ_cbvmda:lotNumber=L1
         + GE_ILMD_cbvmda:itemExpirationDate=2027-05-01
         + LT_ILMD_cbvmda:itemExpirationDate=2027-05-02
         - GT_ILMD_cbvmda:itemExpirationDate=2027-05-01
         + LE_ILMD_ex:fat=3.5
         + GT_ILMD_ex:fat=3
         - LT_ILMD_ex:fat=3.5
         + EXISTS_ILMD_ex:made=true
         - EXISTS_ILMD_ex:line=true
         + EXISTS_INNER_ILMD_ex:line=true
         + EQ_INNER_ILMD_ex:by=https://example.com/m
         - EQ_INNER_ILMD_cbvmda:lotNumber=L1
         + GT_INNER_ILMD_ex:line=3
         + GE_INNER_ILMD_ex:line=4
         + LT_INNER_ILMD_ex:line=5
         + LE_INNER_ILMD_ex:line=4
         - LE_INNER_ILMD_ex:line=3",
    );
}
