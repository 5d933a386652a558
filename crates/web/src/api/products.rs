//! Products of an enterprise, and their pictures, which anyone may see.

use super::shapes::{ListJson, product_json};
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Json, Path, PictureBody, Query, id};
use crate::problem::Problem;
use crate::reply::{self, A_WHILE};
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use service::NewProduct;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewProductJson {
    #[serde(default)]
    enterprise_id: Option<String>,
    name: String,
    product_type: String,
    specification: String,
    #[serde(default)]
    gtin: Option<String>,
}

/// `POST /api/v1/products`.
pub(crate) async fn create(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<NewProductJson>,
) -> Result<Response, Problem> {
    let new = NewProduct {
        enterprise_id: new.enterprise_id.as_deref().map(id).transpose()?,
        name: new.name,
        product_type: new.product_type,
        specification: new.specification,
        gtin: new.gtin,
    };
    let made = product_json!(app.service.create_product(&caller, new).await?);
    Ok(reply::created(&format!("/api/v1/products/{}", made.product_id), &made))
}

/// `GET /api/v1/products`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let paged = app.service.list_products(&caller, &fields.page()?).await?;
    Ok(reply::json(&ListJson::new(paged, |it| product_json!(it))))
}

/// `GET /api/v1/products/{product_id}`.
pub(crate) async fn find(
    State(app): State<App>,
    Known(caller): Known,
    Path(product_id): Path<String>,
) -> Result<Response, Problem> {
    let found = app.service.find_product(&caller, id(&product_id)?).await?;
    Ok(reply::json(&product_json!(found)))
}

/// `PUT /api/v1/products/{product_id}/picture`.
pub(crate) async fn set_picture(
    State(app): State<App>,
    Known(caller): Known,
    Path(product_id): Path<String>,
    PictureBody(body): PictureBody,
) -> Result<Response, Problem> {
    app.service.set_picture(&caller, id(&product_id)?, body.to_vec()).await?;
    Ok(reply::no_content())
}

/// `GET /api/v1/products/{product_id}/picture`; no key needed.
pub(crate) async fn picture(
    State(app): State<App>,
    Path(product_id): Path<String>,
) -> Result<Response, Problem> {
    let picture = app.service.picture(id(&product_id)?).await?;
    Ok(reply::bytes(&picture.media_type, A_WHILE, picture.body))
}
