//! The two files that pages share.

use super::style;
use crate::reply::{A_WHILE, FOR_EVER, bytes};
use axum::response::Response;

/// `GET /assets/console.css`; its address changes with its content.
pub(crate) async fn console_css() -> Response {
    bytes("text/css; charset=utf-8", FOR_EVER, style::CONSOLE)
}

/// `GET /assets/pass.js`, which does the work that a closed door asks for.
pub(crate) async fn pass_js() -> Response {
    bytes("text/javascript; charset=utf-8", A_WHILE, include_str!("pass.js"))
}

/// `GET /assets/place.js`, which asks a device where it is once its owner wants it to.
pub(crate) async fn place_js() -> Response {
    bytes("text/javascript; charset=utf-8", A_WHILE, include_str!("place.js"))
}

/// `GET /assets/icon.svg`.
pub(crate) async fn icon() -> Response {
    bytes("image/svg+xml", FOR_EVER, style::ICON)
}
