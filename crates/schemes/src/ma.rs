//! MA codes (IDcode; ISO/IEC 15459 with the issuing agency code MA): a tree of nodes.
//!
//! `MA.156.1003.1629/10.46100000.riseplatform`: four nodes of the user, then the category of the
//! object, then what the user likes, with `.` or `/` between.
//! Codes of medical devices are `MA.156.M0.registrant.item`, where the item ends in a check digit,
//! and may go on with units such as `.S` serial, `.L` lot, `.M` made, `.E` expiry, `.V` valid
//! until, `.D` sterilisation lot and `.C` check digit.
//! The issuer says that codes come from its interface only, so what looks wrong here only warns.

use std::fmt;

use crate::check::luhn;
use crate::drug::is_date;
use crate::error::digit;
use crate::{Error, Warning};

const MAX_BYTES: usize = 256;
const PATTERN: Error = Error::Pattern { example: "MA.156.1003.1629/10.46100000.riseplatform" };
/// Nodes of the user: `MA`, country, and two that name the user.
const USER_NODES: usize = 4;
/// `MA`, country, `M0`, registrant, item.
const DEVICE_NODES: usize = 5;

/// An MA code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MaCode(String);

impl MaCode {
    /// Reads `MA` and at least one more node.
    ///
    /// # Errors
    /// [`Error::Pattern`] for another beginning, an empty node, or over 256 bytes;
    /// [`Error::Character`] for spaces and control characters.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if let Some(found) = text.chars().find(|c| c.is_control() || c.is_whitespace()) {
            return Err(Error::Character { found });
        }
        let has_nodes = text.starts_with("MA.") && nodes(text).all(|node| !node.is_empty());
        if !has_nodes || text.len() > MAX_BYTES {
            return Err(PATTERN);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text as it was read.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The nodes in order; the first is `MA`.
    pub fn nodes(&self) -> impl Iterator<Item = &str> {
        nodes(&self.0)
    }

    /// The country, three digits of ISO 3166-1; 156 is China.
    pub fn country(&self) -> &str {
        self.nodes().nth(1).unwrap_or_default()
    }

    /// Whether it is the code of a medical device.
    pub fn is_device(&self) -> bool {
        self.nodes().nth(2) == Some("M0")
    }

    /// The units after the item of a medical device: the letter and what it carries.
    pub fn units(&self) -> impl Iterator<Item = (char, &str)> {
        let n_skipped = if self.is_device() { DEVICE_NODES } else { usize::MAX };
        self.nodes().skip(n_skipped).filter_map(|node| {
            let letter = node.chars().next()?;
            Some((letter, &node[letter.len_utf8()..]))
        })
    }

    /// What looks wrong.
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if let Some(found) = self.0.chars().find(|&c| c != '/' && value(c).is_none()) {
            warnings.push(Warning::MaCharacter { found });
        }
        if self.nodes().count() < USER_NODES {
            warnings.push(Warning::MaNodes);
        }
        if self.is_device() {
            warnings.extend(self.device_warnings());
        }
        warnings
    }

    fn device_warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let device_end = self.end_of_node(DEVICE_NODES);
        let device = &self.0[..device_end];
        let is_whole = self.nodes().count() >= DEVICE_NODES;
        if let Some((at, found)) = device.char_indices().next_back().filter(|_| is_whole) {
            warnings.extend(check(&device[..at], found));
        }
        for (letter, carried) in self.units() {
            match letter {
                'S' | 'L' | 'D' | 'P' => {}
                'M' | 'E' | 'V' if is_date(carried) => {}
                'M' | 'E' | 'V' => warnings.push(Warning::Date { found: carried.to_owned() }),
                'C' => {
                    let units = &self.0[device_end..];
                    let body = units.rfind(".C").map_or(units, |at| &units[..at]);
                    warnings.extend(carried.chars().next().and_then(|found| check(body, found)));
                }
                found => warnings.push(Warning::MaUnit { found }),
            }
        }
        warnings
    }

    /// Where the `n`th node ends, in bytes.
    fn end_of_node(&self, n: usize) -> usize {
        let ends = self.0.match_indices(SEPARATORS).map(|(at, _)| at);
        ends.chain([self.0.len()]).nth(n - 1).unwrap_or(self.0.len())
    }
}

impl fmt::Display for MaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

const SEPARATORS: [char; 2] = ['.', '/'];

fn nodes(text: &str) -> impl Iterator<Item = &str> {
    text.split(SEPARATORS)
}

/// Each character becomes the digits of its value; of these, every second from the right is
/// doubled, beginning with the second. The check digit is not among them, nor is `.C` before it.
fn check(body: &str, found: char) -> Option<Warning> {
    let values: Option<Vec<String>> =
        body.chars().map(|c| value(c).map(|it| it.to_string())).collect();
    let expected = digit((10 - luhn(&values?.concat()) % 10) % 10);
    (found != expected).then_some(Warning::MaCheck { expected, found })
}

/// The issuer's table: 43 and 44 are not used.
fn value(c: char) -> Option<u32> {
    const SIGNS: &str = "-.@$,*+%/#!^~";
    let place = |first: char| u32::from(c) - u32::from(first);
    match c {
        '0'..='9' => Some(place('0')),
        'A'..='Z' => Some(place('A') + 10),
        'a'..='g' => Some(place('a') + 36),
        'h'..='z' => Some(place('h') + 45),
        _ => SIGNS.find(c).map(|at| at as u32 + 64),
    }
}
