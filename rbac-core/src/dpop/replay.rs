//! Remembers proofs for as long as they would be accepted, so that none is accepted twice (RFC 9449 section 11.1).

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::base64url;
use crate::clock::{Clock, SystemClock};
use crate::thumbprint::{Thumbprint, sha256};

/// The proof by one key with one `jti`: a digest of both.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProofId([u8; 32]);

impl ProofId {
    // INVARIANT: a thumbprint has one length, so no other key and `jti` are the same octets.
    pub(crate) fn new(key: &Thumbprint, jti: &str) -> Self {
        let mut octets = key.as_bytes().to_vec();
        octets.extend_from_slice(jti.as_bytes());
        Self(sha256(&octets))
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Base64url: a key for a store.
impl fmt::Display for ProofId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64url::encode(self.0))
    }
}

impl fmt::Debug for ProofId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProofId({self})")
    }
}

/// A store cannot say whether a proof is new. The request is answered with 503.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayStoreError {
    /// It holds as many proofs as it may, all of which would still be accepted.
    #[error("no room to remember a DPoP proof")]
    Full,
    /// It does not answer; what stands here goes to the log.
    #[error("the store of DPoP proofs: {0}")]
    Unavailable(String),
}

/// What [`ReplayStore::first_time`] promises.
pub type FirstTime<'a> = Pin<Box<dyn Future<Output = Result<bool, ReplayStoreError>> + Send + 'a>>;

/// Knows which proofs were used. Instances behind one address share one, or each takes a proof once.
///
/// # Security
/// It must look and remember in one step: of two requests with one proof that arrive together, one alone is the first. What
/// it remembered it must not forget before `life` is over; when it has no room, it says so instead.
pub trait ReplayStore: Send + Sync + 'static {
    /// Whether `proof` was not seen before; remembers it for `life` from now.
    ///
    /// # Errors
    /// There is no telling.
    fn first_time(&self, proof: ProofId, life: Duration) -> FirstTime<'_>;
}

impl<S: ReplayStore + ?Sized> ReplayStore for std::sync::Arc<S> {
    fn first_time(&self, proof: ProofId, life: Duration) -> FirstTime<'_> {
        (**self).first_time(proof, life)
    }
}

/// The proofs that this process has seen: at most a given number of them.
///
/// ```
/// # actix_web::rt::System::new().block_on(async {
/// use std::time::Duration;
/// use rbac_core::dpop::{MemoryReplayStore, ReplayStore};
/// # let proof = rbac_core::testing::proof_id("a");
///
/// let store = MemoryReplayStore::with_capacity(1_000);
/// assert_eq!(store.first_time(proof, Duration::from_secs(25)).await, Ok(true));
/// assert_eq!(store.first_time(proof, Duration::from_secs(25)).await, Ok(false));
/// # });
/// ```
pub struct MemoryReplayStore<C = SystemClock> {
    clock: C,
    capacity: usize,
    proofs: Mutex<Proofs>,
}

#[derive(Default)]
struct Proofs {
    known: HashSet<ProofId>,
    /// By the second, on the monotonic clock, in which they may be forgotten.
    ends: BTreeMap<u64, Vec<ProofId>>,
}

impl MemoryReplayStore {
    /// How many proofs it holds unless told otherwise: about 15 MB of them.
    pub const CAPACITY: usize = 200_000;

    /// For at most `capacity` proofs at once.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self::with_clock(capacity, SystemClock)
    }
}

impl<C: Clock> MemoryReplayStore<C> {
    /// The same, by another clock.
    #[must_use]
    pub fn with_clock(capacity: usize, clock: C) -> Self {
        Self {
            clock,
            capacity,
            proofs: Mutex::default(),
        }
    }

    fn remember(&self, proof: ProofId, life: Duration) -> Result<bool, ReplayStoreError> {
        let now = self.clock.monotonic();
        let mut proofs = self.proofs.lock().unwrap_or_else(PoisonError::into_inner);
        proofs.forget(now.as_secs());
        if proofs.known.contains(&proof) {
            return Ok(false);
        }
        // INVARIANT: what is still accepted is never forgotten to make room, or whoever fills the store could replay.
        if proofs.known.len() >= self.capacity {
            return Err(ReplayStoreError::Full);
        }
        // A second more, for what was cut off.
        let end = now.saturating_add(life).as_secs().saturating_add(1);
        proofs.known.insert(proof);
        proofs.ends.entry(end).or_default().push(proof);
        Ok(true)
    }
}

impl Proofs {
    fn forget(&mut self, now: u64) {
        while let Some(first) = self.ends.first_entry().filter(|first| *first.key() <= now) {
            for proof in first.remove() {
                self.known.remove(&proof);
            }
        }
    }
}

impl<C: Clock + 'static> ReplayStore for MemoryReplayStore<C> {
    fn first_time(&self, proof: ProofId, life: Duration) -> FirstTime<'_> {
        Box::pin(std::future::ready(self.remember(proof, life)))
    }
}

impl<C> fmt::Debug for MemoryReplayStore<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryReplayStore")
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::ManualClock;

    const LIFE: Duration = Duration::from_secs(25);

    fn proof(jti: &str) -> ProofId {
        ProofId::new(&Thumbprint::of(b"key"), jti)
    }

    fn store(capacity: usize) -> (Arc<ManualClock>, MemoryReplayStore<Arc<ManualClock>>) {
        let clock = Arc::new(ManualClock::at(1_800_000_000));
        (Arc::clone(&clock), MemoryReplayStore::with_clock(capacity, clock))
    }

    #[test]
    fn a_proof_is_new_once_for_as_long_as_it_is_accepted() {
        let (clock, store) = store(10);
        assert_eq!(store.remember(proof("a"), LIFE), Ok(true));
        assert_eq!(store.remember(proof("b"), LIFE), Ok(true));
        assert_eq!(store.remember(proof("a"), LIFE), Ok(false));
        clock.advance(LIFE);
        assert_eq!(store.remember(proof("a"), LIFE), Ok(false), "in its last second");
        clock.advance(Duration::from_secs(1));
        assert_eq!(
            store.remember(proof("a"), LIFE),
            Ok(true),
            "nobody accepts it any more"
        );
    }

    #[test]
    fn row_102_a_full_store_refuses_and_forgets_nothing() {
        let (clock, store) = store(2);
        for name in ["a", "b"] {
            assert_eq!(store.remember(proof(name), LIFE), Ok(true));
        }
        for name in ["c", "d", "e"] {
            assert_eq!(store.remember(proof(name), LIFE), Err(ReplayStoreError::Full));
        }
        assert_eq!(store.remember(proof("a"), LIFE), Ok(false), "still known");
        clock.advance(LIFE + Duration::from_secs(1));
        assert_eq!(store.remember(proof("c"), LIFE), Ok(true));
        let proofs = store.proofs.lock().expect("a lock");
        assert_eq!(
            (proofs.known.len(), proofs.ends.len()),
            (1, 1),
            "nothing is left behind"
        );
    }

    #[test]
    fn row_96_adjusting_the_wall_clock_makes_it_forget_nothing() {
        let (clock, store) = store(10);
        assert_eq!(store.remember(proof("a"), LIFE), Ok(true));
        for unix in [0, 1_800_003_600, u64::MAX] {
            clock.set_unix(unix);
            assert_eq!(store.remember(proof("a"), LIFE), Ok(false));
        }
    }

    #[test]
    fn each_goes_when_its_own_time_is_over() {
        let (clock, store) = store(10);
        assert_eq!(store.remember(proof("long"), LIFE), Ok(true));
        assert_eq!(store.remember(proof("short"), Duration::from_secs(1)), Ok(true));
        clock.advance(Duration::from_secs(2));
        assert_eq!(store.remember(proof("short"), LIFE), Ok(true));
        assert_eq!(store.remember(proof("long"), LIFE), Ok(false));
    }

    #[test]
    fn two_keys_may_use_one_jti() {
        let other = ProofId::new(&Thumbprint::of(b"other"), "a");
        assert_ne!(proof("a"), other);
        assert_ne!(proof("a"), proof("b"));
    }

    #[test]
    fn of_many_at_once_one_is_the_first() {
        let store = Arc::new(MemoryReplayStore::with_capacity(10));
        let threads: Vec<_> = (0..16)
            .map(|_| {
                let store = Arc::clone(&store);
                std::thread::spawn(move || store.remember(proof("a"), LIFE))
            })
            .collect();
        let answers = threads
            .into_iter()
            .map(|thread| thread.join().expect("an answer"));
        assert_eq!(answers.filter(|answer| *answer == Ok(true)).count(), 1);
    }
}
