//! The top-level resources and what hangs below each (EPCIS 2.0 §12.4, §12.7): lists paged from
//! an index, and for each member the list of its sub-resources.

use super::asked::{Asked, bad_token};
use super::query::known_prefixes;
use super::{CONTEXT, with};
use crate::app::App;
use crate::caller::Known;
use crate::extract::Path;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::HeaderName;
use axum::response::Response;
use epcis::{EpcFormat, Formats, formatted, has_links};
use serde::Serialize;
use service::{Caller, Error, QueryPage, Vocabulary};

/// A list of names (`Collection` of the published OpenAPI).
#[derive(Serialize)]
struct Collection<'m> {
    #[serde(rename = "@context")]
    context: &'static str,
    r#type: &'static str,
    member: Vec<&'m str>,
}

pub(super) fn collection(asked: &Asked, member: Vec<&str>) -> Response {
    asked.json(&Collection { context: CONTEXT, r#type: "Collection", member })
}

/// What every member of a resource has.
fn sub_resources(asked: &Asked) -> Response {
    collection(asked, vec!["events"])
}

/// Identifiers in the spelling that the client asked for; those that cannot be spelled so stay
/// Digital Links, and the header says so. In which spelling each came is known of events only.
async fn identifiers(
    app: &App,
    caller: &Caller,
    asked: &Asked,
    uris: &[String],
) -> Result<Response, Problem> {
    let company_prefixes = known_prefixes(app, caller, asked).await?;
    let formats = Formats {
        epc: asked.epc_format,
        company_prefixes: &company_prefixes,
        ..Formats::default()
    };
    let member: Vec<_> = uris.iter().map(|uri| formatted(uri, &formats)).collect();
    let told = match asked.epc_format {
        EpcFormat::AlwaysEpcUrn if member.iter().any(|it| has_links(it.as_bytes())) => {
            EpcFormat::NoPreference
        }
        EpcFormat::AlwaysEpcUrn => EpcFormat::AlwaysEpcUrn,
        _ => EpcFormat::AlwaysGs1DigitalLink,
    };
    let response = collection(asked, member.iter().map(|it| &**it).collect());
    Ok(with(response, HeaderName::from_static("gs1-epc-format"), told.name()))
}

const EVENT_TYPES: [&str; 5] = [
    "AggregationEvent",
    "AssociationEvent",
    "ObjectEvent",
    "TransactionEvent",
    "TransformationEvent",
];

/// `GET /epcis/eventTypes`.
pub(crate) async fn event_types(
    State(app): State<App>,
    Known(_): Known,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.only_json()?;
    let rest = EVENT_TYPES.iter().filter(|name| asked.after().is_none_or(|after| **name > after));
    let rest: Vec<&str> = rest.copied().collect();
    let n_wanted = rest.len().min(asked.per_page as usize);
    let next = rest[..n_wanted].last().filter(|_| n_wanted < rest.len());
    let next = next.map(|name| (*name).to_owned());
    Ok(asked.with_next_of_list(&app, collection(&asked, rest[..n_wanted].to_vec()), next))
}

/// `GET /epcis/eventTypes/{event_type}`.
pub(crate) async fn event_type(
    Known(_): Known,
    Path(event_type): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.only_json()?;
    let is_known = EVENT_TYPES.contains(&event_type.as_str());
    if is_known { Ok(sub_resources(&asked)) } else { Err(Problem::not_found()) }
}

/// `GET /epcis/epcs`.
pub(crate) async fn epcs(
    State(app): State<App>,
    Known(caller): Known,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.only_json()?;
    let page = match app.service.list_epcs(&caller, asked.after(), asked.per_page).await {
        Err(Error::Rejected(_)) => return Err(bad_token()),
        page => page?,
    };
    let response = identifiers(&app, &caller, &asked, &page.words).await?;
    Ok(asked.with_next_of_list(&app, response, page.next))
}

/// `GET /epcis/epcs/{epc}`.
pub(crate) async fn epc(
    State(app): State<App>,
    Known(caller): Known,
    Path(epc): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.only_json()?;
    let query = asked.parameter("MATCH_anyEPC", &epc)?;
    let page = QueryPage { token: None, n_events: 1 };
    let found = app.service.query_events(&caller, &query, &page).await?;
    if found.events.is_empty() { Err(Problem::not_found()) } else { Ok(sub_resources(&asked)) }
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
    asked.only_json()?;
    let (after, per_page) = (asked.after(), asked.per_page);
    let page = app.service.list_vocabulary(caller, vocabulary, after, per_page).await?;
    let response = match vocabulary {
        Vocabulary::BizSteps | Vocabulary::Dispositions => {
            // Words of the CBV are bare in JSON (§10), private ones are URIs.
            let names = page.words.iter().map(|uri| epcis::cbv_word(uri).unwrap_or(uri));
            collection(asked, names.collect())
        }
        Vocabulary::ReadPoints | Vocabulary::BizLocations => {
            identifiers(app, caller, asked, &page.words).await?
        }
    };
    Ok(asked.with_next_of_list(app, response, page.next))
}

async fn member(
    app: &App,
    caller: &Caller,
    asked: &Asked,
    (vocabulary, word): (Vocabulary, &str),
) -> Result<Response, Problem> {
    asked.only_json()?;
    let query = asked.parameter(&format!("EQ_{}", vocabulary.field()), word)?;
    let canonical = query.single_value().ok_or_else(Problem::not_found)?;
    app.service.find_word(caller, vocabulary, canonical).await?;
    Ok(sub_resources(asked))
}
