//! Ids of subjects, as the outside sees them, and the scope of whoever asks.
//!
//! An id is 62 bits: milliseconds since the epoch, then 20 random bits, so that neighbours in time
//! are neighbours in the B-tree and nobody can count how many there are.
//! It is printed as one letter for its kind and 13 digits of base 32.

use std::fmt;

/// The text is no id of the kind asked for; to the asker that is the same as an unknown one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadId;

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const RANDOM_BITS: u32 = 20;

/// A time-ordered id: `now_us` in microseconds since the epoch, `random` any 32 bits.
fn new_id(now_us: i64, random: u32) -> i64 {
    let ms = (now_us / 1000) & ((1 << 42) - 1);
    (ms << RANDOM_BITS) | i64::from(random >> (32 - RANDOM_BITS))
}

fn print_id(prefix: char, id: i64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = [0u8; 13];
    for (i, digit) in text.iter_mut().enumerate() {
        *digit = DIGITS[(id >> (5 * (12 - i))) as usize & 31];
    }
    write!(f, "{prefix}{}", std::str::from_utf8(&text).unwrap_or_default())
}

fn parse_id(prefix: char, text: &str) -> Result<i64, BadId> {
    let digits = text.strip_prefix(prefix).ok_or(BadId)?;
    if digits.len() != 13 {
        return Err(BadId);
    }
    digits.bytes().try_fold(0i64, |id, byte| {
        let digit = DIGITS.iter().position(|&d| d == byte).ok_or(BadId)?;
        if id >> 58 != 0 { Err(BadId) } else { Ok(id << 5 | digit as i64) }
    })
}

/// A macro, because seven ids differ in nothing but their name, letter and doc.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(crate) i64);

        impl $name {
            /// A new id at `now_us` (microseconds since the epoch) from 32 random bits.
            pub fn new(now_us: i64, random: u32) -> Self {
                Self(new_id(now_us, random))
            }

            /// The id as a number, for [`Page::after`](crate::page::Page::after).
            pub fn number(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                print_id($prefix, self.0, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                parse_id($prefix, text).map(Self)
            }
        }

        impl From<$name> for crate::Value {
            fn from(id: $name) -> Self {
                crate::Value::Int(id.0)
            }
        }
    )*};
}

ids! {
    /// An enterprise (主体).
    EnterpriseId 'e';
    /// A product of one enterprise.
    ProductId 'p';
    /// A lot (批次) of one product.
    LotId 'l';
    /// An order of codes.
    BatchId 'b';
    /// One EPCIS capture.
    CaptureId 'c';
    /// An API key; not the secret.
    KeyId 'k';
    /// One download of a print file.
    DownloadId 'd';
}

impl CaptureId {
    /// The id from which on captures are made at or after a time, in microseconds since the epoch;
    /// those of the millisecond before it are among them.
    pub fn from_time(time_us: i64) -> Self {
        Self(new_id(time_us.clamp(0, MAX_TIME_US), 0))
    }

    /// The id before which all captures made before a time are.
    pub fn until_time(time_us: i64) -> Self {
        Self::from_time(time_us.clamp(0, MAX_TIME_US - 1000) + 999)
    }
}

/// The last time that an id can hold: in the year 2109.
const MAX_TIME_US: i64 = ((1 << 42) - 1) * 1000;

/// Whose rows a caller may see or change: bounds on `enterprise_id`, so that one SQL text serves
/// an enterprise and the platform, and no statement exists without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    pub(crate) first: i64,
    pub(crate) last: i64,
}

impl Scope {
    /// Every enterprise: operators, regulators, and the public page.
    pub const PLATFORM: Self = Self { first: 0, last: i64::MAX };

    /// One enterprise and nothing else.
    pub fn enterprise(id: EnterpriseId) -> Self {
        Self { first: id.0, last: id.0 }
    }

    /// The one enterprise, if it is one.
    pub(crate) fn single(&self) -> Option<EnterpriseId> {
        (self.first == self.last).then_some(EnterpriseId(self.first))
    }

    /// Whether rows of `id` are inside.
    pub fn holds(&self, id: EnterpriseId) -> bool {
        (self.first..=self.last).contains(&id.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn print_and_parse_are_inverse() {
        for id in [0, 1, 31, 32, (1 << 62) - 1, 1_792_000_000_000 << 20] {
            let batch = BatchId(id);
            assert_eq!(batch.to_string().parse(), Ok(batch));
            assert_eq!(batch.to_string().len(), 14);
        }
    }

    #[test]
    fn other_kinds_and_garbage_are_unknown() {
        for text in ["", "b", "e0000000000000", "b000000000000u", "bzzzzzzzzzzzzzz", "b1"] {
            assert_eq!(text.parse::<BatchId>(), Err(BadId), "{text}");
        }
    }

    #[test]
    fn ids_grow_with_time() {
        assert!(BatchId::new(1_000_000, u32::MAX) < BatchId::new(1_001_000, 0));
    }
}
