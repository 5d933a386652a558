//! Whether the goods of a shipment were sold elsewhere (疑似窜货).
//!
//! One code outside its territory proves nothing: people travel, give presents, and addresses lead
//! to wrong cities. So codes of one shipment are judged together, one area at a time: as many as
//! there are distinct codes, distinct devices and distinct times of day, whichever is the least,
//! against as many as honest people would carry into one area anyway. A code that was seen inside
//! as well, or that many check in many places, tells of travels or of copies, not of routes.
//!
//! What is said is a suspicion, never a finding.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::{Standing, Territory, standing};
use crate::{Area, Confidence, DeviceId, Seen};

/// Times of day that count once: nobody's evening with a bag of labels is a crowd of buyers,
/// whether or not the phone keeps cookies.
const TIME_US: i64 = 6 * 3_600_000_000;
/// Microseconds of a day.
const DAY_US: i64 = 86_400_000_000;
/// Time of day in China, by which days of territories go, is ahead by so much.
const CHINA_US: i64 = 8 * 3_600_000_000;
/// Devices at one code beyond which it tells of copies.
const MAX_DEVICES_OF_CODE: usize = 6;
/// Codes that are taken as seen at home before any was: a few strangers are no share of anything.
const CODES_AT_HOME: f64 = 10.0;
/// What a position that its owner told weighs beside an address on which all sources agree.
const TOLD_WEIGHT: f64 = 1.5;
/// Nats of surprise at which the confidence is 1 - 1/e.
const SURPRISE: f64 = 10.0;

/// What an enterprise asks before it wants to hear of a suspicion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// Confidence from which a case is opened, in percent.
    pub confidence: u32,
    /// Distinct codes of one shipment in one area.
    pub codes: u32,
    /// Distinct devices.
    pub devices: u32,
    /// How many of 1,000 goods honest people carry into any one other area.
    pub strays: u32,
    /// Days of which scans are judged together: older ones are forgotten.
    pub days: u32,
}

impl Thresholds {
    /// Bounds of [`Thresholds::confidence`].
    pub const CONFIDENCE: RangeInclusive<u32> = 30..=99;
    /// Bounds of [`Thresholds::codes`]; one never suffices.
    pub const CODES: RangeInclusive<u32> = 2..=1_000;
    /// Bounds of [`Thresholds::devices`]; one never suffices.
    pub const DEVICES: RangeInclusive<u32> = 2..=1_000;
    /// Bounds of [`Thresholds::strays`].
    pub const STRAYS: RangeInclusive<u32> = 1..=300;
    /// Bounds of [`Thresholds::days`].
    pub const DAYS: RangeInclusive<u32> = 7..=365;

    /// Names, values and bounds, in the order in which they are shown.
    pub fn named(&self) -> [(&'static str, u32, RangeInclusive<u32>); 5] {
        [
            ("confidence", self.confidence, Self::CONFIDENCE),
            ("codes", self.codes, Self::CODES),
            ("devices", self.devices, Self::DEVICES),
            ("strays", self.strays, Self::STRAYS),
            ("days", self.days, Self::DAYS),
        ]
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { confidence: 40, codes: 3, devices: 3, strays: 10, days: 90 }
    }
}

/// Where one code was seen first by a buyer, as far as its scans tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting {
    /// Which code, by the number of its item.
    pub item: i64,
    /// When, microseconds since the epoch.
    pub at_us: i64,
    /// By which device; those that cannot be told from others are one.
    pub device: Option<DeviceId>,
    /// The city, or the province or country if no more is known.
    pub area: Area,
    /// How far the best of its places can be trusted.
    pub confidence: Confidence,
    /// Where that lies by the territories of who has the goods.
    pub standing: Standing,
}

/// What the scans of one code tell: none if no place of them counts, or if they tell of copies.
pub fn sighting(item: i64, scans: &[Seen], territories: &[Territory]) -> Option<Sighting> {
    let mut devices: Vec<Option<DeviceId>> = scans.iter().map(|seen| seen.device).collect();
    devices.sort_unstable();
    devices.dedup();
    if devices.len() > MAX_DEVICES_OF_CODE {
        return None;
    }
    let mut found: Option<Sighting> = None;
    for seen in scans {
        let Some(spot) = seen.spot.filter(|spot| spot.confidence > Confidence::Low) else {
            continue;
        };
        let day = i32::try_from((seen.at_us + CHINA_US).div_euclid(DAY_US)).unwrap_or(i32::MAX);
        let next = Sighting {
            item,
            at_us: seen.at_us,
            device: seen.device,
            area: spot.area,
            confidence: spot.confidence,
            standing: standing(territories, spot.area, day),
        };
        found = Some(match found {
            None => next,
            Some(before) => joined(before, next),
        });
    }
    found
}

/// What two scans of one code tell together: one that may have been inside clears it.
fn joined(a: Sighting, b: Sighting) -> Sighting {
    let rank = |it: &Sighting| match it.standing {
        Standing::Inside => 0,
        Standing::Border => 1,
        Standing::Unknown => 2,
        Standing::Outside => 3,
    };
    let is_apart = a.area.province() != b.area.province();
    let (first, other) = if a.at_us <= b.at_us { (a, b) } else { (b, a) };
    if rank(&first) != rank(&other) {
        return if rank(&first) < rank(&other) { first } else { other };
    }
    let confidence = if is_apart { first.confidence } else { a.confidence.max(b.confidence) };
    Sighting { confidence, ..first }
}

/// Goods of one shipment that turned up in one area outside of the territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspicion {
    /// The province, or the country.
    pub area: Area,
    /// How sure, 0 to 99 percent.
    pub confidence: u32,
    /// Distinct codes that were seen there.
    pub n_codes: u32,
    /// Distinct devices that saw them.
    pub n_devices: u32,
    /// Distinct times of six hours.
    pub n_times: u32,
    /// Codes whose place was told by a device with its owner's consent, and not contradicted.
    pub n_told: u32,
    /// Codes of the shipment that were seen anywhere.
    pub n_seen: u32,
}

impl Suspicion {
    /// Whether it is enough for a case.
    pub fn suffices(&self, thresholds: &Thresholds) -> bool {
        // Whatever is asked for, one code, one device or one evening proves nothing.
        let least = self.n_codes.min(self.n_devices).min(self.n_times);
        least >= 2
            && self.n_codes >= thresholds.codes
            && self.n_devices >= thresholds.devices
            && self.confidence >= thresholds.confidence
    }
}

/// Sums of weights, each key at its best.
#[derive(Default)]
struct Weights<K>(BTreeMap<K, f64>);

impl<K: Ord> Weights<K> {
    fn add(&mut self, key: K, weight: f64) {
        let best = self.0.entry(key).or_insert(weight);
        *best = best.max(weight);
    }

    fn sum(&self) -> f64 {
        self.0.values().sum()
    }

    fn n(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }
}

/// What was seen in one area.
#[derive(Default)]
struct There {
    codes: Weights<i64>,
    devices: Weights<Option<DeviceId>>,
    times: Weights<i64>,
    n_told: u32,
}

/// What sightings of codes of one shipment tell, one a code, for each area outside; the gravest
/// first. [`Suspicion::suffices`] says which of them is a case.
pub fn judge(sightings: &[Sighting], thresholds: &Thresholds) -> Vec<Suspicion> {
    let mut areas: BTreeMap<Area, There> = BTreeMap::new();
    for seen in sightings.iter().filter(|seen| seen.standing == Standing::Outside) {
        let is_told = seen.confidence == Confidence::High;
        let weight = if is_told { TOLD_WEIGHT } else { 1.0 };
        let there = areas.entry(seen.area.province()).or_default();
        there.codes.add(seen.item, weight);
        there.devices.add(seen.device, weight);
        there.times.add(seen.at_us.div_euclid(TIME_US), weight);
        there.n_told += u32::from(is_told);
    }
    let n_seen = u32::try_from(sightings.len()).unwrap_or(u32::MAX);
    let mut found: Vec<Suspicion> = areas
        .into_iter()
        .map(|(area, there)| {
            let n_codes = there.codes.n();
            let weight = there.codes.sum().min(there.devices.sum()).min(there.times.sum());
            // Codes of this area are no sign of how much stays at home: more of them never lower.
            let n_elsewhere = f64::from(n_seen.saturating_sub(n_codes)) + CODES_AT_HOME;
            let strays = f64::from(thresholds.strays) / 1_000.0 * n_elsewhere;
            Suspicion {
                area,
                confidence: confidence(weight, strays),
                n_codes,
                n_devices: there.devices.n(),
                n_times: there.times.n(),
                n_told: there.n_told,
                n_seen,
            }
        })
        .collect();
    found.sort_by_key(|it| (std::cmp::Reverse((it.confidence, it.n_codes)), it.area));
    found
}

/// How surprising so much weight is where chance would bring `strays` (Chernoff's bound of a
/// Poisson variable, in nats), as percent that never reach a hundred.
fn confidence(weight: f64, strays: f64) -> u32 {
    if weight <= strays {
        return 0;
    }
    let surprise = weight * (weight / strays).ln() - weight + strays;
    ((1.0 - (-surprise / SURPRISE).exp()) * 100.0).floor().clamp(0.0, 99.0) as u32
}
