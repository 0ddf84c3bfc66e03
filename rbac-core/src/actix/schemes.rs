//! Which schemes the challenges of a denial offer.

use actix_web::HttpRequest;
use actix_web::http::header::HeaderValue;

use super::presented;
use crate::config::DpopMode;
use crate::rbac::Rbac;

/// The schemes to offer, and what a `DPoP` challenge says beside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Schemes {
    pub(super) bearer: bool,
    pub(super) dpop: Option<Box<DpopOffer>>,
}

/// What a caller needs to know in order to make a proof.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct DpopOffer {
    /// The names of the algorithms, parted by blanks.
    pub(super) algorithms: String,
    pub(super) nonce: Option<String>,
}

impl DpopOffer {
    /// The nonce as a header's value.
    pub(super) fn nonce_header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(self.nonce.as_deref()?).ok()
    }
}

impl Default for Schemes {
    fn default() -> Self {
        Self {
            bearer: true,
            dpop: None,
        }
    }
}

impl Schemes {
    /// `Bearer` first and alone, as long as nothing speaks of DPoP: neither the configuration nor the request.
    pub(super) fn of(rbac: &Rbac, request: &HttpRequest) -> Self {
        let rules = &rbac.config().sender;
        let offers_dpop = match rules.dpop {
            DpopMode::Off => false,
            DpopMode::Accepted => presented::tries_dpop(request),
            DpopMode::Required => true,
        };
        let names = rules.proof_algorithms.iter().map(|algorithm| algorithm.name());
        let dpop = offers_dpop.then(|| {
            Box::new(DpopOffer {
                algorithms: names.collect::<Vec<_>>().join(" "),
                nonce: rbac.authenticator().sender().nonce(rbac.now()),
            })
        });
        Self {
            bearer: rules.dpop != DpopMode::Required,
            dpop,
        }
    }
}
