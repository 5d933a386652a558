//! What opens a closed door for one code: work, or waiting for one's turn.
//!
//! Nothing is kept of what was asked: a message authentication code binds each challenge to the
//! sender, to the code and to a time, so its answer opens one code for whoever worked for it.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;

/// What a sender must answer before one code is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// Hexadecimal digits. The work is to find a number such that the SHA-256 of these digits, a
    /// colon and the number in decimal begins with so many bits that are 0.
    pub seed: String,
    /// How many.
    pub n_bits: u32,
    /// What stands before the number in the pass.
    pub work: String,
    /// The pass of whoever would rather wait.
    pub turn: String,
    /// How long that is, in seconds.
    pub wait_s: u64,
}

/// The pass that came with a request.
pub type Pass<'a> = &'a str;

/// Whether a pass says that it was worked for.
pub(super) fn is_work(pass: Pass<'_>) -> bool {
    pass.starts_with("w.")
}

/// The least and the most work: a phone does 10^5 to 10^6 hashes a second in a script.
pub(super) const MIN_BITS: u32 = 16;
pub(super) const MAX_BITS: u32 = 22;

/// How long a challenge can be answered, and a turn be taken.
const WORK_S: i64 = 300;
const TURN_S: i64 = 120;

/// By how much the clocks of two servers may differ.
const CLOCKS_S: i64 = 60;

/// Whom and what a pass is for.
#[derive(Clone, Copy)]
pub(super) struct For<'a> {
    pub(super) key: &'a [u8; 32],
    /// Number of the sender.
    pub(super) sender: u64,
    /// Digits of a code however it was written, or what was asked for.
    pub(super) code: &'a str,
}

impl For<'_> {
    /// A challenge of now, whose turn comes at `turn_s`.
    pub(super) fn challenge(&self, n_bits: u32, turn_s: i64, now_s: i64) -> Challenge {
        Challenge {
            seed: self.mac("work", now_s, n_bits),
            n_bits,
            work: format!("w.{now_s}.{n_bits}."),
            turn: format!("t.{turn_s}.{}", self.mac("turn", turn_s, 0)),
            wait_s: u64::try_from(turn_s - now_s).unwrap_or_default(),
        }
    }

    /// Whether a pass opens the door now.
    pub(super) fn is_opened(&self, pass: &str, now_s: i64) -> bool {
        let parts: Vec<&str> = pass.splitn(4, '.').collect();
        match parts[..] {
            ["w", at, n_bits, number] => self.is_worked(at, n_bits, number, now_s) == Some(true),
            ["t", at, mac] => self.is_turn(at, mac, now_s) == Some(true),
            _ => false,
        }
    }

    fn is_worked(&self, at: &str, n_bits: &str, number: &str, now_s: i64) -> Option<bool> {
        let (at_s, n_bits): (i64, u32) = (at.parse().ok()?, n_bits.parse().ok()?);
        let number: u64 = number.parse().ok()?;
        let age_s = now_s.checked_sub(at_s)?;
        if !(MIN_BITS..=MAX_BITS).contains(&n_bits) || !(-CLOCKS_S..=WORK_S).contains(&age_s) {
            return Some(false);
        }
        let seed = self.mac("work", at_s, n_bits);
        let hash = digest(&SHA256, format!("{seed}:{number}").as_bytes());
        let first = hash.as_ref().first_chunk().map(|bytes| u64::from_be_bytes(*bytes))?;
        Some(first.leading_zeros() >= n_bits)
    }

    fn is_turn(&self, at: &str, mac: &str, now_s: i64) -> Option<bool> {
        let turn_s: i64 = at.parse().ok()?;
        let late_s = now_s.checked_sub(turn_s)?;
        let expected = self.mac("turn", turn_s, 0);
        let is_equal = aws_lc_rs::constant_time::verify_slices_are_equal;
        Some(
            (0..=TURN_S).contains(&late_s) && is_equal(mac.as_bytes(), expected.as_bytes()).is_ok(),
        )
    }

    /// Sixteen bytes of a message authentication code, as hexadecimal digits.
    fn mac(&self, kind: &str, at_s: i64, n_bits: u32) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.key);
        let message = format!("{kind}.{:x}.{at_s}.{n_bits}.{}", self.sender, self.code);
        let tag = hmac::sign(&key, message.as_bytes());
        tag.as_ref()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];
    const OF: For<'_> = For { key: &KEY, sender: 9, code: "123" };

    /// Does the work as the script of the page does.
    fn work(challenge: &Challenge) -> String {
        let is_done = |number: &u64| {
            let hash = digest(&SHA256, format!("{}:{number}", challenge.seed).as_bytes());
            let bytes = hash.as_ref().first_chunk().map(|it| u64::from_be_bytes(*it));
            bytes.is_some_and(|first| first.leading_zeros() >= challenge.n_bits)
        };
        format!("{}{}", challenge.work, (0..).find(is_done).unwrap())
    }

    #[test]
    fn work_opens_one_code_for_one_sender_for_a_while() {
        let challenge = OF.challenge(MIN_BITS, 1_010, 1_000);
        let pass = work(&challenge);
        assert!(OF.is_opened(&pass, 1_000) && OF.is_opened(&pass, 1_300));
        assert!(OF.is_opened(&pass, 940), "a server whose clock is behind");
        assert!(!OF.is_opened(&pass, 1_301) && !OF.is_opened(&pass, 939));
        assert!(!For { code: "124", ..OF }.is_opened(&pass, 1_000));
        assert!(!For { sender: 8, ..OF }.is_opened(&pass, 1_000));
        assert!(!For { key: &[8; 32], ..OF }.is_opened(&pass, 1_000));
    }

    #[test]
    fn waiting_opens_when_the_turn_has_come() {
        let challenge = OF.challenge(MIN_BITS, 1_010, 1_000);
        assert_eq!(challenge.wait_s, 10);
        assert!(!OF.is_opened(&challenge.turn, 1_009) && OF.is_opened(&challenge.turn, 1_010));
        assert!(!OF.is_opened(&challenge.turn, 1_131));
        assert!(!For { code: "124", ..OF }.is_opened(&challenge.turn, 1_010));
        let earlier = challenge.turn.replace("t.1010", "t.1001");
        assert!(!OF.is_opened(&earlier, 1_010));
    }

    #[test]
    fn what_is_no_pass_opens_nothing() {
        for pass in [
            "",
            "w",
            "w.1000.0.1",
            "w.1000.16.x",
            "w.-9223372036854775808.16.1",
            "t.1000.",
            "t.9223372036854775807.00",
            "w.1000.99.1",
            "x.1.2.3",
            "t.1000.1.2",
        ] {
            assert!(!OF.is_opened(pass, 1_000), "{pass}");
        }
    }
}
