//! The application's end of a back-channel logout.

use std::time::Duration;

use rbac_tests::live::issuer::Issuer;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::timeout;

/// How long the issuer may take to call.
const PATIENCE: Duration = Duration::from_secs(10);

/// Listens for logout tokens.
pub(crate) struct LogoutReceiver {
    listener: TcpListener,
}

impl LogoutReceiver {
    pub(crate) async fn new() -> Self {
        Self {
            listener: TcpListener::bind("127.0.0.1:0").await.expect("a free port"),
        }
    }

    /// The address to configure as the client's back-channel logout address.
    pub(crate) fn url(&self) -> String {
        format!(
            "http://{}/backchannel-logout",
            self.listener.local_addr().expect("an address")
        )
    }

    /// Waits for one logout token; before the issuer gets its answer, asks it whether `access` is still active.
    pub(crate) async fn receive(&self, issuer: &Issuer, access: &str) -> (String, Value) {
        let (mut stream, _) = timeout(PATIENCE, self.listener.accept())
            .await
            .expect("a call")
            .expect("a connection");
        let mut request = Vec::new();
        while !is_complete(&request) {
            let mut part = [0; 4_096];
            let length = timeout(PATIENCE, stream.read(&mut part))
                .await
                .expect("more")
                .expect("bytes");
            assert_ne!(length, 0, "the request ends early");
            request.extend_from_slice(&part[..length]);
        }
        let meanwhile = issuer.introspect(access).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            .await
            .expect("an answer");
        (
            logout_token(&String::from_utf8(request).expect("text")),
            meanwhile,
        )
    }
}

fn is_complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    length
        .and_then(|length| length.trim().parse().ok())
        .is_some_and(|length: usize| body.len() >= length)
}

fn logout_token(request: &str) -> String {
    assert!(request.starts_with("POST /backchannel-logout "), "{request}");
    request
        .rsplit_once("logout_token=")
        .expect("a logout token")
        .1
        .trim()
        .to_owned()
}
