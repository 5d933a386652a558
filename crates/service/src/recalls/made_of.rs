//! Goods of others that were made of recalled ones, and whose word that is.
//!
//! Whoever is said to have made them is asked to look at them. The word of the owner of the
//! recalled goods and of its partners is enough for that, and that of whoever's goods they are;
//! what others tell waits until somebody decides, as with goods of the owner.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use store::events;
use store::id::{EnterpriseId, Scope};
use store::shares;
use trace::{EdgeKind, Ids};

use super::alerts::overlaps;
use super::contents::{joined, without};
use super::later::{less, runs};
use super::locate::{Held, Located};
use crate::{Result, Service};

/// Goods of others, each with its owner.
pub(super) type MadeOf = Vec<(EnterpriseId, Held)>;

impl Service {
    /// What was made of recalled goods of `owner`: what needs no consent, and the rest.
    pub(super) async fn made_by_word(
        &self,
        owner: EnterpriseId,
        located: &Located,
    ) -> Result<[MadeOf; 2]> {
        let (mut sure, mut unsure) = (MadeOf::new(), MadeOf::new());
        if located.made_of.is_empty() {
            return Ok([sure, unsure]);
        }
        let told = self.told_of_made(owner, located).await?;
        for (whose, held) in &located.made_of {
            let by = [owner, *whose].into_iter().filter_map(|by| told.get(&by));
            let known = joined(by.flatten().copied().collect());
            let rest = less(std::slice::from_ref(held), &known);
            let word = without(&[held.ids], &runs(&rest));
            sure.extend(word.into_iter().map(|ids| (*whose, Held { ids, ..held.clone() })));
            unsure.extend(rest.into_iter().map(|held| (*whose, held)));
        }
        Ok([sure, unsure])
    }

    /// What each enterprise tells to be made, or of a lot; what partners tell as if their
    /// `owner` did.
    async fn told_of_made(
        &self,
        owner: EnterpriseId,
        located: &Located,
    ) -> Result<BTreeMap<EnterpriseId, Vec<Ids>>> {
        let made = joined(located.made_of.iter().map(|(_, held)| held.ids).collect());
        let edges = located.trail.edges.iter();
        let edges = edges.filter(|it| it.kind != EdgeKind::Packed && overlaps(&made, it.to));
        let edges: BTreeSet<([u8; 16], Ids)> = edges.map(|it| (it.event, it.to)).collect();
        let mut keys: Vec<[u8; 16]> = edges.iter().map(|(key, _)| *key).collect();
        keys.dedup();
        let facts = events::facts(self.store(), Scope::PLATFORM, &keys).await?;
        let reporters: HashMap<[u8; 16], EnterpriseId> =
            facts.into_iter().map(|(facts, by)| (facts.key, by)).collect();
        let mut told: BTreeMap<EnterpriseId, Vec<Ids>> = BTreeMap::new();
        for (key, to) in edges {
            if let Some(by) = reporters.get(&key) {
                told.entry(*by).or_default().push(to);
            }
        }
        let reporters: Vec<EnterpriseId> = told.keys().copied().filter(|by| *by != owner).collect();
        for by in reporters {
            if shares::is_partner(self.store(), owner, by).await? {
                let theirs = told.get(&by).cloned().unwrap_or_default();
                told.entry(owner).or_default().extend(theirs);
            }
        }
        Ok(told)
    }
}
