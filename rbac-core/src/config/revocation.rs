//! What the operator decides about taking tokens back.

use std::time::Duration;

use super::env::{Lookup, list};
use super::{Config, ConfigError};

const LOGOUT_CLIENTS: &str = "RBAC_LOGOUT_CLIENTS";
const MAX_TOKEN_LIFE: &str = "RBAC_MAX_TOKEN_LIFE";

pub(super) const DEFAULT_TOKEN_LIFE: Duration = Duration::from_secs(24 * 3600);
pub(super) const DEFAULT_REVOCATIONS: usize = 10_000;
/// Seconds: a minute, and a year.
const TOKEN_LIFE: std::ops::RangeInclusive<u64> = 60..=366 * 24 * 3600;

impl Config {
    /// Takes logout tokens that the issuer sends for sessions of `client` too, beside those of this API's own client.
    ///
    /// Users log in through another client than the API's, such as the one of the web page: it is *that* client which the
    /// issuer tells about a logout, at the address that is configured for it there.
    #[must_use]
    pub fn logout_client(mut self, client: impl Into<String>) -> Self {
        self.logout_clients.push(client.into());
        self
    }

    /// The clients for which logout tokens are taken.
    #[must_use]
    pub fn logout_clients(&self) -> &[String] {
        &self.logout_clients
    }

    /// How long access tokens of this issuer live at most: a revocation is remembered for that long. 24 hours without this
    /// call.
    ///
    /// # Security
    /// A token that lives longer is refused if it was issued before a revocation that is no longer remembered, whomever that
    /// one was about.
    #[must_use]
    pub fn max_token_life(mut self, life: Duration) -> Self {
        self.limits.token_life = life;
        self
    }

    /// How many revocations of this issuer are remembered one by one, about 250 bytes each; 10,000 without this call.
    ///
    /// # Security
    /// With one more, the oldest becomes a time: all tokens issued before it are refused, whosever they are.
    #[must_use]
    pub fn max_revocations(mut self, count: usize) -> Self {
        self.limits.revocations = count;
        self
    }
}

pub(super) fn logout_clients(lookup: Lookup<'_>, client_id: &str) -> Result<Vec<String>, ConfigError> {
    let Some(text) = lookup(LOGOUT_CLIENTS)? else {
        return Ok(vec![client_id.to_owned()]);
    };
    list(&text).ok_or_else(|| {
        ConfigError::invalid(LOGOUT_CLIENTS, &text, "one or more client ids, parted by commas")
    })
}

pub(super) fn token_life(lookup: Lookup<'_>) -> Result<Duration, ConfigError> {
    let Some(text) = lookup(MAX_TOKEN_LIFE)? else {
        return Ok(DEFAULT_TOKEN_LIFE);
    };
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = text
        .parse()
        .ok()
        .filter(|life| digits && TOKEN_LIFE.contains(life));
    let expected = || {
        format!(
            "whole seconds from {} to {}",
            TOKEN_LIFE.start(),
            TOKEN_LIFE.end()
        )
    };
    seconds
        .map(Duration::from_secs)
        .ok_or_else(|| ConfigError::invalid(MAX_TOKEN_LIFE, &text, expected()))
}
