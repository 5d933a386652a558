//! Enumerators, who look for codes by trying digits, and the addresses from which everybody looks.
//!
//! A slow one tries from one address once a minute for a month, one of middle speed from some tens
//! of addresses in a few networks some times a second for six hours, a fast one from thousands of
//! addresses everywhere a thousand to five thousand times a second for a quarter of an hour. One
//! try in a hundred is a code that they have seen on a shelf, without cookies; all others are
//! random digits. None of them waits or works where a door is closed.
//!
//! Their streams are their own, so looks and labels are the same with them and without.
//! A city has one network (a /24) of homes for each million people and one of mobile gateways with
//! 16 addresses, through which half of all phones go. That is far fewer than there are, so that
//! each enumerator has many neighbours.

use std::net::Ipv4Addr;
use std::ops::Range;

use verdict::{Confidence, DeviceId, Spot};

use super::cities::PLACES;
use super::{
    DAY_US, HOUR_US, ITEMS_A_SHIPMENT, Look, MINUTE_US, People, Shipment, Story, Who, city,
};
use crate::random::Random;

/// What keeps their streams apart from that of the looks, and that of each look from others.
const ENUMERATORS: u64 = 0x656e_756d_6572_6174;
const ADDRESSES: u64 = 0x6164_6472_6573_7365;
const TYPING: u64 = 0x7479_7069_6e67_2121;

/// Addresses in a network of homes, and of a city's gateways.
const N_HOMES: u64 = 250;
const N_GATEWAYS: u64 = 16;
/// First byte of all addresses: any public one.
const WORLD: u8 = 11;
/// Network of the gateways of a city; those of homes count from 0.
const MOBILE: u8 = 255;
/// Bodies of codes of 15 digits: 10^14, drawn as two halves.
const HALF_BODY: u64 = 10_000_000;

/// How fast an enumerator tries codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Speed {
    /// Once a minute from one address.
    Slow,
    /// Some times a second from tens of addresses in a few networks.
    Middle,
    /// Thousands of times a second from thousands of addresses.
    Fast,
}

/// Somebody who tries codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enumerator {
    /// How fast.
    pub speed: Speed,
    /// From the first try to the last, microseconds since the epoch.
    pub when: Range<i64>,
    /// Time between two tries, in microseconds.
    pub gap_us: i64,
    /// Where its tries come from.
    pub addresses: Vec<Ipv4Addr>,
    /// The genuine items whose codes it saw on a shelf.
    pub seen: Range<u64>,
    seed: u64,
}

/// What an enumerator tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// Digits at random: the number that the first fourteen of fifteen make.
    Guess(u64),
    /// The code of a genuine item.
    Seen(u64),
}

/// One try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Try {
    /// When, microseconds since the epoch.
    pub at_us: i64,
    /// From where.
    pub from: Ipv4Addr,
    /// Of what.
    pub aim: Aim,
    /// Its cookie: a new one at each try.
    pub device: DeviceId,
}

impl Speed {
    /// The slowest first.
    pub const ALL: [Self; 3] = [Self::Slow, Self::Middle, Self::Fast];

    /// Stable name: `slow`, `middle`, `fast`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Slow => "slow",
            Self::Middle => "middle",
            Self::Fast => "fast",
        }
    }

    /// How many there are of them: enough that one says little, few where each tries millions.
    fn n_enumerators(self) -> usize {
        match self {
            Self::Slow => 20,
            Self::Middle => 10,
            Self::Fast => 3,
        }
    }

    fn lasts_us(self) -> i64 {
        match self {
            Self::Slow => 30 * DAY_US,
            Self::Middle => 6 * HOUR_US,
            Self::Fast => 15 * MINUTE_US,
        }
    }

    fn gap_us(self, random: &mut Random) -> i64 {
        let gap_us = match self {
            Self::Slow => 60_000_000,
            Self::Middle => random.magnitude(125_000, 500_000),
            Self::Fast => random.magnitude(200, 1_000),
        };
        i64::try_from(gap_us).expect("a minute at most")
    }

    fn addresses(self, random: &mut Random) -> Vec<Ipv4Addr> {
        match self {
            Self::Slow => vec![network(random, 500).address(random)],
            Self::Middle => {
                let n_networks = 2 + random.below(4);
                let networks: Vec<Network> =
                    (0..n_networks).map(|_| network(random, 500)).collect();
                let n_addresses = random.magnitude(20, 60);
                (0..n_addresses).map(|_| random.pick(&networks).address(random)).collect()
            }
            // Programs on other people's machines, at home nine times out of ten.
            Self::Fast => {
                let n_addresses = random.magnitude(2_000, 8_000);
                (0..n_addresses).map(|_| network(random, 100).address(random)).collect()
            }
        }
    }
}

impl People {
    /// Who tries codes of one speed beside the people of a story.
    pub fn enumerators(self, speed: Speed, story: &Story) -> Vec<Enumerator> {
        let mut random = Random::new(self.seed ^ ENUMERATORS ^ ((speed as u64) << 60));
        let shipments = &story.shipments;
        let enumerator = |_| Enumerator::draw(speed, shipments, &mut random);
        (0..speed.n_enumerators()).map(enumerator).collect()
    }
}

impl Enumerator {
    fn draw(speed: Speed, shipments: &[Shipment], random: &mut Random) -> Self {
        let number = random.below(shipments.len() as u64) as usize;
        let Shipment { items, at_us, .. } = &shipments[number];
        let n_seen = 5 + random.below(16);
        let first = items.start + random.below(ITEMS_A_SHIPMENT - n_seen);
        // While the goods are on their shelf, or after.
        let begin_us = at_us + 3 * DAY_US + random.below(30 * DAY_US.unsigned_abs()) as i64;
        Self {
            speed,
            when: begin_us..begin_us + speed.lasts_us(),
            gap_us: speed.gap_us(random),
            addresses: speed.addresses(random),
            seen: first..first + n_seen,
            seed: random.next(),
        }
    }

    /// All its tries in order of time.
    pub fn tries(&self) -> impl Iterator<Item = Try> {
        let mut random = Random::new(self.seed);
        let n_tries = (self.when.end - self.when.start) / self.gap_us;
        (0..n_tries).map(move |nth| {
            let within = random.below(self.gap_us.unsigned_abs()) as i64;
            Try {
                at_us: self.when.start + nth * self.gap_us + within,
                from: random.pick(&self.addresses),
                aim: self.aim(&mut random),
                device: DeviceId(random.next()),
            }
        })
    }

    fn aim(&self, random: &mut Random) -> Aim {
        if random.below(100) == 0 {
            return Aim::Seen(self.seen.start + random.below(self.seen.end - self.seen.start));
        }
        Aim::Guess(random.below(HALF_BODY) * HALF_BODY + random.below(HALF_BODY))
    }
}

impl Try {
    /// What it is where it meets the code of an item: a look from where its address is.
    pub fn look(&self, item: u64) -> Look {
        let [_, city, ..] = self.from.octets();
        let place = &PLACES[usize::from(city)];
        let (area, position) = (place.area(), place.position(0, 0));
        let spot = Some(Spot { area, position, confidence: Confidence::Middle });
        let (at_us, device, city) = (self.at_us, self.device, usize::from(city));
        Look { at_us, item, device, city, spot, who: Who::Enumerator }
    }
}

impl Look {
    /// The address from which somebody looks: that of a home, or of a mobile gateway. Who keeps no
    /// cookies has another one at each look.
    pub fn from(&self) -> Ipv4Addr {
        let mut random = Random::new(self.device.0 ^ ADDRESSES ^ ((self.city as u64) << 56));
        network_in(self.city, &mut random, 500).address(&mut random)
    }

    /// How often the digits were mistyped before this look. One in twenty types them, and of those
    /// one in five mistypes them once or twice.
    pub fn n_mistyped(&self) -> u64 {
        let mut random = Random::new(self.device.0 ^ TYPING ^ self.at_us.unsigned_abs());
        match random.below(100) {
            0 => 1 + random.below(2),
            _ => 0,
        }
    }
}

/// A /24.
#[derive(Clone, Copy)]
struct Network {
    city: u8,
    number: u8,
}

impl Network {
    fn address(self, random: &mut Random) -> Ipv4Addr {
        let n_hosts = if self.number == MOBILE { N_GATEWAYS } else { N_HOMES };
        let host = 1 + random.below(n_hosts) as u8;
        Ipv4Addr::new(WORLD, self.city, self.number, host)
    }
}

/// A network by how many live in its city, with so many in a thousand that are gateways.
fn network(random: &mut Random, mobile_per_mille: u64) -> Network {
    let city = city(random);
    network_in(city, random, mobile_per_mille)
}

fn network_in(city: usize, random: &mut Random, mobile_per_mille: u64) -> Network {
    let is_mobile = random.below(1_000) < mobile_per_mille;
    let number = if is_mobile { MOBILE } else { random.below(PLACES[city].millions) as u8 };
    Network { city: city as u8, number }
}
