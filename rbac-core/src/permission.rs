//! A permission: `resource:action`.

use std::fmt;

/// A permission as a constant, `resource:action`, for `#[require_permission(DATA_WRITE)]`.
///
/// Both sides are one or more of the ASCII characters `A-Z a-z 0-9 _ . -`, with one colon between them. Names compare
/// byte for byte.
///
/// ```
/// use rbac_core::Permission;
///
/// const DATA_WRITE: Permission = Permission::new("data:write");
/// assert_eq!(DATA_WRITE.as_str(), "data:write");
/// ```
///
/// A malformed name does not compile:
///
/// ```compile_fail
/// const EVERYTHING: rbac_core::Permission = rbac_core::Permission::new("data:*");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Permission(&'static str);

impl Permission {
    /// Checks and takes a name.
    ///
    /// # Panics
    /// When the name is not `resource:action`; in a `const`, as meant, that is a compile error.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        assert!(
            is_permission(name),
            "a permission is written `resource:action`, such as `data:write`"
        );
        Self(name)
    }

    /// The name, `resource:action`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Whether `name` is `resource:action`, each side one or more of `A-Z a-z 0-9 _ . -`.
pub(crate) const fn is_permission(name: &str) -> bool {
    let mut rest = name.as_bytes();
    let (mut colons, mut length) = (0_u8, 0_u32);
    while let [byte, tail @ ..] = rest {
        match byte {
            b':' if length > 0 && colons == 0 => {
                colons = 1;
                length = 0;
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-' => length = length.saturating_add(1),
            _ => return false,
        }
        rest = tail;
    }
    colons == 1 && length > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resource_and_action_make_a_permission() {
        for name in ["data:read", "reports:generate", "a:b", "v1.user-profile:read_all"] {
            assert!(is_permission(name), "{name}");
        }
    }

    #[test]
    fn anything_else_does_not() {
        for name in [
            "",
            ":",
            "a",
            "a:",
            ":b",
            "a:b:c",
            "a b:c",
            "data:*",
            "*",
            "dätä:read",
            "a:b ",
            "a:b\0",
        ] {
            assert!(!is_permission(name), "{name}");
        }
    }
}
