//! The expansion: data, one call into the runtime, and the handler behind it.

mod copies;
mod rule;
mod steps;
mod wrapper;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::Path;

use crate::handler::Handler;
use crate::policy::Policy;
use crate::route::Route;
use wrapper::Wrapper;

/// What the body of a handler names that was moved behind another attribute macro. Only the wrapper defines it, so that a
/// macro which throws our attribute away breaks the build instead of opening the handler.
// INVARIANT: nothing but the wrapper may define this name.
pub(crate) fn seal() -> Ident {
    Ident::new(
        "__rbac_guard_removed_by_another_attribute_macro",
        Span::call_site(),
    )
}

/// All that a guarded handler is made of.
pub(crate) struct Guard<'a> {
    pub(crate) handler: &'a Handler,
    pub(crate) policy: &'a Policy,
    pub(crate) routes: &'a [Route],
    pub(crate) root: &'a Path,
    /// Whether the body names the seal.
    pub(crate) sealed: bool,
    /// Whether the crate has a catalogue.
    pub(crate) catalogue: bool,
}

impl Guard<'_> {
    /// The guarded handler.
    pub(crate) fn expand(&self) -> TokenStream {
        let root = self.root;
        let private = quote!(#root::__private);
        let copies = copies::copies(self.handler).into_iter().map(|(cfg, handler)| {
            let wrapper = Wrapper {
                guard: self,
                handler: &handler,
                private: &private,
            };
            wrapper.expand(cfg.as_ref())
        });
        copies.collect()
    }
}

#[cfg(test)]
mod tests;
