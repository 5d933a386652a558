//! Products: the list, the form for a new one, one with its picture.

use super::{Desk, certificates, done, links, next_link, table, tried};
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Fields, Path, Posted, Query, Upload, id};
use crate::moment::in_words;
use crate::pages::blocks::{Block, Facts, Field, Form, Input, Link, Row, Tried, Way};
use crate::pages::facts;
use crate::problem::Problem;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::{NewProduct, Page};

const PATH: &str = "/console/products";

/// `GET /console/products`.
pub(crate) async fn list(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    page(&app, &Desk::new(&visit, &caller), &fields.newest_page()?, None).await
}

/// `POST /console/products`.
pub(crate) async fn create(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    match register(&app, &desk, &fields).await {
        Ok(location) => Ok(done(&location)),
        Err(problem) => {
            let tried = tried(PATH, fields, problem)?;
            let page = page(&app, &desk, &Page::newest(), Some(&tried)).await?;
            Ok(tried.problem.on(page))
        }
    }
}

/// `GET /console/products/{product_id}`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(product_id): Path<String>,
) -> Result<Response, Problem> {
    page_of(&app, &Desk::new(&visit, &caller), &product_id, None).await
}

/// The address of the page of a product.
pub(super) fn address(product_id: &str) -> String {
    format!("{PATH}/{product_id}")
}

/// The page of a product, with its links if it has a GTIN.
pub(super) async fn page_of(
    app: &App,
    desk: &Desk<'_>,
    product_id: &str,
    tried: Option<&Tried>,
) -> Result<Response, Problem> {
    let c = desk.c;
    let product = app.service.find_product(desk.caller, id(product_id)?).await?;
    let picture = format!("/api/v1/products/{product_id}/picture");
    let gtin = product.gtin.unwrap_or_default();
    let known = Facts {
        title: c.product,
        picture: product.has_picture.then_some(picture),
        facts: facts([
            (c.product_type, product.product_type),
            (c.specification, product.specification),
            (c.gtin, gtin.clone()),
            (c.created, in_words(desk.language(), product.created_at_us)),
        ]),
    };
    let file = Field::of("file", c.file, Input::File("image/png,image/jpeg,image/webp"));
    let upload = Form::post(c.picture_set, format!("{PATH}/{product_id}/picture"), vec![file])
        .lead(c.picture_hint)
        .way(Way::Upload);
    let href = certificates::address(Some(product_id));
    let shown = Link { href, label: desk.language().certificate_texts().console };
    let mut blocks = vec![Block::Facts(known), Block::Form(upload), Block::Links(vec![shown])];
    if !gtin.is_empty() {
        blocks.extend(links::blocks(app, desk, (product_id, &gtin), tried).await?);
    }
    Ok(desk.page(&product.name, "", blocks))
}

/// `POST /console/products/{product_id}/picture`.
pub(crate) async fn set_picture(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path(product_id): Path<String>,
    Upload(file): Upload,
) -> Result<Response, Problem> {
    app.service.set_picture(&caller, id(&product_id)?, file.to_vec()).await?;
    Ok(done(&format!("{PATH}/{product_id}")))
}

async fn register(app: &App, desk: &Desk<'_>, fields: &Fields) -> Result<String, Problem> {
    let new = NewProduct {
        enterprise_id: fields.optional("enterprise_id").map(|it| id(&it)).transpose()?,
        name: fields.text("name"),
        product_type: fields.text("product_type"),
        specification: fields.text("specification"),
        gtin: fields.optional("gtin"),
    };
    let product = app.service.create_product(desk.caller, new).await?;
    Ok(format!("{PATH}/{}", product.product_id))
}

async fn page(
    app: &App,
    desk: &Desk<'_>,
    page: &Page,
    tried: Option<&Tried>,
) -> Result<Response, Problem> {
    let c = desk.c;
    let paged = app.service.list_products(desk.caller, page).await?;
    let heads = vec![c.product_name, c.product_type, c.specification, c.gtin, c.created];
    let mut list = table(c.products, heads, [c.products_none, c.products_none_next]);
    list.next = next_link(PATH, paged.next);
    list.rows.extend(paged.items.into_iter().map(|it| {
        let created = in_words(desk.language(), it.created_at_us);
        let gtin = it.gtin.unwrap_or_default();
        let cells = vec![it.name, it.product_type, it.specification, gtin, created];
        Row::linked(format!("{PATH}/{}", it.product_id), cells)
    }));
    let form = form(app, desk).await?.after(tried);
    Ok(desk.page(c.products, "", vec![Block::Table(list), Block::Form(form)]))
}

async fn form(app: &App, desk: &Desk<'_>) -> Result<Form, Problem> {
    let c = desk.c;
    let mut fields = Vec::new();
    if desk.caller.enterprise_id.is_none() {
        let paged = app.service.list_enterprises(desk.caller, &Page::newest()).await?;
        let choices = paged.items.into_iter().map(|it| (it.enterprise_id.to_string(), it.name));
        let input = Input::Choice(choices.collect());
        fields.push(Field::of("enterprise_id", c.enterprise, input));
    }
    fields.extend([
        Field::line("name", c.product_name),
        Field::line("product_type", c.product_type),
        Field::line("specification", c.specification),
        Field::line("gtin", c.gtin).hint(c.gtin_hint).optional(),
    ]);
    Ok(Form::post(c.product_new, PATH, fields))
}
