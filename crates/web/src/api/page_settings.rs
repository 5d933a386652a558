//! What a producer adds to the page of its goods and leaves out: in force, set, taken back, and who
//! changed it.

use super::settings::{self, in_force};
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Json, Query};
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use service::{NewPageSettings, PagePart, PageSettings};
use std::collections::BTreeMap;

/// A text by language; one that is left out is empty.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewTextJson {
    #[serde(rename = "zh-CN", default)]
    zh: String,
    #[serde(default)]
    ko: String,
    #[serde(default)]
    en: String,
}

/// Settings as they are sent, as a whole.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPageJson {
    #[serde(default)]
    product_id: Option<String>,
    #[serde(default)]
    texts: BTreeMap<String, NewTextJson>,
    #[serde(default)]
    links: BTreeMap<String, String>,
    #[serde(default)]
    hidden: Vec<String>,
}

impl From<NewPageJson> for NewPageSettings {
    fn from(it: NewPageJson) -> Self {
        let NewPageJson { product_id, texts, links, hidden } = it;
        let texts = texts.into_iter().map(|(at, it)| (at, [it.zh, it.ko, it.en])).collect();
        Self { product_id, texts, links, hidden }
    }
}

#[derive(Serialize)]
struct TextJson {
    #[serde(rename = "zh-CN")]
    zh: String,
    ko: String,
    en: String,
}

#[derive(Serialize)]
struct PageJson {
    texts: BTreeMap<&'static str, TextJson>,
    links: BTreeMap<&'static str, String>,
    hidden: Vec<&'static str>,
}

impl PageJson {
    fn of(it: PageSettings) -> Self {
        let text = |[zh, ko, en]: [String; 3]| TextJson { zh, ko, en };
        let texts = it.texts.into_iter().map(|(at, texts)| (at.name(), text(texts)));
        let links = it.links.into_iter().map(|(kind, url)| (kind.name(), url));
        let hidden = it.hidden.into_iter().map(PagePart::name);
        Self { texts: texts.collect(), links: links.collect(), hidden: hidden.collect() }
    }
}

/// `GET /api/v1/page?product_id=…`.
pub(crate) async fn find(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let product_id = fields.optional("product_id");
    let found = app.service.find_page(&caller, product_id.as_deref()).await?;
    Ok(in_force(found, PageJson::of))
}

/// `PUT /api/v1/page`.
pub(crate) async fn set(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<NewPageJson>,
) -> Result<Response, Problem> {
    Ok(in_force(app.service.set_page(&caller, &new.into()).await?, PageJson::of))
}

/// `DELETE /api/v1/page?product_id=…`: those of the enterprise, or none, are in force again.
pub(crate) async fn reset(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let product_id = fields.optional("product_id");
    let found = app.service.reset_page(&caller, product_id.as_deref()).await?;
    Ok(in_force(found, PageJson::of))
}

/// `GET /api/v1/page/changes`.
pub(crate) async fn changes(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let paged = app.service.list_page_changes(&caller, &fields.page()?).await?;
    Ok(settings::changes(paged, PageJson::of))
}
