//! With the feature `metrics`.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::Duration;

use metrics::{Key, Label, Level, Metadata, Unit};

use crate::audit::Outcome;
use crate::policy::{AllowReason, Condition};
use crate::rule::{Access, Rule, rules};
use crate::text::shown;

const DECISIONS: &str = "rbac_decisions_total";
const BYPASSES: &str = "rbac_admin_bypasses_total";
const DENIALS: &str = "rbac_denials_total";
const KEY_FETCHES: &str = "rbac_key_fetches_total";
const INTROSPECTIONS: &str = "rbac_introspection_seconds";
const INTROSPECTION_CACHE: &str = "rbac_introspection_cache_total";
const TOKEN_CACHE: &str = "rbac_token_cache_total";
const REVOCATIONS: &str = "rbac_revocations_total";

static METADATA: Metadata<'static> = Metadata::new("rbac_core", Level::INFO, Some(module_path!()));

/// Tells the recorder what the names mean. One that is installed later does not hear it.
pub(crate) fn describe() {
    let count = |name: &'static str, text: &'static str| metrics::describe_counter!(name, Unit::Count, text);
    count(
        DECISIONS,
        "Decisions by outcome (allow, deny, error) and by the permission or rule of the handler",
    );
    count(
        BYPASSES,
        "Decisions that the admin bypass made, by the permission or rule of the handler",
    );
    count(DENIALS, "Requests that were refused, by reason");
    count(KEY_FETCHES, "Fetches of an issuer's keys, by result (ok, error)");
    count(
        INTROSPECTION_CACHE,
        "Introspection answers looked for in the cache, by result (hit, miss)",
    );
    count(
        TOKEN_CACHE,
        "Tokens judged, by whether the cache of verified tokens knew them (hit, miss)",
    );
    count(
        REVOCATIONS,
        "Revocations that were taken in, by what they are about",
    );
    metrics::describe_histogram!(
        INTROSPECTIONS,
        Unit::Seconds,
        "How long the issuer took to answer an introspection, by result (active, inactive, error)"
    );
}

/// A decision over a request; `allowed` says how one was let in.
pub(crate) fn decision(rule: &'static Rule, outcome: Outcome, allowed: Option<AllowReason>) {
    match RULES.get(&address(rule)) {
        Some(keys) => keys.count(outcome, allowed),
        // The rule of an extractor, which no attribute registered.
        None => RuleKeys::new(rule).count(outcome, allowed),
    }
}

/// A request that was refused; `reason` is one of a fixed set.
pub(crate) fn denial(reason: &'static str) {
    metrics::counter!(DENIALS, "reason" => reason).increment(1);
}

/// An attempt to fetch an issuer's keys.
pub(crate) fn key_fetch(succeeded: bool) {
    let counter = if succeeded {
        metrics::counter!(KEY_FETCHES, "result" => "ok")
    } else {
        metrics::counter!(KEY_FETCHES, "result" => "error")
    };
    counter.increment(1);
}

/// A question to an issuer about a token.
pub(crate) fn introspection(result: &'static str, took: Duration) {
    metrics::histogram!(INTROSPECTIONS, "result" => result).record(took.as_secs_f64());
}

/// A look for an introspection answer of a moment ago.
pub(crate) fn introspection_cache(hit: bool) {
    let counter = if hit {
        metrics::counter!(INTROSPECTION_CACHE, "result" => "hit")
    } else {
        metrics::counter!(INTROSPECTION_CACHE, "result" => "miss")
    };
    counter.increment(1);
}

/// A look for a token that was judged before.
pub(crate) fn token_cache(hit: bool) {
    let counter = if hit {
        metrics::counter!(TOKEN_CACHE, "result" => "hit")
    } else {
        metrics::counter!(TOKEN_CACHE, "result" => "miss")
    };
    counter.increment(1);
}

/// A revocation that was taken in; `kind` is one of a fixed set.
pub(crate) fn revocation(kind: &'static str) {
    metrics::counter!(REVOCATIONS, "about" => kind).increment(1);
}

/// The names of all series of one rule, put together once: a decision looks them up and no more.
struct RuleKeys {
    allow: Key,
    deny: Key,
    error: Key,
    bypass: Key,
}

/// By the address of the rule, which is static.
static RULES: LazyLock<HashMap<usize, RuleKeys>> = LazyLock::new(|| {
    let keys = |rule| (address(rule), RuleKeys::new(rule));
    rules().into_iter().map(keys).collect()
});

fn address(rule: &'static Rule) -> usize {
    std::ptr::from_ref(rule).addr()
}

impl RuleKeys {
    fn new(rule: &Rule) -> Self {
        let permission = Label::new("permission", label(rule.access()));
        let decided = |outcome: &'static str| {
            Key::from_parts(
                DECISIONS,
                vec![Label::new("outcome", outcome), permission.clone()],
            )
        };
        Self {
            allow: decided("allow"),
            deny: decided("deny"),
            error: decided("error"),
            bypass: Key::from_parts(BYPASSES, vec![permission.clone()]),
        }
    }

    fn count(&self, outcome: Outcome, allowed: Option<AllowReason>) {
        let key = match outcome {
            Outcome::Allow => &self.allow,
            Outcome::Deny => &self.deny,
            Outcome::Error => &self.error,
        };
        let bypass = (allowed == Some(AllowReason::AdminBypass)).then_some(&self.bypass);
        metrics::with_recorder(|recorder| {
            for key in [Some(key), bypass].into_iter().flatten() {
                recorder.register_counter(key, &METADATA).increment(1);
            }
        });
    }
}

/// The permission where the rule is one, else the rule's permissions and roles as they are written.
fn label(access: &Access) -> String {
    match access {
        Access::Public { .. } => "public".to_owned(),
        Access::Protected(requirement) => match requirement.condition() {
            Condition::Permission(name) => shown(name),
            condition => shown(&condition.to_string()),
        },
    }
}
