//! `bench verdict`, of enumerators: how many random codes each speed tries for nothing before it
//! has to work or to wait, whom its misses challenge besides, and which false alarms the codes
//! raise that it hits.
//!
//! The doors are those of the product, with a clock of their own and without a server. Each speed
//! meets them alone beside all honest people of the story, who mistype now and then. Nobody waits
//! or works at a closed door, but all try on. An honest person is challenged who ever finds it
//! closed; a neighbour is one who looks from a network that an enumerator uses at that time.
//! What an enumerator hits is judged by the rules beside all other looks at the same codes.

use std::collections::HashSet;
use std::iter::Peekable;
use std::net::{IpAddr, Ipv4Addr};

use anyhow::Result;
use mint::{Code, Length, Permutation, PinKey, check_digit};
use scenario::people::{Aim, Enumerator, Look, People, Speed, Story, Try};
use service::{Door, Miss, Misses, Newcomers, Onlooker, Payer};
use verdict::{DeviceId, Rules};

use super::line::emit;
use super::scan::median;
use super::verdict::{Heard, find, hear, is_honest};

const MINUTE_US: f64 = 60e6;
const HOUR_US: f64 = 60.0 * MINUTE_US;
const HOURS_A_YEAR: f64 = 24.0 * 365.0;
/// Codes of a large platform, of which hits are expected.
const N_CODES: f64 = 1e9;

/// Measures all speeds, and what honest people do to each other without enumerators.
pub(super) fn run(people: People, story: &Story, heard: &Heard) -> Result<()> {
    let mut alone = Street::new(people, &[])?;
    alone.play(story);
    alone.challenged.emit("verdict/enumerators/none/honest_challenged", "honest people")?;
    for speed in Speed::ALL {
        let enumerators = people.enumerators(speed, story);
        let mut street = Street::new(people, &enumerators)?;
        street.play(story);
        let name = |of: &str| format!("verdict/enumerators/{}/{of}", speed.name());
        street.tell(name)?;
        street.challenged.emit(&name("honest_challenged"), "honest people")?;
        street.neighbours.emit(&name("neighbours_challenged"), "honest neighbours")?;
        let (n_alarms, n_hit) = false_alarms(story, heard, &street.hits);
        let unit = format!("alarms of {n_hit} codes hit");
        emit(&name("false_alerts"), n_alarms as f64, &unit, None, None)?;
    }
    Ok(())
}

/// Honest people, and who of them ever found a door closed.
#[derive(Default)]
struct Challenged {
    of: HashSet<DeviceId>,
    challenged: HashSet<DeviceId>,
}

impl Challenged {
    fn note(&mut self, device: DeviceId, is_challenged: bool) {
        self.of.insert(device);
        if is_challenged {
            self.challenged.insert(device);
        }
    }

    fn emit(&self, name: &str, who: &str) -> Result<()> {
        let n = self.of.len();
        let per_million = self.challenged.len() as f64 / n as f64 * 1e6;
        Ok(emit(name, per_million, &format!("in a million of {n} {who}"), None, None)?)
    }
}

/// What became of the guesses of one enumerator.
struct Trial<'a> {
    enumerator: &'a Enumerator,
    networks: HashSet<[u8; 3]>,
    /// Guesses answered without delay before the first closed door.
    n_free: u64,
    /// Guesses answered at all.
    n_answered: u64,
    /// When it found a door closed for the first time.
    closed_at_us: Option<i64>,
}

/// Doors, and everybody who comes to them.
struct Street<'a> {
    misses: Misses,
    newcomers: Newcomers,
    codes: Permutation,
    n_items: u64,
    grace_us: i64,
    trials: Vec<Trial<'a>>,
    challenged: Challenged,
    neighbours: Challenged,
    /// Looks of enumerators at codes of items, as far as they count.
    hits: Vec<Look>,
}

impl<'a> Street<'a> {
    fn new(people: People, enumerators: &'a [Enumerator]) -> Result<Self> {
        let trial = |enumerator: &'a Enumerator| Trial {
            networks: enumerator.addresses.iter().copied().map(network).collect(),
            enumerator,
            n_free: 0,
            n_answered: 0,
            closed_at_us: None,
        };
        Ok(Self {
            misses: Misses::new(1, &PinKey::from_bytes(&[7; 32])?),
            newcomers: Newcomers::default(),
            codes: Permutation::new(Length::D15, 1, &[7; 32]),
            n_items: people.n_items,
            grace_us: Rules::default().grace_us(),
            trials: enumerators.iter().map(trial).collect(),
            challenged: Challenged::default(),
            neighbours: Challenged::default(),
            hits: Vec::new(),
        })
    }

    /// Everybody comes in order of time.
    fn play(&mut self, story: &Story) {
        let tries = |trial: &Trial<'a>| trial.enumerator.tries().peekable();
        let mut tries: Vec<Peekable<_>> = self.trials.iter().map(tries).collect();
        for look in story.looks.iter().filter(|look| is_honest(look)) {
            while let Some((number, one)) = soonest(&mut tries, look.at_us) {
                self.enumerate(number, one);
            }
            self.visit(look);
        }
        while let Some((number, one)) = soonest(&mut tries, i64::MAX) {
            self.enumerate(number, one);
        }
    }

    fn enumerate(&mut self, number: usize, one: Try) {
        let payer = Payer::Address(IpAddr::V4(one.from));
        let (code, item) = match one.aim {
            Aim::Guess(body) => {
                let code = code_of(body);
                (code, Some(self.codes.decode(&code)).filter(|it| *it < u128::from(self.n_items)))
            }
            Aim::Seen(item) => (self.codes.encode(item), Some(u128::from(item))),
        };
        let trial = &mut self.trials[number];
        if self.misses.door(payer, code.as_str(), None, one.at_us) != Door::Open {
            trial.closed_at_us.get_or_insert(one.at_us);
            return;
        }
        let mut is_delayed = false;
        if item.is_none() {
            is_delayed = self.misses.pay(payer, Miss::Unknown, one.at_us) > Misses::FLOOR;
        }
        if matches!(one.aim, Aim::Guess(_)) {
            trial.n_answered += 1;
            trial.n_free += u64::from(!is_delayed && trial.closed_at_us.is_none());
        }
        if let Some(item) = item {
            let looked = (Onlooker::Address(IpAddr::V4(one.from)), item as i64);
            if !self.newcomers.is_again(looked, self.grace_us, one.at_us) {
                self.hits.push(one.look(item as u64));
            }
        }
    }

    /// An honest person mistypes perhaps, and looks.
    fn visit(&mut self, look: &Look) {
        let from = look.from();
        let payer = Payer::Address(IpAddr::V4(from));
        let code = self.codes.encode(look.item).to_string();
        let mut is_challenged = false;
        for _ in 0..look.n_mistyped() {
            is_challenged |= self.misses.door(payer, &code[1..], None, look.at_us) != Door::Open;
            // Who is challenged works, and is told that there is no such code.
            self.misses.pay(payer, Miss::Mistyped, look.at_us);
        }
        is_challenged |= self.misses.door(payer, &code, None, look.at_us) != Door::Open;
        self.challenged.note(look.device, is_challenged);
        let is_near = |trial: &Trial<'_>| {
            trial.enumerator.when.contains(&look.at_us) && trial.networks.contains(&network(from))
        };
        if self.trials.iter().any(is_near) {
            self.neighbours.note(look.device, is_challenged);
        }
    }
    /// How far the enumerators came.
    fn tell(&self, name: impl Fn(&str) -> String) -> Result<()> {
        let n = self.trials.len();
        let n_closed = self.trials.iter().filter(|it| it.closed_at_us.is_some()).count();
        let unit = format!("of {n} enumerators");
        emit(&name("challenged"), n_closed as f64 / n as f64, &unit, None, None)?;
        // Who never is comes last, so half of them never being challenged is no number.
        let minutes = median(self.trials.iter().map(Trial::minutes_to_challenge).collect());
        let unit = "minutes p50 until a door is closed; null is never";
        emit(&name("challenge_minutes"), minutes, unit, None, None)?;
        let free = median(self.trials.iter().map(|it| it.n_free as f64).collect());
        let unit = "guesses p50 answered at once before a door is closed";
        emit(&name("free_guesses"), free, unit, None, None)?;
        let an_hour = self.trials.iter().map(Trial::answered_an_hour).sum::<f64>() / n as f64;
        let unit = "guesses an hour answered without work, mean of all";
        emit(&name("answers_per_hour"), an_hour, unit, None, None)?;
        let hits = an_hour * HOURS_A_YEAR * N_CODES / Length::D15.n_bodies() as f64;
        let unit = "hits expected in a year of it, of 10^9 codes of 15 digits";
        Ok(emit(&name("hits_per_year"), hits, unit, None, None)?)
    }
}

impl Trial<'_> {
    fn minutes_to_challenge(&self) -> f64 {
        let begin_us = self.enumerator.when.start;
        self.closed_at_us.map_or(f64::INFINITY, |at_us| (at_us - begin_us) as f64 / MINUTE_US)
    }

    fn answered_an_hour(&self) -> f64 {
        let when = &self.enumerator.when;
        self.n_answered as f64 / ((when.end - when.start) as f64 / HOUR_US)
    }
}

/// The next try before a time, and whose it is.
fn soonest(
    tries: &mut [Peekable<impl Iterator<Item = Try>>],
    before_us: i64,
) -> Option<(usize, Try)> {
    let nexts = tries.iter_mut().enumerate();
    let nexts = nexts.filter_map(|(number, it)| Some((it.peek()?.at_us, number)));
    let (_, number) = nexts.min().filter(|(at_us, _)| *at_us < before_us)?;
    Some((number, tries[number].next()?))
}

/// Codes of which no copy exists that alarm with the looks of enumerators and did not without, and
/// how many codes those looked at.
fn false_alarms(story: &Story, heard: &Heard, hits: &[Look]) -> (usize, usize) {
    let items: HashSet<u64> = hits.iter().map(|look| look.item).collect();
    let others = story.looks.iter().filter(|look| items.contains(&look.item));
    let mut looks: Vec<Look> = others.chain(hits).copied().collect();
    looks.sort_by_key(|look| (look.at_us, look.item, look.device));
    let copied = story.copied.clone();
    let beside = hear(&Story { looks, copied, shipments: Vec::new() }, &Rules::default());
    let is_new = |item: &&u64| !heard.alarms.contains_key(item) && find(story, **item).is_none();
    (beside.alarms.keys().filter(is_new).count(), items.len())
}

/// The code of 15 digits whose first fourteen are a number.
fn code_of(body: u64) -> Code {
    let body = format!("{body:014}");
    let check = char::from(check_digit(body.as_bytes()));
    Code::parse(&format!("{body}{check}")).expect("its check digit is right")
}

fn network(address: Ipv4Addr) -> [u8; 3] {
    let [a, b, c, _] = address.octets();
    [a, b, c]
}

#[cfg(test)]
mod tests;
