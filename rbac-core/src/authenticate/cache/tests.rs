//! Tests: what a cache must never answer, and what it must never cost.

use std::sync::Barrier;
use std::sync::atomic::AtomicUsize;

use super::*;
use crate::issuer::Unavailable;
use crate::jwk::SelectError;

mod flood;

const START: u64 = 1_800_000_000;

fn cache() -> TokenCache {
    TokenCache::new(1_000).expect("a cache")
}

fn at(seconds: u64) -> Moment {
    Moment {
        unix: START + seconds,
        monotonic: Duration::from_secs(seconds),
    }
}

/// Held against the first edition of the first issuer's keys.
fn held(now: Moment) -> Held {
    Held {
        authority: 0,
        keys: 1,
        now,
    }
}

/// A token that is good for a minute, from a minute ago.
fn good(held: Held) -> Result<Verified, AuthenticationError> {
    let bounds = Bounds::new(held, START - 60..START + 60);
    Ok(Verified::signed(Confirmation::default(), bounds))
}

const FORGED: AuthenticationError = AuthenticationError::Signature(JwsError::InvalidSignature);

/// Whether `verify` was asked, and what came of it.
fn asked(
    cache: &TokenCache,
    token: &str,
    held: Held,
    verify: impl Fn(Held) -> Result<Verified, AuthenticationError>,
) -> (bool, Result<(), AuthenticationError>) {
    let before = cache.stats().verifications;
    let token = cache.fingerprint(token.as_bytes()).expect("a fingerprint");
    let judged = cache.recall_or(token, held, || verify(held)).map(drop);
    (cache.stats().verifications > before, judged)
}

#[test]
fn a_thousand_who_bring_one_new_token_wait_for_one_verification() {
    for verdict in [good, |_| Err(FORGED)] {
        let (cache, verified) = (cache(), AtomicUsize::new(0));
        let token = cache.fingerprint(b"new").expect("a fingerprint");
        let (together, now) = (Barrier::new(40), held(at(0)));
        let slow = || {
            verified.fetch_add(1, Ordering::SeqCst);
            std::thread::yield_now();
            verdict(now)
        };
        std::thread::scope(|threads| {
            for _ in 0..40 {
                threads.spawn(|| {
                    together.wait();
                    for _ in 0..25 {
                        let judged = cache.recall_or(token, now, slow).map(drop);
                        assert_eq!(judged, verdict(now).map(drop));
                    }
                });
            }
        });
        assert_eq!(verified.load(Ordering::SeqCst), 1);
    }
}

#[test]
fn a_token_dies_at_its_end_and_leaves_nothing_behind() {
    let cache = cache();
    assert_eq!(asked(&cache, "t", held(at(0)), good), (true, Ok(())));
    assert_eq!(asked(&cache, "t", held(at(59)), good), (false, Ok(())));
    let over = |_| Err(AuthenticationError::Claims(ClaimsError::Expired));
    assert_eq!(
        asked(&cache, "t", held(at(60)), over),
        (true, over(held(at(60))).map(drop))
    );
    assert_eq!((cache.stats().tokens, cache.stats().bytes), (0, 0));
}

#[test]
fn row_96_a_wall_clock_that_is_set_gives_no_token_more_time() {
    let cache = cache();
    asked(&cache, "t", held(at(0)), good).1.expect("good");
    let set_to = |unix: u64, monotonic: u64| Moment {
        unix,
        monotonic: Duration::from_secs(monotonic),
    };
    let is_remembered = |now: Moment| {
        let token = cache.fingerprint(b"t").expect("a fingerprint");
        // Put back in, since whoever is found dead is thrown out.
        cache.keep(token, &good(held(at(0))).expect("good"), at(0));
        cache.verified(token, now, |_| Some(1)).is_some()
    };
    assert!(is_remembered(set_to(START, 0)));
    // Set back by an hour: verification would say that it is not valid yet.
    assert!(!is_remembered(set_to(START - 3_600, 1)));
    // Set back to when it was good, after its time.
    assert!(!is_remembered(set_to(START + 10, 60)));
    // Set ahead.
    assert!(!is_remembered(set_to(START + 3_600, 1)));
    // Before 1970.
    assert!(!is_remembered(set_to(0, 1)));
    assert!(is_remembered(set_to(START - 60, 1)));
    assert!(!is_remembered(set_to(START - 61, 1)));
}

#[test]
fn row_58_what_one_issuer_or_one_set_of_keys_said_counts_for_no_other() {
    let cache = cache();
    let first = held(at(0));
    asked(&cache, "t", first, good).1.expect("good");
    for other in [
        Held { keys: 2, ..first },
        Held {
            authority: 1,
            ..first
        },
    ] {
        assert_eq!(
            asked(&cache, "t", other, |_| Err(FORGED)),
            (true, Err(FORGED)),
            "{other:?}"
        );
        asked(&cache, "t", first, good).1.expect("good");
    }
    asked(&cache, "f", first, |_| Err(FORGED)).1.expect_err("forged");
    assert!(asked(&cache, "f", Held { keys: 2, ..first }, good).0);
}

#[test]
fn row_59_a_token_refused_by_the_keys_of_now_is_not_let_in_by_those_of_before() {
    let cache = cache();
    let (before, after) = (
        held(at(0)),
        Held {
            keys: 2,
            ..held(at(1))
        },
    );
    asked(&cache, "t", before, good).1.expect("good");
    assert_eq!(asked(&cache, "t", after, |_| Err(FORGED)), (true, Err(FORGED)));
    // An instance that still works with the old set has to look for itself.
    assert!(asked(&cache, "t", before, good).0);
}

#[test]
fn what_was_refused_is_refused_for_five_seconds_without_another_look() {
    let cache = cache();
    let forged = |_| Err(FORGED);
    assert_eq!(asked(&cache, "t", held(at(0)), forged), (true, Err(FORGED)));
    assert_eq!(asked(&cache, "t", held(at(4)), good), (false, Err(FORGED)));
    assert_eq!(asked(&cache, "t", held(at(5)), good), (true, Ok(())));
    assert_eq!(asked(&cache, "t", held(at(5)), forged), (false, Ok(())));
}

#[test]
fn what_time_or_the_issuer_may_mend_is_never_remembered() {
    let cache = cache();
    let mendable = [
        AuthenticationError::Signature(JwsError::Key(SelectError::UnknownKeyId)),
        AuthenticationError::Signature(JwsError::Key(SelectError::NoCompatibleKey)),
        AuthenticationError::Claims(ClaimsError::NotYetValid),
        AuthenticationError::Claims(ClaimsError::IssuedInFuture),
        AuthenticationError::Unavailable(Unavailable::NoKeys),
        AuthenticationError::Unavailable(Unavailable::TimedOut),
        AuthenticationError::Inactive,
    ];
    for error in mendable {
        let refuse = |_| Err(error.clone());
        assert_eq!(
            asked(&cache, "t", held(at(0)), refuse),
            (true, Err(error.clone()))
        );
        assert_eq!(
            asked(&cache, "t", held(at(0)), refuse),
            (true, Err(error.clone()))
        );
    }
    assert_eq!(asked(&cache, "t", held(at(0)), good), (true, Ok(())));
}

#[test]
fn a_panic_while_verifying_locks_nobody_out() {
    let cache = cache();
    let token = cache.fingerprint(b"t").expect("a fingerprint");
    let failed = std::thread::scope(|threads| {
        let dies = || drop(cache.recall_or(token, held(at(0)), || panic!("a fault in the verification")));
        threads.spawn(dies).join()
    });
    assert!(failed.is_err());
    assert_eq!(asked(&cache, "t", held(at(0)), good), (true, Ok(())));
}

#[test]
fn no_change_of_a_token_leaves_its_fingerprint() {
    let cache = cache();
    let print = |token: &[u8]| cache.fingerprint(token).expect("a fingerprint");
    let token: Vec<u8> = (0..1_400_u32)
        .map(|at| b'A' + u8::try_from(at * 7 % 26).expect("a letter"))
        .collect();
    let original = print(&token);
    assert_eq!(print(&token), original);
    for at in 0..token.len() {
        let mut changed = token.clone();
        changed[at] ^= 1;
        assert_ne!(print(&changed), original, "byte {at}");
        assert_ne!(print(&token[..at]), original, "cut at {at}");
    }
    assert_ne!(print(&[token.as_slice(), b"\0"].concat()), original);
    assert_ne!(print(&[token.as_slice(), &[0; 16]].concat()), original);
}

#[test]
fn nobody_can_tell_fingerprints_beforehand() {
    let print = |cache: &TokenCache| cache.fingerprint(b"token").expect("a fingerprint");
    assert_ne!(
        print(&cache()),
        print(&cache()),
        "each cache has a key of its own"
    );
    assert_eq!(format!("{:?}", print(&cache())), "Fingerprint");
}

#[test]
fn a_cache_of_no_size_is_none() {
    assert!(TokenCache::new(0).is_none());
    let tiny = TokenCache::new(1).expect("a cache");
    for token in ["a", "b", "c"] {
        assert_eq!(asked(&tiny, token, held(at(0)), good), (true, Ok(())));
        assert_eq!(asked(&tiny, token, held(at(0)), good), (false, Ok(())));
    }
    assert_eq!(tiny.stats().tokens, 1);
}
