//! Who is shown events of others: grants, which enterprises make, and parties, which operators
//! register.

use epcis::query::location_of;
use gs1::epc::{self, Level};
use store::enterprises;
use store::id::{EnterpriseId, Scope, ShareId};
use store::shares::{self, Share};

use crate::error::Violations;
use crate::limits::{MAX_GRANTS, MAX_IDENTIFIER_BYTES, MAX_SHARES};
use crate::{Attempts, Caller, Error, Page, Paged, Result, Service};

/// What an enterprise shows another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGrant {
    /// Who sees, by id.
    pub viewer_id: String,
    /// Only events that name this: a product (GTIN, or a URI of it, with its lots and items), a
    /// place or a party. None shows all events.
    pub identifier: Option<String>,
}

/// An identifier of a party or a place, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewParty {
    /// To whom it belongs, by id.
    pub enterprise_id: String,
    /// A PGLN, an SGLN, or any URI that events name.
    pub identifier: String,
}

impl Service {
    /// Shows events of the caller's enterprise to another, from now on, and earlier ones as soon
    /// as they are filled in; all events at once, if it is all.
    pub async fn create_grant(&self, caller: &Caller, new: NewGrant) -> Result<Share> {
        caller.writes()?;
        let sharer = caller.captures_for()?;
        let mut violations = Violations::default();
        let viewer = self.viewer_of("/viewer_id", &new.viewer_id, &mut violations).await?;
        if viewer == Some(sharer) {
            let message = "an enterprise sees its own events anyway";
            violations.add("/viewer_id", "own-enterprise", message);
        }
        let given = new.identifier.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let identifier = given.and_then(|text| canonical(text, &mut violations));
        violations.finish()?;
        let viewer_id = viewer.ok_or(Error::NotFound)?;
        self.create_share(viewer_id, Some(sharer), identifier.map(|it| it.uri)).await
    }

    /// Notes that an identifier of a party or a place belongs to an enterprise, which sees from
    /// now on all events that name it as source, destination, read point or business location, and
    /// earlier ones as soon as they are filled in. Operators only.
    pub async fn create_party(&self, caller: &Caller, new: NewParty) -> Result<Share> {
        caller.operates()?;
        let mut violations = Violations::default();
        let viewer = self.viewer_of("/enterprise_id", &new.enterprise_id, &mut violations).await?;
        let found = canonical(new.identifier.trim(), &mut violations);
        if let Some(found) = &found
            && (found.level == Level::Class || location_of(&found.uri).is_some())
        {
            let message = "send a party or a whole location; its parts come with it";
            violations.add("/identifier", "not-a-party", message);
        }
        violations.finish()?;
        let (Some(viewer_id), Some(found)) = (viewer, found) else { return Err(Error::NotFound) };
        self.note_prefix(viewer_id, new.identifier.trim()).await?;
        self.create_share(viewer_id, None, Some(found.uri)).await
    }

    /// Grants that the caller's enterprise made, or all of the platform.
    pub async fn list_grants(&self, caller: &Caller, page: &Page) -> Result<Paged<Share>> {
        let after = page.after_id(ShareId::number)?;
        let rows = shares::grants(self.store(), caller.scope(), page.to_store(after)).await?;
        Ok(page.paged(rows, |row| row.share_id.to_string()))
    }

    /// Grants that show the caller's enterprise events of others.
    pub async fn list_granted(&self, caller: &Caller, page: &Page) -> Result<Paged<Share>> {
        let after = page.after_id(ShareId::number)?;
        let rows = shares::granted(self.store(), caller.scope(), page.to_store(after)).await?;
        Ok(page.paged(rows, |row| row.share_id.to_string()))
    }

    /// Identifiers of the caller's enterprise as a party or place, or all of the platform.
    pub async fn list_parties(&self, caller: &Caller, page: &Page) -> Result<Paged<Share>> {
        let after = page.after_id(ShareId::number)?;
        let rows = shares::parties(self.store(), caller.scope(), page.to_store(after)).await?;
        Ok(page.paged(rows, |row| row.share_id.to_string()))
    }

    /// Revokes a grant at once, for all events that came with it.
    pub async fn revoke_grant(&self, caller: &Caller, id: ShareId) -> Result<()> {
        self.end_share(caller.writes()?, id).await
    }

    /// Takes an identifier from an enterprise at once, with all events that came with it. Operators
    /// only.
    pub async fn remove_party(&self, caller: &Caller, id: ShareId) -> Result<()> {
        caller.operates()?;
        self.end_share(shares::OF_NOBODY, id).await
    }

    async fn viewer_of(
        &self,
        pointer: &str,
        text: &str,
        violations: &mut Violations,
    ) -> Result<Option<EnterpriseId>> {
        let found = match text.trim().parse() {
            Ok(id) => enterprises::find(self.store(), Scope::PLATFORM, id).await?,
            Err(_) => None,
        };
        if found.is_none() {
            let message = "there is no enterprise with this number; ask it for its own";
            violations.add(pointer, "unknown-enterprise", message);
        }
        Ok(found.map(|enterprise| enterprise.enterprise_id))
    }

    async fn create_share(
        &self,
        viewer_id: EnterpriseId,
        sharer_id: Option<EnterpriseId>,
        identifier: Option<String>,
    ) -> Result<Share> {
        let mut attempts = Attempts::of("create share");
        loop {
            let revision = shares::next_revision(self.store()).await?;
            let known = shares::find_live(
                self.store(),
                sharer_id,
                viewer_id,
                identifier.as_deref().unwrap_or_default(),
            );
            if known.await? {
                return Err(Error::Conflict(match sharer_id {
                    Some(_) => "these events are shown to this enterprise already".into(),
                    None => "this identifier belongs to an enterprise already".into(),
                }));
            }
            let [n_shares, n_of_sharer] =
                shares::n_of_viewer(self.store(), viewer_id, sharer_id).await?;
            // What others push at an enterprise takes no room from what belongs to it.
            let n_counted = if sharer_id.is_some() { n_shares } else { n_of_sharer };
            if n_counted >= MAX_SHARES {
                return Err(Error::TooLarge {
                    limit: MAX_SHARES,
                    what: "shares for one enterprise",
                });
            }
            if sharer_id.is_some() && n_of_sharer >= MAX_GRANTS {
                return Err(Error::TooLarge {
                    limit: MAX_GRANTS,
                    what: "grants to one enterprise",
                });
            }
            let now_us = self.now_us();
            let share = Share {
                share_id: ShareId::new(now_us, self.random_bits()),
                viewer_id,
                sharer_id,
                created_at_us: now_us,
                ended_at_us: None,
                // All events of a sharer are read where they are.
                filled_at_us: identifier.is_none().then_some(now_us),
                identifier: identifier.clone(),
            };
            let statements = shares::insert(&share, revision);
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                self.shares().forget();
                return Ok(share);
            }
        }
    }

    async fn end_share(&self, scope: Scope, id: ShareId) -> Result<()> {
        let mut attempts = Attempts::of("end share");
        loop {
            let revision = shares::next_revision(self.store()).await?;
            if !shares::is_live(self.store(), scope, id).await? {
                return Err(Error::NotFound);
            }
            let statements = shares::end(scope, id, revision, self.now_us());
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                self.shares().forget();
                return Ok(());
            }
        }
    }
}

/// What events call it: a GTIN in digits, or a URI.
fn canonical(text: &str, violations: &mut Violations) -> Option<epc::Canonical> {
    let is_gtin =
        matches!(text.len(), 8 | 12 | 13 | 14) && text.bytes().all(|it| it.is_ascii_digit());
    let uri = if is_gtin { format!("https://id.gs1.org/01/{text:0>14}") } else { text.to_owned() };
    if uri.len() > MAX_IDENTIFIER_BYTES {
        let message = format!("an identifier has {MAX_IDENTIFIER_BYTES} bytes at most");
        violations.add("/identifier", "identifier-too-long", message);
        return None;
    }
    match epc::verified(&uri) {
        Ok(found) => Some(found),
        Err(error) => {
            violations.add("/identifier", "bad-identifier", error.to_string());
            None
        }
    }
}
