//! A labelled population: who looks at which code when and where, and what is true of each.
//!
//! Shipments of 480 items go to dealers, who sell them in their provinces within two months. Of
//! those who buy an item a third scan it. Honest people check again, hand the phone round, give
//! presents, travel, live in couples, and look at what stands in a shop window; addresses of
//! networks lead to a wrong city for six looks in a hundred, half of them by gateways of mobile
//! networks that change from look to look. Against them stand copiers of 1, 10 and 1,000 labels,
//! people who burn first scans in a shop, dealers who sell far from where they may, and, beside
//! the story, enumerators of three speeds.
//!
//! Every share in here was set before any rule was judged by it, from what UI.md and PEERS.md of
//! the design gathered or by judgement, and none was changed to please a rule.
//! The same seed and size always tell the same story.

mod cities;
mod enumerators;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use verdict::{Area, Confidence, DeviceId, Spot};

use crate::random::Random;
use cities::{PLACES, Place};

pub use enumerators::{Aim, Enumerator, Speed, Try};

const MINUTE_US: i64 = 60_000_000;
const HOUR_US: i64 = 60 * MINUTE_US;
const DAY_US: i64 = 24 * HOUR_US;

/// Items of one shipment: half a pallet.
pub const ITEMS_A_SHIPMENT: u64 = 480;
/// Days in which the shipments leave.
const SHIPPING_DAYS: u64 = 60;
const N_DEALERS: usize = 60;
/// 2026-01-01, midnight.
const BEGIN_US: i64 = 1_767_225_600_000_000;

/// How many people there are, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct People {
    /// What makes one population differ from another.
    pub seed: u64,
    /// Genuine items, 480 to 10^8; a shipment is [`ITEMS_A_SHIPMENT`] of them.
    pub n_items: u64,
}

/// Who looks at a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// Who bought the goods, or somebody of the household.
    Buyer,
    /// Somebody to whom it was shown or given.
    Friend,
    /// Somebody in front of a shop window.
    Passer,
    /// A shop that scans what arrives without having signed in.
    Shop,
    /// Staff of a warehouse or a shop, signed in.
    Staff,
    /// A program that fetches what a message links to.
    Preview,
    /// Who bought a copy, and does not know.
    Deceived,
    /// Who burns first scans before goods are sold.
    Griefer,
    /// Who tries codes; none of a story, see [`People::enumerators`].
    Enumerator,
}

/// One look at a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// When, microseconds since the epoch.
    pub at_us: i64,
    /// Number of the genuine item whose code it is.
    pub item: u64,
    /// Its cookie; a device that keeps none is a new one at each look.
    pub device: DeviceId,
    /// Where it is, as the number of the city; nothing that a rule may know.
    pub city: usize,
    /// Where its address or its position seems to be.
    pub spot: Option<Spot>,
    /// Who it is.
    pub who: Who,
}

/// A label that was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Number of the genuine item.
    pub item: u64,
    /// How many goods carry the copy.
    pub n_copies: u64,
    /// In how many cities they are sold.
    pub n_cities: usize,
    /// When 20 copies had been sold, and some in three cities, if it came to that; microseconds
    /// since the epoch.
    pub spread_at_us: Option<i64>,
}

/// How goods leave the area of their dealer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// As they are.
    Open,
    /// Without many of their labels.
    Hidden,
}

/// Goods that are sold where they may not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Diverted {
    /// How many of the shipment, the first of it.
    pub n_items: u64,
    /// The city where they are sold.
    pub to: Area,
    /// How.
    pub route: Route,
}

/// Goods that went to one dealer at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipment {
    /// Numbers of its items.
    pub items: Range<u64>,
    /// Number of the dealer.
    pub dealer: usize,
    /// When it left, microseconds since the epoch.
    pub at_us: i64,
    /// The provinces where the dealer may sell.
    pub territory: Vec<Area>,
    /// What of it is sold elsewhere.
    pub diverted: Option<Diverted>,
}

/// What the people did, and what is true of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// All looks in order of time.
    pub looks: Vec<Look>,
    /// Copied labels in order of their items, each once.
    pub copied: Vec<Copied>,
    /// Shipments in order of their items.
    pub shipments: Vec<Shipment>,
}

impl Shipment {
    /// Whether an item of it was sold elsewhere.
    pub fn is_away(&self, item: u64) -> bool {
        let n_away = self.diverted.map_or(0, |it| it.n_items);
        self.items.contains(&item) && item < self.items.start + n_away
    }
}

impl People {
    /// What they do within some four months.
    pub fn tell(self) -> Story {
        let mut teller = Teller::new(self);
        teller.sell();
        teller.copy();
        teller.grieve();
        let Teller { mut looks, mut copied, shipments, .. } = teller;
        looks.sort_by_key(|look| (look.at_us, look.item, look.device));
        copied.sort_by_key(|copy| copy.item);
        Story { looks, copied, shipments }
    }
}

impl Story {
    /// Copied codes at which 20 of those who bought a copy have looked, in three cities, and when
    /// that was so for the first time, microseconds since the epoch.
    pub fn seen_at_large(&self) -> Vec<(u64, i64)> {
        let mut met: HashMap<u64, (HashSet<DeviceId>, HashSet<usize>)> = HashMap::new();
        let mut at_large: Vec<(u64, i64)> = Vec::new();
        for look in self.looks.iter().filter(|look| look.who == Who::Deceived) {
            let (devices, cities) = met.entry(look.item).or_default();
            let is_there = devices.len() >= 20 && cities.len() >= 3;
            devices.insert(look.device);
            cities.insert(look.city);
            if !is_there && devices.len() >= 20 && cities.len() >= 3 {
                at_large.push((look.item, look.at_us));
            }
        }
        at_large
    }

    /// When somebody who bought a copy looked for the first time, by item.
    pub fn first_deceived(&self) -> HashMap<u64, i64> {
        let mut firsts = HashMap::new();
        for look in self.looks.iter().filter(|look| look.who == Who::Deceived) {
            firsts.entry(look.item).or_insert(look.at_us);
        }
        firsts
    }
}

/// A browser and the network it is in.
struct Phone {
    /// None keeps no cookies.
    cookie: Option<DeviceId>,
    /// It tells its position when it is asked.
    tells: bool,
    /// Its network has gateways in few cities.
    roams: bool,
    /// Its address is listed under another city.
    listed_in: Option<usize>,
}

struct Teller {
    n_items: u64,
    random: Random,
    /// Provinces of each dealer.
    dealers: Vec<Vec<u32>>,
    looks: Vec<Look>,
    copied: Vec<Copied>,
    shipments: Vec<Shipment>,
}

impl Teller {
    fn new(people: People) -> Self {
        let mut random = Random::new(people.seed);
        let mut dealers = Vec::new();
        for _ in 0..N_DEALERS {
            let n_provinces = 1 + usize::from(random.below(4) == 0);
            let mut provinces: Vec<u32> =
                (0..n_provinces).map(|_| PLACES[city(&mut random)].province()).collect();
            provinces.dedup();
            dealers.push(provinces);
        }
        let (looks, copied, shipments) = (Vec::new(), Vec::new(), Vec::new());
        Self { n_items: people.n_items, random, dealers, looks, copied, shipments }
    }

    fn chance(&mut self, per_mille: u64) -> bool {
        self.random.below(1_000) < per_mille
    }

    /// A time within so many microseconds.
    fn within(&mut self, us: i64) -> i64 {
        i64::try_from(self.random.below(us.unsigned_abs().max(1))).expect("below an i64")
    }

    fn phone(&mut self) -> Phone {
        let device = DeviceId(self.random.next());
        Phone {
            cookie: (!self.chance(80)).then_some(device),
            tells: self.chance(50),
            roams: self.chance(60),
            listed_in: self.chance(30).then(|| city(&mut self.random)),
        }
    }

    /// Shipments leave, are kept in stock, sold and looked at.
    fn sell(&mut self) {
        for number in 0..self.n_items / ITEMS_A_SHIPMENT {
            let dealer = self.random.below(N_DEALERS as u64) as usize;
            let provinces = self.dealers[dealer].clone();
            let first = number * ITEMS_A_SHIPMENT;
            let items = first..first + ITEMS_A_SHIPMENT;
            let at_us = BEGIN_US + self.within(SHIPPING_DAYS as i64 * DAY_US);
            let diverted = self.divert(&provinces);
            let territory = provinces.iter().map(|it| Area::Division(it * 10_000)).collect();
            let shop = self.phone();
            for item in items.clone() {
                let is_away = diverted.is_some_and(|(it, _)| item < first + it.n_items);
                let (sold_in, torn) = match diverted {
                    Some((it, city)) if is_away => (city, it.route == Route::Hidden),
                    _ => (self.city_in(&provinces), false),
                };
                self.stock(item, at_us, (&shop, sold_in));
                let sold_at_us = at_us + 3 * DAY_US + self.within(57 * DAY_US);
                // A label that was cut off is not scanned.
                if !(torn && self.chance(600)) {
                    self.buy(item, sold_at_us, sold_in, Who::Buyer);
                }
            }
            let diverted = diverted.map(|(it, _)| it);
            self.shipments.push(Shipment { items, dealer, at_us, territory, diverted });
        }
    }

    /// Three shipments in a hundred are sold elsewhere, whole or in part, one in three of them
    /// without most labels.
    fn divert(&mut self, provinces: &[u32]) -> Option<(Diverted, usize)> {
        if !self.chance(30) {
            return None;
        }
        let elsewhere =
            (0..64).map(|_| city(&mut self.random)).find(|it| !is_in(&PLACES[*it], provinces))?;
        let n_items = 48 + self.random.below(ITEMS_A_SHIPMENT - 47);
        let route = if self.chance(333) { Route::Hidden } else { Route::Open };
        Some((Diverted { n_items, to: PLACES[elsewhere].area(), route }, elsewhere))
    }

    fn city_in(&mut self, provinces: &[u32]) -> usize {
        let inside = (0..256).map(|_| city(&mut self.random));
        let mut inside = inside.filter(|it| is_in(&PLACES[*it], provinces));
        let found = inside.next();
        drop(inside);
        let any = || PLACES.iter().position(|place| is_in(place, provinces));
        found.or_else(any).expect("each province is that of a city")
    }

    /// What becomes of an item before it is sold.
    fn stock(&mut self, item: u64, at_us: i64, (shop, sold_in): (&Phone, usize)) {
        if self.chance(100) {
            let staff = self.phone();
            self.look(item, at_us..at_us + 48 * HOUR_US, (&staff, sold_in), Who::Staff);
        }
        if self.chance(10) {
            self.look(item, at_us..at_us + 60 * HOUR_US, (shop, sold_in), Who::Shop);
        }
        // It stands in the window for a fortnight.
        if self.random.below(5_000) == 0 {
            for _ in 0..20 + self.random.below(40) {
                let passer = self.phone();
                let when = at_us + 2 * DAY_US..at_us + 16 * DAY_US;
                self.look(item, when, (&passer, sold_in), Who::Passer);
            }
        }
    }

    /// Somebody has bought goods with this code, and perhaps looks at it.
    fn buy(&mut self, item: u64, at_us: i64, city: usize, who: Who) {
        if !self.chance(350) {
            return;
        }
        let friend = if who == Who::Buyer { Who::Friend } else { who };
        let phone = self.phone();
        let at_us = at_us + self.within(72 * HOUR_US);
        self.look(item, at_us..at_us, (&phone, city), who);
        // Four in a hundred bought it on a journey, and look again at home.
        if self.chance(40) {
            let home = self::city(&mut self.random);
            self.look(item, at_us + DAY_US..at_us + 4 * DAY_US, (&phone, home), who);
        }
        if self.chance(150) {
            self.look(item, at_us..at_us + DAY_US, (&phone, city), who);
        }
        if self.chance(100) {
            self.look(item, at_us + DAY_US..at_us + 31 * DAY_US, (&phone, city), who);
        }
        if self.chance(20) {
            let robot = self.phone();
            let anywhere = self::city(&mut self.random);
            self.look(item, at_us..at_us + MINUTE_US, (&robot, anywhere), Who::Preview);
        }
        // The other phone of a couple.
        if self.chance(120) {
            let partner = self.phone();
            self.look(item, at_us..at_us + 30 * MINUTE_US, (&partner, city), who);
        }
        if self.chance(80) {
            for _ in 0..1 + self.random.below(3) {
                let other = self.phone();
                self.look(item, at_us..at_us + 72 * HOUR_US, (&other, city), friend);
            }
        }
        if self.chance(60) {
            self.give(item, at_us, city, friend);
        }
    }

    /// A present: whoever gets it looks, seven in ten of them elsewhere, perhaps twice.
    fn give(&mut self, item: u64, at_us: i64, city: usize, who: Who) {
        let to = if self.chance(700) { self::city(&mut self.random) } else { city };
        let receiver = self.phone();
        let at_us = at_us + 3 * DAY_US + self.within(27 * DAY_US);
        self.look(item, at_us..at_us, (&receiver, to), who);
        if self.chance(300) {
            self.look(item, at_us..at_us + 48 * HOUR_US, (&receiver, to), who);
        }
    }

    /// Copiers, one for each 10,000 items, and one of 1,000 labels for each million.
    fn copy(&mut self) {
        let n_campaigns = self.n_items / 10_000;
        let mut copied: Vec<u64> = Vec::new();
        for campaign in 0..n_campaigns {
            let n_labels = match campaign % 100 {
                0 => 1_000,
                it if it % 10 == 0 => 10,
                _ => 1,
            };
            let n_cities = self.random.magnitude(1, 13) as usize;
            let cities: Vec<usize> = (0..n_cities).map(|_| city(&mut self.random)).collect();
            let begin_us = BEGIN_US + 20 * DAY_US + self.within(60 * DAY_US);
            let lasts_us = self.random.magnitude(3, 60) as i64 * DAY_US;
            let n_copies = self.random.magnitude(5, 500);
            for _ in 0..n_labels {
                let item = self.random.below(self.n_items);
                if !copied.contains(&item) {
                    copied.push(item);
                    self.copy_label(item, (n_copies, &cities), begin_us..begin_us + lasts_us);
                }
            }
        }
    }

    fn copy_label(&mut self, item: u64, (n_copies, cities): (u64, &[usize]), when: Range<i64>) {
        let mut sold: Vec<(i64, usize)> = Vec::new();
        for _ in 0..n_copies {
            let at_us = when.start + self.within(when.end - when.start);
            let city = self.random.pick(cities);
            self.buy(item, at_us, city, Who::Deceived);
            sold.push((at_us, city));
        }
        let mut distinct: Vec<usize> = cities.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        let (n_cities, spread_at_us) = (distinct.len(), spread(sold));
        self.copied.push(Copied { item, n_copies, n_cities, spread_at_us });
    }

    /// In one shop of each 20,000 items somebody burns the first scans of a shelf, without cookies.
    fn grieve(&mut self) {
        for _ in 0..self.n_items / 20_000 {
            let number = self.random.below(self.shipments.len() as u64) as usize;
            let (first, at_us) = (self.shipments[number].items.start, self.shipments[number].at_us);
            let provinces = self.dealers[self.shipments[number].dealer].clone();
            let city = self.city_in(&provinces);
            let phone = Phone { cookie: None, tells: false, roams: false, listed_in: None };
            let begin_us = at_us + 2 * DAY_US;
            for nth in 0..50 + self.random.below(200) {
                let at_us = begin_us + nth as i64 * 20_000_000;
                self.look(first + nth, at_us..at_us, (&phone, city), Who::Griefer);
            }
        }
    }

    fn look(&mut self, item: u64, when: Range<i64>, (phone, city): (&Phone, usize), who: Who) {
        let at_us = when.start + self.within(when.end - when.start);
        let device = phone.cookie.unwrap_or(DeviceId(self.random.next()));
        let spot = self.spot(phone, city);
        self.looks.push(Look { at_us, item, device, city, spot, who });
    }

    /// Where a phone in a city seems to be: what its position says, or its address.
    fn spot(&mut self, phone: &Phone, city: usize) -> Option<Spot> {
        if self.chance(30) {
            return None;
        }
        if phone.tells {
            let mut offset = || self.random.below(200_000) as i32 - 100_000;
            let position = PLACES[city].position(offset(), offset());
            return Some(Spot {
                area: PLACES[city].area(),
                position,
                confidence: Confidence::High,
            });
        }
        let gateway = (phone.roams && self.chance(500)).then(|| {
            loop {
                let it = self::city(&mut self.random);
                if PLACES[it].is_gateway() {
                    break it;
                }
            }
        });
        let seems = gateway.or(phone.listed_in).unwrap_or(city);
        // Sources disagree about most wrong addresses, and about some right ones.
        let low = match (seems == city, gateway) {
            (true, _) => 130,
            (false, Some(_)) => 700,
            (false, None) => 500,
        };
        let confidence = if self.chance(low) { Confidence::Low } else { Confidence::Middle };
        let place = &PLACES[seems];
        Some(Spot { area: place.area(), position: place.position(0, 0), confidence })
    }
}

/// When 20 had been sold, and some in three cities.
fn spread(mut sold: Vec<(i64, usize)>) -> Option<i64> {
    sold.sort_unstable();
    let twentieth = sold.get(19)?.0;
    let mut cities: Vec<usize> = Vec::new();
    let third = sold.iter().find(|(_, city)| {
        if !cities.contains(city) {
            cities.push(*city);
        }
        cities.len() == 3
    });
    Some(third?.0.max(twentieth))
}

fn is_in(place: &Place, provinces: &[u32]) -> bool {
    provinces.contains(&place.province())
}

/// A city, by how many live there.
fn city(random: &mut Random) -> usize {
    let all: u64 = PLACES.iter().map(|place| place.millions).sum();
    let mut person = random.below(all);
    for (number, place) in PLACES.iter().enumerate() {
        if person < place.millions {
            return number;
        }
        person -= place.millions;
    }
    unreachable!("a person lives in one of the cities")
}

#[cfg(test)]
mod tests;
