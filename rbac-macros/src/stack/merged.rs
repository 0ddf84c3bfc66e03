//! Attributes that were merged into the one above them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{ItemConst, Path};

/// The argument of an attribute that has been merged into another one.
pub(super) const MERGED: &str = "__rbac_merged";

/// An attribute that was merged into the one above it is never resolved, and its import would count as unused. So it is
/// named once more, where it says nothing.
pub(super) fn name_again(path: &Path) -> TokenStream {
    let merged = Ident::new(MERGED, Span::call_site());
    quote!(#[#path(#merged)] const _: () = ();)
}

// INVARIANT: only above a nameless constant does the word mean anything; a function keeps its guard.
pub(super) fn is_merged(args: &TokenStream, item: &TokenStream) -> bool {
    syn::parse2::<Ident>(args.clone()).is_ok_and(|word| word == MERGED)
        && syn::parse2::<ItemConst>(item.clone()).is_ok_and(|constant| constant.ident == "_")
}
