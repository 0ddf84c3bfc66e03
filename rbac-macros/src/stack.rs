//! The visits: which attributes stand together, and when to expand them.
//!
//! Actix and utoipa must see the function as it was written, and the guard must still be there when they are done. So the
//! first of our attributes collects the others and moves all of them to the end of the list, as one `#[__guard(..)]`;
//! that one expands last.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, MetaList, Path, Result, Token};

use crate::args::{Kind, Parsed, Written};
use crate::catalogue::Declared;
use crate::fault::Faults;
use crate::handler::{self, Handler};
use crate::policy::{self, Policy};
use crate::route::{self, Route};
use crate::{catalogue, expand, fallback, validate};

mod merged;

/// The internal attribute's name.
const GUARD: &str = "__guard";

/// One of our attributes, on its first visit.
pub(crate) fn attribute(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    if merged::is_merged(&args, &item) {
        return TokenStream::new();
    }
    let stack = Stack {
        written: vec![Written::own(kind, args)],
        routes: Vec::new(),
        sealed: false,
    };
    stack.visit(item, Visit::First)
}

/// `#[__guard(..)]`, on the last visit.
pub(crate) fn guard(args: TokenStream, item: TokenStream) -> TokenStream {
    match syn::parse2::<Stack>(args) {
        Ok(stack) => stack.visit(item, Visit::Last),
        Err(error) => fallback::untouched(item, &error),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    First,
    Last,
}

/// All attributes of the family above one handler, with the routes in sight.
struct Stack {
    written: Vec<Written>,
    routes: Vec<Route>,
    /// Whether the body carries the seal already; see [`seal`].
    sealed: bool,
}

impl Stack {
    fn visit(mut self, item: TokenStream, visit: Visit) -> TokenStream {
        let Some(first) = self.written.first().cloned() else {
            return fallback::untouched(item, &syn::Error::new(Span::call_site(), INTERNAL));
        };
        let mut handler = match syn::parse2::<Handler>(item.clone()) {
            Ok(handler) => handler,
            Err(error) => return fallback::no_function(item, &first, error),
        };
        let collected = self.collect(&mut handler);
        let marker = self.marker(&handler, visit);
        let mut expanded = match collected.and_then(|()| validate::handler(&handler)) {
            Ok(()) => self.expand(handler, visit),
            Err(error) => fallback::unfit(&handler, &self.root(), &error),
        };
        expanded.extend(marker);
        expanded
    }

    fn expand(self, handler: Handler, visit: Visit) -> TokenStream {
        let (parsed, catalogue) = match self.parse(&handler) {
            Ok(parsed) => parsed,
            Err(error) => return fallback::untouched(handler.into_token_stream(), &error),
        };
        let root = policy::root(&parsed);
        // Actix's own attributes take the guarded handler as they would the open one, which spares a second visit.
        let may_stay = |attribute: &Attribute| handler::is_inert(attribute) || route::is_route(attribute);
        if visit == Visit::First && !handler.attrs.iter().all(may_stay) {
            return self.move_to_end(handler, &root);
        }
        let guard = expand::Guard {
            handler: &handler,
            policy: &Policy::merge(parsed),
            routes: &self.routes,
            root: &root,
            sealed: self.sealed,
            catalogue: catalogue.is_some(),
        };
        guard.expand()
    }

    /// Takes what is ours out of the attributes, and looks at the routes among the rest.
    fn collect(&mut self, handler: &mut Handler) -> Result<()> {
        let (ours, others): (Vec<_>, Vec<_>) = handler.attrs.drain(..).partition(is_ours);
        handler.attrs = others;
        self.see(route::in_sight(&handler.attrs));
        for attribute in ours {
            match Written::stacked(&attribute.meta) {
                Some(written) => {
                    handler.prepend(merged::name_again(attribute.path()));
                    self.written.push(written);
                }
                None => self.absorb(attribute.parse_args()?),
            }
        }
        Ok(())
    }

    /// Takes in an earlier visit's result, when an attribute of the family came to light only after it.
    fn absorb(&mut self, earlier: Self) {
        self.written.extend(earlier.written);
        self.see(earlier.routes);
        self.sealed |= earlier.sealed;
    }

    fn see(&mut self, routes: Vec<Route>) {
        for route in routes {
            if !self.routes.contains(&route) {
                self.routes.push(route);
            }
        }
    }

    fn parse(&self, handler: &Handler) -> Result<(Vec<Parsed>, Declared)> {
        let mut faults = Faults::default();
        let parsed: Vec<Parsed> = self
            .written
            .iter()
            .filter_map(|one| faults.take(one.parse()))
            .collect();
        faults.into_result()?;
        let place = self
            .written
            .first()
            .map_or_else(Span::call_site, |first| first.name.span());
        let catalogue = catalogue::of_this_crate(place)?;
        validate::rules(&parsed, handler, &self.routes, catalogue.as_deref())?;
        Ok((parsed, catalogue))
    }

    /// As far as it can be told when something else is wrong.
    fn root(&self) -> Path {
        let parsed: Vec<Parsed> = self.written.iter().filter_map(|one| one.parse().ok()).collect();
        policy::root(&parsed)
    }

    /// What lets registration tell a guarded service from another one. A service is made by a route attribute, so only the
    /// first visit can say it, where one is still in sight.
    // Output:
    //     impl ::rbac_core::__private::Guarded for write_data {}
    fn marker(&self, handler: &Handler, visit: Visit) -> Option<TokenStream> {
        let is_service = visit == Visit::First && !self.sealed && !route::in_sight(&handler.attrs).is_empty();
        is_service.then(|| {
            let (root, name) = (self.root(), &handler.sig.ident);
            let conditions = handler
                .attrs
                .iter()
                .filter(|attribute| handler::is_condition(attribute));
            quote!(#(#conditions)* impl #root::__private::Guarded for #name {})
        })
    }

    // Input:
    //     #[require_permission("data:write")]
    //     #[utoipa::path(..)]
    //     #[post("/data")]
    //     async fn write_data(body: web::Json<NewRecord>) -> impl Responder { .. }
    //
    // Output:
    //     #[utoipa::path(..)]
    //     #[post("/data")]
    //     #[::rbac_core::__private::__guard(routes(("POST", "/data")), require_permission("data:write"))]
    //     async fn write_data(body: web::Json<NewRecord>) -> impl Responder { const _: seal = (); .. }
    fn move_to_end(mut self, mut handler: Handler, root: &Path) -> TokenStream {
        if !std::mem::replace(&mut self.sealed, true) {
            let seal = expand::seal();
            handler.prepend(quote!(const _: #seal = ();));
        }
        handler.attrs.push(self.into_attribute(root));
        handler.into_token_stream()
    }

    fn into_attribute(self, root: &Path) -> Attribute {
        let Self { written, routes, .. } = &self;
        let (names, tokens) = (
            written.iter().map(|one| &one.name),
            written.iter().map(Written::tokens),
        );
        let mut path = root.clone();
        path.segments
            .push(Ident::new("__private", Span::call_site()).into());
        path.segments.push(Ident::new(GUARD, Span::call_site()).into());
        handler::attribute(path, quote!(routes(#(#routes),*), #(#names(#tokens)),*))
    }
}

fn is_ours(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|segment| segment.ident == GUARD || Kind::named(&segment.ident).is_some())
}

const INTERNAL: &str = "`#[__guard]` is internal: write `#[require_permission(..)]` or another of its family";

/// The arguments of `#[__guard(..)]`.
impl Parse for Stack {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let lists = Punctuated::<MetaList, Token![,]>::parse_terminated(input)?;
        let mut stack = Self {
            written: Vec::new(),
            routes: Vec::new(),
            sealed: true,
        };
        for list in lists {
            if list.path.is_ident("routes") {
                let routes = list.parse_args_with(Punctuated::<Route, Token![,]>::parse_terminated)?;
                stack.routes.extend(routes);
            } else {
                let unknown = syn::Error::new_spanned(&list.path, INTERNAL);
                stack
                    .written
                    .push(Written::stacked(&Meta::List(list)).ok_or(unknown)?);
            }
        }
        Ok(stack)
    }
}

#[cfg(test)]
mod tests;
