//! Ids of subjects, as the outside sees them, and the scope of whoever asks.
//!
//! An id is 62 bits: milliseconds since the epoch, then 20 random bits, so that neighbours in time
//! are neighbours in the B-tree and nobody can count how many there are.
//! That of an enterprise begins with the division it is registered in instead, so that those of a
//! jurisdiction are neighbours too, and one pair of bounds tells whose rows a regulator sees.
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

/// A macro, because the ids differ in nothing but their name, letter and doc.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(crate) i64);

        impl $name {
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
    /// A share: who sees events of others, and which.
    ShareId 'h';
    /// A subscription to a named query.
    SubscriptionId 's';
    /// A recall, or a drill of one.
    RecallId 'r';
    /// What a holder of recalled goods is asked to do.
    TaskId 't';
    /// A notice of a recall to one reader, by one channel.
    LetterId 'n';
    /// A dealer of one enterprise (经销商).
    DealerId 'a';
    /// What was changed of a dealer.
    DealerChangeId 'g';
    /// A suspected diversion.
    DiversionId 'v';
    /// A change of what is set for a product, an enterprise or the platform.
    SettingChangeId 'u';
    /// An item that was counted anew.
    ResetId 'z';
    /// What a visitor said.
    FeedbackId 'f';
    /// Something that somebody should look at.
    AlertId 'w';
    /// A report of a suspected fake.
    ReportId 'j';
    /// A test or certificate of a product or a lot.
    CertificateId 'q';
}

/// A macro for the same reason.
macro_rules! timed {
    ($($name:ident)*) => {$(
        impl $name {
            /// A new id at `now_us` (microseconds since the epoch) from 32 random bits.
            pub fn new(now_us: i64, random: u32) -> Self {
                Self(new_id(now_us, random))
            }
        }
    )*};
}

timed! { ProductId LotId BatchId CaptureId KeyId DownloadId ShareId SubscriptionId RecallId TaskId
LetterId DealerId DealerChangeId DiversionId SettingChangeId ResetId FeedbackId AlertId
ReportId CertificateId }

/// Tells ids with a division from those that were given before there were any.
const HAS_DIVISION: i64 = 1 << 62;
/// Bits below the division: 32 for seconds since the epoch, 10 random ones.
const BELOW_DIVISION: u32 = 42;

impl EnterpriseId {
    /// The smallest; no enterprise has it.
    pub const LEAST: Self = Self(0);

    /// A new id of an enterprise registered in `division`: six digits of GB/T 2260, 900000 and
    /// the number of a country in ISO 3166-1, or 0 where nobody knows. `now_us` in microseconds
    /// since the epoch; two of one second and one division may be the same.
    pub fn registered(division: u32, now_us: i64, random: u32) -> Self {
        let seconds = (now_us / 1_000_000) & 0xffff_ffff;
        let division = i64::from(division.min(MAX_DIVISION));
        let random = i64::from(random >> 22);
        Self(HAS_DIVISION | division << BELOW_DIVISION | seconds << 10 | random)
    }

    /// The division it is registered in, if that is known.
    pub fn division(self) -> Option<u32> {
        let division = (self.0 & !HAS_DIVISION) >> BELOW_DIVISION;
        u32::try_from(division).ok().filter(|&division| self.0 >= HAS_DIVISION && division > 0)
    }
}

const MAX_DIVISION: u32 = 999_999;

/// The area of a regulator: the enterprises whose division begins with these 2, 4 or 6 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Jurisdiction(u32);

/// The text is no jurisdiction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a jurisdiction is 2, 4 or 6 digits of a division (GB/T 2260), or 900000 and the number of a \
     country in ISO 3166-1"
)]
pub struct BadJurisdiction;

impl Jurisdiction {
    /// Those that an enterprise of a division is in, the largest first.
    pub(crate) fn of(id: EnterpriseId) -> impl Iterator<Item = Self> {
        let division = id.division().filter(|&division| division >= 100_000);
        division.into_iter().flat_map(|division| {
            let widths: &[u32] = if division < 900_000 { &[10_000, 100, 1] } else { &[1] };
            widths.iter().map(move |width| Self(division / width))
        })
    }

    /// The first and the last id that an enterprise in it can have.
    fn bounds(self) -> (i64, i64) {
        let width = match self.0 {
            0..=99 => 10_000,
            100..=9_999 => 100,
            _ => 1,
        };
        let first = i64::from(self.0) * width;
        let id = |division: i64| HAS_DIVISION | division << BELOW_DIVISION;
        (id(first), id(first + width) - 1)
    }
}

impl std::str::FromStr for Jurisdiction {
    type Err = BadJurisdiction;

    /// Zeros at the end stand for the whole, as in the standard: `330000` is `33`. Countries have
    /// all their digits.
    fn from_str(text: &str) -> Result<Self, BadJurisdiction> {
        let is_country = text.starts_with('9');
        let mut digits = text;
        while let Some(whole) = digits.strip_suffix("00").filter(|it| !it.is_empty() && !is_country)
        {
            digits = whole;
        }
        let has_length = matches!(text.len(), 2 | 4 | 6) && (!is_country || text.len() == 6);
        let number = digits.parse::<u32>().ok().filter(|_| {
            has_length && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0')
        });
        number.map(Self).ok_or(BadJurisdiction)
    }
}

impl fmt::Display for Jurisdiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Under whose number the indexes of events hold a row: the enterprise that captured the event,
/// the platform, a jurisdiction that the enterprise is in, or a share that shows it to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Viewer(pub(crate) i64);

impl Viewer {
    /// Everybody's events. No enterprise has this number.
    pub const PLATFORM: Self = Self(0);

    /// Those that come with a share: the negative of its id, which begins with a time and is far
    /// below all jurisdictions.
    pub fn share(id: ShareId) -> Self {
        Self(-id.0)
    }

    /// Who sees all of its events as well, for the enterprise that captured them, and watches over
    /// it.
    pub fn wider(self) -> impl Iterator<Item = Self> {
        let owner = Some(EnterpriseId(self.0)).filter(|_| self > Self::PLATFORM);
        let platform = owner.map(|_| Self::PLATFORM);
        let parts = owner.into_iter().flat_map(Jurisdiction::of).map(Self::jurisdiction);
        platform.into_iter().chain(parts)
    }

    /// Its number: positive of an enterprise, 0 of the platform, negative of a jurisdiction.
    pub fn number(self) -> i64 {
        self.0
    }

    /// The enterprise, if it is one.
    pub fn enterprise(self) -> Option<EnterpriseId> {
        (self > Self::PLATFORM).then_some(EnterpriseId(self.0))
    }

    /// Those of a jurisdiction: the negative of its digits.
    pub(crate) fn jurisdiction(jurisdiction: Jurisdiction) -> Self {
        Self(-i64::from(jurisdiction.0))
    }
}

impl From<EnterpriseId> for Viewer {
    fn from(id: EnterpriseId) -> Self {
        Self(id.0)
    }
}

impl From<Viewer> for crate::Value {
    fn from(viewer: Viewer) -> Self {
        crate::Value::Int(viewer.0)
    }
}

impl EnterpriseId {
    /// No enterprise has this id.
    pub const NOBODY: Self = Self(0);
}

impl CaptureId {
    /// When it was drawn, to the millisecond, in microseconds since the epoch.
    pub(crate) fn time_us(self) -> i64 {
        (self.0 >> RANDOM_BITS) * 1000
    }

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
/// an enterprise, a jurisdiction and the platform, and no statement exists without it.
///
/// An enterprise sees events of others too, where they were shared with it; that is said by the
/// statements over events, and never by these bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    pub(crate) first: i64,
    pub(crate) last: i64,
    viewer: Viewer,
}

impl Scope {
    /// Every enterprise: operators, regulators of the whole, and the public page.
    pub const PLATFORM: Self = Self { first: 0, last: i64::MAX, viewer: Viewer::PLATFORM };

    /// No enterprise.
    pub(crate) const NOBODY: Self = Self { first: 0, last: 0, viewer: Viewer::PLATFORM };

    /// One enterprise and nothing else.
    pub fn enterprise(id: EnterpriseId) -> Self {
        Self { first: id.0, last: id.0, viewer: id.into() }
    }

    /// The enterprises of a jurisdiction.
    pub fn jurisdiction(jurisdiction: Jurisdiction) -> Self {
        let (first, last) = jurisdiction.bounds();
        Self { first, last, viewer: Viewer::jurisdiction(jurisdiction) }
    }

    /// The scope of this number: an enterprise, the platform, or a jurisdiction.
    pub(crate) fn of_viewer(number: i64) -> Self {
        match number {
            0 => Self::PLATFORM,
            1.. => Self::enterprise(EnterpriseId(number)),
            _ => {
                let digits = u32::try_from(number.unsigned_abs()).unwrap_or(u32::MAX);
                Self::jurisdiction(Jurisdiction(digits.min(MAX_DIVISION)))
            }
        }
    }

    /// Where events are read that were found to be open to who asks: a jurisdiction hears of some
    /// outside it.
    pub fn to_read(self) -> Self {
        if self.is_part() { Self::PLATFORM } else { self }
    }

    /// The one enterprise, if it is one.
    pub fn single(&self) -> Option<EnterpriseId> {
        (self.first == self.last).then_some(EnterpriseId(self.first))
    }

    /// The number of all that is inside; that of queries kept by name as well, and of who reads
    /// notices.
    pub fn viewer(&self) -> Viewer {
        self.viewer
    }

    /// Whether it is a part of the platform with many enterprises: lists in the order of all
    /// enterprises pass over those of others.
    pub fn is_part(&self) -> bool {
        self.viewer < Viewer::PLATFORM
    }

    /// The first two digits of the division of the enterprises of a part, all of which have the
    /// same.
    pub(crate) fn province(&self) -> i64 {
        ((self.first & !HAS_DIVISION) >> BELOW_DIVISION) / 10_000
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

    #[test]
    fn a_jurisdiction_holds_the_enterprises_of_its_divisions_and_no_others() {
        let id = |division| EnterpriseId::registered(division, 1_795_248_000_000_000, u32::MAX);
        let scope = |text: &str| Scope::jurisdiction(text.parse().unwrap());
        for (inside, outside, text) in [
            (vec![330_000, 330_106, 339_999], vec![320_999, 340_000, 0], "33"),
            (vec![330_100, 330_199], vec![330_000, 330_200], "3301"),
            (vec![330_106], vec![330_105, 330_107], "330106"),
            (vec![900_410], vec![900_409, 900_411], "900410"),
            (vec![330_000], vec![340_000], "330000"),
        ] {
            assert!(inside.iter().all(|&it| scope(text).holds(id(it))), "{text}");
            assert!(!outside.iter().any(|&it| scope(text).holds(id(it))), "{text}");
            for division in inside {
                assert_eq!(id(division).division(), Some(division));
                let number = scope(text).viewer();
                assert!(
                    Jurisdiction::of(id(division)).any(|it| Viewer::jurisdiction(it) == number)
                );
            }
        }
        assert_eq!(id(0).division(), None);
        assert_eq!(Jurisdiction::of(id(0)).count(), 0);
    }

    #[test]
    fn enterprises_from_before_are_in_no_jurisdiction() {
        // Such an id begins with a time where others have a division.
        let before = EnterpriseId(1_795_248_000_000 << 20);
        assert_eq!(before.division(), None);
        for digits in 10..=99 {
            let text = if digits < 90 { digits.to_string() } else { format!("{digits}0410") };
            assert!(!Scope::jurisdiction(text.parse().unwrap()).holds(before), "{digits}");
        }
        assert!(Scope::PLATFORM.holds(before));
    }

    #[test]
    fn what_is_no_jurisdiction() {
        for text in ["", "3", "330", "3301061", "0", "00", "01", "03", "3a", "90", "+1", "x33010"] {
            assert_eq!(text.parse::<Jurisdiction>(), Err(BadJurisdiction), "{text}");
        }
        for (text, printed) in
            [("33", "33"), ("3300", "33"), ("330100", "3301"), ("900400", "900400")]
        {
            assert_eq!(text.parse::<Jurisdiction>().unwrap().to_string(), printed);
        }
    }
}
