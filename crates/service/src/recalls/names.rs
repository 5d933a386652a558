//! Other names of goods: an Ecode, an RFID tag, the number of another system that is bound to an
//! item. Events may name either, and scans ask for the item. Only those of the owner's items count:
//! others bind numbers to theirs.

use std::collections::{BTreeMap, HashSet};

use store::bindings;
use store::id::EnterpriseId;
use store::ident::{INTERNED, IdRange, class_and_number};
use store::identifiers;
use trace::{AsOf, Direction, Holding, Ids, Question, Trail};

use super::alerts::overlaps;
use super::contents::{joined, without};
use super::told::spans;
use crate::limits::{MAX_NAME_ROUNDS, MAX_RECALL_NAMES, MAX_RECALL_RANGES};
use crate::{Error, Result, Service};

/// Interned ids that name items, each with its item.
pub(super) type Names = BTreeMap<i64, i64>;

/// What is bound to items, and where there is more than is followed.
#[derive(Default)]
pub(super) struct Bound {
    /// URIs, each with its item.
    pub(super) items: BTreeMap<String, i64>,
    /// The first item whose names were left out.
    pub(super) cut_at: Option<i64>,
}

/// Whose events lead on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// Everybody's.
    All,
    /// Those of the owner of the goods and of its partners, to whom it grants events.
    Partners,
}

/// What was found by all names.
pub(super) struct Named {
    pub(super) trail: Trail,
    pub(super) names: Names,
    /// The first item whose names were left out.
    pub(super) cut_at: Option<i64>,
}

impl Named {
    /// Takes in what another trail tells beside this one; where both tell, this one stands.
    pub(super) fn add(&mut self, other: Self) {
        let known: HashSet<[u8; 16]> = self.trail.entries.iter().map(|it| it.event).collect();
        let new = other.trail.entries.into_iter().filter(|it| !known.contains(&it.event));
        self.trail.entries.extend(new);
        self.trail.reached.extend(other.trail.reached);
        self.trail.edges.extend(other.trail.edges);
        let told = joined(self.trail.holdings.iter().map(|it| it.ids).collect());
        // Of a name that nobody of these told of there is nothing to say.
        for held in other.trail.holdings.into_iter().filter(|it| it.event.is_some()) {
            let new = without(&[held.ids], &told).into_iter();
            self.trail.holdings.extend(new.map(|ids| Holding { ids, ..held }));
        }
        self.trail.cut = self.trail.cut.or(other.trail.cut);
        self.names.extend(other.names);
        self.cut_at = self.cut_at.or(other.cut_at);
    }
}

impl Service {
    /// Forward from `subjects` by all names of what is met, and the names.
    pub(super) async fn trail_by_names(
        &self,
        owner: EnterpriseId,
        mut subjects: Vec<Ids>,
        as_of: AsOf,
        word: Word,
    ) -> Result<Named> {
        let has_names = bindings::has_any(self.store()).await?;
        let (mut names, mut cut_at) = (Names::new(), None);
        if has_names {
            (names, cut_at) = self.names_among(owner, &subjects).await?;
            subjects = joined(subjects.into_iter().chain(named(&names)).collect());
        }
        for _ in 0..MAX_NAME_ROUNDS {
            let direction = Direction::Forward;
            let question = Question { subjects: subjects.clone(), direction, as_of, rest: None };
            let trail = match word {
                Word::All => self.trail_of_recall(question).await?,
                Word::Partners => self.trail_of_partners(question, owner).await?,
            };
            if !has_names {
                return Ok(Named { trail, names, cut_at });
            }
            let met = joined(trail.reached.iter().map(|it| it.ids).collect());
            let (more, cut) = self.names_among(owner, &met).await?;
            names.extend(more);
            cut_at = cut_at.or(cut);
            let new = without(&joined(named(&names).collect()), &subjects);
            let new = without(&new, &met);
            if new.is_empty() {
                return Ok(Named { trail, names, cut_at });
            }
            subjects = joined(subjects.into_iter().chain(new).collect());
        }
        let limit = MAX_NAME_ROUNDS as u64;
        Err(Error::TooLarge { limit, what: "rounds of goods that go by several names" })
    }

    /// The names that events have used of items among `runs`, and the items that names among them
    /// stand for.
    async fn names_among(&self, owner: EnterpriseId, runs: &[Ids]) -> Result<(Names, Option<i64>)> {
        let mut names = Names::new();
        let bound = self.names_of_items(owner, runs).await?;
        let uris: Vec<&str> = bound.items.keys().map(String::as_str).collect();
        for (uri, id) in identifiers::by_epcs(self.store(), &uris).await? {
            names.insert(id, bound.items[&uri]);
        }
        for run in runs.iter().filter(|it| class_and_number(it.first).0 == INTERNED) {
            let range = IdRange { first: run.first, last: run.last };
            let epcs = identifiers::epcs_of(self.store(), range, MAX_RECALL_RANGES as u32).await?;
            let uris: Vec<&str> = epcs.iter().map(|(_, epc)| epc.as_str()).collect();
            let items = bindings::items_named(self.store(), owner, &uris).await?;
            let items: BTreeMap<String, i64> = items.into_iter().collect();
            names.extend(epcs.iter().filter_map(|(id, epc)| Some((*id, *items.get(epc)?))));
        }
        Ok((names, bound.cut_at))
    }

    /// URIs that are bound to items among `runs`, whether events have used them or not, each with
    /// its item.
    pub(super) async fn names_of_items(&self, owner: EnterpriseId, runs: &[Ids]) -> Result<Bound> {
        let is_own = |it: &&Ids| class_and_number(it.first).0 != INTERNED;
        let own: Vec<Ids> = runs.iter().filter(is_own).copied().collect();
        let limit = MAX_RECALL_NAMES as u32;
        let mut bound = Bound::default();
        for span in spans(&own).into_values() {
            let found = bindings::of_items(self.store(), owner, span, limit).await?;
            // There may be more behind the last.
            let last = found.last().filter(|_| found.len() == limit as usize).map(|it| it.0);
            for (item, uri) in found {
                if bound.items.len() >= MAX_RECALL_NAMES {
                    bound.cut_at = Some(item);
                    return Ok(bound);
                }
                if overlaps(runs, Ids::one(item)) {
                    bound.items.insert(uri, item);
                }
            }
            if last.is_some() {
                bound.cut_at = last;
                return Ok(bound);
            }
        }
        Ok(bound)
    }

    /// EPCs of others among runs, as far as they are known.
    pub(super) async fn epcs_among(&self, runs: &[Ids]) -> Result<HashSet<String>> {
        let mut found = HashSet::new();
        for run in runs.iter().filter(|it| class_and_number(it.first).0 == INTERNED) {
            let range = IdRange { first: run.first, last: run.last };
            let epcs = identifiers::epcs_of(self.store(), range, MAX_RECALL_RANGES as u32).await?;
            found.extend(epcs.into_iter().map(|(_, epc)| epc));
        }
        Ok(found)
    }
}

/// Both ends of each name.
fn named(names: &Names) -> impl Iterator<Item = Ids> {
    names.iter().flat_map(|(id, item)| [Ids::one(*id), Ids::one(*item)])
}
