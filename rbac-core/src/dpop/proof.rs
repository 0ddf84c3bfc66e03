//! One proof, checked as a pure function of what it must prove (RFC 9449 section 4.3).

#[cfg(test)]
mod tests;

use std::fmt;

use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

use super::error::DpopError;
use super::nonce::Nonces;
use super::replay::ProofId;
use super::uri::TargetUri;
use crate::algorithm::Algorithm;
use crate::base64url;
use crate::claims::seconds;
use crate::jwk::{self, Key};
use crate::jws::{self, JwsError, SignatureValid};
use crate::thumbprint::{Thumbprint, sha256};
use crate::token::UnverifiedToken;

/// How long a proof may be, in bytes.
pub const MAX_PROOF_BYTES: usize = 8 * 1024;
/// How long the `jti` of a proof may be, in bytes.
pub const MAX_JTI_BYTES: usize = 256;

/// How old a proof may be, in seconds, beside the leeway between clocks.
const MAX_AGE: u64 = 15;
/// How far ahead it may be, in seconds, beside the leeway.
const MAX_AHEAD: u64 = 5;
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
    wants_nonce: bool,
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

    fn check_claims(
        &self,
        claims: &Map<String, Value>,
        key: Thumbprint,
        now: u64,
    ) -> Result<Proof, DpopError> {
        // 3. What is required, and bounded.
        let jti = string(claims, "jti")?;
        if jti.is_empty() || jti.len() > MAX_JTI_BYTES {
            return Err(DpopError::Claim("jti"));
        }
        // 8. The method, byte for byte, as methods compare (RFC 9110 section 9.1).
        if string(claims, "htm")? != self.method {
            return Err(DpopError::Method);
        }
        // 9. The URI, in the one form of each.
        if TargetUri::parse(string(claims, "htu")?).as_ref() != Ok(self.uri) {
            return Err(DpopError::Uri);
        }
        // 12 a. The access token.
        if let Some(token) = self.access_token {
            check_hash(string(claims, "ath")?, token)?;
        }
        // 11. Now.
        let ends = self.check_time(claims, now)?;
        // 10. A nonce of ours, where one is asked for. Last, so that none is offered for a proof that is wrong anyway.
        let wants_nonce = self.check_nonce(claims, now)?;
        Ok(Proof {
            id: ProofId::new(&key, jti),
            key,
            ends,
            wants_nonce,
        })
    }

    /// The second from which the proof is no longer accepted.
    fn check_time(&self, claims: &Map<String, Value>, now: u64) -> Result<u64, DpopError> {
        let made = time(claims, "iat")?.ok_or(DpopError::Claim("iat"))?;
        let ahead = now.saturating_add(MAX_AHEAD).saturating_add(self.skew);
        let ends = made
            .saturating_add(MAX_AGE)
            .saturating_add(self.skew)
            .saturating_add(1);
        // A proof needs neither of these; one that has them means them (RFC 7519 sections 4.1.4 and 4.1.5).
        let begins = time(claims, "nbf")?.unwrap_or_default();
        let own_end = time(claims, "exp")?.map_or(u64::MAX, |end| end.saturating_add(self.skew));
        if made > ahead || now >= ends || begins > now.saturating_add(self.skew) || now >= own_end {
            return Err(DpopError::Time);
        }
        Ok(ends)
    }

    /// Whether the caller should be given a new nonce.
    fn check_nonce(&self, claims: &Map<String, Value>, now: u64) -> Result<bool, DpopError> {
        let Some(nonces) = self.nonces else {
            return Ok(false);
        };
        match claims.get("nonce").and_then(Value::as_str) {
            Some(nonce) if nonces.accepts(nonce, now) => Ok(nonces.is_due(nonce, now)),
            _ => Err(DpopError::Nonce),
        }
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

    /// Whether its nonce is from an earlier slot, so that the answer should bring a new one.
    #[must_use]
    pub fn wants_nonce(&self) -> bool {
        self.wants_nonce
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

fn check_hash(ath: &str, token: &str) -> Result<(), DpopError> {
    // INVARIANT: the one spelling of the hash of the very text that the caller is authenticated by.
    let expected = base64url::encode(sha256(token.as_bytes()));
    if bool::from(expected.as_bytes().ct_eq(ath.as_bytes())) {
        Ok(())
    } else {
        Err(DpopError::AccessToken)
    }
}

fn string<'c>(claims: &'c Map<String, Value>, name: &'static str) -> Result<&'c str, DpopError> {
    claims
        .get(name)
        .and_then(Value::as_str)
        .ok_or(DpopError::Claim(name))
}

fn time(claims: &Map<String, Value>, name: &'static str) -> Result<Option<u64>, DpopError> {
    claims
        .get(name)
        .map(|value| seconds(value).ok_or(DpopError::Claim(name)))
        .transpose()
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
