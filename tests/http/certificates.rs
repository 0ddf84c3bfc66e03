//! Tokens bound to a certificate (RFC 8705): from the connection, or from a proxy that is trusted.

use std::any::Any;
use std::net::SocketAddr;
use std::sync::Arc;

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use actix_web::{App, HttpServer};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rbac_core::{ClientCertificate, Rbac};
use rbac_tests::{Claims, FakeIssuer, Holder, TestApp};
use rcgen::{CertificateParams, CertifiedIssuer, IsCa, Issuer, KeyPair};
use rustls::RootCertStore;
use rustls::server::WebPkiClientVerifier;
use serde_json::json;

use crate::handlers::all;

const HEADER: (&str, &str) = ("RBAC_CLIENT_CERT_HEADER", "X-Client-Cert");

/// Who holds a certificate and its key.
struct Owner {
    der: Vec<u8>,
    pem: String,
    key_pem: String,
}

/// Whoever both sides of a connection believe.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    fn certify(&self, name: &str) -> Owner {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        let issuer: &Issuer<'static, KeyPair> = &self.0;
        let certificate = params.signed_by(&key, issuer).expect("a certificate");
        Owner {
            der: certificate.der().to_vec(),
            pem: certificate.pem(),
            key_pem: key.serialize_pem(),
        }
    }
}

impl Owner {
    fn bind(&self, claims: Claims) -> Claims {
        let thumbprint = ClientCertificate::from_der(&self.der).thumbprint();
        claims.with("cnf", json!({"x5t#S256": thumbprint.to_string()}))
    }

    /// As RFC 9440 has it.
    fn as_bytes(&self) -> String {
        format!(":{}:", STANDARD.encode(&self.der))
    }

    /// As nginx has it.
    fn as_escaped_pem(&self) -> String {
        self.pem
            .replace(' ', "%20")
            .replace('\n', "%0A")
            .replace('+', "%2B")
            .replace('=', "%3D")
            .replace('/', "%2F")
    }
}

async fn status(app: &TestApp, token: &str, certificates: &[&str]) -> u16 {
    let bearer = format!("Bearer {token}");
    let mut headers: Vec<(&str, &[u8])> = vec![("Authorization", bearer.as_bytes())];
    headers.extend(
        certificates
            .iter()
            .map(|value| ("X-Client-Cert", value.as_bytes())),
    );
    app.call("GET", "/me", &headers, None).await.status
}

#[actix_web::test]
async fn a_trusted_proxy_names_the_certificate() {
    let (issuer, authority) = (FakeIssuer::start(), Authority::new());
    let (bob, thief) = (authority.certify("bob"), authority.certify("thief"));
    let token = issuer.sign(&bob.bind(issuer.claims("bob")));
    let proxies = [HEADER, ("RBAC_TRUSTED_PROXIES", "10.0.0.7, 127.0.0.0/8")];
    let app = TestApp::start_with(&issuer, &proxies, all).await;
    for mine in [bob.as_bytes(), bob.as_escaped_pem()] {
        assert_eq!(status(&app, &token, &[&mine]).await, 200);
    }
    for not_mine in [thief.as_bytes(), thief.as_escaped_pem()] {
        assert_eq!(status(&app, &token, &[&not_mine]).await, 401);
    }
    assert_eq!(status(&app, &token, &[]).await, 401, "no certificate");
    assert_eq!(status(&app, &token, &[""]).await, 401, "the proxy got none");
    let (mine, escaped) = (bob.as_bytes(), bob.as_escaped_pem());
    assert_eq!(
        status(&app, &token, &[&mine, &mine]).await,
        400,
        "two, even equal ones"
    );
    for malformed in ["x", ":AAAA:", &mine[1..], &escaped[..escaped.len() - 30], "%FF"] {
        assert_eq!(status(&app, &token, &[malformed]).await, 400, "{malformed}");
    }
    // A token that is bound to nothing needs no certificate.
    let free = issuer.sign(&issuer.claims("bob"));
    assert_eq!(status(&app, &free, &[]).await, 200);
    assert_eq!(status(&app, &free, &[&thief.as_bytes()]).await, 200);
}

#[actix_web::test]
async fn row_89_of_anybody_else_the_header_is_not_read() {
    let (issuer, authority) = (FakeIssuer::start(), Authority::new());
    let bob = authority.certify("bob");
    let (token, mine) = (issuer.sign(&bob.bind(issuer.claims("bob"))), bob.as_bytes());
    let free = issuer.sign(&issuer.claims("bob"));
    let elsewhere = [HEADER, ("RBAC_TRUSTED_PROXIES", "10.0.0.0/8,::1")];
    for vars in [&elsewhere[..], &[]] {
        let app = TestApp::start_with(&issuer, vars, all).await;
        assert_eq!(status(&app, &token, &[&mine]).await, 401);
        assert_eq!(
            status(&app, &free, &["garbage", "twice"]).await,
            200,
            "not even looked at"
        );
    }
}

#[actix_web::test]
async fn row_50_a_token_bound_to_both_needs_both() {
    let (issuer, authority, bob) = (FakeIssuer::start(), Authority::new(), Holder::default());
    let (certificate, other) = (authority.certify("bob"), authority.certify("other"));
    let proxies = [HEADER, ("RBAC_TRUSTED_PROXIES", "127.0.0.1")];
    let app = TestApp::start_with(&issuer, &proxies, all).await;
    let mut claims = bob.bind(issuer.claims("bob")).json();
    claims["cnf"]["x5t#S256"] = ClientCertificate::from_der(&certificate.der)
        .thumbprint()
        .to_string()
        .into();
    let token = issuer.sign_json(&claims);
    let call = async |proof: bool, certificate: Option<&Owner>| {
        let word = if proof { "DPoP" } else { "Bearer" };
        let authorization = format!("{word} {token}");
        let proof = proof.then(|| bob.proof(&app, "GET", "/me", &token).sign());
        let certificate = certificate.map(Owner::as_bytes);
        let mut headers: Vec<(&str, &[u8])> = vec![("Authorization", authorization.as_bytes())];
        headers.extend(proof.iter().map(|proof| ("DPoP", proof.as_bytes())));
        headers.extend(certificate.iter().map(|text| ("X-Client-Cert", text.as_bytes())));
        app.call("GET", "/me", &headers, None).await.status
    };
    assert_eq!(call(true, Some(&certificate)).await, 200);
    assert_eq!(call(true, None).await, 401);
    assert_eq!(call(true, Some(&other)).await, 401);
    assert_eq!(call(false, Some(&certificate)).await, 401);
    assert_eq!(call(false, None).await, 401);
}

/// What an application does with each connection, as `docs/sender-constrained.md` shows it.
fn remember_certificate(connection: &dyn Any, data: &mut Extensions) {
    let Some(stream) = connection.downcast_ref::<TlsStream<TcpStream>>() else {
        return;
    };
    if let Some([certificate, ..]) = stream.get_ref().1.peer_certificates() {
        data.insert(ClientCertificate::from_der(certificate.as_ref()));
    }
}

fn tls(authority: &Authority, server: &Owner) -> rustls::ServerConfig {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let mut roots = RootCertStore::empty();
    roots.add(authority.0.der().clone()).expect("a root");
    let verifier = WebPkiClientVerifier::builder(Arc::new(roots))
        .allow_unauthenticated()
        .build()
        .expect("a verifier");
    let key = KeyPair::from_pem(&server.key_pem).expect("a key").serialize_der();
    let key = rustls::pki_types::PrivateKeyDer::try_from(key).expect("a key");
    rustls::ServerConfig::builder()
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![server.der.clone().into()], key)
        .expect("a server")
}

fn serve(rbac: Rbac, tls: rustls::ServerConfig) -> SocketAddr {
    let server = HttpServer::new(move || App::new().app_data(rbac.clone()).configure(all));
    let server = server
        .workers(1)
        .disable_signals()
        .on_connect(remember_certificate)
        .bind_rustls_0_23(("127.0.0.1", 0), tls)
        .expect("a free port");
    let address = server.addrs()[0];
    actix_web::rt::spawn(server.run());
    address
}

fn client(authority: &Authority, owner: Option<&Owner>, address: SocketAddr) -> reqwest::Client {
    let root = reqwest::Certificate::from_der(authority.0.der()).expect("a root");
    let mut builder = reqwest::Client::builder()
        .tls_certs_only([root])
        .resolve("api.test", address);
    if let Some(owner) = owner {
        let pem = format!("{}{}", owner.pem, owner.key_pem);
        builder = builder.identity(reqwest::Identity::from_pem(pem.as_bytes()).expect("an identity"));
    }
    builder.build().expect("a client")
}

#[actix_web::test]
async fn the_certificate_of_a_tls_connection_counts() {
    let (issuer, authority) = (FakeIssuer::start(), Authority::new());
    let (server, bob, thief) = (
        authority.certify("api.test"),
        authority.certify("bob"),
        authority.certify("thief"),
    );
    let rbac = TestApp::start(&issuer, all).await.rbac;
    let address = serve(rbac, tls(&authority, &server));
    let bound = issuer.sign(&bob.bind(issuer.claims("bob")));
    let free = issuer.sign(&issuer.claims("bob"));
    for (owner, with_bound) in [(Some(&bob), 200), (Some(&thief), 401), (None, 401)] {
        let client = client(&authority, owner, address);
        let status = async |token: &str| {
            let url = format!("https://api.test:{}/me", address.port());
            let answer = client.get(url).bearer_auth(token).send().await;
            answer.expect("an answer").status().as_u16()
        };
        // Twice over one connection, whose certificate stays the same.
        assert_eq!(status(&bound).await, with_bound);
        assert_eq!(status(&bound).await, with_bound);
        assert_eq!(status(&free).await, 200);
    }
}

#[actix_web::test]
async fn over_tls_a_proof_is_for_https() {
    let (issuer, authority, bob) = (FakeIssuer::start(), Authority::new(), Holder::default());
    let server = authority.certify("api.test");
    let app = TestApp::start(&issuer, all).await;
    let address = serve(app.rbac.clone(), tls(&authority, &server));
    let token = issuer.sign(&bob.bind(issuer.claims("bob")));
    let client = client(&authority, None, address);
    for (scheme, status) in [("https", 200), ("http", 401)] {
        let htu = format!("{scheme}://api.test:{}/me", address.port());
        let proof = bob.proof(&app, "GET", "/me", &token).claim("htu", htu);
        let request = client
            .get(format!("https://api.test:{}/me", address.port()))
            .header("Authorization", format!("DPoP {token}"))
            .header("DPoP", proof.sign());
        assert_eq!(
            request.send().await.expect("an answer").status().as_u16(),
            status,
            "{scheme}"
        );
    }
}
