//! Lots: they begin when codes are put into use.

use super::{Desk, next_link, table};
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::Query;
use crate::moment::in_words;
use crate::pages::blocks::{Block, Row};
use crate::problem::Problem;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::expiry_date;

/// `GET /console/lots`.
pub(crate) async fn list(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let c = desk.c;
    let paged = app.service.list_lots(&caller, &fields.newest_page()?).await?;
    let heads = vec![c.lot_number, c.production_date, c.best_before, c.created];
    let mut list = table(c.lots, heads, [c.lots_none, c.lots_none_next]);
    list.next = next_link("/console/lots", paged.next);
    list.rows.extend(paged.items.into_iter().map(|it| {
        let expiry = expiry_date(&it.production_date, it.shelf_life_days).unwrap_or_default();
        let created = in_words(desk.language(), it.created_at_us);
        Row::new(vec![it.lot_number, it.production_date, expiry, created])
    }));
    Ok(desk.page(c.lots, "", vec![Block::Table(list)]))
}
