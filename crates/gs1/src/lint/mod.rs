//! The GS1 barcode syntax tests: 39 checks of the content of a component, each with the fault and
//! the span that the reference names.
//!
//! There is no lookup of company prefixes: `gcppos1` and `gcppos2` ask for the four digits that
//! every prefix has.
//!
//! ```
//! use gs1::lint::{Fault, Linter};
//!
//! let found = Linter::Yymmdd.check("231131").unwrap_err();
//! assert_eq!((found.fault, found.start, found.len), (Fault::Day, 4, 2));
//! ```

mod code_lists;
mod content;
mod coupon;
mod fault;
mod time;

pub use fault::{Fault, Finding};

use crate::charset::Charset;

/// One row a linter: variant, name in the dictionary, what it asks for.
/// A macro, so that the list of names and the list of variants are one.
macro_rules! linters {
    ($($variant:ident $name:literal $doc:literal,)*) => {
        /// A check of the content of a component.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Linter {
            $(#[doc = $doc] $variant,)*
        }

        impl Linter {
            /// All of them, in the order of their names.
            pub const ALL: &[Linter] = &[$(Linter::$variant,)*];

            /// The name in the syntax dictionary.
            pub fn name(self) -> &'static str {
                match self { $(Linter::$variant => $name,)* }
            }
        }
    };
}

linters! {
    CouponCode "couponcode" "A North American coupon, AI 8110.",
    CouponPosOffer "couponposoffer" "A North American positive offer file coupon, AI 8112.",
    Cset39 "cset39" "CSET 39.",
    Cset64 "cset64" "CSET 64 with its padding.",
    Cset82 "cset82" "CSET 82.",
    CsetNumeric "csetnumeric" "Digits.",
    Csum "csum" "The last digit is the GS1 check digit.",
    CsumAlpha "csumalpha" "The last two characters are the GS1 check pair.",
    GcpPos1 "gcppos1" "Begins with a company prefix.",
    GcpPos2 "gcppos2" "Begins with a company prefix after one character.",
    HasNonDigit "hasnondigit" "Not digits only.",
    Hh "hh" "Hours.",
    Hhmi "hhmi" "Hours and minutes.",
    Hyphen "hyphen" "Hyphens only.",
    Iban "iban" "An IBAN (ISO 13616).",
    ImporterIdx "importeridx" "The index of an importer in AI 7040.",
    Iso3166 "iso3166" "A numeric country code.",
    Iso3166_999 "iso3166999" "A numeric country code, or 999.",
    Iso3166Alpha2 "iso3166alpha2" "A two-letter country code.",
    Iso4217 "iso4217" "A numeric currency code.",
    Iso5218 "iso5218" "A biological sex.",
    Latitude "latitude" "A latitude, AI 4309.",
    Longitude "longitude" "A longitude, AI 4309.",
    MediaType "mediatype" "An AIDC media type, AI 7241.",
    Mi "mi" "Minutes.",
    NonZero "nonzero" "A number other than zero.",
    NoZeroPrefix "nozeroprefix" "A number without leading zero.",
    PackageType "packagetype" "A package type of UN/ECE recommendation 21 or of GS1.",
    PcEnc "pcenc" "Percent signs stand before two hexadecimal digits.",
    PieceOfTotal "pieceoftotal" "A piece and the total, equally long.",
    PosInSeqSlash "posinseqslash" "A position and an end, with a slash between.",
    Ss "ss" "Seconds.",
    Winding "winding" "The winding direction of AI 8001.",
    YesNo "yesno" "0 or 1.",
    Yymmd0 "yymmd0" "A date whose day may be 00.",
    Yymmdd "yymmdd" "A date.",
    Yyyymmd0 "yyyymmd0" "A date with century whose day may be 00.",
    Yyyymmdd "yyyymmdd" "A date with century.",
    Zero "zero" "Zeros only.",
}

impl Linter {
    /// Finds a linter by its name in the syntax dictionary.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|linter| linter.name() == name)
    }

    /// Checks a component.
    ///
    /// # Errors
    /// The first fault, and where it is.
    pub fn check(self, text: &str) -> Result<(), Finding> {
        match self {
            Linter::CouponCode => coupon::code(text),
            Linter::CouponPosOffer => coupon::positive_offer(text),
            Linter::Cset39 => charset(Charset::Cset39, text),
            Linter::Cset64 => charset(Charset::Cset64, text),
            Linter::Cset82 => charset(Charset::Cset82, text),
            Linter::CsetNumeric => charset(Charset::Digits, text),
            Linter::Csum => content::check_digit(text),
            Linter::CsumAlpha => content::check_pair(text),
            Linter::GcpPos1 => content::company_prefix(text, 0),
            Linter::GcpPos2 => content::company_prefix(text, 1),
            Linter::HasNonDigit => content::has_non_digit(text),
            Linter::Hh => time::hour(text),
            Linter::Hhmi => time::hour_minute(text),
            Linter::Hyphen => content::hyphens(text),
            Linter::Iban => content::iban(text),
            Linter::ImporterIdx => content::importer_index(text),
            Linter::Iso3166 => one_of(code_lists::country(text), Fault::NotIso3166, text),
            Linter::Iso3166_999 => {
                one_of(text == "999" || code_lists::country(text), Fault::NotIso3166Or999, text)
            }
            Linter::Iso3166Alpha2 => {
                one_of(code_lists::country_alpha2(text), Fault::NotIso3166Alpha2, text)
            }
            Linter::Iso4217 => one_of(code_lists::currency(text), Fault::NotIso4217, text),
            Linter::Iso5218 => {
                one_of(matches!(text, "0" | "1" | "2" | "9"), Fault::NotIso5218, text)
            }
            Linter::Latitude => {
                content::degrees(text, 1_800_000_000, Fault::LatitudeLength, Fault::Latitude)
            }
            Linter::Longitude => {
                content::degrees(text, 3_600_000_000, Fault::LongitudeLength, Fault::Longitude)
            }
            Linter::MediaType => one_of(code_lists::media_type(text), Fault::MediaType, text),
            Linter::Mi => time::minute(text),
            Linter::NonZero => content::non_zero(text),
            Linter::NoZeroPrefix => content::no_zero_prefix(text),
            Linter::PackageType => one_of(code_lists::package_type(text), Fault::PackageType, text),
            Linter::PcEnc => content::percent_escapes(text),
            Linter::PieceOfTotal => content::piece_of_total(text),
            Linter::PosInSeqSlash => content::position_in_sequence(text),
            Linter::Ss => time::second(text),
            Linter::Winding => one_of(matches!(text, "0" | "1" | "9"), Fault::Winding, text),
            Linter::YesNo => one_of(matches!(text, "0" | "1"), Fault::NotZeroOrOne, text),
            Linter::Yymmd0 => time::date(text, time::Century::Near, time::Day::MayBeZero),
            Linter::Yymmdd => time::date(text, time::Century::Near, time::Day::Known),
            Linter::Yyyymmd0 => time::date(text, time::Century::Written, time::Day::MayBeZero),
            Linter::Yyyymmdd => time::date(text, time::Century::Written, time::Day::Known),
            Linter::Zero => content::zeros(text),
        }
    }
}

fn one_of(is_in_list: bool, fault: Fault, text: &str) -> Result<(), Finding> {
    if is_in_list { Ok(()) } else { Err(Finding::whole(fault, text)) }
}

/// Checks the characters of a component; see [`Charset`].
pub(crate) fn charset(charset: Charset, text: &str) -> Result<(), Finding> {
    let fault = match charset {
        Charset::Digits => Fault::NonDigit,
        Charset::Cset82 => Fault::NotCset82,
        Charset::Cset39 => Fault::NotCset39,
        Charset::Cset64 => Fault::NotCset64,
    };
    let pads = match charset {
        Charset::Cset64 => text.len() - text.trim_end_matches('=').len(),
        _ => 0,
    };
    let body = &text[..text.len() - pads];
    if pads > 2 || (pads > 0 && !text.len().is_multiple_of(3)) {
        return Err(Finding::at(Fault::Cset64Padding, body.len(), pads));
    }
    match charset.first_foreign(body) {
        None => Ok(()),
        Some((at, foreign)) => Err(Finding::at(fault, at, foreign.len_utf8())),
    }
}
