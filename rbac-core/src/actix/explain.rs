//! Why one request is refused, found out after the fact: an allow pays nothing for it.

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;

use super::desk::Desk;
use super::{DenialReason, credentials, facts, presented};
use crate::authenticate::TokenExplanation;
use crate::explained::Explained;
use crate::policy::{DenyReason, Explanation, Facts, explain};
use crate::principal::Principal;
use crate::rule::Access;

impl Desk {
    /// Explains a denial; `stated` is what is known of the boundaries over the handler's arguments.
    pub(super) fn explain(
        &self,
        request: &HttpRequest,
        principal: Option<&Principal>,
        reason: &DenialReason,
        stated: Facts,
    ) -> Option<Explained> {
        match (reason, principal) {
            (DenialReason::InsecureBeyondLoopback | DenialReason::NotConfigured, _) => None,
            (_, Some(principal)) => self
                .explain_rule(request, principal, reason, stated)
                .map(|explanation| Explained::Rule(Box::new(explanation))),
            (_, None) => self.explain_token(request, reason).map(Explained::Token),
        }
    }

    fn explain_rule(
        &self,
        request: &HttpRequest,
        principal: &Principal,
        reason: &DenialReason,
        stated: Facts,
    ) -> Option<Explanation> {
        let Access::Protected(requirement) = self.rule.access() else {
            return None;
        };
        let facts = facts::read_what_can_be(request, requirement, stated);
        let explanation = explain(principal, requirement, &facts, self.rbac.now());
        Some(match reason {
            DenialReason::Policy(DenyReason::Check(check)) | DenialReason::Hidden(check) => {
                explanation.with_denying_check(check)
            }
            DenialReason::Facts(_) | DenialReason::CheckFailed { .. } => {
                explanation.with_denial(&reason.to_string())
            }
            _ => explanation,
        })
    }

    fn explain_token(&self, request: &HttpRequest, reason: &DenialReason) -> Option<TokenExplanation> {
        let DenialReason::Authentication(error) = reason else {
            return Some(TokenExplanation::of_credentials(
                &reason.to_string(),
                hints(request),
            ));
        };
        let presented = presented::read(request, self.rbac.config()).ok()??;
        let authenticator = self.rbac.authenticator();
        Some(authenticator.explain(presented.token, error, self.rbac.now()))
    }
}

/// What there is in the place of a token.
fn hints(request: &HttpRequest) -> Vec<String> {
    const SCHEMES: [&str; 6] = ["Basic", "Digest", "Negotiate", "DPoP", "Token", "ApiKey"];
    let mut hints = Vec::new();
    if let Some(value) = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
    {
        let scheme = value.split(' ').next().unwrap_or_default();
        // A token without a scheme stands in the scheme's place: only known names are repeated.
        let known = SCHEMES.iter().find(|name| name.eq_ignore_ascii_case(scheme));
        match known {
            Some(name) => hints.push(format!("the scheme is `{name}`, where `Bearer` is needed")),
            None if scheme.matches('.').count() == 2 => {
                hints.push("the token stands alone, without `Bearer` and a blank before it".to_owned());
            }
            None => {}
        }
    }
    if credentials::names_access_token(request.query_string()) {
        hints.push("a token in the query is never read".to_owned());
    }
    hints
}
