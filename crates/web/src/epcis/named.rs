//! Named queries over HTTP (EPCIS 2.0 §12.7).

use super::asked::Asked;
use super::{segment, with_versions};
use crate::app::App;
use crate::caller::Known;
use crate::extract::{JsonText, Path};
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::response::Response;
use epcis::query::NamedQuery;
use service::{Caller, Error, Order, Page};

/// A kept query: its name, and its parameters as JSON.
pub(super) struct Kept {
    pub(super) name: String,
    pub(super) query: String,
}

impl Kept {
    /// The object that the published OpenAPI calls a query definition.
    fn json(&self) -> String {
        let name = serde_json::to_string(&self.name).expect("a text is always JSON");
        format!("{{\"name\":{name},\"query\":{}}}", self.query)
    }
}

/// `GET /epcis/queries`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.only_json()?;
    let after = asked.after().map(str::to_owned);
    let page = Page { after, limit: asked.per_page, order: Order::OldestFirst };
    let paged = app.service.list_queries(&caller, &page).await?;
    let kept = paged.items.into_iter().map(|it| Kept { name: it.name, query: it.query });
    let queries: Vec<String> = kept.map(|it| it.json()).collect();
    let response = asked.json_text(format!("[{}]", queries.join(",")));
    Ok(asked.with_next_of_list(&app, response, paged.next))
}

/// `POST /epcis/queries`.
pub(crate) async fn create(
    State(app): State<App>,
    Known(caller): Known,
    asked: Asked,
    JsonText(body): JsonText,
) -> Result<Response, Problem> {
    asked.no_parameters()?;
    let named = NamedQuery::from_json(&body, &asked.namespaces).map_err(Problem::query)?;
    let kept = app.service.create_query(&caller, named).await?;
    let location = format!("/epcis/queries/{}", segment(&kept.name));
    Ok(with_versions(reply::created_empty(&location)))
}

/// `GET /epcis/queries/{query_name}`.
pub(crate) async fn find(
    State(app): State<App>,
    Known(caller): Known,
    Path(query_name): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.only_json()?;
    let kept = find_named(&app, &caller, &query_name).await?;
    Ok(asked.json_text(kept.json()))
}

/// `DELETE /epcis/queries/{query_name}`.
pub(crate) async fn delete(
    State(app): State<App>,
    Known(caller): Known,
    Path(query_name): Path<String>,
) -> Result<Response, Problem> {
    app.service.delete_query(&caller, &query_name).await.map_err(no_such_name)?;
    Ok(with_versions(reply::no_content()))
}

pub(super) async fn find_named(
    app: &App,
    caller: &Caller,
    query_name: &str,
) -> Result<Kept, Problem> {
    let kept = app.service.find_query(caller, query_name).await.map_err(no_such_name)?;
    Ok(Kept { name: kept.name, query: kept.query })
}

pub(super) fn no_such_name(error: Error) -> Problem {
    match error {
        Error::NotFound => Problem::no_such_name(),
        other => other.into(),
    }
}
