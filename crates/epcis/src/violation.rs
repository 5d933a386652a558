//! What is wrong with a document: where, by which rule, and in words.
//!
//! A parser of outside documents returns every violation, not the first one.

use std::fmt;

/// One breach of a rule, at one place of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// JSON pointer (RFC 6901) to the faulty value, or to the object that lacks a member; in an
    /// XML document the XPath of the faulty element or attribute.
    pub pointer: String,
    /// The rule that is broken.
    pub rule: Rule,
    /// A sentence for people, lower case, without a full stop.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Violation { pointer, rule, message } = self;
        match pointer.as_str() {
            "" => write!(f, "{rule}: {message}"),
            pointer => write!(f, "{rule} at {pointer}: {message}"),
        }
    }
}

macro_rules! rules {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// The closed list of rules. Names are stable, because programs branch on them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Rule {
            $($(#[$doc])* $variant,)*
        }

        impl Rule {
            /// All rules, in the order of the list.
            pub const ALL: &[Rule] = &[$(Rule::$variant,)*];

            /// The stable kebab-case name.
            pub fn name(self) -> &'static str {
                match self {
                    $(Rule::$variant => $name,)*
                }
            }
        }
    };
}

// A macro, because each name would otherwise stand in three lists that can drift.
rules! {
    /// The bytes are not UTF-8.
    InvalidUtf8 = "invalid-utf8",
    /// The text is not JSON (RFC 8259).
    InvalidJson = "invalid-json",
    /// The text is not well-formed XML 1.0, or declares document types.
    InvalidXml = "invalid-xml",
    /// An object has the same member twice.
    DuplicateKey = "duplicate-key",
    /// The document is nested deeper than the limit.
    TooDeep = "too-deep",
    /// A string is longer than the limit.
    StringTooLong = "string-too-long",
    /// An event, or what stands around the events, is larger than the limit.
    TooLarge = "too-large",
    /// The document has more events than the limit.
    TooManyEvents = "too-many-events",
    /// An event has more identifiers than the limit.
    TooManyEpcs = "too-many-epcs",
    /// An event has more ranges than the limit.
    TooManyRanges = "too-many-ranges",
    /// There are more violations than the limit; the rest is not listed.
    MoreViolations = "more-violations",
    /// It is not an EPCIS document, query document or event.
    UnknownDocument = "unknown-document",
    /// The schema version is not 2.x, or 1.x in XML.
    SchemaVersion = "schema-version",
    /// `@context` is missing or is not what JSON-LD allows.
    InvalidContext = "invalid-context",
    /// A required member is missing.
    MissingField = "missing-field",
    /// A member is not one of the standard and has no namespace.
    UnknownField = "unknown-field",
    /// A prefix is not declared in `@context`.
    UnknownPrefix = "unknown-prefix",
    /// A standard member stands where the event type does not allow it.
    MisplacedField = "misplaced-field",
    /// A value has the wrong JSON type or is empty.
    WrongType = "wrong-type",
    /// The type is not one of the five event types.
    UnknownEventType = "unknown-event-type",
    /// The action is not ADD, OBSERVE or DELETE.
    InvalidAction = "invalid-action",
    /// A time is not an `xsd:dateTimeStamp`.
    InvalidTime = "invalid-time",
    /// A time lies outside the years that are accepted.
    TimeOutOfRange = "time-out-of-range",
    /// A time zone offset is not `±hh:mm` or lies beyond ±14:00.
    InvalidTimeZone = "invalid-time-zone",
    /// A bare word is not in the Core Business Vocabulary; of a URI, which may be a private term, a
    /// warning.
    UnknownVocabulary = "unknown-vocabulary",
    /// A value is not a URI.
    InvalidUri = "invalid-uri",
    /// A GS1 identifier has a wrong shape or check digit.
    InvalidIdentifier = "invalid-identifier",
    /// An instance stands where a class is asked for, or the other way round.
    WrongIdentifierLevel = "wrong-identifier-level",
    /// A quantity or its unit is wrong.
    InvalidQuantity = "invalid-quantity",
    /// The event speaks of no object.
    NoIdentifiers = "no-identifiers",
    /// `ilmd` stands in an event that begins no life.
    IlmdNotAllowed = "ilmd-not-allowed",
    /// The parent is missing, or children are.
    InvalidAggregation = "invalid-aggregation",
    /// A range of codes is wrong.
    InvalidRange = "invalid-range",
    /// The event id is an event hash, but not of this event; a warning.
    EventHashMismatch = "event-hash-mismatch",
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
