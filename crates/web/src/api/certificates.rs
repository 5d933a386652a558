//! Tests and certificates of a product, a lot of it or an enterprise, and their pictures, which
//! anyone may see while they are shown.

use super::shapes::ListJson;
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Fields, Path, PictureBody, Query, id};
use crate::moment::rfc3339;
use crate::problem::Problem;
use crate::reply::{self, A_WHILE};
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use service::{Caller, NewCertificate, date_of_day};

#[derive(Serialize)]
struct CertificateJson {
    certificate_id: String,
    /// None is the enterprise itself.
    product_id: Option<String>,
    /// The lot it is of; none is all of the product.
    lot_id: Option<String>,
    lot_number: String,
    title: String,
    number: String,
    issuer: String,
    valid_until: Option<String>,
    added_at: String,
    added_by: String,
    removed_at: Option<String>,
    removed_by: Option<String>,
}

/// A row of the store, which has no name on this side.
macro_rules! certificate_json {
    ($it:expr) => {{
        let it = $it;
        let (removed_at, removed_by) = it.removed.unzip();
        CertificateJson {
            certificate_id: it.certificate_id.to_string(),
            product_id: it.product_id.map(|id| id.to_string()),
            lot_id: it.lot_id.map(|id| id.to_string()),
            lot_number: it.lot_number,
            title: it.title,
            number: it.number,
            issuer: it.issuer,
            valid_until: it.valid_until.map(date_of_day),
            added_at: rfc3339(it.added_at_us),
            added_by: it.added_by,
            removed_at: removed_at.map(rfc3339),
            removed_by,
        }
    }};
}

/// `GET /api/v1/products/{product_id}/certificates`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Path(product_id): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    listed(&app, &caller, Some(&product_id), &fields).await
}

/// `GET /api/v1/certificates`: those of the enterprise itself.
pub(crate) async fn list_own(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    listed(&app, &caller, None, &fields).await
}

async fn listed(
    app: &App,
    caller: &Caller,
    product_id: Option<&str>,
    fields: &Fields,
) -> Result<Response, Problem> {
    let product_id = product_id.map(id).transpose()?;
    let paged = app.service.list_certificates(caller, product_id, &fields.page()?).await?;
    Ok(reply::json(&ListJson::new(paged, |it| certificate_json!(it))))
}

/// A certificate as its fields describe it, from a query or a form.
pub(crate) fn new_certificate(fields: &Fields) -> NewCertificate {
    NewCertificate {
        lot_number: fields.text("lot_number"),
        title: fields.text("title"),
        number: fields.text("number"),
        issuer: fields.text("issuer"),
        valid_until: fields.text("valid_until"),
    }
}

/// `POST /api/v1/products/{product_id}/certificates?title=…&issuer=…`.
pub(crate) async fn add(
    State(app): State<App>,
    Known(caller): Known,
    Path(product_id): Path<String>,
    Query(fields): Query,
    PictureBody(body): PictureBody,
) -> Result<Response, Problem> {
    added(&app, &caller, Some(&product_id), &fields, body.to_vec()).await
}

/// `POST /api/v1/certificates?title=…&issuer=…`.
pub(crate) async fn add_own(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
    PictureBody(body): PictureBody,
) -> Result<Response, Problem> {
    added(&app, &caller, None, &fields, body.to_vec()).await
}

async fn added(
    app: &App,
    caller: &Caller,
    product_id: Option<&str>,
    fields: &Fields,
    body: Vec<u8>,
) -> Result<Response, Problem> {
    let (new, product_id) = (new_certificate(fields), product_id.map(id).transpose()?);
    let made = app.service.add_certificate(caller, product_id, &new, body).await?;
    let location = format!("/api/v1/certificates/{}/large", made.certificate_id);
    Ok(reply::created(&location, &certificate_json!(made)))
}

/// `DELETE /api/v1/products/{product_id}/certificates/{certificate_id}`.
pub(crate) async fn remove(
    State(app): State<App>,
    Known(caller): Known,
    Path((product_id, certificate_id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (product_id, certificate_id) = (id(&product_id)?, id(&certificate_id)?);
    app.service.remove_certificate(&caller, Some(product_id), certificate_id).await?;
    Ok(reply::no_content())
}

/// `DELETE /api/v1/certificates/{certificate_id}`.
pub(crate) async fn remove_own(
    State(app): State<App>,
    Known(caller): Known,
    Path(certificate_id): Path<String>,
) -> Result<Response, Problem> {
    app.service.remove_certificate(&caller, None, id(&certificate_id)?).await?;
    Ok(reply::no_content())
}

/// `GET /api/v1/certificates/{certificate_id}/{size}`; no key needed.
pub(crate) async fn picture(
    State(app): State<App>,
    Path((certificate_id, size)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let body = app.service.certificate_picture(id(&certificate_id)?, &size).await?;
    Ok(reply::bytes("image/jpeg", A_WHILE, body))
}
