//! What is known of the goods of a GTIN, where nobody set links for it: whose statement it is, and
//! that it says nothing of any one item.

use super::item::words::words_of_recall;
use super::{Fact, Frame, Page, facts};
use crate::app::App;
use crate::extract::{Path, id};
use crate::problem::Problem;
use crate::visit::Visit;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use service::{Goods, RecallNotice};

#[derive(Template)]
#[template(path = "product.html")]
struct ProductPage {
    frame: Frame,
    name: String,
    /// Why its lot is recalled, and what to do.
    recall: Option<(String, String)>,
    picture: Option<String>,
    facts: Vec<Fact>,
    who: Vec<Fact>,
    /// Id of the enterprise.
    maker: String,
}

/// `GET /p/{product_id}`: what is known of goods that anyone may find; where they have a GTIN, that
/// is where they are.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    Path(product_id): Path<String>,
) -> Result<Response, Problem> {
    let (listed, goods) = app.service.public_product(id(&product_id)?).await?;
    Ok(match listed.gtin {
        Some(gtin) => Redirect::to(&format!("/01/{gtin}")).into_response(),
        None => page(&visit, &goods, "", None),
    })
}

/// The page of the goods of a GTIN of 14 digits, or of none; of a recalled lot that stands first.
pub(crate) fn page(
    visit: &Visit,
    goods: &Goods,
    gtin: &str,
    recall: Option<&RecallNotice>,
) -> Response {
    let frame = Frame::new(visit);
    let t = frame.t;
    let picture = format!("/api/v1/products/{}/picture", goods.product_id);
    let facts_of_goods = facts([
        (t.product_gtin, gtin.to_owned()),
        (t.product_type, goods.product_type.clone()),
        (t.product_specification, goods.specification.clone()),
    ]);
    let who = facts([
        (t.product_maker, goods.enterprise_name.clone()),
        (t.product_address, goods.enterprise_address.clone()),
        (t.product_contact, goods.enterprise_contact.clone()),
    ]);
    Page::public(ProductPage {
        recall: recall.map(|it| words_of_recall(frame.language, it, &goods.enterprise_name)),
        name: goods.product_name.clone(),
        picture: goods.has_picture.then_some(picture),
        facts: facts_of_goods,
        who,
        maker: goods.enterprise_id.to_string(),
        frame,
    })
    .into_response()
}
