//! `rbac verify`: one answer a line, the library's own verdict, whatever is sent.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;
use std::time::{SystemTime, UNIX_EPOCH};

use rbac_core::Algorithm;
use rbac_core::testing::signing::{SigningKey, jwk_set};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::process::{Run, finish, run, tool};

const ISSUER: &str = "https://sso.example.com/realms/myapp";
const NOW: &str = "1700000000";
const ACCEPTED: &str = r#"{"valid":true,"reason":"signature and claims are valid"}"#;

struct Scene {
    key: SigningKey,
    jwks: NamedTempFile,
}

impl Scene {
    fn new() -> Self {
        let key = SigningKey::generate(Algorithm::Es256).key_id("k1");
        let jwks = NamedTempFile::new().expect("a file");
        std::fs::write(jwks.path(), jwk_set([&key]).to_string()).expect("keys");
        Self { key, jwks }
    }

    fn token(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut claims = json!({
            "iss": ISSUER, "aud": ["account", "myapp-backend"], "sub": "bob", "typ": "Bearer",
            "iat": 1_699_999_990, "exp": 1_700_000_290,
        });
        change(&mut claims);
        self.signed(claims.to_string().as_bytes())
    }

    fn signed(&self, payload: &[u8]) -> String {
        self.key
            .sign(&json!({"alg": "ES256", "kid": "k1", "typ": "JWT"}), payload)
    }

    fn arguments<'s>(&'s self, more: &[&'s str]) -> Vec<&'s str> {
        let jwks = self.jwks.path().to_str().expect("a path");
        let mut arguments = vec![
            "verify",
            "--jwks",
            jwks,
            "--issuer",
            ISSUER,
            "--audience",
            "myapp-backend",
        ];
        arguments.extend(more);
        arguments
    }

    fn verify(&self, more: &[&str], input: impl Into<Vec<u8>>) -> Run {
        run(&self.arguments(more), input)
    }

    /// The reason why it refuses this one token, as of `NOW`.
    fn refusal(&self, token: &str) -> String {
        let run = self.verify(&["--now", NOW], format!("{token}\n"));
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        let [answer] = &run.lines()[..] else {
            panic!("not one answer: {}", run.stdout)
        };
        assert_eq!(answer["valid"], false, "{answer}");
        answer["reason"].as_str().expect("a reason").to_owned()
    }
}

#[test]
fn a_good_token_is_valid_and_a_changed_one_is_not() {
    let scene = Scene::new();
    let good = scene.token(|_| {});
    let run = scene.verify(&["--now", NOW], format!("{good}\n{good}x\n{good}\n"));
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!((lines[0], lines[2], lines.len()), (ACCEPTED, ACCEPTED, 3));
    assert_eq!(run.lines()[1]["valid"], false);
}

#[test]
fn each_claim_is_checked_and_the_reason_names_it() {
    let scene = Scene::new();
    for (claim, value) in [
        ("iss", json!("https://sso.example.com/realms/myapp/")),
        ("iss", json!([ISSUER])),
        ("aud", json!("account")),
        ("aud", json!(null)),
        ("exp", json!("1700000290")),
        ("exp", json!(1_700_000_000_u64 + 400_000_000)),
        ("iat", json!(1_700_000_060)),
        ("nbf", json!(1_700_000_060)),
        ("typ", json!("ID")),
        ("sub", json!("")),
        ("cnf", json!({"jkt": "x"})),
    ] {
        let reason = scene.refusal(&scene.token(|claims| claims[claim] = value.clone()));
        assert!(
            reason.contains(&format!("`{claim}`")),
            "{claim} {value}: {reason}"
        );
    }
    let expired = scene.refusal(&scene.token(|claims| claims["exp"] = json!(1_699_999_990)));
    assert_eq!(expired, "the token has expired");
    let list = scene.refusal(&scene.signed(b"[]"));
    assert_eq!(list, "token payload: not a JSON object");
}

#[test]
fn the_clock_is_the_machines_unless_told_and_the_leeway_is_ten_seconds_unless_told() {
    let scene = Scene::new();
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a clock")
        .as_secs();
    let token = |exp: u64| scene.token(|claims| claims["exp"] = json!(exp));
    let valid = |more: &[&str], exp| scene.verify(more, token(exp)).lines()[0]["valid"] == true;
    assert!(valid(&[], now + 60) && !valid(&[], now - 60));
    assert!(valid(&["--now", NOW], 1_699_999_991) && !valid(&["--now", NOW], 1_699_999_990));
    let strict = ["--now", NOW, "--skew", "0"];
    assert!(valid(&strict, 1_700_000_001) && !valid(&strict, 1_700_000_000));
    assert_eq!(scene.verify(&["--skew", "301"], "").code, 2);
}

#[test]
fn several_audiences_are_alternatives_and_only_the_named_algorithms_count() {
    let scene = Scene::new();
    let crm = scene.token(|claims| claims["aud"] = json!("crm"));
    let valid = |more: &[&str]| {
        let run = scene.verify(&[&["--now", NOW], more].concat(), crm.as_str());
        assert_eq!(run.code, 0);
        run.lines()[0]["valid"] == true
    };
    assert!(valid(&["--audience", "other,crm"]) && !valid(&[]));
    assert!(valid(&["--audience", "crm", "--alg", "RS256,ES256"]));
    assert!(!valid(&["--audience", "crm", "--alg", "RS256"]));
}

#[test]
fn row_17_and_18_what_is_not_offered_allows_nothing_and_is_said() {
    let scene = Scene::new();
    for names in ["none", "HS256", "es256", "ES256K,ES512"] {
        let run = scene.verify(&["--now", NOW, "--alg", names], scene.token(|_| {}));
        assert_eq!(
            (run.code, &run.lines()[0]["valid"]),
            (0, &json!(false)),
            "{names}"
        );
        assert!(run.stderr.contains("is not offered"), "{}", run.stderr);
    }
}

#[test]
fn every_hostile_line_has_one_answer_in_its_place() {
    let scene = Scene::new();
    let good = scene.token(|_| {}).into_bytes();
    let long = vec![b'a'; 3_000_000];
    let dots = vec![b'.'; 3_000_000];
    let with_nul = [&good[..20], b"\0", &good[20..]].concat();
    let inner_return = [&good[..20], b"\r", &good[20..]].concat();
    let padded = [b" ", &good[..]].concat();
    let returned = [&good[..], b"\r"].concat();
    let hostile: [&[u8]; 15] = [
        b"",
        b"\0",
        b"\xff\xfe",
        b"\xc3\x28.\xa0.\xa1",
        b"...",
        b"null",
        b"{\"payload\":\"e30\"}",
        b"\x1b[31m",
        &long,
        &dots,
        &with_nul,
        &inner_return,
        &padded,
        b"eyJhbGciOiJub25lIn0.e30.",
        "ä.ö.ü".as_bytes(),
    ];
    for end in [&b"\n"[..], b"\r\n"] {
        let mut input = Vec::new();
        for line in hostile {
            input.extend([line, end, &good, end].concat());
        }
        // The last one has no end, and a lone `\r` is none.
        input.extend(&returned);
        let run = scene.verify(&["--now", NOW], input);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        let verdicts: Vec<bool> = run.lines().iter().map(|line| line["valid"] == true).collect();
        let mut expected = [false, true].repeat(hostile.len());
        expected.push(false);
        assert_eq!(verdicts, expected);
    }
}

#[test]
fn no_input_is_no_answer_and_an_empty_line_is_one() {
    let scene = Scene::new();
    assert_eq!(scene.verify(&[], "").stdout, "");
    let run = scene.verify(&[], "\n\r\n");
    assert_eq!(
        run.stdout,
        "{\"valid\":false,\"reason\":\"empty line\"}\n".repeat(2)
    );
}

#[cfg(target_os = "linux")]
#[test]
fn memory_is_bounded_by_the_longest_token_and_not_by_the_line() {
    let scene = Scene::new();
    let arguments = scene.arguments(&[]);
    // 64 MiB of address space is not enough for the line, and plenty for the tool.
    let limited = "ulimit -v 65536; exec \"$0\" \"$@\"";
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-c", limited, env!("CARGO_BIN_EXE_rbac")])
        .args(arguments);
    let mut input = vec![b'a'; 200_000_000];
    input.extend_from_slice(b"\nnext\n");
    let run = finish(&mut shell, input);
    assert_eq!((run.code, run.lines().len()), (0, 2), "{}", run.stderr);
}

#[test]
fn an_answer_comes_before_the_next_question() {
    let scene = Scene::new();
    let mut child = tool(&scene.arguments(&["--now", NOW]))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the tool");
    let (mut ask, mut answers) = (
        child.stdin.take().expect("its input"),
        BufReader::new(child.stdout.take().expect("its output")),
    );
    for _ in 0..3 {
        writeln!(ask, "{}", scene.token(|_| {})).expect("a question");
        let mut answer = String::new();
        answers.read_line(&mut answer).expect("an answer");
        assert_eq!(answer.trim_end(), ACCEPTED);
    }
    drop(ask);
    assert_eq!(child.wait().expect("an end").code(), Some(0));
}

#[test]
fn the_payload_may_be_anything_where_only_the_signature_counts() {
    let scene = Scene::new();
    let jwks = scene.jwks.path().to_str().expect("a path");
    let arguments = ["verify", "--signature-only", "--jwks", jwks, "--alg", "ES256"];
    let stranger = Scene::new().signed(b"foo");
    let run = run(&arguments, format!("{}\n{stranger}\n", scene.signed(b"foo")));
    assert_eq!(run.code, 0);
    assert_eq!(
        run.stdout,
        "{\"valid\":true,\"reason\":\"the signature is valid\"}\n{\"valid\":false,\"reason\":\"invalid signature\"}\n"
    );
}

#[test]
fn keys_that_cannot_be_read_are_3_and_keys_that_give_secrets_away_are_said() {
    let missing = run(
        &["verify", "--signature-only", "--jwks", "/nonexistent/keys"],
        "a\n",
    );
    assert_eq!((missing.code, missing.stdout.as_str()), (3, ""));
    assert!(missing.stderr.contains("/nonexistent/keys"), "{}", missing.stderr);
    let scene = Scene::new();
    for (keys, code, said) in [
        ("<html>", 3, "not a JWK set"),
        (r#"{"keys": []}"#, 0, "no key that can verify"),
        (
            r#"{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}"#,
            0,
            "a shared secret is published",
        ),
    ] {
        std::fs::write(scene.jwks.path(), keys).expect("keys");
        let run = scene.verify(&[], "a.b.c\n");
        assert_eq!(run.code, code, "{keys}");
        assert!(run.stderr.contains(said), "{keys}: {}", run.stderr);
        assert!(!run.stderr.contains("c2VjcmV0"), "{}", run.stderr);
    }
    std::fs::write(scene.jwks.path(), vec![b' '; 300_000]).expect("keys");
    assert_eq!(scene.verify(&[], "").code, 3);
}

#[test]
fn row_104_no_answer_repeats_any_of_the_token() {
    let scene = Scene::new();
    let header = json!({"alg": "CANARY", "kid": "CANARY", "typ": "CANARY", "crit": ["CANARY"]});
    let input = [
        scene.key.sign(&header, b"CANARY"),
        "CANARY.CANARY.CANARY".to_owned(),
        scene.signed(br#"{"CANARY": 1, "CANARY": 1}"#),
        scene.token(|claims| claims["iss"] = json!("CANARY")),
    ]
    .join("\n");
    let run = scene.verify(&["--now", NOW], input);
    assert_eq!(run.lines().len(), 4);
    assert!(
        !run.stdout.contains("CANARY") && !run.stderr.contains("CANARY"),
        "{}",
        run.stdout
    );
}

#[test]
fn whoever_stops_reading_ends_the_run() {
    let scene = Scene::new();
    let mut child = tool(&scene.arguments(&[]))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool");
    drop(child.stdout.take());
    let mut ask = child.stdin.take().expect("its input");
    let _ = ask.write_all(b"a\nb\n");
    drop(ask);
    let output = child.wait_with_output().expect("an end");
    assert_eq!(
        (output.status.code(), output.stderr.as_slice()),
        (Some(3), &b""[..])
    );
}
