//! The first page of an enterprise: what to do next, and what was done last.

use super::alerts::open_alerts;
use super::diversions::to_check;
use super::{Desk, grouped, portal_of, table};
use crate::app::App;
use crate::caller::SignedIn;
use crate::moment::in_words;
use crate::pages::blocks::{Block, Link, Row};
use crate::problem::Problem;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use service::{Page, Role};

/// Rows of each list.
const N_ROWS: u32 = 5;

/// `GET /console`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
) -> Result<Response, Problem> {
    if caller.role != Role::Enterprise {
        return Ok(Redirect::to(portal_of(caller.role)).into_response());
    }
    let desk = Desk::new(&visit, &caller);
    let c = desk.c;
    let page = Page { limit: N_ROWS, ..Page::newest() };
    let link = |href: &str, label| Link { href: href.to_owned(), label };
    let steps = vec![
        link("/console/products", c.step_product),
        link("/console/batches", c.step_batch),
        link("/console/batches", c.step_commission),
        link("/console/captures", c.step_capture),
    ];
    let batches = app.service.list_batches(&caller, &page).await?;
    let heads = vec![c.batch, c.n_codes, c.n_commissioned, c.created];
    let mut list = table(c.newest_batches, heads, [c.batches_none, c.batches_none_next]);
    list.rows.extend(batches.items.into_iter().map(|it| {
        let id = it.batch.batch_id.to_string();
        let created = in_words(desk.language(), it.batch.created_at_us);
        let (n_codes, n_done) = (grouped(it.batch.n_codes), grouped(it.n_commissioned));
        Row::linked(format!("/console/batches/{id}"), vec![id, n_codes, n_done, created])
    }));
    let captures = app.service.list_captures(&caller, &page).await?;
    let heads = vec![c.capture, c.n_events, c.created];
    let mut latest = table(c.newest_captures, heads, [c.captures_none, c.captures_none_next]);
    latest.rows.extend(captures.items.into_iter().map(|it| {
        let created = in_words(desk.language(), it.created_at_us);
        Row::new(vec![it.capture_id.to_string(), grouped(it.n_events), created])
    }));
    let mut blocks = vec![Block::Links(steps)];
    blocks.extend(to_check(&app, &desk, N_ROWS).await?);
    blocks.extend(open_alerts(&app, &desk).await?);
    blocks.extend([Block::Table(list), Block::Table(latest)]);
    Ok(desk.page(c.overview, c.overview_lead, blocks))
}
