//! Events as a list, for those who want to see what arrived; the query interface of EPCIS is under
//! `/epcis`.

use super::shapes::ListJson;
use crate::app::App;
use crate::caller::Known;
use crate::extract::Query;
use crate::moment::rfc3339;
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use trace::EventKind;

#[derive(Serialize)]
struct EventJson {
    event_id: String,
    event_type: &'static str,
    biz_step: Option<String>,
    event_time: String,
    record_time: String,
    enterprise_id: String,
    capture_id: String,
}

/// `GET /api/v1/events`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let paged = app.service.list_events(&caller, &fields.page()?).await?;
    let list = ListJson::new(paged, |it| EventJson {
        event_type: type_name(it.kind),
        biz_step: Some(it.biz_step).filter(|it| !it.is_empty()),
        event_time: rfc3339(it.event_time_us),
        record_time: rfc3339(it.record_time_us),
        enterprise_id: it.enterprise_id.to_string(),
        capture_id: it.capture_id.to_string(),
        event_id: it.event_id,
    });
    Ok(reply::json(&list))
}

/// The standard's name of an event type (EPCIS 2.0 §7.4).
pub(crate) fn type_name(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Object => "ObjectEvent",
        EventKind::Aggregation => "AggregationEvent",
        EventKind::Transaction => "TransactionEvent",
        EventKind::Transformation => "TransformationEvent",
        EventKind::Association => "AssociationEvent",
    }
}
