//! The listening side: connections in, no patience with silence, graceful end.
//!
//! A connection that neither begins a request nor takes an answer is closed, be it idle or sending
//! its headers byte by byte. It is looked at by one timer of its own, at most twice as late as
//! allowed; a timer for each request would cost each request.

use crate::client::Peer;
use axum::Router;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::io::{self, ErrorKind, IoSlice};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep};

/// How long a connection may be silent: longer than proxies keep theirs (nginx: 60 s), so that it
/// is they who close, and no request of theirs meets a closed door.
const SILENCE: Duration = Duration::from_secs(75);

/// The pause after the process could not take a connection, for instance for want of files.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);

/// Serves `router` on `listener` until `stop` is done, then ends requests in flight.
///
/// # Errors
///
/// Those of the listener.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_within(listener, router, SILENCE, stop).await
}

/// The same with another limit for `silence`: until the first request, between two, and while the
/// headers of one arrive.
///
/// # Errors
///
/// Those of the listener.
pub async fn serve_within(
    listener: TcpListener,
    router: Router,
    silence: Duration,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    listener.local_addr()?;
    // Routes are made for good here, not with each request.
    let router = router.with_state(());
    let (telling, told) = watch::channel(());
    let mut stop = pin!(stop);
    loop {
        let (io, peer) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = &mut stop => break,
        };
        tokio::spawn(connection((io, peer), router.clone(), silence, told.clone()));
    }
    drop((listener, told));
    telling.send_replace(());
    telling.closed().await;
    Ok(())
}

/// The next connection; what fails here is the connection's own affair, or passes.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        let error = match listener.accept().await {
            Ok((io, peer)) => {
                // An answer is one write; waiting to fill a packet would only make it late.
                let _ = io.set_nodelay(true);
                return (io, peer);
            }
            Err(error) => error,
        };
        let is_of_connection = matches!(
            error.kind(),
            ErrorKind::ConnectionRefused
                | ErrorKind::ConnectionAborted
                | ErrorKind::ConnectionReset
        );
        if !is_of_connection {
            tracing::error!(%error, "a connection could not be taken");
            sleep(ACCEPT_PAUSE).await;
        }
    }
}

/// One connection, until either side ends it.
async fn connection(
    (io, peer): (TcpStream, SocketAddr),
    router: Router,
    silence: Duration,
    mut told: watch::Receiver<()>,
) {
    let activity = Arc::new(Activity::default());
    let io = TokioIo::new(Watched { io, activity: activity.clone() });
    let router = TowerToHyperService::new(router);
    let seen = activity.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        seen.begin();
        request.extensions_mut().insert(Peer(peer.ip()));
        let (answering, seen) = (router.call(request), seen.clone());
        async move {
            let answer = answering.await;
            seen.is_answering.store(false, Relaxed);
            answer
        }
    });
    let mut serving = pin!(http1::Builder::new().serve_connection(io, service).with_upgrades());
    let mut looking = interval(silence);
    looking.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut n_steps, mut is_ending) = (u64::MAX, false);
    loop {
        tokio::select! {
            // A client that broke off has heard enough.
            _ = serving.as_mut() => return,
            _ = told.changed(), if !is_ending => {
                is_ending = true;
                serving.as_mut().graceful_shutdown();
            }
            _ = looking.tick() => match activity.steps_if_silent() {
                Some(now) if now == n_steps => return,
                Some(now) => n_steps = now,
                None => {}
            }
        }
    }
}

/// What happens on a connection; only its own task looks.
#[derive(Default)]
struct Activity {
    /// Requests begun and writes done.
    n_steps: AtomicU64,
    /// A handler is at work; it has limits of its own.
    is_answering: AtomicBool,
    /// The client takes its time to read: a printer may.
    is_full: AtomicBool,
}

impl Activity {
    fn begin(&self) {
        self.is_answering.store(true, Relaxed);
        self.n_steps.fetch_add(1, Relaxed);
    }

    /// How much has happened so far; none while it is not the client's turn to speak.
    fn steps_if_silent(&self) -> Option<u64> {
        let is_ours = self.is_answering.load(Relaxed) || self.is_full.load(Relaxed);
        (!is_ours).then(|| self.n_steps.load(Relaxed))
    }

    fn wrote<T>(&self, written: &Poll<T>) {
        self.is_full.store(written.is_pending(), Relaxed);
        self.n_steps.fetch_add(1, Relaxed);
    }
}

/// A socket whose writes are noted.
struct Watched {
    io: TcpStream,
    activity: Arc<Activity>,
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.activity.wrote(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(cx, parts);
        self.activity.wrote(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
