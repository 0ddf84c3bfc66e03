//! The little of Keycloak's Admin REST API that roles need.

use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use url::Url;

use super::place::Place;
use super::rights::{Holder, Right};
use super::wanted::Owner;
use crate::exit::Failure;
use crate::http::{self, Answer, Client};
use crate::text::plain;

/// How many roles are asked for at once; there is no limit on how many there are but this many times [`PAGES`].
const PAGE: usize = 500;
const PAGES: usize = 200;

/// The API of one realm, for one account.
pub(super) struct Admin {
    http: Client,
    server: Place,
    token: String,
    holder: Holder,
}

/// A role as the realm has it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub(super) struct ExistingRole {
    pub(super) id: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) composite: bool,
}

/// A client of the realm, by the id that the API knows it by.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ExistingClient {
    id: String,
}

impl Admin {
    pub(super) fn new(http: Client, place: &Place, token: String, who: &str, at_home: bool) -> Self {
        Self {
            http,
            server: Place {
                server: place.server.clone(),
                realm: place.realm.clone(),
            },
            token,
            holder: Holder {
                who: who.to_owned(),
                realm: place.realm.clone(),
                at_home,
            },
        }
    }

    pub(super) fn realm(&self) -> &str {
        &self.server.realm
    }

    /// The client of that id; `None` where it is known not to be there.
    pub(super) async fn client(&self, client_id: &str) -> Result<Option<ExistingClient>, Failure> {
        let mut url = self.url(&["clients"])?;
        url.query_pairs_mut().append_pair("clientId", client_id);
        let found: Vec<ExistingClient> = self.list(&url, Right::ViewClients, "see clients").await?;
        if let Some(client) = found.into_iter().next() {
            return Ok(Some(client));
        }
        // Who may not see a client gets an empty list. Every realm has clients of its own, so an empty list of all says that.
        let mut url = self.url(&["clients"])?;
        url.query_pairs_mut()
            .append_pair("first", "0")
            .append_pair("max", "1");
        let any: Vec<ExistingClient> = self.list(&url, Right::ViewClients, "see clients").await?;
        if any.is_empty() {
            return Err(self.holder.lacks(Right::ViewClients, "see clients"));
        }
        Ok(None)
    }

    /// All roles of the realm, or of a client.
    pub(super) async fn roles(&self, client: Option<&ExistingClient>) -> Result<Vec<ExistingRole>, Failure> {
        let (right, what) = match client {
            Some(_) => (Right::ViewClients, "see a client's roles"),
            None => (Right::ViewRealm, "see the realm's roles"),
        };
        let mut all = Vec::new();
        for page in 0..PAGES {
            let mut url = self.roles_url(client)?;
            let first = page.saturating_mul(PAGE).to_string();
            url.query_pairs_mut()
                .append_pair("first", &first)
                .append_pair("max", &PAGE.to_string());
            let roles: Vec<ExistingRole> = self.list(&url, right, what).await?;
            let is_last = roles.len() < PAGE;
            all.extend(roles);
            if is_last {
                return Ok(all);
            }
        }
        Err(Failure::Unjudged(format!("more than {} roles", all.len())))
    }

    /// Creates a role; one that somebody else has just created is there too.
    pub(super) async fn create(
        &self,
        client: Option<&ExistingClient>,
        name: &str,
        description: &str,
    ) -> Result<(), Failure> {
        let url = self.roles_url(client)?;
        let request = self.http.request(Method::POST, &url).bearer_auth(&self.token);
        let request = request.json(&json!({"name": name, "description": description}));
        let answer = http::send(request, &url).await?;
        let (right, what) = match client {
            Some(_) => (Right::ManageClients, "create a client's role"),
            None => (Right::ManageRealm, "create a role of the realm"),
        };
        match answer.status {
            StatusCode::CREATED | StatusCode::CONFLICT => Ok(()),
            _ => Err(self.refusal(&answer, right, what)),
        }
    }

    /// Deletes a role; one that is gone already is gone.
    pub(super) async fn delete(&self, owner: &Owner, role: &ExistingRole) -> Result<(), Failure> {
        // By its id, since a name may hold a slash, which no path survives.
        let url = self.url(&["roles-by-id", &role.id])?;
        let request = self.http.request(Method::DELETE, &url).bearer_auth(&self.token);
        let answer = http::send(request, &url).await?;
        let right = match owner {
            Owner::Client(_) => Right::ManageClients,
            Owner::Realm => Right::ManageRealm,
        };
        match answer.status {
            StatusCode::NO_CONTENT | StatusCode::NOT_FOUND => Ok(()),
            _ => Err(self.refusal(&answer, right, "delete a role")),
        }
    }

    async fn list<T: DeserializeOwned>(
        &self,
        url: &Url,
        right: Right,
        what: &str,
    ) -> Result<Vec<T>, Failure> {
        let request = self.http.request(Method::GET, url).bearer_auth(&self.token);
        let answer = http::send(request, url).await?;
        if answer.status != StatusCode::OK {
            return Err(self.refusal(&answer, right, what));
        }
        serde_json::from_slice(&answer.body).map_err(|_| {
            Failure::Unjudged(format!(
                "the Admin REST API answers no list where it should ({what})"
            ))
        })
    }

    fn refusal(&self, answer: &Answer, right: Right, what: &str) -> Failure {
        let realm = plain(self.realm());
        match answer.status {
            StatusCode::FORBIDDEN => self.holder.lacks(right, what),
            StatusCode::NOT_FOUND => {
                Failure::Unjudged(format!("there is no realm `{realm}`, or it was just changed"))
            }
            StatusCode::UNAUTHORIZED => Failure::Unjudged(format!(
                "the Admin REST API does not accept the token of {}: is its account of the realm `{realm}`, or `master`?",
                self.holder.who
            )),
            status => Failure::Unjudged(format!(
                "the Admin REST API answers {} where {} wants to {what}",
                status.as_u16(),
                self.holder.who
            )),
        }
    }

    fn roles_url(&self, client: Option<&ExistingClient>) -> Result<Url, Failure> {
        match client {
            Some(client) => self.url(&["clients", &client.id, "roles"]),
            None => self.url(&["roles"]),
        }
    }

    fn url(&self, segments: &[&str]) -> Result<Url, Failure> {
        let below = ["admin", "realms", self.realm()];
        self.server.url(&[&below, segments].concat())
    }
}
