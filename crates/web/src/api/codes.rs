//! One code: its verdict without a scan, its symbol, and the history of any EPC.

use super::shapes::VerdictJson;
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Path, Query};
use crate::problem::Problem;
use crate::reply::{self, PRIVATE};
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::Scan;

/// Pixels of a module of the symbol where the client names none: 0.68 mm at 300 dpi.
const MODULE_PX: u32 = 8;

/// `GET /api/v1/codes/{code}`: what a consumer would see; counts no scan.
pub(crate) async fn verdict(
    State(app): State<App>,
    Known(_caller): Known,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    let scan = Scan::LOOK;
    let answer = app.service.scan_code(&code, scan).await?;
    Ok(reply::json(&VerdictJson::new(&visit, app.service.now_us(), &answer)))
}

/// `GET /api/v1/codes/{code}/qr.svg`.
pub(crate) async fn qr_svg(
    State(app): State<App>,
    Known(caller): Known,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    let svg = app.service.qr_svg(&caller, &code).await?;
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
    let png = app.service.qr_png(&caller, &code, module_px).await?;
    Ok(reply::bytes("image/png", PRIVATE, png))
}
