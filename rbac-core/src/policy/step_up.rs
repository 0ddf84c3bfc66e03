//! Whether a stronger or newer login is needed (RFC 9470).

use super::Requirement;
use crate::principal::Principal;

/// A login further ahead than any leeway between clocks, in seconds, is none: it would stay young for as long as it lies ahead.
const MAX_SKEW: u64 = 300;

/// Whether the login behind the token is too weak or too old for the requirement. `now` is in seconds since 1970.
///
/// A token that does not tell (`acr` or `auth_time` is absent or malformed) needs a new login. The admin bypass does not
/// reach here: it stands for permissions, not for how somebody logged in.
#[must_use]
pub fn needs_step_up(principal: &Principal, requirement: &Requirement, now: u64) -> bool {
    let claims = principal.claims();
    let weak = requirement
        .acr_value()
        .is_some_and(|acr| claims.string("acr") != Some(acr));
    let old = requirement.max_age_seconds().is_some_and(|max_age| {
        claims
            .seconds("auth_time")
            .is_none_or(|login| login > now.saturating_add(MAX_SKEW) || now.saturating_sub(login) > max_age)
    });
    weak || old
}
