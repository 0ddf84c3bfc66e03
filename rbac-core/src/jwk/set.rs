//! The set: read as a whole, kept by key id, never failed by one bad key.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::value::RawValue;

use super::document::Document;
use super::key::{self, Key};
use super::report::{SkipReason, SkippedKey};
use crate::strict_json::parse_object;
use crate::token::{KeyId, UnverifiedHeader};

/// How long a JWK set may be, in bytes.
pub const MAX_SET_BYTES: usize = 256 * 1024;

/// How many keys a set may have.
pub const MAX_KEYS: usize = 100;

/// The keys of one issuer that can verify a signature, and a report of those that cannot.
///
/// ```
/// use rbac_core::jwk::{KeySet, SkipReason};
///
/// let keys = KeySet::parse(br#"{"keys": [
///     {"kty": "OKP", "crv": "Ed25519", "kid": "signing", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
///     {"kty": "oct", "kid": "leaked", "k": "c2VjcmV0"}
/// ]}"#)?;
/// assert_eq!(keys.len(), 1);
/// assert_eq!(keys.skipped()[0].reason, SkipReason::SymmetricKey);
/// assert!(keys.skipped()[0].reason.is_dangerous());
/// # Ok::<(), rbac_core::jwk::KeySetError>(())
/// ```
#[derive(Clone, Default)]
pub struct KeySet {
    edition: u64,
    named: HashMap<KeyId, Key>,
    nameless: Vec<Key>,
    skipped: Vec<SkippedKey>,
}

/// Why a text is not a JWK set at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeySetError {
    /// Longer than [`MAX_SET_BYTES`].
    #[error("JWK set longer than {MAX_SET_BYTES} bytes")]
    TooLong,
    /// Not a JSON object with one array `keys`: an error page, an empty answer, a discovery document.
    #[error("not a JWK set")]
    NotAKeySet,
    /// More than [`MAX_KEYS`] keys.
    #[error("JWK set with more than {MAX_KEYS} keys")]
    TooManyKeys,
}

/// Why a set has no key for a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SelectError {
    /// The token names a key that the set has not, or has but not in a usable form. The keys may have been rotated: worth
    /// fetching the set again.
    #[error("unknown key id")]
    UnknownKeyId,
    /// The token names a key whose type, curve or own `alg` excludes the token's algorithm.
    #[error("the key is not for this algorithm")]
    AlgorithmMismatch,
    /// The token names no key, and the set has none for its algorithm. Worth fetching the set again.
    #[error("no key for this algorithm")]
    NoCompatibleKey,
    /// The token names no key, and the set has several for its algorithm.
    #[error("several keys for this algorithm and no key id")]
    AmbiguousKey,
}

impl KeySet {
    /// Reads a JWK set (RFC 7517 section 5). Keys that cannot be used are left out and reported.
    ///
    /// # Errors
    /// Only when the text is not a JWK set, or too large for one.
    pub fn parse(body: &[u8]) -> Result<Self, KeySetError> {
        if body.len() > MAX_SET_BYTES {
            return Err(KeySetError::TooLong);
        }
        let document: Document<'_> = serde_json::from_slice(body).map_err(|_| KeySetError::NotAKeySet)?;
        if document.keys.len() > MAX_KEYS {
            return Err(KeySetError::TooManyKeys);
        }
        let mut set = Self {
            edition: next_edition(),
            ..Self::default()
        };
        let read: Vec<_> = document.keys.into_iter().map(read).collect();
        let repeated = repeated_ids(&read);
        for (index, (key_id, key)) in read.into_iter().enumerate() {
            set.add(index, key_id, key, &repeated);
        }
        Ok(set)
    }

    /// The key for a token, by what its header says. Which algorithms are allowed is to be settled before.
    ///
    /// # Errors
    /// When there is no such key, or none that goes with the token's algorithm, or no telling which.
    // INVARIANT: a token that names a key is verified with that key or not at all; there is no first, last or next one.
    pub fn select(&self, header: &UnverifiedHeader) -> Result<&Key, SelectError> {
        let Some(key_id) = header.key_id() else {
            return self.only_compatible(header);
        };
        let key = self.named.get(key_id).ok_or(SelectError::UnknownKeyId)?;
        if key.verifier(header.algorithm()).is_none() {
            return Err(SelectError::AlgorithmMismatch);
        }
        Ok(key)
    }

    /// A number that no other set of this process has, whoever its issuer is; copies share it.
    pub(crate) fn edition(&self) -> u64 {
        self.edition
    }

    /// Whether both have the same usable keys, each under its name, for the same algorithms.
    pub(crate) fn has_same_keys(&self, other: &Self) -> bool {
        let is_among = |key: &Key, keys: &[Key]| keys.iter().any(|one| one.is_same(key));
        let has_named =
            |(id, key): (&KeyId, &Key)| other.named.get(id).is_some_and(|theirs| theirs.is_same(key));
        self.named.len() == other.named.len()
            && self.named.iter().all(has_named)
            && self.nameless.iter().all(|key| is_among(key, &other.nameless))
            && other.nameless.iter().all(|key| is_among(key, &self.nameless))
    }

    /// All usable keys, in no particular order.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.named.values().chain(&self.nameless)
    }

    /// How many keys can be used.
    #[must_use]
    pub fn len(&self) -> usize {
        self.named.len().saturating_add(self.nameless.len())
    }

    /// Whether no key can be used.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The keys that were left out, in the order of the set.
    #[must_use]
    pub fn skipped(&self) -> &[SkippedKey] {
        &self.skipped
    }

    fn only_compatible(&self, header: &UnverifiedHeader) -> Result<&Key, SelectError> {
        let mut compatible = self
            .keys()
            .filter(|key| key.verifier(header.algorithm()).is_some());
        match (compatible.next(), compatible.next()) {
            (Some(key), None) => Ok(key),
            (None, _) => Err(SelectError::NoCompatibleKey),
            (Some(_), Some(_)) => Err(SelectError::AmbiguousKey),
        }
    }

    fn add(
        &mut self,
        index: usize,
        key_id: Option<KeyId>,
        key: Result<Key, SkipReason>,
        repeated: &HashSet<KeyId>,
    ) {
        let is_repeated = key_id.as_ref().is_some_and(|key_id| repeated.contains(key_id));
        let key = key.and_then(|key| {
            if is_repeated {
                Err(SkipReason::DuplicateKeyId)
            } else {
                Ok(key)
            }
        });
        match (key, key_id) {
            (Err(reason), key_id) => self.skipped.push(SkippedKey {
                index,
                key_id,
                reason,
            }),
            (Ok(key), Some(key_id)) => drop(self.named.insert(key_id, key)),
            (Ok(key), None) => self.nameless.push(key),
        }
    }
}

fn next_edition() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed).saturating_add(1)
}

/// One element of `keys`: its id, where it has a readable one, and the key or why it is none.
fn read(jwk: &RawValue) -> (Option<KeyId>, Result<Key, SkipReason>) {
    match parse_object(jwk.get().as_bytes()) {
        Ok(members) => (key::key_id(&members).ok().flatten(), Key::from_jwk(&members)),
        Err(_) => (None, Err(SkipReason::NotAnObject)),
    }
}

/// The ids that more than one usable key has. A key for encryption may share its id with the one for signatures.
fn repeated_ids(read: &[(Option<KeyId>, Result<Key, SkipReason>)]) -> HashSet<KeyId> {
    let mut seen = HashSet::new();
    let usable = read
        .iter()
        .filter(|(_, key)| key.is_ok())
        .filter_map(|(key_id, _)| key_id.as_ref());
    usable.filter(|key_id| !seen.insert(*key_id)).cloned().collect()
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.keys().collect();
        f.debug_struct("KeySet")
            .field("keys", &keys)
            .field("skipped", &self.skipped)
            .finish()
    }
}
