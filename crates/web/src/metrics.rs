//! Counters and histograms of the edge, in the text format of Prometheus.
//!
//! Labels are route patterns, never paths: a path holds codes, and there are 10^10 of those.

use crate::chain::Chain;
use axum::extract::MatchedPath;
use axum::http::{Method, StatusCode};
use prometheus_client::encoding::{
    EncodeLabelSet, EncodeLabelValue, LabelValueEncoder, text::encode,
};
use prometheus_client::metrics::{counter::Counter, family::Family, histogram::Histogram};
use prometheus_client::registry::Registry;
use service::Miss;
use std::fmt::Write;
use std::hash::{Hash, Hasher};
use std::time::Duration;

/// More than there are states of a verdict.
const N_STATES: usize = 64;

/// The metrics of one process.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabels, Histogram>,
    verdicts: Family<VerdictLabels, Counter>,
    misses: Family<MissLabels, Counter>,
    closed_doors: Counter,
    passed_on_unnamed: Counter,
    /// The counters of `verdicts`, for each scan counts one.
    counted: Chain<&'static str, Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: Route,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: Route,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct VerdictLabels {
    state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MissLabels {
    kind: &'static str,
}

/// The pattern of a route, shared with axum, so that counting allocates nothing.
#[derive(Clone, Debug)]
pub(crate) struct Route(pub(crate) Option<MatchedPath>);

impl Route {
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_ref().map_or("none", MatchedPath::as_str)
    }
}

impl PartialEq for Route {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Route {}

impl Hash for Route {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl EncodeLabelValue for Route {
    fn encode(&self, encoder: &mut LabelValueEncoder) -> std::fmt::Result {
        encoder.write_str(self.as_str())
    }
}

impl Metrics {
    /// Registers every metric under its name.
    pub(crate) fn new() -> Self {
        let mut registry = Registry::default();
        let requests = Family::default();
        let seconds = Family::new_with_constructor(histogram as fn() -> Histogram);
        let verdicts = Family::default();
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register("http_request_seconds", "Time to answer", seconds.clone());
        registry.register("scan_verdicts", "Verdicts given on codes", verdicts.clone());
        let (misses, closed_doors) = (Family::default(), Counter::default());
        registry.register("scan_misses", "Codes and PINs that were none", misses.clone());
        registry.register(
            "scan_doors_closed",
            "Requests stopped at the door",
            closed_doors.clone(),
        );
        let passed_on_unnamed = Counter::default();
        registry.register(
            "http_requests_passed_on_unnamed",
            "Requests that name a client for a proxy while none is trusted",
            passed_on_unnamed.clone(),
        );
        let counted = Chain::default();
        Self {
            registry,
            requests,
            seconds,
            verdicts,
            misses,
            closed_doors,
            passed_on_unnamed,
            counted,
        }
    }

    pub(crate) fn answered(
        &self,
        route: Route,
        method: &Method,
        status: StatusCode,
        elapsed: Duration,
    ) {
        let method = known_method(method);
        let labels = RequestLabels { route: route.clone(), method, status: status.as_u16() };
        self.requests.get_or_create(&labels).inc();
        self.seconds.get_or_create(&RouteLabels { route }).observe(elapsed.as_secs_f64());
    }

    pub(crate) fn verdict(&self, state: &'static str) {
        let counter = || Some(self.verdicts.get_or_create_owned(&VerdictLabels { state }));
        if let Some(counter) = self.counted.of(state, N_STATES, counter) {
            counter.inc();
        }
    }

    /// A code or a PIN was none.
    pub(crate) fn missed(&self, miss: Miss) {
        let kind = match miss {
            Miss::Mistyped => "mistyped",
            Miss::Unknown => "unknown",
            Miss::WrongPin => "wrong_pin",
            Miss::Reserved => "reserved",
        };
        self.misses.get_or_create(&MissLabels { kind }).inc();
    }

    /// A request was stopped at the door.
    pub(crate) fn closed_door(&self) {
        self.closed_doors.inc();
    }

    /// A request names a client for a proxy, and no proxy is trusted.
    pub(crate) fn passed_on_unnamed(&self) {
        self.passed_on_unnamed.inc();
    }

    /// All metrics as text (OpenMetrics 1.0).
    pub(crate) fn encode(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("writing to a String cannot fail");
        text
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

/// A client may invent methods; a label may not.
fn known_method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// From a tenth of a millisecond, which is a read, to ten seconds, which is a failure.
fn histogram() -> Histogram {
    Histogram::new([0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0])
}
