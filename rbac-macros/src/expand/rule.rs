//! The rule as a `const` value: constructor calls, never expressions made of the user's tokens.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::args::{Check, Role, Rule, Scope, Source};
use crate::handler::Handler;
use crate::policy::{Policy, Protected};
use crate::route::Route;

// Output:
//     Rule::protected(Site::new("f", module_path!(), file!(), line!(), const { &[..] }), Requirement::new(..)..)
pub(super) fn rule(
    handler: &Handler,
    policy: &Policy,
    routes: &[Route],
    private: &TokenStream,
) -> TokenStream {
    let site = site(handler, routes, private);
    match policy {
        Policy::Public(reason) => {
            let login = handler
                .takes_optional_principal()
                .then(|| quote!(.optional_login()));
            quote!(#private::Rule::public(#site, #reason) #login)
        }
        Policy::Protected(protected) => {
            let requirement = requirement(protected, private);
            let answer = protected
                .on_denial
                .as_ref()
                .map(|answer| quote!(.on_denial(#answer)));
            quote!(#private::Rule::protected(#site, #requirement) #answer)
        }
    }
}

fn site(handler: &Handler, routes: &[Route], private: &TokenStream) -> TokenStream {
    let name = handler.name();
    let (methods, paths) = (
        routes.iter().map(|route| &route.method),
        routes.iter().map(|route| &route.path),
    );
    let routes = list(quote!(#(#private::Route::new(#methods, #paths)),*));
    quote_spanned! {Span::mixed_site()=>
        #private::Site::new(#name, ::core::module_path!(), ::core::file!(), ::core::line!(), #routes)
    }
}

fn requirement(protected: &Protected, private: &TokenStream) -> TokenStream {
    let condition = together(&protected.rules, private);
    let mut calls = Vec::new();
    if !protected.scopes.is_empty() {
        let boundaries = protected.scopes.iter().map(|scope| boundary(scope, private));
        let boundaries = list(quote!(#(#boundaries),*));
        calls.push(quote!(.boundaries(#boundaries)));
    }
    if !protected.checks.is_empty() {
        let names = protected
            .checks
            .iter()
            .map(|Check { function, .. }| quote!(::core::stringify!(#function)));
        let names = list(quote!(#(#names),*));
        calls.push(quote!(.checks(#names)));
    }
    if !protected.admin_bypass {
        calls.push(quote!(.without_admin_bypass()));
    }
    if protected.fresh {
        calls.push(quote!(.fresh()));
    }
    calls.extend(protected.acr.as_ref().map(|acr| quote!(.acr(#acr))));
    calls.extend(protected.max_age.map(|seconds| quote!(.max_age(#seconds))));
    quote!(#private::Requirement::new(#condition) #(#calls)*)
}

/// Stacked attributes mean all of them.
fn together(rules: &[Rule], private: &TokenStream) -> TokenStream {
    match rules {
        [] => quote!(#private::Condition::authenticated()),
        [rule] => condition(rule, private),
        rules => all_of(rules, private),
    }
}

fn condition(rule: &Rule, private: &TokenStream) -> TokenStream {
    match rule {
        Rule::Permission(name) => quote!(#private::Condition::permission(#name)),
        Rule::Constant(path) => quote!(#private::Condition::permission_const(#path)),
        Rule::Role(Role { name, client: None }) => quote!(#private::Condition::realm_role(#name)),
        Rule::Role(Role {
            name,
            client: Some(client),
        }) => quote!(#private::Condition::client_role(#client, #name)),
        Rule::Any(of) => {
            let list = list_of(&of.rules, private);
            quote!(#private::Condition::any(#list))
        }
        Rule::All(of) => all_of(&of.rules, private),
    }
}

fn all_of(rules: &[Rule], private: &TokenStream) -> TokenStream {
    let list = list_of(rules, private);
    quote!(#private::Condition::all(#list))
}

fn list_of(rules: &[Rule], private: &TokenStream) -> TokenStream {
    let conditions = rules.iter().map(|rule| condition(rule, private));
    list(quote!(#(#conditions),*))
}

fn boundary(scope: &Scope, private: &TokenStream) -> TokenStream {
    let attribute = &scope.attribute;
    match scope.source() {
        Source::Path(name) => quote!(#private::Boundary::path(#attribute, #name)),
        Source::Query(name) => quote!(#private::Boundary::query(#attribute, #name)),
        Source::Header(name) => quote!(#private::Boundary::header(#attribute, #name)),
        Source::Value(expression) => {
            quote!(#private::Boundary::argument(#attribute, ::core::stringify!(#expression)))
        }
    }
}

/// A slice that lives as long as the program.
fn list(elements: TokenStream) -> TokenStream {
    quote!(const { &[#elements] })
}
