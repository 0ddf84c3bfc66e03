//! What takes an accepted token back before its end: a logout, an explicit revocation, a realm's not-before time.

mod logout_token;
mod mark;
#[cfg(test)]
mod properties;
mod request;
mod store;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

pub use logout_token::LogoutTokenError;
pub(crate) use logout_token::{Logout, LogoutPolicy};
pub(crate) use mark::{Kind, Mark};
pub use request::{Revocation, RevocationError};
use store::{End, Entry, Named, Store};

use crate::claims::Claims;
use crate::clock::{Clock, Moment};
use crate::config::Config;
use crate::telemetry;

/// The revocations of one issuer.
///
/// # Security
/// Once [`Self::apply`] has returned, no check lets a token through that it is about. Nothing is forgotten before the token's
/// end: see [`Store`] for what happens where memory ends, and [`Self::outlives`] for tokens that live unusually long.
pub(crate) struct Revocations {
    issuer: String,
    clock: Arc<dyn Clock>,
    /// The longest that a token of this issuer usually lives, in seconds.
    max_life: u64,
    /// In seconds.
    skew: u64,
    store: RwLock<Store>,
    /// The realm's not-before time: tokens issued before it are refused. It only rises.
    not_before: AtomicU64,
    /// [`Store::aged`], to be read without the lock.
    aged: AtomicU64,
    /// Whether the store is empty, so that nobody has to take the lock.
    is_quiet: AtomicBool,
    /// When the next entry may be forgotten, in seconds of the monotonic clock.
    purge_from: AtomicU64,
    generation: AtomicU64,
}

/// What is taken back, as it is kept and shared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Change {
    /// The tokens that bear this mark; of a subject, those issued at or before `at`.
    Mark {
        mark: Mark,
        /// Seconds since 1970: no token that this is about was issued later.
        at: u64,
        /// The end of the token itself, where it is known, in seconds since 1970.
        until: Option<u64>,
    },
    /// The tokens issued before that second.
    NotBefore(u64),
}

impl Change {
    /// What of a token it is about, in one word.
    fn about(&self) -> &'static str {
        match self {
            Self::Mark { mark, .. } => mark.kind().as_str(),
            Self::NotBefore(_) => "not_before",
        }
    }
}

impl Revocations {
    pub(crate) fn new(config: &Config, clock: Arc<dyn Clock>) -> Self {
        Self {
            issuer: config.issuer.clone(),
            clock,
            max_life: config.limits.token_life.as_secs(),
            skew: config.clock_skew.as_secs(),
            store: RwLock::new(Store::new(config.limits.revocations)),
            not_before: AtomicU64::new(0),
            aged: AtomicU64::new(0),
            is_quiet: AtomicBool::new(true),
            purge_from: AtomicU64::new(u64::MAX),
            generation: AtomicU64::new(0),
        }
    }

    /// Whether the token with these claims was taken back.
    pub(crate) fn refuses(&self, claims: &Claims) -> bool {
        let issued_at = claims.seconds("iat");
        let not_before = self.not_before.load(Ordering::Acquire);
        if not_before > 0 && issued_at.is_none_or(|issued| issued < not_before) {
            return true;
        }
        if !self.is_quiet.load(Ordering::Acquire) {
            self.purge_when_due(Moment::of(&*self.clock));
            if self.read().refuses(&self.named(claims)) {
                return true;
            }
        }
        // INVARIANT: read last. What the store no longer knows was written here before it was dropped there.
        self.outlives(issued_at, claims.seconds("exp"))
    }

    /// Takes tokens back. Whether that is news.
    pub(crate) fn apply(&self, change: Change) -> bool {
        let is_news = match change {
            Change::NotBefore(time) => self.not_before.fetch_max(time, Ordering::AcqRel) < time,
            Change::Mark { mark, at, until } => self.change(|store, now| {
                let end =
                    until.map_or_else(|| self.estimated_end(now, at), |until| self.exact_end(now, until));
                let is_exact = until.is_some();
                store.insert(mark, Entry { at, end, is_exact }, now)
            }),
        };
        if is_news {
            self.generation.fetch_add(1, Ordering::AcqRel);
            telemetry::revocation(change.about());
        }
        is_news
    }

    /// Changes with whatever could refuse a token that was let through before: every revocation, and every one that is
    /// forgotten while longer-lived tokens may be left.
    ///
    /// Read it *before* the check whose result is kept beside it.
    pub(crate) fn generation(&self, now: Moment) -> u64 {
        self.purge_when_due(now);
        self.generation.load(Ordering::Acquire)
    }

    /// Whether a token lives longer than is usual here, and was issued before a revocation that is no longer remembered.
    ///
    /// An entry is kept for as long as tokens usually live. That one of these was meant cannot be told any more, so all of
    /// them are refused.
    fn outlives(&self, issued_at: Option<u64>, expiry: Option<u64>) -> bool {
        let aged = self.aged.load(Ordering::Acquire);
        issued_at
            .zip(expiry)
            .is_some_and(|(issued, expiry)| issued <= aged && expiry.saturating_sub(issued) > self.max_life)
    }

    fn named(&self, claims: &Claims) -> Named {
        let mark = |kind: Kind| Some(Mark::of(kind, &self.issuer, claims.string(kind.claim())?));
        let session = mark(Kind::Session);
        Named {
            token: mark(Kind::Token),
            session,
            subject: mark(Kind::Subject),
            sessionless: mark(Kind::Sessionless).filter(|_| session.is_none()),
            issued_at: claims.seconds("iat"),
        }
    }

    /// The last moment at which a token issued up to `at` can be accepted, if it lives no longer than is usual.
    fn estimated_end(&self, now: Moment, at: u64) -> End {
        let leeway = self.skew.saturating_mul(2);
        let life = at
            .saturating_sub(now.unix)
            .saturating_add(self.max_life)
            .saturating_add(leeway);
        End::after(now, Duration::from_secs(life))
    }

    fn exact_end(&self, now: Moment, until: u64) -> End {
        End::at(now, until.saturating_add(self.skew))
    }

    fn purge_when_due(&self, now: Moment) {
        let due = Duration::from_secs(self.purge_from.load(Ordering::Acquire));
        if now.monotonic >= due {
            self.change(|store, now| store.purge(now));
        }
    }

    /// Changes the store, and what is known of it without the lock.
    fn change<T>(&self, change: impl FnOnce(&mut Store, Moment) -> T) -> T {
        let now = Moment::of(&*self.clock);
        let mut store = self.store.write().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut store, now);
        let next = store
            .next_end()
            .map_or(u64::MAX, |end| end.as_secs().saturating_add(1));
        self.purge_from.store(next, Ordering::Release);
        if self.aged.swap(store.aged(), Ordering::AcqRel) != store.aged() {
            self.generation.fetch_add(1, Ordering::AcqRel);
        }
        // INVARIANT: last, so that whoever sees a quiet store sees what became of its entries.
        self.is_quiet.store(store.is_empty(), Ordering::Release);
        result
    }

    fn read(&self) -> RwLockReadGuard<'_, Store> {
        // A panic elsewhere left the store whole: every change of it is made by a method that does not panic.
        self.store.read().unwrap_or_else(PoisonError::into_inner)
    }
}
