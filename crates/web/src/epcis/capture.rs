//! Capture and capture jobs over HTTP, and single events (EPCIS 2.0 §12.6, §12.7).

use super::asked::Asked;
use super::asked::bad_token;
use super::{discovered, segment, with, with_versions};
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Arriving, Document, Path, id};
use crate::moment::rfc3339;
use crate::problem::{self, Problem};
use crate::reply::{self, PRIVATE};
use crate::visit::Visit;
use crate::xml::Element;
use axum::extract::{FromRequestParts, State};
use axum::http::{HeaderName, HeaderValue, request::Parts};
use axum::response::Response;
use epcis::{Envelope, EpcFormat, Format, Formats, Outgoing, write_document};
use serde::Serialize;
use service::limits::{MAX_CAPTURE_BYTES, MAX_CAPTURE_EVENTS, MAX_PAGE_ROWS};
use service::{CaptureJob, EVENT_EXISTS, ErrorBehaviour, Order};

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
    asked: Asked,
    Document(body): Document,
) -> Result<Response, Problem> {
    let event = app.service.capture_event(&caller, body.to_vec()).await?;
    let outgoing = Outgoing {
        body: &event.body,
        event_id: Some(&event.event_id),
        record_time_us: Some(event.record_time_us),
    };
    let formats = Formats { epc: EpcFormat::NeverTranslates, ..Formats::default() };
    let body = write_document(asked.format, &Envelope::Event, &[outgoing], &formats)
        .map_err(|violation| Problem::internal(&violation.to_string()))?;
    let location = format!("/epcis/events/{}", segment(&event.event_id));
    let media_type = asked.media_type();
    Ok(with_versions(reply::created_bytes(&location, media_type, body)))
}

/// `GET /epcis/capture` (§12.6.2).
pub(crate) async fn list_jobs(
    State(app): State<App>,
    Known(caller): Known,
    visit: Visit,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.only_json()?;
    let limit = asked.per_page.min(MAX_PAGE_ROWS);
    let after = asked.after().map(str::to_owned);
    let page = service::Page { after, limit, order: Order::OldestFirst };
    let paged = match app.service.list_capture_jobs(&caller, &page).await {
        Err(service::Error::NotFound) => return Err(bad_token()),
        paged => paged?,
    };
    let jobs: Vec<Job> = paged.items.into_iter().map(|job| Job::of(job, &visit)).collect();
    Ok(asked.with_next_of_list(&app, asked.json(&jobs), paged.next))
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
    Ok(match asked.format {
        Format::Json => asked.json(&job),
        Format::Xml => with_versions(reply::bytes("application/xml", PRIVATE, job.xml())),
    })
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
/// were, how many were refused since others have their eventIDs, and what is odd and breaks no rule
/// is ours to say.
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
    #[serde(rename = "suyuan:warnings", skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<JobWarning>,
}

/// What is odd about an event and breaks no rule.
#[derive(Serialize)]
struct JobWarning {
    detail: String,
    #[serde(rename = "suyuan:pointer")]
    pointer: String,
    #[serde(rename = "suyuan:rule")]
    rule: String,
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
    fn of(CaptureJob { capture, errors, warnings }: CaptureJob, visit: &Visit) -> Self {
        let errors = errors.into_iter().map(|it| {
            let is_known = it.rule == EVENT_EXISTS;
            let (r#type, title, status) = match is_known {
                true => problem::of_known_event(visit),
                false => problem::of_captured_event(visit),
            };
            let (detail, pointer, rule) = (it.message, it.pointer, it.rule);
            JobError { r#type, title, status, detail, pointer, rule }
        });
        let warnings = warnings.into_iter().map(|it| JobWarning {
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
            warnings: warnings.collect(),
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
                    .child(Element::new("instance").text(&format!("#{}", fragment(&it.pointer)))),
            )
        });
        job.child(behaviour).child(errors).document()
    }
}

/// A pointer as a fragment (RFC 6901 §6).
fn fragment(pointer: &str) -> String {
    pointer.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// The versions, and how much a capture may hold (§12.6.1).
fn with_limits(response: Response) -> Response {
    let events = HeaderName::from_static("gs1-epcis-capture-limit");
    let bytes = HeaderName::from_static("gs1-epcis-capture-file-size-limit");
    let response = with(with_versions(response), events, MAX_CAPTURE_EVENTS.to_string());
    with(response, bytes, MAX_CAPTURE_BYTES.to_string())
}
