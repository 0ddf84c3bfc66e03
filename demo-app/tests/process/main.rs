//! The program itself: what it prints, how it ends, and what it says when it cannot start.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, Command, Output, Stdio};

/// The program without any variable of whoever runs the tests.
fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demo-app"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("KEYCLOAK_") || text.starts_with("DEMO_") || text == "ENABLE_KEYCLOAK_AUTH" {
            command.env_remove(&name);
        }
    }
    command
        .env("DEMO_BIND", "127.0.0.1:0")
        .env("DEMO_ISSUER_BIND", "127.0.0.1:0")
        .env_remove("RUST_LOG");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Starts it and reads what it prints, up to the line to paste.
fn start() -> (Child, String) {
    let mut child = program().spawn().unwrap();
    let mut banner = String::new();
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap());
    while !banner.contains("curl -s") {
        assert_ne!(lines.read_line(&mut banner).unwrap(), 0, "ended early: {banner}");
    }
    (child, banner)
}

/// Expects it not to start: one line on stderr, nothing on stdout.
fn refused(output: Output) -> String {
    assert!(!output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
    let line = String::from_utf8(output.stderr).unwrap();
    assert_eq!(line.lines().count(), 1, "{line}");
    line
}

fn end(mut child: Child, signal: &str) {
    let sent = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{log}");
}

#[test]
fn it_prints_addresses_users_and_a_line_to_paste() {
    let (child, banner) = start();
    for user in ["alice", "bob", "carol", "dave", "erin"] {
        let line = banner
            .lines()
            .find(|line| line.starts_with(user))
            .unwrap_or_else(|| panic!("{banner}"));
        assert!(line.contains(&format!("{user}-pw")), "{line}");
    }
    assert!(banner.contains("finance, sales"));
    assert!(
        banner
            .lines()
            .any(|line| line.starts_with("API     http://127.0.0.1:"))
    );
    assert!(banner.contains("/realms/myapp (embedded)"));
    end(child, "-TERM");
}

#[test]
fn the_line_to_paste_works() {
    let (child, banner) = start();
    let line = banner.lines().find(|line| line.starts_with("curl")).unwrap();
    let Ok(output) = Command::new("sh").args(["-c", line]).output() else {
        panic!("no shell")
    };
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains(r#""title":"Revenue Q1""#), "{line}\n{printed}");
    end(child, "-TERM");
}

#[test]
fn a_signal_ends_it_cleanly_and_its_temporary_folder_goes() {
    for signal in ["-INT", "-TERM"] {
        let folder = tempfile::tempdir().unwrap();
        let mut child = program().env("TMPDIR", folder.path()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut first)
            .unwrap();
        assert_eq!(folder.path().read_dir().unwrap().count(), 1);
        end(child, signal);
        assert_eq!(folder.path().read_dir().unwrap().count(), 0, "{signal}");
    }
}

#[test]
fn a_taken_port_is_one_line_with_the_variable() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for variable in ["DEMO_BIND", "DEMO_ISSUER_BIND"] {
        let line = refused(program().env(variable, &address).output().unwrap());
        assert!(line.contains(&format!("`{variable}` is `{address}`")), "{line}");
        assert!(line.contains("another process listens there"), "{line}");
    }
}

#[test]
fn a_wrong_variable_is_one_line_with_its_name() {
    for (variable, value) in [
        ("KEYCLOAK_CLIENT_ID", ""),
        ("KEYCLOAK_SERVER_URL", "http://sso.example.com"),
        ("KEYCLOAK_TOKEN_VALIDATION", "sometimes"),
        ("KEYCLOAK_ALGORITHMS", "none"),
        ("KEYCLOAK_CLOCK_SKEW", "-1"),
        ("KEYCLOAK_ALLOW_HTTP", "yes"),
        ("ENABLE_KEYCLOAK_AUTH", "false"),
        ("KEYCLOAK_VERIFY_SIGNATURE", "false"),
        ("DEMO_BIND", "nowhere"),
        ("DEMO_ISSUER_BIND", "0.0.0.0:0"),
        ("DEMO_DATABASE_URL", "postgres://localhost"),
        ("DEMO_DATABASE_URL", "/no/such/folder/demo.db"),
    ] {
        let line = refused(program().env(variable, value).output().unwrap());
        assert!(line.contains(&format!("`{variable}`")), "{variable}: {line}");
    }
}
