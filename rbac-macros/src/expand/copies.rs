//! `#[cfg(..)]` on arguments: one copy of the handler for each combination.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::{Attribute, FnArg};

use crate::handler::{Handler, cfg_predicates, is_cfg};

// Input:
//     async fn f(a: A, #[cfg(x)] b: B) -> R { .. }
//
// Output, for a tuple of arguments cannot carry `#[cfg(..)]`:
//     #[cfg(x)]      async fn f(a: A, b: B) -> R { .. }
//     #[cfg(not(x))] async fn f(a: A) -> R { .. }
pub(super) fn copies(handler: &Handler) -> Vec<(Option<TokenStream>, Handler)> {
    let predicates: Vec<TokenStream> = handler
        .arguments()
        .filter_map(|argument| predicate(&argument.attrs))
        .collect();
    if predicates.is_empty() {
        return vec![(None, handler.clone())];
    }
    // At most 3 of them, so at most 8 copies.
    let combinations = 0..1_u8 << predicates.len().min(7);
    let chosen = combinations.map(|bits| (0..predicates.len()).map(move |at| bits >> at & 1 == 0).collect());
    chosen
        .map(|kept: Vec<bool>| copy(handler, &predicates, &kept))
        .collect()
}

fn copy(handler: &Handler, predicates: &[TokenStream], kept: &[bool]) -> (Option<TokenStream>, Handler) {
    let each = predicates.iter().zip(kept);
    let each: Vec<TokenStream> = each
        .map(|(cfg, kept)| if *kept { cfg.clone() } else { quote!(not(#cfg)) })
        .collect();
    let all = all(&each);
    let mut handler = handler.clone();
    let mut kept = kept.iter();
    let inputs = std::mem::take(&mut handler.sig.inputs).into_iter();
    let inputs = inputs
        .filter(|argument| predicate(attrs(argument)).is_none() || kept.next().is_none_or(|kept| *kept));
    handler.sig.inputs = inputs.map(without_cfg).collect();
    (Some(quote!(#[cfg(#all)])), handler)
}

fn predicate(attrs: &[Attribute]) -> Option<TokenStream> {
    let predicates = cfg_predicates(attrs).into_iter().cloned();
    let predicates: Vec<TokenStream> = predicates.map(without_trailing_comma).collect();
    (!predicates.is_empty()).then(|| all(&predicates))
}

fn without_trailing_comma(predicate: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = predicate.into_iter().collect();
    tokens.pop_if(|last| matches!(last, TokenTree::Punct(punct) if punct.as_char() == ','));
    tokens.into_iter().collect()
}

/// One condition stands for itself: clippy would call `all(..)` around it unneeded.
fn all(conditions: &[TokenStream]) -> TokenStream {
    match conditions {
        [only] => only.clone(),
        several => quote!(all(#(#several),*)),
    }
}

fn attrs(argument: &FnArg) -> &[Attribute] {
    match argument {
        FnArg::Receiver(receiver) => &receiver.attrs,
        FnArg::Typed(argument) => &argument.attrs,
    }
}

fn without_cfg(argument: FnArg) -> FnArg {
    match argument {
        FnArg::Typed(mut argument) => {
            argument.attrs.retain(|attribute| !is_cfg(attribute));
            FnArg::Typed(argument)
        }
        receiver => receiver,
    }
}
