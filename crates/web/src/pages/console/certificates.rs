//! Tests and certificates of a product, or of the enterprise itself: all there were, those taken
//! back among them, and the form for another.

use super::{Desk, done, next_link, products, table, tried};
use crate::api::certificates::new_certificate;
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Fields, FormWithFile, Path, Query, id};
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
    all(&app, &Desk::new(&visit, &caller), (Some(&product_id), &page), None).await
}

/// `GET /console/certificates`.
pub(crate) async fn list_own(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    all(&app, &Desk::new(&visit, &caller), (None, &fields.newest_page()?), None).await
}

/// `POST /console/products/{product_id}/certificates`.
pub(crate) async fn add(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(product_id): Path<String>,
    FormWithFile(fields, file): FormWithFile,
) -> Result<Response, Problem> {
    added(&app, &Desk::new(&visit, &caller), Some(&product_id), (fields, file.to_vec())).await
}

/// `POST /console/certificates`.
pub(crate) async fn add_own(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    FormWithFile(fields, file): FormWithFile,
) -> Result<Response, Problem> {
    added(&app, &Desk::new(&visit, &caller), None, (fields, file.to_vec())).await
}

async fn added(
    app: &App,
    desk: &Desk<'_>,
    product_id: Option<&str>,
    (fields, body): (Fields, Vec<u8>),
) -> Result<Response, Problem> {
    let (new, here) = (new_certificate(&fields), address(product_id));
    let product = product_id.map(id).transpose()?;
    match app.service.add_certificate(desk.caller, product, &new, body).await {
        Ok(_) => Ok(done(&here)),
        Err(error) => {
            let tried = tried(&here, fields, error.into())?;
            let page = all(app, desk, (product_id, &Page::newest()), Some(&tried)).await?;
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
    app.service.remove_certificate(&caller, Some(product), certificate).await?;
    Ok(done(&address(Some(&product_id))))
}

/// `POST /console/certificates/{certificate_id}/remove`.
pub(crate) async fn remove_own(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path(certificate_id): Path<String>,
) -> Result<Response, Problem> {
    app.service.remove_certificate(&caller, None, id(&certificate_id)?).await?;
    Ok(done(OWN))
}

/// Those of the enterprise itself.
pub(super) const OWN: &str = "/console/certificates";

/// The address of the certificates of a product, or of the enterprise itself.
pub(super) fn address(product_id: Option<&str>) -> String {
    let of_product = |id| format!("{}/certificates", products::address(id));
    product_id.map_or_else(|| OWN.to_owned(), of_product)
}

async fn all(
    app: &App,
    desk: &Desk<'_>,
    (product_id, page): (Option<&str>, &Page),
    tried: Option<&Tried>,
) -> Result<Response, Problem> {
    let (c, t, here) = (desk.c, desk.language().certificate_texts(), address(product_id));
    let mut title = t.own.to_owned();
    let product = product_id.map(id).transpose()?;
    if let Some(id) = product {
        title =
            format!("{} · {}", c.product, app.service.find_product(desk.caller, id).await?.name);
    }
    let paged = app.service.list_certificates(desk.caller, product, page).await?;
    let heads = vec![t.name, t.number, t.issuer, t.until, t.lot, t.added, t.removed];
    let mut list = table(t.console, heads, [t.none, t.none_next]);
    list.next = next_link(&here, paged.next);
    let by = |at_us, by: &str| format!("{} · {by}", in_words(desk.language(), at_us));
    list.rows.extend(paged.items.into_iter().map(|it| {
        let of = match (it.lot_id, product_id) {
            (Some(_), _) => &it.lot_number,
            (None, Some(_)) => t.whole_product,
            (None, None) => "",
        };
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
    let mut fields = vec![
        Field::line("title", t.name).hint(t.name_hint),
        Field::line("number", t.number).optional(),
        Field::line("issuer", t.issuer),
        Field::of("valid_until", t.until, Input::Line("date")).optional(),
    ];
    let of_lot = Field::line("lot_number", t.lot).hint(t.lot_hint).optional();
    fields.extend(product_id.map(|_| of_lot));
    fields.push(Field::of("file", t.picture, pictures).hint(t.picture_hint));
    let lead = if product_id.is_some() { t.lead } else { t.own_lead };
    let form = Form::post(t.add, here, fields).lead(lead).way(Way::Upload).after(tried);
    Ok(desk.page(&title, "", vec![Block::Table(list), Block::Form(form)]))
}
