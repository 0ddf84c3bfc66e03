//! The function below the attribute: its signature is parsed, its body stays raw tokens.
//!
//! A half-typed body is therefore no fault of ours, and an editor keeps working in it.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{
    AttrStyle, Attribute, FnArg, MacroDelimiter, Meta, MetaList, PatType, Path, Result, Signature, Token,
    Type, Visibility, token,
};

/// A function, not yet known to be a handler.
#[derive(Clone)]
pub(crate) struct Handler {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// The body with its braces.
    pub(crate) body: Group,
}

impl Parse for Handler {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let sig: Signature = input.parse()?;
        let body = match input.parse()? {
            TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => body,
            _ if sig.receiver().is_some() => return Err(syn::Error::new(sig.ident.span(), METHOD)),
            other => {
                return Err(syn::Error::new(
                    other.span(),
                    "a handler has a body: write `{ .. }`",
                ));
            }
        };
        Ok(Self {
            attrs,
            vis,
            sig,
            body,
        })
    }
}

impl Handler {
    /// The arguments other than `self`.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &PatType> {
        self.sig.inputs.iter().filter_map(|argument| match argument {
            FnArg::Typed(argument) => Some(argument),
            FnArg::Receiver(_) => None,
        })
    }

    /// The function's name without `r#`.
    pub(crate) fn name(&self) -> String {
        self.sig.ident.unraw().to_string()
    }

    /// Whether an argument is `Option<Principal>`, by the names alone.
    pub(crate) fn takes_optional_principal(&self) -> bool {
        self.arguments()
            .any(|argument| is_optional_principal(&argument.ty))
    }

    /// Puts tokens in front of the body's first statement.
    pub(crate) fn prepend(&mut self, tokens: TokenStream) {
        let mut rest = self.body.stream().into_iter().peekable();
        let mut stream = TokenStream::new();
        // Inner attributes, `#![..]`, must stay the first.
        while matches!(rest.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '#') {
            let pound = rest.next();
            match rest.peek() {
                Some(TokenTree::Punct(punct)) if punct.as_char() == '!' => {
                    stream.extend(pound.into_iter().chain(rest.by_ref().take(2)));
                }
                _ => {
                    stream.extend(tokens);
                    stream.extend(pound.into_iter().chain(rest));
                    return self.replace_body(stream);
                }
            }
        }
        stream.extend(tokens);
        stream.extend(rest);
        self.replace_body(stream);
    }

    fn replace_body(&mut self, stream: TokenStream) {
        let mut body = Group::new(Delimiter::Brace, stream);
        body.set_span(self.body.span());
        self.body = body;
    }
}

impl ToTokens for Handler {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.attrs);
        self.vis.to_tokens(tokens);
        self.sig.to_tokens(tokens);
        self.body.to_tokens(tokens);
    }
}

/// `#[path(tokens)]`
pub(crate) fn attribute(path: Path, tokens: TokenStream) -> Attribute {
    let span = Span::call_site();
    let delimiter = MacroDelimiter::Paren(token::Paren(span));
    Attribute {
        pound_token: Token![#](span),
        style: AttrStyle::Outer,
        bracket_token: token::Bracket(span),
        meta: Meta::List(MetaList {
            path,
            delimiter,
            tokens,
        }),
    }
}

/// Why a function with `self` is no handler.
pub(crate) const METHOD: &str =
    "a handler cannot be a method: write a free `async fn`, and take what it needs as `web::Data<..>`";

/// Whether an attribute is certainly no macro, so that it may stay where it is.
pub(crate) fn is_inert(attribute: &Attribute) -> bool {
    const INERT: [&str; 20] = [
        "allow",
        "automatically_derived",
        "cfg",
        "cold",
        "coverage",
        "deny",
        "deprecated",
        "doc",
        "expect",
        "export_name",
        "forbid",
        "inline",
        "link_section",
        "must_use",
        "no_mangle",
        "optimize",
        "target_feature",
        "track_caller",
        "unsafe",
        "warn",
    ];
    const TOOLS: [&str; 5] = ["clippy", "diagnostic", "miri", "rust_analyzer", "rustfmt"];
    let segments = &attribute.path().segments;
    match (segments.first(), segments.len()) {
        (Some(word), 1) => INERT.iter().any(|inert| word.ident == inert),
        (Some(tool), _) => TOOLS.iter().any(|known| tool.ident == known),
        (None, _) => false,
    }
}

/// The predicate of each `#[cfg(..)]` among `attrs`.
pub(crate) fn cfg_predicates(attrs: &[Attribute]) -> Vec<&TokenStream> {
    let predicates = attrs
        .iter()
        .filter(|attribute| is_cfg(attribute))
        .filter_map(|cfg| match &cfg.meta {
            Meta::List(list) => Some(&list.tokens),
            Meta::Path(_) | Meta::NameValue(_) => None,
        });
    predicates.collect()
}

pub(crate) fn is_cfg(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg")
}

/// `#[cfg(..)]`, or a `#[cfg_attr(.., cfg(..))]` that may turn into one.
pub(crate) fn is_condition(attribute: &Attribute) -> bool {
    is_cfg(attribute) || is_conditional_cfg(attribute)
}

pub(crate) fn is_conditional_cfg(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else {
        return false;
    };
    let top_level = list.tokens.clone().into_iter();
    let behind_comma =
        top_level.skip_while(|token| !matches!(token, TokenTree::Punct(p) if p.as_char() == ','));
    list.path.is_ident("cfg_attr") && behind_comma.into_iter().any(|token| token.to_string() == "cfg")
}

fn is_optional_principal(ty: &Type) -> bool {
    let Some(option) = last_segment(ty).filter(|segment| segment.ident == "Option") else {
        return false;
    };
    let syn::PathArguments::AngleBracketed(arguments) = &option.arguments else {
        return false;
    };
    arguments.args.iter().any(|argument| match argument {
        syn::GenericArgument::Type(ty) => {
            last_segment(ty).is_some_and(|segment| segment.ident == "Principal")
        }
        _ => false,
    })
}

fn last_segment(ty: &Type) -> Option<&syn::PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}

/// What the item is, when it is no function: in words, and whether it holds handlers.
pub(crate) fn item_kind(input: ParseStream<'_>) -> Result<Option<(&'static str, bool)>> {
    input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    let kinds = [
        (input.peek(Token![struct]), ("a struct", false)),
        (input.peek(Token![enum]), ("an enum", false)),
        (input.peek(Token![union]), ("a union", false)),
        (input.peek(Token![mod]), ("a module", true)),
        (input.peek(Token![impl]), ("an `impl` block", true)),
        (input.peek(Token![trait]), ("a trait", false)),
        (input.peek(Token![use]), ("a `use`", false)),
        (input.peek(Token![type]), ("a type alias", false)),
        (input.peek(Token![static]), ("a static", false)),
        (input.peek(Token![macro]), ("a macro", false)),
        (input.peek(Token![let]), ("a `let`", false)),
        (
            input.peek(Token![const]) && !input.peek2(Token![fn]) && !input.peek2(Token![async]),
            ("a constant", false),
        ),
    ];
    let found = kinds.into_iter().find(|(here, _)| *here).map(|(_, kind)| kind);
    // What follows is not looked at.
    input.parse::<TokenStream>()?;
    Ok(found)
}

#[cfg(test)]
mod tests;
