//! The character sets of GS1 (General Specifications §7.11, figures 7.11-1 to 7.11-3).

use crate::Error;

/// Which characters a field may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Charset {
    /// `N`: the digits 0 to 9.
    Digits = 1,
    /// `X`: CSET 82.
    Cset82 = 2,
    /// `Y`: CSET 39.
    Cset39 = 4,
    /// `Z`: CSET 64, base64 that is safe in files and URIs.
    Cset64 = 8,
}

/// For each byte the character sets that hold it, as bits.
const MEMBERS: [u8; 256] = members();

const fn members() -> [u8; 256] {
    let mut all = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        let letter = byte.is_ascii_alphanumeric();
        if byte.is_ascii_digit() {
            all[byte as usize] |= Charset::Digits as u8;
        }
        if letter || matches!(byte, b'!' | b'"' | b'%'..=b'/' | b':'..=b'?' | b'_') {
            all[byte as usize] |= Charset::Cset82 as u8;
        }
        if matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b'#' | b'-' | b'/') {
            all[byte as usize] |= Charset::Cset39 as u8;
        }
        if letter || matches!(byte, b'-' | b'_') {
            all[byte as usize] |= Charset::Cset64 as u8;
        }
        byte += 1;
    }
    all
}

impl Charset {
    /// The first character that is not of this set, and the byte where it begins.
    pub(crate) fn first_foreign(self, text: &str) -> Option<(usize, char)> {
        let has = |byte: u8| MEMBERS[usize::from(byte)] & self as u8 != 0;
        // All bytes before the first foreign one are ASCII, so it begins a character.
        let at = text.bytes().position(|byte| !has(byte))?;
        text[at..].chars().next().map(|found| (at, found))
    }

    /// Checks the characters of `text`, and that it has `min` to `max` of them.
    pub(crate) fn check(self, text: &str, min: usize, max: usize) -> Result<(), Error> {
        if let Some((_, found)) = self.first_foreign(text) {
            return Err(match self {
                Charset::Digits => Error::NotDigits,
                _ => Error::Character { found },
            });
        }
        let found = text.len();
        if (min..=max).contains(&found) { Ok(()) } else { Err(Error::Length { min, max, found }) }
    }
}
