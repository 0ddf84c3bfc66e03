//! Who asks: a service account, or an administrator.

use std::fmt;

use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::admin::Admin;
use super::options::Server;
use super::place::Place;
use crate::exit::Failure;
use crate::http::{self, Client};
use crate::settings;
use crate::text::plain;

/// Somebody who may log in; the secret comes from the environment alone.
enum Account {
    Service { id: String, secret: String },
    User { name: String, password: String },
}

/// The Admin REST API of the realm, as whoever is named.
pub(super) async fn admin(place: &Place, server: &Server) -> Result<Admin, Failure> {
    let account = Account::of(server)?;
    let realm = match (&server.admin_realm, &account) {
        (Some(realm), _) => realm.as_str(),
        (None, Account::Service { .. }) => place.realm.as_str(),
        (None, Account::User { .. }) => "master",
    };
    let client = Client::new()?;
    let token = account.token(&client, place, realm).await?;
    Ok(Admin::new(
        client,
        place,
        token,
        &account.to_string(),
        realm == place.realm,
    ))
}

impl Account {
    fn of(server: &Server) -> Result<Self, Failure> {
        let needed = |name: &str| {
            let value = settings::variable(name).filter(|value| !value.is_empty());
            value.ok_or_else(|| Failure::Usage(format!("`{name}` is not set: {NEEDED}")))
        };
        match &server.admin_user {
            Some(name) => Ok(Self::User {
                name: name.clone(),
                password: needed("RBAC_ADMIN_PASSWORD")?,
            }),
            None => Ok(Self::Service {
                id: needed("RBAC_ADMIN_CLIENT_ID")?,
                secret: needed("RBAC_ADMIN_CLIENT_SECRET")?,
            }),
        }
    }

    async fn token(&self, client: &Client, place: &Place, realm: &str) -> Result<String, Failure> {
        let address = place.url(&["realms", realm, "protocol", "openid-connect", "token"])?;
        let request = client.request(Method::POST, &address).form(&self.form());
        let answer = http::send(request, &address).await?;
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        if let (StatusCode::OK, Some(token)) = (answer.status, text("access_token")) {
            return Ok(token.to_owned());
        }
        let said = text("error_description")
            .or_else(|| text("error"))
            .map_or_else(|| format!("the answer is {}", answer.status.as_u16()), plain);
        Err(Failure::Unjudged(format!(
            "{self} cannot log in at the realm `{}`: {said}",
            plain(realm)
        )))
    }

    fn form(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Service { id, secret } => vec![
                ("grant_type", "client_credentials"),
                ("client_id", id),
                ("client_secret", secret),
            ],
            Self::User { name, password } => vec![
                ("grant_type", "password"),
                ("client_id", "admin-cli"),
                ("username", name),
                ("password", password),
            ],
        }
    }
}

/// The name alone.
impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service { id, .. } => write!(f, "the service account of `{}`", plain(id)),
            Self::User { name, .. } => write!(f, "the user `{}`", plain(name)),
        }
    }
}

const NEEDED: &str = "set `RBAC_ADMIN_CLIENT_ID` and `RBAC_ADMIN_CLIENT_SECRET` to a client with a service account, or name an \
    administrator by `--admin-user` with the password in `RBAC_ADMIN_PASSWORD`";
