//! FF1 against the samples of NIST and against the `fpe` crate, at both lane widths.

use fpe::ff1::{FF1, FlexibleNumeralString};
use proptest::prelude::*;

use super::*;

/// Numbers that each length is compared on.
const N_COMPARED: usize = 1_000_000;

#[test]
fn samples_of_nist() {
    // FF1samples.pdf, samples 7 and 8: AES-256, radix 10, ten digits.
    let key = [
        0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f,
        0x3c, 0xef, 0x43, 0x59, 0xd8, 0xd5, 0x80, 0xaa, 0x4f, 0x7f, 0x03, 0x6d, 0x6f, 0x04, 0xfc,
        0x6a, 0x94,
    ];
    let tweak = [0x39, 0x38, 0x37, 0x36, 0x35, 0x34, 0x33, 0x32, 0x31, 0x30];
    for (tweak, expected) in [(&tweak[..0], (66_576, 67_009)), (&tweak[..], (10_016, 23_463))] {
        let ff1 = Ff1::<5>::new(&key, tweak);
        sample::<1>(&ff1, (1_234, 56_789), expected);
        sample::<LANES>(&ff1, (1_234, 56_789), expected);
    }
}

fn sample<const N: usize>(ff1: &Ff1<5>, plain: (u64, u64), cipher: (u64, u64)) {
    let (mut high, mut low) = ([plain.0; N], [plain.1; N]);
    ff1.encrypt(&mut high, &mut low);
    assert_eq!((high, low), ([cipher.0; N], [cipher.1; N]));
    ff1.decrypt(&mut high, &mut low);
    assert_eq!((high, low), ([plain.0; N], [plain.1; N]));
}

#[test]
fn a_million_of_15_digits_equal_fpe() {
    compare_with_fpe::<7>();
}

#[test]
fn a_million_of_17_digits_equal_fpe() {
    compare_with_fpe::<8>();
}

#[test]
fn a_million_of_21_digits_equal_fpe() {
    compare_with_fpe::<10>();
}

/// Compares random numbers and the outermost ones under ten keys, on all cores.
fn compare_with_fpe<const HALF: u32>() {
    let n_keys = 10;
    std::thread::scope(|scope| {
        for seed in 0..n_keys {
            scope.spawn(move || compare_under_one_key::<HALF>(seed, N_COMPARED / n_keys as usize));
        }
    });
}

fn compare_under_one_key<const HALF: u32>(seed: u64, n_numbers: usize) {
    let mut random = SplitMix(seed);
    let key: [u8; 32] = std::array::from_fn(|_| random.next() as u8);
    let tweak: [u8; 5] = std::array::from_fn(|_| random.next() as u8);
    let ours = Ff1::<HALF>::new(&key, &tweak);
    let theirs = FF1::<Aes256>::new(&key, 10).unwrap();
    let modulus = Ff1::<HALF>::MODULUS;
    let mut edges = vec![(0, 0), (0, modulus - 1), (modulus - 1, 0), (modulus - 1, modulus - 1)];

    for _ in 0..n_numbers.div_ceil(LANES) {
        let (mut high, mut low) = ([0; LANES], [0; LANES]);
        for (high, low) in high.iter_mut().zip(&mut low) {
            let number = (random.next() % modulus, random.next() % modulus);
            (*high, *low) = edges.pop().unwrap_or(number);
        }
        let (plain_high, plain_low) = (high, low);
        ours.encrypt(&mut high, &mut low);
        for lane in 0..LANES {
            let plain = (plain_high[lane], plain_low[lane]);
            let expected = encrypt_with_fpe::<HALF>(&theirs, &tweak, plain);
            assert_eq!((high[lane], low[lane]), expected, "{plain:?}");
            let (mut high, mut low) = ([plain.0], [plain.1]);
            ours.encrypt(&mut high, &mut low);
            assert_eq!((high[0], low[0]), expected, "{plain:?}");
            ours.decrypt(&mut high, &mut low);
            assert_eq!((high[0], low[0]), plain);
        }
        ours.decrypt(&mut high, &mut low);
        assert_eq!((high, low), (plain_high, plain_low));
    }
}

fn encrypt_with_fpe<const HALF: u32>(
    fpe: &FF1<Aes256>,
    tweak: &[u8],
    (high, low): (u64, u64),
) -> (u64, u64) {
    let mut digits = vec![0; 2 * HALF as usize];
    let mut number = u128::from(high) * u128::from(Ff1::<HALF>::MODULUS) + u128::from(low);
    for place in digits.iter_mut().rev() {
        *place = (number % 10) as u16;
        number /= 10;
    }
    let cipher = fpe.encrypt(tweak, &FlexibleNumeralString::from(digits)).unwrap();
    let cipher: Vec<u16> = cipher.into();
    let number = |half: &[u16]| half.iter().fold(0, |sum, digit| sum * 10 + u64::from(*digit));
    let (high, low) = cipher.split_at(HALF as usize);
    (number(high), number(low))
}

/// A small generator of test numbers (Steele, Lea and Flood 2014).
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

fn check_residue<const HALF: u32>(first: u64, second: u64) {
    let block = u128::from(first) << 64 | u128::from(second);
    // d = 4 * ceil(b / 4) + 4 bytes: 8 for halves of up to 9 digits, 12 for 10.
    let s = if HALF < 10 { block >> 64 } else { block >> 32 };
    let expected = (s % 10u128.pow(HALF)) as u64;
    assert_eq!(Ff1::<HALF>::residue(&Array::from(block.to_be_bytes())), expected);
}

fn check_residues(first: u64, second: u64) {
    check_residue::<5>(first, second);
    check_residue::<7>(first, second);
    check_residue::<8>(first, second);
    check_residue::<10>(first, second);
}

#[test]
fn residues_at_the_edges() {
    let edges = [0, 1, u64::MAX, u64::MAX - 1, u64::from(u32::MAX), 1 << 32, 1 << 63];
    for first in edges {
        for second in edges {
            check_residues(first, second);
        }
    }
    // Around multiples of the modulus a quotient that is off by one shows.
    for multiple in (0..u64::MAX - 10u64.pow(16)).step_by(10usize.pow(16)) {
        for first in [multiple.saturating_sub(1), multiple, multiple + 1] {
            check_residues(first, first);
        }
    }
}

proptest! {
    #[test]
    fn residues(first: u64, second: u64) {
        check_residues(first, second);
    }
}
