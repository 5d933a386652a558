//! For whoever runs the process: is it alive, can it work, what does it do.

use crate::app::App;
use crate::problem::Problem;
use crate::reply::{PRIVATE, bytes};
use axum::extract::State;
use axum::response::Response;

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> Response {
    bytes("text/plain", PRIVATE, "ok\n")
}

/// `GET /readyz`: the database answers as well.
pub(crate) async fn ready(State(app): State<App>) -> Result<Response, Problem> {
    app.service.ready().await?;
    Ok(bytes("text/plain", PRIVATE, "ready\n"))
}

/// `GET /metrics`.
pub(crate) async fn metrics(State(app): State<App>) -> Response {
    let media_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    bytes(media_type, PRIVATE, app.edge.metrics().encode())
}
