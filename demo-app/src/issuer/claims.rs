//! What tokens say, laid out as Keycloak does.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::dpop::Confirmation;
use super::realm::{Client, Mapper, RoleSet, User};

/// What every access token carries, a lightweight one too.
#[derive(Clone, Serialize, Deserialize, Debug)]
pub(super) struct Envelope {
    pub(super) exp: u64,
    pub(super) iat: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) auth_time: Option<u64>,
    pub(super) jti: String,
    pub(super) iss: String,
    pub(super) typ: String,
    pub(super) azp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) acr: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cnf: Option<Confirmation>,
    pub(super) scope: String,
}

/// What the issuer itself reads of an access token that comes back.
#[derive(Deserialize, Debug)]
pub(super) struct Opened {
    #[serde(flatten)]
    pub(super) envelope: Envelope,
    pub(super) sub: Option<String>,
}

/// An access token's claims.
#[derive(Serialize, Debug)]
pub(super) struct AccessClaims<'a> {
    #[serde(flatten)]
    pub(super) envelope: &'a Envelope,
    #[serde(skip_serializing_if = "Audience::is_empty")]
    pub(super) aud: Audience,
    #[serde(flatten)]
    pub(super) person: Option<Person<'a>>,
    #[serde(flatten)]
    pub(super) service: Option<Service<'a>>,
}

/// Which service is calling, and from where; from the scope `service_account`.
#[derive(Serialize, Debug)]
#[serde(rename_all = "camelCase")]
pub(super) struct Service<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client_host: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client_address: Option<&'a str>,
    #[serde(rename = "client_id")]
    pub(super) client_id: &'a str,
}

/// The audience: absent, a string, or an array.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
#[serde(untagged)]
pub(super) enum Audience {
    None,
    One(String),
    Many(Vec<String>),
}

/// Who the token is about, and what they are.
#[derive(Serialize, Debug)]
pub(super) struct Person<'a> {
    sub: &'a str,
    #[serde(rename = "allowed-origins", skip_serializing_if = "BTreeSet::is_empty")]
    allowed_origins: &'a BTreeSet<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    realm_access: Option<Roles<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    resource_access: BTreeMap<&'a str, Roles<'a>>,
    #[serde(flatten)]
    profile: Profile<'a>,
    #[serde(flatten)]
    mapped: Map<String, Value>,
}

/// Names and e-mail address, from the scopes `profile` and `email`.
#[derive(Serialize, Debug)]
pub(super) struct Profile<'a> {
    email_verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    preferred_username: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
}

#[derive(Serialize, Debug)]
struct Roles<'a> {
    roles: &'a BTreeSet<String>,
}

/// An ID token's claims.
#[derive(Serialize, Debug)]
pub(super) struct IdClaims<'a> {
    pub(super) exp: u64,
    pub(super) iat: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) auth_time: Option<u64>,
    pub(super) jti: String,
    pub(super) iss: &'a str,
    pub(super) aud: &'a str,
    pub(super) sub: &'a str,
    pub(super) typ: &'static str,
    pub(super) azp: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) nonce: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sid: Option<&'a str>,
    pub(super) at_hash: String,
    pub(super) acr: &'static str,
    #[serde(flatten)]
    pub(super) profile: Profile<'a>,
}

/// A refresh token's claims, and of an ID token that comes back those that matter.
#[derive(Serialize, Deserialize, Debug)]
pub(super) struct SessionClaims {
    /// Absent in an offline token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) exp: Option<u64>,
    pub(super) iat: u64,
    pub(super) jti: String,
    pub(super) iss: String,
    pub(super) aud: String,
    pub(super) sub: String,
    pub(super) typ: String,
    pub(super) azp: String,
    pub(super) sid: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cnf: Option<Confirmation>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) scope: String,
}

impl Audience {
    pub(super) fn contains(&self, client: &str) -> bool {
        match self {
            Self::None => false,
            Self::One(audience) => audience == client,
            Self::Many(audiences) => audiences.iter().any(|audience| audience == client),
        }
    }

    fn is_empty(&self) -> bool {
        *self == Self::None
    }
}

impl FromIterator<String> for Audience {
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        let mut names: Vec<String> = names.into_iter().collect();
        match names.pop() {
            None => Self::None,
            Some(only) if names.is_empty() => Self::One(only),
            Some(last) => {
                names.push(last);
                Self::Many(names)
            }
        }
    }
}

/// The audience of `user`'s tokens at `client`: what its mappers add, and every other client where the user has a role.
pub(super) fn audience(client: &Client, user: &User) -> Audience {
    let mapped = client.mappers().iter().filter_map(|mapper| match mapper {
        Mapper::Audience { audience, .. } => Some(audience.clone()),
        Mapper::Attribute { .. } => None,
    });
    // The client itself is never among the resolved ones: without a mapper it is not in the audience of its own tokens.
    let resolved = user
        .roles()
        .clients
        .keys()
        .filter(|name| *name != client.id())
        .cloned();
    mapped
        .chain(resolved)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .rev()
        .collect()
}

/// The audience of a lightweight token: what the mappers marked for it add.
pub(super) fn lightweight_audience(client: &Client) -> Audience {
    let mapped = client.mappers().iter().filter_map(|mapper| match mapper {
        Mapper::Audience {
            audience,
            lightweight: true,
        } => Some(audience.clone()),
        _ => None,
    });
    mapped.collect()
}

impl<'a> Person<'a> {
    /// What tokens of `client` say about `user` today.
    pub(super) fn of(client: &'a Client, user: &'a User) -> Self {
        let RoleSet { realm, clients } = user.roles();
        Self {
            sub: user.id(),
            allowed_origins: client.web_origins(),
            realm_access: (!realm.is_empty()).then_some(Roles { roles: realm }),
            resource_access: clients
                .iter()
                .map(|(name, roles)| (name.as_str(), Roles { roles }))
                .collect(),
            profile: Profile::of(user),
            mapped: client
                .mappers()
                .iter()
                .filter_map(|mapper| mapped_claim(mapper, user))
                .collect(),
        }
    }
}

fn mapped_claim(mapper: &Mapper, user: &User) -> Option<(String, Value)> {
    let Mapper::Attribute {
        attribute,
        claim,
        multivalued,
    } = mapper
    else {
        return None;
    };
    let values = user.attribute(attribute);
    let first = values.first()?;
    Some((
        claim.clone(),
        if *multivalued { json!(values) } else { json!(first) },
    ))
}

impl<'a> Profile<'a> {
    pub(super) fn of(user: &'a User) -> Self {
        Self {
            email_verified: user.email_verified(),
            name: user.full_name(),
            preferred_username: user.username(),
            given_name: user.first_name(),
            family_name: user.last_name(),
            email: user.email(),
        }
    }
}
