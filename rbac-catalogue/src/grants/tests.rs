use super::stands_for;
use crate::Catalogue;

const PERMISSIONS: &str = "[permissions]\n'data:read' = ''\n'data:write' = ''\n'users:manage' = ''\n";

fn granted(roles: &str, role: &str) -> Vec<String> {
    let catalogue = Catalogue::parse(&format!("{PERMISSIONS}{roles}")).expect("a sound catalogue");
    catalogue.granted_by(role).map(str::to_owned).collect()
}

#[track_caller]
fn refused(text: &str, message: &str) {
    assert_eq!(Catalogue::parse(text).expect_err("a fault").to_string(), message);
}

#[test]
fn a_role_grants_what_it_lists_and_what_it_inherits() {
    let roles = "[roles.a]\ngrants = ['data:read']\n[roles.b]\ngrants = ['users:manage']\ninherits = ['a']\n[roles.c]\ninherits = ['b', 'a']";
    assert_eq!(granted(roles, "a"), ["data:read"]);
    assert_eq!(granted(roles, "b"), ["data:read", "users:manage"]);
    assert_eq!(granted(roles, "c"), ["data:read", "users:manage"]);
    assert!(granted(roles, "d").is_empty());
}

#[test]
fn a_star_is_a_whole_side() {
    assert_eq!(
        granted("[roles.a]\ngrants = ['data:*']", "a"),
        ["data:read", "data:write"]
    );
    assert_eq!(granted("[roles.a]\ngrants = ['*:manage']", "a"), ["users:manage"]);
    assert_eq!(granted("[roles.a]\ngrants = ['*']", "a").len(), 3);
    assert_eq!(granted("[roles.a]\ngrants = ['*:*']", "a").len(), 3);
}

#[test]
fn row_86_a_star_within_a_name_stands_for_nothing() {
    for pattern in [
        "fin*:read",
        "fi*",
        "*nance:read",
        "finance:re*",
        "**",
        "*:*:*",
        "finance*",
    ] {
        assert!(!stands_for(pattern, "finance:read"), "{pattern}");
    }
    assert!(!stands_for("finance:*", "finance-admin:read"));
    assert!(stands_for("finance:*", "finance:read"));
}

#[test]
fn a_diamond_is_no_circle() {
    let roles = "[roles.top]\ninherits = ['left', 'right']\n[roles.left]\ninherits = ['base']\n[roles.right]\ninherits = ['base']\n[roles.base]\ngrants = ['data:read']";
    assert_eq!(granted(roles, "top"), ["data:read"]);
}

#[test]
fn a_circle_is_refused() {
    refused(
        "[roles.a]\ninherits = ['b']\n[roles.b]\ninherits = ['c']\n[roles.c]\ninherits = ['b']",
        "rbac.toml:6: roles inherit one another in a circle: `b`, `c`, and `b` again",
    );
    refused(
        "[roles.a]\ninherits = ['a']",
        "rbac.toml:2: roles inherit one another in a circle: `a`, and `a` again",
    );
}

#[test]
fn what_is_not_declared_is_refused_with_the_nearest() {
    refused(
        &format!("{PERMISSIONS}[roles.a]\ngrants = ['data:raed']"),
        "rbac.toml:6: role `a` grants `data:raed`, which is not declared under `[permissions]`; did you mean `data:read`?",
    );
    refused(
        "[roles.viewer]\n[roles.a]\ninherits = ['viewr']",
        "rbac.toml:3: role `a` inherits `viewr`, which is not declared under `[roles]`; did you mean `viewer`?",
    );
    refused(
        "[roles.a]\ngrants = ['data:*']",
        "rbac.toml:2: role `a` grants `data:*`, which stands for no declared permission",
    );
}

#[test]
fn what_means_nothing_is_refused() {
    refused(
        "[permission]",
        "rbac.toml:1: `permission` means nothing here: write `permissions`, `roles` or `clients`",
    );
    refused(
        "[roles.a]\ngrant = []",
        "rbac.toml:2: `grant` means nothing in a role: write `description`, `grants` or `inherits`",
    );
    refused(
        "[permissions]\n'data' = ''",
        "rbac.toml:2: `data` is no permission: write `resource:action`, such as `data:read`",
    );
    refused(
        "[permissions]\n'data:*' = ''",
        "rbac.toml:2: `data:*` is no permission: write `resource:action`, such as `data:read`",
    );
    refused(
        "[permissions]\n'data:read' = 1",
        "rbac.toml:2: a permission's description must be a string",
    );
    refused(
        "[roles.a]\ngrants = 'data:read'",
        "rbac.toml:2: `grants` must be a list of names",
    );
    refused("[roles]\na = 1", "rbac.toml:2: a role must be a table");
    refused("[roles.a]\ninherits = ['']", "rbac.toml:2: a name is empty");
    assert_eq!(Catalogue::parse("[roles").expect_err("no TOML").line(), 1);
}

#[test]
fn roles_of_other_clients_are_declared_apart() {
    let catalogue = Catalogue::parse("[clients.crm]\nroles = ['auditor']").expect("sound");
    assert!(catalogue.has_client_role("crm", "auditor"));
    assert!(!catalogue.has_client_role("crm", "admin") && !catalogue.has_role("auditor"));
}

#[test]
fn an_empty_catalogue_declares_nothing() {
    assert_eq!(Catalogue::parse("").expect("sound"), Catalogue::default());
}
