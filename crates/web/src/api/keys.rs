//! API keys. The key itself is in one answer only, the one that made it.

use super::shapes::{ListJson, key_json};
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Json, Path, Query, id};
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use service::{NewKey, Role};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewKeyJson {
    role: String,
    #[serde(default)]
    enterprise_id: Option<String>,
    #[serde(default)]
    jurisdiction: Option<String>,
    label: String,
}

/// `POST /api/v1/keys`.
pub(crate) async fn create(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<NewKeyJson>,
) -> Result<Response, Problem> {
    let new = NewKey {
        role: role(&new.role)?,
        enterprise_id: new.enterprise_id.as_deref().map(id).transpose()?,
        jurisdiction: new.jurisdiction,
        label: new.label,
    };
    let (key, secret) = app.service.create_key(&caller, new).await?;
    let made = key_json!(key, Some(secret));
    Ok(reply::created(&format!("/api/v1/keys/{}", made.key_id), &made))
}

/// `GET /api/v1/keys`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let paged = app.service.list_keys(&caller, &fields.page()?).await?;
    Ok(reply::json(&ListJson::new(paged, |it| key_json!(it, None))))
}

/// `DELETE /api/v1/keys/{key_id}`.
pub(crate) async fn revoke(
    State(app): State<App>,
    Known(caller): Known,
    Path(key_id): Path<String>,
) -> Result<Response, Problem> {
    app.service.revoke_key(&caller, id(&key_id)?).await?;
    Ok(reply::no_content())
}

/// The role of a name that a client sent.
pub(crate) fn role(name: &str) -> Result<Role, Problem> {
    let names = Role::ALL.map(Role::name).join(", ");
    Role::from_name(name)
        .ok_or_else(|| Problem::rejected("/role", "unknown-role", format!("one of {names}")))
}
