//! Who has goods, by the last event that tells of them.

use std::collections::HashMap;

use store::enterprises;
use store::events::{self, Event};
use store::id::{EnterpriseId, Scope};
use trace::State;

use crate::{Error, Result, Service};

/// Who has goods.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HolderKey {
    /// An enterprise of this platform.
    Enterprise(EnterpriseId),
    /// A party that an event names and that nobody here answers for, by its URI.
    Party(String),
    /// No event tells.
    Nobody,
}

impl HolderKey {
    /// As the store keeps it: `e` and an enterprise's id, `p` and the URI of a party, or empty.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Enterprise(id) => format!("e{id}"),
            Self::Party(uri) => format!("p{uri}"),
            Self::Nobody => String::new(),
        }
    }

    /// The holder of such a text.
    pub(crate) fn from_text(text: &str) -> Result<Self> {
        let broken = || Error::internal(format!("{text:?} is no holder"));
        match text.split_at_checked(1) {
            None => Ok(Self::Nobody),
            Some(("e", id)) => Ok(Self::Enterprise(id.parse().map_err(|_| broken())?)),
            Some(("p", uri)) => Ok(Self::Party(uri.to_owned())),
            Some(_) => Err(broken()),
        }
    }
}

/// What is known of a holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolderName {
    /// Who.
    pub key: HolderKey,
    /// Registered name, or the URI of a party.
    pub name: String,
    /// Its address; empty for a party.
    pub address: String,
    /// How to reach it; empty for a party.
    pub contact: String,
}

impl HolderName {
    /// The same for who may know the name and not how to reach it.
    pub(super) fn without_contact(self) -> Self {
        Self { address: String::new(), contact: String::new(), ..self }
    }
}

/// Bodies held in memory at once.
const BODIES_AT_ONCE: usize = 64;

impl Service {
    /// Who has what these events told of last, given what became of it.
    pub(super) async fn holders_by_event(
        &self,
        lasts: &[([u8; 16], State)],
    ) -> Result<HashMap<([u8; 16], State), (HolderKey, i64)>> {
        self.refresh_shares().await?;
        let mut keys: Vec<[u8; 16]> = lasts.iter().map(|(key, _)| *key).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut holders = HashMap::new();
        for chunk in keys.chunks(BODIES_AT_ONCE) {
            for event in events::by_keys(self.store(), Scope::PLATFORM, chunk).await? {
                for state in STATES {
                    let holder = self.holder_by(&event, state)?;
                    holders.insert((event.event_key, state), (holder, event.event_time_us));
                }
            }
        }
        Ok(holders)
    }

    /// Goods on their way are the receiver's to expect; goods at a place are whose place it is.
    fn holder_by(&self, event: &Event, state: State) -> Result<HolderKey> {
        let parsed = self.parsed_event(event)?;
        if state == State::InTransit {
            let rank = |it: &epcis::SourceDestination| {
                let word = it.source_dest_type.rsplit('-').next().unwrap_or_default();
                ["possessing_party", "owning_party", "location"].iter().position(|it| *it == word)
            };
            let mut named: Vec<_> = parsed.destinations.iter().collect();
            named.sort_by_key(|it| rank(it).unwrap_or(usize::MAX));
            let known = named.iter().find_map(|it| self.enterprise_of_party(&it.id));
            if let Some(enterprise) = known {
                return Ok(HolderKey::Enterprise(enterprise));
            }
            if let Some(party) = named.first() {
                return Ok(HolderKey::Party(party.id.clone()));
            }
        } else if let Some(place) = &parsed.biz_location
            && let Some(enterprise) = self.enterprise_of_party(place)
        {
            return Ok(HolderKey::Enterprise(enterprise));
        }
        Ok(HolderKey::Enterprise(event.enterprise_id))
    }

    /// Name and contact of a holder.
    pub(super) async fn holder_name(&self, key: HolderKey) -> Result<HolderName> {
        let (name, address, contact) = match &key {
            HolderKey::Enterprise(id) => {
                let found = enterprises::find(self.store(), Scope::PLATFORM, *id).await?;
                found.map(|it| (it.name, it.address, it.contact)).unwrap_or_default()
            }
            HolderKey::Party(uri) => (uri.clone(), String::new(), String::new()),
            HolderKey::Nobody => Default::default(),
        };
        Ok(HolderName { key, name, address, contact })
    }
}

/// What may have become of goods, in the order in which they are told.
pub(super) const STATES: [State; 7] = [
    State::InStock,
    State::InTransit,
    State::Sold,
    State::Used,
    State::Destroyed,
    State::Decommissioned,
    State::Unknown,
];
