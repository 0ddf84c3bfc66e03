//! The attributes of a crate with an `rbac.toml`, compiled for real: what is undeclared does not compile, and a change of
//! the file alone is noticed.

use std::path::{Path, PathBuf};
use std::process::Command;

const MANIFEST: &str = r#"
[package]
name = "catalogue-user"
version = "0.0.0"
edition = "2024"

[dependencies]
rbac-macros = { path = "MACROS" }
inventory = "INVENTORY"

[workspace]
"#;

/// As much of `rbac_core::__private` as the expansion names; what it does is tested elsewhere.
const SOURCE: &str = r#"
#![deny(warnings)]
#![allow(dead_code, missing_docs)]

mod runtime {
    pub mod __private {
        pub use inventory;
        pub type Answer = std::future::Ready<()>;
        pub struct Registered(pub &'static Rule);
        pub struct RegisteredCatalogue(pub &'static str);
        inventory::collect!(Registered);
        inventory::collect!(RegisteredCatalogue);
        pub struct Rule;
        pub struct Site;
        pub struct Requirement;
        #[derive(Clone, Copy)]
        pub struct Condition;
        pub struct Call;
        impl Site {
            pub const fn new(_: &str, _: &str, _: &str, _: u32, _: &[u8]) -> Self { Self }
        }
        impl Rule {
            pub const fn protected(_: Site, _: Requirement) -> Self { Self }
        }
        impl Requirement {
            pub const fn new(_: Condition) -> Self { Self }
        }
        impl Condition {
            pub const fn permission(_: &str) -> Self { Self }
            pub const fn realm_role(_: &str) -> Self { Self }
            pub const fn client_role(_: &str, _: &str) -> Self { Self }
            pub const fn any(_: &[Self]) -> Self { Self }
        }
        impl Call {
            pub fn run<H, A>(self, _: &'static Rule, _: H) -> Answer { std::future::ready(()) }
        }
    }
}

#[rbac_macros::require_permission(any("data:read", role("auditor")), crate = crate::runtime)]
async fn first() -> u8 { 1 }

#[rbac_macros::require_role(any("editor", role("auditor", client = "crm")), crate = crate::runtime)]
async fn second() -> u8 { 2 }

fn main() {
    let texts = inventory::iter::<runtime::__private::RegisteredCatalogue>.into_iter();
    assert!(texts.into_iter().all(|text| text.0.contains("[permissions]")));
}
"#;

const CATALOGUE: &str = r#"
[permissions]
"data:read" = "Read"

[roles.auditor]
[roles.editor]
grants = ["data:*"]

[clients.crm]
roles = ["auditor"]
"#;

struct Project(PathBuf);

impl Project {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("catalogue-user");
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("a workspace");
        let lock = std::fs::read_to_string(workspace.join("Cargo.lock")).expect("the lock");
        let inventory = lock
            .split("name = \"inventory\"\nversion = \"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let manifest = MANIFEST
            .replace("MACROS", env!("CARGO_MANIFEST_DIR"))
            .replace("INVENTORY", &format!("={}", inventory.expect("its version")));
        std::fs::create_dir_all(folder.join("src")).expect("a folder");
        let project = Self(folder);
        project.write("Cargo.lock", &lock);
        project.write("Cargo.toml", &manifest);
        project.write("src/main.rs", SOURCE);
        project
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).expect("written");
    }

    /// What the compiler says, an error a line; nothing when it is content.
    fn errors(&self) -> Vec<String> {
        let output = Command::new(env!("CARGO"))
            .args(["check", "--offline", "--quiet", "--message-format=short"])
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", self.0.join("target"))
            .output()
            .expect("cargo");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let errors = text
            .lines()
            .filter(|line| line.contains(": error"))
            .map(str::to_owned);
        let errors: Vec<String> = errors.collect();
        assert_eq!(output.status.success(), errors.is_empty(), "{text}");
        errors
    }
}

#[test]
fn a_name_that_the_catalogue_lacks_does_not_compile() {
    let project = Project::new();
    project.write("rbac.toml", CATALOGUE);
    assert_eq!(project.errors(), [""; 0], "all is declared");

    // From here on nothing but the catalogue changes.
    project.write("rbac.toml", &CATALOGUE.replace("data:read\" =", "data:raed\" ="));
    let errors = project.errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(
        errors[0].contains("`data:read` is not declared in rbac.toml: did you mean `data:raed`?"),
        "{errors:?}"
    );
    assert!(errors[0].starts_with("src/main.rs:40:39"), "{errors:?}");

    let renamed = CATALOGUE
        .replace("roles.auditor", "roles.controller")
        .replace("[\"auditor\"]", "[\"controller\"]");
    project.write("rbac.toml", &renamed);
    let errors = project.errors();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(
        errors[0].contains("the role `auditor` is not declared in rbac.toml: did you mean `editor`?"),
        "{errors:?}"
    );
    let client =
        "the role `auditor` of the client `crm` is not declared in rbac.toml: add it to `[clients.crm]`";
    assert!(errors[1].contains(client), "{errors:?}");

    project.write("rbac.toml", "[permisions]\n");
    let errors = project.errors();
    assert_eq!(
        errors.len(),
        1,
        "one mistake in the file is one error, however many handlers there are: {errors:?}"
    );
    assert!(errors[0].contains("rbac.toml:1:"), "{errors:?}");

    std::fs::remove_file(project.0.join("rbac.toml")).expect("removed");
    assert_eq!(
        project.errors(),
        [""; 0],
        "where there is no catalogue, nothing need be declared"
    );
}
