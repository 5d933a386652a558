//! The two files that pages share.

use super::style;
use crate::reply::{FOR_EVER, bytes};
use axum::response::Response;

/// `GET /assets/console.css`; its address changes with its content.
pub(crate) async fn console_css() -> Response {
    bytes("text/css; charset=utf-8", FOR_EVER, style::CONSOLE)
}

/// `GET /assets/icon.svg`.
pub(crate) async fn icon() -> Response {
    bytes("image/svg+xml", FOR_EVER, style::ICON)
}
