//! Identifiers of parties and places, and whose they are, as operators register them.

use super::shapes::{ListJson, party_json};
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Json, Path, Query, id};
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use service::NewParty;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPartyJson {
    enterprise_id: String,
    identifier: String,
}

/// `POST /api/v1/parties`.
pub(crate) async fn create(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<NewPartyJson>,
) -> Result<Response, Problem> {
    let new = NewParty { enterprise_id: new.enterprise_id, identifier: new.identifier };
    let made = party_json!(app.service.create_party(&caller, new).await?);
    Ok(reply::created(&format!("/api/v1/parties/{}", made.share_id), &made))
}

/// `GET /api/v1/parties`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let paged = app.service.list_parties(&caller, &fields.page()?).await?;
    Ok(reply::json(&ListJson::new(paged, |it| party_json!(it))))
}

/// `DELETE /api/v1/parties/{share_id}`.
pub(crate) async fn remove(
    State(app): State<App>,
    Known(caller): Known,
    Path(share_id): Path<String>,
) -> Result<Response, Problem> {
    app.service.remove_party(&caller, id(&share_id)?).await?;
    Ok(reply::no_content())
}
