//! `rbac.toml`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rbac_catalogue::Catalogue;

fuzz_target!(|text: &str| {
    match Catalogue::parse(text) {
        Ok(catalogue) => assert_sound(&catalogue),
        Err(error) => {
            assert!(error.line() >= 1 && error.line() <= text.matches('\n').count() + 1);
            assert!(!error.message().is_empty());
            assert_eq!(error.to_string().lines().count(), 1, "one line: {error}");
        }
    }
});

fn assert_sound(catalogue: &Catalogue) {
    for (name, role) in catalogue.roles() {
        assert!(
            role.permissions()
                .all(|permission| catalogue.has_permission(permission))
        );
        for inherited in role.inherits() {
            assert!(catalogue.has_role(inherited) && inherited != name);
            for permission in catalogue.granted_by(inherited) {
                assert!(
                    catalogue.granted_by(name).any(|own| own == permission),
                    "what is inherited is granted"
                );
            }
        }
    }
    for (permission, _) in catalogue.permissions() {
        assert!(
            permission
                .split_once(':')
                .is_some_and(|(left, right)| !left.is_empty() && !right.contains(':'))
        );
        assert!(!permission.contains('*'));
    }
}
