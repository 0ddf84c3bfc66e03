//! What the sender of a token has to prove: DPoP and mutual TLS.

use secrecy::{ExposeSecret, SecretString};

use super::env::{Lookup, flag, list};
use super::network::Network;
use super::{Config, ConfigError};
use crate::algorithm::Algorithm;
use crate::dpop::{MemoryReplayStore, Origin};

const DPOP: &str = "RBAC_DPOP";
const NONCE: &str = "RBAC_DPOP_NONCE";
const NONCE_SECRET: &str = "RBAC_DPOP_NONCE_SECRET";
const PUBLIC_URL: &str = "RBAC_PUBLIC_URL";
const CERTIFICATE_HEADER: &str = "RBAC_CLIENT_CERT_HEADER";
const TRUSTED_PROXIES: &str = "RBAC_TRUSTED_PROXIES";

const PUBLIC_URL_FORM: &str =
    "`http` or `https`, a host and perhaps a port, such as `https://api.example.com`";
const HEADER_FORM: &str = "the name of a header that the proxy alone sets, such as `Client-Cert`";
const PROXIES_FORM: &str =
    "addresses and networks such as `10.0.0.7` and `10.1.0.0/16`, parted by commas; never everybody's";
/// In characters: as many as a key of HMAC-SHA-256 has bytes.
const MIN_SECRET: usize = 32;

/// Whether tokens bound to a key are accepted (`RBAC_DPOP`, RFC 9449).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum DpopMode {
    /// No: neither such tokens nor the scheme `DPoP`.
    Off,
    /// Yes, with their proof; tokens that are bound to nothing are accepted as bearer tokens beside.
    #[default]
    Accepted,
    /// Nothing but tokens with their proof.
    Required,
}

/// All of it, the same for every issuer.
#[derive(Clone, Debug)]
pub(crate) struct SenderRules {
    pub(crate) dpop: DpopMode,
    pub(crate) proof_algorithms: Vec<Algorithm>,
    pub(crate) nonces: NonceKey,
    /// How many proofs this process remembers.
    pub(crate) remembered_proofs: usize,
    /// What callers see as this API's origin; else it is taken from each request.
    pub(crate) public_origin: Option<Origin>,
    /// Where a trusted proxy puts the caller's certificate, in lower case.
    pub(crate) certificate_header: Option<String>,
    pub(crate) trusted_proxies: Vec<Network>,
}

/// Whether proofs need a nonce of ours, and by which key those are made.
#[derive(Clone, Debug, Default)]
pub(crate) enum NonceKey {
    #[default]
    NotUsed,
    Random,
    /// Never shown: its `Debug` is redacted, and its memory is wiped.
    Shared(SecretString),
}

impl Default for SenderRules {
    fn default() -> Self {
        Self {
            dpop: DpopMode::default(),
            proof_algorithms: Algorithm::ALL.to_vec(),
            nonces: NonceKey::default(),
            remembered_proofs: MemoryReplayStore::CAPACITY,
            public_origin: None,
            certificate_header: None,
            trusted_proxies: Vec::new(),
        }
    }
}

impl Config {
    /// Whether tokens bound to a key are accepted; [`DpopMode::Accepted`] without this call.
    ///
    /// # Security
    /// A token that is bound to a key is refused as a plain bearer token whatever stands here.
    #[must_use]
    pub fn dpop(mut self, mode: DpopMode) -> Self {
        self.sender.dpop = mode;
        self
    }

    /// The signature algorithms of DPoP proofs; all of [`Algorithm::ALL`] without this call. Those of access tokens are
    /// `KEYCLOAK_ALGORITHMS`.
    #[must_use]
    pub fn dpop_algorithms(mut self, allowed: impl IntoIterator<Item = Algorithm>) -> Self {
        self.sender.proof_algorithms = allowed.into_iter().collect();
        self
    }

    /// Demands of every DPoP proof a nonce that this server gave out lately (RFC 9449 section 9), so that nobody can make
    /// proofs ahead.
    ///
    /// The nonces are this process's own. Where several instances answer for one address, use
    /// [`Config::dpop_nonce_secret`].
    #[must_use]
    pub fn dpop_nonces(mut self) -> Self {
        self.sender.nonces = NonceKey::Random;
        self
    }

    /// The same, with nonces that all instances with the same secret accept.
    ///
    /// # Errors
    /// The secret has fewer than 32 characters.
    pub fn dpop_nonce_secret(mut self, secret: SecretString) -> Result<Self, ConfigError> {
        self.sender.nonces = shared(secret)?;
        Ok(self)
    }

    /// The most DPoP proofs that this process remembers, which is 200,000 without this call: as many as are accepted within
    /// about half a minute. Beyond it, requests with a proof get 503. Another
    /// [`ReplayStore`](crate::dpop::ReplayStore) has limits of its own.
    #[must_use]
    pub fn remembered_dpop_proofs(mut self, count: usize) -> Self {
        self.sender.remembered_proofs = count;
        self
    }

    /// What callers see as this API's scheme, host and port, where that is not what reaches this process.
    ///
    /// # Errors
    /// The text is more or less than that.
    pub fn public_url(mut self, url: &str) -> Result<Self, ConfigError> {
        self.sender.public_origin = Some(origin(url)?);
        Ok(self)
    }

    /// Takes the caller's certificate from the header `name`, but only where one of `proxies` sent the request: addresses
    /// and networks such as `10.0.0.7` and `10.1.0.0/16`.
    ///
    /// # Errors
    /// The name is that of no header that could hold it, or a proxy is no address or network.
    ///
    /// # Security
    /// The proxies must take the header away from what their callers send.
    pub fn client_certificate_header(mut self, name: &str, proxies: &[&str]) -> Result<Self, ConfigError> {
        self.sender.certificate_header = Some(header_name(name)?);
        self.sender.trusted_proxies = networks(&proxies.join(","))?;
        Ok(self)
    }
}

/// Reads the variables.
pub(super) fn read(lookup: Lookup<'_>) -> Result<SenderRules, ConfigError> {
    let rules = SenderRules {
        dpop: mode(lookup)?,
        nonces: nonces(lookup)?,
        public_origin: lookup(PUBLIC_URL)?.map(|url| origin(&url)).transpose()?,
        certificate_header: lookup(CERTIFICATE_HEADER)?
            .map(|name| header_name(&name))
            .transpose()?,
        trusted_proxies: lookup(TRUSTED_PROXIES)?
            .map(|list| networks(&list))
            .transpose()?
            .unwrap_or_default(),
        ..SenderRules::default()
    };
    if rules.certificate_header.is_some() && rules.trusted_proxies.is_empty() {
        return Err(ConfigError::Missing {
            variable: TRUSTED_PROXIES,
            expected: "the addresses of the proxies whose `RBAC_CLIENT_CERT_HEADER` is to be believed",
        });
    }
    if rules.dpop == DpopMode::Off && !matches!(rules.nonces, NonceKey::NotUsed) {
        return Err(ConfigError::Contradiction {
            variable: NONCE,
            found: "`true`".to_owned(),
            other: format!("`{DPOP}` is `off`"),
            remedy: "nonces are for DPoP proofs; unset one of them",
        });
    }
    Ok(rules)
}

fn mode(lookup: Lookup<'_>) -> Result<DpopMode, ConfigError> {
    match lookup(DPOP)?.as_deref() {
        None | Some("accepted") => Ok(DpopMode::Accepted),
        Some("required") => Ok(DpopMode::Required),
        Some("off") => Ok(DpopMode::Off),
        Some(other) => Err(ConfigError::invalid(
            DPOP,
            other,
            "`off`, `accepted` or `required`",
        )),
    }
}

fn nonces(lookup: Lookup<'_>) -> Result<NonceKey, ConfigError> {
    let (wanted, secret) = (flag(lookup, NONCE, false)?, lookup(NONCE_SECRET)?);
    match (wanted, secret) {
        (false, None) => Ok(NonceKey::NotUsed),
        (true, None) => Ok(NonceKey::Random),
        (true, Some(secret)) => shared(SecretString::from(secret)),
        (false, Some(_)) => Err(ConfigError::Contradiction {
            variable: NONCE_SECRET,
            found: "set".to_owned(),
            other: format!("`{NONCE}` is not `true`"),
            remedy: "set that too, or unset the secret",
        }),
    }
}

fn shared(secret: SecretString) -> Result<NonceKey, ConfigError> {
    if secret.expose_secret().trim().chars().count() < MIN_SECRET {
        return Err(ConfigError::Invalid {
            variable: NONCE_SECRET,
            found: "too short".to_owned(),
            expected: format!("at least {MIN_SECRET} random characters"),
        });
    }
    Ok(NonceKey::Shared(secret))
}

fn origin(url: &str) -> Result<Origin, ConfigError> {
    Origin::parse(url).map_err(|_| ConfigError::invalid(PUBLIC_URL, url, PUBLIC_URL_FORM))
}

/// Headers that have a meaning of their own, so that none of them is where a certificate comes from.
const TAKEN: [&str; 6] = [
    "authorization",
    "cookie",
    "dpop",
    "host",
    "forwarded",
    "content-type",
];

fn header_name(name: &str) -> Result<String, ConfigError> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let lower = name.to_ascii_lowercase();
    if name.is_empty() || !name.bytes().all(is_token) || TAKEN.contains(&lower.as_str()) {
        return Err(ConfigError::invalid(CERTIFICATE_HEADER, name, HEADER_FORM));
    }
    Ok(lower)
}

fn networks(text: &str) -> Result<Vec<Network>, ConfigError> {
    let parsed: Option<Vec<Network>> =
        list(text).and_then(|names| names.iter().map(|name| Network::parse(name)).collect());
    parsed.ok_or_else(|| ConfigError::invalid(TRUSTED_PROXIES, text, PROXIES_FORM))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::{refused, with};

    const SERVER: (&str, &str) = ("KEYCLOAK_SERVER_URL", "https://sso.example.com");

    fn read(vars: &[(&str, &str)]) -> SenderRules {
        with(vars).expect("fine").sender
    }

    #[track_caller]
    fn stopped(vars: &[(&str, &str)], variable: &str) {
        refused(&[&[SERVER], vars].concat(), variable);
    }

    #[test]
    fn without_a_word_bound_tokens_are_accepted_and_no_header_is_believed() {
        let rules = read(&[]);
        assert_eq!(rules.dpop, DpopMode::Accepted);
        assert!(matches!(rules.nonces, NonceKey::NotUsed));
        assert_eq!((rules.public_origin, rules.certificate_header), (None, None));
        assert!(rules.trusted_proxies.is_empty());
    }

    #[test]
    fn each_mode_has_its_word_and_no_other_word_is_one() {
        for (word, mode) in [
            ("off", DpopMode::Off),
            ("accepted", DpopMode::Accepted),
            ("required", DpopMode::Required),
        ] {
            assert_eq!(read(&[(DPOP, word)]).dpop, mode);
        }
        for word in ["", "on", "true", "Required", " off"] {
            stopped(&[(DPOP, word)], DPOP);
        }
    }

    #[test]
    fn the_public_url_is_an_origin() {
        let rules = read(&[(PUBLIC_URL, "https://API.example.com:443/")]);
        assert_eq!(rules.public_origin, Origin::parse("https://api.example.com").ok());
        for url in [
            "",
            "api.example.com",
            "https://api.example.com/v1",
            "ftp://a",
            "https://a?b",
            "https://u@a",
        ] {
            stopped(&[(PUBLIC_URL, url)], PUBLIC_URL);
        }
    }

    #[test]
    fn nonces_are_wanted_or_not_and_their_secret_is_long_and_never_shown() {
        const SECRET: &str = "canary-of-thirty-two-characters!";
        assert!(matches!(read(&[(NONCE, "true")]).nonces, NonceKey::Random));
        let rules = read(&[(NONCE, "true"), (NONCE_SECRET, SECRET)]);
        assert!(matches!(rules.nonces, NonceKey::Shared(_)));
        assert!(!format!("{rules:?}").contains("canary"));
        stopped(&[(NONCE_SECRET, SECRET)], NONCE_SECRET);
        stopped(&[(NONCE, "true"), (DPOP, "off")], NONCE);
        stopped(&[(NONCE, "yes")], NONCE);
        for short in ["", "canary", &" ".repeat(40)] {
            let vars = [SERVER, (NONCE, "true"), (NONCE_SECRET, short)];
            refused(&vars, NONCE_SECRET);
            let error = with(&vars[1..]).expect_err("too short").to_string();
            assert!(!error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn a_header_is_believed_of_named_proxies_only() {
        let rules = read(&[
            (CERTIFICATE_HEADER, "X-Client-Cert"),
            (TRUSTED_PROXIES, "10.0.0.7, fd00::/8"),
        ]);
        assert_eq!(rules.certificate_header.as_deref(), Some("x-client-cert"));
        assert_eq!(rules.trusted_proxies.len(), 2);
        stopped(&[(CERTIFICATE_HEADER, "X-Client-Cert")], TRUSTED_PROXIES);
        for list in [
            "",
            "x",
            "10.0.0.7,",
            "10.0.0.7;10.0.0.8",
            "0.0.0.0/0",
            "10.0.0.1/8",
        ] {
            stopped(&[(TRUSTED_PROXIES, list)], TRUSTED_PROXIES);
        }
        for name in ["", "a b", "a:b", "Authorization", "DPoP", "COOKIE", "é"] {
            stopped(
                &[(CERTIFICATE_HEADER, name), (TRUSTED_PROXIES, "10.0.0.7")],
                CERTIFICATE_HEADER,
            );
        }
    }

    #[test]
    fn code_says_the_same_as_the_environment() {
        let config = with(&[]).expect("fine").dpop(DpopMode::Required).dpop_nonces();
        let config = config.public_url("https://api.example.com").expect("an origin");
        let config = config
            .client_certificate_header("Client-Cert", &["10.0.0.7"])
            .expect("a proxy")
            .dpop_algorithms([Algorithm::Es256]);
        assert_eq!(config.sender.dpop, DpopMode::Required);
        assert_eq!(config.sender.proof_algorithms, [Algorithm::Es256]);
        assert!(
            config
                .clone()
                .client_certificate_header("Client-Cert", &[])
                .is_err()
        );
        assert!(config.clone().public_url("https://a/b").is_err());
        assert!(config.dpop_nonce_secret(SecretString::from("short")).is_err());
    }
}
