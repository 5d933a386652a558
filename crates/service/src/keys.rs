//! API keys and console sessions. A secret is shown once; the store has its SHA-256.

use aws_lc_rs::digest::{SHA256, digest};
use store::api_keys::{self, ApiKey};
use store::id::{BadJurisdiction, DealerId, EnterpriseId, Jurisdiction, KeyId};

use crate::error::Violations;
use crate::limits::{MAX_LINE_CHARS, SESSION_US};
use crate::{Caller, Error, Page, Paged, Result, Role, Service};

/// What a key is made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// What it may do.
    pub role: Role,
    /// The enterprise it speaks for; enterprise and dealer keys need one, others have none.
    pub enterprise_id: Option<EnterpriseId>,
    /// The part of the platform that a regulator sees: 2, 4 or 6 digits of divisions (GB/T 2260),
    /// or 900000 and the number of a country in ISO 3166-1; none is the whole.
    pub jurisdiction: Option<String>,
    /// What its owner calls it.
    pub label: String,
}

const SECRET_PREFIX: &str = "suyuan_";
const N_SECRET_BYTES: usize = 32;

impl Service {
    /// The caller that a key proves; [`Error::Forbidden`] if it is unknown or revoked.
    pub async fn authenticate(&self, secret: &str) -> Result<Caller> {
        let found = api_keys::by_hash(self.store(), &hash(secret)).await?;
        caller_of(found.ok_or(Error::Forbidden)?)
    }

    /// Opens a console session for the owner of a key; returns its token.
    pub async fn open_session(&self, secret: &str) -> Result<String> {
        let caller = self.authenticate(secret).await?;
        let token = hex(&self.random::<N_SECRET_BYTES>());
        let now_us = self.now_us();
        let statements =
            api_keys::open_session(&hash(&token), caller.key_id, now_us + SESSION_US, now_us);
        self.store().write("open session", statements).await?;
        Ok(token)
    }

    /// The caller of an open session.
    pub async fn session(&self, token: &str) -> Result<Caller> {
        let found = api_keys::by_session(self.store(), &hash(token), self.now_us()).await?;
        caller_of(found.ok_or(Error::Forbidden)?)
    }

    /// Ends a session.
    pub async fn close_session(&self, token: &str) -> Result<()> {
        self.store().write("close session", api_keys::close_session(&hash(token))).await?;
        Ok(())
    }

    /// Makes a key; returns it with its secret, which is not stored and not shown again.
    ///
    /// Operators make any; an enterprise makes keys for itself and its dealers' staff.
    pub async fn create_key(&self, caller: &Caller, new: NewKey) -> Result<(ApiKey, String)> {
        self.create_key_of(caller, new, None).await
    }

    /// The same for one dealer of the enterprise.
    pub(crate) async fn create_key_of(
        &self,
        caller: &Caller,
        new: NewKey,
        dealer_id: Option<DealerId>,
    ) -> Result<(ApiKey, String)> {
        let scope = caller.writes()?;
        let mut violations = Violations::default();
        violations.check_text("/label", &new.label, MAX_LINE_CHARS);
        match (new.role.is_of_enterprise(), new.enterprise_id) {
            (true, None) => violations.add("/enterprise_id", "required", "name the enterprise"),
            (false, Some(_)) => violations.add(
                "/enterprise_id",
                "not-of-enterprise",
                "keys of this role speak for the platform; leave the enterprise out",
            ),
            _ => {}
        }
        let jurisdiction = jurisdiction_of(&new, &mut violations);
        violations.finish()?;
        match new.enterprise_id {
            None => caller.operates()?,
            Some(id) => {
                let found = store::enterprises::find(self.store(), scope, id).await?;
                found.ok_or(Error::NotFound)?;
            }
        }
        let secret = format!("{SECRET_PREFIX}{}", hex(&self.random::<N_SECRET_BYTES>()));
        let key = ApiKey {
            key_id: KeyId::new(self.now_us(), self.random_bits()),
            enterprise_id: new.enterprise_id,
            dealer_id,
            jurisdiction,
            role: new.role.name().to_owned(),
            label: new.label.trim().to_owned(),
            created_at_us: self.now_us(),
            revoked_at_us: None,
        };
        self.store().write("create key", api_keys::insert(&key, &hash(&secret))).await?;
        Ok((key, secret))
    }

    /// Keys in order of creation.
    pub async fn list_keys(&self, caller: &Caller, page: &Page) -> Result<Paged<ApiKey>> {
        let after = page.after_id(KeyId::number)?;
        let scope = caller.writes()?;
        let rows = api_keys::list(self.store(), scope, page.to_store(after)).await?;
        Ok(page.paged(rows, |row| row.key_id.to_string()))
    }

    /// Revokes a key at once; its sessions end with it.
    pub async fn revoke_key(&self, caller: &Caller, id: KeyId) -> Result<()> {
        let statements = api_keys::revoke(caller.writes()?, id, self.now_us());
        match self.store().write("revoke key", statements).await {
            Ok(_) => Ok(()),
            Err(store::Error::Conflict { .. }) => Err(Error::NotFound),
            Err(error) => Err(error.into()),
        }
    }
}

fn jurisdiction_of(new: &NewKey, violations: &mut Violations) -> Option<Jurisdiction> {
    let text = new.jurisdiction.as_deref().map(str::trim).filter(|text| !text.is_empty())?;
    if new.role != Role::Regulator {
        let message = "only keys of regulators have a jurisdiction; leave it out";
        violations.add("/jurisdiction", "not-of-regulator", message);
    }
    match text.parse() {
        Ok(jurisdiction) => Some(jurisdiction),
        Err(error) => {
            violations.add("/jurisdiction", "bad-jurisdiction", BadJurisdiction::to_string(&error));
            None
        }
    }
}

fn caller_of(key: ApiKey) -> Result<Caller> {
    let role = Role::from_name(&key.role)
        .ok_or_else(|| Error::internal(format!("{} is no role", key.role)))?;
    Ok(Caller {
        role,
        key_id: key.key_id,
        enterprise_id: key.enterprise_id,
        dealer_id: key.dealer_id,
        jurisdiction: key.jurisdiction,
        label: key.label,
    })
}

fn hash(secret: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, secret.as_bytes()).as_ref());
    hash
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
