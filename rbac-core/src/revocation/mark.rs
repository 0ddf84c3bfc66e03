//! What a revocation is about, as a digest.

use aws_lc_rs::digest::{Context, SHA256};

/// What of a token is named.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Kind {
    /// One token, by `jti`.
    Token,
    /// The tokens of one login, by `sid`.
    Session,
    /// The tokens of one user or service account, by `sub`.
    Subject,
    /// Those of them that do not name their session: which of the user's logins they are of cannot be told.
    Sessionless,
}

/// A token's id, a session or a subject of one issuer. Of the name itself only a digest is kept: it has one length, whatever
/// the issuer puts into a token, and says nothing about anybody to whoever reads it in a shared store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Mark {
    kind: Kind,
    digest: [u8; 32],
}

impl Kind {
    /// As it is written in a shared store.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Session => "session",
            Self::Subject => "subject",
            Self::Sessionless => "sessionless",
        }
    }

    pub(super) const fn claim(self) -> &'static str {
        match self {
            Self::Token => "jti",
            Self::Session => "sid",
            Self::Subject | Self::Sessionless => "sub",
        }
    }
}

impl Mark {
    /// The mark of `name`, which is a `jti`, `sid` or `sub` of `issuer`.
    pub(crate) fn of(kind: Kind, issuer: &str, name: &str) -> Self {
        Self {
            kind,
            digest: digest([kind.as_str(), issuer, name]),
        }
    }

    pub(super) fn kind(self) -> Kind {
        self.kind
    }
}

/// The SHA-256 of texts, each with its length before it, so that no two lists of texts are written alike.
pub(crate) fn digest<'t>(texts: impl IntoIterator<Item = &'t str>) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for text in texts {
        context.update(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(text.as_bytes());
    }
    let mut bytes = [0; 32];
    // INVARIANT: SHA-256 has 32 bytes, so nothing is cut.
    bytes
        .iter_mut()
        .zip(context.finish().as_ref())
        .for_each(|(to, from)| *to = *from);
    bytes
}

/// The kind, and the beginning of the digest.
impl std::fmt::Debug for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [first, second, third, ..] = self.digest;
        write!(f, "{} {first:02x}{second:02x}{third:02x}..", self.kind.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_of_one_kind_one_issuer_and_one_name() {
        let mark = |kind, issuer, name| Mark::of(kind, issuer, name);
        let marks = [
            mark(Kind::Token, "https://a", "x"),
            mark(Kind::Session, "https://a", "x"),
            mark(Kind::Subject, "https://a", "x"),
            mark(Kind::Sessionless, "https://a", "x"),
            mark(Kind::Token, "https://b", "x"),
            mark(Kind::Token, "https://a", "y"),
            mark(Kind::Token, "https://ax", ""),
            mark(Kind::Token, "https://", "ax"),
        ];
        let different: std::collections::BTreeSet<_> = marks.iter().collect();
        assert_eq!(different.len(), marks.len());
        assert_eq!(mark(Kind::Token, "https://a", "x"), marks[0]);
    }

    #[test]
    fn a_mark_does_not_say_what_it_is_of() {
        let shown = format!("{:?}", Mark::of(Kind::Subject, "https://a", "alice"));
        assert!(
            shown.starts_with("subject ") && !shown.contains("alice"),
            "{shown}"
        );
    }
}
