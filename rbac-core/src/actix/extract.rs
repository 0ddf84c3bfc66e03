//! The same access control as extractors, for those who dislike attributes.

use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::denial::{Denial, DenialReason};
use super::desk::{Desk, judge};
use super::typed_rules;
use crate::policy::{Facts, Requirement, Source};
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
                None => identify(&request).await,
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
///
/// Its decisions are recorded as those of the attributes are, under the name of the type `R`.
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
            Ok(Self {
                principal: authorize::<R>(&request).await?,
                requirement: PhantomData,
            })
        })
    }
}

async fn identify(request: &HttpRequest) -> Result<Principal, Error> {
    let desk = Desk {
        rbac: configured(request)?,
        rule: typed_rules::login(),
    };
    let principal = match desk.authenticate(request, None).await {
        Ok(principal) => principal,
        // Below `Option<Principal>` this denies nothing, so it is no decision to record.
        Err(reason @ DenialReason::NoCredentials) => {
            let denial = Denial::of(&desk.rbac, request, reason);
            return Err(answered(&desk, request, denial));
        }
        Err(reason) => return Err(refused(&desk, request, None, reason)),
    };
    request.extensions_mut().insert(principal.clone());
    Ok(principal)
}

async fn authorize<R: Protect>(request: &HttpRequest) -> Result<Principal, Error> {
    let desk = Desk {
        rbac: configured(request)?,
        rule: typed_rules::rule_of::<R>(),
    };
    let requirement = &R::REQUIREMENT;
    let principal = match desk.authenticate(request, Some(requirement)).await {
        Ok(principal) => principal,
        Err(reason) => return Err(refused(&desk, request, None, reason)),
    };
    let judged = judge(&desk.rbac, request, &principal, requirement)
        .and_then(|reason| undecidable(requirement).map_or(Ok(reason), Err));
    match judged {
        Ok(reason) => desk.record_allow(request, &principal, reason),
        Err(reason) => return Err(refused(&desk, request, Some(&principal), reason)),
    }
    Ok(principal)
}

/// What this extractor cannot decide is not decided by leaving it out.
fn undecidable(requirement: &Requirement) -> Option<DenialReason> {
    let over_arguments = requirement
        .boundary_list()
        .iter()
        .find_map(|boundary| match boundary.source() {
            Source::Argument(expression) => Some(*expression),
            _ => None,
        });
    let check = over_arguments.or(requirement.check_names().first().copied())?;
    Some(DenialReason::CheckFailed {
        check,
        cause: "an extractor sees no handler arguments; use the attribute".to_owned(),
        retry: false,
    })
}

fn configured(request: &HttpRequest) -> Result<Rbac, Error> {
    Rbac::of(request).ok_or_else(|| Denial::new("", DenialReason::NotConfigured).into())
}

/// The denial, recorded, as an error whose answer is the application's own, if it has one.
fn refused(desk: &Desk, request: &HttpRequest, principal: Option<&Principal>, reason: DenialReason) -> Error {
    let denial = desk.denial(request, principal, reason, Facts::default());
    answered(desk, request, denial)
}

fn answered(desk: &Desk, request: &HttpRequest, denial: Denial) -> Error {
    let response = desk.answer(&denial, request);
    InternalError::from_response(denial, response).into()
}
