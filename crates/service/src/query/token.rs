//! The token of the next page: where the walk stands, and until when it may go on.
//!
//! It holds no secret and grants nothing: a page is read inside the scope of whoever asks.

use store::id::CaptureId;
use store::walk::Mark;

use crate::{Error, Result};

/// Where the next page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// Behind a mark of event time.
    Time(Mark),
    /// Behind an event of a capture.
    Capture(CaptureId, u32),
    /// Behind a value that results were put in order by; none where the event had none.
    Sorted(Option<Vec<u8>>, Mark),
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) place: Place,
    /// Events on the pages before.
    pub(super) n_before: u64,
    /// Microseconds since the epoch.
    pub(super) expires_us: i64,
}

impl Token {
    pub(super) fn print(&self) -> String {
        let place = match &self.place {
            Place::Time(mark) => format!("t.{}", print_mark(mark)),
            Place::Capture(capture, index) => format!("c.{capture}.{index}"),
            Place::Sorted(None, mark) => format!("n.{}", print_mark(mark)),
            Place::Sorted(Some(value), mark) => format!("s.{}.{}", hex(value), print_mark(mark)),
        };
        format!("{}.{}.{place}", self.expires_us, self.n_before)
    }

    pub(super) fn parse(text: &str, now_us: i64) -> Result<Self> {
        let token = Self::read(text).ok_or_else(|| bad("is not a token of a page"))?;
        if token.expires_us <= now_us {
            return Err(bad("has expired; ask for the first page again"));
        }
        Ok(token)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let mut next = || parts.next();
        let (expires_us, n_before) = (next()?.parse().ok()?, next()?.parse().ok()?);
        let place = match next()? {
            "t" => Place::Time((next()?.parse().ok()?, key(next()?)?)),
            "c" => Place::Capture(next()?.parse().ok()?, next()?.parse().ok()?),
            "n" => Place::Sorted(None, (next()?.parse().ok()?, key(next()?)?)),
            "s" => {
                let value = unhex(next()?)?;
                Place::Sorted(Some(value), (next()?.parse().ok()?, key(next()?)?))
            }
            _ => return None,
        };
        next().is_none().then_some(Self { place, n_before, expires_us })
    }
}

fn bad(why: &str) -> Error {
    Error::rejected("nextPageToken", "bad-page-token", format!("this {why}"))
}

fn print_mark((time_us, key): &Mark) -> String {
    format!("{time_us}.{}", hex(key))
}

fn key(text: &str) -> Option<[u8; 16]> {
    unhex(text)?.try_into().ok()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn print_and_parse_are_inverse() {
        let mark = (1_795_248_000_000_000, [7; 16]);
        for place in [
            Place::Time(mark),
            Place::Time((-1, [0; 16])),
            Place::Capture(CaptureId::new(1_795_248_000_000_000, 5), 9_999),
            Place::Sorted(None, mark),
            Place::Sorted(Some(Vec::new()), mark),
            Place::Sorted(Some(vec![0, 255]), mark),
        ] {
            let token = Token { place, n_before: 30, expires_us: 100 };
            assert_eq!(Token::parse(&token.print(), 99).ok(), Some(token.clone()));
            assert!(Token::parse(&token.print(), 100).is_err());
        }
    }

    #[test]
    fn anything_else_is_no_token() {
        for text in ["", "1", "1.2.t", "1.2.t.3.zz", "9.0.t.1.00", "9.0.x.1", "9.0.c.c.1", "9.é"] {
            assert!(Token::parse(text, 0).is_err(), "{text}");
        }
    }
}
