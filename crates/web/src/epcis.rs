//! EPCIS 2.0 REST binding (§12): capture and capture jobs, queries for events, top-level
//! resources, named queries and subscriptions to them.
//!
//! Names, headers, statuses and problem types are the standard's.

mod asked;
pub(crate) mod capture;
pub(crate) mod named;
pub(crate) mod query;
pub(crate) mod resources;
pub(crate) mod socket;
pub(crate) mod subscriptions;

use self::asked::Asked;
use crate::app::App;
use crate::caller::Known;
use crate::extract::Path;
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use epcis::Outgoing;

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

/// `DELETE /epcis/nextPageToken/{token}` (§12.6.3): a token is a place and no cursor that is kept
/// open, so with the request nothing is left of it here; who kept it may read on until it expires.
pub(crate) async fn forget_token(Known(_): Known, Path(_): Path<String>) -> StatusCode {
    StatusCode::NO_CONTENT
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

const CONTEXT: &str = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";

/// The versions that we speak (§12.3).
fn with_versions(response: Response) -> Response {
    let response = with(response, HeaderName::from_static("gs1-epcis-version"), "2.0.0");
    with(response, HeaderName::from_static("gs1-cbv-version"), "2.0.0")
}

/// The response with one more header; an empty value adds none.
fn with(mut response: Response, name: HeaderName, value: impl Into<String>) -> Response {
    let value = HeaderValue::try_from(value.into()).ok().filter(|it| !it.is_empty());
    if let Some(value) = value {
        response.headers_mut().insert(name, value);
    }
    response
}
