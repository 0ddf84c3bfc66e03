//! Addresses of machines that are believed what they say.

use std::net::IpAddr;

/// One address, or all with the same first bits (RFC 4632).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    /// Reads `10.0.0.7`, `10.0.0.0/8`, `::1` or `fd00::/8`. Not the network of everybody, and none with bits beyond its
    /// prefix, which somebody mistook.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address = address.parse::<IpAddr>().ok()?.to_canonical();
        let bits = bits(&address);
        let prefix = match prefix {
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok()?,
            Some(_) => return None,
            None => bits,
        };
        let network = Self { address, prefix };
        let rest = u128::MAX.checked_shr(prefix).unwrap_or_default();
        let is_fine = (1..=bits).contains(&prefix) && left_aligned(&address) & rest == 0;
        is_fine.then_some(network)
    }

    /// Whether `address` is of this network. An IPv4 address within IPv6 is that IPv4 address.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let difference = left_aligned(&address) ^ left_aligned(&self.address);
        let shift = 128_u32.saturating_sub(self.prefix);
        address.is_ipv4() == self.address.is_ipv4() && difference.checked_shr(shift).unwrap_or_default() == 0
    }
}

fn bits(address: &IpAddr) -> u32 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// The bits of an address, its first at the left end of 128.
fn left_aligned(address: &IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()) << 96,
        IpAddr::V6(address) => address.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(network: &str, address: &str) -> bool {
        let network = Network::parse(network).expect("a network");
        network.contains(address.parse().expect("an address"))
    }

    #[test]
    fn a_network_contains_what_has_its_first_bits() {
        for (network, inside, outside) in [
            ("10.0.0.7", "10.0.0.7", "10.0.0.8"),
            ("10.0.0.7/32", "10.0.0.7", "10.0.0.6"),
            ("10.0.0.0/8", "10.255.1.2", "11.0.0.0"),
            ("172.16.0.0/12", "172.31.255.255", "172.32.0.0"),
            ("192.168.4.0/31", "192.168.4.1", "192.168.4.2"),
            ("128.0.0.0/1", "255.0.0.1", "127.0.0.1"),
            ("10.0.0.0/8", "::ffff:10.1.2.3", "::ffff:11.1.2.3"),
            ("::ffff:10.0.0.7", "10.0.0.7", "10.0.0.8"),
            ("::1", "::1", "::2"),
            ("fd00::/8", "fdff::1", "fe00::1"),
            ("2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"),
            ("10.0.0.0/8", "10.0.0.1", "a00::1"),
            ("a00::/8", "a01::1", "10.0.0.1"),
        ] {
            assert!(contains(network, inside), "{network} {inside}");
            assert!(!contains(network, outside), "{network} {outside}");
        }
    }

    #[test]
    fn what_is_no_network_or_everybodys_is_none() {
        for text in [
            "",
            "x",
            "10.0.0",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0.0/+8",
            "10.0.0.0/-1",
            "10.0.0.1/8",
            "0.0.0.0/0",
            "::/0",
            "fd00::/129",
            "fd00::1/8",
            "10.0.0.0/8/8",
            " 10.0.0.1",
            "10.0.0.1:80",
            "[::1]",
            "localhost",
        ] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
