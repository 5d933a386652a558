//! Lots: what was made together.

use jiff::ToSpan;
use jiff::civil::Date;
use store::id::LotId;
use store::lots::{self, Lot};

use crate::{Caller, Error, Page, Paged, Result, Service};

impl Service {
    /// One lot.
    pub async fn find_lot(&self, caller: &Caller, id: LotId) -> Result<Lot> {
        lots::find(self.store(), caller.scope(), id).await?.ok_or(Error::NotFound)
    }

    /// Lots in order of creation.
    pub async fn list_lots(&self, caller: &Caller, page: &Page) -> Result<Paged<Lot>> {
        let after = page.after_id(LotId::number)?;
        let rows = lots::list(self.store(), caller.scope(), page.to_store(after)).await?;
        Ok(page.paged(rows, |row| row.lot_id.to_string()))
    }
}

/// The day after which goods of a lot should not be used, `YYYY-MM-DD`.
pub fn expiry_date(production_date: &str, shelf_life_days: Option<u32>) -> Option<String> {
    let made: Date = production_date.parse().ok()?;
    let expiry = made.checked_add(i64::from(shelf_life_days?).days()).ok()?;
    Some(expiry.to_string())
}
