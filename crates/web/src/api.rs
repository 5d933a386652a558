//! Our own API under `/api/v1`: JSON in, JSON out, for ERP, MES and label printers.
//!
//! `openapi.json` beside this crate describes it; `cargo xtask tidy` compares it with the router.

pub(crate) mod alerts;
pub(crate) mod batches;
pub(crate) mod certificates;
pub(crate) mod codes;
pub(crate) mod commissions;
pub(crate) mod dealers;
pub(crate) mod disclosures;
pub(crate) mod diversions;
pub(crate) mod domains;
pub(crate) mod enterprises;
pub(crate) mod events;
pub(crate) mod feedback;
pub(crate) mod goods;
pub(crate) mod grants;
pub(crate) mod identifiers;
pub(crate) mod keys;
pub(crate) mod links;
pub(crate) mod lots;
pub(crate) mod master_data;
pub(crate) mod names;
pub(crate) mod notices;
pub(crate) mod page_settings;
pub(crate) mod parties;
pub(crate) mod products;
pub(crate) mod recalls;
pub(crate) mod reports;
pub(crate) mod rules;
pub(crate) mod schemes;
pub(crate) mod settings;
pub(crate) mod shapes;
pub(crate) mod subscriptions;
pub(crate) mod tasks;
pub(crate) mod traces;

use crate::reply::{A_WHILE, bytes};
use axum::response::Response;

/// `GET /api/v1/openapi.json`.
pub(crate) async fn openapi() -> Response {
    bytes("application/json", A_WHILE, include_str!("../openapi.json"))
}
