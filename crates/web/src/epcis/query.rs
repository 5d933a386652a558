//! Queries for events over HTTP: all of them, those of one resource, those of a named query
//! (EPCIS 2.0 §12.6, §12.7).

use super::asked::Asked;
use super::socket::{self, Wanted};
use super::{with, with_versions};
use crate::app::App;
use crate::caller::Known;
use crate::extract::Path;
use crate::problem::Problem;
use crate::reply::{self, PRIVATE};
use axum::extract::State;
use axum::http::HeaderName;
use axum::response::Response;
use epcis::query::EventQuery;
use epcis::{Envelope, EpcFormat, Format, Formats, Outgoing, has_links, write_document};
use service::{Caller, Error};

/// `GET /epcis/events`.
pub(crate) async fn events(
    State(app): State<App>,
    Known(caller): Known,
    asked: Asked,
) -> Result<Response, Problem> {
    answer(&app, &caller, &asked, &asked.query()?, "SimpleEventQuery").await
}

/// `GET /epcis/eventTypes/{event_type}/events`.
pub(crate) async fn of_event_type(
    State(app): State<App>,
    Known(caller): Known,
    Path(event_type): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    of(&app, &caller, &asked, ("eventType", &event_type)).await
}

/// `GET /epcis/epcs/{epc}/events`.
pub(crate) async fn of_epc(
    State(app): State<App>,
    Known(caller): Known,
    Path(epc): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    of(&app, &caller, &asked, ("MATCH_anyEPC", &epc)).await
}

/// `GET /epcis/bizSteps/{biz_step}/events`.
pub(crate) async fn of_biz_step(
    State(app): State<App>,
    Known(caller): Known,
    Path(biz_step): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    of(&app, &caller, &asked, ("EQ_bizStep", &biz_step)).await
}

/// `GET /epcis/bizLocations/{biz_location}/events`.
pub(crate) async fn of_biz_location(
    State(app): State<App>,
    Known(caller): Known,
    Path(biz_location): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    of(&app, &caller, &asked, ("EQ_bizLocation", &biz_location)).await
}

/// `GET /epcis/readPoints/{read_point}/events`.
pub(crate) async fn of_read_point(
    State(app): State<App>,
    Known(caller): Known,
    Path(read_point): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    of(&app, &caller, &asked, ("EQ_readPoint", &read_point)).await
}

/// `GET /epcis/dispositions/{disposition}/events`.
pub(crate) async fn of_disposition(
    State(app): State<App>,
    Known(caller): Known,
    Path(disposition): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    of(&app, &caller, &asked, ("EQ_disposition", &disposition)).await
}

/// `GET /epcis/queries/{query_name}/events`: the query as it was kept, page by page, or followed
/// by a WebSocket.
pub(crate) async fn of_named_query(
    State(app): State<App>,
    Known(caller): Known,
    Path(query_name): Path<String>,
    asked: Asked,
    socket: Wanted,
) -> Result<Response, Problem> {
    if let Wanted(Some(upgrade)) = socket {
        return socket::open(app, &caller, &query_name, &asked, upgrade).await;
    }
    if let Some((name, _)) = asked.pairs.first() {
        let detail = "a named query takes no parameters beside those of its page; those of a \
                      subscription need a WebSocket (Upgrade: websocket)";
        return Err(Problem::parameter(name, "unknown-parameter", detail));
    }
    let named = super::named::find_named(&app, &caller, &query_name).await?;
    let query = EventQuery::from_json(&named.query).map_err(Problem::query)?;
    answer(&app, &caller, &asked, &query, &named.name).await
}

/// The path is one parameter more.
async fn of(
    app: &App,
    caller: &Caller,
    asked: &Asked,
    (name, value): (&str, &str),
) -> Result<Response, Problem> {
    let query = asked.query()?.and(asked.parameter(name, value)?);
    answer(app, caller, asked, &query, "SimpleEventQuery").await
}

async fn answer(
    app: &App,
    caller: &Caller,
    asked: &Asked,
    query: &EventQuery,
    query_name: &str,
) -> Result<Response, Problem> {
    let result = app.service.query_events(caller, query, &asked.page()).await;
    let result = result.map_err(|error| match error {
        Error::Rejected(violations) => Problem::parameters(violations),
        other => other.into(),
    })?;
    let events = result.events.iter().map(|event| Outgoing {
        body: &event.body,
        event_id: Some(&event.event_id),
        record_time_us: Some(event.record_time_us),
    });
    let events: Vec<_> = events.collect();
    let response = query_document(app, caller, asked, (query_name, &events)).await?;
    Ok(asked.with_next(response, result.next))
}

/// A query document around events (§9.5.1), in the spellings that the client asked for. Where the
/// company prefix of a Digital Link is not known it stays one, and the header says so.
pub(super) async fn query_document(
    app: &App,
    caller: &Caller,
    asked: &Asked,
    (query_name, events): (&str, &[Outgoing<'_>]),
) -> Result<Response, Problem> {
    let creation_date_us = app.service.now_us();
    let envelope = Envelope::QueryDocument { creation_date_us, query_name, subscription_id: None };
    let company_prefixes = known_prefixes(app, caller, asked).await?;
    let formats = Formats {
        epc: asked.epc_format,
        cbv: asked.cbv_format,
        company_prefixes: &company_prefixes,
    };
    let body = write_document(asked.format, &envelope, events, &formats)
        .map_err(|violation| Problem::internal(&violation.to_string()))?;
    let told = match asked.epc_format {
        EpcFormat::AlwaysEpcUrn if has_links(&body) => EpcFormat::NoPreference,
        format => format,
    };
    let media_type = asked.media_type();
    let response = with_versions(reply::bytes(media_type, PRIVATE, body));
    let response = with(response, HeaderName::from_static("gs1-epc-format"), told.name());
    Ok(match asked.format {
        Format::Json => response,
        Format::Xml => {
            let name = HeaderName::from_static("gs1-cbv-xml-format");
            with(response, name, asked.cbv_format.name())
        }
    })
}

/// The company prefixes by which an answer is translated, if it is.
pub(super) async fn known_prefixes(
    app: &App,
    caller: &Caller,
    asked: &Asked,
) -> Result<Vec<String>, Problem> {
    match asked.epc_format {
        EpcFormat::AlwaysEpcUrn => Ok(app.service.company_prefixes(caller).await?),
        _ => Ok(Vec::new()),
    }
}
