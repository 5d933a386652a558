//! Dealers of an enterprise (经销商): a tree with territories, licences and a log of changes.
//!
//! A change reads all dealers of the enterprise into a [`Book`], changes that, and judges it as a
//! whole: no circle, not too deep, no territory twice. What differs is one write under the revision
//! of the tree. So one dealer by a form and thousands by a file take the same way.

mod book;
mod checkin;
mod details;
mod diversions;
mod files;
mod import;
mod moves;
mod sheet;
mod stock;

use store::api_keys::ApiKey;
use store::dealers::{self, Dealer, DealerChange};
use store::id::{DealerId, EnterpriseId};
use verdict::diversion::Territory;

use self::book::Book;
use crate::{Attempts, Caller, Error, NewKey, Page, Paged, Result, Role, Service};

pub use self::checkin::{Check, Checked, Shipment, Surplus};
pub(crate) use self::details::day_of;
pub use self::details::{DealerDetails, NewTerritory, date_of_day, territory_texts};
pub use self::diversions::{
    DiversionEvidence, DiversionFilter, DiversionStatistics, DiversionStep, DiversionView,
    NO_INSPECTOR, Tally, next_states,
};
pub use self::import::{DEALER_COLUMNS, DealerImport};
pub use self::moves::{MOVE_COLUMNS, MoveImport, MoveKind, NewMove, Station};
pub use self::stock::{StockLine, StockReach};

/// A dealer to be added.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewDealer {
    /// Whose dealer it is; only who speaks for no enterprise names it.
    pub enterprise_id: Option<EnterpriseId>,
    /// Where it stands.
    pub above: Above,
    /// What is known of it.
    pub details: DealerDetails,
    /// Where it sells.
    pub territories: Vec<NewTerritory>,
}

/// What is above a dealer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Above {
    /// The enterprise itself.
    #[default]
    Enterprise,
    /// Another dealer.
    Dealer(DealerId),
    /// Another dealer, by the number that the enterprise gave it.
    Number(String),
}

/// A change of a dealer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DealerEdit {
    /// What is known of it.
    Details(DealerDetails),
    /// Somewhere else in the tree.
    Move(Above),
    /// Where it sells.
    Territories(Vec<NewTerritory>),
    /// It deals in nothing more.
    Close,
    /// It deals again.
    Reopen,
}

/// A dealer as it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealerView {
    /// It.
    pub dealer: Dealer,
    /// Where it sells.
    pub territories: Vec<Territory>,
    /// The dealers above it, the highest first.
    pub above: Vec<Dealer>,
}

impl Service {
    /// Adds a dealer.
    ///
    /// # Errors
    /// [`Error::Rejected`] with all that is wrong; [`Error::TooLarge`] beyond the limits of a tree.
    pub async fn create_dealer(&self, caller: &Caller, new: NewDealer) -> Result<DealerView> {
        let owner = self.owner_of_dealers(caller, new.enterprise_id).await?;
        let dealer_id = DealerId::new(self.now_us(), self.random_bits());
        let checked = self.checked_details(dealer_id, &new.details).await?;
        let territories = details::checked_territories("/territories", &new.territories)?;
        let created_at_us = self.now_us();
        self.change_book(caller, owner, "create dealer", |book| {
            let dealer = checked.dealer(owner, dealer_id, created_at_us);
            let parent_id = book.parent(&new.above)?;
            book.add(Dealer { parent_id, ..dealer }, territories.clone());
            Ok(())
        })
        .await?;
        self.find_dealer(caller, dealer_id).await
    }

    /// Changes a dealer; who changes the tree at the same time is not undone.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Rejected`] if a move would make a circle, or anything else
    /// that [`Service::create_dealer`] refuses.
    pub async fn change_dealer(
        &self,
        caller: &Caller,
        id: DealerId,
        edit: DealerEdit,
    ) -> Result<DealerView> {
        let scope = caller.writes()?;
        let found = dealers::find(self.store(), scope, id).await?.ok_or(Error::NotFound)?;
        let checked = match &edit {
            DealerEdit::Details(details) => Some(self.checked_details(id, details).await?),
            _ => None,
        };
        let territories = match &edit {
            DealerEdit::Territories(new) => details::checked_territories("/territories", new)?,
            _ => Vec::new(),
        };
        let now_us = self.now_us();
        self.change_book(caller, found.enterprise_id, "change dealer", |book| {
            let parent_id = match &edit {
                DealerEdit::Move(above) => book.parent(above)?,
                _ => None,
            };
            let dealer = book.dealers.get_mut(&id).ok_or(Error::NotFound)?;
            match &edit {
                DealerEdit::Details(_) => {
                    if let Some(checked) = &checked {
                        checked.put_into(dealer);
                    }
                }
                DealerEdit::Move(_) => dealer.parent_id = parent_id,
                DealerEdit::Territories(_) => {
                    book.territories.insert(id, territories.clone());
                }
                DealerEdit::Close => dealer.closed_at_us = dealer.closed_at_us.or(Some(now_us)),
                DealerEdit::Reopen => dealer.closed_at_us = None,
            }
            Ok(())
        })
        .await?;
        self.find_dealer(caller, id).await
    }

    /// One dealer: of the caller's enterprise or jurisdiction, or the one that a key is of.
    pub async fn find_dealer(&self, caller: &Caller, id: DealerId) -> Result<DealerView> {
        let dealer = self.dealer_of(caller, id).await?;
        let owner = dealer.enterprise_id;
        let limit = crate::limits::MAX_TERRITORIES_OF_DEALER as u32;
        let rows = dealers::territories(self.store(), owner, id, limit).await?;
        let territories: Result<Vec<Territory>> =
            rows.into_iter().map(details::territory_of).collect();
        let mut above = Vec::new();
        let mut next = dealer.parent_id;
        while let Some(id) = next.filter(|_| above.len() < crate::limits::MAX_DEALER_DEPTH) {
            let parent = dealers::find(self.store(), caller.scope(), id).await?;
            let parent = parent.ok_or_else(|| Error::internal("a dealer hangs under nothing"))?;
            next = parent.parent_id;
            above.insert(0, parent);
        }
        Ok(DealerView { dealer, territories: territories?, above })
    }

    /// Dealers in the order in which they were added.
    pub async fn list_dealers(&self, caller: &Caller, page: &Page) -> Result<Paged<Dealer>> {
        caller.watches()?;
        let after = page.after_id(DealerId::number)?;
        let rows = dealers::list(self.store(), caller.scope(), page.to_store(after)).await?;
        Ok(page.paged(rows, |row| row.dealer_id.to_string()))
    }

    /// The dealers right under one, in the order in which they were added.
    pub async fn list_dealers_under(
        &self,
        caller: &Caller,
        id: DealerId,
        page: &Page,
    ) -> Result<Paged<Dealer>> {
        let found = self.dealer_of(caller, id).await?;
        self.under(found.enterprise_id, Some(id), page).await
    }

    /// The dealers right under the caller's enterprise.
    pub async fn list_top_dealers(&self, caller: &Caller, page: &Page) -> Result<Paged<Dealer>> {
        caller.watches()?;
        let owner = caller.enterprise_id.ok_or(Error::NotFound)?;
        self.under(owner, None, page).await
    }

    /// Who changed what of a dealer, and when.
    pub async fn list_dealer_changes(
        &self,
        caller: &Caller,
        id: DealerId,
        page: &Page,
    ) -> Result<Paged<DealerChange>> {
        caller.watches()?;
        let owner = self.dealer_of(caller, id).await?.enterprise_id;
        let after = page.after_id(store::id::DealerChangeId::number)?;
        let rows = dealers::changes(self.store(), owner, id, page.to_store(after)).await?;
        Ok(page.paged(rows, |row| row.change_id.to_string()))
    }

    /// Makes a key for the staff of one dealer; returns it with its secret, which is not shown
    /// again.
    pub async fn create_dealer_key(
        &self,
        caller: &Caller,
        id: DealerId,
        label: &str,
    ) -> Result<(ApiKey, String)> {
        let found = dealers::find(self.store(), caller.writes()?, id).await?;
        let found = found.ok_or(Error::NotFound)?;
        if found.closed_at_us.is_some() {
            return Err(Error::Conflict("the dealer is closed; open it again first".into()));
        }
        let new = NewKey {
            role: Role::Dealer,
            enterprise_id: Some(found.enterprise_id),
            jurisdiction: None,
            label: label.to_owned(),
        };
        self.create_key_of(caller, new, Some(id)).await
    }

    /// The dealer if the caller may know it: a dealer's key knows itself.
    pub(crate) async fn dealer_of(&self, caller: &Caller, id: DealerId) -> Result<Dealer> {
        if caller.role == Role::Dealer && caller.dealer_id != Some(id) {
            return Err(Error::NotFound);
        }
        dealers::find(self.store(), caller.scope(), id).await?.ok_or(Error::NotFound)
    }

    async fn under(
        &self,
        owner: EnterpriseId,
        parent: Option<DealerId>,
        page: &Page,
    ) -> Result<Paged<Dealer>> {
        let page = Page { order: crate::Order::OldestFirst, ..page.clone() };
        let after = page.after_id(DealerId::number)?;
        let rows = dealers::under(self.store(), owner, parent, page.to_store(after)).await?;
        Ok(page.paged(rows, |row| row.dealer_id.to_string()))
    }

    /// Whose dealers the caller changes.
    async fn owner_of_dealers(
        &self,
        caller: &Caller,
        named: Option<EnterpriseId>,
    ) -> Result<EnterpriseId> {
        let scope = caller.writes()?;
        let Some(owner) = caller.enterprise_id.or(named) else {
            return Err(Error::rejected("/enterprise_id", "required", "name the enterprise"));
        };
        if named.is_some_and(|named| named != owner) {
            return Err(Error::NotFound);
        }
        store::enterprises::find(self.store(), scope, owner).await?.ok_or(Error::NotFound)?;
        Ok(owner)
    }

    /// Changes the dealers of an enterprise, judges what came out, and writes what differs; if
    /// others changed them meanwhile, it is done again.
    async fn change_book(
        &self,
        caller: &Caller,
        owner: EnterpriseId,
        name: &'static str,
        change: impl Fn(&mut Book) -> Result<()>,
    ) -> Result<()> {
        let mut attempts = Attempts::of(name);
        loop {
            let before = Book::load(self.store(), owner).await?;
            let mut after = before.clone();
            change(&mut after)?;
            after.check()?;
            let statements = self.changes_of_book(caller, &before, &after);
            if statements.is_empty()
                || self.write_decided(&mut attempts, statements).await?.is_some()
            {
                return Ok(());
            }
        }
    }
}
