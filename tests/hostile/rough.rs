//! An issuer on loopback whose key endpoint misbehaves below HTTP.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::time::Duration;

use rbac_core::Algorithm;
use rbac_core::testing::signing::{SigningKey, jwk_set};
use rbac_tests::{Claims, claims};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What happens to whoever asks for the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Manner {
    Good,
    /// One byte at a time, without an end.
    Drip,
    /// The connection ends at once.
    Reset,
    /// Nothing comes.
    Silent,
    /// Less than was announced.
    Short,
    /// Something compressed that grows to 64 MiB, were it inflated.
    Bomb,
    /// More than anybody should read.
    Endless,
}

const MANNERS: [Manner; 7] = [
    Manner::Good,
    Manner::Drip,
    Manner::Reset,
    Manner::Silent,
    Manner::Short,
    Manner::Bomb,
    Manner::Endless,
];

#[derive(Clone)]
pub(crate) struct RoughIssuer {
    pub(crate) url: String,
    key: Arc<SigningKey>,
    manner: Arc<AtomicU8>,
    poured: Arc<AtomicUsize>,
}

impl RoughIssuer {
    pub(crate) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let issuer = Self {
            url: format!(
                "http://{}/realms/myapp",
                listener.local_addr().expect("an address")
            ),
            key: Arc::new(SigningKey::generate(Algorithm::Es256).key_id("k1")),
            manner: Arc::new(AtomicU8::new(manner as u8)),
            poured: Arc::default(),
        };
        let served = issuer.clone();
        actix_web::rt::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                actix_web::rt::spawn(served.clone().serve(stream));
            }
        });
        issuer
    }

    pub(crate) fn set(&self, manner: Manner) {
        self.manner.store(manner as u8, Ordering::SeqCst);
    }

    /// How many bytes of something without an end anybody took.
    pub(crate) fn poured(&self) -> usize {
        self.poured.load(Ordering::SeqCst)
    }

    pub(crate) fn claims(&self) -> Claims {
        claims(&self.url, "bob")
    }

    /// A token under that key id; only `k1` is known.
    pub(crate) fn sign(&self, key_id: &str) -> String {
        let header = json!({"alg": "ES256", "typ": "JWT", "kid": key_id});
        self.key
            .sign(&header, self.claims().json().to_string().as_bytes())
    }

    async fn serve(self, mut stream: TcpStream) {
        let mut request = [0; 4096];
        let count = stream.read(&mut request).await.unwrap_or_default();
        if String::from_utf8_lossy(&request[..count]).contains("/.well-known/") {
            let document = json!({"issuer": self.url, "jwks_uri": format!("{}/certs", self.url)});
            return send(&mut stream, &document).await;
        }
        let manner = MANNERS[usize::from(self.manner.load(Ordering::SeqCst))];
        if manner == Manner::Endless {
            return self.pour(&mut stream).await;
        }
        misbehave(manner, &mut stream, &jwk_set([&*self.key])).await;
    }

    async fn pour(&self, stream: &mut TcpStream) {
        static BLANKS: [u8; 65_536] = [b' '; 65_536];
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
        let _ = stream.write_all(head.as_bytes()).await;
        while stream.write_all(&BLANKS).await.is_ok() {
            self.poured.fetch_add(BLANKS.len(), Ordering::SeqCst);
        }
    }
}

async fn misbehave(manner: Manner, stream: &mut TcpStream, keys: &Value) {
    const HEAD: &[u8] =
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n";
    match manner {
        Manner::Good => send(stream, keys).await,
        Manner::Drip => {
            let _ = stream.write_all(HEAD).await;
            while stream.write_all(b" ").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        Manner::Reset | Manner::Endless => {}
        Manner::Silent => {
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
        Manner::Short => {
            let _ = stream.write_all(HEAD).await;
            let _ = stream.write_all(keys.to_string().as_bytes()).await;
        }
        Manner::Bomb => {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 28\r\n\r\n";
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream
                .write_all(b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xed\xc1\x01\r\0\0\0\xc2\xa0\xf7\x4fm\x0e7\xa0")
                .await;
        }
    }
}

async fn send(stream: &mut TcpStream, document: &Value) {
    let body = document.to_string();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
}
