//! Load over loopback: so many connections, each asks again as soon as it has its answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a load measured.
pub(crate) struct Load {
    /// From the first request to the last answer.
    pub(crate) elapsed: Duration,
    /// Of each request, ascending.
    pub(crate) latencies: Vec<Duration>,
}

impl Load {
    /// The latency that a fraction of requests stayed below.
    pub(crate) fn quantile(&self, fraction: f64) -> Duration {
        let index = (self.latencies.len() as f64 * fraction) as usize;
        self.latencies[index.min(self.latencies.len() - 1)]
    }
}

/// Sends `n_requests` over `n_connections`, taking `requests` in turn; every answer must have a
/// status below 300.
pub(crate) async fn load(
    address: &str,
    requests: &Arc<Vec<Vec<u8>>>,
    n_connections: usize,
    n_requests: usize,
) -> Result<Load> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut connections = Vec::new();
    for _ in 0..n_connections {
        connections.push(Connection::open(address).await?);
    }
    let started = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for mut connection in connections {
        let (next, requests) = (Arc::clone(&next), Arc::clone(requests));
        tasks.spawn(async move {
            let mut latencies = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= n_requests {
                    return anyhow::Ok(latencies);
                }
                let asked = Instant::now();
                connection.ask(&requests[index % requests.len()]).await?;
                latencies.push(asked.elapsed());
            }
        });
    }
    let mut latencies = Vec::with_capacity(n_requests);
    while let Some(done) = tasks.join_next().await {
        latencies.extend(done??);
    }
    let elapsed = started.elapsed();
    latencies.sort_unstable();
    Ok(Load { elapsed, latencies })
}

/// A kept-alive HTTP/1.1 connection.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request and returns the body of its answer, which must have a length and a status
    /// below 300.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Result<&[u8]> {
        let (status, body) = self.ask_any(request).await?;
        ensure!(status < 300, "status {status}");
        Ok(body)
    }

    /// Sends a request and returns status and body of its answer, which must have a length.
    pub(crate) async fn ask_any(&mut self, request: &[u8]) -> Result<(u16, &[u8])> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let (status, head_bytes, body_bytes) = loop {
            ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server hung up");
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = std::str::from_utf8(&self.buffer[..end])?;
                let status = head.split(' ').nth(1).context("a status line")?.parse()?;
                break (status, end + 4, content_length(head)?);
            }
        };
        while self.buffer.len() < head_bytes + body_bytes {
            ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server hung up");
        }
        Ok((status, &self.buffer[head_bytes..head_bytes + body_bytes]))
    }

    /// Sends a request for a chunked answer, reads it to its end, and counts its bytes.
    pub(crate) async fn drain(mut self, request: &[u8]) -> Result<usize> {
        self.stream.write_all(request).await?;
        let mut block = vec![0; 1 << 20];
        let mut n_bytes = 0;
        loop {
            match self.stream.read(&mut block).await? {
                0 => return Ok(n_bytes),
                n => n_bytes += n,
            }
        }
    }
}

fn content_length(head: &str) -> Result<usize> {
    let line = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim())
    });
    Ok(line.context("an answer without a length")?.parse()?)
}
