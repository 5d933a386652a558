//! Subscriptions: whom new events are sent to, what waits, and what nobody took.

use super::{Desk, done, grouped, next_link, table, tried};
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Fields, Path, Posted, Query, id};
use crate::moment::in_words;
use crate::pages::blocks::{Act, Block, Facts, Field, Form, Input, Note, Row, Tried};
use crate::pages::facts;
use crate::problem::Problem;
use crate::text::ConsoleTexts;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use epcis::{CbvFormat, EpcFormat};
use service::{NewSubscription, Page, Timing};
use verdict::Tone;

const PATH: &str = "/console/subscriptions";

/// `GET /console/subscriptions`.
pub(crate) async fn list(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    page(&app, &Desk::new(&visit, &caller), &fields.newest_page()?, None).await
}

/// `POST /console/subscriptions`.
pub(crate) async fn create(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    match make(&app, &desk, &fields).await {
        Ok(subscription_id) => Ok(done(&format!("{PATH}/{subscription_id}"))),
        Err(problem) => {
            let tried = tried(PATH, fields, problem)?;
            Ok(tried.problem.on(page(&app, &desk, &Page::newest(), Some(&tried)).await?))
        }
    }
}

async fn make(app: &App, desk: &Desk<'_>, fields: &Fields) -> Result<String, Problem> {
    let new = NewSubscription {
        dest: fields.text("dest"),
        signature_token: fields.optional("signatureToken"),
        timing: Timing::Stream,
        initial_record_time_us: None,
        epc_format: EpcFormat::default(),
        cbv_format: CbvFormat::default(),
    };
    app.webhooks.check("/dest", &new.dest).await?;
    let query_name = fields.text("query_name");
    let made = app.service.create_subscription(desk.caller, &query_name, new).await?;
    Ok(made.subscription_id.to_string())
}

async fn page(
    app: &App,
    desk: &Desk<'_>,
    page: &Page,
    tried: Option<&Tried>,
) -> Result<Response, Problem> {
    let c = desk.c;
    let paged = app.service.list_all_subscriptions(desk.caller, page).await?;
    let heads = vec![c.query_name, c.dest, c.state, c.n_waiting, c.n_dead];
    let mut list = table(c.subscriptions, heads, [c.subscriptions_none, c.subscriptions_none_next]);
    list.next = next_link(PATH, paged.next);
    list.rows.extend(paged.items.into_iter().map(|it| {
        let href = format!("{PATH}/{}", it.subscription_id);
        let state = state(c, it.is_stopped, &it.last_error).to_owned();
        let counts = [grouped(it.n_waiting), grouped(it.n_dead)];
        Row::linked(href, [it.query_name, it.dest, state].into_iter().chain(counts).collect())
    }));
    let mut blocks = vec![Block::Table(list)];
    let queries = app.service.list_queries(desk.caller, &Page::first()).await?.items;
    if !queries.is_empty() {
        let names = queries.into_iter().map(|it| (it.name.clone(), it.name)).collect();
        let fields = vec![
            Field::of("query_name", c.query_name, Input::Choice(names)),
            Field::line("dest", c.dest).hint(c.dest_hint),
            Field::line("signatureToken", c.signature_token).hint(c.signature_hint).optional(),
        ];
        blocks.push(Block::Form(Form::post(c.subscription_new, PATH, fields).after(tried)));
    }
    Ok(desk.page(c.subscriptions, c.subscriptions_lead, blocks))
}

fn state(c: &ConsoleTexts, is_stopped: bool, last_error: &str) -> &'static str {
    match (is_stopped, last_error) {
        (true, _) => c.subscription_stopped,
        (false, "") => c.subscription_active,
        (false, _) => c.subscription_failing,
    }
}

/// `GET /console/subscriptions/{subscription_id}`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(subscription_id): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let c = desk.c;
    let it = app.service.find_subscription(&caller, id(&subscription_id)?).await?;
    let here = format!("{PATH}/{subscription_id}");
    let mut blocks = Vec::new();
    if it.is_stopped {
        let mut note = Note::new(Tone::Red, c.subscription_stopped);
        note.lines = vec![c.subscription_stopped_next.to_owned(), it.stopped_for];
        blocks.push(Block::Note(note));
    } else if !it.last_error.is_empty() {
        let mut note = Note::new(Tone::Amber, c.subscription_failing);
        note.lines = vec![it.last_error.clone()];
        blocks.push(Block::Note(note));
    }
    let notified = it.notified_at_us.map(|at_us| in_words(desk.language(), at_us));
    let facts = facts([
        (c.query_name, it.query_name),
        (c.dest, it.dest),
        (c.schedule, it.schedule.unwrap_or_else(|| c.stream.to_owned())),
        (c.n_delivered, grouped(it.n_delivered)),
        (c.n_waiting, grouped(it.n_waiting)),
        (c.n_dead, grouped(it.n_dead)),
        (c.notified_at, notified.unwrap_or_default()),
        (c.created, in_words(desk.language(), it.created_at_us)),
    ]);
    blocks.push(Block::Facts(Facts { title: c.subscription, picture: None, facts }));
    blocks.extend(dead_letters(&app, &desk, &here, &fields).await?);
    blocks.push(Block::Form(Form::post(c.resume, format!("{here}/resume"), Vec::new())));
    blocks.push(Block::Form(Form::post(
        c.subscription_delete,
        format!("{here}/delete"),
        Vec::new(),
    )));
    Ok(desk.page(c.subscription, "", blocks))
}

/// The table of dead letters, and a form to drop one.
async fn dead_letters(
    app: &App,
    desk: &Desk<'_>,
    here: &str,
    fields: &Fields,
) -> Result<Vec<Block>, Problem> {
    let c = desk.c;
    let subscription_id = here.rsplit('/').next().unwrap_or_default();
    let paged =
        app.service.list_dead_letters(desk.caller, id(subscription_id)?, &fields.page()?).await?;
    let heads = vec![c.delivery, c.n_events, c.n_attempts, c.waits_since, c.last_error];
    let mut list = table(c.dead_letters, heads, [c.dead_letters_none, c.dead_letters_none_next]);
    list.next = next_link(here, paged.next);
    let mut numbers = Vec::new();
    list.rows.extend(paged.items.into_iter().map(|it| {
        let action = format!("{here}/dead_letters/{}/replay", it.first_n);
        numbers.push((it.first_n.to_string(), it.id()));
        let since = in_words(desk.language(), it.waits_since_us);
        let counts = [it.event_keys.len() as u64, it.n_attempts.into()].map(grouped);
        let cells = [it.id()].into_iter().chain(counts).chain([since, it.last_error]).collect();
        Row { href: None, cells, acts: vec![Act { action, label: c.replay }] }
    }));
    let mut blocks = vec![Block::Table(list)];
    if !numbers.is_empty() {
        let field = Field::of("first_n", c.delivery, Input::Choice(numbers));
        let form = Form::post(c.dead_letter_drop, format!("{here}/drop"), vec![field]);
        blocks.push(Block::Form(form.lead(c.dead_letter_drop_lead)));
    }
    Ok(blocks)
}

/// `POST /console/subscriptions/{subscription_id}/resume`.
pub(crate) async fn resume(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path(subscription_id): Path<String>,
) -> Result<Response, Problem> {
    app.service.resume_subscription(&caller, id(&subscription_id)?).await?;
    Ok(done(&format!("{PATH}/{subscription_id}")))
}

/// `POST /console/subscriptions/{subscription_id}/delete`.
pub(crate) async fn delete(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path(subscription_id): Path<String>,
) -> Result<Response, Problem> {
    app.service.delete_subscription(&caller, id(&subscription_id)?).await?;
    Ok(done(PATH))
}

/// `POST /console/subscriptions/{subscription_id}/dead_letters/{first_n}/replay`.
pub(crate) async fn replay(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path((subscription_id, first_n)): Path<(String, String)>,
) -> Result<Response, Problem> {
    app.service.replay_delivery(&caller, id(&subscription_id)?, id(&first_n)?).await?;
    Ok(done(&format!("{PATH}/{subscription_id}")))
}

/// `POST /console/subscriptions/{subscription_id}/drop`.
pub(crate) async fn drop_one(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path(subscription_id): Path<String>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let first_n = id(&fields.text("first_n"))?;
    app.service.drop_delivery(&caller, id(&subscription_id)?, first_n).await?;
    Ok(done(&format!("{PATH}/{subscription_id}")))
}
