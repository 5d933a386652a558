//! One permutation of code bodies, for one length in one key epoch.

use std::fmt;

use crate::code::{Code, Length};
use crate::ff1::Ff1;

pub use crate::ff1::LANES;

/// FF1 over the bodies of one length, under the key of one epoch.
///
/// [`CodeKey::permutation`](crate::CodeKey::permutation) derives it; it holds a secret, and its
/// `Debug` shows length and epoch only.
///
/// ```
/// use mint::{Length, Permutation};
///
/// let permutation = Permutation::new(Length::D15, 1, &[7; 32]);
/// let code = permutation.encode(42);
/// assert_eq!(permutation.decode(&code), 42);
/// ```
pub struct Permutation {
    length: Length,
    epoch: u32,
    cipher: Cipher,
}

/// The halves of a body have 7, 8 or 10 digits.
enum Cipher {
    D15(Ff1<7>),
    D17(Ff1<8>),
    D21(Ff1<10>),
}

impl Permutation {
    /// The permutation under a 256-bit key; the tweak is the number of digits and the epoch.
    #[must_use]
    pub fn new(length: Length, epoch: u32, key: &[u8; 32]) -> Permutation {
        let mut tweak = [length.n_digits() as u8, 0, 0, 0, 0];
        tweak[1..].copy_from_slice(&epoch.to_be_bytes());
        let cipher = match length {
            Length::D15 => Cipher::D15(Ff1::new(key, &tweak)),
            Length::D17 => Cipher::D17(Ff1::new(key, &tweak)),
            Length::D21 => Cipher::D21(Ff1::new(key, &tweak)),
        };
        Permutation { length, epoch, cipher }
    }

    /// The length of its codes.
    #[must_use]
    pub fn length(&self) -> Length {
        self.length
    }

    /// The key epoch.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The code of an ordinal, which must be below [`Length::capacity`].
    #[must_use]
    pub fn encode(&self, ordinal: u64) -> Code {
        let mut out = [Code::blank(self.length)];
        match &self.cipher {
            Cipher::D15(ff1) => encode_lanes::<7, 1>(ff1, self.length, ordinal, &mut out),
            Cipher::D17(ff1) => encode_lanes::<8, 1>(ff1, self.length, ordinal, &mut out),
            Cipher::D21(ff1) => encode_lanes::<10, 1>(ff1, self.length, ordinal, &mut out),
        }
        out[0]
    }

    /// The codes of `first`, `first + 1`, …, one for each place of `out`, 64 at a time.
    ///
    /// All these ordinals must be below [`Length::capacity`].
    pub fn encode_run(&self, first: u64, out: &mut [Code]) {
        match &self.cipher {
            Cipher::D15(ff1) => encode_run::<7>(ff1, self.length, first, out),
            Cipher::D17(ff1) => encode_run::<8>(ff1, self.length, first, out),
            Cipher::D21(ff1) => encode_run::<10>(ff1, self.length, first, out),
        }
    }

    /// The number under a code, below [`Length::n_bodies`]; at or above the capacity it is no
    /// ordinal, and the code was never given out.
    ///
    /// The code must have this permutation's length.
    #[must_use]
    pub fn decode(&self, code: &Code) -> u128 {
        self.decode_lanes::<1>(&[*code])[0]
    }

    /// The numbers under 64 codes, like [`Permutation::decode`].
    #[must_use]
    pub fn decode_batch(&self, codes: &[Code; LANES]) -> [u128; LANES] {
        self.decode_lanes(codes)
    }

    fn decode_lanes<const N: usize>(&self, codes: &[Code; N]) -> [u128; N] {
        assert!(codes.iter().all(|code| code.length() == self.length), "a code of another length");
        match &self.cipher {
            Cipher::D15(ff1) => decode_lanes(ff1, codes),
            Cipher::D17(ff1) => decode_lanes(ff1, codes),
            Cipher::D21(ff1) => decode_lanes(ff1, codes),
        }
    }
}

/// Codes of consecutive ordinals: whole batches of lanes, then the rest one by one.
fn encode_run<const HALF: u32>(ff1: &Ff1<HALF>, length: Length, mut first: u64, out: &mut [Code]) {
    let (batches, rest) = out.as_chunks_mut::<LANES>();
    for batch in batches {
        encode_lanes(ff1, length, first, batch);
        first += LANES as u64;
    }
    for (ordinal, place) in (first..).zip(rest) {
        encode_lanes::<HALF, 1>(ff1, length, ordinal, std::array::from_mut(place));
    }
}

fn encode_lanes<const HALF: u32, const N: usize>(
    ff1: &Ff1<HALF>,
    length: Length,
    first: u64,
    out: &mut [Code; N],
) {
    assert!(first <= length.capacity() - N as u64, "an ordinal above the capacity");
    let modulus = Ff1::<HALF>::MODULUS;
    let (mut high, mut low) = ([first / modulus; N], [first % modulus; N]);
    for (lane, (high, low)) in high.iter_mut().zip(&mut low).enumerate() {
        *low += lane as u64;
        let carry = u64::from(*low >= modulus);
        *low -= carry * modulus;
        *high += carry;
    }
    ff1.encrypt(&mut high, &mut low);
    for (place, (high, low)) in out.iter_mut().zip(high.into_iter().zip(low)) {
        *place = Code::from_halves::<HALF>(length, high, low);
    }
}

fn decode_lanes<const HALF: u32, const N: usize>(ff1: &Ff1<HALF>, codes: &[Code; N]) -> [u128; N] {
    let (mut high, mut low) = ([0; N], [0; N]);
    for (lane, code) in codes.iter().enumerate() {
        (high[lane], low[lane]) = code.halves();
    }
    ff1.decrypt(&mut high, &mut low);
    std::array::from_fn(|i| {
        u128::from(high[i]) * u128::from(Ff1::<HALF>::MODULUS) + u128::from(low[i])
    })
}

impl fmt::Debug for Permutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permutation")
            .field("length", &self.length)
            .field("epoch", &self.epoch)
            .finish_non_exhaustive()
    }
}

/// Which AES runs on this machine, for the log and the bench: `hardware` or `software`.
#[must_use]
pub fn aes_backend() -> &'static str {
    if aes::hardware_accelerated() { "hardware" } else { "software" }
}

#[cfg(test)]
mod tests;
