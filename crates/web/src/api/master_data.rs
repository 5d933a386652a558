//! Master data: what enterprises say of places, parties and products in the headers of documents.

use super::shapes::ListJson;
use crate::app::App;
use crate::caller::Known;
use crate::extract::Query;
use crate::moment::rfc3339;
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

#[derive(Serialize)]
struct ElementJson {
    enterprise_id: String,
    vocabulary: String,
    id: String,
    attributes: serde_json::Value,
    children: serde_json::Value,
    captured_at: String,
}

/// `GET /api/v1/master-data`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let paged = app.service.list_master_data(&caller, &fields.page()?).await?;
    let json = ListJson::new(paged, |it| {
        let mut body: serde_json::Value = serde_json::from_str(&it.body).unwrap_or_default();
        ElementJson {
            enterprise_id: it.enterprise_id.to_string(),
            vocabulary: it.vocabulary,
            id: it.id,
            attributes: body["attributes"].take(),
            children: body["children"].take(),
            captured_at: rfc3339(it.captured_at_us),
        }
    });
    Ok(reply::json(&json))
}
