//! The issuer's addresses.

/// The realm's URL and what lies below it.
#[derive(Clone, Debug)]
pub(super) struct IssuerUrl {
    issuer: String,
    path: String,
}

impl IssuerUrl {
    /// The realm `realm` of a server at `authority`, such as `127.0.0.1:8180`.
    pub(super) fn new(authority: &str, realm: &str) -> Self {
        let path = format!("/realms/{realm}");
        Self {
            issuer: format!("http://{authority}{path}"),
            path,
        }
    }

    /// What tokens name as `iss`.
    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The realm's path, such as `/realms/myapp`.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// An endpoint of the protocol, such as `token`.
    pub(super) fn endpoint(&self, name: &str) -> String {
        format!("{}/protocol/openid-connect/{name}", self.issuer)
    }
}
