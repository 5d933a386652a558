//! The recalled set as a hash: a Merkle tree over its canonical list (RFC 6962 §2.1).
//!
//! A leaf is a line of text, `items FIRST LAST` with identifier ids in digits, or `class URI`;
//! items come first, in order, joined where they touch, then classes by their URIs. So one entry
//! can be proved to belong to the set without showing the others.

use trace::Ids;

use super::contents::joined;
use super::locate::Held;
use crate::limits::MAX_RECALL_IDENTIFIERS;
use crate::{Error, Result, Service};

impl Service {
    /// The lines of a set.
    pub(super) async fn lines_of_set(&self, goods: &[Held]) -> Result<Vec<String>> {
        let items = goods.iter().filter(|it| it.is_scanned).map(|it| it.ids).collect();
        let mut lines: Vec<String> = joined(items).iter().map(line_of_items).collect();
        let mut classes = Vec::new();
        let n_classes = goods.iter().filter(|it| !it.is_scanned).map(|it| it.ids.n_ids());
        if n_classes.sum::<u64>() > MAX_RECALL_IDENTIFIERS as u64 {
            let limit = MAX_RECALL_IDENTIFIERS as u64;
            return Err(Error::TooLarge { limit, what: "lots and things of a recall" });
        }
        for held in goods.iter().filter(|it| !it.is_scanned) {
            for id in held.ids.first..=held.ids.last {
                classes.push(format!("class {}", self.epc_of_id(id).await?));
            }
        }
        classes.sort_unstable();
        classes.dedup();
        lines.extend(classes);
        Ok(lines)
    }
}

fn line_of_items(ids: &Ids) -> String {
    format!("items {} {}", ids.first, ids.last)
}

/// The root hash of the tree over the lines.
pub(super) fn root_hash(lines: &[String]) -> [u8; 32] {
    tlog::root_hash(lines.iter().map(|line| tlog::leaf_hash(line.as_bytes())))
}
