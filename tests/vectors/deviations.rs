//! Where our verdict is not Wycheproof's, and why. An entry that no longer differs fails the test, as does a difference
//! without an entry.

const SYMMETRIC: &str = "signed with HS256: there are no symmetric algorithms here, whoever holds the key";

const STRAY_CHARACTER: &str = "signed with HS256, and with a `?` inside a part: wrongly called valid";

const OTHER_HASH: &str = "the key's `alg` is PS256, the header says PS384: RFC 7517 section 4.4 lets `alg` name the one \
                          algorithm that the key is for";

const P_521: &str = "the key's `alg` is ES521, which no registry knows, and P-521 is not offered";

/// The numbers of the vectors (`tcId`) with the reason, all of them called valid there and refused here. Vectors 367 and
/// 370, called invalid, are valid vector 357 byte for byte: no deviation, since 357 is refused as well.
pub(crate) const DEVIATIONS: &[(&[u32], &str)] = &[
    (&[1, 348, 352, 357, 358, 359, 376, 377], SYMMETRIC),
    (&[372, 373], STRAY_CHARACTER),
    (&[346, 350], OTHER_HASH),
    (&[347, 351], P_521),
];
