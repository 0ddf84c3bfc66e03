//! Nonces that this server gives out (RFC 9449 section 8): made and known again without being kept.

use std::fmt;

use aws_lc_rs::hmac;
use subtle::ConstantTimeEq;

use crate::base64url;

/// How long one nonce is given out, in seconds; it is accepted for as long again.
const SLOT: u64 = 150;

/// Makes the nonces of one server, or of several that share a secret.
///
/// A nonce is an HMAC over the present slot of time, so nobody can make one ahead.
///
/// ```
/// use rbac_core::dpop::Nonces;
///
/// let (nonces, others) = (Nonces::random(), Nonces::random());
/// let nonce = nonces.issue(1_800_000_000);
/// assert!(nonces.accepts(&nonce, 1_800_000_100));
/// assert!(!nonces.accepts(&nonce, 1_800_000_400), "too old");
/// assert!(!others.accepts(&nonce, 1_800_000_000), "another server's");
/// ```
#[derive(Clone)]
pub struct Nonces {
    key: hmac::Key,
}

impl Nonces {
    /// With a key of this process alone: no other instance accepts these nonces, nor does this one after a restart.
    #[must_use]
    pub fn random() -> Self {
        Self::with_key(&rand::random::<[u8; 32]>())
    }

    /// With the key that every instance makes of the same secret, which should have 32 characters or more.
    #[must_use]
    pub fn shared(secret: &str) -> Self {
        Self::with_key(secret.as_bytes())
    }

    fn with_key(key: &[u8]) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, key),
        }
    }

    /// The nonce to give out at `now`, in seconds since 1970.
    #[must_use]
    pub fn issue(&self, now: u64) -> String {
        self.of_slot(slot(now))
    }

    /// Whether `nonce` was given out lately: in this slot, in the one before, or by an instance whose clock is a little
    /// ahead.
    #[must_use]
    pub fn accepts(&self, nonce: &str, now: u64) -> bool {
        let slot = slot(now);
        let known = [slot, slot.saturating_sub(1), slot.saturating_add(1)].map(|slot| self.of_slot(slot));
        known.iter().any(|known| is_equal(known, nonce))
    }

    fn of_slot(&self, slot: u64) -> String {
        let mut message = b"DPoP-Nonce".to_vec();
        message.extend_from_slice(&slot.to_be_bytes());
        let tag = hmac::sign(&self.key, &message);
        // 128 bits are more than anybody guesses within a slot.
        base64url::encode(tag.as_ref().iter().take(16).copied().collect::<Vec<u8>>())
    }
}

fn slot(now: u64) -> u64 {
    now.checked_div(SLOT).unwrap_or_default()
}

fn is_equal(known: &str, nonce: &str) -> bool {
    known.as_bytes().ct_eq(nonce.as_bytes()).into()
}

/// Says nothing of the key.
impl fmt::Debug for Nonces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonces")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: u64 = 12_000_000 * SLOT;

    #[test]
    fn a_nonce_is_good_in_its_slot_and_the_next_and_no_longer() {
        let nonces = Nonces::random();
        let nonce = nonces.issue(START);
        for (later, good) in [
            (0, true),
            (SLOT - 1, true),
            (SLOT, true),
            (2 * SLOT - 1, true),
            (2 * SLOT, false),
            (1_000 * SLOT, false),
        ] {
            assert_eq!(nonces.accepts(&nonce, START + later), good, "{later}");
        }
    }

    #[test]
    fn an_instance_with_the_same_secret_and_a_clock_a_little_behind_accepts_it() {
        let (here, there) = (Nonces::shared("secret"), Nonces::shared("secret"));
        assert!(there.accepts(&here.issue(START), START - 1));
        assert!(!there.accepts(&here.issue(START), START - SLOT - 1));
        assert!(!Nonces::shared("another").accepts(&here.issue(START), START));
    }

    #[test]
    fn nobody_elses_text_is_a_nonce() {
        let nonces = Nonces::random();
        let good = nonces.issue(START);
        for text in [
            "",
            &good[1..],
            &format!("{good}A"),
            &good.to_lowercase(),
            "AAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert!(!nonces.accepts(text, START), "{text}");
        }
        assert!(!Nonces::random().accepts(&good, START));
    }

    #[test]
    fn a_clock_at_the_ends_of_time_makes_no_trouble() {
        let nonces = Nonces::random();
        for now in [0, u64::MAX] {
            assert!(nonces.accepts(&nonces.issue(now), now));
        }
    }

    #[test]
    fn row_104_debug_says_nothing_of_the_key() {
        assert_eq!(format!("{:?}", Nonces::shared("canary")), "Nonces");
    }
}
