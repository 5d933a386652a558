//! Rules that make a verdict more careful: their bounds, and when each of them speaks.
//!
//! A rule never accuses and never makes a verdict better. Each has one number, the bound beyond
//! which it speaks, and may be off. Of several that speak the first of [`Rule::ALL`] is told.
//! Places of low confidence never count, and one network address never decides alone.

use std::fmt;
use std::ops::RangeInclusive;

use crate::history::{Own, Seen};
use crate::{Area, Confidence, Known, Look};

/// Microseconds of an hour.
const HOUR_US: i64 = 3_600_000_000;

/// The window of [`Rule::Cities`].
const CITIES_WINDOW_US: i64 = 24 * HOUR_US;

/// What may make a verdict more careful, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Two devices scanned it where nobody travels between in that time. Bound: km/h.
    Travel,
    /// Several devices scanned it in more cities within a day. Bound: cities.
    Cities,
    /// Devices scanned it away from the city of most of them, at whatever times. Bound: devices,
    /// of which two count in each other city; eight devices in all weigh like one more.
    Spread,
    /// More devices scanned it. Bound: devices.
    Devices,
    /// Another device proved its PIN, so it was opened. Bound: hours that may have gone by since.
    Opened,
    /// It was scanned before it was bound to goods. Bound: hours before.
    Early,
    /// It was scanned before it left its maker, as far as events tell. Bound: hours before.
    Unshipped,
    /// Many codes of its batch were scanned at one place within an hour. Bound: codes.
    Density,
    /// Devices scanned it outside the area where it is to be sold. Bound: so many, and more.
    Territory,
    /// It was sold, and is scanned by somebody new. Bound: days that may have gone by since.
    Sold,
    /// Others scanned it more often. Bound: scans.
    Limit,
    /// It is past its shelf life. Bound: days that may have gone by since.
    Expiry,
}

impl Rule {
    /// Every rule, the gravest first; [`Rule::Expiry`] is a state of its own and comes before all.
    pub const ALL: [Self; 12] = [
        Self::Travel,
        Self::Cities,
        Self::Spread,
        Self::Devices,
        Self::Opened,
        Self::Early,
        Self::Unshipped,
        Self::Density,
        Self::Territory,
        Self::Sold,
        Self::Limit,
        Self::Expiry,
    ];

    /// Stable name, such as `travel`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Travel => "travel",
            Self::Cities => "cities",
            Self::Spread => "spread",
            Self::Devices => "devices",
            Self::Opened => "opened",
            Self::Early => "early",
            Self::Unshipped => "unshipped",
            Self::Density => "density",
            Self::Territory => "territory",
            Self::Sold => "sold",
            Self::Limit => "limit",
            Self::Expiry => "expiry",
        }
    }

    /// The rule of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// Its bound where nobody has chosen another; none is off.
    pub fn default_bound(self) -> Option<u32> {
        match self {
            Self::Travel => Some(900),
            Self::Cities => Some(3),
            Self::Devices => Some(20),
            Self::Opened => Some(24),
            // Clocks and time zones of lines are wrong by hours.
            Self::Early => Some(24),
            Self::Expiry => Some(0),
            Self::Spread | Self::Territory => Some(2),
            // How many are many depends on the batch; most goods are scanned after they were sold;
            // and not everybody tells of shipments.
            Self::Density | Self::Sold | Self::Unshipped => None,
            Self::Limit => Some(5),
        }
    }

    /// The bounds that may be chosen.
    pub fn bounds(self) -> RangeInclusive<u32> {
        match self {
            Self::Travel => 200..=20_000,
            // What is beyond the newest scans is not seen.
            Self::Cities => 1..=15,
            Self::Spread => 1..=20,
            Self::Devices => 2..=31,
            Self::Opened | Self::Early | Self::Unshipped => 0..=8_760,
            Self::Density => 20..=1_000_000,
            Self::Territory => 1..=31,
            Self::Sold | Self::Expiry => 0..=3_650,
            Self::Limit => 1..=1_000,
        }
    }
}

/// Areas that a territory may have.
pub const MAX_TERRITORY: usize = 400;

/// Rules as they are in force for a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    bounds: [Option<u32>; Rule::ALL.len()],
    /// Hours in which a device is counted once, 1 to 168.
    pub grace_h: u32,
    /// Where the goods are to be sold; nothing is everywhere.
    pub territory: Vec<Area>,
}

impl Default for Rules {
    fn default() -> Self {
        let bounds = Rule::ALL.map(Rule::default_bound);
        Self { bounds, grace_h: 24, territory: Vec::new() }
    }
}

impl Rules {
    /// Hours of grace that may be chosen.
    pub const GRACE_H: RangeInclusive<u32> = 1..=168;

    /// The bound of a rule; none if it is off.
    pub fn bound(&self, rule: Rule) -> Option<u32> {
        self.bounds[rule as usize]
    }

    /// Sets the bound of a rule, or turns it off; false if it is not among [`Rule::bounds`].
    #[must_use]
    pub fn set(&mut self, rule: Rule, bound: Option<u32>) -> bool {
        let is_allowed = bound.is_none_or(|bound| rule.bounds().contains(&bound));
        if is_allowed {
            self.bounds[rule as usize] = bound;
        }
        is_allowed
    }

    /// Rules as their `Display` writes them. What it does not name has its default, and what
    /// is not known is left out, so that rules outlive a rule.
    pub fn parse(text: &str) -> Self {
        let mut rules = Self::default();
        for (name, value) in text.split(' ').filter_map(|word| word.split_once('=')) {
            let number = value.parse::<u32>().ok();
            match (name, Rule::from_name(name)) {
                (_, Some(rule)) if number.is_some() || value == "off" => {
                    // What was allowed when it was set and is no more has its default.
                    let _ = rules.set(rule, number);
                }
                ("grace", _) => {
                    let allowed = number.filter(|hours| Self::GRACE_H.contains(hours));
                    rules.grace_h = allowed.unwrap_or(rules.grace_h);
                }
                ("sold-in", _) => {
                    let areas = value.split(',').filter_map(Area::parse);
                    rules.territory = areas.take(MAX_TERRITORY).collect();
                }
                _ => {}
            }
        }
        rules
    }

    /// The grace time in microseconds.
    pub fn grace_us(&self) -> i64 {
        i64::from(self.grace_h) * HOUR_US
    }

    /// The end of shelf life of goods that count as expired; none of others.
    pub(crate) fn expired_at_us(&self, known: &Known<'_>) -> Option<i64> {
        let days = i64::from(self.bound(Rule::Expiry)?);
        let end_us = known.expires_at_us?;
        (end_us.saturating_add(days * 24 * HOUR_US) <= known.now_us).then_some(end_us)
    }

    /// The gravest rule that speaks of what is known, if any does.
    pub(crate) fn gravest(&self, known: &Known<'_>, own: Option<Own>) -> Option<Rule> {
        Rule::ALL.into_iter().find(|&rule| {
            self.bound(rule).is_some_and(|bound| self.speaks(rule, bound, (known, own)))
        })
    }

    fn speaks(&self, rule: Rule, bound: u32, (known, own): (&Known<'_>, Option<Own>)) -> bool {
        let recent = known.scans.recent;
        match rule {
            Rule::Travel => is_torn(recent, f64::from(bound)),
            Rule::Cities => n_cities(recent) > bound as usize,
            Rule::Spread => spread(recent) > bound as usize,
            Rule::Devices => n_devices(recent) > bound as usize,
            Rule::Opened => was_opened(known, own, i64::from(bound) * HOUR_US),
            Rule::Early => is_early(known, i64::from(bound) * HOUR_US),
            Rule::Unshipped => is_unshipped(known, i64::from(bound) * HOUR_US),
            Rule::Density => known.n_nearby > bound,
            Rule::Territory => n_outside(recent, &self.territory) >= bound as usize,
            Rule::Sold => was_sold(known, own, i64::from(bound) * 24 * HOUR_US),
            Rule::Limit => n_by_others(known, own) > u64::from(bound),
            // A state of its own.
            Rule::Expiry => false,
        }
    }
}

impl fmt::Display for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for rule in Rule::ALL {
            match self.bound(rule) {
                Some(bound) => write!(f, "{}={bound} ", rule.name())?,
                None => write!(f, "{}=off ", rule.name())?,
            }
        }
        write!(f, "grace={}", self.grace_h)?;
        for (n, area) in self.territory.iter().enumerate() {
            write!(f, "{}{area}", if n == 0 { " sold-in=" } else { "," })?;
        }
        Ok(())
    }
}

/// How often others scanned it; whoever scans it for the first time counts as well.
pub(crate) fn n_by_others(known: &Known<'_>, own: Option<Own>) -> u64 {
    let n_own = own.map_or(0, |own| own.n_scans + u64::from(known.look == Look::Counted));
    known.scans.n_scans.saturating_sub(n_own)
}

/// A scan whose place may count.
pub(crate) fn placed(seen: &Seen) -> Option<crate::Spot> {
    seen.spot.filter(|spot| spot.confidence > Confidence::Low)
}

/// Whether two devices were where nobody travels between in that time: once if both told their
/// position, else twice with four scans, since one address may be anywhere.
///
/// Neighbours in time suffice: if nobody gets from the first to the third, then not from one of
/// them to the second either.
fn is_torn(recent: &[Seen], km_h: f64) -> bool {
    let mut weight = 0;
    let mut later: Option<(&Seen, crate::Spot)> = None;
    for seen in recent {
        let Some(spot) = placed(seen) else { continue };
        let Some((before, there)) = later.replace((seen, spot)) else { continue };
        let (Some(here), Some(other)) = (spot.position, there.position) else { continue };
        let is_same = seen.device.is_some() && seen.device == before.device;
        // Nothing faster than a good hour apart can be told from errors of places and clocks.
        if is_same || is_possible(before.at_us, seen.at_us, (here, other), (spot, there), km_h) {
            continue;
        }
        let both_told = spot.confidence.min(there.confidence) == Confidence::High;
        weight += if both_told { 2 } else { 1 };
        if weight >= 2 {
            return true;
        }
        // These two have had their say.
        later = None;
    }
    false
}

fn is_possible(
    a_us: i64,
    b_us: i64,
    (from, to): (crate::Position, crate::Position),
    (here, there): (crate::Spot, crate::Spot),
    km_h: f64,
) -> bool {
    let error_km = here.confidence.error_km() + there.confidence.error_km();
    let hours = a_us.abs_diff(b_us) as f64 / HOUR_US as f64;
    from.km_to(to) - error_km <= km_h * hours
}

/// Cities within a day of the newest scan, each by another device: who travels counts once.
fn n_cities(recent: &[Seen]) -> usize {
    let Some(newest) = recent.first() else { return 0 };
    let mut counted: [(Option<Area>, Option<crate::DeviceId>); crate::MAX_RECENT] =
        [(None, None); crate::MAX_RECENT];
    let mut n = 0;
    for seen in recent.iter().take(crate::MAX_RECENT) {
        let city = placed(seen).and_then(|spot| spot.area.city());
        if city.is_none() || newest.at_us.abs_diff(seen.at_us) > CITIES_WINDOW_US as u64 {
            continue;
        }
        let is_new = |&(other, device): &(Option<Area>, Option<crate::DeviceId>)| {
            other != city && (device.is_none() || device != seen.device)
        };
        if counted[..n].iter().all(is_new) {
            counted[n] = (city, seen.device);
            n += 1;
        }
    }
    n
}

/// Devices away from the city of most, at most two in each city, since presents travel and an
/// address may be wrong; with many devices that becomes less likely. A device counts where it was
/// last.
fn spread(recent: &[Seen]) -> usize {
    let mut devices = [None; crate::MAX_RECENT];
    let mut cities = [(Area::Division(0), 0); crate::MAX_RECENT];
    let (mut n_devices, mut n_cities) = (0, 0);
    for seen in recent.iter().take(crate::MAX_RECENT) {
        let Some(city) = placed(seen).and_then(|spot| spot.area.city()) else { continue };
        if seen.device.is_some() && devices[..n_devices].contains(&seen.device) {
            continue;
        }
        devices[n_devices] = seen.device;
        n_devices += 1;
        let nth = cities[..n_cities].iter().position(|(known, _)| *known == city);
        let nth = nth.unwrap_or(n_cities);
        n_cities = n_cities.max(nth + 1);
        cities[nth] = (city, cities[nth].1 + 1);
    }
    let counts = || cities[..n_cities].iter().map(|(_, n)| *n);
    let most: usize = counts().max().unwrap_or(0);
    let away = counts().map(|n| n.min(2)).sum::<usize>() - most.min(2);
    if away == 0 { 0 } else { away + n_devices / 8 }
}

/// Devices that can be told from each other.
fn n_devices(recent: &[Seen]) -> usize {
    let is_new = |(n, seen): &(usize, &Seen)| {
        seen.device.is_some() && recent[..*n].iter().all(|other| other.device != seen.device)
    };
    recent.iter().enumerate().filter(is_new).count()
}

/// Devices outside the territory; one that told its position counts as two.
fn n_outside(recent: &[Seen], territory: &[Area]) -> usize {
    if territory.is_empty() {
        return 0;
    }
    let is_outside = |seen: &Seen| {
        placed(seen).is_some_and(|spot| territory.iter().all(|&area| !reaches(spot.area, area)))
    };
    let mut n = 0;
    for (index, seen) in recent.iter().enumerate().filter(|(_, seen)| is_outside(seen)) {
        let is_known = seen.device.is_some()
            && recent[..index].iter().any(|it| it.device == seen.device && is_outside(it));
        if !is_known {
            let told = seen.spot.is_some_and(|spot| spot.confidence == Confidence::High);
            n += if told { 2 } else { 1 };
        }
    }
    n
}

/// Whether a scan may have been inside an area: a province says nothing of its cities.
fn reaches(area: Area, territory: Area) -> bool {
    area.is_in(territory) || territory.is_in(area)
}

/// Whether somebody else lifted the cover, and not just now.
fn was_opened(known: &Known<'_>, own: Option<Own>, after_us: i64) -> bool {
    let Some(opened) = known.opened else { return false };
    let is_another = opened.device.is_some() && opened.device != known.device;
    let came_first = own.is_some_and(|own| own.first_at_us <= opened.at_us);
    is_another && !came_first && known.now_us.saturating_sub(opened.at_us) > after_us
}

/// Whether somebody scanned it before there were goods.
fn is_early(known: &Known<'_>, before_us: i64) -> bool {
    match (known.scans.first, known.commissioned_at_us) {
        (Some(first), Some(at_us)) => first.at_us < at_us.saturating_sub(before_us),
        _ => false,
    }
}

/// Whether somebody scanned it before it was shipped or sold, or it was neither yet.
fn is_unshipped(known: &Known<'_>, before_us: i64) -> bool {
    let (Some(way), Some(first)) = (known.way, known.scans.first) else { return false };
    let left_at_us = [way.shipped_at_us, way.sold_at_us].into_iter().flatten().min();
    left_at_us.is_none_or(|at_us| first.at_us < at_us.saturating_sub(before_us))
}

/// Whether it was sold long ago, and somebody scans it for the first time.
fn was_sold(known: &Known<'_>, own: Option<Own>, after_us: i64) -> bool {
    let Some(sold_at_us) = known.way.and_then(|way| way.sold_at_us) else { return false };
    let is_new = known.look == Look::Counted && own.is_none();
    is_new && known.now_us.saturating_sub(sold_at_us) > after_us
}
