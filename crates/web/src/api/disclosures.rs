//! What anyone may read of the history of an enterprise's goods.

use crate::app::App;
use crate::caller::Known;
use crate::extract::Json;
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use service::{Disclosure, Named, NewDisclosure};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DisclosureJson {
    /// Ids of the enterprises that are named beside the owner; `*` alone names all.
    named: Vec<String>,
    /// Stages that are kept private.
    hidden_stages: Vec<String>,
    /// Whether its products are found by their names; left out, that stays as it is.
    is_listed: Option<bool>,
}

/// `GET /api/v1/disclosure`.
pub(crate) async fn find(
    State(app): State<App>,
    Known(caller): Known,
) -> Result<Response, Problem> {
    Ok(reply::json(&DisclosureJson::from(app.service.find_disclosure(&caller).await?)))
}

/// `PUT /api/v1/disclosure`.
pub(crate) async fn set(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<DisclosureJson>,
) -> Result<Response, Problem> {
    let DisclosureJson { named, hidden_stages, is_listed } = new;
    let new = NewDisclosure { named, hidden_stages, is_listed };
    Ok(reply::json(&DisclosureJson::from(app.service.set_disclosure(&caller, new).await?)))
}

impl From<Disclosure> for DisclosureJson {
    fn from(chosen: Disclosure) -> Self {
        Self {
            named: named_in_words(&chosen),
            hidden_stages: chosen.hidden_stages.iter().map(|it| it.name().to_owned()).collect(),
            is_listed: Some(chosen.is_listed),
        }
    }
}

/// The enterprises that are named, as they are written.
pub(crate) fn named_in_words(chosen: &Disclosure) -> Vec<String> {
    match &chosen.named {
        Named::All => vec!["*".to_owned()],
        Named::These(ids) => ids.iter().map(ToString::to_string).collect(),
    }
}
