//! The printed digits: [`Length`] and [`Code`].
//!
//! A code is its body (all digits but the last, the permuted ordinal) and the check digit.
//! [`Code::parse`] is the only way from text to a code: it folds what people type and what phones
//! paste, and its errors separate *mistyped* from everything a page must say differently.
//! As the serial of a GS1 key (AI 21, at most 20 characters) a code of 21 digits travels as its
//! first 20; the check digit is computed again on the way back.

use std::fmt;

use crate::check;

/// The most characters a typed code may have, spaces and hyphens included.
const MAX_CHARS: usize = 64;

/// How many digits a code has. Its [`class`](Length::class) is part of every identifier id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Length {
    /// 15 digits: 10^14 bodies.
    D15,
    /// 17 digits: 10^16 bodies.
    D17,
    /// 21 digits: 10^20 bodies.
    D21,
}

impl Length {
    /// All lengths, shortest first; the index of each is its class.
    pub const ALL: [Length; 3] = [Length::D15, Length::D17, Length::D21];

    /// The identifier class: 0, 1, 2 for 15, 17, 21 digits.
    #[must_use]
    pub const fn class(self) -> u8 {
        match self {
            Length::D15 => 0,
            Length::D17 => 1,
            Length::D21 => 2,
        }
    }

    /// The length of an identifier class, if it is one of own codes.
    #[must_use]
    pub const fn from_class(class: u8) -> Option<Length> {
        match class {
            0 => Some(Length::D15),
            1 => Some(Length::D17),
            2 => Some(Length::D21),
            _ => None,
        }
    }

    /// The number of digits with the check digit: 15, 17 or 21.
    #[must_use]
    pub const fn n_digits(self) -> usize {
        match self {
            Length::D15 => 15,
            Length::D17 => 17,
            Length::D21 => 21,
        }
    }

    /// The length with this number of digits.
    #[must_use]
    pub const fn from_digits(n_digits: usize) -> Option<Length> {
        match n_digits {
            15 => Some(Length::D15),
            17 => Some(Length::D17),
            21 => Some(Length::D21),
            _ => None,
        }
    }

    /// The number of bodies, 10^(n-1): how many codes of this length can be told apart.
    #[must_use]
    pub const fn n_bodies(self) -> u128 {
        10u128.pow(self.n_digits() as u32 - 1)
    }

    /// The number of ordinals, the smaller of 10^(n-1) and 2^60: an identifier id has 60 bits.
    #[must_use]
    pub const fn capacity(self) -> u64 {
        match self {
            Length::D15 => 10u64.pow(14),
            Length::D17 => 10u64.pow(16),
            Length::D21 => 1 << 60,
        }
    }

    /// Digits in one FF1 half of the body: 7, 8 or 10.
    pub(crate) const fn half_digits(self) -> usize {
        (self.n_digits() - 1) / 2
    }
}

/// Why a text is not a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Nothing is left after spaces and hyphens are taken away.
    #[error("the code is empty")]
    Empty,
    /// More than 64 characters; they were not looked at.
    #[error("the code is too long")]
    TooLong,
    /// All digits, but not as many as a code has.
    #[error("a code does not have {n_digits} digits")]
    WrongLength {
        /// The number of digits found.
        n_digits: usize,
    },
    /// A character is neither digit nor space nor hyphen.
    #[error("character {position} is not a digit")]
    NotADigit {
        /// The place of the first such character in the text as given, counted from 1.
        position: usize,
    },
    /// The check digit does not fit: a typing error, not an unknown code.
    #[error("the check digit does not fit")]
    Mistyped,
}

/// A code with a check digit that fits: 15, 17 or 21 digits.
///
/// Whether it was ever given out is not known here; see [`KeyRing::find`](crate::KeyRing::find).
///
/// ```
/// use mint::{Code, CodeError};
///
/// let code = Code::parse("１２３ 456-789 012 345")?;
/// assert_eq!(code.as_str(), "123456789012345");
/// assert_eq!(Code::parse("123456789012346"), Err(CodeError::Mistyped));
/// # Ok::<(), CodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    length: Length,
    /// ASCII digits, then zero bytes up to 24 so that a bulk writer stores whole words.
    digits: [u8; 24],
}

impl Code {
    /// Reads a code as people type it.
    ///
    /// Full-width digits `０` to `９` count as digits. Spaces (also no-break and ideographic ones),
    /// tabs, line ends and hyphens are dropped.
    ///
    /// # Errors
    /// See [`CodeError`]; the first character that is wrong decides before the number of digits.
    pub fn parse(text: &str) -> Result<Code, CodeError> {
        let (digits, n_digits) = fold_digits(text)?;
        let length = Length::from_digits(n_digits).ok_or(CodeError::WrongLength { n_digits })?;
        let code = Code { length, digits };
        if check::check_digit(code.body()) != digits[n_digits - 1] {
            return Err(CodeError::Mistyped);
        }
        Ok(code)
    }

    /// Reads the serial of a GS1 key (AI 21) that is one of our codes.
    ///
    /// 15 and 17 digits are whole codes; 20 digits are a code of 21 without its check digit.
    /// Nothing is folded: a serial is compared character by character (GS1 General Specifications).
    ///
    /// # Errors
    /// As [`Code::parse`]; never [`CodeError::Mistyped`] for 20 digits.
    pub fn from_serial(serial: &str) -> Result<Code, CodeError> {
        if let Some(at) = serial.chars().take(MAX_CHARS).position(|c| !c.is_ascii_digit()) {
            return Err(CodeError::NotADigit { position: at + 1 });
        }
        match serial.len() {
            20 => {
                let mut digits = [0; 24];
                digits[..20].copy_from_slice(serial.as_bytes());
                digits[20] = check::check_digit(serial.as_bytes());
                Ok(Code { length: Length::D21, digits })
            }
            21 => Err(CodeError::WrongLength { n_digits: 21 }),
            _ => Code::parse(serial),
        }
    }

    /// The serial that AI 21 carries for this code: the whole code, or its first 20 digits.
    #[must_use]
    pub fn serial(&self) -> &str {
        &self.as_str()[..self.length.n_digits().min(20)]
    }

    /// How many digits it has.
    #[must_use]
    pub fn length(&self) -> Length {
        self.length
    }

    /// The digits as ASCII bytes, check digit last.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.digits[..self.length.n_digits()]
    }

    /// The digits as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).expect("digits are ASCII")
    }

    /// All digits but the check digit.
    fn body(&self) -> &[u8] {
        &self.digits[..self.length.n_digits() - 1]
    }

    /// The two halves of the body as numbers, more significant first.
    pub(crate) fn halves(&self) -> (u64, u64) {
        let (high, low) = self.body().split_at(self.length.half_digits());
        let number = |half: &[u8]| half.iter().fold(0, |sum, d| sum * 10 + u64::from(d & 15));
        (number(high), number(low))
    }

    /// The code of zero ordinals: a place to write to.
    pub(crate) const fn blank(length: Length) -> Code {
        Code { length, digits: [0; 24] }
    }

    /// The code whose body has these halves, of `HALF` digits each.
    ///
    /// Words of eight digits are stored over each other: what a later one covers is not yet digits.
    #[inline(always)]
    pub(crate) fn from_halves<const HALF: u32>(length: Length, high: u64, low: u64) -> Code {
        let half = HALF as usize;
        let mut digits = [0; 24];
        let state = write_half::<HALF>(&mut digits, 0, high, check::START);
        let state = write_half::<HALF>(&mut digits, half, low, state);
        digits[2 * half] = b'0' + check::close(state);
        Code { length, digits }
    }
}

/// Writes `number` as HALF digits at a place and returns the check state after them.
#[inline(always)]
fn write_half<const HALF: u32>(digits: &mut [u8; 24], at: usize, number: u64, mut state: u8) -> u8 {
    let mut at = at;
    let pairs = Pairs::of((number % 100_000_000) as u32);
    let mut word = pairs.ascii();
    if HALF == 10 {
        // Two digits before the eight.
        let top = Pairs::of((number / 100_000_000) as u32);
        digits[at..at + 2].copy_from_slice(&top.ascii().to_le_bytes()[6..]);
        state = check::step_pair(state, top.pair(3));
        at += 2;
    } else if HALF == 7 {
        // The first of the eight is a zero that the code does not have.
        state = check::before_zero(state);
        word >>= 8;
    }
    digits[at..at + 8].copy_from_slice(&word.to_le_bytes());
    (0..4).fold(state, |state, index| check::step_pair(state, pairs.pair(index)))
}

/// Eight digits as four numbers below 100, the first in the lowest 16 bits.
struct Pairs(u64);

impl Pairs {
    /// The eight digits of a number below 10^8.
    #[inline(always)]
    fn of(number: u32) -> Pairs {
        let fours = u64::from(number / 10_000) | u64::from(number % 10_000) << 32;
        // 10,486 / 2^20 is 1 / 100 for numbers below 10,000.
        let hundreds = ((fours * 10_486) >> 20) & 0x7f_0000_007f;
        Pairs(hundreds | (fours - 100 * hundreds) << 16)
    }

    /// The digits as ASCII, the first in the lowest byte.
    #[inline(always)]
    fn ascii(&self) -> u64 {
        // 103 / 2^10 is 1 / 10 for numbers below 100.
        let tens = ((self.0 * 103) >> 10) & 0x000f_000f_000f_000f;
        (tens | (self.0 - 10 * tens) << 8) | 0x3030_3030_3030_3030
    }

    #[inline(always)]
    fn pair(&self, index: u32) -> u8 {
        (self.0 >> (16 * index)) as u8
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({})", self.as_str())
    }
}

/// The digits of a typed text, folded, and how many there were; those after the 24th are dropped.
pub(crate) fn fold_digits(text: &str) -> Result<([u8; 24], usize), CodeError> {
    let mut digits = [0; 24];
    let mut n_digits = 0;
    for (at, c) in text.chars().enumerate() {
        if at == MAX_CHARS {
            return Err(CodeError::TooLong);
        }
        let digit = match c {
            '0'..='9' => c as u8,
            '０'..='９' => b'0' + (c as u32 - '０' as u32) as u8,
            ' ' | '\t' | '\r' | '\n' | '\u{a0}' | '\u{3000}' => continue,
            '-' | '\u{2010}' | '\u{2011}' | '\u{2012}' | '\u{2013}' | '\u{ff0d}' => continue,
            _ => return Err(CodeError::NotADigit { position: at + 1 }),
        };
        if let Some(place) = digits.get_mut(n_digits) {
            *place = digit;
        }
        n_digits += 1;
    }
    if n_digits == 0 { Err(CodeError::Empty) } else { Ok((digits, n_digits)) }
}

#[cfg(test)]
mod tests;
