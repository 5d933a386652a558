//! Lots: what was made together.

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
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
        let rows = lots::list(self.store(), caller.business()?, page.to_store(after)).await?;
        Ok(page.paged(rows, |row| row.lot_id.to_string()))
    }
}

/// When goods with this last day count as expired, in microseconds since the epoch: as the day ends
/// in China (UTC+8).
pub(crate) fn expires_at_us(expiry_date: &str) -> Option<i64> {
    let last: Date = expiry_date.parse().ok()?;
    let next = last.checked_add(1.days()).ok()?;
    let end = next.to_zoned(TimeZone::fixed(jiff::tz::offset(8))).ok()?;
    Some(end.timestamp().as_microsecond())
}

/// The day after which goods of a lot should not be used, `YYYY-MM-DD`.
pub fn expiry_date(production_date: &str, shelf_life_days: Option<u32>) -> Option<String> {
    let made: Date = production_date.parse().ok()?;
    let expiry = made.checked_add(i64::from(shelf_life_days?).days()).ok()?;
    Some(expiry.to_string())
}
