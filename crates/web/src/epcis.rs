//! EPCIS 2.0 REST binding (§12): capture and capture jobs, queries for events, top-level
//! resources, named queries and subscriptions to them.
//!
//! Names, headers, statuses and problem types are the standard's.

mod asked;
pub(crate) mod named;
pub(crate) mod query;
pub(crate) mod resources;
pub(crate) mod socket;
pub(crate) mod subscriptions;

use self::asked::Asked;
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Document, Path, Query, id};
use crate::moment::rfc3339;
use crate::problem::Problem;
use crate::reply;
use crate::visit::{Visit, Wants};
use axum::extract::{FromRequestParts, State};
use axum::http::{HeaderName, HeaderValue, header, request::Parts};
use axum::response::Response;
use epcis::Outgoing;
use serde::Serialize;
use service::Order;
use service::limits::{MAX_CAPTURE_BYTES, MAX_CAPTURE_EVENTS, MAX_PAGE_ROWS};

/// `perPage` where the client names none (EPCIS 2.0 §12.6.3).
const PER_PAGE: u32 = 30;

/// `GET /epcis`: what is here (§12.4).
pub(crate) async fn top_level(Known(_): Known, asked: Asked) -> Result<Response, Problem> {
    asked.no_parameters()?;
    Ok(resources::collection(vec![
        "queries",
        "capture",
        "events",
        "eventTypes",
        "epcs",
        "readPoints",
        "bizLocations",
        "dispositions",
        "bizSteps",
    ]))
}

/// `OPTIONS` of what is only read (§12.3).
pub(crate) async fn discover() -> Response {
    discovered("OPTIONS, GET")
}

/// `OPTIONS` of what is read and added to.
pub(crate) async fn discover_writable() -> Response {
    discovered("OPTIONS, GET, POST")
}

/// `OPTIONS` of what is read and removed.
pub(crate) async fn discover_removable() -> Response {
    discovered("OPTIONS, GET, DELETE")
}

/// `OPTIONS` of the capture interface (§12.6.1).
pub(crate) async fn discover_capture() -> Response {
    let behaviour = HeaderName::from_static("gs1-capture-error-behaviour");
    with(with_limits(discovered("OPTIONS, POST, GET")), behaviour, "rollback")
}

fn discovered(methods: &'static str) -> Response {
    let mut response = with_versions(with(reply::no_content(), header::ALLOW, methods));
    for (name, value) in [
        ("gs1-epcis-min", "2.0.0"),
        ("gs1-epcis-max", "2.0.0"),
        ("gs1-cbv-min", "2.0.0"),
        ("gs1-cbv-max", "2.0.0"),
        ("gs1-epc-format", "No_Preference"),
        ("gs1-cbv-xml-format", "No_Preference"),
        ("gs1-extensions", "suyuan=urn:suyuan:epcis:"),
        ("gs1-vendor-version", env!("CARGO_PKG_VERSION")),
    ] {
        response = with(response, HeaderName::from_static(name), value);
    }
    response
}

/// `DELETE /epcis/nextPageToken/{token}`: a token is a place and no cursor that is kept open, so
/// there is nothing to let go of; it ends by itself (§12.6.3 leaves this to the server).
pub(crate) async fn forget_token(Known(_): Known, Path(_): Path<String>) -> Problem {
    Problem::not_implemented("a page token holds nothing open and expires by itself")
}

/// `POST /epcis/capture` (§12.6.1): all events of the document, or none and every violation.
pub(crate) async fn capture(
    State(app): State<App>,
    Known(caller): Known,
    _: RollsBack,
    Document(body): Document,
) -> Result<Response, Problem> {
    let capture = app.service.capture_document(&caller, body.to_vec()).await?;
    let location = format!("/epcis/capture/{}", capture.capture_id);
    Ok(with_limits(reply::accepted(&location)))
}

/// `GET /epcis/capture` (§12.6.2).
pub(crate) async fn list_jobs(
    State(app): State<App>,
    Known(caller): Known,
    _: TakesJson,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let limit = fields.number("perPage")?.unwrap_or(PER_PAGE).clamp(1, MAX_PAGE_ROWS);
    let after = fields.optional("nextPageToken");
    let page = service::Page { after, limit, order: Order::OldestFirst };
    let paged = app.service.list_captures(&caller, &page).await?;
    let jobs = paged.items.into_iter().map(|it| {
        let counts = [it.n_events, it.n_known, it.n_differing];
        Job::new(it.capture_id, it.created_at_us, counts)
    });
    let response = with_versions(reply::json(&jobs.collect::<Vec<_>>()));
    let next = paged.next.map(|token| {
        format!("</epcis/capture?perPage={limit}&nextPageToken={token}>; rel=\"next\"")
    });
    Ok(with(response, header::LINK, next.unwrap_or_default()))
}

/// `GET /epcis/capture/{capture_id}` (§12.6.2).
pub(crate) async fn find_job(
    State(app): State<App>,
    Known(caller): Known,
    _: TakesJson,
    Path(capture_id): Path<String>,
) -> Result<Response, Problem> {
    let capture = app.service.find_capture(&caller, id(&capture_id)?).await?;
    let counts = [capture.n_events, capture.n_known, capture.n_differing];
    let job = Job::new(capture.capture_id, capture.created_at_us, counts);
    Ok(with_versions(reply::json(&job)))
}

/// `GET /epcis/events/{event_id}` (§12.7): a query document with the one event.
pub(crate) async fn find_event(
    State(app): State<App>,
    Known(caller): Known,
    Path(event_id): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    let event = app.service.find_event(&caller, &event_id).await?;
    let outgoing = Outgoing {
        body: &event.body,
        event_id: Some(&event.event_id),
        record_time_us: Some(event.record_time_us),
    };
    query::query_document(&app, &asked, "SimpleEventQuery", &[outgoing])
}

/// A client that would read our answer; XML is not spoken yet.
pub(crate) struct TakesJson;

impl<S: Sync> FromRequestParts<S> for TakesJson {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Visit::from_request_parts(parts, state).await?.wants {
            Wants::Neither => Err(Problem::not_acceptable("application/ld+json")),
            Wants::Page | Wants::Json | Wants::Either => Ok(Self),
        }
    }
}

/// A client that takes a capture for all or nothing (`GS1-Capture-Error-Behaviour`, §12.6.1); to
/// one that counts on `proceed` a rollback would be a loss.
pub(crate) struct RollsBack;

impl<S: Sync> FromRequestParts<S> for RollsBack {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match parts.headers.get("gs1-capture-error-behaviour").map(HeaderValue::as_bytes) {
            None | Some(b"rollback") => Ok(Self),
            Some(_) => Err(Problem::rejected(
                "",
                "capture-error-behaviour",
                "a capture is all or nothing here: send rollback, or leave the header out",
            )),
        }
    }
}

const CONTEXT: &str = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";

/// A capture job (§12.6.2). Ours are finished when they are answered: a document is captured in
/// one write or rejected at once. An event that is known already is captured and stored once; how
/// many were, and how many of those differ from what is stored, is ours to say.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Job {
    #[serde(rename = "captureID")]
    capture_id: String,
    created_at: String,
    finished_at: String,
    running: bool,
    success: bool,
    capture_error_behaviour: &'static str,
    errors: [(); 0],
    #[serde(rename = "suyuan:nEvents")]
    n_events: u64,
    #[serde(rename = "suyuan:nKnown")]
    n_known: u64,
    #[serde(rename = "suyuan:nDiffering")]
    n_differing: u64,
}

impl Job {
    /// `counts` are all events, those known before, and those of them that differ.
    fn new(capture_id: impl ToString, created_at_us: i64, counts: [u64; 3]) -> Self {
        let [n_events, n_known, n_differing] = counts;
        Self {
            capture_id: capture_id.to_string(),
            created_at: rfc3339(created_at_us),
            finished_at: rfc3339(created_at_us),
            running: false,
            success: true,
            capture_error_behaviour: "rollback",
            errors: [],
            n_events,
            n_known,
            n_differing,
        }
    }
}

/// The versions that we speak (§12.3).
fn with_versions(response: Response) -> Response {
    let response = with(response, HeaderName::from_static("gs1-epcis-version"), "2.0.0");
    with(response, HeaderName::from_static("gs1-cbv-version"), "2.0.0")
}

/// The versions, and how much a capture may hold (§12.6.1).
fn with_limits(response: Response) -> Response {
    let events = HeaderName::from_static("gs1-epcis-capture-limit");
    let bytes = HeaderName::from_static("gs1-epcis-capture-file-size-limit");
    let response = with(with_versions(response), events, MAX_CAPTURE_EVENTS.to_string());
    with(response, bytes, MAX_CAPTURE_BYTES.to_string())
}

/// The response with one more header; an empty value adds none.
fn with(mut response: Response, name: HeaderName, value: impl Into<String>) -> Response {
    let value = HeaderValue::try_from(value.into()).ok().filter(|it| !it.is_empty());
    if let Some(value) = value {
        response.headers_mut().insert(name, value);
    }
    response
}
