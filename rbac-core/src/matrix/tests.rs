use serde_json::json;

use super::*;
use crate::policy::{Boundary, Condition, Requirement};
use crate::rule::{Access, Route, Rule, Site};
use crate::testing::principal;
use crate::{Catalogue, Config};

const SITE: Site = Site::new(
    "write_data",
    "app::api",
    "src/api.rs",
    7,
    const { &[Route::new("GET|HEAD", "/data")] },
);

async fn rbac() -> Rbac {
    let config = Config::from_vars(|name| {
        (name == "KEYCLOAK_ISSUER_URL").then(|| "http://127.0.0.1:9/realms/myapp".into())
    });
    Rbac::start(config.unwrap()).await.unwrap()
}

fn standing(rbac: &Rbac, who: crate::testing::PrincipalBuilder, requirement: Requirement) -> Standing {
    Standing::of(rbac, &who.build(), &Rule::protected(SITE, requirement))
}

fn within_department() -> Requirement {
    Requirement::new(Condition::permission("data:write"))
        .boundaries(const { &[Boundary::path("department", "department")] })
        .checks(const { &["may_see"] })
}

#[test]
fn a_handler_is_described_in_the_shape_that_tools_read() {
    let requirement = Requirement::new(Condition::any(
        const {
            &[
                Condition::permission("data:write"),
                Condition::client_role("crm", "auditor"),
                Condition::realm_role("boss"),
            ]
        },
    ));
    let requirement = requirement
        .boundaries(const { &[Boundary::argument("department", "body.department")] })
        .checks(const { &["may_see"] })
        .without_admin_bypass()
        .fresh()
        .acr("gold")
        .max_age(300);
    let described = serde_json::to_value(HandlerRule::of(&Rule::protected(SITE, requirement))).unwrap();
    let rule = r#"any("data:write", role("auditor", client = "crm"), role("boss"))"#;
    let attribute = format!(
        r#"#[require_permission({rule}, scope("department", value = body.department), check = may_see, admin_bypass = false, fresh, acr = "gold", max_age = "300s")]"#
    );
    assert_eq!(
        described,
        json!({
            "name": "write_data", "module": "app::api", "file": "src/api.rs", "line": 7,
            "routes": [{"method": "GET", "path": "/data"}, {"method": "HEAD", "path": "/data"}],
            "access": "protected", "rule": rule, "attribute": attribute,
            "permissions": ["data:write"],
            "roles": [{"name": "auditor", "client": "crm"}, {"name": "boss"}],
            "boundaries": [{"attribute": "department", "source": "value", "name": "body.department"}],
            "checks": ["may_see"], "admin_bypass": false, "fresh": true, "acr": "gold", "max_age": 300,
        })
    );
    assert_eq!(
        serde_json::from_value::<HandlerRule>(described)
            .unwrap()
            .allows
            .roles[1]
            .client,
        None
    );
}

#[test]
fn an_open_handler_says_why_it_is_open() {
    let open = |rule: Rule| serde_json::to_value(HandlerRule::of(&rule)).unwrap();
    let public = open(Rule::public(SITE, "a probe"));
    assert_eq!(
        (
            &public["access"],
            &public["reason"],
            &public["rule"],
            &public["admin_bypass"]
        ),
        (
            &json!("public"),
            &json!("a probe"),
            &json!("public"),
            &json!(false)
        )
    );
    assert_eq!(
        open(Rule::public(SITE, "a shop").optional_login())["access"],
        "optional"
    );
}

#[test]
fn the_attribute_reads_as_it_could_be_written() {
    let text = |requirement| Allows::of(&Access::Protected(requirement)).attribute;
    assert_eq!(
        text(Requirement::new(Condition::authenticated())),
        "#[authenticated]"
    );
    assert_eq!(
        text(Requirement::new(Condition::authenticated()).fresh()),
        "#[authenticated(fresh)]"
    );
    assert_eq!(
        text(Requirement::new(Condition::realm_role("admin"))),
        r#"#[require_role("admin")]"#
    );
    assert_eq!(
        text(Requirement::new(Condition::client_role("crm", "auditor")).fresh()),
        r#"#[require_role("auditor", client = "crm", fresh)]"#
    );
}

#[actix_web::test]
async fn a_standing_is_what_the_policy_says() {
    let rbac = rbac().await;
    let writer = || principal("dave").client_role("myapp-backend", "data:write");
    assert_eq!(
        standing(
            &rbac,
            writer(),
            Requirement::new(Condition::permission("data:write"))
        ),
        Standing::May
    );
    assert_eq!(
        standing(&rbac, principal("carol"), within_department()),
        Standing::LacksRole {
            demanded: r#""data:write""#.into()
        }
    );
    let values = vec!["finance".to_owned(), "sales".to_owned()];
    let limits = vec![
        Limit::Boundary {
            attribute: "department",
            values,
        },
        Limit::Check("may_see"),
    ];
    let dave = writer().attribute("department", &["finance", "sales"]);
    assert_eq!(
        standing(&rbac, dave, within_department()),
        Standing::Within(limits)
    );
}

#[actix_web::test]
async fn a_permission_without_anything_to_hold_within_opens_nothing() {
    let rbac = rbac().await;
    let writer = || principal("dave").client_role("myapp-backend", "data:write");
    let lacks = Standing::LacksAttribute {
        attribute: "department",
    };
    assert_eq!(standing(&rbac, writer(), within_department()), lacks);
    assert_eq!(
        standing(
            &rbac,
            writer().attribute("department", &[""]),
            within_department()
        ),
        lacks
    );
    assert!(!lacks.may());
}

#[actix_web::test]
async fn the_admin_passes_unless_the_handler_says_no() {
    let rbac = rbac().await;
    let alice = || principal("alice").realm_role("admin");
    assert_eq!(standing(&rbac, alice(), within_department()), Standing::Bypass);
    assert!(!standing(&rbac, alice(), within_department().without_admin_bypass()).may());
    let of_a_client = principal("mallory").client_role("myapp-backend", "admin");
    assert!(!standing(&rbac, of_a_client, within_department()).may());
}

#[actix_web::test]
async fn a_login_that_is_too_weak_is_told_from_a_missing_role() {
    let rbac = rbac().await;
    let gold = || Requirement::new(Condition::permission("data:write")).acr("gold");
    let writer = || principal("dave").client_role("myapp-backend", "data:write");
    let step_up = Standing::StepUp {
        acr: Some("gold"),
        max_age: None,
    };
    assert_eq!(
        standing(&rbac, writer().claim("acr", json!("silver")), gold()),
        step_up
    );
    assert_eq!(
        standing(&rbac, writer().claim("acr", json!("gold")), gold()),
        Standing::May
    );
    assert!(!standing(&rbac, principal("carol").claim("acr", json!("gold")), gold()).may());
}

#[actix_web::test]
async fn the_catalogue_is_that_of_all_sources() {
    let text = r#"
        [permissions]
        "data:read" = "Read"
        "data:write" = ""
        [roles.viewer]
        grants = ["data:read"]
        [roles.editor]
        description = "Edits"
        grants = ["data:*"]
        inherits = ["viewer"]
        [clients.crm]
        roles = ["auditor"]
    "#;
    let more = "[permissions]\n\"data:write\" = \"Write\"\n[roles.viewer]\ngrants = [\"data:write\"]\n";
    let catalogue =
        DeclaredCatalogue::of(&[Catalogue::parse(text).unwrap(), Catalogue::parse(more).unwrap()]);
    assert_eq!(
        serde_json::to_value(&catalogue).unwrap(),
        json!({
            "permissions": {"data:read": "Read", "data:write": "Write"},
            "roles": {
                "editor": {"description": "Edits", "grants": ["data:read", "data:write"], "inherits": ["viewer"]},
                "viewer": {"description": "", "grants": ["data:read", "data:write"], "inherits": []},
            },
            "clients": {"crm": ["auditor"]},
        })
    );
}

static OPEN: Rule = Rule::public(SITE, "a probe");
static ANYBODY: Rule = Rule::protected(SITE, Requirement::new(Condition::authenticated()));
static WRITE: Rule = Rule::protected(SITE, Requirement::new(Condition::permission("data:write")));
static WITHIN: Rule = Rule::protected(
    SITE,
    Requirement::new(Condition::permission("data:write"))
        .boundaries(const { &[Boundary::path("department", "department")] }),
);
static BOTH: Rule = Rule::protected(
    SITE,
    Requirement::new(Condition::all(
        const {
            &[
                Condition::permission("data:write"),
                Condition::client_role("crm", "auditor"),
            ]
        },
    ))
    .without_admin_bypass(),
);

#[actix_web::test]
async fn the_grid_shows_what_each_role_alone_opens() {
    let catalogue = "[permissions]\n\"data:write\" = \"Write\"\n[roles.editor]\ngrants = [\"data:write\"]\n";
    let config = Config::from_vars(|name| {
        (name == "KEYCLOAK_ISSUER_URL").then(|| "http://127.0.0.1:9/realms/myapp".into())
    });
    let rbac = Rbac::builder(config.unwrap()).catalogue(Catalogue::parse(catalogue).unwrap());
    let rbac = rbac.start().await.unwrap();
    let grid = Grid::over(&rbac, vec![&OPEN, &ANYBODY, &WRITE, &WITHIN, &BOTH]);
    let names: Vec<_> = grid
        .columns
        .iter()
        .map(|column| (column.kind, column.client.as_deref(), column.name.as_str()))
        .collect();
    assert_eq!(
        names,
        [
            (ColumnKind::Role, None, "admin"),
            (ColumnKind::Role, None, "editor"),
            (ColumnKind::Role, Some("crm"), "auditor"),
            (ColumnKind::Permission, None, "data:write"),
        ]
    );
    let cells: Vec<_> = grid.rows.into_iter().map(|row| row.cells).collect();
    assert_eq!(
        cells,
        [
            [Cell::Open, Cell::Open, Cell::Open, Cell::Open],
            [Cell::May, Cell::May, Cell::May, Cell::May],
            [Cell::Bypass, Cell::May, Cell::No, Cell::May],
            [Cell::Bypass, Cell::Within, Cell::No, Cell::Within],
            [Cell::No, Cell::Part, Cell::Part, Cell::Part],
        ]
    );
}
