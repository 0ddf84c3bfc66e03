//! Wycheproof's vectors through the tool: the verdicts of the library, which `tests/vectors` holds against Wycheproof's own.

use std::io::Write as _;
use std::path::PathBuf;

use rbac_core::Algorithm;
use rbac_core::jwk::KeySet;
use rbac_core::jws;
use rbac_core::token::{DEFAULT_MAX_TOKEN_BYTES, UnverifiedToken};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::process::run;

const VARIABLE: &str = "JOSE_VECTORS_DIR";
const FILE: &str = "json_web_signature_test.json";

#[test]
fn wycheproofs_vectors_get_the_librarys_verdicts() {
    let Some(vectors) = vectors() else { return };
    let (mut judged, mut accepted) = (0, 0);
    for group in vectors["testGroups"].as_array().expect("groups") {
        let key = group.get("public").unwrap_or(&group["private"]);
        let set = json!({ "keys": [key] }).to_string();
        let tokens: Vec<String> = group["tests"]
            .as_array()
            .expect("tests")
            .iter()
            .map(text)
            .collect();
        let verdicts = verdicts(&set, key["alg"].as_str(), &tokens);
        for (token, verdict) in tokens.iter().zip(&verdicts) {
            assert_eq!(*verdict, library(&set, key["alg"].as_str(), token), "{token}");
        }
        assert_eq!(verdicts.len(), tokens.len());
        judged += verdicts.len();
        accepted += verdicts.iter().filter(|valid| **valid).count();
    }
    assert_eq!(Some(judged as u64), vectors["numberOfTests"].as_u64());
    assert!(accepted >= 30, "hardly anything is accepted: {accepted}");
}

fn vectors() -> Option<Value> {
    let Some(folder) = std::env::var_os(VARIABLE) else {
        let advice = format!("NOT RUN: Wycheproof's vectors; {VARIABLE} names no folder with {FILE}");
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{advice}");
        writeln!(std::io::stderr(), "{advice}").expect("standard error");
        return None;
    };
    let text = std::fs::read(PathBuf::from(folder).join(FILE)).expect("the vectors");
    Some(serde_json::from_slice(&text).expect("JSON"))
}

fn text(test: &Value) -> String {
    match &test["jws"] {
        Value::String(text) => text.clone(),
        json_serialisation => json_serialisation.to_string(),
    }
}

fn verdicts(set: &str, alg: Option<&str>, tokens: &[String]) -> Vec<bool> {
    let jwks = NamedTempFile::new().expect("a file");
    std::fs::write(jwks.path(), set).expect("keys");
    let all = Algorithm::ALL.map(Algorithm::name).join(",");
    let path = jwks.path().to_str().expect("a path");
    let run = run(
        &[
            "verify",
            "--signature-only",
            "--jwks",
            path,
            "--alg",
            alg.unwrap_or(&all),
        ],
        tokens
            .iter()
            .map(|token| format!("{token}\n"))
            .collect::<String>(),
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.lines().iter().map(|line| line["valid"] == true).collect()
}

fn library(set: &str, alg: Option<&str>, token: &str) -> bool {
    let keys = KeySet::parse(set.as_bytes()).expect("a set");
    let allowed = match alg {
        Some(name) => name.parse().into_iter().collect(),
        None => Algorithm::ALL.to_vec(),
    };
    let token = UnverifiedToken::parse(token, DEFAULT_MAX_TOKEN_BYTES);
    token.is_ok_and(|token| jws::verify_bytes(&token, &keys, &allowed).is_ok())
}
