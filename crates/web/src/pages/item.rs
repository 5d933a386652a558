//! The page of one code: its verdict first, then what to compare with the pack.
//!
//! The answer exists as a page and as JSON. A GET that counts is recorded before it is answered; a
//! PIN travels in a body only.

mod page;
pub(super) mod words;

use super::buffer::Buffer;
use super::{html, style};
use crate::api::shapes::VerdictJson;
use crate::app::App;
use crate::bots::is_preview;
use crate::caller::came_from;
use crate::extract::{Path, Posted, Query};
use crate::problem::Problem;
use crate::reply;
use crate::visit::{Visit, Wants};
use axum::extract::{FromRequestParts, State};
use axum::http::{HeaderValue, Method, header, request::Parts};
use axum::response::{IntoResponse, Redirect, Response};
use service::{Recording, Scan, ScanAnswer};
use std::borrow::Cow;
use std::fmt::Write;

use words::icon;
/// Pages of codes without their values.
pub(crate) type Skeletons = super::skeleton::Skeletons<page::Shape>;
pub(crate) use words::{destroy_reason, void_reason, words, words_of};

/// `GET /c/{code}`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    Look(recording): Look,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    let scan = Scan { recording, device: None, place: None };
    let answer = app.service.scan_code(&code, scan).await?;
    Ok(render(&app, &visit, &code, answer))
}

/// The page of a serial, and whether it is one of ours.
pub(crate) struct BySerial {
    pub(crate) response: Response,
    pub(crate) is_ours: bool,
}

/// `GET /01/{gtin}/21/{serial}` (GS1 Digital Link 1.3 §4.9).
pub(crate) async fn by_serial(
    app: &App,
    visit: &Visit,
    Look(recording): Look,
    (gtin, serial): (&str, &str),
) -> Result<BySerial, Problem> {
    let scan = Scan { recording, device: None, place: None };
    let answer = app.service.scan_serial(gtin, serial, scan).await?;
    let is_ours = answer.item.is_some();
    Ok(BySerial { response: render(app, visit, serial, answer), is_ours })
}

/// `POST /c/{code}` with the covered digits.
pub(crate) async fn prove(
    State(app): State<App>,
    visit: Visit,
    Path(code): Path<String>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let answer = app.service.prove_pin(&code, &fields.text("pin")).await?;
    Ok(render(&app, &visit, &code, answer))
}

/// `GET /c?code=…`: the search box of the home page.
pub(crate) async fn search(Query(fields): Query) -> Redirect {
    match fields.optional("code") {
        Some(code) => Redirect::to(&format!("/c/{}", encode(&code))),
        None => Redirect::to("/"),
    }
}

/// Whether this look counts as a scan: not for previews and crawlers, not for `HEAD`, and not for
/// the language links of the page itself. A label cannot fake the last, since it has no `Referer`.
pub(crate) struct Look(Recording);

impl<S: Sync> FromRequestParts<S> for Look {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let has_chosen = parts.extensions.get::<Visit>().is_some_and(|it| it.chosen.is_some());
        let is_language_link = has_chosen && came_from(&parts.headers, parts.uri.path());
        let skips = is_language_link || parts.method == Method::HEAD || is_preview(&parts.headers);
        Ok(Self(if skips { Recording::Skip } else { Recording::Record }))
    }
}

fn render(app: &App, visit: &Visit, typed: &str, answer: ScanAnswer) -> Response {
    app.edge.metrics().verdict(answer.verdict.state.name());
    if visit.wants == Wants::Json {
        let mut response = reply::json(&VerdictJson::new(visit, app.service.now_us(), &answer));
        let vary = HeaderValue::from_static("Accept, Accept-Language, Cookie");
        response.headers_mut().insert(header::VARY, vary);
        return response;
    }
    let mut page = Buffer::take();
    if page::write(app, visit, (typed, &answer), page.text()).is_err() {
        return Problem::internal("a template did not render").into_response();
    }
    html(page, style::PUBLIC_POLICY.clone())
}

/// One segment of a path, percent-encoded (RFC 3986 §2.1).
pub(crate) fn encode(segment: &str) -> Cow<'_, str> {
    let is_unreserved = |it: u8| it.is_ascii_alphanumeric() || b"-_.~".contains(&it);
    if segment.bytes().all(is_unreserved) {
        return segment.into();
    }
    let mut encoded = String::with_capacity(3 * segment.len());
    for byte in segment.bytes() {
        if is_unreserved(byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded.into()
}
