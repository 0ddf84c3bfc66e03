//! Signatures of the right key in the wrong form.

use super::*;

/// The order of P-256, big-endian.
const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
    0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// The order of Ed25519's base point, little-endian.
const ED25519_ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

struct Signed {
    keys: KeySet,
    algorithm: Algorithm,
    token: String,
}

fn signed(algorithm: Algorithm) -> Signed {
    let key = SigningKey::generate(algorithm).key_id("k");
    let signed = Signed {
        keys: key_set(&[&key]),
        algorithm,
        token: key.sign(&header(algorithm), CLAIMS),
    };
    assert!(signed.accepts(signature(&signed.token)), "the signature as it is");
    signed
}

impl Signed {
    fn accepts(&self, signature: impl AsRef<[u8]>) -> bool {
        let token = resigned(&self.token, signature);
        match check(&token, &self.keys, &[self.algorithm]) {
            Ok(_) => true,
            Err(error) => {
                assert_eq!(error, JwsError::InvalidSignature);
                false
            }
        }
    }
}

#[test]
fn row_20_the_hash_and_the_padding_are_those_of_the_header() {
    let rsa = Algorithm::ALL
        .into_iter()
        .filter(|algorithm| algorithm.family() == crate::algorithm::Family::Rsa);
    let key = SigningKey::generate(Algorithm::Rs256).key_id("k");
    let keys = unrestricted(&key);
    for signer in rsa.clone() {
        for claimed in rsa.clone() {
            let token = key.clone().for_algorithm(signer).sign(&header(claimed), CLAIMS);
            let answer = check(&token, &keys, &Algorithm::ALL);
            match signer == claimed {
                true => assert!(answer.is_ok(), "{signer}"),
                false => assert_eq!(answer, Err(JwsError::InvalidSignature), "{signer} as {claimed}"),
            }
        }
    }
}

#[test]
fn row_20_a_key_for_rs256_verifies_no_ps256() {
    let key = SigningKey::generate(Algorithm::Rs256).key_id("k");
    let token = key
        .clone()
        .for_algorithm(Algorithm::Ps256)
        .sign(&header(Algorithm::Ps256), CLAIMS);
    let refused = check(&token, &key_set(&[&key]), &Algorithm::ALL);
    assert_eq!(refused, Err(JwsError::Key(SelectError::AlgorithmMismatch)));
    assert!(check(&token, &unrestricted(&key), &Algorithm::ALL).is_ok());
}

#[test]
fn row_20_an_algorithm_of_another_family_gets_no_key() {
    let (rsa, ec) = (
        SigningKey::generate(Algorithm::Rs256),
        SigningKey::generate(Algorithm::Es256),
    );
    for (key, claimed) in [
        (&rsa, Algorithm::Es256),
        (&rsa, Algorithm::EdDsa),
        (&ec, Algorithm::Rs256),
        (&ec, Algorithm::Es384),
    ] {
        let key = key.clone().key_id("k");
        let refused = check(
            &key.sign(&header(claimed), CLAIMS),
            &unrestricted(&key),
            &Algorithm::ALL,
        );
        assert_eq!(
            refused,
            Err(JwsError::Key(SelectError::AlgorithmMismatch)),
            "{claimed}"
        );
        let honest = key.sign(&header(key.algorithm()), CLAIMS);
        assert!(check(&honest, &unrestricted(&key), &Algorithm::ALL).is_ok());
    }
}

#[test]
fn row_29_an_ecdsa_signature_has_the_exact_length_of_its_curve() {
    for algorithm in [Algorithm::Es256, Algorithm::Es384] {
        let signed = signed(algorithm);
        let good = signature(&signed.token);
        assert!(!signed.accepts(&good[1..]));
        assert!(!signed.accepts(&good[..good.len() - 1]));
        assert!(!signed.accepts(&good[..good.len() / 2]));
        assert!(!signed.accepts([&good[..], &[0]].concat()));
        assert!(!signed.accepts([&[0], &good[..]].concat()));
        let (r, s) = good.split_at(good.len() / 2);
        assert!(!signed.accepts([&[0], r, &[0], s].concat()), "both padded");
    }
}

#[test]
fn row_29_an_ecdsa_signature_in_der_is_refused() {
    for algorithm in [Algorithm::Es256, Algorithm::Es384] {
        let signed = signed(algorithm);
        let good = signature(&signed.token);
        let (r, s) = good.split_at(good.len() / 2);
        let body = [der_integer(r), der_integer(s)].concat();
        let der = [&[0x30, u8::try_from(body.len()).unwrap()], &body[..]].concat();
        assert!(!signed.accepts(der), "{algorithm}");
    }
}

/// An unsigned number of less than 127 octets, with the zero octet that keeps it positive.
fn der_integer(number: &[u8]) -> Vec<u8> {
    let number = [&[0], number].concat();
    [&[2, u8::try_from(number.len()).unwrap()], &number[..]].concat()
}

#[test]
fn row_29_r_and_s_are_between_zero_and_the_order() {
    let signed = signed(Algorithm::Es256);
    let good = signature(&signed.token);
    let (r, s) = good.split_at(32);
    for bad in [[0; 32], P256_ORDER, [0xff; 32]] {
        assert!(!signed.accepts([&bad, s].concat()));
        assert!(!signed.accepts([r, &bad].concat()));
        assert!(!signed.accepts([bad, bad].concat()));
    }
    assert!(!signed.accepts([0; 64]));
}

#[test]
fn row_29_an_ed25519_signature_has_one_form() {
    let signed = signed(Algorithm::EdDsa);
    let good = signature(&signed.token);
    assert!(!signed.accepts(&good[..63]));
    assert!(!signed.accepts([&good[..], &[0]].concat()));
    assert!(!signed.accepts([0; 64]));
    // The same scalar plus the order: the same point, another text.
    let mut carry = 0;
    let mut shifted = good.clone();
    for (octet, order) in shifted[32..].iter_mut().zip(ED25519_ORDER) {
        let sum = u16::from(*octet) + u16::from(order) + carry;
        *octet = u8::try_from(sum & 0xff).unwrap();
        carry = sum >> 8;
    }
    assert_ne!(shifted, good);
    assert!(!signed.accepts(shifted));
}

#[test]
fn an_rsa_signature_has_the_length_of_the_modulus() {
    for algorithm in [Algorithm::Rs256, Algorithm::Ps256] {
        let signed = signed(algorithm);
        let good = signature(&signed.token);
        assert!(!signed.accepts(&good[1..]));
        assert!(!signed.accepts([&[0], &good[..]].concat()));
        assert!(!signed.accepts([&good[..], &[0]].concat()));
        assert!(!signed.accepts(vec![0; good.len()]));
        assert!(!signed.accepts(vec![0xff; good.len()]), "beyond the modulus");
    }
}
