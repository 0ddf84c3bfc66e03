//! Taking a port, before anything is built that needs to know it.

use std::io;
use std::net::{SocketAddr, TcpListener};

use tokio::net::TcpSocket;

use crate::settings::Address;

/// The most connections that wait to be accepted.
const BACKLOG: u32 = 1_024;

/// A port that is taken.
pub(crate) struct Port {
    pub(crate) listener: TcpListener,
    pub(crate) address: SocketAddr,
    /// The host as it was written, with the port that was taken.
    pub(crate) authority: String,
}

/// Takes the port of `address`, or any free one when it says 0.
pub(crate) fn take(address: &Address) -> io::Result<Port> {
    let resolved = address.resolve()?;
    let socket = if resolved.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }?;
    // So that the demo can be started again while old connections fade away; two servers still cannot share a port.
    socket.set_reuseaddr(true)?;
    socket.bind(resolved)?;
    let listener = socket.listen(BACKLOG)?.into_std()?;
    let taken = listener.local_addr()?;
    Ok(Port {
        listener,
        address: taken,
        authority: address.authority(taken.port()),
    })
}
