//! The mistakes of the field, each named.

use serde_json::json;

use super::*;
use crate::policy::{Boundary, Condition, decide};
use crate::testing::{PrincipalBuilder, principal};

const NOW: u64 = 1_700_000_000;

fn explained(somebody: PrincipalBuilder, requirement: &Requirement) -> Explanation {
    explain(&somebody.build(), requirement, &Facts::default(), NOW)
}

/// What is nearly `data:write`, by its differences.
fn nearly(somebody: PrincipalBuilder, condition: Condition) -> Vec<(String, Vec<Difference>)> {
    let explanation = explained(somebody, &Requirement::new(condition));
    assert_eq!(explanation.conclusion, Conclusion::Deny);
    let near_misses = explanation.near_misses.into_iter();
    near_misses.map(|near| (near.held, near.differences)).collect()
}

fn one(held: &str, differences: &[Difference]) -> Vec<(String, Vec<Difference>)> {
    vec![(held.to_owned(), differences.to_vec())]
}

#[test]
fn a_permission_in_the_roles_of_a_client_that_does_not_count() {
    let bob = principal("bob").client_role("crm", "data:write");
    let found = nearly(bob, Condition::permission("data:write"));
    assert_eq!(found, one("crm/data:write", &[Difference::UncountedClient]));
}

#[test]
fn a_permission_in_another_case_or_with_blanks() {
    let write = || Condition::permission("data:write");
    let of_us = |name: &str| principal("bob").client_role("myapp-backend", name);
    assert_eq!(
        nearly(of_us("Data:Write"), write()),
        one("myapp-backend/Data:Write", &[Difference::Case])
    );
    assert_eq!(
        nearly(of_us(" data:write"), write()),
        one("myapp-backend/ data:write", &[Difference::Blanks])
    );
    assert_eq!(
        nearly(of_us("data:\u{200b}write"), write()),
        one("myapp-backend/data:\\u{200b}write", &[Difference::Blanks])
    );
    let elsewhere = principal("bob").client_role("crm", "DATA: WRITE");
    let differences = [Difference::Case, Difference::Blanks, Difference::UncountedClient];
    assert_eq!(nearly(elsewhere, write()), one("crm/DATA: WRITE", &differences));
    assert!(
        nearly(of_us("data:read"), write()).is_empty(),
        "another permission is none"
    );
}

#[test]
fn a_realm_role_where_a_clients_is_asked_for_and_the_other_way_round() {
    let auditor = principal("bob").client_role("crm", "auditor");
    assert_eq!(
        nearly(auditor.clone(), Condition::realm_role("auditor")),
        one("crm/auditor", &[Difference::ClientRole])
    );
    assert_eq!(
        nearly(auditor, Condition::client_role("erp", "auditor")),
        one("crm/auditor", &[Difference::OtherClient])
    );
    assert_eq!(
        nearly(
            principal("bob").realm_role("auditor"),
            Condition::client_role("crm", "auditor")
        ),
        one("realm/auditor", &[Difference::RealmRole])
    );
}

#[test]
fn a_role_by_which_the_catalogue_would_grant_it() {
    let catalogue = rbac_catalogue::Catalogue::parse(
        "[permissions]\n\"data:write\" = \"write\"\n[roles.editor]\ngrants = [\"data:write\"]\n",
    )
    .unwrap();
    let requirement = Requirement::new(Condition::permission("data:write"));
    let editor = |client: &str, name: &str| principal("bob").catalogue(&catalogue).client_role(client, name);

    let explanation = explained(editor("crm", "Editor"), &requirement);
    assert_eq!(explanation.condition.granted_by, ["editor"]);
    let [near] = explanation.near_misses.as_slice() else {
        panic!("{explanation}");
    };
    assert_eq!(
        (near.through.as_deref(), near.differences.as_slice()),
        (
            Some("editor"),
            &[Difference::Case, Difference::UncountedClient][..]
        )
    );
    let met = explained(editor("myapp-backend", "editor"), &requirement);
    assert_eq!(met.condition.by, ["myapp-backend/editor"]);
    assert!(
        met.near_misses.is_empty() && met.conclusion == Conclusion::Allow,
        "{met}"
    );
}

#[test]
fn the_admin_bypass_used_switched_off_and_missed() {
    let requirement = Requirement::new(Condition::permission("data:write"));
    let alice = || principal("alice").realm_role("admin");
    let used = explained(alice(), &requirement);
    assert_eq!(
        (used.conclusion, used.condition.state),
        (Conclusion::AllowByAdminBypass, State::Bypassed)
    );
    let off = explained(alice(), &requirement.clone().without_admin_bypass());
    assert_eq!(off.conclusion, Conclusion::Deny);
    assert!(
        off.to_string()
            .contains("is held, but this rule switches the admin bypass off"),
        "{off}"
    );
    let missed = explained(
        principal("eve").client_role("myapp-backend", "admin"),
        &requirement,
    );
    assert_eq!(missed.conclusion, Conclusion::Deny);
    assert!(
        missed
            .to_string()
            .contains("nearly the admin bypass: `myapp-backend/admin` is a client's role"),
        "{missed}"
    );
}

#[test]
fn only_the_leaves_that_are_not_met_are_named() {
    let bob = principal("bob").realm_role("a:read");
    const PARTS: &[Condition] = &[Condition::permission("a:read"), Condition::permission("b:read")];
    let all = explained(bob.clone(), &Requirement::new(Condition::all(PARTS)));
    let lines = all.lines();
    assert!(lines.contains(&"\"b:read\" is not met".to_owned()), "{all}");
    assert!(!lines.iter().any(|line| line.starts_with("\"a:read\"")), "{all}");
    let any = explained(bob, &Requirement::new(Condition::any(PARTS)));
    assert!(
        any.conclusion == Conclusion::Allow && !any.to_string().contains("not met"),
        "{any}"
    );
}

const DEPARTMENT: &[Boundary] = &[Boundary::path("department", "department")];

fn bounded(somebody: PrincipalBuilder, value: Option<&str>) -> BoundaryFinding {
    let requirement = Requirement::new(Condition::authenticated()).boundaries(DEPARTMENT);
    let facts = Facts::default().with(0, value.into_iter().map(str::to_owned).collect());
    let mut found = explain(&somebody.build(), &requirement, &facts, NOW).boundaries;
    found.remove(0)
}

#[test]
fn a_boundary_shows_both_of_its_sides_and_what_is_odd() {
    let bob = || principal("bob").attribute("department", &["finance", "it"]);
    let odd = |somebody: PrincipalBuilder, value: &str| {
        let found = bounded(somebody, Some(value));
        assert_eq!(found.state, State::Unmet);
        (found.to_string(), found.remark.unwrap_or_default())
    };
    assert_eq!(bounded(bob(), Some("it")).state, State::Met);
    let (text, remark) = odd(bob(), "sales");
    assert_eq!(
        text,
        "scope = \"department\" is not met: the request names `sales`, the principal's `department` has `finance`, `it`"
    );
    assert_eq!(remark, "");
    assert!(odd(bob(), "Finance").1.contains("case of its letters"));
    assert!(odd(bob(), "finance ").1.contains("blanks"));
    assert!(odd(bob(), "").1.contains("an empty value"));
    assert!(
        odd(principal("carol"), "it")
            .1
            .contains("the token has no claim `department`")
    );
    let number = principal("carol").claim("department", json!([1]));
    assert!(odd(number, "1").1.contains("a list that holds more than strings"));
    assert_eq!(
        bounded(bob(), None).remark.as_deref(),
        Some("the request names no value")
    );
}

#[test]
fn what_nobody_looked_at_is_open_until_a_check_denied() {
    let requirement = Requirement::new(Condition::authenticated()).checks(&["may_see"]);
    let bob = principal("bob").build();
    let open = explain(&bob, &requirement, &Facts::default(), NOW);
    assert_eq!(open.conclusion, Conclusion::Open);
    let denied = open.with_denying_check("may_see");
    assert_eq!(denied.conclusion, Conclusion::Deny);
    assert!(
        denied.to_string().contains("check = may_see is not met"),
        "{denied}"
    );
}

#[test]
fn a_login_that_is_too_weak_or_too_old() {
    let requirement = Requirement::new(Condition::authenticated())
        .acr("gold")
        .max_age(300);
    let login = |acr: &str, ago: u64| {
        let bob = principal("bob")
            .claim("acr", json!(acr))
            .claim("auth_time", json!(NOW - ago));
        explained(bob, &requirement)
    };
    assert_eq!(login("gold", 10).conclusion, Conclusion::Allow);
    let weak = login("1", 400);
    assert_eq!(weak.conclusion, Conclusion::Deny);
    assert!(
        weak.to_string()
            .contains("`acr` must be `gold` and is `1`: it may be 300 s old and is 400 s old"),
        "{weak}"
    );
}

#[test]
fn role_claims_that_grant_nothing_are_noted() {
    let requirement = Requirement::new(Condition::permission("a:b"));
    let noted = |claim: &str, value: serde_json::Value| {
        let policy = std::sync::Arc::new(crate::principal::RolePolicy::default());
        let claims = json!({"sub": "bob", claim: value});
        let claims = crate::claims::Claims::new(claims.as_object().cloned().unwrap());
        explain(
            &Principal::new(claims, &policy),
            &requirement,
            &Facts::default(),
            NOW,
        )
        .notes
        .join(" ")
    };
    assert!(noted("other", json!(1)).contains("no roles at all"));
    assert!(noted("realm_access", json!({"roles": "a:b"})).contains("`realm_access.roles` is no list"));
    assert!(
        noted("resource_access", json!({"crm": ["a:b"]})).contains("`resource_access.crm.roles` is no list")
    );
    let many: Vec<String> = (0..300).map(|number| number.to_string()).collect();
    assert!(noted("realm_access", json!({"roles": many})).contains("more than 256 roles"));
    assert_eq!(noted("realm_access", json!({"roles": ["a"]})), "");
}

#[test]
fn rows_102_and_103_however_much_a_token_says_the_line_is_one_and_short() {
    let mut eve = principal("eve").attribute("department", &["x\r\n\u{202e}"; 50]);
    for number in 0..250 {
        eve = eve.client_role(&format!("client\n{number}"), &"DATA:WRITE\u{1b}".repeat(40));
    }
    let requirement = Requirement::new(Condition::permission("data:write")).boundaries(DEPARTMENT);
    let facts = Facts::default().with(0, vec!["y\n".repeat(5_000)]);
    let explanation = explain(&eve.build(), &requirement, &facts, NOW);
    let (line, data) = (
        explanation.to_string(),
        serde_json::to_string(&explanation).unwrap(),
    );
    for text in [&line, &data] {
        assert!(!text.chars().any(|c| c.is_control() || c == '\u{202e}'), "{text}");
        assert!(text.len() < 20_000, "{} bytes", text.len());
    }
}

#[test]
fn it_serialises_for_tools() {
    let bob = principal("bob")
        .realm_role("user")
        .client_role("crm", "data:write");
    let explanation = explained(bob, &Requirement::new(Condition::permission("data:write")));
    assert_eq!(
        serde_json::to_value(&explanation).unwrap(),
        json!({
            "conclusion": "deny",
            "rule": "\"data:write\"",
            "condition": {"rule": "\"data:write\"", "state": "unmet"},
            "admin_bypass": {"role": "admin", "held": false, "switched_off": false, "used": false},
            "roles": [
                {"count_as_permissions": true, "names": ["user"]},
                {"client": "crm", "count_as_permissions": false, "names": ["data:write"]},
            ],
            "near_misses": [
                {"wanted": "\"data:write\"", "held": "crm/data:write", "differences": ["uncounted_client"]},
            ],
        })
    );
}

#[test]
fn an_unstated_boundary_is_open_where_the_decision_denies() {
    let bob = principal("bob").attribute("department", &["it"]).build();
    let requirement = Requirement::new(Condition::authenticated()).boundaries(DEPARTMENT);
    assert!(!decide(&bob, &requirement, &Facts::default()).is_allow());
    let explanation = explain(&bob, &requirement, &Facts::default(), NOW);
    assert_eq!(explanation.conclusion, Conclusion::Open);
}
