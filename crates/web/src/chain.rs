//! A small map that only grows and is read without a lock.
//!
//! What each scan looks up is read by all cores at once, and a lock would have them wait for each
//! other's note that they read.

use std::sync::OnceLock;

/// Values by key, in the order in which they came: the common ones come first.
#[derive(Debug)]
pub(crate) struct Chain<K, V> {
    first: OnceLock<Box<Link<K, V>>>,
}

#[derive(Debug)]
struct Link<K, V> {
    key: K,
    value: V,
    next: OnceLock<Box<Link<K, V>>>,
}

impl<K: PartialEq, V> Chain<K, V> {
    /// The value of a key, made by `make` the first time; none when `limit` others are kept, or
    /// when it cannot be made.
    pub(crate) fn of(&self, key: K, limit: usize, make: impl FnOnce() -> Option<V>) -> Option<&V> {
        let (mut place, mut n_kept) = (&self.first, 0);
        while let Some(link) = place.get() {
            if link.key == key {
                return Some(&link.value);
            }
            (place, n_kept) = (&link.next, n_kept + 1);
        }
        if n_kept >= limit {
            return None;
        }
        // Two that come at once may both be kept; the first of them is found from then on.
        let mut new = Box::new(Link { key, value: make()?, next: OnceLock::new() });
        loop {
            match place.set(new) {
                Ok(()) => return place.get().map(|link| &link.value),
                Err(refused) => new = refused,
            }
            while let Some(link) = place.get() {
                place = &link.next;
            }
        }
    }
}

impl<K, V> Default for Chain<K, V> {
    fn default() -> Self {
        Self { first: OnceLock::new() }
    }
}

/// One link after another: a chain dropped as a whole would need as many stack frames.
impl<K, V> Drop for Chain<K, V> {
    fn drop(&mut self) {
        let mut rest = self.first.take();
        while let Some(mut link) = rest {
            rest = link.next.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_made_once_and_only_so_many_are_kept() {
        let chain = Chain::default();
        for key in 0..3 {
            assert_eq!(chain.of(key, 3, || Some(key * 10)), Some(&(key * 10)));
        }
        assert_eq!(chain.of(1, 3, || unreachable!("it is kept")), Some(&10));
        assert_eq!(chain.of(3, 3, || unreachable!("there is no room")), None);
        assert_eq!(Chain::<u8, u8>::default().of(0, 1, || None), None);
    }

    #[test]
    fn many_threads_find_the_same() {
        let chain = Chain::default();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for key in 0..100 {
                        assert_eq!(chain.of(key, 1000, || Some(key)), Some(&key));
                    }
                });
            }
        });
    }
}
