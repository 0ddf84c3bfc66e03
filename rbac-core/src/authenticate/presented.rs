//! What a request brought to prove who sends it.

use std::fmt;
use std::sync::Arc;

use tokio::sync::OnceCell;

use crate::certificate::ClientCertificate;
use crate::dpop::{DpopError, ReplayStoreError, TargetUri, UriError};

/// The credentials of one request, exactly as they were sent; nothing about them is verified.
pub(crate) struct Presented<'r> {
    /// The access token.
    pub(crate) token: &'r str,
    /// How it was sent.
    pub(crate) scheme: Scheme<'r>,
    /// The certificate of the connection, or of one with a trusted proxy.
    pub(crate) certificate: Option<ClientCertificate>,
}

/// The scheme of the `Authorization` header.
pub(crate) enum Scheme<'r> {
    /// `Bearer` (RFC 6750); cookies and WebSocket protocols count as that too.
    Bearer,
    /// `DPoP` (RFC 9449 section 7.1), with what its proof is to be held against.
    Dpop(DpopRequest<'r>),
}

/// A request with the scheme `DPoP`.
pub(crate) struct DpopRequest<'r> {
    /// The value of the one `DPoP` header.
    pub(crate) proof: Result<&'r str, DpopError>,
    pub(crate) method: &'r str,
    /// The URI that the caller used, if it can be told.
    pub(crate) uri: Result<TargetUri, UriError>,
    pub(crate) first_time: FirstTimeOnce,
}

/// Whether the proof of one request is new, asked once however often the request is looked at: by an attribute and two
/// extractors side by side, say, none of which must take the others for a thief.
#[derive(Clone, Default)]
pub(crate) struct FirstTimeOnce(Arc<OnceCell<Result<bool, ReplayStoreError>>>);

impl FirstTimeOnce {
    pub(super) async fn or_ask<F>(&self, ask: impl FnOnce() -> F) -> Result<bool, ReplayStoreError>
    where
        F: Future<Output = Result<bool, ReplayStoreError>>,
    {
        self.0.get_or_init(ask).await.clone()
    }
}

impl<'r> Presented<'r> {
    /// A token as a bearer sends it (RFC 6750), over a connection without a certificate.
    pub(crate) fn bearer(token: &'r str) -> Self {
        Self {
            token,
            scheme: Scheme::Bearer,
            certificate: None,
        }
    }
}

/// Says nothing of the token.
impl fmt::Debug for Presented<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presented").finish_non_exhaustive()
    }
}
