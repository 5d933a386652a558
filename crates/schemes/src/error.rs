//! What makes a number wrong, and what only makes it look wrong.

/// Why a text is not a number of its scheme.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Too short or too long, in characters, separators not counted.
    #[error("must have {expected} characters, has {found}")]
    Length {
        /// What the scheme asks for.
        expected: usize,
        /// What was found.
        found: usize,
    },
    /// A character that the scheme does not use there.
    #[error("the character {found:?} is not allowed here")]
    Character {
        /// The first offending character.
        found: char,
    },
    /// Not of the scheme's pattern.
    #[error("must look like {example}")]
    Pattern {
        /// A number of the scheme.
        example: &'static str,
    },
    /// The check character is another one.
    #[error("the check character must be {expected}, is {found}")]
    CheckCharacter {
        /// What the characters before it ask for.
        expected: char,
        /// What was found.
        found: char,
    },
}

/// What looks wrong by a rule that is not verified; the number is accepted all the same.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// The organisation code inside a USCC lacks the check character of GB 11714.
    /// Some codes issued since 2015 may not follow it.
    #[error("the organisation code should end in {expected}, ends in {found}")]
    OrganisationCode {
        /// What GB 11714 asks for.
        expected: char,
        /// What was found.
        found: char,
    },
    /// The first two digits of a GB/T 2260 code name no province of our table.
    #[error("{code} is no known province")]
    UnknownProvince {
        /// The two digits.
        code: String,
    },
    /// A food or additive class that our list lacks.
    #[error("{class} is no known food class")]
    UnknownFoodClass {
        /// The two digits.
        class: String,
    },
    /// The certificate number names a year before there was a CCC.
    #[error("there was no CCC in {year}")]
    Year {
        /// The year in the number.
        year: u16,
    },
    /// The check digit of a Korean corporate number is another one.
    #[error("the corporate number should end in {expected}, ends in {found}")]
    CorporateNumber {
        /// What the rule asks for.
        expected: char,
        /// What was found.
        found: char,
    },
    /// A certificate number of twelve digits: older ones are said to have had as many.
    #[error("numbers have 16 digits since long; 12 are from before")]
    OldCertificate,
    /// Hexadecimal digits of a tag without a letter: a number of another scheme may look so.
    #[error("these are digits only; a tag rarely is")]
    DigitsOnly,
    /// Data behind the EPC of a tag that could not be read.
    #[error("the data behind the EPC could not be read")]
    UnreadData,
    /// A drug code begins with another digit than those that we heard of.
    #[error("drug codes begin with 8 as far as known")]
    DrugPrefix,
    /// What should be a date is none.
    #[error("{found} is no date")]
    Date {
        /// What was found.
        found: String,
    },
    /// The version of an Ecode is reserved or unknown.
    #[error("version {found} of Ecode is not known")]
    EcodeVersion {
        /// The first character.
        found: char,
    },
    /// The number system of an Ecode is too short or not all digits.
    #[error("the number system of the Ecode should be digits, four or five by its version")]
    EcodeNsi,
    /// The master code of an Ecode is empty or too long for its version.
    #[error("the master code of this version should not have {found} characters")]
    EcodeLength {
        /// Characters found.
        found: usize,
    },
    /// The master code of an Ecode has a character that its version does not use.
    #[error("the master code of this version should not have {found:?}")]
    EcodeCharacter {
        /// The first such character.
        found: char,
    },
    /// A character that the issuer of MA codes has no value for.
    #[error("MA codes should not have {found:?}")]
    MaCharacter {
        /// The first such character.
        found: char,
    },
    /// The user of an MA code should have four nodes.
    #[error("an MA code should begin with four nodes")]
    MaNodes,
    /// A unit of a device code with an unknown letter.
    #[error("units of a device code should not begin with {found:?}")]
    MaUnit {
        /// The letter.
        found: char,
    },
    /// The check digit of a device code is another one.
    #[error("the check digit should be {expected}, is {found}")]
    MaCheck {
        /// What the rule asks for.
        expected: char,
        /// What was found.
        found: char,
    },
}

/// Checks that `text` is exactly `expected` ASCII digits.
pub(crate) fn check_digits(text: &str, expected: usize) -> Result<(), Error> {
    if let Some(found) = text.chars().find(|c| !c.is_ascii_digit()) {
        return Err(Error::Character { found });
    }
    match text.len() {
        found if found != expected => Err(Error::Length { expected, found }),
        _ => Ok(()),
    }
}

/// Compares the last character of a number with the one it should be.
pub(crate) fn check_last(text: &str, expected: char) -> Result<(), Error> {
    match text.chars().next_back() {
        Some(found) if found != expected => Err(Error::CheckCharacter { expected, found }),
        _ => Ok(()),
    }
}

/// The digit 0 to 9 as a character.
pub(crate) fn digit(value: u32) -> char {
    char::from_digit(value, 10).expect("callers reduce modulo ten")
}

/// The values of ASCII digits.
pub(crate) fn digits(text: &str) -> impl Iterator<Item = u32> + '_ {
    text.bytes().map(|byte| u32::from(byte - b'0'))
}
