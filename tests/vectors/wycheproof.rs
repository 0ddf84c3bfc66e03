//! Wycheproof's vectors for JSON Web Signatures. They are not part of this project: the folder that holds
//! `json_web_signature_test.json` is named by the variable `JOSE_VECTORS_DIR`.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use rbac_core::Algorithm;
use rbac_core::jwk::KeySet;
use rbac_core::jws;
use rbac_core::token::{DEFAULT_MAX_TOKEN_BYTES, UnverifiedToken};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::deviations::DEVIATIONS;

const VARIABLE: &str = "JOSE_VECTORS_DIR";
const FILE: &str = "json_web_signature_test.json";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vectors {
    number_of_tests: usize,
    test_groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    comment: String,
    public: Option<Value>,
    private: Value,
    tests: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    tc_id: u32,
    comment: String,
    jws: Value,
    result: String,
}

#[test]
fn wycheproofs_verdicts_are_ours_but_for_explained_deviations() {
    let Some(vectors) = vectors() else { return };
    let found = deviations(&vectors);
    let explained: BTreeMap<u32, &str> = DEVIATIONS
        .iter()
        .flat_map(|(ids, reason)| ids.iter().map(|id| (*id, *reason)))
        .collect();

    let unexplained: Vec<_> = found
        .iter()
        .filter(|(id, _)| !explained.contains_key(id))
        .collect();
    assert!(
        unexplained.is_empty(),
        "verdicts that differ without a reason: {unexplained:#?}"
    );
    let outdated: Vec<_> = explained
        .iter()
        .filter(|(id, _)| !found.contains_key(id))
        .collect();
    assert!(
        outdated.is_empty(),
        "explained, but no longer different: {outdated:#?}"
    );
}

#[test]
fn wycheproofs_file_is_complete_and_says_both_yes_and_no() {
    let Some(vectors) = vectors() else { return };
    let tests = || vectors.test_groups.iter().flat_map(|group| &group.tests);
    assert_eq!(tests().count(), vectors.number_of_tests);
    let valid = tests().filter(|vector| vector.result == "valid").count();
    let invalid = tests().filter(|vector| vector.result == "invalid").count();
    assert_eq!(
        valid + invalid,
        vectors.number_of_tests,
        "there is no third verdict"
    );
    assert!(valid >= 46 && invalid >= 355, "{valid} valid, {invalid} invalid");
    let accepted = vectors
        .test_groups
        .iter()
        .flat_map(|group| group.tests.iter().map(move |test| verdict(group, test)));
    assert!(
        accepted.filter(Result::is_ok).count() >= 30,
        "hardly anything is accepted"
    );
}

/// The vectors, or nothing where the variable is not set: said aloud, and a failure in CI.
fn vectors() -> Option<Vectors> {
    let Some(folder) = std::env::var_os(VARIABLE) else {
        let advice = format!(
            "NOT RUN: Wycheproof's vectors. Put {FILE} of github.com/C2SP/wycheproof (folder testvectors_v1) into some \
             folder, then: {VARIABLE}=<folder> cargo test -p rbac-tests --test vectors"
        );
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{advice}");
        // Past the test harness, which would swallow what a passing test prints.
        let mut past_the_harness = std::io::stderr();
        writeln!(past_the_harness, "{advice}").unwrap();
        return None;
    };
    let path = PathBuf::from(folder).join(FILE);
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{VARIABLE}: {}: {error}", path.display()));
    Some(serde_json::from_slice(&text).unwrap())
}

/// The vectors on which we differ, each with what we say.
fn deviations(vectors: &Vectors) -> BTreeMap<u32, String> {
    let mut found = BTreeMap::new();
    for group in &vectors.test_groups {
        for vector in &group.tests {
            let ours = verdict(group, vector);
            if ours.is_ok() != (vector.result == "valid") {
                let (comment, theirs) = (&vector.comment, &vector.result);
                found.insert(
                    vector.tc_id,
                    format!("{}, {comment}: {theirs}, ours: {ours:?}", group.comment),
                );
            }
        }
    }
    found
}

fn verdict(group: &Group, vector: &Vector) -> Result<(), String> {
    // A group without a public key has a symmetric one, which stands for an issuer that publishes its secret.
    let key = group.public.as_ref().unwrap_or(&group.private);
    let keys =
        KeySet::parse(json!({ "keys": [key] }).to_string().as_bytes()).map_err(|error| error.to_string())?;
    let text = match &vector.jws {
        Value::String(text) => text.clone(),
        json_serialisation => json_serialisation.to_string(),
    };
    let token = UnverifiedToken::parse(&text, DEFAULT_MAX_TOKEN_BYTES).map_err(|error| error.to_string())?;
    jws::verify_bytes(&token, &keys, &allowed(key))
        .map(drop)
        .map_err(|error| error.to_string())
}

/// The group's `alg` as allow-list: nothing, when we do not know it; everything, when it has none.
fn allowed(key: &Value) -> Vec<Algorithm> {
    match key["alg"].as_str() {
        Some(name) => name.parse().into_iter().collect(),
        None => Algorithm::ALL.to_vec(),
    }
}
