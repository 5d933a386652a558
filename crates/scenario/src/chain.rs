//! One supply chain of one product, as large as wanted, to measure traces with.
//!
//! Items are numbered from 0, the position of each in its batch. 24 go into a case, 40 cases onto
//! a pallet, and each pallet takes four hops from the plant to a shop. One case in a hundred is
//! repacked at the first stop, one pallet in twenty holds cases of two places of the line.
//! What feeds the items are the lots of one ingredient: lot 0 feeds the first million of them,
//! 200 lots feed one run of 3,000 each, and the rest share the other runs.
//!
//! The chain is told as [`Fact`]s, from which events are made and, for rivals, rows.

use epcis::build::{Draft, Ilmd, When};
use epcis::{Action, Role};

use crate::number::{gtin, lot_uri, place_uri, sscc_uri};

const ITEMS_A_CASE: u64 = 24;
const CASES_A_PALLET: u64 = 40;
const ITEMS_A_PALLET: u64 = ITEMS_A_CASE * CASES_A_PALLET;
/// Items of one lot of the product.
pub const ITEMS_A_RUN: u64 = 3_000;
const N_LOTS: u64 = 1_000;
const N_LOTS_OF_ONE_RUN: u64 = 200;
/// Items that lot 0 feeds, if there are so many.
pub const MAX_FED_BY_LOT_0: u64 = 1_000_000;
/// Scattered items that one event makes.
const SCATTERED_AT_ONCE: u64 = 100;
/// Places of each stop: plant, centre, region, dealer, shop.
const N_SITES: [u64; 5] = [1, 4, 20, 100, 500];
const N_HOPS: u64 = 4;

const S_US: i64 = 1_000_000;
const CASE_US: i64 = 20 * S_US;
const PALLET_US: i64 = CASE_US * CASES_A_PALLET as i64;
/// A pallet leaves for its next stop when so many later ones were packed, about a day.
const PALLETS_A_HOP: u64 = 108;
/// 2023-01-01, midnight.
const BEGIN_US: i64 = 1_672_531_200 * S_US;
const HOUR_US: i64 = 3_600 * S_US;

const MAKER: usize = 0;
const SUPPLIER: usize = 1;
const CARRIER: usize = 2;

/// How items go into cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// As they come from the line.
    Consecutive,
    /// In no order at all.
    Shuffled,
}

/// How ingredients go into items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feeding {
    /// A lot feeds runs of neighbours.
    Runs,
    /// A lot feeds items far from each other.
    Scattered,
}

/// A chain: the same numbers always make the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// Items.
    pub n_items: u64,
    /// How they are packed.
    pub packing: Packing,
    /// How they are fed.
    pub feeding: Feeding,
}

/// Which way a pallet moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// It leaves a place.
    Shipped,
    /// It arrives.
    Received,
}

/// Something that happens. Units, cases and pallets alike, are numbered in one sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Items were made of lots of the ingredient.
    Made {
        /// Numbers of the lots.
        lots: Vec<u64>,
        /// First and last item of each run.
        items: Vec<(u64, u64)>,
    },
    /// Items were put into a case.
    Packed {
        /// Number of the case.
        case: u64,
        /// First and last item of each run.
        items: Vec<(u64, u64)>,
    },
    /// All items were taken out of a case.
    Unpacked {
        /// Number of the case.
        case: u64,
        /// What was in it.
        items: Vec<(u64, u64)>,
    },
    /// Cases were put onto a pallet.
    Loaded {
        /// Number of the pallet.
        pallet: u64,
        /// Numbers of the cases.
        cases: Vec<u64>,
    },
    /// Cases were taken off a pallet.
    Unloaded {
        /// Number of the pallet.
        pallet: u64,
        /// Numbers of the cases.
        cases: Vec<u64>,
    },
    /// A pallet left or arrived.
    Moved {
        /// Number of the pallet.
        pallet: u64,
        /// Which.
        way: Move,
        /// Number of the place.
        site: u64,
    },
}

impl Chain {
    /// All that happens, with its time in microseconds since the epoch, about as it is told.
    pub fn facts(self) -> impl Iterator<Item = (i64, Fact)> {
        let last_departure = N_HOPS * PALLETS_A_HOP;
        let told = (0..self.n_pallets() + last_departure + 1).flat_map(move |step| {
            let packed = (step < self.n_pallets()).then(|| self.packed(step));
            let moved = (0..N_HOPS).filter_map(move |hop| {
                let pallet = step.checked_sub((hop + 1) * PALLETS_A_HOP)?;
                (pallet < self.n_pallets()).then(|| self.moved(pallet, hop))
            });
            packed.into_iter().chain(moved).flatten()
        });
        self.made().chain(told)
    }

    /// Lots that feed one run of 3,000 items each.
    pub fn lots_of_one_run(self) -> std::ops::Range<u64> {
        1..1 + N_LOTS_OF_ONE_RUN.min(self.n_items / ITEMS_A_RUN)
    }

    /// Items that lot 0 feeds.
    pub fn n_fed_by_lot_0(self) -> u64 {
        self.n_items.min(MAX_FED_BY_LOT_0)
    }

    /// The class URI of a lot of the ingredient.
    pub fn lot(number: u64) -> String {
        lot_uri(&gtin(SUPPLIER, 1), &format!("I{number}"))
    }

    /// The GTIN of the product.
    pub fn gtin() -> String {
        gtin(MAKER, 1)
    }

    fn n_pallets(self) -> u64 {
        self.n_items.div_ceil(ITEMS_A_PALLET)
    }

    fn n_cases(self) -> u64 {
        self.n_items.div_ceil(ITEMS_A_CASE)
    }

    /// Cases come first, then what they are repacked into, then pallets.
    fn unit_of_pallet(self, pallet: u64) -> u64 {
        2 * self.n_cases() + pallet
    }

    fn lots_of_run(run: u64) -> Vec<u64> {
        let own = match run {
            0..N_LOTS_OF_ONE_RUN => 1 + run,
            _ => 1 + N_LOTS_OF_ONE_RUN + run % (N_LOTS - 1 - N_LOTS_OF_ONE_RUN),
        };
        // The last run that lot 0 feeds may be fed in part; then it is told apart.
        vec![own]
    }

    fn made(self) -> impl Iterator<Item = (i64, Fact)> {
        let at_once = match self.feeding {
            Feeding::Runs => ITEMS_A_RUN,
            Feeding::Scattered => SCATTERED_AT_ONCE,
        };
        (0..self.n_items).step_by(at_once as usize).flat_map(move |first| {
            let end = (first + at_once).min(self.n_items);
            // Where lot 0 ends, inside a run or not.
            let middle = MAX_FED_BY_LOT_0.clamp(first, end);
            let parts = [(first, middle, true), (middle, end, false)];
            let parts = parts.into_iter().filter(|(first, end, _)| first < end);
            parts.map(move |(first, end, has_lot_0)| {
                let mut lots = Self::lots_of_run(first / ITEMS_A_RUN);
                if has_lot_0 {
                    lots.push(0);
                }
                let items = match self.feeding {
                    Feeding::Runs => vec![(first, end - 1)],
                    Feeding::Scattered => self.scattered(first, end),
                };
                let at_us = BEGIN_US - 24 * HOUR_US + (first / at_once) as i64 * S_US / 10;
                (at_us, Fact::Made { lots, items })
            })
        })
    }

    /// Items far from each other, one for each place; places and items are one to one.
    fn scattered(self, first: u64, end: u64) -> Vec<(u64, u64)> {
        let stride = stride(self.n_items);
        let item = |place: u64| (u128::from(place) * u128::from(stride)) % u128::from(self.n_items);
        (first..end).map(|place| item(place) as u64).map(|item| (item, item)).collect()
    }

    fn items_of_case(self, case: u64) -> Vec<(u64, u64)> {
        let (first, end) = (case * ITEMS_A_CASE, ((case + 1) * ITEMS_A_CASE).min(self.n_items));
        match self.packing {
            Packing::Consecutive => vec![(first, end - 1)],
            Packing::Shuffled => self.scattered(first, end),
        }
    }

    /// Twenty cases of one pallet in forty change places with those of another.
    fn cases_of_pallet(self, pallet: u64) -> Vec<u64> {
        let other = match pallet % 40 {
            0 if pallet + 20 < self.n_pallets() => pallet + 20,
            20 => pallet - 20,
            _ => pallet,
        };
        let half = CASES_A_PALLET / 2;
        let from = |pallet: u64, part: std::ops::Range<u64>| {
            part.map(move |case| pallet * CASES_A_PALLET + case)
        };
        let cases = from(other, 0..half).chain(from(pallet, half..CASES_A_PALLET));
        cases.filter(|&case| case < self.n_cases()).collect()
    }

    fn packed(self, pallet: u64) -> Vec<(i64, Fact)> {
        let begin_us = BEGIN_US + pallet as i64 * PALLET_US;
        let cases = self.cases_of_pallet(pallet);
        let packed = cases.iter().zip(0..).map(|(&case, nth)| {
            (begin_us + nth * CASE_US, Fact::Packed { case, items: self.items_of_case(case) })
        });
        let mut told: Vec<_> = packed.collect();
        let at_us = begin_us + PALLET_US;
        told.push((at_us, Fact::Loaded { pallet: self.unit_of_pallet(pallet), cases }));
        told
    }

    fn moved(self, pallet: u64, hop: u64) -> Vec<(i64, Fact)> {
        let steps = pallet + (hop + 1) * PALLETS_A_HOP;
        let leaves_us = BEGIN_US + steps as i64 * PALLET_US + HOUR_US;
        let arrives_us = leaves_us + 8 * HOUR_US;
        let unit = self.unit_of_pallet(pallet);
        let site = |stop: u64| stop * 1_000 + pallet % N_SITES[stop as usize];
        let shipped = Fact::Moved { pallet: unit, way: Move::Shipped, site: site(hop) };
        let received = Fact::Moved { pallet: unit, way: Move::Received, site: site(hop + 1) };
        let mut told = vec![(leaves_us, shipped), (arrives_us, received)];
        if hop > 0 {
            return told;
        }
        for case in self.cases_of_pallet(pallet).into_iter().filter(|case| case % 100 == 0) {
            let (items, new) = (self.items_of_case(case), case + self.n_cases());
            let begin_us = arrives_us + HOUR_US;
            told.push((begin_us, Fact::Unloaded { pallet: unit, cases: vec![case] }));
            told.push((begin_us + S_US, Fact::Unpacked { case, items: items.clone() }));
            told.push((begin_us + 2 * S_US, Fact::Packed { case: new, items }));
            told.push((begin_us + 3 * S_US, Fact::Loaded { pallet: unit, cases: vec![new] }));
        }
        told
    }
}

/// Near the golden section of `n`, and with no divisor in common with it.
fn stride(n: u64) -> u64 {
    let near = (n as f64 * 0.618_033_988_75) as u64;
    let gcd = |mut a: u64, mut b: u64| {
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    (near..).find(|&stride| gcd(stride, n) == 1).expect("n - 1 has no divisor in common with n")
}

impl Fact {
    /// The event that tells it; items are those of a code batch, by their positions.
    pub fn draft(&self, at_us: i64, code_batch: &str) -> Draft {
        let when = When { event_time_us: at_us, offset: "+08:00".to_owned() };
        let ranges = |draft: Draft, role, items: &[(u64, u64)]| {
            items
                .iter()
                .fold(draft, |draft, &(first, last)| draft.range(role, code_batch, first, last))
        };
        let units = |draft: Draft, role, units: &[u64]| {
            units.iter().fold(draft, |draft, &unit| draft.epc(role, &sscc_uri(MAKER, unit)))
        };
        let parent = |draft: Draft, unit: u64| draft.epc(Role::Parent, &sscc_uri(MAKER, unit));
        let at = |draft: Draft, step: &str, site: u64| {
            let place = place_uri(MAKER, site as u32);
            draft.biz_step(step).read_point(&place).biz_location(&place)
        };
        match self {
            Self::Made { lots, items } => {
                let lot_number = Some(format!("R{}", items[0].0 / ITEMS_A_RUN));
                let draft = at(Draft::transformation(when), "commissioning", 0);
                let draft = lots.iter().fold(draft.disposition("active"), |draft, &lot| {
                    draft.quantity(Role::Input, &Chain::lot(lot), "30", Some("KGM"))
                });
                ranges(draft.ilmd(Ilmd { lot_number, ..Ilmd::default() }), Role::Output, items)
            }
            Self::Packed { case, items } => {
                let draft = at(Draft::aggregation(Action::Add, when), "packing", 0);
                ranges(parent(draft.disposition("in_progress"), *case), Role::Child, items)
            }
            Self::Unpacked { case, .. } => {
                let draft = at(Draft::aggregation(Action::Delete, when), "unpacking", 1_000);
                parent(draft, *case)
            }
            Self::Loaded { pallet, cases } => {
                let draft = at(Draft::aggregation(Action::Add, when), "packing", 0);
                units(parent(draft.disposition("in_progress"), *pallet), Role::Child, cases)
            }
            Self::Unloaded { pallet, cases } => {
                let draft = at(Draft::aggregation(Action::Delete, when), "unpacking", 1_000);
                units(parent(draft, *pallet), Role::Child, cases)
            }
            Self::Moved { pallet, way, site } => {
                let (step, disposition) = match way {
                    Move::Shipped => ("shipping", "in_transit"),
                    Move::Received => ("receiving", "in_progress"),
                };
                let draft = at(Draft::object(Action::Observe, when), step, *site);
                let draft = draft.disposition(disposition);
                let paper = format!("urn:epcglobal:cbv:bt:{}:{pallet}", carrier());
                units(draft.biz_transaction("desadv", &paper), Role::Epc, &[*pallet])
            }
        }
    }
}

fn carrier() -> String {
    crate::number::gln(CARRIER, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_item_is_made_once_and_packed_where_it_is_taken_from() {
        for (packing, feeding) in
            [(Packing::Consecutive, Feeding::Runs), (Packing::Shuffled, Feeding::Scattered)]
        {
            let chain = Chain { n_items: 100_000, packing, feeding };
            let mut made = vec![0u8; 100_000];
            let mut inside: BTreeMap<u64, u64> = BTreeMap::new();
            let mut n_repacked = 0;
            let mut facts: Vec<_> = chain.facts().collect();
            facts.sort_by_key(|(at_us, _)| *at_us);
            for (_, fact) in &facts {
                let each = |items: &[(u64, u64)]| -> Vec<u64> {
                    items.iter().flat_map(|&(first, last)| first..=last).collect()
                };
                match fact {
                    Fact::Made { items, .. } => {
                        each(items).into_iter().for_each(|item| made[item as usize] += 1);
                    }
                    Fact::Packed { case, items } => {
                        for item in each(items) {
                            assert_eq!(inside.insert(item, *case), None, "item {item}");
                        }
                    }
                    Fact::Unpacked { case, items } => {
                        n_repacked += 1;
                        for item in each(items) {
                            assert_eq!(inside.remove(&item), Some(*case), "item {item}");
                        }
                    }
                    Fact::Loaded { .. } | Fact::Unloaded { .. } | Fact::Moved { .. } => {}
                }
            }
            assert!(made.iter().all(|&times| times == 1));
            assert_eq!(inside.len(), 100_000);
            assert_eq!(n_repacked, 42, "one case in a hundred");
        }
    }
}
