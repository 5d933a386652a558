//! What every request passes: an id, a language, a size check, a panic guard, headers, a log line.
//!
//! One function for all of it, since a stack of layers would box a future for each; the unrecorded
//! scan is measured against a bare handler behind this same edge.

use crate::client::{Peer, Proxies};
use crate::metrics::{Metrics, Route};
use crate::problem::{Dialect, Problem};
use crate::visit::{LANGUAGE_COOKIE, Visit, text};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Router, http::Extensions};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::Poll;
use std::time::Instant;

/// What the edge keeps between requests.
#[derive(Debug)]
pub struct Edge {
    metrics: Metrics,
    /// Random per process, so that ids of two processes differ.
    seed: u32,
    n_requests: AtomicU64,
    /// A body of more bytes is refused before it is read.
    max_body_bytes: u64,
    proxies: Proxies,
    /// Whether it was said that a proxy may stand in front which nobody named.
    has_warned: AtomicBool,
}

impl Edge {
    /// An edge whose request ids begin with `seed`.
    #[must_use]
    pub fn new(seed: u32, max_body_bytes: u64) -> Arc<Self> {
        Self::behind(Proxies::default(), seed, max_body_bytes)
    }

    /// The same behind `proxies`.
    #[must_use]
    pub fn behind(proxies: Proxies, seed: u32, max_body_bytes: u64) -> Arc<Self> {
        let (n_requests, has_warned) = (AtomicU64::new(0), AtomicBool::new(false));
        Arc::new(Self {
            metrics: Metrics::new(),
            seed,
            n_requests,
            max_body_bytes,
            proxies,
            has_warned,
        })
    }

    /// Puts every route of `router` behind this edge.
    pub fn wrap(self: &Arc<Self>, router: Router) -> Router {
        router.layer(from_fn_with_state(Arc::clone(self), pass))
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Counts a request that a proxy may have passed on which nobody named, and says so once.
    fn heed_unnamed_proxy(&self, headers: &HeaderMap) {
        if !self.proxies.is_passed_on_unnamed(headers) {
            return;
        }
        self.metrics.passed_on_unnamed();
        if !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "a request says that a proxy passed it on, and no proxy is trusted: if one stands \
                 in front, all clients are one address until it is named by --trusted-proxy"
            );
        }
    }

    fn request_id(&self, headers: &HeaderMap) -> HeaderValue {
        let inbound = headers.get(&REQUEST_ID).filter(|it| is_sane_id(it.as_bytes()));
        inbound.cloned().unwrap_or_else(|| {
            let number = self.n_requests.fetch_add(1, Ordering::Relaxed);
            HeaderValue::try_from(format!("{:08x}-{number:x}", self.seed))
                .expect("hexadecimal digits are a header value")
        })
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

fn is_sane_id(id: &[u8]) -> bool {
    let is_sane = |it: &u8| it.is_ascii_alphanumeric() || b"-_.".contains(it);
    (1..=64).contains(&id.len()) && id.iter().all(is_sane)
}

async fn pass(State(edge): State<Arc<Edge>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let request_id = edge.request_id(request.headers());
    edge.heed_unnamed_proxy(request.headers());
    let peer = request.extensions().get::<Peer>();
    let client = peer.map(|Peer(peer)| edge.proxies.client(*peer, request.headers()));
    let visit = Visit::new(request_id, request.uri(), request.headers()).of(client);
    let route = Route(request.extensions().get::<MatchedPath>().cloned());
    let method = request.method().clone();
    let is_too_large = announced_bytes(request.headers()) > edge.max_body_bytes;
    request.extensions_mut().insert(visit.clone());
    let mut response = if is_too_large {
        Problem::too_large(edge.max_body_bytes).into_response()
    } else {
        guarded(next, request).await
    };
    if let Some(problem) = take_problem(response.extensions_mut()) {
        let said = std::mem::take(response.headers_mut());
        response = problem.render(&visit, Dialect::of_path(visit.path()));
        // What the route said beside its problem, for instance who may read it.
        for (name, value) in said.iter() {
            response.headers_mut().entry(name).or_insert_with(|| value.clone());
        }
    }
    finish(&visit, response.headers_mut());
    let (status, elapsed) = (response.status(), started.elapsed());
    tracing::info!(
        request.id = visit.request_id(),
        method = method.as_str(),
        route = route.as_str(),
        status = status.as_u16(),
        elapsed_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
    edge.metrics.answered(route, &method, status, elapsed);
    response
}

/// The size that the client announces; a chunked body is measured while it is read.
fn announced_bytes(headers: &HeaderMap) -> u64 {
    text(headers, header::CONTENT_LENGTH).and_then(|it| it.parse().ok()).unwrap_or(0)
}

/// Runs the handler; a panic inside is an answer like any other and ends no connection.
async fn guarded(next: Next, request: Request) -> Response {
    let mut running = pin!(next.run(request));
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(cx))) {
        Ok(poll) => poll,
        Err(_) => Poll::Ready(Problem::internal("a handler panicked").into_response()),
    })
    .await
}

fn take_problem(extensions: &mut Extensions) -> Option<Problem> {
    extensions.remove::<Problem>()
}

fn finish(visit: &Visit, headers: &mut HeaderMap) {
    headers.insert(REQUEST_ID, visit.request_id.clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, const { HeaderValue::from_static("nosniff") });
    // Not `no-referrer`: that would blank the `Origin` of our own forms as well.
    headers.insert(header::REFERRER_POLICY, const { HeaderValue::from_static("same-origin") });
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(
        const { HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'") },
    );
    if let Some(language) = visit.chosen {
        let tag = language.tag();
        let cookie = format!("{LANGUAGE_COOKIE}={tag}; Path=/; Max-Age=31536000; SameSite=Lax");
        let cookie = HeaderValue::try_from(cookie).expect("a language tag is ASCII");
        headers.append(header::SET_COOKIE, cookie);
    }
}
