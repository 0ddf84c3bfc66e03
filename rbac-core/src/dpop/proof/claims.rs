//! What a proof says, behind its signature.

use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

use super::{Proof, ProofCheck};
use crate::base64url;
use crate::claims::seconds;
use crate::dpop::error::DpopError;
use crate::dpop::replay::ProofId;
use crate::dpop::uri::TargetUri;
use crate::thumbprint::{Thumbprint, sha256};

/// How long the `jti` of a proof may be, in bytes.
pub const MAX_JTI_BYTES: usize = 256;

/// How old a proof may be, in seconds, beside the leeway between clocks.
const MAX_AGE: u64 = 15;
/// How far ahead it may be, in seconds, beside the leeway.
const MAX_AHEAD: u64 = 5;

impl ProofCheck<'_> {
    pub(super) fn check_claims(
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
        self.check_nonce(claims, now)?;
        Ok(Proof {
            id: ProofId::new(&key, jti),
            key,
            ends,
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

    fn check_nonce(&self, claims: &Map<String, Value>, now: u64) -> Result<(), DpopError> {
        let Some(nonces) = self.nonces else {
            return Ok(());
        };
        match claims.get("nonce").and_then(Value::as_str) {
            Some(nonce) if nonces.accepts(nonce, now) => Ok(()),
            _ => Err(DpopError::Nonce),
        }
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
