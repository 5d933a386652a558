//! `bench csv`: print files over HTTP beside the same codes and PINs made in memory, and what an
//! order of 10^9 codes costs.

use std::hint::black_box;
use std::time::Instant;

use anyhow::Result;
use mint::{CodeKey, KeyRing, Length, PinKey};
use store::Durability;

use super::Options;
use super::client::Connection;
use super::line::emit;
use super::server::Server;
use super::world::World;

const N_CODES: u64 = 10_000_000;
const N_CODES_FULL: u64 = 100_000_000;
const N_ROUNDS: usize = 3;
const N_LARGE_BATCHES: u64 = 32;
const LARGE_BATCH: u64 = 1_000_000_000;

/// Measures everything.
pub(crate) fn run(options: Options) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        print_files(if options.full { N_CODES_FULL } else { N_CODES }).await?;
        orders().await
    })
}

async fn print_files(n_codes: u64) -> Result<()> {
    let world = World::empty("csv").await?;
    let firm = world.firm(1).await?;
    let enterprise_id = firm.caller.enterprise_id.expect("a firm has an enterprise");
    let (secret, _) = world.caller(enterprise_id).await?;
    let batch_id = world.batch(&firm, n_codes).await?.batch.batch_id;
    let folder = world.folder.clone();
    world.service.stop().await?;
    let server = Server::product(&folder)?;
    let request = format!(
        "GET /api/v1/batches/{batch_id}/codes.csv HTTP/1.1\r\nHost: t.example\r\n\
         Authorization: Bearer {secret}\r\nConnection: close\r\n\r\n"
    );
    let (mut best_file, mut best_memory) = (0f64, 0f64);
    for _ in 0..N_ROUNDS {
        let started = Instant::now();
        let n_bytes = Connection::open(&server.address).await?.drain(request.as_bytes()).await?;
        assert!(n_bytes as u64 > n_codes * 50, "the file is whole");
        best_file = best_file.max(n_codes as f64 / started.elapsed().as_secs_f64());
        best_memory = best_memory.max(in_memory(n_codes.min(N_CODES))?);
    }
    let rival = "codes and PINs made in memory, unformatted";
    emit("csv/rate", best_file, "codes/s", Some(rival), Some(best_file / best_memory))?;
    emit("csv/rss_mib", server.peak_rss_mib()?, "MiB", None, None)?;
    Ok(())
}

/// Codes and PINs per second on one thread.
fn in_memory(n_codes: u64) -> Result<f64> {
    let permutation = CodeKey::generate()?.permutation(Length::D17, 1)?;
    let pin_key = PinKey::generate()?;
    let ring = KeyRing::first_epoch([permutation])?;
    let layout = ring.lay_out(Length::D17, 0, n_codes)?;
    let started = Instant::now();
    for printed in ring.positions(&layout, 0..n_codes)? {
        let printed = printed?;
        black_box((&printed.code, pin_key.pin(Length::D17, 1, printed.ordinal)));
    }
    Ok(n_codes as f64 / started.elapsed().as_secs_f64())
}

async fn orders() -> Result<()> {
    let world = World::empty("orders").await?;
    let firm = world.firm(1).await?;
    let folder = world.folder.clone();
    world.batch(&firm, LARGE_BATCH).await?;
    let before = database_bytes(&world).await?;
    let world = World::open(&folder, Durability::Full).await?;
    let mut times_ms = Vec::new();
    for _ in 0..N_LARGE_BATCHES {
        let started = Instant::now();
        world.batch(&firm, LARGE_BATCH).await?;
        times_ms.push(started.elapsed().as_secs_f64() * 1e3);
    }
    let grown = database_bytes(&world).await? - before;
    times_ms.sort_by(f64::total_cmp);
    emit("batch/ms", times_ms[times_ms.len() / 2], "ms for 10^9 codes", None, None)?;
    emit("batch/bytes", grown as f64 / N_LARGE_BATCHES as f64, "bytes for 10^9 codes", None, None)?;
    Ok(())
}

/// Closes the world, which folds the write-ahead log into the database, and measures the file.
async fn database_bytes(world: &World) -> Result<u64> {
    world.service.clone().stop().await?;
    let files = std::fs::read_dir(&world.folder)?.flatten();
    Ok(files.filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum())
}
