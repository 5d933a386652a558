//! The part of `bench epcis` that hashes events, beside npm `epcis2.js` on the same events.
//!
//! Ours begins at the bytes of the document; theirs at the objects that node made of them, and
//! without the start of node. One core each, the best round of each.

use std::hint::black_box;
use std::io::Write as _;
use std::process::Stdio;
use std::time::Instant;

use ::epcis::{Format, Limits, event_hashes};
use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::line::emit;
use crate::shell;

const N_ROUNDS: usize = 30;
const N_ROUNDS_OF_NODE: usize = 5;

/// What `hash.js` says.
#[derive(serde::Deserialize)]
struct Told {
    hashes: Vec<String>,
    seconds: f64,
}

/// Measures the events of a document in JSON-LD.
pub(super) fn run(json: &[u8]) -> Result<()> {
    if !shell::root().join("node_modules/epcis2.js").exists() {
        eprintln!("# no epcis2.js here; `cargo xtask setup` installs it");
        return Ok(());
    }
    let limits = Limits::default();
    let hashed = || event_hashes(json, Format::Json, &limits);
    let hashes = hashed().map_err(|violations| anyhow::anyhow!("{violations:?}"))?;
    let rounds = (0..N_ROUNDS).map(|_| {
        let started = Instant::now();
        drop(black_box(hashed()));
        started.elapsed().as_secs_f64()
    });
    let seconds = rounds.fold(f64::INFINITY, f64::min);
    let told = theirs(json)?;
    compare(json, &hashes, &told.hashes)?;
    let what = Some("npm epcis2.js in node, from parsed objects, without its start");
    let rate = hashes.len() as f64 / seconds;
    Ok(emit("epcis/hash/epcis2js", rate, "events/s", what, Some(told.seconds / seconds))?)
}

fn theirs(json: &[u8]) -> Result<Told> {
    let script = shell::root().join("xtask/src/bench/hash.js");
    let mut node = shell::command("node", &[script]);
    node.arg(N_ROUNDS_OF_NODE.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = node.spawn().context("cannot run node")?;
    child.stdin.take().context("it was piped")?.write_all(json)?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "node failed: {}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Both must say the same of every event without business transactions.
///
/// Of these epcis2.js says something else than the generator of the standard's author, with whom
/// we agree.
fn compare(json: &[u8], ours: &[[u8; 32]], theirs: &[String]) -> Result<()> {
    let document: Value = serde_json::from_slice(json)?;
    let events = document["epcisBody"]["eventList"].as_array().context("the events")?;
    ensure!(events.len() == ours.len() && events.len() == theirs.len(), "a hash for each event");
    let mut n_equal = 0;
    for ((event, our), their) in events.iter().zip(ours).zip(theirs) {
        let digits: String = our.iter().map(|byte| format!("{byte:02x}")).collect();
        let is_equal =
            their.strip_prefix("ni:///sha-256;").is_some_and(|it| it.starts_with(&digits));
        let is_known_to_differ = event.get("bizTransactionList").is_some();
        ensure!(is_equal || is_known_to_differ, "{digits} and {their} of {event}");
        n_equal += usize::from(is_equal);
    }
    eprintln!("# {n_equal} of {} hashes are equal to those of epcis2.js", ours.len());
    Ok(())
}
