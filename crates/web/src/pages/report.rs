//! `/c/{code}/report`: whoever suspects a fake says so, without a script and without a name; and
//! `/reports/{number}`, where they follow what became of it.
//!
//! The form is the same for any code, so it tells nobody which codes exist.

use super::item::encode;
use super::{Fact, Frame, Page, facts};
use crate::app::App;
use crate::caller::OwnForm;
use crate::extract::{Fields, FormWithPhotos, Path};
use crate::moment::in_words;
use crate::problem::Problem;
use crate::text::reports::ReportTexts;
use crate::visit::Visit;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use service::NewReport;

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    frame: Frame,
    r: &'static ReportTexts,
    code: String,
    /// The code as a segment of a path.
    segment: String,
    /// What was sent and refused.
    sent: Fields,
    wrong: Vec<String>,
}

#[derive(Template)]
#[template(path = "followed.html")]
struct FollowedPage {
    frame: Frame,
    r: &'static ReportTexts,
    number: String,
    facts: Vec<Fact>,
    has_contact: bool,
}

/// `GET /c/{code}/report`.
pub(crate) async fn ask(visit: Visit, Path(code): Path<String>) -> Response {
    page(&visit, code, Fields::default(), Vec::new())
}

/// `POST /c/{code}/report`.
pub(crate) async fn send(
    State(app): State<App>,
    visit: Visit,
    _: OwnForm,
    Path(code): Path<String>,
    FormWithPhotos { fields, photos, .. }: FormWithPhotos,
) -> Result<Response, Problem> {
    let new = NewReport {
        code: code.clone(),
        place: fields.text("place"),
        price: fields.text("price"),
        words: fields.text("words"),
        contact: fields.text("contact"),
        language: visit.language.tag(),
        photos: photos.into_iter().map(Vec::from).collect(),
    };
    match app.service.report_fake(new, visit.client).await {
        Ok(number) => Ok(Redirect::to(&format!("/reports/{number}")).into_response()),
        Err(error) => {
            let problem = Problem::from(error);
            if !problem.is_correctable() {
                return Err(problem);
            }
            let told = problem.breaches().iter().map(|it| it.detail.clone());
            let wrong = told.chain(problem.detail()).collect();
            Ok(problem.on(page(&visit, code, fields, wrong)))
        }
    }
}

/// `GET /reports/{number}`.
pub(crate) async fn follow(
    State(app): State<App>,
    visit: Visit,
    Path(number): Path<String>,
) -> Result<Response, Problem> {
    let it = app.service.follow_report(&number).await?;
    let frame = Frame::new(&visit);
    let (language, r) = (frame.language, frame.language.report_texts());
    let at = |at_us: Option<i64>| at_us.map(|it| in_words(language, it)).unwrap_or_default();
    let facts = facts([
        (r.state, r.state_of(it.state).to_owned()),
        (r.finding, r.finding_of(it.finding).to_owned()),
        (r.answer, it.answer),
        (r.code, it.code),
        (r.n_photos, it.n_photos.to_string()),
        (r.reported_at, at(Some(it.reported_at_us))),
        (r.seen_at, at(it.seen_at_us)),
        (r.answered_at, at(it.answered_at_us)),
    ]);
    let (number, has_contact) = (it.number, it.has_contact);
    Ok(Page::public(FollowedPage { frame, r, number, facts, has_contact }).into_response())
}

/// `POST /reports/{number}/erase`.
pub(crate) async fn erase(
    State(app): State<App>,
    _: OwnForm,
    Path(number): Path<String>,
) -> Result<Response, Problem> {
    app.service.erase_own_contact(&number).await?;
    Ok(Redirect::to(&format!("/reports/{number}")).into_response())
}

fn page(visit: &Visit, code: String, sent: Fields, wrong: Vec<String>) -> Response {
    let (frame, r) = (Frame::new(visit), visit.language.report_texts());
    let segment = encode(&code).into_owned();
    Page::public(ReportPage { frame, r, code, segment, sent, wrong }).into_response()
}
