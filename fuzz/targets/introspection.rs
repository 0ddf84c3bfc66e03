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
    for kind in ["typ", "token_type"].into_iter().filter_map(|name| members.get(name)) {
        common::assert_type(kind, &members);
    }
    assert!(members.get("typ").or(members.get("token_type")).is_some());
    common::assert_acceptable(&members);
    common::assert_faithful(&principal, &members);
});
