//! Enterprises, as operators register them.

use super::shapes::{ListJson, enterprise_json};
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Json, Path, Query, id};
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use service::NewEnterprise;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewEnterpriseJson {
    name: String,
    enterprise_type: String,
    registration_scheme: String,
    registration_number: String,
    #[serde(default)]
    division: Option<String>,
    address: String,
    contact: String,
}

/// `POST /api/v1/enterprises`.
pub(crate) async fn create(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<NewEnterpriseJson>,
) -> Result<Response, Problem> {
    let new = NewEnterprise {
        name: new.name,
        enterprise_type: new.enterprise_type,
        registration_scheme: new.registration_scheme,
        registration_number: new.registration_number,
        division: new.division,
        address: new.address,
        contact: new.contact,
    };
    let made = enterprise_json!(app.service.create_enterprise(&caller, new).await?);
    Ok(reply::created(&format!("/api/v1/enterprises/{}", made.enterprise_id), &made))
}

/// `GET /api/v1/enterprises`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let paged = app.service.list_enterprises(&caller, &fields.page()?).await?;
    Ok(reply::json(&ListJson::new(paged, |it| enterprise_json!(it))))
}

/// `GET /api/v1/enterprises/{enterprise_id}`.
pub(crate) async fn find(
    State(app): State<App>,
    Known(caller): Known,
    Path(enterprise_id): Path<String>,
) -> Result<Response, Problem> {
    let found = app.service.find_enterprise(&caller, id(&enterprise_id)?).await?;
    Ok(reply::json(&enterprise_json!(found)))
}
