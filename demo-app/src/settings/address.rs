//! An address to listen on.

use std::fmt;
use std::io;
use std::net::{Ipv6Addr, SocketAddr, ToSocketAddrs};

/// A host and a port, such as `127.0.0.1:8080`, `localhost:8080` or `[::1]:0`; port 0 stands for any free one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    host: String,
    port: u16,
}

impl Address {
    /// What a variable with an address may hold.
    pub(super) const EXPECTED: &'static str = "a host and a port, such as `127.0.0.1:8080`";

    /// Reads `host:port`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (host, port) = text.rsplit_once(':')?;
        let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        let port = port.parse().ok().filter(|_| digits)?;
        is_host(host).then(|| Self {
            host: host.to_owned(),
            port,
        })
    }

    /// The port; 0 for any.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The host as it is written, with the port that was really taken.
    #[must_use]
    pub fn authority(&self, port: u16) -> String {
        format!("{}:{port}", self.host)
    }

    /// The first address of that name.
    ///
    /// # Errors
    /// The name does not resolve.
    pub(crate) fn resolve(&self) -> io::Result<SocketAddr> {
        let mut addresses = self.authority(self.port).to_socket_addrs()?;
        addresses
            .next()
            .ok_or_else(|| io::Error::from(io::ErrorKind::AddrNotAvailable))
    }
}

/// A name, an IPv4 address, or an IPv6 address in brackets.
fn is_host(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return inner.parse::<Ipv6Addr>().is_ok();
    }
    let in_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    !host.is_empty() && host.bytes().all(in_name)
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.authority(self.port))
    }
}
