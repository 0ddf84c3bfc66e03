//! Tests: what the attribute takes and refuses, this takes and refuses.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use syn::{Attribute, Item};

use super::*;

fn shown(text: &str) -> String {
    parse(text).map_or_else(
        |error| format!("error: {error}"),
        |requirement| requirement.to_string(),
    )
}

#[test]
fn what_is_read_is_what_the_list_of_rules_prints() {
    for text in [
        r#""data:read""#,
        r#"any("data:read", role("auditor"), role("boss", client = "crm"))"#,
        r#"all("a:b", any("c:d", all("e:f", role("g h"))))"#,
        "authenticated",
        r#"authenticated, scope = "department", fresh"#,
        r#""a:b", scope = "department", scope("site", query = "s"), scope("t", header = "x-t"), check = may_see, admin_bypass = false, fresh, acr = "gold", max_age = "300s""#,
        r#""a:b", scope("department", value = body.department)"#,
    ] {
        assert_eq!(shown(text), text);
    }
}

#[test]
fn other_ways_to_write_a_rule_mean_the_same() {
    for (text, same) in [
        (r##"r#"a:b"# , "##, r#""a:b""#),
        ("\"\\u{61}:b\" // comment", r#""a:b""#),
        (r#"#[require_permission("a:b")]"#, r#""a:b""#),
        (r#"#[require_role("auditor")]"#, r#"role("auditor")"#),
        (
            r#"#[require_role("auditor", client = "crm", fresh)]"#,
            r#"role("auditor", client = "crm"), fresh"#,
        ),
        ("#[authenticated]", "authenticated"),
        ("#[authenticated(fresh)]", "authenticated, fresh"),
        (
            r#""a:b", scope = "d", path = "dept""#,
            r#""a:b", scope("d", path = "dept")"#,
        ),
        (
            r#""a:b", check = store::may_see(id, &body.owner), max_age = "5m""#,
            r#""a:b", check = store::may_see, max_age = "300s""#,
        ),
        (r#""a:b", on_denial = to::login, crate = rbac"#, r#""a:b""#),
    ] {
        assert_eq!(shown(text), same, "{text}");
    }
}

#[test]
fn hostile_texts_are_refused_and_end() {
    let deep = |open: &str, close: &str, depth: usize| {
        format!("{}\"a:b\"{}", open.repeat(depth), close.repeat(depth))
    };
    assert!(parse(&deep("any(", ")", 32)).is_ok());
    assert!(shown(&deep("any(", ")", 33)).contains("32 deep"));
    for text in [
        deep("any(", ")", 10_000),
        deep("(", ")", 20_000),
        "[".repeat(20_000),
        "x".repeat(MAX_BYTES + 1),
        String::new(),
        "\0".to_owned(),
        "\"a:b".to_owned(),
        "any(\"a:b\"".to_owned(),
        "\u{202e}".to_owned(),
    ] {
        assert!(parse(&text).is_err(), "{}", &text[..text.len().min(20)]);
    }
}

/// The cases whose fault, or whose rule, is nothing that a text shows: a constant's value, a missing parenthesis.
const KNOWN_TO_THE_COMPILER_ALONE: [&str; 3] = [
    "rule/constant-malformed.rs",
    "rule/constant-of-another-type.rs",
    "rule/constant-unknown.rs",
];

#[test]
fn the_attributes_compile_errors_about_rules_are_said_in_the_same_words() {
    for topic in ["rule", "role"] {
        let mut cases = 0;
        for file in cases_of(topic) {
            cases += 1;
            let case = format!("{topic}/{}", file.file_name().expect("a name").display());
            let [text] = &rules_in(&file)[..] else {
                panic!("{case}: not one rule")
            };
            let ours = parse(text).expect_err(&case);
            if !KNOWN_TO_THE_COMPILER_ALONE.contains(&case.as_str()) {
                let stderr =
                    std::fs::read_to_string(file.with_extension("stderr")).expect("what the compiler says");
                let theirs = stderr.lines().next().expect("a line");
                assert_eq!(format!("error: {ours}"), theirs, "{case}: {text}");
            }
        }
        assert!(cases > 10, "{topic}: {cases}");
    }
}

#[test]
fn what_compiles_is_read() {
    let mut read = BTreeSet::new();
    for file in cases_of("pass") {
        for text in rules_in(&file) {
            match parse(&text) {
                Ok(requirement) => drop(read.insert(requirement.to_string())),
                Err(error) => assert!(
                    error.contains("only the compiler knows"),
                    "{}: {text}: {error}",
                    file.display()
                ),
            }
        }
    }
    assert!(read.len() > 30, "{read:#?}");
}

#[test]
fn boundaries_that_do_not_compile_are_refused_but_for_what_only_the_route_shows() {
    for file in cases_of("scope") {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let about_the_route = name.contains("route");
        for text in rules_in(&file) {
            assert_eq!(parse(&text).is_ok(), about_the_route, "{name}: {text}");
        }
    }
}

fn cases_of(topic: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/ui")
        .join(topic);
    let entries = std::fs::read_dir(folder)
        .expect("the cases")
        .map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .collect();
    files.sort();
    files
}

/// The attributes of the family above a file's functions, as text.
fn rules_in(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).expect("a case");
    let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut rules = Vec::new();
    collect(&parsed.items, &mut rules);
    rules
}

fn collect(items: &[Item], rules: &mut Vec<String>) {
    for item in items {
        match item {
            Item::Fn(function) => rules.extend(function.attrs.iter().filter_map(of_the_family)),
            Item::Mod(module) => collect(module.content.as_ref().map_or(&[], |(_, items)| items), rules),
            _ => {}
        }
    }
}

fn of_the_family(attribute: &Attribute) -> Option<String> {
    let name = &attribute.path().segments.last()?.ident;
    let family = ["require_permission", "require_role", "authenticated"];
    let tokens = match &attribute.meta {
        syn::Meta::List(list) => format!("({})", list.tokens),
        _ => String::new(),
    };
    family
        .iter()
        .any(|known| name == known)
        .then(|| format!("#[{name}{tokens}]"))
}
