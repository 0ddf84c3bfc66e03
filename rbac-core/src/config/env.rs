//! Reads the configuration from variables.

use std::time::Duration;

use secrecy::SecretString;

use super::error::shown;
use super::{
    Base, Config, ConfigError, Limits, MAX_TOKEN_CACHE, SenderRules, Switches, TokenPlaces, TokenValidation,
    further, revocation, sender,
};
use crate::algorithm::Algorithm;

pub(super) const VERIFY_SIGNATURE: &str = "KEYCLOAK_VERIFY_SIGNATURE";
pub(super) const AUTHENTICATE: &str = "ENABLE_KEYCLOAK_AUTH";
const SERVER: &str = "KEYCLOAK_SERVER_URL";
const REALM: &str = "KEYCLOAK_REALM";
const ISSUER: &str = "KEYCLOAK_ISSUER_URL";
const INTERNAL: &str = "KEYCLOAK_INTERNAL_URL";
const ALLOW_HTTP: &str = "KEYCLOAK_ALLOW_HTTP";
const CLIENT_ID: &str = "KEYCLOAK_CLIENT_ID";
const CLIENT_SECRET: &str = "KEYCLOAK_CLIENT_SECRET";
const AUDIENCE: &str = "KEYCLOAK_AUDIENCE";
const ADMIN_ROLE: &str = "KEYCLOAK_ADMIN_ROLE";
const VALIDATION: &str = "KEYCLOAK_TOKEN_VALIDATION";
const ALGORITHMS: &str = "KEYCLOAK_ALGORITHMS";
const CLOCK_SKEW: &str = "KEYCLOAK_CLOCK_SKEW";
const EXPLAIN: &str = "RBAC_EXPLAIN";
const TOKEN_CACHE: &str = "RBAC_TOKEN_CACHE";

const DEFAULT_REALM: &str = "myapp";
const DEFAULT_CLIENT: &str = "myapp-backend";
const DEFAULT_ADMIN: &str = "admin";
/// What is allowed where nobody says otherwise.
pub(crate) const DEFAULT_ALLOWED: [Algorithm; 4] = [
    Algorithm::Rs256,
    Algorithm::Ps256,
    Algorithm::Es256,
    Algorithm::EdDsa,
];
/// Seconds.
pub(crate) const DEFAULT_SKEW: u64 = 10;
/// Seconds. More leeway would let a token outlive its end by what many tokens live.
const MAX_SKEW: u64 = 300;

/// Answers a variable's value, `None` where it is not set.
pub(super) type Lookup<'a> = &'a dyn Fn(&str) -> Result<Option<String>, ConfigError>;

/// A variable of this process.
pub(super) fn process_variable(name: &str) -> Result<Option<String>, ConfigError> {
    let Some(value) = std::env::var_os(name) else {
        return Ok(None);
    };
    let text = value.into_string();
    text.map(Some)
        .map_err(|_| ConfigError::NotUnicode(name.to_owned()))
}

/// Reads all variables.
pub(super) fn read(lookup: Lookup<'_>) -> Result<Config, ConfigError> {
    let mut first = read_one(lookup)?;
    first.sender = sender::read(lookup)?;
    first.explain = flag(lookup, EXPLAIN, false)?;
    further::read(first, lookup)
}

/// Reads all variables of one issuer; the order is that of the contract's table.
pub(super) fn read_one(lookup: Lookup<'_>) -> Result<Config, ConfigError> {
    let allow_http = flag(lookup, ALLOW_HTTP, false)?;
    let Issuer { issuer, realm, base } = issuer(lookup, allow_http)?;
    let client_id = name_or(lookup, CLIENT_ID, DEFAULT_CLIENT)?;
    let client_secret = client_secret(lookup)?;
    let validation = validation(lookup, client_secret.is_some())?;
    Ok(Config {
        issuer,
        realm,
        base,
        audience: audience(lookup, &client_id)?,
        logout_clients: revocation::logout_clients(lookup, &client_id)?,
        client_id,
        client_secret,
        admin_role: admin_role(lookup)?,
        permission_clients: Vec::new(),
        validation,
        algorithms: algorithms(lookup)?,
        clock_skew: clock_skew(lookup)?,
        switches: switches(lookup)?,
        limits: limits(lookup)?,
        token_places: TokenPlaces::default(),
        sender: SenderRules::default(),
        explain: false,
        further: Vec::new(),
    })
}

/// The secret is never shown, so a blank one is told apart from none by words.
fn client_secret(lookup: Lookup<'_>) -> Result<Option<SecretString>, ConfigError> {
    let secret = lookup(CLIENT_SECRET)?.filter(|secret| !secret.is_empty());
    if secret.as_deref().is_some_and(|secret| secret.trim().is_empty()) {
        return Err(ConfigError::Invalid {
            variable: CLIENT_SECRET,
            found: "blank".to_owned(),
            expected: "the client's secret, or empty where there is none".to_owned(),
        });
    }
    Ok(secret.map(SecretString::from))
}

struct Issuer {
    issuer: String,
    realm: String,
    base: Base,
}

fn issuer(lookup: Lookup<'_>, allow_http: bool) -> Result<Issuer, ConfigError> {
    let named_realm = realm(lookup)?;
    let stated = lookup(ISSUER)?;
    let realm = named_realm
        .as_deref()
        .or_else(|| realm_of(stated.as_deref()?))
        .unwrap_or(DEFAULT_REALM)
        .to_owned();
    let derived = derived_issuer(lookup, &realm, allow_http)?;
    let issuer = match (stated, derived) {
        (Some(issuer), derived) => {
            Base::parse(ISSUER, &issuer, allow_http)?;
            agree(&issuer, derived.as_deref(), named_realm.as_deref())?;
            issuer
        }
        (None, Some(derived)) => derived,
        (None, None) => {
            return Err(ConfigError::Missing {
                variable: SERVER,
                expected: "Keycloak's address, such as `https://sso.example.com` (or set `KEYCLOAK_ISSUER_URL`)",
            });
        }
    };
    let base = internal(lookup, &issuer, allow_http)?;
    Ok(Issuer { issuer, realm, base })
}

fn derived_issuer(lookup: Lookup<'_>, realm: &str, allow_http: bool) -> Result<Option<String>, ConfigError> {
    let Some(server) = lookup(SERVER)? else {
        return Ok(None);
    };
    Ok(Some(
        Base::parse(SERVER, &server, allow_http)?.join(&format!("/realms/{realm}")),
    ))
}

/// The issuer wins over server and realm, but all that is set must mean one and the same.
fn agree(issuer: &str, derived: Option<&str>, realm: Option<&str>) -> Result<(), ConfigError> {
    let contradiction = |other: String| ConfigError::Contradiction {
        variable: ISSUER,
        found: shown(issuer),
        other,
        remedy: "unset one of them, or make them agree; an address for fetching alone is `KEYCLOAK_INTERNAL_URL`",
    };
    if let Some(derived) = derived.filter(|derived| *derived != issuer) {
        return Err(contradiction(format!("`{SERVER}` makes {}", shown(derived))));
    }
    match (realm, realm_of(issuer)) {
        (Some(named), Some(in_issuer)) if named != in_issuer => {
            Err(contradiction(format!("`{REALM}` is {}", shown(named))))
        }
        _ => Ok(()),
    }
}

fn realm(lookup: Lookup<'_>) -> Result<Option<String>, ConfigError> {
    let Some(realm) = lookup(REALM)? else {
        return Ok(None);
    };
    let is_fine = |c: char| !c.is_control() && !c.is_whitespace() && !"/?#%\\\"".contains(c);
    if realm.is_empty() || !realm.chars().all(is_fine) {
        return Err(ConfigError::invalid(
            REALM,
            &realm,
            "a realm's name, as its address has it",
        ));
    }
    Ok(Some(realm))
}

/// The realm in an issuer of Keycloak's form.
fn realm_of(issuer: &str) -> Option<&str> {
    let (_, realm) = issuer.split_once("/realms/")?;
    Some(realm.trim_end_matches('/')).filter(|realm| !realm.is_empty() && !realm.contains('/'))
}

fn internal(lookup: Lookup<'_>, issuer: &str, allow_http: bool) -> Result<Base, ConfigError> {
    let public = Base::parse(ISSUER, issuer, allow_http)?;
    let Some(internal) = lookup(INTERNAL)? else {
        return Ok(public);
    };
    let internal = Base::parse(INTERNAL, &internal, allow_http)?;
    // The address of the server alone is enough: the realm's path is the same inside as outside.
    if internal.path().is_empty() && realm_of(issuer).is_some() {
        return Base::parse(INTERNAL, &internal.join(&public.path()), allow_http);
    }
    Ok(internal)
}

fn audience(lookup: Lookup<'_>, client_id: &str) -> Result<Vec<String>, ConfigError> {
    let Some(text) = lookup(AUDIENCE)? else {
        return Ok(vec![client_id.to_owned()]);
    };
    list(&text).ok_or_else(|| ConfigError::invalid(AUDIENCE, &text, "one or more names, parted by commas"))
}

fn admin_role(lookup: Lookup<'_>) -> Result<Option<String>, ConfigError> {
    let role = lookup(ADMIN_ROLE)?.unwrap_or_else(|| DEFAULT_ADMIN.to_owned());
    if role.trim() != role {
        return Err(ConfigError::invalid(
            ADMIN_ROLE,
            &role,
            "a realm role without blanks around it, or empty",
        ));
    }
    Ok(Some(role).filter(|role| !role.is_empty()))
}

fn validation(lookup: Lookup<'_>, has_secret: bool) -> Result<TokenValidation, ConfigError> {
    let validation = match lookup(VALIDATION)?.as_deref() {
        None | Some("local") => return Ok(TokenValidation::Local),
        Some("introspection") => TokenValidation::Introspection,
        Some("hybrid") => TokenValidation::Hybrid,
        Some(other) => {
            return Err(ConfigError::invalid(
                VALIDATION,
                other,
                "`local`, `introspection` or `hybrid`",
            ));
        }
    };
    if has_secret {
        return Ok(validation);
    }
    Err(ConfigError::Missing {
        variable: CLIENT_SECRET,
        expected: "the secret of this API's client, which `KEYCLOAK_TOKEN_VALIDATION` needs for introspection",
    })
}

fn algorithms(lookup: Lookup<'_>) -> Result<Vec<Algorithm>, ConfigError> {
    let Some(text) = lookup(ALGORITHMS)? else {
        return Ok(DEFAULT_ALLOWED.to_vec());
    };
    let parsed: Option<Vec<Algorithm>> =
        list(&text).and_then(|names| names.iter().map(|name| name.parse().ok()).collect());
    parsed.ok_or_else(|| {
        let expected = "a list, parted by commas, of `RS256`, `RS384`, `RS512`, `PS256`, `PS384`, `PS512`, `ES256`, \
                        `ES384` and `EdDSA`";
        ConfigError::invalid(ALGORITHMS, &text, expected)
    })
}

fn clock_skew(lookup: Lookup<'_>) -> Result<Duration, ConfigError> {
    let Some(text) = lookup(CLOCK_SKEW)? else {
        return Ok(Duration::from_secs(DEFAULT_SKEW));
    };
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = text.parse().ok().filter(|seconds| digits && *seconds <= MAX_SKEW);
    let expected = || format!("whole seconds from 0 to {MAX_SKEW}");
    seconds
        .map(Duration::from_secs)
        .ok_or_else(|| ConfigError::invalid(CLOCK_SKEW, &text, expected()))
}

fn limits(lookup: Lookup<'_>) -> Result<Limits, ConfigError> {
    let limits = Limits::default();
    let token_cache = match lookup(TOKEN_CACHE)?.as_deref() {
        None => limits.token_cache,
        Some("off") => 0,
        Some(text) => text
            .parse()
            .ok()
            .filter(|tokens| {
                (1..=MAX_TOKEN_CACHE).contains(tokens) && text.bytes().all(|byte| byte.is_ascii_digit())
            })
            .ok_or_else(|| {
                let expected = format!("`off`, or how many tokens to remember, from 1 to {MAX_TOKEN_CACHE}");
                ConfigError::invalid(TOKEN_CACHE, text, expected)
            })?,
    };
    Ok(Limits {
        token_cache,
        token_life: revocation::token_life(lookup)?,
        ..limits
    })
}

fn switches(lookup: Lookup<'_>) -> Result<Switches, ConfigError> {
    Ok(Switches {
        insecure_skip_signature: switched_off(lookup, VERIFY_SIGNATURE)?,
        insecure_skip_authentication: switched_off(lookup, AUTHENTICATE)?,
    })
}

fn switched_off(lookup: Lookup<'_>, variable: &'static str) -> Result<bool, ConfigError> {
    let off = !flag(lookup, variable, true)?;
    if off && !cfg!(feature = "insecure-dev") {
        let remedy =
            "this binary takes only `true`; for development, build it with the feature `insecure-dev`";
        return Err(ConfigError::Insecure { variable, remedy });
    }
    Ok(off)
}

pub(super) fn flag(lookup: Lookup<'_>, variable: &'static str, default: bool) -> Result<bool, ConfigError> {
    match lookup(variable)?.as_deref() {
        None => Ok(default),
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(other) => Err(ConfigError::invalid(variable, other, "`true` or `false`")),
    }
}

fn name_or(lookup: Lookup<'_>, variable: &'static str, default: &str) -> Result<String, ConfigError> {
    let name = lookup(variable)?.unwrap_or_else(|| default.to_owned());
    if name.is_empty() || name.trim() != name || name.chars().any(char::is_control) {
        return Err(ConfigError::invalid(
            variable,
            &name,
            "the client's id, without blanks around it",
        ));
    }
    Ok(name)
}

/// The names between commas, blanks around them cut; `None` when one is empty.
pub(super) fn list(text: &str) -> Option<Vec<String>> {
    let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
    names.iter().all(|name| !name.is_empty()).then_some(names)
}
