//! Other names of goods: an Ecode, an RFID tag, the number of another system that is bound to an
//! item. Events may name either, and scans ask for the item. Only those of the owner's items count:
//! others bind numbers to theirs.

use std::collections::{BTreeMap, BTreeSet};

use store::bindings;
use store::id::EnterpriseId;
use store::ident::{INTERNED, IdRange, class_and_number};
use store::identifiers;
use trace::{AsOf, Direction, Ids, Question, Trail};

use super::contents::{joined, without};
use crate::limits::{MAX_NAME_ROUNDS, MAX_RECALL_NAMES, MAX_RECALL_RANGES};
use crate::{Error, Result, Service};

/// Interned ids that name items, each with its item.
pub(super) type Names = BTreeMap<i64, i64>;

impl Service {
    /// Forward from `subjects` by all names of what is met, by everybody's events or those of some
    /// alone, and the names.
    pub(super) async fn trail_by_names(
        &self,
        owner: EnterpriseId,
        mut subjects: Vec<Ids>,
        as_of: AsOf,
        whose: Option<&BTreeSet<EnterpriseId>>,
    ) -> Result<(Trail, Names)> {
        let has_names = bindings::has_any(self.store()).await?;
        let mut names = Names::new();
        if has_names {
            names = self.names_among(owner, &subjects).await?;
            subjects = joined(subjects.into_iter().chain(named(&names)).collect());
        }
        for _ in 0..MAX_NAME_ROUNDS {
            let direction = Direction::Forward;
            let question = Question { subjects: subjects.clone(), direction, as_of, rest: None };
            let trail = match whose {
                None => self.trail_of_recall(question).await?,
                Some(known) => self.trail_of_partners(question, known).await?,
            };
            if !has_names {
                return Ok((trail, names));
            }
            let met = joined(trail.reached.iter().map(|it| it.ids).collect());
            names.extend(self.names_among(owner, &met).await?);
            let new = without(&joined(named(&names).collect()), &subjects);
            let new = without(&new, &met);
            if new.is_empty() {
                return Ok((trail, names));
            }
            subjects = joined(subjects.into_iter().chain(new).collect());
        }
        let limit = MAX_NAME_ROUNDS as u64;
        Err(Error::TooLarge { limit, what: "rounds of goods that go by several names" })
    }

    /// The names that events have used of items among `runs`, and the items that names among them
    /// stand for.
    async fn names_among(&self, owner: EnterpriseId, runs: &[Ids]) -> Result<Names> {
        let mut names = Names::new();
        let bound = self.names_of_items(owner, runs).await?;
        let uris: Vec<&str> = bound.keys().map(String::as_str).collect();
        for (uri, id) in identifiers::by_epcs(self.store(), &uris).await? {
            names.insert(id, bound[&uri]);
        }
        for run in runs.iter().filter(|it| class_and_number(it.first).0 == INTERNED) {
            let range = IdRange { first: run.first, last: run.last };
            let epcs = identifiers::epcs_of(self.store(), range, MAX_RECALL_RANGES as u32).await?;
            let uris: Vec<&str> = epcs.iter().map(|(_, epc)| epc.as_str()).collect();
            let items = bindings::items_named(self.store(), owner, &uris).await?;
            let items: BTreeMap<String, i64> = items.into_iter().collect();
            names.extend(epcs.iter().filter_map(|(id, epc)| Some((*id, *items.get(epc)?))));
        }
        Ok(names)
    }

    /// URIs that are bound to items among `runs`, whether events have used them or not, each with
    /// its item.
    pub(super) async fn names_of_items(
        &self,
        owner: EnterpriseId,
        runs: &[Ids],
    ) -> Result<BTreeMap<String, i64>> {
        let mut by_block: BTreeMap<i64, IdRange> = BTreeMap::new();
        for run in runs.iter().filter(|it| class_and_number(it.first).0 != INTERNED) {
            for (block, part) in (IdRange { first: run.first, last: run.last }).by_block() {
                by_block.entry(block).or_insert(part).last = part.last;
            }
        }
        let limit = MAX_RECALL_NAMES as u32 + 1;
        let mut names = BTreeMap::new();
        for span in by_block.into_values() {
            for (item, uri) in bindings::of_items(self.store(), owner, span, limit).await? {
                if super::alerts::overlaps(runs, Ids::one(item)) {
                    names.insert(uri, item);
                }
            }
            if names.len() > MAX_RECALL_NAMES {
                let limit = MAX_RECALL_NAMES as u64;
                return Err(Error::TooLarge { limit, what: "other names of goods in one recall" });
            }
        }
        Ok(names)
    }
}

/// Both ends of each name.
fn named(names: &Names) -> impl Iterator<Item = Ids> {
    names.iter().flat_map(|(id, item)| [Ids::one(*id), Ids::one(*item)])
}
