//! Levels by key in memory of a fixed size: 65,536 of them in 2 MB.
//!
//! A key lives in one of four slots of its bucket, and who finds all taken displaces the lowest.
//! So senders without number cannot displace those that miss most. What is low is what time has
//! left of it. The level of the platform has a bucket to itself, which nobody else comes into.

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
    /// In which time it falls by one, in microseconds.
    forgiven_us: u32,
}

/// The levels of many keys.
pub(super) struct Table {
    /// The last one holds the bucket of `apart`.
    shards: Vec<Mutex<Vec<[Slot; N_SLOTS]>>>,
    apart: u64,
}

impl Slot {
    /// The level now. A clock that steps back forgives nothing.
    fn level(&self, now_us: i64) -> f32 {
        let elapsed_us = now_us.saturating_sub(self.at_us).max(0);
        (self.level - elapsed_us as f32 / self.forgiven_us.max(1) as f32).max(0.0)
    }
}

impl Table {
    /// No level yet; that of the key `apart` is displaced by none.
    pub(super) fn new(apart: u64) -> Self {
        let shard = |n| Mutex::new(vec![[Slot::default(); N_SLOTS]; n]);
        let shards = std::iter::repeat_n(N_BUCKETS, N_SHARDS).chain([1]);
        Self { shards: shards.map(shard).collect(), apart }
    }

    /// The level of a key.
    pub(super) fn level(&self, key: u64, now_us: i64) -> f32 {
        self.in_bucket(key, |bucket| {
            let slot = bucket.iter_mut().find(|slot| slot.key == key);
            slot.map_or(0.0, |slot| {
                // After a clock stepped back time goes on from there.
                slot.at_us = slot.at_us.min(now_us);
                slot.level(now_us)
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
            let before = slot.level(now_us);
            slot.forgiven_us = u32::try_from(forgiven_us).unwrap_or(u32::MAX);
            slot.level = (before + by).min(most).max(before);
            slot.at_us = now_us;
            slot.level - before
        })
    }

    /// Raises the level of a key by one unless it would be above `most`; answers whether it rose.
    pub(super) fn take(&self, key: u64, most: f32, forgiven_us: i64, now_us: i64) -> bool {
        self.in_slot(key, now_us, |slot| {
            let after = slot.level(now_us) + 1.0;
            slot.forgiven_us = u32::try_from(forgiven_us).unwrap_or(u32::MAX);
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

    /// The highest levels with their keys, at most `n`.
    pub(super) fn highest(&self, n: usize, least: f32, now_us: i64) -> Vec<(u64, f32)> {
        let mut found = Vec::new();
        for shard in &self.shards {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            let levels = shard.iter().flatten().filter(|slot| slot.key != 0);
            let levels = levels.map(|slot| (slot.key, slot.level(now_us)));
            found.extend(levels.filter(|(_, level)| *level >= least));
        }
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(n);
        found
    }

    fn in_bucket<T>(&self, key: u64, work: impl FnOnce(&mut [Slot; N_SLOTS]) -> T) -> T {
        // The last three bits are alike for all keys of one kind.
        let at = key as usize >> 3;
        let (shard, bucket) = match key == self.apart {
            true => (N_SHARDS, 0),
            false => (at % N_SHARDS, at / N_SHARDS % N_BUCKETS),
        };
        let mut shard = self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut shard[bucket])
    }

    fn in_slot<T>(&self, key: u64, now_us: i64, work: impl FnOnce(&mut Slot) -> T) -> T {
        self.in_bucket(key, |bucket| {
            let at = bucket.iter().position(|slot| slot.key == key).unwrap_or_else(|| {
                // The lowest by now; of those that are alike the oldest.
                let order = |slot: &Slot| (slot.level(now_us), slot.at_us);
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
    const APART: u64 = 3;

    #[test]
    fn levels_rise_with_misses_and_fall_with_time() {
        let table = Table::new(APART);
        for _ in 0..3 {
            table.raise(7, (1.0, 5.0), SECOND, 10 * SECOND);
        }
        assert_eq!(table.level(7, 10 * SECOND), 3.0);
        assert_eq!(table.level(7, 12 * SECOND), 1.0);
        assert_eq!(table.level(7, 99 * SECOND), 0.0);
        assert_eq!(table.level(7, 0), 3.0, "a clock that steps back forgives nothing");
        assert_eq!(table.raise(7, (100.0, 5.0), SECOND, 10 * SECOND), 5.0);
        assert_eq!(table.raise(7, (1.0, 5.0), SECOND, 10 * SECOND), 0.0, "it is at its most");
        assert_eq!(table.level(7, 10 * SECOND), 5.0);
        assert_eq!(table.level(8, 10 * SECOND), 0.0);
        assert_eq!(table.highest(9, 2.0, 10 * SECOND), [(7, 5.0)]);
    }

    #[test]
    fn what_is_over_the_most_takes_nothing() {
        let table = Table::new(APART);
        let mut take = |at_s| table.take(7, 2.0, 6 * SECOND, at_s * SECOND);
        assert!(take(0) && take(0));
        // Asking on does not put off when it may.
        assert_eq!([1, 3, 5, 6, 6].map(&mut take), [false, false, false, true, false]);
    }

    #[test]
    fn turns_come_one_after_the_other() {
        let table = Table::new(APART);
        let turns = [table.turn(7, 8, 100), table.turn(7, 8, 101), table.turn(7, 8, 500)];
        assert_eq!(turns, [108, 116, 508]);
        let pushed = (0..1_000).map(|_| table.turn(7, 8, 600)).max();
        assert_eq!(pushed, Some(600 + 8 * MAX_TURNS), "nobody waits for ever");
        assert_eq!(table.turn(7, 8, 0), 8 * MAX_TURNS, "nor after a clock stepped back");
    }

    /// A million senders with one miss each leave the one with many where it is.
    #[test]
    fn many_senders_displace_no_high_level() {
        let table = Table::new(APART);
        let busy: Vec<u64> =
            (1..=1_000).map(|n: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect();
        for key in &busy {
            table.raise(*key, (20.0, 100.0), SECOND, 0);
        }
        for n in 0..1_000_000u64 {
            table.raise(n.wrapping_mul(0xD1B5_4A32_D192_ED03) | 1, (1.0, 100.0), SECOND, 0);
        }
        let n_kept = busy.iter().filter(|key| table.level(**key, 0) >= 20.0).count();
        assert!(n_kept >= 990, "{n_kept}");
        assert!(table.highest(usize::MAX, 0.0, 0).len() <= 65_536);
    }
    /// Who missed much an hour ago and is forgiven makes room for who misses now.
    #[test]
    fn old_levels_fade_and_are_displaced_before_new_ones() {
        let table = Table::new(APART);
        let in_one_bucket = |n: u64| (n << 3 << 14) | 1;
        for n in 1..=4 {
            table.raise(in_one_bucket(n), (100.0, 100.0), SECOND, 0);
        }
        let later = 3_600 * SECOND;
        for n in 5..=8 {
            table.raise(in_one_bucket(n), (3.0, 100.0), SECOND, later);
        }
        let kept = (5..=8).map(|n| table.level(in_one_bucket(n), later));
        assert_eq!(kept.collect::<Vec<_>>(), [3.0; 4]);
    }

    /// However many high levels share the bucket where it would lie, and however low it is.
    #[test]
    fn the_level_of_the_platform_is_displaced_by_nobody() {
        let table = Table::new(APART);
        table.raise(APART, (1.0, 100.0), SECOND, 0);
        for n in 1..100u64 {
            table.raise(n << 3 << 14 | 3, (90.0, 100.0), SECOND, 0);
        }
        assert_eq!(table.level(APART, 0), 1.0);
        assert!(table.highest(usize::MAX, 0.5, 0).contains(&(APART, 1.0)));
    }
}
