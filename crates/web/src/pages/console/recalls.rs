//! Recalls in the console: what would come back, the order, its progress, its end.

use super::{Desk, done, grouped, next_link, table, tried};
use crate::api::recalls::report::withdrawn_why;
use crate::api::recalls::{hex, unhex};
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Fields, Path, Posted, Query, id};
use crate::moment::{in_words, parse_local};
use crate::pages::blocks::{
    Act, Block, Facts, Field, Form, Input, Link, Note, Row, Table, Tried, Way,
};
use crate::pages::facts;
use crate::problem::Problem;
use crate::text::recalls::{gap, level};
use crate::text::{RecallTexts, fill, traces as words};
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::{
    AlertAnswer, AlertView, Amounts, NewRecall, Page, RecallHolder, RecallKind, RecallLevel,
    RecallPreview, RecallProgress, RecallQuestion, RecallStart, RecallSummary,
};
use verdict::Tone;

const PATH: &str = "/console/recalls";
const PREVIEW: &str = "/console/recalls/preview";
const SCHEDULE: &str = "/console/recalls/schedule";

/// The fields that name where a recall starts.
const START: [&str; 7] = ["thing", "event", "place", "from", "until", "query", "enterprise_id"];

/// `GET /console/recalls`.
pub(crate) async fn list(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    page(&app, &Desk::new(&visit, &caller), &fields.newest_page()?, None).await
}

/// `GET /console/recalls/preview?thing=…`.
pub(crate) async fn preview(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    match looked(&app, &desk, &fields).await {
        Ok(preview) => Ok(preview_page(&desk, &fields, &preview, None)),
        Err(problem) => {
            let tried = tried(PREVIEW, fields, problem)?;
            Ok(tried.problem.on(page(&app, &desk, &Page::newest(), Some(&tried)).await?))
        }
    }
}

/// `POST /console/recalls`.
pub(crate) async fn order(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    match ordered(&app, &desk, &fields).await {
        Ok(location) => Ok(done(&location)),
        Err(problem) => {
            let preview = looked(&app, &desk, &fields).await?;
            let asked = Fields(fields.0.clone());
            let tried = tried(PATH, fields, problem)?;
            Ok(tried.problem.on(preview_page(&desk, &asked, &preview, Some(&tried))))
        }
    }
}

/// `POST /console/recalls/schedule`.
pub(crate) async fn schedule(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let months = fields.number("every_months").map(Option::unwrap_or_default);
    let set = match months {
        Ok(months) => app.service.set_drill_schedule(&caller, months).await.map_err(Problem::from),
        Err(problem) => Err(problem),
    };
    match set {
        Ok(()) => Ok(done(PATH)),
        Err(problem) => {
            let tried = tried(SCHEDULE, fields, problem)?;
            Ok(tried.problem.on(page(&app, &desk, &Page::newest(), Some(&tried)).await?))
        }
    }
}

/// `GET /console/recalls/{recall_id}`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(recall_id): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    recall_page(&app, &desk, (&recall_id, &fields), None).await
}

/// `GET /console/recalls/{recall_id}/report`: to be printed.
pub(crate) async fn report(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(recall_id): Path<String>,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let t = desk.language().recall_texts();
    let summary = app.service.recall_summary(&caller, id(&recall_id)?).await?;
    let progress = &summary.progress;
    let mut blocks = vec![Block::Links(report_files(&desk, &recall_id).into())];
    blocks.extend([order_facts(&desk, progress), progress_facts(&desk, progress)]);
    blocks.push(Block::Table(states_of_progress(&desk, progress)));
    if !progress.recall.is_drill {
        blocks.push(Block::Table(holders_of(&desk, &summary)));
        let page = Page::first();
        let tasks = app.service.list_recall_tasks(&caller, id(&recall_id)?, &page).await?;
        blocks.push(Block::Table(super::tasks::table_of(&desk, t.tasks, tasks.items, None)));
    }
    if !progress.missing.is_empty() {
        blocks.push(Block::Table(missing(&desk, progress)));
    }
    Ok(desk.page(t.closing_report, t.print_lead, blocks))
}

/// `POST /console/recalls/{recall_id}/close`.
pub(crate) async fn close(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(recall_id): Path<String>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let here = format!("{PATH}/{recall_id}");
    let conclusion = fields.text("conclusion");
    let ended = app.service.end_recall(&caller, id(&recall_id)?, &conclusion).await;
    match ended {
        Ok(_) => Ok(done(&here)),
        Err(error) => {
            let tried = tried(&format!("{here}/close"), fields, error.into())?;
            let desk = Desk::new(&visit, &caller);
            let asked = (recall_id.as_str(), &Fields::default());
            Ok(tried.problem.on(recall_page(&app, &desk, asked, Some(&tried)).await?))
        }
    }
}

/// `POST /console/recalls/{recall_id}/withdraw`.
pub(crate) async fn withdraw(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(recall_id): Path<String>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let here = format!("{PATH}/{recall_id}");
    let reason = fields.text("reason");
    match app.service.withdraw_recall(&caller, id(&recall_id)?, &reason).await {
        Ok(_) => Ok(done(&here)),
        Err(error) => {
            let tried = tried(&format!("{here}/withdraw"), fields, error.into())?;
            let desk = Desk::new(&visit, &caller);
            let asked = (recall_id.as_str(), &Fields::default());
            Ok(tried.problem.on(recall_page(&app, &desk, asked, Some(&tried)).await?))
        }
    }
}

/// `POST /console/recalls/{recall_id}/alerts/{alert_no}/acknowledge`.
pub(crate) async fn acknowledge(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path((recall_id, alert_no)): Path<(String, String)>,
) -> Result<Response, Problem> {
    app.service.acknowledge_alert(&caller, id(&recall_id)?, id(&alert_no)?).await?;
    Ok(done(&format!("{PATH}/{recall_id}")))
}

/// `POST /console/recalls/{recall_id}/alerts/{alert_no}/accept`.
pub(crate) async fn accept(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path((recall_id, alert_no)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let alert = (id(&recall_id)?, id(&alert_no)?);
    app.service.answer_alert(&caller, alert, AlertAnswer::Accept).await?;
    Ok(done(&format!("{PATH}/{recall_id}")))
}

/// `POST /console/recalls/{recall_id}/alerts/{alert_no}/dismiss`.
pub(crate) async fn dismiss(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path((recall_id, alert_no)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let alert = (id(&recall_id)?, id(&alert_no)?);
    app.service.answer_alert(&caller, alert, AlertAnswer::Dismiss).await?;
    Ok(done(&format!("{PATH}/{recall_id}")))
}

async fn looked(app: &App, desk: &Desk<'_>, fields: &Fields) -> Result<RecallPreview, Problem> {
    let question = question_of(desk, fields)?;
    Ok(app.service.preview_recall(desk.caller, &question).await?)
}

async fn ordered(app: &App, desk: &Desk<'_>, fields: &Fields) -> Result<String, Problem> {
    let t = desk.language().recall_texts();
    let question = question_of(desk, fields)?;
    let preview = app.service.preview_recall(desk.caller, &question).await?;
    if fields.number::<u64>("confirm")? != Some(preview.total.n_items) {
        return Err(Problem::rejected("/confirm", "not-confirmed", t.confirm_wrong));
    }
    let kind = match fields.text("kind").as_str() {
        "drill" => RecallKind::Drill,
        _ => RecallKind::Recall,
    };
    let level = fields.number("level")?.and_then(RecallLevel::from_number);
    let new = NewRecall {
        question,
        kind,
        level: level.unwrap_or(RecallLevel::First),
        reason: fields.text("reason"),
        instructions: ["zh", "ko", "en"].map(|it| fields.text(it)),
        deadline_us: time_of(desk, fields, "deadline")?,
        client_token: fields.text("client_token"),
        root_hash: unhex(&fields.text("root_hash")),
    };
    let recall = app.service.order_recall(desk.caller, &new).await?;
    Ok(format!("{PATH}/{}", recall.recall_id))
}

fn time_of(desk: &Desk<'_>, fields: &Fields, name: &str) -> Result<Option<i64>, Problem> {
    let Some(text) = fields.optional(name) else { return Ok(None) };
    let message = "write a time as in 2026-11-22T08:00";
    let wrong = || Problem::rejected(&format!("/{name}"), "not-a-time", message);
    parse_local(desk.language(), &text).map(Some).ok_or_else(wrong)
}

fn question_of(desk: &Desk<'_>, fields: &Fields) -> Result<RecallQuestion, Problem> {
    let given = ["thing", "event", "place", "query"].map(|it| fields.optional(it));
    let start = match given {
        [Some(thing), None, None, None] => RecallStart::Thing(thing),
        [None, Some(event), None, None] => RecallStart::Event(event),
        [None, None, Some(place), None] => RecallStart::Place {
            place,
            from_us: time_of(desk, fields, "from")?.unwrap_or(0),
            until_us: time_of(desk, fields, "until")?.unwrap_or(4_102_444_800_000_000),
        },
        [None, None, None, Some(query)] => RecallStart::Query(query),
        _ => {
            let lead = desk.language().recall_texts().preview_lead;
            return Err(Problem::rejected("/thing", "one-start", lead));
        }
    };
    let enterprise_id = fields.optional("enterprise_id");
    Ok(RecallQuestion { start, enterprise_id, event_time_us: None, record_time_us: None })
}

async fn page(
    app: &App,
    desk: &Desk<'_>,
    page: &Page,
    tried: Option<&Tried>,
) -> Result<Response, Problem> {
    let t = desk.language().recall_texts();
    let mut blocks = Vec::new();
    let schedule = app.service.drill_schedule(desk.caller).await?;
    if let Some(due) = schedule.filter(|it| it.next_at_us <= app.service.now_us()) {
        let mut note = Note::new(Tone::Amber, t.drill_due);
        let since = fill(t.drill_next, in_words(desk.language(), due.next_at_us));
        note.lines = vec![since, t.drill_due_next.to_owned()];
        blocks.push(Block::Note(note));
    }
    let paged = app.service.list_recalls(desk.caller, page).await?;
    let heads = vec![t.recall, t.kind, t.level, t.state, t.n_items, t.located, t.ordered];
    let mut list = table(t.recalls, heads, [t.recalls_none, t.recalls_none_next]);
    list.next = next_link(PATH, paged.next);
    list.rows.extend(paged.items.into_iter().map(|it| {
        let n_all = it.n_items + it.n_lots;
        let cells = vec![
            it.recall_id.to_string(),
            if it.is_drill { t.drill } else { t.recall }.to_owned(),
            level(t, it.level).to_owned(),
            state_word(t, it.state.name()).to_owned(),
            grouped(it.n_items),
            percent(it.n_located, n_all),
            in_words(desk.language(), it.ordered_at_us),
        ];
        Row::linked(format!("{PATH}/{}", it.recall_id), cells)
    }));
    blocks.push(Block::Table(list));
    if desk.caller.enterprise_id.is_none() {
        let overdue = app.service.list_overdue_tasks(desk.caller, &Page::newest()).await?;
        let mut table = super::tasks::table_of(desk, t.overdue_tasks, overdue.items, None);
        (table.empty, table.empty_next) = (t.overdue_none, t.overdue_none_next);
        blocks.push(Block::Table(table));
    }
    blocks.push(Block::Form(preview_form(desk).after(tried)));
    if desk.caller.enterprise_id.is_some() {
        let months = schedule.map(|it| it.every_months).unwrap_or_default();
        let field = Field::of("every_months", t.every_months, Input::Line("number"));
        let fields = vec![field.value(months.to_string())];
        blocks.push(Block::Form(
            Form::post(t.schedule, SCHEDULE, fields).button(t.save).after(tried),
        ));
    }
    Ok(desk.page(t.recalls, "", blocks))
}

fn preview_form(desk: &Desk<'_>) -> Form {
    let t = desk.language().recall_texts();
    let time = |name, label| Field::of(name, label, Input::Line("datetime-local")).optional();
    let mut fields = vec![
        Field::line("thing", t.thing).optional(),
        Field::line("event", t.event).optional(),
        Field::line("place", t.place).optional(),
        time("from", t.from),
        time("until", t.until),
        Field::of("query", t.query, Input::Area).optional(),
    ];
    if desk.caller.enterprise_id.is_none() {
        fields.insert(0, Field::line("enterprise_id", t.enterprise));
    }
    let form = Form::post(t.preview, PREVIEW, fields).lead(t.preview_lead);
    form.way(Way::Get).button(t.preview_button)
}

fn preview_page(
    desk: &Desk<'_>,
    asked: &Fields,
    preview: &RecallPreview,
    tried: Option<&Tried>,
) -> Response {
    let t = desk.language().recall_texts();
    let known = facts([
        (t.owner, preview.enterprise_name.clone()),
        (t.n_items, grouped(preview.total.n_items)),
        (t.n_lots, grouped(preview.total.n_lots)),
        (t.amounts, sums(&preview.total)),
        (t.n_cases, grouped(preview.n_cases)),
        (t.n_pallets, grouped(preview.n_pallets)),
        (t.holders, grouped(preview.n_holders)),
        (t.as_of, in_words(desk.language(), preview.event_time_us)),
        (t.root_hash, hex(&preview.root_hash)),
    ]);
    let mut states = table(t.state, vec![t.state, t.n_items, t.n_lots, t.amounts], ["", ""]);
    states.rows.extend(preview.states.iter().map(|(state, amounts)| {
        let state = words::state(desk.language(), *state).to_owned();
        Row::new(vec![state, grouped(amounts.n_items), grouped(amounts.n_lots), sums(amounts)])
    }));
    let mut heads = vec![t.holder, t.state, t.containers, t.last_event];
    if desk.caller.enterprise_id.is_none() {
        heads.insert(1, t.contact);
    }
    let mut holders = table(t.holders, heads, ["", ""]);
    holders.rows.extend(preview.holders.iter().map(|it| holder_row(desk, it)));
    let mut gaps = table(t.gaps, vec![t.gap], ["", ""]);
    let told = preview.gaps.iter().map(|it| Row::new(vec![gap(desk.language(), it)]));
    gaps.rows.extend(told);
    let mut blocks = vec![Block::Facts(Facts { title: t.preview, picture: None, facts: known })];
    let tables = [states, holders, gaps].into_iter().filter(|it| !it.rows.is_empty());
    blocks.extend(tables.map(Block::Table));
    blocks.push(Block::Form(order_form(desk, asked, preview).after(tried)));
    desk.page(t.preview, "", blocks)
}

fn holder_row(desk: &Desk<'_>, it: &RecallHolder) -> Row {
    let t = desk.language().recall_texts();
    let name = match &it.holder {
        None => t.hidden_holders.to_owned(),
        Some(holder) if holder.name.is_empty() => t.nobody.to_owned(),
        Some(holder) => holder.name.clone(),
    };
    let contact = it.holder.as_ref().map(|it| it.contact.clone()).unwrap_or_default();
    let states = it.states.iter().map(|(state, amounts)| {
        let state = words::state(desk.language(), *state);
        let n = amounts.n_items + amounts.n_lots;
        format!("{state} {} {}", grouped(n), sums(amounts)).trim_end().to_owned()
    });
    let last = it.last_event_us.map(|at_us| in_words(desk.language(), at_us));
    let mut cells = vec![
        name,
        states.collect::<Vec<_>>().join("; "),
        it.containers.join(" "),
        last.unwrap_or_default(),
    ];
    // The owner of the goods reads it once it has ordered.
    if desk.caller.enterprise_id.is_none() {
        cells.insert(1, contact);
    }
    Row::new(cells)
}

/// Who has what of a recall that was ordered, and how to reach it.
fn holders_of(desk: &Desk<'_>, summary: &RecallSummary) -> Table {
    let t = desk.language().recall_texts();
    let heads = vec![t.holder, t.address, t.contact, t.state, t.n_items, t.n_lots];
    let mut list = table(t.holders, heads, [t.not_yet, ""]);
    list.rows.extend(summary.holdings.iter().map(|it| {
        let name = if it.holder.name.is_empty() { t.nobody } else { &it.holder.name };
        Row::new(vec![
            name.to_owned(),
            it.holder.address.clone(),
            it.holder.contact.clone(),
            words::state(desk.language(), it.state).to_owned(),
            grouped(it.n_items),
            grouped(it.n_lots),
        ])
    }));
    list
}

fn order_form(desk: &Desk<'_>, asked: &Fields, preview: &RecallPreview) -> Form {
    let t = desk.language().recall_texts();
    let hidden = |name| Field::of(name, "", Input::Hidden).value(asked.text(name));
    let mut fields: Vec<Field> = START.into_iter().map(hidden).collect();
    let token = match asked.optional("client_token") {
        Some(token) => token,
        None => format!("console-{}", desk.visit.request_id()),
    };
    fields.push(Field::of("client_token", "", Input::Hidden).value(token));
    fields.push(Field::of("root_hash", "", Input::Hidden).value(hex(&preview.root_hash)));
    let kinds = vec![("recall".into(), t.recall.into()), ("drill".into(), t.drill.into())];
    let levels = (1..=3u8).map(|it| (it.to_string(), level(t, it).to_owned())).collect();
    fields.extend([
        Field::of("kind", t.kind, Input::Choice(kinds)),
        Field::of("level", t.level, Input::Choice(levels)),
        Field::of("reason", t.reason, Input::Area),
        Field::of("zh", t.instruction_zh, Input::Area).hint(t.instruction_hint).optional(),
        Field::of("ko", t.instruction_ko, Input::Area).optional(),
        Field::of("en", t.instruction_en, Input::Area).optional(),
        Field::of("deadline", t.deadline, Input::Line("datetime-local")).optional(),
        Field::of("confirm", t.confirm, Input::Line("number")).hint(t.confirm_hint),
    ]);
    Form::post(t.order, PATH, fields).lead(t.order_lead)
}

async fn recall_page(
    app: &App,
    desk: &Desk<'_>,
    (recall_id, fields): (&str, &Fields),
    tried: Option<&Tried>,
) -> Result<Response, Problem> {
    let t = desk.language().recall_texts();
    let here = format!("{PATH}/{recall_id}");
    let progress = app.service.recall_progress(desk.caller, id(recall_id)?).await?;
    let mut links = vec![Link { href: format!("{here}/report"), label: t.show_report }];
    links.extend(report_files(desk, recall_id));
    let mut blocks = vec![
        order_facts(desk, &progress),
        progress_facts(desk, &progress),
        Block::Links(links),
        Block::Table(states_of_progress(desk, &progress)),
    ];
    if !progress.missing.is_empty() {
        blocks.push(Block::Table(missing(desk, &progress)));
    }
    if !progress.recall.is_drill {
        let newest = Page::newest();
        let alerts = app.service.list_recall_alerts(desk.caller, id(recall_id)?, &newest).await?;
        let heads = vec![t.gap, t.reporter, t.holder, t.contact, t.state, t.n_items, t.last_event];
        let mut list = table(t.alerts, heads, [t.alerts_none, t.alerts_none_next]);
        list.rows.extend(alerts.items.into_iter().map(|it| alert_row(desk, &progress, it)));
        blocks.push(Block::Table(list));
        let asked = Page { order: service::Order::OldestFirst, ..fields.page()? };
        let tasks = app.service.list_recall_tasks(desk.caller, id(recall_id)?, &asked).await?;
        let mut list = super::tasks::table_of(desk, t.tasks, tasks.items, Some(super::tasks::PATH));
        list.next = next_link(&here, tasks.next);
        blocks.push(Block::Table(list));
    }
    if progress.may_be_ended {
        let field = Field::of("conclusion", t.conclusion, Input::Area);
        let close = Form::post(t.close, format!("{here}/close"), vec![field]).lead(t.close_lead);
        blocks.push(Block::Form(close.after(tried)));
    }
    if progress.may_be_withdrawn {
        let field = Field::of("reason", t.reason, Input::Area);
        let withdraw = Form::post(t.withdraw, format!("{here}/withdraw"), vec![field]);
        blocks.push(Block::Form(withdraw.lead(t.withdraw_lead).after(tried)));
    }
    let title = if progress.recall.is_drill { t.drill } else { t.recall };
    Ok(desk.page(&format!("{title} {recall_id}"), "", blocks))
}

fn alert_row(desk: &Desk<'_>, progress: &RecallProgress, it: AlertView) -> Row {
    let t = desk.language().recall_texts();
    let AlertView { alert, holder, reporter } = it;
    let decision = alert.decision.name();
    let what = match (alert.kind.name(), decision) {
        ("moved", _) => t.alert_moved,
        ("made_of", "asked") => t.alert_made,
        ("made_of", "accepted") => t.alert_made_accepted,
        (_, "asked") => t.alert_asked,
        (_, "accepted") => t.alert_accepted,
        (_, "dismissed") => t.alert_dismissed,
        _ => t.alert_new,
    };
    let cells = vec![
        what.to_owned(),
        reporter.map(|it| it.name).unwrap_or_default(),
        holder.name,
        holder.contact,
        words::state(desk.language(), alert.state).to_owned(),
        grouped(alert.n_items + alert.n_lots),
        in_words(desk.language(), alert.event_time_us),
    ];
    let id = progress.recall.recall_id;
    let act = |verb: &str, label| Act {
        action: format!("{PATH}/{id}/alerts/{}/{verb}", alert.alert_no),
        label,
    };
    let is_open = progress.recall.state.name() == "open";
    let mut acts = Vec::new();
    if decision == "none" && alert.acknowledged.is_none() {
        acts.push(act("acknowledge", t.acknowledge));
    }
    if is_open && matches!(decision, "asked" | "dismissed") {
        acts.push(act("accept", t.accept));
    }
    if progress.may_be_ended && matches!(decision, "asked" | "accepted") {
        acts.push(act("dismiss", t.dismiss));
    }
    Row { href: None, cells, acts }
}

/// Links to the report as files.
fn report_files(desk: &Desk<'_>, recall_id: &str) -> [Link; 2] {
    let t = desk.language().recall_texts();
    [("pdf", t.report_pdf), ("xlsx", t.report_xlsx)].map(|(kind, label)| {
        let href = format!("/api/v1/recalls/{recall_id}/report.{kind}");
        Link { href, label }
    })
}

fn order_facts(desk: &Desk<'_>, progress: &RecallProgress) -> Block {
    let t = desk.language().recall_texts();
    let it = &progress.recall;
    let time = |at_us| in_words(desk.language(), at_us);
    let given = it.instructions.iter().filter(|it| !it.is_empty()).cloned();
    let mut told = facts([
        (t.kind, if it.is_drill { t.drill } else { t.recall }.to_owned()),
        (t.level, level(t, it.level).to_owned()),
        (t.state, state_word(t, it.state.name()).to_owned()),
        (t.reason, it.reason.clone()),
        (t.instruction, given.collect::<Vec<_>>().join(" / ")),
        (t.ordered, time(it.ordered_at_us)),
        (t.ordered_by, it.ordered_by.clone()),
        (t.begin_by, time(it.begin_by_us)),
        (t.deadline, time(it.deadline_us)),
        (t.n_items, grouped(it.n_items)),
        (t.n_lots, grouped(it.n_lots)),
        (t.n_cases, grouped(it.n_cases)),
        (t.n_pallets, grouped(it.n_pallets)),
        (t.root_hash, hex(&it.root_hash)),
    ]);
    if let Some((at_us, withdrawal)) = &it.withdrawal {
        let why = withdrawn_why(withdrawal);
        told.extend(facts([(t.withdrawn_at, time(*at_us)), (t.withdrawn_why, why)]));
    }
    Block::Facts(Facts { title: t.recall, picture: None, facts: told })
}

fn progress_facts(desk: &Desk<'_>, it: &RecallProgress) -> Block {
    let t = desk.language().recall_texts();
    let complete = it.complete_us().map(|us| fill(t.seconds, format!("{:.1}", us as f64 / 1e6)));
    let mut told = facts([
        (t.located, percent(it.n_located, it.n_all)),
        (t.located_at, in_words(desk.language(), it.recall.located_at_us)),
        (t.time_to_locate, complete.unwrap_or_else(|| t.not_yet.to_owned())),
    ]);
    if !it.recall.is_drill {
        let [n_quarantined, n_returned, n_destroyed, n_sold] = it.reported.map(grouped);
        told.extend(facts([
            (t.coverage, percent(it.n_accounted, it.n_all)),
            (t.n_tasks, it.n_tasks.map(grouped).join(" / ")),
            (t.n_overdue, grouped(it.n_overdue)),
            (t.n_quarantined, n_quarantined),
            (t.n_returned, n_returned),
            (t.n_destroyed, n_destroyed),
            (t.n_sold, n_sold),
            (t.alerts, grouped(it.n_alerts[0])),
            (t.undecided, grouped(it.n_alerts[2])),
        ]));
    }
    if let Some((since_us, fault)) = it.recall.fault {
        let since = in_words(desk.language(), since_us);
        told.extend(facts([(t.not_located, fill(fault_word(t, fault.name()), since))]));
    }
    Block::Facts(Facts { title: t.progress, picture: None, facts: told })
}

fn states_of_progress(desk: &Desk<'_>, it: &RecallProgress) -> Table {
    let t = desk.language().recall_texts();
    let mut states = table(t.state, vec![t.state, t.n_items], ["", ""]);
    states.rows.extend(it.states.iter().map(|(state, n)| {
        Row::new(vec![words::state(desk.language(), *state).to_owned(), grouped(*n)])
    }));
    states
}

fn missing(desk: &Desk<'_>, it: &RecallProgress) -> Table {
    let t = desk.language().recall_texts();
    let c = desk.c;
    let mut list = table(t.missing, vec![c.identifier, t.n_items], [t.not_yet, ""]);
    list.rows.extend(it.missing.iter().map(|run| {
        let named = match run.n_ids {
            1 => run.first.clone(),
            _ => format!("{} … {}", run.first, run.last),
        };
        Row::new(vec![named, grouped(run.n_ids)])
    }));
    list
}

fn fault_word(t: &RecallTexts, name: &str) -> &'static str {
    match name {
        "cut" => t.fault_cut,
        "too_many_runs" => t.fault_runs,
        "too_many_holders" => t.fault_holders,
        _ => t.fault_failed,
    }
}

pub(super) fn state_word(t: &RecallTexts, name: &str) -> &'static str {
    match name {
        "open" => t.open,
        "closed" => t.closed,
        _ => t.withdrawn,
    }
}

fn percent(n: u64, of: u64) -> String {
    match of {
        0 => "–".to_owned(),
        _ => format!("{:.1} %", n as f64 / of as f64 * 100.0),
    }
}

fn sums(amounts: &Amounts) -> String {
    let sum = |it: &trace::Sum| {
        let unit = it.unit().map(|unit| format!(" {unit}")).unwrap_or_default();
        let rest = if it.is_all { "" } else { " + ?" };
        format!("{}{unit}{rest}", it.quantity)
    };
    amounts.sums.iter().map(sum).collect::<Vec<_>>().join("; ")
}
