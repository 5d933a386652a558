//! Subscriptions of webhooks to named queries (EPCIS 2.0 §12.7).

use super::asked::{Asked, bad_token};
use super::named::no_such_name;
use super::{discovered, segment, with, with_versions};
use crate::app::App;
use crate::caller::Known;
use crate::extract::{JsonText, Path, id};
use crate::moment::{self, rfc3339};
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::http::HeaderName;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use service::{Error, NewSubscription, Order, Page, Timing, Violation};

/// What a client sends (`AbstractQuerySubscription` with a schedule or a stream); the schema allows
/// members beside these.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewJson {
    dest: String,
    #[serde(default)]
    signature_token: Option<String>,
    #[serde(default)]
    initial_record_time: Option<String>,
    #[serde(default)]
    stream: Option<bool>,
    #[serde(default)]
    report_if_empty: Option<bool>,
    #[serde(default)]
    schedule: Option<Map<String, Value>>,
    #[serde(default)]
    epc_format: Option<String>,
    #[serde(default)]
    cbv_format: Option<String>,
}

/// The object of the published OpenAPI. The token of its signatures is never told.
macro_rules! subscription_json {
    ($it:expr) => {{
        let it = &$it;
        let initial_us = it.initial_record_time_us.unwrap_or(it.created_at_us);
        let mut object = json!({
            "subscriptionID": it.subscription_id.to_string(),
            "queryName": it.query_name,
            "dest": it.dest,
            "createdAt": rfc3339(it.created_at_us),
            "initialRecordTime": rfc3339(initial_us),
            "minRecordTime": rfc3339(it.min_record_time_us),
            "epcFormat": it.epc_format,
            "cbvFormat": it.cbv_format,
            "reportIfEmpty": it.reports_if_empty,
            "suyuan:isStopped": it.is_stopped,
            "suyuan:nWaiting": it.n_waiting,
            "suyuan:nDead": it.n_dead,
        });
        match it.schedule.as_deref().map(serde_json::from_str::<Value>) {
            Some(Ok(schedule)) => object["schedule"] = schedule,
            _ => object["stream"] = true.into(),
        }
        if let Some(notified_us) = it.notified_at_us {
            object["lastNotifiedAt"] = rfc3339(notified_us).into();
        }
        object
    }};
}

/// `GET /epcis/queries/{query_name}/subscriptions`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Path(query_name): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.only_json()?;
    app.service.find_query(&caller, &query_name).await.map_err(no_such_name)?;
    let after = asked.after().map(str::to_owned);
    let page = Page { after, limit: asked.per_page, order: Order::OldestFirst };
    let paged = match app.service.list_subscriptions(&caller, &query_name, &page).await {
        Err(Error::NotFound) => return Err(bad_token()),
        paged => paged?,
    };
    let list: Vec<Value> = paged.items.iter().map(|it| subscription_json!(it)).collect();
    Ok(asked.with_next_of_list(&app, asked.json(&list), paged.next))
}

/// `POST /epcis/queries/{query_name}/subscriptions`.
pub(crate) async fn create(
    State(app): State<App>,
    Known(caller): Known,
    Path(query_name): Path<String>,
    asked: Asked,
    JsonText(body): JsonText,
) -> Result<Response, Problem> {
    asked.only_json()?;
    app.service.find_query(&caller, &query_name).await.map_err(no_such_name)?;
    let new = read(&body, &asked)?;
    app.webhooks.check("/dest", &new.dest).await?;
    let made = app.service.create_subscription(&caller, &query_name, new).await;
    let made = made.map_err(refused)?;
    let name = segment(&made.query_name);
    let location = format!("/epcis/queries/{name}/subscriptions/{}", made.subscription_id);
    Ok(with_versions(reply::created(&location, &subscription_json!(made))))
}

/// `GET /epcis/queries/{query_name}/subscriptions/{subscription_id}`.
pub(crate) async fn find(
    State(app): State<App>,
    Known(caller): Known,
    Path((query_name, subscription_id)): Path<(String, String)>,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.only_json()?;
    let id = id(&subscription_id)?;
    let found = app.service.find_subscription_of(&caller, &query_name, id).await?;
    Ok(asked.json(&subscription_json!(found)))
}

/// `OPTIONS /epcis/queries/{query_name}/subscriptions/{subscription_id}`: with the first record
/// time of what it tells.
pub(crate) async fn discover(
    State(app): State<App>,
    Known(caller): Known,
    Path((query_name, subscription_id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = id(&subscription_id)?;
    let found = app.service.find_subscription_of(&caller, &query_name, id).await?;
    let name = HeaderName::from_static("gs1-query-min-record-time");
    Ok(with(discovered("OPTIONS, GET, DELETE"), name, rfc3339(found.min_record_time_us)))
}

/// `DELETE /epcis/queries/{query_name}/subscriptions/{subscription_id}`.
pub(crate) async fn delete(
    State(app): State<App>,
    Known(caller): Known,
    Path((query_name, subscription_id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = id(&subscription_id)?;
    let found = app.service.find_subscription_of(&caller, &query_name, id).await?;
    app.service.delete_subscription(&caller, found.subscription_id).await?;
    Ok(with_versions(reply::no_content()))
}

fn read(body: &[u8], asked: &Asked) -> Result<NewSubscription, Problem> {
    let sent: NewJson = serde_json::from_slice(body)
        .map_err(|error| Problem::rejected("", "bad-json", error.to_string()))?;
    let initial = sent.initial_record_time.as_deref();
    let schedule = sent.schedule.map(schedule_fields).transpose()?;
    let reports_if_empty = sent.report_if_empty.unwrap_or_default();
    Ok(NewSubscription {
        dest: sent.dest,
        signature_token: sent.signature_token,
        timing: timing(sent.stream, schedule, reports_if_empty)?,
        initial_record_time_us: initial.map(record_time).transpose()?,
        epc_format: chosen(sent.epc_format, "/epcFormat", epcis::EpcFormat::parse)?
            .unwrap_or(asked.epc_format),
        cbv_format: chosen(sent.cbv_format, "/cbvFormat", epcis::CbvFormat::parse)?
            .unwrap_or(asked.cbv_format),
    })
}

fn chosen<T>(
    text: Option<String>,
    pointer: &str,
    parse: fn(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let wrong = || Problem::rejected(pointer, "unknown-format", "name a format of the standard");
    parse(&text).map(Some).ok_or_else(wrong)
}

/// A field of a schedule is a text, or a number as in the standard's own examples.
fn schedule_fields(schedule: Map<String, Value>) -> Result<Vec<(String, String)>, Problem> {
    let field = |(name, value): (String, Value)| match value {
        Value::String(text) => Ok((name, text)),
        Value::Number(number) => Ok((name, number.to_string())),
        _ => Err(Problem::subscription(&format!("/schedule/{name}"), "write it as a text")),
    };
    schedule.into_iter().map(field).collect()
}

/// A stream or a schedule, and not both (§12.7).
pub(super) fn timing(
    stream: Option<bool>,
    fields: Option<Vec<(String, String)>>,
    reports_if_empty: bool,
) -> Result<Timing, Problem> {
    match (stream, fields) {
        (Some(true), None) => Ok(Timing::Stream),
        (None | Some(false), Some(fields)) => {
            let timing = Timing::Schedule { fields, reports_if_empty };
            timing.schedule().map_err(refused)?;
            Ok(timing)
        }
        (Some(true), Some(_)) => {
            Err(Problem::subscription("/stream", "a schedule or a stream, not both"))
        }
        (None | Some(false), None) => {
            let detail = "name a schedule, or ask for a stream with \"stream\": true";
            Err(Problem::subscription("/stream", detail))
        }
    }
}

pub(super) fn record_time(text: &str) -> Result<i64, Problem> {
    let wrong = || {
        let detail = "write a time with its zone, as in 2026-11-21T08:00:00Z";
        Problem::rejected("/initialRecordTime", "bad-time", detail)
    };
    moment::parse(text).ok_or_else(wrong)
}

/// What the schedule or the query is not fit for has a type of its own.
pub(super) fn refused(error: Error) -> Problem {
    let is_of_controls =
        |it: &Violation| it.pointer.starts_with("/schedule") || it.pointer == "/query";
    match error {
        Error::Rejected(violations) if violations.iter().all(is_of_controls) => {
            Problem::subscriptions(violations)
        }
        other => no_such_name(other),
    }
}
