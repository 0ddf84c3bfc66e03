//! What Actix, or the wrapper, cannot do with a function.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{FnArg, GenericParam, PatType, Result, ReturnType, Safety, Signature, Type};

use crate::fault::Faults;
use crate::handler::{self, Handler, METHOD, cfg_predicates, is_cfg};

/// Every reason why the function cannot be a handler.
pub(crate) fn handler(handler: &Handler) -> Result<()> {
    let mut faults = Faults::default();
    qualifiers(&handler.sig, &mut faults);
    asynchronous(handler, &mut faults);
    generics(&handler.sig, &mut faults);
    count(handler, &mut faults);
    handler
        .sig
        .inputs
        .iter()
        .for_each(|argument| each_argument(argument, &mut faults));
    output(&handler.sig, &mut faults);
    faults.into_result()
}

fn qualifiers(sig: &Signature, faults: &mut Faults) {
    let plain = |word: &str| format!("a handler is a plain `async fn`: remove `{word}`");
    if let Some(constness) = &sig.constness {
        faults.over(constness, plain("const"));
    }
    match &sig.safety {
        Safety::Unsafe(word) => faults.over(word, plain("unsafe")),
        Safety::Safe(word) => faults.over(word, plain("safe")),
        Safety::Default => {}
    }
    if let Some(abi) = &sig.abi {
        faults.over(abi, plain(&abi.to_token_stream().to_string()));
    }
    if let Some(variadic) = &sig.variadic {
        faults.over(
            variadic.dots,
            "a handler has a fixed list of arguments: remove `...`",
        );
    }
}

fn asynchronous(handler: &Handler, faults: &mut Faults) {
    // A `const fn` has had its message.
    if handler.sig.asyncness.is_none() && handler.sig.constness.is_none() {
        let message = format!(
            "a handler is asynchronous, found a plain `fn`: write `async fn {}`",
            handler.name()
        );
        faults.over(handler.sig.fn_token, message);
    }
}

fn generics(sig: &Signature, faults: &mut Faults) {
    for param in &sig.generics.params {
        let (attrs, lifetime) = match param {
            GenericParam::Lifetime(param) => (&param.attrs, Some(&param.lifetime)),
            GenericParam::Type(param) => (&param.attrs, None),
            GenericParam::Const(param) => (&param.attrs, None),
        };
        if let Some(lifetime) = lifetime {
            let message = format!("the arguments of a handler borrow from nothing: remove `{lifetime}`");
            faults.over(lifetime, message);
        } else if let Some(cfg) = attrs.iter().find(|attribute| is_cfg(attribute)) {
            faults.over(
                cfg,
                "a generic parameter cannot carry `#[cfg(..)]` here: put it above the handler",
            );
        }
    }
}

fn count(handler: &Handler, faults: &mut Faults) {
    const MAX_ARGUMENTS: usize = 16;
    const MAX_CFG: usize = 3;
    let found = handler.sig.inputs.len();
    if let Some(extra) = handler.sig.inputs.get(MAX_ARGUMENTS) {
        faults.over(
            extra,
            format!(
                "actix extracts at most 16 arguments, found {found}: \
                 gather some in a tuple, or in a struct that implements `FromRequest`"
            ),
        );
    }
    let conditional = |argument: &&PatType| !cfg_predicates(&argument.attrs).is_empty();
    if let Some(extra) = handler.arguments().filter(conditional).nth(MAX_CFG) {
        let message = "at most 3 arguments carry `#[cfg(..)]`: put it above the handler, and write one handler for each";
        faults.over(extra, message);
    }
}

fn each_argument(argument: &FnArg, faults: &mut Faults) {
    let argument = match argument {
        FnArg::Typed(argument) => argument,
        FnArg::Receiver(receiver) => {
            return faults.over(receiver.self_token, METHOD);
        }
    };
    if let Type::Reference(reference) = &*argument.ty {
        let found = reference.to_token_stream().to_string().replace("& ", "&");
        let message = format!(
            "an argument borrows from nothing, found `{found}`: write an owned type, such as `web::Data<..>`"
        );
        faults.over(reference, message);
    } else if let Some(word) = implementing(argument.ty.to_token_stream()) {
        faults.over(
            word,
            "an `impl Trait` argument has no type to extract: name the type, such as `web::Json<..>`",
        );
    }
    if let Some(attribute) = argument
        .attrs
        .iter()
        .find(|attribute| handler::is_conditional_cfg(attribute))
    {
        faults.over(
            attribute,
            "`#[cfg_attr(.., cfg(..))]` on an argument: write `#[cfg(all(.., ..))]`",
        );
    }
}

/// The `impl` in a type, at any depth.
fn implementing(ty: TokenStream) -> Option<TokenTree> {
    ty.into_iter().find_map(|token| match token {
        TokenTree::Group(group) => implementing(group.stream()),
        TokenTree::Ident(word) if word == "impl" => Some(TokenTree::Ident(word)),
        _ => None,
    })
}

fn output(sig: &Signature, faults: &mut Faults) {
    const REMEDY: &str = "write a return type, such as `-> impl Responder`";
    match &sig.output {
        ReturnType::Default => {
            faults.over(
                &sig.ident,
                format!("a handler answers with a response, found no return type: {REMEDY}"),
            );
        }
        ReturnType::Type(_, ty) if is_unit(ty) => {
            faults.over(
                ty,
                format!("a handler answers with a response, found `()`: {REMEDY}"),
            );
        }
        ReturnType::Type(..) => {}
    }
}

fn is_unit(ty: &Type) -> bool {
    match ty {
        Type::Tuple(tuple) => tuple.elems.is_empty(),
        Type::Paren(paren) => is_unit(&paren.elem),
        Type::Group(group) => is_unit(&group.elem),
        _ => false,
    }
}
