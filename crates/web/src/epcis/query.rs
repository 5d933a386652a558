//! Queries for events over HTTP: all of them, those of one resource, those of a named query
//! (EPCIS 2.0 §12.6, §12.7).

use super::asked::Asked;
use super::socket::{self, Wanted};
use super::{CONTEXT, with, with_versions};
use crate::app::App;
use crate::caller::Known;
use crate::extract::Path;
use crate::moment::rfc3339;
use crate::problem::Problem;
use crate::reply::{self, PRIVATE};
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::Response;
use epcis::query::EventQuery;
use epcis::{Envelope, EpcFormat, Format, Formats, Outgoing, write_document};
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
    let mut response = query_document(app, asked, query_name, &events.collect::<Vec<_>>())?;
    if let Some((token, expires_us)) = result.next {
        response = with(response, header::LINK, asked.link(&token));
        let expires = HeaderName::from_static("gs1-next-page-token-expires");
        response = with(response, expires, rfc3339(expires_us));
    }
    Ok(response)
}

/// A query document around events (§9.5.1), in the spellings that the client asked for. As JSON
/// that is not translated, each event is in the very bytes that its leaf in the log commits to.
pub(super) fn query_document(
    app: &App,
    asked: &Asked,
    query_name: &str,
    events: &[Outgoing<'_>],
) -> Result<Response, Problem> {
    let now_us = app.service.now_us();
    let body = if asked.format == Format::Json && asked.epc_format == EpcFormat::NeverTranslates {
        let bodies = events.iter().map(|event| event.body);
        untranslated(&rfc3339(now_us), query_name, bodies)
    } else {
        let envelope =
            Envelope::QueryDocument { creation_date_us: now_us, query_name, subscription_id: None };
        let formats =
            Formats { epc: asked.epc_format, cbv: asked.cbv_format, ..Formats::default() };
        write_document(asked.format, &envelope, events, &formats)
            .map_err(|violation| Problem::internal(&violation.to_string()))?
    };
    let media_type = match asked.format {
        Format::Json => "application/ld+json",
        Format::Xml => "application/xml",
    };
    let response = with_versions(reply::bytes(media_type, PRIVATE, body));
    let format = HeaderName::from_static("gs1-epc-format");
    Ok(with(response, format, asked.epc_format.name()))
}

fn untranslated<'e>(
    now: &str,
    query_name: &str,
    events: impl Iterator<Item = &'e [u8]>,
) -> Vec<u8> {
    let name = serde_json::to_string(query_name).expect("a text is always JSON");
    let mut body = format!(
        "{{\"@context\":[\"{CONTEXT}\"],\"type\":\"EPCISQueryDocument\",\"schemaVersion\":\"2.0\",\
         \"creationDate\":\"{now}\",\"epcisBody\":{{\"queryResults\":{{\
         \"queryName\":{name},\"resultsBody\":{{\"eventList\":["
    )
    .into_bytes();
    for (index, event) in events.enumerate() {
        if index > 0 {
            body.push(b',');
        }
        body.extend_from_slice(event);
    }
    body.extend_from_slice(b"]}}}}");
    body
}
