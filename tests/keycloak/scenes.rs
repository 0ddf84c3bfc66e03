//! What the tests set up at the server, in its own representations.

use serde_json::{Value, json};

/// A client whose access tokens are lightweight.
pub(crate) fn lightweight(mappers: Value) -> Value {
    let attributes = json!({"client.use.lightweight.access.token.enabled": "true"});
    json!({ "attributes": attributes, "protocolMappers": mappers })
}

/// The mapper that names this API as audience; in lightweight tokens too, or not.
pub(crate) fn audience_mapper(in_lightweight: &str) -> Value {
    let config = json!({
        "included.client.audience": "myapp-backend", "access.token.claim": "true",
        "introspection.token.claim": "true", "lightweight.claim": in_lightweight,
    });
    mapper("oidc-audience-mapper", config)
}

/// The mapper of the user attribute `department`.
pub(crate) fn department_mapper() -> Value {
    let config = json!({
        "user.attribute": "department", "claim.name": "department", "jsonType.label": "String", "multivalued": "true",
        "access.token.claim": "true", "introspection.token.claim": "true",
    });
    mapper("oidc-usermodel-attribute-mapper", config)
}

fn mapper(kind: &str, config: Value) -> Value {
    json!({"name": kind, "protocol": "openid-connect", "protocolMapper": kind, "config": config})
}

/// A client whose access tokens are signed by this algorithm.
pub(crate) fn signed_by(algorithm: &str) -> Value {
    let attributes = json!({ "access.token.signed.response.alg": algorithm });
    json!({ "attributes": attributes, "protocolMappers": [audience_mapper("true")] })
}

/// Another realm with the same names: an admin called alice, and tokens for this API.
pub(crate) fn other_realm() -> Value {
    json!({
        "realm": "other", "enabled": true, "roles": {"realm": [{"name": "admin"}]},
        "clients": [{
            "clientId": "myapp-frontend", "publicClient": true, "directAccessGrantsEnabled": true,
            "protocolMappers": [{
                "name": "audience", "protocol": "openid-connect", "protocolMapper": "oidc-audience-mapper",
                "config": {"included.custom.audience": "myapp-backend", "access.token.claim": "true"},
            }],
        }],
        "users": [{
            "username": "alice", "enabled": true, "emailVerified": true, "email": "alice@example.com",
            "firstName": "Alice", "lastName": "Elsewhere", "realmRoles": ["default-roles-other", "admin"],
            "credentials": [{"type": "password", "value": "alice-pw"}],
        }],
    })
}
