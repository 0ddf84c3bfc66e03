//! The nearest of the known names, for `did you mean`.

/// The known name nearest to `written`, if one is near enough to be meant.
pub(crate) fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    rbac_catalogue::nearest(written, known).into_iter().next()
}

/// `` `a`, `b`, `c` ``.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    joined(names, ", ")
}

/// `` `a` or `b` ``.
pub(crate) fn either<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    joined(names, " or ")
}

fn joined<'a>(names: impl IntoIterator<Item = &'a str>, between: &str) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    quoted.join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_recognized() {
        let known = ["scope", "check", "admin_bypass"];
        assert_eq!(nearest("scop", known), Some("scope"));
        assert_eq!(nearest("Check", known), Some("check"));
        assert_eq!(nearest("admin_bypas", known), Some("admin_bypass"));
    }

    #[test]
    fn another_word_is_not() {
        assert_eq!(nearest("department", ["scope", "check"]), None);
        assert_eq!(nearest("", ["scope"]), None);
    }
}
