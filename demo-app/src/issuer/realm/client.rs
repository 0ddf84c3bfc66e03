//! An application that is known to the realm.

use std::collections::BTreeSet;
use std::fmt;

use url::Url;

use super::same_secret;

/// One client of the realm.
pub(in crate::issuer) struct Client {
    pub(super) id: String,
    pub(super) enabled: bool,
    pub(super) secret: Option<String>,
    pub(super) standard_flow: bool,
    pub(super) direct_access: bool,
    pub(super) service_account: bool,
    pub(super) redirect_uris: Vec<String>,
    pub(super) post_logout_redirect_uris: Vec<String>,
    pub(super) web_origins: BTreeSet<String>,
    pub(super) pkce: Pkce,
    pub(super) header_type: &'static str,
    pub(super) lightweight: bool,
    pub(super) needs_proof: bool,
    pub(super) mappers: Vec<Mapper>,
    pub(super) backchannel_logout: Option<BackchannelLogout>,
}

/// Where a client is told that a login is over.
#[derive(Debug)]
pub(in crate::issuer) struct BackchannelLogout {
    pub(in crate::issuer) url: String,
    /// Whether the logout token names the session.
    pub(in crate::issuer) names_session: bool,
}

/// Whether a client has to prove that it is the one that began the login (RFC 7636).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::issuer) enum Pkce {
    /// Only when it began with a challenge.
    Optional,
    /// Always, with the method `S256`.
    S256,
}

/// What a client adds to its tokens.
#[derive(Debug)]
pub(in crate::issuer) enum Mapper {
    /// A further audience.
    Audience {
        /// The client id to add.
        audience: String,
        /// Whether a lightweight token carries it too.
        lightweight: bool,
    },
    /// A claim from an attribute of the user.
    Attribute {
        /// The user's attribute.
        attribute: String,
        /// The claim's name.
        claim: String,
        /// Whether the claim is a list, or the first value alone.
        multivalued: bool,
    },
}

impl Client {
    pub(in crate::issuer) fn id(&self) -> &str {
        &self.id
    }

    pub(in crate::issuer) fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// Whether it has no secret, because it could not keep one.
    pub(in crate::issuer) fn is_public(&self) -> bool {
        self.secret.is_none()
    }

    /// Whether `given` is its secret; compared in constant time.
    pub(in crate::issuer) fn has_secret(&self, given: &str) -> bool {
        self.secret
            .as_deref()
            .is_some_and(|secret| same_secret(secret, given))
    }

    pub(in crate::issuer) fn may_use_codes(&self) -> bool {
        self.standard_flow
    }

    pub(in crate::issuer) fn may_use_passwords(&self) -> bool {
        self.direct_access
    }

    pub(in crate::issuer) fn has_service_account(&self) -> bool {
        self.service_account
    }

    pub(in crate::issuer) fn pkce(&self) -> Pkce {
        self.pkce
    }

    /// The `typ` in the header of its access tokens.
    pub(in crate::issuer) fn header_type(&self) -> &'static str {
        self.header_type
    }

    /// Whether its access tokens carry next to nothing.
    pub(in crate::issuer) fn is_lightweight(&self) -> bool {
        self.lightweight
    }

    /// Whether its tokens are always bound to a key (RFC 9449).
    pub(in crate::issuer) fn needs_proof(&self) -> bool {
        self.needs_proof
    }

    pub(in crate::issuer) fn mappers(&self) -> &[Mapper] {
        &self.mappers
    }

    /// The origins from which a browser may call the issuer for it.
    pub(in crate::issuer) fn web_origins(&self) -> &BTreeSet<String> {
        &self.web_origins
    }

    /// Whether a login may lead to `uri`.
    pub(in crate::issuer) fn may_redirect_to(&self, uri: &str) -> bool {
        is_registered(&self.redirect_uris, uri)
    }

    /// Whether a logout may lead to `uri`.
    pub(in crate::issuer) fn may_redirect_after_logout(&self, uri: &str) -> bool {
        is_registered(&self.post_logout_redirect_uris, uri)
    }

    pub(in crate::issuer) fn backchannel_logout(&self) -> Option<&BackchannelLogout> {
        self.backchannel_logout.as_ref()
    }

    /// Moves the address to another origin.
    pub(super) fn move_backchannel_logout(&mut self, origin: &str) {
        if let Some(logout) = &mut self.backchannel_logout
            && let Ok(url) = Url::parse(&logout.url)
        {
            logout.url = format!("{origin}{}", url.path());
        }
    }

    /// Registers pages at further origins, if it has pages at all.
    pub(super) fn add_origins(&mut self, origins: &[String]) {
        for list in [&mut self.redirect_uris, &mut self.post_logout_redirect_uris] {
            if !list.is_empty() {
                list.extend(origins.iter().map(|origin| format!("{origin}/*")));
            }
        }
        if !self.web_origins.is_empty() {
            self.web_origins.extend(origins.iter().cloned());
        }
    }
}

/// Whether `uri` is on the list; `*` at the end of an entry stands for any rest of the same origin.
///
/// # Security
/// An address that a browser could read in another way than we do (`..`, a user name, a fragment, another spelling) is
/// refused: it has to be, byte for byte, what a parser makes of it.
fn is_registered(registered: &[String], uri: &str) -> bool {
    let Ok(parsed) = Url::parse(uri) else { return false };
    let path = uri.split(['?', '#']).next().unwrap_or_default();
    let canonical = parsed.as_str() == uri || parsed.as_str() == format!("{uri}/");
    let plain = parsed.fragment().is_none() && parsed.username().is_empty() && parsed.password().is_none();
    canonical && plain && registered.iter().any(|entry| matches(entry, path))
}

fn matches(entry: &str, path: &str) -> bool {
    match entry.strip_suffix('*') {
        Some(prefix) => path.starts_with(prefix) || prefix.strip_suffix('/') == Some(path),
        None => entry == path,
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registered(uri: &str) -> bool {
        is_registered(
            &[
                "http://localhost:8080/*".into(),
                "https://app.example/callback".into(),
            ],
            uri,
        )
    }

    #[test]
    fn a_redirect_goes_to_what_is_registered() {
        for uri in [
            "http://localhost:8080/docs/oauth2-redirect.html",
            "http://localhost:8080/",
            "http://localhost:8080",
            "http://localhost:8080/a?b=c",
            "https://app.example/callback",
        ] {
            assert!(registered(uri), "{uri}");
        }
    }

    #[test]
    fn a_redirect_goes_nowhere_else() {
        for uri in [
            "http://localhost:8081/",
            "http://localhost:80800/",
            "https://localhost:8080/",
            "http://localhost:8080@evil.example/",
            "http://localhost:8080/../x",
            "http://localhost:8080/#x",
            "http://localhost:8080\\@evil.example/",
            "HTTP://LOCALHOST:8080/",
            "https://app.example/callback/more",
            "https://app.example/callbackmore",
            "//localhost:8080/",
            "javascript:alert(1)",
            "",
        ] {
            assert!(!registered(uri), "{uri}");
        }
    }
}
