//! `bench scan`: what a scan costs the server over loopback HTTP, beside a bare handler behind the
//! same middleware that returns the same bytes.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;

use super::client::{Connection, load};
use super::line::emit;
use super::server::Server;
use super::world::{self, Size, World};
use super::{Options, history};

const SMALL: Size =
    Size { name: "scan-small", n_batches: 10, n_codes: 1000, n_commissioned: 1000, n_scanned: 100 };
pub(super) const LARGE: Size = Size {
    name: "scan-large",
    n_batches: 100_000,
    n_codes: 10_000,
    n_commissioned: 100,
    n_scanned: 10,
};

const N_CONNECTIONS: usize = 64;
pub(super) const N_ROUNDS: usize = 7;
const N_REQUESTS: usize = 20_000;
pub(super) const PREVIEW: &str = "facebookexternalhit/1.1";
pub(super) const BROWSER: &str = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36";

/// Measures reads and recorded scans in the large world, growth against the small one, and scans
/// over a history.
pub(crate) fn run(options: Options) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        measure().await?;
        history::measure(options.full).await
    })
}

async fn measure() -> Result<()> {
    let small = World::filled(SMALL).await?;
    let large = World::filled(LARGE).await?;
    let (few, many) = (Server::product(&small)?, Server::product(&large)?);
    let (few_read, many_read) = (requests(&small, PREVIEW)?, requests(&large, PREVIEW)?);
    let many_recorded = requests(&large, BROWSER)?;
    let page = large.join("page.html");
    let mut connection = Connection::open(&many.address).await?;
    std::fs::write(&page, connection.ask(&many_read[0]).await?)?;
    let bare = Server::bare(&page)?;
    let mut rounds: [Vec<f64>; 4] = Default::default();
    // All reads before the first write, so that neither world has a log of writes to look through.
    for _ in 0..N_ROUNDS {
        rounds[0].push(cpu_us(&bare, &many_read).await?.0);
        rounds[1].push(cpu_us(&many, &many_read).await?.0);
        rounds[2].push(cpu_us(&few, &few_read).await?.0);
    }
    let mut p99_ms = Vec::new();
    for _ in 0..N_ROUNDS {
        rounds[0].push(cpu_us(&bare, &many_read).await?.0);
        let (us, load_p99_ms) = cpu_us(&many, &many_recorded).await?;
        rounds[3].push(us);
        p99_ms.push(load_p99_ms);
    }
    let [bare_us, many_us, few_us, recorded_us] = rounds.map(median);
    let rival = "server CPU of a bare handler behind the same middleware, same bytes";
    emit("scan/read", many_us, "us CPU/request", Some(rival), Some(bare_us / many_us))?;
    emit("scan/recorded", recorded_us, "us CPU/request", Some(rival), Some(bare_us / recorded_us))?;
    emit("scan/p99_ms", median(p99_ms), "ms, recorded, 64 connections", None, None)?;
    let rival = "10 batches, 10^4 minted, 10^3 scanned";
    emit("scan/growth", many_us, "us CPU/request", Some(rival), Some(many_us / few_us))?;
    Ok(())
}

/// Server CPU per request in microseconds, and the 99th percentile of latency in milliseconds.
pub(super) async fn cpu_us(server: &Server, requests: &Arc<Vec<Vec<u8>>>) -> Result<(f64, f64)> {
    let before = server.cpu()?;
    let load = load(&server.address, requests, N_CONNECTIONS, N_REQUESTS).await?;
    let used = server.cpu()? - before;
    let p99_ms = load.quantile(0.99).as_secs_f64() * 1e3;
    Ok((used.as_secs_f64() * 1e6 / N_REQUESTS as f64, p99_ms))
}

fn requests(folder: &Path, user_agent: &str) -> Result<Arc<Vec<Vec<u8>>>> {
    let request = |code: &String| {
        format!(
            "GET /c/{code} HTTP/1.1\r\nHost: t.example\r\nUser-Agent: {user_agent}\r\n\
             Accept: text/html\r\nAccept-Language: zh-CN\r\n\r\n"
        )
        .into_bytes()
    };
    Ok(Arc::new(world::codes(folder)?.iter().map(request).collect()))
}

pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
