//! The top-level resources and what hangs below each (EPCIS 2.0 §12.4, §12.7): lists paged from
//! an index, and for each member the list of its sub-resources.

use super::asked::Asked;
use super::{CONTEXT, with, with_versions};
use crate::app::App;
use crate::caller::Known;
use crate::extract::Path;
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::http::header;
use axum::response::Response;
use serde::Serialize;
use service::{Caller, QueryPage, Vocabulary};

/// A list of names (`Collection` of the published OpenAPI).
#[derive(Serialize)]
struct Collection<'m> {
    #[serde(rename = "@context")]
    context: &'static str,
    r#type: &'static str,
    member: Vec<&'m str>,
}

pub(super) fn collection(member: Vec<&str>) -> Response {
    with_versions(reply::json(&Collection { context: CONTEXT, r#type: "Collection", member }))
}

/// What every member of a resource has.
fn sub_resources() -> Response {
    collection(vec!["events"])
}

const EVENT_TYPES: [&str; 5] = [
    "AggregationEvent",
    "AssociationEvent",
    "ObjectEvent",
    "TransactionEvent",
    "TransformationEvent",
];

/// `GET /epcis/eventTypes`.
pub(crate) async fn event_types(Known(_): Known, asked: Asked) -> Result<Response, Problem> {
    asked.no_parameters()?;
    Ok(collection(EVENT_TYPES.to_vec()))
}

/// `GET /epcis/eventTypes/{event_type}`.
pub(crate) async fn event_type(
    Known(_): Known,
    Path(event_type): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.no_parameters()?;
    let is_known = EVENT_TYPES.contains(&event_type.as_str());
    if is_known { Ok(sub_resources()) } else { Err(Problem::not_found()) }
}

/// `GET /epcis/epcs`.
pub(crate) async fn epcs(
    State(app): State<App>,
    Known(caller): Known,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.no_parameters()?;
    let page = app.service.list_epcs(&caller, asked.token.as_deref(), asked.per_page).await?;
    let response = collection(page.words.iter().map(String::as_str).collect());
    let next = page.next.map(|token| asked.link(&token));
    Ok(with(response, header::LINK, next.unwrap_or_default()))
}

/// `GET /epcis/epcs/{epc}`.
pub(crate) async fn epc(
    State(app): State<App>,
    Known(caller): Known,
    Path(epc): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.no_parameters()?;
    let query = asked.parameter("MATCH_anyEPC", &epc)?;
    let page = QueryPage { token: None, n_events: 1 };
    let found = app.service.query_events(&caller, &query, &page).await?;
    if found.events.is_empty() { Err(Problem::not_found()) } else { Ok(sub_resources()) }
}

/// `GET /epcis/bizSteps`.
pub(crate) async fn biz_steps(
    State(app): State<App>,
    Known(caller): Known,
    asked: Asked,
) -> Result<Response, Problem> {
    list(&app, &caller, &asked, Vocabulary::BizSteps).await
}

/// `GET /epcis/bizSteps/{biz_step}`.
pub(crate) async fn biz_step(
    State(app): State<App>,
    Known(caller): Known,
    Path(word): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    member(&app, &caller, &asked, (Vocabulary::BizSteps, &word)).await
}

/// `GET /epcis/dispositions`.
pub(crate) async fn dispositions(
    State(app): State<App>,
    Known(caller): Known,
    asked: Asked,
) -> Result<Response, Problem> {
    list(&app, &caller, &asked, Vocabulary::Dispositions).await
}

/// `GET /epcis/dispositions/{disposition}`.
pub(crate) async fn disposition(
    State(app): State<App>,
    Known(caller): Known,
    Path(word): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    member(&app, &caller, &asked, (Vocabulary::Dispositions, &word)).await
}

/// `GET /epcis/readPoints`.
pub(crate) async fn read_points(
    State(app): State<App>,
    Known(caller): Known,
    asked: Asked,
) -> Result<Response, Problem> {
    list(&app, &caller, &asked, Vocabulary::ReadPoints).await
}

/// `GET /epcis/readPoints/{read_point}`.
pub(crate) async fn read_point(
    State(app): State<App>,
    Known(caller): Known,
    Path(word): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    member(&app, &caller, &asked, (Vocabulary::ReadPoints, &word)).await
}

/// `GET /epcis/bizLocations`.
pub(crate) async fn biz_locations(
    State(app): State<App>,
    Known(caller): Known,
    asked: Asked,
) -> Result<Response, Problem> {
    list(&app, &caller, &asked, Vocabulary::BizLocations).await
}

/// `GET /epcis/bizLocations/{biz_location}`.
pub(crate) async fn biz_location(
    State(app): State<App>,
    Known(caller): Known,
    Path(word): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    member(&app, &caller, &asked, (Vocabulary::BizLocations, &word)).await
}

async fn list(
    app: &App,
    caller: &Caller,
    asked: &Asked,
    vocabulary: Vocabulary,
) -> Result<Response, Problem> {
    asked.no_parameters()?;
    let after = asked.token.as_deref();
    let page = app.service.list_vocabulary(caller, vocabulary, after, asked.per_page).await?;
    // Words of the CBV are bare in JSON (§10), private ones and places are URIs.
    let names = page.words.iter().map(|uri| epcis::cbv_word(uri).unwrap_or(uri));
    let response = collection(names.collect());
    let next = page.next.map(|token| asked.link(&token));
    Ok(with(response, header::LINK, next.unwrap_or_default()))
}

async fn member(
    app: &App,
    caller: &Caller,
    asked: &Asked,
    (vocabulary, word): (Vocabulary, &str),
) -> Result<Response, Problem> {
    asked.no_parameters()?;
    let query = asked.parameter(&format!("EQ_{}", vocabulary.field()), word)?;
    let canonical = query.single_value().ok_or_else(Problem::not_found)?;
    app.service.find_word(caller, vocabulary, canonical).await?;
    Ok(sub_resources())
}
