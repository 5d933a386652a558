//! What a scan means: a pure function of what is known of the code, with one answer.
//!
//! A code proves the code, never the goods: no state claims that goods are genuine, and no state
//! accuses them. Texts live where pages are rendered, in three languages, under [`State::name`].
//!
//! Precedence, first match wins:
//!
//! 1. `mistyped`: the check digit or the form is wrong; nothing was looked up.
//! 2. `unknown`: well formed, never minted.
//! 3. `sample`: a code of the trial batch says so whatever was done with it.
//! 4. `recalled`: whoever has the goods must not use them, whatever else is known of the code.
//! 5. `destroyed`, then `voided`: the item's life is over; not even a right PIN revives it.
//! 6. `not-commissioned`: minted and perhaps printed, bound to no goods yet; hides the PIN, so
//!    that a stolen roll of labels cannot be tested with it.
//! 7. `expired`: past its shelf life, unless [`Rule::Expiry`] is off.
//! 8. `same-for-all`: one code on many goods; a scan count or a PIN would prove nothing of one.
//! 9. `pin-locked`, `pin-wrong`, `pin-used`, `pin-proved`: what became of the PIN that came with
//!    this scan.
//! 10. `sold`: said to who makes, carries or sells goods, and to nobody else.
//! 11. `careful`: the gravest rule that speaks ([`Rule::ALL`]); it only ever stands in place of
//!     what follows.
//! 12. `covered`: in place of `first-scan`, `not-scanned` and a `checked-by-you` without others, to
//!     consumers, while the layer of a batch that was ordered with one was not lifted: it is what
//!     speaks of a first check there.
//! 13. `checked-by-you`, `scanned-before`, `first-scan`, `not-scanned`: the history of counted
//!     scans.

pub mod diversion;
mod history;
mod pin;
mod place;
mod reason;
mod rules;
mod told;

pub use history::{DeviceId, History, Look, MAX_RECENT, Seen, Source};
pub use pin::{MAX_TRIES, PinTries, REFILL_US};
pub use place::{Area, Confidence, Position, Spot};
pub use reason::{DestroyReason, VoidReason};
pub use rules::{MAX_TERRITORY, Rule, Rules};
pub use told::Told;

use history::Own;

/// How many goods carry one code, fixed when the codes are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Granularity {
    /// A code for each item.
    Item,
    /// One code for all goods of a lot.
    Lot,
    /// One code for all goods of a product.
    Product,
}

impl Granularity {
    /// Every granularity, finest first.
    pub const ALL: [Self; 3] = [Self::Item, Self::Lot, Self::Product];

    /// Stable name: `item`, `lot`, `product`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Item => "item",
            Self::Lot => "lot",
            Self::Product => "product",
        }
    }

    /// The granularity of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|granularity| granularity.name() == name)
    }
}

/// Why the digits cannot be a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mistyped {
    /// Not 15, 17 or 21 digits.
    Length,
    /// Something other than digits, spaces and hyphens.
    Characters,
    /// The last digit is not the check digit of the others.
    CheckDigit,
}

impl Mistyped {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::Length, Self::Characters, Self::CheckDigit];

    /// Stable name: `length`, `characters`, `check-digit`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Characters => "characters",
            Self::CheckDigit => "check-digit",
        }
    }
}

/// Where a minted code is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemState {
    /// Minted, bound to no goods.
    NotCommissioned,
    /// Bound to goods.
    Commissioned,
    /// Taken out of use by its enterprise.
    Voided(VoidReason),
    /// Its goods are gone.
    Destroyed(DestroyReason),
}

/// Who was the first to prove a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Prover {
    /// The device that proves it now.
    You,
    /// Another one.
    Another,
    /// Nobody can tell.
    Unknown,
}

/// When a PIN was proved for the first time, and so its cover lifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Opened {
    /// Microseconds since the epoch.
    pub at_us: i64,
    /// By which device, if it can be told from others.
    pub device: Option<DeviceId>,
}

/// What became of the PIN that came with a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pin {
    /// It was right.
    Proved {
        /// How often it was right, this time included; at least 1.
        n_proved: u64,
        /// When it was right for the first time, microseconds since the epoch.
        first_at_us: i64,
        /// By whom it was right for the first time.
        first_by: Prover,
    },
    /// It was wrong.
    Wrong {
        /// Wrong tries that are still allowed, at least 1.
        tries_left: u8,
    },
    /// It was not looked at, or it was the last wrong try.
    Locked {
        /// Since when, microseconds since the epoch.
        since_us: i64,
        /// When the next try is allowed, microseconds since the epoch.
        next_try_at_us: i64,
    },
}

/// What events tell of the way of goods.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Way {
    /// When they were shipped for the first time, microseconds since the epoch.
    pub shipped_at_us: Option<i64>,
    /// When they were sold to the consumer who has them, microseconds since the epoch.
    pub sold_at_us: Option<i64>,
}

/// All that is known of a minted code at the moment of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Known<'a> {
    /// Of the code's batch.
    pub granularity: Granularity,
    /// True for codes of the public trial batch.
    pub is_sample: bool,
    /// Whether its label carries a PIN under a layer that is to be scratched.
    pub has_cover: bool,
    /// Where the code is in its life.
    pub item: ItemState,
    /// When it was bound to goods, if it is; microseconds since the epoch.
    pub commissioned_at_us: Option<i64>,
    /// When the shelf life of its goods ends, microseconds since the epoch.
    pub expires_at_us: Option<i64>,
    /// Its way up to now; none where nobody asked, or where it cannot be told as a whole.
    pub way: Option<Way>,
    /// When its cover was lifted.
    pub opened: Option<Opened>,
    /// When its goods were called back, microseconds since the epoch; `None` if they were not.
    pub recalled_at_us: Option<i64>,
    /// Counted scans.
    pub scans: History<'a>,
    /// Codes of its batch that were scanned where this scan is, within an hour.
    pub n_nearby: u32,
    /// What this look at it is.
    pub look: Look,
    /// Which device looks, if it can be told from others.
    pub device: Option<DeviceId>,
    /// When, microseconds since the epoch.
    pub now_us: i64,
    /// The PIN's outcome if one came with the scan.
    pub pin: Option<Pin>,
}

/// What is known of the digits that were scanned or typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Facts<'a> {
    /// They cannot be a code.
    Mistyped(Mistyped),
    /// They could be one, but none was minted.
    Unknown,
    /// They are a minted code.
    Known(&'a Known<'a>),
}

/// What a scan means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// The digits cannot be a code.
    Mistyped(Mistyped),
    /// No such code was minted here.
    Unknown,
    /// Minted, bound to no goods yet.
    NotCommissioned,
    /// A code of the public trial batch.
    Sample,
    /// Nobody else checked it, and the layer over its PIN is to be scratched first.
    Covered,
    /// The first counted scan, and it is this one.
    FirstScan,
    /// Commissioned and without a counted scan; seen only by scans that do not count.
    NotScanned,
    /// Counted scans came before this one.
    ScannedBefore {
        /// Counted scans, this one included if it counts.
        n_scans: u64,
        /// When the first was, microseconds since the epoch.
        first_at_us: i64,
        /// In which province or country, if that is known.
        first_in: Option<Area>,
    },
    /// The device that looks was counted before.
    CheckedByYou {
        /// When it was, for the first time that is known; microseconds since the epoch.
        at_us: i64,
        /// Counted scans of others.
        n_others: u64,
    },
    /// A rule asks to be careful.
    Careful {
        /// Which.
        rule: Rule,
        /// Counted scans, this one included if it counts.
        n_scans: u64,
        /// When the first was, microseconds since the epoch; none if there was none.
        first_at_us: Option<i64>,
        /// In which province or country, if that is known.
        first_in: Option<Area>,
    },
    /// Sold to a consumer already.
    Sold {
        /// When, microseconds since the epoch.
        since_us: i64,
    },
    /// Past its shelf life.
    Expired {
        /// Since when, microseconds since the epoch.
        since_us: i64,
    },
    /// The same code is on all goods of a lot or a product.
    SameForAll(Granularity),
    /// The goods were called back.
    Recalled {
        /// When, microseconds since the epoch.
        since_us: i64,
    },
    /// Taken out of use.
    Voided(VoidReason),
    /// The goods are gone.
    Destroyed(DestroyReason),
    /// The PIN is right.
    PinProved {
        /// How often it was right, this time included.
        n_proved: u64,
        /// When it was right for the first time, microseconds since the epoch.
        first_at_us: i64,
    },
    /// The PIN is right, and was proved before by somebody else.
    PinUsed {
        /// When it was right for the first time, microseconds since the epoch.
        first_at_us: i64,
        /// Whether it certainly was another device.
        first_by: Prover,
    },
    /// The PIN is wrong.
    PinWrong {
        /// Wrong tries that are still allowed.
        tries_left: u8,
    },
    /// The PIN is not looked at for now.
    PinLocked {
        /// Since when, microseconds since the epoch.
        since_us: i64,
        /// When the next try is allowed, microseconds since the epoch.
        next_try_at_us: i64,
    },
}

impl State {
    /// Stable name for programs and for the tables of texts, such as `first-scan`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mistyped(_) => "mistyped",
            Self::Unknown => "unknown",
            Self::NotCommissioned => "not-commissioned",
            Self::Sample => "sample",
            Self::Covered => "covered",
            Self::FirstScan => "first-scan",
            Self::NotScanned => "not-scanned",
            Self::ScannedBefore { .. } => "scanned-before",
            Self::CheckedByYou { .. } => "checked-by-you",
            Self::Careful { .. } => "careful",
            Self::Sold { .. } => "sold",
            Self::Expired { .. } => "expired",
            Self::SameForAll(_) => "same-for-all",
            Self::Recalled { .. } => "recalled",
            Self::Voided(_) => "voided",
            Self::Destroyed(_) => "destroyed",
            Self::PinProved { .. } => "pin-proved",
            Self::PinUsed { .. } => "pin-used",
            Self::PinWrong { .. } => "pin-wrong",
            Self::PinLocked { .. } => "pin-locked",
        }
    }

    /// Stable name of the reason within the state, for those that have one.
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Self::Mistyped(why) => Some(why.name()),
            Self::SameForAll(granularity) => Some(granularity.name()),
            Self::Voided(reason) => Some(reason.name()),
            Self::Destroyed(reason) => Some(reason.name()),
            Self::Careful { rule, .. } => Some(rule.name()),
            _ => None,
        }
    }

    /// How loud it is said.
    pub fn tone(self) -> Tone {
        match self {
            Self::FirstScan | Self::PinProved { .. } | Self::CheckedByYou { n_others: 0, .. } => {
                Tone::Green
            }
            Self::Covered
            | Self::NotScanned
            | Self::ScannedBefore { .. }
            | Self::CheckedByYou { .. }
            | Self::SameForAll(_) => Tone::Blue,
            // A second proof may be the same buyer's with a new phone: that warns and does not
            // alarm.
            Self::PinUsed { first_by: Prover::You | Prover::Unknown, .. }
            | Self::PinWrong { .. }
            | Self::PinLocked { .. }
            | Self::Careful { .. }
            | Self::Sold { .. }
            | Self::NotCommissioned => Tone::Amber,
            Self::Unknown
            | Self::Recalled { .. }
            | Self::Expired { .. }
            | Self::PinUsed { first_by: Prover::Another, .. }
            | Self::Voided(_)
            | Self::Destroyed(_) => Tone::Red,
            Self::Mistyped(_) | Self::Sample => Tone::Grey,
        }
    }
}

/// How loud a verdict is; a page never shows it by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Nothing speaks against the code.
    Green,
    /// Valid, and not the strongest that could be said.
    Blue,
    /// Be careful and read why.
    Amber,
    /// Do not rely on it.
    Red,
    /// Says nothing of any goods.
    Grey,
}

impl Tone {
    /// Stable name: `green`, `blue`, `amber`, `red`, `grey`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Amber => "amber",
            Self::Red => "red",
            Self::Grey => "grey",
        }
    }
}

/// The answer to a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Verdict {
    /// What the scan means.
    pub state: State,
    /// How loud to say it.
    pub tone: Tone,
}

/// The verdict on a scan, by the precedence of the module comment.
pub fn decide(facts: &Facts<'_>, rules: &Rules) -> Verdict {
    let state = match facts {
        Facts::Mistyped(why) => State::Mistyped(*why),
        Facts::Unknown => State::Unknown,
        Facts::Known(known) => decide_known(known, rules),
    };
    Verdict { state, tone: state.tone() }
}

fn decide_known(known: &Known<'_>, rules: &Rules) -> State {
    if known.is_sample {
        return State::Sample;
    }
    if let Some(since_us) = known.recalled_at_us {
        return State::Recalled { since_us };
    }
    match known.item {
        ItemState::Destroyed(reason) => return State::Destroyed(reason),
        ItemState::Voided(reason) => return State::Voided(reason),
        ItemState::NotCommissioned => return State::NotCommissioned,
        ItemState::Commissioned => {}
    }
    if let Some(since_us) = rules.expired_at_us(known) {
        return State::Expired { since_us };
    }
    if known.granularity != Granularity::Item {
        return State::SameForAll(known.granularity);
    }
    if let Some(pin) = known.pin {
        return decide_pin(pin);
    }
    let is_covered = known.has_cover && known.opened.is_none() && known.look.is_consumers();
    match decide_scan(known, rules) {
        State::FirstScan | State::NotScanned | State::CheckedByYou { n_others: 0, .. }
            if is_covered =>
        {
            State::Covered
        }
        state => state,
    }
}

fn decide_pin(pin: Pin) -> State {
    match pin {
        Pin::Proved { n_proved: 2.., first_at_us, first_by } if first_by != Prover::You => {
            State::PinUsed { first_at_us, first_by }
        }
        Pin::Proved { n_proved, first_at_us, .. } => State::PinProved { n_proved, first_at_us },
        Pin::Wrong { tries_left } => State::PinWrong { tries_left },
        Pin::Locked { since_us, next_try_at_us } => State::PinLocked { since_us, next_try_at_us },
    }
}

fn decide_scan(known: &Known<'_>, rules: &Rules) -> State {
    let sold_at_us = known.way.and_then(|way| way.sold_at_us);
    if let (Look::Seller, Some(since_us)) = (known.look, sold_at_us) {
        return State::Sold { since_us };
    }
    let own = known.scans.own(known.device, known.look);
    let History { n_scans, first, .. } = known.scans;
    let first_in = first.and_then(|seen| rules::placed(&seen)).map(|spot| spot.area.province());
    if let Some(rule) = rules.gravest(known, own) {
        let first_at_us = first.map(|seen| seen.at_us);
        return State::Careful { rule, n_scans, first_at_us, first_in };
    }
    match (n_scans, own, known.look) {
        (0, _, _) => State::NotScanned,
        (_, Some(own), look) if look.is_consumers() => by_you(known, own),
        (1, _, Look::Counted) => State::FirstScan,
        _ => {
            let first_at_us = first.map_or(known.now_us, |seen| seen.at_us);
            State::ScannedBefore { n_scans, first_at_us, first_in }
        }
    }
}

fn by_you(known: &Known<'_>, own: Own) -> State {
    let n_others = rules::n_by_others(known, Some(own));
    State::CheckedByYou { at_us: own.first_at_us, n_others }
}

#[cfg(test)]
mod tests;
