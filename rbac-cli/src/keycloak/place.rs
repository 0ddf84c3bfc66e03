//! Which realm of which server, from the command line and the library's own environment.

use url::Url;

use super::options::Server;
use crate::exit::Failure;
use crate::{http, settings};

const DEFAULT_REALM: &str = "myapp";
const DEFAULT_CLIENT: &str = "myapp-backend";

/// A realm of a server.
#[derive(Debug)]
pub(super) struct Place {
    /// The server's address, without a realm.
    pub(super) server: Url,
    pub(super) realm: String,
}

impl Place {
    pub(super) fn of(server: &Server) -> Result<Self, Failure> {
        let (found, realm_of_address) = address(server)?;
        let realm = [
            server.realm.clone(),
            settings::variable("KEYCLOAK_REALM"),
            realm_of_address,
        ]
        .into_iter()
        .flatten()
        .find(|realm| !realm.is_empty());
        let url = http::address(&found)?;
        if settings::variable("KEYCLOAK_ALLOW_HTTP").as_deref() != Some("true") {
            http::keep_private(&url)?;
        }
        Ok(Self {
            server: url,
            realm: realm.unwrap_or_else(|| DEFAULT_REALM.to_owned()),
        })
    }

    /// The address of `{server}/{segments..}`, each segment encoded.
    pub(super) fn url(&self, segments: &[&str]) -> Result<Url, Failure> {
        let mut url = self.server.clone();
        let cannot = || Failure::Usage(format!("`{}` is no address of a server", self.server));
        url.path_segments_mut()
            .map_err(|()| cannot())?
            .pop_if_empty()
            .extend(segments);
        Ok(url)
    }
}

/// The API's client.
pub(super) fn client_id(named: Option<&str>) -> Result<String, Failure> {
    let id = named
        .map(str::to_owned)
        .or_else(|| settings::variable("KEYCLOAK_CLIENT_ID"));
    match id.as_deref().map(str::trim) {
        None => Ok(DEFAULT_CLIENT.to_owned()),
        Some("") => Err(Failure::Usage("the client's id is empty".to_owned())),
        Some(id) => Ok(id.to_owned()),
    }
}

/// The server's address, and the realm where the address holds one.
fn address(server: &Server) -> Result<(String, Option<String>), Failure> {
    let variables = [
        "KEYCLOAK_INTERNAL_URL",
        "KEYCLOAK_SERVER_URL",
        "KEYCLOAK_ISSUER_URL",
    ];
    let named = server
        .server
        .clone()
        .or_else(|| variables.into_iter().find_map(settings::variable));
    let Some(named) = named else {
        let message = "where is Keycloak? Name it by `--server URL` or by `KEYCLOAK_SERVER_URL`";
        return Err(Failure::Usage(message.to_owned()));
    };
    Ok(match named.split_once("/realms/") {
        Some((server, realm)) => (server.to_owned(), Some(realm.trim_end_matches('/').to_owned())),
        None => (named, None),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_encoded_and_the_servers_own_path_stays() {
        for (server, expected) in [
            (
                "http://localhost:8180",
                "http://localhost:8180/admin/realms/a%2Fb/x%3Fy",
            ),
            (
                "http://localhost:8180/auth/",
                "http://localhost:8180/auth/admin/realms/a%2Fb/x%3Fy",
            ),
        ] {
            let place = Place {
                server: Url::parse(server).unwrap(),
                realm: String::new(),
            };
            assert_eq!(
                place.url(&["admin", "realms", "a/b", "x?y"]).unwrap().as_str(),
                expected
            );
        }
    }
}
