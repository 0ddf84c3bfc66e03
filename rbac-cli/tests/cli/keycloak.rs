//! `rbac keycloak` without a Keycloak: what it needs to know, what it sends, and what it says when it may not.
//!
//! The tests crate's target `keycloak` has the same with a real one.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::process::{Run, finish, run, tool};
use crate::server::{Reply, Request, Server};

const CATALOGUE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../demo-app/rbac.toml");

/// A server with the realm `myapp`, its client `myapp-backend`, and roles by name.
fn keycloak(roles: &[&str], may_create: impl Fn(&str) -> bool + Send + 'static) -> Server {
    let roles: BTreeSet<String> = roles.iter().map(|name| (*name).to_owned()).collect();
    let roles = Arc::new(Mutex::new(roles));
    Server::start(move |request| answer(request, &mut roles.lock().expect("no panic"), &may_create))
}

fn answer(request: &Request, roles: &mut BTreeSet<String>, may_create: &dyn Fn(&str) -> bool) -> Reply {
    let list = |names: Vec<&String>| {
        Reply::json(json!(
            names
                .iter()
                .map(|name| json!({"id": name, "name": name}))
                .collect::<Vec<_>>()
        ))
    };
    match request.line.split('?').next().unwrap_or_default() {
        "POST /realms/myapp/protocol/openid-connect/token" => {
            Reply::json(json!({"access_token": "TOKEN-CANARY"}))
        }
        "GET /admin/realms/myapp/clients" => Reply::json(json!([{"id": "u-u-i-d"}])),
        "GET /admin/realms/myapp/clients/u-u-i-d/roles" => list(roles.iter().collect()),
        "GET /admin/realms/myapp/roles" => list(vec![&"admin".to_owned(), &"user".to_owned()]),
        "POST /admin/realms/myapp/clients/u-u-i-d/roles" => {
            let role: Value = serde_json::from_str(&request.body).expect("JSON");
            let name = role["name"].as_str().expect("a name");
            if may_create(name) && roles.insert(name.to_owned()) {
                Reply::status(201)
            } else {
                Reply::status(403)
            }
        }
        line if line.starts_with("DELETE /admin/realms/myapp/roles-by-id/") => Reply::status(204),
        _ => Reply::status(500),
    }
}

fn rbac(server: &str, arguments: &[&str]) -> Run {
    let mut command = tool(&[&["keycloak"], arguments].concat());
    command.envs([
        ("KEYCLOAK_SERVER_URL", server),
        ("RBAC_ADMIN_CLIENT_ID", "rbac"),
        ("RBAC_ADMIN_CLIENT_SECRET", "SECRET-CANARY"),
    ]);
    let run = finish(&mut command, "");
    assert!(
        !run.stdout.contains("CANARY") && !run.stderr.contains("CANARY"),
        "{}{}",
        run.stdout,
        run.stderr
    );
    run
}

fn changes(server: &Server) -> Vec<String> {
    let requests = server.requests().into_iter();
    let admin =
        requests.filter(|request| request.line.contains(" /admin/") && !request.line.starts_with("GET"));
    admin.map(|request| request.line).collect()
}

#[test]
fn a_diff_asks_and_changes_nothing() {
    let server = keycloak(&["data:read", "old"], |_| true);
    let run = rbac(server.url(), &["diff", "--catalogue", CATALOGUE]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    for line in [
        "+ role `data:write` of `myapp-backend`: Add records to one's departments",
        "? role `old` of `myapp-backend`: nothing needs it",
        "3 missing, 1 unused, kept without `--prune`",
    ] {
        assert!(
            run.stdout.lines().any(|had| had == line),
            "{line}: {}",
            run.stdout
        );
    }
    assert!(changes(&server).is_empty());
    let authorized = server
        .requests()
        .iter()
        .filter(|request| request.line.contains(" /admin/"))
        .all(|request| request.header("authorization") == Some("Bearer TOKEN-CANARY"));
    assert!(authorized);
}

#[test]
fn the_plan_comes_before_the_first_change_and_a_refusal_stops_it() {
    let server = keycloak(&["old"], |name| name != "reports:generate");
    let run = rbac(server.url(), &["apply", "--prune", "--catalogue", CATALOGUE]);
    assert_eq!(run.code, 3);
    assert!(
        run.stdout
            .starts_with("realm `myapp`, client `myapp-backend`\n+ role"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.ends_with("stopped after 2 of 5 changes\n"),
        "{}",
        run.stdout
    );
    assert!(
        run.stderr
            .contains("it lacks the role `manage-clients` of the client `realm-management`"),
        "{}",
        run.stderr
    );
    assert_eq!(changes(&server).len(), 3, "and nothing was deleted");
}

#[test]
fn json_says_what_was_planned_and_what_was_done() {
    let server = keycloak(&["data:read", "data:write", "reports:generate"], |_| true);
    let run = rbac(server.url(), &["apply", "--json", "--catalogue", CATALOGUE]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let [report] = &run.lines()[..] else {
        panic!("not one line: {}", run.stdout)
    };
    assert_eq!(report["plan"]["missing"][0]["name"], "users:manage");
    assert_eq!(
        report["done"],
        json!(["created role `users:manage` of `myapp-backend`"])
    );
    let again = rbac(server.url(), &["apply", "--json", "--catalogue", CATALOGUE]);
    assert_eq!((again.code, &again.lines()[0]["done"]), (0, &json!([])));
}

#[test]
fn what_is_not_said_is_asked_for_by_name() {
    for (settings, arguments, said) in [
        (
            vec![],
            vec!["diff", "--catalogue", CATALOGUE],
            "`KEYCLOAK_SERVER_URL`",
        ),
        (vec![], vec!["diff"], "`--catalogue FILE`"),
        (
            vec![("KEYCLOAK_SERVER_URL", "http://127.0.0.1:1")],
            vec!["diff", "--catalogue", CATALOGUE],
            "`RBAC_ADMIN_CLIENT_ID`",
        ),
        (
            vec![("KEYCLOAK_SERVER_URL", "http://127.0.0.1:1")],
            vec!["diff", "--catalogue", CATALOGUE, "--admin-user", "root"],
            "`RBAC_ADMIN_PASSWORD`",
        ),
        (
            vec![("KEYCLOAK_SERVER_URL", "http://192.0.2.1")],
            vec!["diff", "--catalogue", CATALOGUE],
            "a secret does not go there",
        ),
        (
            vec![("KEYCLOAK_SERVER_URL", "ftp://a")],
            vec!["diff", "--catalogue", CATALOGUE],
            "`http` or `https`",
        ),
    ] {
        let mut command = tool(&[&["keycloak"], &arguments[..]].concat());
        command.envs(settings).current_dir(env!("CARGO_TARGET_TMPDIR"));
        let run = finish(&mut command, "");
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(run.stderr.contains(said), "{said}: {}", run.stderr);
    }
    let away = rbac("http://127.0.0.1:1", &["diff", "--catalogue", CATALOGUE]);
    assert_eq!(away.code, 3);
    assert!(away.stderr.contains("cannot be reached"), "{}", away.stderr);
}

#[test]
fn an_export_is_a_partial_import_and_overwrites_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("roles.json");
    let file = file.to_str().expect("a path");
    let arguments = [
        "keycloak",
        "export",
        "--client-id",
        "api",
        "--catalogue",
        CATALOGUE,
    ];
    let printed = run(&arguments, "");
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    let document: Value = serde_json::from_str(&printed.stdout).expect("JSON");
    assert_eq!(document["ifResourceExists"], "SKIP");
    let names = |list: &Value| -> Vec<String> {
        list.as_array()
            .expect("a list")
            .iter()
            .map(|role| role["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    assert_eq!(names(&document["roles"]["realm"]), ["admin", "user"]);
    assert_eq!(
        names(&document["roles"]["client"]["api"]),
        ["data:read", "data:write", "reports:generate", "users:manage"]
    );
    let to_file = [&arguments[..], &["--output", file]].concat();
    assert_eq!(run(&to_file, "").code, 0);
    assert_eq!(std::fs::read_to_string(file).expect("the file"), printed.stdout);
    let again = run(&to_file, "");
    assert_eq!(again.code, 3);
    assert!(again.stderr.contains("exists"), "{}", again.stderr);
}

#[test]
fn the_catalogue_of_this_folder_is_taken_where_none_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("rbac.toml"), "[permissions]\n\"a:b\" = \"\"").expect("a catalogue");
    let mut command = tool(&["keycloak", "export"]);
    assert!(
        finish(command.current_dir(folder.path()), "")
            .stdout
            .contains("a:b")
    );
    std::fs::write(folder.path().join("rbac.toml"), "[permissions]\nx = 1").expect("a catalogue");
    let broken = finish(command.current_dir(folder.path()), "");
    assert_eq!(broken.code, 3);
    assert!(
        broken
            .stderr
            .contains("`rbac.toml`: line 2: `x` is no permission"),
        "{}",
        broken.stderr
    );
}
