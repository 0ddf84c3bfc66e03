//! The way of a request through a guarded handler.

#![allow(
    clippy::result_large_err,
    reason = "the error is the very answer that the expansion returns"
)]

use std::borrow::Cow;
use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::HeaderValue;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, Responder, ResponseError};

use super::check::{CheckOutcome, Verdict};
use super::denial::{DPOP_NONCE, Denial, DenialReason};
use super::desk::{self, Desk, NextNonce};
use crate::policy::{self, AllowReason, BoundaryValue, Decision, DenyReason, Facts, Requirement};
use crate::principal::Principal;
use crate::rbac::Rbac;
use crate::rule::{Access, Rule};

/// A request on its way to a guarded handler, its body untouched.
pub struct Call {
    pub(super) request: HttpRequest,
    pub(super) payload: Payload,
}

impl FromRequest for Call {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ok(Self {
            request: request.clone(),
            payload: payload.take(),
        }))
    }
}

impl Call {
    /// Lets the request pass if it meets `rule`: who, then permissions and roles, then the boundaries in the request.
    ///
    /// # Errors
    /// The answer to send instead; the body has not been looked at.
    pub async fn authorize(self, rule: &'static Rule) -> Result<Admitted, HttpResponse> {
        #[cfg(any(test, feature = "testing"))]
        self.request.extensions_mut().insert(crate::testing::Seen(rule));
        let (requirement, optional) = match rule.access() {
            Access::Public {
                optional_login: false,
                ..
            } => return Ok(Admitted::anonymous(self)),
            Access::Public {
                optional_login: true, ..
            } => (None, true),
            Access::Protected(requirement) => (Some(requirement), false),
        };
        let Some(rbac) = Rbac::of(&self.request) else {
            return Err(self.unconfigured());
        };
        let desk = Desk { rbac, rule };
        let principal = match desk.authenticate(&self.request, requirement).await {
            Err(DenialReason::NoCredentials) if optional => return Ok(Admitted::anonymous(self)),
            Err(reason) => return Err(desk.refuse(self, None, reason).await),
            Ok(principal) => principal,
        };
        self.admit(desk, principal, requirement).await
    }

    async fn admit(
        self,
        desk: Desk,
        principal: Principal,
        requirement: Option<&'static Requirement>,
    ) -> Result<Admitted, HttpResponse> {
        let Some(requirement) = requirement else {
            self.request.extensions_mut().insert(principal);
            return Ok(Admitted::anonymous(self));
        };
        let reason = match desk::judge(&desk.rbac, &self.request, &principal, requirement) {
            Ok(reason) => reason,
            Err(reason) => return Err(desk.refuse(self, Some(&principal), reason).await),
        };
        let over_arguments = requirement
            .boundary_list()
            .iter()
            .filter(|boundary| boundary.is_argument());
        let pending = over_arguments
            .count()
            .saturating_add(requirement.check_names().len());
        if pending == 0 {
            desk.record_allow(&self.request, &principal, reason);
        }
        self.request.extensions_mut().insert(principal.clone());
        let admission = Some(Admission {
            desk,
            requirement,
            principal,
            reason,
            pending,
        });
        Ok(Admitted {
            call: self,
            admission,
        })
    }

    fn unconfigured(self) -> HttpResponse {
        tracing::error!(path = self.request.path(), "{}", DenialReason::NotConfigured);
        Denial::new("", DenialReason::NotConfigured).error_response()
    }
}

/// A request that met its rule; the handler's arguments may be read now.
pub struct Admitted {
    call: Call,
    /// Nobody for an open handler without a login.
    admission: Option<Admission>,
}

struct Admission {
    desk: Desk,
    requirement: &'static Requirement,
    principal: Principal,
    reason: AllowReason,
    /// How many boundaries and checks over the handler's arguments are still to come.
    pending: usize,
}

impl Admitted {
    fn anonymous(call: Call) -> Self {
        Self {
            call,
            admission: None,
        }
    }

    /// The handler's own arguments, the body included.
    ///
    /// # Errors
    /// The answer of the extractor that refused the request.
    pub async fn extract<A: FromRequest>(&mut self) -> Result<A, HttpResponse> {
        let extracted = A::from_request(&self.call.request, &mut self.call.payload).await;
        extracted.map_err(|error| HttpResponse::from_error(error.into()))
    }

    /// Decides the boundary at `index` over a value of the handler's arguments.
    ///
    /// # Errors
    /// The answer to send instead.
    pub fn within<V: BoundaryValue + ?Sized>(&mut self, index: usize, value: &V) -> Result<(), HttpResponse> {
        // INVARIANT: the macro calls this for protected handlers only; without an admission nothing is allowed.
        let Some(admission) = &mut self.admission else {
            return Err(forbidden());
        };
        let Some(boundary) = admission.requirement.boundary_list().get(index) else {
            return Err(forbidden());
        };
        let attribute = boundary.attribute();
        match policy::decide_boundary(&admission.principal, admission.requirement, attribute, value) {
            Decision::Allow(reason) => admission.settle(&self.call.request, 1, reason),
            Decision::Deny(reason) => {
                let mut values = Vec::new();
                value.boundary_values(&mut values);
                let values = values.into_iter().map(Cow::into_owned).collect();
                return Err(self.refuse(reason, Facts::default().with(index, values)));
            }
        }
        Ok(())
    }

    /// Whether the checks must be run; if not, the admin bypass has answered them.
    pub fn must_check(&mut self) -> bool {
        let Some(admission) = &mut self.admission else {
            return true;
        };
        let bypassed = policy::bypasses(&admission.principal, admission.requirement);
        if bypassed {
            let checks = admission.requirement.check_names().len();
            admission.settle(&self.call.request, checks, AllowReason::AdminBypass);
        }
        !bypassed
    }

    /// Who calls, for a check.
    ///
    /// # Errors
    /// Nobody does: an answer that refuses.
    pub fn principal(&self) -> Result<&Principal, HttpResponse> {
        self.admission
            .as_ref()
            .map(|admission| &admission.principal)
            .ok_or_else(forbidden)
    }

    /// Takes what the check at `index` answered.
    ///
    /// # Errors
    /// The answer to send instead; a check that failed denies too.
    pub fn checked<O: CheckOutcome>(&mut self, index: usize, outcome: O) -> Result<(), HttpResponse> {
        let Some(admission) = &mut self.admission else {
            return Err(forbidden());
        };
        let check = admission
            .requirement
            .check_names()
            .get(index)
            .copied()
            .unwrap_or_default();
        let reason = match outcome.verdict() {
            Ok(Verdict::Allow) => {
                admission.settle(&self.call.request, 1, AllowReason::Met);
                return Ok(());
            }
            Ok(Verdict::Deny) => DenyReason::Check(check).into(),
            Ok(Verdict::Hide) => DenialReason::Hidden(check),
            Err(error) => {
                let (cause, retry) = error.into_parts();
                DenialReason::CheckFailed { check, cause, retry }
            }
        };
        Err(self.refuse(reason, Facts::default()))
    }

    /// The answer to send where a boundary or a check over the arguments is still to come, but nobody will decide it.
    pub(super) fn undecided(&self) -> Option<HttpResponse> {
        let admission = self
            .admission
            .as_ref()
            .filter(|admission| admission.pending > 0)?;
        let boundaries = admission.requirement.boundary_list().iter();
        let check = admission
            .requirement
            .check_names()
            .first()
            .copied()
            .or_else(|| {
                boundaries
                    .filter(|one| one.is_argument())
                    .map(|one| one.attribute())
                    .next()
            })
            .unwrap_or_default();
        let cause = "it is over the handler's arguments, which nobody looked at".to_owned();
        let retry = false;
        Some(self.refuse(
            DenialReason::CheckFailed { check, cause, retry },
            Facts::default(),
        ))
    }

    /// Turns what the handler returned into the response, as Actix would.
    pub fn respond<R: Responder>(self, answer: R) -> HttpResponse {
        let request = self.call.request;
        let mut response = answer.respond_to(&request).map_into_boxed_body();
        let nonce = request.extensions_mut().remove::<NextNonce>();
        if let Some(nonce) = nonce.and_then(|nonce| HeaderValue::from_str(&nonce.0).ok()) {
            response.headers_mut().insert(DPOP_NONCE, nonce);
        }
        response
    }

    /// Refuses after the arguments were read: of the body there is no more to drain than its extractor left.
    fn refuse(&self, reason: impl Into<DenialReason>, stated: Facts) -> HttpResponse {
        let Some(admission) = &self.admission else {
            return forbidden();
        };
        admission
            .desk
            .deny(&self.call.request, Some(&admission.principal), reason, stated)
    }
}

impl Admission {
    /// Counts `decided` off; the last one makes the whole an allow.
    fn settle(&mut self, request: &HttpRequest, decided: usize, reason: AllowReason) {
        if reason == AllowReason::AdminBypass {
            self.reason = reason;
        }
        let was_pending = self.pending > 0;
        self.pending = self.pending.saturating_sub(decided);
        if was_pending && self.pending == 0 {
            self.desk.record_allow(request, &self.principal, self.reason);
        }
    }
}

fn forbidden() -> HttpResponse {
    HttpResponse::Forbidden().finish()
}
