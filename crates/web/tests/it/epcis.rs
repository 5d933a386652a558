//! EPCIS 2.0 §12: capture, its jobs, one event; the standard's headers and problem types.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use expect_test::expect;
use serde_json::{Value, json};

use crate::house::{Answer, Firm, House, bearer, get};

const LIMITS: [&str; 4] = [
    "gs1-epcis-version",
    "gs1-cbv-version",
    "gs1-epcis-capture-limit",
    "gs1-epcis-capture-file-size-limit",
];

async fn capture(house: &House, firm: &Firm, media_type: &str, body: Vec<u8>) -> Answer {
    let request = Request::post("/epcis/capture")
        .header("authorization", bearer(&firm.key))
        .header("content-type", media_type)
        .body(Body::from(body));
    house.send(request.expect("a request")).await
}

async fn read(house: &House, firm: &Firm, path: &str) -> Answer {
    house.ask(get(path).header("authorization", bearer(&firm.key))).await
}

fn document(events: Value) -> Vec<u8> {
    json!({
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-21T08:00:00Z",
        "epcisBody": { "eventList": events },
    })
    .to_string()
    .into_bytes()
}

fn shipping(serial: u32) -> Value {
    json!({
        "type": "ObjectEvent",
        "eventID": format!("urn:uuid:00000000-0000-4000-8000-{serial:012}"),
        "eventTime": "2026-11-20T08:00:00.000+08:00",
        "eventTimeZoneOffset": "+08:00",
        "epcList": [format!("urn:epc:id:sgtin:690123.0456789.{serial}")],
        "action": "OBSERVE",
        "bizStep": "shipping",
        "disposition": "in_transit",
    })
}

#[tokio::test]
async fn a_document_is_captured_and_its_event_read_back() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let body = document(json!([shipping(1), shipping(2)]));
    let answer = capture(&house, &firm, "application/ld+json", body.clone()).await;
    let job = answer.header("location").to_owned();
    let mut told = answer.told(&LIMITS);
    let read = async |path: &str| read(&house, &firm, path).await;
    told += &read(&job).await.told(&LIMITS[..2]);
    let event = "/epcis/events/urn:uuid:00000000-0000-4000-8000-000000000001";
    told += &read(event).await.told(&["content-type"]);
    let told = told.replace(job.rsplit('/').next().unwrap_or_default(), "…");
    expect![[r#"
        202
        gs1-epcis-version: 2.0.0
        gs1-cbv-version: 2.0.0
        gs1-epcis-capture-limit: 10000
        gs1-epcis-capture-file-size-limit: 16777216
        200
        gs1-epcis-version: 2.0.0
        gs1-cbv-version: 2.0.0
        {
          "captureErrorBehaviour": "rollback",
          "captureID": "…",
          "createdAt": "2026-11-21T08:00:00Z",
          "errors": [],
          "finishedAt": "2026-11-21T08:00:00Z",
          "running": false,
          "success": true,
          "suyuan:nDiffering": 0,
          "suyuan:nEvents": 2,
          "suyuan:nKnown": 0
        }
        200
        content-type: application/ld+json
        {
          "@context": [
            "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
          ],
          "creationDate": "2026-11-21T08:00:00Z",
          "epcisBody": {
            "queryResults": {
              "queryName": "SimpleEventQuery",
              "resultsBody": {
                "eventList": [
                  {
                    "action": "OBSERVE",
                    "bizStep": "shipping",
                    "disposition": "in_transit",
                    "epcList": [
                      "https://id.gs1.org/01/06901234567892/21/1"
                    ],
                    "eventID": "urn:uuid:00000000-0000-4000-8000-000000000001",
                    "eventTime": "2026-11-20T08:00:00.000+08:00",
                    "eventTimeZoneOffset": "+08:00",
                    "recordTime": "2026-11-21T08:00:00Z",
                    "type": "ObjectEvent"
                  }
                ]
              }
            }
          },
          "schemaVersion": "2.0",
          "type": "EPCISQueryDocument"
        }
    "#]]
    .assert_eq(&told);
}

#[tokio::test]
async fn violations_come_together_with_their_pointers() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let mut event = shipping(1);
    event["action"] = json!("SOMETIMES");
    event["eventTime"] = json!("yesterday");
    let answer = capture(&house, &firm, "application/json", document(json!([event]))).await;
    expect![[r#"
        400
        content-type: application/problem+json
        {
          "detail": "Correct what is listed below and send it again.",
          "instance": "00000007-3",
          "status": 400,
          "title": "Something in the request is wrong",
          "type": "epcisException:ValidationException",
          "violations": [
            {
              "detail": "\"yesterday\" is not a date and time",
              "pointer": "/epcisBody/eventList/0/eventTime",
              "rule": "invalid-time"
            },
            {
              "detail": "\"SOMETIMES\" is not ADD, OBSERVE or DELETE",
              "pointer": "/epcisBody/eventList/0/action",
              "rule": "invalid-action"
            }
          ]
        }
    "#]]
    .assert_eq(&answer.told(&["content-type"]));
}

#[tokio::test]
async fn what_is_no_document_is_named() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let deep = "[".repeat(1_000_000).into_bytes();
    let mut told = String::new();
    for (media_type, body) in [
        ("application/json", deep),
        ("application/json", vec![b'{', b'"', 0xff, b'"', b':', b'1', b'}']),
        ("application/json", br#"{"type":"EPCISDocument","type":"EPCISDocument"}"#.to_vec()),
        ("application/xml", b"<epcis/>".to_vec()),
        ("text/csv", b"a,b".to_vec()),
    ] {
        let answer = capture(&house, &firm, media_type, body).await;
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let rule = &body["violations"][0]["rule"];
        told += &format!("{} {} {rule}\n", answer.status, body["type"]);
    }
    let xml = get("/epcis").header("authorization", bearer(&firm.key));
    let answer = house.ask(xml.header("accept", "application/xml")).await;
    told += &answer.told(&[]);
    let options = Request::options("/epcis/capture").body(Body::empty()).expect("a request");
    told += &house.send(options).await.told(&LIMITS);
    expect![[r#"
        400 "epcisException:ValidationException" "too-deep"
        400 "epcisException:ValidationException" "invalid-utf8"
        400 "epcisException:ValidationException" "invalid-context"
        400 "epcisException:ValidationException" "unknown-document"
        415 "epcisException:UnsupportedMediaTypeException" null
        406
        {
          "detail": "this answer exists as application/json",
          "instance": "00000007-8",
          "status": 406,
          "title": "Cannot answer in that format",
          "type": "epcisException:NotAcceptableException"
        }
        204
        gs1-epcis-version: 2.0.0
        gs1-cbv-version: 2.0.0
        gs1-epcis-capture-limit: 10000
        gs1-epcis-capture-file-size-limit: 16777216
    "#]]
    .assert_eq(&told);
}

#[tokio::test]
async fn jobs_are_listed_and_say_what_was_known() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let read = async |path: &str| read(&house, &firm, path).await;
    let event = |step: &str| {
        let mut event = shipping(1);
        event["bizStep"] = step.into();
        document(json!([event]))
    };
    for step in ["shipping", "shipping", "receiving"] {
        let answer = capture(&house, &firm, "application/json", event(step)).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
    }
    let jobs: Value = serde_json::from_str(&read("/epcis/capture").await.body).expect("JSON");
    let known = |job: &Value| {
        ["suyuan:nEvents", "suyuan:nKnown", "suyuan:nDiffering"].map(|it| job[it].as_u64())
    };
    let jobs = jobs.as_array().expect("a list").iter().map(known).collect::<BTreeSet<_>>();
    assert_eq!(jobs, [[1, 0, 0], [1, 1, 0], [1, 1, 1]].map(|it| it.map(Some)).into());
    let first = read("/epcis/capture?perPage=1").await;
    assert!(first.header("link").ends_with("rel=\"next\""), "{}", first.header("link"));
}

#[tokio::test]
async fn who_counts_on_proceed_is_told_that_captures_are_all_or_nothing() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    for (behaviour, status) in [("rollback", 202), ("proceed", 400), ("all", 400)] {
        let request = Request::post("/epcis/capture")
            .header("authorization", bearer(&firm.key))
            .header("content-type", "application/ld+json")
            .header("gs1-capture-error-behaviour", behaviour)
            .body(Body::from(document(json!([shipping(1)]))));
        let answer = house.send(request.expect("a request")).await;
        assert_eq!(answer.status, status, "{behaviour}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_document_in_xml_is_captured_and_its_faults_are_told_by_xpath() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let document = |action: &str| {
        format!(
            "<?xml version='1.0' encoding='UTF-8'?>
             <epcis:EPCISDocument xmlns:epcis='urn:epcglobal:epcis:xsd:2' schemaVersion='2.0'
               creationDate='2026-11-20T08:00:00Z'>
               <EPCISBody><EventList><ObjectEvent>
                 <eventTime>2026-11-20T08:00:00Z</eventTime>
                 <eventTimeZoneOffset>+08:00</eventTimeZoneOffset>
                 <eventID>urn:uuid:404d95fc-9457-4a51-bd6a-0bba133845a8</eventID>
                 <epcList><epc>urn:epc:id:sgtin:9521321.012345.7</epc></epcList>
                 <action>{action}</action>
                 <bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>
               </ObjectEvent></EventList></EPCISBody>
             </epcis:EPCISDocument>"
        )
        .into_bytes()
    };
    let answer = capture(&house, &firm, "application/xml", document("OBSERVE")).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    let path = "/epcis/events/urn:uuid:404d95fc-9457-4a51-bd6a-0bba133845a8";
    let request = get(path).header("authorization", bearer(&firm.key));
    let event = house.ask(request.header("gs1-epc-format", "Never_Translates")).await;
    assert_eq!(event.status, 200, "{}", event.body);
    assert!(event.body.contains("urn:epc:id:sgtin:9521321.012345.7"), "{}", event.body);

    let answer = capture(&house, &firm, "text/xml", document("SEEN")).await;
    assert_eq!(answer.status, 400, "{}", answer.body);
    let told: Value = serde_json::from_str(&answer.body).expect("JSON");
    let pointer = told["violations"][0]["pointer"].as_str().expect("a pointer");
    assert!(pointer.contains("EventList/*[1]") && pointer.contains("action"), "{pointer}");
}
