//! What is emitted beside an error: the item stays, so that its name resolves and one mistake gives one message.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Error, Path};

use crate::args::{Kind, Written};
use crate::handler::{self, Handler};

/// The item as it is. Nothing is opened by that: the error ends the build.
pub(crate) fn untouched(item: TokenStream, error: &Error) -> TokenStream {
    let error = error.to_compile_error();
    quote!(#error #item)
}

// Input:
//     #[get("/")]
//     async fn f(name: &str) { .. }
//
// Output:
//     #[get("/")]
//     async fn f() -> ::rbac_core::__private::HttpResponse { async fn f(name: &str) { .. } unreachable!() }
/// A function that cannot be a handler, inside of one that can: whatever registers it finds nothing else to report.
pub(crate) fn unfit(handler: &Handler, root: &Path, error: &Error) -> TokenStream {
    if handler.sig.receiver().is_some() {
        return untouched(handler.to_token_stream(), error);
    }
    let error = error.to_compile_error();
    let Handler {
        attrs,
        vis,
        sig,
        body,
    } = handler;
    let (name, generics, bounds) = (&sig.ident, &sig.generics, &sig.generics.where_clause);
    quote_spanned! {Span::mixed_site()=>
        #error
        #(#attrs)*
        #vis async fn #name #generics () -> #root::__private::HttpResponse #bounds {
            #sig #body
            ::core::unreachable!()
        }
    }
}

/// What is no function at all.
pub(crate) fn no_function(item: TokenStream, first: &Written, error: Error) -> TokenStream {
    let name = first.kind.name();
    let kind = handler::item_kind.parse2(item.clone()).ok().flatten();
    let error = match kind {
        Some((found, true)) => Error::new(
            first.name.span(),
            format!("`#[{name}]` belongs above one handler, found {found}: put it above each handler in it"),
        ),
        Some((found, false)) => Error::new(
            first.name.span(),
            format!("`#[{name}]` belongs above a handler, found {found}: put it above an `async fn`"),
        ),
        None => error,
    };
    untouched(without_ours.parse2(item.clone()).unwrap_or(item), &error)
}

/// Without the others of the family, which would say the same again.
fn without_ours(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let attrs = input.call(Attribute::parse_outer)?;
    let is_ours = |attribute: &&Attribute| {
        attribute
            .path()
            .segments
            .last()
            .is_none_or(|segment| Kind::named(&segment.ident).is_none())
    };
    let others = attrs.iter().filter(is_ours);
    let rest: TokenStream = input.parse()?;
    Ok(quote!(#(#others)* #rest))
}
