//! All dealers of one enterprise at once, and what must be true of them together.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use store::dealers::{self, Dealer, DealerAction, DealerChange, Tree};
use store::id::{DealerChangeId, DealerId, EnterpriseId};
use store::{Statement, Store};
use verdict::Area;
use verdict::diversion::{Territory, TerritoryKind};

use super::details::{row_of, territory_of, territory_texts};
use super::{Above, Station};
use crate::error::Violations;
use crate::limits::{MAX_DEALER_DEPTH, MAX_DEALERS, MAX_SHEET_FAULTS, MAX_TERRITORIES};
use crate::{Caller, Error, Result, Service};

/// The dealers of one enterprise.
#[derive(Debug, Clone)]
pub(super) struct Book {
    pub(super) owner: EnterpriseId,
    pub(super) tree: Tree,
    pub(super) dealers: BTreeMap<DealerId, Dealer>,
    pub(super) territories: HashMap<DealerId, Vec<Territory>>,
}

impl Book {
    pub(super) async fn load(store: &Store, owner: EnterpriseId) -> Result<Self> {
        // First, so that whatever changes while the rest is read makes the write a conflict.
        let tree = dealers::tree(store, owner).await?;
        let limit = MAX_DEALERS as u32 + 1;
        let all = dealers::all(store, owner, limit).await?;
        let rows = dealers::all_territories(store, owner, MAX_TERRITORIES as u32 + 1).await?;
        let mut territories: HashMap<DealerId, Vec<Territory>> = HashMap::new();
        for (id, row) in rows {
            territories.entry(id).or_default().push(territory_of(row)?);
        }
        let dealers = all.into_iter().map(|it| (it.dealer_id, it)).collect();
        Ok(Self { owner, tree, dealers, territories })
    }

    /// Adds a dealer.
    pub(super) fn add(&mut self, dealer: Dealer, territories: Vec<Territory>) {
        if !territories.is_empty() {
            self.territories.insert(dealer.dealer_id, territories);
        }
        self.dealers.insert(dealer.dealer_id, dealer);
    }

    /// The id of a dealer above others.
    pub(super) fn parent(&self, above: &Above) -> Result<Option<DealerId>> {
        match above {
            Above::Enterprise => Ok(None),
            Above::Dealer(id) => Ok(Some(*id)),
            Above::Number(number) => {
                let found = self.dealers.values().find(|it| it.number == number.trim());
                let message = format!("no dealer has the number {number}");
                let unknown = || Error::rejected("/parent_id", "unknown-dealer", message);
                found.map(|it| Some(it.dealer_id)).ok_or_else(unknown)
            }
        }
    }

    /// Who is meant by what events call a party or a place.
    pub(super) fn station_of(&self, uri: &str) -> Station {
        let found = self.dealers.values().find(|it| it.party == uri || it.place == uri);
        found.map_or(Station::Enterprise, |it| Station::Dealer(it.dealer_id))
    }

    pub(super) fn territories_of(&self, id: DealerId) -> &[Territory] {
        self.territories.get(&id).map_or(&[], Vec::as_slice)
    }

    /// What must be true of all together: numbers and identifiers are one dealer's, no circle, not
    /// too many nor too deep, and no territory twice.
    pub(super) fn check(&self) -> Result<()> {
        if self.dealers.len() > MAX_DEALERS {
            let limit = MAX_DEALERS as u64;
            return Err(Error::TooLarge { limit, what: "dealers of one enterprise" });
        }
        if self.territories.values().map(Vec::len).sum::<usize>() > MAX_TERRITORIES {
            let limit = MAX_TERRITORIES as u64;
            return Err(Error::TooLarge { limit, what: "territories of one enterprise" });
        }
        let mut violations = Violations::default();
        self.check_names(&mut violations);
        let is_tree = self.check_tree(&mut violations);
        if is_tree {
            self.check_territories(&mut violations);
        }
        violations.finish()
    }

    fn check_names(&self, violations: &mut Violations) {
        let mut numbers = BTreeSet::new();
        let mut identifiers: HashMap<&str, DealerId> = HashMap::new();
        for (id, dealer) in &self.dealers {
            if !numbers.insert(dealer.number.as_str()) {
                let message = format!("another dealer has the number {}", dealer.number);
                violations.add("/number", "number-taken", message);
            }
            for (pointer, uri) in [("/party", &dealer.party), ("/place", &dealer.place)] {
                if identifiers.insert(uri, *id).is_some_and(|other| other != *id) {
                    let message = format!("another dealer is known as {uri}");
                    violations.add(pointer, "identifier-taken", message);
                }
            }
        }
    }

    /// Whether the dealers hang together as a tree.
    fn check_tree(&self, violations: &mut Violations) -> bool {
        let mut depths: HashMap<DealerId, usize> = HashMap::new();
        for dealer in self.dealers.values() {
            let mut way = Vec::new();
            let mut at = Some(dealer);
            let depth = loop {
                let Some(it) = at else { break 0 };
                if let Some(depth) = depths.get(&it.dealer_id) {
                    break *depth;
                }
                // Longer than there are dealers: it came back to itself.
                if way.len() > self.dealers.len() {
                    let message = format!("dealer {} would be above itself", dealer.number);
                    violations.add("/parent_id", "circle", message);
                    return false;
                }
                way.push(it.dealer_id);
                at = match it.parent_id {
                    None => None,
                    Some(parent) => match self.dealers.get(&parent) {
                        Some(parent) => Some(parent),
                        None => {
                            let message = "there is no such dealer above; leave it out";
                            violations.add("/parent_id", "unknown-dealer", message);
                            return false;
                        }
                    },
                };
            };
            let n_new = way.len();
            depths.extend(way.into_iter().rev().zip(depth + 1..));
            if depth + n_new > MAX_DEALER_DEPTH {
                let message = format!(
                    "dealer {} would stand at level {}; {MAX_DEALER_DEPTH} at most",
                    dealer.number,
                    depth + n_new
                );
                violations.add("/parent_id", "too-deep", message);
                return false;
            }
        }
        true
    }

    /// Each territory is looked up under itself and the divisions that hold it: of two that meet,
    /// the smaller one finds the other.
    fn check_territories(&self, violations: &mut Violations) {
        let open = |id: &DealerId| self.dealers.get(id).filter(|it| it.closed_at_us.is_none());
        let mut by_area: HashMap<(Area, TerritoryKind), Vec<(DealerId, Territory)>> =
            HashMap::new();
        for (id, dealer) in &self.dealers {
            for territory in self.territories_of(*id) {
                if dealer.closed_at_us.is_none() && territory.kind != TerritoryKind::Border {
                    let key = (territory.area, territory.kind);
                    by_area.entry(key).or_default().push((*id, *territory));
                }
            }
        }
        let mut n_found = 0;
        for (id, dealer) in self.dealers.iter().filter(|(id, _)| open(id).is_some()) {
            for territory in self.territories_of(*id) {
                let kinds: &[TerritoryKind] = match territory.kind {
                    TerritoryKind::Sole => &[TerritoryKind::Sole, TerritoryKind::Shared],
                    TerritoryKind::Shared => &[TerritoryKind::Sole],
                    TerritoryKind::Border => continue,
                };
                let areas = with_wider(territory.area);
                let keys = areas.iter().flat_map(|area| kinds.iter().map(|kind| (*area, *kind)));
                let met = keys.filter_map(|key| by_area.get(&key)).flatten();
                for (other_id, other) in met {
                    // Of two that are the same each finds the other, and it is told once.
                    let is_told = other.area == territory.area && other_id >= id;
                    if is_told
                        || !territory.excludes(other)
                        || self.is_above(*other_id, *id)
                        || self.is_above(*id, *other_id)
                    {
                        continue;
                    }
                    let other = open(other_id).map_or("", |it| it.number.as_str());
                    let message = format!(
                        "dealers {} and {other} would both have {} at one time; make it shared for \
                         both, or end one before the other begins",
                        dealer.number, territory.area
                    );
                    violations.add("/territories", "territory-taken", message);
                    n_found += 1;
                    if n_found == MAX_SHEET_FAULTS {
                        return;
                    }
                }
            }
        }
    }

    /// Whether one dealer stands above another, at any distance.
    pub(super) fn is_above(&self, upper: DealerId, lower: DealerId) -> bool {
        let mut at = self.dealers.get(&lower).and_then(|it| it.parent_id);
        for _ in 0..MAX_DEALER_DEPTH {
            match at {
                Some(id) if id == upper => return true,
                Some(id) => at = self.dealers.get(&id).and_then(|it| it.parent_id),
                None => return false,
            }
        }
        false
    }
}

/// A division and those that hold it.
fn with_wider(area: Area) -> Vec<Area> {
    let Area::Division(digits) = area else { return vec![area] };
    let mut areas =
        [digits, digits / 100 * 100, digits / 10_000 * 10_000].map(Area::Division).to_vec();
    areas.dedup();
    areas
}

impl Service {
    /// Statements that turn one state of the dealers into another, each change noted; none if
    /// nothing differs.
    pub(super) fn changes_of_book(
        &self,
        caller: &Caller,
        before: &Book,
        after: &Book,
    ) -> Vec<Statement> {
        let (owner, mut statements, mut notes) = (after.owner, Vec::new(), Vec::new());
        for (id, dealer) in &after.dealers {
            let territories = after.territories_of(*id);
            let rows: Vec<_> = territories.iter().map(row_of).collect();
            let Some(was) = before.dealers.get(id) else {
                statements.push(dealers::insert(dealer));
                statements.extend(dealers::set_territories((owner, *id), &rows));
                let told = format!("{} {}", dealer.number, dealer.name);
                notes.push((*id, DealerAction::Added, told));
                continue;
            };
            if was != dealer {
                statements.push(dealers::replace(dealer));
                notes.extend(changed(after, was, dealer).map(|(what, told)| (*id, what, told)));
            }
            let had = before.territories_of(*id);
            if had != territories {
                statements.extend(dealers::set_territories((owner, *id), &rows));
                let told = format!("{} → {}", told_of(had), told_of(territories));
                notes.push((*id, DealerAction::Territories, told));
            }
        }
        if statements.is_empty() {
            return statements;
        }
        let n_added = (after.dealers.len() - before.dealers.len()) as u64;
        statements.insert(0, dealers::claim(owner, before.tree, n_added));
        statements.extend((0i64..).zip(notes).map(|(nth, (id, action, detail))| {
            let mut change = self.change_of(caller, id, action, detail);
            // Each a millisecond later: what is random in an id tells few of one moment apart.
            let at_us = change.changed_at_us + nth * 1_000;
            change.change_id = DealerChangeId::new(at_us, self.random_bits());
            dealers::note_change(owner, &change)
        }));
        statements
    }

    /// An entry of the log of changes.
    pub(super) fn change_of(
        &self,
        caller: &Caller,
        dealer_id: DealerId,
        action: DealerAction,
        detail: String,
    ) -> DealerChange {
        let now_us = self.now_us();
        DealerChange {
            change_id: DealerChangeId::new(now_us, self.random_bits()),
            dealer_id,
            action,
            detail,
            changed_by: caller.label.clone(),
            changed_at_us: now_us,
        }
    }
}

fn told_of(territories: &[Territory]) -> String {
    if territories.is_empty() { "-".to_owned() } else { territory_texts(territories) }
}

/// What became other between two states of a dealer.
fn changed<'b>(
    book: &'b Book,
    was: &'b Dealer,
    is: &'b Dealer,
) -> impl Iterator<Item = (DealerAction, String)> + 'b {
    let linked = |it: &Dealer| it.linked_id.map(|id| id.to_string()).unwrap_or_default();
    let fields = [
        ("number", was.number.clone(), is.number.clone()),
        ("name", was.name.clone(), is.name.clone()),
        ("contact_name", was.contact_name.clone(), is.contact_name.clone()),
        ("phone", was.phone.clone(), is.phone.clone()),
        ("email", was.email.clone(), is.email.clone()),
        ("address", was.address.clone(), is.address.clone()),
        ("party", was.party.clone(), is.party.clone()),
        ("place", was.place.clone(), is.place.clone()),
        ("linked_enterprise_id", linked(was), linked(is)),
    ];
    let told = fields.into_iter().filter(|(_, was, is)| was != is);
    let told: Vec<String> = told.map(|(name, was, is)| format!("{name}: {was} → {is}")).collect();
    let details = (!told.is_empty()).then(|| (DealerAction::Changed, told.join("\n")));
    let number = |id: Option<DealerId>| {
        let above = id.and_then(|id| book.dealers.get(&id));
        above.map_or("-", |it| it.number.as_str()).to_owned()
    };
    let moved = (was.parent_id != is.parent_id).then(|| {
        let told = format!("{} → {}", number(was.parent_id), number(is.parent_id));
        (DealerAction::Moved, told)
    });
    let ended = match (was.closed_at_us, is.closed_at_us) {
        (None, Some(_)) => Some((DealerAction::Closed, String::new())),
        (Some(_), None) => Some((DealerAction::Reopened, String::new())),
        _ => None,
    };
    details.into_iter().chain(moved).chain(ended)
}
