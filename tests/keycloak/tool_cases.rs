//! `rbac keycloak` with a real Keycloak: what is missing, created once, and nothing deleted without being told.

use std::io::Write as _;

use libtest_mimic::Trial;
use rbac_tests::live::demo::Demo;
use rbac_tests::live::table::{TOKENS, USERS};
use rbac_tests::live::tool::{self, Run};
use rbac_tests::live::trials::{block_on, validation};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::bare_realm::{self, BARE};
use crate::server::Keycloak;
use crate::{Live, started};

macro_rules! cases {
    ($keycloak:expr, $($name:ident),* $(,)?) => {
        vec![$({
            let keycloak = $keycloak.clone();
            let run = move || {
                let keycloak = started(&keycloak);
                block_on($name(keycloak));
                Ok(())
            };
            Trial::test(stringify!($name), run).with_kind("tool, real Keycloak")
        }),*]
    };
}

pub(crate) fn trials(keycloak: &Live) -> Vec<Trial> {
    cases![
        keycloak,
        a_realm_without_roles_gets_them_once_and_then_the_whole_contract_holds,
        what_nothing_needs_is_deleted_with_prune_alone_whatever_its_name,
        each_missing_right_is_named_and_an_empty_list_is_no_drift,
        the_exported_file_is_one_that_the_realm_imports,
        an_administrator_of_master_may_do_the_same,
    ]
}

const CATALOGUE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../demo-app/rbac.toml");

/// The tool, told where the realm is by the library's own environment.
fn rbac(keycloak: &Keycloak, account: &str, arguments: &[&str]) -> Run {
    let secret = format!("{account}-secret");
    let settings = [
        ("KEYCLOAK_SERVER_URL", keycloak.url()),
        ("KEYCLOAK_REALM", BARE),
        ("RBAC_ADMIN_CLIENT_ID", account),
        ("RBAC_ADMIN_CLIENT_SECRET", secret.as_str()),
    ];
    tool::run(&[&["keycloak"], arguments].concat(), &settings, "")
}

fn missing(run: &Run) -> Vec<String> {
    let plan = run.json();
    let missing = plan["missing"].as_array().expect("a list").iter();
    missing
        .map(|role| role["name"].as_str().expect("a name").to_owned())
        .collect()
}

async fn a_realm_without_roles_gets_them_once_and_then_the_whole_contract_holds(keycloak: &Keycloak) {
    bare_realm::put(&keycloak.admin().await).await;
    let admin = keycloak.admin().await;
    let demo = Demo::start(
        &[
            &validation("local")[..],
            &[("KEYCLOAK_SERVER_URL", keycloak.url()), ("KEYCLOAK_REALM", BARE)],
        ]
        .concat(),
    )
    .await;
    let rules = demo.url("/rbac.json");
    let needs = ["--rules", rules.as_str(), "--catalogue", CATALOGUE];
    let diff = [&["diff", "--json"], &needs[..]].concat();
    let apply = [&["apply"], &needs[..]].concat();

    let permissions = ["data:read", "data:write", "reports:generate", "users:manage"];
    let first = rbac(keycloak, "view", &diff);
    assert_eq!(
        missing(first.ended_with(1)),
        [&["admin", "user"], &permissions[..]].concat()
    );
    assert!(
        bare_realm::roles(&admin, Some("myapp-backend")).await.is_empty(),
        "a diff changes nothing"
    );

    let applied = rbac(keycloak, "manage", &apply);
    assert!(
        applied.ended_with(0).stdout.contains("done: 6 changed"),
        "{}",
        applied.stdout
    );
    assert_eq!(
        bare_realm::roles(&admin, Some("myapp-backend")).await,
        permissions
    );
    let realm = bare_realm::roles(&admin, None).await;
    assert!(
        realm.contains(&"admin".to_owned()) && realm.contains(&"user".to_owned()),
        "{realm:?}"
    );

    let again = rbac(keycloak, "manage", &apply);
    assert!(
        !again.ended_with(0).stdout.contains("changed"),
        "{}",
        again.stdout
    );
    assert!(missing(rbac(keycloak, "view", &diff).ended_with(0)).is_empty());

    bare_realm::give_roles(&admin).await;
    let issuer = keycloak.realm(BARE);
    for table in [TOKENS, USERS] {
        table
            .run("a realm that the tool fitted out", &demo, &issuer)
            .await
            .assert_as_expected();
    }
}

async fn what_nothing_needs_is_deleted_with_prune_alone_whatever_its_name(keycloak: &Keycloak) {
    bare_realm::put(&keycloak.admin().await).await;
    let admin = keycloak.admin().await;
    let roles = format!(
        "/{BARE}/clients/{}/roles",
        bare_realm::client(&admin, "myapp-backend").await
    );
    let strays = ["Data:Read", "a/b", "c?d#e%2F", "grün und gelb", ".."];
    for name in strays {
        admin.ok(Method::POST, &roles, Some(json!({"name": name}))).await;
    }
    admin
        .ok(
            Method::POST,
            &format!("/{BARE}/roles"),
            Some(json!({"name": "others-realm-role"})),
        )
        .await;

    let kept = rbac(keycloak, "manage", &["apply", "--catalogue", CATALOGUE]);
    assert!(
        kept.ended_with(0)
            .stdout
            .contains("5 unused, kept without `--prune`"),
        "{}",
        kept.stdout
    );
    assert!(
        kept.stdout
            .contains("there is `Data:Read`, which is another name"),
        "{}",
        kept.stdout
    );
    assert_eq!(
        bare_realm::roles(&admin, Some("myapp-backend")).await.len(),
        4 + strays.len()
    );
    rbac(keycloak, "view", &["diff", "--catalogue", CATALOGUE]).ended_with(0);
    rbac(keycloak, "view", &["diff", "--prune", "--catalogue", CATALOGUE]).ended_with(1);

    let pruned = rbac(
        keycloak,
        "manage",
        &["apply", "--prune", "--catalogue", CATALOGUE],
    );
    assert!(
        pruned.ended_with(0).stdout.contains("done: 5 changed"),
        "{}",
        pruned.stdout
    );
    assert_eq!(
        bare_realm::roles(&admin, Some("myapp-backend")).await,
        ["data:read", "data:write", "reports:generate", "users:manage"]
    );
    let realm = bare_realm::roles(&admin, None).await;
    assert!(realm.contains(&"others-realm-role".to_owned()), "{realm:?}");
}

async fn each_missing_right_is_named_and_an_empty_list_is_no_drift(keycloak: &Keycloak) {
    bare_realm::put(&keycloak.admin().await).await;
    let permissions = catalogue("[permissions]\n\"data:read\" = \"Read\"");
    let realm_role = catalogue("[roles.boss]");
    let (permissions, realm_role) = (path(&permissions), path(&realm_role));
    for (account, arguments, right) in [
        ("no-rights", ["diff", "--catalogue", permissions], "view-clients"),
        ("query", ["diff", "--catalogue", permissions], "view-clients"),
        ("view-clients", ["diff", "--catalogue", realm_role], "view-realm"),
        (
            "view-clients",
            ["apply", "--catalogue", permissions],
            "manage-clients",
        ),
        ("view", ["apply", "--catalogue", realm_role], "manage-realm"),
    ] {
        let run = rbac(keycloak, account, &arguments);
        let lacks = format!("it lacks the role `{right}` of the client `realm-management`");
        assert!(
            run.ended_with(3).stderr.contains(&lacks),
            "{account} {arguments:?}: {}",
            run.stderr
        );
        assert!(
            run.stderr
                .contains(&format!("the service account of `{account}`")),
            "{}",
            run.stderr
        );
    }
    rbac(keycloak, "view-clients", &["diff", "--catalogue", permissions]).ended_with(1);
    rbac(keycloak, "view", &["diff", "--catalogue", realm_role]).ended_with(1);
    assert!(
        bare_realm::roles(&keycloak.admin().await, Some("myapp-backend"))
            .await
            .is_empty()
    );

    let absent = [
        "diff",
        "--client-id",
        "no-such-client",
        "--catalogue",
        permissions,
    ];
    let run = rbac(keycloak, "view", &absent);
    assert!(
        run.ended_with(1)
            .stdout
            .contains("there is no client `no-such-client`"),
        "{}",
        run.stdout
    );
    let applied = rbac(keycloak, "manage", &[&["apply"], &absent[1..]].concat());
    assert!(
        applied.ended_with(3).stderr.contains("nothing was changed"),
        "{}",
        applied.stderr
    );

    let stranger = rbac(keycloak, "no-such-account", &["diff", "--catalogue", permissions]);
    assert!(
        stranger.ended_with(3).stderr.contains("cannot log in"),
        "{}",
        stranger.stderr
    );
    for run in [run, stranger] {
        assert!(!format!("{run:?}").contains("-secret"), "{run:?}");
    }
}

async fn the_exported_file_is_one_that_the_realm_imports(keycloak: &Keycloak) {
    bare_realm::put(&keycloak.admin().await).await;
    let admin = keycloak.admin().await;
    let exported = tool::run(&["keycloak", "export", "--catalogue", CATALOGUE], &[], "");
    let file = exported.ended_with(0).json();
    let import = format!("/{BARE}/partialImport");
    let counts = |answer: Value| [answer["added"].clone(), answer["skipped"].clone()];
    let first = admin.ok(Method::POST, &import, Some(file.clone())).await;
    assert_eq!(counts(first), [json!(6), json!(0)]);
    let second = admin.ok(Method::POST, &import, Some(file)).await;
    assert_eq!(counts(second), [json!(0), json!(6)]);
    rbac(keycloak, "view", &["diff", "--prune", "--catalogue", CATALOGUE]).ended_with(0);
}

async fn an_administrator_of_master_may_do_the_same(keycloak: &Keycloak) {
    bare_realm::put(&keycloak.admin().await).await;
    let setting = |name: &str| std::env::var(name).unwrap_or_else(|_| "admin".to_owned());
    let user = setting("RBAC_KEYCLOAK_ADMIN_USERNAME");
    let password = setting("RBAC_KEYCLOAK_ADMIN_PASSWORD");
    let arguments = [
        "keycloak",
        "apply",
        "--server",
        keycloak.url(),
        "--realm",
        BARE,
        "--admin-user",
        &user,
        "--catalogue",
        CATALOGUE,
    ];
    let applied = tool::run(&arguments, &[("RBAC_ADMIN_PASSWORD", &password)], "");
    assert!(
        applied.ended_with(0).stdout.contains("done: 6 changed"),
        "{}",
        applied.stdout
    );
    let refused = tool::run(&arguments, &[("RBAC_ADMIN_PASSWORD", "wrong")], "");
    assert!(
        refused.ended_with(3).stderr.contains("Invalid user credentials"),
        "{}",
        refused.stderr
    );
}

fn catalogue(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a file");
    file.write_all(text.as_bytes()).expect("a catalogue");
    file
}

fn path(file: &NamedTempFile) -> &str {
    file.path().to_str().expect("a path")
}
