//! The library's verdict on one token.

use rbac_core::Algorithm;
use rbac_core::clock::{Clock as _, SystemClock};
use rbac_core::jwk::{KeySet, MAX_SET_BYTES};
use rbac_core::jws;
use rbac_core::offline::Verifier;
use rbac_core::token::{DEFAULT_MAX_TOKEN_BYTES, UnverifiedToken};

use super::Options;
use crate::exit::Failure;
use crate::{input, output};

pub(super) struct Judge {
    scope: Scope,
    now: Option<u64>,
}

/// How far a token is looked at.
enum Scope {
    Signature { keys: KeySet, allowed: Vec<Algorithm> },
    Claims(Verifier),
}

impl Judge {
    pub(super) fn new(options: &Options) -> Result<Self, Failure> {
        let (keys, allowed) = (keys(options)?, algorithms(&options.alg));
        let scope = match (&options.issuer, options.signature_only) {
            (Some(issuer), false) => Scope::Claims(
                Verifier::new(keys, issuer, &options.audience)
                    .algorithms(allowed)
                    .clock_skew(options.skew),
            ),
            _ => Scope::Signature { keys, allowed },
        };
        Ok(Self {
            scope,
            now: options.now,
        })
    }

    /// What is right with the token, or what is wrong; nothing of the token is in either.
    pub(super) fn judge(&self, token: &str) -> Result<String, String> {
        match &self.scope {
            Scope::Signature { keys, allowed } => {
                let token =
                    UnverifiedToken::parse(token, DEFAULT_MAX_TOKEN_BYTES).map_err(|e| e.to_string())?;
                jws::verify_bytes(&token, keys, allowed).map_err(|e| e.to_string())?;
                Ok("the signature is valid".to_owned())
            }
            Scope::Claims(verifier) => {
                let now = self.now.unwrap_or_else(|| SystemClock.unix_now());
                verifier.verify(token, now).map_err(|e| e.to_string())?;
                Ok("signature and claims are valid".to_owned())
            }
        }
    }
}

fn keys(options: &Options) -> Result<KeySet, Failure> {
    let text = input::file(&options.jwks, MAX_SET_BYTES)?;
    let shown = options.jwks.display();
    let keys = KeySet::parse(&text).map_err(|error| Failure::Unjudged(format!("`{shown}`: {error}")))?;
    for skipped in keys.skipped().iter().filter(|key| key.reason.is_dangerous()) {
        output::complain(
            "warning",
            &format!("`{shown}`: key {}: {}", skipped.index, skipped.reason),
        );
    }
    if keys.is_empty() {
        output::complain(
            "warning",
            &format!("`{shown}`: no key that can verify a signature"),
        );
    }
    Ok(keys)
}

/// What is not offered allows nothing: said, and no reason to refuse the work.
fn algorithms(names: &[String]) -> Vec<Algorithm> {
    let known = |name: &String| {
        let parsed = name.trim().parse();
        if parsed.is_err() {
            let name = name.escape_debug();
            output::complain(
                "warning",
                &format!("`{name}` is not offered, so it allows nothing"),
            );
        }
        parsed.ok()
    };
    names.iter().filter_map(known).collect()
}
