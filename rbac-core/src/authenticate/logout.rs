//! The issuer tells that a login is over.

use std::time::Duration;

use super::{Authenticator, Authority};
use crate::revocation::{Logout, LogoutPolicy, LogoutTokenError};
use crate::token::UnverifiedToken;

impl Authenticator {
    /// Ends what a logout token says is over.
    ///
    /// # Errors
    /// The token is not acceptable, or nobody could judge it.
    pub(crate) async fn log_out(&self, logout_token: &str) -> Result<Logout, LogoutTokenError> {
        let token = UnverifiedToken::parse(logout_token, self.max_token_bytes)?;
        // INVARIANT: the token's word chooses among the configured issuers, and can name no other.
        let claimed = token.unverified_issuer().map_err(|_| LogoutTokenError::Issuer)?;
        let mut authorities = self.authorities();
        let authority = authorities
            .find(|authority| authority.issuer() == claimed)
            .ok_or(LogoutTokenError::Issuer)?;
        authority.log_out(&token).await
    }
}

impl Authority {
    async fn log_out(&self, token: &UnverifiedToken<'_>) -> Result<Logout, LogoutTokenError> {
        let signed = self.check_signature(token).await?;
        let logout = self.logouts.verify(signed, self.clock.unix_now())?;
        self.use_up(&logout)?;
        for change in &logout.changes {
            self.revocations.apply(*change);
        }
        Ok(logout)
    }

    /// Remembers the token for as long as it would be accepted.
    fn use_up(&self, logout: &Logout) -> Result<(), LogoutTokenError> {
        let leeway = self.config.clock_skew.saturating_mul(2);
        let life = Duration::from_secs(LogoutPolicy::MEMORY).saturating_add(leeway);
        let now = self.clock.monotonic();
        let end = now.saturating_add(life).saturating_add(Duration::from_secs(1));
        if self.logouts_seen.insert_new(logout.id, (), end, now) {
            Ok(())
        } else {
            Err(LogoutTokenError::Replayed)
        }
    }
}
