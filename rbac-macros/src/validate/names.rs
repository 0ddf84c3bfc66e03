//! What may stand in the string literals.

use rbac_catalogue::permission_fault;
use syn::LitStr;

use crate::fault::Faults;

/// One resource and one action, parted by a colon; each is one or more of `A-Z a-z 0-9 _ . -`.
pub(super) fn permission(name: &LitStr, faults: &mut Faults) {
    if let Some(message) = permission_fault(&name.value()) {
        faults.at(name.span(), message);
    }
}

/// Whether it is one.
pub(super) fn is_permission(name: &LitStr) -> bool {
    permission_fault(&name.value()).is_none()
}

/// Anything that Keycloak allows, which is anything but nothing.
pub(super) fn not_blank(name: &LitStr, what: &str, example: &str, faults: &mut Faults) {
    if name.value().trim().is_empty() {
        faults.at(name.span(), format!("{what} is empty: write `{example}`"));
    }
}

/// A header's name is a token of RFC 9110, section 5.6.2.
pub(super) fn header(name: &LitStr, faults: &mut Faults) {
    const EXAMPLE: &str = "header = \"x-department\"";
    let value = name.value();
    if value.trim().is_empty() {
        return faults.at(
            name.span(),
            format!("the header's name is empty: write `{EXAMPLE}`"),
        );
    }
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !value.bytes().all(is_token) {
        faults.at(
            name.span(),
            format!("`{value}` is no name of a header: write `{EXAMPLE}`"),
        );
    }
}

/// One value; `acr_values` parts several by spaces, and a quote would end the challenge's parameter.
pub(super) fn acr(name: &LitStr, faults: &mut Faults) {
    let value = name.value();
    if value.is_empty()
        || value.contains(|c: char| c.is_whitespace() || c.is_control() || c == '"' || c == '\\')
    {
        let message = "`acr` is one value without spaces or quotes: write `acr = \"gold\"`";
        faults.at(name.span(), message);
    }
}
