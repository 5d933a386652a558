//! `/c/{code}/place`: whoever checked a code may say where, once they are told what for. A script
//! asks the device; nothing is kept but the city and a kilometre, and refusing changes nothing.

use super::item::{device_cookie, encode};
use super::{Frame, Page};
use crate::app::App;
use crate::caller::OwnForm;
use crate::extract::{Path, Posted};
use crate::gate::{self, Asked, Way};
use crate::problem::Problem;
use crate::text::PassTexts;
use crate::visit::{Visit, cookie};
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use geo::{Datum, Position};
use service::Miss;

#[derive(Template)]
#[template(path = "place.html")]
struct PlacePage {
    frame: Frame,
    p: &'static PassTexts,
    /// The code as a segment of a path.
    segment: String,
    /// The pass that came along, for the form and the way back.
    pass: String,
    /// Whether a position was sent.
    is_sent: bool,
}

/// `GET /c/{code}/place`.
pub(crate) async fn ask(visit: Visit, Path(code): Path<String>) -> impl IntoResponse {
    page(&visit, &code, false)
}

/// `POST /c/{code}/place` with `latitude`, `longitude` and, of maps in China, `datum=gcj02`. The
/// answer does not tell whether there is such a code, or a scan of it.
pub(crate) async fn tell(
    State(app): State<App>,
    visit: Visit,
    (OwnForm, headers): (OwnForm, HeaderMap),
    Path(code): Path<String>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let degrees = |name: &str| {
        let wrong = || Problem::rejected(name, "bad-position", "write degrees as in 31.23");
        fields.text(name).trim().parse::<f64>().map_err(|_| wrong())
    };
    let datum = match fields.text("datum").as_str() {
        "" | "wgs84" => Datum::Wgs84,
        "gcj02" => Datum::Gcj02,
        _ => return Err(Problem::rejected("datum", "bad-position", "write wgs84 or gcj02")),
    };
    let position = Position::told(datum, degrees("latitude")?, degrees("longitude")?);
    let position = position
        .map_err(|why| Problem::rejected("latitude", "absurd-position", why.to_string()))?;
    let page_of_form = format!("/c/{}/place", encode(&code));
    let asked = Asked::of(&code);
    let entered = match gate::enter(&app, &visit, asked, Way::Form(&page_of_form)) {
        Ok(entered) => entered,
        Err(stopped) => return Ok(*stopped),
    };
    let token = cookie(&headers, device_cookie(&app));
    if let Some(device) = token.and_then(|token| app.service.known_device(token))
        && !app.service.place_scan(&code, device, position, visit.client).await?
    {
        entered.pay(&app, Miss::Unknown).await;
    }
    Ok(page(&visit, &code, true).into_response())
}

fn page(visit: &Visit, code: &str, is_sent: bool) -> impl IntoResponse + use<> {
    let (frame, p) = (Frame::new(visit), visit.language.pass_texts());
    let (segment, pass) = (encode(code).into_owned(), visit.pass_onward());
    Page::scripted(PlacePage { frame, p, segment, pass, is_sent })
}
