//! Items counted anew: strangers made the codes of honest goods careful, and the owner looked into
//! it. Nothing is deleted, and who did it, when and why stays.

use mint::Code;
use store::id::ResetId;
use store::item_resets::{self, ItemReset};
use store::scans;

use crate::error::Violations;
use crate::limits::MAX_LINE_CHARS;
use crate::scan::Printed;
use crate::{Caller, Error, Page, Paged, Result, Service};

impl Service {
    /// Has the scans of consumers of an item counted anew from now on.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what is no item of the caller, [`Error::Rejected`] without a reason
    /// or where no scan counts.
    pub async fn reset_item(&self, caller: &Caller, text: &str, reason: &str) -> Result<ItemReset> {
        let scope = caller.writes()?;
        let reason = reason.trim();
        let mut violations = Violations::default();
        violations.check_text("/reason", reason, MAX_LINE_CHARS);
        violations.finish()?;
        let item_id = self.item_in(scope, text).await?;
        let n_scans = scans::facts(self.store(), item_id).await?.n_scans;
        let none = || Error::rejected("/reason", "nothing-counted", "no scan of it counts now");
        if n_scans == 0 {
            return Err(none());
        }
        let reset = ItemReset {
            reset_id: ResetId::new(self.now_us(), self.random_bits()),
            n_scans,
            reset_at_us: self.now_us(),
            key_id: caller.key_id,
            reset_by: caller.label.clone(),
            reason: reason.to_owned(),
        };
        let statements = item_resets::insert(item_id, &reset);
        match self.store().write("reset item", statements).await {
            Ok(_) => {}
            // Another reset came first.
            Err(store::Error::Conflict { .. }) => return Err(none()),
            Err(error) => return Err(error.into()),
        }
        Ok(reset)
    }

    /// Who had an item counted anew, when and why.
    pub async fn list_item_resets(
        &self,
        caller: &Caller,
        text: &str,
        page: &Page,
    ) -> Result<Paged<ItemReset>> {
        let item_id = self.item_in(caller.scope(), text).await?;
        let after = page.after_id(ResetId::number)?;
        let rows = item_resets::list(self.store(), item_id, page.to_store(after)).await?;
        Ok(page.paged(rows, |row| row.reset_id.to_string()))
    }

    /// The item of a code, or of another identifier that is bound to it, inside `scope`.
    async fn item_in(&self, scope: store::id::Scope, text: &str) -> Result<i64> {
        let printed = match Code::parse(text) {
            Ok(code) => self.printed(&code).await?,
            Err(_) => self.printed_behind(text).await?,
        };
        let Printed { item_id, label, .. } = printed.ok_or(Error::NotFound)?;
        let goods = self.goods_of(label.product_id).await?;
        scope.holds(goods.enterprise_id).then_some(item_id).ok_or(Error::NotFound)
    }
}
