//! Reading of a client from a realm file.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use url::Url;

use super::client::{BackchannelLogout, Mapper};
use super::{Client, Pkce, RealmError};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClientEntry {
    client_id: String,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    public_client: bool,
    secret: Option<String>,
    #[serde(default = "yes")]
    standard_flow_enabled: bool,
    #[serde(default)]
    direct_access_grants_enabled: bool,
    #[serde(default)]
    service_accounts_enabled: bool,
    #[serde(default = "yes")]
    full_scope_allowed: bool,
    #[serde(default)]
    redirect_uris: Vec<String>,
    #[serde(default)]
    web_origins: Vec<String>,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    #[serde(default)]
    protocol_mappers: Vec<MapperEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MapperEntry {
    protocol_mapper: String,
    #[serde(default)]
    config: BTreeMap<String, String>,
}

impl ClientEntry {
    /// The client, as Keycloak would hold it.
    pub(super) fn into_client(self) -> Result<Client, RealmError> {
        if !self.full_scope_allowed {
            return Err(RealmError::Unsupported("fullScopeAllowed = false".to_owned()));
        }
        Ok(Client {
            enabled: self.enabled,
            secret: self.secret()?,
            standard_flow: self.standard_flow_enabled,
            direct_access: self.direct_access_grants_enabled,
            service_account: self.service_accounts_enabled,
            post_logout_redirect_uris: self.post_logout_redirect_uris(),
            web_origins: self.origins(),
            pkce: self.pkce()?,
            header_type: if self.is_set("access.token.header.type.rfc9068") {
                "at+jwt"
            } else {
                "JWT"
            },
            backchannel_logout: self.backchannel_logout(),
            lightweight: self.is_set("client.use.lightweight.access.token.enabled"),
            needs_proof: self.is_set("dpop.bound.access.tokens"),
            mappers: self
                .protocol_mappers
                .iter()
                .map(MapperEntry::to_mapper)
                .collect::<Result<_, _>>()?,
            redirect_uris: self.redirect_uris,
            id: self.client_id,
        })
    }

    /// None for a public client; a confidential one has to have a secret.
    fn secret(&self) -> Result<Option<String>, RealmError> {
        match &self.secret {
            _ if self.public_client => Ok(None),
            Some(secret) if !secret.is_empty() => Ok(Some(secret.clone())),
            _ => Err(RealmError::Unsupported(format!(
                "the confidential client {} without a secret",
                self.client_id
            ))),
        }
    }

    fn post_logout_redirect_uris(&self) -> Vec<String> {
        match self
            .attributes
            .get("post.logout.redirect.uris")
            .map(String::as_str)
        {
            Some("+") => self.redirect_uris.clone(),
            Some("-") | None => Vec::new(),
            Some(list) => list.split("##").map(str::to_owned).collect(),
        }
    }

    /// The web origins, where `+` stands for those of the redirect addresses.
    fn origins(&self) -> BTreeSet<String> {
        let (all, named): (Vec<_>, Vec<_>) =
            self.web_origins.iter().cloned().partition(|origin| origin == "+");
        let of_redirects = self
            .redirect_uris
            .iter()
            .filter(|_| !all.is_empty())
            .filter_map(|uri| {
                Url::parse(uri.trim_end_matches('*'))
                    .ok()
                    .map(|url| url.origin().ascii_serialization())
            });
        named.into_iter().chain(of_redirects).collect()
    }

    fn backchannel_logout(&self) -> Option<BackchannelLogout> {
        let url = self.attributes.get("backchannel.logout.url")?;
        Some(BackchannelLogout {
            url: url.clone(),
            names_session: self.is_set("backchannel.logout.session.required"),
        })
        .filter(|logout| !logout.url.is_empty())
    }

    fn pkce(&self) -> Result<Pkce, RealmError> {
        match self
            .attributes
            .get("pkce.code.challenge.method")
            .map(String::as_str)
        {
            None | Some("") => Ok(Pkce::Optional),
            Some("S256") => Ok(Pkce::S256),
            Some(other) => Err(RealmError::Unsupported(format!("the PKCE method {other}"))),
        }
    }

    fn is_set(&self, attribute: &str) -> bool {
        self.attributes
            .get(attribute)
            .is_some_and(|value| value == "true")
    }
}

impl MapperEntry {
    fn to_mapper(&self) -> Result<Mapper, RealmError> {
        let mapper = match self.protocol_mapper.as_str() {
            "oidc-audience-mapper" => Mapper::Audience {
                audience: self.require("included.client.audience")?,
                lightweight: self.is_set("lightweight.claim"),
            },
            "oidc-usermodel-attribute-mapper" => Mapper::Attribute {
                attribute: self.require("user.attribute")?,
                claim: self.require("claim.name")?,
                multivalued: self.is_set("multivalued"),
            },
            other => return Err(RealmError::Unsupported(format!("the mapper {other}"))),
        };
        if !self.is_set("access.token.claim") {
            let description = format!("an {} that leaves access tokens alone", self.protocol_mapper);
            return Err(RealmError::Unsupported(description));
        }
        Ok(mapper)
    }

    fn require(&self, key: &str) -> Result<String, RealmError> {
        let missing = || RealmError::Unsupported(format!("a {} without {key}", self.protocol_mapper));
        self.config.get(key).cloned().ok_or_else(missing)
    }

    fn is_set(&self, key: &str) -> bool {
        self.config.get(key).is_some_and(|value| value == "true")
    }
}

fn yes() -> bool {
    true
}
