//! What the headers and the address of an EPCIS request ask for (EPCIS 2.0 §12.3, §12.6.3).

use super::PER_PAGE;
use crate::extract::MAX_URI_BYTES;
use crate::problem::Problem;
use crate::visit::{Visit, Wants};
use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, request::Parts};
use epcis::query::EventQuery;
use epcis::{CbvFormat, EpcFormat, Format};
use service::QueryPage;

/// The version of EPCIS and of the CBV that we speak; there is one.
pub(super) const VERSION: [u32; 3] = [2, 0, 0];

/// A request whose answer we can write, in our versions.
pub(crate) struct Asked {
    /// JSON, or XML where the client reads nothing else.
    pub(super) format: Format,
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
    /// `nextPageToken`.
    pub(super) token: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let visit = Visit::from_request_parts(parts, state).await?;
        let format = match visit.wants {
            Wants::Neither if visit.takes_xml => Format::Xml,
            Wants::Neither => {
                return Err(Problem::not_acceptable("application/ld+json or application/xml"));
            }
            Wants::Page | Wants::Json | Wants::Either => Format::Json,
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
        Ok(Self {
            format,
            epc_format,
            cbv_format,
            namespaces: namespaces(&parts.headers)?,
            path: parts.uri.path().to_owned(),
            token: paging("nextPageToken").map(|(_, token)| token.clone()),
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

    /// `Link` to the page that begins with a token.
    pub(super) fn link(&self, token: &str) -> String {
        let per_page = self.per_page.to_string();
        let paging = [("perPage", per_page.as_str()), ("nextPageToken", token)];
        let own = self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let pairs: Vec<_> = own.chain(paging).collect();
        let query = serde_urlencoded::to_string(pairs).expect("texts are always encoded");
        format!("<{}?{query}>; rel=\"next\"", self.path)
    }

    /// Refuses parameters where there are none, and XML where the standard has only JSON.
    pub(super) fn no_parameters(&self) -> Result<(), Problem> {
        if self.format != Format::Json {
            return Err(Problem::not_acceptable("application/json"));
        }
        match self.pairs.first() {
            None => Ok(()),
            Some((name, _)) => {
                let detail = "this resource has no parameter of that name";
                Err(Problem::parameter(name, "unknown-parameter", detail))
            }
        }
    }
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
    let Some(field) = headers.get("gs1-extensions") else { return Ok(Vec::new()) };
    let text = field.to_str().ok();
    let pair = |pair: &str| {
        let (prefix, iri) = pair.trim().split_once('=')?;
        let is_name = |it: &char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
        let is_prefix = !prefix.is_empty() && prefix.chars().all(|it| is_name(&it));
        (is_prefix && iri.contains(':')).then(|| (prefix.to_owned(), iri.to_owned()))
    };
    let pairs = text.and_then(|it| {
        it.split(',').filter(|it| !it.trim().is_empty()).take(50).map(pair).collect()
    });
    pairs.ok_or_else(|| {
        let detail = "write prefix=IRI, with commas between several";
        Problem::parameter("GS1-Extensions", "bad-extensions", detail)
    })
}
