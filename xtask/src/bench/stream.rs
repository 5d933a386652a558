//! `bench epcis`: what a server remembers while it captures a document of 100 MiB.

use std::time::Instant;

use ::epcis::build::{Draft, document};
use anyhow::{Context, Result, ensure};

use super::client::Connection;
use super::epcis::{THEN_US, case};
use super::line::emit;
use super::server::Server;
use super::world::World;

const N_BYTES: usize = 100 << 20;

/// Measures the most memory held beyond that of an idle server, and the rate.
pub(crate) fn run() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(measure())
}

async fn measure() -> Result<()> {
    let world = World::empty("stream").await?;
    let firm = world.firm(1).await?;
    let enterprise_id = firm.caller.enterprise_id.expect("a firm has an enterprise");
    let (secret, _) = world.caller(enterprise_id).await?;
    let folder = world.folder.clone();
    world.service.stop().await?;
    let server = Server::product(&folder)?;
    let mut connection = Connection::open(&server.address).await?;
    let list = format!(
        "GET /epcis/capture HTTP/1.1\r\nHost: t.example\r\nAuthorization: Bearer {secret}\r\n\r\n"
    );
    connection.ask(list.as_bytes()).await?;
    let idle_mib = server.rss_mib()?;

    let bytes_a_case = document(THEN_US, &case(0)).len() - document(THEN_US, &[]).len();
    let n_cases = (N_BYTES / bytes_a_case) as u64;
    let drafts: Vec<Draft> = (0..=n_cases).flat_map(case).collect();
    let body = document(THEN_US, &drafts);
    ensure!(body.len() >= N_BYTES, "the document has {} bytes", body.len());
    let head = format!(
        "POST /epcis/capture HTTP/1.1\r\nHost: t.example\r\nAuthorization: Bearer {secret}\r\n\
         Content-Type: application/ld+json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let started = Instant::now();
    connection.ask(&[head.as_bytes(), &body].concat()).await?;
    loop {
        let jobs = connection.ask(list.as_bytes()).await?;
        let jobs: serde_json::Value = serde_json::from_slice(jobs)?;
        let job = jobs.as_array().and_then(|jobs| jobs.last()).context("a job")?;
        if job["running"] == false {
            ensure!(job["success"] == true, "the capture failed: {job}");
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let rate = drafts.len() as f64 / started.elapsed().as_secs_f64();
    emit("epcis/stream_rss_mib", server.peak_rss_mib()? - idle_mib, "MiB", None, None)?;
    Ok(emit("epcis/stream", rate, "events/s", None, None)?)
}
