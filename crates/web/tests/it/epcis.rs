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
        gs1-epcis-capture-limit: 1000000
        gs1-epcis-capture-file-size-limit: 268435456
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
          "suyuan:nErrors": 0,
          "suyuan:nEvents": 2,
          "suyuan:nKnown": 0
        }
        200
        content-type: application/json
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
          "instance": "urn:suyuan:request:00000007-3",
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
    told += &format!("{} {}\n{}\n", answer.status, answer.header("content-type"), answer.body);
    let options = Request::options("/epcis/capture").body(Body::empty()).expect("a request");
    told += &house.send(options).await.told(&LIMITS);
    expect![[r#"
        400 "epcisException:ValidationException" "too-deep"
        400 "epcisException:ValidationException" "invalid-utf8"
        400 "epcisException:ValidationException" "invalid-context"
        400 "epcisException:ValidationException" "unknown-document"
        415 "epcisException:UnsupportedMediaTypeException" null
        200 application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <TopLevelResourceCollection><type>Collection</type><member>queries</member><member>capture</member><member>events</member><member>eventTypes</member><member>epcs</member><member>readPoints</member><member>bizLocations</member><member>dispositions</member><member>bizSteps</member></TopLevelResourceCollection>
        204
        gs1-epcis-version: 2.0.0
        gs1-cbv-version: 2.0.0
        gs1-epcis-capture-limit: 1000000
        gs1-epcis-capture-file-size-limit: 268435456
    "#]]
    .assert_eq(&told);
}

#[tokio::test(flavor = "multi_thread")]
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
    let jobs: Value = loop {
        let list = read("/epcis/capture").await.body;
        if !list.contains("\"running\":true") {
            break serde_json::from_str(&list).expect("JSON");
        }
        tokio::task::yield_now().await;
    };
    let known = |job: &Value| {
        ["suyuan:nEvents", "suyuan:nKnown", "suyuan:nDiffering"].map(|it| job[it].as_u64())
    };
    let jobs = jobs.as_array().expect("a list").iter().map(known).collect::<BTreeSet<_>>();
    assert_eq!(jobs, [[1, 0, 0], [1, 1, 0], [0, 0, 0]].map(|it| it.map(Some)).into());
    let first = read("/epcis/capture?perPage=1").await;
    assert!(first.header("link").ends_with("rel=\"next\""), "{}", first.header("link"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_proceeds_reads_in_the_job_what_was_refused() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let mut faulty = shipping(2);
    faulty["action"] = json!("SOMETIMES");
    let post = |behaviour: &str| {
        let request = Request::post("/epcis/capture")
            .header("authorization", bearer(&firm.key))
            .header("content-type", "application/ld+json")
            .header("gs1-capture-error-behaviour", behaviour);
        let body = document(json!([shipping(1), faulty.clone()]));
        request.body(Body::from(body)).expect("a request")
    };
    for behaviour in ["rollback", "all", "later"] {
        assert_eq!(house.send(post(behaviour)).await.status, 400, "{behaviour}");
    }
    let answer = house.send(post("proceed")).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    let job = answer.header("location").to_owned();
    let ended = loop {
        let answer = read(&house, &firm, &job).await;
        if answer.body.contains("\"running\":false") {
            break answer;
        }
        tokio::task::yield_now().await;
    };
    let id = job.rsplit('/').next().unwrap_or_default();
    let mut told = ended.told(&[]).replace(id, "…");
    let request = get(&job).header("authorization", bearer(&firm.key));
    let xml = house.ask(request.header("accept", "application/xml")).await;
    told += &format!("{} {}\n{}\n", xml.status, xml.header("content-type"), xml.body);
    let told = told.replace(id, "…");
    expect![[r#"
        200
        {
          "captureErrorBehaviour": "proceed",
          "captureID": "…",
          "createdAt": "2026-11-21T08:00:00Z",
          "errors": [
            {
              "detail": "\"SOMETIMES\" is not ADD, OBSERVE or DELETE",
              "status": 400,
              "suyuan:pointer": "/epcisBody/eventList/1/action",
              "suyuan:rule": "invalid-action",
              "title": "Something in the request is wrong",
              "type": "epcisException:ValidationException"
            }
          ],
          "finishedAt": "2026-11-21T08:00:00Z",
          "running": false,
          "success": false,
          "suyuan:nDiffering": 0,
          "suyuan:nErrors": 1,
          "suyuan:nEvents": 2,
          "suyuan:nKnown": 0
        }
        200 application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <epcis:EPCISCaptureJob xmlns:epcis="urn:epcglobal:epcis:xsd:2" captureID="…" running="false" success="false"><createdAt>2026-11-21T08:00:00Z</createdAt><finishedAt>2026-11-21T08:00:00Z</finishedAt><captureErrorBehaviour>proceed</captureErrorBehaviour><errors><error><type>epcisException:ValidationException</type><title>Something in the request is wrong</title><status>400</status><detail>&quot;SOMETIMES&quot; is not ADD, OBSERVE or DELETE</detail><instance>#/epcisBody/eventList/1/action</instance></error></errors></epcis:EPCISCaptureJob>
    "#]].assert_eq(&told);
    assert_eq!(read(&house, &firm, "/epcis/events").await.body.matches("eventID").count(), 1);
}

#[tokio::test]
async fn a_single_event_is_stored_once_and_told_by_its_address() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let post = async |event: &Value| {
        let request = Request::post("/epcis/events")
            .header("authorization", bearer(&firm.key))
            .header("content-type", "application/ld+json");
        house.send(request.body(Body::from(event.to_string())).expect("a request")).await
    };
    let mut event = shipping(1);
    event["@context"] = json!("https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld");
    let answer = post(&event).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let location = "/epcis/events/urn:uuid:00000000-0000-4000-8000-000000000001";
    assert_eq!(answer.header("location"), location);
    assert!(answer.body.contains("\"ObjectEvent\""), "{}", answer.body);
    assert_eq!(read(&house, &firm, location).await.status, 200);

    let answer = post(&event).await;
    assert_eq!(answer.status, 409, "{}", answer.body);
    assert!(answer.body.contains("ResourceAlreadyExistsException"), "{}", answer.body);

    event.as_object_mut().expect("an object").remove("eventID");
    let answer = post(&event).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let location = answer.header("location").to_owned();
    assert!(location.contains("/ni:%2F%2F%2Fsha-256%3B"), "{location}");
    assert!(answer.body.contains("\"eventID\":\"ni:///sha-256;"), "{}", answer.body);
    let whole = serde_json::from_slice(&document(json!([shipping(3)]))).expect("JSON");
    assert_eq!(post(&whole).await.status, 400);
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
