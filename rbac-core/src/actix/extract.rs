//! The same access control as extractors, for those who dislike attributes.

use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::denial::{self, Denial, DenialReason};
use super::desk::{authenticate, judge};
use crate::policy::{Requirement, Source};
use crate::principal::Principal;
use crate::rbac::Rbac;

/// The verified principal. Below an attribute it is the one that was authorized; elsewhere the extractor authenticates.
impl FromRequest for Principal {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let known = request.extensions().get::<Principal>().cloned();
        let request = request.clone();
        Box::pin(async move {
            match known {
                Some(principal) => Ok(principal),
                None => identify(&request)
                    .await
                    .map_err(|denial| answered(denial, &request)),
            }
        })
    }
}

/// A requirement as a type, for [`Authorized`].
pub trait Protect: 'static {
    /// What is demanded; boundaries over handler arguments and checks cannot be: an extractor sees no other argument.
    const REQUIREMENT: Requirement;
}

/// An extractor that lets only those in who meet `R`.
///
/// ```
/// use actix_web::{HttpResponse, Responder};
/// use rbac_core::policy::{Boundary, Condition, Requirement};
/// use rbac_core::{Authorized, Protect};
///
/// struct ReadData;
///
/// impl Protect for ReadData {
///     const REQUIREMENT: Requirement = Requirement::new(Condition::permission("data:read"))
///         .boundaries(const { &[Boundary::path("department", "department")] });
/// }
///
/// async fn read(user: Authorized<ReadData>) -> impl Responder {
///     HttpResponse::Ok().body(user.principal().subject().to_owned())
/// }
/// ```
///
/// # Security
/// Actix polls all extractors of a handler side by side, so a body may be read, and refused with 400, before this one has
/// answered. The attributes promise the order; an extractor cannot.
pub struct Authorized<R> {
    principal: Principal,
    requirement: PhantomData<R>,
}

impl<R> Authorized<R> {
    /// Who was let in.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Who was let in, by value.
    #[must_use]
    pub fn into_principal(self) -> Principal {
        self.principal
    }
}

impl<R: Protect> FromRequest for Authorized<R> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let principal = authorize(&request, &R::REQUIREMENT)
                .await
                .map_err(|denial| answered(denial, &request))?;
            Ok(Self {
                principal,
                requirement: PhantomData,
            })
        })
    }
}

async fn identify(request: &HttpRequest) -> Result<Principal, Denial> {
    let rbac = configured(request)?;
    let denied = |reason| Denial::of(&rbac, request, reason);
    let principal = authenticate(&rbac, request, false).await.map_err(denied)?;
    request.extensions_mut().insert(principal.clone());
    Ok(principal)
}

async fn authorize(request: &HttpRequest, requirement: &Requirement) -> Result<Principal, Denial> {
    let rbac = configured(request)?;
    let denied = |reason| Denial::of(&rbac, request, reason);
    let principal = authenticate(&rbac, request, requirement.is_fresh())
        .await
        .map_err(denied)?;
    judge(&rbac, request, &principal, requirement).map_err(denied)?;
    // What this extractor cannot decide is not decided by leaving it out.
    let over_arguments = requirement
        .boundary_list()
        .iter()
        .find_map(|boundary| match boundary.source() {
            Source::Argument(expression) => Some(*expression),
            _ => None,
        });
    if let Some(undecided) = over_arguments.or(requirement.check_names().first().copied()) {
        let cause = "an extractor sees no handler arguments; use the attribute".to_owned();
        return Err(denied(DenialReason::CheckFailed {
            check: undecided,
            cause,
            retry: false,
        }));
    }
    Ok(principal)
}

fn configured(request: &HttpRequest) -> Result<Rbac, Denial> {
    Rbac::of(request).ok_or_else(|| Denial::new("", DenialReason::NotConfigured))
}

/// The denial as an error whose answer is the application's own, if it has one.
fn answered(denial: Denial, request: &HttpRequest) -> Error {
    let own = Rbac::of(request).and_then(|rbac| rbac.denial_answer());
    let response = denial::answer(own, &denial, request);
    InternalError::from_response(denial, response).into()
}
