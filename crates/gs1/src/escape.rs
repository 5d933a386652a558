//! Percent escapes (RFC 3986 §2.1).

use std::borrow::Cow;

use crate::Error;

/// Writes a value as one path segment of a canonical EPC.
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

/// Writes a value as one path segment of a Digital Link: all is escaped but the unreserved.
pub(crate) fn segment(text: &str) -> Cow<'_, str> {
    encode(text, is_unreserved)
}

/// Writes a value of a query, in which a plus stands for a space.
pub(crate) fn query(text: &str) -> Cow<'_, str> {
    match segment(text) {
        Cow::Owned(escaped) if text.contains(' ') => Cow::Owned(escaped.replace("%20", "+")),
        escaped => escaped,
    }
}

/// Writes a free part of an EPC URN (EPC Tag Data Standard §6.3.1, table 6-2).
pub(crate) fn urn(text: &str) -> Cow<'_, str> {
    encode(text, |byte| {
        let is_reserved = matches!(byte, b'"' | b'%' | b'&' | b'/' | b'<' | b'>' | b'?' | b'#');
        byte.is_ascii_graphic() && !is_reserved
    })
}

/// RFC 3986 §2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// `plain` holds for ASCII only.
fn encode(text: &str, plain: fn(u8) -> bool) -> Cow<'_, str> {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    if text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for byte in text.bytes() {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    Cow::Owned(out)
}

/// What a plus means.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Plus {
    /// Itself, in a path.
    IsPlus,
    /// A space, in a query.
    IsSpace,
}

/// Reads escapes as browsers do: what is none stays as it is, and bytes that are no UTF-8 text are
/// taken as Latin-1.
pub(crate) fn unescape(text: &str, plus: Plus) -> Cow<'_, str> {
    let is_plus = plus == Plus::IsSpace && text.contains('+');
    if !is_plus && !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = match bytes[at..] {
            [b'%', high, low, ..] => hex(high).zip(hex(low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        match (escaped, bytes[at]) {
            (Some(byte), _) => out.push(byte),
            (None, b'+') if is_plus => out.push(b' '),
            (None, byte) => out.push(byte),
        }
        at += if escaped.is_some() { 3 } else { 1 };
    }
    Cow::Owned(
        String::from_utf8(out)
            .unwrap_or_else(|bytes| bytes.into_bytes().into_iter().map(char::from).collect()),
    )
}

/// Whether each percent sign begins an escape, and the escapes are UTF-8 text.
pub(crate) fn is_well_formed(text: &str) -> bool {
    !text.contains('%') || decode(text).is_ok()
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
