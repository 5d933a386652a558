//! Rules that verdicts are judged by: who sets them, for what, and who changed them when.
//!
//! An enterprise sets them for all its products or for one, an operator for the platform. The
//! nearest are in force as a whole; a scan goes by them a few seconds later.

mod dry_run;

use std::collections::BTreeMap;

use store::id::{EnterpriseId, ProductId, RuleChangeId, Scope};
use store::products;
use store::rules::{self, Change, Set, Subject};
use verdict::{Area, MAX_TERRITORY, Rule, Rules};

use crate::error::Violations;
use crate::{Attempts, Caller, Error, Page, Paged, Result, Service};

pub use dry_run::DryRun;

/// Where rules come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RulesFrom {
    /// Nobody set any.
    Default,
    /// The operator set them for all.
    Platform,
    /// The enterprise set them for all its products.
    Enterprise,
    /// The enterprise set them for this product.
    Product,
}

impl RulesFrom {
    /// Stable name: `default`, `platform`, `enterprise`, `product`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Platform => "platform",
            Self::Enterprise => "enterprise",
            Self::Product => "product",
        }
    }
}

/// Rules in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesInForce {
    /// Which.
    pub rules: Rules,
    /// Who set them.
    pub from: RulesFrom,
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
    pub async fn find_rules(
        &self,
        caller: &Caller,
        product_id: Option<&str>,
    ) -> Result<RulesInForce> {
        let subject = self.subject_of(caller, caller.scope(), product_id).await?;
        self.rules_in_force(subject).await
    }

    /// Sets rules, in place of those of the same product, enterprise or platform.
    ///
    /// # Errors
    /// [`Error::Rejected`] with all that is wrong, [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn set_rules(&self, caller: &Caller, new: &NewRules) -> Result<RulesInForce> {
        let scope = caller.writes()?;
        let subject = self.subject_of(caller, scope, new.product_id.as_deref()).await?;
        self.change_rules(caller, subject, Some(new.checked()?)).await?;
        self.rules_in_force(subject).await
    }

    /// Takes rules back, so that those further away are in force again.
    pub async fn reset_rules(
        &self,
        caller: &Caller,
        product_id: Option<&str>,
    ) -> Result<RulesInForce> {
        let subject = self.subject_of(caller, caller.writes()?, product_id).await?;
        self.change_rules(caller, subject, None).await?;
        self.rules_in_force(subject).await
    }

    /// Who changed rules, when, from what to what.
    pub async fn list_rule_changes(&self, caller: &Caller, page: &Page) -> Result<Paged<Change>> {
        let after = page.after_id(RuleChangeId::number)?;
        let rows = rules::changes(self.store(), caller.scope(), page.to_store(after)).await?;
        Ok(page.paged(rows, |row| row.change_id.to_string()))
    }

    /// Whom rules are for: a product inside `scope`, or all that the caller speaks for.
    pub(crate) async fn subject_of(
        &self,
        caller: &Caller,
        scope: Scope,
        product_id: Option<&str>,
    ) -> Result<Subject> {
        let Some(text) = product_id else {
            let enterprise_id = caller.enterprise_id.unwrap_or(EnterpriseId::LEAST);
            return Ok(Subject { enterprise_id, product_id: None });
        };
        let id: ProductId = text.parse()?;
        let product = products::find(self.store(), scope, id).await?.ok_or(Error::NotFound)?;
        Ok(Subject { enterprise_id: product.enterprise_id, product_id: Some(id) })
    }

    /// The nearest rules that were set.
    pub(crate) async fn rules_in_force(&self, subject: Subject) -> Result<RulesInForce> {
        let nearest = rules::of_subject(self.store(), subject).await?.into_iter().next();
        Ok(match nearest {
            None => RulesInForce { rules: Rules::default(), from: RulesFrom::Default },
            Some(Set { subject, rules, .. }) => {
                let from = match subject {
                    Subject { product_id: Some(_), .. } => RulesFrom::Product,
                    Subject { enterprise_id: EnterpriseId::LEAST, .. } => RulesFrom::Platform,
                    Subject { .. } => RulesFrom::Enterprise,
                };
                RulesInForce { rules, from }
            }
        })
    }

    async fn change_rules(
        &self,
        caller: &Caller,
        subject: Subject,
        after: Option<Rules>,
    ) -> Result<()> {
        let mut attempts = Attempts::of("change rules");
        loop {
            let all = rules::of_subject(self.store(), subject).await?;
            let set = all.into_iter().find(|it| it.subject == subject);
            let revision = set.as_ref().map_or(0, |it| it.revision);
            let before = set.map(|it| it.rules);
            if before == after {
                return Ok(());
            }
            let change = Change {
                change_id: RuleChangeId::new(self.now_us(), self.random_bits()),
                subject,
                changed_at_us: self.now_us(),
                key_id: caller.key_id,
                changed_by: caller.label.clone(),
                before,
                after: after.clone(),
            };
            let statements = rules::change(&change, revision);
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                if let Some(id) = subject.product_id {
                    self.forget_goods(id);
                }
                return Ok(());
            }
        }
    }
}
