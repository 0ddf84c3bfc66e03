//! Who was authenticated.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::catalogue::Grants;
use crate::claims::Claims;
use crate::confirmation::Confirmation;
use crate::role::{Role, RoleSource};
use crate::verify::VerifiedClaims;

/// Who was authenticated: the subject of a verified access token, with its roles and where each came from.
///
/// Only verification and introspection make one. Cloning it is cheap. As a handler's argument it is an extractor.
#[derive(Clone)]
pub struct Principal(Arc<Inner>);

struct Inner {
    claims: Claims,
    roles: Vec<Role>,
    attributes: BTreeMap<String, Vec<String>>,
    grants: HashSet<Box<str>>,
    realm_roles: HashSet<Box<str>>,
    admin: bool,
    confirmation: Confirmation,
    /// By which all that was prepared; what explains a decision asks it again.
    policy: Arc<RolePolicy>,
    /// One more than the generation of revocations that let it through last; 0 if it never met them.
    passed: AtomicU64,
}

/// Which roles count for what: the part of the configuration that a principal is built with.
#[derive(Clone, Debug, Default)]
pub(crate) struct RolePolicy {
    /// The clients whose roles are looked up as permissions, beside the realm's.
    pub(crate) permission_clients: Vec<String>,
    /// The realm role with the bypass.
    pub(crate) admin_role: Option<String>,
    /// What roles grant beside the permission of their own name.
    pub(crate) grants: Grants,
}

impl RolePolicy {
    /// Whether the roles of that source are looked up as permissions.
    pub(crate) fn counts(&self, source: &RoleSource) -> bool {
        match source {
            RoleSource::Realm => true,
            RoleSource::Client(client) => self.permission_clients.iter().any(|ours| **ours == **client),
        }
    }

    /// Whether a role of that name, from a source that counts, grants `permission`.
    pub(crate) fn grants_permission(&self, role: &str, permission: &str) -> bool {
        role == permission || self.grants.of(role).any(|granted| granted == permission)
    }
}

impl Principal {
    /// The principal of a token. Who sends it may still have to prove that it is theirs: see [`Self::confirmation`].
    pub(crate) fn of(verified: VerifiedClaims, policy: &Arc<RolePolicy>) -> Self {
        let (claims, confirmation) = verified.into_parts();
        Self::build(claims, confirmation, policy)
    }

    /// A principal without a token: for tests, for the development switch, and for what only explains.
    pub(crate) fn new(claims: Claims, policy: &Arc<RolePolicy>) -> Self {
        Self::build(claims, Confirmation::default(), policy)
    }

    /// Prepares all that decisions ask for, once per token.
    fn build(claims: Claims, confirmation: Confirmation, policy: &Arc<RolePolicy>) -> Self {
        let roles = claims.roles();
        let of = |counts: &dyn Fn(&RoleSource) -> bool| -> HashSet<Box<str>> {
            roles
                .iter()
                .filter(|role| counts(role.source()))
                .map(|role| role.name().into())
                .collect()
        };
        let realm_roles = of(&|source| matches!(source, RoleSource::Realm));
        let mut grants = of(&|source| policy.counts(source));
        let declared: Vec<Box<str>> = grants
            .iter()
            .flat_map(|role| policy.grants.of(role))
            .map(Box::from)
            .collect();
        grants.extend(declared);
        let admin = policy
            .admin_role
            .as_deref()
            .is_some_and(|name| realm_roles.contains(name));
        let attributes = attributes(&claims);
        Self(Arc::new(Inner {
            claims,
            roles,
            attributes,
            grants,
            realm_roles,
            admin,
            confirmation,
            policy: Arc::clone(policy),
            passed: AtomicU64::new(0),
        }))
    }

    pub(crate) fn role_policy(&self) -> &RolePolicy {
        &self.0.policy
    }

    /// The token's `sub`: the stable id of a user or service account.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.0.claims.string("sub").unwrap_or_default()
    }

    /// The token's `iss`: who vouches for the principal. Among several issuers a subject is unique within its own alone.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.0.claims.string("iss").unwrap_or_default()
    }

    /// The token's `preferred_username`; a name to show, not to decide by.
    #[must_use]
    pub fn username(&self) -> Option<&str> {
        self.0.claims.string("preferred_username")
    }

    /// The client that the token was issued to: `azp`, else `client_id`.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.0
            .claims
            .string("azp")
            .or_else(|| self.0.claims.string("client_id"))
    }

    /// Whether the token belongs to a client and not to a user, as Keycloak marks it: the user name is
    /// `service-account-<client>`, and there is no session.
    #[must_use]
    pub fn is_service_account(&self) -> bool {
        let client = self
            .username()
            .and_then(|name| name.strip_prefix("service-account-"));
        let is_its_own =
            client.is_some_and(|client| self.client_id().is_some_and(|id| id.eq_ignore_ascii_case(client)));
        is_its_own && self.session_id().is_none()
    }

    /// All roles of the token, each with its source.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.0.roles
    }

    /// Whether the realm role `name` is there, byte for byte.
    #[must_use]
    pub fn has_realm_role(&self, name: &str) -> bool {
        self.0.realm_roles.contains(name)
    }

    /// Whether the role `name` of the client with the id `client` is there, byte for byte.
    #[must_use]
    pub fn has_client_role(&self, client: &str, name: &str) -> bool {
        let is_it = |role: &&Role| matches!(role.source(), RoleSource::Client(of) if **of == *client);
        self.0.roles.iter().filter(is_it).any(|role| role.name() == name)
    }

    /// Whether the permission `name` is granted: by a role of that name in the realm or the configured client, or by one to
    /// which the catalogue gives it.
    ///
    /// # Security
    /// The roles of other clients do not count, and the admin bypass is not looked at: see [`Self::is_admin`].
    #[must_use]
    pub fn has_permission(&self, name: &str) -> bool {
        self.0.grants.contains(name)
    }

    /// The permissions granted, in the order of their names.
    #[must_use]
    pub fn permissions(&self) -> Vec<&str> {
        let grants = self.0.grants.iter().map(AsRef::as_ref);
        let mut names: Vec<&str> = grants
            .filter(|name| crate::permission::is_permission(name))
            .collect();
        names.sort_unstable();
        names
    }

    /// Whether the realm role with the bypass is there.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.0.admin
    }

    /// The values of an attribute: the claim of that name, one string or an array of nothing but strings; else empty.
    #[must_use]
    pub fn attribute(&self, name: &str) -> &[String] {
        self.0.attributes.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether the principal may act within `value` of `attribute`: the attribute contains it, or the admin bypass answers.
    ///
    /// What `scope = ".."` decides, for objects that a handler loads itself.
    #[must_use]
    pub fn may_act_within(&self, attribute: &str, value: &str) -> bool {
        self.is_admin() || crate::policy::within(self, attribute, value)
    }

    /// The token's id, `jti`.
    #[must_use]
    pub fn token_id(&self) -> Option<&str> {
        self.0.claims.string("jti")
    }

    /// The session at the issuer, `sid`.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.0.claims.string("sid")
    }

    /// When the token ends, in seconds since 1970.
    #[must_use]
    pub fn expires_at(&self) -> u64 {
        self.0.claims.seconds("exp").unwrap_or_default()
    }

    /// What the sender of the token has to prove with every request. The principal may come from a cache; the proof never
    /// does.
    pub(crate) fn confirmation(&self) -> Confirmation {
        self.0.confirmation
    }

    /// Whether the token is bound to a key or certificate, which the caller proved to hold (RFC 9449, RFC 8705).
    #[must_use]
    pub fn is_sender_constrained(&self) -> bool {
        self.0.confirmation != Confirmation::default()
    }

    /// Whether the revocations of that generation let the token through.
    pub(crate) fn passed(&self, generation: u64) -> bool {
        self.0.passed.load(Ordering::Acquire) == generation.saturating_add(1)
    }

    /// Notes that they did.
    pub(crate) fn pass(&self, generation: u64) {
        self.0
            .passed
            .store(generation.saturating_add(1), Ordering::Release);
    }

    /// How many bytes of memory it takes, roughly.
    pub(crate) fn bytes(&self) -> usize {
        let text = |text: &str| text.len().saturating_add(48);
        let roles = self
            .0
            .roles
            .iter()
            .map(|role| text(role.name()).saturating_add(48));
        let names = self
            .0
            .grants
            .iter()
            .chain(&self.0.realm_roles)
            .map(|name| text(name));
        let attributes = self.0.attributes.iter().map(|(name, values)| {
            let values = values.iter().map(|value| text(value));
            values.fold(text(name), usize::saturating_add)
        });
        roles
            .chain(names)
            .chain(attributes)
            .fold(self.0.claims.bytes(), usize::saturating_add)
    }

    /// All claims of the token.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        &self.0.claims
    }
}

/// Subject, client and roles; no other claim.
impl std::fmt::Debug for Principal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Principal")
            .field("subject", &self.subject())
            .field("client_id", &self.client_id())
            .field("roles", &self.0.roles)
            .field("admin", &self.0.admin)
            .finish_non_exhaustive()
    }
}

/// Every claim that is a string or a list of strings, ready to be compared.
fn attributes(claims: &Claims) -> BTreeMap<String, Vec<String>> {
    let members = claims.members().keys();
    let lists = members.map(|name| {
        (
            name.clone(),
            claims.strings(name).into_iter().map(String::from).collect(),
        )
    });
    lists
        .filter(|(_, values): &(_, Vec<String>)| !values.is_empty())
        .collect()
}
