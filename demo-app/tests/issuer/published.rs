//! Discovery, keys, the realm's page, and addresses that are not there.

use actix_web::http::Method;
use actix_web::test::TestRequest;

use crate::harness::{ISSUER, Server};

#[actix_web::test]
async fn discovery_names_the_issuer_and_endpoints_below_it() {
    let document = Server::new()
        .get("/realms/myapp/.well-known/openid-configuration")
        .await
        .json();
    assert_eq!(document["issuer"], ISSUER);
    for (name, path) in [
        ("authorization_endpoint", "auth"),
        ("token_endpoint", "token"),
        ("introspection_endpoint", "token/introspect"),
        ("userinfo_endpoint", "userinfo"),
        ("end_session_endpoint", "logout"),
        ("revocation_endpoint", "revoke"),
        ("jwks_uri", "certs"),
    ] {
        assert_eq!(
            document[name],
            format!("{ISSUER}/protocol/openid-connect/{path}"),
            "{name}"
        );
    }
}

#[actix_web::test]
async fn an_encryption_key_stands_beside_the_signing_key_and_neither_has_a_private_part() {
    let answer = Server::new()
        .get("/realms/myapp/protocol/openid-connect/certs")
        .await;
    assert_eq!(answer.header("cache-control"), "no-cache");
    let set = answer.json();
    let keys = set["keys"].as_array().unwrap();
    let kinds: Vec<_> = keys
        .iter()
        .map(|key| (key["use"].as_str().unwrap(), key["alg"].as_str().unwrap()))
        .collect();
    assert_eq!(kinds, [("enc", "RSA-OAEP"), ("sig", "RS256")]);
    for key in keys {
        let mut members: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!(members, ["alg", "e", "kid", "kty", "n", "use"]);
    }
}

#[actix_web::test]
async fn the_realms_page_shows_its_public_key_and_since_when_tokens_count() {
    let page = Server::new().get("/realms/myapp").await.json();
    assert_eq!(page["realm"], "myapp");
    assert_eq!(page["tokens-not-before"], 0);
    assert!(
        page["public_key"]
            .as_str()
            .unwrap()
            .starts_with("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A")
    );
    assert_eq!(page["token-service"], format!("{ISSUER}/protocol/openid-connect"));
}

#[actix_web::test]
async fn what_is_not_there_is_404_and_another_method_405() {
    let server = Server::new();
    assert_eq!(server.get("/realms/myapp/nothing").await.status, 404);
    assert_eq!(
        server.get("/realms/other").await.json()["error"],
        "Realm does not exist"
    );
    let answer = server.get("/realms/myapp/protocol/openid-connect/token").await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "POST"));
    let certs = "/realms/myapp/protocol/openid-connect/certs";
    let answer = server.send(TestRequest::delete().uri(certs)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("allow")),
        (405, "GET, HEAD")
    );
    assert_eq!(
        server
            .send(TestRequest::default().method(Method::HEAD).uri(certs))
            .await
            .status,
        200
    );
}
