//! What a producer adds to the page of its goods and leaves out: in force, set, taken back, and who
//! changed it.

use super::shapes::{InstructionJson, ListJson};
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Json, Query};
use crate::moment::rfc3339;
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use service::{NewPageSettings, PageChange, PageInForce, PageSettings, Paged};
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
struct PageJson<'a> {
    texts: BTreeMap<&'static str, InstructionJson<'a>>,
    links: BTreeMap<&'static str, &'a str>,
    hidden: Vec<&'static str>,
}

impl<'a> From<&'a PageSettings> for PageJson<'a> {
    fn from(it: &'a PageSettings) -> Self {
        let texts = it.texts.iter().map(|(at, texts)| (at.name(), InstructionJson::from(texts)));
        let links = it.links.iter().map(|(kind, url)| (kind.name(), url.as_str()));
        let hidden = it.hidden.iter().map(|part| part.name());
        Self { texts: texts.collect(), links: links.collect(), hidden: hidden.collect() }
    }
}

#[derive(Serialize)]
struct InForceJson<'a> {
    set_by: &'static str,
    #[serde(flatten)]
    settings: PageJson<'a>,
}

fn in_force(it: &PageInForce) -> Response {
    let settings = PageJson::from(&it.settings);
    reply::json(&InForceJson { set_by: it.from.name(), settings })
}

#[derive(Serialize)]
struct ChangeJson<'a> {
    change_id: String,
    product_id: Option<String>,
    changed_at: String,
    key_id: String,
    changed_by: &'a str,
    before: Option<PageJson<'a>>,
    after: Option<PageJson<'a>>,
}

/// `GET /api/v1/page?product_id=…`.
pub(crate) async fn find(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let product_id = fields.optional("product_id");
    Ok(in_force(&app.service.find_page(&caller, product_id.as_deref()).await?))
}

/// `PUT /api/v1/page`.
pub(crate) async fn set(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<NewPageJson>,
) -> Result<Response, Problem> {
    Ok(in_force(&app.service.set_page(&caller, &new.into()).await?))
}

/// `DELETE /api/v1/page?product_id=…`: those of the enterprise, or none, are in force again.
pub(crate) async fn reset(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let product_id = fields.optional("product_id");
    Ok(in_force(&app.service.reset_page(&caller, product_id.as_deref()).await?))
}

/// `GET /api/v1/page/changes`.
pub(crate) async fn changes(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let paged = app.service.list_page_changes(&caller, &fields.page()?).await?;
    let rows = Paged { items: paged.items.iter().collect(), next: paged.next.clone() };
    Ok(reply::json(&ListJson::new(rows, |it: &PageChange| ChangeJson {
        change_id: it.row.change_id.to_string(),
        product_id: it.row.subject.product_id.map(|id| id.to_string()),
        changed_at: rfc3339(it.row.changed_at_us),
        key_id: it.row.key_id.to_string(),
        changed_by: &it.row.changed_by,
        before: it.before.as_ref().map(PageJson::from),
        after: it.after.as_ref().map(PageJson::from),
    })))
}
