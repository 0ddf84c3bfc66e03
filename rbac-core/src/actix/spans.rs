//! The spans around authentication and decision, as OpenTelemetry names their fields.
//!
//! They are of the level DEBUG: `RUST_LOG=rbac_core=debug` turns them on, and off they cost a look at one flag.

use actix_web::HttpRequest;
use tracing::Span;
use tracing::field::{Empty, display};

use super::DenialReason;
use super::request_id::RequestId;
use crate::policy::{AllowReason, Requirement};
use crate::principal::Principal;
use crate::text::OneLine;

pub(super) fn authenticate(request: &HttpRequest, fresh: bool) -> Span {
    tracing::debug_span!(
        "rbac.authenticate",
        otel.name = "rbac authenticate",
        otel.kind = "internal",
        otel.status_code = Empty,
        http.request.method = %request.method(),
        http.route = request.match_pattern(),
        url.path = %OneLine(request.path()),
        request.id = %RequestId::of(request),
        rbac.fresh = fresh,
        user.id = Empty,
        error.r#type = Empty,
    )
}

pub(super) fn end_authenticate(span: &Span, authenticated: &Result<Principal, DenialReason>) {
    if span.is_disabled() {
        return;
    }
    match authenticated {
        Ok(principal) => {
            span.record("user.id", display(OneLine(principal.subject())));
        }
        Err(reason) => failed(span, reason),
    }
}

pub(super) fn decide(request: &HttpRequest, requirement: &Requirement) -> Span {
    tracing::debug_span!(
        "rbac.decide",
        otel.name = "rbac decide",
        otel.kind = "internal",
        otel.status_code = Empty,
        http.request.method = %request.method(),
        http.route = request.match_pattern(),
        request.id = %RequestId::of(request),
        rbac.rule = %requirement,
        rbac.reason = Empty,
        error.r#type = Empty,
    )
}

pub(super) fn end_decide(span: &Span, judged: &Result<AllowReason, DenialReason>) {
    if span.is_disabled() {
        return;
    }
    match judged {
        Ok(reason) => {
            span.record("rbac.reason", display(reason));
        }
        Err(reason) => failed(span, reason),
    }
}

/// A denial is no error of this service; that nobody could answer is one.
fn failed(span: &Span, reason: &DenialReason) {
    span.record("error.type", reason.code());
    if reason.is_error() {
        span.record("otel.status_code", "ERROR");
    }
}
