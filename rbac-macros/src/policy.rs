//! All attributes of one handler as one policy. Built from what has been validated.

use proc_macro2::Ident;
use syn::{ExprPath, LitStr, Path};

use crate::args::{Check, Kind, Parsed, Role, Rule, Scope};

/// Who may call the handler.
pub(crate) enum Policy {
    /// Everybody, and why.
    Public(LitStr),
    /// Whoever meets all of it.
    Protected(Protected),
}

/// What stacked attributes demand together.
pub(crate) struct Protected {
    /// Each must hold; none of them: any verified principal.
    pub(crate) rules: Vec<Rule>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) checks: Vec<Check>,
    pub(crate) admin_bypass: bool,
    pub(crate) fresh: bool,
    pub(crate) acr: Option<LitStr>,
    /// Seconds.
    pub(crate) max_age: Option<u64>,
    pub(crate) on_denial: Option<ExprPath>,
}

impl Policy {
    // INVARIANT: merging only ever adds demands: a second attribute takes nothing away from the first.
    pub(crate) fn merge(stack: Vec<Parsed>) -> Self {
        if let [
            Parsed {
                kind: Kind::Public,
                arguments,
                name,
                ..
            },
        ] = stack.as_slice()
        {
            return Self::Public(
                arguments
                    .reason
                    .clone()
                    .unwrap_or_else(|| LitStr::new("", name.span())),
            );
        }
        let mut merged = Protected::new();
        stack.into_iter().for_each(|parsed| merged.add(parsed));
        Self::Protected(merged)
    }
}

impl Protected {
    const fn new() -> Self {
        Self {
            rules: Vec::new(),
            scopes: Vec::new(),
            checks: Vec::new(),
            admin_bypass: true,
            fresh: false,
            acr: None,
            max_age: None,
            on_denial: None,
        }
    }

    fn add(&mut self, parsed: Parsed) {
        let arguments = parsed.arguments;
        self.rules
            .extend(parsed.rule.map(|rule| of_client(rule, arguments.client)));
        self.scopes.extend(arguments.scopes);
        self.checks.extend(arguments.checks);
        self.admin_bypass &= arguments.admin_bypass.is_none_or(|bypass| bypass.value);
        self.fresh |= arguments.fresh;
        self.acr = self.acr.take().or(arguments.acr);
        self.on_denial = self.on_denial.take().or(arguments.on_denial);
        self.max_age = match (self.max_age, arguments.max_age) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }
}

/// `#[require_role("auditor", client = "crm")]`
fn of_client(rule: Rule, client: Option<LitStr>) -> Rule {
    match rule {
        Rule::Role(Role { name, client: None }) => Rule::Role(Role { name, client }),
        rule => rule,
    }
}

/// The path of rbac-core: `crate = ..` of the first attribute that has one, otherwise `::rbac_core`.
pub(crate) fn root<'a>(written: impl IntoIterator<Item = &'a Parsed>) -> Path {
    let named = written
        .into_iter()
        .find_map(|parsed| parsed.arguments.root.clone());
    named.unwrap_or_else(default_root)
}

fn default_root() -> Path {
    let name = Ident::new("rbac_core", proc_macro2::Span::call_site());
    Path {
        leading_colon: Some(Default::default()),
        segments: [syn::PathSegment::from(name)].into_iter().collect(),
    }
}
