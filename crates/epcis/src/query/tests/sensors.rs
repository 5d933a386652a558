//! Sensor data, units, and quantities.

use super::{check, event};

const MEASURED: &str = r#""sensorElementList": [{
             "sensorMetadata": {"time": "2026-11-20T00:00:00Z", 
               "deviceID": "urn:epc:id:giai:4000001.111",
               "startTime": "2026-11-19T00:00:00Z", "endTime": "2026-11-19T12:00:00Z",
               "bizRules": "https://example.com/rules", "rawData": "https://example.com/raw",
               "dataProcessingMethod": "https://example.com/method", "ex:meta": 1,
               "ex:box": {"ex:lid": 3}},
             "sensorReport": [
               {"type": "Temperature", "value": 8, "uom": "CEL", "ex:seal": "whole",
                "ex:arm": {"ex:tip": 5}},
               {"type": "gs1:AbsoluteHumidity", "stringValue": "damp", "booleanValue": true,
                "hexBinaryValue": "f0f0", "uriValue": "urn:x:uri",
                "microorganism": "https://example.com/coli",
                "chemicalSubstance": "https://example.com/salt",
                "time": "2026-11-21T00:00:00Z"}],
             "ex:element": "e", "ex:nest": {"ex:egg": 2}}]"#;

#[test]
fn sensor_texts_and_times() {
    let event = event(MEASURED);
    check(
        &event,
        "+ EXISTS_sensorElementList=true
         + EQ_type=Temperature
         + EQ_type=gs1:Temperature|Speed
         + EQ_type=https://gs1.org/voc/AbsoluteHumidity
         - EQ_type=Speed
         + EQ_deviceID=urn:epc:id:giai:4000001.111
         + EQ_deviceID=https://id.gs1.org/8004/4000001111
         - EQ_deviceID=urn:epc:id:giai:4000001.112
         + EQ_dataProcessingMethod=https://example.com/method
         - EQ_dataProcessingMethod=https://example.com/rules
         + EQ_bizRules=https://example.com/rules
         - EQ_bizRules=https://example.com/method
         + EQ_microorganism=https://example.com/coli
         - EQ_microorganism=https://example.com/salt
         + EQ_chemicalSubstance=https://example.com/salt
         - EQ_chemicalSubstance=https://example.com/coli
         + EQ_stringValue=dry|damp
         - EQ_stringValue=dry
         + EQ_hexBinaryValue=f0f0
         - EQ_hexBinaryValue=0f
         + EQ_uriValue=urn:x:uri
         - EQ_uriValue=urn:x:other
         + EQ_booleanValue=true
         - EQ_booleanValue=false
         + GE_time=2026-11-21T00:00:00Z
         - GE_time=2026-11-21T00:00:01Z
         + LT_time=2026-11-20T00:00:01Z
         - LT_time=2026-11-20T00:00:00Z
         + GE_startTime=2026-11-19T00:00:00Z
         - LT_startTime=2026-11-19T00:00:00Z
         - GE_endTime=2026-11-19T12:00:01Z
         + LT_endTime=2026-11-19T12:00:01Z",
    );
}

#[test]
fn extensions_of_sensor_elements() {
    let event = event(MEASURED);
    check(
        &event,
        "+ EQ_SENSORELEMENT_ex:element=e
         - EQ_SENSORELEMENT_ex:seal=whole
         + EXISTS_SENSORELEMENT_ex:nest=true
         - EXISTS_SENSORELEMENT_ex:egg=true
         + EQ_INNER_SENSORELEMENT_ex:egg=2
         + GT_INNER_SENSORELEMENT_ex:egg=1
         + GE_INNER_SENSORELEMENT_ex:egg=2
         + LT_INNER_SENSORELEMENT_ex:egg=3
         - LE_INNER_SENSORELEMENT_ex:egg=1
         + EQ_SENSORMETADATA_ex:meta=1
         + EQ_SENSORMETADATA_rawData=https://example.com/raw
         + GE_SENSORMETADATA_ex:meta=1
         - GT_SENSORMETADATA_ex:meta=1
         + LE_SENSORMETADATA_ex:meta=1
         - LT_SENSORMETADATA_ex:meta=1
         + EXISTS_SENSORMETADATA_ex:meta=true
         + EQ_INNER_SENSORMETADATA_ex:lid=3
         + GE_INNER_SENSORMETADATA_ex:lid=3
         + LE_INNER_SENSORMETADATA_ex:lid=3
         + GT_INNER_SENSORMETADATA_ex:lid=2
         - LT_INNER_SENSORMETADATA_ex:lid=3
         + EQ_SENSORREPORT_ex:seal=whole
         - EQ_SENSORREPORT_ex:seal=broken
         + EXISTS_SENSORREPORT_ex:seal=true
         - EXISTS_SENSORREPORT_ex:meta=true
         + EQ_INNER_SENSORREPORT_ex:tip=5
         + GT_INNER_SENSORREPORT_ex:tip=4
         + GE_INNER_SENSORREPORT_ex:tip=5
         + LE_INNER_SENSORREPORT_ex:tip=5
         - LT_INNER_SENSORREPORT_ex:tip=5",
    );
    check(
        &super::event(r#""ex:element": "e""#),
        "- EXISTS_sensorElementList=true
         - EQ_type=Temperature
         - EQ_SENSORELEMENT_ex:element=e
         - GE_time=1970-01-01T00:00:00Z
         - EQ_booleanValue=true",
    );
}

#[test]
fn numbers_of_extensions_in_sensor_elements() {
    let event = event(
        r#""sensorElementList": [{"ex:n": 5,
             "sensorReport": [{"type": "Temperature", "ex:n": 6}]}]"#,
    );
    check(
        &event,
        "+ GT_SENSORELEMENT_ex:n=4
         + GE_SENSORELEMENT_ex:n=5
         + LT_SENSORELEMENT_ex:n=6
         + LE_SENSORELEMENT_ex:n=5
         - LE_SENSORELEMENT_ex:n=4
         + GT_SENSORREPORT_ex:n=5
         + GE_SENSORREPORT_ex:n=6
         + LT_SENSORREPORT_ex:n=7
         + LE_SENSORREPORT_ex:n=6
         - LE_SENSORREPORT_ex:n=5",
    );
}

#[test]
fn measurements_in_any_unit_of_their_dimension() {
    let event = event(
        r#""sensorElementList": [{"sensorReport": [
             {"type": "Temperature", "value": 8, "minValue": 2, "maxValue": 9.5,
              "meanValue": 5, "sDev": 1, "percRank": 50, "percValue": 6, "uom": "CEL"},
             {"type": "Mass", "value": 1500, "uom": "GRM"}]}]"#,
    );
    check(
        &event,
        "+ EQ_value_CEL=8
         + EQ_value_CEL=7|8
         + EQ_value_FAH=46.4
         + EQ_value_KGM=1.5
         - EQ_value_KGM=8
         - EQ_value_CEL=1500
         - EQ_value_MTR=8
         + GE_value_FAH=46.4
         - GT_value_FAH=46.4
         + LE_value_FAH=46.4
         - LT_value_FAH=46.4
         + GT_value_KEL=281
         + LT_value_TNE=0.002
         - LT_value_TNE=0.0015
         + GE_minValue_CEL=2
         + GT_minValue_FAH=35
         - LT_minValue_CEL=2
         + LE_minValue_CEL=2
         + GE_maxValue_CEL=9.5
         - GT_maxValue_CEL=9.5
         + LT_maxValue_CEL=10
         + LE_maxValue_CEL=9.5
         + GE_meanValue_CEL=5
         + GT_meanValue_CEL=4
         - LT_meanValue_CEL=5
         + LE_meanValue_CEL=5
         + GE_sDev_CEL=1
         + GT_sDev_CEL=0.5
         - LT_sDev_CEL=1
         + LE_sDev_CEL=1
         + GE_percValue_CEL=6
         + GT_percValue_CEL=5
         - LT_percValue_CEL=6
         + LE_percValue_CEL=6
         + GE_percRank=50
         - GT_percRank=50
         + LE_percRank=50
         - LT_percRank=50
         + GE_sDev=1
         - LT_sDev=1
         + GE_percValue=6
         - LT_percValue=6",
    );
}

#[test]
fn quantities() {
    let event = event(
        r#""quantityList": [
             {"epcClass": "urn:epc:class:lgtin:4012345.012345.998877", "quantity": 200.5,
              "uom": "KGM"},
             {"epcClass": "urn:epc:idpat:sgtin:4012345.098765.*", "quantity": 10},
             {"epcClass": "urn:epc:class:lgtin:4012345.012345.998878"}]"#,
    );
    check(
        &event,
        "+ EQ_quantity=10
         + EQ_quantity=200.5
         - EQ_quantity=11
         + GT_quantity=200
         - GT_quantity=200.5
         + GE_quantity=200.5
         + LT_quantity=11
         - LT_quantity=10
         + LE_quantity=10
         + EQ_quantity_KGM=200.5
         - EQ_quantity_KGM=10
         + EQ_quantity_GRM=200500
         + GT_quantity_TNE=0.2
         - GT_quantity_TNE=0.3
         + GE_quantity_KGM=200.5
         + LE_quantity_KGM=200.5
         - LT_quantity_KGM=200.5
         - EQ_quantity_MTR=200.5",
    );
    check(&super::event(r#""bizStep": "shipping""#), "- GE_quantity=0");
}
