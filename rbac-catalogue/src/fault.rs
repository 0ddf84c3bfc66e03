//! What is wrong with the name of a permission, said to whoever writes one.

/// Why `name` is no permission, and what to write; `None` where it is one: a resource and an action, parted by a colon, each one
/// or more of `A-Z a-z 0-9 _ . -`.
///
/// ```
/// use rbac_catalogue::permission_fault;
///
/// assert_eq!(permission_fault("data:read"), None);
/// assert_eq!(permission_fault("data:").unwrap(), r#"`data:` lacks its action: write `"data:read"`"#);
/// ```
#[must_use]
pub fn permission_fault(name: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | ':');
    if name.trim().is_empty() {
        return Some(
            "a permission is `resource:action`, found an empty string: write `\"data:read\"`".into(),
        );
    }
    if name.contains([',', '|', '&', ';']) {
        return Some(several(name));
    }
    if name.contains('*') {
        return Some(format!(
            "`{name}` is no single permission: name each one in `any(..)` or `all(..)`, wildcards are for roles"
        ));
    }
    if name.contains(char::is_whitespace) {
        let tight: String = name.split_whitespace().collect();
        return Some(format!("a permission has no whitespace: write `\"{tight}\"`"));
    }
    match name.chars().find(|c| !allowed(*c)) {
        Some(odd) => Some(format!(
            "`{}` cannot stand in a permission: write ASCII letters, digits, `_`, `.` and `-` around one `:`",
            odd.escape_debug()
        )),
        None => parts_fault(name),
    }
}

fn parts_fault(name: &str) -> Option<String> {
    match name.split(':').collect::<Vec<_>>().as_slice() {
        [word] => Some(format!(
            "`{word}` is no permission, which is `resource:action`: write `\"{word}:read\"`, \
             or `role(\"{word}\")` if a role is meant"
        )),
        ["", _] => Some(format!("`{name}` lacks its resource: write `\"data{name}\"`")),
        [_, ""] => Some(format!("`{name}` lacks its action: write `\"{name}read\"`")),
        [_, _] => None,
        [resource @ .., action] => Some(format!(
            "`{name}` has more than one colon, and a permission is one resource and one action: \
             write `\"{}:{action}\"`",
            resource.join(".")
        )),
        [] => None,
    }
}

fn several(name: &str) -> String {
    let word = if name.contains('&') { "all" } else { "any" };
    let parts = name
        .split([',', '|', '&', ';'])
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let quoted: Vec<String> = parts.map(|part| format!("\"{part}\"")).collect();
    format!(
        "a string holds one permission: write `{word}({})`",
        quoted.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::permission_fault;

    #[test]
    fn one_resource_and_one_action_make_a_permission() {
        for name in ["data:read", "a:b", "v1.user-profile:read_all", "A.B-C_9:x"] {
            assert_eq!(permission_fault(name), None, "{name}");
        }
    }

    #[test]
    fn anything_else_is_told_what_to_write() {
        let faults = [
            ("", "found an empty string"),
            ("admin", r#"`role("admin")`"#),
            (":read", "lacks its resource"),
            ("data:", "lacks its action"),
            ("a:b:c", r#"write `"a.b:c"`"#),
            ("data:*", "wildcards are for roles"),
            ("data: read", r#"write `"data:read"`"#),
            ("a:b || c:d", r#"write `any("a:b", "c:d")`"#),
            ("a:b&&c:d", r#"write `all("a:b", "c:d")`"#),
            ("dätä:read", "`ä` cannot stand"),
            ("a:b\0", r"`\0` cannot stand"),
            ("a:b/c", "`/` cannot stand"),
        ];
        for (name, remedy) in faults {
            let fault = permission_fault(name).unwrap_or_default();
            assert!(fault.contains(remedy), "{name}: {fault}");
        }
    }
}
