//! Capture and capture jobs over HTTP, and single events (EPCIS 2.0 §12.6, §12.7).

use super::asked::Asked;
use super::{discovered, with, with_versions};
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Arriving, Document, Path, id};
use crate::moment::rfc3339;
use crate::problem::{self, Problem};
use crate::reply::{self, PRIVATE};
use crate::visit::Visit;
use crate::xml::Element;
use axum::extract::{FromRequestParts, State};
use axum::http::{HeaderName, HeaderValue, header, request::Parts};
use axum::response::Response;
use epcis::Format;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use service::limits::{MAX_CAPTURE_BYTES, MAX_CAPTURE_EVENTS, MAX_PAGE_ROWS};
use service::{CaptureJob, ErrorBehaviour, Order};

/// `OPTIONS` of the capture interface (§12.6.1).
pub(crate) async fn discover() -> Response {
    let behaviour = HeaderName::from_static("gs1-capture-error-behaviour");
    with(with_limits(discovered("OPTIONS, POST, GET")), behaviour, "all")
}

/// `POST /epcis/capture` (§12.6.1): a small document is captured, or refused with every violation;
/// a large one, or one that proceeds over its errors, is captured after the answer.
pub(crate) async fn capture(
    State(app): State<App>,
    Known(caller): Known,
    Behaviour(behaviour): Behaviour,
    _: Asked,
    mut body: Arriving,
) -> Result<Response, Problem> {
    let mut intake = app.service.begin_capture(&caller, behaviour)?;
    while let Some(bytes) = body.next().await? {
        intake.push(&bytes).await?;
    }
    let capture_id = intake.finish().await?;
    Ok(with_limits(reply::accepted(&format!("/epcis/capture/{capture_id}"))))
}

/// `POST /epcis/events` (§12.7): one event, stored when it is answered.
pub(crate) async fn capture_event(
    State(app): State<App>,
    Known(caller): Known,
    _: Asked,
    Document(body): Document,
) -> Result<Response, Problem> {
    let event = app.service.capture_event(&caller, body.to_vec()).await?;
    let location = format!("/epcis/events/{}", event.event_id);
    let body = with_event_id(event.body, &event.event_id);
    Ok(with_versions(reply::created_bytes(&location, "application/ld+json", body)))
}

/// The event as it is stored, and the eventID by which it is found if it came without one.
fn with_event_id(body: Vec<u8>, event_id: &str) -> Vec<u8> {
    let named: Result<Named, _> = serde_json::from_slice(&body);
    match body.strip_prefix(b"{") {
        Some(rest) if named.is_ok_and(|named| named.event_id.is_none()) => {
            let event_id = serde_json::to_string(event_id).expect("a text is always JSON");
            [b"{\"eventID\":", event_id.as_bytes(), b",", rest].concat()
        }
        _ => body,
    }
}

/// As much of an event as tells whether it has an eventID.
#[derive(Deserialize)]
struct Named {
    #[serde(rename = "eventID")]
    event_id: Option<IgnoredAny>,
}

/// `GET /epcis/capture` (§12.6.2).
pub(crate) async fn list_jobs(
    State(app): State<App>,
    Known(caller): Known,
    visit: Visit,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.no_parameters()?;
    let limit = asked.per_page.min(MAX_PAGE_ROWS);
    let page = service::Page { after: asked.token.clone(), limit, order: Order::OldestFirst };
    let paged = match app.service.list_capture_jobs(&caller, &page).await {
        Err(service::Error::NotFound) => {
            let why = "begin again without it";
            return Err(Problem::parameter("nextPageToken", "unknown-token", why));
        }
        paged => paged?,
    };
    let jobs: Vec<Job> = paged.items.into_iter().map(|job| Job::of(job, &visit)).collect();
    let next = paged.next.map(|token| asked.link(&token));
    let response = with_versions(reply::json(&jobs));
    Ok(with(response, header::LINK, next.unwrap_or_default()))
}

/// `GET /epcis/capture/{capture_id}` (§12.6.2).
pub(crate) async fn find_job(
    State(app): State<App>,
    Known(caller): Known,
    Path(capture_id): Path<String>,
    visit: Visit,
    asked: Asked,
) -> Result<Response, Problem> {
    let found = app.service.find_capture_job(&caller, id(&capture_id)?).await?;
    let job = Job::of(found, &visit);
    Ok(with_versions(match asked.format {
        Format::Json => reply::json(&job),
        Format::Xml => reply::bytes("application/xml", PRIVATE, job.xml()),
    }))
}

/// What a client wants done with faulty events (`GS1-Capture-Error-Behaviour`, §12.6.1).
pub(crate) struct Behaviour(ErrorBehaviour);

impl<S: Sync> FromRequestParts<S> for Behaviour {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match parts.headers.get("gs1-capture-error-behaviour").map(HeaderValue::as_bytes) {
            None | Some(b"rollback") => Ok(Self(ErrorBehaviour::Rollback)),
            Some(b"proceed") => Ok(Self(ErrorBehaviour::Proceed)),
            Some(_) => Err(Problem::rejected(
                "",
                "capture-error-behaviour",
                "GS1-Capture-Error-Behaviour is rollback or proceed",
            )),
        }
    }
}

/// A capture job (§12.6.2). An event that is known already is captured and stored once; how many
/// were, and how many of those differ from what is stored, is ours to say.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Job {
    #[serde(rename = "captureID")]
    capture_id: String,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<String>,
    running: bool,
    success: bool,
    capture_error_behaviour: &'static str,
    errors: Vec<JobError>,
    #[serde(rename = "suyuan:nEvents")]
    n_events: u64,
    #[serde(rename = "suyuan:nKnown")]
    n_known: u64,
    #[serde(rename = "suyuan:nDiffering")]
    n_differing: u64,
    #[serde(rename = "suyuan:nErrors")]
    n_errors: u64,
}

/// A problem of a job, as RFC 9457 tells it; where it is and which rule it breaks is ours to say.
#[derive(Serialize)]
struct JobError {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(rename = "suyuan:pointer")]
    pointer: String,
    #[serde(rename = "suyuan:rule")]
    rule: String,
}

impl Job {
    fn of(CaptureJob { capture, errors }: CaptureJob, visit: &Visit) -> Self {
        let (r#type, title, status) = problem::of_captured_event(visit);
        let errors = errors.into_iter().map(|it| JobError {
            r#type,
            title,
            status,
            detail: it.message,
            pointer: it.pointer,
            rule: it.rule,
        });
        Self {
            capture_id: capture.capture_id.to_string(),
            created_at: rfc3339(capture.created_at_us),
            finished_at: capture.finished_at_us.map(rfc3339),
            running: capture.finished_at_us.is_none(),
            success: capture.n_errors == 0,
            capture_error_behaviour: capture.behaviour.name(),
            errors: errors.collect(),
            n_events: capture.n_events,
            n_known: capture.n_known,
            n_differing: capture.n_differing,
            n_errors: capture.n_errors,
        }
    }

    /// The same as the published OpenAPI has it in XML.
    fn xml(&self) -> String {
        let mut job = Element::epcis("epcis:EPCISCaptureJob")
            .attribute("captureID", &self.capture_id)
            .attribute("running", &self.running.to_string())
            .attribute("success", &self.success.to_string())
            .child(Element::new("createdAt").text(&self.created_at));
        if let Some(finished_at) = &self.finished_at {
            job = job.child(Element::new("finishedAt").text(finished_at));
        }
        let behaviour = Element::new("captureErrorBehaviour").text(self.capture_error_behaviour);
        let errors = self.errors.iter().fold(Element::new("errors"), |errors, it| {
            errors.child(
                Element::new("error")
                    .child(Element::new("type").text(it.r#type))
                    .child(Element::new("title").text(it.title))
                    .child(Element::new("status").text(&it.status.to_string()))
                    .child(Element::new("detail").text(&it.detail))
                    .child(Element::new("instance").text(&it.pointer)),
            )
        });
        job.child(behaviour).child(errors).document()
    }
}

/// The versions, and how much a capture may hold (§12.6.1).
fn with_limits(response: Response) -> Response {
    let events = HeaderName::from_static("gs1-epcis-capture-limit");
    let bytes = HeaderName::from_static("gs1-epcis-capture-file-size-limit");
    let response = with(with_versions(response), events, MAX_CAPTURE_EVENTS.to_string());
    with(response, bytes, MAX_CAPTURE_BYTES.to_string())
}
