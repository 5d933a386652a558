//! FF1 of NIST SP 800-38G for radix 10, AES-256, an even number of digits and a short tweak.
//!
//! It is general in the number of digits of a half (5, 7, 8 and 10 are used) and in the tweak,
//! and nothing else: with halves of equal length the swap of a Feistel round is only a change of
//! names, and with a tweak that fits into one block beside the half, P is the same first block of
//! every CBC-MAC. Its encryption is kept, so a code costs ten AES blocks, one a round.
//!
//! A code's ten rounds depend on each other, so the lanes of a batch go through them in step.
//! The rounds run inside the cipher's own closure: everything in there is compiled once for each
//! AES backend, with that backend's vector instructions, and needs no `unsafe` here.

use aes::Aes256;
use aes::cipher::array::Array;
use aes::cipher::consts::U16;
use aes::cipher::{
    Block, BlockCipherEncBackend, BlockCipherEncClosure, BlockCipherEncrypt, BlockSizeUser, KeyInit,
};

/// How many codes go through the rounds in step.
pub const LANES: usize = 64;

/// The number of rounds (SP 800-38G, Algorithm 7, step 6).
const N_ROUNDS: u64 = 10;

/// FF1 over 2 * HALF decimal digits under one key and one tweak.
pub(crate) struct Ff1<const HALF: u32> {
    aes: Aes256,
    /// AES(P) with T, the zero bytes and the place of the round number added: Q before NUM(B).
    first: [u64; 2],
}

impl<const HALF: u32> Ff1<HALF> {
    /// 10^HALF, radix^u and radix^v of the standard.
    pub(crate) const MODULUS: u64 = 10u64.pow(HALF);

    /// Bytes of a half as a number: b = ceil(ceil(v * log2(10)) / 8).
    const HALF_BYTES: u32 = (Self::MODULUS - 1).ilog2() / 8 + 1;

    /// The longest tweak that leaves Q one block.
    const MAX_TWEAK: usize = 15 - Self::HALF_BYTES as usize;

    /// A permutation of 10^(2 * HALF) numbers.
    ///
    /// The tweak must leave room for the half in one block; ours are five bytes.
    pub(crate) fn new(key: &[u8; 32], tweak: &[u8]) -> Ff1<HALF> {
        assert!(tweak.len() <= Self::MAX_TWEAK, "the tweak must fit into one block");
        let aes = Aes256::new(key.into());
        // P = [1] [2] [1] [radix, 3 bytes] [10] [u mod 256] [n, 4 bytes] [t, 4 bytes].
        let mut first = [1, 2, 1, 0, 0, 10, 10, HALF as u8, 0, 0, 0, 2 * HALF as u8, 0, 0, 0, 0];
        first[15] = tweak.len() as u8;
        let mut block = Array::from(first);
        aes.encrypt_block(&mut block);
        for (byte, tweak) in block.iter_mut().zip(tweak) {
            *byte ^= tweak;
        }
        Ff1 { aes, first: words(&block) }
    }

    /// Encrypts N numbers in place; N is 1 or [`LANES`].
    pub(crate) fn encrypt<const N: usize>(&self, high: &mut [u64; N], low: &mut [u64; N]) {
        let direction = Direction::Encrypt;
        self.aes.encrypt_with_backend(Rounds { ff1: self, direction, high, low });
    }

    /// Decrypts N numbers in place; N is 1 or [`LANES`].
    pub(crate) fn decrypt<const N: usize>(&self, high: &mut [u64; N], low: &mut [u64; N]) {
        let direction = Direction::Decrypt;
        self.aes.encrypt_with_backend(Rounds { ff1: self, direction, high, low });
    }

    /// The second word of AES(P) + Q for this half (step 6.i; the half has at most five bytes).
    #[inline(always)]
    fn second_word(&self, round: u64, half: u64) -> u64 {
        self.first[1] ^ (round << (8 * Self::HALF_BYTES)) ^ half
    }

    /// NUM(S) mod 10^HALF, S being the first 8 or 12 bytes of R (steps 6.iii to 6.v).
    #[inline(always)]
    fn residue(r: &Block<Aes256>) -> u64 {
        let [first, second] = words(r);
        // 10^HALF = 2^HALF * 5^HALF. The low HALF bits of S are those of the residue; what is
        // above them needs a remainder by 5^HALF only, which fits 24 bits.
        let (top, low) = match Self::HALF_BYTES {
            // d = 4 * ceil(b / 4) + 4 = 8.
            ..=4 => (first >> HALF, first),
            // d = 12: S is 96 bits, and 2^32 * 5^10 + 2^54 < 2^56.
            _ => {
                let low = first << 32 | second >> 32;
                (times(first >> 32, Self::FOLD_96) + (low >> HALF), low)
            }
        };
        Self::remainder(top) << HALF | low & ((1 << HALF) - 1)
    }

    /// 5^HALF.
    const ODD: u64 = 5u64.pow(HALF);

    /// What bit 64 of S weighs in `top`.
    const FOLD_96: u64 = (1 << (64 - HALF)) % Self::ODD;

    /// What bit 32 of `top` weighs.
    const FOLD_64: u64 = (1 << 32) % Self::ODD;

    /// So much of a dividend is dropped before it is multiplied by [`Self::RECIPROCAL`].
    const DROP: u32 = Self::ODD.ilog2() - 3;

    /// The scale of the reciprocal: it has 31 or 32 bits.
    const SCALE: u32 = 31 + Self::ODD.ilog2();

    /// 2^SCALE / 5^HALF, rounded down.
    const RECIPROCAL: u64 = (1 << Self::SCALE) / Self::ODD;

    /// `top` mod 5^HALF, by multiplications of 32 bits, which every vector unit has.
    ///
    /// top < 2^(64 - HALF), so after folding t < 2^32 * (2^-HALF * 5^HALF + 1) <= 2^47.3, and t
    /// without its dropped bits fits 31. The quotient is at most one too small: dropping costs
    /// less than 2^DROP / 5^HALF <= 1/8, rounding the reciprocal t / 2^SCALE < 1/8.
    #[inline(always)]
    fn remainder(top: u64) -> u64 {
        let t = times(top >> 32, Self::FOLD_64) + (top & u64::from(u32::MAX));
        let quotient = times(t >> Self::DROP, Self::RECIPROCAL) >> (Self::SCALE - Self::DROP);
        below(t - times(quotient, Self::ODD), Self::ODD)
    }

    #[inline(always)]
    fn add(half: u64, r: &Block<Aes256>) -> u64 {
        below(half + Self::residue(r), Self::MODULUS)
    }

    #[inline(always)]
    fn subtract(half: u64, r: &Block<Aes256>) -> u64 {
        below(half + Self::MODULUS - Self::residue(r), Self::MODULUS)
    }
}

/// The product of two numbers below 2^32: said so that it becomes one vector instruction.
#[inline(always)]
fn times(a: u64, b: u64) -> u64 {
    debug_assert!(a <= u64::from(u32::MAX) && b <= u64::from(u32::MAX));
    (a & u64::from(u32::MAX)) * (b & u64::from(u32::MAX))
}

/// `number` mod `modulus`, for a number below twice the modulus.
#[inline(always)]
fn below(number: u64, modulus: u64) -> u64 {
    debug_assert!(number < 2 * modulus);
    if number >= modulus { number - modulus } else { number }
}

/// The block as two numbers, most significant byte first.
#[inline(always)]
fn words(block: &Block<Aes256>) -> [u64; 2] {
    let (words, _) = block.as_slice().as_chunks();
    [u64::from_be_bytes(words[0]), u64::from_be_bytes(words[1])]
}

/// The ten rounds over N numbers in step, in either direction.
struct Rounds<'a, const HALF: u32, const N: usize> {
    ff1: &'a Ff1<HALF>,
    direction: Direction,
    high: &'a mut [u64; N],
    low: &'a mut [u64; N],
}

#[derive(Clone, Copy)]
enum Direction {
    Encrypt,
    Decrypt,
}

impl<const HALF: u32, const N: usize> Rounds<'_, HALF, N> {
    /// One round (step 6): the target half of each lane takes in the source half.
    #[inline(always)]
    fn round<B: BlockCipherEncBackend<BlockSize = U16>>(
        &mut self,
        backend: &B,
        round: u64,
        blocks: &mut [Block<Aes256>; N],
    ) {
        // Even rounds change A, odd rounds change B: the swap is a change of names.
        let (target, source) = match round % 2 {
            0 => (&mut *self.high, &*self.low),
            _ => (&mut *self.low, &*self.high),
        };
        let first = self.ff1.first[0].to_be_bytes();
        for (block, half) in blocks.iter_mut().zip(source) {
            let (words, _) = block.as_mut_slice().as_chunks_mut();
            words[0] = first;
            words[1] = self.ff1.second_word(round, *half).to_be_bytes();
        }
        let (whole, rest) = Array::slice_as_chunks_mut(blocks);
        for chunk in whole {
            backend.encrypt_par_blocks_inplace(chunk);
        }
        backend.encrypt_tail_blocks_inplace(rest);
        for (half, block) in target.iter_mut().zip(&*blocks) {
            *half = match self.direction {
                Direction::Encrypt => Ff1::<HALF>::add(*half, block),
                Direction::Decrypt => Ff1::<HALF>::subtract(*half, block),
            };
        }
    }
}

impl<const HALF: u32, const N: usize> BlockSizeUser for Rounds<'_, HALF, N> {
    type BlockSize = U16;
}

impl<const HALF: u32, const N: usize> BlockCipherEncClosure for Rounds<'_, HALF, N> {
    #[inline(always)]
    fn call<B: BlockCipherEncBackend<BlockSize = U16>>(mut self, backend: &B) {
        let mut blocks = [Block::<Aes256>::default(); N];
        for step in 0..N_ROUNDS {
            let round = match self.direction {
                Direction::Encrypt => step,
                Direction::Decrypt => N_ROUNDS - 1 - step,
            };
            self.round(backend, round, &mut blocks);
        }
    }
}

#[cfg(test)]
mod tests;
