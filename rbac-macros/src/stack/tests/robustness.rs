//! The macro answers nonsense with an error, never with a panic, and never with a handler in the open.

use proc_macro2::TokenStream;

use super::super::guard;
use super::first;
use crate::args::Kind;

#[test]
fn whatever_is_thrown_at_it_there_is_no_panic() {
    let args = [
        "",
        "\"a:b\"",
        "any(",
        "=",
        ", ,",
        "scope",
        "scope()",
        "check = f(",
        "crate =",
        "#",
        "'a",
        "r\"a:b\"",
        "\u{7f}",
    ];
    let items = [
        "",
        "fn",
        "async fn f",
        "async fn f()",
        "async fn f() -> u8 {}",
        "struct",
        "#[x]",
        "pub",
        "impl X { async fn f() {} }",
        "1 + 1",
    ];
    let (args, items) = (
        args.map(str::parse::<TokenStream>),
        items.map(str::parse::<TokenStream>),
    );
    for args in args.iter().flatten() {
        for item in items.iter().flatten() {
            for kind in [
                Kind::RequirePermission,
                Kind::RequireRole,
                Kind::Authenticated,
                Kind::Public,
            ] {
                let expanded = first(kind, args.clone(), item.clone());
                let _ = guard(expanded.clone(), item.clone());
                let says_something = !expanded.is_empty();
                assert!(says_something, "{args} {item}");
            }
        }
    }
}
