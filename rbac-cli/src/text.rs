//! Text from elsewhere, made fit for a terminal and a line.

/// The text on one line, without what moves the cursor, colours, or turns the direction of writing.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_invisible(c) {
            plain.extend(c.escape_unicode());
        } else {
            plain.push(c);
        }
    }
    plain
}

/// Names between backticks, parted by commas.
pub(crate) fn quoted<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let quoted: Vec<String> = names
        .into_iter()
        .map(|name| format!("`{}`", plain(name)))
        .collect();
    quoted.join(", ")
}

/// Marks of direction, joiners and blanks of no width: two names that look the same must not be written the same.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_103_what_would_move_the_cursor_is_spelt_out() {
        assert_eq!(
            plain("a\u{1b}[31mb\r\nc\u{202e}d\u{200b}"),
            r"a\u{1b}[31mb\u{d}\u{a}c\u{202e}d\u{200b}"
        );
        assert_eq!(plain("grün `data:read` 日本"), "grün `data:read` 日本");
        assert_eq!(quoted(["a", "b\n"]), r"`a`, `b\u{a}`");
    }
}
