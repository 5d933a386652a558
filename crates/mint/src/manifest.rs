//! The signed manifest of a batch: what was ordered, provable with the public key alone.
//!
//! One file format: lines of `name: value` in a fixed order, each ended by one line feed, the last
//! one the signature. What is signed is every byte before the signature's line.
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
//!
//! The signature is RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2) rather than PSS: it is
//! deterministic, so that a batch has one manifest, byte for byte, and every tool can check it:
//! `openssl dgst -sha256 -verify public.pem -signature signature.bin lines.txt`.

use aws_lc_rs::digest::{self, SHA256};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::code::Length;
use crate::error::Error;
use crate::keys::{KeyId, ManifestKey};
use crate::layout::Layout;

/// The most bytes a manifest or a public key may have; longer ones are not looked at.
const MAX_BYTES: usize = 8 << 10;

const TITLE: &str = "suyuan batch manifest v1";
const SIGNATURE: &str = "signature: ";

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
    /// [`Error::ManifestMalformed`] if a text has a control character or nothing in it, or if
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
        let mut file = self.lines();
        if parse(&file)? != *self || self.manifest_key != key.id() {
            return Err(Error::ManifestMalformed { line: 10 });
        }
        let signature = STANDARD.encode(key.sign(file.as_bytes())?);
        file.extend([SIGNATURE, &signature, "\n"]);
        Ok(file)
    }

    /// Reads a manifest file and checks it with the public key (PEM) alone.
    ///
    /// # Errors
    /// [`Error::ManifestMalformed`], [`Error::KeyRejected`] for a PEM that is no RSA public key,
    /// [`Error::SignatureWrong`].
    pub fn verify(file: &str, public_pem: &str) -> Result<Manifest, Error> {
        let malformed = Error::ManifestMalformed { line: 11 };
        if file.len() > MAX_BYTES {
            return Err(Error::ManifestMalformed { line: 1 });
        }
        let (lines, signature) = file.split_at(file.rfind(SIGNATURE).ok_or(malformed)?);
        let manifest = parse(lines)?;
        let signature = signature[SIGNATURE.len()..].strip_suffix('\n').ok_or(malformed)?;
        let signature = STANDARD.decode(signature).map_err(|_| malformed)?;

        let public = from_pem(public_pem).ok_or(Error::KeyRejected)?;
        let id = KeyId::of(digest::digest(&SHA256, &public).as_ref());
        let fits = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &public)
            .verify(lines.as_bytes(), &signature)
            .is_ok();
        if fits && manifest.manifest_key == id { Ok(manifest) } else { Err(Error::SignatureWrong) }
    }
}

/// Reads the signed lines; only their canonical form is accepted.
fn parse(text: &str) -> Result<Manifest, Error> {
    let mut line = 0;
    let mut rest = text;
    let mut next = |name: &str| {
        line += 1;
        let malformed = Error::ManifestMalformed { line };
        let (here, after) = rest.split_once('\n').ok_or(malformed)?;
        rest = after;
        let value = here.strip_prefix(name).ok_or(malformed)?;
        if value.trim() != value || value.contains(char::is_control) {
            return Err(malformed);
        }
        Ok((value, malformed))
    };
    let text_of = |(value, malformed): (&str, Error)| match value {
        "" => Err(malformed),
        _ => Ok(value.to_owned()),
    };
    next(TITLE)?;
    let enterprise = text_of(next("enterprise: ")?)?;
    let product = text_of(next("product: ")?)?;
    let (digits, malformed) = next("digits: ")?;
    let length = digits.parse().ok().and_then(Length::from_digits).ok_or(malformed)?;
    let (codes, malformed) = next("codes: ")?;
    let n_codes = codes.parse().map_err(|_| malformed)?;
    let (range, malformed) = next("range: ")?;
    let range = RangeCommitment(from_hex(range).ok_or(malformed)?);
    let created = text_of(next("created: ")?)?;
    let mut key = |name| {
        let (id, malformed) = next(name)?;
        from_hex(id).map(KeyId).ok_or(malformed)
    };
    let manifest = Manifest {
        enterprise,
        product,
        length,
        n_codes,
        range,
        created,
        code_key: key("code key: ")?,
        pin_key: key("pin key: ")?,
        manifest_key: key("manifest key: ")?,
    };
    // What follows, a number written otherwise or a wrong line end is found by writing it again.
    if manifest.lines() == text { Ok(manifest) } else { Err(Error::ManifestMalformed { line: 1 }) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; N];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(bytes)
}

/// A public key as PEM, 64 characters a line (RFC 7468 §13).
pub(crate) fn pem(public: &[u8]) -> String {
    let text = STANDARD.encode(public);
    let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
    for line in text.as_bytes().chunks(64) {
        pem.extend(line.iter().map(|byte| char::from(*byte)));
        pem.push('\n');
    }
    pem + "-----END PUBLIC KEY-----\n"
}

/// The DER inside a PEM public key.
fn from_pem(pem: &str) -> Option<Vec<u8>> {
    if pem.len() > MAX_BYTES {
        return None;
    }
    let (_, rest) = pem.split_once("-----BEGIN PUBLIC KEY-----")?;
    let (body, _) = rest.split_once("-----END PUBLIC KEY-----")?;
    let text: String = body.split_ascii_whitespace().collect();
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests;
