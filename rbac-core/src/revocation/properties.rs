//! Against a memory that forgets nothing.

use proptest::prelude::*;
use serde_json::json;

use super::tests::{LIFE, NOW, SKEW, Scene, claims_of};
use super::*;

#[derive(Clone, Debug)]
enum Step {
    Token(u8),
    Session(u8),
    Subject(u8),
    IssuedBefore(u64),
    Pass(u64),
}

/// A token as an issuer might make it.
#[derive(Clone, Debug)]
struct Issued {
    id: u8,
    session: Option<u8>,
    subject: u8,
    /// Seconds after the beginning; tokens are shown at the end of the story.
    at: u64,
    life: u64,
}

/// Every revocation there ever was: what by, and the time up to which tokens are meant.
#[derive(Default)]
struct Everything(Vec<(Step, u64)>);

impl Everything {
    fn means(&self, token: &Issued) -> bool {
        let iat = NOW + token.at;
        self.0.iter().any(|(step, until)| match step {
            Step::Token(id) => *id == token.id,
            Step::Session(id) => Some(*id) == token.session,
            Step::Subject(id) => *id == token.subject && iat <= *until,
            Step::IssuedBefore(time) => iat < NOW + *time,
            Step::Pass(_) => false,
        })
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..12_u8).prop_map(Step::Token),
        3 => (0..12_u8).prop_map(Step::Session),
        3 => (0..12_u8).prop_map(Step::Subject),
        1 => (0..2 * LIFE).prop_map(Step::IssuedBefore),
        4 => prop_oneof![0..60_u64, 0..LIFE, LIFE..4 * LIFE].prop_map(Step::Pass),
    ];
    prop::collection::vec(step, 0..40)
}

/// The scene at the end of a story, what was taken back in it, and how long it took.
fn told(scene: &Scene, steps: &[Step], capacity: usize) -> (Everything, u64) {
    let (mut everything, mut time) = (Everything::default(), 0);
    for step in steps {
        match step {
            Step::Token(id) => scene.revoke(&Revocation::token_id(format!("token-{id}"))),
            Step::Session(id) => scene.revoke(&Revocation::session(format!("session-{id}"))),
            Step::Subject(id) => scene.revoke(&Revocation::subject(format!("user-{id}"))),
            Step::IssuedBefore(at) => scene.revoke(&Revocation::issued_before(NOW + at)),
            Step::Pass(seconds) => {
                scene.pass(*seconds);
                time += seconds;
            }
        }
        everything.0.push((step.clone(), NOW + time + SKEW));
        assert!(scene.revocations.read().len() <= capacity);
    }
    (everything, time)
}

/// Tokens of that story that are alive at its end: issued by then, and before their revocation where they are meant.
fn alive(time: u64, life: impl Strategy<Value = u64>) -> impl Strategy<Value = Issued> {
    (
        0..12_u8,
        prop::option::of(0..12_u8),
        0..12_u8,
        0..=time + SKEW,
        life,
    )
        .prop_map(|(id, session, subject, at, life)| Issued {
            id,
            session,
            subject,
            at,
            life,
        })
}

fn is_alive(token: &Issued, time: u64) -> bool {
    time < token.at + token.life + SKEW
}

/// Whether the token may exist: an id or a session that was taken back names no later token.
fn is_believable(token: &Issued, steps: &[Step]) -> bool {
    let mut time = 0;
    steps.iter().all(|step| {
        match step {
            Step::Pass(seconds) => time += seconds,
            Step::Token(id) if *id == token.id => return token.at <= time + SKEW,
            Step::Session(id) if Some(*id) == token.session => return token.at <= time + SKEW,
            _ => {}
        }
        true
    })
}

fn claims(token: &Issued) -> Claims {
    let mut claims = json!({"jti": format!("token-{}", token.id), "sub": format!("user-{}", token.subject),
        "iat": NOW + token.at, "exp": NOW + token.at + token.life});
    if let Some(session) = token.session {
        claims["sid"] = json!(format!("session-{session}"));
    }
    claims_of(&claims)
}

fn story(life: impl Strategy<Value = u64> + Clone) -> impl Strategy<Value = (Vec<Step>, Vec<Issued>)> {
    steps().prop_flat_map(move |steps| {
        let time = steps
            .iter()
            .map(|step| {
                if let Step::Pass(seconds) = step {
                    *seconds
                } else {
                    0
                }
            })
            .sum();
        (
            Just(steps),
            prop::collection::vec(alive(time, life.clone()), 1..30),
        )
    })
}

proptest! {
    #[test]
    fn row_102_what_was_taken_back_is_refused_however_small_the_memory(
        (steps, tokens) in story(prop_oneof![1..LIFE, LIFE..100 * LIFE]),
        capacity in 0..6_usize,
    ) {
        let scene = Scene::new(capacity);
        let (everything, time) = told(&scene, &steps, capacity);
        for token in tokens.iter().filter(|token| is_alive(token, time) && is_believable(token, &steps)) {
            if everything.means(token) {
                prop_assert!(scene.revocations.refuses(&claims(token)), "{token:?}");
            }
        }
    }

    #[test]
    fn with_room_enough_nobody_else_is_refused(
        (steps, tokens) in story(1..LIFE),
    ) {
        let scene = Scene::new(1_000);
        let (everything, time) = told(&scene, &steps, 1_000);
        for token in tokens.iter().filter(|token| is_alive(token, time) && is_believable(token, &steps)) {
            prop_assert_eq!(scene.revocations.refuses(&claims(token)), everything.means(token), "{:?}", token);
        }
    }
}
