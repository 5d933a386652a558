//! A server in a process of its own, so that its processor time and memory are its own.
//!
//! The child is this same program under the hidden command `bench-server`; it prints its address
//! and ends when its standard input does.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use axum::Router;
use axum::http::header;
use axum::routing::get;
use store::{Durability, Options, Store};
use web::{Proxies, ProxyHeader};

use super::geo;
use super::world::{World, now_us};
use crate::shell;

/// What the child serves.
#[derive(clap::Args)]
pub(crate) struct ServerOptions {
    /// `product`, or `bare`: one handler that returns the bytes of a file.
    kind: String,
    /// The data folder, or the file.
    path: PathBuf,
    /// A PostgreSQL database instead of the one in the folder.
    #[arg(long)]
    database: Option<String>,
    /// Data about places, and belief in what a proxy on this machine says of addresses.
    #[arg(long)]
    geo: Option<PathBuf>,
}

/// A child that serves.
pub(crate) struct Server {
    child: Child,
    /// Where it listens, `127.0.0.1:PORT`.
    pub(crate) address: String,
}

impl Server {
    /// The product over the world in `folder`.
    pub(crate) fn product(folder: &Path) -> Result<Self> {
        Self::start("product", folder, &[])
    }

    /// The product over the world in a PostgreSQL database; its keys are in `folder`.
    pub(crate) fn product_over(folder: &Path, database: &str) -> Result<Self> {
        Self::start("product", folder, &["--database", database])
    }

    /// The product with the data about places, behind a proxy that says whose each request is.
    pub(crate) fn judging(folder: &Path) -> Result<Self> {
        let geo = shell::root().join("target/geo");
        Self::start("product", folder, &["--geo", geo.to_str().context("a plain path")?])
    }

    /// A bare handler, behind the same edge, that answers with the bytes of `file`.
    pub(crate) fn bare(file: &Path) -> Result<Self> {
        Self::start("bare", file, &[])
    }

    fn start(kind: &str, path: &Path, more: &[&str]) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["bench-server", kind])
            .arg(path)
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let mut address = String::new();
        BufReader::new(stdout).read_line(&mut address)?;
        Ok(Self { child, address: address.trim().to_owned() })
    }

    /// Processor time the child has used so far, user and system.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let (_, fields) = stat.rsplit_once(") ").context("a stat line")?;
        let fields: Vec<&str> = fields.split(' ').collect();
        let ticks = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
        // Linux counts in hundredths of a second wherever we run.
        Ok(Duration::from_millis(ticks * 10))
    }

    /// The most memory the child ever held, MiB.
    pub(crate) fn peak_rss_mib(&self) -> Result<f64> {
        self.status_mib("VmHWM:")
    }

    /// The memory that the child holds now, MiB.
    pub(crate) fn rss_mib(&self) -> Result<f64> {
        self.status_mib("VmRSS:")
    }

    fn status_mib(&self, name: &str) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib: f64 = line.context("a size")?.trim().trim_end_matches(" kB").trim().parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// The child: serves until standard input ends.
pub(crate) fn serve(options: &ServerOptions) -> Result<()> {
    tracing_subscriber::fmt().json().with_writer(std::io::sink).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let (router, world) = match options.kind.as_str() {
            "product" => {
                let world = match &options.database {
                    None => World::open(&options.path, Durability::Full).await?,
                    Some(url) => {
                        let store = Store::open_postgres(url, Options::new(now_us())).await?;
                        World::over(store, &options.path).await?
                    }
                };
                let mut site = web::Site::default();
                if let Some(geo) = &options.geo {
                    world.service.set_places(geo::load(geo)?);
                    let local = Proxies::parse("127.0.0.1", ProxyHeader::XForwardedFor);
                    site.proxies = local.map_err(|why| anyhow!("{why}"))?;
                }
                (web::router_with(world.service.clone(), 1, site), Some(world))
            }
            _ => (bare(std::fs::read(&options.path)?), None),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        std::io::stdout().flush()?;
        let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
        let stop = async { drop(ended.await) };
        tokio::select! {
            served = web::serve(listener, router, std::future::pending()) => served?,
            () = stop => {}
        }
        match world {
            Some(world) => Ok(world.service.stop().await?),
            None => Ok(()),
        }
    })
}

/// One handler with the product's middleware around it and nothing behind it.
fn bare(body: Vec<u8>) -> Router {
    let body: &'static [u8] = body.leak();
    let answer = async move || ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body);
    web::Edge::new(1, 1 << 20).wrap(Router::new().route("/c/{code}", get(answer)))
}
