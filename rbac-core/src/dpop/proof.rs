//! One proof, checked as a pure function of what it must prove (RFC 9449 section 4.3).

mod claims;
#[cfg(test)]
mod tests;

use std::fmt;

use serde_json::{Map, Value};

pub use claims::MAX_JTI_BYTES;

use super::error::DpopError;
use super::nonce::Nonces;
use super::replay::ProofId;
use super::uri::TargetUri;
use crate::algorithm::Algorithm;
use crate::jwk::{self, Key};
use crate::jws::{self, JwsError, SignatureValid};
use crate::thumbprint::Thumbprint;
use crate::token::UnverifiedToken;

/// How long a proof may be, in bytes.
pub const MAX_PROOF_BYTES: usize = 8 * 1024;

/// The leeway between clocks unless told otherwise, in seconds. With it the window is Keycloak's own: 25 seconds back, 15
/// ahead.
const DEFAULT_SKEW: u64 = 10;

/// What a proof must prove.
///
/// ```
/// use rbac_core::Algorithm;
/// use rbac_core::dpop::{DpopError, Origin, ProofCheck, TargetUri};
/// use rbac_core::testing::{ProofBuilder, signing::SigningKey};
///
/// let key = SigningKey::generate(Algorithm::Es256);
/// let uri = TargetUri::of_request(&Origin::parse("https://api.example.com")?, "/data")?;
/// let proof = ProofBuilder::new(&key, "GET", "https://api.example.com/data", 1_800_000_000).access_token("t").sign();
///
/// let check = ProofCheck::new("GET", &uri).access_token("t");
/// assert!(check.verify(&proof, 1_800_000_003).is_ok());
/// assert_eq!(check.verify(&proof, 1_800_000_100).err(), Some(DpopError::Time));
/// let other = ProofCheck::new("POST", &uri).access_token("t");
/// assert_eq!(other.verify(&proof, 1_800_000_003).err(), Some(DpopError::Method));
/// # Ok::<(), rbac_core::dpop::UriError>(())
/// ```
#[derive(Clone, Copy)]
pub struct ProofCheck<'a> {
    method: &'a str,
    uri: &'a TargetUri,
    access_token: Option<&'a str>,
    key: Option<Thumbprint>,
    nonces: Option<&'a Nonces>,
    algorithms: &'a [Algorithm],
    skew: u64,
}

/// A proof that passed every check but one: whether it was used before, which only a
/// [`ReplayStore`](super::ReplayStore) knows.
#[derive(Clone)]
pub struct Proof {
    key: Thumbprint,
    id: ProofId,
    ends: u64,
}

impl<'a> ProofCheck<'a> {
    /// A request of that method for that URI.
    #[must_use]
    pub fn new(method: &'a str, uri: &'a TargetUri) -> Self {
        Self {
            method,
            uri,
            access_token: None,
            key: None,
            nonces: None,
            algorithms: &Algorithm::ALL,
            skew: DEFAULT_SKEW,
        }
    }

    /// With this access token, whose hash the proof must have as `ath`. Without it, as at a token endpoint, `ath` is not
    /// looked at.
    #[must_use]
    pub fn access_token(mut self, token: &'a str) -> Self {
        self.access_token = Some(token);
        self
    }

    /// By this key alone: the `cnf.jkt` of the access token.
    #[must_use]
    pub fn key(mut self, thumbprint: Thumbprint) -> Self {
        self.key = Some(thumbprint);
        self
    }

    /// With a recent nonce of these.
    #[must_use]
    pub fn nonces(mut self, nonces: &'a Nonces) -> Self {
        self.nonces = Some(nonces);
        self
    }

    /// Signed with one of these algorithms alone; any of [`Algorithm::ALL`] without this call.
    #[must_use]
    pub fn algorithms(mut self, allowed: &'a [Algorithm]) -> Self {
        self.algorithms = allowed;
        self
    }

    /// With this leeway between clocks, in seconds; 10 without this call. A proof is accepted from its `iat` less 5 seconds
    /// and the leeway until its `iat` and 15 seconds and the leeway.
    #[must_use]
    pub fn clock_skew(mut self, seconds: u64) -> Self {
        self.skew = seconds;
        self
    }

    /// Checks the value of the one `DPoP` header. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// Whatever [`DpopError`] lists.
    ///
    /// # Security
    /// A proof that passes may have passed before: ask a [`ReplayStore`](super::ReplayStore) too.
    pub fn verify(&self, text: &str, now: u64) -> Result<Proof, DpopError> {
        self.verify_by(text, now, jws::verify_with)
    }

    /// The same for a proof whose signature is taken for valid, so that the fuzzers reach the code behind it.
    #[cfg(fuzzing)]
    pub(crate) fn verify_but_for_signature(&self, text: &str, now: u64) -> Result<Proof, DpopError> {
        fn unchecked<'t>(token: &'t UnverifiedToken<'_>, _: &Key) -> Result<SignatureValid<'t>, JwsError> {
            jws::insecure_skip_signature(token)
        }
        self.verify_by(text, now, unchecked)
    }

    // The numbers are those of RFC 9449 section 4.3. Whoever calls has seen to 1, that there is one header.
    fn verify_by(&self, text: &str, now: u64, check_signature: SignatureCheck) -> Result<Proof, DpopError> {
        // 2. One well-formed token; 5. of an asymmetric algorithm: there is no other, and `none` is none.
        let (token, mut header) =
            UnverifiedToken::parse_with_header(text, MAX_PROOF_BYTES).map_err(DpopError::Token)?;
        // 4. Byte for byte, so that no token made for another purpose is a proof.
        if header.get("typ").and_then(Value::as_str) != Some(PROOF_TYPE) {
            return Err(DpopError::Type);
        }
        let algorithm = token.unverified_header().algorithm();
        if !self.algorithms.contains(&algorithm) {
            return Err(DpopError::AlgorithmNotAllowed);
        }
        // 7. A public key; 12 b. the one that the access token is bound to, before anything is spent on it.
        let Some(Value::Object(jwk)) = header.remove("jwk") else {
            return Err(DpopError::NoKey);
        };
        let thumbprint = self.thumbprint_of(&jwk)?;
        let key = Key::for_proof(&jwk, algorithm).map_err(DpopError::Key)?;
        // 6. Its signature, before the claims are read.
        let claims = check_signature(&token, &key).map_err(unsigned)?.into_claims();
        self.check_claims(&claims, thumbprint, now)
    }

    fn thumbprint_of(&self, jwk: &Map<String, Value>) -> Result<Thumbprint, DpopError> {
        let thumbprint = jwk::thumbprint(jwk).map_err(DpopError::Key)?;
        if self.key.is_some_and(|expected| expected != thumbprint) {
            return Err(DpopError::KeyMismatch);
        }
        Ok(thumbprint)
    }
}

impl Proof {
    /// The key that made it (RFC 7638).
    #[must_use]
    pub fn key(&self) -> Thumbprint {
        self.key
    }

    /// What a [`ReplayStore`](super::ReplayStore) knows it by.
    #[must_use]
    pub fn id(&self) -> ProofId {
        self.id
    }

    /// For how many seconds from `now` it is still accepted: so long it has to be remembered.
    #[must_use]
    pub fn seconds_left(&self, now: u64) -> u64 {
        self.ends.saturating_sub(now)
    }
}

/// The type of a proof (RFC 9449 section 4.2).
const PROOF_TYPE: &str = "dpop+jwt";

type SignatureCheck = for<'t> fn(&'t UnverifiedToken<'_>, &Key) -> Result<SignatureValid<'t>, JwsError>;

fn unsigned(error: JwsError) -> DpopError {
    match error {
        JwsError::Payload(error) => DpopError::Payload(error),
        _ => DpopError::Signature,
    }
}

/// Says nothing of the access token.
impl fmt::Debug for ProofCheck<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProofCheck")
            .field("method", &self.method)
            .field("uri", &self.uri)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proof")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
