//! How many wrong tries a PIN has left.
//!
//! Five wrong tries lock it; from the lock on one try comes back a day.
//! So a guesser of a million PINs gets 5 + one a day, and an owner who erred waits a day at most.
//! A clock that steps back never gives tries: elapsed time is only counted from the latest moment
//! that was ever seen.

use crate::Pin;

/// Wrong tries of a fresh PIN.
pub const MAX_TRIES: u8 = 5;

/// Time after which one try comes back: 24 h in microseconds.
pub const REFILL_US: i64 = 24 * 60 * 60 * 1_000_000;

/// Wrong tries left on one code, as it is stored after a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PinTries {
    /// Tries left at `last_refill_at_us`, at most [`MAX_TRIES`].
    pub n_left: u8,
    /// Since when the next try is on its way back, microseconds since the epoch.
    pub last_refill_at_us: i64,
    /// When the last try was used up, if none has come back since.
    pub locked_since_us: Option<i64>,
}

impl PinTries {
    /// A PIN that was never tried.
    pub const FRESH: Self =
        Self { n_left: MAX_TRIES, last_refill_at_us: i64::MIN, locked_since_us: None };

    /// Tries allowed at `now_us`; 0 means locked.
    pub fn allowance(self, now_us: i64) -> u8 {
        self.refilled(now_us).n_left
    }

    /// What is left after a wrong try; a locked PIN stays as it is, since it is not looked at.
    #[must_use]
    pub fn after_wrong(self, now_us: i64) -> Self {
        let tries = self.refilled(now_us);
        let moment_us = now_us.max(tries.last_refill_at_us);
        match tries.n_left {
            0 => tries,
            1 => Self { n_left: 0, last_refill_at_us: moment_us, locked_since_us: Some(moment_us) },
            MAX_TRIES => {
                Self { n_left: MAX_TRIES - 1, last_refill_at_us: moment_us, locked_since_us: None }
            }
            n_left => Self { n_left: n_left - 1, ..tries },
        }
    }

    /// What is left after a right try: all; a locked PIN stays as it is.
    #[must_use]
    pub fn after_right(self, now_us: i64) -> Self {
        let tries = self.refilled(now_us);
        match tries.n_left {
            0 => tries,
            _ => Self { n_left: MAX_TRIES, ..tries },
        }
    }

    /// What to tell after a wrong try, or of a PIN that is locked.
    pub fn told(self, now_us: i64) -> Pin {
        let tries = self.refilled(now_us);
        match (tries.n_left, tries.locked_since_us) {
            (0, since_us) => Pin::Locked {
                since_us: since_us.unwrap_or(tries.last_refill_at_us),
                next_try_at_us: tries.last_refill_at_us.saturating_add(REFILL_US),
            },
            (tries_left, _) => Pin::Wrong { tries_left },
        }
    }

    /// The tries with those that came back by `now_us`.
    fn refilled(self, now_us: i64) -> Self {
        let n_left = self.n_left.min(MAX_TRIES);
        let elapsed_us = now_us.saturating_sub(self.last_refill_at_us).max(0);
        let n_back = (elapsed_us / REFILL_US).min(i64::from(MAX_TRIES - n_left));
        if n_back == 0 {
            return Self { n_left, ..self };
        }
        Self {
            n_left: n_left + u8::try_from(n_back).expect("at most five tries come back"),
            last_refill_at_us: self.last_refill_at_us + n_back * REFILL_US,
            locked_since_us: None,
        }
    }
}
