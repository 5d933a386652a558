//! The front door: a box for a code, how to read the answer, codes to try, and where to sign in.

use super::{Frame, Page};
use crate::app::App;
use crate::problem::Problem;
use crate::visit::Visit;
use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;

/// How many trial codes are offered.
const N_TRIALS: u64 = 3;

/// `GET /`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
) -> Result<impl IntoResponse, Problem> {
    let trials = app.service.sample_codes(N_TRIALS).await?;
    Ok(Page::public(HomePage { frame: Frame::new(&visit), trials }))
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    trials: Vec<String>,
}
