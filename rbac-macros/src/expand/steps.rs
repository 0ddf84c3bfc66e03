//! What is decided over the handler's own arguments: typed boundaries, then checks.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Expr, Pat};

use super::wrapper::Wrapper;
use crate::args::Check;
use crate::policy::{Policy, Protected};
use crate::{expression, pattern};

/// The steps between the handler's arguments and its call.
pub(super) fn steps(wrapper: &Wrapper<'_>) -> TokenStream {
    let Policy::Protected(protected) = wrapper.guard.policy else {
        return TokenStream::new();
    };
    let boundaries = values(protected).map(|(at, value)| boundary(wrapper, at, value));
    let checks = protected
        .checks
        .iter()
        .enumerate()
        .map(|(at, one)| check(wrapper, at, one));
    let (boundaries, checks): (TokenStream, TokenStream) = (boundaries.collect(), checks.collect());
    let checks = (!checks.is_empty())
        .then(|| quote_spanned!(Span::mixed_site()=> if __rbac_admitted.must_check() { #checks }));
    quote!(#boundaries #checks)
}

/// Every name that an expression mentions.
pub(super) fn mentioned(policy: &Policy) -> BTreeSet<String> {
    let Policy::Protected(protected) = policy else {
        return BTreeSet::new();
    };
    let values = values(protected).map(|(_, value)| value);
    let arguments = protected.checks.iter().flat_map(|check| &check.arguments);
    values
        .chain(arguments)
        .flat_map(|one| expression::mentioned(one.to_token_stream()))
        .collect()
}

/// The boundaries over arguments, each with its index among all boundaries.
fn values(protected: &Protected) -> impl Iterator<Item = (usize, &Expr)> {
    protected
        .scopes
        .iter()
        .enumerate()
        .filter_map(|(at, scope)| Some((at, scope.value()?)))
}

// Input:
//     scope("department", value = body.department)
//
// Output:
//     { if let Err(denied) = __rbac_admitted.within(0, &(body.department)) { return denied; } }
fn boundary(wrapper: &Wrapper<'_>, at: usize, value: &Expr) -> TokenStream {
    let (bindings, value) = (bindings(wrapper, [value]), by_reference(value));
    quote_spanned! {Span::mixed_site()=> {
        #bindings
        if let ::core::result::Result::Err(__rbac_denied) = __rbac_admitted.within(#at, #value) {
            return __rbac_denied;
        }
    }}
}

// Input:
//     check = may_see(store, id)
//
// Output:
//     {
//         let outcome = may_see(match __rbac_admitted.principal() { .. }, &(store), &(id)).await;
//         if let Err(denied) = __rbac_admitted.checked(0, outcome) { return denied; }
//     }
fn check(wrapper: &Wrapper<'_>, at: usize, check: &Check) -> TokenStream {
    let Check {
        function,
        parens,
        arguments,
    } = check;
    let bindings = bindings(wrapper, arguments);
    let arguments = arguments.iter().map(by_reference);
    // What the function takes and returns is the function's fault.
    let place = Span::mixed_site().located_at(last_span(function.to_token_stream()));
    let principal = Ident::new("__rbac_principal", place);
    let outcome = Ident::new("__rbac_outcome", place);
    let mut call = Group::new(Delimiter::Parenthesis, quote!(#principal, #(#arguments),*));
    call.set_span(Span::mixed_site().located_at(parens.span.join()));
    // In braces it is a value: clippy would ask why a function is async that is only ever awaited on the spot.
    let awaited = quote_spanned!(place=> { #function } #call.await);
    quote_spanned! {Span::mixed_site()=> {
        #bindings
        let __rbac_principal = match __rbac_admitted.principal() {
            ::core::result::Result::Ok(__rbac_principal) => __rbac_principal,
            ::core::result::Result::Err(__rbac_denied) => return __rbac_denied,
        };
        let __rbac_outcome = #awaited;
        if let ::core::result::Result::Err(__rbac_denied) = __rbac_admitted.checked(#at, #outcome) {
            return __rbac_denied;
        }
    }}
}

/// The names that patterns bind, as references: `let web::Path((department, _)) = &__rbac_arg_0;`
fn bindings<'a>(wrapper: &Wrapper<'_>, expressions: impl IntoIterator<Item = &'a Expr>) -> TokenStream {
    let expressions = expressions.into_iter().map(ToTokens::to_token_stream);
    let mentioned: BTreeSet<String> = expressions.flat_map(expression::mentioned).collect();
    let is_mentioned = |name: &Ident| mentioned.contains(&name.to_string());
    let bindings = wrapper
        .patterns()
        .filter_map(|(argument, pattern)| binding(&argument, pattern, &is_mentioned));
    bindings.collect()
}

fn binding(argument: &Ident, pattern: &Pat, is_mentioned: &dyn Fn(&Ident) -> bool) -> Option<TokenStream> {
    let names: Vec<_> = pattern::names(pattern)
        .into_iter()
        .filter(|name| is_mentioned(name))
        .collect();
    let pattern = pattern::borrowed(pattern, is_mentioned);
    // A name counts as used even where the mention was another thing of the same name.
    (!names.is_empty()).then(|| {
        quote_spanned! {Span::mixed_site()=>
            let #pattern = &#argument;
            let _ = (#(&#names,)*);
        }
    })
}

/// `&(expression)`, with spans that make a fault point at all of the expression.
fn by_reference(expression: &Expr) -> TokenStream {
    let tokens = expression.to_token_stream();
    let start = tokens
        .clone()
        .into_iter()
        .next()
        .map_or_else(Span::call_site, |token| token.span());
    let end = last_span(tokens.clone());
    let mut ampersand = Punct::new('&', Spacing::Alone);
    ampersand.set_span(Span::mixed_site().located_at(start));
    let mut parens = Group::new(Delimiter::Parenthesis, tokens);
    parens.set_span(Span::mixed_site().located_at(end));
    [TokenTree::Punct(ampersand), TokenTree::Group(parens)]
        .into_iter()
        .collect()
}

fn last_span(tokens: TokenStream) -> Span {
    tokens
        .into_iter()
        .last()
        .map_or_else(Span::call_site, |token| token.span())
}
