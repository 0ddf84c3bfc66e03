//! One key of a set.

use std::fmt;

use aws_lc_rs::signature::ParsedPublicKey;
use serde_json::{Map, Value};

use super::material::{self, Verifier};
use super::report::SkipReason;
use crate::algorithm::Algorithm;
use crate::token::KeyId;

/// A public key, parsed once, with the algorithms that it may verify.
#[derive(Clone)]
pub struct Key {
    key_id: Option<KeyId>,
    /// One for each algorithm that the key's type and its `alg` leave; never empty.
    verifiers: Box<[Verifier]>,
}

type Members = Map<String, Value>;

impl Key {
    /// Its name in the set.
    #[must_use]
    pub fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    /// The algorithms that its type and its `alg` leave. Which of them are allowed is the configuration's business.
    pub fn algorithms(&self) -> impl Iterator<Item = Algorithm> {
        self.verifiers.iter().map(|verifier| verifier.algorithm)
    }

    /// The key in the form that `algorithm` takes; `None` when the two do not go together.
    // INVARIANT: a key is only ever used through this, so that no key verifies with an algorithm that its type, its curve
    // or its own `alg` excludes.
    pub(crate) fn verifier(&self, algorithm: Algorithm) -> Option<&ParsedPublicKey> {
        self.verifiers
            .iter()
            .find(|verifier| verifier.algorithm == algorithm)
            .map(|verifier| &verifier.key)
    }

    /// Reads the JWK that a proof carries, for the one algorithm of that proof.
    pub(crate) fn for_proof(jwk: &Members, proof: Algorithm) -> Result<Self, SkipReason> {
        refuse_secrets(jwk)?;
        require_use(jwk)?;
        require_key_ops(jwk)?;
        if algorithm(jwk)?.is_some_and(|own| own != proof) {
            return Err(SkipReason::AlgorithmMismatch);
        }
        let verifiers = material::verifiers(jwk, Some(proof))?;
        Ok(Self {
            key_id: None,
            verifiers,
        })
    }

    /// Whether both are one key under one name, for the same algorithms.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let parts = |key: &Self| -> Vec<_> {
            let verifiers = key.verifiers.iter();
            verifiers
                .map(|one| (one.algorithm, one.key.as_ref().to_vec()))
                .collect()
        };
        self.key_id == other.key_id && parts(self) == parts(other)
    }

    /// Reads a JWK (RFC 7517 section 4, RFC 7518 section 6, RFC 8037 section 2).
    pub(super) fn from_jwk(jwk: &Members) -> Result<Self, SkipReason> {
        // 1. What must never be published is reported before anything else hides it.
        refuse_secrets(jwk)?;
        // 2. Only keys that are for verifying signatures.
        require_use(jwk)?;
        require_key_ops(jwk)?;
        let key_id = key_id(jwk)?;
        // 3. The numbers, for each algorithm that type, curve and `alg` leave.
        let verifiers = material::verifiers(jwk, algorithm(jwk)?)?;
        Ok(Self { key_id, verifiers })
    }
}

/// The id of a JWK that may otherwise be unusable, for the report.
pub(super) fn key_id(jwk: &Members) -> Result<Option<KeyId>, SkipReason> {
    match jwk.get("kid") {
        None => Ok(None),
        Some(Value::String(name)) => KeyId::new(name)
            .map(Some)
            .map_err(|_| SkipReason::Malformed("kid")),
        Some(_) => Err(SkipReason::Malformed("kid")),
    }
}

fn refuse_secrets(jwk: &Members) -> Result<(), SkipReason> {
    if jwk.get("kty").is_some_and(|kind| kind == "oct") {
        return Err(SkipReason::SymmetricKey);
    }
    let private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];
    if private.into_iter().any(|name| jwk.contains_key(name)) {
        return Err(SkipReason::PrivateKey);
    }
    Ok(())
}

fn require_use(jwk: &Members) -> Result<(), SkipReason> {
    match jwk.get("use") {
        None => Ok(()),
        Some(Value::String(purpose)) if purpose == "sig" => Ok(()),
        Some(Value::String(_)) => Err(SkipReason::NotForSignatures),
        Some(_) => Err(SkipReason::Malformed("use")),
    }
}

fn require_key_ops(jwk: &Members) -> Result<(), SkipReason> {
    let Some(operations) = jwk.get("key_ops") else {
        return Ok(());
    };
    let Value::Array(operations) = operations else {
        return Err(SkipReason::Malformed("key_ops"));
    };
    if !operations.iter().all(Value::is_string) {
        return Err(SkipReason::Malformed("key_ops"));
    }
    if operations.iter().any(|operation| operation == "verify") {
        return Ok(());
    }
    Err(SkipReason::NotForVerification)
}

/// The one algorithm that the JWK restricts itself to, if it does.
fn algorithm(jwk: &Members) -> Result<Option<Algorithm>, SkipReason> {
    match jwk.get("alg") {
        None => Ok(None),
        Some(Value::String(name)) => name.parse().map(Some).map_err(|_| SkipReason::UnknownAlgorithm),
        Some(_) => Err(SkipReason::Malformed("alg")),
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let algorithms: Vec<_> = self.algorithms().collect();
        f.debug_struct("Key")
            .field("key_id", &self.key_id)
            .field("algorithms", &algorithms)
            .finish_non_exhaustive()
    }
}
