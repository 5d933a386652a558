//! The error of keys, key rings and signed texts; what is wrong with a typed code is [`CodeError`].
//!
//! [`CodeError`]: crate::CodeError

use crate::keys::KeyId;

/// Why a key, a key ring, a run of positions or a signed text was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes are not an RSA-3072 key in PKCS#8 DER, or not 32 bytes of a PIN key.
    #[error("the key is damaged or of the wrong kind")]
    KeyRejected,
    /// Key generation or signing failed inside the cryptographic library.
    #[error("the cryptographic library failed")]
    CryptoFailed,
    /// The epochs of a length do not follow each other without gap, the last one open.
    #[error("the key epochs of one code length do not join")]
    EpochsBroken,
    /// A segment has more colliding ordinals than spares; the batch cannot be printed.
    #[error("the spare ordinals of a segment are used up")]
    SparesExhausted,
    /// The layout or the position lies outside of what the key ring covers.
    #[error("the position is outside of the batch or of the key epoch")]
    OutOfRange,
    /// A signed text is not in its canonical form.
    #[error("line {line} is not in canonical form: the text was cut or changed")]
    Malformed {
        /// The first line that is wrong, 1-based.
        line: usize,
    },
    /// The text names another key than the public key that it was to be checked with.
    #[error("it names key {key}, and the public key is another")]
    OtherKey {
        /// The key that it names.
        key: KeyId,
    },
    /// The text is well formed, but the signature does not fit it and the public key.
    #[error("the signature does not fit: the text was changed, or signed by somebody else")]
    SignatureWrong,
}
