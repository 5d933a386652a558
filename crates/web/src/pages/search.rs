//! `/search`: products and enterprises by their names, for anyone; and `/e/{enterprise_id}`, what
//! is known of an enterprise.

use super::item::encode;
use super::item::words::line_of;
use super::{Fact, Frame, Page, facts};
use crate::app::App;
use crate::extract::{Fields, Path, Query, id};
use crate::moment::in_words;
use crate::problem::Problem;
use crate::text::{CertificateTexts, DomainTexts, Texts, fill};
use crate::visit::Visit;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use service::{ListedProduct, Order, Page as Asked, Paged, ShownCertificate};

/// Rows of a list on a page.
const N_ROWS: u32 = 20;

/// A list of links.
struct Found {
    title: &'static str,
    /// What to do where there is nothing.
    none: &'static str,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    href: String,
    name: String,
    more: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    frame: Frame,
    sought: String,
    /// Why nothing was looked for.
    wrong: &'static str,
    lists: Vec<Found>,
}

#[derive(Template)]
#[template(path = "enterprise.html")]
struct EnterprisePage {
    frame: Frame,
    name: String,
    who: Vec<Fact>,
    d: &'static DomainTexts,
    /// Verified domains, and when they were last seen to be.
    domains: Vec<(String, String)>,
    k: &'static CertificateTexts,
    /// Id, title and line of each, and whether it is over.
    papers: Vec<([String; 3], bool)>,
    products: Found,
}

/// `GET /search?q=…`; the lists go on one by one, by `kind` and `after`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let sought = fields.text("q");
    let page = SearchPage {
        frame: Frame::new(&visit),
        sought: sought.clone(),
        wrong: "",
        lists: Vec::new(),
    };
    if sought.is_empty() {
        return Ok(Page::public(page).into_response());
    }
    match lists(&app, page.frame.t, &sought, &fields).await {
        Ok(lists) => Ok(Page::public(SearchPage { lists, ..page }).into_response()),
        Err(problem) if problem.is_correctable() => {
            let wrong = page.frame.t.search_wrong;
            Ok(problem.on(Page::public(SearchPage { wrong, ..page }).into_response()))
        }
        Err(problem) => Err(problem),
    }
}

async fn lists(
    app: &App,
    t: &'static Texts,
    sought: &str,
    fields: &Fields,
) -> Result<Vec<Found>, Problem> {
    let asked = asked(fields);
    let kind = fields.text("kind");
    let next = |kind: &str, after: &str| {
        format!("/search?q={}&kind={kind}&after={}", encode(sought), encode(after))
    };
    let mut lists = Vec::new();
    if kind != "enterprises" {
        let found = app.service.search_products(sought, &asked).await?;
        let next = found.next.as_deref().map(|after| next("products", after));
        lists.push(products(t, found, t.search_no_products, next));
    }
    if kind != "products" {
        let found = app.service.search_enterprises(sought, &asked).await?;
        let next = found.next.as_deref().map(|after| next("enterprises", after));
        let rows = found.items.into_iter().map(|it| Row {
            href: format!("/e/{}", it.enterprise_id),
            name: it.name,
            more: it.address,
        });
        let title = t.search_enterprises;
        let none = if next.is_some() { t.search_go_on } else { t.search_no_enterprises };
        lists.push(Found { title, none, rows: rows.collect(), next });
    }
    Ok(lists)
}

fn asked(fields: &Fields) -> Asked {
    Asked { after: fields.optional("after"), limit: N_ROWS, order: Order::NewestFirst }
}

fn products(
    t: &'static Texts,
    found: Paged<ListedProduct>,
    none: &'static str,
    next: Option<String>,
) -> Found {
    let rows = found.items.into_iter().map(|it| Row {
        href: match &it.gtin {
            Some(gtin) => format!("/01/{gtin}"),
            None => format!("/p/{}", it.product_id),
        },
        more: [it.specification, it.enterprise_name].join(" · "),
        name: it.name,
    });
    let none = if next.is_some() { t.search_go_on } else { none };
    Found { title: t.search_products, none, rows: rows.collect(), next }
}

/// `GET /e/{enterprise_id}`.
pub(crate) async fn enterprise(
    State(app): State<App>,
    visit: Visit,
    Path(enterprise_id): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let enterprise_id = id(&enterprise_id)?;
    let it = app.service.public_enterprise(enterprise_id).await?;
    let found = app.service.public_products(enterprise_id, &asked(&fields)).await?;
    let frame = Frame::new(&visit);
    let t = frame.t;
    let next = found.next.as_deref();
    let next = next.map(|after| format!("/e/{enterprise_id}?after={}", encode(after)));
    let who = facts([
        (t.registration, it.registration_number),
        (t.product_address, it.address),
        (t.product_contact, it.contact),
    ]);
    let d = frame.language.domain_texts();
    let domains = app.service.verified_domains(enterprise_id).await?.into_iter();
    let seen = |at_us| fill(d.seen, in_words(frame.language, at_us));
    let domains = domains.map(|it| (it.domain, seen(it.proved_at_us))).collect();
    let paper = |it: &ShownCertificate| {
        let line = line_of(frame.language, it);
        ([it.certificate_id.clone(), it.title.clone(), line], it.is_expired)
    };
    let papers = app.service.own_certificates(enterprise_id).await?.iter().map(paper).collect();
    let products = products(t, found, t.enterprise_no_products, next);
    let (name, k) = (it.name, frame.language.certificate_texts());
    let page = EnterprisePage { frame, name, who, d, domains, k, papers, products };
    Ok(Page::public(page).into_response())
}
