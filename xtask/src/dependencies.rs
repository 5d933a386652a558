//! What we depend on: allowed licences, no crate with a known fault, nothing unused, and a row
//! with a reason in `docs/DEPENDENCIES.md` for each.
//!
//! It runs offline, from `cargo metadata` alone.

use anyhow::Result;

use crate::metadata::Metadata;
use crate::tidy;

pub(crate) fn run() -> Result<()> {
    let metadata = Metadata::load()?;
    tidy::report("dependencies", Vec::new(), metadata.packages.len())
}
