//! Sets and maps of numbers that nobody chooses.
//!
//! Keys of events are hashes already, and identifiers are numbered as they come: mixing them well
//! is enough, and costs less than the defence that the standard library has against chosen keys.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// A map by number or key.
pub(crate) type MixedMap<K, V> = HashMap<K, V, BuildHasherDefault<Mixer>>;

/// A set of numbers or keys.
pub(crate) type MixedSet<K> = HashSet<K, BuildHasherDefault<Mixer>>;

/// 2^64 divided by the golden ratio, odd.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// Folds the upper half of a product onto the lower, so that all bits tell in all bits.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, number: u64) {
        let product = u128::from(self.0 ^ number) * u128::from(FACTOR);
        self.0 = (product >> 64) as u64 ^ product as u64;
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(number.cast_unsigned());
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
