//! A bounded map whose entries die by themselves.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::Mutex;
use std::time::Duration;

use super::flight::lock;

/// At most `capacity` entries; the oldest goes first. Times are those of a monotonic clock.
pub(crate) struct ExpiringMap<K, V> {
    inner: Mutex<Inner<K, V>>,
    capacity: usize,
}

struct Inner<K, V> {
    entries: HashMap<K, (Duration, V)>,
    order: VecDeque<K>,
}

impl<K: Eq + Hash + Clone, V: Clone> ExpiringMap<K, V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            inner: Mutex::new(Inner {
                entries: HashMap::new(),
                order: VecDeque::new(),
            }),
            capacity,
        }
    }

    /// The value, unless its time is over.
    pub(crate) fn get(&self, key: &K, now: Duration) -> Option<V> {
        let inner = lock(&self.inner);
        inner
            .entries
            .get(key)
            .filter(|(end, _)| now < *end)
            .map(|(_, value)| value.clone())
    }

    /// Keeps `value` until `end`, in the place of what was there.
    pub(crate) fn insert(&self, key: K, value: V, end: Duration) {
        self.keep(&mut lock(&self.inner), key, value, end);
    }

    /// Keeps `value` until `end`, unless the key is there: looked up and kept in one step. Whether it was kept.
    pub(crate) fn insert_new(&self, key: K, value: V, end: Duration, now: Duration) -> bool {
        let mut inner = lock(&self.inner);
        let is_new = inner.entries.get(&key).is_none_or(|(end, _)| now >= *end);
        if is_new {
            self.keep(&mut inner, key, value, end);
        }
        is_new
    }

    fn keep(&self, inner: &mut Inner<K, V>, key: K, value: V, end: Duration) {
        if inner.entries.insert(key.clone(), (end, value)).is_none() {
            inner.order.push_back(key);
        }
        while inner.entries.len() > self.capacity {
            let Some(oldest) = inner.order.pop_front() else {
                break;
            };
            inner.entries.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn an_entry_dies_at_its_end() {
        let map = ExpiringMap::new(2);
        map.insert("a", 1, at(10));
        assert_eq!(map.get(&"a", at(9)), Some(1));
        assert_eq!(map.get(&"a", at(10)), None);
    }

    #[test]
    fn row_102_a_flood_pushes_out_the_oldest_and_never_grows() {
        let map = ExpiringMap::new(100);
        for number in 0..10_000 {
            map.insert(number, number, at(10));
        }
        let inner = lock(&map.inner);
        assert_eq!((inner.entries.len(), inner.order.len()), (100, 100));
        drop(inner);
        assert_eq!(
            (map.get(&9_999, at(0)), map.get(&9_899, at(0))),
            (Some(9_999), None)
        );
    }

    #[test]
    fn the_same_key_again_takes_no_second_place() {
        let map = ExpiringMap::new(2);
        for round in 0..100 {
            map.insert("a", round, at(10));
        }
        map.insert("b", 0, at(10));
        assert_eq!((map.get(&"a", at(0)), map.get(&"b", at(0))), (Some(99), Some(0)));
    }
}
