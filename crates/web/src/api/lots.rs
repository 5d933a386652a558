//! Lots: what was made together. A lot begins when codes are commissioned for it.

use super::shapes::{ListJson, lot_json};
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Path, Query, id};
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::response::Response;

/// `GET /api/v1/lots`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let paged = app.service.list_lots(&caller, &fields.page()?).await?;
    Ok(reply::json(&ListJson::new(paged, |it| lot_json!(it))))
}

/// `GET /api/v1/lots/{lot_id}`.
pub(crate) async fn find(
    State(app): State<App>,
    Known(caller): Known,
    Path(lot_id): Path<String>,
) -> Result<Response, Problem> {
    let found = app.service.find_lot(&caller, id(&lot_id)?).await?;
    Ok(reply::json(&lot_json!(found)))
}
