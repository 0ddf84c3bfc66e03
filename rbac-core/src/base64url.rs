//! Base64url as JOSE wants it (RFC 7515 section 2): one spelling for each value.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A text that is not the one base64url spelling of some bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not base64url without padding")]
pub(crate) struct NotBase64Url;

/// The bytes that `text` spells. Padding, `+`, `/`, white space and trailing bits that are not zero are refused.
// INVARIANT: the engine is the strict one: padding must be absent and trailing bits must be zero, so that no two texts
// stand for the same bytes.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, NotBase64Url> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| NotBase64Url)
}

/// The spelling of `bytes`.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_13_only_the_canonical_spelling_decodes() {
        assert_eq!(decode("-_8"), Ok(vec![0xfb, 0xff]));
        assert_eq!(decode(""), Ok(vec![]));
        for wrong in [
            "+/8", "-_8=", "-_ 8", "-_8\n", " -_8", "-_9", "-_8A=", "A", "AAAAA", "-_8\0", "Ä",
        ] {
            assert_eq!(decode(wrong), Err(NotBase64Url), "{wrong:?}");
        }
    }

    #[test]
    fn what_is_encoded_decodes_again() {
        for length in 0..70_u8 {
            let bytes: Vec<u8> = (0..length).map(|byte| byte.wrapping_mul(37)).collect();
            assert_eq!(decode(&encode(&bytes)), Ok(bytes));
        }
    }
}
