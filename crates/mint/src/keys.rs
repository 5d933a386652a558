//! The three secrets: [`CodeKey`], [`ManifestKey`] and [`PinKey`].
//!
//! Keys come and go as the bytes of their files; the files are the binary's.
//! RSA is AWS-LC's, which works in constant time (the `rsa` crate has RUSTSEC-2023-0071).
//! `Debug` of a key shows its id and nothing else.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use aws_lc_rs::{digest, hmac, rand};
use zeroize::Zeroizing;

use crate::code::Length;
use crate::error::Error;
use crate::permutation::Permutation;
use crate::pin::Pin;

/// Bytes of an RSA-3072 modulus, and so of a signature.
pub(crate) const SIGNATURE_BYTES: usize = 384;

/// What the code key signs, before length and epoch; it must never change.
const CODE_LABEL: &[u8] = b"suyuan mint code key v1";

/// What tells a PIN key by name; it must never change.
const PIN_KEY_LABEL: &[u8] = b"suyuan mint pin key id v1";

/// The first four bytes of SHA-256 of a public key (of HMAC of a fixed label for a PIN key).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub(crate) [u8; 4]);

impl KeyId {
    /// The id in a longer hash.
    pub(crate) fn of(hash: &[u8]) -> KeyId {
        KeyId([hash[0], hash[1], hash[2], hash[3]])
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// An RSA-3072 key pair with its public key in DER (X.509 SubjectPublicKeyInfo).
struct RsaKey {
    pair: RsaKeyPair,
    public: Vec<u8>,
}

impl RsaKey {
    fn generate() -> Result<RsaKey, Error> {
        let pair = RsaKeyPair::generate(KeySize::Rsa3072).map_err(|_| Error::CryptoFailed)?;
        RsaKey::of(pair)
    }

    fn from_pkcs8(der: &[u8]) -> Result<RsaKey, Error> {
        RsaKey::of(RsaKeyPair::from_pkcs8(der).map_err(|_| Error::KeyRejected)?)
    }

    fn of(pair: RsaKeyPair) -> Result<RsaKey, Error> {
        if pair.public_modulus_len() != SIGNATURE_BYTES {
            return Err(Error::KeyRejected);
        }
        let public: PublicKeyX509Der<'_> =
            pair.public_key().as_der().map_err(|_| Error::KeyRejected)?;
        let public = public.as_ref().to_vec();
        Ok(RsaKey { pair, public })
    }

    fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let der: Pkcs8V1Der<'_> = self.pair.as_der().map_err(|_| Error::CryptoFailed)?;
        Ok(Zeroizing::new(der.as_ref().to_vec()))
    }

    fn id(&self) -> KeyId {
        KeyId::of(digest::digest(&digest::SHA256, &self.public).as_ref())
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2): the same message gives the same bytes.
    fn sign(&self, message: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let mut signature = Zeroizing::new(vec![0; SIGNATURE_BYTES]);
        self.pair
            .sign(&RSA_PKCS1_SHA256, &rand::SystemRandom::new(), message, &mut signature)
            .map_err(|_| Error::CryptoFailed)?;
        Ok(signature)
    }
}

/// The RSA key that the keys of all permutations come from (R13).
///
/// It signs derivation labels and nothing else; a signature never leaves this module.
///
/// ```no_run
/// use mint::{CodeKey, Length};
///
/// let key = CodeKey::generate()?;
/// let bytes = key.to_pkcs8()?;
/// let code = CodeKey::from_pkcs8(&bytes)?.permutation(Length::D17, 1)?.encode(0);
/// assert_eq!(code, key.permutation(Length::D17, 1)?.encode(0));
/// # Ok::<(), mint::Error>(())
/// ```
pub struct CodeKey(RsaKey);

impl CodeKey {
    /// A new key. Takes about a second.
    ///
    /// # Errors
    /// [`Error::CryptoFailed`].
    pub fn generate() -> Result<CodeKey, Error> {
        RsaKey::generate().map(CodeKey)
    }

    /// Reads the key from PKCS#8 DER.
    ///
    /// # Errors
    /// [`Error::KeyRejected`] if it is anything but RSA-3072.
    pub fn from_pkcs8(der: &[u8]) -> Result<CodeKey, Error> {
        RsaKey::from_pkcs8(der).map(CodeKey)
    }

    /// The key as PKCS#8 DER, for a file of mode 0600.
    ///
    /// # Errors
    /// [`Error::CryptoFailed`].
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.0.to_pkcs8()
    }

    /// Its name in manifests and logs.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.0.id()
    }

    /// The permutation of a length in a key epoch.
    ///
    /// Its key is HKDF-SHA256 (RFC 5869) of the signature of label, length and epoch.
    ///
    /// # Errors
    /// [`Error::CryptoFailed`].
    pub fn permutation(&self, length: Length, epoch: u32) -> Result<Permutation, Error> {
        let mut label = CODE_LABEL.to_vec();
        label.push(length.n_digits() as u8);
        label.extend(epoch.to_be_bytes());
        let signature = self.0.sign(&label)?;

        let mut key = Zeroizing::new([0; 32]);
        Salt::new(HKDF_SHA256, CODE_LABEL)
            .extract(&signature)
            .expand(&[&label], Aes256Key)
            .and_then(|okm| okm.fill(key.as_mut()))
            .map_err(|_| Error::CryptoFailed)?;
        Ok(Permutation::new(length, epoch, &key))
    }
}

impl fmt::Debug for CodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CodeKey({})", self.id())
    }
}

/// How many bytes HKDF gives.
struct Aes256Key;

impl KeyType for Aes256Key {
    fn len(&self) -> usize {
        32
    }
}

/// The RSA key that signs the manifest of each batch.
pub struct ManifestKey(RsaKey);

impl ManifestKey {
    /// A new key. Takes about a second.
    ///
    /// # Errors
    /// [`Error::CryptoFailed`].
    pub fn generate() -> Result<ManifestKey, Error> {
        RsaKey::generate().map(ManifestKey)
    }

    /// Reads the key from PKCS#8 DER.
    ///
    /// # Errors
    /// [`Error::KeyRejected`] if it is anything but RSA-3072.
    pub fn from_pkcs8(der: &[u8]) -> Result<ManifestKey, Error> {
        RsaKey::from_pkcs8(der).map(ManifestKey)
    }

    /// The key as PKCS#8 DER, for a file of mode 0600.
    ///
    /// # Errors
    /// [`Error::CryptoFailed`].
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.0.to_pkcs8()
    }

    /// Its name in manifests and logs.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.0.id()
    }

    /// The public key as PEM (`PUBLIC KEY`, X.509 SubjectPublicKeyInfo, RFC 7468 §13).
    #[must_use]
    pub fn public_pem(&self) -> String {
        crate::signed::pem(&self.0.public)
    }

    /// The signature of the canonical lines of a text.
    pub(crate) fn sign(&self, text: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(self.0.sign(text)?.to_vec())
    }
}

impl fmt::Debug for ManifestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ManifestKey({})", self.id())
    }
}

/// The HMAC-SHA256 key of the covered second codes, and of range commitments.
///
/// ```
/// use mint::{Length, PinKey};
///
/// let key = PinKey::generate()?;
/// let again = PinKey::from_bytes(&key.to_bytes()[..])?;
/// assert!(again.pin(Length::D15, 1, 0).matches(&key.pin(Length::D15, 1, 0)));
/// # Ok::<(), mint::Error>(())
/// ```
pub struct PinKey {
    bytes: Zeroizing<[u8; 32]>,
    hmac: hmac::Key,
}

impl PinKey {
    /// A new key.
    ///
    /// # Errors
    /// [`Error::CryptoFailed`].
    pub fn generate() -> Result<PinKey, Error> {
        let mut bytes = Zeroizing::new([0; 32]);
        rand::fill(bytes.as_mut()).map_err(|_| Error::CryptoFailed)?;
        PinKey::from_bytes(bytes.as_ref())
    }

    /// Reads the key: 32 bytes.
    ///
    /// # Errors
    /// [`Error::KeyRejected`] for any other number of bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<PinKey, Error> {
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| Error::KeyRejected)?;
        let bytes = Zeroizing::new(bytes);
        let hmac = hmac::Key::new(hmac::HMAC_SHA256, &bytes[..]);
        Ok(PinKey { bytes, hmac })
    }

    /// The key's 32 bytes, for a file of mode 0600.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        self.bytes.clone()
    }

    /// Its name in manifests and logs.
    #[must_use]
    pub fn id(&self) -> KeyId {
        KeyId::of(hmac::sign(&self.hmac, PIN_KEY_LABEL).as_ref())
    }

    /// The PIN of an ordinal: HMAC of the number of digits, the epoch and the ordinal.
    #[must_use]
    pub fn pin(&self, length: Length, epoch: u32, ordinal: u64) -> Pin {
        let mut message = [length.n_digits() as u8; 13];
        message[1..5].copy_from_slice(&epoch.to_be_bytes());
        message[5..].copy_from_slice(&ordinal.to_be_bytes());
        let tag = hmac::sign(&self.hmac, &message);
        let (first, _) = tag.as_ref().split_first_chunk().expect("a tag has 32 bytes");
        Pin::from_uniform(u64::from_be_bytes(*first))
    }
}

impl fmt::Debug for PinKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PinKey({})", self.id())
    }
}

#[cfg(test)]
pub(crate) mod tests;
