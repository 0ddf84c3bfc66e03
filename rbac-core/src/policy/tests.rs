use super::*;
use crate::principal::Principal;
use crate::testing::principal;

const OURS: &str = "myapp-backend";

fn bob() -> Principal {
    principal("bob")
        .client_role(OURS, "data:read")
        .attribute("department", &["finance", "sales"])
        .build()
}

fn alice() -> Principal {
    principal("alice").realm_role("admin").build()
}

fn allows(principal: &Principal, condition: Condition) -> bool {
    decide(principal, &Requirement::new(condition), &Facts::default()).is_allow()
}

#[test]
fn a_permission_is_a_role_of_our_client_or_of_the_realm() {
    assert!(allows(&bob(), Condition::permission("data:read")));
    assert!(allows(
        &principal("x").realm_role("data:read").build(),
        Condition::permission("data:read")
    ));
    assert!(!allows(&bob(), Condition::permission("data:write")));
}

#[test]
fn row_85_the_same_role_name_in_another_client_is_not_ours() {
    let stranger = principal("x")
        .client_role("crm", "data:read")
        .client_role("crm", "admin")
        .build();
    assert!(!allows(&stranger, Condition::permission("data:read")));
    assert!(!stranger.is_admin());
    assert!(allows(&stranger, Condition::client_role("crm", "data:read")));
}

#[test]
fn a_role_is_a_fact_that_the_admin_bypass_does_not_make_true() {
    assert!(allows(&alice(), Condition::permission("anything:else")));
    assert!(!allows(&alice(), Condition::realm_role("auditor")));
    assert!(allows(&alice(), Condition::realm_role("admin")));
}

#[test]
fn a_client_role_named_admin_is_no_admin() {
    let pretender = principal("x").client_role(OURS, "admin").build();
    assert!(!pretender.is_admin());
    assert!(!allows(&pretender, Condition::permission("data:read")));
    assert!(!allows(&pretender, Condition::realm_role("admin")));
}

#[test]
fn any_and_all_nest_and_empty_ones_deny() {
    const READ: Condition = Condition::permission("data:read");
    const WRITE: Condition = Condition::permission("data:write");
    assert!(allows(&bob(), Condition::any(const { &[WRITE, READ] })));
    assert!(!allows(&bob(), Condition::all(const { &[WRITE, READ] })));
    assert!(!allows(
        &bob(),
        Condition::all(const { &[READ, Condition::any(const { &[WRITE] })] })
    ));
    assert!(!allows(&bob(), Condition::any(&[])));
    assert!(!allows(&bob(), Condition::all(&[])));
    assert!(
        !allows(&alice(), Condition::all(&[])),
        "not even the admin passes a rule that says nothing"
    );
}

#[test]
fn the_bypass_is_off_where_the_handler_says_so() {
    let requirement = Requirement::new(Condition::permission("data:read")).without_admin_bypass();
    assert!(!decide(&alice(), &requirement, &Facts::default()).is_allow());
    assert!(decide(&bob(), &requirement, &Facts::default()).is_allow());
}

const WITHIN: Requirement = Requirement::new(Condition::permission("data:read"))
    .boundaries(const { &[Boundary::path("department", "department")] });

fn in_department(principal: &Principal, values: &[&str]) -> Decision {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    decide(principal, &WITHIN, &Facts::default().with(0, values))
}

#[test]
fn a_boundary_contains_the_value_or_denies() {
    assert!(in_department(&bob(), &["finance"]).is_allow());
    assert!(in_department(&bob(), &["sales"]).is_allow());
    assert!(!in_department(&bob(), &["hr"]).is_allow());
    assert!(
        !in_department(&bob(), &["finance", "hr"]).is_allow(),
        "each value must be contained"
    );
}

#[test]
fn row_83_nothing_on_either_side_denies() {
    let nobody = principal("x").client_role(OURS, "data:read").build();
    let empty = principal("x")
        .client_role(OURS, "data:read")
        .attribute("department", &[""])
        .build();
    for (principal, values) in [
        (&nobody, &[][..]),
        (&nobody, &[""]),
        (&empty, &[""]),
        (&empty, &[]),
        (&bob(), &[]),
    ] {
        assert!(!in_department(principal, values).is_allow(), "{values:?}");
    }
}

#[test]
fn rows_48_82_84_values_compare_byte_for_byte() {
    for value in [
        "Finance",
        "finance ",
        "finance,sales",
        "fin",
        "finance\0",
        "ﬁnance",
        "*",
        "fin*",
    ] {
        assert!(!in_department(&bob(), &[value]).is_allow(), "{value:?}");
    }
    let joined = principal("x")
        .client_role(OURS, "data:read")
        .attribute("department", &["finance,sales"])
        .build();
    assert!(!in_department(&joined, &["finance"]).is_allow());
}

#[test]
fn row_47_a_wildcard_in_a_token_is_literal() {
    for name in ["*", "data:*", "*:*", "admin*"] {
        let stranger = principal("x")
            .realm_role(name)
            .attribute("department", &["*"])
            .build();
        assert!(!allows(&stranger, Condition::permission("data:read")), "{name}");
        assert!(!in_department(&stranger, &["finance"]).is_allow());
        assert!(!stranger.is_admin());
    }
}

#[test]
fn the_admin_passes_a_boundary_and_the_decision_says_how() {
    assert_eq!(
        in_department(&alice(), &["hr"]),
        Decision::Allow(AllowReason::AdminBypass)
    );
    assert_eq!(
        in_department(&bob(), &["sales"]),
        Decision::Allow(AllowReason::Met)
    );
}

#[test]
fn an_admin_who_has_it_all_uses_no_bypass() {
    let admin = principal("x")
        .realm_role("admin")
        .realm_role("data:read")
        .attribute("department", &["hr"])
        .build();
    assert_eq!(in_department(&admin, &["hr"]), Decision::Allow(AllowReason::Met));
}

#[test]
fn typed_values_are_compared_by_their_text() {
    let tenant = principal("x").attribute("tenant", &["7", "8"]).build();
    let requirement = Requirement::new(Condition::Authenticated);
    let within = |value: &dyn Fn(&mut Vec<std::borrow::Cow<'static, str>>)| {
        let mut values = Vec::new();
        value(&mut values);
        decide_boundary(&tenant, &requirement, "tenant", &values).is_allow()
    };
    assert!(within(&|values| values.push("7".into())));
    assert!(decide_boundary(&tenant, &requirement, "tenant", &7_u64).is_allow());
    assert!(decide_boundary(&tenant, &requirement, "tenant", &Some(8_i32)).is_allow());
    assert!(decide_boundary(&tenant, &requirement, "tenant", &vec![7, 8]).is_allow());
    assert!(!decide_boundary(&tenant, &requirement, "tenant", &vec![7, 9]).is_allow());
    assert!(!decide_boundary(&tenant, &requirement, "tenant", &None::<u8>).is_allow());
    assert!(!decide_boundary(&tenant, &requirement, "tenant", &Vec::<u8>::new()).is_allow());
    assert!(
        !decide_boundary(&tenant, &requirement, "tenant", &[Some(7), None]).is_allow(),
        "a gap in a list denies"
    );
}

#[test]
fn step_up_wants_the_class_and_a_login_young_enough() {
    let gold = principal("x")
        .claim("acr", "gold".into())
        .claim("auth_time", 1_000.into())
        .build();
    let plain = Requirement::new(Condition::Authenticated);
    assert!(!needs_step_up(&gold, &plain, 9_000));
    assert!(!needs_step_up(
        &gold,
        &plain.clone().acr("gold").max_age(300),
        1_300
    ));
    assert!(needs_step_up(&gold, &plain.clone().max_age(300), 1_301));
    assert!(needs_step_up(&gold, &plain.clone().acr("Gold"), 1_000));
    let from_the_future = principal("x").claim("auth_time", 9_000.into()).build();
    assert!(
        needs_step_up(&from_the_future, &plain.clone().max_age(300), 1_000),
        "a login that lies ahead would never grow old"
    );
    assert!(
        needs_step_up(&alice(), &plain.max_age(300), 1_000),
        "a token that does not tell is too old, the admin's too"
    );
}

#[test]
fn a_role_grants_what_the_catalogue_says_where_its_roles_count() {
    let catalogue = rbac_catalogue::Catalogue::parse(
        "[permissions]\n'data:read' = ''\n'data:write' = ''\n[roles.viewer]\ngrants = ['data:read']\n\
         [roles.editor]\ngrants = ['data:*']\ninherits = ['viewer']",
    )
    .expect("a sound catalogue");
    let editor = principal("x")
        .client_role(OURS, "editor")
        .catalogue(&catalogue)
        .build();
    let viewer = principal("x").realm_role("viewer").catalogue(&catalogue).build();
    let stranger = principal("x")
        .client_role("crm", "editor")
        .catalogue(&catalogue)
        .build();
    let unknown = principal("x")
        .realm_role("data:*")
        .realm_role("Editor")
        .catalogue(&catalogue)
        .build();
    let may = |who: &Principal, name| allows(who, Condition::permission(name));
    assert_eq!(
        (may(&editor, "data:read"), may(&editor, "data:write")),
        (true, true)
    );
    assert_eq!(
        (may(&viewer, "data:read"), may(&viewer, "data:write")),
        (true, false)
    );
    assert_eq!(
        (may(&stranger, "data:read"), may(&unknown, "data:read")),
        (false, false)
    );
    assert_eq!(editor.permissions(), ["data:read", "data:write"]);
}

#[test]
fn a_service_account_is_its_own_client_without_a_session() {
    let of = |azp: &str| principal("service-account-crm").claim("azp", azp.into());
    assert!(of("crm").build().is_service_account());
    assert!(!of("other").build().is_service_account());
    assert!(!of("crm").claim("sid", "s".into()).build().is_service_account());
    assert!(!bob().is_service_account());
}
