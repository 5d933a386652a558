//! One code: its verdict without a scan, its symbol, and the history of any EPC.

use super::shapes::{ListJson, VerdictJson};
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Fields, Json, Path, Query};
use crate::gate::{self, Asked, Way};
use crate::moment::rfc3339;
use crate::pages::item::encode;
use crate::problem::Problem;
use crate::reply::{self, PRIVATE};
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use service::{Scan, Under};

/// Pixels of a module of the symbol where the client names none: 0.68 mm at 300 dpi.
const MODULE_PX: u32 = 8;

/// `GET /api/v1/codes/{code}`: what a consumer would see; counts no scan. A code that was never
/// printed costs the caller what it costs by a scan.
pub(crate) async fn verdict(
    State(app): State<App>,
    Known(caller): Known,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    let asked = Asked { code: &code, caller: Some(&caller) };
    let entered = match gate::enter(&app, &visit, asked, Way::Link) {
        Ok(entered) => entered,
        Err(stopped) => return Ok(*stopped),
    };
    let answer = app.service.scan_code(&code, Scan::LOOK).await?;
    entered.leave(&app, &answer).await?;
    Ok(reply::json(&VerdictJson::new(&visit, app.service.now_us(), &answer, None)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewResetJson {
    reason: String,
}

#[derive(Serialize)]
struct ResetJson {
    reset_id: String,
    n_scans: u64,
    reset_at: String,
    key_id: String,
    reset_by: String,
    reason: String,
}

/// `POST /api/v1/codes/{code}/resets`: has its scans counted anew.
pub(crate) async fn reset(
    State(app): State<App>,
    Known(caller): Known,
    Path(code): Path<String>,
    Json(new): Json<NewResetJson>,
) -> Result<Response, Problem> {
    app.service.reset_item(&caller, &code, &new.reason).await?;
    Ok(reply::created_empty(&format!("/api/v1/codes/{}/resets", encode(&code))))
}

/// `GET /api/v1/codes/{code}/resets`.
pub(crate) async fn resets(
    State(app): State<App>,
    Known(caller): Known,
    Path(code): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let page = fields.page()?;
    let list = app.service.list_item_resets(&caller, &code, &page).await?;
    Ok(reply::json(&ListJson::new(list, |it| ResetJson {
        reset_id: it.reset_id.to_string(),
        n_scans: it.n_scans,
        reset_at: rfc3339(it.reset_at_us),
        key_id: it.key_id.to_string(),
        reset_by: it.reset_by,
        reason: it.reason,
    })))
}

/// What is asked to stand under a symbol: the domain, unless it is declined.
fn under(fields: &Fields) -> Result<Under, Problem> {
    match fields.optional("domain").as_deref() {
        None | Some("yes") => Ok(Under::Domain),
        Some("no") => Ok(Under::Nothing),
        Some(_) => Err(Problem::rejected("/domain", "yes-or-no", "write yes or no")),
    }
}

/// `GET /api/v1/codes/{code}/qr.svg`.
pub(crate) async fn qr_svg(
    State(app): State<App>,
    Known(caller): Known,
    Path(code): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let svg = app.service.qr_svg(&caller, &code, under(&fields)?).await?;
    Ok(reply::bytes("image/svg+xml", PRIVATE, svg))
}

/// `GET /api/v1/codes/{code}/qr.png?module_px=8`.
pub(crate) async fn qr_png(
    State(app): State<App>,
    Known(caller): Known,
    Path(code): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let module_px = fields.number("module_px")?.unwrap_or(MODULE_PX);
    let png = app.service.qr_png(&caller, &code, (module_px, under(&fields)?)).await?;
    Ok(reply::bytes("image/png", PRIVATE, png))
}
