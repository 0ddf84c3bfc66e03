//! The certificate that a caller showed when it connected (RFC 8705 section 3).

#[cfg(test)]
mod tests;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

use crate::thumbprint::Thumbprint;

/// How long the value of a header with a certificate may be, in bytes.
const MAX_HEADER_BYTES: usize = 32 * 1024;

/// The certificate of a connection, for tokens that are bound to one (`cnf` with `x5t#S256`).
///
/// An application that speaks TLS itself takes it from the stream when a connection comes in, and offers it to every
/// request of that connection:
///
/// ```no_run
/// use std::any::Any;
///
/// use actix_web::dev::Extensions;
/// use rbac_core::ClientCertificate;
/// # struct TlsStream;
/// # impl TlsStream { fn get_ref(&self) -> ((), Connection) { ((), Connection) } }
/// # struct Connection;
/// # impl Connection { fn peer_certificates(&self) -> Option<&'static [Vec<u8>]> { None } }
///
/// // `HttpServer::new(..).on_connect(remember_certificate)`. With rustls the stream is
/// // `actix_tls::accept::rustls_0_23::TlsStream<actix_web::rt::net::TcpStream>`.
/// fn remember_certificate(connection: &dyn Any, data: &mut Extensions) {
///     let Some(stream) = connection.downcast_ref::<TlsStream>() else { return };
///     if let Some([certificate, ..]) = stream.get_ref().1.peer_certificates() {
///         data.insert(ClientCertificate::from_der(certificate.as_ref()));
///     }
/// }
/// ```
///
/// # Security
/// That the caller holds the certificate's key is what TLS has proved; that it is the token's is checked here. Who issued it
/// does not matter to the token, and is not looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClientCertificate(Thumbprint);

/// A header that should hold a certificate does not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct NotACertificate;

impl ClientCertificate {
    /// Takes the certificate in DER, as TLS libraries give it.
    #[must_use]
    pub fn from_der(certificate: &[u8]) -> Self {
        Self(Thumbprint::of(certificate))
    }

    /// Its SHA-256 thumbprint, as `cnf` has it.
    #[must_use]
    pub fn thumbprint(&self) -> Thumbprint {
        self.0
    }

    /// Reads the value that a proxy sets: RFC 9440's `:base64:`, or PEM with percent-encoding, as nginx has it in
    /// `$ssl_client_escaped_cert`. `None` for an empty one: the proxy asked for no certificate or got none.
    pub(crate) fn from_header(value: &str) -> Result<Option<Self>, NotACertificate> {
        if value.is_empty() {
            return Ok(None);
        }
        if value.len() > MAX_HEADER_BYTES {
            return Err(NotACertificate);
        }
        let der = match value.strip_prefix(':') {
            Some(rest) => from_base64(rest.strip_suffix(':').ok_or(NotACertificate)?)?,
            None => from_escaped_pem(value)?,
        };
        Ok(Some(Self::from_der(&der)))
    }
}

fn from_escaped_pem(value: &str) -> Result<Vec<u8>, NotACertificate> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let pem = percent_decode_str(value)
        .decode_utf8()
        .map_err(|_| NotACertificate)?;
    let body = pem
        .trim()
        .strip_prefix(BEGIN)
        .and_then(|pem| pem.strip_suffix(END))
        .ok_or(NotACertificate)?;
    let lines: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    from_base64(&lines)
}

fn from_base64(text: &str) -> Result<Vec<u8>, NotACertificate> {
    let der = STANDARD.decode(text).map_err(|_| NotACertificate)?;
    if is_one_der_sequence(&der) {
        Ok(der)
    } else {
        Err(NotACertificate)
    }
}

/// Whether the bytes are one SEQUENCE of DER and nothing more: what follows a certificate would change its thumbprint.
fn is_one_der_sequence(der: &[u8]) -> bool {
    let (length, rest) = match der {
        [0x30, short @ 0..=0x7f, rest @ ..] => (usize::from(*short), rest),
        [0x30, 0x81, a, rest @ ..] => (usize::from(*a), rest),
        [0x30, 0x82, a, b, rest @ ..] => (usize::from(u16::from_be_bytes([*a, *b])), rest),
        _ => return false,
    };
    rest.len() == length
}
