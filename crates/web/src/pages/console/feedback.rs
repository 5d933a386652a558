//! Feedback as the enterprise and the operator read it.

use super::{Desk, done, next_link, table};
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Path, Query, id};
use crate::moment::in_words;
use crate::pages::blocks::{Act, Block, Link, Row};
use crate::pages::feedback::name_of;
use crate::problem::Problem;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::About;

const PATH: &str = "/console/feedback";

/// `GET /console/feedback`.
pub(crate) async fn list(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let f = visit.language.feedback_texts();
    let paged = app.service.list_feedback(&caller, &fields.newest_page()?).await?;
    let heads = vec![f.sent_at, f.about, f.rating, f.words, f.code, f.handled];
    let mut list = table(f.title, heads, [f.none, f.none_next]);
    list.next = next_link(PATH, paged.next);
    list.rows.extend(paged.items.into_iter().map(|it| {
        let action = format!("{PATH}/{}/handled", it.feedback_id);
        let act = it.handled_at_us.is_none().then_some(Act { action, label: f.handle });
        let handled = it.handled_at_us.map(|at_us| in_words(visit.language, at_us));
        let handled = handled.map(|at| format!("{} · {at}", it.handled_by)).unwrap_or_default();
        let cells = vec![
            in_words(visit.language, it.sent_at_us),
            name_of(f, About::of(it.about)).to_owned(),
            it.rating.map(|n| format!("{n} / 5")).unwrap_or_default(),
            it.words,
            it.code,
            handled,
        ];
        Row { href: None, cells, acts: act.into_iter().collect() }
    }));
    let export = Link { href: "/api/v1/feedback.csv".to_owned(), label: f.export };
    let blocks = vec![Block::Links(vec![export]), Block::Table(list)];
    Ok(desk.page(f.title, "", blocks))
}

/// `POST /console/feedback/{feedback_id}/handled`.
pub(crate) async fn handle(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path(feedback_id): Path<String>,
) -> Result<Response, Problem> {
    app.service.handle_feedback(&caller, id(&feedback_id)?).await?;
    Ok(done(PATH))
}
