//! A state as texts and numbers: how a verdict is written down and read again.

use crate::{Area, DestroyReason, Granularity, Mistyped, Prover, Rule, State, VoidReason};

/// Microseconds of a minute.
const MINUTE_US: i64 = 60_000_000;

/// What a state says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told<'a> {
    /// [`State::name`].
    pub name: &'a str,
    /// [`State::reason`]; of [`State::PinUsed`] who was first.
    pub reason: Option<&'a str>,
    /// The count that it tells of.
    pub count: Option<u64>,
    /// The first time that it tells of, microseconds since the epoch.
    pub since_us: Option<i64>,
    /// The second time that it tells of.
    pub until_us: Option<i64>,
    /// Where the first check was.
    pub first_in: Option<Area>,
}

impl Prover {
    /// Every prover.
    const ALL: [Self; 3] = [Self::You, Self::Another, Self::Unknown];

    /// Stable name: `you`, `another`, `unknown`.
    pub fn name(self) -> &'static str {
        match self {
            Self::You => "you",
            Self::Another => "another",
            Self::Unknown => "unknown",
        }
    }
}

impl State {
    /// The same with times to the minute: no finer than a page tells when a stranger looked.
    #[must_use]
    pub fn to_minutes(mut self) -> Self {
        let floor = |at_us: &mut i64| *at_us = at_us.div_euclid(MINUTE_US) * MINUTE_US;
        match &mut self {
            Self::ScannedBefore { first_at_us: at_us, .. }
            | Self::CheckedByYou { at_us, .. }
            | Self::Careful { first_at_us: Some(at_us), .. }
            | Self::Sold { since_us: at_us }
            | Self::Expired { since_us: at_us }
            | Self::Recalled { since_us: at_us }
            | Self::PinProved { first_at_us: at_us, .. }
            | Self::PinUsed { first_at_us: at_us, .. } => floor(at_us),
            Self::PinLocked { since_us, next_try_at_us } => {
                floor(since_us);
                floor(next_try_at_us);
            }
            _ => {}
        }
        self
    }

    /// What it says.
    pub fn told(self) -> Told<'static> {
        let (name, reason) = (self.name(), self.reason());
        let (count, since_us, until_us, first_in) = (None, None, None, None);
        let told = Told { name, reason, count, since_us, until_us, first_in };
        match self {
            Self::ScannedBefore { n_scans, first_at_us, first_in } => {
                Told { count: Some(n_scans), since_us: Some(first_at_us), first_in, ..told }
            }
            Self::CheckedByYou { at_us, n_others } => {
                Told { count: Some(n_others), since_us: Some(at_us), ..told }
            }
            Self::Careful { n_scans, first_at_us, first_in, .. } => {
                Told { count: Some(n_scans), since_us: first_at_us, first_in, ..told }
            }
            Self::Sold { since_us } | Self::Expired { since_us } | Self::Recalled { since_us } => {
                Told { since_us: Some(since_us), ..told }
            }
            Self::PinProved { n_proved, first_at_us } => {
                Told { count: Some(n_proved), since_us: Some(first_at_us), ..told }
            }
            Self::PinUsed { first_at_us, first_by } => {
                Told { reason: Some(first_by.name()), since_us: Some(first_at_us), ..told }
            }
            Self::PinWrong { tries_left } => Told { count: Some(tries_left.into()), ..told },
            Self::PinLocked { since_us, next_try_at_us } => {
                Told { since_us: Some(since_us), until_us: Some(next_try_at_us), ..told }
            }
            _ => told,
        }
    }

    /// The state that says so, if there is one.
    pub fn of_told(told: &Told<'_>) -> Option<Self> {
        let Told { name, reason, count, since_us, until_us, first_in } = *told;
        let since = since_us.unwrap_or_default();
        let state = match name {
            "mistyped" => Self::Mistyped(named(&Mistyped::ALL, Mistyped::name, reason)?),
            "unknown" => Self::Unknown,
            "not-commissioned" => Self::NotCommissioned,
            "sample" => Self::Sample,
            "covered" => Self::Covered,
            "first-scan" => Self::FirstScan,
            "not-scanned" => Self::NotScanned,
            "scanned-before" => {
                Self::ScannedBefore { n_scans: count?, first_at_us: since, first_in }
            }
            "checked-by-you" => Self::CheckedByYou { at_us: since, n_others: count? },
            "careful" => {
                let rule = named(&Rule::ALL, Rule::name, reason)?;
                Self::Careful { rule, n_scans: count?, first_at_us: since_us, first_in }
            }
            "sold" => Self::Sold { since_us: since },
            "expired" => Self::Expired { since_us: since },
            "same-for-all" => Self::SameForAll(Granularity::from_name(reason?)?),
            "recalled" => Self::Recalled { since_us: since },
            "voided" => Self::Voided(VoidReason::from_name(reason?)?),
            "destroyed" => Self::Destroyed(DestroyReason::from_name(reason?)?),
            "pin-proved" => Self::PinProved { n_proved: count?, first_at_us: since },
            "pin-used" => {
                let first_by = named(&Prover::ALL, Prover::name, reason)?;
                Self::PinUsed { first_at_us: since, first_by }
            }
            "pin-wrong" => Self::PinWrong { tries_left: count?.try_into().ok()? },
            "pin-locked" => Self::PinLocked { since_us: since, next_try_at_us: until_us? },
            _ => return None,
        };
        // What it does not say, or says beside that, makes it another.
        (state.told() == *told).then_some(state)
    }
}

fn named<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str, wanted: Option<&str>) -> Option<T> {
    all.iter().copied().find(|it| Some(name(*it)) == wanted)
}
