//! What looking for codes costs whoever has none: budgets on misses.
//!
//! A miss is a code that is mistyped or none of ours, or a wrong PIN. Each raises a level of its
//! address, of its network and of the platform, and time lowers it again. Over a first line answers
//! to misses come later and later; over a second one the sender has to work, or to wait, before
//! anything is looked up at all. A hit raises nothing and is never made to wait for itself.
//!
//! Nothing is written for a miss: levels stand in a table of fixed size in memory. Servers of one
//! PostgreSQL tell each other their highest levels about once a second, in a row each.

mod pass;
mod table;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use aws_lc_rs::hmac;
use geo::Network;
use store::miss_reports::{self, MissReport};

use crate::{Result, Service};
use table::Table;

pub use pass::{Challenge, Pass};

/// What was missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Miss {
    /// Digits that cannot be a code: people mistype.
    Mistyped,
    /// A code that was never printed.
    Unknown,
    /// A wrong PIN.
    WrongPin,
    /// A reserved code, which nobody can have read from a label.
    Reserved,
}

/// Whether anything is looked up for a sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Door {
    /// It is.
    Open,
    /// Only with the answer to this.
    Closed(Challenge),
}

/// How many misses of one kind of sender are forgiven when, and what the others cost.
struct Budget {
    /// Time in which one miss is forgiven.
    forgiven_us: i64,
    /// From this level on answers come later.
    delayed_from: f32,
    /// From this level on the door is closed.
    closed_from: f32,
}

/// An IPv4 address, or what one subscriber has of IPv6. People mistype a few times in a row, and
/// those who share an address with others do not do so all at once.
const ADDRESS: Budget = Budget { forgiven_us: 6_000_000, delayed_from: 5.0, closed_from: 20.0 };
/// A /24, or a /48 of IPv6: ten times as much.
const NETWORK: Budget = Budget { forgiven_us: 600_000, delayed_from: 50.0, closed_from: 200.0 };
/// All senders together: 10^4 misses a minute are forgiven. While there are more, each address
/// and each network has a quarter of its budget.
const PLATFORM: Budget = Budget { forgiven_us: 6_000, delayed_from: 2e3, closed_from: 1e4 };
const STRICT: f32 = 0.25;

/// Levels end here, as multiples of where the door closes: who stops is forgiven in a quarter of an
/// hour.
const MAX_LEVELS: f32 = 8.0;

/// Answers to misses never come sooner after the request, so that they do not tell by their time
/// which table was looked into.
const FLOOR_US: i64 = 20_000;
/// The first delay, and how often it doubles until the door closes.
const FIRST_DELAY_US: f32 = 50_000.0;
const N_DOUBLINGS: f32 = 6.0;

/// So many answers wait at once; beyond that the door is closed instead.
const MAX_WAITING: usize = 10_000;

/// How old a report may be that counts.
const REPORT_LIFE_US: i64 = 30_000_000;
/// Keys of one report, the highest first: 12 bytes each.
const MAX_REPORTED: usize = 4_096;
/// What is not told to others: fewer misses than these delay nobody.
const MIN_REPORTED: f32 = 2.0;

/// What the key of senders and passes is derived for.
const PURPOSE: &[u8] = b"suyuan misses v1";

/// How long one waits for a turn that follows another of the same address.
const TURN_US: i64 = 8_000_000;

/// The levels that this server knows.
pub(crate) struct Misses {
    table: Table,
    /// What other servers reported.
    others: RwLock<HashMap<u64, Heard>>,
    /// How many answers wait.
    n_waiting: AtomicUsize,
    /// Whether the last report said anything.
    has_told: AtomicBool,
    /// This server among others.
    server_id: i64,
    key: [u8; 32],
}

/// A level on other servers, and when it was right.
struct Heard {
    level: f32,
    at_us: i64,
}

impl Heard {
    fn level(&self, forgiven_us: i64, now_us: i64) -> f32 {
        let elapsed_us = now_us.saturating_sub(self.at_us).max(0);
        (self.level - elapsed_us as f32 / forgiven_us as f32).max(0.0)
    }
}

/// Whom a miss is charged to, by numbers of the table.
#[derive(Clone, Copy)]
struct Sender {
    address: u64,
    network: u64,
}

/// The last two bits of a number, and the number of all senders together.
const OF_ADDRESS: u64 = 1;
const OF_NETWORK: u64 = 2;
const EVERYBODY: u64 = 3;

impl Misses {
    /// No level yet, with a number for this server and the key of its platform.
    pub(crate) fn new(server_id: i64, pin: &mint::PinKey) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &pin.to_bytes()[..]);
        let tag = hmac::sign(&key, PURPOSE);
        Self {
            table: Table::new(),
            others: RwLock::default(),
            n_waiting: AtomicUsize::new(0),
            has_told: AtomicBool::new(false),
            server_id,
            key: *tag.as_ref().first_chunk().expect("a tag has 32 bytes"),
        }
    }

    /// Whom a request from an address is charged to. The numbers are those of each server of the
    /// platform, and nobody else can tell which addresses share a place in the table.
    fn sender(&self, address: IpAddr) -> Sender {
        let is_v4 = address.to_canonical().is_ipv4();
        let (subscriber, network) = if is_v4 { (32, 24) } else { (64, 48) };
        let number = |n_bits| {
            let mut hasher = DefaultHasher::new();
            (self.key, Network::around(address, n_bits)).hash(&mut hasher);
            // The last two bits say of what kind it is.
            hasher.finish() << 2
        };
        Sender { address: number(subscriber) | OF_ADDRESS, network: number(network) | OF_NETWORK }
    }

    /// The level of a number here and on other servers.
    fn level(&self, number: u64, now_us: i64) -> f32 {
        let here = self.table.level(number, budget(number).forgiven_us, now_us);
        let others = self.others.read().unwrap_or_else(PoisonError::into_inner);
        let there = others.get(&number);
        here + there.map_or(0.0, |it| it.level(budget(number).forgiven_us, now_us))
    }

    /// How far a sender is on its way from the first delay, 0, to the closed door, 1.
    fn suspicion(&self, sender: Sender, now_us: i64) -> f32 {
        let is_strict = self.level(EVERYBODY, now_us) > PLATFORM.closed_from;
        let share = if is_strict { STRICT } else { 1.0 };
        let of = |number| {
            let Budget { delayed_from, closed_from, .. } = budget(number);
            (self.level(number, now_us) / share - delayed_from) / (closed_from - delayed_from)
        };
        of(sender.address).max(of(sender.network))
    }

    fn charge(&self, sender: Sender, weight: f32, now_us: i64) {
        // One address, whatever it sends, costs its network and all no more than itself.
        let mut weight = weight;
        for number in [sender.address, sender.network, EVERYBODY] {
            let &Budget { forgiven_us, closed_from, .. } = budget(number);
            let most = MAX_LEVELS * closed_from;
            weight = self.table.raise(number, (weight, most), forgiven_us, now_us);
        }
    }
}

impl Service {
    /// Whether a code is looked up for a sender, who may have brought a pass for it.
    pub fn door(&self, address: IpAddr, code: &str, pass: Option<Pass<'_>>) -> Door {
        let (misses, now_us) = (self.misses(), self.now_us());
        let sender = misses.sender(address);
        let suspicion = misses.suspicion(sender, now_us);
        let is_full = misses.n_waiting.load(Relaxed) >= MAX_WAITING;
        if suspicion <= 1.0 && !(is_full && suspicion > 0.0) {
            return Door::Open;
        }
        let now_s = now_us / 1_000_000;
        let of = pass::For { key: &misses.key, address: sender.address, code };
        if pass.is_some_and(|pass| of.is_opened(pass, now_s)) {
            return Door::Open;
        }
        let turn_us = misses.table.turn(sender.address, TURN_US, now_us);
        let more = suspicion.max(1.0).log2() as u32;
        let n_bits = (pass::MIN_BITS + more).min(pass::MAX_BITS);
        Door::Closed(of.challenge(n_bits, turn_us / 1_000_000 + 1, now_s))
    }

    /// Charges a miss to its sender and waits as long as that costs, from when the request
    /// `began`. The answer may be sent then.
    pub async fn pay(&self, address: IpAddr, miss: Miss, began: tokio::time::Instant) {
        let (misses, now_us) = (self.misses(), self.now_us());
        let sender = misses.sender(address);
        misses.charge(sender, miss.weight(), now_us);
        if miss == Miss::Reserved {
            tracing::error!(
                network = %Network::around(address, if address.is_ipv4() { 24 } else { 48 }),
                "a reserved code was scanned, which no label carries: codes are being made or \
                 guessed; look for a leaked key and at the misses of this network"
            );
        }
        let suspicion = misses.suspicion(sender, now_us);
        let mut delay_us = FLOOR_US;
        if suspicion > 0.0 {
            let growth = (suspicion.min(1.0) * N_DOUBLINGS).exp2();
            delay_us += (FIRST_DELAY_US * growth) as i64;
        }
        misses.n_waiting.fetch_add(1, Relaxed);
        let waiting = Waiting(&misses.n_waiting);
        let delay = Duration::from_micros(delay_us.unsigned_abs());
        tokio::time::sleep_until(began + delay).await;
        drop(waiting);
    }

    /// Tells other servers of this platform who misses most here, and hears it from them; called
    /// about once a second. On SQLite there are no others.
    pub async fn share_misses(&self) -> Result<()> {
        if self.engine() == store::Engine::Sqlite {
            return Ok(());
        }
        let (misses, now_us) = (self.misses(), self.now_us());
        let forgiven_us = |number| budget(number).forgiven_us;
        let highest = misses.table.highest(MAX_REPORTED, MIN_REPORTED, now_us, forgiven_us);
        let report = MissReport { server_id: misses.server_id, written_at_us: now_us, highest };
        let since_us = now_us - REPORT_LIFE_US;
        // One that says nothing is written once, over one that said something.
        let is_news = !report.highest.is_empty() || misses.has_told.load(Relaxed);
        if is_news {
            self.store().write("report misses", miss_reports::put(&report, since_us)).await?;
            misses.has_told.store(!report.highest.is_empty(), Relaxed);
        }
        let mut others: HashMap<u64, Heard> = HashMap::new();
        for report in miss_reports::since(self.store(), since_us).await? {
            if report.server_id == misses.server_id {
                continue;
            }
            let at_us = report.written_at_us;
            for (number, level) in report.highest {
                // Levels of several servers add up, as of the latest of them.
                let heard = others.entry(number).or_insert(Heard { level: 0.0, at_us });
                heard.level += level;
                heard.at_us = heard.at_us.max(at_us);
            }
        }
        *misses.others.write().unwrap_or_else(PoisonError::into_inner) = others;
        Ok(())
    }
}

impl Miss {
    /// How much of a budget it takes. A wrong PIN is a guess with odds of one in 10^6, and ten of
    /// them close the door, long before a second item is tried.
    fn weight(self) -> f32 {
        match self {
            Self::Mistyped => 0.5,
            Self::Unknown => 1.0,
            Self::WrongPin => 2.0,
            Self::Reserved => 40.0,
        }
    }
}

/// The budget of what a number stands for.
fn budget(number: u64) -> &'static Budget {
    match number & 3 {
        OF_ADDRESS => &ADDRESS,
        OF_NETWORK => &NETWORK,
        _ => &PLATFORM,
    }
}

/// Counts who waits, also when a client breaks off.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests;
