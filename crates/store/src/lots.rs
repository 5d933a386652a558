//! Lots (批次): what was made together, with production date and shelf life.

use crate::id::{EnterpriseId, LotId, ProductId, Scope};
use crate::page::{List, Page, list};
use crate::{Result, Row, Statement, Store};

/// A lot of one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// Its id.
    pub lot_id: LotId,
    /// Whose it is.
    pub enterprise_id: EnterpriseId,
    /// Of which product.
    pub product_id: ProductId,
    /// The number printed on the goods (AI 10).
    pub lot_number: String,
    /// `YYYY-MM-DD`.
    pub production_date: String,
    /// Days after the production date; none where shelf life does not apply.
    pub shelf_life_days: Option<u32>,
    /// Microseconds since the epoch.
    pub created_at_us: i64,
}

/// What [`lot_of`] reads, with the rest of the statement.
macro_rules! select_lots {
    ($($rest:literal),+) => {
        concat!(
            "select enterprise_id, lot_id, product_id, lot_number, production_date,
               shelf_life_days, created_at
             from lots ",
            $($rest),+
        )
    };
}

/// The statement that adds `lot`; a number the product already has is a conflict.
pub fn insert(lot: &Lot) -> Vec<Statement> {
    vec![
        Statement::new(
            "insert into lots (enterprise_id, lot_id, product_id, lot_number, production_date,
               shelf_life_days, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
            [
                lot.enterprise_id.into(),
                lot.lot_id.into(),
                lot.product_id.into(),
                lot.lot_number.as_str().into(),
                lot.production_date.as_str().into(),
                lot.shelf_life_days.map(i64::from).into(),
                lot.created_at_us.into(),
            ],
        )
        .expect(1),
    ]
}

/// One lot.
pub async fn find(store: &Store, scope: Scope, id: LotId) -> Result<Option<Lot>> {
    let rows = store
        .rows(
            select_lots!("where enterprise_id between $1 and $2 and lot_id = $3"),
            &[scope.first.into(), scope.last.into(), id.into()],
        )
        .await?;
    rows.first().map(lot_of).transpose()
}

/// The lot of `product` with `lot_number`.
pub async fn by_number(
    store: &Store,
    scope: Scope,
    product: ProductId,
    lot_number: &str,
) -> Result<Option<Lot>> {
    let rows = store
        .rows(
            select_lots!(
                "where enterprise_id between $1 and $2 and product_id = $3 and lot_number = $4"
            ),
            &[scope.first.into(), scope.last.into(), product.into(), lot_number.into()],
        )
        .await?;
    rows.first().map(lot_of).transpose()
}

/// Lots in order of creation.
pub async fn list(store: &Store, scope: Scope, page: Page) -> Result<Vec<Lot>> {
    const LIST: List = list!(select_lots, "lot_id");
    let rows = LIST.rows(store, scope, page).await?;
    rows.iter().map(lot_of).collect()
}

fn lot_of(row: Row<'_>) -> Result<Lot> {
    Ok(Lot {
        enterprise_id: EnterpriseId(row.int(0)?),
        lot_id: LotId(row.int(1)?),
        product_id: ProductId(row.int(2)?),
        lot_number: row.text(3)?.to_owned(),
        production_date: row.text(4)?.to_owned(),
        shelf_life_days: row.opt_int(5)?.and_then(|days| u32::try_from(days).ok()),
        created_at_us: row.int(6)?,
    })
}
