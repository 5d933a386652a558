//! What an enterprise lets anyone read of the history of its goods: whose names, and which stages.
//!
//! It speaks for its own goods only: who is named in the history of another's is the other's
//! choice. Its own name is on each of its products and never hidden.

use std::collections::BTreeSet;

use store::disclosures::{self, Disclosure as Row};
use store::enterprises;
use store::id::{EnterpriseId, Scope};

use crate::error::Violations;
use crate::limits::MAX_NAMED;
use crate::{Caller, Result, Service, Stage};

/// Whose names anyone may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// Everybody's whom the records of the goods lead to.
    All,
    /// Those of these enterprises, beside the owner's own.
    These(BTreeSet<EnterpriseId>),
}

/// What anyone may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// Whose names.
    pub named: Named,
    /// What is kept private whole, and counted.
    pub hidden_stages: BTreeSet<Stage>,
    /// Whether its products are found by their names.
    pub is_listed: bool,
}

impl Default for Disclosure {
    /// All stages, nobody's name but the owner's, and products that are found.
    fn default() -> Self {
        let named = Named::These(BTreeSet::new());
        Self { named, hidden_stages: BTreeSet::new(), is_listed: true }
    }
}

/// A choice as a person or a program writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDisclosure {
    /// Ids of enterprises, or `*` alone for all.
    pub named: Vec<String>,
    /// Stages by name.
    pub hidden_stages: Vec<String>,
    /// Whether products are found by their names; none leaves that as it is.
    pub is_listed: Option<bool>,
}

impl Disclosure {
    /// Whether the name of an enterprise may be read in the history of goods of `owner`.
    pub(crate) fn names(&self, owner: EnterpriseId, enterprise: EnterpriseId) -> bool {
        enterprise == owner
            || match &self.named {
                Named::All => true,
                Named::These(ids) => ids.contains(&enterprise),
            }
    }
}

impl Service {
    /// What the caller's enterprise lets anyone read.
    ///
    /// # Errors
    /// [`crate::Error::Forbidden`] if the caller speaks for no enterprise.
    pub async fn find_disclosure(&self, caller: &Caller) -> Result<Disclosure> {
        self.disclosure_of(caller.captures_for()?).await
    }

    /// Chooses anew what anyone may read of the goods of the caller's enterprise, from now on.
    ///
    /// # Errors
    /// [`crate::Error::Rejected`] with each id and each stage that there is not,
    /// [`crate::Error::Forbidden`] if the caller may not speak for its enterprise.
    pub async fn set_disclosure(&self, caller: &Caller, new: NewDisclosure) -> Result<Disclosure> {
        caller.writes()?;
        let enterprise_id = caller.captures_for()?;
        let mut violations = Violations::default();
        let named = self.named_in(&new.named, &mut violations).await?;
        let mut hidden_stages = BTreeSet::new();
        for name in &new.hidden_stages {
            match Stage::ALL.into_iter().find(|stage| stage.name() == name) {
                Some(stage) => {
                    hidden_stages.insert(stage);
                }
                None => {
                    let names = Stage::ALL.map(Stage::name).join(", ");
                    let message = format!("there is no stage {name:?}; known are {names}");
                    violations.add("/hidden_stages", "no-stage", message);
                }
            }
        }
        violations.finish()?;
        let is_listed = match new.is_listed {
            Some(is_listed) => is_listed,
            None => self.disclosure_of(enterprise_id).await?.is_listed,
        };
        let chosen = Disclosure { named, hidden_stages, is_listed };
        let row = Row {
            enterprise_id,
            named: match &chosen.named {
                Named::All => "*".to_owned(),
                Named::These(ids) => joined(ids.iter().map(ToString::to_string)),
            },
            hidden_stages: joined(chosen.hidden_stages.iter().map(|it| it.name().to_owned())),
            is_unlisted: !chosen.is_listed,
            changed_at_us: self.now_us(),
        };
        self.store().write("choose a disclosure", disclosures::replace(&row)).await?;
        Ok(chosen)
    }

    /// The enterprises that a choice names.
    async fn named_in(&self, texts: &[String], violations: &mut Violations) -> Result<Named> {
        if texts == ["*"] {
            return Ok(Named::All);
        }
        if texts.len() > MAX_NAMED {
            let message = format!("name {MAX_NAMED} enterprises at most, or all with *");
            violations.add("/named", "too-many", message);
            return Ok(Named::All);
        }
        let mut ids = BTreeSet::new();
        for text in texts {
            let found = match text.parse::<EnterpriseId>() {
                Ok(id) => enterprises::find(self.store(), Scope::enterprise(id), id).await?,
                Err(_) => None,
            };
            match found {
                Some(enterprise) => {
                    ids.insert(enterprise.enterprise_id);
                }
                None => {
                    let message = format!("there is no enterprise {text}; copy its number");
                    violations.add("/named", "no-enterprise", message);
                }
            }
        }
        Ok(Named::These(ids))
    }

    /// What an enterprise lets anyone read of its goods.
    pub(crate) async fn disclosure_of(&self, owner: EnterpriseId) -> Result<Disclosure> {
        let found = disclosures::find(self.store(), Scope::enterprise(owner), owner).await?;
        let Some(row) = found else { return Ok(Disclosure::default()) };
        let named = match row.named.as_str() {
            "*" => Named::All,
            ids => Named::These(ids.split(',').filter_map(|id| id.parse().ok()).collect()),
        };
        let names: Vec<&str> = row.hidden_stages.split(',').collect();
        let hidden = Stage::ALL.into_iter().filter(|stage| names.contains(&stage.name()));
        let is_listed = !row.is_unlisted;
        Ok(Disclosure { named, hidden_stages: hidden.collect(), is_listed })
    }
}

fn joined(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(",")
}
