//! Where one request is judged, and where what was decided is recorded.

use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError};
use tracing::Instrument;

use super::call::Call;
use super::denial::{self, Denial, DenialReason};
use super::request_id::RequestId;
use super::{drain, facts, presented, spans};
use crate::audit::{DecisionEvent, Outcome};
use crate::authenticate::Scheme;
use crate::explained::Explained;
use crate::policy::{self, AllowReason, Decision, Facts, Requirement};
use crate::principal::Principal;
use crate::rbac::Rbac;
use crate::rule::Rule;
use crate::telemetry;

/// Where one request is judged: the configured access control and the handler's rule.
pub(super) struct Desk {
    pub(super) rbac: Rbac,
    pub(super) rule: &'static Rule,
}

/// What is recorded of a decision beside who, what and when.
struct Decided {
    outcome: Outcome,
    status: Option<u16>,
    reason: String,
    explained: Option<Explained>,
}

impl Desk {
    pub(super) async fn authenticate(
        &self,
        request: &HttpRequest,
        requirement: Option<&Requirement>,
    ) -> Result<Principal, DenialReason> {
        let fresh = requirement.is_some_and(Requirement::is_fresh);
        authenticate(&self.rbac, request, fresh).await
    }

    /// Refuses before the arguments were read, and leaves the connection usable if the body is small.
    pub(super) async fn refuse(
        &self,
        call: Call,
        principal: Option<&Principal>,
        reason: DenialReason,
    ) -> HttpResponse {
        let answer = self.deny(&call.request, principal, reason, Facts::default());
        drain::before(answer, &call.request, call.payload).await
    }

    /// Records a denial and answers it; `stated` is what is known of the boundaries over the handler's arguments.
    pub(super) fn deny(
        &self,
        request: &HttpRequest,
        principal: Option<&Principal>,
        reason: impl Into<DenialReason>,
        stated: Facts,
    ) -> HttpResponse {
        let denial = self.denial(request, principal, reason.into(), stated);
        self.answer(&denial, request)
    }

    /// Records a denial.
    pub(super) fn denial(
        &self,
        request: &HttpRequest,
        principal: Option<&Principal>,
        reason: DenialReason,
        stated: Facts,
    ) -> Denial {
        let explained = self.explain(request, principal, &reason, stated);
        let denial = Denial::of(&self.rbac, request, reason);
        let outcome = if denial.reason().is_error() {
            Outcome::Error
        } else {
            Outcome::Deny
        };
        telemetry::decision(self.rule, outcome, None);
        telemetry::denial(denial.reason().code());
        let decided = Decided {
            outcome,
            status: Some(denial.status_code().as_u16()),
            reason: denial.to_string(),
            explained: explained.clone(),
        };
        self.record(request, principal, decided);
        match explained.filter(|_| self.rbac.config().explain) {
            Some(explained) => denial.explained_by(explained),
            None => denial,
        }
    }

    pub(super) fn answer(&self, denial: &Denial, request: &HttpRequest) -> HttpResponse {
        denial::answer(
            self.rule.denial_answer().or(self.rbac.denial_answer()),
            denial,
            request,
        )
    }

    pub(super) fn record_allow(&self, request: &HttpRequest, principal: &Principal, reason: AllowReason) {
        telemetry::decision(self.rule, Outcome::Allow, Some(reason));
        if self.rbac.records(Outcome::Allow) {
            let decided = Decided {
                outcome: Outcome::Allow,
                status: None,
                reason: reason.to_string(),
                explained: None,
            };
            self.record(request, Some(principal), decided);
        }
    }

    fn record(&self, request: &HttpRequest, principal: Option<&Principal>, decided: Decided) {
        self.rbac.record(&DecisionEvent {
            at: self.rbac.now(),
            request_id: RequestId::of(request).to_string(),
            subject: principal.map(|principal| principal.subject().to_owned()),
            issuer: principal.map(|principal| principal.issuer().to_owned()),
            username: principal.and_then(Principal::username).map(str::to_owned),
            client_id: principal.and_then(Principal::client_id).map(str::to_owned),
            method: request.method().to_string(),
            path: request.path().to_owned(),
            rule: self.rule,
            outcome: decided.outcome,
            status: decided.status,
            reason: decided.reason,
            explained: decided.explained,
        });
    }
}

/// The principal of a request.
pub(super) async fn authenticate(
    rbac: &Rbac,
    request: &HttpRequest,
    fresh: bool,
) -> Result<Principal, DenialReason> {
    let span = spans::authenticate(request, fresh);
    let authenticated = identify(rbac, request, fresh).instrument(span.clone()).await;
    spans::end_authenticate(&span, &authenticated);
    authenticated
}

async fn identify(rbac: &Rbac, request: &HttpRequest, fresh: bool) -> Result<Principal, DenialReason> {
    // INVARIANT: a development switch opens this machine alone, also where the application never called `check_bind`.
    if rbac
        .config()
        .check_bind(request.app_config().local_addr())
        .is_err()
    {
        return Err(DenialReason::InsecureBeyondLoopback);
    }
    if let Some(everybody) = rbac.authenticator().insecure_principal() {
        return Ok(everybody);
    }
    let presented = presented::read(request, rbac.config())?.ok_or(DenialReason::NoCredentials)?;
    let principal = rbac.authenticator().authenticate(&presented, fresh).await?;
    if let Scheme::Dpop(_) = presented.scheme
        && let Some(nonce) = rbac.authenticator().sender().nonce(rbac.now())
    {
        request.extensions_mut().insert(NextNonce(nonce));
    }
    Ok(principal)
}

/// The nonce for the caller's next proof, for the response.
pub(super) struct NextNonce(pub(super) String);

/// All of a requirement that the request alone can answer.
pub(super) fn judge(
    rbac: &Rbac,
    request: &HttpRequest,
    principal: &Principal,
    requirement: &Requirement,
) -> Result<AllowReason, DenialReason> {
    let span = spans::decide(request, requirement);
    let judged = span.in_scope(|| decide(rbac, request, principal, requirement));
    spans::end_decide(&span, &judged);
    judged
}

/// In this order: condition, boundaries, step-up.
fn decide(
    rbac: &Rbac,
    request: &HttpRequest,
    principal: &Principal,
    requirement: &Requirement,
) -> Result<AllowReason, DenialReason> {
    let mut reason = allowed(policy::decide_condition(principal, requirement))?;
    let facts = facts::read(request, requirement)?;
    for (index, boundary) in requirement.boundary_list().iter().enumerate() {
        if boundary.is_argument() {
            continue;
        }
        let values = facts.values(index);
        let decision = policy::decide_boundary(principal, requirement, boundary.attribute(), values);
        if allowed(decision)? == AllowReason::AdminBypass {
            reason = AllowReason::AdminBypass;
        }
    }
    if policy::needs_step_up(principal, requirement, rbac.now()) {
        let (acr, max_age) = (requirement.acr_value(), requirement.max_age_seconds());
        return Err(DenialReason::StepUp { acr, max_age });
    }
    Ok(reason)
}

fn allowed(decision: Decision) -> Result<AllowReason, DenialReason> {
    match decision {
        Decision::Allow(reason) => Ok(reason),
        Decision::Deny(reason) => Err(reason.into()),
    }
}

#[cfg(all(test, feature = "insecure-dev"))]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::config::Config;

    async fn asked(switch: &str, token: Option<&str>) -> Result<Principal, DenialReason> {
        let vars = [("KEYCLOAK_SERVER_URL", "http://127.0.0.1:9"), (switch, "false")];
        let find = |name: &str| vars.iter().find(|(known, _)| *known == name);
        let config = Config::from_vars(|name| find(name).map(|(_, value)| (*value).to_owned()));
        let rbac = Rbac::start(config.expect("this build allows it"))
            .await
            .expect("access control");
        let request = token.into_iter().fold(TestRequest::default(), |request, token| {
            request.insert_header(("Authorization", format!("Bearer {token}")))
        });
        authenticate(&rbac, &request.to_http_request(), false).await
    }

    #[actix_web::test]
    async fn with_authentication_off_everybody_is_the_admin_whatever_they_send() {
        for token in [None, Some("garbage")] {
            assert!(
                asked("ENABLE_KEYCLOAK_AUTH", token)
                    .await
                    .is_ok_and(|somebody| somebody.is_admin())
            );
        }
    }

    #[actix_web::test]
    async fn with_signatures_off_a_token_is_still_needed_and_still_read() {
        assert_eq!(
            asked("KEYCLOAK_VERIFY_SIGNATURE", None).await.err(),
            Some(DenialReason::NoCredentials)
        );
        assert!(asked("KEYCLOAK_VERIFY_SIGNATURE", Some("garbage")).await.is_err());
    }
}
