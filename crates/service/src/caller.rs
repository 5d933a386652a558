//! Who asks. A caller is a value; every operation on tenant data takes it first.

use store::id::{DealerId, EnterpriseId, Jurisdiction, KeyId, Scope};

use crate::{Error, Result};

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Runs the platform (平台).
    Operator,
    /// Makes goods, orders codes, captures events (生产单位).
    Enterprise,
    /// Receives and ships goods (销售单位).
    Dealer,
    /// Looks up anything, changes nothing (监管部门).
    Regulator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Operator, Self::Enterprise, Self::Dealer, Self::Regulator];

    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Enterprise => "enterprise",
            Self::Dealer => "dealer",
            Self::Regulator => "regulator",
        }
    }

    /// The role of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether keys of this role speak for one enterprise.
    pub fn is_of_enterprise(self) -> bool {
        matches!(self, Self::Enterprise | Self::Dealer)
    }
}

/// What a captured event may do to the lives of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lives {
    /// Commission, void and destroy them.
    Change,
    /// Nothing: whoever carries goods only tells what happens to them.
    Leave,
    /// Nothing more: it was written before, with those of all events of the document.
    Changed,
}

/// Who asks, proved by a key or a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// What the key may do.
    pub role: Role,
    /// Which key.
    pub key_id: KeyId,
    /// The enterprise it speaks for; none speaks for the platform.
    pub enterprise_id: Option<EnterpriseId>,
    /// The dealer of that enterprise it speaks for, if it is one dealer's key.
    pub dealer_id: Option<DealerId>,
    /// The part of the platform that a regulator sees; none sees the whole.
    pub jurisdiction: Option<Jurisdiction>,
    /// What the key's owner calls it.
    pub label: String,
}

impl Caller {
    /// The command line on the machine itself, whoever may read the data folder.
    pub fn console_of_machine() -> Self {
        Self {
            role: Role::Operator,
            key_id: KeyId::new(0, 0),
            enterprise_id: None,
            dealer_id: None,
            jurisdiction: None,
            label: "command line".into(),
        }
    }

    /// Rows the caller may see.
    pub(crate) fn scope(&self) -> Scope {
        match (self.enterprise_id, self.jurisdiction) {
            (Some(id), _) => Scope::enterprise(id),
            (None, Some(jurisdiction)) => Scope::jurisdiction(jurisdiction),
            (None, None) => Scope::PLATFORM,
        }
    }

    /// Rows of what an enterprise does: of a dealer's key none, since others deal there as well; it
    /// sees its own goods by the operations for dealers.
    pub(crate) fn business(&self) -> Result<Scope> {
        if self.dealer_id.is_some() { Err(Error::Forbidden) } else { Ok(self.scope()) }
    }

    /// Rows the caller may change: nothing for those who only look.
    pub(crate) fn writes(&self) -> Result<Scope> {
        match self.role {
            Role::Operator | Role::Enterprise => Ok(self.scope()),
            Role::Dealer | Role::Regulator => Err(Error::Forbidden),
        }
    }

    /// Whose queries the caller may delete: a regulator of the whole platform reads as operators
    /// do, and theirs are not its own.
    pub(crate) fn keeps_queries(&self) -> Result<Scope> {
        match self.role {
            Role::Operator | Role::Enterprise => Ok(self.scope()),
            Role::Regulator if self.scope() != Scope::PLATFORM => Ok(self.scope()),
            Role::Dealer | Role::Regulator => Err(Error::Forbidden),
        }
    }

    /// The enterprise the caller captures events for.
    pub(crate) fn captures_for(&self) -> Result<EnterpriseId> {
        match self.role {
            Role::Enterprise | Role::Dealer => self.enterprise_id.ok_or(Error::Forbidden),
            Role::Operator | Role::Regulator => Err(Error::Forbidden),
        }
    }

    /// Whether the caller's events may begin and end the lives of codes.
    pub(crate) fn lives(&self) -> Lives {
        match self.role {
            Role::Operator | Role::Enterprise => Lives::Change,
            Role::Dealer | Role::Regulator => Lives::Leave,
        }
    }

    /// Who makes goods and who watches over them; those who only carry them see their tasks.
    pub(crate) fn watches(&self) -> Result<()> {
        if self.role == Role::Dealer { Err(Error::Forbidden) } else { Ok(()) }
    }

    /// Operators only.
    pub(crate) fn operates(&self) -> Result<()> {
        if self.role == Role::Operator { Ok(()) } else { Err(Error::Forbidden) }
    }
}
