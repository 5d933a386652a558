//! Leaves of the transparency log: which facts enter it, and the hash that stands for each.
//!
//! A fact is written as canonical bytes once, stored as exactly those bytes, and hashed as a leaf
//! of RFC 6962 §2.1.
//! Tiles, checkpoints and proofs are not here yet; what is here never changes, because databases
//! already hold its hashes.
//!
//! ```
//! use tlog::{Kind, Record};
//!
//! let record = Record { kind: Kind::CodeBatch, key: b"42", canonical: b"{\"n_codes\":1000}" };
//! assert_eq!(record.leaf_hash(), tlog::leaf_hash(b"{\"n_codes\":1000}"));
//! assert_eq!(Kind::from_name(record.kind.name()), Some(Kind::CodeBatch));
//! ```

use sha2::{Digest, Sha256};

/// Prefix of a leaf, RFC 6962 §2.1: no leaf can be read as an inner node.
const LEAF_PREFIX: [u8; 1] = [0];

/// Prefix of an inner node.
const NODE_PREFIX: [u8; 1] = [1];

/// What a record tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A captured EPCIS event.
    Event,
    /// An order of codes with its signed manifest.
    CodeBatch,
    /// A further identifier of an item, a lot or a product.
    Binding,
    /// An order that goods come back, or its end.
    Recall,
}

impl Kind {
    /// Every kind, in the order in which they came to be.
    pub const ALL: [Self; 4] = [Self::Event, Self::CodeBatch, Self::Binding, Self::Recall];

    /// The name under which the kind is stored; it never changes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::CodeBatch => "code-batch",
            Self::Binding => "binding",
            Self::Recall => "recall",
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

/// Root hash of a tree over leaf hashes in their order, RFC 6962 §2.1; of none SHA-256 of nothing.
///
/// ```
/// let leaf = tlog::leaf_hash(b"one");
/// assert_eq!(tlog::root_hash([leaf]), leaf);
/// ```
pub fn root_hash(leaves: impl IntoIterator<Item = [u8; 32]>) -> [u8; 32] {
    // Whole subtrees from left to right, each with its height; heights only fall.
    let mut whole: Vec<(u32, [u8; 32])> = Vec::new();
    for mut hash in leaves {
        let mut height = 0;
        while let Some((_, left)) = whole.pop_if(|(left, _)| *left == height) {
            hash = node_hash(&left, &hash);
            height += 1;
        }
        whole.push((height, hash));
    }
    let joined = whole.into_iter().map(|(_, hash)| hash).rev();
    joined
        .reduce(|right, left| node_hash(&left, &right))
        .unwrap_or_else(|| Sha256::digest([]).into())
}

fn node_hash(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    Sha256::new().chain_update(NODE_PREFIX).chain_update(left).chain_update(right).finalize().into()
}

#[cfg(test)]
mod tests;
