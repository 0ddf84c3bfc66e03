//! Why the issuer could not give an answer.

/// Nobody could say whether the token is good: 503, never an allow and never `invalid_token`.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unavailable {
    /// The issuer cannot be reached. Often it is down, or the address is one that only browsers can use.
    #[error("the issuer cannot be reached ({0})")]
    Unreachable(String),
    /// The issuer answers, but not with what was asked for. Often the address is that of something else.
    #[error("the issuer's answer is of no use ({0})")]
    UselessAnswer(String),
    /// The issuer refuses this API's own credentials. Often the client secret was rotated.
    #[error(
        "the issuer refuses this API's client (status {0}): check `KEYCLOAK_CLIENT_ID` and `KEYCLOAK_CLIENT_SECRET`"
    )]
    ClientRefused(u16),
    /// The issuer's documents contradict the configuration.
    #[error(transparent)]
    Discovery(#[from] super::DiscoveryError),
    /// No key was ever fetched, or the last good set is older than the limit.
    #[error("there are no keys to verify with")]
    NoKeys,
    /// Too many questions are under way already.
    #[error("too many questions to the issuer are under way")]
    Busy,
    /// The answer did not come in time.
    #[error("the issuer did not answer in time")]
    TimedOut,
    /// Introspection is needed, but this API has no client secret.
    #[error("introspection is needed, but `KEYCLOAK_CLIENT_SECRET` is not set")]
    NoClientSecret,
}
