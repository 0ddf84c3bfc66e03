//! Random rules over random roles: the decision agrees with a naive reading of the rule, and more roles never take away.

use std::borrow::Cow;
use std::collections::BTreeSet;

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;

use super::*;
use crate::principal::Principal;
use crate::testing::principal;

const NAMES: [&str; 5] = ["a:read", "a:write", "b:read", "auditor", "admin"];
const CLIENTS: [&str; 2] = ["myapp-backend", "crm"];

/// A role: its name, and the client whose it is or the realm.
type Held = (&'static str, Option<&'static str>);

fn held() -> impl Strategy<Value = BTreeSet<Held>> {
    let source = prop_oneof![Just(None), prop::sample::select(&CLIENTS[..]).prop_map(Some)];
    btree_set((prop::sample::select(&NAMES[..]), source), 0..6)
}

fn condition() -> impl Strategy<Value = Condition> {
    let role = |(name, client): (&'static str, Option<&'static str>)| Condition::Role {
        name: Cow::Borrowed(name),
        client: client.map(Cow::Borrowed),
    };
    let clients = prop_oneof![Just(None), prop::sample::select(&CLIENTS[..]).prop_map(Some)];
    let leaf = prop_oneof![
        Just(Condition::Authenticated),
        prop::sample::select(&NAMES[..3]).prop_map(Condition::permission),
        (prop::sample::select(&NAMES[..]), clients).prop_map(role),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(|of| Condition::Any(Cow::Owned(of))),
            vec(inner, 0..4).prop_map(|of| Condition::All(Cow::Owned(of))),
        ]
    })
}

fn with_roles(roles: &BTreeSet<Held>, departments: &BTreeSet<&'static str>) -> Principal {
    let departments: Vec<&str> = departments.iter().copied().collect();
    let somebody = principal("somebody").attribute("department", &departments);
    let add = |builder: crate::testing::PrincipalBuilder, (name, client): &Held| match client {
        Some(client) => builder.client_role(client, name),
        None => builder.realm_role(name),
    };
    roles.iter().fold(somebody, add).build()
}

/// The rule read off the page, without any of the policy's code.
fn naive(condition: &Condition, roles: &BTreeSet<Held>, is_admin: bool) -> bool {
    let has = |name: &str, client: Option<&str>| roles.iter().any(|held| held.0 == name && held.1 == client);
    match condition {
        Condition::Authenticated => true,
        Condition::Permission(name) => is_admin || has(name, None) || has(name, Some("myapp-backend")),
        Condition::Role { name, client } => has(name, client.as_deref()),
        Condition::Any(of) => {
            let mut one = false;
            for part in of.iter() {
                one |= naive(part, roles, is_admin);
            }
            one
        }
        Condition::All(of) => {
            let mut count = 0;
            for part in of.iter() {
                count += usize::from(naive(part, roles, is_admin));
            }
            count > 0 && count == of.len()
        }
    }
}

fn departments() -> impl Strategy<Value = BTreeSet<&'static str>> {
    btree_set(prop::sample::select(&["it", "hr", "finance", ""][..]), 0..4)
}

static WITHIN: [Boundary; 1] = [Boundary::path("department", "department")];

fn requirement(condition: Condition, bypass: bool) -> Requirement {
    let requirement = Requirement::new(condition).boundaries(&WITHIN);
    if bypass {
        requirement
    } else {
        requirement.without_admin_bypass()
    }
}

proptest! {
    #[test]
    fn the_decision_is_the_naive_one(
        condition in condition(), roles in held(), departments in departments(), bypass: bool,
        value in prop::sample::select(&["it", "hr", ""][..]),
    ) {
        let somebody = with_roles(&roles, &departments);
        let is_admin = bypass && roles.contains(&("admin", None));
        let inside = is_admin || (!value.is_empty() && departments.contains(value));
        let expected = naive(&condition, &roles, is_admin) && inside;
        let facts = Facts::default().with(0, vec![value.to_owned()]);
        prop_assert_eq!(decide(&somebody, &requirement(condition, bypass), &facts).is_allow(), expected);
    }

    #[test]
    fn the_explanation_comes_to_what_is_decided(
        condition in condition(), roles in held(), departments in departments(), bypass: bool,
        value in prop::sample::select(&["it", "hr", ""][..]),
    ) {
        let somebody = with_roles(&roles, &departments);
        let facts = Facts::default().with(0, vec![value.to_owned()]);
        let requirement = requirement(condition, bypass);
        let expected = match decide(&somebody, &requirement, &facts) {
            Decision::Allow(AllowReason::Met) => Conclusion::Allow,
            Decision::Allow(AllowReason::AdminBypass) => Conclusion::AllowByAdminBypass,
            Decision::Deny(_) => Conclusion::Deny,
        };
        prop_assert_eq!(explain(&somebody, &requirement, &facts, 0).conclusion, expected);
    }

    #[test]
    fn more_roles_and_departments_never_take_access_away(
        condition in condition(), roles in held(), more in held(), here in departments(), there in departments(),
        bypass: bool, value in prop::sample::select(&["it", "hr", ""][..]),
    ) {
        let facts = Facts::default().with(0, vec![value.to_owned()]);
        let requirement = requirement(condition, bypass);
        let poor = decide(&with_roles(&roles, &here), &requirement, &facts).is_allow();
        let roles: BTreeSet<Held> = roles.union(&more).copied().collect();
        let here: BTreeSet<&str> = here.union(&there).copied().collect();
        let rich = decide(&with_roles(&roles, &here), &requirement, &facts).is_allow();
        prop_assert!(rich || !poor);
    }

    #[test]
    fn row_86_a_name_is_literal_whatever_stands_in_it(name in "[a-z:*.?+\\[\\]^$ -]{1,12}") {
        let somebody = principal("somebody").realm_role(&name).attribute("department", &[&name]).build();
        let asks = |wanted: &str| {
            let condition = Condition::Permission(Cow::Owned(wanted.to_owned()));
            let facts = Facts::default().with(0, vec![wanted.to_owned()]);
            decide(&somebody, &requirement(condition, false), &facts).is_allow()
        };
        prop_assert!(asks(&name));
        for other in ["data:read", "finance-admin", "fin"] {
            prop_assert_eq!(asks(other), other == name);
        }
    }
}
