//! Comparison of JSON with a pattern, for answers with parts that are new every time.

use serde_json::Value;

/// Fails the test unless `actual` is like `pattern`.
///
/// Objects must have exactly the same members; arrays are sets, since no issuer promises an order. A string of the
/// pattern in angle brackets stands for a value of that kind: `<number>`, `<origins>` (some), `<uuid>`, `<sid>`, `<text>`, or
/// `<abcdef:uuid>` for an access token's `jti` with these six letters.
#[track_caller]
pub fn assert_like(actual: &Value, pattern: &Value, what: &str) {
    if let Err(fault) = like(actual, pattern, "") {
        panic!("{what}: {fault}\nexpected {pattern:#}\ngot {actual:#}");
    }
}

fn like(actual: &Value, pattern: &Value, at: &str) -> Result<(), String> {
    match (actual, pattern) {
        (Value::Object(actual), Value::Object(pattern)) => {
            if let Some(name) = actual.keys().find(|name| !pattern.contains_key(*name)) {
                return Err(format!("`{at}/{name}` is there and should not be"));
            }
            pattern
                .iter()
                .try_for_each(|(name, pattern)| match actual.get(name) {
                    Some(actual) => like(actual, pattern, &format!("{at}/{name}")),
                    None => Err(format!("`{at}/{name}` is missing")),
                })
        }
        (Value::Array(actual), Value::Array(pattern)) => {
            let same = actual.len() == pattern.len()
                && pattern
                    .iter()
                    .all(|wanted| actual.iter().any(|one| like(one, wanted, "").is_ok()));
            if same {
                Ok(())
            } else {
                Err(format!("`{at}` is not the same set"))
            }
        }
        (actual, Value::String(kind)) if is_kind(kind) => match stands_for(kind, actual) {
            true => Ok(()),
            false => Err(format!("`{at}` is no {kind}")),
        },
        (actual, pattern) if actual == pattern => Ok(()),
        _ => Err(format!("`{at}` is {actual}, not {pattern}")),
    }
}

fn is_kind(text: &str) -> bool {
    text.starts_with('<') && text.ends_with('>')
}

fn stands_for(kind: &str, value: &Value) -> bool {
    if kind == "<number>" {
        return value.is_u64();
    }
    if kind == "<origins>" {
        return value.as_array().is_some_and(|origins| !origins.is_empty());
    }
    let Some(text) = value.as_str() else { return false };
    match kind.trim_matches(['<', '>']) {
        "text" => !text.is_empty(),
        "uuid" => is_uuid(text),
        "sid" => text.len() == 24 && text.bytes().all(is_base64url),
        jti => jti
            .strip_suffix(":uuid")
            .and_then(|letters| text.strip_prefix(letters)?.strip_prefix(':'))
            .is_some_and(is_uuid),
    }
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12] && groups.concat().bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::like;

    #[test]
    fn a_pattern_accepts_what_it_describes_and_nothing_else() {
        let pattern = json!({"exp": "<number>", "aud": ["a", "b"], "jti": "<onrtro:uuid>"});
        let uuid = "0b8f1d57-64c0-4f0a-8f5e-2a9d3e7c0b02";
        let good = json!({"exp": 1, "aud": ["b", "a"], "jti": format!("onrtro:{uuid}")});
        assert_eq!(like(&good, &pattern, ""), Ok(()));
        for bad in [
            json!({"exp": "1", "aud": ["b", "a"], "jti": format!("onrtro:{uuid}")}),
            json!({"exp": 1, "aud": ["b"], "jti": format!("onrtro:{uuid}")}),
            json!({"exp": 1, "aud": ["b", "a"], "jti": uuid}),
            json!({"exp": 1, "aud": ["b", "a"], "jti": format!("onrtro:{uuid}"), "more": 1}),
            json!({"exp": 1, "aud": ["b", "a"]}),
        ] {
            assert!(like(&bad, &pattern, "").is_err(), "{bad}");
        }
    }
}
