//! The page that the link of a letter leads to: whoever reads an address of e-mail says that
//! notices of recalls may go there. Opening the link changes nothing, since programs open links
//! too.

use super::{Fact, Frame, Page, facts};
use crate::app::App;
use crate::extract::Path;
use crate::moment::in_words;
use crate::problem::Problem;
use crate::visit::Visit;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "address.html")]
struct AddressPage {
    frame: Frame,
    title: &'static str,
    lead: &'static str,
    facts: Vec<Fact>,
    /// What the button says, and to where it posts; none once it is confirmed.
    button: Option<(&'static str, String)>,
}

/// `GET /notices/confirm/{token}`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let found = app.service.address_to_confirm(&token).await?;
    let it = found.ok_or(service::Error::NotFound)?;
    let frame = Frame::new(&visit);
    let n = frame.language.notice_texts();
    let mut told =
        facts([(n.email, it.email), (n.valid_until, in_words(frame.language, it.until_us))]);
    if !it.reader.is_empty() {
        told.extend(facts([(n.reader, it.reader)]));
    }
    Ok(page(AddressPage {
        title: n.confirm_title,
        lead: n.confirm,
        facts: told,
        button: Some((n.confirm_button, format!("/notices/confirm/{token}"))),
        frame,
    }))
}

/// `POST /notices/confirm/{token}`.
pub(crate) async fn confirm(
    State(app): State<App>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    app.service.confirm_address(&token).await?;
    let frame = Frame::new(&visit);
    let n = frame.language.notice_texts();
    let (title, lead) = (n.confirmed_title, n.confirmed_lead);
    Ok(page(AddressPage { title, lead, facts: Vec::new(), button: None, frame }))
}

fn page(page: AddressPage) -> Response {
    Page::public(page).into_response()
}
