use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::clock::ManualClock;

pub(super) const NOW: u64 = 1_800_000_000;
pub(super) const ISSUER: &str = "https://sso.example.com/realms/myapp";
pub(super) const SKEW: u64 = 10;
/// The longest that a token usually lives, in seconds.
pub(super) const LIFE: u64 = 3_600;

pub(super) struct Scene {
    pub(super) clock: Arc<ManualClock>,
    pub(super) revocations: Revocations,
}

impl Scene {
    pub(super) fn new(capacity: usize) -> Self {
        let config = Config::from_vars(|name| (name == "KEYCLOAK_ISSUER_URL").then(|| ISSUER.to_owned()));
        let config = config.expect("fine").max_token_life(Duration::from_secs(LIFE));
        let clock = Arc::new(ManualClock::at(NOW));
        let shared: Arc<dyn Clock> = Arc::clone(&clock) as _;
        let revocations = Revocations::new(&config.max_revocations(capacity), shared);
        Self { clock, revocations }
    }

    pub(super) fn revoke(&self, revocation: &Revocation) {
        let change = self
            .revocations
            .requested(revocation)
            .expect("it names something");
        self.revocations.apply(change);
    }

    pub(super) fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    fn refuses(&self, claims: &Value) -> bool {
        self.revocations.refuses(&claims_of(claims))
    }

    fn generation(&self) -> u64 {
        self.revocations.generation(Moment::of(&*self.clock))
    }

    fn len(&self) -> usize {
        self.revocations.read().len()
    }
}

pub(super) fn claims_of(claims: &Value) -> Claims {
    Claims::new(claims.as_object().cloned().expect("an object"))
}

fn token(number: u64) -> Value {
    json!({"jti": format!("token-{number}"), "sid": format!("session-{number}"), "sub": format!("user-{number}"),
        "iat": NOW, "exp": NOW + 300})
}

fn with(mut token: Value, name: &str, value: impl Into<Value>) -> Value {
    token[name] = value.into();
    token
}

#[test]
fn a_revocation_is_about_what_it_names_and_nothing_else() {
    for revocation in [
        Revocation::token_id("token-1"),
        Revocation::session("session-1"),
        Revocation::subject("user-1"),
    ] {
        let scene = Scene::new(10);
        assert!(!scene.refuses(&token(1)), "{revocation:?}");
        scene.revoke(&revocation);
        assert!(scene.refuses(&token(1)), "{revocation:?}");
        assert!(!scene.refuses(&token(2)), "{revocation:?}");
    }
}

#[test]
fn a_name_in_another_claim_is_another_name() {
    let scene = Scene::new(10);
    scene.revoke(&Revocation::subject("x"));
    assert!(!scene.refuses(&json!({"jti": "x", "sid": "x", "sub": "y", "iat": NOW})));
    assert!(scene.refuses(&json!({"jti": "y", "sub": "x", "iat": NOW})));
}

#[test]
fn after_a_subjects_revocation_a_new_login_counts_once_it_is_surely_newer() {
    let scene = Scene::new(10);
    scene.revoke(&Revocation::subject("user-1"));
    let issued = |at: u64| with(with(token(1), "iat", at), "exp", at + 300);
    assert!(scene.refuses(&issued(NOW)), "in the same second");
    assert!(
        scene.refuses(&issued(NOW + SKEW)),
        "by a clock that is ahead of ours"
    );
    assert!(!scene.refuses(&issued(NOW + SKEW + 1)));
}

#[test]
fn a_token_that_does_not_say_when_it_was_issued_is_refused_where_that_matters() {
    let (scene, mut silent) = (Scene::new(10), token(1));
    silent.as_object_mut().expect("an object").remove("iat");
    assert!(!scene.refuses(&silent));
    for revocation in [
        Revocation::subject("user-1"),
        Revocation::issued_before(NOW - 1_000),
    ] {
        let scene = Scene::new(10);
        scene.revoke(&revocation);
        assert!(scene.refuses(&silent), "{revocation:?}");
    }
    scene.revoke(&Revocation::subject("user-2"));
    assert!(!scene.refuses(&silent));
}

#[test]
fn a_session_is_over_for_tokens_that_are_issued_later_too() {
    let scene = Scene::new(10);
    scene.revoke(&Revocation::session("session-1"));
    scene.pass(60);
    assert!(scene.refuses(&with(token(1), "iat", NOW + 60)));
}

#[test]
fn row_74_not_before_refuses_what_is_older_and_only_rises() {
    let scene = Scene::new(10);
    scene.revoke(&Revocation::issued_before(NOW));
    assert!(scene.refuses(&with(token(1), "iat", NOW - 1)));
    assert!(!scene.refuses(&token(1)));
    scene.revoke(&Revocation::issued_before(0));
    scene.revoke(&Revocation::issued_before(NOW - 100));
    assert!(scene.refuses(&with(token(1), "iat", NOW - 1)));
    scene.pass(100 * LIFE);
    assert!(scene.refuses(&with(token(1), "iat", NOW - 1)), "it has no end");
}

#[test]
fn an_entry_lives_as_long_as_the_token_and_its_memory_is_given_back() {
    let scene = Scene::new(10);
    let thief = crate::testing::principal("x").claim("jti", json!("token-1"));
    let thief = thief
        .claim("exp", json!(NOW + 300))
        .claim("iss", json!(ISSUER))
        .build();
    scene.revoke(&Revocation::token(&thief));
    scene.revoke(&Revocation::session("session-2"));
    scene.pass(300 + SKEW - 1);
    assert!(scene.refuses(&token(1)), "in the last second of its leeway");
    scene.pass(2);
    assert!(scene.refuses(&token(2)));
    assert_eq!(scene.len(), 1, "the token's end was known");
    scene.pass(LIFE + 3 * SKEW);
    assert!(!scene.refuses(&with(with(token(3), "iat", NOW + LIFE), "exp", NOW + LIFE + 300)));
    assert!(scene.revocations.read().is_empty());
    assert!(scene.revocations.is_quiet.load(Ordering::SeqCst));
}

#[test]
fn a_token_that_outlives_the_memory_is_refused_if_it_may_have_been_meant() {
    let scene = Scene::new(10);
    scene.revoke(&Revocation::session("session-1"));
    scene.pass(2 * LIFE);
    let long = |iat: u64| with(with(token(2), "iat", iat), "exp", iat + LIFE + 1_000_000);
    assert!(
        scene.refuses(&long(NOW)),
        "issued before the revocation that nobody remembers"
    );
    assert!(!scene.refuses(&long(NOW + 2 * LIFE)));
    assert!(!scene.refuses(&with(
        with(token(2), "iat", NOW + 2 * LIFE),
        "exp",
        NOW + 3 * LIFE
    )));
}

#[test]
fn the_revocation_of_one_token_whose_end_is_known_hits_no_other_that_lives_long() {
    let scene = Scene::new(10);
    let principal = crate::testing::principal("x").claim("jti", json!("token-1"));
    let principal = principal
        .claim("exp", json!(NOW + 300))
        .claim("iss", json!(ISSUER))
        .build();
    scene.revoke(&Revocation::token(&principal));
    scene.pass(400);
    assert!(!scene.refuses(&with(token(2), "exp", NOW + 100 * LIFE)));
}

#[test]
fn row_102_a_full_memory_refuses_more_and_forgets_nothing() {
    let scene = Scene::new(5);
    for number in 0..100 {
        scene.revoke(&Revocation::session(format!("session-{number}")));
        scene.pass(1);
        assert!(scene.len() <= 5);
    }
    for number in 0..100 {
        assert!(scene.refuses(&token(number)), "{number}");
    }
    // The price: others that are as old as the oldest of what is remembered. Whoever is newer is not hit.
    assert!(scene.refuses(&token(1_000)));
    let newer = NOW + 95 + SKEW;
    assert!(!scene.refuses(&with(with(token(1_000), "iat", newer), "exp", newer + 300)));
    scene.pass(LIFE + 200);
    let now = NOW + 100 + LIFE + 200;
    assert!(!scene.refuses(&with(with(token(1_000), "iat", now), "exp", now + 300)));
    assert!(scene.revocations.read().is_empty(), "nobody issued then is alive");
}

#[test]
fn row_102_the_same_again_takes_no_second_place() {
    let scene = Scene::new(5);
    for _ in 0..100 {
        scene.revoke(&Revocation::session("session-1"));
        scene.pass(1);
    }
    assert_eq!(scene.len(), 1);
    assert!(!scene.refuses(&token(2)), "nothing had to be folded");
}

#[test]
fn row_96_no_adjustment_of_the_wall_clock_brings_a_token_back() {
    for wrong in [0, NOW - 3_600, NOW + 3_600, NOW + 100 * LIFE, u64::MAX] {
        let scene = Scene::new(5);
        scene.revoke(&Revocation::session("session-1"));
        scene.clock.set_unix(wrong);
        scene.revoke(&Revocation::session("session-2"));
        assert!(scene.refuses(&token(1)), "{wrong}");
        scene.clock.set_unix(NOW);
        assert!(scene.refuses(&token(1)) && scene.refuses(&token(2)), "{wrong}");
        scene.pass(300);
        assert!(scene.refuses(&token(1)) && scene.refuses(&token(2)), "{wrong}");
    }
}

#[test]
fn row_96_an_entry_outlives_a_clock_that_was_set_back() {
    let scene = Scene::new(5);
    scene.revoke(&Revocation::session("session-1"));
    scene.clock.set_unix(NOW - LIFE);
    scene.pass(LIFE + 100);
    let late = with(token(1), "exp", NOW + LIFE);
    assert!(
        scene.refuses(&late),
        "by the wall clock the token lives for an hour yet"
    );
    scene.pass(LIFE + 100);
    assert!(!scene.refuses(&with(token(2), "iat", NOW + 50)));
    assert_eq!(scene.len(), 0);
}

#[test]
fn the_generation_changes_with_every_news_and_with_nothing_else() {
    let scene = Scene::new(5);
    let mut before = scene.generation();
    for revocation in [
        Revocation::session("session-1"),
        Revocation::subject("user-1"),
        Revocation::token_id("token-1"),
        Revocation::issued_before(NOW - 10),
    ] {
        scene.revoke(&revocation);
        assert_ne!(scene.generation(), before, "{revocation:?}");
        before = scene.generation();
        scene.revoke(&revocation);
        assert_eq!(scene.generation(), before, "{revocation:?} again");
    }
    scene.refuses(&token(1));
    assert_eq!(scene.generation(), before);
}

#[test]
fn a_token_without_an_id_cannot_be_taken_back_by_it() {
    let scene = Scene::new(5);
    let principal = crate::testing::principal("x").build();
    assert_eq!(
        scene.revocations.requested(&Revocation::token(&principal)),
        Err(RevocationError::NoTokenId)
    );
}

#[test]
fn what_was_taken_back_does_not_say_of_whom() {
    let shown = format!("{:?}", Revocation::subject("alice@example.com"));
    assert!(shown.contains("sub") && !shown.contains("alice"), "{shown}");
}

#[test]
fn the_generation_changes_when_an_unlimited_token_could_be_meant_by_what_is_forgotten() {
    let scene = Scene::new(5);
    let unlimited = with(token(2), "exp", NOW + 1_000_000);
    scene.revoke(&Revocation::session("session-1"));
    let before = scene.generation();
    assert!(!scene.refuses(&unlimited));
    scene.pass(LIFE + 100);
    assert_ne!(
        scene.generation(),
        before,
        "told by asking, without another token's help"
    );
    assert!(scene.refuses(&unlimited));
}
