//! The application identifiers that form the path of a Digital Link: primary keys and their
//! qualifiers, with the shape of their values.
//!
//! These are rows of the GS1 syntax dictionary (entries with `dlpkey`), as far as they can stand
//! in an EPCIS event: all but the keys of payment slips (415) and of models (8013).

use crate::{Error, charset::Charset, check_digit};

/// A primary key of a Digital Link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// 00, a logistic unit.
    Sscc,
    /// 01, a trade item.
    Gtin,
    /// 253, a document type, with a serial a document.
    Gdti,
    /// 255, a coupon type, with a serial a coupon.
    Gcn,
    /// 401, a consignment.
    Ginc,
    /// 402, a shipment.
    Gsin,
    /// 414, a place.
    Gln,
    /// 417, a party.
    Pgln,
    /// 8003, a returnable asset type, with a serial an asset.
    Grai,
    /// 8004, an individual asset.
    Giai,
    /// 8006, a piece of a trade item.
    Itip,
    /// 8010, a component or part.
    Cpid,
    /// 8017, a service relation: provider.
    Gsrnp,
    /// 8018, a service relation: recipient.
    Gsrn,
}

/// What narrows a primary key in the path of a Digital Link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Qualifier {
    /// 22, consumer product variant.
    Cpv,
    /// 10, lot.
    Lot,
    /// 21, serial.
    Serial,
    /// 235, serial of a third party (tobacco).
    Tpx,
    /// 254, a place within a place.
    GlnExtension,
    /// 7040, unique identification code of an economic operator with its extension.
    Uic,
    /// 8011, serial of a component or part.
    CpidSerial,
    /// 8019, instance of a service relation.
    Srin,
}

/// The shape of a value: `head` digits that end in a check digit, then `min` to `max` characters
/// of `tail`.
pub(crate) struct Shape {
    pub(crate) head: usize,
    tail: Charset,
    min: usize,
    max: usize,
}

impl Shape {
    const fn new(head: usize, tail: Charset, min: usize, max: usize) -> Self {
        Self { head, tail, min, max }
    }

    /// Checks all but the check digit.
    pub(crate) fn check(&self, value: &str) -> Result<(), Error> {
        let found = value.chars().count();
        let (min, max) = (self.head + self.min, self.head + self.max);
        let Some((head, tail)) = value.split_at_checked(self.head) else {
            Charset::Cset82.check(value, 0, usize::MAX)?;
            return Err(Error::Length { min, max, found });
        };
        Charset::Digits.check(head, 0, self.head)?;
        self.tail.check(tail, 0, usize::MAX)?;
        if (min..=max).contains(&found) { Ok(()) } else { Err(Error::Length { min, max, found }) }
    }
}

impl Key {
    pub(crate) const ALL: [Key; 14] = [
        Key::Sscc,
        Key::Gtin,
        Key::Gdti,
        Key::Gcn,
        Key::Ginc,
        Key::Gsin,
        Key::Gln,
        Key::Pgln,
        Key::Grai,
        Key::Giai,
        Key::Itip,
        Key::Cpid,
        Key::Gsrnp,
        Key::Gsrn,
    ];

    /// The application identifier.
    pub fn ai(self) -> &'static str {
        self.names().0
    }

    /// The AI, and the short name that Digital Link 1.0 allowed in its place.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Key::Sscc => ("00", "sscc"),
            Key::Gtin => ("01", "gtin"),
            Key::Gdti => ("253", "gdti"),
            Key::Gcn => ("255", "gcn"),
            Key::Ginc => ("401", "ginc"),
            Key::Gsin => ("402", "gsin"),
            Key::Gln => ("414", "gln"),
            Key::Pgln => ("417", "party"),
            Key::Grai => ("8003", "grai"),
            Key::Giai => ("8004", "giai"),
            Key::Itip => ("8006", "itip"),
            Key::Cpid => ("8010", "cpid"),
            Key::Gsrnp => ("8017", "gsrnp"),
            Key::Gsrn => ("8018", "gsrn"),
        }
    }

    pub(crate) fn of_ai(ai: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.ai() == ai)
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.names().0 == name || key.names().1 == name)
    }

    pub(crate) fn shape(self) -> Shape {
        use Charset::{Cset39, Cset82, Digits};
        match self {
            Key::Sscc | Key::Gsrnp | Key::Gsrn => Shape::new(18, Digits, 0, 0),
            Key::Gtin => Shape::new(14, Digits, 0, 0),
            Key::Gdti => Shape::new(13, Cset82, 0, 17),
            Key::Gcn => Shape::new(13, Digits, 0, 12),
            Key::Gsin => Shape::new(17, Digits, 0, 0),
            Key::Gln | Key::Pgln => Shape::new(13, Digits, 0, 0),
            Key::Grai => Shape::new(14, Cset82, 0, 16),
            Key::Itip => Shape::new(14, Digits, 4, 4),
            Key::Ginc | Key::Giai => Shape::new(0, Cset82, 1, 30),
            Key::Cpid => Shape::new(0, Cset39, 1, 30),
        }
    }

    /// The ordered, optional qualifiers; each row is an alternative.
    pub(crate) fn qualifiers(self) -> &'static [&'static [Qualifier]] {
        use Qualifier::{CpidSerial, Cpv, GlnExtension, Lot, Serial, Srin, Tpx, Uic};
        match self {
            Key::Gtin => &[&[Cpv, Lot, Serial], &[Tpx]],
            Key::Gln => &[&[GlnExtension], &[Uic]],
            Key::Pgln | Key::Giai => &[&[Uic]],
            Key::Itip => &[&[Cpv, Lot, Serial]],
            Key::Cpid => &[&[CpidSerial]],
            Key::Gsrnp | Key::Gsrn => &[&[Srin]],
            Key::Sscc | Key::Gdti | Key::Gcn | Key::Ginc | Key::Gsin | Key::Grai => &[],
        }
    }

    /// Checks the shape of a value, but no fixed digit.
    pub(crate) fn check(self, value: &str) -> Result<(), Error> {
        let shape = self.shape();
        shape.check(value)?;
        // A key without a head starts with a company prefix; the shortest that GS1 gave out have
        // 4 digits.
        let n_digits = value.bytes().take_while(u8::is_ascii_digit).count();
        if shape.head == 0 && n_digits < 4 { Err(Error::CompanyPrefix) } else { Ok(()) }
    }

    /// Checks the fixed digits of a value whose shape is right: the check digit, and a GRAI's 0.
    /// What follows them does not matter.
    pub(crate) fn verify(self, value: &str) -> Result<(), Error> {
        if self == Key::Grai && !value.starts_with('0') {
            return Err(Error::GraiZero);
        }
        match self.shape().head {
            0 => Ok(()),
            head => check_digit::verify(&value[..head]),
        }
    }
}

impl Qualifier {
    const ALL: [Qualifier; 8] = [
        Qualifier::Cpv,
        Qualifier::Lot,
        Qualifier::Serial,
        Qualifier::Tpx,
        Qualifier::GlnExtension,
        Qualifier::Uic,
        Qualifier::CpidSerial,
        Qualifier::Srin,
    ];

    /// The application identifier.
    pub fn ai(self) -> &'static str {
        self.names().0
    }

    /// The AI, and the short name that Digital Link 1.0 allowed in its place, if any.
    fn names(self) -> (&'static str, Option<&'static str>) {
        match self {
            Qualifier::Cpv => ("22", Some("cpv")),
            Qualifier::Lot => ("10", Some("lot")),
            Qualifier::Serial => ("21", Some("ser")),
            Qualifier::Tpx => ("235", None),
            Qualifier::GlnExtension => ("254", None),
            Qualifier::Uic => ("7040", None),
            Qualifier::CpidSerial => ("8011", None),
            Qualifier::Srin => ("8019", None),
        }
    }

    pub(crate) fn of_ai(ai: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|qualifier| qualifier.ai() == ai)
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|q| q.names().0 == name || q.names().1 == Some(name))
    }

    /// Checks character set and length of a value.
    pub(crate) fn check(self, value: &str) -> Result<(), Error> {
        match self {
            Qualifier::Cpv | Qualifier::Lot | Qualifier::Serial | Qualifier::GlnExtension => {
                Charset::Cset82.check(value, 1, 20)
            }
            Qualifier::Tpx => Charset::Cset82.check(value, 1, 28),
            Qualifier::Uic => Charset::Cset82.check(value, 4, 4),
            Qualifier::CpidSerial => Charset::Digits.check(value, 1, 12),
            Qualifier::Srin => Charset::Digits.check(value, 1, 10),
        }
    }
}
