//! Why a text is not the identifier it was read as.

/// Why a text is not the identifier it was read as.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Too short or too long; bounds are inclusive, in characters.
    #[error("must have {} characters, has {found}", bounds(*.min, *.max))]
    Length {
        /// The least allowed.
        min: usize,
        /// The most allowed.
        max: usize,
        /// What was found.
        found: usize,
    },
    /// A GTIN has 8, 12, 13 or 14 digits.
    #[error("a gtin has 8, 12, 13 or 14 digits, not {found}")]
    GtinLength {
        /// What was found.
        found: usize,
    },
    /// Something else than the digits 0 to 9.
    #[error("only digits are allowed")]
    NotDigits,
    /// A character that the field's character set (CSET 82, CSET 39 or digits) lacks.
    #[error("the character {found:?} is not allowed here")]
    Character {
        /// The first offending character.
        found: char,
    },
    /// The check digit is another one; both are 0 to 9.
    #[error("the check digit must be {expected}, is {found}")]
    CheckDigit {
        /// What the digits before it ask for.
        expected: u8,
        /// What was found.
        found: u8,
    },
    /// A company prefix has 6 to 12 digits, and starts every key that is not all digits.
    #[error("the company prefix must have 6 to 12 digits")]
    CompanyPrefix,
    /// The EPC URN has too few or too many parts for its scheme.
    #[error("the EPC URN does not have the parts of its scheme")]
    Parts,
    /// A GRAI begins with 0.
    #[error("a GRAI begins with 0")]
    GraiZero,
    /// Not a percent escape, or one that is no UTF-8 text.
    #[error("a percent escape is malformed")]
    Escape,
    /// Not an absolute URI.
    #[error("not an absolute URI")]
    NotUri,
    /// A URI, but no `http` or `https` URI whose path ends in a GS1 key and its qualifiers.
    #[error("not a GS1 Digital Link URI")]
    NotDigitalLink,
    /// A path element after the key that this key does not take, or not in this order.
    #[error("{found:?} cannot stand here after the key {key}")]
    Qualifier {
        /// The AI of the primary key.
        key: &'static str,
        /// The path element.
        found: String,
    },
}

fn bounds(min: usize, max: usize) -> String {
    if min == max { min.to_string() } else { format!("{min} to {max}") }
}
