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
    fn has(self, byte: u8) -> bool {
        match self {
            Charset::Digits => byte.is_ascii_digit(),
            Charset::Cset82 => {
                byte.is_ascii_alphanumeric()
                    || matches!(byte, b'!' | b'"' | b'%'..=b'/' | b':'..=b'?' | b'_')
            }
            Charset::Cset39 => {
                matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b'#' | b'-' | b'/')
            }
        }
    }

    /// Checks the characters of `text`, and that it has `min` to `max` of them.
    pub(crate) fn check(self, text: &str, min: usize, max: usize) -> Result<(), Error> {
        // All bytes before the first foreign one are ASCII, so it begins a character.
        let foreign = text.bytes().position(|byte| !self.has(byte));
        if let Some(found) = foreign.and_then(|at| text[at..].chars().next()) {
            return Err(match self {
                Charset::Digits => Error::NotDigits,
                Charset::Cset82 | Charset::Cset39 => Error::Character { found },
            });
        }
        let found = text.len();
        if (min..=max).contains(&found) { Ok(()) } else { Err(Error::Length { min, max, found }) }
    }
}
