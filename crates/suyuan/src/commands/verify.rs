//! `suyuan verify`: a voucher or a manifest, a public key, and nothing of the platform.
//!
//! It ends with 0 if the signature fits and with 1 if it does not, or if a file cannot be read.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};
use mint::{Manifest, Voucher};

use crate::report::Done;

/// Far more than any voucher, manifest or public key has, in bytes.
const MAX_BYTES: u64 = 64 << 10;

/// Prints what a file says, if its signature fits.
pub(crate) fn run(file: &Path, key: &Path) -> Result<Done> {
    let (text, public_pem) = (read(file)?, read(key)?);
    let said = match Voucher::is_begun_by(&text) {
        true => Voucher::verify(&text, &public_pem).map(|it| of_voucher(&it)),
        false => Manifest::verify(&text, &public_pem).map(|it| of_manifest(&it)),
    };
    Ok(Done::well(said.with_context(|| format!("{} does not verify", file.display()))?))
}

/// What was found, and what that does not prove.
fn of_voucher(found: &Voucher) -> String {
    let mut said = String::from("the signature fits\n");
    for (name, value) in [
        ("voucher", &found.number),
        ("code", &found.code),
        ("found", &found.state),
        ("reason", &found.reason),
        ("count", &found.count),
        ("since", &found.since),
        ("until", &found.until),
        ("first in", &found.in_area),
        ("checked", &found.checked),
        ("checked in", &found.place),
        ("product", &found.product),
        ("enterprise", &found.enterprise),
        ("lot", &found.lot),
        ("saved", &found.saved),
        ("by", &found.domain),
    ] {
        if !value.is_empty() {
            said.extend([name, " ", value, "\n"]);
        }
    }
    said.extend(["signed by key ", &found.key.to_string(), "\n"]);
    said + "It tells what was found of the code then. It proves neither that any goods are \
            genuine nor that the code was not copied.\n"
}

fn of_manifest(found: &Manifest) -> String {
    format!(
        "the signature fits\nenterprise {}\nproduct {}\ncodes {} of {} digits\ncreated {}\n\
         signed by key {}\n",
        found.enterprise,
        found.product,
        found.n_codes,
        found.length.n_digits(),
        found.created,
        found.manifest_key,
    )
}

fn read(path: &Path) -> Result<String> {
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(MAX_BYTES).read_to_string(&mut text))
        .with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text)
}
