//! What the compiler says about a rule that is written wrongly, and that what is written well compiles and works.
//!
//! One fault a file, in a folder for its topic. After a change of the messages: `TRYBUILD=overwrite cargo test -p
//! rbac-tests --test ui`, then read each difference.

use std::path::Path;

#[test]
fn every_misuse_gets_its_message_and_every_good_use_works() {
    let cases = trybuild::TestCases::new();
    let topics = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("ui"));
    for topic in topics.expect("the folder is there") {
        let topic = topic.expect("the folder is readable").file_name();
        let glob = format!("ui/{}/*.rs", topic.display());
        if topic == "pass" {
            cases.pass(glob);
        } else {
            cases.compile_fail(glob);
        }
    }
}
