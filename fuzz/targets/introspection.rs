//! The body of an introspection answer.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|body: &[u8]| {
    let Some(principal) = common::JUDGE.with(|judge| judge.introspected(body, common::NOW)) else {
        return;
    };
    let members: Value = serde_json::from_slice(body).expect("JSON");
    assert_eq!(members["active"], Value::Bool(true));
    for kind in ["typ", "token_type"] {
        let kind = members.get(kind);
        assert!(kind.is_none_or(|kind| {
            kind.as_str()
                .is_some_and(|kind| kind.eq_ignore_ascii_case("Bearer"))
        }));
    }
    assert!(members.get("typ").or(members.get("token_type")).is_some());
    common::assert_acceptable(&members);
    common::assert_faithful(&principal, &members);
});
