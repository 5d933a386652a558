//! Pages for people: rendered here, readable and usable without any script.
//!
//! A page is an askama template beside its handler. Public pages carry their style inside, so that
//! a scan is one answer; the console shares one style sheet.

pub(crate) mod address;
pub(crate) mod assets;
pub(crate) mod blocks;
mod buffer;
pub(crate) mod console;
pub(crate) mod escape;
pub(crate) mod feedback;
pub(crate) mod history;
pub(crate) mod home;
pub(crate) mod item;
pub(crate) mod pass;
pub(crate) mod place;
pub(crate) mod product;
pub(crate) mod report;
pub(crate) mod schemes;
pub(crate) mod search;
pub(crate) mod skeleton;
pub(crate) mod style;
pub(crate) mod voucher;

use crate::language::Language;
use crate::problem::Problem;
use crate::text::{ConsoleTexts, Texts};
use crate::visit::Visit;
use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use buffer::Buffer;

/// What every page shows around its content.
pub(crate) struct Frame {
    pub(crate) language: Language,
    /// This very page, up to the name of its language.
    pub(crate) here: String,
    pub(crate) t: &'static Texts,
    pub(crate) c: &'static ConsoleTexts,
    pub(crate) style: &'static str,
    pub(crate) style_version: &'static str,
}

impl Frame {
    pub(crate) fn new(visit: &Visit) -> Self {
        let language = visit.language;
        Self {
            language,
            here: visit.here(),
            t: language.texts(),
            c: language.console_texts(),
            style: style::PUBLIC,
            style_version: &style::CONSOLE_VERSION,
        }
    }
}

/// A rendered page with the headers of its kind.
pub(crate) struct Page<T> {
    template: T,
    policy: HeaderValue,
}

impl<T: Template> Page<T> {
    /// A page that carries its own style.
    pub(crate) fn public(template: T) -> Self {
        Self { template, policy: style::PUBLIC_POLICY.clone() }
    }

    /// A page that carries its own style and has a script of ours.
    pub(crate) fn scripted(template: T) -> Self {
        Self { template, policy: style::SCRIPT_POLICY.clone() }
    }

    /// A page behind a log-in, which shares a style sheet.
    pub(crate) fn console(template: T) -> Self {
        Self { template, policy: HeaderValue::from_static(style::CONSOLE_POLICY) }
    }
}

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let mut page = Buffer::take();
        if self.template.render_into(page.text()).is_err() {
            return Problem::internal("a template did not render").into_response();
        }
        html(page, self.policy)
    }
}

/// A page with the headers of its kind.
fn html(page: Buffer, policy: HeaderValue) -> Response {
    let mut response = Response::new(page.into_body());
    let headers = response.headers_mut();
    // For those of the edge as well, so that the map grows once.
    headers.reserve(10);
    let fixed = const {
        [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::VARY, HeaderValue::from_static("Accept, Accept-Language, Cookie")),
        ]
    };
    for (name, value) in fixed {
        headers.insert(name, value);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// One line of a list of facts.
pub(crate) struct Fact {
    pub(crate) label: &'static str,
    pub(crate) value: String,
}

/// The facts that have a value; an empty one would be a gap on the page.
pub(crate) fn facts<const N: usize>(all: [(&'static str, String); N]) -> Vec<Fact> {
    let filled = all.into_iter().filter(|(_, value)| !value.is_empty());
    filled.map(|(label, value)| Fact { label, value }).collect()
}

/// The digits of a code in groups that the eye can compare: fours, and no last group of one.
pub(crate) fn groups(code: &str) -> Vec<&str> {
    let mut rest = code;
    let mut groups = Vec::new();
    while rest.len() > 5 && rest.is_char_boundary(4) {
        let (group, tail) = rest.split_at(4);
        groups.push(group);
        rest = tail;
    }
    groups.push(rest);
    groups
}
