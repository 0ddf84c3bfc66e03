//! What is remembered, within a bound: pure, without locks and clocks.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use super::mark::Mark;
use crate::clock::Moment;

/// What was taken back at one issuer.
///
/// Nothing is forgotten while a token that it is about may still be alive: where there is no room left, the oldest entry is
/// folded into the *cutoff*, which refuses every token that was issued as early as those the entry was about. More is refused
/// then, never less.
#[derive(Debug)]
pub(super) struct Store {
    capacity: usize,
    entries: HashMap<Mark, Entry>,
    /// The same entries, by the time of what they are about: the first is folded first, which hits the fewest others.
    by_time: BTreeSet<(u64, Mark)>,
    /// The same entries, by the monotonic part of their end.
    by_end: BTreeSet<(Duration, Mark)>,
    /// Tokens issued at or before it are refused, and so are tokens that do not say when they were issued.
    cutoff: Option<Entry>,
    /// The latest time that an entry was about whose own time is over.
    aged: u64,
}

/// Tokens issued up to `at` (seconds since 1970) are refused, until `end`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    pub(super) at: u64,
    pub(super) end: End,
    /// Whether `end` is that of the token itself, so that nothing can outlive it.
    pub(super) is_exact: bool,
}

/// When an entry may be forgotten: once *both* clocks are past it, so that no adjustment of the wall clock brings a token
/// back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct End {
    pub(super) unix: u64,
    pub(super) monotonic: Duration,
}

/// What of a token can be revoked by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Named {
    pub(super) token: Option<Mark>,
    pub(super) session: Option<Mark>,
    pub(super) subject: Option<Mark>,
    /// The subject's, where the token names no session.
    pub(super) sessionless: Option<Mark>,
    pub(super) issued_at: Option<u64>,
}

impl End {
    /// `life` from now, or at `unix` where that is later.
    pub(super) fn after(now: Moment, life: Duration) -> Self {
        Self {
            unix: now.unix.saturating_add(life.as_secs()),
            monotonic: now.monotonic.saturating_add(life),
        }
    }

    /// At that second.
    pub(super) fn at(now: Moment, unix: u64) -> Self {
        let left = Duration::from_secs(unix.saturating_sub(now.unix));
        Self {
            unix,
            monotonic: now.monotonic.saturating_add(left),
        }
    }

    fn is_over(self, now: Moment) -> bool {
        now.unix >= self.unix && now.monotonic >= self.monotonic
    }

    fn later(self, other: Self) -> Self {
        Self {
            unix: self.unix.max(other.unix),
            monotonic: self.monotonic.max(other.monotonic),
        }
    }
}

impl Entry {
    fn joined(self, other: Self) -> Self {
        Self {
            at: self.at.max(other.at),
            end: self.end.later(other.end),
            is_exact: self.is_exact && other.is_exact,
        }
    }
}

impl Store {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            entries: HashMap::new(),
            by_time: BTreeSet::new(),
            by_end: BTreeSet::new(),
            cutoff: None,
            aged: 0,
        }
    }

    /// Remembers an entry; of two for one mark, what is stricter of each. Whether anything changed.
    pub(super) fn insert(&mut self, mark: Mark, entry: Entry, now: Moment) -> bool {
        let known = self.take(&mark);
        let joined = known.map_or(entry, |known| known.joined(entry));
        self.put(mark, joined);
        while self.entries.len() > self.capacity {
            self.make_room(now);
        }
        known != Some(joined)
    }

    /// Refuses everything issued up to the entry's time. Whether anything changed.
    pub(super) fn cut_off(&mut self, entry: Entry) -> bool {
        let joined = self.cutoff.map_or(entry, |known| known.joined(entry));
        self.cutoff.replace(joined) != Some(joined)
    }

    /// Raises the time up to which tokens with a life beyond the usual are refused. Whether anything changed.
    pub(super) fn age(&mut self, at: u64) -> bool {
        let before = self.aged;
        self.aged = before.max(at);
        before != self.aged
    }

    /// Whether an entry is about this token.
    pub(super) fn refuses(&self, token: &Named) -> bool {
        let is_old = |at: u64| token.issued_at.is_none_or(|issued| issued <= at);
        self.cutoff.is_some_and(|cutoff| is_old(cutoff.at))
            || self.entry(token.token).is_some()
            || self.entry(token.session).is_some()
            || self.entry(token.subject).is_some_and(|entry| is_old(entry.at))
            || self
                .entry(token.sessionless)
                .is_some_and(|entry| is_old(entry.at))
    }

    /// Drops what no token is alive for.
    pub(super) fn purge(&mut self, now: Moment) {
        while let Some((end, mark)) = self
            .by_end
            .first()
            .copied()
            .filter(|(end, _)| now.monotonic >= *end)
        {
            let Some(mut entry) = self.take(&mark) else {
                self.by_end.remove(&(end, mark));
                continue;
            };
            if entry.end.is_over(now) {
                self.let_go(entry);
            } else {
                // The wall clock was set back: the token may be alive again.
                entry.end = End::at(now, entry.end.unix);
                self.put(mark, entry);
            }
        }
        if let Some(cutoff) = self.cutoff.take_if(|cutoff| cutoff.end.is_over(now)) {
            self.let_go(cutoff);
        }
    }

    /// Of an entry whose end was an estimate, only the time stays: for tokens that live longer than was estimated.
    fn let_go(&mut self, entry: Entry) {
        if !entry.is_exact {
            self.age(entry.at);
        }
    }

    /// When the next entry may be forgotten, by the monotonic clock.
    pub(super) fn next_end(&self) -> Option<Duration> {
        let entry = self.by_end.first().map(|(end, _)| *end);
        let cutoff = self.cutoff.map(|cutoff| cutoff.end.monotonic);
        entry.into_iter().chain(cutoff).min()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.cutoff.is_none()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) const fn aged(&self) -> u64 {
        self.aged
    }

    fn entry(&self, mark: Option<Mark>) -> Option<&Entry> {
        self.entries.get(&mark?)
    }

    fn put(&mut self, mark: Mark, entry: Entry) {
        self.entries.insert(mark, entry);
        self.by_time.insert((entry.at, mark));
        self.by_end.insert((entry.end.monotonic, mark));
    }

    fn take(&mut self, mark: &Mark) -> Option<Entry> {
        let entry = self.entries.remove(mark)?;
        self.by_time.remove(&(entry.at, *mark));
        self.by_end.remove(&(entry.end.monotonic, *mark));
        Some(entry)
    }

    fn make_room(&mut self, now: Moment) {
        self.purge(now);
        if self.entries.len() <= self.capacity {
            return;
        }
        if let Some((_, mark)) = self.by_time.first().copied()
            && let Some(entry) = self.take(&mark)
        {
            // INVARIANT: every token that the entry is about was issued at or before its time, so the cutoff refuses it too.
            self.cut_off(entry);
        }
    }
}
