//! The character sets of GS1 (General Specifications §7.11, figures 7.11-1 and 7.11-2).

use crate::Error;

/// Which characters a field may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Charset {
    /// `N`: the digits 0 to 9.
    Digits,
    /// `X`: CSET 82.
    Cset82,
    /// `Y`: CSET 39.
    Cset39,
}

impl Charset {
    fn has(self, c: char) -> bool {
        match self {
            Charset::Digits => c.is_ascii_digit(),
            Charset::Cset82 => c.is_ascii_alphanumeric() || "!\"%&'()*+,-./:;<=>?_".contains(c),
            Charset::Cset39 => c.is_ascii_digit() || c.is_ascii_uppercase() || "#-/".contains(c),
        }
    }

    /// Checks the characters of `text`, and that it has `min` to `max` of them.
    pub(crate) fn check(self, text: &str, min: usize, max: usize) -> Result<(), Error> {
        if let Some(found) = text.chars().find(|&c| !self.has(c)) {
            return Err(match self {
                Charset::Digits => Error::NotDigits,
                Charset::Cset82 | Charset::Cset39 => Error::Character { found },
            });
        }
        // All characters are ASCII here, so bytes are characters.
        let found = text.len();
        if (min..=max).contains(&found) { Ok(()) } else { Err(Error::Length { min, max, found }) }
    }
}
