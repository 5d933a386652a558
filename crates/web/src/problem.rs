//! What went wrong, as RFC 9457 tells it to programs and as a page tells it to people.
//!
//! The only place of status codes. A handler returns a [`Problem`]; the edge renders it, since only
//! the edge knows the language, the format and the request id. EPCIS routes use the types of the
//! standard (EPCIS 2.0 §12.8), all others ours; both come from the same kind.

use crate::language::Language;
use crate::pages::{self, Page};
use crate::text::{Texts, fill};
use crate::visit::{Visit, Wants};
use crate::xml::Element;
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use epcis::query::{QueryFault, QueryRule};
use label::report::MAX_PAGED_ROWS;
use serde::Serialize;
use service::Challenge;
use service::limits::{MAX_CAPTURE_BYTES, MAX_CAPTURE_EVENTS};
use std::sync::Arc;

/// A failed request.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    kind: Kind,
    detail: Option<Arc<str>>,
    violations: Arc<[Breach]>,
    /// How many bytes of a capture would have been taken.
    limit_bytes: u64,
    /// What opens a closed door.
    challenge: Option<Arc<Challenge>>,
}

/// One thing to correct.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Breach {
    /// JSON pointer (RFC 6901) to the value, or the name of the form field.
    pub(crate) pointer: String,
    /// Stable name of the rule.
    pub(crate) rule: String,
    /// A sentence for people.
    pub(crate) detail: String,
}

/// What a client can do about it; each kind has one status and one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Rejected,
    Parameter,
    Query,
    Unauthorized,
    Forbidden,
    NotFound,
    Gone,
    NoSuchName,
    Subscription,
    Method,
    NotAcceptable,
    Timeout,
    Conflict,
    TooLarge,
    QueryTooLarge,
    QueryTooComplex,
    UriTooLong,
    MediaType,
    TooMany,
    TooOften,
    Unavailable,
    Internal,
}

impl Problem {
    fn new(kind: Kind) -> Self {
        let limit_bytes = MAX_CAPTURE_BYTES;
        Self { kind, detail: None, violations: Arc::default(), limit_bytes, challenge: None }
    }

    fn with_detail(kind: Kind, detail: impl Into<Arc<str>>) -> Self {
        Self { detail: Some(detail.into()), ..Self::new(kind) }
    }

    /// One value of the request is wrong.
    pub(crate) fn rejected(pointer: &str, rule: &str, detail: impl Into<String>) -> Self {
        let breach =
            Breach { pointer: pointer.to_owned(), rule: rule.to_owned(), detail: detail.into() };
        Self { violations: Arc::new([breach]), ..Self::new(Kind::Rejected) }
    }

    /// One parameter of a query is wrong.
    pub(crate) fn parameter(name: &str, rule: &str, detail: impl Into<String>) -> Self {
        Self { kind: Kind::Parameter, ..Self::rejected(name, rule, detail) }
    }

    /// Parameters of a query are wrong.
    pub(crate) fn parameters(violations: Vec<service::Violation>) -> Self {
        Self { kind: Kind::Parameter, ..service::Error::Rejected(violations).into() }
    }

    /// What a query was refused for (EPCIS 2.0 §8.2.6).
    pub(crate) fn query(faults: Vec<QueryFault>) -> Self {
        let too_complex = faults.iter().find(|it| it.rule == QueryRule::TooComplex);
        if let Some(fault) = too_complex {
            return Self::with_detail(Kind::QueryTooComplex, fault.message.as_str());
        }
        let is_malformed = faults.iter().any(|it| it.rule == QueryRule::Malformed);
        let kind = if is_malformed { Kind::Query } else { Kind::Parameter };
        let breaches = faults.into_iter().map(|it| Breach {
            pointer: it.parameter,
            rule: it.rule.name().to_owned(),
            detail: it.message,
        });
        Self { violations: breaches.collect(), ..Self::new(kind) }
    }

    /// One wish of a subscription cannot be met (EPCIS 2.0 §8.2.6).
    pub(crate) fn subscription(pointer: &str, detail: &str) -> Self {
        let rejected = Self::rejected(pointer, "bad-subscription", detail);
        Self { kind: Kind::Subscription, ..rejected }
    }

    /// Wishes of a subscription cannot be met.
    pub(crate) fn subscriptions(violations: Vec<service::Violation>) -> Self {
        Self { kind: Kind::Subscription, ..service::Error::Rejected(violations).into() }
    }

    /// There is no named query of that name.
    pub(crate) fn no_such_name() -> Self {
        Self::new(Kind::NoSuchName)
    }

    pub(crate) fn uri_too_long(limit_bytes: usize) -> Self {
        let detail = format!(
            "an address may have {limit_bytes} bytes; keep the query by name with POST /queries"
        );
        Self::with_detail(Kind::UriTooLong, detail)
    }

    /// A report that cannot be printed, in the language of its reader where there is another way.
    pub(crate) fn not_printed(language: Language, error: label::report::Error) -> Self {
        let label::report::Error::TooLong { n_rows } = error else { return error.into() };
        let sentence = fill(language.console_texts().report_too_long, n_rows);
        Self::with_detail(Kind::TooLarge, fill(&sentence, MAX_PAGED_ROWS))
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(Kind::Unauthorized)
    }

    pub(crate) fn forbidden() -> Self {
        Self::new(Kind::Forbidden)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(Kind::NotFound)
    }

    pub(crate) fn gone() -> Self {
        Self::new(Kind::Gone)
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(Kind::Method)
    }

    pub(crate) fn not_acceptable(offered: &str) -> Self {
        Self::with_detail(Kind::NotAcceptable, format!("this answer exists as {offered}"))
    }

    pub(crate) fn timeout() -> Self {
        Self::with_detail(Kind::Timeout, "the body did not arrive in time; send it again")
    }

    pub(crate) fn too_large(limit_bytes: u64) -> Self {
        let detail = format!("the body may have {limit_bytes} bytes; split it and send the parts");
        Self { limit_bytes, ..Self::with_detail(Kind::TooLarge, detail) }
    }

    pub(crate) fn media_type(expected: &str) -> Self {
        Self::with_detail(Kind::MediaType, format!("send the body as {expected}"))
    }

    /// Our own failure; `cause` goes to the log, the client hears a number.
    pub(crate) fn internal(cause: &str) -> Self {
        tracing::error!(cause, "a handler failed");
        Self::new(Kind::Internal)
    }

    /// Something that the server needs is not there; `why` says what brings it.
    pub(crate) fn unavailable(why: String) -> Self {
        Self::with_detail(Kind::Unavailable, why)
    }

    /// Who asks has missed too often and must work or wait.
    pub(crate) fn too_many(challenge: Arc<Challenge>) -> Self {
        let detail = format!(
            "too many codes that do not exist were asked for from here; send the request again \
             with the parameter pass of the challenge, or with its turn in {} s",
            challenge.wait_s
        );
        Self { challenge: Some(challenge), ..Self::with_detail(Kind::TooMany, detail) }
    }

    /// Who asks has had enough for now; `why` says of what, and when there is more.
    pub(crate) fn too_often(why: String) -> Self {
        Self::with_detail(Kind::TooOften, why)
    }

    /// The page at a closed door.
    pub(crate) fn at_the_door(mut page: Response) -> Response {
        *page.status_mut() = Kind::TooMany.status();
        page
    }

    /// True if signing in may help.
    pub(crate) fn is_unauthorized(&self) -> bool {
        self.kind == Kind::Unauthorized
    }

    pub(crate) fn is_forbidden(&self) -> bool {
        self.kind == Kind::Forbidden
    }

    /// What a form can be corrected by.
    pub(crate) fn breaches(&self) -> &[Breach] {
        &self.violations
    }

    /// What was said of this very case, if anything was.
    pub(crate) fn detail(&self) -> Option<String> {
        self.detail.as_deref().map(str::to_owned)
    }

    /// True if a person can correct the form and send it again.
    pub(crate) fn is_correctable(&self) -> bool {
        matches!(self.kind, Kind::Rejected | Kind::Conflict | Kind::TooLarge)
    }

    /// The same status on a page that shows the form again.
    pub(crate) fn on(&self, mut response: Response) -> Response {
        *response.status_mut() = self.kind.status();
        response
    }

    /// The answer: a page for people, `application/problem+json` for programs.
    pub(crate) fn render(&self, visit: &Visit, dialect: Dialect) -> Response {
        let prefers_page = match visit.wants {
            Wants::Page => dialect != Dialect::Epcis,
            Wants::Json | Wants::Neither => false,
            Wants::Either => dialect == Dialect::Pages,
        };
        let reads_xml = dialect == Dialect::Epcis && visit.accepts.xml > visit.accepts.any_json();
        let mut response = match () {
            () if prefers_page => self.page(visit),
            () if reads_xml => self.xml(visit, dialect),
            () => self.json(visit, dialect),
        };
        *response.status_mut() = self.kind.status();
        if self.kind == Kind::Unauthorized {
            let challenge = HeaderValue::from_static("Bearer realm=\"suyuan\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        if self.kind == Kind::TooLarge && dialect == Dialect::Epcis {
            // How much a capture may hold (EPCIS 2.0 §12.6.1).
            let events = HeaderValue::from(MAX_CAPTURE_EVENTS);
            response.headers_mut().insert("gs1-epcis-capture-limit", events);
            let bytes = HeaderValue::from(self.limit_bytes);
            response.headers_mut().insert("gs1-epcis-capture-file-size-limit", bytes);
        }
        if self.kind == Kind::Unavailable {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }

    fn page(&self, visit: &Visit) -> Response {
        let texts = visit.language.texts();
        let (title, detail) = self.kind.words(texts);
        let page = ProblemPage {
            frame: pages::Frame::new(visit),
            title,
            detail: self.detail.as_deref().or(detail).unwrap_or_default(),
            violations: &self.violations,
            request_id: visit.request_id(),
        };
        Page::public(page).into_response()
    }

    fn json(&self, visit: &Visit, dialect: Dialect) -> Response {
        let (title, detail) = self.kind.words(visit.language.texts());
        let body = ProblemJson {
            r#type: self.kind.type_name(dialect),
            title,
            status: self.kind.status().as_u16(),
            detail: self.detail.as_deref().or(detail),
            instance: instance(visit),
            violations: &self.violations,
            challenge: self.challenge.as_deref().map(ChallengeJson::new),
        };
        let body = serde_json::to_vec(&body).expect("strings and numbers are always JSON");
        ([(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
    }

    /// As the published OpenAPI of EPCIS has it; what is wrong is told in the detail.
    fn xml(&self, visit: &Visit, dialect: Dialect) -> Response {
        let (title, detail) = self.kind.words(visit.language.texts());
        let mut told = self.detail.as_deref().or(detail).unwrap_or_default().to_owned();
        for Breach { pointer, detail, .. } in self.violations.iter() {
            told.extend(["\n", pointer, ": ", detail]);
        }
        let body = Element::epcis("epcis:EPCISException")
            .child(Element::new("type").text(self.kind.type_name(dialect)))
            .child(Element::new("title").text(title))
            .child(Element::new("status").text(self.kind.status().as_str()))
            .child(Element::new("detail").text(&told))
            .child(Element::new("instance").text(&instance(visit)));
        ([(header::CONTENT_TYPE, "application/problem+xml")], body.document()).into_response()
    }
}

/// This occurrence of a problem as a URI: the request, under whose id the log has the cause.
fn instance(visit: &Visit) -> String {
    format!("urn:suyuan:request:{}", visit.request_id())
}

/// Type, title and status of what is wrong with an event of a capture that was accepted.
pub(crate) fn of_captured_event(visit: &Visit) -> (&'static str, &'static str, u16) {
    of_kind(Kind::Rejected, visit)
}

/// The same of an event whose eventID another one has.
pub(crate) fn of_known_event(visit: &Visit) -> (&'static str, &'static str, u16) {
    of_kind(Kind::Conflict, visit)
}

fn of_kind(kind: Kind, visit: &Visit) -> (&'static str, &'static str, u16) {
    let (title, _) = kind.words(visit.language.texts());
    (kind.type_name(Dialect::Epcis), title, kind.status().as_u16())
}

/// Leaves the rendering to the edge; alone it is only a status.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Whose names the types have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `epcisException:…`, under `/epcis`.
    Epcis,
    /// `suyuan:…`, for programs.
    Api,
    /// `suyuan:…`, for people unless they ask otherwise.
    Pages,
}

impl Dialect {
    pub(crate) fn of_path(path: &str) -> Self {
        match path {
            _ if path.starts_with("/epcis") => Self::Epcis,
            _ if path.starts_with("/api/") => Self::Api,
            _ => Self::Pages,
        }
    }
}

impl Kind {
    fn status(self) -> StatusCode {
        match self {
            Self::Rejected | Self::Parameter | Self::Query | Self::Subscription => {
                StatusCode::BAD_REQUEST
            }
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound | Self::NoSuchName => StatusCode::NOT_FOUND,
            Self::Gone => StatusCode::GONE,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::Timeout => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooLarge | Self::QueryTooLarge | Self::QueryTooComplex => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::UriTooLong => StatusCode::URI_TOO_LONG,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooMany | Self::TooOften => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn type_name(self, dialect: Dialect) -> &'static str {
        let (epcis, ours) = match self {
            Self::Rejected => ("epcisException:ValidationException", "suyuan:rejected"),
            Self::Parameter => ("epcisException:QueryParameterException", "suyuan:rejected"),
            Self::Query => ("epcisException:QueryValidationException", "suyuan:rejected"),
            Self::Subscription => {
                ("epcisException:SubscriptionControlsException", "suyuan:rejected")
            }
            Self::Unauthorized => ("epcisException:SecurityException", "suyuan:unauthorized"),
            Self::Forbidden => ("epcisException:SecurityException", "suyuan:forbidden"),
            Self::NotFound => ("epcisException:NoSuchResourceException", "suyuan:not-found"),
            Self::Gone => ("epcisException:NoSuchResourceException", "suyuan:gone"),
            Self::NoSuchName => ("epcisException:NoSuchNameException", "suyuan:not-found"),
            Self::Method => ("epcisException:ImplementationException", "suyuan:method"),
            Self::NotAcceptable => {
                ("epcisException:NotAcceptableException", "suyuan:not-acceptable")
            }
            Self::Timeout => ("epcisException:ImplementationException", "suyuan:timeout"),
            Self::Conflict => ("epcisException:ResourceAlreadyExistsException", "suyuan:conflict"),
            Self::TooLarge => ("epcisException:CaptureLimitExceededException", "suyuan:too-large"),
            Self::QueryTooLarge => {
                ("epcisException:QueryTooLargeException", "suyuan:query-too-large")
            }
            Self::QueryTooComplex => {
                ("epcisException:QueryTooComplexException", "suyuan:query-too-complex")
            }
            Self::UriTooLong => ("epcisException:URITooLongException", "suyuan:uri-too-long"),
            Self::MediaType => {
                ("epcisException:UnsupportedMediaTypeException", "suyuan:media-type")
            }
            Self::TooMany => ("epcisException:ImplementationException", "suyuan:too-many-misses"),
            Self::TooOften => ("epcisException:ImplementationException", "suyuan:too-often"),
            Self::Unavailable => ("epcisException:ImplementationException", "suyuan:unavailable"),
            Self::Internal => ("epcisException:ImplementationException", "suyuan:internal"),
        };
        if dialect == Dialect::Epcis { epcis } else { ours }
    }

    fn words(self, t: &'static Texts) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Rejected | Self::Parameter | Self::Query | Self::Subscription => {
                (t.problem_rejected, Some(t.problem_rejected_detail))
            }
            Self::Unauthorized => (t.problem_unauthorized, Some(t.problem_unauthorized_detail)),
            Self::Forbidden => (t.problem_forbidden, Some(t.problem_forbidden_detail)),
            Self::NotFound | Self::NoSuchName => {
                (t.problem_not_found, Some(t.problem_not_found_detail))
            }
            Self::Gone => (t.problem_gone, Some(t.problem_gone_detail)),
            Self::Method => (t.problem_method, Some(t.problem_method_detail)),
            Self::NotAcceptable => (t.problem_not_acceptable, None),
            Self::Timeout => (t.problem_timeout, None),
            Self::Conflict => (t.problem_conflict, Some(t.problem_conflict_detail)),
            Self::TooLarge | Self::QueryTooLarge | Self::QueryTooComplex | Self::UriTooLong => {
                (t.problem_too_large, Some(t.problem_too_large_detail))
            }
            Self::MediaType => (t.problem_media_type, None),
            Self::TooMany => (t.problem_too_many, Some(t.problem_too_many_detail)),
            Self::TooOften => (t.problem_too_many, None),
            Self::Unavailable => (t.problem_unavailable, Some(t.problem_unavailable_detail)),
            Self::Internal => (t.problem_internal, Some(t.problem_internal_detail)),
        }
    }
}

#[derive(Serialize)]
struct ProblemJson<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    instance: String,
    #[serde(skip_serializing_if = "<[Breach]>::is_empty")]
    violations: &'a [Breach],
    /// An extension (RFC 9457 §3.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge: Option<ChallengeJson<'a>>,
}

/// What a program does at a closed door.
#[derive(Serialize)]
struct ChallengeJson<'a> {
    algorithm: &'static str,
    seed: &'a str,
    n_bits: u32,
    pass_prefix: &'a str,
    turn: &'a str,
    wait_s: u64,
}

impl<'a> ChallengeJson<'a> {
    fn new(challenge: &'a Challenge) -> Self {
        let Challenge { seed, n_bits, work, turn, wait_s } = challenge;
        let (n_bits, wait_s) = (*n_bits, *wait_s);
        Self { algorithm: "SHA-256", seed, n_bits, pass_prefix: work, turn, wait_s }
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    frame: pages::Frame,
    title: &'a str,
    detail: &'a str,
    violations: &'a [Breach],
    request_id: &'a str,
}

impl From<service::Error> for Problem {
    fn from(error: service::Error) -> Self {
        match error {
            service::Error::Rejected(violations) => {
                let breaches = violations.into_iter().map(|it| Breach {
                    pointer: it.pointer,
                    rule: it.rule.to_owned(),
                    detail: it.message,
                });
                Self { violations: breaches.collect(), ..Self::new(Kind::Rejected) }
            }
            service::Error::NotFound => Self::new(Kind::NotFound),
            service::Error::Conflict(why) => Self::with_detail(Kind::Conflict, why),
            service::Error::Contradicts(it) => {
                let detail = Some(it.message.as_str().into());
                Self { kind: Kind::Conflict, detail, ..service::Error::Rejected(vec![it]).into() }
            }
            service::Error::Forbidden => Self::new(Kind::Forbidden),
            service::Error::TooLarge { limit, what } => {
                Self::with_detail(Kind::TooLarge, format!("at most {limit} {what} at once"))
            }
            service::Error::QueryTooLarge { limit } => {
                let detail = format!("the query has more than the {limit} events it allows");
                Self::with_detail(Kind::QueryTooLarge, detail)
            }
            service::Error::QueryTooComplex(why) => Self::with_detail(Kind::QueryTooComplex, why),
            service::Error::Unavailable(why) => Self::with_detail(Kind::Unavailable, why),
            service::Error::Internal(cause) => Self::internal(&chain(cause.as_ref())),
        }
    }
}

impl From<label::report::Error> for Problem {
    fn from(error: label::report::Error) -> Self {
        match error {
            error @ label::report::Error::TooLong { .. } => {
                Self::with_detail(Kind::TooLarge, error.to_string())
            }
            error => Self::internal(&chain(&error)),
        }
    }
}

/// An error and all that caused it, in one line for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(it) = cause {
        line.push_str(": ");
        line.push_str(&it.to_string());
        cause = it.source();
    }
    line
}

#[cfg(test)]
mod tests;
