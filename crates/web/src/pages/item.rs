//! The page of one code: its verdict first, then what to compare with the pack.
//!
//! The answer exists as a page and as JSON. A GET that counts is recorded before it is answered; a
//! PIN travels in a body only.

mod words;

use super::{Fact, Frame, Page, facts, groups};
use crate::api::shapes::VerdictJson;
use crate::app::App;
use crate::bots::is_preview;
use crate::caller::came_from;
use crate::extract::{Path, Posted, Query};
use crate::moment::in_words;
use crate::problem::Problem;
use crate::reply;
use crate::text::fill;
use crate::visit::{Visit, Wants};
use askama::Template;
use axum::extract::{FromRequestParts, State};
use axum::http::{HeaderValue, Method, header, request::Parts};
use axum::response::{IntoResponse, Redirect, Response};
use service::{Recording, Scan, ScanAnswer, ScannedItem};
use verdict::State as Verdict;

use words::{Words, icon};
pub(crate) use words::{destroy_reason, void_reason, words};

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

/// `GET /01/{gtin}/21/{serial}` of one of our items (GS1 Digital Link 1.3 §4.9).
pub(crate) async fn show_digital_link(
    State(app): State<App>,
    visit: Visit,
    Look(recording): Look,
    Path((gtin, serial)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let scan = Scan { recording, device: None, place: None };
    let answer = app.service.scan_serial(&gtin, &serial, scan).await?;
    Ok(render(&app, &visit, &serial, answer))
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
    Page::public(ItemPage::new(app, visit, typed, &answer)).into_response()
}

/// What the page of a code shows.
#[derive(Template)]
#[template(path = "item.html")]
struct ItemPage<'a> {
    frame: Frame,
    words: Words,
    /// Class of the band: the tone's name.
    tone: &'static str,
    icon: &'static str,
    groups: Vec<&'a str>,
    goods: Option<Goods<'a>>,
    facts: Vec<Fact>,
    asks_pin: bool,
    /// Where the PIN is posted.
    action: String,
    /// Link to the history.
    history: Option<String>,
    means_host: String,
    checked_at: String,
    request_id: &'a str,
}

/// What the code is bound to.
struct Goods<'a> {
    name: &'a str,
    specification: &'a str,
    enterprise: &'a str,
    /// Address of the picture.
    picture: Option<String>,
}

impl<'a> ItemPage<'a> {
    fn new(app: &App, visit: &'a Visit, typed: &'a str, answer: &'a ScanAnswer) -> Self {
        let frame = Frame::new(visit);
        let language = visit.language;
        let (state, tone) = (answer.verdict.state, answer.verdict.tone);
        let code = answer.code.as_deref().unwrap_or(typed);
        let address = format!("/c/{}", encode(code));
        let item = answer.item.as_ref();
        let history = item.map(|_| format!("{address}/trace"));
        Self {
            words: words(language, state),
            tone: tone.name(),
            icon: icon(state, tone),
            groups: groups(code),
            goods: item.map(Goods::of),
            facts: item.map(|it| pack(&frame, it)).unwrap_or_default(),
            asks_pin: asks_pin(state),
            action: address,
            history,
            means_host: fill(frame.t.means_host, &app.host),
            checked_at: in_words(language, app.service.now_us()),
            request_id: visit.request_id(),
            frame,
        }
    }
}

impl<'a> Goods<'a> {
    fn of(item: &'a ScannedItem) -> Self {
        let picture =
            item.has_picture.then(|| format!("/api/v1/products/{}/picture", item.product_id));
        Self {
            name: &item.product_name,
            specification: &item.specification,
            enterprise: &item.enterprise_name,
            picture,
        }
    }
}

/// What is printed on the pack and can be compared by eye.
fn pack(frame: &Frame, item: &ScannedItem) -> Vec<Fact> {
    let t = frame.t;
    facts([
        (t.lot, item.lot_number.clone().unwrap_or_default()),
        (t.produced, item.production_date.clone().unwrap_or_default()),
        (t.best_before, item.expiry_date.clone().unwrap_or_default()),
        (t.gtin, item.gtin.clone().unwrap_or_default()),
        (t.registration, item.registration_number.clone()),
        (t.address, item.enterprise_address.clone()),
        (t.contact, item.enterprise_contact.clone()),
    ])
}

/// Whether a PIN would be looked at.
fn asks_pin(state: Verdict) -> bool {
    matches!(
        state,
        Verdict::FirstScan
            | Verdict::NotScanned
            | Verdict::ScannedBefore { .. }
            | Verdict::PinWrong { .. }
    )
}

/// One segment of a path, percent-encoded (RFC 3986 §2.1).
pub(crate) fn encode(segment: &str) -> String {
    let mut encoded = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
