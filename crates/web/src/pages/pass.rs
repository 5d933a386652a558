//! The page at a closed door: a script does the work that opens it, and whoever has none waits for
//! their turn, which the browser takes by itself.

use super::{Frame, html, style};
use crate::pages::buffer::Buffer;
use crate::problem::Problem;
use crate::text::{PassTexts, fill};
use crate::visit::Visit;
use askama::Template;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use service::Challenge;

/// Has a browser go on by itself. No standard, and every browser knows it.
const REFRESH: HeaderName = HeaderName::from_static("refresh");

#[derive(Template)]
#[template(path = "pass.html")]
struct PassPage<'a> {
    frame: Frame,
    p: &'static PassTexts,
    lead: String,
    challenge: &'a Challenge,
    /// The page to go on to, up to the pass.
    onward: String,
}

/// The page, with the status of a request too many.
pub(crate) fn page(visit: &Visit, challenge: &Challenge, onward: String) -> Response {
    let p = visit.language.pass_texts();
    let turn = format!("{};url={onward}{}", challenge.wait_s, challenge.turn);
    let lead = fill(p.lead, challenge.wait_s);
    let mut page = Buffer::take();
    let template = PassPage { frame: Frame::new(visit), p, lead, challenge, onward };
    if template.render_into(page.text()).is_err() {
        return Problem::internal("a template did not render").into_response();
    }
    let mut response = Problem::at_the_door(html(page, style::SCRIPT_POLICY.clone()));
    if let Ok(turn) = HeaderValue::try_from(turn) {
        response.headers_mut().insert(REFRESH, turn);
    }
    response
}
