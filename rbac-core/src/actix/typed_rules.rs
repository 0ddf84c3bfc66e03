//! The rules of extractors, which no attribute registered.

use std::any::{TypeId, type_name};
use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use super::extract::Protect;
use crate::policy::{Condition, Requirement};
use crate::rule::{Rule, Site};

/// The rules that were asked for so far. At most one for each type in the program: nothing that a request says adds one.
static KNOWN: RwLock<BTreeMap<TypeId, &'static Rule>> = RwLock::new(BTreeMap::new());

/// The rule of `Authorized<R>`, under the name of `R`.
pub(super) fn rule_of<R: Protect>() -> &'static Rule {
    let id = TypeId::of::<R>();
    let known = KNOWN
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&id)
        .copied();
    known.unwrap_or_else(|| {
        let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
        let make = || &*Box::leak(Box::new(rule(type_name::<R>(), R::REQUIREMENT)));
        known.entry(id).or_insert_with(make)
    })
}

/// The rule of a [`Principal`](crate::Principal) as an argument where no attribute stands.
pub(super) fn login() -> &'static Rule {
    static LOGIN: Rule = rule("Principal", Requirement::new(Condition::authenticated()));
    &LOGIN
}

const fn rule(name: &'static str, requirement: Requirement) -> Rule {
    Rule::protected(Site::new(name, "", "", 0, &[]), requirement)
}
