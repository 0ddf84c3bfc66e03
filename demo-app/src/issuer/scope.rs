//! OAuth scopes: which a client may ask for, and which a token names.

use super::oauth_error::OAuthError;

/// Always granted, and named in the token.
const DEFAULT: [&str; 2] = ["profile", "email"];
/// Always granted, and not named.
const SILENT: [&str; 5] = ["roles", "web-origins", "acr", "basic", "service_account"];
/// Granted and named when asked for.
const OPTIONAL: [&str; 5] = [
    "address",
    "phone",
    "organization",
    "microprofile-jwt",
    "offline_access",
];

/// The scope that is granted when `requested` is asked for.
///
/// # Errors
/// 400 `invalid_scope` for a scope that the realm does not have, and for asking without naming any.
pub(super) fn grant(requested: Option<&str>) -> Result<String, OAuthError> {
    let Some(requested) = requested else {
        return Ok(DEFAULT.join(" "));
    };
    let asked: Vec<&str> = requested.split(' ').collect();
    if asked.iter().any(|name| !is_known(name)) {
        let description = format!("Invalid scopes: {requested}");
        return Err(OAuthError::bad_request("invalid_scope", description));
    }
    let named = |name: &&str| asked.contains(name);
    let granted = ["openid"]
        .into_iter()
        .filter(named)
        .chain(DEFAULT)
        .chain(OPTIONAL.into_iter().filter(named));
    Ok(granted.collect::<Vec<_>>().join(" "))
}

/// Whether `scope` names `openid`, so that the client learns who logged in.
pub(super) fn is_openid(scope: &str) -> bool {
    scope.split(' ').any(|name| name == "openid")
}

/// Whether `scope` names `offline_access`, so that the session outlives the browser's.
pub(super) fn is_offline(scope: &str) -> bool {
    scope.split(' ').any(|name| name == "offline_access")
}

fn is_known(name: &str) -> bool {
    name == "openid" || DEFAULT.contains(&name) || SILENT.contains(&name) || OPTIONAL.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_scopes_are_always_granted_and_openid_when_asked_for() {
        assert_eq!(grant(None).unwrap(), "profile email");
        assert_eq!(grant(Some("email openid")).unwrap(), "openid profile email");
        assert_eq!(grant(Some("roles")).unwrap(), "profile email");
        assert_eq!(
            grant(Some("offline_access openid")).unwrap(),
            "openid profile email offline_access"
        );
    }

    #[test]
    fn an_unknown_scope_is_refused_and_so_is_an_empty_list() {
        assert_eq!(grant(Some("")).unwrap_err().description(), "Invalid scopes: ");
        let error = grant(Some("openid everything")).unwrap_err();
        assert_eq!(error.error(), "invalid_scope");
        assert_eq!(error.description(), "Invalid scopes: openid everything");
    }
}
