//! What is wrong with a query: which parameter, by which rule, and in words.

use std::fmt;

/// One parameter that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryFault {
    /// Its name as it came; empty for the query as a whole.
    pub parameter: String,
    /// The rule that is broken.
    pub rule: QueryRule,
    /// A sentence for people, lower case, without a full stop.
    pub message: String,
}

impl QueryFault {
    pub(crate) fn new(parameter: &str, rule: QueryRule, message: impl Into<String>) -> QueryFault {
        QueryFault { parameter: parameter.to_owned(), rule, message: message.into() }
    }
}

impl fmt::Display for QueryFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.parameter, self.message)
    }
}

/// The closed list of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryRule {
    /// The query is not a JSON object, or not a query by name.
    Malformed,
    /// The standard has no parameter of this name.
    UnknownParameter,
    /// A value is not of the type of its parameter.
    WrongValue,
    /// Two parameters cannot stand together, or one stands twice.
    Contradiction,
    /// There are more parameters or values than one query may have.
    TooComplex,
}

impl QueryRule {
    /// The stable kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            QueryRule::Malformed => "malformed-query",
            QueryRule::UnknownParameter => "unknown-parameter",
            QueryRule::WrongValue => "wrong-parameter-value",
            QueryRule::Contradiction => "contradicting-parameters",
            QueryRule::TooComplex => "query-too-complex",
        }
    }
}
