//! The patterns of the arguments, as far as rules over them need to know.

use proc_macro2::{Ident, Span};
use syn::punctuated::Punctuated;
use syn::{FieldPat, Pat, PatIdent, PatWild, Token};

/// The name of a pattern that is a plain name: `body`, `mut body`.
pub(crate) fn plain(pattern: &Pat) -> Option<&Ident> {
    match pattern {
        Pat::Ident(PatIdent {
            by_ref: None,
            subpat: None,
            ident,
            ..
        }) => Some(ident),
        Pat::Paren(inner) => plain(&inner.pat),
        _ => None,
    }
}

/// The names that a pattern binds.
pub(crate) fn names(pattern: &Pat) -> Vec<&Ident> {
    match pattern {
        Pat::Ident(name) => {
            let below = name.subpat.iter().flat_map(|(_, pattern)| names(pattern));
            std::iter::once(&name.ident).chain(below).collect()
        }
        Pat::Tuple(tuple) => tuple.elems.iter().flat_map(names).collect(),
        Pat::TupleStruct(tuple) => tuple.elems.iter().flat_map(names).collect(),
        Pat::Struct(fields) => fields.fields.iter().flat_map(|field| names(&field.pat)).collect(),
        Pat::Slice(slice) => slice.elems.iter().flat_map(names).collect(),
        Pat::Paren(inner) => names(&inner.pat),
        Pat::Reference(inner) => names(&inner.pat),
        Pat::Type(inner) => names(&inner.pat),
        _ => Vec::new(),
    }
}

// Input:
//     web::Query(Page { mut department, size })
//
// Output, if `department` is mentioned, for a match against a reference:
//     web::Query(Page { department, size: _ })
pub(crate) fn borrowed(pattern: &Pat, mentioned: &dyn Fn(&Ident) -> bool) -> Pat {
    let all = |elements: &mut Punctuated<Pat, Token![,]>| {
        elements
            .iter_mut()
            .for_each(|element| *element = borrowed(element, mentioned));
    };
    let mut pattern = pattern.clone();
    match &mut pattern {
        Pat::Ident(name) => return borrowed_name(name, mentioned),
        Pat::Tuple(tuple) => all(&mut tuple.elems),
        Pat::TupleStruct(tuple) => all(&mut tuple.elems),
        Pat::Struct(fields) => fields
            .fields
            .iter_mut()
            .for_each(|field| borrow_field(field, mentioned)),
        Pat::Slice(slice) => all(&mut slice.elems),
        Pat::Paren(inner) => *inner.pat = borrowed(&inner.pat, mentioned),
        Pat::Reference(inner) => *inner.pat = borrowed(&inner.pat, mentioned),
        Pat::Type(inner) => *inner.pat = borrowed(&inner.pat, mentioned),
        _ => {}
    }
    pattern
}

fn borrowed_name(name: &PatIdent, mentioned: &dyn Fn(&Ident) -> bool) -> Pat {
    let below = name
        .subpat
        .as_ref()
        .map(|(at, pattern)| (*at, Box::new(borrowed(pattern, mentioned))));
    if mentioned(&name.ident) {
        return Pat::Ident(PatIdent {
            by_ref: None,
            mutability: None,
            subpat: below,
            ..name.clone()
        });
    }
    below.map_or_else(
        || {
            let underscore_token = Token![_](Span::mixed_site());
            Pat::Wild(PatWild {
                attrs: Vec::new(),
                underscore_token,
            })
        },
        |(_, pattern)| *pattern,
    )
}

fn borrow_field(field: &mut FieldPat, mentioned: &dyn Fn(&Ident) -> bool) {
    *field.pat = borrowed(&field.pat, mentioned);
    // `size` alone is short for `size: size`.
    if !matches!(*field.pat, Pat::Ident(_)) && field.colon_token.is_none() {
        field.colon_token = Some(Token![:](Span::mixed_site()));
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::parse::Parser;

    use super::*;

    fn pattern(text: &str) -> Pat {
        Pat::parse_single.parse_str(text).unwrap()
    }

    fn borrowed_text(text: &str, mentioned: &[&str]) -> String {
        let mentioned = |name: &Ident| mentioned.iter().any(|one| name == one);
        borrowed(&pattern(text), &mentioned).to_token_stream().to_string()
    }

    #[test]
    fn plain_names_are_plain() {
        assert!(plain(&pattern("body")).is_some_and(|name| name == "body"));
        assert!(plain(&pattern("mut body")).is_some_and(|name| name == "body"));
        assert!(plain(&pattern("ref body")).is_none());
        assert!(plain(&pattern("_")).is_none());
        assert!(plain(&pattern("Path(id)")).is_none());
    }

    #[test]
    fn every_bound_name_is_found() {
        let pattern = pattern("all @ Query(Page { department, inner: (a, [b, _]), .. })");
        let names: Vec<String> = names(&pattern).into_iter().map(ToString::to_string).collect();
        assert_eq!(names, ["all", "department", "a", "b"]);
    }

    #[test]
    fn what_is_not_mentioned_is_not_bound() {
        assert_eq!(
            borrowed_text("Path((mut department, id))", &["department"]),
            "Path ((department , _))"
        );
        assert_eq!(
            borrowed_text("Query(Page { mut a, ref b })", &["a"]),
            "Query (Page { a , b : _ })"
        );
        assert_eq!(borrowed_text("all @ Path(id)", &["id"]), "Path (id)");
        assert_eq!(
            borrowed_text("Query(Page { a, .. })", &[]),
            "Query (Page { a : _ , .. })"
        );
    }
}
