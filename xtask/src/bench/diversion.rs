//! `bench verdict`, of diversion: which shipments that were sold elsewhere are found, and which are
//! suspected for nothing.
//!
//! Every counted scan of a consumer is judged with those of its shipment as the product does. A
//! diversion of [`LARGE`] items or more is found if its area is suspected within seven days from
//! the first look at its goods there; what a limited number of looks can tell is told apart: the
//! same from the day when the first of them may have been sold, looked at or not.
//! An alarm is a shipment and an area; it is right if goods of it were sold there, however few.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::Result;
use scenario::people::{ITEMS_A_SHIPMENT, Shipment, Story, Who};
use verdict::diversion::{Sighting, Territory, TerritoryKind, Thresholds, judge, sighting};
use verdict::{Area, MAX_RECENT, Seen};

use super::line::emit;

/// Items from which a diversion must be found.
const LARGE: u64 = 200;
const DAY_US: i64 = 86_400_000_000;
/// Goods arrive three days after they were shipped.
const ARRIVAL_US: i64 = 3 * DAY_US;

/// What is kept of the goods of a shipment.
#[derive(Default)]
struct Kept {
    scans: HashMap<u64, Vec<Seen>>,
    sightings: BTreeMap<u64, Sighting>,
    alarms: BTreeMap<Area, i64>,
    /// The first look at goods that were sold elsewhere.
    first_away_us: Option<i64>,
}

/// Plays all looks and prints what was found.
pub(super) fn run(story: &Story) -> Result<()> {
    let thresholds = Thresholds::default();
    let mut kept: Vec<Kept> = story.shipments.iter().map(|_| Kept::default()).collect();
    for look in &story.looks {
        let number = usize::try_from(look.item / ITEMS_A_SHIPMENT)?;
        let shipment = &story.shipments[number];
        let it = &mut kept[number];
        let is_bought = matches!(look.who, Who::Buyer | Who::Friend);
        if is_bought && shipment.is_away(look.item) {
            it.first_away_us.get_or_insert(look.at_us);
        }
        if !matches!(look.who, Who::Staff | Who::Preview) {
            let seen = Seen { at_us: look.at_us, device: Some(look.device), spot: look.spot };
            it.hear(look.item, seen, (shipment, &thresholds));
        }
    }
    let (mut n_right, mut n_alarms) = (0, 0);
    let (mut n_large, mut n_found, mut n_found_when_sold) = (0u32, 0u32, 0u32);
    let mut days: Vec<f64> = Vec::new();
    for (shipment, kept) in story.shipments.iter().zip(&kept) {
        let to = shipment.diverted.map(|it| it.to.province());
        n_alarms += kept.alarms.len();
        n_right += kept.alarms.keys().filter(|area| Some(**area) == to).count();
        let Some(diverted) = shipment.diverted.filter(|it| it.n_items >= LARGE) else { continue };
        n_large += 1;
        let alarm_us = kept.alarms.get(&diverted.to.province()).copied();
        let within = |from_us: i64| alarm_us.is_some_and(|at_us| at_us <= from_us + 7 * DAY_US);
        n_found += u32::from(kept.first_away_us.is_some_and(within));
        n_found_when_sold += u32::from(within(shipment.at_us + ARRIVAL_US));
        if let (Some(at_us), Some(from_us)) = (alarm_us, kept.first_away_us) {
            days.push((at_us - from_us) as f64 / DAY_US as f64);
        }
    }
    let share = |n: u32| f64::from(n) / f64::from(n_large);
    let unit = format!("of {n_large} diversions");
    let (recall, what) = (share(n_found), "the bound of 0.90");
    emit("verdict/diversion/recall", recall, &unit, Some(what), Some(recall / 0.90))?;
    emit("verdict/diversion/recall_when_sold", share(n_found_when_sold), &unit, None, None)?;
    let precision = n_right as f64 / n_alarms as f64;
    let unit = format!("of {n_alarms} suspicions");
    emit("verdict/diversion/precision", precision, &unit, None, None)?;
    days.sort_by(f64::total_cmp);
    let p50 = days.get(days.len() / 2).copied().unwrap_or(f64::NAN);
    Ok(emit("verdict/diversion/days", p50, "days p50 from the first look", None, None)?)
}

impl Kept {
    fn hear(&mut self, item: u64, seen: Seen, (of, thresholds): (&Shipment, &Thresholds)) {
        let scans = self.scans.entry(item).or_default();
        scans.insert(0, seen);
        scans.truncate(MAX_RECENT);
        let territories: Vec<Territory> = of
            .territory
            .iter()
            .map(|area| Territory {
                area: *area,
                kind: TerritoryKind::Sole,
                from_day: None,
                until_day: None,
            })
            .collect();
        match sighting(i64::try_from(item).unwrap_or(i64::MAX), scans, &territories) {
            Some(found) => self.sightings.insert(item, found),
            None => self.sightings.remove(&item),
        };
        let since_us = seen.at_us - i64::from(thresholds.days) * DAY_US;
        let recent: Vec<Sighting> =
            self.sightings.values().filter(|it| it.at_us >= since_us).copied().collect();
        let known: BTreeSet<Area> = self.alarms.keys().copied().collect();
        for suspicion in judge(&recent, thresholds) {
            if suspicion.suffices(thresholds) && !known.contains(&suspicion.area) {
                self.alarms.insert(suspicion.area, seen.at_us);
            }
        }
    }
}
