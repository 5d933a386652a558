//! Enterprises: who makes, carries, sells, certifies.

use schemes::{BusinessNumber, Uscc};
use store::enterprises::{self, Enterprise, EnterpriseType};
use store::id::EnterpriseId;

use crate::error::Violations;
use crate::limits::MAX_LINE_CHARS;
use crate::{Caller, Error, Page, Paged, Result, Service};

/// What an enterprise registers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEnterprise {
    /// Registered name.
    pub name: String,
    /// A name of [`Service::enterprise_types`].
    pub enterprise_type: String,
    /// `uscc` (checked by GB 32100), `kr-brn` (checked) or `other`.
    pub registration_scheme: String,
    /// The number in that scheme.
    pub registration_number: String,
    /// Address of production or registration.
    pub address: String,
    /// How to reach it.
    pub contact: String,
}

impl Service {
    /// Registers an enterprise; operators only.
    pub async fn create_enterprise(
        &self,
        caller: &Caller,
        new: NewEnterprise,
    ) -> Result<Enterprise> {
        caller.operates()?;
        let types = self.enterprise_types().await?;
        let registration_number = check(&new, &types)?;
        let enterprise = Enterprise {
            enterprise_id: EnterpriseId::new(self.now_us(), self.random_bits()),
            name: new.name.trim().to_owned(),
            enterprise_type: new.enterprise_type,
            registration_scheme: new.registration_scheme,
            registration_number,
            address: new.address.trim().to_owned(),
            contact: new.contact.trim().to_owned(),
            created_at_us: self.now_us(),
        };
        match self.store().write("create enterprise", enterprises::insert(&enterprise)).await {
            Ok(_) => Ok(enterprise),
            Err(store::Error::Conflict { .. }) => Err(Error::Conflict(format!(
                "an enterprise with the number {} is registered already",
                enterprise.registration_number
            ))),
            Err(error) => Err(error.into()),
        }
    }

    /// One enterprise.
    pub async fn find_enterprise(&self, caller: &Caller, id: EnterpriseId) -> Result<Enterprise> {
        enterprises::find(self.store(), caller.scope(), id).await?.ok_or(Error::NotFound)
    }

    /// Enterprises in order of registration.
    pub async fn list_enterprises(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<Paged<Enterprise>> {
        let after = page.after_id(EnterpriseId::number)?;
        let rows = enterprises::list(self.store(), caller.scope(), page.to_store(after)).await?;
        Ok(page.paged(rows, |row| row.enterprise_id.to_string()))
    }

    /// The types an enterprise can have and the code lengths each may order (R12).
    pub async fn enterprise_types(&self) -> Result<Vec<EnterpriseType>> {
        Ok(enterprises::types(self.store()).await?)
    }
}

/// Returns the registration number in its printed form.
fn check(new: &NewEnterprise, types: &[EnterpriseType]) -> Result<String> {
    let mut violations = Violations::default();
    violations.check_text("/name", &new.name, MAX_LINE_CHARS);
    violations.check_text("/address", &new.address, MAX_LINE_CHARS);
    violations.check_text("/contact", &new.contact, MAX_LINE_CHARS);
    if !types.iter().any(|known| known.name == new.enterprise_type) {
        let names: Vec<&str> = types.iter().map(|known| known.name.as_str()).collect();
        let message = format!("must be one of {}", names.join(", "));
        violations.add("/enterprise_type", "unknown-enterprise-type", message);
    }
    let number = new.registration_number.trim();
    let printed = match new.registration_scheme.as_str() {
        "uscc" => Uscc::parse(number).map(|uscc| uscc.to_string()).map_err(|e| e.to_string()),
        "kr-brn" => BusinessNumber::parse(number)
            .map(|number| number.to_string())
            .map_err(|error| error.to_string()),
        "other" => {
            violations.check_text("/registration_number", number, MAX_LINE_CHARS);
            Ok(number.to_owned())
        }
        _ => {
            let message = "must be uscc, kr-brn or other";
            violations.add("/registration_scheme", "unknown-scheme", message);
            Ok(String::new())
        }
    };
    let printed = printed.unwrap_or_else(|message| {
        violations.add("/registration_number", "bad-registration-number", message);
        String::new()
    });
    violations.finish()?;
    Ok(printed)
}
