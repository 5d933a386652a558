//! EPCs as they are stored: two digits a byte, and what most of them begin with as one.
//!
//! A text is ASCII almost always, so a byte from 0x80 on is free to stand for more. Stored bytes
//! are never written anew, so what a byte stands for never changes.

use crate::{Error, Result};

/// Of two digits; up to 0xe3 for 99.
const DIGITS: u8 = 0x80;
/// The first of [`BEGINNINGS`]; only in front.
const BEGINNING: u8 = 0xe4;
/// In front of a text that is not ASCII, and stands behind it as it is.
const AS_IT_IS: u8 = 0xff;

/// The longest first of those that begin alike.
const BEGINNINGS: [&str; 3] =
    ["https://id.gs1.org/00/", "https://id.gs1.org/01/", "https://id.gs1.org/"];

/// A text in fewer bytes.
pub(super) fn shortened(text: &str) -> Vec<u8> {
    if !text.is_ascii() {
        return [&[AS_IT_IS], text.as_bytes()].concat();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    for (number, beginning) in (0..).zip(BEGINNINGS) {
        if let Some(behind) = rest.strip_prefix(beginning.as_bytes()) {
            bytes.push(BEGINNING + number);
            rest = behind;
            break;
        }
    }
    while let Some((&first, behind)) = rest.split_first() {
        rest = behind;
        match behind.split_first() {
            Some((&second, behind)) if first.is_ascii_digit() && second.is_ascii_digit() => {
                bytes.push(DIGITS + 10 * (first - b'0') + (second - b'0'));
                rest = behind;
            }
            _ => bytes.push(first),
        }
    }
    bytes
}

/// The text that was shortened. Errors: `Corrupt` for bytes that [`shortened`] does not make.
pub(super) fn lengthened(bytes: &[u8]) -> Result<String> {
    let corrupt = || Error::corrupt("the text of an EPC cannot be read");
    let mut text = Vec::with_capacity(2 * bytes.len());
    let mut rest = bytes;
    match bytes.split_first() {
        Some((&AS_IT_IS, whole)) => {
            return String::from_utf8(whole.to_vec()).map_err(|_| corrupt());
        }
        Some((&first, behind)) if first >= BEGINNING => {
            let beginning = BEGINNINGS.get(usize::from(first - BEGINNING)).ok_or_else(corrupt)?;
            text.extend(beginning.as_bytes());
            rest = behind;
        }
        _ => {}
    }
    for &byte in rest {
        match byte {
            0..DIGITS => text.push(byte),
            DIGITS..BEGINNING => {
                let pair = byte - DIGITS;
                text.extend([b'0' + pair / 10, b'0' + pair % 10]);
            }
            _ => return Err(corrupt()),
        }
    }
    String::from_utf8(text).map_err(|_| corrupt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_sscc_takes_ten_bytes() {
        assert_eq!(shortened("https://id.gs1.org/00/395210000000026019").len(), 10);
        assert_eq!(shortened("https://id.gs1.org/01/09521000000012/21/1").len(), 1 + 7 + 1 + 1 + 2);
        assert_eq!(shortened("").len(), 0);
    }

    #[test]
    fn other_bytes_are_refused() {
        for bytes in [&[0xe7][..], &[b'a', 0xe4], &[0xff, 0xff], &[b'a', 0xff]] {
            assert!(lengthened(bytes).is_err(), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn a_text_comes_back(
            text in "(https://id.gs1.org/(0[0-2]/)?)?[0-9a-zé/]{0,30}",
            other in any::<String>(),
        ) {
            for text in [text, other] {
                let bytes = shortened(&text);
                prop_assert!(bytes.len() <= text.len() + 1);
                prop_assert_eq!(lengthened(&bytes).unwrap(), text);
            }
        }
    }
}
