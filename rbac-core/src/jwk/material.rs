//! The numbers of a public key, checked and brought into the form that verifies fastest.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::signature::{ParsedPublicKey, RsaPublicKeyComponents};
use serde_json::{Map, Value};

use super::report::SkipReason;
use crate::algorithm::{Algorithm, Family};
use crate::base64url;

/// A key, parsed for one algorithm.
#[derive(Clone)]
pub(super) struct Verifier {
    pub(super) algorithm: Algorithm,
    pub(super) key: ParsedPublicKey,
}

type Members = Map<String, Value>;

/// The key of a JWK, parsed for each algorithm that its type, its curve and `restriction`, its own `alg`, leave.
pub(super) fn verifiers(
    jwk: &Members,
    restriction: Option<Algorithm>,
) -> Result<Box<[Verifier]>, SkipReason> {
    let family = family(jwk)?;
    if restriction.is_some_and(|algorithm| algorithm.family() != family) {
        return Err(SkipReason::AlgorithmMismatch);
    }
    let (encoded, fault) = match family {
        Family::Rsa => (rsa(jwk)?, SkipReason::Malformed("n")),
        Family::P256 => (ec_point(jwk, 32)?, SkipReason::Point),
        Family::P384 => (ec_point(jwk, 48)?, SkipReason::Point),
        Family::Ed25519 => (ed25519_point(jwk)?, SkipReason::Point),
    };
    let algorithms = family
        .algorithms()
        .filter(|algorithm| restriction.is_none_or(|only| only == *algorithm));
    algorithms
        .map(|algorithm| verifier(algorithm, &encoded).ok_or(fault))
        .collect()
}

/// Lets the library parse the key, which checks that an EC point is on its curve and that RSA numbers can be a key.
fn verifier(algorithm: Algorithm, encoded: &[u8]) -> Option<Verifier> {
    let key = ParsedPublicKey::new(algorithm.verification(), encoded).ok()?;
    Some(Verifier { algorithm, key })
}

fn family(jwk: &Members) -> Result<Family, SkipReason> {
    match (string(jwk, "kty")?, jwk.get("crv")) {
        ("RSA", _) => Ok(Family::Rsa),
        ("EC" | "OKP", None) => Err(SkipReason::Malformed("crv")),
        ("EC", Some(curve)) if curve == "P-256" => Ok(Family::P256),
        ("EC", Some(curve)) if curve == "P-384" => Ok(Family::P384),
        ("OKP", Some(curve)) if curve == "Ed25519" => Ok(Family::Ed25519),
        ("EC" | "OKP", Some(_)) => Err(SkipReason::UnknownCurve),
        _ => Err(SkipReason::UnknownKeyType),
    }
}

/// `SubjectPublicKeyInfo` of an RSA key (RFC 7518 section 6.3.1).
fn rsa(jwk: &Members) -> Result<Vec<u8>, SkipReason> {
    let n = unsigned(jwk, "n")?;
    let e = unsigned(jwk, "e")?;
    if !(2048..=8192).contains(&bits(&n)) {
        return Err(SkipReason::ModulusSize);
    }
    // An even exponent is no RSA key, 1 makes every text its own signature, and long ones are only there to cost time.
    if e == [1] || e.last().is_none_or(|byte| byte % 2 == 0) || bits(&e) > 33 {
        return Err(SkipReason::Exponent);
    }
    let der = RsaPublicKeyComponents { n, e }
        .as_der()
        .map_err(|_| SkipReason::Malformed("n"))?;
    Ok(der.as_ref().to_vec())
}

/// The uncompressed point of an EC key (RFC 7518 section 6.2.1): each coordinate with its leading zeros.
fn ec_point(jwk: &Members, size: usize) -> Result<Vec<u8>, SkipReason> {
    let mut point = vec![4];
    point.append(&mut fixed(jwk, "x", size)?);
    point.append(&mut fixed(jwk, "y", size)?);
    Ok(point)
}

/// The point of an Ed25519 key (RFC 8037 section 2). A y coordinate to which the curve has no x needs no search here: it
/// verifies nothing.
fn ed25519_point(jwk: &Members) -> Result<Vec<u8>, SkipReason> {
    let point = fixed(jwk, "x", 32)?;
    if jwk.contains_key("y") {
        return Err(SkipReason::Malformed("y"));
    }
    if !is_canonical(&point) || is_of_small_order(&point) {
        return Err(SkipReason::Point);
    }
    Ok(point)
}

fn string<'a>(jwk: &'a Members, name: &'static str) -> Result<&'a str, SkipReason> {
    jwk.get(name)
        .and_then(Value::as_str)
        .ok_or(SkipReason::Malformed(name))
}

fn octets(jwk: &Members, name: &'static str) -> Result<Vec<u8>, SkipReason> {
    base64url::decode(string(jwk, name)?).map_err(|_| SkipReason::Malformed(name))
}

fn fixed(jwk: &Members, name: &'static str, size: usize) -> Result<Vec<u8>, SkipReason> {
    octets(jwk, name).and_then(|octets| {
        if octets.len() == size {
            Ok(octets)
        } else {
            Err(SkipReason::Malformed(name))
        }
    })
}

/// `Base64urlUInt` (RFC 7518 section 2): the fewest octets that hold the number, so none of them leads with zero.
fn unsigned(jwk: &Members, name: &'static str) -> Result<Vec<u8>, SkipReason> {
    octets(jwk, name).and_then(|octets| match octets.first() {
        Some(first) if *first != 0 => Ok(octets),
        _ => Err(SkipReason::Malformed(name)),
    })
}

/// The length in bits of a number without leading zero octets.
fn bits(number: &[u8]) -> usize {
    let unused = number.first().map_or(0, |byte| byte.leading_zeros());
    let unused = usize::try_from(unused).unwrap_or_default();
    number.len().saturating_mul(8).saturating_sub(unused)
}

/// Whether the y coordinate is below the field's prime 2^255 - 19, little-endian beneath the sign bit.
fn is_canonical(point: &[u8]) -> bool {
    match point {
        [low, middle @ .., high] => {
            *low < 0xed || middle.iter().any(|byte| *byte != 0xff) || high & 0x7f != 0x7f
        }
        _ => false,
    }
}

/// Whether the point is one of the eight whose multiples are few, so that one signature fits many texts, or all of them.
fn is_of_small_order(point: &[u8]) -> bool {
    let Some((high, low)) = point.split_last() else {
        return true;
    };
    SMALL_ORDER_Y.iter().any(|y| {
        y.split_last()
            .is_some_and(|(last, rest)| high & 0x7f == *last && low == rest)
    })
}

/// The y coordinates of the points of small order: 0, 1, -1 and the two of order eight, little-endian.
const SMALL_ORDER_Y: [[u8; 32]; 5] = [
    [0; 32],
    [
        1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ],
    [
        0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
    ],
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
        0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a,
        0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];
