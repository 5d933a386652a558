//! Subscriptions with receivers in another process: a webhook across `kill -9`, and a WebSocket.
//!
//! They run in node. Without it they are skipped aloud; under `CI=true` they fail.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::http;
use crate::place::{Place, Server};

const TOKEN: &str = "13df38d8275b13f05704629e5f1cf3d45d6132d5";
const N_BEFORE: usize = 3;
const N_AFTER: usize = 4;

/// A node process that says what it hears, a line each.
struct Receiver {
    child: Child,
    said: BufReader<ChildStdout>,
    answers: ChildStdin,
}

impl Receiver {
    /// None, said aloud, where there is no node.
    fn start(args: &[&str]) -> Option<Self> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/receiver.js");
        let mut command = Command::new("node");
        let command = command.arg(script).args(args).stdin(Stdio::piped()).stdout(Stdio::piped());
        let Ok(mut child) = command.spawn() else {
            assert!(std::env::var_os("CI").is_none(), "node is missing: cargo xtask setup");
            eprintln!("skipped: node is missing; `cargo xtask setup` brings it");
            return None;
        };
        let said = BufReader::new(child.stdout.take().unwrap());
        let answers = child.stdin.take().unwrap();
        Some(Self { child, said, answers })
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.said.read_line(&mut line).unwrap() > 0, "the receiver ended");
        line.trim_end().to_owned()
    }

    /// The id and the body of the next request, whose signature is right.
    fn request(&mut self) -> (String, String) {
        let told: Value = serde_json::from_str(&self.line()).unwrap();
        assert_eq!(told["is_signed"], true, "{told}");
        let text = |name: &str| told[name].as_str().unwrap().to_owned();
        (text("id"), text("body"))
    }

    /// Answers the oldest request that waits.
    fn answer(&mut self, status: u16) {
        writeln!(self.answers, "{status}").unwrap();
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Files with a key and a certificate for `localhost`; none, said aloud, without openssl.
pub(crate) fn certificate(place: &Place) -> Option<[String; 2]> {
    let files = ["key.pem", "certificate.pem"].map(|name| place.path(name).display().to_string());
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
        .args(["-keyout", &files[0], "-out", &files[1], "-days", "2", "-subj", "/CN=localhost"])
        .args(["-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .output();
    let Ok(made) = made else {
        assert!(std::env::var_os("CI").is_none(), "openssl is missing: cargo xtask setup");
        eprintln!("skipped: openssl is missing; `cargo xtask setup` brings it");
        return None;
    };
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Some(files)
}

fn capture(server: SocketAddr, key: &str, serial: &str) {
    let event = json!({
        "type": "ObjectEvent", "eventID": format!("ex:{serial}"),
        "eventTime": "2026-11-21T08:00:00Z", "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE", "bizStep": "shipping",
        "epcList": [format!("urn:epc:id:sgtin:4012345.011111.{serial}")],
    });
    let document = json!({
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-11-21T08:00:00Z",
        "epcisBody": { "eventList": [event] },
    });
    let answer = http::post(server, "/epcis/capture", key, &document.to_string());
    assert_eq!(answer.status, 202, "{}", answer.body);
}

/// The eventIDs of a query document.
fn told(document: &str) -> Vec<String> {
    let json: Value = serde_json::from_str(document).unwrap();
    let events = &json["epcisBody"]["queryResults"]["resultsBody"]["eventList"];
    let id = |event: &Value| event["eventID"].as_str().unwrap().to_owned();
    events.as_array().unwrap().iter().map(id).collect()
}

/// A key of an enterprise that keeps the query for shipped goods.
fn prepare(place: &Place, serve: impl Fn() -> Server) -> (String, Server) {
    let enterprise = place.with_batch(1).enterprise;
    let key = place.ok(&["key", "new", "--role", "enterprise", "--enterprise", &enterprise]);
    let server = serve();
    let query = json!({ "name": "shipped", "query": { "EQ_bizStep": ["shipping"] } });
    let answer = http::post(server.address, "/epcis/queries", &key, &query.to_string());
    assert_eq!(answer.status, 201, "{}", answer.body);
    (key, server)
}

#[test]
fn a_server_killed_with_a_restart_in_the_middle_of_a_delivery_loses_and_repeats_nothing() {
    let place = Place::new();
    let Some([key_file, certificate]) = certificate(&place) else { return };
    let Some(mut receiver) = Receiver::start(&["webhook", &key_file, &certificate]) else { return };
    let port = receiver.line();
    let serve = || {
        let args = ["serve", "--listen", "127.0.0.1:0", "--log", "off", "--webhook-allow"];
        let mut command = place.command(&args);
        // The one certificate that this server trusts.
        command.arg("127.0.0.1").env("SSL_CERT_FILE", &certificate);
        Server::start(&mut command, "listening on http://")
    };
    let (key, mut server) = prepare(&place, serve);
    let subscription = json!({
        "dest": format!("https://localhost:{port}/hook"), "signatureToken": TOKEN, "stream": true,
    });
    let path = "/epcis/queries/shipped/subscriptions";
    let answer = http::post(server.address, path, &key, &subscription.to_string());
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert!(!answer.body.contains(TOKEN), "the token is never told");

    for n in 0..N_BEFORE {
        capture(server.address, &key, &format!("before{n}"));
    }
    let first = receiver.request();
    // It has the document and has not answered.
    server.signal(Signal::KILL);
    assert!(!server.wait().success());
    receiver.answer(200);

    let server = serve();
    for n in 0..N_AFTER {
        capture(server.address, &key, &format!("after{n}"));
    }
    let mut taken: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut again = receiver.request();
    assert_eq!(again, first, "the same bytes under the same id");
    // A failure is repeated as well, later; the others wait meanwhile.
    receiver.answer(503);
    while taken.values().flatten().count() < N_BEFORE + N_AFTER {
        again = receiver.request();
        receiver.answer(200);
        let known = taken.insert(again.0, told(&again.1));
        assert_eq!(known, None, "what was taken is not sent again");
    }
    let mut all: Vec<String> = taken.into_values().flatten().collect();
    all.sort();
    let after = (0..N_AFTER).map(|n| format!("ex:after{n}"));
    let expected: Vec<String> =
        after.chain((0..N_BEFORE).map(|n| format!("ex:before{n}"))).collect();
    assert_eq!(all, expected);
    server.stop();
    place.ok(&["doctor"]);
}

#[test]
fn a_websocket_in_another_process_is_told_each_event_once() {
    let place = Place::new();
    let (key, server) = prepare(&place, || place.serve());
    let (host, port) = (server.address.ip().to_string(), server.address.port().to_string());
    let open = |query: &str, key: &str| {
        let path = format!("/epcis/queries/shipped/events?{query}");
        let mut receiver = Receiver::start(&["socket", &host, &port, &path, key])?;
        let status = receiver.line();
        Some((receiver, status))
    };
    capture(server.address, &key, "early");
    let Some((mut live, status)) = open("stream=true", &key) else { return };
    assert_eq!(status, "101");
    for n in 0..N_AFTER {
        capture(server.address, &key, &format!("live{n}"));
    }
    let expected: Vec<String> = (0..N_AFTER).map(|n| format!("ex:live{n}")).collect();
    let hear = |receiver: &mut Receiver, n_expected: usize| {
        let mut ids: Vec<String> = Vec::new();
        while ids.len() < n_expected {
            ids.extend(told(&receiver.line()));
        }
        ids
    };
    let mut heard = hear(&mut live, N_AFTER);
    heard.sort();
    assert_eq!(heard, expected);
    // Whoever comes later and names an earlier time hears what was before, too.
    let since = "stream=true&initialRecordTime=2020-01-01T00:00:00Z";
    let (mut whole, status) = open(since, &key).unwrap();
    assert_eq!(status, "101");
    let mut heard = hear(&mut whole, N_AFTER + 1);
    heard.sort();
    assert_eq!(heard[0], "ex:early");
    assert_eq!(heard[1..], expected);
    // Each second, with or without news.
    let (mut scheduled, status) = open("second=*&reportIfEmpty=true", &key).unwrap();
    assert_eq!(status, "101");
    assert_eq!(told(&scheduled.line()), [""; 0]);
    // What cannot be is an answer and no socket.
    for (query, key, expected) in [
        ("", key.as_str(), "400"),
        ("stream=true&second=1", &key, "400"),
        ("hour=25", &key, "400"),
        ("stream=true&initialRecordTime=now", &key, "400"),
        ("stream=true", "nobody", "401"),
    ] {
        let (_, status) = open(query, key).unwrap();
        assert_eq!(status, expected, "{query}");
    }
}
