//! The numbers of a key.

use super::*;
use crate::base64url::{decode, encode};

fn octets(jwk: &Value, name: &str) -> Vec<u8> {
    decode(jwk[name].as_str().unwrap()).unwrap()
}

#[test]
fn row_52_alg_restricts_a_key_and_its_absence_leaves_the_family() {
    use Algorithm::{EdDsa, Es256, Es384, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
    let without_alg = |algorithm| algorithms(with(jwk(algorithm, "k"), json!({"alg": null})));
    assert_eq!(algorithms(jwk(Ps384, "k")), [Ps384]);
    assert_eq!(without_alg(Rs256), [Rs256, Rs384, Rs512, Ps256, Ps384, Ps512]);
    assert_eq!(without_alg(Es256), [Es256]);
    assert_eq!(without_alg(Es384), [Es384]);
    assert_eq!(without_alg(EdDsa), [EdDsa]);
}

#[test]
fn row_56_rsa_keys_are_between_2048_and_8192_bits() {
    let key = jwk(Algorithm::Rs256, "k");
    let n = octets(&key, "n");
    let with_n = |n: &[u8]| with(key.clone(), json!({"n": encode(n)}));

    let mut shorter_by_a_bit = n.clone();
    shorter_by_a_bit[0] = 0x7f;
    assert_eq!(skipped(with_n(&shorter_by_a_bit)), SkipReason::ModulusSize);
    assert_eq!(skipped(with_n(&n[128..])), SkipReason::ModulusSize);
    assert_eq!(parse(&[with_n(&n)]).len(), 1);
    assert_eq!(parse(&[with_n(&n.repeat(4))]).len(), 1, "8192 bits");
    assert_eq!(
        skipped(with_n(&[&[1], &n.repeat(4)[..]].concat())),
        SkipReason::ModulusSize
    );
}

#[test]
fn row_56_rsa_exponents_are_odd_and_at_least_three() {
    let key = jwk(Algorithm::Rs256, "k");
    let with_e = |e: &[u8]| with(key.clone(), json!({"e": encode(e)}));
    for bad in [&[1][..], &[2], &[4], &[1, 0, 0], &[3, 0, 0, 0, 1], &[0xff; 32]] {
        assert_eq!(skipped(with_e(bad)), SkipReason::Exponent, "{bad:?}");
    }
    for good in [&[3][..], &[17], &[1, 0, 1], &[1, 0, 0, 0, 1]] {
        assert_eq!(parse(&[with_e(good)]).len(), 1, "{good:?}");
    }
}

#[test]
fn row_53_rsa_numbers_that_cannot_be_a_key_are_skipped() {
    let key = jwk(Algorithm::Rs256, "k");
    let mut even = octets(&key, "n");
    *even.last_mut().unwrap() &= 0xfe;
    assert_eq!(
        skipped(with(key.clone(), json!({"n": encode(even)}))),
        SkipReason::Malformed("n")
    );
    assert_eq!(
        skipped(with(key.clone(), json!({"n": null}))),
        SkipReason::Malformed("n")
    );
    assert_eq!(
        skipped(with(key.clone(), json!({"e": null}))),
        SkipReason::Malformed("e")
    );
    assert_eq!(
        skipped(with(key.clone(), json!({"e": 65537}))),
        SkipReason::Malformed("e")
    );
    assert_eq!(
        skipped(with(key.clone(), json!({"e": "AQAB="}))),
        SkipReason::Malformed("e")
    );
    assert_eq!(
        skipped(with(key.clone(), json!({"e": "AQ AB"}))),
        SkipReason::Malformed("e")
    );
    assert_eq!(parse(&[key]).len(), 1);
}

#[test]
fn row_53_rsa_numbers_have_no_leading_zero_octets() {
    let key = jwk(Algorithm::Rs256, "k");
    let padded = encode([&[0], &octets(&key, "n")[..]].concat());
    assert_eq!(
        skipped(with(key.clone(), json!({"n": padded}))),
        SkipReason::Malformed("n")
    );
    assert_eq!(
        skipped(with(key.clone(), json!({"e": "AAEAAQ"}))),
        SkipReason::Malformed("e")
    );
    assert_eq!(parse(&[with(key, json!({"e": "AQAB"}))]).len(), 1);
}

#[test]
fn row_19_an_empty_or_blank_key_is_no_key() {
    let rsa = jwk(Algorithm::Rs256, "k");
    assert_eq!(
        skipped(with(rsa.clone(), json!({"n": ""}))),
        SkipReason::Malformed("n")
    );
    assert_eq!(
        skipped(with(rsa.clone(), json!({"n": " "}))),
        SkipReason::Malformed("n")
    );
    assert_eq!(skipped(with(rsa, json!({"e": ""}))), SkipReason::Malformed("e"));
    assert_eq!(
        skipped(with(jwk(Algorithm::Es256, "k"), json!({"x": ""}))),
        SkipReason::Malformed("x")
    );
    assert_eq!(
        skipped(with(jwk(Algorithm::EdDsa, "k"), json!({"x": ""}))),
        SkipReason::Malformed("x")
    );
    assert_eq!(parse(&[jwk(Algorithm::EdDsa, "k")]).len(), 1);
}

#[test]
fn row_57_an_alg_of_another_type_or_curve_is_skipped() {
    for (algorithm, alg) in [
        (Algorithm::Es256, "ES384"),
        (Algorithm::Es384, "ES256"),
        (Algorithm::Es256, "RS256"),
        (Algorithm::Rs256, "ES256"),
        (Algorithm::EdDsa, "ES256"),
        (Algorithm::Rs256, "EdDSA"),
    ] {
        let mismatched = with(jwk(algorithm, "k"), json!({"alg": alg}));
        assert_eq!(
            skipped(mismatched),
            SkipReason::AlgorithmMismatch,
            "{algorithm} as {alg}"
        );
    }
    let other_curve = with(jwk(Algorithm::Es256, "k"), json!({"crv": "P-384", "alg": null}));
    assert_eq!(skipped(other_curve), SkipReason::Malformed("x"));
    let other_type = with(jwk(Algorithm::EdDsa, "k"), json!({"kty": "EC", "alg": null}));
    assert_eq!(skipped(other_type), SkipReason::UnknownCurve);
    assert_eq!(
        algorithms(with(jwk(Algorithm::Rs256, "k"), json!({"alg": "PS512"}))),
        [Algorithm::Ps512]
    );
}

#[test]
fn row_57_a_point_off_its_curve_is_skipped() {
    for algorithm in [Algorithm::Es256, Algorithm::Es384] {
        let key = jwk(algorithm, "k");
        let mut y = octets(&key, "y");
        *y.last_mut().unwrap() ^= 1;
        assert_eq!(
            skipped(with(key.clone(), json!({"y": encode(&y)}))),
            SkipReason::Point
        );
        let zero = encode(vec![0; y.len()]);
        assert_eq!(
            skipped(with(key.clone(), json!({"x": zero, "y": zero}))),
            SkipReason::Point
        );
        let beyond_the_field = encode(vec![0xff; y.len()]);
        assert_eq!(
            skipped(with(key.clone(), json!({"x": beyond_the_field}))),
            SkipReason::Point
        );
        assert_eq!(parse(&[key]).len(), 1);
    }
}

#[test]
fn row_57_coordinates_have_the_length_of_their_curve() {
    let key = jwk(Algorithm::Es256, "k");
    let x = octets(&key, "x");
    assert_eq!(
        skipped(with(key.clone(), json!({"x": encode(&x[1..])}))),
        SkipReason::Malformed("x")
    );
    let padded = encode([&[0], &x[..]].concat());
    assert_eq!(
        skipped(with(key.clone(), json!({"x": padded}))),
        SkipReason::Malformed("x")
    );
    assert_eq!(
        skipped(with(key.clone(), json!({"y": null}))),
        SkipReason::Malformed("y")
    );
    assert_eq!(
        skipped(with(jwk(Algorithm::EdDsa, "k"), json!({"x": encode([1; 31])}))),
        SkipReason::Malformed("x")
    );
    assert_eq!(
        skipped(with(jwk(Algorithm::EdDsa, "k"), json!({"y": "AA"}))),
        SkipReason::Malformed("y")
    );
    assert_eq!(parse(&[key]).len(), 1);
}

#[test]
fn row_57_ed25519_points_that_sign_everything_are_skipped() {
    let p = |low: u8| [&[low], &[0xff; 30][..], &[0x7f]].concat();
    let one = [&[1], &[0; 31][..]].concat();
    let order_eight = decode("JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU").unwrap();
    let order_eight_too = decode("xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o").unwrap();
    let small = [vec![0; 32], one, p(0xec), order_eight, order_eight_too];
    // p itself and what follows it up to 2^255 are second spellings of 0, 1 and so on.
    let second_spellings = [p(0xed), p(0xee), p(0xff)];
    for mut point in small.into_iter().chain(second_spellings) {
        for sign in [0, 0x80] {
            point[31] = point[31] & 0x7f | sign;
            let key = with(jwk(Algorithm::EdDsa, "k"), json!({"x": encode(&point)}));
            assert_eq!(skipped(key), SkipReason::Point, "{point:?}");
        }
    }
    assert_eq!(parse(&[jwk(Algorithm::EdDsa, "k")]).len(), 1);
}
