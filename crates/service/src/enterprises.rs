//! Enterprises: who makes, carries, sells, certifies.

use schemes::{BusinessNumber, Division, Uscc};
use store::enterprises::{self, Enterprise, EnterpriseType};
use store::id::{EnterpriseId, Scope};

use crate::error::Violations;
use crate::limits::MAX_LINE_CHARS;
use crate::names::index_enterprise;
use crate::{Attempts, Caller, Error, Page, Paged, Result, Service};

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
    /// Where it is registered, for the regulators there: six digits of GB/T 2260, or 900000 and
    /// the number of its country in ISO 3166-1. None takes what the registration number says.
    pub division: Option<String>,
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
        let (registration_number, division) = check(&new, &types)?;
        let now_us = self.now_us();
        let enterprise_id = EnterpriseId::registered(division, now_us, self.random_bits());
        let mut enterprise = Enterprise {
            enterprise_id,
            name: new.name.trim().to_owned(),
            enterprise_type: new.enterprise_type,
            registration_scheme: new.registration_scheme,
            registration_number,
            address: new.address.trim().to_owned(),
            contact: new.contact.trim().to_owned(),
            created_at_us: now_us,
        };
        let mut attempts = Attempts::of("create enterprise");
        loop {
            let [scheme, number] =
                [&enterprise.registration_scheme, &enterprise.registration_number];
            let known = enterprises::by_registration(self.store(), Scope::PLATFORM, scheme, number);
            if known.await?.is_some() {
                return Err(Error::Conflict(format!(
                    "an enterprise with the number {number} is registered already"
                )));
            }
            let mut statements = enterprises::insert(&enterprise);
            statements.extend(index_enterprise(&enterprise));
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                return Ok(enterprise);
            }
            // Another of the same second and division may have drawn the same id.
            let random = self.random_bits();
            enterprise.enterprise_id = EnterpriseId::registered(division, now_us, random);
        }
    }

    /// One enterprise.
    pub async fn find_enterprise(&self, caller: &Caller, id: EnterpriseId) -> Result<Enterprise> {
        enterprises::find(self.store(), caller.scope(), id).await?.ok_or(Error::NotFound)
    }

    /// Enterprises by division, then in order of registration.
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

/// The registration number in its printed form, and the division it is registered in; 0 if
/// nothing tells.
fn check(new: &NewEnterprise, types: &[EnterpriseType]) -> Result<(String, u32)> {
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
    let division = division(new, &printed, &mut violations);
    violations.finish()?;
    Ok((printed, division))
}

/// Korea, as a division: 900000 and its number in ISO 3166-1.
const KOREA: u32 = 900_410;

fn division(new: &NewEnterprise, number: &str, violations: &mut Violations) -> u32 {
    let given = new.division.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let Some(text) = given else {
        return match new.registration_scheme.as_str() {
            "uscc" => Uscc::parse(number).map_or(0, |uscc| number_of(&uscc.division())),
            "kr-brn" => KOREA,
            _ => 0,
        };
    };
    let parsed = Division::parse(text).ok().filter(|division| {
        let number = number_of(division);
        number == 100_000 || (900_001..=900_999).contains(&number) || division.province().is_some()
    });
    parsed.map_or_else(
        || {
            let message = "send six digits of GB/T 2260, or 900000 and the number of a country in \
                           ISO 3166-1";
            violations.add("/division", "bad-division", message);
            0
        },
        |division| number_of(&division),
    )
}

fn number_of(division: &Division) -> u32 {
    division.as_str().parse().unwrap_or(0)
}
