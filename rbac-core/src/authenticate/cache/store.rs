//! A bounded map that keeps what is asked for again: S3-FIFO (Yang et al., SOSP 2023), in shards.
//!
//! New entries stand in a short queue. Those that were asked for there twice move to the long one, and a flood of entries
//! that nobody asks for again passes through the short queue alone. In the long one an entry that was asked for since gets
//! another round.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use super::fingerprint::Fingerprint;

/// What a store may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Capacity {
    pub(super) entries: usize,
    /// In bytes, as counted by whoever inserts.
    pub(super) bytes: usize,
}

pub(super) struct Store<V> {
    shards: Box<[RwLock<Shard<V>>]>,
}

struct Shard<V> {
    entries: HashMap<Fingerprint, Entry<V>, BuildHasherDefault<OwnBits>>,
    /// A place whose entry is gone stays until its turn comes, and counts until then.
    young: VecDeque<Place>,
    proven: VecDeque<Place>,
    /// Marks of what left `young` last, by their slot: whoever of them comes back belongs among the proven.
    ghosts: Box<[u32]>,
    bytes: usize,
    last_ticket: u32,
    capacity: Capacity,
}

struct Entry<V> {
    value: V,
    bytes: u32,
    /// From this second of the monotonic clock on it is of no use to anybody.
    end: u32,
    ticket: u32,
    uses: AtomicU8,
}

/// A place in a queue; the entry with this ticket stands there, if there still is one.
struct Place {
    key: Fingerprint,
    ticket: u32,
}

/// The fewest entries of a shard, but where there is only one, and the most shards.
const SHARD: usize = 512;
const MAX_SHARDS: usize = 64;
/// How often an entry must be asked for while it is young, and how many uses are counted.
const PROVEN: u8 = 2;
const MAX_USES: u8 = 3;
/// How many of the proven get another round before one of them has to go, however much they are used.
const MAX_ROUNDS: usize = 32;
/// How many dead entries are taken out of a queue whenever one comes in.
const SWEEP: usize = 4;

impl<V> Store<V> {
    pub(super) fn new(capacity: Capacity) -> Self {
        let wanted = capacity.entries.checked_div(SHARD).unwrap_or_default();
        let shards = wanted.clamp(1, MAX_SHARDS);
        let part = |whole: usize| whole.checked_div(shards).unwrap_or_default();
        let capacity = Capacity {
            entries: part(capacity.entries),
            bytes: part(capacity.bytes),
        };
        Self {
            shards: (0..shards).map(|_| RwLock::new(Shard::new(capacity))).collect(),
        }
    }

    /// What `look` makes of the entry, whose use is counted.
    pub(super) fn read<R>(&self, key: Fingerprint, look: impl FnOnce(&V) -> R) -> Option<R> {
        let shard = read(self.shard(key)?);
        let entry = shard.entries.get(&key)?;
        let uses = entry.uses.load(Ordering::Relaxed);
        // Written no more often than that, so that threads which share a token need not share this line.
        if uses < MAX_USES {
            entry.uses.store(uses.saturating_add(1), Ordering::Relaxed);
        }
        Some(look(&entry.value))
    }

    /// Keeps a value of that size until `end`, or until others need its place.
    pub(super) fn insert(&self, key: Fingerprint, value: V, bytes: usize, end: Duration, now: Duration) {
        if let Some(shard) = self.shard(key) {
            write(shard).insert(key, value, bytes, end, now);
        }
    }

    pub(super) fn remove(&self, key: Fingerprint) {
        if let Some(shard) = self.shard(key) {
            write(shard).take(key);
        }
    }

    /// How many entries there are, and how many bytes they were counted with.
    pub(super) fn size(&self) -> Capacity {
        let sizes = self.shards.iter().map(|shard| read(shard).size());
        sizes.fold(Capacity { entries: 0, bytes: 0 }, |all, one| Capacity {
            entries: all.entries.saturating_add(one.entries),
            bytes: all.bytes.saturating_add(one.bytes),
        })
    }

    fn shard(&self, key: Fingerprint) -> Option<&RwLock<Shard<V>>> {
        let at = key.shard().checked_rem(self.shards.len())?;
        self.shards.get(at)
    }
}

impl<V> Shard<V> {
    fn new(capacity: Capacity) -> Self {
        Self {
            entries: HashMap::default(),
            young: VecDeque::new(),
            proven: VecDeque::new(),
            ghosts: vec![0; capacity.entries].into(),
            bytes: 0,
            last_ticket: 0,
            capacity,
        }
    }

    fn size(&self) -> Capacity {
        Capacity {
            entries: self.entries.len(),
            bytes: self.bytes,
        }
    }

    fn insert(&mut self, key: Fingerprint, value: V, bytes: usize, end: Duration, now: Duration) {
        self.take(key);
        self.sweep(now);
        if self.capacity.entries == 0 || bytes > self.capacity.bytes || u32::try_from(bytes).is_err() {
            return;
        }
        while self.is_full_for(bytes) && self.evict() {}
        // Long before a ticket comes round again, the place with its like is gone.
        self.last_ticket = self.last_ticket.wrapping_add(1);
        let ticket = self.last_ticket;
        let came_back = self.ghost(key).is_some_and(|mark| *mark == key.mark());
        let queue = if came_back {
            &mut self.proven
        } else {
            &mut self.young
        };
        queue.push_back(Place { key, ticket });
        self.bytes = self.bytes.saturating_add(bytes);
        let entry = Entry {
            value,
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
            end: seconds(end).saturating_add(1),
            ticket,
            uses: AtomicU8::new(0),
        };
        self.entries.insert(key, entry);
    }

    fn is_full_for(&self, bytes: usize) -> bool {
        let places = self.young.len().saturating_add(self.proven.len());
        places >= self.capacity.entries || self.bytes.saturating_add(bytes) > self.capacity.bytes
    }

    /// Takes one place away, or moves one on; `false` when there is none.
    // INVARIANT: a few steps, however large the map is and whoever fills it: what moves on was asked for since it last moved.
    fn evict(&mut self) -> bool {
        let for_young = self.capacity.entries.checked_div(10).unwrap_or_default();
        if self.young.len() > for_young || self.proven.is_empty() {
            self.evict_young()
        } else {
            self.evict_proven()
        }
    }

    fn evict_young(&mut self) -> bool {
        let Some(place) = self.young.pop_front() else {
            return false;
        };
        match self.standing(&place) {
            Some(entry) if entry.uses.load(Ordering::Relaxed) >= PROVEN => {
                entry.uses.store(0, Ordering::Relaxed);
                self.proven.push_back(place);
            }
            Some(_) => {
                self.take(place.key);
                if let Some(mark) = self.ghost(place.key) {
                    *mark = place.key.mark();
                }
            }
            None => {}
        }
        true
    }

    fn evict_proven(&mut self) -> bool {
        for round in 0..=MAX_ROUNDS {
            let Some(place) = self.proven.pop_front() else {
                return round > 0;
            };
            let Some(entry) = self.standing(&place) else {
                return true;
            };
            let uses = entry.uses.load(Ordering::Relaxed);
            if uses == 0 || round == MAX_ROUNDS {
                self.take(place.key);
                return true;
            }
            entry.uses.store(uses.saturating_sub(1), Ordering::Relaxed);
            self.proven.push_back(place);
        }
        true
    }

    /// Takes out some of what has come to its end; it came in first, mostly, so it stands in front.
    fn sweep(&mut self, now: Duration) {
        for _ in 0..SWEEP {
            if self.is_dead(self.young.front(), now)
                && let Some(place) = self.young.pop_front()
            {
                self.take_from(&place);
            }
            if self.is_dead(self.proven.front(), now)
                && let Some(place) = self.proven.pop_front()
            {
                self.take_from(&place);
            }
        }
    }

    fn is_dead(&self, place: Option<&Place>, now: Duration) -> bool {
        place.is_some_and(|place| self.standing(place).is_none_or(|entry| entry.end <= seconds(now)))
    }

    fn standing(&self, place: &Place) -> Option<&Entry<V>> {
        self.entries
            .get(&place.key)
            .filter(|entry| entry.ticket == place.ticket)
    }

    fn take_from(&mut self, place: &Place) {
        if self.standing(place).is_some() {
            self.take(place.key);
        }
    }

    fn take(&mut self, key: Fingerprint) {
        if let Some(entry) = self.entries.remove(&key) {
            self.bytes = self
                .bytes
                .saturating_sub(usize::try_from(entry.bytes).unwrap_or(usize::MAX));
        }
    }

    fn ghost(&mut self, key: Fingerprint) -> Option<&mut u32> {
        let at = key
            .shard()
            .checked_div(MAX_SHARDS)?
            .checked_rem(self.ghosts.len())?;
        self.ghosts.get_mut(at)
    }
}

fn seconds(time: Duration) -> u32 {
    u32::try_from(time.as_secs()).unwrap_or(u32::MAX)
}

/// A lock that survives a panic elsewhere: nothing under it calls out, so that the map is whole after every statement.
fn read<V>(shard: &RwLock<Shard<V>>) -> RwLockReadGuard<'_, Shard<V>> {
    shard.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<V>(shard: &RwLock<Shard<V>>) -> RwLockWriteGuard<'_, Shard<V>> {
    shard.write().unwrap_or_else(PoisonError::into_inner)
}

/// Takes a fingerprint's own bits for its hash: they are as random as any, by a key that nobody knows.
#[derive(Default)]
pub(super) struct OwnBits(u64);

impl Hasher for OwnBits {
    fn write_u64(&mut self, bits: u64) {
        self.0 = bits;
    }

    // Never called: a fingerprint hashes as one `u64`.
    fn write(&mut self, _: &[u8]) {}

    fn finish(&self) -> u64 {
        self.0
    }
}
