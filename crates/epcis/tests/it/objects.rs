//! What is wrong with the objects of an event and what is told of them, as a table.

use expect_test::{Expect, expect};

use crate::{
    document_of, parse,
    violations::{aggregation_event, check_event, object_event, text},
};

#[test]
fn vocabulary() {
    check_event(
        &object_event("bizStep: \"transforming\""),
        expect![[r#"
        unknown-vocabulary ./bizStep
          "transforming" is not a CBV business step"#]],
    );
    check_event(
        &object_event("disposition: \"shipping\""),
        expect![[r#"
        unknown-vocabulary ./disposition
          "shipping" is not a CBV disposition"#]],
    );
    check_event(&object_event("bizStep: \"https://example.com/steps/blending\""), expect![""]);
    check_event(&object_event("bizStep: \"cbv:BizStep-shipping\""), expect![""]);
    check_event(
        &object_event("bizStep: \"a b:c\""),
        expect![[r#"
        invalid-uri ./bizStep
          "a b:c" is not a URI"#]],
    );
    check_event(
        &object_event(r#"persistentDisposition: {"set": ["recalled", "lost"]}"#),
        expect![[r#"
            unknown-vocabulary ./persistentDisposition/set/1
              "lost" is not a CBV disposition"#]],
    );
    check_event(
        &object_event("persistentDisposition: {}"),
        expect![[r#"
            missing-field ./persistentDisposition
              set or unset is missing"#]],
    );
    check_event(
        &object_event(r#"persistentDisposition: {"set": ["recalled"], "unset": []}"#),
        expect![[r#"
            wrong-type ./persistentDisposition/unset
              the list is empty"#]],
    );
    check_event(
        &object_event(
            r#"sourceList: [{"type": "place", "source": "urn:a:1"}, {"type": "location"}]"#,
        ),
        expect![[r#"
            unknown-vocabulary ./sourceList/0/type
              "place" is not a CBV source or destination type
            missing-field ./sourceList/1
              source is missing"#]],
    );
    check_event(
        &object_event(r#"bizTransactionList: [{"type": "order", "bizTransaction": "1"}]"#),
        expect![[r#"
            invalid-uri ./bizTransactionList/0/bizTransaction
              "1" is not a URI"#]],
    );
}

#[test]
fn identifiers() {
    let check_epc = |epc: &str, expect: Expect| {
        check_event(&object_event(&format!("epcList: [\"{epc}\"]")), expect);
    };
    check_epc("https://id.gs1.org/01/04023333000550/21/1A", expect![""]);
    check_epc(
        "https://id.gs1.org/01/04023333000551/21/1A",
        expect![[r#"
            invalid-identifier ./epcList/0
              "https://id.gs1.org/01/04023333000551/21/1A": AI (01): the check digit must be 0, is 1"#]],
    );
    check_epc(
        "https://id.gs1.org/01/0402333300055/21/1A",
        expect![[r#"
            invalid-identifier ./epcList/0
              "https://id.gs1.org/01/0402333300055/21/1A": AI (01): the check digit must be 3, is 5"#]],
    );
    check_epc(
        "https://id.gs1.org/01/04023333000550",
        expect![[r#"
        wrong-identifier-level ./epcList/0
          "https://id.gs1.org/01/04023333000550" names a class, not an instance"#]],
    );
    check_epc(
        "https://id.gs1.org/01/04023333000550/10/L",
        expect![[r#"
        wrong-identifier-level ./epcList/0
          "https://id.gs1.org/01/04023333000550/10/L" names a class, not an instance"#]],
    );
    check_epc(
        "https://id.gs1.org/42/1",
        expect![[r#"
        invalid-identifier ./epcList/0
          "https://id.gs1.org/42/1": not a GS1 Digital Link URI"#]],
    );
    check_epc("https://example.com/c/123456789012345", expect![""]);
    check_epc(
        "urn:epc:id:sgtin:4023333.00055.1A",
        expect![[r#"
        invalid-identifier ./epcList/0
          "urn:epc:id:sgtin:4023333.00055.1A": must have 13 characters, has 12"#]],
    );
    check_epc(
        "urn:epc:idpat:sgtin:4023333.000055.*",
        expect![[r#"
        wrong-identifier-level ./epcList/0
          "https://id.gs1.org/01/04023333000550" names a class, not an instance"#]],
    );
    check_epc(
        "urn:epc:id:sscc:4023333.022222222a",
        expect![[r#"
        invalid-identifier ./epcList/0
          "urn:epc:id:sscc:4023333.022222222a": only digits are allowed"#]],
    );
    check_epc(
        "123456789012345",
        expect![[r#"
        invalid-uri ./epcList/0
          "123456789012345" is not a URI"#]],
    );
    check_epc(
        "",
        expect![[r#"
        wrong-type ./epcList/0
          the text is empty"#]],
    );
}

#[test]
fn places_and_single_values() {
    check_event(
        &object_event("epcList: [1]"),
        expect![[r#"
        wrong-type ./epcList/0
          expected a string, not a number"#]],
    );
    check_event(&object_event("epcList: \"urn:a:1\""), expect![""]);
    check_event(
        &object_event("certificationInfo: [\"urn:a:1\", {}]"),
        expect![[r#"
        wrong-type ./certificationInfo/1
          expected a string, not an object"#]],
    );
    check_event(
        &object_event("readPoint: {\"id\": \"x\"}\nbizLocation: {}"),
        expect![[r#"
        invalid-uri ./readPoint/id
          "x" is not a URI
        missing-field ./bizLocation
          id is missing"#]],
    );
}

#[test]
fn quantities() {
    let check_element = |element: &str, expect: Expect| {
        check_event(&object_event(&format!("quantityList: [{element}]")), expect);
    };
    check_element(r#"{"epcClass": "urn:a:1", "quantity": 1.50, "uom": "KGM"}"#, expect![""]);
    check_element(r#"{"epcClass": "urn:a:1"}"#, expect![""]);
    check_element(
        r#"{"quantity": 1}"#,
        expect![[r#"
        missing-field ./quantityList/0
          epcClass is missing"#]],
    );
    check_element(
        r#"{"epcClass": "urn:a:1", "quantity": "1"}"#,
        expect![[r#"
        wrong-type ./quantityList/0/quantity
          expected a number, not a string"#]],
    );
    check_element(
        r#"{"epcClass": "urn:a:1", "quantity": -1}"#,
        expect![[r#"
        invalid-quantity ./quantityList/0/quantity
          "-1" is negative or beyond measure"#]],
    );
    check_element(
        r#"{"epcClass": "urn:a:1", "quantity": 1e999}"#,
        expect![[r#"
        invalid-quantity ./quantityList/0/quantity
          "1e999" is negative or beyond measure"#]],
    );
    check_element(
        r#"{"epcClass": "urn:a:1", "quantity": 1, "uom": "kg"}"#,
        expect![[r#"
        invalid-quantity ./quantityList/0/uom
          "kg" is not a unit code of Recommendation 20"#]],
    );
    check_element(
        r#"{"epcClass": "urn:a:1", "uom": "KGM"}"#,
        expect![[r#"
        invalid-quantity ./quantityList/0
          a unit without a quantity"#]],
    );
    check_element(
        r#"{"epcClass": "urn:epc:id:sgtin:4023333.000055.1A"}"#,
        expect![[r#"
        wrong-identifier-level ./quantityList/0/epcClass
          "https://id.gs1.org/01/04023333000550/21/1A" names an instance, not a class"#]],
    );
    check_element(
        "7",
        expect![[r#"
        wrong-type ./quantityList/0
          expected an object, not a number"#]],
    );
}

#[test]
fn objects_by_event_type() {
    check_event(
        &object_event("epcList: []"),
        expect![[r#"
        no-identifiers .
          an ObjectEvent names objects or has sensor data"#]],
    );
    check_event(
        &aggregation_event("parentID: -"),
        expect![[r#"
        invalid-aggregation .
          parentID is missing"#]],
    );
    check_event(&aggregation_event("parentID: -\naction: \"OBSERVE\""), expect![""]);
    check_event(
        &aggregation_event("parentID: -\ntype: \"AssociationEvent\""),
        expect![[r#"
        invalid-aggregation .
          parentID is missing"#]],
    );
    check_event(
        &aggregation_event("childEPCs: -"),
        expect![[r#"
        invalid-aggregation .
          there are no children"#]],
    );
    check_event(&aggregation_event("childEPCs: -\naction: \"DELETE\""), expect![""]);
    check_event(
        &object_event("type: \"TransactionEvent\""),
        expect![[r#"
        missing-field .
          bizTransactionList is missing"#]],
    );
    let transformation = "type: \"TransformationEvent\"\naction: -\nepcList: -\n";
    let inputs = "inputEPCList: [\"urn:a:1\"]";
    check_event(
        &object_event(&format!("{transformation}{inputs}")),
        expect![[r#"
        no-identifiers .
          a TransformationEvent names inputs and outputs, or one of them and a transformationID"#]],
    );
    check_event(
        &object_event(&format!("{transformation}{inputs}\ntransformationID: \"urn:t:1\"")),
        expect![""],
    );
    check_event(
        &object_event("type: \"TransformationEvent\""),
        expect![[r#"
        misplaced-field ./action
          action is not a member of TransformationEvent
        misplaced-field ./epcList
          epcList is not a member of TransformationEvent
        no-identifiers .
          a TransformationEvent names inputs and outputs, or one of them and a transformationID"#]],
    );
}

const RANGE: &str = r#"{"role": "epc", "codeBatch": "7", "first": 0, "last": 99}"#;

fn check_range(range: &str, expect: Expect) {
    check_event(&object_event(&format!("epcList: -\nsuyuan:ranges: [{range}]")), expect);
}

#[test]
fn ranges() {
    check_range(RANGE, expect![""]);
    check_range(
        &RANGE.replace("99", "99.0"),
        expect![[r#"
        invalid-range ./suyuan:ranges/0
          last is not a position
        no-identifiers .
          an ObjectEvent names objects or has sensor data"#]],
    );
    check_range(
        &RANGE.replace("\"first\": 0", "\"first\": 100"),
        expect![[r#"
        invalid-range ./suyuan:ranges/0
          first is above last
        no-identifiers .
          an ObjectEvent names objects or has sensor data"#]],
    );
    check_range(
        &RANGE.replace("epc", "thing"),
        expect![[r#"
        invalid-range ./suyuan:ranges/0
          role is not epc, parent, child, input or output
        no-identifiers .
          an ObjectEvent names objects or has sensor data"#]],
    );
    check_range(
        &RANGE.replace("epc", "child"),
        expect![[r#"
        no-identifiers .
          an ObjectEvent names objects or has sensor data
        invalid-range .
          a range of role child does not fit ObjectEvent"#]],
    );
}

#[test]
fn range_values() {
    check_range(
        &RANGE.replace("\"7\"", "7"),
        expect![[r#"
        invalid-range ./suyuan:ranges/0
          codeBatch is not the id of a code batch
        no-identifiers .
          an ObjectEvent names objects or has sensor data"#]],
    );
    check_range(
        &RANGE.replace("role", "roll"),
        expect![[r#"
        invalid-range ./suyuan:ranges/0/roll
          a range has role, codeBatch, first and last only
        no-identifiers .
          an ObjectEvent names objects or has sensor data"#]],
    );
    check_range(
        &RANGE.replace("99", "9007199254740993"),
        expect![[r#"
        invalid-range ./suyuan:ranges/0
          last is not a position
        no-identifiers .
          an ObjectEvent names objects or has sensor data"#]],
    );
    check_range(
        "3",
        expect![[r#"
        wrong-type ./suyuan:ranges/0
          expected an object, not a number
        no-identifiers .
          an ObjectEvent names objects or has sensor data"#]],
    );
    check_range(
        &vec![RANGE; 1_001].join(","),
        expect![[r#"
        too-many-ranges ./suyuan:ranges
          1001 ranges; at most 1000
        no-identifiers .
          an ObjectEvent names objects or has sensor data"#]],
    );
}

#[test]
fn error_declarations() {
    let check_declaration = |declaration: &str, expect: Expect| {
        check_event(&object_event(&format!("errorDeclaration: {declaration}")), expect);
    };
    check_declaration(
        r#"{"declarationTime": "2026-11-21T00:00:00Z", "reason": "incorrect_data",
            "correctiveEventIDs": ["urn:a:1"], "example:by": "me"}"#,
        expect![[r#"
            invalid-json 
              expected the name of a member at line 9, column 293"#]],
    );
    check_declaration(
        "{}",
        expect![[r#"
        missing-field ./errorDeclaration
          declarationTime is missing"#]],
    );
    check_declaration(
        r#"{"declarationTime": 1, "reason": "lies", "correctiveEventIDs": [1]}"#,
        expect![[r#"
            unknown-vocabulary ./errorDeclaration/reason
              "lies" is not a CBV error reason
            wrong-type ./errorDeclaration/correctiveEventIDs/0
              expected a string, not a number
            wrong-type ./errorDeclaration/declarationTime
              expected a string, not a number"#]],
    );
    check_declaration(
        "[]",
        expect![[r#"
        wrong-type ./errorDeclaration
          expected an object, not an array"#]],
    );
}

#[test]
fn sensors() {
    let check_report = |report: &str, expect: Expect| {
        let element = format!(r#"[{{"sensorMetadata": {{"time": 1}}, "sensorReport": {report}}}]"#);
        check_event(&object_event(&format!("sensorElementList: {element}")), expect);
    };
    check_report(
        r#"[{"type": "Temperature", "value": 26.0, "uom": "CEL"}]"#,
        expect![[r#"
        wrong-type ./sensorElementList/0/sensorMetadata/time
          expected a string, not a number"#]],
    );
    check_report(
        r#"[{"value": "26", "booleanValue": 1, "hue": 3}]"#,
        expect![[r#"
        wrong-type ./sensorElementList/0/sensorMetadata/time
          expected a string, not a number
        unknown-field ./sensorElementList/0/sensorReport/0/hue
          "hue" is not a member here, and has no namespace
        wrong-type ./sensorElementList/0/sensorReport/0/value
          expected a number, not a string
        wrong-type ./sensorElementList/0/sensorReport/0/booleanValue
          expected a boolean, not a number
        missing-field ./sensorElementList/0/sensorReport/0
          type is missing"#]],
    );
    check_report(
        r#"[{"type": "Warmth", "component": "w"}]"#,
        expect![[r#"
        wrong-type ./sensorElementList/0/sensorMetadata/time
          expected a string, not a number
        unknown-vocabulary ./sensorElementList/0/sensorReport/0/type
          "Warmth" is not a CBV measurement type
        unknown-vocabulary ./sensorElementList/0/sensorReport/0/component
          "w" is not a CBV component"#]],
    );
    check_event(
        &object_event(
            r#"sensorElementList: [{"sensorReport": [{"type": "Temperature",
               "bizRules": "urn:x:rules", "hexBinaryValue": "0Fg"}]}]"#,
        ),
        expect![[r#"
            invalid-json 
              expected the name of a member at line 9, column 265"#]],
    );
    check_event(
        &object_event("sensorElementList: [{}]"),
        expect![[r#"
        missing-field ./sensorElementList/0
          sensorReport is missing"#]],
    );
}

/// Odd, but accepted: told beside the events.
#[test]
fn warnings() {
    let mut lines = Vec::new();
    for members in [
        "eventID: \"ni:///sha-256;00?ver=CBV2.0\"",
        "epcList: [\"urn:epc:id:sscc:08600031303.0003\"]",
        "epcList: [\"https://shop.example/01/04023333000551/21/1A\"]",
        "bizStep: \"https://example.com/steps/blending\"",
        "disposition: \"urn:epcglobal:cbv:disp:lost\"",
    ] {
        let (document, violations) = parse(document_of(&object_event(members)).as_bytes());
        assert_eq!(violations, []);
        let document = document.unwrap();
        assert_eq!(document.events.len(), 1);
        lines.extend(document.warnings);
    }
    expect![[r#"
        event-hash-mismatch /epcisBody/eventList/0/eventID
          the event hash is ni:///sha-256;ae051e296df951d31df9dbfc28687a2a3a4f0cd8f9680052f92b8694034ec919?ver=CBV2.0
        invalid-identifier /epcisBody/eventList/0/epcList/0
          "urn:epc:id:sscc:08600031303.0003" has not the length of an SSCC
        invalid-identifier /epcisBody/eventList/0/epcList/0
          "https://shop.example/01/04023333000551/21/1A": AI (01): the check digit must be 0, is 1
        unknown-vocabulary /epcisBody/eventList/0/bizStep
          "https://example.com/steps/blending" is not a CBV business step
        unknown-vocabulary /epcisBody/eventList/0/disposition
          "urn:epcglobal:cbv:disp:lost" is not a CBV disposition"#]].assert_eq(&text(&lines));
}

/// A faulty event takes no neighbour with it.
#[test]
fn sound_neighbours() {
    let events = [object_event(""), object_event("action: -"), aggregation_event("")].join(",");
    let (document, violations) = parse(document_of(&events).as_bytes());
    let document = document.unwrap();
    assert_eq!(violations[0].pointer, "/epcisBody/eventList/1");
    assert_eq!(document.n_events, 3);
    assert_eq!(document.events.iter().map(|it| it.event_index).collect::<Vec<_>>(), [0, 2]);
}
