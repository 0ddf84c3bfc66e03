//! Further issuers beside the configured one.

use super::env::{self, Lookup};
use super::{Config, ConfigError};

/// Names the further issuers, parted by commas.
const ISSUERS: &str = "RBAC_ISSUERS";

impl Config {
    /// Trusts the tokens of another issuer too, as another realm's or a partner's.
    ///
    /// Each issuer keeps its own keys, audience, client, roles and validation. A token's `iss` chooses among them, byte for
    /// byte; a token that only its issuer can read goes to the first issuer alone. Where tokens are found in a request, what
    /// their senders have to prove, how many are remembered, and the development switches are the first issuer's. In the
    /// environment: `RBAC_ISSUERS=partner` and the variables of the
    /// contract, each with `PARTNER_` before it.
    ///
    /// ```
    /// use rbac_core::Config;
    ///
    /// let issuer = |url: &'static str| Config::from_vars(move |name| (name == "KEYCLOAK_ISSUER_URL").then(|| url.into()));
    /// let config = issuer("https://sso.example.com/realms/staff")?;
    ///
    /// let both = config.clone().also_trust(issuer("https://sso.example.com/realms/partners")?);
    /// assert!(both.is_ok());
    /// let twice = config.also_trust(issuer("https://sso.example.com/realms/staff")?);
    /// assert!(twice.is_err(), "which of two configurations judges a token must be plain");
    /// # Ok::<(), rbac_core::ConfigError>(())
    /// ```
    ///
    /// # Errors
    /// The issuer is configured already.
    ///
    /// # Security
    /// Whoever may give roles at that issuer opens this API: a handler's rule does not tell issuers apart. Its admin role,
    /// `admin` unless configured otherwise, has the bypass too. Subjects are unique within one issuer only: keep
    /// [`Principal::issuer`](crate::Principal::issuer) beside [`Principal::subject`](crate::Principal::subject).
    pub fn also_trust(mut self, other: Self) -> Result<Self, ConfigError> {
        // Issuers of the other's own are taken over one by one: a list has no list in it.
        let mut other = other;
        let nested = std::mem::take(&mut other.further);
        for mut issuer in std::iter::once(other).chain(nested) {
            if self.issuers().any(|known| known == issuer.issuer) {
                return Err(ConfigError::TwiceTheSameIssuer(issuer.issuer));
            }
            // INVARIANT: one set of switches, so that `check_bind` sees all that is off; and what one issuer's callers have to
            // prove, those of every other have.
            issuer.switches = self.switches;
            issuer.sender = self.sender.clone();
            self.further.push(issuer);
        }
        Ok(self)
    }

    /// All issuers whose tokens are trusted, the configured one first.
    pub fn issuers(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.issuer()).chain(self.further.iter().map(Self::issuer))
    }
}

/// Adds the issuers that `RBAC_ISSUERS` names.
pub(super) fn read(first: Config, lookup: Lookup<'_>) -> Result<Config, ConfigError> {
    let Some(text) = lookup(ISSUERS)?.filter(|text| !text.is_empty()) else {
        return Ok(first);
    };
    let invalid = || {
        ConfigError::invalid(
            ISSUERS,
            &text,
            "names of letters, digits and `_`, parted by commas",
        )
    };
    let names = env::list(&text).ok_or_else(invalid)?;
    if !names.iter().all(|name| is_name(name)) {
        return Err(invalid());
    }
    names.into_iter().try_fold(first, |config, name| {
        let named = |error| ConfigError::Issuer {
            prefix: prefix(&name),
            error: Box::new(error),
        };
        let own = |variable: &str| lookup(&format!("{}{variable}", prefix(&name)));
        let other = env::read_one(&own).map_err(named)?;
        config.also_trust(other).map_err(named)
    })
}

/// What stands before the variables of the issuer `name`.
fn prefix(name: &str) -> String {
    format!("{}_", name.to_ascii_uppercase())
}

fn is_name(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
}
