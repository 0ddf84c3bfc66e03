use std::collections::BTreeSet;

use super::*;
use crate::clock::ManualClock;
use crate::config::Config;
use crate::testing::signing::{SigningKey, jwk_set};

fn store() -> Arc<KeyStore> {
    let config = Config::from_vars(|name| {
        (name == "KEYCLOAK_ISSUER_URL").then(|| "http://127.0.0.1:9/realms/myapp".to_owned())
    });
    let config = config.expect("fine");
    let client = IssuerClient::new(&config.base).expect("a client");
    let directory = Directory::new(client.clone(), &config);
    KeyStore::new(client, directory, Arc::new(ManualClock::at(1_800_000_000)))
}

fn keys(id: &str) -> KeySet {
    let key = SigningKey::generate(crate::Algorithm::EdDsa).key_id(id);
    KeySet::parse(jwk_set([&key]).to_string().as_bytes()).expect("a key set")
}

#[test]
fn row_99_instances_that_start_together_do_not_refresh_together() {
    let store = store();
    let refreshes: BTreeSet<Duration> = (0..50)
        .map(|_| {
            store.store(keys("k1"), Duration::ZERO);
            store.current.load_full().expect("stored").refresh_from
        })
        .collect();
    let (earliest, latest) = (TTL - 2 * AHEAD, TTL - AHEAD);
    assert!(refreshes.iter().all(|from| (earliest..=latest).contains(from)));
    assert!(refreshes.len() > 10, "left to chance");
}

#[test]
fn row_99_failures_wait_longer_each_time_and_not_all_alike() {
    let mut waits = BTreeSet::new();
    for _ in 0..50 {
        let mut attempts = Attempts::default();
        for failure in 0..100_u32 {
            attempts.failed(Duration::ZERO);
            let longest = Duration::from_secs(1 << failure.min(5)).min(MAX_BACKOFF);
            assert!(attempts.not_before >= longest / 2 && attempts.not_before <= longest);
        }
        waits.insert(attempts.not_before);
        attempts.succeeded();
        assert_eq!(attempts.not_before, Duration::ZERO);
    }
    assert!(waits.len() > 10, "left to chance");
}

#[test]
fn row_101_a_set_is_replaced_as_a_whole() {
    let store = store();
    store.store(keys("k1"), Duration::ZERO);
    let before = store.usable(Duration::ZERO).expect("keys");
    store.store(keys("k2"), Duration::ZERO);
    let after = store.usable(Duration::ZERO).expect("keys");
    let ids = |keys: &KeySet| -> Vec<String> {
        keys.keys()
            .filter_map(|key| key.key_id().map(ToString::to_string))
            .collect()
    };
    // Whoever read before goes on with what they read, and nobody sees both or none.
    assert_eq!(
        (ids(&before), ids(&after)),
        (vec!["k1".to_owned()], vec!["k2".to_owned()])
    );
    assert!(store.newer_than(&before).is_some() && store.newer_than(&after).is_none());
}

#[test]
fn row_98_an_old_set_has_an_end() {
    let store = store();
    assert!(store.usable(Duration::ZERO).is_none());
    store.store(keys("k1"), Duration::ZERO);
    assert!(store.usable(STALE_LIMIT - Duration::from_secs(1)).is_some());
    assert!(store.usable(STALE_LIMIT).is_none());
}
