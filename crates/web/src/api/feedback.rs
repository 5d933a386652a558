//! Feedback of visitors: read, marked, exported.

use super::shapes::ListJson;
use super::traces::push_line;
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Path, Query, id};
use crate::listing::{rest_of_file, with_next};
use crate::moment::rfc3339;
use crate::problem::Problem;
use crate::reply;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use service::limits::MAX_EXPORTED_FEEDBACK;
use service::{About, Page};

#[derive(Serialize)]
struct FeedbackJson {
    feedback_id: String,
    product_id: Option<String>,
    code: Option<String>,
    about: &'static str,
    rating: Option<u8>,
    words: String,
    language: String,
    sent_at: String,
    handled_at: Option<String>,
    handled_by: Option<String>,
}

/// `GET /api/v1/feedback`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let page = fields.page()?;
    let paged = app.service.list_feedback(&caller, &page).await?;
    Ok(reply::json(&ListJson::new(paged, |it| FeedbackJson {
        feedback_id: it.feedback_id.to_string(),
        product_id: it.product_id.map(|id| id.to_string()),
        code: Some(it.code).filter(|it| !it.is_empty()),
        about: About::of(it.about).name(),
        rating: it.rating,
        words: it.words,
        language: it.language,
        sent_at: rfc3339(it.sent_at_us),
        handled_at: it.handled_at_us.map(rfc3339),
        handled_by: Some(it.handled_by).filter(|it| !it.is_empty()),
    })))
}

/// `POST /api/v1/feedback/{feedback_id}/handled`.
pub(crate) async fn handle(
    State(app): State<App>,
    Known(caller): Known,
    Path(feedback_id): Path<String>,
) -> Result<Response, Problem> {
    app.service.handle_feedback(&caller, id(&feedback_id)?).await?;
    Ok(reply::no_content())
}

/// `GET /api/v1/feedback.csv`: the newest, or those behind `after`.
pub(crate) async fn table(
    State(app): State<App>,
    visit: Visit,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let mut text =
        "\u{feff}sent_at,about,rating,words,code,product_id,handled_at,handled_by\r\n".to_owned();
    let mut page = Page { after: fields.optional("after"), ..Page::newest() };
    let mut n_rows = 0;
    loop {
        let n_left = MAX_EXPORTED_FEEDBACK - n_rows;
        page.limit = page.limit.min(u32::try_from(n_left).unwrap_or(u32::MAX));
        let paged = app.service.list_feedback(&caller, &page).await?;
        for it in &paged.items {
            push_line(
                &mut text,
                &[
                    rfc3339(it.sent_at_us),
                    About::of(it.about).name().to_owned(),
                    it.rating.map(|n| n.to_string()).unwrap_or_default(),
                    it.words.clone(),
                    it.code.clone(),
                    it.product_id.map(|id| id.to_string()).unwrap_or_default(),
                    it.handled_at_us.map(rfc3339).unwrap_or_default(),
                    it.handled_by.clone(),
                ],
            );
        }
        n_rows += paged.items.len();
        page.after = paged.next;
        if page.after.is_none() || n_rows >= MAX_EXPORTED_FEEDBACK {
            break;
        }
    }
    let next = page.after.as_deref();
    if let Some(next) = next {
        push_line(&mut text, &[rest_of_file(visit.language, n_rows, next)]);
    }
    let file = reply::file("text/csv; charset=utf-8", "feedback.csv", text.into());
    Ok(with_next(file, ("/api/v1/feedback.csv", &fields), next))
}
