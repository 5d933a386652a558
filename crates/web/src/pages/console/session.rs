//! Signing in with a key and out again.

use super::{portal_name, portal_of};
use crate::app::App;
use crate::caller::{OwnForm, SESSION_COOKIE, Session};
use crate::extract::{Fields, Posted, Query};
use crate::pages::blocks::{Block, ConsolePage, Field, Form, Input};
use crate::pages::{Frame, Page};
use crate::problem::Problem;
use crate::visit::Visit;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use service::limits::SESSION_US;
use service::{Error, Role};

/// `GET /login?next=/console`.
pub(crate) async fn show(visit: Visit, Query(fields): Query) -> Response {
    page(&visit, &fields, false)
}

/// `POST /login`.
pub(crate) async fn open(
    State(app): State<App>,
    visit: Visit,
    _own: OwnForm,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let key = fields.text("key");
    let caller = match app.service.authenticate(&key).await {
        Ok(caller) => caller,
        Err(Error::Forbidden) => {
            return Ok(Problem::unauthorized().on(page(&visit, &fields, true)));
        }
        Err(error) => return Err(error.into()),
    };
    let token = app.service.open_session(&key).await?;
    let next = fields.text("next");
    let next = if is_own_page(&next) { next } else { portal_of(caller.role).to_owned() };
    let is_secure = app.service.public_url().starts_with("https://");
    let max_age = SESSION_US / 1_000_000;
    Ok(with_cookie(Redirect::to(&next).into_response(), &token, max_age, is_secure))
}

/// `POST /logout`.
pub(crate) async fn close(
    State(app): State<App>,
    _own: OwnForm,
    Session(token): Session,
) -> Result<Response, Problem> {
    if let Some(token) = token {
        app.service.close_session(&token).await?;
    }
    let is_secure = app.service.public_url().starts_with("https://");
    Ok(with_cookie(Redirect::to("/").into_response(), "", 0, is_secure))
}

fn page(visit: &Visit, fields: &Fields, is_wrong: bool) -> Response {
    let frame = Frame::new(visit);
    let c = frame.c;
    let next = fields.text("next");
    let mut key = Field::of("key", c.api_key, Input::Line("password"));
    if is_wrong {
        key.wrong = c.sign_in_wrong.to_owned();
    }
    let next_field = Field::of("next", "", Input::Hidden).value(next.clone());
    let form = Form::post(c.sign_in, "/login", vec![key, next_field]).lead(c.sign_in_lead);
    let role = Role::ALL.into_iter().find(|role| next.starts_with(portal_of(*role)));
    let portal = portal_name(c, role.unwrap_or(Role::Enterprise));
    Page::console(ConsolePage {
        portal,
        menu: Vec::new(),
        signed_in_as: None,
        title: portal.to_owned(),
        lead: "",
        blocks: vec![Block::Form(form)],
        frame,
    })
    .into_response()
}

/// A path on this host; `//host` and `/\host` would lead to another one.
fn is_own_page(next: &str) -> bool {
    let rest = next.strip_prefix('/');
    rest.is_some_and(|rest| !rest.starts_with(['/', '\\'])) && next.bytes().all(|b| b > b' ')
}

fn with_cookie(mut response: Response, token: &str, max_age_s: i64, is_secure: bool) -> Response {
    let secure = if is_secure { "; Secure" } else { "" };
    let cookie = format!(
        "{SESSION_COOKIE}={token}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Strict{secure}"
    );
    let cookie = HeaderValue::try_from(cookie).expect("a token is hexadecimal");
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}
