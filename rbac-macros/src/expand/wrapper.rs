//! The wrapper: what Actix calls in place of the handler.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, GenericParam, Generics, Pat, PatType, ReturnType};

use super::{Guard, rule, seal, steps};
use crate::handler::{self, Handler};
use crate::{catalogue, pattern};

pub(super) struct Wrapper<'a> {
    pub(super) guard: &'a Guard<'a>,
    /// The handler, or the copy of it for one combination of conditions.
    pub(super) handler: &'a Handler,
    pub(super) private: &'a TokenStream,
}

impl Wrapper<'_> {
    pub(super) fn expand(&self, cfg: Option<&TokenStream>) -> TokenStream {
        let steps = steps::steps(self);
        if self.handler.sig.generics.params.is_empty() && steps.is_empty() {
            self.in_one_call(cfg)
        } else {
            self.step_by_step(cfg, &steps)
        }
    }

    // Input:
    //     /// Writes a record.
    //     pub async fn write_data(path: web::Path<String>, body: web::Json<NewRecord>) -> impl Responder { .. }
    //
    // Output, where nothing has to be decided over the arguments and nothing is generic:
    //     /// Writes a record.
    //     pub fn write_data(__rbac_call: Call) -> Answer {
    //         static __RBAC_RULE: Rule = Rule::protected(..);
    //         inventory::submit! { Registered(&__RBAC_RULE) }
    //         async fn write_data(path: web::Path<String>, body: web::Json<NewRecord>) -> impl Responder { .. }
    //         __rbac_call.run::<_, (web::Path<String>, web::Json<NewRecord>,)>(&__RBAC_RULE, write_data)
    //     }
    //
    // INVARIANT: `run` authorizes before it extracts, and extracts before it calls.
    fn in_one_call(&self, cfg: Option<&TokenStream>) -> TokenStream {
        let Handler { attrs, vis, sig, .. } = self.handler;
        let (ident, private, items) = (&sig.ident, self.private, self.items());
        let types = self.types();
        // Where the answer is no `Responder`, the fault is the return type's.
        let mut name = ident.clone();
        name.set_span(ident.span().located_at(self.output()));
        let run = quote_spanned! {Span::mixed_site().located_at(self.inputs())=>
            __rbac_call.run::<_, #types>(&__RBAC_RULE, #name)
        };
        quote_spanned! {Span::mixed_site()=>
            #cfg
            #(#attrs)*
            #vis fn #ident(__rbac_call: #private::Call) -> #private::Answer {
                #items
                #run
            }
        }
    }

    // Input:
    //     async fn write_data<S: Store>(store: web::Data<S>, body: web::Json<NewRecord>) -> impl Responder { .. }
    //
    // Output:
    //     async fn write_data<S: Store>(__rbac_call: Call) -> HttpResponse {
    //         /* rule and handler as above */
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
    fn step_by_step(&self, cfg: Option<&TokenStream>, steps: &TokenStream) -> TokenStream {
        let Handler { attrs, vis, sig, .. } = self.handler;
        let (ident, generics, bounds) = (&sig.ident, &sig.generics, &sig.generics.where_clause);
        let (private, items, turbofish) = (self.private, self.items(), turbofish(generics));
        let (authorize, extract, respond) = (self.authorize(), self.extract(), self.respond());
        quote_spanned! {Span::mixed_site()=>
            #cfg
            // In front of the handler's own attributes, so that those have the last word.
            #[allow(clippy::future_not_send, reason = "a handler stays on the thread that accepted the request")]
            #(#attrs)*
            #vis async fn #ident #generics (__rbac_call: #private::Call) -> #private::HttpResponse #bounds {
                #items
                // Bound now: an argument of the same name is in scope later.
                let __rbac_handler = #ident #turbofish;
                #authorize
                #extract
                #steps
                #respond
            }
        }
    }

    /// The rule, what registers it, and the handler as it was written.
    fn items(&self) -> TokenStream {
        let (rule, seal, original) = (self.rule(), self.seal(), self.original());
        quote!(#rule #seal #original)
    }

    fn rule(&self) -> TokenStream {
        let rule = rule::rule(self.handler, self.guard.policy, self.guard.routes, self.private);
        let private = self.private;
        let catalogue = self.guard.catalogue.then(|| catalogue::registration(private));
        quote_spanned! {Span::mixed_site()=>
            static __RBAC_RULE: #private::Rule = #rule;
            #private::inventory::submit! { #private::Registered(&__RBAC_RULE) }
            #catalogue
        }
    }

    fn seal(&self) -> Option<TokenStream> {
        let seal = seal();
        self.guard
            .sealed
            .then(|| quote_spanned!(Span::mixed_site()=> type #seal = ();))
    }

    /// The function as it was written, but for attributes and visibility, which stay on the wrapper.
    fn original(&self) -> TokenStream {
        let Handler { sig, body, .. } = self.handler;
        let mut sig = sig.clone();
        sig.inputs
            .iter_mut()
            .for_each(|argument| self.count_as_used(argument));
        quote!(#sig #body)
    }

    /// What a rule mentions is used, even where the body has no use for it.
    fn count_as_used(&self, argument: &mut FnArg) {
        let FnArg::Typed(argument) = argument else { return };
        let mentioned = steps::mentioned(self.guard.policy);
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
        let (names, types) = (self.bindings(), self.types());
        let extracted = quote_spanned! {Span::mixed_site().located_at(self.inputs())=>
            __rbac_admitted.extract::<#types>().await
        };
        (!names.is_empty()).then(|| {
            quote_spanned! {Span::mixed_site()=>
                let (#(#names,)*) = match #extracted {
                    ::core::result::Result::Ok(__rbac_arguments) => __rbac_arguments,
                    ::core::result::Result::Err(__rbac_refused) => return __rbac_refused,
                };
            }
        })
    }

    fn respond(&self) -> TokenStream {
        let arguments = self.bindings();
        // Where the answer is no `Responder`, the fault is the return type's.
        let answer = Ident::new("__rbac_answer", Span::mixed_site().located_at(self.output()));
        quote_spanned! {Span::mixed_site()=>
            let __rbac_answer = __rbac_handler(#(#arguments),*).await;
            __rbac_admitted.respond(#answer)
        }
    }

    /// The tuple of the arguments' types.
    fn types(&self) -> TokenStream {
        let types = self.handler.arguments().map(|argument| &argument.ty);
        quote_spanned!(Span::mixed_site().located_at(self.inputs())=> (#(#types,)*))
    }

    /// Where an argument cannot be extracted, the fault is in the list of arguments, not in the attribute.
    fn inputs(&self) -> Span {
        let mut arguments = self.handler.arguments();
        match (arguments.next(), arguments.next()) {
            (Some(only), None) => only.ty.span(),
            _ => self.handler.sig.paren_token.span.join(),
        }
    }

    fn output(&self) -> Span {
        match &self.handler.sig.output {
            ReturnType::Type(_, ty) => ty.span(),
            ReturnType::Default => self.handler.sig.ident.span(),
        }
    }

    /// What each argument is called in the wrapper: by its own name if an expression mentions it.
    fn bindings(&self) -> Vec<Ident> {
        let mentioned = steps::mentioned(self.guard.policy);
        let name = |(at, argument): (usize, &PatType)| match pattern::plain(&argument.pat) {
            Some(name) if mentioned.contains(&name.to_string()) => name.clone(),
            _ => numbered(at),
        };
        self.handler.arguments().enumerate().map(name).collect()
    }

    /// The arguments that are no plain name, with what they are called in the wrapper.
    pub(super) fn patterns(&self) -> impl Iterator<Item = (Ident, &Pat)> {
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
