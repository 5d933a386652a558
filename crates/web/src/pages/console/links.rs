//! Links of a product: what its barcode leads to (GS1 Digital Link). A list on the page of the
//! product with a form for a new one, and a page a link to change it or take it away.

use super::{Desk, done, products, table, tried};
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Fields, Path, Posted, id};
use crate::pages::blocks::{Block, Field, Form, Input, Row, Table};
use crate::problem::Problem;
use crate::text::ConsoleTexts;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::{GS1_VOC, Link, LinkEdit};

/// `POST /console/products/{product_id}/links`.
pub(crate) async fn add(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(product_id): Path<String>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let edit = LinkEdit::Add(link(&fields, None));
    match edit_links(&app, &desk, &product_id, &edit).await {
        Ok(()) => Ok(done(&products::address(&product_id))),
        Err(problem) => {
            let tried = tried(&address(&product_id), fields, problem)?;
            let page = products::page_of(&app, &desk, &product_id, Some(&tried)).await?;
            Ok(tried.problem.on(page))
        }
    }
}

/// `GET /console/products/{product_id}/links/{at}`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path((product_id, at)): Path<(String, usize)>,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    page(&app, &desk, (&product_id, at), None).await
}

/// `POST /console/products/{product_id}/links/{at}`.
pub(crate) async fn change(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path((product_id, at)): Path<(String, usize)>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let old = find(&app, &desk, &product_id, at).await?;
    let link = link(&fields, Some(&old));
    let edit = LinkEdit::Change { at, was: fields.text("was"), link };
    match edit_links(&app, &desk, &product_id, &edit).await {
        Ok(()) => Ok(done(&products::address(&product_id))),
        Err(problem) => {
            let tried = tried(&format!("{}/{at}", address(&product_id)), fields, problem)?;
            let page = page(&app, &desk, (&product_id, at), Some(&tried)).await?;
            Ok(tried.problem.on(page))
        }
    }
}

/// `POST /console/products/{product_id}/links/{at}/remove`.
pub(crate) async fn remove(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path((product_id, at)): Path<(String, usize)>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let edit = LinkEdit::Remove { at, was: fields.text("was") };
    edit_links(&app, &desk, &product_id, &edit).await?;
    Ok(done(&products::address(&product_id)))
}

/// The list of a product's links and the form for a new one.
pub(super) async fn blocks(
    app: &App,
    desk: &Desk<'_>,
    (product_id, gtin): (&str, &str),
    tried: Option<&super::Tried>,
) -> Result<Vec<Block>, Problem> {
    let c = desk.c;
    let links = links_of(app, desk, gtin).await?;
    let heads = vec![c.link_title, c.link_type, c.link_href, c.link_default];
    let mut list: Table = table(c.links, heads, [c.links_none, c.links_none_next]);
    list.rows.extend(links.iter().enumerate().map(|(at, link)| {
        let default = if link.is_default { c.yes } else { c.no };
        let kind = kind_name(c, &link.link_type);
        let cells = vec![link.title.clone(), kind, link.href.clone(), default.to_owned()];
        Row::linked(format!("{}/{at}", address(product_id)), cells)
    }));
    let form = Form::post(c.link_add, address(product_id), fields(c, None)).lead(c.link_add_lead);
    Ok(vec![Block::Table(list), Block::Form(form.after(tried))])
}

async fn page(
    app: &App,
    desk: &Desk<'_>,
    (product_id, at): (&str, usize),
    tried: Option<&super::Tried>,
) -> Result<Response, Problem> {
    let c = desk.c;
    let link = find(app, desk, product_id, at).await?;
    let action = format!("{}/{at}", address(product_id));
    let was = || Field::of("was", "", Input::Hidden).value(&link.href);
    let mut fields = fields(c, Some(&link));
    fields.push(was());
    let change = Form::post(c.link_change, action.clone(), fields).after(tried);
    let remove = Form::post(c.link_remove, format!("{action}/remove"), vec![was()])
        .lead(if link.is_default { c.link_remove_default } else { c.link_remove_lead });
    let back = crate::pages::blocks::Link { href: products::address(product_id), label: c.product };
    let blocks = vec![Block::Form(change), Block::Form(remove), Block::Links(vec![back])];
    Ok(desk.page(&link.title, "", blocks))
}

fn address(product_id: &str) -> String {
    format!("{}/links", products::address(product_id))
}

/// The fields of a form, filled in with a link.
fn fields(c: &'static ConsoleTexts, link: Option<&Link>) -> Vec<Field> {
    let of = |text: fn(&Link) -> &str| link.map_or("", text);
    let kind = of(|link| &link.link_type);
    let mut kinds: Vec<(String, String)> =
        KINDS.iter().map(|(name, label)| (format!("{GS1_VOC}{name}"), label(c).into())).collect();
    // One that was set by a program stays what it is.
    if !kind.is_empty() && kinds.iter().all(|(uri, _)| uri != kind) {
        kinds.push((kind.to_owned(), kind.to_owned()));
    }
    let languages = link.map(|link| link.languages.join(", ")).unwrap_or_default();
    let mut fields = vec![
        Field::of("link_type", c.link_type, Input::Choice(kinds)).value(kind),
        Field::of("href", c.link_href, Input::Line("url"))
            .hint(c.link_href_hint)
            .value(of(|it| &it.href)),
        Field::line("title", c.link_title).hint(c.link_title_hint).value(of(|it| &it.title)),
        Field::line("languages", c.link_languages)
            .hint(c.link_languages_hint)
            .value(languages)
            .optional(),
    ];
    if link.is_none_or(|link| !link.is_default) {
        fields.push(Field::of("is_default", c.link_make_default, Input::Tick));
    }
    fields
}

/// What of a link a form says; the rest stays as it was.
fn link(fields: &Fields, old: Option<&Link>) -> Link {
    let languages = fields.text("languages");
    let tags = languages.split([',', ' ', '，', '、']).map(str::trim).filter(|it| !it.is_empty());
    Link {
        link_type: fields.text("link_type"),
        href: fields.text("href"),
        title: fields.text("title"),
        media_type: old.map_or_else(|| "text/html".into(), |old| old.media_type.clone()),
        languages: tags.map(str::to_owned).collect(),
        contexts: old.map(|old| old.contexts.clone()).unwrap_or_default(),
        is_default: fields.optional("is_default").is_some(),
        forwards_query: old.is_none_or(|old| old.forwards_query),
    }
}

async fn find(app: &App, desk: &Desk<'_>, product_id: &str, at: usize) -> Result<Link, Problem> {
    let product = app.service.find_product(desk.caller, id(product_id)?).await?;
    let gtin = product.gtin.ok_or_else(Problem::not_found)?;
    let links = links_of(app, desk, &gtin).await?;
    links.into_iter().nth(at).ok_or_else(Problem::not_found)
}

/// The links that were set for a GTIN, perhaps none.
async fn links_of(app: &App, desk: &Desk<'_>, gtin: &str) -> Result<Vec<Link>, Problem> {
    match app.service.find_links(desk.caller, &format!("/01/{gtin}")).await {
        Ok(level) => Ok(level.links),
        Err(service::Error::NotFound) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

async fn edit_links(
    app: &App,
    desk: &Desk<'_>,
    product_id: &str,
    edit: &LinkEdit,
) -> Result<(), Problem> {
    let product = app.service.find_product(desk.caller, id(product_id)?).await?;
    let gtin = product.gtin.ok_or_else(Problem::not_found)?;
    Ok(app.service.edit_links(desk.caller, &format!("/01/{gtin}"), edit).await?)
}

/// What a kind of link is called in a language.
type Name = fn(&ConsoleTexts) -> &'static str;

/// Link types of the GS1 vocabulary that a maker of goods most needs, and their names.
const KINDS: [(&str, Name); 9] = [
    ("pip", |c| c.link_pip),
    ("instructions", |c| c.link_instructions),
    ("safetyInfo", |c| c.link_safety),
    ("certificationInfo", |c| c.link_certificates),
    ("sustainabilityInfo", |c| c.link_sustainability),
    ("traceability", |c| c.link_traceability),
    ("support", |c| c.link_support),
    ("hasRetailers", |c| c.link_retailers),
    ("promotion", |c| c.link_promotion),
];

fn kind_name(c: &ConsoleTexts, uri: &str) -> String {
    let name = uri.strip_prefix(GS1_VOC);
    let known = KINDS.iter().find(|(known, _)| name == Some(known));
    known.map_or_else(|| uri.to_owned(), |(_, label)| label(c).to_owned())
}
