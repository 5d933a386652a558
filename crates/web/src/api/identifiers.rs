//! What any scanned text is and leads to, and the further identifiers of items, lots and products.

use super::shapes::{
    EnterpriseJson, LotJson, ProductJson, VerdictJson, enterprise_json, lot_json, product_json,
};
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Fields, Json, Query, id};
use crate::moment::rfc3339;
use crate::pages::item::encode;
use crate::problem::Problem;
use crate::reply;
use crate::visit::Visit;
use ::schemes::Reading;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use service::{BoundTo, Identifier, Lead, NewBinding};

#[derive(Serialize)]
struct IdentifiedJson<'a> {
    readings: Vec<ReadingJson<'a>>,
    leads_to: Vec<LeadJson<'a>>,
}

#[derive(Serialize)]
struct ReadingJson<'a> {
    scheme_id: &'a str,
    name: &'a str,
    /// As the scheme prints it.
    number: Option<&'a str>,
    uri: Option<&'a str>,
    /// Why it is no number of the scheme after all.
    fault: Option<&'a str>,
    warnings: &'a [String],
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum LeadJson<'a> {
    Item { verdict: Box<VerdictJson<'a>>, identifiers: Vec<IdentifierJson> },
    Lot { lot: LotJson },
    Product { product: ProductJson },
    Enterprise { enterprise: EnterpriseJson },
}

#[derive(Serialize)]
struct IdentifierJson {
    scheme_id: String,
    uri: String,
    of: &'static str,
    bound_at: String,
}

impl From<Identifier> for IdentifierJson {
    fn from(it: Identifier) -> Self {
        let Identifier { scheme_id, uri, of, bound_at_us } = it;
        Self { scheme_id, uri, of, bound_at: rfc3339(bound_at_us) }
    }
}

impl<'a> ReadingJson<'a> {
    fn of(reading: &'a Reading<'a>, language: &str) -> Self {
        let number = reading.outcome.as_ref().ok();
        Self {
            scheme_id: &reading.scheme.id,
            name: &reading.scheme.texts(language).name,
            number: number.map(|it| it.text.as_str()),
            uri: number.map(|it| it.uri.as_str()),
            fault: reading.outcome.as_ref().err().map(String::as_str),
            warnings: number.map_or(&[], |it| &it.warnings),
        }
    }
}

/// `GET /api/v1/identify?text=…`.
pub(crate) async fn identify(
    State(app): State<App>,
    Known(caller): Known,
    visit: Visit,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let found = app.service.identify_text(&caller, &fields.text("text")).await?;
    let now_us = app.service.now_us();
    let leads_to = found.leads.iter().map(|lead| match lead {
        Lead::Item { answer, identifiers } => LeadJson::Item {
            verdict: Box::new(VerdictJson::new(&visit, now_us, answer, None)),
            identifiers: identifiers.iter().cloned().map(IdentifierJson::from).collect(),
        },
        Lead::Lot(it) => LeadJson::Lot { lot: lot_json!(it.clone()) },
        Lead::Product(it) => LeadJson::Product { product: product_json!(it.clone()) },
        Lead::Enterprise(it) => LeadJson::Enterprise { enterprise: enterprise_json!(it.clone()) },
    });
    let readings = found.readings.iter().map(|it| ReadingJson::of(it, visit.language.tag()));
    let readings = readings.collect();
    Ok(reply::json(&IdentifiedJson { readings, leads_to: leads_to.collect() }))
}

/// The body of a binding.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewBindingJson {
    #[serde(default)]
    item: Option<String>,
    #[serde(default)]
    lot_id: Option<String>,
    #[serde(default)]
    product_id: Option<String>,
    text: String,
    #[serde(default)]
    scheme_id: Option<String>,
}

/// `POST /api/v1/identifiers`.
pub(crate) async fn bind(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<NewBindingJson>,
) -> Result<Response, Problem> {
    let to = bound_to([new.item, new.lot_id, new.product_id])?;
    let new = NewBinding { to, text: new.text, scheme_id: new.scheme_id };
    let made = IdentifierJson::from(app.service.bind_identifier(&caller, &new).await?);
    Ok(reply::created(&format!("/api/v1/identify?text={}", encode(&made.uri)), &made))
}

/// `GET /api/v1/identifiers?item=…`, or with `lot_id` or `product_id`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let items = app.service.identifiers_of(&caller, &named(&fields)?).await?;
    let paged = service::Paged { items, next: None };
    Ok(reply::json(&super::shapes::ListJson::new(paged, IdentifierJson::from)))
}

/// `DELETE /api/v1/identifiers?item=…&text=…`.
pub(crate) async fn unbind(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let (to, text) = (named(&fields)?, fields.text("text"));
    let old = NewBinding { to, text, scheme_id: fields.optional("scheme_id") };
    app.service.unbind_identifier(&caller, &old).await?;
    Ok(reply::no_content())
}

fn named(fields: &Fields) -> Result<BoundTo, Problem> {
    bound_to(["item", "lot_id", "product_id"].map(|name| fields.optional(name)))
}

/// The one thing that is named: an item, a lot or a product.
fn bound_to(named: [Option<String>; 3]) -> Result<BoundTo, Problem> {
    match named {
        [Some(item), None, None] => Ok(BoundTo::Item(item)),
        [None, Some(lot), None] => Ok(BoundTo::Lot(id(&lot)?)),
        [None, None, Some(product)] => Ok(BoundTo::Product(id(&product)?)),
        _ => Err(Problem::rejected("", "one-target", "name one of item, lot_id and product_id")),
    }
}
