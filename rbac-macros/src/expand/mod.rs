//! The expansion: data, one call into the runtime, and the handler behind it.

mod copies;
mod rule;
mod steps;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, GenericParam, Generics, Pat, PatType, Path, ReturnType};

use crate::handler::{self, Handler};
use crate::pattern;
use crate::policy::Policy;
use crate::route::Route;

/// What the body of a handler names that was moved behind another attribute macro. Only the wrapper defines it, so that a
/// macro which throws our attribute away breaks the build instead of opening the handler.
// INVARIANT: nothing but the wrapper may define this name.
pub(crate) fn seal() -> Ident {
    Ident::new(
        "__rbac_guard_removed_by_another_attribute_macro",
        Span::call_site(),
    )
}

/// The guarded handler.
pub(crate) fn guarded(
    handler: &Handler,
    policy: &Policy,
    routes: &[Route],
    root: &Path,
    sealed: bool,
) -> TokenStream {
    let private = quote!(#root::__private);
    let copies = copies::copies(handler).into_iter().map(|(cfg, handler)| {
        let wrapper = Wrapper {
            handler: &handler,
            policy,
            routes,
            private: &private,
            sealed,
        };
        wrapper.expand(cfg.as_ref())
    });
    copies.collect()
}

struct Wrapper<'a> {
    handler: &'a Handler,
    policy: &'a Policy,
    routes: &'a [Route],
    private: &'a TokenStream,
    sealed: bool,
}

impl Wrapper<'_> {
    // Input:
    //     /// Writes a record.
    //     pub async fn write_data<S: Store>(store: web::Data<S>, body: web::Json<NewRecord>) -> impl Responder { .. }
    //
    // Output:
    //     /// Writes a record.
    //     pub async fn write_data<S: Store>(__rbac_call: Call) -> HttpResponse {
    //         static __RBAC_RULE: Rule = Rule::protected(..);
    //         inventory::submit! { Registered(&__RBAC_RULE) }
    //         async fn write_data<S: Store>(store: web::Data<S>, body: web::Json<NewRecord>) -> impl Responder { .. }
    //         let __rbac_handler = write_data::<S>;
    //         let mut __rbac_admitted = match __rbac_call.authorize(&__RBAC_RULE).await {
    //             Ok(admitted) => admitted,
    //             Err(denied) => return denied,
    //         };
    //         let (__rbac_arg_0, body,) = match __rbac_admitted.extract::<(web::Data<S>, web::Json<NewRecord>,)>().await {
    //             Ok(arguments) => arguments,
    //             Err(refused) => return refused,
    //         };
    //         /* boundaries and checks over arguments */
    //         let __rbac_answer = __rbac_handler(__rbac_arg_0, body).await;
    //         __rbac_admitted.respond(__rbac_answer)
    //     }
    //
    // INVARIANT: the inner function is in nobody's reach but the wrapper's, and the wrapper calls it in one place, behind
    // `authorize`.
    fn expand(&self, cfg: Option<&TokenStream>) -> TokenStream {
        let Self {
            handler: Handler { attrs, vis, sig, .. },
            private,
            ..
        } = self;
        let (ident, generics, bounds) = (&sig.ident, &sig.generics, &sig.generics.where_clause);
        let (rule, seal, original) = (self.rule(), self.seal(), self.original());
        let (authorize, steps, respond) = (self.authorize(), steps::steps(self), self.respond());
        let extract = self.extract();
        quote_spanned! {Span::mixed_site()=>
            // In front of the handler's own attributes, so that those have the last word.
            #[allow(clippy::future_not_send, reason = "a handler stays on the thread that accepted the request")]
            #(#attrs)*
            #cfg
            #vis async fn #ident #generics (__rbac_call: #private::Call) -> #private::HttpResponse #bounds {
                #rule
                #seal
                #original
                #authorize
                #extract
                #steps
                #respond
            }
        }
    }

    fn rule(&self) -> TokenStream {
        let rule = rule::rule(self.handler, self.policy, self.routes, self.private);
        let private = self.private;
        quote_spanned! {Span::mixed_site()=>
            static __RBAC_RULE: #private::Rule = #rule;
            #private::inventory::submit! { #private::Registered(&__RBAC_RULE) }
        }
    }

    fn seal(&self) -> Option<TokenStream> {
        let seal = seal();
        self.sealed
            .then(|| quote_spanned!(Span::mixed_site()=> type #seal = ();))
    }

    /// The function as it was written, but for attributes and visibility, which stay on the wrapper.
    fn original(&self) -> TokenStream {
        let Handler { sig, body, .. } = self.handler;
        let (name, turbofish) = (&sig.ident, turbofish(&sig.generics));
        let mut sig = sig.clone();
        sig.inputs
            .iter_mut()
            .for_each(|argument| self.count_as_used(argument));
        // Bound now: an argument of the same name is in scope later.
        quote_spanned! {Span::mixed_site()=>
            #sig #body
            let __rbac_handler = #name #turbofish;
        }
    }

    /// What a rule mentions is used, even where the body has no use for it.
    fn count_as_used(&self, argument: &mut FnArg) {
        let FnArg::Typed(argument) = argument else { return };
        let mentioned = steps::mentioned(self.policy);
        if pattern::names(&argument.pat)
            .iter()
            .any(|name| mentioned.contains(&name.to_string()))
        {
            let reason = quote!(unused_variables, reason = "the access rule uses it");
            let allow = Ident::new("allow", Span::mixed_site());
            argument.attrs.push(handler::attribute(allow.into(), reason));
        }
    }

    fn authorize(&self) -> TokenStream {
        let mutable = (!self.handler.sig.inputs.is_empty()).then(|| quote!(mut));
        quote_spanned! {Span::mixed_site()=>
            let #mutable __rbac_admitted = match __rbac_call.authorize(&__RBAC_RULE).await {
                ::core::result::Result::Ok(__rbac_admitted) => __rbac_admitted,
                ::core::result::Result::Err(__rbac_denied) => return __rbac_denied,
            };
        }
    }

    fn extract(&self) -> Option<TokenStream> {
        let names = self.bindings();
        let types: Vec<_> = self.handler.arguments().map(|argument| &argument.ty).collect();
        // Where one of them cannot be extracted, the fault is in the list of arguments, not in the attribute.
        let place = match types.as_slice() {
            [] => return None,
            [ty] => ty.span(),
            _ => self.handler.sig.paren_token.span.join(),
        };
        let extracted = quote_spanned! {Span::mixed_site().located_at(place)=>
            __rbac_admitted.extract::<(#(#types,)*)>().await
        };
        Some(quote_spanned! {Span::mixed_site()=>
            let (#(#names,)*) = match #extracted {
                ::core::result::Result::Ok(__rbac_arguments) => __rbac_arguments,
                ::core::result::Result::Err(__rbac_refused) => return __rbac_refused,
            };
        })
    }

    fn respond(&self) -> TokenStream {
        let name = &self.handler.sig.ident;
        let arguments = self.bindings();
        // Where the answer is no `Responder`, the fault is the return type's.
        let place = match &self.handler.sig.output {
            ReturnType::Type(_, ty) => ty.span(),
            ReturnType::Default => name.span(),
        };
        let answer = Ident::new("__rbac_answer", Span::mixed_site().located_at(place));
        quote_spanned! {Span::mixed_site()=>
            let __rbac_answer = __rbac_handler(#(#arguments),*).await;
            __rbac_admitted.respond(#answer)
        }
    }

    /// What each argument is called in the wrapper: by its own name if an expression mentions it.
    fn bindings(&self) -> Vec<Ident> {
        let mentioned = steps::mentioned(self.policy);
        let name = |(at, argument): (usize, &PatType)| match pattern::plain(&argument.pat) {
            Some(name) if mentioned.contains(&name.to_string()) => name.clone(),
            _ => numbered(at),
        };
        self.handler.arguments().enumerate().map(name).collect()
    }

    /// The arguments that are no plain name, with what they are called in the wrapper.
    fn patterns(&self) -> impl Iterator<Item = (Ident, &Pat)> {
        let arguments = self.handler.arguments().enumerate();
        let unnamed = arguments.filter(|(_, argument)| pattern::plain(&argument.pat).is_none());
        unnamed.map(|(at, argument)| (numbered(at), &*argument.pat))
    }
}

fn numbered(at: usize) -> Ident {
    format_ident!("__rbac_arg_{at}", span = Span::mixed_site())
}

/// `::<S, N>`: lifetimes are inferred, types need not be inferable.
fn turbofish(generics: &Generics) -> Option<TokenStream> {
    let names = generics.params.iter().filter_map(|param| match param {
        GenericParam::Lifetime(_) => None,
        GenericParam::Type(param) => Some(param.ident.to_token_stream()),
        GenericParam::Const(param) => Some(param.ident.to_token_stream()),
    });
    let names: Vec<_> = names.collect();
    (!names.is_empty()).then(|| quote!(::<#(#names),*>))
}

#[cfg(test)]
mod tests;
