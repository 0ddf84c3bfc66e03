//! What a token is bound to: its claim `cnf` (RFC 7800 section 3).

use serde_json::{Map, Value};

use crate::thumbprint::Thumbprint;

/// What the sender of a token has to prove to hold: a key, a certificate, both or nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Confirmation {
    /// The key of its DPoP proofs (`jkt`, RFC 9449 section 6.1).
    pub(crate) key: Option<Thumbprint>,
    /// The certificate of its connection (`x5t#S256`, RFC 8705 section 3.1).
    pub(crate) certificate: Option<Thumbprint>,
}

/// `cnf` is not understood, so nobody can prove what it asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct NotUnderstood;

impl Confirmation {
    /// Reads the claim; a token without it is bound to nothing.
    // INVARIANT: a member that is not understood refuses the token: to leave it out would be to unbind it.
    pub(crate) fn read(claims: &Map<String, Value>) -> Result<Self, NotUnderstood> {
        let mut confirmation = Self::default();
        let Some(cnf) = claims.get("cnf") else {
            return Ok(confirmation);
        };
        for (name, value) in cnf.as_object().ok_or(NotUnderstood)? {
            match name.as_str() {
                "jkt" => confirmation.key = Some(thumbprint(value)?),
                "x5t#S256" => confirmation.certificate = Some(thumbprint(value)?),
                // Keycloak's own word for what kind of thumbprint `jkt` is.
                "kc-jkt-type" if value == "DPoP" => {}
                _ => return Err(NotUnderstood),
            }
        }
        if confirmation == Self::default() {
            return Err(NotUnderstood);
        }
        Ok(confirmation)
    }

    /// What both of two descriptions of one token ask for; each may be silent where the other is not.
    pub(crate) fn and(self, other: Self) -> Result<Self, NotUnderstood> {
        Ok(Self {
            key: either(self.key, other.key)?,
            certificate: either(self.certificate, other.certificate)?,
        })
    }
}

fn either(one: Option<Thumbprint>, other: Option<Thumbprint>) -> Result<Option<Thumbprint>, NotUnderstood> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => Err(NotUnderstood),
        (one, other) => Ok(one.or(other)),
    }
}

fn thumbprint(value: &Value) -> Result<Thumbprint, NotUnderstood> {
    value.as_str().and_then(Thumbprint::parse).ok_or(NotUnderstood)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(cnf: Value) -> Result<Confirmation, NotUnderstood> {
        let claims = json!({"sub": "u", "cnf": cnf});
        Confirmation::read(claims.as_object().expect("an object"))
    }

    #[test]
    fn a_token_is_bound_to_a_key_a_certificate_or_both() {
        let (key, certificate) = (Thumbprint::of(b"key"), Thumbprint::of(b"certificate"));
        let (jkt, x5t) = (key.to_string(), certificate.to_string());
        let of = |key, certificate| Ok(Confirmation { key, certificate });
        assert_eq!(Confirmation::read(&Map::new()), of(None, None));
        assert_eq!(read(json!({"jkt": jkt})), of(Some(key), None));
        assert_eq!(
            read(json!({"jkt": jkt, "kc-jkt-type": "DPoP"})),
            of(Some(key), None)
        );
        assert_eq!(read(json!({"x5t#S256": x5t})), of(None, Some(certificate)));
        assert_eq!(
            read(json!({"x5t#S256": x5t, "jkt": jkt})),
            of(Some(key), Some(certificate))
        );
    }

    #[test]
    fn row_50_what_is_not_understood_unbinds_nothing() {
        let good = Thumbprint::of(b"key").to_string();
        for cnf in [
            json!(null),
            json!("x"),
            json!([]),
            json!({}),
            json!({"kc-jkt-type": "DPoP"}),
            json!({"jkt": good, "kc-jkt-type": "other"}),
            json!({"jkt": good, "kc-jkt-type": null}),
            json!({"jkt": good, "jwk": {}}),
            json!({"jkt": good, "kid": "k1"}),
            json!({"x5t": good}),
            json!({"jkt": null}),
            json!({"jkt": [good]}),
            json!({"jkt": ""}),
            json!({"jkt": good[1..]}),
            json!({"jkt": format!("{good}=")}),
            json!({"jkt": good, "x5t#S256": "x"}),
        ] {
            assert_eq!(read(cnf.clone()), Err(NotUnderstood), "{cnf}");
        }
    }

    #[test]
    fn two_descriptions_of_one_token_add_up_or_contradict() {
        let (one, other) = (Some(Thumbprint::of(b"1")), Some(Thumbprint::of(b"2")));
        let key = |key| Confirmation {
            key,
            certificate: None,
        };
        let certificate = |certificate| Confirmation {
            key: None,
            certificate,
        };
        assert_eq!(key(one).and(key(None)), Ok(key(one)));
        assert_eq!(key(None).and(key(one)), Ok(key(one)));
        assert_eq!(key(one).and(key(one)), Ok(key(one)));
        assert_eq!(key(one).and(key(other)), Err(NotUnderstood));
        assert_eq!(certificate(one).and(certificate(other)), Err(NotUnderstood));
        let both = Confirmation {
            key: one,
            certificate: other,
        };
        assert_eq!(key(one).and(certificate(other)), Ok(both));
    }
}
