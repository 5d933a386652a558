//! The queue of alerts in the console: figures, a filter, many dealt with at once, one alone.

use super::{Desk, done, table, tried};
use crate::api::alerts::{DEFAULT_DAYS, question_of};
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Fields, Path, Posted, Query, id};
use crate::moment::in_words;
use crate::pages::blocks::{Block, Facts, Field, Form, Input, Link, Picks, Row, Table, Tried, Way};
use crate::pages::{Fact, facts};
use crate::problem::Problem;
use crate::text::alerts::AlertTexts;
use crate::text::fill;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::{AlertEdit, AlertFigures, AlertQuestion, ClosedAlerts, Paged, QueuedAlert, Role};

const PATH: &str = "/console/alerts";
const EDIT: &str = "/console/alerts/edit";

/// What stays as it is from page to page.
const KEPT: [&str; 5] = ["state", "grade", "reason", "owner", "days"];

/// Days that may be chosen.
const DAYS: [u32; 4] = [7, 30, 90, 365];

/// `GET /console/alerts`.
pub(crate) async fn list(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    page(&app, &Desk::new(&visit, &caller), fields, None).await
}

/// `POST /console/alerts/edit`: deals with those that were picked.
pub(crate) async fn edit(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let names = fields.0.keys();
    let prefix = if fields.is_ticked("pick_all") { "shown-" } else { "pick-" };
    let picked = names.filter_map(|it| it.strip_prefix(prefix)).map(id).collect::<Result<_, _>>();
    let picked: Vec<_> = picked?;
    match app.service.edit_alerts(&caller, &picked, &edit_of(&fields)).await {
        Ok(()) => Ok(done(&address(PATH, &fields, None))),
        Err(error) => {
            let kept = KEPT.map(|name| (name.to_owned(), fields.text(name)));
            let tried = tried(EDIT, fields, error.into())?;
            let kept = Fields(kept.into());
            Ok(tried.problem.on(page(&app, &desk, kept, Some(&tried)).await?))
        }
    }
}

/// `GET /console/alerts/{alert_id}`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(alert_id): Path<String>,
) -> Result<Response, Problem> {
    one(&app, &Desk::new(&visit, &caller), &alert_id, None).await
}

/// `POST /console/alerts/{alert_id}`.
pub(crate) async fn edit_one(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(alert_id): Path<String>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let path = format!("{PATH}/{alert_id}");
    match app.service.edit_alerts(&caller, &[id(&alert_id)?], &edit_of(&fields)).await {
        Ok(()) => Ok(done(&path)),
        Err(error) => {
            let tried = tried(&path, fields, error.into())?;
            let desk = Desk::new(&visit, &caller);
            Ok(tried.problem.on(one(&app, &desk, &alert_id, Some(&tried)).await?))
        }
    }
}

/// What a form asks for: `close-false` is to close as a false alarm.
fn edit_of(fields: &Fields) -> AlertEdit {
    let act = fields.text("act");
    let (act, outcome) = act.split_once('-').unwrap_or((&act, ""));
    AlertEdit {
        act: act.to_owned(),
        outcome: outcome.to_owned(),
        assignee: fields.text("assignee"),
        note: fields.text("note"),
    }
}

/// An address with the filter of `fields`.
fn address(path: &str, fields: &Fields, after: Option<&str>) -> String {
    let kept = KEPT.into_iter().map(|name| (name, fields.text(name)));
    let all = kept.chain(after.map(|it| ("after", it.to_owned())));
    let pairs: Vec<_> = all.filter(|(_, value)| !value.is_empty()).collect();
    match serde_urlencoded::to_string(&pairs) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}

async fn page(
    app: &App,
    desk: &Desk<'_>,
    mut fields: Fields,
    tried: Option<&Tried>,
) -> Result<Response, Problem> {
    let t = desk.language().alert_texts();
    // What operators deal with are those of the platform.
    if desk.caller.role == Role::Operator && fields.optional("owner").is_none() {
        fields.0.insert("owner".to_owned(), "platform".to_owned());
    }
    let mut question = question_of(&fields);
    question.owner = question.owner.filter(|it| it != "all");
    let days = fields.number("days")?.unwrap_or(DEFAULT_DAYS);
    let figures = app.service.alert_figures(desk.caller, &question, days).await?;
    let paged = app.service.list_queue(desk.caller, &question, &fields.newest_page()?).await?;
    let mut blocks =
        vec![Block::Facts(figures_block(t, &figures)), Block::Form(filter(desk, &fields, days))];
    blocks.push(queue(desk, &fields, paged, tried));
    let mut kept = Fields(fields.0.clone());
    kept.0.insert("owner".to_owned(), question.owner.unwrap_or_default());
    kept.0.remove("days");
    blocks.push(Block::Links(vec![
        Link { href: address("/api/v1/alerts.csv", &kept, None), label: t.csv },
        Link { href: address("/api/v1/alerts.xlsx", &kept, None), label: t.xlsx },
    ]));
    blocks.push(Block::Table(by_reason(desk, &figures)));
    Ok(desk.page(t.alerts, t.lead, blocks))
}

fn figures_block(t: &AlertTexts, it: &AlertFigures) -> Facts {
    let over = fill(t.days_of, it.days);
    let mut shown = facts([(t.false_rate, format!("{} ({over})", rate(t, &it.total())))]);
    shown.splice(0..0, open_facts(t, &it.open));
    Facts { title: t.figures, picture: None, facts: shown }
}

fn open_facts(t: &AlertTexts, open: &[(&str, u64)]) -> Vec<Fact> {
    let fact = |(grade, n): &(&str, u64)| {
        let label = match *grade {
            "urgent" => t.open_urgent,
            "important" => t.open_important,
            _ => t.open_notice,
        };
        Fact { label, value: n.to_string() }
    };
    open.iter().map(fact).collect()
}

/// How many alerts the caller has to look at, for the first page of its portal.
pub(super) async fn open_alerts(app: &App, desk: &Desk<'_>) -> Result<[Block; 2], Problem> {
    let t = desk.language().alert_texts();
    let owner = (desk.caller.role == Role::Operator).then(|| "platform".to_owned());
    let question = AlertQuestion { owner, ..AlertQuestion::default() };
    let open = app.service.open_alerts(desk.caller, &question).await?;
    let told = Facts { title: t.alerts, picture: None, facts: open_facts(t, &open) };
    let link = Link { href: PATH.to_owned(), label: t.see_all };
    Ok([Block::Facts(told), Block::Links(vec![link])])
}

/// False alarms among those that were closed, with both numbers.
fn rate(t: &AlertTexts, it: &ClosedAlerts) -> String {
    let Some(per_mille) = it.false_per_mille() else { return t.no_rate.to_owned() };
    let share = fill(t.false_rate_of, format!("{}.{}", per_mille / 10, per_mille % 10));
    let (n_false, n_closed) = (fill(t.of_closed, it.n_false), fill(t.closed_in_all, it.n_closed()));
    format!("{share} · {n_false} / {n_closed}")
}

fn filter(desk: &Desk<'_>, fields: &Fields, days: u32) -> Form {
    let t = desk.language().alert_texts();
    let [reasons, grades, states] = AlertQuestion::names();
    let choice = |name, label, first: (&str, &str), names: &[&str]| {
        let mut options = vec![(first.0.to_owned(), first.1.to_owned())];
        options.extend(names.iter().map(|it| ((*it).to_owned(), t.of(it).to_owned())));
        Field::of(name, label, Input::Choice(options)).value(fields.text(name))
    };
    let mut state = choice("state", t.state, ("", t.not_closed), &states);
    if let Input::Choice(options) = &mut state.input {
        options.push(("any".to_owned(), t.any.to_owned()));
    }
    let over = DAYS.map(|it| (it.to_string(), fill(t.days_of, it))).into();
    let mut all = vec![
        state,
        choice("grade", t.grade, ("", t.any), &grades),
        choice("reason", t.reason, ("", t.any), &reasons),
        Field::of("days", t.days, Input::Choice(over)).value(days.to_string()),
    ];
    if desk.caller.role == Role::Operator {
        let owners = [("platform", t.platform), ("all", t.all)];
        let owners = owners.map(|(value, label)| (value.to_owned(), label.to_owned())).into();
        let owner = Field::of("owner", t.whose, Input::Choice(owners));
        all.push(owner.value(fields.text("owner")));
    }
    // What must not be empty is never sent empty.
    let all = all.into_iter().map(|it| Field { is_required: true, ..it }).collect();
    Form::post(t.filter, PATH, all).way(Way::Get).button(t.show)
}

/// The queue, with what may be done with it by whom it belongs to.
fn queue(
    desk: &Desk<'_>,
    fields: &Fields,
    paged: Paged<QueuedAlert>,
    tried: Option<&Tried>,
) -> Block {
    let t = desk.language().alert_texts();
    let sees_many = desk.caller.enterprise_id.is_none();
    let mut heads = vec![t.reason, t.grade, t.subject, t.product];
    if sees_many {
        heads.push(t.enterprise);
    }
    heads.extend([t.n_times, t.last_at, t.state]);
    let none = match paged.next {
        Some(_) => [t.none_here, t.none_here_next],
        None => [t.none, t.none_next],
    };
    let mut rows = table(t.alerts, heads, none);
    rows.next = paged.next.map(|after| address(PATH, fields, Some(&after)));
    let ids: Vec<String> = paged.items.iter().map(|it| it.alert_id.clone()).collect();
    for it in paged.items {
        let mut cells = vec![
            desk.language().alert_reason(it.reason, &it.detail),
            t.of(it.grade).to_owned(),
            format!("{} {}", t.of(it.subject_kind), it.subject),
            it.product_name,
        ];
        if sees_many {
            cells.push(it.enterprise_name);
        }
        let state = [t.of(it.state), &it.assignee, t.of(it.outcome)];
        let state: Vec<_> = state.into_iter().filter(|it| !it.is_empty()).collect();
        cells.extend([
            it.n_times.to_string(),
            in_words(desk.language(), it.last_at_us),
            state.join(" · "),
        ]);
        rows.rows.push(Row::linked(format!("{PATH}/{}", it.alert_id), cells));
    }
    let is_own = fields.text("owner") == "platform" && desk.caller.role == Role::Operator;
    if ids.is_empty() || !(is_own || desk.caller.role == Role::Enterprise) {
        return Block::Table(rows);
    }
    let mut all: Vec<Field> = KEPT
        .into_iter()
        .map(|name| Field::of(name, "", Input::Hidden).value(fields.text(name)))
        .collect();
    all.push(Field::of("pick_all", t.pick_all, Input::Tick));
    all.extend(edit_fields(t));
    let form = Form::post(t.edit, EDIT, all).lead(t.quiet_hint).button(t.apply).after(tried);
    Block::Picks(Picks { table: rows, ids, pick: t.pick, form })
}

fn edit_fields(t: &AlertTexts) -> [Field; 3] {
    let acts = [
        ("acknowledge", t.act_acknowledge),
        ("assign", t.act_assign),
        ("close-true", t.act_true),
        ("close-false", t.act_false),
        ("close-duplicate", t.act_duplicate),
        ("note", t.act_note),
    ];
    let acts = acts.map(|(value, label)| (value.to_owned(), label.to_owned())).into();
    [
        Field::of("act", t.act, Input::Choice(acts)),
        Field::line("assignee", t.assignee).optional(),
        Field::of("note", t.note, Input::Area).optional(),
    ]
}

/// What may be done with one that is closed.
fn reopen_fields(t: &AlertTexts) -> [Field; 2] {
    let acts = [("reopen", t.act_reopen), ("note", t.act_note)];
    let acts = acts.map(|(value, label)| (value.to_owned(), label.to_owned())).into();
    [Field::of("act", t.act, Input::Choice(acts)), Field::of("note", t.note, Input::Area)]
}

fn by_reason(desk: &Desk<'_>, figures: &AlertFigures) -> Table {
    let t = desk.language().alert_texts();
    let heads = vec![t.reason, t.n_closed, t.n_true, t.n_false, t.n_duplicate, t.false_rate];
    let mut rows = table(t.by_reason, heads, [t.by_reason_none, t.by_reason_next]);
    rows.rows.extend(figures.closed.iter().map(|it| {
        let numbers = [it.n_closed(), it.n_true, it.n_false, it.n_duplicate];
        let mut cells = vec![desk.language().alert_reason(it.reason, &it.detail)];
        cells.extend(numbers.map(|it| it.to_string()));
        let share = it.false_per_mille().unwrap_or_default();
        cells.push(fill(t.false_rate_of, format!("{}.{}", share / 10, share % 10)));
        Row::new(cells)
    }));
    rows
}

async fn one(
    app: &App,
    desk: &Desk<'_>,
    alert_id: &str,
    tried: Option<&Tried>,
) -> Result<Response, Problem> {
    let (language, t) = (desk.language(), desk.language().alert_texts());
    let (it, changes) = app.service.find_queued(desk.caller, id(alert_id)?).await?;
    let reason = language.alert_reason(it.reason, &it.detail);
    let closed = it.closed_at_us.map(|at_us| in_words(language, at_us));
    let pairs = [
        (t.reason, reason.clone()),
        (t.grade, t.of(it.grade).to_owned()),
        (t.subject, format!("{} {}", t.of(it.subject_kind), it.subject)),
        (t.product, it.product_name.clone()),
        (t.enterprise, it.enterprise_name.clone()),
        (t.n_times, it.n_times.to_string()),
        (t.first_at, in_words(language, it.first_at_us)),
        (t.last_at, in_words(language, it.last_at_us)),
        (t.state, t.of(it.state).to_owned()),
        (t.assignee, it.assignee.clone()),
        (t.outcome, t.of(it.outcome).to_owned()),
        (t.closed_at, closed.unwrap_or_default()),
    ];
    let told = Facts { title: t.alert, picture: None, facts: facts(pairs) };
    let mut blocks = vec![Block::Facts(told)];
    if let Some(href) = subject_page(desk.caller.role, &it) {
        blocks.push(Block::Links(vec![Link { href, label: t.open_subject }]));
    }
    let mut log = table(
        t.history,
        vec![t.when, t.act, t.who, t.assignee, t.note],
        [t.history_none, t.history_next],
    );
    log.rows.extend(changes.into_iter().map(|it| {
        let what = [t.of(it.action), t.of(it.outcome)];
        let what: Vec<_> = what.into_iter().filter(|it| !it.is_empty()).collect();
        let at = in_words(language, it.changed_at_us);
        Row::new(vec![at, what.join(" · "), it.changed_by, it.assignee, it.note])
    }));
    blocks.push(Block::Table(log));
    let is_own = match desk.caller.role {
        Role::Enterprise => true,
        Role::Operator => it.enterprise_id.is_none(),
        Role::Dealer | Role::Regulator => false,
    };
    if is_own {
        let fields = match it.state {
            "closed" => reopen_fields(t).into(),
            _ => edit_fields(t).into(),
        };
        let form = Form::post(t.edit_one, format!("{PATH}/{alert_id}"), fields);
        blocks.push(Block::Form(form.lead(t.quiet_hint).button(t.apply).after(tried)));
    }
    Ok(desk.page(&reason, "", blocks))
}

/// The page of what an alert is about, if the role has one.
fn subject_page(role: Role, it: &QueuedAlert) -> Option<String> {
    let is_enterprise = role == Role::Enterprise;
    let subject = &it.subject;
    match it.subject_kind {
        _ if it.reason == "reported_fake" => Some("/console/reports".to_owned()),
        "item" if is_enterprise => Some(format!("/console/trace?epc={subject}")),
        "item" => Some(format!("{}?epc={subject}", super::portal_of(role))),
        "batch" if role != Role::Regulator => Some(format!("/console/batches/{subject}")),
        "product" if role != Role::Regulator => Some(format!("/console/products/{subject}")),
        "dealer" if is_enterprise => Some(format!("/console/dealers/{subject}")),
        "recall" => Some(format!("/console/recalls/{subject}")),
        "case" => Some(format!("/console/diversions/{subject}")),
        _ => None,
    }
}
