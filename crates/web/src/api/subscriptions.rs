//! Subscriptions as an operator sees them: what waits, what is dead, what to do about it. They are
//! made and deleted under `/epcis/queries`.

use super::shapes::ListJson;
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Path, Query, id};
use crate::moment::rfc3339;
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

#[derive(Serialize)]
struct SubscriptionJson {
    subscription_id: String,
    enterprise_id: Option<String>,
    query_name: String,
    dest: String,
    is_stream: bool,
    is_stopped: bool,
    stopped_for: String,
    n_waiting: u64,
    n_dead: u64,
    n_delivered: u64,
    last_error: String,
    notified_at: Option<String>,
    created_at: String,
}

macro_rules! subscription_json {
    ($it:expr) => {{
        let it = $it;
        SubscriptionJson {
            subscription_id: it.subscription_id.to_string(),
            enterprise_id: it.owner.single().map(|id| id.to_string()),
            query_name: it.query_name,
            dest: it.dest,
            is_stream: it.schedule.is_none(),
            is_stopped: it.is_stopped,
            stopped_for: it.stopped_for,
            n_waiting: it.n_waiting,
            n_dead: it.n_dead,
            n_delivered: it.n_delivered,
            last_error: it.last_error,
            notified_at: it.notified_at_us.map(rfc3339),
            created_at: rfc3339(it.created_at_us),
        }
    }};
}

#[derive(Serialize)]
struct DeliveryJson {
    delivery_id: String,
    first_n: i64,
    n_events: usize,
    n_attempts: u32,
    waits_since: String,
    last_error: String,
}

/// `GET /api/v1/subscriptions`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let paged = app.service.list_all_subscriptions(&caller, &fields.page()?).await?;
    Ok(reply::json(&ListJson::new(paged, |it| subscription_json!(it))))
}

/// `GET /api/v1/subscriptions/{subscription_id}`.
pub(crate) async fn find(
    State(app): State<App>,
    Known(caller): Known,
    Path(subscription_id): Path<String>,
) -> Result<Response, Problem> {
    let found = app.service.find_subscription(&caller, id(&subscription_id)?).await?;
    Ok(reply::json(&subscription_json!(found)))
}

/// `POST /api/v1/subscriptions/{subscription_id}/resume`.
pub(crate) async fn resume(
    State(app): State<App>,
    Known(caller): Known,
    Path(subscription_id): Path<String>,
) -> Result<Response, Problem> {
    app.service.resume_subscription(&caller, id(&subscription_id)?).await?;
    Ok(reply::no_content())
}

/// `GET /api/v1/subscriptions/{subscription_id}/dead_letters`.
pub(crate) async fn dead_letters(
    State(app): State<App>,
    Known(caller): Known,
    Path(subscription_id): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let id = id(&subscription_id)?;
    let paged = app.service.list_dead_letters(&caller, id, &fields.page()?).await?;
    Ok(reply::json(&ListJson::new(paged, |it| DeliveryJson {
        delivery_id: it.id(),
        first_n: it.first_n,
        n_events: it.event_keys.len(),
        n_attempts: it.n_attempts,
        waits_since: rfc3339(it.waits_since_us),
        last_error: it.last_error,
    })))
}

/// `POST /api/v1/subscriptions/{subscription_id}/dead_letters/{first_n}/replay`.
pub(crate) async fn replay(
    State(app): State<App>,
    Known(caller): Known,
    Path((subscription_id, first_n)): Path<(String, String)>,
) -> Result<Response, Problem> {
    app.service.replay_delivery(&caller, id(&subscription_id)?, id(&first_n)?).await?;
    Ok(reply::no_content())
}

/// `DELETE /api/v1/subscriptions/{subscription_id}/dead_letters/{first_n}`.
pub(crate) async fn drop(
    State(app): State<App>,
    Known(caller): Known,
    Path((subscription_id, first_n)): Path<(String, String)>,
) -> Result<Response, Problem> {
    app.service.drop_delivery(&caller, id(&subscription_id)?, id(&first_n)?).await?;
    Ok(reply::no_content())
}
