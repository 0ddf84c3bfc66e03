//! SHA-256 digests by which keys and certificates are named.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use subtle::ConstantTimeEq;

use crate::base64url;

/// The SHA-256 digest that names a public key (RFC 7638) or a certificate (RFC 8705 section 3.1).
///
/// Two of them compare in constant time.
///
/// ```
/// use rbac_core::Thumbprint;
///
/// let text = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
/// assert_eq!(Thumbprint::parse(text).map(|thumbprint| thumbprint.to_string()), Some(text.to_owned()));
/// assert_eq!(Thumbprint::parse("0ZcOCORZNYy"), None);
/// ```
#[derive(Clone, Copy)]
pub struct Thumbprint([u8; 32]);

impl Thumbprint {
    /// The digest of `bytes`.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(sha256(bytes))
    }

    /// Reads 32 bytes in base64url without padding; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        base64url::decode(text).ok()?.try_into().ok().map(Self)
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for Thumbprint {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Thumbprint {}

/// Base64url, as `cnf` has it. A thumbprint is no secret.
impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64url::encode(self.0))
    }
}

impl fmt::Debug for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Thumbprint({self})")
    }
}

/// The SHA-256 digest of `bytes`.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut result = [0; 32];
    // INVARIANT: SHA-256 has 32 bytes, so nothing is cut and nothing stays zero.
    result
        .iter_mut()
        .zip(digest(&SHA256, bytes).as_ref())
        .for_each(|(to, from)| *to = *from);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_the_whole_sha_256() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(
            Thumbprint::of(b"abc").to_string(),
            "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"
        );
    }

    #[test]
    fn only_the_one_spelling_of_32_bytes_is_read() {
        let good = Thumbprint::of(b"abc").to_string();
        assert_eq!(Thumbprint::parse(&good), Some(Thumbprint::of(b"abc")));
        assert_ne!(Thumbprint::parse(&good), Some(Thumbprint::of(b"abd")));
        let wrong = [
            String::new(),
            format!("{good}A"),
            format!("{good}="),
            format!(" {good}"),
            good.replace('-', "+"),
            // The same bytes but for trailing bits.
            good.replace("Fa0", "Fa1"),
            base64url::encode([0; 31]),
            base64url::encode([0; 64]),
        ];
        for text in wrong {
            assert_eq!(Thumbprint::parse(&text), None, "{text}");
        }
    }
}
