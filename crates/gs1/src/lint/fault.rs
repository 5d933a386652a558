//! What a linter can find, under the names the GS1 syntax tests gave it.

use std::fmt;

/// One row a fault: variant, name without its prefix, sentence.
/// A macro, since three lists of a hundred names each would drift apart.
macro_rules! faults {
    ($($variant:ident $code:literal $message:literal,)*) => {
        /// What is wrong with the value of a component.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Fault {
            $(#[doc = $message] $variant,)*
        }

        impl Fault {
            /// The name in the GS1 syntax tests, without `GS1_LINTER_`.
            pub fn code(self) -> &'static str {
                match self { $(Fault::$variant => $code,)* }
            }

            fn message(self) -> &'static str {
                match self { $(Fault::$variant => $message,)* }
            }
        }
    };
}

faults! {
    NonDigit "NON_DIGIT_CHARACTER" "only digits are allowed here",
    NotCset82 "INVALID_CSET82_CHARACTER" "not a character of CSET 82",
    NotCset39 "INVALID_CSET39_CHARACTER" "not a character of CSET 39",
    NotCset64 "INVALID_CSET64_CHARACTER" "not a character of CSET 64",
    Cset64Padding "INVALID_CSET64_PADDING" "wrong number of pad characters",
    CheckDigit "INCORRECT_CHECK_DIGIT" "the check digit is wrong",
    ShortForCheckDigit "TOO_SHORT_FOR_CHECK_DIGIT" "too short for a check digit",
    CheckPair "INCORRECT_CHECK_PAIR" "the check character pair is wrong",
    ShortForCheckPair "TOO_SHORT_FOR_CHECK_PAIR" "too short for a check character pair",
    LongForCheckPair "TOO_LONG_FOR_CHECK_PAIR_IMPLEMENTATION" "too long for a check character pair",
    ShortForGcp "TOO_SHORT_FOR_GCP" "too short for a GS1 company prefix",
    GcpPrefix "INVALID_GCP_PREFIX" "does not begin with a GS1 company prefix",
    ImporterIndexLength "IMPORTER_IDX_MUST_BE_ONE_CHARACTER" "an importer index is one character",
    ImporterIndex "INVALID_IMPORT_IDX_CHARACTER" "not an importer index",
    Zero "ILLEGAL_ZERO_VALUE" "must not be zero",
    NotZero "NOT_ZERO" "must be zero",
    ZeroPrefix "ILLEGAL_ZERO_PREFIX" "must not begin with zero",
    NotZeroOrOne "NOT_ZERO_OR_ONE" "must be 0 or 1",
    Winding "INVALID_WINDING_DIRECTION" "must be 0, 1 or 9",
    NotIso3166 "NOT_ISO3166" "not a numeric country code of ISO 3166",
    NotIso3166Or999 "NOT_ISO3166_OR_999" "not a numeric country code of ISO 3166, nor 999",
    NotIso3166Alpha2 "NOT_ISO3166_ALPHA2" "not a two-letter country code of ISO 3166",
    NotIso4217 "NOT_ISO4217" "not a numeric currency code of ISO 4217",
    NotIso5218 "INVALID_BIOLOGICAL_SEX_CODE" "must be 0, 1, 2 or 9 (ISO 5218)",
    IbanShort "IBAN_TOO_SHORT" "too short for an IBAN",
    IbanLong "IBAN_TOO_LONG" "too long for an IBAN",
    IbanCharacter "INVALID_IBAN_CHARACTER" "an IBAN has digits and capitals",
    IbanCountry "ILLEGAL_IBAN_COUNTRY_CODE" "an IBAN begins with a country code of ISO 3166",
    IbanChecksum "INCORRECT_IBAN_CHECKSUM" "the check digits of the IBAN are wrong",
    DateShort "DATE_TOO_SHORT" "too short for a date",
    DateLong "DATE_TOO_LONG" "too long for a date",
    Month "ILLEGAL_MONTH" "not a month",
    Day "ILLEGAL_DAY" "not a day of this month",
    HourMinuteShort "HOUR_WITH_MINUTE_TOO_SHORT" "too short for HHMM",
    HourMinuteLong "HOUR_WITH_MINUTE_TOO_LONG" "too long for HHMM",
    HourShort "HOUR_TOO_SHORT" "too short for an hour",
    HourLong "HOUR_TOO_LONG" "too long for an hour",
    Hour "ILLEGAL_HOUR" "not an hour",
    MinuteShort "MINUTE_TOO_SHORT" "too short for a minute",
    MinuteLong "MINUTE_TOO_LONG" "too long for a minute",
    Minute "ILLEGAL_MINUTE" "not a minute",
    SecondShort "SECOND_TOO_SHORT" "too short for a second",
    SecondLong "SECOND_TOO_LONG" "too long for a second",
    Second "ILLEGAL_SECOND" "not a second",
    PieceLength "INVALID_LENGTH_FOR_PIECE_OF_TOTAL" "piece and total must be equally long",
    ZeroPiece "ZERO_PIECE_NUMBER" "there is no piece 0",
    ZeroTotal "ZERO_TOTAL_PIECES" "the total of pieces must not be 0",
    PieceExceeds "PIECE_NUMBER_EXCEEDS_TOTAL" "the piece exceeds the total",
    Position "POSITION_IN_SEQUENCE_MALFORMED" "must be position/end",
    PositionExceeds "POSITION_EXCEEDS_END" "the position exceeds the end",
    Percent "INVALID_PERCENT_SEQUENCE" "a percent sign needs two hexadecimal digits",
    LatitudeLength "LATITUDE_INVALID_LENGTH" "a latitude has 10 digits",
    Latitude "INVALID_LATITUDE" "a latitude is at most 1800000000",
    LongitudeLength "LONGITUDE_INVALID_LENGTH" "a longitude has 10 digits",
    Longitude "INVALID_LONGITUDE" "a longitude is at most 3600000000",
    MediaType "INVALID_MEDIA_TYPE" "not an AIDC media type",
    PackageType "INVALID_PACKAGE_TYPE" "not a package type code",
    NotHyphen "NOT_HYPHEN" "must be a hyphen",
    AllDigits "REQUIRES_NON_DIGIT_CHARACTER" "must not be digits only",
    NoFormat "COUPON_MISSING_FORMAT_CODE" "the format code is missing",
    Format "COUPON_INVALID_FORMAT_CODE" "the format code must be 0 or 1",
    NoFunderLength "COUPON_MISSING_FUNDER_VLI" "the length of the funder is missing",
    FunderLength "COUPON_INVALID_FUNDER_LENGTH" "the length of the funder must be 0 to 6",
    FunderShort "COUPON_TRUNCATED_FUNDER" "the funder is too short",
    OfferShort "COUPON_TRUNCATED_OFFER_CODE" "the offer code is too short",
    NoSerialLength "COUPON_MISSING_SERIAL_NUMBER_VLI" "the length of the serial is missing",
    SerialShort "COUPON_TRUNCATED_SERIAL_NUMBER" "the serial is too short",
    NoGcpLength "COUPON_MISSING_GCP_VLI" "the length of the company prefix is missing",
    GcpLength "COUPON_INVALID_GCP_LENGTH" "the length of the company prefix must be 0 to 6",
    GcpShort "COUPON_TRUNCATED_GCP" "the company prefix is too short",
    NoSaveLength "COUPON_MISSING_SAVE_VALUE_VLI" "the length of the save value is missing",
    SaveLength "COUPON_INVALID_SAVE_VALUE_LENGTH" "the length of the save value must be 1 to 5",
    SaveShort "COUPON_TRUNCATED_SAVE_VALUE" "the save value is too short",
    NoPurchase1Length "COUPON_MISSING_1ST_PURCHASE_REQUIREMENT_VLI"
        "the length of the first requirement is missing",
    Purchase1Length "COUPON_INVALID_1ST_PURCHASE_REQUIREMENT_LENGTH"
        "the length of the first requirement must be 1 to 5",
    Purchase1Short "COUPON_TRUNCATED_1ST_PURCHASE_REQUIREMENT"
        "the first requirement is too short",
    NoPurchase1Code "COUPON_MISSING_1ST_PURCHASE_REQUIREMENT_CODE"
        "the code of the first requirement is missing",
    Purchase1Code "COUPON_INVALID_1ST_PURCHASE_REQUIREMENT_CODE"
        "the code of the first requirement must be 0 to 4 or 9",
    Family1Short "COUPON_TRUNCATED_1ST_PURCHASE_FAMILY_CODE"
        "the first family code is too short",
    NoRules "COUPON_MISSING_ADDITIONAL_PURCHASE_RULES_CODE"
        "the code of the additional purchase rules is missing",
    Rules "COUPON_INVALID_ADDITIONAL_PURCHASE_RULES_CODE"
        "the code of the additional purchase rules must be 0 to 3",
    NoPurchase2Length "COUPON_MISSING_2ND_PURCHASE_REQUIREMENT_VLI"
        "the length of the second requirement is missing",
    Purchase2Length "COUPON_INVALID_2ND_PURCHASE_REQUIREMENT_LENGTH"
        "the length of the second requirement must be 1 to 5",
    Purchase2Short "COUPON_TRUNCATED_2ND_PURCHASE_REQUIREMENT"
        "the second requirement is too short",
    NoPurchase2Code "COUPON_MISSING_2ND_PURCHASE_REQUIREMENT_CODE"
        "the code of the second requirement is missing",
    Purchase2Code "COUPON_INVALID_2ND_PURCHASE_REQUIREMENT_CODE"
        "the code of the second requirement must be 0 to 4 or 9",
    Family2Short "COUPON_TRUNCATED_2ND_PURCHASE_FAMILY_CODE"
        "the second family code is too short",
    NoGcp2Length "COUPON_MISSING_2ND_PURCHASE_GCP_VLI"
        "the length of the second company prefix is missing",
    Gcp2Length "COUPON_INVALID_2ND_PURCHASE_GCP_LENGTH"
        "the length of the second company prefix must be 0 to 6 or 9",
    Gcp2Short "COUPON_TRUNCATED_2ND_PURCHASE_GCP" "the second company prefix is too short",
    NoPurchase3Length "COUPON_MISSING_3RD_PURCHASE_REQUIREMENT_VLI"
        "the length of the third requirement is missing",
    Purchase3Length "COUPON_INVALID_3RD_PURCHASE_REQUIREMENT_LENGTH"
        "the length of the third requirement must be 1 to 5",
    Purchase3Short "COUPON_TRUNCATED_3RD_PURCHASE_REQUIREMENT"
        "the third requirement is too short",
    NoPurchase3Code "COUPON_MISSING_3RD_PURCHASE_REQUIREMENT_CODE"
        "the code of the third requirement is missing",
    Purchase3Code "COUPON_INVALID_3RD_PURCHASE_REQUIREMENT_CODE"
        "the code of the third requirement must be 0 to 4 or 9",
    Family3Short "COUPON_TRUNCATED_3RD_PURCHASE_FAMILY_CODE"
        "the third family code is too short",
    NoGcp3Length "COUPON_MISSING_3RD_PURCHASE_GCP_VLI"
        "the length of the third company prefix is missing",
    Gcp3Length "COUPON_INVALID_3RD_PURCHASE_GCP_LENGTH"
        "the length of the third company prefix must be 0 to 6 or 9",
    Gcp3Short "COUPON_TRUNCATED_3RD_PURCHASE_GCP" "the third company prefix is too short",
    ExpirationShort "COUPON_TOO_SHORT_FOR_EXPIRATION_DATE" "the expiration date is too short",
    Expiration "COUPON_INVALID_EXIPIRATION_DATE" "the expiration date is not a date",
    StartShort "COUPON_TOO_SHORT_FOR_START_DATE" "the start date is too short",
    Start "COUPON_INVALID_START_DATE" "the start date is not a date",
    ExpirationBeforeStart "COUPON_EXPIRATION_BEFORE_START" "the coupon expires before it starts",
    NoRetailerLength "COUPON_MISSING_RETAILER_GCP_OR_GLN_VLI"
        "the length of the retailer is missing",
    RetailerLength "COUPON_INVALID_RETAILER_GCP_OR_GLN_LENGTH"
        "the length of the retailer must be 1 to 7",
    RetailerShort "COUPON_TRUNCATED_RETAILER_GCP_OR_GLN" "the retailer is too short",
    NoSaveCode "COUPON_MISSING_SAVE_VALUE_CODE" "the code of the save value is missing",
    SaveCode "COUPON_INVALID_SAVE_VALUE_CODE"
        "the code of the save value must be 0, 1, 2, 5 or 6",
    NoSaveItem "COUPON_MISSING_SAVE_VALUE_APPLIES_TO_ITEM"
        "the item of the save value is missing",
    SaveItem "COUPON_INVALID_SAVE_VALUE_APPLIES_TO_ITEM"
        "the item of the save value must be 0 to 2",
    NoStoreFlag "COUPON_MISSING_STORE_COUPON_FLAG" "the store coupon flag is missing",
    NoMultiplyFlag "COUPON_MISSING_DONT_MULTIPLY_FLAG" "the don't multiply flag is missing",
    MultiplyFlag "COUPON_INVALID_DONT_MULTIPLY_FLAG" "the don't multiply flag must be 0 or 1",
    Excess "COUPON_EXCESS_DATA" "there is more than a coupon has",
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

/// A fault and where it is: a range of bytes of the linted text, on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    /// What is wrong.
    pub fault: Fault,
    /// The first bad byte.
    pub start: usize,
    /// The number of bad bytes.
    pub len: usize,
}

impl Finding {
    pub(super) fn at(fault: Fault, start: usize, len: usize) -> Self {
        Self { fault, start, len }
    }

    pub(super) fn whole(fault: Fault, text: &str) -> Self {
        Self { fault, start: 0, len: text.len() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at {}, length {})", self.fault, self.start, self.len)
    }
}
