//! Reading of a realm file: the part of Keycloak's format that matters here.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;
use uuid::Uuid;

use super::client_file::ClientEntry;
use super::roles::Composites;
use super::{Lifespans, Realm, RealmError, RoleSet, User};

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
