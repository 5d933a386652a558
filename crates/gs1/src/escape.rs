//! Percent escapes (RFC 3986 §2.1) in one canonical spelling.
//!
//! Escapes are decoded and written again, so `%2f` and `%2F`, `A` and `%41` become one.

use std::{borrow::Cow, fmt::Write as _};

use crate::Error;

/// Writes `text` as one path segment.
///
/// Escaped is all but the unreserved characters and `'`, `;`, `=`: exactly these three stay as
/// they are when the reference implementation of the CBV event hash turns an EPC URN into a
/// Digital Link, and RFC 3986 §3.3 allows them in a segment.
pub(crate) fn path(text: &str) -> Cow<'_, str> {
    encode(text, is_plain_in_path)
}

/// Whether [`path`] changes nothing in a text.
pub(crate) fn is_plain_path(text: &str) -> bool {
    text.bytes().all(is_plain_in_path)
}

fn is_plain_in_path(byte: u8) -> bool {
    is_unreserved(byte) || matches!(byte, b'\'' | b';' | b'=')
}

/// Writes `text` as a name or a value of a query string.
pub(crate) fn query(text: &str) -> Cow<'_, str> {
    encode(text, is_unreserved)
}

/// RFC 3986 §2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn encode(text: &str, plain: fn(u8) -> bool) -> Cow<'_, str> {
    if text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for byte in text.bytes() {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("a String takes all that is written");
        }
    }
    Cow::Owned(out)
}

/// Reads escapes; the result is UTF-8 text.
pub(crate) fn decode(text: &str) -> Result<String, Error> {
    if !text.contains('%') {
        return Ok(text.to_owned());
    }
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next(), bytes.next()].map(|b| b.and_then(hex));
            let [Some(high), Some(low)] = digits else { return Err(Error::Escape) };
            out.push(high << 4 | low);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).map_err(|_| Error::Escape)
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
