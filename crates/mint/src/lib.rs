//! Codes as a keyed permutation of ordinals, covered PINs, signed batch manifests and vouchers.
//!
//! A code is a number under a key: the platform counts *ordinals*, FF1 scatters an ordinal over
//! the digits of a [`Code`], and the check digit separates a typing error from an unknown code.
//! So a batch is a range of ordinals, uniqueness is arithmetic, and nobody without the key can
//! tell the next code from the last.
//!
//! What is not in here: files, clocks, counters and databases. Keys come in as bytes, the next
//! ordinal is the caller's, and whether an ordinal belongs to a batch is the store's to say.
//!
//! ```
//! use mint::{Code, KeyRing, Length, Permutation};
//!
//! let ring = KeyRing::first_epoch([Permutation::new(Length::D17, 1, &[7; 32])])?;
//! let code = ring.code_at(Length::D17, 42).expect("the first epoch skips nothing");
//! let read = Code::parse(&code.to_string())?;
//! assert_eq!(ring.find(&read).map(|found| (found.epoch, found.ordinal)), Some((1, 42)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod code;
mod error;
mod ff1;
mod keyring;
mod keys;
mod layout;
mod manifest;
mod permutation;
mod pin;
mod signed;
mod voucher;

pub use check::check_digit;
pub use code::{Code, CodeError, Length};
pub use error::Error;
pub use keyring::{Epoch, Found, KeyRing, Positions, Printed};
pub use keys::{CodeKey, KeyId, ManifestKey, PinKey};
pub use layout::{Layout, SEGMENT};
pub use manifest::{Manifest, RangeCommitment};
pub use permutation::{LANES, Permutation, aes_backend};
pub use pin::Pin;
pub use voucher::Voucher;
