//! No key is ever printed, by any command, at any log level.

use std::io::Read;
use std::process::Stdio;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::http;
use crate::place::{Place, Server, texts};

/// Bytes of a key that make a finding: no other 18 bytes look like them by chance.
const WINDOW: usize = 18;

/// How a key file could show itself: pieces of it in hex, base64 at each alignment, or as the
/// numbers that a derived `Debug` prints.
fn spellings(key: &[u8]) -> Vec<String> {
    let hex = |bytes: &[u8]| bytes.iter().map(|it| format!("{it:02x}")).collect::<String>();
    key.windows(WINDOW)
        .flat_map(|piece| {
            let numbers: Vec<String> = piece.iter().map(u8::to_string).collect();
            let hex = hex(piece);
            [
                hex.to_uppercase(),
                hex,
                STANDARD.encode(piece),
                URL_SAFE.encode(piece),
                numbers.join(", "),
            ]
        })
        .collect()
}

#[test]
fn keys_never_appear() {
    let place = Place::new();
    let key = place.ok(&["key", "new", "--role", "operator"]);
    let made = place.with_batch(2);
    let log = ["--log", "trace", "--log-format", "json"];
    let mut said = String::new();
    let mut run = |args: &[&str]| {
        let (out, err) = texts(&place.run(&[args, &log].concat()));
        said.push_str(&out);
        said.push_str(&err);
    };
    run(&["key", "list"]);
    run(&["key", "begin-epoch"]);
    run(&["manifest", &made.batch]);
    run(&["doctor"]);
    run(&["backup", "saved", "--with-keys"]);
    run(&["restore", "saved"]);
    let damaged = place.path("saved/keys/manifest.p8");
    let mut bytes = std::fs::read(&damaged).unwrap();
    bytes.truncate(1_000);
    std::fs::write(&damaged, bytes).unwrap();
    run(&["doctor", "--data", "saved"]);
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.args(log).stderr(Stdio::piped());
    let mut server = Server::start(&mut command, "listening on http://");
    server.commission(&key, &made.batch);
    for path in ["/api/v1/keys", "/console", "/metrics", &format!("/c/{}", made.codes[0])] {
        http::get(server.address, path).unwrap();
    }
    http::post(server.address, "/login", &key, "{}");
    let mut stderr = server.take_stderr();
    said.push_str(&server.said);
    said.push_str(&server.stop());
    stderr.read_to_string(&mut said).unwrap();

    assert!(said.contains("serving http://"), "it logs: {said}");
    assert!(!said.contains(&key["suyuan_".len()..]), "the API key");
    // The modulus of an RSA key is public, but no command above has a reason to print it.
    for entry in std::fs::read_dir(place.path("data/keys")).unwrap() {
        let path = entry.unwrap().path();
        for spelling in spellings(&std::fs::read(&path).unwrap()) {
            assert!(!said.contains(&spelling), "{} shows as {spelling}", path.display());
        }
    }
}

#[test]
fn the_search_finds_what_it_looks_for() {
    let key: Vec<u8> = (0..64).collect();
    let shown = [
        format!("{key:?}"),
        STANDARD.encode(&key),
        format!("x{}", STANDARD.encode(&key[1..])),
        key.iter().map(|it| format!("{it:02x}")).collect(),
    ];
    for text in shown {
        assert!(spellings(&key).iter().any(|it| text.contains(it)), "{text}");
    }
}
