//! Whether who sends a token is who it was given to.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;

use super::presented::{DpopRequest, FirstTimeOnce, Presented, Scheme};
use crate::algorithm::Algorithm;
use crate::config::{Config, DpopMode, NonceKey};
use crate::confirmation::Confirmation;
use crate::dpop::{DpopError, Nonces, Proof, ProofCheck, ReplayStore, ReplayStoreError};
use crate::thumbprint::Thumbprint;

/// Why the sender of a good token is not taken for its owner. Nothing of the token is in it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SenderError {
    /// A token bound to a key was sent as a plain bearer token (RFC 9449 section 7.2). Often it was stolen, or the client
    /// does not know that its tokens are bound.
    #[error("the token is bound to a key, but was sent as a bearer token")]
    SentAsBearer,
    /// A token that is bound to no key was sent with the scheme `DPoP`.
    #[error("the token is bound to no key, but was sent with the scheme `DPoP`")]
    NotBound,
    /// `RBAC_DPOP` is `required`, and the token is bound to no key.
    #[error("a token that is bound to no key, where `RBAC_DPOP` is `required`")]
    DpopRequired,
    /// The token is bound to a certificate that the connection does not have. Often it was stolen, or no proxy is trusted to
    /// name certificates.
    #[error("the token is bound to a certificate that is not the connection's")]
    Certificate,
    /// The proof is missing or wrong.
    #[error(transparent)]
    Proof(#[from] DpopError),
    /// Nobody could say whether the proof was used before.
    #[error(transparent)]
    ReplayStore(#[from] ReplayStoreError),
}

/// Holds what a token is bound to against what its sender proves.
pub(crate) struct SenderCheck {
    mode: DpopMode,
    algorithms: Vec<Algorithm>,
    /// Seconds.
    skew: u64,
    nonces: Option<Nonces>,
    used_proofs: Arc<dyn ReplayStore>,
}

impl SenderCheck {
    pub(crate) fn new(config: &Config, used_proofs: Arc<dyn ReplayStore>) -> Self {
        Self {
            mode: config.sender.dpop,
            algorithms: config.sender.proof_algorithms.clone(),
            skew: config.clock_skew.as_secs(),
            nonces: match &config.sender.nonces {
                NonceKey::NotUsed => None,
                NonceKey::Random => Some(Nonces::random()),
                NonceKey::Shared(secret) => Some(Nonces::shared(secret.expose_secret())),
            },
            used_proofs,
        }
    }

    /// The nonce that callers should use next, where they need one. `now` is in seconds since 1970.
    pub(crate) fn nonce(&self, now: u64) -> Option<String> {
        self.nonces.as_ref().map(|nonces| nonces.issue(now))
    }

    /// Checks the sender of a verified token.
    // INVARIANT: asked for every request, also where the principal comes from a cache.
    pub(super) async fn check(
        &self,
        confirmation: Confirmation,
        presented: &Presented<'_>,
        now: u64,
    ) -> Result<(), SenderError> {
        if let Some(expected) = confirmation.certificate {
            let shown = presented.certificate.map(|certificate| certificate.thumbprint());
            if shown != Some(expected) {
                return Err(SenderError::Certificate);
            }
        }
        match (&presented.scheme, confirmation.key) {
            (Scheme::Bearer, Some(_)) => Err(SenderError::SentAsBearer),
            (Scheme::Bearer, None) if self.mode == DpopMode::Required => Err(SenderError::DpopRequired),
            (Scheme::Bearer, None) => Ok(()),
            (Scheme::Dpop(_), None) => Err(SenderError::NotBound),
            (Scheme::Dpop(request), Some(key)) => {
                let proof = self.check_proof(request, presented.token, key, now)?;
                self.use_up(&proof, &request.first_time, now).await
            }
        }
    }

    fn check_proof(
        &self,
        request: &DpopRequest<'_>,
        token: &str,
        key: Thumbprint,
        now: u64,
    ) -> Result<Proof, DpopError> {
        let text = request.proof?;
        let uri = request.uri.as_ref().map_err(|_| DpopError::RequestUri)?;
        let mut check = ProofCheck::new(request.method, uri)
            .access_token(token)
            .key(key)
            .algorithms(&self.algorithms)
            .clock_skew(self.skew);
        if let Some(nonces) = &self.nonces {
            check = check.nonces(nonces);
        }
        check.verify(text, now)
    }

    /// The last of all checks: a proof that is refused for another reason is not used up.
    async fn use_up(&self, proof: &Proof, once: &FirstTimeOnce, now: u64) -> Result<(), SenderError> {
        let life = Duration::from_secs(proof.seconds_left(now));
        let ask = || self.used_proofs.first_time(proof.id(), life);
        match once.or_ask(ask).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(DpopError::Replayed.into()),
            Err(error) => Err(error.into()),
        }
    }
}
