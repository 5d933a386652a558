//! The North American coupons of AI 8110 and AI 8112.

use super::{Fault, Finding, Linter, charset};
use crate::charset::Charset;

/// Reads a coupon from left to right.
///
/// Where nothing is left, the reference marks the whole text; else what is left of it.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Result<Self, Finding> {
        charset(Charset::Digits, text)?;
        Ok(Self { text, at: 0 })
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes the mark of an optional field, if it is there.
    fn option(&mut self, mark: u8) -> bool {
        let is_there = self.peek() == Some(mark);
        self.at += usize::from(is_there);
        is_there
    }

    /// Takes one of the `allowed` digits; its value.
    fn one(&mut self, allowed: &[u8], missing: Fault, wrong: Fault) -> Result<usize, Finding> {
        let found = self.peek().ok_or_else(|| Finding::whole(missing, self.text))?;
        if !allowed.contains(&found) {
            return Err(Finding::at(wrong, self.at, 1));
        }
        self.at += 1;
        Ok(usize::from(found - b'0'))
    }

    fn take(&mut self, n_digits: usize, short: Fault) -> Result<&'a str, Finding> {
        let rest = &self.text[self.at..];
        match rest.get(..n_digits) {
            Some(taken) => {
                self.at += n_digits;
                Ok(taken)
            }
            None if rest.is_empty() => Err(Finding::whole(short, self.text)),
            None => Err(Finding::at(short, self.at, rest.len())),
        }
    }

    /// Takes a date; where it begins.
    fn date(&mut self, short: Fault, wrong: Fault) -> Result<&'a str, Finding> {
        let date = self.take(6, short)?;
        match Linter::Yymmdd.check(date) {
            Ok(()) => Ok(date),
            Err(_) => Err(Finding::at(wrong, self.at - 6, 6)),
        }
    }

    fn serial(&mut self) -> Result<(), Finding> {
        let length = self.one(b"0123456789", Fault::NoSerialLength, Fault::SerialShort)?;
        self.take(length + 6, Fault::SerialShort).map(drop)
    }

    fn requirement(&mut self, faults: &Requirement) -> Result<(), Finding> {
        let length = self.one(b"12345", faults.no_length, faults.length)?;
        self.take(length, faults.short)?;
        self.one(b"012349", faults.no_code, faults.code)?;
        self.take(3, faults.family).map(drop)
    }

    /// The company prefix of a further purchase; 9 says that it is the first one's.
    fn further_prefix(
        &mut self,
        missing: Fault,
        wrong: Fault,
        short: Fault,
    ) -> Result<(), Finding> {
        match self.one(b"01234569", missing, wrong)? {
            9 => Ok(()),
            length => self.take(length + 6, short).map(drop),
        }
    }

    fn end(&self) -> Result<(), Finding> {
        let left = self.text.len() - self.at;
        if left == 0 { Ok(()) } else { Err(Finding::at(Fault::Excess, self.at, left)) }
    }
}

/// The faults of one purchase requirement.
struct Requirement {
    no_length: Fault,
    length: Fault,
    short: Fault,
    no_code: Fault,
    code: Fault,
    family: Fault,
}

const FIRST: Requirement = Requirement {
    no_length: Fault::NoPurchase1Length,
    length: Fault::Purchase1Length,
    short: Fault::Purchase1Short,
    no_code: Fault::NoPurchase1Code,
    code: Fault::Purchase1Code,
    family: Fault::Family1Short,
};

const SECOND: Requirement = Requirement {
    no_length: Fault::NoPurchase2Length,
    length: Fault::Purchase2Length,
    short: Fault::Purchase2Short,
    no_code: Fault::NoPurchase2Code,
    code: Fault::Purchase2Code,
    family: Fault::Family2Short,
};

const THIRD: Requirement = Requirement {
    no_length: Fault::NoPurchase3Length,
    length: Fault::Purchase3Length,
    short: Fault::Purchase3Short,
    no_code: Fault::NoPurchase3Code,
    code: Fault::Purchase3Code,
    family: Fault::Family3Short,
};

/// AI 8110, "North American Coupon Application Guideline Using GS1 DataBar Expanded Symbols".
pub(super) fn code(text: &str) -> Result<(), Finding> {
    let mut coupon = Reader::new(text)?;
    let length = coupon.one(b"0123456", Fault::NoGcpLength, Fault::GcpLength)?;
    coupon.take(length + 6, Fault::GcpShort)?;
    coupon.take(6, Fault::OfferShort)?;
    let length = coupon.one(b"12345", Fault::NoSaveLength, Fault::SaveLength)?;
    coupon.take(length, Fault::SaveShort)?;
    coupon.requirement(&FIRST)?;
    if coupon.option(b'1') {
        coupon.one(b"0123", Fault::NoRules, Fault::Rules)?;
        coupon.requirement(&SECOND)?;
        coupon.further_prefix(Fault::NoGcp2Length, Fault::Gcp2Length, Fault::Gcp2Short)?;
    }
    if coupon.option(b'2') {
        coupon.requirement(&THIRD)?;
        coupon.further_prefix(Fault::NoGcp3Length, Fault::Gcp3Length, Fault::Gcp3Short)?;
    }
    dates(&mut coupon)?;
    if coupon.option(b'5') {
        coupon.serial()?;
    }
    if coupon.option(b'6') {
        let length = coupon.one(b"1234567", Fault::NoRetailerLength, Fault::RetailerLength)?;
        coupon.take(length + 6, Fault::RetailerShort)?;
    }
    if coupon.option(b'9') {
        coupon.one(b"01256", Fault::NoSaveCode, Fault::SaveCode)?;
        coupon.one(b"012", Fault::NoSaveItem, Fault::SaveItem)?;
        coupon.one(b"0123456789", Fault::NoStoreFlag, Fault::NoStoreFlag)?;
        coupon.one(b"01", Fault::NoMultiplyFlag, Fault::MultiplyFlag)?;
    }
    coupon.end()
}

fn dates(coupon: &mut Reader<'_>) -> Result<(), Finding> {
    let mut expiration = None;
    if coupon.option(b'3') {
        expiration = Some(coupon.date(Fault::ExpirationShort, Fault::Expiration)?);
    }
    if coupon.option(b'4') {
        let start = coupon.date(Fault::StartShort, Fault::Start)?;
        if expiration.is_some_and(|expiration| start > expiration) {
            // Both fields with the first one's mark: 3, date, 4, date.
            return Err(Finding::at(Fault::ExpirationBeforeStart, coupon.at - 14, 14));
        }
    }
    Ok(())
}

/// AI 8112, "GS1 AI (8112) Coupon Data Specification".
pub(super) fn positive_offer(text: &str) -> Result<(), Finding> {
    let mut coupon = Reader::new(text)?;
    coupon.one(b"01", Fault::NoFormat, Fault::Format)?;
    let length = coupon.one(b"0123456", Fault::NoFunderLength, Fault::FunderLength)?;
    coupon.take(length + 6, Fault::FunderShort)?;
    coupon.take(6, Fault::OfferShort)?;
    coupon.serial()?;
    coupon.end()
}
