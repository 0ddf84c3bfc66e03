//! The routes that stand beside the attribute: `#[get("/..")]`, `#[route("/..", method = "..")]`, `#[routes]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, MetaNameValue, Result, Token, parenthesized};

/// A method, or several parted by `|`, and a path pattern.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) method: String,
    pub(crate) path: LitStr,
}

const METHODS: [&str; 10] = [
    "connect", "delete", "get", "head", "options", "patch", "post", "put", "query", "trace",
];

/// The routes among `attrs`; what Actix would refuse is left for Actix to report.
pub(crate) fn in_sight(attrs: &[Attribute]) -> Vec<Route> {
    attrs.iter().filter_map(Route::from_attribute).collect()
}

/// Whether the attribute is one of those with which Actix makes a service of a handler.
pub(crate) fn is_route(attribute: &Attribute) -> bool {
    let is = |name: &proc_macro2::Ident| {
        METHODS.iter().any(|method| name == method) || name == "route" || name == "routes"
    };
    attribute
        .path()
        .segments
        .last()
        .is_some_and(|last| is(&last.ident))
}

impl Route {
    fn from_attribute(attribute: &Attribute) -> Option<Self> {
        let name = &attribute.path().segments.last()?.ident;
        let method = METHODS.into_iter().find(|method| name == method);
        if method.is_none() && name != "route" {
            return None;
        }
        let (path, methods) = attribute.parse_args_with(arguments).ok()?;
        let method = method.map_or_else(|| methods.join("|"), str::to_uppercase);
        Some(Self { method, path })
    }

    /// The names of the path's parameters: `{name}`, `{name:regex}`, `{tail}*`.
    pub(crate) fn parameters(&self) -> Vec<String> {
        parameters(&self.path.value())
    }
}

// Input:
//     "/path/{name}", method = "GET", method = "HEAD", guard = "..", wrap = ".."
fn arguments(input: ParseStream<'_>) -> Result<(LitStr, Vec<String>)> {
    let path = input.parse()?;
    input.parse::<Option<Token![,]>>()?;
    let options = Punctuated::<MetaNameValue, Token![,]>::parse_terminated(input)?;
    let mut methods = Vec::new();
    for option in options {
        match option.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(method),
                ..
            }) if option.path.is_ident("method") => {
                methods.push(method.value());
            }
            _ if ["guard", "name", "wrap"]
                .iter()
                .any(|known| option.path.is_ident(known)) => {}
            _ => return Err(input.error("no option that actix knows")),
        }
    }
    Ok((path, methods))
}

fn parameters(pattern: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = pattern;
    while let Some((_, opened)) = rest.split_once('{') {
        let (inner, after) = up_to_closing(opened);
        names.extend(inner.split(':').next().map(str::to_owned));
        rest = after;
    }
    names
}

/// What stands before the brace that closes, and what follows it: a regex may hold braces of its own.
fn up_to_closing(opened: &str) -> (&str, &str) {
    let mut depth = 1_u32;
    for (at, character) in opened.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let (inner, rest) = opened.split_at(at);
            return (inner, rest.strip_prefix('}').unwrap_or_default());
        }
    }
    (opened, "")
}

// As `#[__guard(routes(..))]` carries it:
//     ("GET", "/api/{department}/data")
impl ToTokens for Route {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { method, path } = self;
        tokens.extend(quote!((#method, #path)));
    }
}

impl Parse for Route {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let content;
        parenthesized!(content in input);
        let method: LitStr = content.parse()?;
        content.parse::<Token![,]>()?;
        Ok(Self {
            method: method.value(),
            path: content.parse()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    fn seen(attrs: Vec<Attribute>) -> Vec<(String, String)> {
        in_sight(&attrs)
            .into_iter()
            .map(|route| (route.method, route.path.value()))
            .collect()
    }

    #[test]
    fn routes_are_seen_by_their_last_name() {
        let routes = seen(vec![
            parse_quote!(#[actix_web::get("/a")]),
            parse_quote!(#[query("/b", guard = "g")]),
        ]);
        assert_eq!(
            routes,
            [("GET".into(), "/a".into()), ("QUERY".into(), "/b".into())]
        );
    }

    #[test]
    fn a_route_has_all_its_methods() {
        let routes = seen(vec![
            parse_quote!(#[route("/a", method = "GET", method = "HEAD")]),
        ]);
        assert_eq!(routes, [("GET|HEAD".into(), "/a".into())]);
    }

    #[test]
    fn other_attributes_are_no_routes() {
        let attrs = vec![
            parse_quote!(#[doc = "/x"]),
            parse_quote!(#[routes]),
            parse_quote!(#[get(path)]),
        ];
        assert!(seen(attrs).is_empty());
    }

    #[test]
    fn parameters_are_named_in_each_form_that_actix_knows() {
        assert_eq!(
            parameters("/api/{dept}/x/{id:[0-9]{2,3}}/{tail}*"),
            ["dept", "id", "tail"]
        );
        assert!(parameters("/api").is_empty());
        assert_eq!(parameters("/v{version}"), ["version"]);
        assert_eq!(parameters("/{broken"), ["broken"]);
    }

    #[test]
    fn a_route_survives_the_way_to_the_guard() {
        let route: Route = parse_quote!(("GET", "/a/{b}"));
        let again: Route = syn::parse2(route.to_token_stream()).unwrap();
        assert_eq!(
            (again.method.as_str(), again.path.value().as_str()),
            ("GET", "/a/{b}")
        );
    }
}
