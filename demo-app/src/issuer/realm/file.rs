//! Reading of a realm file: the part of Keycloak's format that matters here.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;
use url::Url;
use uuid::Uuid;

use super::client::Mapper;
use super::roles::Composites;
use super::{Client, Lifespans, Pkce, Realm, RealmError, RoleSet, User};

/// Reads the text of a realm file.
pub(super) fn parse(text: &str) -> Result<Realm, RealmError> {
    let file: RealmFile = serde_json::from_str(text)?;
    let composites = file.composites();
    let clients = file
        .clients
        .into_iter()
        .map(ClientEntry::into_client)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Realm {
        lifespans: Lifespans {
            access_token: file.access_token_lifespan.unwrap_or(300),
            session_idle: file.sso_session_idle_timeout.unwrap_or(1_800),
            session_max: file.sso_session_max_lifespan.unwrap_or(36_000),
            offline_idle: file.offline_session_idle_timeout.unwrap_or(2_592_000),
            code: file.access_code_lifespan.unwrap_or(60),
            login: file.access_code_lifespan_login.unwrap_or(1_800),
        },
        name: file.realm,
        not_before: file.not_before,
        clients: clients
            .into_iter()
            .map(|client| (client.id.clone(), client))
            .collect::<HashMap<_, _>>(),
        users: file
            .users
            .into_iter()
            .map(|user| user.into_user(&composites))
            .collect(),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RealmFile {
    realm: String,
    access_token_lifespan: Option<u64>,
    sso_session_idle_timeout: Option<u64>,
    sso_session_max_lifespan: Option<u64>,
    offline_session_idle_timeout: Option<u64>,
    access_code_lifespan: Option<u64>,
    access_code_lifespan_login: Option<u64>,
    #[serde(default)]
    not_before: u64,
    #[serde(default)]
    roles: RoleLists,
    #[serde(default)]
    clients: Vec<ClientEntry>,
    #[serde(default)]
    users: Vec<UserEntry>,
}

#[derive(Default, Deserialize)]
struct RoleLists {
    #[serde(default)]
    realm: Vec<RoleEntry>,
    #[serde(default)]
    client: BTreeMap<String, Vec<RoleEntry>>,
}

#[derive(Deserialize)]
struct RoleEntry {
    name: String,
    #[serde(default)]
    composites: Granted,
}

#[derive(Default, Deserialize)]
struct Granted {
    #[serde(default)]
    realm: BTreeSet<String>,
    #[serde(default)]
    client: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientEntry {
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

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserEntry {
    id: Option<String>,
    username: String,
    #[serde(default)]
    enabled: bool,
    email: Option<String>,
    #[serde(default)]
    email_verified: bool,
    first_name: Option<String>,
    last_name: Option<String>,
    #[serde(default)]
    attributes: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    credentials: Vec<Credential>,
    service_account_client_id: Option<String>,
    #[serde(default)]
    realm_roles: BTreeSet<String>,
    #[serde(default)]
    client_roles: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Deserialize)]
struct Credential {
    r#type: String,
    value: Option<String>,
}

fn yes() -> bool {
    true
}

impl RealmFile {
    fn composites(&self) -> Composites {
        let mut composites = Composites::of_new_realm(&self.realm);
        for role in &self.roles.realm {
            composites.add_realm(&role.name, &role.composites.to_roles());
        }
        for (client, roles) in &self.roles.client {
            roles
                .iter()
                .for_each(|role| composites.add_client(client, &role.name, &role.composites.to_roles()));
        }
        composites
    }
}

impl Granted {
    fn to_roles(&self) -> RoleSet {
        RoleSet {
            realm: self.realm.clone(),
            clients: self.client.clone(),
        }
    }
}

impl ClientEntry {
    fn into_client(self) -> Result<Client, RealmError> {
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
            lightweight: self.is_set("client.use.lightweight.access.token.enabled"),
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
        match self.protocol_mapper.as_str() {
            "oidc-audience-mapper" => Ok(Mapper::Audience {
                audience: self.require("included.client.audience")?,
                lightweight: self.is_set("lightweight.claim"),
            }),
            "oidc-usermodel-attribute-mapper" => Ok(Mapper::Attribute {
                attribute: self.require("user.attribute")?,
                claim: self.require("claim.name")?,
                multivalued: self.is_set("multivalued"),
            }),
            other => Err(RealmError::Unsupported(format!("the mapper {other}"))),
        }
    }

    fn require(&self, key: &str) -> Result<String, RealmError> {
        let missing = || RealmError::Unsupported(format!("a {} without {key}", self.protocol_mapper));
        self.config.get(key).cloned().ok_or_else(missing)
    }

    fn is_set(&self, key: &str) -> bool {
        self.config.get(key).is_some_and(|value| value == "true")
    }
}

impl UserEntry {
    fn into_user(self, composites: &Composites) -> User {
        let granted = RoleSet {
            realm: self.realm_roles,
            clients: self.client_roles,
        };
        let password = self
            .credentials
            .into_iter()
            .find(|credential| credential.r#type == "password");
        User {
            id: self.id.unwrap_or_else(|| Uuid::new_v4().to_string()),
            username: self.username.to_lowercase(),
            email: self.email.map(|email| email.to_lowercase()),
            email_verified: self.email_verified,
            first_name: self.first_name,
            last_name: self.last_name,
            attributes: self.attributes,
            password: password.and_then(|credential| credential.value),
            enabled: self.enabled,
            service_account_of: self.service_account_client_id,
            roles: composites.expand(granted),
        }
    }
}
