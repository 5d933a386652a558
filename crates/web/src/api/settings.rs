//! What is set for a product or for all, as data: what is in force, and who changed it.

use super::shapes::ListJson;
use crate::moment::rfc3339;
use crate::reply;
use axum::response::Response;
use serde::Serialize;
use service::{InForce, Paged, SettingChange};

#[derive(Serialize)]
struct InForceJson<J> {
    set_by: &'static str,
    #[serde(flatten)]
    settings: J,
}

/// What is in force, shaped by `shape`.
pub(crate) fn in_force<T, J: Serialize>(it: InForce<T>, shape: impl Fn(T) -> J) -> Response {
    reply::json(&InForceJson { set_by: it.from.name(), settings: shape(it.settings) })
}

#[derive(Serialize)]
struct ChangeJson<J> {
    change_id: String,
    product_id: Option<String>,
    changed_at: String,
    key_id: String,
    changed_by: String,
    before: Option<J>,
    after: Option<J>,
}

/// A page of the log of changes, shaped by `shape`.
pub(crate) fn changes<T, J: Serialize>(
    paged: Paged<SettingChange<T>>,
    shape: impl Fn(T) -> J,
) -> Response {
    reply::json(&ListJson::new(paged, |it| ChangeJson {
        change_id: it.change_id.to_string(),
        product_id: it.product_id.map(|id| id.to_string()),
        changed_at: rfc3339(it.changed_at_us),
        key_id: it.key_id.to_string(),
        changed_by: it.changed_by,
        before: it.before.map(&shape),
        after: it.after.map(&shape),
    }))
}
