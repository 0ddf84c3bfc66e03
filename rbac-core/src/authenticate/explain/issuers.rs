//! How the issuer of a token differs from the one that is expected: the commonest mistake of all.

use url::Url;

use super::Standard;

/// What is different, for the closest of the trusted issuers.
pub(super) fn difference(found: Option<&str>, standard: &Standard<'_>) -> Option<String> {
    let Some(found) = found else {
        return Some("`iss` is absent or no string: a token of Keycloak always has one".to_owned());
    };
    let differences = standard
        .issuers
        .iter()
        .filter_map(|expected| compare(expected, found));
    differences
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, hint)| hint.to_owned())
}

/// The likelier, the lower its rank.
fn compare(expected: &str, found: &str) -> Option<(u8, &'static str)> {
    if expected.trim_end_matches('/') == found.trim_end_matches('/') {
        return Some((0, "they differ by a slash at the end"));
    }
    let (ours, theirs) = (Url::parse(expected).ok()?, Url::parse(found).ok()?);
    let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
    let (our_path, their_path) = (path(&ours), path(&theirs));
    let same_server = ours.host_str() == theirs.host_str()
        && ours.port_or_known_default() == theirs.port_or_known_default();
    if our_path == their_path && ours.host_str() == theirs.host_str() && ours.scheme() != theirs.scheme() {
        return Some((
            1,
            "they differ by `http` and `https`: the proxy before the issuer may not say which it was",
        ));
    }
    if our_path == their_path && ours.authority() != theirs.authority() {
        let hint = "the same realm at another host: set `KEYCLOAK_ISSUER_URL` to what tokens say, and `KEYCLOAK_INTERNAL_URL` \
                    to where this API reaches it";
        return Some((2, hint));
    }
    if our_path.trim_start_matches("/auth") == their_path.trim_start_matches("/auth") {
        return Some((
            3,
            "they differ by `/auth`, which Keycloak had in its paths before version 17",
        ));
    }
    if our_path.eq_ignore_ascii_case(&their_path) {
        return Some((4, "they differ by the case of letters"));
    }
    (same_server && realm(&our_path) != realm(&their_path))
        .then_some((5, "another realm of the same server: check `KEYCLOAK_REALM`"))
}

fn realm(path: &str) -> Option<&str> {
    path.split_once("/realms/").map(|(_, realm)| realm)
}
