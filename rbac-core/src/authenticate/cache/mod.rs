//! Tokens that were verified, so that they need not be verified again.
//!
//! # Security
//! What is remembered answers as verifying the token now would: by the same keys, within its time on both clocks, for the
//! issuer that it was verified for. Only a verified token gets in, so that strangers can neither fill the cache nor push
//! anybody out of it; what is refused is remembered apart, and for seconds. No lock is held while anything is awaited.

mod bounds;
mod fingerprint;
mod store;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub(crate) use bounds::Bounds;
pub(crate) use fingerprint::Fingerprint;
use fingerprint::Fingerprinter;
use store::{Capacity, Store};

use super::error::AuthenticationError;
use crate::clock::Moment;
use crate::confirmation::Confirmation;
use crate::jws::JwsError;
use crate::principal::Principal;
use crate::telemetry;
use crate::verify::ClaimsError;

/// What was found out about tokens, for all issuers of one configuration.
pub(crate) struct TokenCache {
    fingerprinter: Fingerprinter,
    verified: Store<Verified>,
    refused: Store<Refused>,
    /// Whoever verifies holds the token's turn, so that many who bring the same new token wait for one verification.
    turns: Box<[Mutex<()>]>,
    verifications: AtomicU64,
}

/// What a verified token has proved.
#[derive(Clone)]
pub(crate) struct Verified {
    proved: Proved,
    bounds: Bounds,
}

#[derive(Clone)]
enum Proved {
    /// Who was authenticated.
    Principal(Principal),
    /// That the issuer signed it, and to what it is bound; who it is for, the issuer has to be asked.
    Signed(Box<Confirmation>),
}

/// What the cache of verified tokens holds, and what it did: for metrics.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct TokenCacheStats {
    /// Verified tokens that are remembered.
    pub tokens: usize,
    /// Memory that they take, in bytes.
    pub bytes: usize,
    /// Tokens whose signature had to be checked, since the start.
    pub verifications: u64,
}

/// What came of looking for a token.
enum Found {
    Holds(Verified),
    /// Its keys are another set by now, or may be.
    Unsettled,
    /// Its time is over, by one of the clocks.
    Dead,
}

struct Refused {
    error: AuthenticationError,
    held: Held,
}

/// How many bytes the verified tokens may take, for each entry that there may be. More than most tokens take.
const BYTES_PER_ENTRY: usize = 4 * 1024;
/// What an entry takes beside the principal, in bytes: its place in the map, with what the map leaves free, and in a queue.
const ENTRY_BYTES: usize = 256;
/// How many refused tokens are remembered, and how long.
const REFUSED_ENTRIES: usize = 1024;
const REFUSED_BYTES: usize = 256 * 1024;
const REFUSED_FOR: Duration = Duration::from_secs(5);
/// Verifications that may go on at the same time, if chance will have it so.
const TURNS: usize = 256;

impl TokenCache {
    /// A cache for that many tokens; `None` for none, or where the machine makes no random numbers.
    pub(crate) fn new(entries: usize) -> Option<Self> {
        let verified = Capacity {
            entries,
            bytes: entries.saturating_mul(BYTES_PER_ENTRY),
        };
        let refused = Capacity {
            entries: REFUSED_ENTRIES.min(entries),
            bytes: REFUSED_BYTES,
        };
        (entries > 0).then_some(())?;
        Some(Self {
            fingerprinter: Fingerprinter::new()?,
            verified: Store::new(verified),
            refused: Store::new(refused),
            turns: (0..TURNS).map(|_| Mutex::default()).collect(),
            verifications: AtomicU64::new(0),
        })
    }

    /// What the token is known by here.
    pub(crate) fn fingerprint(&self, token: &[u8]) -> Option<Fingerprint> {
        self.fingerprinter.of(token)
    }

    /// What is known of a token, if it still holds now, with the keys that `edition` says its issuer has.
    pub(crate) fn verified(
        &self,
        token: Fingerprint,
        now: Moment,
        edition: impl FnOnce(usize) -> Option<u64>,
    ) -> Option<Verified> {
        let found = self.verified.read(token, |known| {
            if !known.bounds.hold(now) {
                return Found::Dead;
            }
            match edition(known.bounds.authority()) {
                Some(keys) if keys == known.bounds.keys() => Found::Holds(known.clone()),
                _ => Found::Unsettled,
            }
        });
        match found? {
            Found::Holds(verified) => Some(verified),
            Found::Unsettled => None,
            Found::Dead => {
                self.verified.remove(token);
                None
            }
        }
    }

    /// The judgement of `verify`, or what is remembered of one made with the same keys by the same authority.
    ///
    /// # Errors
    /// What `verify` says, or said.
    // INVARIANT: neither this nor `verify` awaits, so that the turn is never held across an await.
    pub(crate) fn recall_or(
        &self,
        token: Fingerprint,
        of: Held,
        verify: impl FnOnce() -> Result<Verified, AuthenticationError>,
    ) -> Result<Verified, AuthenticationError> {
        let hit = |known| {
            telemetry::token_cache(true);
            known
        };
        if let Some(known) = self.recall(token, of) {
            return hit(known);
        }
        let _turn = self.turn(token);
        // Somebody else may have had the turn.
        if let Some(known) = self.recall(token, of) {
            return hit(known);
        }
        telemetry::token_cache(false);
        self.verifications.fetch_add(1, Ordering::Relaxed);
        let judged = verify();
        match &judged {
            Ok(verified) => self.keep(token, verified, of.now),
            Err(error) => {
                self.verified.remove(token);
                self.keep_refused(token, error, of);
            }
        }
        judged
    }

    /// Forgets a token, as when it was taken back.
    pub(crate) fn forget(&self, token: Fingerprint) {
        self.verified.remove(token);
    }

    /// What it holds, and what it did.
    pub(crate) fn stats(&self) -> TokenCacheStats {
        let size = self.verified.size();
        TokenCacheStats {
            tokens: size.entries,
            bytes: size.bytes,
            verifications: self.verifications.load(Ordering::Relaxed),
        }
    }

    fn recall(&self, token: Fingerprint, of: Held) -> Option<Result<Verified, AuthenticationError>> {
        let edition = |authority| (authority == of.authority).then_some(of.keys);
        if let Some(known) = self.verified(token, of.now, edition) {
            return Some(Ok(known));
        }
        let refused = self.refused.read(token, |known| known.recalled(of));
        refused.flatten().map(Err)
    }

    fn keep(&self, token: Fingerprint, verified: &Verified, now: Moment) {
        let (end, bytes) = (
            verified.bounds.end(),
            verified.bytes().saturating_add(ENTRY_BYTES),
        );
        self.verified
            .insert(token, verified.clone(), bytes, end, now.monotonic);
    }

    fn keep_refused(&self, token: Fingerprint, error: &AuthenticationError, of: Held) {
        if !is_lasting(error) {
            return;
        }
        let refused = Refused {
            error: error.clone(),
            held: of,
        };
        let end = of.now.monotonic.saturating_add(REFUSED_FOR);
        self.refused
            .insert(token, refused, ENTRY_BYTES, end, of.now.monotonic);
    }

    fn turn(&self, token: Fingerprint) -> Option<MutexGuard<'_, ()>> {
        let turn = token.shard().checked_rem(self.turns.len());
        // A panic elsewhere leaves nothing half done: the turn guards no data.
        turn.and_then(|at| self.turns.get(at))
            .map(|turn| turn.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What a token is held against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    /// Which of the configured issuers.
    pub(crate) authority: usize,
    /// The edition of its keys.
    pub(crate) keys: u64,
    pub(crate) now: Moment,
}

impl Verified {
    pub(crate) fn principal(principal: Principal, bounds: Bounds) -> Self {
        let proved = Proved::Principal(principal);
        Self { proved, bounds }
    }

    pub(crate) fn signed(confirmation: Confirmation, bounds: Bounds) -> Self {
        let proved = Proved::Signed(Box::new(confirmation));
        Self { proved, bounds }
    }

    /// Who was authenticated; nobody, where the issuer has to be asked.
    pub(crate) fn into_principal(self) -> Option<Principal> {
        match self.proved {
            Proved::Principal(principal) => Some(principal),
            Proved::Signed(_) => None,
        }
    }

    /// What the sender has to prove.
    pub(crate) fn confirmation(&self) -> Confirmation {
        match &self.proved {
            Proved::Principal(principal) => principal.confirmation(),
            Proved::Signed(confirmation) => **confirmation,
        }
    }

    /// Which of the configured issuers it was verified for.
    pub(crate) fn authority(&self) -> usize {
        self.bounds.authority()
    }

    /// How many bytes of memory it takes, beside its place.
    fn bytes(&self) -> usize {
        match &self.proved {
            Proved::Principal(principal) => principal.bytes(),
            Proved::Signed(confirmation) => size_of_val(&**confirmation),
        }
    }
}

impl Refused {
    fn recalled(&self, of: Held) -> Option<AuthenticationError> {
        let (then, now) = (self.held.now, of.now);
        let is_held_alike = (of.authority, of.keys) == (self.held.authority, self.held.keys);
        let end = then.monotonic.saturating_add(REFUSED_FOR);
        // Had the wall clock been set back, the token might not be over yet.
        let is_current = is_held_alike && now.monotonic < end && now.unix >= then.unix;
        is_current.then(|| self.error.clone())
    }
}

/// Whether the token cannot become acceptable by itself.
///
/// A time that is still to come comes; an unknown key may be published any moment, and looking for it costs no signature;
/// whoever could not be reached has said nothing.
fn is_lasting(error: &AuthenticationError) -> bool {
    matches!(
        error,
        AuthenticationError::Signature(JwsError::InvalidSignature | JwsError::Payload(_))
            | AuthenticationError::Claims(
                ClaimsError::Issuer
                    | ClaimsError::Audience
                    | ClaimsError::Expired
                    | ClaimsError::TokenType
                    | ClaimsError::Subject
            )
    )
}
