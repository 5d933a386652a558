//! Notices of recalls: what was told, what reached nobody, and where they go.

use super::{Desk, done, next_link, table, tried};
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Fields, Path, Posted, Query, id};
use crate::language::Language;
use crate::moment::in_words;
use crate::pages::blocks::{Act, Block, Field, Form, Input, Note, Row, Table, Tried};
use crate::problem::Problem;
use crate::text::{NoticeTexts, fill};
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::{LetterView, NewContact, Page, Paged, Role};
use verdict::Tone;

const PATH: &str = "/console/notices";
const CONTACT: &str = "/console/notices/contact";
const CONFIRM: &str = "/console/notices/contact/confirm";

/// `GET /console/notices`.
pub(crate) async fn list(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    page(&app, &Desk::new(&visit, &caller), &fields.newest_page()?, None).await
}

/// `POST /console/notices/contact`.
pub(crate) async fn set_contact(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    match set(&app, &desk, &fields).await {
        Ok(()) => Ok(done(PATH)),
        Err(problem) => {
            let tried = tried(CONTACT, fields, problem)?;
            Ok(tried.problem.on(page(&app, &desk, &Page::newest(), Some(&tried)).await?))
        }
    }
}

/// `POST /console/notices/contact/confirm`: the letter again that asks to confirm the address.
pub(crate) async fn ask_again(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
) -> Result<Response, Problem> {
    match app.service.ask_to_confirm_again(&caller).await {
        Ok(()) => Ok(done(PATH)),
        Err(error) => {
            let tried = tried(CONFIRM, Fields::default(), error.into())?;
            let desk = Desk::new(&visit, &caller);
            Ok(tried.problem.on(page(&app, &desk, &Page::newest(), Some(&tried)).await?))
        }
    }
}

/// `POST /console/notices/{notice_id}/replay`.
pub(crate) async fn replay(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path(notice_id): Path<String>,
) -> Result<Response, Problem> {
    app.service.replay_letter(&caller, id(&notice_id)?).await?;
    Ok(done(PATH))
}

async fn set(app: &App, desk: &Desk<'_>, fields: &Fields) -> Result<(), Problem> {
    let new = NewContact {
        email: fields.text("email"),
        language: fields.text("language"),
        webhook: fields.text("webhook").trim().to_owned(),
        signature_token: fields.optional("signature_token"),
        mail_grade: fields.optional("mail_grade").unwrap_or_else(|| "none".to_owned()),
        webhook_grade: fields.optional("webhook_grade").unwrap_or_else(|| "none".to_owned()),
    };
    if !new.webhook.is_empty() {
        app.webhooks.check("/webhook", &new.webhook).await?;
    }
    Ok(app.service.set_recall_contact(desk.caller, &new).await?)
}

async fn page(
    app: &App,
    desk: &Desk<'_>,
    page: &Page,
    tried: Option<&Tried>,
) -> Result<Response, Problem> {
    let n = desk.language().notice_texts();
    let mut blocks = Vec::new();
    if !app.has_mail {
        let mut note = Note::new(Tone::Amber, n.no_mail);
        note.lines = vec![n.no_mail_next.to_owned()];
        blocks.push(Block::Note(note));
    }
    let letters = app.service.list_letters(desk.caller, page).await?;
    let mut list = letters_table(desk, n.notices, letters);
    (list.empty, list.empty_next) = (n.none, n.none_next);
    blocks.push(Block::Table(list));
    if desk.caller.role == Role::Operator {
        let failed = app.service.list_failed_letters(desk.caller, &Page::newest()).await?;
        let mut list = letters_table(desk, n.failed_letters, failed);
        // The link to more would be one of the other list.
        list.next = None;
        blocks.push(Block::Table(list));
    }
    if desk.caller.role != Role::Regulator || desk.caller.jurisdiction.is_some() {
        let (form, waits) = contact_form(app, desk).await?;
        blocks.push(Block::Form(form.after(tried)));
        if waits {
            let again = Form::post(n.confirm_title, CONFIRM, Vec::new());
            let again = again.lead(n.waits_for_confirmation).button(n.ask_again);
            blocks.push(Block::Form(again.after(tried)));
        }
    }
    Ok(desk.page(n.notices, n.notices_lead, blocks))
}

fn letters_table(desk: &Desk<'_>, title: &'static str, letters: Paged<LetterView>) -> Table {
    let (n, t) = (desk.language().notice_texts(), desk.language().recall_texts());
    let heads = vec![n.what, t.recall, desk.c.created, n.channel, n.outcome];
    let mut list = table(title, heads, [n.failed_none, n.failed_none_next]);
    list.next = next_link(PATH, letters.next);
    list.rows.extend(letters.items.into_iter().map(|it| row(desk, it)));
    list
}

fn row(desk: &Desk<'_>, it: LetterView) -> Row {
    let (language, n) = (desk.language(), desk.language().notice_texts());
    let channel = match it.channel {
        "mail" => n.mail,
        "webhook" => n.webhook,
        _ => n.console,
    };
    let told = it.told_at_us.map(|at_us| in_words(language, at_us)).unwrap_or_default();
    let outcome = match (it.state, it.last_error.is_empty()) {
        ("told", _) => fill(n.told, told),
        ("failed", _) => fill(n.failed, why(n, &it.last_error)),
        ("waiting", true) => n.waiting.to_owned(),
        ("waiting", false) => fill(n.repeated, &it.last_error),
        _ if it.last_error == "not_confirmed" => format!("{}; {}", n.unsent, n.not_confirmed),
        _ => n.unsent.to_owned(),
    };
    let is_stuck = matches!(it.state, "failed" | "unsent") && it.channel != "console";
    let action = format!("{PATH}/{}/replay", it.letter_id);
    let is_of_holder = it.to.as_ref().is_some_and(|to| *to != it.enterprise_id);
    let href = match (it.task_id, &it.recall_id) {
        (Some(task), _) if is_of_holder || it.kind == "task" => {
            Some(format!("/console/tasks/{task}"))
        }
        (_, Some(recall)) => Some(format!("/console/recalls/{recall}")),
        (_, None) => it.alert_id.as_ref().map(|id| format!("/console/alerts/{id}")),
    };
    let cells = vec![
        kind(n, it.kind).to_owned(),
        it.recall_id.or(it.alert_id).unwrap_or_default(),
        in_words(language, it.created_at_us),
        format!("{channel} {}", it.address).trim_end().to_owned(),
        outcome,
    ];
    let acts = is_stuck.then_some(Act { action, label: n.replay }).into_iter().collect();
    Row { href, cells, acts }
}

/// Why a letter was not told, in words.
fn why<'a>(n: &NoticeTexts, last_error: &'a str) -> &'a str {
    match last_error {
        "not_confirmed" => n.not_confirmed,
        "limit_of_address" => n.limit_of_address,
        "limit_of_address_from_enterprise" => n.limit_of_address_from_enterprise,
        "limit_of_enterprise" => n.limit_of_enterprise,
        other => other,
    }
}

fn kind(n: &NoticeTexts, name: &str) -> &'static str {
    match name {
        "task" => n.task,
        "ended" => n.ended,
        "alert" => n.alert,
        "overdue" => n.overdue,
        "drill_due" => n.drill_due,
        "raised" => n.raised,
        "confirm" => n.confirm_title,
        _ => n.ordered,
    }
}

/// The form, and whether its address waits to be confirmed.
async fn contact_form(app: &App, desk: &Desk<'_>) -> Result<(Form, bool), Problem> {
    let n = desk.language().notice_texts();
    let known = app.service.recall_contact(desk.caller).await?;
    let hint = match &known {
        Some(it) if !it.email.is_empty() && it.confirmed_at_us.is_some() => n.is_confirmed,
        Some(it) if !it.email.is_empty() => n.waits_for_confirmation,
        _ => "",
    };
    let waits = hint == n.waits_for_confirmation;
    let own = desk.language().tag().to_owned();
    let t = desk.language().alert_texts();
    // Who never said anything hears of what is urgent.
    let grade = |it: Option<&str>| it.unwrap_or("none").to_owned();
    let grades = known.as_ref().map_or(["urgent"; 2].map(str::to_owned), |it| {
        [grade(it.mail_grade.map(|it| it.name())), grade(it.webhook_grade.map(|it| it.name()))]
    });
    let [mail_grade, webhook_grade] = grades;
    let (email, language, webhook) =
        known.map_or((String::new(), own, String::new()), |it| (it.email, it.language, it.webhook));
    let choices = || {
        let all = [
            ("none", t.grade_none),
            ("urgent", t.grade_urgent),
            ("important", t.grade_important),
            ("notice", t.grade_notice),
        ];
        Input::Choice(all.map(|(value, label)| (value.to_owned(), label.to_owned())).into())
    };
    let languages = Language::ALL.map(|it| (it.tag().to_owned(), it.name().to_owned())).into();
    let line = |name, label, kind| Field::of(name, label, Input::Line(kind)).optional();
    let fields = vec![
        line("email", n.email, "email").hint(hint).value(email),
        Field::of("language", n.email_language, Input::Choice(languages)).value(language),
        Field::of("mail_grade", t.mail_grade, choices()).value(mail_grade),
        line("webhook", n.webhook_url, "url").hint(n.webhook_hint).value(webhook),
        line("signature_token", n.token, "text").hint(n.token_hint),
        Field::of("webhook_grade", t.webhook_grade, choices()).value(webhook_grade),
    ];
    Ok((Form::post(n.contact, CONTACT, fields).lead(n.contact_lead).button(n.save), waits))
}
