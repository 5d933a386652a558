//! Texts that are signed: lines of `name: value` in a fixed order, each ended by one line feed, the
//! last one the signature. What is signed is every byte before the signature's line.
//!
//! The signature is RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2) rather than PSS: it is
//! deterministic, so that a text has one signature, byte for byte, and every tool can check it:
//! `openssl dgst -sha256 -verify public.pem -signature signature.bin lines.txt`.

use aws_lc_rs::digest::{self, SHA256};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::Error;
use crate::keys::{KeyId, ManifestKey};

/// The most bytes a signed text or a public key may have; longer ones are not looked at.
const MAX_BYTES: usize = 8 << 10;

/// How the last line begins.
pub(crate) const SIGNATURE: &str = "signature: ";

/// The file of signed lines: the lines and their signature.
pub(crate) fn seal(lines: String, key: &ManifestKey) -> Result<String, Error> {
    let signature = STANDARD.encode(key.sign(lines.as_bytes())?);
    Ok([&lines, SIGNATURE, &signature, "\n"].concat())
}

/// Lines whose signature was not looked at yet.
pub(crate) struct Sealed<'a> {
    pub(crate) lines: &'a str,
    signature: Vec<u8>,
}

impl<'a> Sealed<'a> {
    /// The parts of a file.
    pub(crate) fn of(file: &'a str) -> Result<Self, Error> {
        if file.len() > MAX_BYTES {
            return Err(Error::Malformed { line: 1 });
        }
        let malformed = || Error::Malformed { line: file.lines().count().max(1) };
        let (lines, signature) = file.split_at(file.rfind(SIGNATURE).ok_or_else(malformed)?);
        let signature = signature[SIGNATURE.len()..].strip_suffix('\n').ok_or_else(malformed)?;
        let signature = STANDARD.decode(signature).map_err(|_| malformed())?;
        Ok(Self { lines, signature })
    }

    /// Errs unless the lines, which name `key`, were signed by the owner of a public key (PEM).
    pub(crate) fn check(&self, key: KeyId, public_pem: &str) -> Result<(), Error> {
        let public = from_pem(public_pem).ok_or(Error::KeyRejected)?;
        if KeyId::of(digest::digest(&SHA256, &public).as_ref()) != key {
            return Err(Error::OtherKey { key });
        }
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &public)
            .verify(self.lines.as_bytes(), &self.signature)
            .map_err(|_| Error::SignatureWrong)
    }
}

/// Reads lines from the first to the last.
pub(crate) struct Lines<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Lines<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        Self { rest: text, line: 0 }
    }

    /// The value of the next line, which begins with `name`; without control characters, and
    /// without spaces around it.
    pub(crate) fn next(&mut self, name: &str) -> Result<&'a str, Error> {
        self.line += 1;
        let (here, after) = self.rest.split_once('\n').ok_or(self.malformed())?;
        self.rest = after;
        let value = here.strip_prefix(name).ok_or(self.malformed())?;
        if value.trim() != value || value.contains(char::is_control) {
            return Err(self.malformed());
        }
        Ok(value)
    }

    /// That of a line which must say something.
    pub(crate) fn next_text(&mut self, name: &str) -> Result<String, Error> {
        match self.next(name)? {
            "" => Err(self.malformed()),
            value => Ok(value.to_owned()),
        }
    }

    /// That of a line which names a key.
    pub(crate) fn next_key(&mut self, name: &str) -> Result<KeyId, Error> {
        from_hex(self.next(name)?).map(KeyId).ok_or(self.malformed())
    }

    /// That the line read last is wrong.
    pub(crate) fn malformed(&self) -> Error {
        Error::Malformed { line: self.line }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
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
