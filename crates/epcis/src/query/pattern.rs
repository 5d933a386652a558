//! What a `MATCH_` parameter names: one identifier, a class, or an EPC pattern
//! (EPCIS 2.0 §8.2.7.1.1; EPC Tag Data Standard §8 for the patterns).
//!
//! Everything is compared in canonical form, so that URNs and Digital Links match each other.

use gs1::{
    dictionary::Ai,
    epc::{self, Level, Pattern},
};

/// One value of a `MATCH_` parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum EpcPattern {
    /// Exactly this URI.
    Exact(String),
    /// This class, and where instances are asked for all instances of it.
    Class { uri: String, has_tail: bool },
    /// A set of identifiers.
    Set(Pattern),
}

impl EpcPattern {
    /// Reads an identifier, a class or a pattern; the text says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<EpcPattern, String> {
        let is_lots = text.starts_with("urn:epc:class:lgtin:") && text.contains('*');
        if is_lots || text.starts_with("urn:epc:idpat:") {
            let pattern = Pattern::parse(text);
            let pattern =
                pattern.map_err(|error| format!("{text} is not an EPC pattern: {error}"))?;
            return match pattern.one() {
                Some(uri) => EpcPattern::parse(uri),
                None => Ok(EpcPattern::Set(pattern)),
            };
        }
        if crate::identifier::is_odd_sscc(text) {
            return Ok(EpcPattern::Exact(text.to_owned()));
        }
        let canonical = epc::canonical(text).map_err(|error| format!("{text}: {error}"))?;
        Ok(match (canonical.level, canonical.key) {
            (Level::Class, Some(key)) => {
                let has_tail = matches!(key, Ai::GDTI | Ai::GCN | Ai::GRAI);
                EpcPattern::Class { uri: canonical.uri, has_tail }
            }
            _ => EpcPattern::Exact(canonical.uri),
        })
    }

    /// The one identifier it names, if it is not a pattern.
    pub(super) fn exact(&self) -> Option<&str> {
        match self {
            EpcPattern::Exact(uri) => Some(uri),
            _ => None,
        }
    }

    /// The one class it names.
    pub(super) fn exact_class(&self) -> Option<&str> {
        match self {
            EpcPattern::Exact(uri) | EpcPattern::Class { uri, .. } => Some(uri),
            EpcPattern::Set(_) => None,
        }
    }

    /// Whether it names this instance.
    pub(super) fn matches_instance(&self, epc: &str) -> bool {
        match self {
            EpcPattern::Exact(uri) => uri == epc,
            EpcPattern::Class { uri, has_tail } => {
                let rest = epc.strip_prefix(uri.as_str());
                rest.is_some_and(|rest| rest.starts_with('/') || (*has_tail && !rest.is_empty()))
            }
            EpcPattern::Set(pattern) => pattern.matches_canonical(epc, Level::Instance),
        }
    }

    /// Whether it names this class.
    pub(super) fn matches_class(&self, class: &str) -> bool {
        match self {
            EpcPattern::Exact(uri) | EpcPattern::Class { uri, .. } => uri == class,
            EpcPattern::Set(pattern) => pattern.matches_canonical(class, Level::Class),
        }
    }
}
