//! A capture that goes on after its answer ends, however often the server is killed meanwhile.

use std::net::SocketAddr;

use rustix::process::Signal;
use serde_json::Value;
use store::testing::Db;

use crate::http::{self, Answer};
use crate::place::{Place, Server};
use crate::postgres::on;

const N_EVENTS: u64 = 20_000;

fn document() -> String {
    let event = |n: u64| {
        format!(
            r#"{{"type":"ObjectEvent","eventID":"ex:{n}","eventTime":"2026-11-21T08:00:00Z",
              "eventTimeZoneOffset":"+00:00","action":"OBSERVE","bizStep":"shipping",
              "epcList":["urn:epc:id:sgtin:4012345.011111.{n}"]}}"#
        )
    };
    let events = (0..N_EVENTS).map(event).collect::<Vec<_>>().join(",");
    format!(
        r#"{{"@context":"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
          "type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-11-21T08:00:00Z",
          "epcisBody":{{"eventList":[{events}]}}}}"#
    )
}

fn post(server: SocketAddr, key: &str, behaviour: &str, document: &str) {
    let headers =
        [("Authorization", &*format!("Bearer {key}")), ("GS1-Capture-Error-Behaviour", behaviour)];
    let answer = http::send(server, "POST /epcis/capture", &headers, document);
    assert_eq!(answer.status, 202, "{}", answer.body);
}

/// The newest job, as soon as `is_wanted`.
fn job(server: SocketAddr, key: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
    let headers = [("Authorization", &*format!("Bearer {key}"))];
    loop {
        let Answer { status, body } = http::send(server, "GET /epcis/capture", &headers, "");
        assert_eq!(status, 200, "{body}");
        let jobs: Value = serde_json::from_str(&body).unwrap();
        let newest = jobs.as_array().unwrap().last().unwrap();
        if is_wanted(newest) {
            return newest.clone();
        }
        std::thread::yield_now();
    }
}

fn n_events(job: &Value) -> u64 {
    job["suyuan:nEvents"].as_u64().unwrap()
}

fn counts(job: &Value) -> [u64; 3] {
    ["suyuan:nEvents", "suyuan:nKnown", "suyuan:nErrors"].map(|it| job[it].as_u64().unwrap())
}

/// Captures with a server that is killed as soon as it stored something, then again.
fn interrupt(key: &str, behaviour: &str, serve: impl Fn() -> Server) {
    let document = document();
    let mut server = serve();
    post(server.address, key, behaviour, &document);
    let mut n_before = 0;
    for _ in 0..2 {
        let job = job(server.address, key, |job| n_events(job) > n_before);
        assert_eq!(job["running"], true, "it was too quick to be killed");
        n_before = n_events(&job);
        server.signal(Signal::KILL);
        assert!(!server.wait().success());
        server = serve();
    }
    let finished = job(server.address, key, |job| job["running"] == false);
    // An event that was stored before would be told as known.
    assert_eq!(counts(&finished), [N_EVENTS, 0, 0], "{finished}");
    assert_eq!(
        (&finished["success"], &finished["captureErrorBehaviour"]),
        (&true.into(), &behaviour.into())
    );
    post(server.address, key, "rollback", &document);
    let is_again =
        |job: &Value| job["running"] == false && job["captureID"] != finished["captureID"];
    assert_eq!(counts(&job(server.address, key, is_again)), [N_EVENTS, N_EVENTS, 0]);
    server.stop();
}

#[test]
fn a_killed_server_finishes_its_captures() {
    for behaviour in ["rollback", "proceed"] {
        let place = Place::new();
        let enterprise = place.with_batch(1).enterprise;
        let key = place.ok(&["key", "new", "--role", "enterprise", "--enterprise", &enterprise]);
        interrupt(&key, behaviour, || place.serve());
        place.ok(&["doctor"]);
    }
}

#[tokio::test]
async fn a_server_finishes_the_captures_of_one_that_was_killed() {
    let Some(db) = Db::postgres().await else { return };
    let url = db.url().unwrap();
    let place = Place::new();
    let ok = |args: &[&str]| {
        let output = on(&mut place.command(args), url, "data").output().unwrap();
        let (out, err) = crate::place::texts(&output);
        assert!(output.status.success(), "{args:?}: {err}");
        out.trim_end().to_owned()
    };
    let enterprise = ok(&[
        "enterprise",
        "add",
        "--name",
        "Haesol",
        "--type",
        "producer",
        "--scheme",
        "other",
        "--number",
        "T-1",
        "--address",
        "Cheongju",
        "--contact",
        "haesol@example.com",
    ]);
    let key = ok(&["key", "new", "--role", "enterprise", "--enterprise", &enterprise]);
    interrupt(&key, "proceed", || {
        let mut command = place.command(&["serve", "--listen", "127.0.0.1:0", "--log", "off"]);
        Server::start(on(&mut command, url, "data"), "listening on http://")
    });
}
