//! Reports of suspected fakes, for who deals with them.

use super::shapes::ListJson;
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Json, Path, Query, id};
use crate::moment::rfc3339;
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use service::{ReportCase, ReportEdit};

#[derive(Serialize)]
struct ReportJson {
    report_id: String,
    enterprise_id: Option<String>,
    product_name: String,
    code: String,
    place: String,
    price: String,
    words: String,
    /// For whose goods it is alone.
    contact: Option<String>,
    has_contact: bool,
    language: String,
    n_photos: u32,
    state: &'static str,
    finding: &'static str,
    answer: String,
    reported_at: String,
    seen_at: Option<String>,
    answered_at: Option<String>,
    contact_erased_at: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerJson {
    finding: String,
    answer: String,
}

impl From<ReportCase> for ReportJson {
    fn from(it: ReportCase) -> Self {
        let at = |said: Option<(i64, String)>| said.map(|(at_us, _)| rfc3339(at_us));
        Self {
            report_id: it.report_id,
            enterprise_id: it.enterprise_id,
            product_name: it.product_name,
            code: it.code,
            place: it.place,
            price: it.price,
            words: it.words,
            contact: it.contact,
            has_contact: it.has_contact,
            language: it.language,
            n_photos: it.n_photos,
            state: it.state,
            finding: it.finding,
            answer: it.answer,
            reported_at: rfc3339(it.reported_at_us),
            seen_at: at(it.seen),
            answered_at: at(it.answered),
            contact_erased_at: at(it.erased),
        }
    }
}

/// `GET /api/v1/reports`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let paged = app.service.list_reports(&caller, &fields.page()?).await?;
    Ok(reply::json(&ListJson::new(paged, ReportJson::from)))
}

/// `GET /api/v1/reports/{report_id}`.
pub(crate) async fn find(
    State(app): State<App>,
    Known(caller): Known,
    Path(report_id): Path<String>,
) -> Result<Response, Problem> {
    let found = app.service.find_report(&caller, id(&report_id)?).await?;
    Ok(reply::json(&ReportJson::from(found)))
}

/// `POST /api/v1/reports/{report_id}/seen`.
pub(crate) async fn see(
    State(app): State<App>,
    Known(caller): Known,
    Path(report_id): Path<String>,
) -> Result<Response, Problem> {
    app.service.edit_report(&caller, id(&report_id)?, &ReportEdit::Seen).await?;
    Ok(reply::no_content())
}

/// `PUT /api/v1/reports/{report_id}/answer`.
pub(crate) async fn answer(
    State(app): State<App>,
    Known(caller): Known,
    Path(report_id): Path<String>,
    Json(new): Json<AnswerJson>,
) -> Result<Response, Problem> {
    let edit = ReportEdit::Answer(new.finding, new.answer);
    app.service.edit_report(&caller, id(&report_id)?, &edit).await?;
    Ok(reply::no_content())
}

/// `DELETE /api/v1/reports/{report_id}/contact`.
pub(crate) async fn erase(
    State(app): State<App>,
    Known(caller): Known,
    Path(report_id): Path<String>,
) -> Result<Response, Problem> {
    app.service.edit_report(&caller, id(&report_id)?, &ReportEdit::Erase).await?;
    Ok(reply::no_content())
}
