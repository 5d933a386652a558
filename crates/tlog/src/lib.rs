//! Leaves of the transparency log: which facts enter it, and the hash that stands for each.
//!
//! A fact is written as canonical bytes once, stored as exactly those bytes, and hashed as a leaf
//! of RFC 6962 §2.1.
//! The tree, tiles, checkpoints and proofs are not here yet; what is here never changes, because
//! databases already hold its hashes.
//!
//! ```
//! use tlog::{Kind, Record};
//!
//! let record = Record { kind: Kind::CodeBatch, key: b"42", canonical: b"{\"n_codes\":1000}" };
//! assert_eq!(record.leaf_hash(), tlog::leaf_hash(b"{\"n_codes\":1000}"));
//! assert_eq!(Kind::from_name(record.kind.name()), Some(Kind::CodeBatch));
//! ```

use sha2::{Digest, Sha256};

/// Prefix of a leaf, RFC 6962 §2.1: no leaf can be read as an inner node, which begins with 1.
const LEAF_PREFIX: [u8; 1] = [0];

/// What a record tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A captured EPCIS event.
    Event,
    /// An order of codes with its signed manifest.
    CodeBatch,
    /// A further identifier of an item, a lot or a product.
    Binding,
}

impl Kind {
    /// Every kind, in the order in which they came to be.
    pub const ALL: [Self; 3] = [Self::Event, Self::CodeBatch, Self::Binding];

    /// The name under which the kind is stored; it never changes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::CodeBatch => "code-batch",
            Self::Binding => "binding",
        }
    }

    /// The kind of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A fact on its way into the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// What it tells of.
    pub kind: Kind,
    /// Where the fact is found again: unique among the records of its kind.
    pub key: &'a [u8],
    /// The exact bytes that are stored and that the leaf commits to.
    pub canonical: &'a [u8],
}

impl Record<'_> {
    /// Hash of the record's leaf.
    pub fn leaf_hash(&self) -> [u8; 32] {
        leaf_hash(self.canonical)
    }
}

/// Hash of a leaf: SHA-256(0x00 ‖ bytes), RFC 6962 §2.1.
pub fn leaf_hash(canonical: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(LEAF_PREFIX).chain_update(canonical).finalize().into()
}

#[cfg(test)]
mod tests;
