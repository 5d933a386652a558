//! What was answered stays, however the process ends.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::sync::mpsc::{Sender, channel};

use rustix::process::Signal;

use crate::http;
use crate::place::{Place, commission_of};

const N_CONNECTIONS: usize = 16;
const N_CODES: usize = 40;
/// Answers after which the process is killed, twice.
const N_ANSWERS: usize = 300;

/// A scan that was answered: which code, its count, its state.
type Scanned = (usize, u64, String);

/// Scans codes in a circle, until nobody answers.
fn scan_until_silence(server: SocketAddr, codes: &[String], from: usize, heard: &Sender<Scanned>) {
    for n in from.. {
        let index = n % codes.len();
        let Ok(answer) = http::get(server, &format!("/c/{}", codes[index])) else { return };
        assert_eq!(answer.status, 200, "{}", answer.body);
        let (n_scans, state) = verdict(&answer);
        if heard.send((index, n_scans, state)).is_err() {
            return;
        }
    }
}

fn verdict(answer: &http::Answer) -> (u64, String) {
    let json = answer.json();
    (json["n_scans"].as_u64().unwrap(), json["state"].as_str().unwrap().to_owned())
}

#[test]
fn a_killed_server_forgets_no_scan_that_it_answered() {
    let place = Place::new();
    let key = place.ok(&["key", "new", "--role", "operator"]);
    let made = place.with_batch(N_CODES as u64);
    let mut answered: Vec<Scanned> = Vec::new();
    for round in 0..2 {
        let mut server = place.serve();
        if round == 0 {
            server.commission(&key, &made.batch);
        }
        let address = server.address;
        std::thread::scope(|scope| {
            let (heard, hear) = channel();
            for n in 0..N_CONNECTIONS {
                let (heard, codes) = (heard.clone(), &made.codes);
                scope.spawn(move || scan_until_silence(address, codes, n * 7, &heard));
            }
            drop(heard);
            answered.extend(hear.iter().take(N_ANSWERS));
            server.signal(Signal::KILL);
            answered.extend(hear.iter());
        });
        assert!(!server.wait().success());
    }
    assert!(answered.len() >= 2 * N_ANSWERS);

    let server = place.serve();
    let mut counts: BTreeMap<usize, BTreeSet<u64>> = BTreeMap::new();
    let mut n_firsts: BTreeMap<usize, usize> = BTreeMap::new();
    for (code, n_scans, state) in &answered {
        assert!(counts.entry(*code).or_default().insert(*n_scans), "{code}: {n_scans} told twice");
        assert_eq!(state == "first-scan", *n_scans == 1, "{code}: {state} at {n_scans}");
        *n_firsts.entry(*code).or_default() += usize::from(*n_scans == 1);
    }
    for (code, told) in &counts {
        let answer = http::get(server.address, &format!("/c/{}", made.codes[*code])).unwrap();
        let (n_scans, state) = verdict(&answer);
        // Those in flight when it was killed may count beyond those that were answered.
        assert!(n_scans > *told.last().unwrap(), "{code}: {n_scans} after {told:?}");
        assert!(n_scans > told.len() as u64);
        assert_ne!(state, "first-scan");
        assert!(n_firsts[code] <= 1);
    }
    // Of each code somebody was the first, unless that answer was lost with the process.
    let n_first: usize = n_firsts.values().sum();
    assert!(n_first + 2 * N_CONNECTIONS >= N_CODES, "{n_first} heard that they were first");
    server.stop();
    place.ok(&["doctor"]);
}

#[test]
fn a_stopping_server_finishes_what_it_began() {
    let place = Place::new();
    let key = place.ok(&["key", "new", "--role", "operator"]);
    let made = place.with_batch(3);
    let mut server = place.serve();
    let body = commission_of(&made.batch);
    let mut connection = http::begin_post(server.address, "/api/v1/commissions", &key, &body);
    let (before, after) = body.split_at(10);
    connection.write_all(before.as_bytes()).unwrap();

    server.signal(Signal::TERM);
    // It takes no more connections; what it began goes on.
    while http::connect(server.address).is_ok() {
        std::thread::yield_now();
    }
    connection.write_all(after.as_bytes()).unwrap();
    let answer = http::read(connection).unwrap();
    assert!((200..300).contains(&answer.status), "{}", answer.body);
    assert!(server.wait().success());

    let server = place.serve();
    let answer = http::get(server.address, &format!("/c/{}", made.codes[0])).unwrap();
    assert_eq!(verdict(&answer), (1, "first-scan".into()));
}

#[test]
fn a_second_signal_ends_at_once() {
    let place = Place::new();
    let key = place.ok(&["key", "new", "--role", "operator"]);
    let mut server = place.serve();
    let _held = http::begin_post(server.address, "/api/v1/keys", &key, "{}");
    server.signal(Signal::TERM);
    while http::connect(server.address).is_ok() {
        std::thread::yield_now();
    }
    server.signal(Signal::INT);
    assert_eq!(server.wait().code(), Some(1));
}

#[test]
fn a_backup_made_while_serving_is_whole() {
    let place = Place::new();
    let key = place.ok(&["key", "new", "--role", "operator"]);
    let made = place.with_batch(N_CODES as u64);
    let server = place.serve();
    server.commission(&key, &made.batch);
    let address = server.address;
    std::thread::scope(|scope| {
        let (heard, hear) = channel();
        for n in 0..4 {
            let (heard, codes) = (heard.clone(), &made.codes);
            scope.spawn(move || scan_until_silence(address, codes, n * 7, &heard));
        }
        drop(heard);
        let before: Vec<Scanned> = hear.iter().take(50).collect();
        place.ok(&["backup", "saved", "--with-keys"]);
        drop(hear);
        place.ok(&["restore", "saved", "--data", "restored"]);
        assert_eq!(before.len(), 50);
    });
    place.ok(&["doctor", "--data", "restored"]);
    let restored = place.serve_with(&["--log", "off", "--data", "restored"]);
    let answer = http::get(restored.address, &format!("/c/{}", made.codes[0])).unwrap();
    assert!(verdict(&answer).0 > 1, "{}", answer.body);
    // The original went on all the while.
    assert_eq!(http::get(address, "/readyz").unwrap().status, 200);
}

/// Scans a code by people of whom each has a network of its own; from the sixth on its verdict
/// is careful.
pub(crate) fn crowd(server: SocketAddr, code: &str, people: RangeInclusive<u8>) {
    for n in people {
        let from = format!("11.{n}.0.1");
        let headers = [("Accept", "application/json"), ("X-Forwarded-For", from.as_str())];
        let answer = http::send(server, &format!("GET /c/{code}"), &headers, "");
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
}

/// How many alerts of copied codes there are.
pub(crate) fn n_alerts(server: SocketAddr, key: &str) -> usize {
    let key = format!("Bearer {key}");
    let line = "GET /api/v1/alerts?reason=careful";
    let answer = http::send(server, line, &[("Authorization", &key)], "");
    answer.json()["items"].as_array().unwrap().len()
}

#[test]
fn a_stopping_server_writes_the_alerts_of_its_last_second() {
    let place = Place::new();
    let key = place.ok(&["key", "new", "--role", "operator"]);
    let made = place.with_batch(20);
    let serve = || place.serve_with(&["--log", "off", "--trusted-proxy", "127.0.0.1"]);
    let server = serve();
    server.commission(&key, &made.batch);
    for code in &made.codes {
        crowd(server.address, code, 1..=6);
    }
    server.stop();
    assert_eq!(n_alerts(serve().address, &key), made.codes.len());
}
