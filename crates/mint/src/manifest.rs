//! The signed manifest of a batch: what was ordered, provable with the public key alone.
//!
//! ```text
//! suyuan batch manifest v1
//! enterprise: 3
//! product: 17
//! digits: 17
//! codes: 1000
//! range: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
//! created: 2026-11-21T08:00:00Z
//! code key: 0a1b2c3d
//! pin key: 4e5f6071
//! manifest key: 8293a4b5
//! signature: (512 characters of base64)
//! ```

use aws_lc_rs::digest::{self, SHA256};

use crate::code::Length;
use crate::error::Error;
use crate::keys::{KeyId, ManifestKey};
use crate::layout::Layout;
use crate::signed::{Lines, Sealed, from_hex, hex, seal};

const TITLE: &str = "suyuan batch manifest v1";
/// What the range commitment hashes first; it must never change.
const RANGE_LABEL: &[u8] = b"suyuan batch range v1";

/// A salted hash of a batch's ordinals: they can be proved later without being published now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RangeCommitment(pub [u8; 32]);

impl RangeCommitment {
    /// SHA-256 of label, salt, digits, epoch, first ordinal and number of ordinals.
    ///
    /// Who knows the salt can check the range; who does not cannot guess it.
    #[must_use]
    pub fn new(salt: &[u8; 32], epoch: u32, layout: &Layout) -> RangeCommitment {
        let mut hash = digest::Context::new(&SHA256);
        hash.update(RANGE_LABEL);
        hash.update(salt);
        hash.update(&[layout.length.n_digits() as u8]);
        hash.update(&epoch.to_be_bytes());
        hash.update(&layout.first_ordinal.to_be_bytes());
        hash.update(&layout.n_ordinals().to_be_bytes());
        let mut bytes = [0; 32];
        bytes.copy_from_slice(hash.finish().as_ref());
        RangeCommitment(bytes)
    }
}

/// What a manifest says of its batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The enterprise's id; no control characters.
    pub enterprise: String,
    /// The product's id; no control characters.
    pub product: String,
    /// The length of the codes.
    pub length: Length,
    /// How many codes were ordered.
    pub n_codes: u64,
    /// The commitment to the batch's ordinals.
    pub range: RangeCommitment,
    /// When the batch was created, RFC 3339.
    pub created: String,
    /// The key under the codes.
    pub code_key: KeyId,
    /// The key of the PINs.
    pub pin_key: KeyId,
    /// The key that signs.
    pub manifest_key: KeyId,
}

impl Manifest {
    /// The signed text, line by line.
    fn lines(&self) -> String {
        format!(
            "{TITLE}\nenterprise: {}\nproduct: {}\ndigits: {}\ncodes: {}\nrange: {}\ncreated: {}\n\
             code key: {}\npin key: {}\nmanifest key: {}\n",
            self.enterprise,
            self.product,
            self.length.n_digits(),
            self.n_codes,
            hex(&self.range.0),
            self.created,
            self.code_key,
            self.pin_key,
            self.manifest_key,
        )
    }

    /// The manifest file: the canonical lines and the signature.
    ///
    /// # Errors
    /// [`Error::Malformed`] if a text has a control character or nothing in it, or if
    /// `manifest_key` names another key; [`Error::CryptoFailed`].
    ///
    /// ```no_run
    /// # fn example(manifest: mint::Manifest, key: mint::ManifestKey) -> Result<(), mint::Error> {
    /// let file = manifest.sign(&key)?;
    /// assert_eq!(mint::Manifest::verify(&file, &key.public_pem())?, manifest);
    /// # Ok(())
    /// # }
    /// ```
    pub fn sign(&self, key: &ManifestKey) -> Result<String, Error> {
        let lines = self.lines();
        if parse(&lines)? != *self || self.manifest_key != key.id() {
            return Err(Error::Malformed { line: 10 });
        }
        seal(lines, key)
    }

    /// Reads a manifest file and checks it with the public key (PEM) alone.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::KeyRejected`] for a PEM that is no RSA public key,
    /// [`Error::OtherKey`], [`Error::SignatureWrong`].
    pub fn verify(file: &str, public_pem: &str) -> Result<Manifest, Error> {
        let sealed = Sealed::of(file)?;
        let manifest = parse(sealed.lines)?;
        sealed.check(manifest.manifest_key, public_pem)?;
        Ok(manifest)
    }
}

/// Reads the signed lines; only their canonical form is accepted.
fn parse(text: &str) -> Result<Manifest, Error> {
    let mut lines = Lines::of(text);
    lines.next(TITLE)?;
    let enterprise = lines.next_text("enterprise: ")?;
    let product = lines.next_text("product: ")?;
    let digits = lines.next("digits: ")?.parse().ok();
    let length = digits.and_then(Length::from_digits).ok_or(lines.malformed())?;
    let n_codes = lines.next("codes: ")?.parse().map_err(|_| lines.malformed())?;
    let range = from_hex(lines.next("range: ")?).ok_or(lines.malformed())?;
    let manifest = Manifest {
        enterprise,
        product,
        length,
        n_codes,
        range: RangeCommitment(range),
        created: lines.next_text("created: ")?,
        code_key: lines.next_key("code key: ")?,
        pin_key: lines.next_key("pin key: ")?,
        manifest_key: lines.next_key("manifest key: ")?,
    };
    // What follows, a number written otherwise or a wrong line end is found by writing it again.
    if manifest.lines() == text { Ok(manifest) } else { Err(Error::Malformed { line: 1 }) }
}

#[cfg(test)]
mod tests;
