//! Who asks: a bearer key for programs, a session cookie for people.
//!
//! A cookie travels by itself, so a request that changes something with one must come from our own
//! pages: its `Origin` must be the host that it is sent to.

use crate::app::App;
use crate::problem::Problem;
use crate::visit::{cookie, text};
use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, Method, header, request::Parts};
use axum::response::{IntoResponse, Redirect, Response};
use service::Caller;

/// Name of the session cookie.
pub(crate) const SESSION_COOKIE: &str = "session";

/// A caller of the API: by key or by session.
pub(crate) struct Known(pub(crate) Caller);

impl FromRequestParts<App> for Known {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        if let Some(key) = bearer(&parts.headers) {
            return app.service.authenticate(key).await.map(Self).map_err(unknown);
        }
        by_session(parts, app).await.map(Self)
    }
}

/// A person in front of a console page; who is not signed in is sent to do so.
pub(crate) struct SignedIn(pub(crate) Caller);

impl FromRequestParts<App> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        match by_session(parts, app).await {
            Ok(caller) => Ok(Self(caller)),
            Err(problem) if problem.is_unauthorized() && parts.method == Method::GET => {
                Err(Redirect::to(&format!("/login?next={}", parts.uri.path())).into_response())
            }
            Err(problem) => Err(problem.into_response()),
        }
    }
}

/// A form that comes from one of our own pages.
pub(crate) struct OwnForm;

impl<S: Sync> FromRequestParts<S> for OwnForm {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if is_own_origin(&parts.headers) { Ok(Self) } else { Err(Problem::forbidden()) }
    }
}

/// The token of a session, if the request has one.
pub(crate) struct Session(pub(crate) Option<String>);

impl<S: Sync> FromRequestParts<S> for Session {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(cookie(&parts.headers, SESSION_COOKIE).map(str::to_owned)))
    }
}

async fn by_session(parts: &Parts, app: &App) -> Result<Caller, Problem> {
    let token = cookie(&parts.headers, SESSION_COOKIE).ok_or_else(Problem::unauthorized)?;
    if !parts.method.is_safe() && !is_own_origin(&parts.headers) {
        return Err(Problem::forbidden());
    }
    app.service.session(token).await.map_err(unknown)
}

/// A key that proves nobody is an invitation to sign in, not a matter of rights.
fn unknown(error: service::Error) -> Problem {
    match error {
        service::Error::Forbidden => Problem::unauthorized(),
        other => other.into(),
    }
}

/// Whether the request says that somebody is signed in; it may be wrong.
pub(crate) fn is_signed_in(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION) || cookie(headers, SESSION_COOKIE).is_some()
}

/// The key of `Authorization: Bearer …` (RFC 6750 §2.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = text(headers, header::AUTHORIZATION)?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

pub(crate) fn is_own_origin(headers: &HeaderMap) -> bool {
    let origin = text(headers, header::ORIGIN).and_then(|it| it.split_once("://"));
    match (origin, text(headers, header::HOST)) {
        (Some((_, origin)), Some(host)) => origin.eq_ignore_ascii_case(host),
        _ => false,
    }
}

/// Whether a link of the very same page was followed, as `Referer` tells.
pub(crate) fn came_from(headers: &HeaderMap, path: &str) -> bool {
    let referer = text(headers, header::REFERER).and_then(|it| it.split_once("://"));
    let (Some((_, referer)), Some(host)) = (referer, text(headers, header::HOST)) else {
        return false;
    };
    let Some(rest) = referer.strip_prefix(host) else { return false };
    rest.split('?').next() == Some(path)
}
