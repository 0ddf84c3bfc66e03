//! Who was let in or kept out, and why: one event per decision.

use std::fmt;

use crate::rule::Rule;

/// One decision.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DecisionEvent {
    /// When, in seconds since 1970.
    pub at: u64,
    /// The principal's `sub`, where a token was accepted.
    pub subject: Option<String>,
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

/// Writes a decision to the log. Nothing in it is a token; what came from one, or from the request, is escaped.
pub(crate) fn log(event: &DecisionEvent) {
    let user = OneLine(
        event
            .username
            .as_deref()
            .or(event.subject.as_deref())
            .unwrap_or("-"),
    );
    let (method, path, reason) = (
        OneLine(&event.method),
        OneLine(&event.path),
        OneLine(&event.reason),
    );
    let (outcome, status) = (event.outcome, event.status.unwrap_or(200));
    let handler = event.rule.site().handler();
    match event.outcome {
        Outcome::Allow => tracing::debug!(%outcome, %method, %path, handler, %user, %reason, "access"),
        Outcome::Deny => tracing::info!(%outcome, status, %method, %path, handler, %user, %reason, "access"),
        Outcome::Error => {
            tracing::error!(%outcome, status, %method, %path, handler, %user, %reason, "access");
        }
    }
}

/// Text that cannot begin another line of a log, colour a terminal or turn the reading direction.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| {
            if is_harmless(c) {
                write!(f, "{c}")
            } else {
                write!(f, "{}", c.escape_unicode())
            }
        })
    }
}

fn is_harmless(c: char) -> bool {
    let turns = matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    !c.is_control() && !turns && !matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_103_what_a_token_says_stays_on_its_line() {
        let shown = OneLine("bob\r\nalice \u{1b}[31mred\u{202e}").to_string();
        assert_eq!(shown, "bob\\u{d}\\u{a}alice \\u{1b}[31mred\\u{202e}");
        assert_eq!(
            OneLine("the principal's `department`").to_string(),
            "the principal's `department`"
        );
    }
}
