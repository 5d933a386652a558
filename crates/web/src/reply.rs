//! Answers that are not pages.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A JSON body.
pub(crate) fn json(value: &impl Serialize) -> Response {
    let body = serde_json::to_vec(value).expect("our own shapes are always JSON");
    ([(header::CONTENT_TYPE, "application/json"), NO_STORE], body).into_response()
}

/// `201 Created`, with the address of what was made.
pub(crate) fn created(location: &str, value: &impl Serialize) -> Response {
    let mut response = (StatusCode::CREATED, json(value)).into_response();
    locate(&mut response, location);
    response
}

/// `201 Created`, with nothing but the address of what was made.
pub(crate) fn created_empty(location: &str) -> Response {
    let mut response = StatusCode::CREATED.into_response();
    locate(&mut response, location);
    response
}

/// `201 Created`, with the address of what was made, and its bytes.
pub(crate) fn created_bytes(location: &str, media_type: &str, body: Vec<u8>) -> Response {
    let mut response = bytes(media_type, PRIVATE, body);
    *response.status_mut() = StatusCode::CREATED;
    locate(&mut response, location);
    response
}

/// `202 Accepted`, with the address where the outcome can be read.
pub(crate) fn accepted(location: &str) -> Response {
    let mut response = StatusCode::ACCEPTED.into_response();
    locate(&mut response, location);
    response
}

/// `204 No Content`.
pub(crate) fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// `307 Temporary Redirect`: ask there, in the same way.
pub(crate) fn see(location: &str) -> Response {
    let mut response = StatusCode::TEMPORARY_REDIRECT.into_response();
    locate(&mut response, location);
    response
}

/// `300 Multiple Choices`, with a list of them.
pub(crate) fn multiple_choices(mut list: Response) -> Response {
    *list.status_mut() = StatusCode::MULTIPLE_CHOICES;
    list
}

/// Bytes of a media type; `cache` says how long they may be kept.
pub(crate) fn bytes(media_type: &str, cache: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(media_type) = HeaderValue::try_from(media_type) {
        headers.insert(header::CONTENT_TYPE, media_type);
    }
    response
}

/// A file that `name` is proposed for; `name` is plain ASCII.
pub(crate) fn file(media_type: &str, name: &str, body: Vec<u8>) -> Response {
    let mut response = bytes(media_type, PRIVATE, body);
    if let Ok(how) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, how);
    }
    response
}

/// Never the same twice, or nobody else's business.
pub(crate) const PRIVATE: &str = "no-store";

/// The address changes with the content.
pub(crate) const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// May be a little old.
pub(crate) const A_WHILE: &str = "public, max-age=300";

const NO_STORE: (HeaderName, &str) = (header::CACHE_CONTROL, PRIVATE);

fn locate(response: &mut Response, location: &str) {
    if let Ok(location) = HeaderValue::try_from(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
}
