//! What the headers and the address of an EPCIS request ask for (EPCIS 2.0 §12.3, §12.6.3).

use super::{PER_PAGE, with, with_versions};
use crate::app::App;
use crate::caller::Known;
use crate::extract::MAX_URI_BYTES;
use crate::moment::rfc3339;
use crate::problem::Problem;
use crate::reply::{self, PRIVATE};
use crate::visit::{Accepts, Visit};
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts};
use axum::response::Response;
use epcis::query::EventQuery;
use epcis::{CbvFormat, EpcFormat, Format};
use serde::Serialize;
use service::QueryPage;
use service::limits::PAGE_TOKEN_US;

/// The version of EPCIS and of the CBV that we speak; there is one.
pub(super) const VERSION: [u32; 3] = [2, 0, 0];

/// A request whose answer we can write, in our versions.
pub(crate) struct Asked {
    /// JSON, or XML where the client likes that better.
    pub(super) format: Format,
    accepts: Accepts,
    /// `GS1-EPC-Format`.
    pub(super) epc_format: EpcFormat,
    /// `GS1-CBV-XML-Format`.
    pub(super) cbv_format: CbvFormat,
    /// Prefixes of `GS1-Extensions`, and what they stand for.
    pub(super) namespaces: Vec<(String, String)>,
    /// The path, as the client wrote it.
    pub(super) path: String,
    /// Parameters of the address, without those of paging.
    pub(super) pairs: Vec<(String, String)>,
    /// `perPage`.
    pub(super) per_page: u32,
    /// `nextPageToken`: one that is in force.
    token: Option<String>,
}

impl FromRequestParts<App> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let accepts = Visit::from_request_parts(parts, app).await?.accepts;
        let format = match (accepts.any_json(), accepts.xml) {
            (0, 0) => {
                let offered = "application/ld+json, application/json or application/xml";
                return Err(Problem::not_acceptable(offered));
            }
            (json, xml) if xml > json => Format::Xml,
            _ => Format::Json,
        };
        check_versions(&parts.headers)?;
        let epc_format = chosen(&parts.headers, "gs1-epc-format", EpcFormat::parse)?;
        let cbv_format = chosen(&parts.headers, "gs1-cbv-xml-format", CbvFormat::parse)?;
        let uri = parts.uri.path_and_query().map_or("", |it| it.as_str());
        if uri.len() > MAX_URI_BYTES {
            return Err(Problem::uri_too_long(MAX_URI_BYTES));
        }
        let query = parts.uri.query().unwrap_or_default();
        let pairs = serde_urlencoded::from_str::<Vec<(String, String)>>(query)
            .map_err(|_| Problem::parameter("", "bad-form", "the parameters are not UTF-8"))?;
        let (paging, pairs): (Vec<_>, Vec<_>) =
            pairs.into_iter().partition(|(name, _)| name == "perPage" || name == "nextPageToken");
        let paging = |wanted: &str| paging.iter().find(|(name, _)| name == wanted);
        let per_page = match paging("perPage") {
            None => PER_PAGE,
            Some((_, text)) => text.parse().ok().filter(|it| *it > 0).ok_or_else(|| {
                Problem::parameter("perPage", "not-a-number", "write a whole number above zero")
            })?,
        };
        let token = paging("nextPageToken").map(|(_, token)| token.clone());
        if let Some(token) = &token {
            check_token(parts, app, token).await?;
        }
        Ok(Self {
            format,
            accepts,
            epc_format,
            cbv_format,
            namespaces: namespaces(&parts.headers)?,
            path: parts.uri.path().to_owned(),
            token,
            pairs,
            per_page,
        })
    }
}

impl Asked {
    /// The parameters of the address as a query.
    pub(super) fn query(&self) -> Result<EventQuery, Problem> {
        let pairs = self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        EventQuery::from_pairs(pairs, &self.namespaces).map_err(Problem::query)
    }

    /// One parameter that the path stands for.
    pub(super) fn parameter(&self, name: &str, value: &str) -> Result<EventQuery, Problem> {
        EventQuery::from_pairs([(name, value)], &self.namespaces).map_err(Problem::query)
    }

    /// Which page is wanted.
    pub(super) fn page(&self) -> QueryPage {
        QueryPage { token: self.token.clone(), n_events: self.per_page }
    }

    /// Behind what a page of a list begins, see [`Self::with_next_of_list`].
    pub(super) fn after(&self) -> Option<&str> {
        self.token.as_deref().and_then(|token| token.split_once('.')).map(|(_, after)| after)
    }

    /// With the link to the next page, if there is one, and until when its token is in force.
    pub(super) fn with_next(&self, response: Response, next: Option<(String, i64)>) -> Response {
        let Some((token, expires_us)) = next else { return response };
        let per_page = self.per_page.to_string();
        let paging = [("perPage", per_page.as_str()), ("nextPageToken", &token)];
        let own = self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let pairs: Vec<_> = own.chain(paging).collect();
        let query = serde_urlencoded::to_string(pairs).expect("texts are always encoded");
        let link = format!("<{}?{query}>; rel=\"next\"", self.path);
        let expires = HeaderName::from_static("gs1-next-page-token-expires");
        with(with(response, header::LINK, link), expires, rfc3339(expires_us))
    }

    /// The same of a list, whose pages begin behind a member.
    pub(super) fn with_next_of_list(
        &self,
        app: &App,
        response: Response,
        after: Option<String>,
    ) -> Response {
        let expires_us = app.service.now_us() + PAGE_TOKEN_US;
        let next = after.map(|after| (format!("{expires_us}.{after}"), expires_us));
        self.with_next(response, next)
    }

    /// The media type of an answer in the format that was chosen.
    pub(super) fn media_type(&self) -> &'static str {
        match self.format {
            Format::Json => self.json_type(),
            Format::Xml => "application/xml",
        }
    }

    /// The kind of JSON that the client likes better; if it does not mind, that of the OpenAPI.
    fn json_type(&self) -> &'static str {
        let likes_ld = self.accepts.json_ld > self.accepts.json;
        if likes_ld { "application/ld+json" } else { "application/json" }
    }

    /// An answer in JSON, with the headers of all answers.
    pub(super) fn json(&self, value: &impl Serialize) -> Response {
        let body = serde_json::to_vec(value).expect("our own shapes are always JSON");
        self.json_text(body)
    }

    /// The same of JSON that is written already.
    pub(super) fn json_text(&self, body: impl Into<Body>) -> Response {
        with_versions(reply::bytes(self.json_type(), PRIVATE, body))
    }

    /// Refuses parameters, and clients that read no JSON, where the standard has nothing else.
    pub(super) fn only_json(&self) -> Result<(), Problem> {
        if self.accepts.any_json() == 0 {
            return Err(Problem::not_acceptable("application/json"));
        }
        self.no_parameters()
    }

    /// Refuses parameters where there are none.
    pub(super) fn no_parameters(&self) -> Result<(), Problem> {
        match self.pairs.first() {
            None => Ok(()),
            Some((name, _)) => {
                let detail = "this resource has no parameter of that name";
                Err(Problem::parameter(name, "unknown-parameter", detail))
            }
        }
    }
}

/// A token begins with its end, in microseconds since the epoch, and a dot.
pub(super) fn expiry_of(token: &str) -> Option<i64> {
    let (digits, _) = token.split_once('.')?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// When a token may expire that some server of ours gave now; an hour is room for their clocks.
pub(super) fn latest_expiry_us(app: &App) -> i64 {
    app.service.now_us() + PAGE_TOKEN_US + 3600 * 1_000_000
}

/// A token of ours must neither have expired nor been let go of.
async fn check_token(parts: &mut Parts, app: &App, token: &str) -> Result<(), Problem> {
    let in_force = app.service.now_us() + 1..=latest_expiry_us(app);
    let is_due = expiry_of(token).is_some_and(|it| in_force.contains(&it));
    let Known(caller) = Known::from_request_parts(parts, app).await?;
    if is_due && !app.service.is_page_token_ended(&caller, token).await? {
        return Ok(());
    }
    Err(bad_token())
}

/// What is no token of this list, or is none any more.
pub(super) fn bad_token() -> Problem {
    let detail = "this token has ended or is of another list; begin again without it";
    Problem::parameter("nextPageToken", "bad-page-token", detail)
}

/// The versions that a client speaks must hold ours (§12.3).
pub(super) fn check_versions(headers: &HeaderMap) -> Result<(), Problem> {
    for (name, fits) in [
        ("gs1-epcis-min", (|it| it <= VERSION) as fn([u32; 3]) -> bool),
        ("gs1-epcis-max", |it| it >= VERSION || it[..2] == VERSION[..2]),
        ("gs1-epcis-version", |it| it[..2] == VERSION[..2]),
        ("gs1-cbv-min", |it| it <= VERSION),
        ("gs1-cbv-max", |it| it >= VERSION || it[..2] == VERSION[..2]),
        ("gs1-cbv-version", |it| it[..2] == VERSION[..2]),
    ] {
        let Some(value) = headers.get(name) else { continue };
        let version = value.to_str().ok().and_then(version);
        if !version.is_some_and(fits) {
            return Err(Problem::not_acceptable("EPCIS 2.0.0 and CBV 2.0.0"));
        }
    }
    Ok(())
}

/// `2`, `2.0` and `2.0.0` are one version.
fn version(text: &str) -> Option<[u32; 3]> {
    let mut version = [0; 3];
    for (index, part) in text.trim().split('.').enumerate() {
        *version.get_mut(index)? = part.parse().ok()?;
    }
    Some(version)
}

/// The value of a header that has a closed list of them, or the standard's default.
fn chosen<T: Default>(
    headers: &HeaderMap,
    name: &str,
    parse: fn(&str) -> Option<T>,
) -> Result<T, Problem> {
    let Some(value) = headers.get(name) else { return Ok(T::default()) };
    let value = value.to_str().ok().and_then(parse);
    value.ok_or_else(|| Problem::not_acceptable("one of the formats that the standard names"))
}

/// `prefix=iri`, comma between them.
fn namespaces(headers: &HeaderMap) -> Result<Vec<(String, String)>, Problem> {
    let lines = headers.get_all("gs1-extensions").into_iter().map(HeaderValue::to_str);
    let text = lines.collect::<Result<Vec<_>, _>>().ok().map(|lines| lines.join(","));
    let pair = |pair: &str| {
        let (prefix, iri) = pair.trim().split_once('=')?;
        let is_name = |it: &char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
        let is_prefix = !prefix.is_empty() && prefix.chars().all(|it| is_name(&it));
        (is_prefix && iri.contains(':')).then(|| (prefix.to_owned(), iri.to_owned()))
    };
    let pairs = text.as_deref().and_then(|it| {
        it.split(',').filter(|it| !it.trim().is_empty()).take(50).map(pair).collect()
    });
    pairs.ok_or_else(|| {
        let detail = "write prefix=IRI, with commas between several";
        Problem::rejected("GS1-Extensions", "bad-extensions", detail)
    })
}
