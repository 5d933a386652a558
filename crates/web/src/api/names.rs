//! Search by names, for anyone: no key is needed.

use super::shapes::ListJson;
use crate::app::App;
use crate::extract::Query;
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

#[derive(Serialize)]
struct ProductJson {
    product_id: String,
    name: String,
    product_type: String,
    specification: String,
    gtin: Option<String>,
    enterprise_id: String,
    enterprise_name: String,
}

#[derive(Serialize)]
struct EnterpriseJson {
    enterprise_id: String,
    name: String,
    address: String,
}

/// `GET /api/v1/search/products?q=…`.
pub(crate) async fn products(
    State(app): State<App>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let found = app.service.search_products(&fields.text("q"), &fields.newest_page()?).await?;
    Ok(reply::json(&ListJson::new(found, |it| ProductJson {
        product_id: it.product_id.to_string(),
        name: it.name,
        product_type: it.product_type,
        specification: it.specification,
        gtin: it.gtin,
        enterprise_id: it.enterprise_id.to_string(),
        enterprise_name: it.enterprise_name,
    })))
}

/// `GET /api/v1/search/enterprises?q=…`.
pub(crate) async fn enterprises(
    State(app): State<App>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let found = app.service.search_enterprises(&fields.text("q"), &fields.newest_page()?).await?;
    Ok(reply::json(&ListJson::new(found, |it| EnterpriseJson {
        enterprise_id: it.enterprise_id.to_string(),
        name: it.name,
        address: it.address,
    })))
}
