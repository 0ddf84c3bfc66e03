//! Tokens judged without a network: keys from a text, an issuer and an audience by name.
//!
//! It is the same reader and the same checks as behind a handler, for tools and for tests.

use std::fmt;
use std::time::Duration;

use crate::algorithm::Algorithm;
use crate::authenticate::AuthenticationError;
use crate::claims::Claims;
use crate::config::{DEFAULT_ALLOWED, DEFAULT_SKEW};
use crate::confirmation::Confirmation;
use crate::jwk::KeySet;
use crate::jws;
use crate::token::{DEFAULT_MAX_TOKEN_BYTES, UnverifiedToken};
use crate::verify::{ClaimsError, ClaimsPolicy};

/// Judges access tokens by keys that are at hand.
///
/// ```
/// use rbac_core::Algorithm;
/// use rbac_core::jwk::KeySet;
/// use rbac_core::offline::Verifier;
/// # use rbac_core::testing::signing::{SigningKey, jwk_set};
/// # let key = SigningKey::generate(Algorithm::Es256).key_id("k1");
/// # let keys = jwk_set([&key]).to_string();
/// # let token = |aud: &str| key.sign(&serde_json::json!({"alg": "ES256", "kid": "k1", "typ": "JWT"}), serde_json::json!({
/// #     "iss": "https://sso.example.com/realms/myapp", "aud": aud, "sub": "bob", "typ": "Bearer", "exp": 1_700_000_300,
/// # }).to_string().as_bytes());
/// # let (for_us, for_others) = (token("payroll"), token("crm"));
///
/// let verifier = Verifier::new(
///     KeySet::parse(keys.as_bytes())?,
///     "https://sso.example.com/realms/myapp",
///     ["payroll"],
/// );
/// let now = 1_700_000_000;
/// assert_eq!(verifier.verify(&for_us, now).unwrap().string("sub"), Some("bob"));
/// assert!(verifier.verify(&for_others, now).is_err());
/// # Ok::<(), rbac_core::jwk::KeySetError>(())
/// ```
#[derive(Clone)]
pub struct Verifier {
    keys: KeySet,
    algorithms: Vec<Algorithm>,
    issuer: String,
    audience: Vec<String>,
    clock_skew: Duration,
}

impl Verifier {
    /// Accepts the tokens that `issuer` signed with one of `keys` for one of `audience`, with the library's usual algorithms
    /// and leeway. Names compare byte for byte.
    pub fn new(
        keys: KeySet,
        issuer: impl Into<String>,
        audience: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self {
            keys,
            algorithms: DEFAULT_ALLOWED.to_vec(),
            issuer: issuer.into(),
            audience: audience.into_iter().map(Into::into).collect(),
            clock_skew: Duration::from_secs(DEFAULT_SKEW),
        }
    }

    /// Accepts these algorithms and no other; none at all with an empty list.
    #[must_use]
    pub fn algorithms(mut self, allowed: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = allowed.into_iter().collect();
        self
    }

    /// The leeway between the clocks, in whole seconds.
    ///
    /// # Security
    /// A token lives on for that long.
    #[must_use]
    pub fn clock_skew(mut self, leeway: Duration) -> Self {
        self.clock_skew = leeway;
        self
    }

    /// The claims of an access token that is acceptable at `now`, in seconds since 1970.
    ///
    /// # Errors
    /// What is wrong with it; never [`AuthenticationError::Inactive`] or [`AuthenticationError::Unavailable`], since nobody
    /// is asked.
    pub fn verify(&self, token: &str, now: u64) -> Result<Claims, AuthenticationError> {
        let token = UnverifiedToken::parse(token, DEFAULT_MAX_TOKEN_BYTES)?;
        let signed = jws::verify(&token, &self.keys, &self.algorithms)?;
        let policy = ClaimsPolicy::of(&self.issuer, &self.audience, self.clock_skew);
        let (claims, confirmation) = policy.verify(signed, now)?.into_parts();
        // INVARIANT: nobody is here to prove that a bound token is theirs.
        if confirmation != Confirmation::default() {
            return Err(ClaimsError::SenderConstrained.into());
        }
        Ok(claims)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .field("algorithms", &self.algorithms)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jws::JwsError;
    use crate::testing::signing::{SigningKey, jwk_set};
    use crate::token::TokenError;
    use serde_json::json;

    const NOW: u64 = 1_700_000_000;

    fn keys(key: &SigningKey) -> KeySet {
        KeySet::parse(jwk_set([key]).to_string().as_bytes()).unwrap()
    }

    fn token(key: &SigningKey) -> String {
        let claims =
            json!({"iss": "https://i", "aud": "api", "sub": "bob", "typ": "Bearer", "exp": NOW + 60});
        key.sign(
            &json!({"alg": "ES256", "kid": "k1", "typ": "JWT"}),
            claims.to_string().as_bytes(),
        )
    }

    #[test]
    fn each_of_its_settings_can_refuse_and_all_of_them_together_accept() {
        let key = SigningKey::generate(Algorithm::Es256).key_id("k1");
        let verify = |verifier: Verifier, now| verifier.verify(&token(&key), now).map(drop);
        let good = || Verifier::new(keys(&key), "https://i", ["other", "api"]);

        assert_eq!(verify(good(), NOW), Ok(()));
        assert_eq!(verify(good(), NOW + 69), Ok(()));
        assert_eq!(verify(good(), NOW + 70), Err(ClaimsError::Expired.into()));
        assert_eq!(
            verify(good().clock_skew(Duration::ZERO), NOW + 60),
            Err(ClaimsError::Expired.into())
        );
        assert_eq!(
            verify(Verifier::new(keys(&key), "https://i/", ["api"]), NOW),
            Err(ClaimsError::Issuer.into())
        );
        assert_eq!(
            verify(Verifier::new(keys(&key), "https://i", ["API"]), NOW),
            Err(ClaimsError::Audience.into())
        );
        assert_eq!(
            verify(good().algorithms([Algorithm::Rs256]), NOW),
            Err(JwsError::AlgorithmNotAllowed.into())
        );
        let stranger = SigningKey::generate(Algorithm::Es256).key_id("k1");
        assert_eq!(
            verify(Verifier::new(keys(&stranger), "https://i", ["api"]), NOW),
            Err(JwsError::InvalidSignature.into())
        );
    }

    #[test]
    fn row_50_a_bound_token_is_nobodys_here() {
        let key = SigningKey::generate(Algorithm::Es256).key_id("k1");
        for binding in ["jkt", "x5t#S256", "unknown"] {
            let cnf = json!({binding: key.thumbprint().to_string()});
            let claims = json!({"iss": "https://i", "aud": "api", "sub": "bob", "typ": "Bearer", "exp": NOW + 60, "cnf": cnf});
            let header = json!({"alg": "ES256", "kid": "k1", "typ": "JWT"});
            let token = key.sign(&header, claims.to_string().as_bytes());
            let refused = Verifier::new(keys(&key), "https://i", ["api"]).verify(&token, NOW);
            assert_eq!(
                refused.map(drop),
                Err(ClaimsError::SenderConstrained.into()),
                "{binding}"
            );
        }
    }

    #[test]
    fn no_audience_and_no_algorithm_accept_nothing() {
        let key = SigningKey::generate(Algorithm::Es256).key_id("k1");
        let nobody = Verifier::new(keys(&key), "https://i", [""; 0]);
        assert_eq!(
            nobody.verify(&token(&key), NOW).map(drop),
            Err(ClaimsError::Audience.into())
        );
        let nothing = Verifier::new(keys(&key), "https://i", ["api"]).algorithms([]);
        assert_eq!(
            nothing.verify(&token(&key), NOW).map(drop),
            Err(JwsError::AlgorithmNotAllowed.into())
        );
    }

    #[test]
    fn row_08_a_text_beyond_the_limit_is_no_token() {
        let verifier = Verifier::new(KeySet::default(), "https://i", ["api"]);
        let refused = verifier.verify(&".".repeat(DEFAULT_MAX_TOKEN_BYTES + 1), NOW);
        let limit = DEFAULT_MAX_TOKEN_BYTES;
        assert_eq!(refused.map(drop), Err(TokenError::TooLong { limit }.into()));
    }
}
