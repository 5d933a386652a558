//! Grants: what an enterprise shows others of its events.

use super::shapes::{ListJson, grant_json};
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Json, Path, Query, id};
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use service::NewGrant;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewGrantJson {
    viewer_id: String,
    #[serde(default)]
    identifier: Option<String>,
}

/// `POST /api/v1/grants`.
pub(crate) async fn create(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<NewGrantJson>,
) -> Result<Response, Problem> {
    let new = NewGrant { viewer_id: new.viewer_id, identifier: new.identifier };
    let made = grant_json!(app.service.create_grant(&caller, new).await?);
    Ok(reply::created(&format!("/api/v1/grants/{}", made.share_id), &made))
}

/// `GET /api/v1/grants`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let paged = app.service.list_grants(&caller, &fields.page()?).await?;
    Ok(reply::json(&ListJson::new(paged, |it| grant_json!(it))))
}

/// `GET /api/v1/granted`.
pub(crate) async fn granted(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let paged = app.service.list_granted(&caller, &fields.page()?).await?;
    Ok(reply::json(&ListJson::new(paged, |it| grant_json!(it))))
}

/// `DELETE /api/v1/grants/{share_id}`.
pub(crate) async fn revoke(
    State(app): State<App>,
    Known(caller): Known,
    Path(share_id): Path<String>,
) -> Result<Response, Problem> {
    app.service.revoke_grant(&caller, id(&share_id)?).await?;
    Ok(reply::no_content())
}
