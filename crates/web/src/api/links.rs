//! What the identifiers of an enterprise lead to. The path of a level is that of its Digital Link:
//! `/api/v1/links/01/09506000134352/10/ABC`.

use super::shapes::ListJson;
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Json, Query};
use crate::problem::Problem;
use crate::reply;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use service::{Level, Link};

/// Where the paths of levels begin.
const HERE: &str = "/api/v1/links";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLevelJson {
    item_description: String,
    links: Vec<LinkJson>,
}

#[derive(Serialize)]
struct LevelJson {
    anchor: String,
    item_description: String,
    links: Vec<LinkJson>,
}

/// A level in a list.
#[derive(Serialize)]
struct AnchorJson {
    anchor: String,
    item_description: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkJson {
    link_type: String,
    href: String,
    title: String,
    #[serde(default)]
    media_type: String,
    #[serde(default)]
    languages: Vec<String>,
    #[serde(default)]
    contexts: Vec<String>,
    #[serde(default)]
    is_default: bool,
    #[serde(default = "yes")]
    forwards_query: bool,
}

fn yes() -> bool {
    true
}

/// `GET /api/v1/links`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let paged = app.service.list_links(&caller, &fields.page()?).await?;
    let shape = |it: Level| AnchorJson { anchor: it.anchor, item_description: it.item_description };
    Ok(reply::json(&ListJson::new(paged, shape)))
}

/// `GET /api/v1/links/{anchor}`.
pub(crate) async fn find(
    State(app): State<App>,
    Known(caller): Known,
    visit: Visit,
) -> Result<Response, Problem> {
    Ok(reply::json(&level_json(app.service.find_links(&caller, anchor(&visit)).await?)))
}

/// `PUT /api/v1/links/{anchor}`.
pub(crate) async fn set(
    State(app): State<App>,
    Known(caller): Known,
    visit: Visit,
    Json(new): Json<NewLevelJson>,
) -> Result<Response, Problem> {
    let level = Level {
        anchor: anchor(&visit).to_owned(),
        item_description: new.item_description,
        links: new.links.into_iter().map(Link::from).collect(),
    };
    Ok(reply::json(&level_json(app.service.set_links(&caller, level).await?)))
}

/// `DELETE /api/v1/links/{anchor}`.
pub(crate) async fn retire(
    State(app): State<App>,
    Known(caller): Known,
    visit: Visit,
) -> Result<Response, Problem> {
    app.service.retire_links(&caller, anchor(&visit)).await?;
    Ok(reply::no_content())
}

/// As it came, since a slash in a value is only told from one between values while it is escaped.
fn anchor(visit: &Visit) -> &str {
    visit.path().strip_prefix(HERE).unwrap_or_default()
}

fn level_json(level: Level) -> LevelJson {
    LevelJson {
        anchor: level.anchor,
        item_description: level.item_description,
        links: level.links.into_iter().map(LinkJson::from).collect(),
    }
}

impl From<LinkJson> for Link {
    fn from(link: LinkJson) -> Self {
        Self {
            link_type: link.link_type,
            href: link.href,
            title: link.title,
            media_type: link.media_type,
            languages: link.languages,
            contexts: link.contexts,
            is_default: link.is_default,
            forwards_query: link.forwards_query,
        }
    }
}

impl From<Link> for LinkJson {
    fn from(link: Link) -> Self {
        Self {
            link_type: link.link_type,
            href: link.href,
            title: link.title,
            media_type: link.media_type,
            languages: link.languages,
            contexts: link.contexts,
            is_default: link.is_default,
            forwards_query: link.forwards_query,
        }
    }
}
