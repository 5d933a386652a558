//! The line that stands for an answer until somebody wants it signed.

use aws_lc_rs::{constant_time, hmac};
use std::fmt::Write;
use verdict::{Area, State, Told};

/// What the key is derived for, and so what its codes are good for.
const PURPOSE: &[u8] = b"suyuan voucher claim v1";

/// Bytes of a message authentication code: nobody guesses 128 bits.
const MAC_BYTES: usize = 16;

/// The longest claim in bytes; ours have about 130.
const MAX_CLAIM_BYTES: usize = 300;

/// Letters and digits that are not mistaken for one another (Crockford's base 32).
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Digits of a number, 80 bits, in groups of four.
const N_DIGITS: usize = 16;

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Claim {
    /// When it was given, microseconds since the epoch.
    pub(super) checked_at_us: i64,
    /// What it said.
    pub(super) state: State,
    /// Where the check was.
    pub(super) place: Option<Area>,
}

/// Signs claims.
pub(crate) struct ClaimKey(hmac::Key);

impl ClaimKey {
    /// The key of a platform, which each of its servers derives alike.
    pub(crate) fn of(pin: &mint::PinKey) -> Self {
        let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &pin.to_bytes()[..]), PURPOSE);
        Self(hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()))
    }

    /// The claim of an answer about `code`: time, state, reason, count, two times, two places, and
    /// the message authentication code, between points.
    pub(super) fn sealed(&self, code: &str, claim: &Claim) -> String {
        let Told { name, reason, count, since_us, until_us, first_in } = claim.state.told();
        let mut text = String::with_capacity(160);
        let _ = write!(text, "{}.{name}.{}", claim.checked_at_us, reason.unwrap_or_default());
        for number in [count.map(u64::cast_signed), since_us, until_us] {
            text.push('.');
            let _ = number.map(|it| write!(text, "{it}"));
        }
        for area in [first_in, claim.place] {
            text.push('.');
            let _ = area.map(|it| write!(text, "{it}"));
        }
        let mac = u128::from_be_bytes(self.mac("claim", code, &text));
        let _ = write!(text, ".{mac:032x}");
        text
    }

    /// What a claim about `code` says, if we made it.
    pub(super) fn opened(&self, code: &str, sealed: &str) -> Option<Claim> {
        if sealed.len() > MAX_CLAIM_BYTES {
            return None;
        }
        let (text, mac) = sealed.rsplit_once('.')?;
        let expected = format!("{:032x}", u128::from_be_bytes(self.mac("claim", code, text)));
        constant_time::verify_slices_are_equal(mac.as_bytes(), expected.as_bytes()).ok()?;
        let parts: Vec<&str> = text.split('.').collect();
        let [checked, name, reason, count, since, until, first_in, place] = parts[..] else {
            return None;
        };
        let told = Told {
            name,
            reason: Some(reason).filter(|it| !it.is_empty()),
            count: count.parse().ok(),
            since_us: since.parse().ok(),
            until_us: until.parse().ok(),
            first_in: Area::parse(first_in),
        };
        let state = State::of_told(&told)?;
        Some(Claim { checked_at_us: checked.parse().ok()?, state, place: Area::parse(place) })
    }

    /// The number of the voucher of a claim: who does not have the claim cannot guess it.
    pub(super) fn number(&self, code: &str, sealed: &str) -> String {
        let mut bits = u128::from_be_bytes(self.mac("number", code, sealed));
        let mut number = String::with_capacity(N_DIGITS + 3);
        for n in 0..N_DIGITS {
            if n > 0 && n % 4 == 0 {
                number.push('-');
            }
            number.push(char::from(DIGITS[(bits % 32) as usize]));
            bits /= 32;
        }
        number
    }

    fn mac(&self, kind: &str, code: &str, text: &str) -> [u8; MAC_BYTES] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in [kind, code, text] {
            context.update(part.as_bytes());
            context.update(b"\n");
        }
        let tag = context.sign();
        let (first, _) = tag.as_ref().split_first_chunk().expect("a tag has 32 bytes");
        *first
    }
}

/// A number as it was printed, however it is typed; none if it cannot be one.
pub(super) fn folded(typed: &str) -> Option<String> {
    let mut number = String::with_capacity(N_DIGITS + 3);
    let mut n_digits = 0;
    for it in typed.chars().take(4 * N_DIGITS) {
        let digit = match it.to_ascii_uppercase() {
            '-' | ' ' => continue,
            'O' => '0',
            'I' | 'L' => '1',
            digit => digit,
        };
        if !digit.is_ascii() || !DIGITS.contains(&(digit as u8)) {
            return None;
        }
        if n_digits > 0 && n_digits % 4 == 0 {
            number.push('-');
        }
        number.push(digit);
        n_digits += 1;
    }
    (n_digits == N_DIGITS).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> ClaimKey {
        ClaimKey::of(&mint::PinKey::from_bytes(&[byte; 32]).expect("32 bytes"))
    }

    #[test]
    fn a_claim_is_of_one_answer_about_one_code() {
        let state = State::ScannedBefore {
            n_scans: 2,
            first_at_us: 60_000_000,
            first_in: Area::parse("440000"),
        };
        let claim = Claim { checked_at_us: 7, state, place: Area::parse("310000") };
        let sealed = key(7).sealed("123", &claim);
        assert_eq!(key(7).opened("123", &sealed), Some(claim));
        assert_eq!(key(7).opened("124", &sealed), None);
        assert_eq!(key(8).opened("123", &sealed), None, "of another platform");
        let better = sealed.replace("scanned-before", "first-scan");
        assert_eq!(key(7).opened("123", &better), None);
        for at in 0..sealed.len() {
            assert_eq!(key(7).opened("123", &sealed[..at]), None, "cut at {at}");
        }
        let number = key(7).number("123", &sealed);
        assert_eq!(number, key(7).number("123", &sealed));
        assert_ne!(number, key(8).number("123", &sealed));
    }

    #[test]
    fn a_number_is_read_as_people_type_it() {
        let number = key(7).number("123", "1");
        let folded_number = folded(&number);
        assert_eq!(folded_number.as_deref(), Some(number.as_str()));
        let typed = number.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(folded(&typed).as_deref(), Some(number.as_str()));
        for odd in ["", "7", &number[1..], &format!("{number}0"), "追溯", "U234-5678-9ABC-DEFG"] {
            assert_eq!(folded(odd), None, "{odd:?}");
        }
    }
}
