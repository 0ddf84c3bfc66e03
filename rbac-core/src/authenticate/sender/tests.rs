use std::sync::LazyLock;

use futures_util::FutureExt;

use super::*;
use crate::certificate::ClientCertificate;
use crate::clock::ManualClock;
use crate::dpop::{FirstTime, MemoryReplayStore, Origin, ProofId, TargetUri, UriError};
use crate::testing::ProofBuilder;
use crate::testing::signing::SigningKey;

const NOW: u64 = 1_800_000_000;
const TOKEN: &str = "an.access.token";
const URI: &str = "https://api.example.com/data";

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::Es256));

fn config() -> Config {
    let issuer = "https://sso.example.com/realms/myapp";
    Config::from_vars(|name| (name == "KEYCLOAK_ISSUER_URL").then(|| issuer.to_owned())).expect("fine")
}

fn checking(config: &Config) -> SenderCheck {
    let clock = ManualClock::at(NOW);
    SenderCheck::new(config, Arc::new(MemoryReplayStore::with_clock(10, clock)))
}

fn to_key() -> Confirmation {
    Confirmation {
        key: Some(KEY.thumbprint()),
        certificate: None,
    }
}

fn to_certificate() -> Confirmation {
    Confirmation {
        key: None,
        certificate: Some(Thumbprint::of(b"certificate")),
    }
}

fn both() -> Confirmation {
    to_key().and(to_certificate()).expect("both")
}

fn proof() -> ProofBuilder {
    ProofBuilder::new(&KEY, "GET", URI, NOW).access_token(TOKEN)
}

fn bearer(certificate: Option<&[u8]>) -> Presented<'static> {
    Presented {
        certificate: certificate.map(ClientCertificate::from_der),
        ..Presented::bearer(TOKEN)
    }
}

fn with_proof<'r>(proof: &'r str, certificate: Option<&[u8]>) -> Presented<'r> {
    let origin = Origin::parse("https://api.example.com").expect("an origin");
    Presented {
        scheme: Scheme::Dpop(DpopRequest {
            proof: Ok(proof),
            method: "GET",
            uri: TargetUri::of_request(&origin, "/data"),
            first_time: FirstTimeOnce::default(),
        }),
        ..bearer(certificate)
    }
}

fn verdict(check: &SenderCheck, bound: Confirmation, presented: &Presented<'_>) -> Option<SenderError> {
    let answer = check.check(bound, presented, NOW).now_or_never();
    answer.expect("nothing to wait for").err()
}

#[test]
fn row_50_each_token_needs_what_it_is_bound_to_and_nothing_less() {
    let free = Confirmation::default();
    for (mode, bound, with_key, certificate, expected) in [
        (DpopMode::Accepted, free, false, None, None),
        (DpopMode::Accepted, free, false, Some(b"certificate"), None),
        (DpopMode::Accepted, free, true, None, Some(SenderError::NotBound)),
        (DpopMode::Accepted, to_key(), true, None, None),
        (
            DpopMode::Accepted,
            to_key(),
            false,
            None,
            Some(SenderError::SentAsBearer),
        ),
        (
            DpopMode::Accepted,
            to_key(),
            false,
            Some(b"certificate"),
            Some(SenderError::SentAsBearer),
        ),
        (
            DpopMode::Accepted,
            to_certificate(),
            false,
            Some(b"certificate"),
            None,
        ),
        (
            DpopMode::Accepted,
            to_certificate(),
            false,
            None,
            Some(SenderError::Certificate),
        ),
        (
            DpopMode::Accepted,
            to_certificate(),
            false,
            Some(b"Certificate"),
            Some(SenderError::Certificate),
        ),
        (
            DpopMode::Accepted,
            to_certificate(),
            true,
            Some(b"certificate"),
            Some(SenderError::NotBound),
        ),
        (DpopMode::Accepted, both(), true, Some(b"certificate"), None),
        (
            DpopMode::Accepted,
            both(),
            true,
            None,
            Some(SenderError::Certificate),
        ),
        (
            DpopMode::Accepted,
            both(),
            false,
            Some(b"certificate"),
            Some(SenderError::SentAsBearer),
        ),
        (DpopMode::Required, to_key(), true, None, None),
        (
            DpopMode::Required,
            free,
            false,
            None,
            Some(SenderError::DpopRequired),
        ),
        (
            DpopMode::Required,
            to_certificate(),
            false,
            Some(b"certificate"),
            Some(SenderError::DpopRequired),
        ),
        (DpopMode::Off, free, false, None, None),
        (
            DpopMode::Off,
            to_key(),
            false,
            None,
            Some(SenderError::SentAsBearer),
        ),
        (DpopMode::Off, to_certificate(), false, Some(b"certificate"), None),
    ] {
        let check = checking(&config().dpop(mode));
        let text = proof().sign();
        let certificate = certificate.map(|name: &[u8; 11]| &name[..]);
        let presented = if with_key {
            with_proof(&text, certificate)
        } else {
            bearer(certificate)
        };
        let found = verdict(&check, bound, &presented);
        assert_eq!(found, expected, "{mode:?} {bound:?} {with_key} {certificate:?}");
    }
}

#[test]
fn a_proof_is_taken_once() {
    let check = checking(&config());
    let (first, second) = (proof().sign(), proof().sign());
    assert_eq!(verdict(&check, to_key(), &with_proof(&first, None)), None);
    let again = verdict(&check, to_key(), &with_proof(&first, None));
    assert_eq!(again, Some(DpopError::Replayed.into()));
    assert_eq!(verdict(&check, to_key(), &with_proof(&second, None)), None);
    // Another signature over another text, but the same `jti`.
    let same_jti = |htu: &str| proof().claim("jti", "one").claim("htu", htu).sign();
    let (here, query) = (same_jti(URI), same_jti("https://api.example.com/data?x=1"));
    assert_eq!(verdict(&check, to_key(), &with_proof(&here, None)), None);
    let again = verdict(&check, to_key(), &with_proof(&query, None));
    assert_eq!(again, Some(DpopError::Replayed.into()));
}

#[test]
fn one_request_may_be_looked_at_more_than_once() {
    let check = checking(&config());
    let text = proof().sign();
    let request = with_proof(&text, None);
    assert_eq!(verdict(&check, to_key(), &request), None);
    assert_eq!(verdict(&check, to_key(), &request), None);
    let again = verdict(&check, to_key(), &with_proof(&text, None));
    assert_eq!(again, Some(DpopError::Replayed.into()), "another request");
}

#[test]
fn a_proof_that_is_refused_is_not_used_up() {
    let check = checking(&config());
    let text = proof().sign();
    assert_eq!(
        verdict(&check, both(), &with_proof(&text, None)),
        Some(SenderError::Certificate)
    );
    let mut elsewhere = with_proof(&text, None);
    if let Scheme::Dpop(request) = &mut elsewhere.scheme {
        request.method = "POST";
    }
    assert_eq!(
        verdict(&check, to_key(), &elsewhere),
        Some(DpopError::Method.into())
    );
    assert_eq!(verdict(&check, to_key(), &with_proof(&text, None)), None);
}

#[test]
fn a_proof_that_is_missing_or_for_no_clear_uri_proves_nothing() {
    let check = checking(&config());
    let text = proof().sign();
    for error in [DpopError::NoProof, DpopError::SeveralProofs] {
        let mut presented = with_proof(&text, None);
        if let Scheme::Dpop(request) = &mut presented.scheme {
            request.proof = Err(error);
        }
        assert_eq!(verdict(&check, to_key(), &presented), Some(error.into()));
    }
    let mut presented = with_proof(&text, None);
    if let Scheme::Dpop(request) = &mut presented.scheme {
        request.uri = Err(UriError);
    }
    assert_eq!(
        verdict(&check, to_key(), &presented),
        Some(DpopError::RequestUri.into())
    );
}

#[test]
fn algorithms_leeway_and_nonces_are_those_of_the_configuration() {
    let ed_only = checking(&config().dpop_algorithms([Algorithm::EdDsa]));
    let text = proof().sign();
    let refused = verdict(&ed_only, to_key(), &with_proof(&text, None));
    assert_eq!(refused, Some(DpopError::AlgorithmNotAllowed.into()));

    let old = proof().claim("iat", NOW - 25).sign();
    assert_eq!(
        verdict(&checking(&config()), to_key(), &with_proof(&old, None)),
        None
    );
    let mut strict = config();
    strict.clock_skew = Duration::ZERO;
    let refused = verdict(&checking(&strict), to_key(), &with_proof(&old, None));
    assert_eq!(refused, Some(DpopError::Time.into()));

    let with_nonces = checking(&config().dpop_nonces());
    let refused = verdict(&with_nonces, to_key(), &with_proof(&text, None));
    assert_eq!(refused, Some(DpopError::Nonce.into()));
    let nonce = with_nonces.nonce(NOW).expect("a nonce");
    let text = proof().claim("nonce", nonce).sign();
    assert_eq!(verdict(&with_nonces, to_key(), &with_proof(&text, None)), None);
    assert_eq!(checking(&config()).nonce(NOW), None);
}

struct Broken;

impl ReplayStore for Broken {
    fn first_time(&self, _: ProofId, _: Duration) -> FirstTime<'_> {
        Box::pin(async { Err(ReplayStoreError::Unavailable("down".to_owned())) })
    }
}

#[test]
fn row_102_without_room_or_without_a_store_no_proof_is_taken() {
    let clock = ManualClock::at(NOW);
    let small = SenderCheck::new(&config(), Arc::new(MemoryReplayStore::with_clock(1, clock)));
    let (first, second) = (proof().sign(), proof().sign());
    assert_eq!(verdict(&small, to_key(), &with_proof(&first, None)), None);
    let refused = verdict(&small, to_key(), &with_proof(&second, None));
    assert_eq!(refused, Some(ReplayStoreError::Full.into()));

    let broken = SenderCheck::new(&config(), Arc::new(Broken));
    let refused = verdict(&broken, to_key(), &with_proof(&first, None));
    assert!(
        matches!(refused, Some(SenderError::ReplayStore(_))),
        "{refused:?}"
    );
    assert_eq!(
        verdict(&broken, Confirmation::default(), &bearer(None)),
        None,
        "bearers need none"
    );
}
