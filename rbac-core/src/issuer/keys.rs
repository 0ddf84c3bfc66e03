//! The issuer's keys: fetched, kept, refreshed.

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use reqwest::StatusCode;

use super::client::IssuerClient;
use super::directory::Directory;
use super::flight::{Flight, SingleFlight, lock};
use super::unavailable::Unavailable;
use crate::clock::Clock;
use crate::jwk::KeySet;
use crate::telemetry;

/// After this age a set is fetched anew before it is used; until then it may be replaced in the background.
const TTL: Duration = Duration::from_secs(300);
/// How long before [`TTL`] the background refresh begins: at least, and as much again by chance.
const AHEAD: Duration = Duration::from_secs(30);
/// After this age the last good set counts no more, whatever the issuer's trouble.
const STALE_LIMIT: Duration = Duration::from_secs(6 * 3600);
/// Strangers can make up key ids: they cost at most one fetch in this time.
const UNKNOWN_COOL_DOWN: Duration = Duration::from_secs(30);
/// The longest wait between two attempts while the issuer fails.
const MAX_BACKOFF: Duration = Duration::from_secs(30);
/// How long a request waits for keys.
const PATIENCE: Duration = Duration::from_secs(2);

/// The keys of one issuer. A set is replaced as a whole, never merged: a key that the issuer withdrew stops working.
pub(crate) struct KeyStore {
    client: IssuerClient,
    directory: Arc<Directory>,
    clock: Arc<dyn Clock>,
    current: ArcSwapOption<Snapshot>,
    flight: Arc<SingleFlight<(), Result<(), Unavailable>>>,
    attempts: Mutex<Attempts>,
}

/// A fetch that is under way.
type Fetch = Flight<Result<(), Unavailable>>;

struct Snapshot {
    keys: Arc<KeySet>,
    fetched: Duration,
    refresh_from: Duration,
}

/// When the next fetch may begin. Times are monotonic.
#[derive(Default)]
struct Attempts {
    failures: u32,
    not_before: Duration,
    unknown_not_before: Duration,
}

impl KeyStore {
    pub(crate) fn new(client: IssuerClient, directory: Arc<Directory>, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            client,
            directory,
            clock,
            current: ArcSwapOption::empty(),
            flight: SingleFlight::new(),
            attempts: Mutex::default(),
        })
    }

    /// The set to verify with.
    pub(crate) async fn current(self: &Arc<Self>) -> Result<Arc<KeySet>, Unavailable> {
        let now = self.clock.monotonic();
        let Some(snapshot) = self.current.load_full() else {
            self.attempt(now).await?;
            return self.usable(self.clock.monotonic()).ok_or(Unavailable::NoKeys);
        };
        if now >= snapshot.fetched.saturating_add(TTL) {
            // The last good set goes on if this fails.
            let _ = self.attempt(now).await;
        } else if now >= snapshot.refresh_from && self.may_attempt(now) {
            drop(self.launch());
        }
        self.usable(self.clock.monotonic()).ok_or(Unavailable::NoKeys)
    }

    /// The set as it is known now, without a fetch.
    pub(crate) fn known(&self) -> Option<Arc<KeySet>> {
        self.usable(self.clock.monotonic())
    }

    /// The edition of the set to verify with, where nothing has to be asked or waited for; else [`Self::current`] tells.
    pub(crate) fn settled_edition(&self, now: Duration) -> Option<u64> {
        let snapshot = self.current.load();
        let snapshot = snapshot.as_ref()?;
        (now < snapshot.refresh_from).then(|| snapshot.keys.edition())
    }

    /// The set after a fetch made for a key id that `tried` lacks; `None` where no newer set is to be had now.
    pub(crate) async fn after_unknown_key(self: &Arc<Self>, tried: &Arc<KeySet>) -> Option<Arc<KeySet>> {
        // Somebody else's fetch may have ended since.
        if let Some(newer) = self.newer_than(tried) {
            return Some(newer);
        }
        if let Some(fetch) = self.fetch_for_unknown_key() {
            // Trouble is logged where it happens.
            let _ = self.flight.wait(fetch, PATIENCE).await;
        }
        self.newer_than(tried)
    }

    fn newer_than(&self, tried: &Arc<KeySet>) -> Option<Arc<KeySet>> {
        self.usable(self.clock.monotonic())
            .filter(|keys| !Arc::ptr_eq(keys, tried))
    }

    /// A new fetch; within the cool-down only the one that is under way, if one is.
    fn fetch_for_unknown_key(self: &Arc<Self>) -> Option<Fetch> {
        let now = self.clock.monotonic();
        let mut attempts = lock(&self.attempts);
        if now < attempts.unknown_not_before {
            return self.flight.running(&());
        }
        attempts.unknown_not_before = now.saturating_add(UNKNOWN_COOL_DOWN);
        // INVARIANT: begun under the lock, so that whoever finds the cool-down begun finds the fetch too: of several first
        // tokens of a new key none is refused because another came a moment before.
        Some(self.launch())
    }

    /// Fetches now, whatever was before.
    pub(crate) async fn fetch_shared(self: &Arc<Self>) -> Result<(), Unavailable> {
        let store = Arc::clone(self);
        let result = self
            .flight
            .join((), PATIENCE, || async move { store.fetch().await })
            .await;
        result.unwrap_or_else(|missing| Err(missing.into()))
    }

    fn usable(&self, now: Duration) -> Option<Arc<KeySet>> {
        let snapshot = self.current.load_full()?;
        (now < snapshot.fetched.saturating_add(STALE_LIMIT)).then(|| Arc::clone(&snapshot.keys))
    }

    /// Fetches unless the last failure is too fresh.
    async fn attempt(self: &Arc<Self>, now: Duration) -> Result<(), Unavailable> {
        if self.may_attempt(now) {
            self.fetch_shared().await
        } else {
            Err(Unavailable::NoKeys)
        }
    }

    fn may_attempt(&self, now: Duration) -> bool {
        now >= lock(&self.attempts).not_before
    }

    fn launch(self: &Arc<Self>) -> Fetch {
        let store = Arc::clone(self);
        self.flight.launch((), || async move { store.fetch().await })
    }

    async fn fetch(&self) -> Result<(), Unavailable> {
        let result = self.fetch_set().await;
        let now = self.clock.monotonic();
        telemetry::key_fetch(result.is_ok());
        match result {
            Ok(keys) => {
                lock(&self.attempts).succeeded();
                self.store(keys, now);
                Ok(())
            }
            Err(error) => {
                tracing::warn!(%error, "the issuer's keys could not be fetched; the last good set goes on");
                lock(&self.attempts).failed(now);
                Err(error)
            }
        }
    }

    async fn fetch_set(&self) -> Result<KeySet, Unavailable> {
        let endpoints = self.directory.endpoints_now().await?;
        let answer = self.client.get(&endpoints.keys).await?;
        if answer.status != StatusCode::OK {
            return Err(Unavailable::UselessAnswer(format!(
                "status {} for keys",
                answer.status.as_u16()
            )));
        }
        let keys =
            KeySet::parse(&answer.body).map_err(|error| Unavailable::UselessAnswer(error.to_string()))?;
        report(&keys);
        if keys.is_empty() {
            return Err(Unavailable::UselessAnswer("no usable key".to_owned()));
        }
        Ok(keys)
    }

    /// The set at hand, where the issuer named the same keys again: what was verified with it stays so.
    // INVARIANT: a key that was withdrawn or exchanged makes it another set, with another edition.
    fn unchanged(&self, keys: &KeySet) -> Option<Arc<KeySet>> {
        let snapshot = self.current.load_full()?;
        snapshot
            .keys
            .has_same_keys(keys)
            .then(|| Arc::clone(&snapshot.keys))
    }

    fn store(&self, keys: KeySet, now: Duration) {
        tracing::debug!(keys = keys.len(), "the issuer's keys were fetched");
        let ahead = AHEAD.mul_f64(1.0 + rand::random::<f64>());
        let keys = self.unchanged(&keys).unwrap_or_else(|| Arc::new(keys));
        let snapshot = Snapshot {
            keys,
            fetched: now,
            refresh_from: now.saturating_add(TTL.saturating_sub(ahead)),
        };
        self.current.store(Some(Arc::new(snapshot)));
    }
}

impl Attempts {
    fn succeeded(&mut self) {
        (self.failures, self.not_before) = (0, Duration::ZERO);
    }

    /// Backs off, doubling, with half of it left to chance so that many instances do not come back together.
    fn failed(&mut self, now: Duration) {
        let doubled =
            Duration::from_secs(1).saturating_mul(1_u32.checked_shl(self.failures).unwrap_or(u32::MAX));
        self.failures = self.failures.saturating_add(1);
        let wait = doubled
            .min(MAX_BACKOFF)
            .mul_f64(0.5 + rand::random::<f64>() / 2.0);
        self.not_before = now.saturating_add(wait);
    }
}

fn report(keys: &KeySet) {
    for skipped in keys.skipped() {
        let key_id = skipped
            .key_id
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        if skipped.reason.is_dangerous() {
            tracing::error!(key_id, reason = %skipped.reason, "the issuer publishes a key that it must not");
        } else {
            tracing::debug!(key_id, reason = %skipped.reason, "a key of the issuer is not used");
        }
    }
}
