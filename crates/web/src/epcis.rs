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

use self::asked::{Asked, expiry_of};
use crate::app::App;
use crate::caller::Known;
use crate::extract::Path;
use crate::problem::Problem;
use crate::reply::{self, PRIVATE};
use crate::xml::Element;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use epcis::{Format, Outgoing};

/// `perPage` where the client names none (EPCIS 2.0 §12.6.3).
const PER_PAGE: u32 = 30;

/// `GET /epcis`: what is here (§12.4).
pub(crate) async fn top_level(Known(_): Known, asked: Asked) -> Result<Response, Problem> {
    asked.no_parameters()?;
    if asked.format == Format::Json {
        return Ok(resources::collection(&asked, TOP_LEVEL.to_vec()));
    }
    let collection =
        Element::new("TopLevelResourceCollection").child(Element::new("type").text("Collection"));
    let member = |name: &&str| Element::new("member").text(name);
    let collection = TOP_LEVEL.iter().map(member).fold(collection, Element::child);
    Ok(with_versions(reply::bytes("application/xml", PRIVATE, collection.document())))
}

const TOP_LEVEL: [&str; 9] = [
    "queries",
    "capture",
    "events",
    "eventTypes",
    "epcs",
    "readPoints",
    "bizLocations",
    "dispositions",
    "bizSteps",
];

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
        ("gs1-vendor-version", env!("CARGO_PKG_VERSION")),
    ] {
        response = with(response, HeaderName::from_static(name), value);
    }
    response
}

/// `DELETE /epcis/nextPageToken/{token}` (§12.6.3): from now on the token is refused. What is no
/// token, or has expired, was so before.
pub(crate) async fn end_token(
    State(app): State<App>,
    Known(caller): Known,
    Path(token): Path<String>,
) -> Result<StatusCode, Problem> {
    let in_force = app.service.now_us()..=asked::latest_expiry_us(&app);
    if let Some(expires_us) = expiry_of(&token).filter(|it| in_force.contains(it)) {
        app.service.end_page_token(&caller, &token, expires_us).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /epcis/events/{event_id}` (§12.7): a query document with the event, and the declarations of
/// its error.
pub(crate) async fn find_event(
    State(app): State<App>,
    Known(caller): Known,
    Path(event_id): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    let events = app.service.find_event(&caller, &event_id).await?;
    let outgoing: Vec<_> = events
        .iter()
        .map(|event| Outgoing {
            body: &event.body,
            event_id: Some(&event.event_id),
            record_time_us: Some(event.record_time_us),
        })
        .collect();
    query::query_document(&app, &caller, &asked, ("SimpleEventQuery", &outgoing)).await
}

const CONTEXT: &str = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";

/// The versions that we speak, and our own extension (§12.3).
fn with_versions(mut response: Response) -> Response {
    for (name, value) in [
        ("gs1-epcis-version", "2.0.0"),
        ("gs1-cbv-version", "2.0.0"),
        ("gs1-extensions", "suyuan=urn:suyuan:epcis:"),
    ] {
        response = with(response, HeaderName::from_static(name), value);
    }
    response
}

/// A name as one part of a path (RFC 3986 §3.3).
fn segment(name: &str) -> String {
    let mut segment = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            byte if byte.is_ascii_alphanumeric() => segment.push(char::from(byte)),
            b'-' | b'.' | b'_' | b'~' | b':' => segment.push(char::from(byte)),
            byte => segment.push_str(&format!("%{byte:02X}")),
        }
    }
    segment
}

/// The response with one more header; an empty value adds none.
fn with(mut response: Response, name: HeaderName, value: impl Into<String>) -> Response {
    let value = HeaderValue::try_from(value.into()).ok().filter(|it| !it.is_empty());
    if let Some(value) = value {
        response.headers_mut().insert(name, value);
    }
    response
}
