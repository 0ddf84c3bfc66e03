//! The library's own environment.

use std::ffi::OsStr;

/// A variable; what is not Unicode in it is shown as such, and refused where it matters.
pub(crate) fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name)?;
    Some(OsStr::to_string_lossy(&value).into_owned())
}
