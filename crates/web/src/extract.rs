//! What handlers take from a request. Each extractor fails with a [`Problem`], so no answer of the
//! product is plain text, and no handler reads a header by name.

use crate::api::traces::XLSX;
use crate::problem::Problem;
use crate::visit::{Visit, text};
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, Request};
use axum::http::{HeaderMap, header, request::Parts};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use service::Order;
use service::limits::{
    MAX_CAPTURE_BYTES, MAX_EVENT_BYTES, MAX_EVIDENCE_BYTES, MAX_PAGE_ROWS, MAX_PICTURE_BYTES,
    MAX_REPORT_PHOTOS, MAX_SHEET_BYTES, MAX_WHOLE_BYTES, REPORTS_AT_ONCE,
};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// Bytes of a JSON or form body that is not a document: ten thousand codes fit.
pub(crate) const MAX_REQUEST_BYTES: usize = 1024 * 1024;

/// The largest body of any route.
pub(crate) const MAX_BODY_BYTES: u64 = MAX_CAPTURE_BYTES;

/// A form with a document in it.
const MAX_FORM_BYTES: usize = MAX_WHOLE_BYTES + 64 * 1024;

/// The longest path and query: hundreds of values fit, and proxies pass it.
pub(crate) const MAX_URI_BYTES: usize = 16 * 1024;

/// How long a body may take to arrive; 16 MiB in it are 2 Mbit/s.
const BODY_TIME: Duration = Duration::from_secs(60);

/// Bytes of a large document for which it has that long again: half a Mbit/s.
const BYTES_IN_TIME: u64 = 4 * 1024 * 1024;

/// The whole body, in bounded time and space.
async fn read_body(body: Body, max_bytes: usize) -> Result<Bytes, Problem> {
    let reading = Limited::new(body, max_bytes).collect();
    let collected = timeout(BODY_TIME, reading).await.map_err(|_| Problem::timeout())?;
    match collected {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Problem::too_large(max_bytes as u64)),
        Err(_) => Err(broken_body()),
    }
}

fn broken_body() -> Problem {
    Problem::rejected("", "broken-body", "the body broke off; send it again")
}

/// Whether the body says that it is one of `media_types`; none said is taken on trust.
fn is_of(headers: &HeaderMap, media_types: &[&str]) -> bool {
    let Some(field) = text(headers, header::CONTENT_TYPE) else { return true };
    let named = field.split(';').next().unwrap_or_default().trim();
    media_types.iter().any(|it| named.eq_ignore_ascii_case(it))
}

/// A JSON body of our own API.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_of(request.headers(), &["application/json"]) {
            return Err(Problem::media_type("application/json"));
        }
        let body = read_body(request.into_body(), MAX_REQUEST_BYTES).await?;
        let parsed = serde_json::from_slice(&body);
        parsed.map(Self).map_err(|error| Problem::rejected("", "bad-json", error.to_string()))
    }
}

/// A JSON body of the standard's, not parsed yet.
pub(crate) struct JsonText(pub(crate) Bytes);

impl<S: Sync> FromRequest<S> for JsonText {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_of(request.headers(), &["application/json", "application/ld+json"]) {
            return Err(Problem::media_type("application/json"));
        }
        read_body(request.into_body(), MAX_REQUEST_BYTES).await.map(Self)
    }
}

/// One event as an EPCIS document, not parsed yet (EPCIS 2.0 §12.7).
pub(crate) struct Document(pub(crate) Bytes);

impl<S: Sync> FromRequest<S> for Document {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        check_document(request.headers())?;
        read_body(request.into_body(), MAX_EVENT_BYTES).await.map(Self)
    }
}

/// An EPCIS document of any length, as it arrives (EPCIS 2.0 §12.6).
pub(crate) struct Arriving {
    body: Body,
    begun: Instant,
    n_bytes: u64,
}

impl<S: Sync> FromRequest<S> for Arriving {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        check_document(request.headers())?;
        Ok(Self { body: request.into_body(), begun: Instant::now(), n_bytes: 0 })
    }
}

impl Arriving {
    /// The next bytes, in bounded time; none at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        loop {
            let n_times = u32::try_from(1 + self.n_bytes / BYTES_IN_TIME).unwrap_or(u32::MAX);
            let reading = timeout_at(self.begun + BODY_TIME * n_times, self.body.frame());
            let frame = match reading.await.map_err(|_| Problem::timeout())? {
                None => return Ok(None),
                Some(frame) => frame.map_err(|_| broken_body())?,
            };
            if let Ok(bytes) = frame.into_data() {
                self.n_bytes += bytes.len() as u64;
                return Ok(Some(bytes));
            }
        }
    }
}

fn check_document(headers: &HeaderMap) -> Result<(), Problem> {
    let known = ["application/json", "application/ld+json", "application/xml", "text/xml"];
    let is_known = is_of(headers, &known);
    let unknown = || Problem::media_type("application/ld+json or application/xml");
    if is_known { Ok(()) } else { Err(unknown()) }
}

/// A picture as it is, not looked at yet.
pub(crate) struct PictureBody(pub(crate) Bytes);

impl<S: Sync> FromRequest<S> for PictureBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_of(request.headers(), &["image/png", "image/jpeg", "image/webp"]) {
            return Err(Problem::media_type("image/png, image/jpeg or image/webp"));
        }
        read_body(request.into_body(), MAX_PICTURE_BYTES).await.map(Self)
    }
}

/// A file that shows something, not looked at yet: a PDF or a picture.
pub(crate) struct EvidenceBody(pub(crate) Bytes);

impl<S: Sync> FromRequest<S> for EvidenceBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let known = ["application/pdf", "image/png", "image/jpeg", "image/webp"];
        if !is_of(request.headers(), &known) {
            return Err(Problem::media_type(
                "application/pdf, image/png, image/jpeg or image/webp",
            ));
        }
        read_body(request.into_body(), MAX_EVIDENCE_BYTES).await.map(Self)
    }
}

/// A file of rows, not looked at yet: a table of text or a workbook.
pub(crate) struct SheetBody(pub(crate) Bytes);

impl<S: Sync> FromRequest<S> for SheetBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_of(request.headers(), &["text/csv", XLSX]) {
            return Err(Problem::media_type(&format!("text/csv or {XLSX}")));
        }
        read_body(request.into_body(), MAX_SHEET_BYTES).await.map(Self)
    }
}

/// A form with a file in it, named `file`, and fields of text beside it.
pub(crate) struct FormWithFile(pub(crate) Fields, pub(crate) Bytes);

/// Fields of text of such a form.
const MAX_FORM_FIELDS: usize = 32;

impl<S: Send + Sync> FromRequest<S> for FormWithFile {
    type Rejection = Problem;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Problem> {
        DefaultBodyLimit::max(MAX_SHEET_BYTES.max(MAX_EVIDENCE_BYTES) + 64 * 1024)
            .apply(&mut request);
        let reading = async {
            let (mut fields, mut file) = (Fields::default(), Bytes::new());
            let mut form = Multipart::from_request(request, state).await.ok()?;
            while let Some(field) = form.next_field().await.ok()? {
                let name = field.name().unwrap_or_default().to_owned();
                if name == "file" {
                    file = field.bytes().await.ok()?;
                } else if fields.0.len() < MAX_FORM_FIELDS {
                    fields.0.insert(name, field.text().await.ok()?);
                }
            }
            Some(Self(fields, file))
        };
        let form = timeout(BODY_TIME, reading).await.map_err(|_| Problem::timeout())?;
        form.ok_or_else(|| Problem::rejected("/file", "no-file", "choose a smaller file"))
    }
}

/// A form of whoever it may be, with photos in it, named `photos`. Few of them arrive at once, and
/// of one address one, since each is held in memory.
pub(crate) struct FormWithPhotos {
    pub(crate) fields: Fields,
    pub(crate) photos: Vec<Bytes>,
    _turn: Turn,
}

/// A place among the forms that arrive, by whose address it is.
struct Turn(Option<IpAddr>);

/// Whose forms arrive.
static ARRIVING: Mutex<Vec<Option<IpAddr>>> = Mutex::new(Vec::new());

impl Turn {
    fn take(address: Option<IpAddr>) -> Result<Self, Problem> {
        let mut all = ARRIVING.lock().unwrap_or_else(PoisonError::into_inner);
        let is_again = address.is_some() && all.contains(&address);
        if is_again || all.len() >= REPORTS_AT_ONCE {
            let why = "other reports are arriving; send it again in a moment";
            return Err(Problem::unavailable(why.to_owned()));
        }
        all.push(address);
        Ok(Self(address))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut all = ARRIVING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = all.iter().position(|it| *it == self.0) {
            all.swap_remove(at);
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for FormWithPhotos {
    type Rejection = Problem;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Problem> {
        let _turn = Turn::take(request.extensions().get::<Visit>().and_then(|it| it.client))?;
        let most = MAX_REPORT_PHOTOS * MAX_PICTURE_BYTES + 64 * 1024;
        DefaultBodyLimit::max(most).apply(&mut request);
        let reading = async {
            let (mut fields, mut photos) = (Fields::default(), Vec::new());
            let mut form = Multipart::from_request(request, state).await.ok()?;
            while let Some(field) = form.next_field().await.ok()? {
                let name = field.name().unwrap_or_default().to_owned();
                if name == "photos" {
                    photos.push(field.bytes().await.ok()?);
                } else if fields.0.len() < MAX_FORM_FIELDS {
                    fields.0.insert(name, field.text().await.ok()?);
                }
                if photos.len() > MAX_FORM_FIELDS {
                    return None;
                }
            }
            // What was not chosen is sent as nothing.
            photos.retain(|it| !it.is_empty());
            Some((fields, photos))
        };
        let form = timeout(BODY_TIME, reading).await.map_err(|_| Problem::timeout())?;
        let (fields, photos) = form.ok_or_else(|| Problem::too_large(most as u64))?;
        Ok(Self { fields, photos, _turn })
    }
}

/// The one file of a form, named `file`.
pub(crate) struct Upload(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Problem;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Problem> {
        // Here and not as a layer, which every scan would pass.
        DefaultBodyLimit::max(MAX_FORM_BYTES).apply(&mut request);
        let reading = async {
            let mut form = Multipart::from_request(request, state).await.ok()?;
            while let Ok(Some(field)) = form.next_field().await {
                if field.name() == Some("file") {
                    return field.bytes().await.ok();
                }
            }
            None
        };
        let file = timeout(BODY_TIME, reading).await.map_err(|_| Problem::timeout())?;
        let file = file.filter(|it| !it.is_empty());
        file.map(Self).ok_or_else(|| Problem::rejected("/file", "no-file", "choose a file"))
    }
}

/// Named values, from a form or from the query of an address. A name that comes twice counts once,
/// the last time.
#[derive(Default)]
pub(crate) struct Fields(pub(crate) BTreeMap<String, String>);

impl Fields {
    /// A value, trimmed; empty where there is none.
    pub(crate) fn text(&self, name: &str) -> String {
        self.0.get(name).map(|it| it.trim().to_owned()).unwrap_or_default()
    }

    /// A value that may be left out.
    pub(crate) fn optional(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|it| !it.is_empty())
    }

    /// A number that may be left out.
    pub(crate) fn number<N: FromStr>(&self, name: &str) -> Result<Option<N>, Problem> {
        let Some(text) = self.optional(name) else { return Ok(None) };
        let parsed = text.parse().ok();
        let wrong = || {
            Problem::rejected(&format!("/{name}"), "not-a-number", "write a whole number in digits")
        };
        parsed.map(Some).ok_or_else(wrong)
    }

    /// A box that was ticked.
    pub(crate) fn is_ticked(&self, name: &str) -> bool {
        matches!(self.0.get(name).map(String::as_str), Some("1" | "true" | "on"))
    }

    /// Which page of a list, by `after` and `limit`, oldest first.
    pub(crate) fn page(&self) -> Result<service::Page, Problem> {
        let limit = self.number("limit")?.unwrap_or(MAX_PAGE_ROWS);
        let order = Order::OldestFirst;
        Ok(service::Page { after: self.optional("after"), limit, order })
    }

    /// The same, newest first, as people read lists.
    pub(crate) fn newest_page(&self) -> Result<service::Page, Problem> {
        Ok(service::Page { order: Order::NewestFirst, ..self.page()? })
    }

    fn parse(encoded: &[u8]) -> Result<Self, Problem> {
        serde_urlencoded::from_bytes::<Vec<(String, String)>>(encoded)
            .map(|pairs| Self(pairs.into_iter().collect()))
            .map_err(|_| Problem::rejected("", "bad-form", "the fields are not UTF-8"))
    }
}

/// The fields of a posted form.
pub(crate) struct Posted(pub(crate) Fields);

impl<S: Sync> FromRequest<S> for Posted {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_of(request.headers(), &["application/x-www-form-urlencoded"]) {
            return Err(Problem::media_type("application/x-www-form-urlencoded"));
        }
        let body = read_body(request.into_body(), MAX_REQUEST_BYTES).await?;
        Fields::parse(&body).map(Self)
    }
}

/// The fields of the address after `?`.
pub(crate) struct Query(pub(crate) Fields);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Fields::parse(parts.uri.query().unwrap_or_default().as_bytes()).map(Self)
    }
}

/// The variable parts of the path.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|it| Self(it.0)).map_err(|_| Problem::not_found())
    }
}

/// An id as text, of whatever kind the operation takes; what is no id names nothing.
pub(crate) fn id<T: FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}
