//! A JWK set, as an issuer, or whoever answers in its place, sends it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rbac_core::jwk::{KeySet, MAX_KEYS, MAX_SET_BYTES, SkipReason};
use serde_json::Value;

fuzz_target!(|body: &[u8]| {
    let Ok(set) = KeySet::parse(body) else {
        return;
    };
    assert!(body.len() <= MAX_SET_BYTES && set.len() + set.skipped().len() <= MAX_KEYS);
    assert!(set.keys().all(|key| key.algorithms().next().is_some()));
    let mut ids: Vec<&str> = set
        .keys()
        .filter_map(|key| key.key_id())
        .map(|id| id.as_str())
        .collect();
    let named = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), named, "one key for each id");

    let document: Value = match serde_json::from_slice(body) {
        Ok(document) => document,
        // A number beyond a double, or nesting beyond the other reader's limit, in a part that was passed over.
        Err(_) => return,
    };
    let published = document["keys"].as_array().expect("a list");
    assert_eq!(set.len() + set.skipped().len(), published.len());
    for skipped in set.skipped() {
        let is_secret = matches!(skipped.reason, SkipReason::SymmetricKey | SkipReason::PrivateKey);
        assert_eq!(skipped.reason.is_dangerous(), is_secret);
    }
    let skipped: Vec<usize> = set.skipped().iter().map(|skipped| skipped.index).collect();
    for (index, jwk) in published.iter().enumerate() {
        if skipped.contains(&index) {
            continue;
        }
        for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] {
            assert!(jwk.get(private).is_none());
        }
        assert!(jwk.get("use").is_none_or(|purpose| purpose == "sig"));
        assert!(matches!(jwk["kty"].as_str(), Some("RSA" | "EC" | "OKP")));
    }
});
