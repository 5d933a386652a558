//! Numbers that are valid and nobody's.

use gs1::{Gln, Gtin, Sscc};
use schemes::{BusinessNumber, ScLicence, Uscc};

use crate::random::Random;

const FITS: &str = "digits are counted right here";

/// Company prefix of 7 digits: 952 is kept by GS1 for demonstrations.
fn company_prefix(enterprise: usize) -> String {
    format!("952{:04}", 1000 + enterprise)
}

/// GTIN-13 of an enterprise, written with 14 digits.
pub(crate) fn gtin(enterprise: usize, item_reference: u32) -> String {
    let body = format!("{}{item_reference:05}", company_prefix(enterprise));
    Gtin::with_check(&body).expect(FITS).as_str().to_owned()
}

/// GLN of one of an enterprise's sites; site 1 is its seat.
pub(crate) fn gln(enterprise: usize, site: u32) -> String {
    let body = format!("{}{site:05}", company_prefix(enterprise));
    Gln::with_check(&body).expect(FITS).as_str().to_owned()
}

/// The EPC of the n-th logistic unit of an enterprise.
pub(crate) fn sscc_uri(enterprise: usize, n: u64) -> String {
    let body = format!("3{}{n:09}", company_prefix(enterprise));
    let sscc = Sscc::with_check(&body).expect(FITS);
    format!("https://id.gs1.org/00/{}", sscc.as_str())
}

/// The class URI of a lot.
pub(crate) fn lot_uri(gtin: &str, lot_number: &str) -> String {
    format!("https://id.gs1.org/01/{gtin}/10/{lot_number}")
}

/// The EPC of one serialised part.
pub(crate) fn sgtin_uri(gtin: &str, serial: &str) -> String {
    format!("https://id.gs1.org/01/{gtin}/21/{serial}")
}

/// A place as read point or business location.
pub(crate) fn place_uri(enterprise: usize, site: u32) -> String {
    format!("https://id.gs1.org/414/{}", gln(enterprise, site))
}

/// An enterprise as the party that owns or holds goods.
pub(crate) fn party_uri(enterprise: usize) -> String {
    format!("https://id.gs1.org/417/{}", gln(enterprise, 1))
}

/// A paper of an enterprise: order, dispatch advice, report.
pub(crate) fn paper_uri(enterprise: usize, paper_number: &str) -> String {
    format!("urn:epcglobal:cbv:bt:{}:{paper_number}", gln(enterprise, 1))
}

/// An organisation registered with a market regulator in `division`.
pub(crate) fn uscc(random: &mut Random, division: &str) -> String {
    let body = format!("91{division}MA{}", random.organisation(6));
    Uscc::with_checks(&body).expect(FITS).as_str().to_owned()
}

/// A corporation of Korea: the middle two digits 81 to 88 are for those.
pub(crate) fn business_number(random: &mut Random) -> String {
    let body = format!("{}{}{}", 100 + random.below(500), 81 + random.below(8), random.digits(4));
    BusinessNumber::with_check(&body).expect(FITS).to_string()
}

/// A licence for food of `class`, two digits, issued in `division`.
pub(crate) fn sc(random: &mut Random, class: &str, division: &str) -> String {
    let body = format!("1{class}{division}{}", random.digits(4));
    ScLicence::with_check(&body).expect(FITS).to_string()
}
