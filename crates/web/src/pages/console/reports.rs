//! Reports of suspected fakes in the console: the list, one with its photos, the answer.

use super::{Desk, done, next_link, table, tried};
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Path, Posted, Query, id};
use crate::moment::in_words;
use crate::pages::blocks::{Block, Facts, Field, Form, Input, Link, Row, Tried};
use crate::pages::facts;
use crate::problem::Problem;
use crate::reply;
use crate::text::fill;
use crate::text::reports::ReportTexts;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::{Page, ReportCase, ReportEdit, Role};

const PATH: &str = "/console/reports";

/// `GET /console/reports`.
pub(crate) async fn list(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let (language, r) = (desk.language(), desk.language().report_texts());
    let page: Page = fields.newest_page()?;
    let paged = app.service.list_reports(&caller, &page).await?;
    let heads = vec![r.reported_at, r.product, r.enterprise, r.code, r.place, r.n_photos, r.state];
    let mut rows = table(r.reports, heads, [r.none, r.none_next]);
    rows.next = next_link(PATH, paged.next);
    rows.rows.extend(paged.items.into_iter().map(|it| {
        let state = [r.state_of(it.state), r.finding_of(it.finding)];
        let state: Vec<_> = state.into_iter().filter(|it| !it.is_empty()).collect();
        let cells = vec![
            in_words(language, it.reported_at_us),
            it.product_name,
            it.enterprise_name,
            it.code,
            it.place,
            it.n_photos.to_string(),
            state.join(" · "),
        ];
        Row::linked(format!("{PATH}/{}", it.report_id), cells)
    }));
    Ok(desk.page(r.reports, r.reports_lead, vec![Block::Table(rows)]))
}

/// `GET /console/reports/{report_id}`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(report_id): Path<String>,
) -> Result<Response, Problem> {
    one(&app, &Desk::new(&visit, &caller), &report_id, None).await
}

/// `GET /console/reports/{report_id}/photos/{photo_no}`, and the same of the API.
pub(crate) async fn photo(
    State(app): State<App>,
    crate::caller::Known(caller): crate::caller::Known,
    Path((report_id, photo_no)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let body = app.service.report_photo(&caller, id(&report_id)?, id(&photo_no)?).await?;
    Ok(reply::bytes("image/jpeg", reply::PRIVATE, body))
}

/// `POST /console/reports/{report_id}/seen`.
pub(crate) async fn see(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path(report_id): Path<String>,
) -> Result<Response, Problem> {
    app.service.edit_report(&caller, id(&report_id)?, &ReportEdit::Seen).await?;
    Ok(done(&format!("{PATH}/{report_id}")))
}

/// `POST /console/reports/{report_id}/erase`.
pub(crate) async fn erase(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path(report_id): Path<String>,
) -> Result<Response, Problem> {
    app.service.edit_report(&caller, id(&report_id)?, &ReportEdit::Erase).await?;
    Ok(done(&format!("{PATH}/{report_id}")))
}

/// `POST /console/reports/{report_id}/answer`.
pub(crate) async fn answer(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(report_id): Path<String>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let path = format!("{PATH}/{report_id}");
    let edit = ReportEdit::Answer(fields.text("finding"), fields.text("answer"));
    match app.service.edit_report(&caller, id(&report_id)?, &edit).await {
        Ok(()) => Ok(done(&path)),
        Err(error) => {
            let tried = tried(&format!("{path}/answer"), fields, error.into())?;
            let desk = Desk::new(&visit, &caller);
            Ok(tried.problem.on(one(&app, &desk, &report_id, Some(&tried)).await?))
        }
    }
}

async fn one(
    app: &App,
    desk: &Desk<'_>,
    report_id: &str,
    tried: Option<&Tried>,
) -> Result<Response, Problem> {
    let (language, r) = (desk.language(), desk.language().report_texts());
    let it = app.service.find_report(desk.caller, id(report_id)?).await?;
    let said = |said: &Option<(i64, String)>, nobody: &str| {
        let told = said.as_ref().map(|(at_us, by)| {
            let by = if by.is_empty() { nobody } else { by };
            format!("{} · {by}", in_words(language, *at_us))
        });
        told.unwrap_or_default()
    };
    let hidden = if it.has_contact { r.contact_hidden } else { "" };
    let told = facts([
        (r.state, r.state_of(it.state).to_owned()),
        (r.finding, r.finding_of(it.finding).to_owned()),
        (r.answer, it.answer.clone()),
        (r.product, it.product_name.clone()),
        (r.enterprise, it.enterprise_name.clone()),
        (r.code, it.code.clone()),
        (r.place, it.place.clone()),
        (r.price, it.price.clone()),
        (r.words, it.words.clone()),
        (r.contact, it.contact.clone().unwrap_or_else(|| hidden.to_owned())),
        (r.reported_at, in_words(language, it.reported_at_us)),
        (r.seen_at, said(&it.seen, "")),
        (r.answered_at, said(&it.answered, "")),
        (r.erased, said(&it.erased, r.by_reporter)),
    ]);
    let path = format!("{PATH}/{report_id}");
    let mut blocks: Vec<Block> = (1..=it.n_photos)
        .map(|photo_no| {
            let picture = Some(format!("{path}/photos/{photo_no}"));
            let nth = facts([(r.photos, fill(r.photo, photo_no))]);
            Block::Facts(Facts { title: r.photos, picture, facts: nth })
        })
        .collect();
    blocks.insert(0, Block::Facts(Facts { title: r.one, picture: None, facts: told }));
    if it.n_photos > 0 {
        let links = (1..=it.n_photos)
            .map(|photo_no| Link { href: format!("{path}/photos/{photo_no}"), label: r.photos });
        blocks.push(Block::Links(links.collect()));
    }
    if is_answered_by(desk.caller.role, &it) {
        blocks.extend(forms(r, &it, &path, tried));
    }
    Ok(desk.page(r.one, r.reports_lead, blocks))
}

/// Whether a role deals with a report, or only looks.
fn is_answered_by(role: Role, it: &ReportCase) -> bool {
    match role {
        Role::Enterprise => true,
        Role::Operator => it.enterprise_id.is_none(),
        Role::Dealer | Role::Regulator => false,
    }
}

fn forms(r: &ReportTexts, it: &ReportCase, path: &str, tried: Option<&Tried>) -> Vec<Block> {
    let mut forms = Vec::new();
    if it.state == "new" {
        forms.push(Form::post(r.mark_seen, format!("{path}/seen"), Vec::new()));
    }
    let findings = [
        ("fake", r.finding_fake),
        ("not_fake", r.finding_not_fake),
        ("unclear", r.finding_unclear),
    ];
    let findings = findings.map(|(value, label)| (value.to_owned(), label.to_owned())).into();
    let fields = vec![
        Field::of("finding", r.finding, Input::Choice(findings)).value(it.finding),
        Field::of("answer", r.answer, Input::Area).hint(r.answer_hint).value(it.answer.as_str()),
    ];
    forms.push(Form::post(r.do_answer, format!("{path}/answer"), fields).after(tried));
    if it.has_contact {
        let erase = Form::post(r.erase_contact, format!("{path}/erase"), Vec::new());
        forms.push(erase.lead(r.erase_lead));
    }
    forms.into_iter().map(Block::Form).collect()
}
