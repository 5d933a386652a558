//! The page of one code: its verdict first, then what to compare with the pack.
//!
//! The answer exists as a page and as JSON. A GET that counts is recorded before it is answered; a
//! PIN travels in a body only.

mod words;

use super::{Frame, Page, groups};
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
use std::borrow::Cow;
use std::fmt::Write;
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
    /// What is printed on the pack and can be compared by eye: label and value.
    pack: [(&'static str, &'a str); 7],
    asks_pin: bool,
    /// The code as a segment of a path.
    segment: Cow<'a, str>,
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
        let item = answer.item.as_ref();
        Self {
            words: words(language, state),
            tone: tone.name(),
            icon: icon(state, tone),
            groups: groups(code),
            goods: item.map(Goods::of),
            pack: item.map(|it| pack(&frame, it)).unwrap_or_default(),
            asks_pin: asks_pin(state),
            segment: encode(code),
            means_host: fill(frame.t.means_host, &app.host),
            checked_at: in_words(language, app.service.now_us()),
            request_id: visit.request_id(),
            frame,
        }
    }
}

impl<'a> Goods<'a> {
    fn of(item: &'a ScannedItem) -> Self {
        let goods = &*item.goods;
        let picture =
            goods.has_picture.then(|| format!("/api/v1/products/{}/picture", goods.product_id));
        Self {
            name: &goods.product_name,
            specification: &goods.specification,
            enterprise: &goods.enterprise_name,
            picture,
        }
    }
}

/// An empty value is not shown.
fn pack<'a>(frame: &Frame, item: &'a ScannedItem) -> [(&'static str, &'a str); 7] {
    let t = frame.t;
    let (goods, lot) = (&*item.goods, item.lot.as_deref());
    [
        (t.lot, lot.map_or("", |it| &it.lot_number)),
        (t.produced, lot.map_or("", |it| &it.production_date)),
        (t.best_before, lot.and_then(|it| it.expiry_date.as_deref()).unwrap_or_default()),
        (t.gtin, item.gtin().unwrap_or_default()),
        (t.registration, &goods.registration_number),
        (t.address, &goods.enterprise_address),
        (t.contact, &goods.enterprise_contact),
    ]
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
