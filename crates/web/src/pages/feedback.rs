//! `/feedback`: what a visitor says of a page, of goods or of the service. Works without a script,
//! and nothing is kept of who says it.

use super::item::encode;
use super::{Frame, Page};
use crate::app::App;
use crate::caller::OwnForm;
use crate::extract::{Fields, Posted, Query};
use crate::gate::{self, Asked, Way};
use crate::problem::Problem;
use crate::text::{FeedbackTexts, fill};
use crate::visit::Visit;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use service::{About, NewFeedback, Payer, Sent};

#[derive(Template)]
#[template(path = "feedback.html")]
struct FeedbackPage {
    frame: Frame,
    f: &'static FeedbackTexts,
    /// What became of it.
    said: &'static str,
    is_sent: bool,
    about_code: String,
    code: String,
    pass: String,
    abouts: [(&'static str, &'static str); 3],
    about: String,
    rating: u8,
    words: String,
    back: String,
}

/// `GET /feedback?code=…`.
pub(crate) async fn ask(visit: Visit, Query(fields): Query) -> impl IntoResponse {
    Page::public(page(&visit, &fields))
}

/// `POST /feedback`.
pub(crate) async fn tell(
    State(app): State<App>,
    visit: Visit,
    OwnForm: OwnForm,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let (code, words, about) = (fields.text("code"), fields.text("words"), fields.text("about"));
    let back = format!("/feedback?code={}", encode(&code));
    let entered = match code.is_empty() {
        true => None,
        false => match gate::enter(&app, &visit, Asked::of(&code), Way::Form(&back)) {
            Ok(entered) => Some(entered),
            Err(stopped) => return Ok(*stopped),
        },
    };
    let language = visit.language.tag();
    let rating = fields.number("rating")?;
    let new = NewFeedback { code: &code, about: &about, rating, words: &words, language };
    let page = page(&visit, &fields);
    let sent = match app.service.send_feedback(visit.client.map(Payer::Address), new).await {
        Ok(sent) => sent,
        Err(error) => {
            let problem = Problem::from(error);
            if !problem.is_correctable() {
                return Err(problem);
            }
            let said = page.f.wrong;
            return Ok(problem.on(Page::public(FeedbackPage { said, ..page }).into_response()));
        }
    };
    if let (Sent::Missed(miss), Some(entered)) = (sent, entered) {
        entered.pay(&app, miss).await;
    }
    if sent == Sent::TooMuch {
        let said = page.f.too_much;
        let page = Page::public(FeedbackPage { said, ..page });
        return Ok(Problem::at_the_door(page.into_response()));
    }
    let said = page.f.sent;
    Ok(Page::public(FeedbackPage { said, is_sent: true, ..page }).into_response())
}

fn page(visit: &Visit, fields: &Fields) -> FeedbackPage {
    let f = visit.language.feedback_texts();
    let code: String = fields.text("code").chars().take(64).collect();
    let is_of_code = !code.is_empty();
    let about = match fields.text("about") {
        it if it.is_empty() && is_of_code => About::Product.name().to_owned(),
        it => it,
    };
    FeedbackPage {
        frame: Frame::new(visit),
        f,
        said: "",
        is_sent: false,
        about_code: if is_of_code { fill(f.about_code, &code) } else { String::new() },
        back: if is_of_code { format!("/c/{}", encode(&code)) } else { "/".into() },
        code,
        pass: visit.pass_onward(),
        abouts: About::ALL.map(|it| (it.name(), name_of(f, it))),
        about,
        rating: fields.text("rating").parse().unwrap_or(0),
        words: fields.text("words"),
    }
}

/// What feedback is about, in words.
pub(crate) fn name_of(f: &FeedbackTexts, about: About) -> &'static str {
    match about {
        About::Page => f.page,
        About::Product => f.product,
        About::Service => f.service,
    }
}
