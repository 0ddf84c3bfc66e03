//! Who was let in or kept out, and why: one event per decision.

use std::fmt;

use crate::explained::Explained;
use crate::rule::Rule;
use crate::text::OneLine;

/// One decision.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DecisionEvent {
    /// When, in seconds since 1970.
    pub at: u64,
    /// The id of the request: see [`RequestId`](crate::RequestId).
    pub request_id: String,
    /// The principal's `sub`, where a token was accepted.
    pub subject: Option<String>,
    /// The principal's `iss`, within which the subject is unique.
    pub issuer: Option<String>,
    /// The principal's user name, where there is one.
    pub username: Option<String>,
    /// The client that the token was issued to.
    pub client_id: Option<String>,
    /// The request's method.
    pub method: String,
    /// The request's path as it was sent, without the query.
    pub path: String,
    /// The handler's rule.
    pub rule: &'static Rule,
    /// What was decided.
    pub outcome: Outcome,
    /// The status of a denial.
    pub status: Option<u16>,
    /// Why; for the operator, not for the caller.
    pub reason: String,
    /// Why in full, for a denial: the parts of the rule, the roles, what nearly was right.
    pub explained: Option<Explained>,
}

/// What was decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Let in.
    Allow,
    /// Kept out.
    Deny,
    /// Kept out because nobody could answer.
    Error,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Error => "error",
        })
    }
}

/// Takes every decision, beside the log.
///
/// It is called within the request, so it must not block: hand the event on to a queue.
pub trait AuditSink: Send + Sync + 'static {
    /// Takes one decision.
    fn record(&self, event: &DecisionEvent);
}

/// Whether a decision of that outcome goes to the log.
pub(crate) fn logs(outcome: Outcome) -> bool {
    outcome != Outcome::Allow || tracing::enabled!(tracing::Level::DEBUG)
}

/// Writes a decision to the log. Nothing in it is a token; what came from one, or from the request, is escaped.
pub(crate) fn log(event: &DecisionEvent) {
    let user = event.username.as_deref().or(event.subject.as_deref());
    let user = OneLine(user.unwrap_or("-"));
    let issuer = OneLine(event.issuer.as_deref().unwrap_or("-"));
    let method = OneLine(&event.method);
    let path = OneLine(&event.path);
    let reason = OneLine(&event.reason);
    let (outcome, status) = (event.outcome, event.status.unwrap_or(200));
    let (handler, request_id) = (event.rule.site().handler(), event.request_id.as_str());
    // It has escaped all that it shows.
    let explained = event.explained.as_ref().map(tracing::field::display);
    match event.outcome {
        Outcome::Allow => {
            tracing::debug!(%outcome, %method, %path, handler, %user, %issuer, request_id, %reason, "access");
        }
        Outcome::Deny => {
            tracing::info!(%outcome, status, %method, %path, handler, %user, %issuer, request_id, %reason, explained, "access");
        }
        Outcome::Error => {
            tracing::error!(%outcome, status, %method, %path, handler, %user, %issuer, request_id, %reason, explained, "access");
        }
    }
}
