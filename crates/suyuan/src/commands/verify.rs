//! `suyuan verify`: a manifest and a public key, and nothing of the platform.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};
use mint::Manifest;

use crate::report::Done;

/// Far more than any manifest or public key has, in bytes.
const MAX_BYTES: u64 = 64 << 10;

/// Prints what a manifest says, if its signature fits.
pub(crate) fn run(manifest: &Path, key: &Path) -> Result<Done> {
    let (file, public_pem) = (read(manifest)?, read(key)?);
    let found = Manifest::verify(&file, &public_pem)
        .with_context(|| format!("{} does not verify", manifest.display()))?;
    Ok(Done::well(format!(
        "the signature fits\nenterprise {}\nproduct {}\ncodes {} of {} digits\ncreated {}\n\
         signed by key {}\n",
        found.enterprise,
        found.product,
        found.n_codes,
        found.length.n_digits(),
        found.created,
        found.manifest_key,
    )))
}

fn read(path: &Path) -> Result<String> {
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(MAX_BYTES).read_to_string(&mut text))
        .with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text)
}
