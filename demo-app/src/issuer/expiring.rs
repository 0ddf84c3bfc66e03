//! A map with a greatest size, whose entries go out of date.

use std::collections::{HashMap, VecDeque};

/// Values by an unguessable key, each valid until a time of its own, at most `capacity` of them.
///
/// When full, the oldest entry makes room: a stranger can push others out by asking for much, never grow the memory.
#[derive(Debug)]
pub(super) struct Expiring<V> {
    entries: HashMap<String, Entry<V>>,
    // In the order of insertion; may hold keys that are gone, at most as many as there were insertions since.
    order: VecDeque<String>,
    capacity: usize,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    until: u64,
}

impl<V> Expiring<V> {
    /// An empty map for at most `capacity` entries.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self {
            entries: HashMap::new(),
            order: VecDeque::new(),
            capacity,
        }
    }

    /// Adds `value`, valid before the second `until`.
    pub(super) fn insert(&mut self, key: String, value: V, until: u64, now: u64) {
        self.make_room(now);
        if self.entries.insert(key.clone(), Entry { value, until }).is_none() {
            self.order.push_back(key);
        }
    }

    /// The value at `key`, unless it is out of date.
    pub(super) fn get(&self, key: &str, now: u64) -> Option<&V> {
        self.entries
            .get(key)
            .filter(|entry| now < entry.until)
            .map(|entry| &entry.value)
    }

    /// The same, to be changed.
    pub(super) fn get_mut(&mut self, key: &str, now: u64) -> Option<&mut V> {
        self.entries
            .get_mut(key)
            .filter(|entry| now < entry.until)
            .map(|entry| &mut entry.value)
    }

    /// Moves the time at which the entry goes out of date.
    pub(super) fn keep_until(&mut self, key: &str, until: u64) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.until = until;
        }
    }

    /// Takes the value out, unless it is out of date.
    pub(super) fn remove(&mut self, key: &str, now: u64) -> Option<V> {
        self.entries
            .remove(key)
            .filter(|entry| now < entry.until)
            .map(|entry| entry.value)
    }

    /// Drops the entries that are out of date or gone at the old end, then, when still full, the oldest one.
    fn make_room(&mut self, now: u64) {
        while let Some(oldest) = self.order.front() {
            let spent = self.entries.get(oldest).is_none_or(|entry| entry.until <= now);
            if !spent && self.order.len() < self.capacity {
                return;
            }
            if let Some(oldest) = self.order.pop_front() {
                self.entries.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_there_before_its_time_and_gone_at_it() {
        let mut map = Expiring::with_capacity(4);
        map.insert("a".into(), 1, 10, 0);
        assert_eq!(map.get("a", 9), Some(&1));
        assert_eq!(map.get("a", 10), None);
        assert_eq!(map.remove("a", 10), None);
    }

    #[test]
    fn a_full_map_forgets_the_oldest_entry_and_no_other() {
        let mut map = Expiring::with_capacity(2);
        for key in ["a", "b", "c"] {
            map.insert(key.into(), key, 100, 0);
        }
        assert_eq!(map.get("a", 0), None);
        assert_eq!((map.get("b", 0), map.get("c", 0)), (Some(&"b"), Some(&"c")));
    }

    #[test]
    fn many_insertions_and_removals_leave_no_memory_behind() {
        let mut map = Expiring::with_capacity(8);
        for round in 0..1_000 {
            map.insert(round.to_string(), (), 1_000_000, round);
            map.remove(&round.to_string(), round);
        }
        assert!(map.entries.is_empty() && map.order.len() <= 8);
    }

    #[test]
    fn an_entry_can_be_kept_for_longer() {
        let mut map = Expiring::with_capacity(2);
        map.insert("a".into(), 1, 10, 0);
        map.keep_until("a", 20);
        assert_eq!(map.get("a", 15), Some(&1));
        *map.get_mut("a", 15).unwrap() = 2;
        assert_eq!(map.remove("a", 15), Some(2));
    }
}
