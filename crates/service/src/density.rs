//! How many codes of a batch were scanned for the first time in one city within an hour.
//!
//! Counted in memory, by each server for itself and from its start: a number that only warns need
//! not outlive it, and to store it would cost each scan a write.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use verdict::Area;

/// Cities and batches counted at once; what comes beyond is not counted.
const MAX_COUNTED: usize = 16_384;

/// Microseconds of an hour.
const WINDOW_US: i64 = 3_600_000_000;

/// A batch, by its first item, and a city.
type Place = (i64, Area);

/// Since when, and how many.
type Window = (i64, u32);

/// What was counted lately.
#[derive(Default)]
pub(crate) struct Density(Mutex<HashMap<Place, Window>>);

impl Density {
    /// Counts a code that was scanned for the first time, and says how many were by now.
    pub(crate) fn count(&self, place: Place, now_us: i64) -> u32 {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that stepped back begins a new window.
        let is_on =
            |(since_us, _): &Window| (0..WINDOW_US).contains(&now_us.wrapping_sub(*since_us));
        if windows.len() >= MAX_COUNTED && !windows.contains_key(&place) {
            windows.retain(|_, window| is_on(window));
            if windows.len() >= MAX_COUNTED {
                return 0;
            }
        }
        let window = windows.entry(place).or_insert((now_us, 0));
        if !is_on(window) {
            *window = (now_us, 0);
        }
        window.1 = window.1.saturating_add(1);
        window.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_is_counted_and_memory_is_bounded() {
        let density = Density::default();
        let beijing = Area::Division(110_000);
        assert_eq!((density.count((1, beijing), 5), density.count((1, beijing), 6)), (1, 2));
        assert_eq!(density.count((2, beijing), 6), 1);
        assert_eq!(density.count((1, beijing), 5 + WINDOW_US), 1, "an hour is over");
        assert_eq!(density.count((1, beijing), 4), 1, "a clock stepped back");
        for batch in 0..2 * MAX_COUNTED as i64 {
            density.count((batch, beijing), 7);
        }
        assert!(density.0.lock().expect("not poisoned").len() <= MAX_COUNTED);
        assert_eq!(density.count((-1, beijing), 8), 0, "what comes beyond is not counted");
        assert_eq!(density.count((-1, beijing), 8 + WINDOW_US), 1);
    }
}
