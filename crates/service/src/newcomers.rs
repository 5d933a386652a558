//! Who looked at which item lately, an address or an enterprise that handles the goods: it counts
//! once in the time of grace, whatever cookies it sends, or one person without them would make a
//! crowd.
//!
//! Kept in memory of a fixed size, by each server for itself and from its start, under a key that
//! nobody knows. An item that is looked at from an address again after 131,072 others were may
//! count again.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use geo::Network;
use store::id::KeyId;

/// Places for each key, and how many such groups: 2 MB.
const N_SLOTS: usize = 4;
const N_BUCKETS: usize = 32_768;

/// A key and when it was noted, microseconds since the epoch; key 0 is nobody.
#[derive(Clone, Copy, Default)]
struct Slot {
    key: u64,
    at_us: i64,
}

/// Who looked at an item.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Onlooker {
    /// By its address.
    Address(IpAddr),
    /// One that is signed in and handles or inspects the goods, by its key.
    Handler(KeyId),
}

/// Who looked at what. It asks neither store nor clock.
pub struct Newcomers {
    hasher: RandomState,
    buckets: Mutex<Vec<[Slot; N_SLOTS]>>,
}

impl Default for Newcomers {
    fn default() -> Self {
        let buckets = Mutex::new(vec![[Slot::default(); N_SLOTS]; N_BUCKETS]);
        Self { hasher: RandomState::new(), buckets }
    }
}

impl Newcomers {
    /// Whether somebody looked at an item within `grace_us` before now; if not, it is noted.
    /// Addresses that many share by nature, as behind a proxy that nobody named, are never noted.
    pub fn is_again(&self, looked: (Onlooker, i64), grace_us: i64, now_us: i64) -> bool {
        let Some(key) = self.key(looked) else { return false };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = &mut buckets[key as usize % N_BUCKETS];
        // A clock that steps back ends no time of grace.
        if let Some(slot) = bucket.iter_mut().find(|slot| slot.key == key) {
            // It goes on from there, so one that ran ahead keeps nobody out until then.
            slot.at_us = slot.at_us.min(now_us);
            if now_us - slot.at_us < grace_us {
                return true;
            }
        }
        let order = |slot: &&mut Slot| (slot.key != key, slot.key != 0, slot.at_us);
        let oldest = bucket.iter_mut().min_by_key(order).expect("a bucket has slots");
        *oldest = Slot { key, at_us: now_us };
        false
    }

    /// Takes a note back, since the look was not kept.
    pub(crate) fn forget(&self, looked: (Onlooker, i64)) {
        let Some(key) = self.key(looked) else { return };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        for slot in &mut buckets[key as usize % N_BUCKETS] {
            if slot.key == key {
                *slot = Slot::default();
            }
        }
    }

    /// The subscriber's network and the item.
    fn key(&self, (onlooker, item_id): (Onlooker, i64)) -> Option<u64> {
        let address = match onlooker {
            Onlooker::Handler(_) => return Some(self.hasher.hash_one((onlooker, item_id)).max(1)),
            Onlooker::Address(address) => address,
        };
        let address = address.to_canonical();
        let n_bits = if address.is_ipv4() { 32 } else { 64 };
        let of = (Network::around(address, n_bits), item_id);
        geo::is_public(address).then(|| self.hasher.hash_one(of).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_US: i64 = 3_600_000_000;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_counts_once_an_item_in_the_time_of_grace() {
        let newcomers = Newcomers::default();
        let is_again = |from: &str, item_id, at_h: i64| {
            newcomers.is_again(
                (Onlooker::Address(address(from)), item_id),
                24 * HOUR_US,
                at_h * HOUR_US,
            )
        };
        assert!(!is_again("9.9.9.9", 1, 0));
        assert!(is_again("9.9.9.9", 1, 1) && is_again("::ffff:9.9.9.9", 1, 23));
        assert!(is_again("9.9.9.9", 1, -5), "a clock stepped back");
        assert!(!is_again("9.9.9.9", 2, 1) && !is_again("9.9.9.8", 1, 1));
        assert!(!is_again("9.9.9.9", 1, 24) && is_again("9.9.9.9", 1, 25));
        assert!(!is_again("2400:1::1", 1, 0) && is_again("2400:1::2", 1, 0), "one subscriber");
        assert!(!is_again("10.0.0.1", 1, 0) && !is_again("10.0.0.1", 1, 0), "a proxy's");
        newcomers.forget((Onlooker::Address(address("9.9.9.8")), 1));
        assert!(!is_again("9.9.9.8", 1, 2));
    }
}
