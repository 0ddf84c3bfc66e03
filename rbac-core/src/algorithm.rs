//! The signature algorithms that can be allowed.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature as aws;
use aws_lc_rs::signature::VerificationAlgorithm;

/// A signature algorithm of a token (RFC 7518 section 3.1, RFC 8037).
///
/// There is no `none` and nothing symmetric: a value of this type is always a public-key algorithm.
///
/// ```
/// use rbac_core::Algorithm;
///
/// assert_eq!("RS256".parse(), Ok(Algorithm::Rs256));
/// assert!("none".parse::<Algorithm>().is_err());
/// assert!("HS256".parse::<Algorithm>().is_err());
/// assert!("rs256".parse::<Algorithm>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes.
    Ps256,
    /// RSASSA-PSS with SHA-384, MGF1 with SHA-384 and a salt of 48 bytes.
    Ps384,
    /// RSASSA-PSS with SHA-512, MGF1 with SHA-512 and a salt of 64 bytes.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// `EdDSA` of RFC 8037, on the curve Ed25519 only. RFC 9864's name `Ed25519` is another name and not accepted.
    EdDsa,
}

/// A name that is not exactly the name of one of [`Algorithm::ALL`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "unknown signature algorithm; one of `RS256`, `RS384`, `RS512`, `PS256`, `PS384`, `PS512`, `ES256`, `ES384`, `EdDSA` is meant"
)]
pub struct UnknownAlgorithm;

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::EdDsa,
    ];

    /// The name in a token's header, in a JWK and in the configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
        }
    }

    /// Which keys it goes with.
    pub(crate) const fn family(self) -> Family {
        match self {
            Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512 => Family::Rsa,
            Self::Es256 => Family::P256,
            Self::Es384 => Family::P384,
            Self::EdDsa => Family::Ed25519,
        }
    }

    /// The check, with RSA moduli of 2048 to 8192 bits and ECDSA signatures as `r || s` of fixed length.
    pub(crate) fn verification(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::Rs256 => &aws::RSA_PKCS1_2048_8192_SHA256,
            Self::Rs384 => &aws::RSA_PKCS1_2048_8192_SHA384,
            Self::Rs512 => &aws::RSA_PKCS1_2048_8192_SHA512,
            Self::Ps256 => &aws::RSA_PSS_2048_8192_SHA256,
            Self::Ps384 => &aws::RSA_PSS_2048_8192_SHA384,
            Self::Ps512 => &aws::RSA_PSS_2048_8192_SHA512,
            Self::Es256 => &aws::ECDSA_P256_SHA256_FIXED,
            Self::Es384 => &aws::ECDSA_P384_SHA384_FIXED,
            Self::EdDsa => &aws::ED25519,
        }
    }
}

/// The kinds of keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Family {
    Rsa,
    P256,
    P384,
    Ed25519,
}

impl Family {
    pub(crate) fn algorithms(self) -> impl Iterator<Item = Algorithm> {
        Algorithm::ALL
            .into_iter()
            .filter(move |algorithm| algorithm.family() == self)
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    // INVARIANT: byte for byte. `nOnE`, `HS256` and every other spelling have no value of this type to become.
    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
            .ok_or(UnknownAlgorithm)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_and_the_error_lists_them_all() {
        for algorithm in Algorithm::ALL {
            assert_eq!(algorithm.to_string().parse(), Ok(algorithm));
            assert!(
                UnknownAlgorithm.to_string().contains(&format!("`{algorithm}`")),
                "{algorithm}"
            );
        }
    }

    #[test]
    fn row_17_and_21_no_other_name_is_an_algorithm() {
        let symmetric = [
            "none", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "A128KW", "dir",
        ];
        let respelt = [
            "rs256", "Rs256", "RS256 ", " RS256", "RS256\0", "EDDSA", "eddsa", "RS257", "RS",
        ];
        let unsupported = [
            "Ed25519",
            "Ed448",
            "ES256K",
            "ES512",
            "ES521",
            "RSA-OAEP",
            "RS1",
            "ML-DSA-44",
        ];
        for name in symmetric.iter().chain(&respelt).chain(&unsupported) {
            assert_eq!(name.parse::<Algorithm>(), Err(UnknownAlgorithm), "{name:?}");
        }
        assert_eq!("EdDSA".parse(), Ok(Algorithm::EdDsa));
    }

    #[test]
    fn each_algorithm_belongs_to_the_family_that_lists_it() {
        for family in [Family::Rsa, Family::P256, Family::P384, Family::Ed25519] {
            assert!(family.algorithms().all(|algorithm| algorithm.family() == family));
        }
        assert_eq!(Family::Rsa.algorithms().count(), 6);
        assert!(Family::P384.algorithms().eq([Algorithm::Es384]));
    }
}
