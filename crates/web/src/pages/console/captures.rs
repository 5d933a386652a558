//! What was reported: captures, the latest events, and a form for a file.

use super::{Desk, done, grouped, next_link, table, tried};
use crate::api::events::type_name;
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Fields, Query, Upload};
use crate::moment::in_words;
use crate::pages::blocks::{Block, Field, Form, Input, Row, Table, Tried, Way};
use crate::problem::Problem;
use crate::text::biz_step;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::{Page, Role};

const PATH: &str = "/console/captures";

/// Events shown below the captures.
const N_EVENTS: u32 = 20;

/// `GET /console/captures`.
pub(crate) async fn list(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    page(&app, &Desk::new(&visit, &caller), &fields.newest_page()?, None).await
}

/// `POST /console/captures` with a file.
pub(crate) async fn capture(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Upload(file): Upload,
) -> Result<Response, Problem> {
    match app.service.capture_document(&caller, file.to_vec()).await {
        Ok(_) => Ok(done(PATH)),
        Err(error) => {
            let tried = tried(PATH, Fields::default(), error.into())?;
            let desk = Desk::new(&visit, &caller);
            Ok(tried.problem.on(page(&app, &desk, &Page::newest(), Some(&tried)).await?))
        }
    }
}

async fn page(
    app: &App,
    desk: &Desk<'_>,
    page: &Page,
    tried: Option<&Tried>,
) -> Result<Response, Problem> {
    let c = desk.c;
    let paged = app.service.list_captures(desk.caller, page).await?;
    let heads = vec![c.capture, c.created, c.n_events, c.n_known, c.n_differing];
    let mut list = table(c.captures, heads, [c.captures_none, c.captures_none_next]);
    list.next = next_link(PATH, paged.next);
    list.rows.extend(paged.items.into_iter().map(|it| {
        let created = in_words(desk.language(), it.created_at_us);
        let id = it.capture_id.to_string();
        let job = format!("/epcis/capture/{id}");
        let counts = [it.n_events, it.n_known, it.n_differing].map(grouped);
        Row::linked(job, [id, created].into_iter().chain(counts).collect())
    }));
    let mut blocks = vec![Block::Table(list), Block::Table(events(app, desk).await?)];
    if matches!(desk.caller.role, Role::Enterprise | Role::Dealer) {
        let file = Field::of("file", c.file, Input::File(".json,.jsonld"));
        let form = Form::post(c.capture_new, PATH, vec![file])
            .lead(c.capture_new_lead)
            .way(Way::Upload)
            .after(tried);
        blocks.insert(0, Block::Form(form));
    }
    Ok(desk.page(c.captures, "", blocks))
}

async fn events(app: &App, desk: &Desk<'_>) -> Result<Table, Problem> {
    let c = desk.c;
    let page = Page { limit: N_EVENTS, ..Page::newest() };
    let paged = app.service.list_events(desk.caller, &page).await?;
    let heads = vec![c.event_time, c.event_type, c.biz_step, c.record_time];
    let mut list = table(c.events, heads, [c.captures_none, c.captures_none_next]);
    list.rows.extend(paged.items.into_iter().map(|it| {
        let step = biz_step(desk.language(), &it.biz_step).to_owned();
        let happened = in_words(desk.language(), it.event_time_us);
        let recorded = in_words(desk.language(), it.record_time_us);
        Row::new(vec![happened, type_name(it.kind).to_owned(), step, recorded])
    }));
    Ok(list)
}
