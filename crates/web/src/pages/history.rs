//! The history of one item, as anyone may read it: what happened, when, and who says so.

use super::item::encode;
use super::{Frame, Page, groups};
use crate::app::App;
use crate::extract::Path;
use crate::gate::{self, Asked, Way};
use crate::moment::in_words;
use crate::problem::Problem;
use crate::text::{biz_step, fill, traces as words};
use crate::visit::Visit;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use service::{Miss, PublicTrace, TraceStep, Via};

/// `GET /c/{code}/trace`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    let entered = match gate::enter(&app, &visit, Asked::of(&code), Way::Link) {
        Ok(entered) => entered,
        Err(stopped) => return Ok(*stopped),
    };
    let trace = match app.service.trace_public(&code).await {
        Err(error @ service::Error::NotFound) => {
            entered.pay(&app, Miss::Unknown).await;
            return Err(error.into());
        }
        trace => trace?,
    };
    let frame = Frame::new(&visit);
    let stage = |it| words::stage(visit.language, it);
    let step = |it: TraceStep| {
        let step = if it.biz_step.is_empty() { it.event_type } else { &it.biz_step };
        Step {
            title: biz_step(visit.language, step).to_owned(),
            at: in_words(visit.language, it.event_time_us),
            reported_by: match it.enterprise_name {
                // Of what kind it is may be known where its name may not.
                name if name.is_empty() => fill(frame.t.journey_unnamed, stage(it.stage)),
                name => name,
            },
            relation: match it.via {
                Via::Own => "",
                Via::Inside { .. } => frame.t.journey_inside,
                Via::Source { .. } => frame.t.journey_from,
                Via::Content { .. } => frame.t.journey_with,
                Via::Product { .. } => frame.t.journey_to,
            },
        }
    };
    let PublicTrace { told, apart, n_hidden, n_unnamed } = trace;
    let counted = |n: usize, sentence| (n > 0).then(|| fill(sentence, n));
    let kept =
        [counted(n_hidden, frame.t.journey_hidden), counted(n_unnamed, frame.t.journey_private)];
    let kept = kept.into_iter().flatten().collect();
    let steps = told.steps.into_iter().map(step).collect();
    let apart = apart.into_iter().map(step).collect();
    let back = format!("/c/{}{}", encode(&code), visit.pass_onward());
    let is_cut = told.cut.is_some();
    let groups = groups(&code).into_iter().map(str::to_owned).collect();
    let page = Page::public(HistoryPage {
        frame,
        groups,
        epc: told.epc,
        steps,
        apart,
        is_cut,
        kept,
        back,
    });
    Ok(page.into_response())
}

#[derive(Template)]
#[template(path = "history.html")]
struct HistoryPage {
    frame: Frame,
    groups: Vec<String>,
    epc: String,
    steps: Vec<Step>,
    /// What those report whom the owner's records do not lead to.
    apart: Vec<Step>,
    is_cut: bool,
    /// How much the owner of the item keeps private.
    kept: Vec<String>,
    /// Link to the verdict.
    back: String,
}

struct Step {
    title: String,
    at: String,
    reported_by: String,
    /// How the event belongs to the item, where it does not name it.
    relation: &'static str,
}
