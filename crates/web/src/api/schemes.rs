//! The registry of identification schemes, which anyone may read.

use super::shapes::ListJson;
use crate::app::App;
use crate::extract::{Path, Query};
use crate::problem::Problem;
use crate::reply;
use ::schemes::{Scheme, SchemeTexts};
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use service::Paged;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct SchemeJson<'a> {
    scheme_id: &'a str,
    names: &'static str,
    pattern: &'a str,
    is_verified: bool,
    standards: &'a [String],
    sources: &'a [String],
    websites: &'a [String],
    phones: &'a [String],
    examples: &'a [String],
    /// By the tag of the language.
    texts: BTreeMap<&'static str, TextsJson<'a>>,
}

#[derive(Serialize)]
struct TextsJson<'a> {
    name: &'a str,
    introduction: &'a str,
    scope: &'a str,
    cost: &'a str,
    guide: &'a str,
    contact: &'a str,
    form: &'a str,
}

impl<'a> From<&'a Scheme> for SchemeJson<'a> {
    fn from(it: &'a Scheme) -> Self {
        let texts = ["zh-CN", "ko", "en"].map(|tag| (tag, TextsJson::from(it.texts(tag))));
        Self {
            scheme_id: &it.id,
            names: it.names.name(),
            pattern: it.pattern.as_str(),
            is_verified: it.is_verified,
            standards: &it.standards,
            sources: &it.sources,
            websites: &it.websites,
            phones: &it.phones,
            examples: &it.examples,
            texts: texts.into(),
        }
    }
}

impl<'a> From<&'a SchemeTexts> for TextsJson<'a> {
    fn from(it: &'a SchemeTexts) -> Self {
        Self {
            name: &it.name,
            introduction: &it.introduction,
            scope: &it.scope,
            cost: &it.cost,
            guide: &it.guide,
            contact: &it.contact,
            form: &it.form,
        }
    }
}

/// `GET /api/v1/schemes?q=…`; no key needed.
pub(crate) async fn list(
    State(app): State<App>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let items = app.service.find_schemes(&fields.text("q"));
    let paged = Paged { items, next: None };
    Ok(reply::json(&ListJson::new(paged, SchemeJson::from)))
}

/// `GET /api/v1/schemes/{scheme_id}`; no key needed.
pub(crate) async fn find(
    State(app): State<App>,
    Path(scheme_id): Path<String>,
) -> Result<Response, Problem> {
    let found = app.service.find_scheme(&scheme_id)?;
    Ok(reply::json(&SchemeJson::from(found)))
}
