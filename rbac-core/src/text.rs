//! Text that strangers wrote, made fit to be shown to a person.

use std::fmt;

/// Text that cannot begin another line of a log, colour a terminal, turn the reading direction or hide a character.
pub(crate) struct OneLine<'a>(pub(crate) &'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| {
            if is_harmless(c) {
                write!(f, "{c}")
            } else {
                write!(f, "{}", c.escape_unicode())
            }
        })
    }
}

/// The longest name or value that is shown, in characters.
const SHOWN: usize = 120;

/// A name or a value on one line, cut to 120 characters.
pub(crate) fn shown(text: &str) -> String {
    let mut cut: String = text.chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        cut.push('…');
    }
    OneLine(&cut).to_string()
}

/// The same for each of some texts.
pub(crate) fn all_shown<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    texts.into_iter().map(shown).collect()
}

/// Names between backticks, parted by commas.
pub(crate) fn quoted(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

fn is_harmless(c: char) -> bool {
    !c.is_control() && !is_invisible(c) && !matches!(c, '\u{2028}' | '\u{2029}')
}

/// What takes no place on a screen, or turns its reading direction.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_103_what_a_token_says_stays_on_its_line() {
        let shown = OneLine("bob\r\nalice \u{1b}[31mred\u{202e}").to_string();
        assert_eq!(shown, "bob\\u{d}\\u{a}alice \\u{1b}[31mred\\u{202e}");
        assert_eq!(
            OneLine("the principal's `department`").to_string(),
            "the principal's `department`"
        );
    }

    #[test]
    fn a_long_value_is_cut_before_it_is_escaped() {
        assert_eq!(shown("finance"), "finance");
        let cut = shown(&"\n".repeat(500));
        assert_eq!(cut, format!("{}…", "\\u{a}".repeat(SHOWN)));
    }
}
