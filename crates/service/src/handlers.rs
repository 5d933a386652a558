//! Who is signed in and scans: a handler or an inspector of some goods, a visitor to all others.
//!
//! Anybody may have a key, so a key alone says nothing of somebody else's goods. No trace is made
//! for a scan: the owner of the goods says who handles them, by its dealers and its grants.

use store::id::{EnterpriseId, KeyId, Scope};
use store::{dealers, shares};
use verdict::Source;

use crate::scan::Recording;
use crate::{Caller, Result, Role, Service};

/// Whose goods somebody handles or inspects who is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handler {
    source: Source,
    /// The enterprises whose goods they are without asking anybody.
    scope: Scope,
    enterprise_id: Option<EnterpriseId>,
    key_id: KeyId,
}

impl Caller {
    /// As whom this caller scans; none as anybody. Who runs the platform inspects nothing.
    pub fn handler(&self) -> Option<Handler> {
        let source = match self.role {
            Role::Enterprise | Role::Dealer => Source::Logistics,
            Role::Regulator => Source::Inspection,
            Role::Operator => return None,
        };
        let Self { enterprise_id, key_id, .. } = *self;
        Some(Handler { source, scope: self.scope(), enterprise_id, key_id })
    }
}

impl Handler {
    pub(crate) fn key_id(self) -> KeyId {
        self.key_id
    }
}

impl Service {
    /// How a scan of goods of an enterprise is recorded.
    pub(crate) async fn recording(
        &self,
        owner: EnterpriseId,
        by: Handler,
        wished: Recording,
    ) -> Result<Recording> {
        if wished == Recording::Skip {
            return Ok(wished);
        }
        let is_theirs = by.scope.holds(owner)
            || match by.enterprise_id {
                Some(id) => {
                    dealers::is_linked(self.store(), owner, id).await?
                        || shares::is_partner(self.store(), owner, id).await?
                }
                None => false,
            };
        Ok(if is_theirs { Recording::Record(by.source) } else { wished })
    }
}
