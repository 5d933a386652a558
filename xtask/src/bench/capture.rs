//! `bench capture`: EPCIS events a second over HTTP, beside inserting the same bytes into one
//! indexed SQLite table with the same durability.
//!
//! The events are the main job's: 24 neighbouring items packed into a case, then the case shipped.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use epcis::build::{Draft, When, document};
use epcis::{Action, Role};
use gs1::Sscc;
use gs1::digital_link::DigitalLink;
use rusqlite::Connection as Sqlite;

use super::Options;
use super::client::load;
use super::line::emit;
use super::server::Server;
use super::world::{World, now_us};

const N_CASES: u64 = 20_000;
const ITEMS_A_CASE: u64 = 24;
const EVENTS_A_DOCUMENT: usize = 1000;
const N_SINGLE: usize = 8_000;

/// Measures documents of 1,000 events, then single events.
pub(crate) fn run(_options: Options) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(measure())
}

async fn measure() -> Result<()> {
    let world = World::empty("capture").await?;
    let firm = world.firm(1).await?;
    let enterprise_id = firm.caller.enterprise_id.expect("a firm has an enterprise");
    let (secret, _) = world.caller(enterprise_id).await?;
    let drafts = drafts(&world, &firm).await?;
    let folder = world.folder.clone();
    world.service.stop().await?;
    let server = Server::product(&folder)?;
    let (single, documented) = drafts.split_at(N_SINGLE);
    let documents: Vec<Vec<u8>> =
        documented.chunks(EVENTS_A_DOCUMENT).map(|chunk| document(now_us(), chunk)).collect();
    let singles: Vec<Vec<u8>> =
        single.iter().map(|draft| document(now_us(), std::slice::from_ref(draft))).collect();

    let n_documents = documents.len();
    let requests = Arc::new(documents.iter().map(|body| post(&secret, body)).collect());
    let before = server.cpu()?;
    let taken = load(&server.address, &requests, 4, n_documents).await?;
    let cpu_ms = (server.cpu()? - before).as_secs_f64() * 1e3 / documented.len() as f64;
    let rate = documented.len() as f64 / taken.elapsed.as_secs_f64();
    let rival = rival_rate(&folder, documented, EVENTS_A_DOCUMENT)?;
    let what = "the same bytes into one indexed SQLite table, 1,000 a transaction";
    emit("capture/document", rate, "events/s", Some(what), Some(rate / rival))?;
    emit("capture/cpu_ms", cpu_ms, "ms CPU/event", None, None)?;

    let requests = Arc::new(singles.iter().map(|body| post(&secret, body)).collect());
    let taken = load(&server.address, &requests, 64, singles.len()).await?;
    let rate = singles.len() as f64 / taken.elapsed.as_secs_f64();
    let rival = rival_rate(&folder, &single[..2000], 1)?;
    let what = "the same bytes into one indexed SQLite table, one a transaction";
    emit("capture/single", rate, "events/s", Some(what), Some(rate / rival))?;
    Ok(())
}

async fn drafts(world: &World, firm: &super::world::Firm) -> Result<Vec<Draft>> {
    let batch = world.batch(firm, N_CASES * ITEMS_A_CASE).await?;
    let start_us = now_us() - 3_600_000_000;
    let mut drafts = Vec::new();
    for case in 0..N_CASES {
        let sscc = DigitalLink::sscc(&Sscc::with_check(&format!("1061414{case:010}"))?).to_string();
        let at = |offset| When {
            event_time_us: start_us + (2 * case as i64 + offset) * 1000,
            offset: "+08:00".to_owned(),
        };
        let mut packing = Draft::aggregation(Action::Add, at(0)).epc(Role::Parent, &sscc);
        for position in case * ITEMS_A_CASE..(case + 1) * ITEMS_A_CASE {
            let epc = format!("https://t.example/c/{}", world.code(&batch, position)?);
            packing = packing.epc(Role::Child, &epc);
        }
        let place = "https://id.gs1.org/414/6901234567892";
        drafts.push(packing.biz_step("packing").disposition("in_progress").read_point(place));
        let shipping = Draft::object(Action::Observe, at(1)).epc(Role::Epc, &sscc);
        drafts.push(shipping.biz_step("shipping").disposition("in_transit").read_point(place));
    }
    Ok(drafts)
}

fn post(secret: &str, body: &[u8]) -> Vec<u8> {
    let mut request = format!(
        "POST /epcis/capture HTTP/1.1\r\nHost: t.example\r\nAuthorization: Bearer {secret}\r\n\
         Content-Type: application/ld+json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}

/// Events a second into a table with a unique index, durably, `n_a_tx` a transaction.
fn rival_rate(folder: &std::path::Path, drafts: &[Draft], n_a_tx: usize) -> Result<f64> {
    let path = folder.join("rival.db");
    let _ = std::fs::remove_file(&path);
    let mut sqlite = Sqlite::open(&path)?;
    sqlite.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = full;
         create table events (event_id text not null unique, body blob not null);",
    )?;
    let bodies: Vec<Vec<u8>> =
        drafts.iter().map(|draft| document(0, std::slice::from_ref(draft))).collect();
    let started = Instant::now();
    for (number, chunk) in bodies.chunks(n_a_tx).enumerate() {
        let tx = sqlite.transaction()?;
        for (index, body) in chunk.iter().enumerate() {
            let mut insert = tx.prepare_cached("insert into events values (?1, ?2)")?;
            let scrambled = ((number * n_a_tx + index) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            insert.execute((format!("urn:uuid:{scrambled:016x}"), body))?;
        }
        tx.commit()?;
    }
    Ok(bodies.len() as f64 / started.elapsed().as_secs_f64())
}
