//! Why a text is not the identifier it was read as.

use crate::{
    check_digit,
    dictionary::Ai,
    lint::{Fault, Finding},
};

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
        key: Ai,
        /// The path element.
        found: String,
    },
    /// No element is a primary key.
    #[error("no element is the primary key of a Digital Link")]
    NoKey,
    /// The AI cannot stand in the query of a link.
    #[error("AI ({ai}) cannot stand in the query of a Digital Link")]
    NotAttribute {
        /// The AI.
        ai: Ai,
    },
    /// The AI narrows the key, so it stands in the path.
    #[error("AI ({ai}) belongs into the path of the Digital Link")]
    InPath {
        /// The AI.
        ai: Ai,
    },
    /// The AI stands twice in a link.
    #[error("AI ({ai}) stands twice in the Digital Link")]
    Duplicate {
        /// The AI.
        ai: Ai,
    },
    /// The last segment of the path is no compressed link.
    #[error("not a compressed GS1 Digital Link")]
    NotCompressed,
    /// No EPC has this key.
    #[error("there is no EPC URN for the key {key}")]
    NoUrn {
        /// The AI of the primary key.
        key: Ai,
    },
    /// An AI that the dictionary does not have, or whose length is not that of its neighbours.
    #[error("there is no application identifier at {found:?}")]
    UnknownAi {
        /// The AI, or the four characters in which it should be.
        found: String,
    },
    /// A value, or one of its components, is too short.
    #[error("the value of AI ({ai}) is too short")]
    Short {
        /// The AI.
        ai: Ai,
    },
    /// A value is too long, or its end is not marked.
    #[error("the value of AI ({ai}) is too long, or no FNC1 follows it")]
    Long {
        /// The AI.
        ai: Ai,
    },
    /// The content of a component.
    #[error("AI ({ai}): {}", content(.value, *.finding))]
    Component {
        /// The AI.
        ai: Ai,
        /// Its value, with what follows if its end is not marked.
        value: String,
        /// What is wrong, and where in the value.
        finding: Finding,
    },
    /// No symbology identifier, one that GS1 does not use, or a symbol that cannot hold the text.
    #[error("no symbology identifier of GS1 that fits what follows")]
    Symbology,
    /// The GTIN of a linear symbol has another length, or is no number.
    #[error("the symbol does not hold the digits of a GTIN")]
    Primary,
    /// The bits, or the URI of a tag, are no EPC of a known scheme.
    #[error("this is no EPC as a tag of a known scheme holds it")]
    NotTag,
    /// The scheme of a tag cannot hold the EPC.
    #[error("the EPC does not fit into a tag of this scheme")]
    TagScheme,
    /// No elements.
    #[error("there are no elements")]
    Empty,
    /// More elements than any symbol carries.
    #[error("there are more than 64 elements")]
    TooManyElements,
    /// Not `(AI)value` repeated.
    #[error("an element string is (AI)value, one behind the other")]
    Brackets,
    /// What a symbol carries begins with FNC1.
    #[error("the first character must be FNC1")]
    NoFnc1,
    /// An AI stands there with two values.
    #[error("AI ({ai}) stands there with different values")]
    Repeated {
        /// The AI.
        ai: Ai,
    },
    /// Two AIs must not stand together.
    #[error("AI ({ai}) must not stand together with AI ({other})")]
    Excluded {
        /// The AI that excludes.
        ai: Ai,
        /// The other one.
        other: Ai,
    },
    /// An AI needs others.
    #[error("AI ({ai}) needs {needed}")]
    Required {
        /// The AI.
        ai: Ai,
        /// The alternatives.
        needed: String,
    },
    /// A digital signature needs the serial of the key.
    #[error("AI ({ai}) needs its serial beside a digital signature")]
    Unserialized {
        /// The AI.
        ai: Ai,
    },
}

impl Error {
    /// The element with vertical bars around what a linter found: `(01)1234567890123|4|`.
    pub fn marked(&self) -> Option<String> {
        let Self::Component { ai, value, finding } = self else { return None };
        let (before, rest) = value.split_at(finding.start);
        let (bad, after) = rest.split_at(finding.len);
        Some(format!("({ai}){before}|{bad}|{after}"))
    }
}

/// What a linter found; for a check digit also the right one.
fn content(value: &str, finding: Finding) -> String {
    let (start, end) = (finding.start, finding.start + finding.len);
    match (finding.fault, check_digit::of(&value[..start])) {
        // A component before the digits is a zero, which weighs nothing.
        (Fault::CheckDigit, Ok(expected)) => {
            format!("the check digit must be {expected}, is {}", &value[start..end])
        }
        (fault, _) => fault.to_string(),
    }
}

fn bounds(min: usize, max: usize) -> String {
    if min == max { min.to_string() } else { format!("{min} to {max}") }
}
