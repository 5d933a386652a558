//! Why an operation did not happen. Closed and short; status codes are the web's affair.

use store::id::BadId;

/// Shorthand of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// One thing that is wrong with what was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// JSON pointer (RFC 6901) to the faulty member; empty for the whole.
    pub pointer: String,
    /// Stable kebab-case name of the rule.
    pub rule: &'static str,
    /// A sentence for people that says what to do.
    pub message: String,
}

/// Why an operation did not happen; it changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was handed in breaks rules; all breaches found, not the first.
    #[error("{} rules are broken, first: {}", .0.len(), .0.first().map_or("", |v| &v.message))]
    Rejected(Vec<Violation>),
    /// There is no such thing, or not for this caller.
    #[error("there is no such thing")]
    NotFound,
    /// It contradicts what is stored; the text says what.
    #[error("{0}")]
    Conflict(String),
    /// A part of what was handed in contradicts what is stored.
    #[error("{}", .0.message)]
    Contradicts(Violation),
    /// The caller is unknown or may not do this.
    #[error("not allowed")]
    Forbidden,
    /// More than the limit.
    #[error("more than {limit} {what}")]
    TooLarge {
        /// The limit.
        limit: u64,
        /// Of what, with its unit.
        what: &'static str,
    },
    /// A query has more answers than it allows itself.
    #[error("the query has more than {limit} events")]
    QueryTooLarge {
        /// What it allows.
        limit: u64,
    },
    /// A query asks for more work than one may; the text says what to do.
    #[error("{0}")]
    QueryTooComplex(String),
    /// The service cannot do it now; the text says what to do.
    #[error("{0}")]
    Unavailable(String),
    /// Something that must not happen did.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// One violation.
    pub(crate) fn rejected(
        pointer: impl Into<String>,
        rule: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self::Rejected(vec![Violation { pointer: pointer.into(), rule, message: message.into() }])
    }

    /// A broken invariant of ours.
    pub(crate) fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Conflict { .. } => {
                Self::Conflict("somebody else changed the same thing; try again".into())
            }
            store::Error::Unavailable { reason, .. } => Self::Unavailable(reason.into()),
            other => Self::Internal(Box::new(other)),
        }
    }
}

impl From<BadId> for Error {
    fn from(_: BadId) -> Self {
        Self::NotFound
    }
}

/// Gathers violations of one request, so that all come back together.
#[derive(Default)]
pub(crate) struct Violations(Vec<Violation>);

impl Violations {
    /// Notes one.
    pub(crate) fn add(&mut self, pointer: &str, rule: &'static str, message: impl Into<String>) {
        self.0.push(Violation { pointer: pointer.into(), rule, message: message.into() });
    }

    /// A text between one and `max_chars` characters without control characters.
    pub(crate) fn check_text(&mut self, pointer: &str, text: &str, max_chars: usize) {
        let n_chars = text.chars().count();
        if text.trim().is_empty() {
            self.add(pointer, "required", "fill this in");
        } else if n_chars > max_chars {
            self.add(pointer, "too-long", format!("{n_chars} characters; {max_chars} at most"));
        } else if text.chars().any(char::is_control) {
            self.add(pointer, "control-character", "remove the control characters");
        }
    }

    /// An error if there is any.
    pub(crate) fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Rejected(self.0)) }
    }
}
