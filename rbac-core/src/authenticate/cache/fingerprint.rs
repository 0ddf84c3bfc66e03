//! The short stand-in for a token: what the cache keeps in place of it.

use std::fmt;
use std::hash::{Hash, Hasher};

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

/// 128 bits that stand for one token, under the key of one [`Fingerprinter`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    high: u64,
    low: u64,
}

/// Makes fingerprints under a random key that lives and dies with it.
///
/// It is GMAC (NIST SP 800-38D), a polynomial hash over GF(2^128), of the token's text. For any two different tokens of up to
/// 8 KiB at most one key in 2^118 makes them meet. Nobody learns a fingerprint, or anything made from one, so nobody can
/// look for such tokens but by sending them; and tokens cannot be read back from it, so that the memory of a cache holds none.
///
/// SHA-256 would do as well and takes eleven times as long; comparing the token's text would need no proof at all, and a
/// copy of every token.
pub(crate) struct Fingerprinter(LessSafeKey);

impl Fingerprinter {
    /// `None` where the machine makes no random numbers.
    pub(crate) fn new() -> Option<Self> {
        let key = UnboundKey::new(&AES_128_GCM, &rand::random::<[u8; 16]>()).ok()?;
        Some(Self(LessSafeKey::new(key)))
    }

    /// The fingerprint of a token.
    pub(crate) fn of(&self, token: &[u8]) -> Option<Fingerprint> {
        // INVARIANT: the nonce may be the same each time because no tag leaves the process: it would hide one from who sees it.
        let nonce = Nonce::assume_unique_for_key([0; 12]);
        let tag = self
            .0
            .seal_in_place_separate_tag(nonce, Aad::from(token), &mut [])
            .ok()?;
        let (high, low) = tag.as_ref().split_first_chunk::<8>()?;
        Some(Fingerprint {
            high: u64::from_ne_bytes(*high),
            low: u64::from_ne_bytes(*low.first_chunk::<8>()?),
        })
    }
}

impl Fingerprint {
    /// Bits that choose a shard, and within it a place among those that left.
    pub(super) fn shard(self) -> usize {
        // Where a `usize` has 32 bits, the lower ones.
        usize::try_from(self.high >> 32).unwrap_or_default()
    }

    /// Bits that tell two fingerprints apart where a mistake costs nothing.
    pub(super) fn mark(self) -> u32 {
        u32::try_from(self.high & u64::from(u32::MAX)).unwrap_or_default()
    }
}

impl Hash for Fingerprint {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.low);
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint")
    }
}
