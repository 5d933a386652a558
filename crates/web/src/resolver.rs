//! The GS1 Digital Link resolver (GS1-Conformant Resolver 1.2), for every primary key.
//!
//! An item of ours answers its own Digital Link with the page of its verdict; whatever else a link
//! may lead to is told by `linkType`, and all of it by the linkset (RFC 9264).

use crate::app::App;
use crate::gate;
use crate::pages::{item, product};
use crate::problem::Problem;
use crate::reply::{self, A_WHILE};
use crate::visit::{Visit, text, weighted};
use axum::extract::{FromRequestParts, State};
use axum::http::{HeaderMap, HeaderValue, Method, header, request::Parts};
use axum::response::Response;
use serde_json::{Map, Value, json};
use service::{GS1_VOC, Level, Link, Resolution, Resolved, Scan, Wanted, Wishes};

const LINKSET: &str = "application/linkset+json";
const JSON_LD: &str = "application/ld+json";
const CONTEXT_PATH: &str = "/.well-known/linkset-context.jsonld";

/// How a Digital Link is asked.
pub(crate) struct Asked {
    method: Method,
    path: String,
    query: String,
    wanted: Wanted,
    shape: Shape,
}

/// What the answer is to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Wherever the link leads.
    Target,
    Linkset,
    JsonLd,
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let value = |name: &str| {
            let pairs = form_pairs(query);
            pairs.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, it)| it)
        };
        let link_type = value("linkType");
        let wants_all = link_type.as_deref().is_some_and(|it| it == "linkset" || it == "all");
        let accepts = |media_type: &str| {
            let ranges = weighted(text(&parts.headers, header::ACCEPT).unwrap_or_default());
            ranges.iter().any(|(range, weight)| *weight > 0 && range == media_type)
        };
        let shape = match (accepts(LINKSET), accepts(JSON_LD)) {
            (false, true) => Shape::JsonLd,
            (true, _) => Shape::Linkset,
            _ if wants_all => Shape::Linkset,
            _ => Shape::Target,
        };
        let wishes = wishes(&parts.headers, value("context"));
        Ok(Self {
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            query: query.to_owned(),
            wanted: Wanted { link_type: link_type.filter(|_| !wants_all), wishes },
            shape,
        })
    }
}

fn wishes(headers: &HeaderMap, context: Option<String>) -> Wishes {
    let list = |name| weighted(text(headers, name).unwrap_or_default());
    let is_plain = |(name, _): &(String, u32)| !name.contains('*');
    Wishes {
        languages: list(header::ACCEPT_LANGUAGE).into_iter().filter(is_plain).collect(),
        context,
        media_types: list(header::ACCEPT).into_iter().filter(is_plain).collect(),
    }
}

fn form_pairs(query: &str) -> Vec<(String, String)> {
    serde_urlencoded::from_str(query).unwrap_or_default()
}

/// Every address that no other route has: a Digital Link, or nothing.
pub(crate) async fn resolve(
    State(app): State<App>,
    visit: Visit,
    look: item::Look,
    asked: Asked,
) -> Result<Response, Problem> {
    if !looks_like_link(&asked.path) {
        return Err(Problem::not_found());
    }
    let answer = match asked.method {
        Method::GET | Method::HEAD => answer(&app, &visit, look, &asked).await,
        Method::OPTIONS => Ok(allow(reply::no_content())),
        _ => Err(Problem::method_not_allowed()),
    };
    // A program elsewhere may read why it failed, too.
    let mut response = answer.unwrap_or_else(axum::response::IntoResponse::into_response);
    share(&mut response);
    Ok(response)
}

async fn answer(
    app: &App,
    visit: &Visit,
    look: item::Look,
    asked: &Asked,
) -> Result<Response, Problem> {
    let is_plain = asked.shape == Shape::Target && asked.wanted.link_type.is_none();
    let item = if is_plain { own_item(&asked.path) } else { None };
    let mut unknown = None;
    if let Some((gtin, serial)) = item {
        let scanned = item::by_serial(app, visit, look, (gtin, serial)).await?;
        // Of goods that carry our codes, a serial that is none must not lead to the maker's site.
        if scanned.is_ours || app.service.prints_codes_of(gtin).await? {
            return Ok(scanned.response);
        }
        unknown = Some(scanned.response);
    }
    let uri = match asked.query.as_str() {
        "" => asked.path.clone(),
        query => format!("{}?{query}", asked.path),
    };
    let found = match app.service.resolve(&uri).await {
        // Words may be anything; only an AI says that a link was meant.
        Err(service::Error::Rejected(_)) if !begins_with_ai(&asked.path) => {
            return Err(Problem::not_found());
        }
        found => found?,
    };
    // By whatever way it was asked for, a serial of goods that carry our codes is a code.
    if item.is_none()
        && let Some((gtin, serial)) = own_item(&found.anchor)
        && app.service.prints_codes_of(gtin).await?
    {
        let entered = match gate::enter(app, visit, gate::Asked::of(serial), gate::Way::Link) {
            Ok(entered) => entered,
            Err(stopped) => return Ok(*stopped),
        };
        let looked = app.service.scan_serial(gtin, serial, Scan::LOOK).await?;
        entered.leave(app, &looked).await?;
    }
    if is_plain && let Some((goods, recall)) = app.service.recall_of_lot(&found.anchor).await? {
        let gtin = found.anchor.split('/').nth(2).unwrap_or_default();
        return Ok(product::page(visit, &goods, gtin, Some(&recall)));
    }
    let is_known = found.levels.iter().flat_map(|level| &level.links).any(|link| link.is_default);
    if is_plain
        && unknown.is_none()
        && !is_known
        && !found.is_gone
        && let Some(response) = product_page(app, visit, &found).await?
    {
        return Ok(response);
    }
    if found.levels.is_empty() {
        return match unknown {
            Some(response) => Ok(response),
            None if found.is_gone => Err(Problem::gone()),
            None => Err(Problem::not_found()),
        };
    }
    let mut response = match asked.shape {
        Shape::Linkset => linkset(app, &found.levels, LINKSET),
        Shape::JsonLd => linkset(app, &found.levels, JSON_LD),
        Shape::Target => match found.choose(&asked.wanted).ok_or_else(Problem::not_found)? {
            Resolved::To(link) => reply::see(&target(&link, &asked.query)),
            Resolved::Choices(links) => choices(app, &found, links),
        },
    };
    describe(app, &mut response, &found, asked);
    Ok(response)
}

/// What is registered of the goods of a GTIN, also where a lot or a variant was asked for; a serial
/// is one item, of which nothing is known here.
async fn product_page(
    app: &App,
    visit: &Visit,
    found: &Resolution,
) -> Result<Option<Response>, Problem> {
    let Some(rest) = found.anchor.strip_prefix("/01/") else { return Ok(None) };
    let mut parts = rest.split('/');
    let gtin = parts.next().unwrap_or_default();
    if parts.step_by(2).any(|ai| matches!(ai, "21" | "235")) {
        return Ok(None);
    }
    let goods = app.service.goods_of_gtin(gtin).await?;
    Ok(goods.map(|goods| product::page(visit, &goods, gtin, None)))
}

/// Whether a path can only be meant as a Digital Link: an AI or a short name and a value, or one
/// segment that may be a compressed link.
fn looks_like_link(path: &str) -> bool {
    let mut segments = path.split('/').skip(1);
    let first = segments.next().unwrap_or_default();
    // A path that begins with two slashes is another host to whoever follows it.
    if first.is_empty() {
        return false;
    }
    let is_name = first.len() <= 5 && first.bytes().all(|it| it.is_ascii_lowercase());
    match segments.next() {
        Some(value) if !value.is_empty() => begins_with_ai(path) || is_name,
        _ => {
            first.len() >= 8
                && first.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it))
        }
    }
}

fn begins_with_ai(path: &str) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    (2..=4).contains(&first.len()) && first.bytes().all(|it| it.is_ascii_digit())
}

/// GTIN and serial of a path that may be an item of ours.
fn own_item(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix("/01/")?.trim_end_matches('/');
    let (gtin, serial) = rest.split_once("/21/")?;
    let is_number = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    (is_number(gtin) && is_number(serial)).then_some((gtin, serial))
}

/// The address of a link, with the query of the request where it goes along.
fn target(link: &Link, query: &str) -> String {
    if query.is_empty() || !link.forwards_query {
        return link.href.clone();
    }
    let (before, fragment) = match link.href.split_once('#') {
        Some((before, fragment)) => (before, format!("#{fragment}")),
        None => (link.href.as_str(), String::new()),
    };
    let joint = if before.contains('?') { '&' } else { '?' };
    format!("{before}{joint}{query}{fragment}")
}

fn choices(app: &App, found: &Resolution, links: Vec<Link>) -> Response {
    let level = found.levels.last().expect("links were chosen from a level");
    let item_description = level.item_description.clone();
    let level = Level { anchor: found.anchor.clone(), item_description, links };
    reply::multiple_choices(linkset(app, &[level], LINKSET))
}

/// The linkset of some levels (RFC 9264 §4.2).
fn linkset(app: &App, levels: &[Level], media_type: &'static str) -> Response {
    let contexts: Vec<Value> = levels.iter().map(|level| link_context(app, level)).collect();
    let mut body = json!({ "linkset": contexts });
    if media_type == JSON_LD {
        body["@context"] = json!(format!("{}{CONTEXT_PATH}", app.service.public_url()));
    }
    reply::bytes(media_type, A_WHILE, body.to_string())
}

fn link_context(app: &App, level: &Level) -> Value {
    let mut members = Map::new();
    members.insert("anchor".into(), format!("{}{}", app.service.public_url(), level.anchor).into());
    members.insert("itemDescription".into(), level.item_description.as_str().into());
    for link in &level.links {
        push(&mut members, &link.link_type, target_object(link));
        if link.is_default {
            // Without any attribute but its title.
            let plain = json!({ "href": link.href, "title": link.title });
            push(&mut members, &format!("{GS1_VOC}defaultLink"), plain);
        }
    }
    members.into()
}

fn push(members: &mut Map<String, Value>, link_type: &str, target: Value) {
    let list = members.entry(link_type).or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(targets) = list {
        targets.push(target);
    }
}

fn target_object(link: &Link) -> Value {
    let mut target = json!({ "href": link.href, "title": link.title });
    if !link.media_type.is_empty() {
        target["type"] = json!(link.media_type);
    }
    if !link.languages.is_empty() {
        target["hreflang"] = json!(link.languages);
    }
    if !link.contexts.is_empty() {
        target["context"] = json!(link.contexts);
    }
    if !link.forwards_query {
        target["fwqs"] = json!(false);
    }
    target
}

/// `Link`: where the linkset is, what its context is, and what a compressed link is in full.
fn describe(app: &App, response: &mut Response, found: &Resolution, asked: &Asked) {
    let url = app.service.public_url();
    let anchor = &found.anchor;
    let mut links = vec![
        format!("<{url}{anchor}?linkType=linkset>; rel=\"linkset\"; type=\"{LINKSET}\""),
        format!(
            "<{url}{CONTEXT_PATH}>; rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"{JSON_LD}\""
        ),
    ];
    if own_levels(&asked.path) == 0 {
        links.push(format!("<{url}{anchor}>; rel=\"owl:sameAs\""));
    }
    let headers = response.headers_mut();
    if let Ok(links) = HeaderValue::try_from(links.join(", ")) {
        headers.insert(header::LINK, links);
    }
    headers.insert(header::VARY, HeaderValue::from_static("Accept, Accept-Language"));
}

/// Pairs of a path that is not compressed; 0 of one that is.
fn own_levels(path: &str) -> usize {
    path.trim_matches('/').split('/').count() / 2
}

fn allow(mut response: Response) -> Response {
    let methods = HeaderValue::from_static("GET, HEAD, OPTIONS");
    response.headers_mut().insert(header::ALLOW, methods.clone());
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    let names = HeaderValue::from_static("Accept, Accept-Language");
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_HEADERS, names);
    response
}

/// What a resolver says is public, so scripts of every origin may read it.
fn share(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Link"));
}

/// `GET /.well-known/gs1resolver`: the resolver description file.
pub(crate) async fn description(State(app): State<App>) -> Response {
    let url = app.service.public_url();
    let body = json!({
        "name": "Suyuan",
        "resolverRoot": url,
        "supportedPrimaryKeys": ["all"],
        "supportedLinkType": [{ "namespace": GS1_VOC, "prefix": "gs1:" }],
        "linkTypeDefaultCanBeLinkset": false,
        "supportsLanguageVariants": true,
        "validatesAIcombinations": true,
        "jsonLdContext": format!("{url}{CONTEXT_PATH}"),
    });
    let mut response = reply::bytes("application/json", A_WHILE, body.to_string());
    share(&mut response);
    response
}

/// `GET /.well-known/linkset-context.jsonld`: reads our linksets as JSON-LD (RFC 9264 appendix A).
pub(crate) async fn context() -> Response {
    let body = json!({ "@context": {
        "@version": 1.1,
        "@vocab": "http://www.iana.org/assignments/relation/",
        "linkset": "@graph",
        "anchor": "@id",
        "href": "@id",
        "itemDescription": "https://schema.org/description",
        "title": "http://purl.org/dc/terms/title",
        "type": "http://purl.org/dc/terms/format",
        "hreflang": { "@id": "http://purl.org/dc/terms/language", "@container": "@set" },
        "context": { "@id": "https://ref.gs1.org/voc/context", "@container": "@set" },
        "fwqs": "https://ref.gs1.org/voc/fwqs",
    } });
    let mut response = reply::bytes(JSON_LD, A_WHILE, body.to_string());
    share(&mut response);
    response
}
