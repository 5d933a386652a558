//! What looking for codes costs whoever has none: budgets on misses.
//!
//! A miss is a code that is mistyped or none of ours, or a wrong PIN. Each raises a level of its
//! address, of its network and of the platform, and time lowers it again. Over a first line answers
//! to misses come later and later; over a second one the sender has to work, or to wait, before
//! anything is looked up at all. A hit raises nothing and is never made to wait for itself.
//!
//! What is looked up behind a closed door is counted as well, hit or miss: the more of it, the more
//! work the next one asks for, and beyond a line a pass opens nothing for a while.
//!
//! Who is signed in is charged for its enterprise, wherever it scans; for wrong PINs like anybody.
//!
//! Nothing is written for a miss: levels stand in a table of fixed size in memory. Servers of one
//! PostgreSQL tell each other their highest levels about once a second, in a row each. No clock of
//! theirs is compared: reports are counted, and one is as old as the time since it was heard first.

mod pass;
mod table;

use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::Duration;

use aws_lc_rs::hmac;
use geo::Network;
use store::miss_reports::{self, MissReport};

use crate::{Caller, Result, Service};
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

/// Who is charged for a miss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Payer {
    /// Whoever uses an address, and its network.
    Address(IpAddr),
    /// A dealer, an enterprise, or a key that is of none, by its id.
    Member(i64),
}

/// How many misses of one kind of sender are forgiven when, and what the others cost.
struct Budget {
    /// Time in which one miss is forgiven.
    forgiven_us: i64,
    /// From this level on answers come later.
    delayed_from: f32,
    /// From this level on the door is closed.
    closed_from: f32,
    /// How long one waits for a turn that follows another.
    turn_us: i64,
}

/// An IPv4 address, or what one subscriber has of IPv6. People mistype a few times in a row, and
/// those who share an address with others do not do so all at once.
const ADDRESS: Budget =
    Budget { forgiven_us: 6_000_000, delayed_from: 5.0, closed_from: 20.0, turn_us: 8_000_000 };
/// A /24, or a /48 of IPv6, or who is signed in: ten times as much.
const NETWORK: Budget =
    Budget { forgiven_us: 600_000, delayed_from: 50.0, closed_from: 200.0, turn_us: 800_000 };
/// All senders together: 10^4 misses a minute are forgiven. While there are more, each address
/// and each network has a quarter of its budget.
const PLATFORM: Budget =
    Budget { forgiven_us: 6_000, delayed_from: 2e3, closed_from: 1e4, turn_us: 8_000_000 };
const STRICT: f32 = 0.25;

/// Levels end here, as multiples of where the door closes: who stops is forgiven in a quarter of an
/// hour.
const MAX_LEVELS: f32 = 8.0;

/// The first delay, and how often it doubles until the door closes.
const FIRST_DELAY_US: f32 = 50_000.0;
const N_DOUBLINGS: f32 = 6.0;

/// So many answers wait at once; beyond that the door is closed instead.
const MAX_WAITING: usize = 10_000;

/// How long a report counts after it was heard first.
const REPORT_LIFE_US: i64 = 30_000_000;
/// After how many reports of all servers one is deleted: an hour's of a hundred servers that write
/// one a second, so long after nobody listens to it.
const REPORTS_KEPT: i64 = 360_000;
/// Keys of one report, the highest first: 12 bytes each.
const MAX_REPORTED: usize = 4_096;
/// What is not told to others: fewer misses than these delay nobody.
const MIN_REPORTED: f32 = 2.0;

/// What an address, and a network, may say at once, and when one of it is forgotten.
const TOLD_BY_ADDRESS: f32 = 5.0;
const TOLD_BY_NETWORK: f32 = 50.0;
const TOLD_FORGIVEN_US: i64 = 600_000_000;

/// What the key of senders and passes is derived for.
const PURPOSE: &[u8] = b"suyuan misses v1";

/// The levels that this server knows, and what they cost. It asks neither store nor clock.
pub struct Misses {
    table: Table,
    /// What other servers reported.
    others: RwLock<HashMap<u64, Heard>>,
    /// The last report of each other server: its number, and when it was heard.
    heard: Mutex<HashMap<i64, (i64, i64)>>,
    /// How many answers wait.
    n_waiting: AtomicUsize,
    /// Whether the last report said anything.
    has_told: AtomicBool,
    /// This server among others.
    server_id: i64,
    key: [u8; 32],
}

/// A level on other servers, and when it was heard.
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
    /// None for who is signed in.
    address: Option<u64>,
    /// Of the address, or of who is signed in.
    network: u64,
}

impl Sender {
    fn numbers(self) -> impl Iterator<Item = u64> {
        self.address.into_iter().chain([self.network])
    }
}

/// The last two bits of a number, and the number of all senders together.
const OF_ADDRESS: u64 = 1;
const OF_NETWORK: u64 = 2;
const EVERYBODY: u64 = 3;
/// The bit before them, in the number under which look-ups behind the closed door are counted.
const PASSED: u64 = 4;
/// So many of those ask for one bit of work more, where an address may make
/// [`Budget::closed_from`] at once.
const PASSED_A_BIT: f32 = 5.0;

impl Misses {
    /// Answers to misses never come sooner after the request, so that they do not tell by their
    /// time which table was looked into.
    pub const FLOOR: Duration = Duration::from_millis(20);

    /// No level yet, with a number for this server and the key of its platform.
    pub fn new(server_id: i64, pin: &mint::PinKey) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &pin.to_bytes()[..]);
        let tag = hmac::sign(&key, PURPOSE);
        Self {
            table: Table::new(EVERYBODY),
            others: RwLock::default(),
            heard: Mutex::default(),
            n_waiting: AtomicUsize::new(0),
            has_told: AtomicBool::new(false),
            server_id,
            key: *tag.as_ref().first_chunk().expect("a tag has 32 bytes"),
        }
    }

    /// Whom a request is charged to. The numbers are those of each server of the platform, and
    /// nobody else can tell which addresses share a place in the table.
    fn sender(&self, payer: Payer) -> Sender {
        let address = match payer {
            Payer::Address(address) => address,
            Payer::Member(_) => {
                return Sender { address: None, network: self.number(payer) | OF_NETWORK };
            }
        };
        let is_v4 = address.to_canonical().is_ipv4();
        let (subscriber, network) = if is_v4 { (32, 24) } else { (64, 48) };
        let number = |n_bits| self.number(Network::around(address, n_bits));
        let address = Some(number(subscriber) | OF_ADDRESS);
        Sender { address, network: number(network) | OF_NETWORK }
    }

    fn number(&self, of: impl Hash) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.key, of).hash(&mut hasher);
        // The last three bits say of what kind it is.
        hasher.finish() << 3
    }

    /// The level of a number here and on other servers.
    fn level(&self, number: u64, now_us: i64) -> f32 {
        self.table.level(number, now_us) + self.level_elsewhere(number, now_us)
    }

    fn level_elsewhere(&self, number: u64, now_us: i64) -> f32 {
        let others = self.others.read().unwrap_or_else(PoisonError::into_inner);
        others.get(&number).map_or(0.0, |it| it.level(budget(number).forgiven_us, now_us))
    }

    /// How far a sender is on its way from the first delay, 0, to the closed door, 1.
    fn suspicion(&self, sender: Sender, now_us: i64) -> f32 {
        let suspicions = sender.numbers().map(|number| self.suspicion_of(number, now_us));
        suspicions.fold(f32::MIN, f32::max)
    }

    fn suspicion_of(&self, number: u64, now_us: i64) -> f32 {
        let is_strict = self.level(EVERYBODY, now_us) > PLATFORM.closed_from;
        let share = if is_strict { STRICT } else { 1.0 };
        let Budget { delayed_from, closed_from, .. } = budget(number);
        (self.level(number, now_us) / share - delayed_from) / (closed_from - delayed_from)
    }

    /// Counts a look-up behind the closed door; false if the sender has made too many of them.
    ///
    /// Who did no wrong itself and worked is let in whatever its network did, else one home with
    /// many addresses could shut out its neighbours: then the network's look-ups only make the work
    /// harder, which everybody does for itself. Turns are waited for by many at once, so those of a
    /// network end where it has made too many look-ups.
    fn may_pass(&self, sender: Sender, pass: Pass<'_>, now_us: i64) -> bool {
        let is_full =
            |number: u64| self.level(number | PASSED, now_us) + 1.0 > budget(number).closed_from;
        let is_innocent = sender.address.is_some_and(|it| self.suspicion_of(it, now_us) <= 1.0);
        let is_worked = pass::is_work(pass) && is_innocent;
        // Who is refused for its network spends nothing of its own.
        !sender.numbers().any(|number| is_full(number) && !(is_worked && number == sender.network))
            && sender.numbers().all(|number| {
                let &Budget { forgiven_us, closed_from, .. } = budget(number);
                let is_endless = is_worked && number == sender.network;
                let number = number | PASSED;
                if is_endless {
                    let most = MAX_LEVELS * closed_from;
                    self.table.raise(number, (1.0, most), forgiven_us, now_us);
                    return true;
                }
                let most = closed_from - self.level_elsewhere(number, now_us);
                self.table.take(number, most, forgiven_us, now_us)
            })
    }

    /// What the next look-up of a sender asks for: bits of work, or to wait until its turn.
    fn price(&self, sender: Sender, now_us: i64) -> (u32, i64) {
        let more = self.suspicion(sender, now_us).max(1.0).log2() as u32;
        let passed = sender.numbers().map(|number| {
            // In so many as an address may make.
            let share = ADDRESS.closed_from / budget(number).closed_from;
            (self.level(number | PASSED, now_us) * share / PASSED_A_BIT) as u32
        });
        let n_bits = pass::MIN_BITS + more + passed.max().unwrap_or(0);
        // Whose own door is open waits with its network, and else each with its own kind.
        let is_closed = |number: &u64| self.suspicion_of(*number, now_us) > 1.0;
        let own = sender.address.filter(|number| is_closed(number));
        let network = Some(sender.network).filter(|number| own.is_none() || is_closed(number));
        let turn = |number| self.table.turn(number, budget(number).turn_us, now_us);
        let turn_us = own.into_iter().chain(network).map(turn).max().unwrap_or(now_us);
        (n_bits.min(pass::MAX_BITS), turn_us)
    }

    /// Reports that count, with the time when each was heard first.
    fn hear(&self, reports: Vec<MissReport>, now_us: i64) -> Vec<(i64, MissReport)> {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |report: &MissReport| {
            let before = heard.get(&report.server_id);
            let same = before.filter(|(number, _)| *number == report.number);
            same.map_or(now_us, |(_, heard_at_us)| *heard_at_us)
        };
        let told: Vec<_> = reports.into_iter().map(|report| (of(&report), report)).collect();
        let now = told.iter().map(|(at_us, it)| (it.server_id, (it.number, *at_us)));
        *heard = now.collect();
        drop(heard);
        told.into_iter().filter(|(at_us, _)| now_us - at_us < REPORT_LIFE_US).collect()
    }

    fn charge(&self, sender: Sender, weight: f32, now_us: i64) {
        // One address, whatever it sends, costs its network and all no more than itself.
        let mut weight = weight;
        for number in sender.numbers().chain([EVERYBODY]) {
            let &Budget { forgiven_us, closed_from, .. } = budget(number);
            let most = MAX_LEVELS * closed_from;
            weight = self.table.raise(number, (weight, most), forgiven_us, now_us);
        }
    }
}

impl Misses {
    /// Whether a code is looked up for a sender now; see [`Service::door`].
    pub fn door(&self, payer: Payer, code: &str, pass: Option<Pass<'_>>, now_us: i64) -> Door {
        let sender = self.sender(payer);
        let suspicion = self.suspicion(sender, now_us);
        let is_full = self.n_waiting.load(Relaxed) >= MAX_WAITING;
        if suspicion <= 1.0 && !(is_full && suspicion > 0.0) {
            return Door::Open;
        }
        let now_s = now_us / 1_000_000;
        let folded = mint::Code::from_serial(code).or_else(|_| mint::Code::parse(code));
        let folded = folded.map(|code| code.to_string());
        let code = folded.as_deref().unwrap_or(code);
        let sender_number = sender.address.unwrap_or(sender.network);
        let of = pass::For { key: &self.key, sender: sender_number, code };
        let opening = pass.filter(|pass| of.is_opened(pass, now_s));
        if opening.is_some_and(|pass| self.may_pass(sender, pass, now_us)) {
            return Door::Open;
        }
        let (n_bits, turn_us) = self.price(sender, now_us);
        Door::Closed(of.challenge(n_bits, turn_us / 1_000_000 + 1, now_s))
    }

    /// Charges a miss to its sender; answers how long after the request it may be answered.
    pub fn pay(&self, payer: Payer, miss: Miss, now_us: i64) -> Duration {
        let sender = self.sender(payer);
        self.charge(sender, miss.weight(), now_us);
        let suspicion = self.suspicion(sender, now_us);
        if suspicion <= 0.0 {
            return Self::FLOOR;
        }
        let growth = (suspicion.min(1.0) * N_DOUBLINGS).exp2();
        Self::FLOOR + Duration::from_micros((FIRST_DELAY_US * growth) as u64)
    }

    /// Whether a sender may say something again; counts it if so.
    fn may_tell(&self, sender: Sender, now_us: i64) -> bool {
        sender.numbers().all(|number| {
            let is_network = number & 3 == OF_NETWORK;
            let most = if is_network { TOLD_BY_NETWORK } else { TOLD_BY_ADDRESS };
            // A number of its own, in the place of the same kind.
            let number = self.number(("told", number)) | number & 3;
            self.table.take(number, most, TOLD_FORGIVEN_US, now_us)
        })
    }
}

impl Service {
    /// Whether a sender may say something that is kept, such as feedback; counts it if so.
    pub(crate) fn may_tell(&self, payer: Payer) -> bool {
        self.misses().may_tell(self.misses().sender(payer), self.now_us())
    }

    /// Whether a code is looked up for a sender, who may have brought a pass for it. However the
    /// code is written, its pass is the same.
    pub fn door(&self, payer: Payer, code: &str, pass: Option<Pass<'_>>) -> Door {
        self.misses().door(payer, code, pass, self.now_us())
    }

    /// Charges a miss to its sender and waits as long as that costs, from when the request
    /// `began`. The answer may be sent then.
    pub async fn pay(&self, payer: Payer, miss: Miss, began: tokio::time::Instant) {
        let misses = self.misses();
        let delay = misses.pay(payer, miss, self.now_us());
        if miss == Miss::Reserved {
            tracing::error!(
                from = %payer,
                "a reserved code was scanned, which no label carries: codes are being made or \
                 guessed; look for a leaked key and at the misses of this sender"
            );
        }
        misses.n_waiting.fetch_add(1, Relaxed);
        let waiting = Waiting(&misses.n_waiting);
        tokio::time::sleep_until(began + delay).await;
        drop(waiting);
    }

    /// A number of the sender at an address, on every server of the platform the same, that tells
    /// nobody the address.
    pub(crate) fn sender_number(&self, address: IpAddr) -> u64 {
        let sender = self.misses().sender(Payer::Address(address));
        sender.address.unwrap_or(sender.network)
    }

    /// The same of its network: a /24, or a /48 of IPv6.
    pub(crate) fn network_number(&self, address: IpAddr) -> u64 {
        // Without the bits that say of what kind it is.
        self.misses().sender(Payer::Address(address)).network >> 3
    }

    /// Tells other servers of this platform who misses most here, and hears it from them; called
    /// about once a second. On SQLite there are no others.
    pub async fn share_misses(&self) -> Result<()> {
        if self.engine() == store::Engine::Sqlite {
            return Ok(());
        }
        let (misses, now_us) = (self.misses(), self.now_us());
        let highest = misses.table.highest(MAX_REPORTED, MIN_REPORTED, now_us);
        // One that says nothing is written once, over one that said something.
        let is_news = !highest.is_empty() || misses.has_told.load(Relaxed);
        if is_news {
            let put = miss_reports::put(misses.server_id, &highest, REPORTS_KEPT);
            self.store().write("report misses", put).await?;
            misses.has_told.store(!highest.is_empty(), Relaxed);
        }
        let mut others: HashMap<u64, Heard> = HashMap::new();
        let reports = miss_reports::newest(self.store()).await?;
        let reports = reports.into_iter().filter(|it| it.server_id != misses.server_id);
        for (at_us, report) in misses.hear(reports.collect(), now_us) {
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

impl fmt::Display for Payer {
    /// The network of an address, which leads to nobody, or the enterprise.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Address(address) => {
                let n_bits = if address.is_ipv4() { 24 } else { 48 };
                write!(f, "{}", Network::around(address, n_bits))
            }
            Self::Member(id) => write!(f, "member {id}"),
        }
    }
}

impl Caller {
    /// Who is charged where this caller scans: its dealer, else its enterprise. No dealer's key
    /// closes the door of the others.
    pub fn payer(&self) -> Payer {
        let dealer = self.dealer_id.map(|id| id.number());
        let member = dealer.or(self.enterprise_id.map(|id| id.number()));
        Payer::Member(member.unwrap_or(self.key_id.number()))
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
