//! `rbac rules`: the list of an application, from wherever.

use serde_json::{Value, json};

use crate::process::{finish, run, tool};
use crate::server::{Reply, Server};

fn manifest() -> Value {
    json!({
        "handlers": [
            {"name": "live", "module": "app::health", "file": "src/health.rs", "line": 3, "access": "public",
             "reason": "a probe", "routes": [{"method": "GET", "path": "/live"}], "rule": "public"},
            {"name": "write", "module": "app::data", "file": "src/data.rs", "line": 9, "access": "protected",
             "routes": [{"method": "PUT", "path": "/data/{d}"}, {"method": "PATCH", "path": "/data/{d}"}],
             "rule": "any(\"data:write\", role(\"boss\"))", "permissions": ["data:write"], "roles": [{"name": "boss"}],
             "boundaries": [{"attribute": "d", "source": "path", "name": "d"}, {"attribute": "t", "source": "query", "name": "q"}],
             "checks": ["may_see"], "admin_bypass": false, "fresh": true, "acr": "gold", "max_age": 300,
             "what a newer application says": {"is": "passed over"}},
            {"name": "old", "access": "protected", "rule": "authenticated"},
            {"name": "shop", "access": "optional", "reason": "a shop"},
        ],
        "catalogue": {
            "permissions": {"data:write": "Write", "data:burn": "Burn"},
            "roles": {"boss": {"description": "", "grants": []}, "idle": {"grants": []}, "writer": {"grants": ["data:write"]}},
        },
    })
}

#[test]
fn every_handler_has_its_line_with_its_whole_rule() {
    let listing = run(&["rules", "-"], manifest().to_string());
    assert_eq!((listing.code, listing.stderr.as_str()), (0, ""));
    let lines: Vec<Vec<&str>> = listing
        .stdout
        .lines()
        .map(|line| {
            line.split("  ")
                .map(str::trim)
                .filter(|cell| !cell.is_empty())
                .collect()
        })
        .collect();
    let rule = r#"any("data:write", role("boss")), scope = "d", scope("t", query = "q"), check = may_see, admin_bypass = false, fresh, acr = "gold", max_age = "300s""#;
    assert_eq!(
        lines[..5],
        [
            vec!["METHOD", "PATH", "RULE", "HANDLER", "SOURCE"],
            vec![
                "GET",
                "/live",
                "public: a probe",
                "app::health::live",
                "src/health.rs:3"
            ],
            vec![
                "PUT,PATCH",
                "/data/{d}",
                rule,
                "app::data::write",
                "src/data.rs:9"
            ],
            vec!["?", "?", "authenticated", "old", ":0"],
            vec!["?", "?", "public, login optional: a shop", "shop", ":0"],
        ]
    );
    assert!(listing.stdout.ends_with(
        "declared permissions that no handler asks for: `data:burn`\n\
         declared roles without grants that no handler asks for: `idle`\n"
    ));
}

#[test]
fn a_running_application_is_asked_and_its_answer_passed_on() {
    let server = Server::start(|request| match request.line.as_str() {
        "GET /rbac.json" => Reply::json(manifest()),
        _ => Reply::status(404),
    });
    for url in [server.url().to_owned(), format!("{}/rbac.json", server.url())] {
        let listing = run(&["rules", "--json", &url], "");
        assert_eq!(listing.code, 0, "{}", listing.stderr);
        assert_eq!(listing.lines(), [manifest()]);
    }
    let elsewhere = run(&["rules", &format!("{}/other", server.url())], "");
    assert_eq!(elsewhere.code, 3);
    assert!(
        elsewhere.stderr.contains("/other: the answer is 404"),
        "{}",
        elsewhere.stderr
    );
}

#[test]
fn a_token_goes_along_where_nobody_else_hears_it_and_never_comes_from_the_command_line() {
    let server = Server::start(|_| Reply::json(manifest()));
    assert_eq!(run(&["rules", server.url(), "--token", "-"], "CANARY\n").code, 0);
    assert_eq!(run(&["rules", server.url()], "CANARY\n").code, 0);
    let [with, without] = &server.requests()[..] else {
        panic!("not two requests")
    };
    assert_eq!(with.header("authorization"), Some("Bearer CANARY"));
    assert_eq!(without.header("authorization"), None);

    let typed = run(&["rules", server.url(), "--token", "CANARY"], "");
    assert_eq!((typed.code, typed.stdout.as_str()), (2, ""));
    assert!(
        !typed.stderr.contains("CANARY") && typed.stderr.contains("--token-file"),
        "{}",
        typed.stderr
    );
    let far = run(&["rules", "http://192.0.2.1/", "--token", "-"], "CANARY");
    assert_eq!(far.code, 2);
    assert!(
        far.stderr.contains("a secret does not go there"),
        "{}",
        far.stderr
    );
}

#[test]
fn a_redirect_is_said_and_not_followed() {
    let server = Server::start(|_| Reply {
        headers: "location: http://192.0.2.1/steal\r\n".to_owned(),
        ..Reply::status(302)
    });
    let listing = run(&["rules", server.url()], "");
    assert_eq!(listing.code, 3);
    assert!(
        listing
            .stderr
            .contains("the answer is 302 to http://192.0.2.1/steal"),
        "{}",
        listing.stderr
    );
}

#[test]
fn a_proxy_of_the_environment_does_not_hear_what_is_said_on_this_machine() {
    let (server, proxy) = (
        Server::start(|_| Reply::json(manifest())),
        Server::start(|_| Reply::status(502)),
    );
    let mut command = tool(&["rules", server.url()]);
    command
        .env("http_proxy", proxy.url())
        .env("HTTP_PROXY", proxy.url());
    assert_eq!(finish(&mut command, "").code, 0);
    assert!(proxy.requests().is_empty());
}

#[test]
fn what_is_no_list_of_rules_is_3() {
    for input in [
        "",
        "<html>",
        "[]",
        "{}",
        r#"{"handlers": 1}"#,
        r#"{"handlers": [{}]}"#,
    ] {
        let listing = run(&["rules", "-"], input);
        assert_eq!((listing.code, listing.stdout.as_str()), (3, ""), "{input}");
    }
    assert_eq!(run(&["rules", "/nonexistent.json"], "").code, 3);
    assert_eq!(run(&["rules", "http://user:CANARY@127.0.0.1/"], "").code, 2);
    assert!(
        !run(&["rules", "http://user:CANARY@127.0.0.1/"], "")
            .stderr
            .contains("CANARY")
    );
    assert_eq!(run(&["rules", "http://127.0.0.1:1/"], "").code, 3);
    let server = Server::start(|_| Reply::json("a".repeat(9_000_000)));
    assert_eq!(run(&["rules", server.url()], "").code, 3);
}

#[test]
fn row_103_a_hostile_application_does_not_write_to_the_terminal() {
    let hostile =
        json!({"handlers": [{"name": "\u{1b}]0;x\u{7}", "access": "public", "reason": "\u{1b}[2J\r\n"}]});
    let listing = run(&["--color", "always", "rules", "-"], hostile.to_string());
    assert!(
        !listing.stdout.contains("\u{1b}]") && !listing.stdout.contains("[2J\r"),
        "{:?}",
        listing.stdout
    );
    assert_eq!(listing.stdout.lines().count(), 2);
}
