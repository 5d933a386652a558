//! Rules that verdicts are judged by: an enterprise sets them for all its products or for one, an
//! operator for the platform.

mod dry_run;

use std::collections::BTreeMap;

use store::settings::Kind;
use verdict::{Area, MAX_TERRITORY, Rule, Rules};

use crate::error::Violations;
use crate::settings::{InForce, Setting, SettingChange};
use crate::{Caller, Page, Paged, Result, Service};

pub use dry_run::DryRun;

impl Setting for Rules {
    const KIND: Kind = Kind::Rules;

    fn to_text(&self) -> String {
        self.to_string()
    }

    fn of_text(text: &str) -> Self {
        Self::parse(text)
    }
}

/// Rules as a person or a program writes them. What is not named has its default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewRules {
    /// For which product; none is all of the enterprise, or of the platform.
    pub product_id: Option<String>,
    /// Bounds by name of the rule; none turns it off.
    pub bounds: BTreeMap<String, Option<u32>>,
    /// Hours in which a device is counted once.
    pub grace_hours: Option<u32>,
    /// Where the goods are to be sold: GB/T 2260 divisions of six digits, or ISO 3166-1 letters.
    pub sold_in: Vec<String>,
}

impl NewRules {
    /// The rules, or all that is wrong with them.
    fn checked(&self) -> Result<Rules> {
        let mut violations = Violations::default();
        let mut rules = Rules::default();
        for (name, bound) in &self.bounds {
            let pointer = format!("/{name}");
            let Some(rule) = Rule::from_name(name) else {
                let names = Rule::ALL.map(Rule::name).join(", ");
                violations.add(&pointer, "no-rule", format!("there are {names}"));
                continue;
            };
            if !rules.set(rule, *bound) {
                let (least, most) = rule.bounds().into_inner();
                violations.add(&pointer, "out-of-bounds", format!("from {least} to {most}"));
            }
        }
        if let Some(hours) = self.grace_hours {
            rules.grace_h = hours;
            if !Rules::GRACE_H.contains(&hours) {
                let (least, most) = Rules::GRACE_H.into_inner();
                let message = format!("from {least} to {most}");
                violations.add("/grace_hours", "out-of-bounds", message);
            }
        }
        if self.sold_in.len() > MAX_TERRITORY {
            let message = format!("name {MAX_TERRITORY} areas at most; a province is one");
            violations.add("/sold_in", "too-many", message);
        }
        for text in self.sold_in.iter().take(MAX_TERRITORY) {
            match Area::parse(text) {
                Some(area) => rules.territory.push(area),
                None => {
                    let shown: String = text.chars().take(20).collect();
                    let message = format!("{shown:?} is no division of six digits such as 440100");
                    violations.add("/sold_in", "no-area", message);
                }
            }
        }
        violations.finish()?;
        Ok(rules)
    }
}

impl Service {
    /// The rules in force for a product, or for all that have none of their own.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the caller sees no such product.
    ///
    /// [`Error::NotFound`]: crate::Error::NotFound
    pub async fn find_rules(
        &self,
        caller: &Caller,
        product_id: Option<&str>,
    ) -> Result<InForce<Rules>> {
        let subject = self.subject_of(caller, caller.scope(), product_id).await?;
        self.in_force(subject).await
    }

    /// Sets rules, in place of those of the same product, enterprise or platform.
    ///
    /// # Errors
    /// [`Error::Rejected`] with all that is wrong, [`Error::NotFound`], [`Error::Forbidden`].
    ///
    /// [`Error::Rejected`]: crate::Error::Rejected
    /// [`Error::NotFound`]: crate::Error::NotFound
    /// [`Error::Forbidden`]: crate::Error::Forbidden
    pub async fn set_rules(&self, caller: &Caller, new: &NewRules) -> Result<InForce<Rules>> {
        let subject = self.subject_of(caller, caller.writes()?, new.product_id.as_deref()).await?;
        self.change_settings(caller, subject, Some(&new.checked()?)).await
    }

    /// Takes rules back, so that those further away are in force again.
    pub async fn reset_rules(
        &self,
        caller: &Caller,
        product_id: Option<&str>,
    ) -> Result<InForce<Rules>> {
        let subject = self.subject_of(caller, caller.writes()?, product_id).await?;
        self.change_settings(caller, subject, None).await
    }

    /// Who changed rules, when, from what to what.
    pub async fn list_rule_changes(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<Paged<SettingChange<Rules>>> {
        self.setting_changes(caller, page).await
    }
}
