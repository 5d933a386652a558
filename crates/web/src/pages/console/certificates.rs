//! Tests and certificates of a product: all there were, those taken back among them, and the form
//! for another.

use super::{Desk, done, next_link, products, table, tried};
use crate::api::certificates::new_certificate;
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{FormWithFile, Path, Query, id};
use crate::moment::in_words;
use crate::pages::blocks::{Act, Block, Field, Form, Input, Row, Tried, Way};
use crate::problem::Problem;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::{Page, date_of_day};

/// `GET /console/products/{product_id}/certificates`.
pub(crate) async fn list(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(product_id): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let page = fields.newest_page()?;
    all(&app, &Desk::new(&visit, &caller), (&product_id, &page), None).await
}

/// `POST /console/products/{product_id}/certificates`.
pub(crate) async fn add(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(product_id): Path<String>,
    FormWithFile(fields, file): FormWithFile,
) -> Result<Response, Problem> {
    let new = new_certificate(&fields);
    let here = address(&product_id);
    match app.service.add_certificate(&caller, id(&product_id)?, &new, file.to_vec()).await {
        Ok(_) => Ok(done(&here)),
        Err(error) => {
            let tried = tried(&here, fields, error.into())?;
            let desk = Desk::new(&visit, &caller);
            let page = all(&app, &desk, (&product_id, &Page::newest()), Some(&tried)).await?;
            Ok(tried.problem.on(page))
        }
    }
}

/// `POST /console/products/{product_id}/certificates/{certificate_id}/remove`.
pub(crate) async fn remove(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path((product_id, certificate_id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (product, certificate) = (id(&product_id)?, id(&certificate_id)?);
    app.service.remove_certificate(&caller, product, certificate).await?;
    Ok(done(&address(&product_id)))
}

/// The address of the certificates of a product.
pub(super) fn address(product_id: &str) -> String {
    format!("{}/certificates", products::address(product_id))
}

async fn all(
    app: &App,
    desk: &Desk<'_>,
    (product_id, page): (&str, &Page),
    tried: Option<&Tried>,
) -> Result<Response, Problem> {
    let (c, t, here) = (desk.c, desk.language().certificate_texts(), address(product_id));
    let product = app.service.find_product(desk.caller, id(product_id)?).await?;
    let paged = app.service.list_certificates(desk.caller, product.product_id, page).await?;
    let heads = vec![t.name, t.number, t.issuer, t.until, t.lot, t.added, t.removed];
    let mut list = table(t.console, heads, [t.none, t.none_next]);
    list.next = next_link(&here, paged.next);
    let by = |at_us, by: &str| format!("{} · {by}", in_words(desk.language(), at_us));
    list.rows.extend(paged.items.into_iter().map(|it| {
        let of = if it.lot_id.is_some() { &it.lot_number } else { t.whole_product };
        let cells = vec![
            it.title,
            it.number,
            it.issuer,
            it.valid_until.map(date_of_day).unwrap_or_default(),
            of.to_owned(),
            by(it.added_at_us, &it.added_by),
            it.removed.as_ref().map(|(at_us, who)| by(*at_us, who)).unwrap_or_default(),
        ];
        if it.removed.is_some() {
            return Row::new(cells);
        }
        let action = format!("{here}/{}/remove", it.certificate_id);
        let href = format!("/api/v1/certificates/{}/large", it.certificate_id);
        Row { acts: vec![Act { action, label: t.remove }], ..Row::linked(href, cells) }
    }));
    let pictures = Input::File("image/png,image/jpeg,image/webp");
    let fields = vec![
        Field::line("title", t.name).hint(t.name_hint),
        Field::line("number", t.number).optional(),
        Field::line("issuer", t.issuer),
        Field::of("valid_until", t.until, Input::Line("date")).optional(),
        Field::line("lot_number", t.lot).hint(t.lot_hint).optional(),
        Field::of("file", t.picture, pictures).hint(t.picture_hint),
    ];
    let form = Form::post(t.add, here, fields).lead(t.lead).way(Way::Upload).after(tried);
    let title = format!("{} · {}", c.product, product.name);
    Ok(desk.page(&title, "", vec![Block::Table(list), Block::Form(form)]))
}
