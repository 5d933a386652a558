//! What the edge knows about a request before any handler runs: its id, its language, its format.
//!
//! Computed once by [`crate::edge`], kept in the request's extensions, read by handlers as an
//! extractor.

use crate::language::{Language, split_quality};
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, HeaderValue, Uri, header, request::Parts};
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

/// One request as the edge saw it. Clones share it: an extractor gives each handler its own.
#[derive(Clone, Debug)]
pub(crate) struct Visit(Arc<Seen>);

/// What a [`Visit`] holds.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) request_id: HeaderValue,
    pub(crate) language: Language,
    pub(crate) wants: Wants,
    /// How much each format of an EPCIS answer is wished.
    pub(crate) accepts: Accepts,
    /// The language link that was followed, to be remembered by a cookie.
    pub(crate) chosen: Option<Language>,
    /// Whose request it is; none in tests that have no connection.
    pub(crate) client: Option<IpAddr>,
    /// The host at which the page is read, with a port that is no scheme's own; empty if the
    /// request names none, or what can be none.
    pub(crate) host: String,
    uri: Uri,
}

/// What the client would like to read (RFC 9110 §12.5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wants {
    /// A page, for people.
    Page,
    /// JSON, for programs.
    Json,
    /// Whatever the route prefers.
    Either,
    /// Something that we do not have.
    Neither,
}

impl Deref for Visit {
    type Target = Seen;

    fn deref(&self) -> &Seen {
        &self.0
    }
}

impl Visit {
    pub(crate) fn new(request_id: HeaderValue, uri: &Uri, headers: &HeaderMap) -> Self {
        let chosen = uri.query().and_then(|it| pair(it, '&', "lang")).and_then(Language::of_tag);
        let language = chosen
            .or_else(|| cookie(headers, LANGUAGE_COOKIE).and_then(Language::of_tag))
            .or_else(|| text(headers, header::ACCEPT_LANGUAGE).and_then(Language::of_accept))
            .unwrap_or_default();
        let accept = text(headers, header::ACCEPT);
        let wants = Wants::of_accept(accept);
        let accepts = Accepts::of_accept(accept);
        let (client, uri) = (None, uri.clone());
        let named = uri
            .host()
            .map_or_else(|| text(headers, header::HOST), |_| uri.authority().map(|it| it.as_str()));
        let host = named.map(host_named).unwrap_or_default();
        Self(Arc::new(Seen { request_id, language, wants, accepts, chosen, client, host, uri }))
    }

    /// The same of whose request it is.
    pub(crate) fn of(mut self, client: Option<IpAddr>) -> Self {
        if let Some(seen) = Arc::get_mut(&mut self.0) {
            seen.client = client;
        }
        self
    }

    /// The id as text; ids are printable ASCII by construction.
    pub(crate) fn request_id(&self) -> &str {
        self.request_id.to_str().unwrap_or_default()
    }

    /// The pass that was brought to a closed door.
    pub(crate) fn pass(&self) -> Option<&str> {
        pair(self.uri.query()?, '&', "pass")
    }

    /// The same as the query of another page of the same code; empty if there is none, or one that
    /// cannot be a pass.
    pub(crate) fn pass_onward(&self) -> String {
        let is_pass = |it: &&str| {
            it.len() <= 100 && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'.')
        };
        self.pass().filter(is_pass).map_or_else(String::new, |pass| format!("?pass={pass}"))
    }

    /// This very page as a link, up to a pass.
    pub(crate) fn here_with_pass(&self) -> String {
        self.without("pass=") + "pass="
    }

    /// The path that was asked for.
    pub(crate) fn path(&self) -> &str {
        self.uri.path()
    }

    /// This very page as a link, up to where a language is chosen by `lang=`.
    pub(crate) fn here(&self) -> String {
        self.without("lang=")
    }

    /// This page without a parameter, ready for another one.
    fn without(&self, parameter: &str) -> String {
        let path = self.uri.path();
        let query = self.uri.query().unwrap_or_default();
        let mut here = String::with_capacity(path.len() + query.len() + 2);
        here.push_str(path);
        here.push('?');
        for pair in query.split('&').filter(|it| !it.is_empty() && !it.starts_with(parameter)) {
            here.push_str(pair);
            here.push('&');
        }
        here
    }
}

/// A host as pages show it and labels name it.
pub(crate) fn host_named(authority: &str) -> String {
    let is_host = |it: u8| it.is_ascii_alphanumeric() || b".-_:[]".contains(&it);
    if authority.len() > 255 || !authority.bytes().all(is_host) {
        return String::new();
    }
    let host = authority.strip_suffix(":443").or_else(|| authority.strip_suffix(":80"));
    host.unwrap_or(authority).to_ascii_lowercase()
}

/// Name of the cookie that remembers a language link.
pub(crate) const LANGUAGE_COOKIE: &str = "lang";

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::internal("no visit"))
    }
}

impl Wants {
    fn of_accept(field: Option<&str>) -> Self {
        let Some(field) = field else { return Self::Either };
        let (mut page, mut json, mut any) = (0, 0, 0);
        for range in field.split(',').take(32) {
            let (media_type, weight) = split_quality(range);
            match media_type {
                "*/*" => any = any.max(weight),
                "text/html" | "application/xhtml+xml" | "text/*" => page = page.max(weight),
                it if it.starts_with("application/") && it.ends_with("json") => {
                    json = json.max(weight);
                }
                "application/*" => json = json.max(weight),
                _ => {}
            }
        }
        match (page, json, any) {
            (0, 0, 0) => Self::Neither,
            (0, 0, _) => Self::Either,
            (page, json, _) if page >= json => Self::Page,
            _ => Self::Json,
        }
    }
}

/// How much each format of an EPCIS answer is wished, in thousandths (RFC 9110 §12.5.1); 0 is not
/// at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Accepts {
    /// `application/json`.
    pub(crate) json: u32,
    /// `application/ld+json`.
    pub(crate) json_ld: u32,
    /// `application/xml`.
    pub(crate) xml: u32,
}

impl Accepts {
    fn of_accept(field: Option<&str>) -> Self {
        // Of all ranges that hold a format the most specific counts.
        let (mut any, mut application, mut text) = (None, None, None);
        let (mut json, mut json_ld, mut xml) = (None, None, None);
        for (range, weight) in weighted(field.unwrap_or("*/*")) {
            let noted = match range.as_str() {
                "*/*" => &mut any,
                "application/*" => &mut application,
                "text/*" => &mut text,
                "application/json" | "application/problem+json" => &mut json,
                "application/ld+json" => &mut json_ld,
                "application/xml" | "text/xml" | "application/problem+xml" => &mut xml,
                _ => continue,
            };
            *noted = (*noted).max(Some(weight));
        }
        let general = application.or(any).unwrap_or(0);
        Self {
            json: json.unwrap_or(general),
            json_ld: json_ld.unwrap_or(general),
            xml: xml.unwrap_or(application.max(text).or(any).unwrap_or(0)),
        }
    }

    /// JSON of either kind.
    pub(crate) fn any_json(self) -> u32 {
        self.json.max(self.json_ld)
    }
}

/// The members of a weighted list (RFC 9110 §12.4.2) with their weights in thousandths.
pub(crate) fn weighted(field: &str) -> Vec<(String, u32)> {
    let members = field.split(',').filter(|it| !it.trim().is_empty()).take(32);
    members.map(split_quality).map(|(name, weight)| (name.to_owned(), weight)).collect()
}

/// The value of a header that is plain text.
pub(crate) fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// The value of a cookie (RFC 6265 §5.4); fields may come split under HTTP/2 proxies.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let fields = headers.get_all(header::COOKIE).into_iter();
    fields.filter_map(|it| it.to_str().ok()).find_map(|it| pair(it, ';', name))
}

fn pair<'a>(list: &'a str, separator: char, name: &str) -> Option<&'a str> {
    list.split(separator).find_map(|it| {
        let (key, value) = it.trim().split_once('=')?;
        (key == name).then_some(value)
    })
}
