//! Beginning and ending the life of codes.

use crate::app::App;
use crate::caller::Known;
use crate::extract::{Json, id};
use crate::moment;
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use service::{Commission, Commissioned, Retire, Retirement, Selection};
use verdict::{DestroyReason, VoidReason};

/// Codes one by one, or positions of a batch; a batch without positions is the whole batch.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SelectionJson {
    #[serde(default)]
    batch_id: Option<String>,
    /// First position, 0-based.
    #[serde(default)]
    first: Option<u64>,
    /// Last position, included.
    #[serde(default)]
    last: Option<u64>,
    #[serde(default)]
    list: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommissionJson {
    codes: SelectionJson,
    lot_number: String,
    production_date: String,
    #[serde(default)]
    shelf_life_days: Option<u32>,
    #[serde(default)]
    event_time: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecommissionJson {
    codes: SelectionJson,
    /// `void` or `destroy`.
    how: String,
    reason: String,
    #[serde(default)]
    event_time: Option<String>,
}

#[derive(Serialize)]
struct CommissionedJson {
    capture_id: String,
    n_codes: u64,
    lot_id: Option<String>,
}

/// `POST /api/v1/commissions`.
pub(crate) async fn commission(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<CommissionJson>,
) -> Result<Response, Problem> {
    let new = Commission {
        codes: selection(new.codes)?,
        lot_number: new.lot_number,
        production_date: new.production_date,
        shelf_life_days: new.shelf_life_days,
        event_time_us: event_time(new.event_time)?,
    };
    let done = app.service.commission_codes(&caller, new).await?;
    Ok(captured(done))
}

/// `POST /api/v1/decommissions`.
pub(crate) async fn decommission(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<DecommissionJson>,
) -> Result<Response, Problem> {
    let retire = Retire {
        codes: selection(new.codes)?,
        how: retirement(&new.how, &new.reason)?,
        event_time_us: event_time(new.event_time)?,
    };
    let done = app.service.retire_codes(&caller, retire).await?;
    Ok(captured(done))
}

fn captured(done: Commissioned) -> Response {
    let capture_id = done.capture.capture_id.to_string();
    let location = format!("/epcis/capture/{capture_id}");
    let lot_id = done.lot_id.map(|it| it.to_string());
    reply::created(&location, &CommissionedJson { capture_id, n_codes: done.n_codes, lot_id })
}

fn selection(codes: SelectionJson) -> Result<Selection, Problem> {
    match codes {
        SelectionJson { batch_id: None, first: None, last: None, list: Some(list) } => {
            Ok(Selection::List(list))
        }
        SelectionJson { batch_id: Some(batch), first: None, last: None, list: None } => {
            Ok(Selection::Whole(id(&batch)?))
        }
        SelectionJson {
            batch_id: Some(batch),
            first: Some(first),
            last: Some(last),
            list: None,
        } => Ok(Selection::Range { batch_id: id(&batch)?, first, last }),
        _ => {
            let detail = "send list, or batch_id, or batch_id with first and last";
            Err(Problem::rejected("/codes", "unclear-selection", detail))
        }
    }
}

/// How codes end, by the names a client sent.
pub(crate) fn retirement(how: &str, reason: &str) -> Result<Retirement, Problem> {
    let found = match how {
        "void" => VoidReason::from_name(reason).map(Retirement::Void),
        "destroy" => DestroyReason::from_name(reason).map(Retirement::Destroy),
        _ => return Err(Problem::rejected("/how", "unknown-way", "void or destroy")),
    };
    let voids = VoidReason::ALL.map(VoidReason::name).join(", ");
    let destroys = DestroyReason::ALL.map(DestroyReason::name).join(", ");
    let detail = format!("to void: {voids}; to destroy: {destroys}");
    found.ok_or_else(|| Problem::rejected("/reason", "unknown-reason", detail))
}

fn event_time(text: Option<String>) -> Result<Option<i64>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let detail = "an RFC 3339 time with an offset, such as 2026-11-21T08:00:00+08:00";
    let parsed = moment::parse(&text);
    parsed.map(Some).ok_or_else(|| Problem::rejected("/event_time", "bad-time", detail))
}
