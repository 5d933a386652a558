//! Levels by key in memory of a fixed size: 65,536 of them in 2 MB.
//!
//! A key lives in one of four slots of its bucket, and who finds all taken displaces the lowest.
//! So senders without number cannot displace those that miss most.

use std::sync::{Mutex, PoisonError};

/// Slots of a bucket, and how many buckets share a lock.
const N_SLOTS: usize = 4;
const N_SHARDS: usize = 64;
const N_BUCKETS: usize = 256;

/// Turns that are given away ahead.
const MAX_TURNS: i64 = 32;

/// What is known of one key; key 0 is nobody.
#[derive(Clone, Copy, Default)]
struct Slot {
    key: u64,
    /// When `level` was right, in microseconds since the epoch.
    at_us: i64,
    /// Until when the turns of those who wait are given away.
    turn_us: i64,
    level: f32,
}

/// The levels of many keys.
pub(super) struct Table {
    shards: Vec<Mutex<Vec<[Slot; N_SLOTS]>>>,
}

impl Slot {
    /// The level now, when `forgiven_us` lowers it by one. A clock that steps back forgives
    /// nothing.
    fn level(&self, forgiven_us: i64, now_us: i64) -> f32 {
        let elapsed_us = now_us.saturating_sub(self.at_us).max(0);
        (self.level - elapsed_us as f32 / forgiven_us as f32).max(0.0)
    }
}

impl Table {
    pub(super) fn new() -> Self {
        let shard = || Mutex::new(vec![[Slot::default(); N_SLOTS]; N_BUCKETS]);
        Self { shards: std::iter::repeat_with(shard).take(N_SHARDS).collect() }
    }

    /// The level of a key.
    pub(super) fn level(&self, key: u64, forgiven_us: i64, now_us: i64) -> f32 {
        self.in_bucket(key, |bucket| {
            let slot = bucket.iter_mut().find(|slot| slot.key == key);
            slot.map_or(0.0, |slot| {
                // After a clock stepped back time goes on from there.
                slot.at_us = slot.at_us.min(now_us);
                slot.level(forgiven_us, now_us)
            })
        })
    }

    /// Raises the level of a key by so much, up to `most`; answers by how much it rose.
    pub(super) fn raise(
        &self,
        key: u64,
        (by, most): (f32, f32),
        forgiven_us: i64,
        now_us: i64,
    ) -> f32 {
        self.in_slot(key, now_us, |slot| {
            let before = slot.level(forgiven_us, now_us);
            slot.level = (before + by).min(most).max(before);
            slot.at_us = now_us;
            slot.level - before
        })
    }

    /// Raises the level of a key by one unless it would be above `most`; answers whether it rose.
    pub(super) fn take(&self, key: u64, most: f32, forgiven_us: i64, now_us: i64) -> bool {
        self.in_slot(key, now_us, |slot| {
            let after = slot.level(forgiven_us, now_us) + 1.0;
            let is_taken = after <= most;
            if is_taken {
                (slot.level, slot.at_us) = (after, now_us);
            }
            is_taken
        })
    }

    /// The next turn of a key, `gap_us` after the one before and not before that from now. Who asks
    /// without end pushes the turns of others no further than [`MAX_TURNS`].
    pub(super) fn turn(&self, key: u64, gap_us: i64, now_us: i64) -> i64 {
        self.in_slot(key, now_us, |slot| {
            let latest_us = now_us + MAX_TURNS * gap_us;
            slot.turn_us = (slot.turn_us.max(now_us) + gap_us).min(latest_us);
            slot.turn_us
        })
    }

    /// The highest levels with their keys, at most `n`; `forgiven_us` of each key.
    pub(super) fn highest(
        &self,
        n: usize,
        least: f32,
        now_us: i64,
        forgiven_us: impl Fn(u64) -> i64,
    ) -> Vec<(u64, f32)> {
        let mut found = Vec::new();
        for shard in &self.shards {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            let levels = shard.iter().flatten().filter(|slot| slot.key != 0);
            let levels = levels.map(|slot| (slot.key, slot.level(forgiven_us(slot.key), now_us)));
            found.extend(levels.filter(|(_, level)| *level >= least));
        }
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(n);
        found
    }

    fn in_bucket<T>(&self, key: u64, work: impl FnOnce(&mut [Slot; N_SLOTS]) -> T) -> T {
        // The last three bits are alike for all keys of one kind.
        let at = key as usize >> 3;
        let shard = &self.shards[at % N_SHARDS];
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut shard[at / N_SHARDS % N_BUCKETS])
    }

    fn in_slot<T>(&self, key: u64, now_us: i64, work: impl FnOnce(&mut Slot) -> T) -> T {
        self.in_bucket(key, |bucket| {
            let at = bucket.iter().position(|slot| slot.key == key).unwrap_or_else(|| {
                // The lowest as it stands; of those that are alike the oldest.
                let order = |slot: &Slot| (slot.level, slot.at_us);
                let lowest = (0..N_SLOTS).min_by(|a, b| {
                    let ((a, a_us), (b, b_us)) = (order(&bucket[*a]), order(&bucket[*b]));
                    a.total_cmp(&b).then(a_us.cmp(&b_us))
                });
                let at = lowest.expect("a bucket has slots");
                bucket[at] = Slot { key, at_us: now_us, ..Slot::default() };
                at
            });
            work(&mut bucket[at])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    #[test]
    fn levels_rise_with_misses_and_fall_with_time() {
        let table = Table::new();
        for _ in 0..3 {
            table.raise(7, (1.0, 5.0), SECOND, 10 * SECOND);
        }
        assert_eq!(table.level(7, SECOND, 10 * SECOND), 3.0);
        assert_eq!(table.level(7, SECOND, 12 * SECOND), 1.0);
        assert_eq!(table.level(7, SECOND, 99 * SECOND), 0.0);
        assert_eq!(table.level(7, SECOND, 0), 3.0, "a clock that steps back forgives nothing");
        assert_eq!(table.raise(7, (100.0, 5.0), SECOND, 10 * SECOND), 5.0);
        assert_eq!(table.raise(7, (1.0, 5.0), SECOND, 10 * SECOND), 0.0, "it is at its most");
        assert_eq!(table.level(7, SECOND, 10 * SECOND), 5.0);
        assert_eq!(table.level(8, SECOND, 10 * SECOND), 0.0);
        assert_eq!(table.highest(9, 2.0, 10 * SECOND, |_| SECOND), [(7, 5.0)]);
    }

    #[test]
    fn what_is_over_the_most_takes_nothing() {
        let table = Table::new();
        let mut take = |at_s| table.take(7, 2.0, 6 * SECOND, at_s * SECOND);
        assert!(take(0) && take(0));
        // Asking on does not put off when it may.
        assert_eq!([1, 3, 5, 6, 6].map(&mut take), [false, false, false, true, false]);
    }

    #[test]
    fn turns_come_one_after_the_other() {
        let table = Table::new();
        let turns = [table.turn(7, 8, 100), table.turn(7, 8, 101), table.turn(7, 8, 500)];
        assert_eq!(turns, [108, 116, 508]);
        let pushed = (0..1_000).map(|_| table.turn(7, 8, 600)).max();
        assert_eq!(pushed, Some(600 + 8 * MAX_TURNS), "nobody waits for ever");
        assert_eq!(table.turn(7, 8, 0), 8 * MAX_TURNS, "nor after a clock stepped back");
    }

    /// A million senders with one miss each leave the one with many where it is.
    #[test]
    fn many_senders_displace_no_high_level() {
        let table = Table::new();
        let busy: Vec<u64> =
            (1..=1_000).map(|n: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect();
        for key in &busy {
            table.raise(*key, (20.0, 100.0), SECOND, 0);
        }
        for n in 0..1_000_000u64 {
            table.raise(n.wrapping_mul(0xD1B5_4A32_D192_ED03) | 1, (1.0, 100.0), SECOND, 0);
        }
        let n_kept = busy.iter().filter(|key| table.level(**key, SECOND, 0) >= 20.0).count();
        assert!(n_kept >= 990, "{n_kept}");
        assert!(table.highest(usize::MAX, 0.0, 0, |_| SECOND).len() <= 65_536);
    }
}
