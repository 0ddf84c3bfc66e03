//! The little of Keycloak's Admin REST API that the tests need to set a scene.

use rbac_tests::live::issuer::{Answer, BACKEND, Issuer, client, read};
use reqwest::Method;
use serde_json::{Value, json};

/// The administrator of the server.
pub(crate) struct Admin {
    url: String,
    token: String,
    http: reqwest::Client,
}

impl Admin {
    /// Logs in at the master realm, as `admin` with the password `admin` unless `RBAC_KEYCLOAK_ADMIN_USERNAME` and
    /// `RBAC_KEYCLOAK_ADMIN_PASSWORD` say otherwise.
    pub(crate) async fn login(url: &str) -> Self {
        let setting = |name: &str| std::env::var(name).unwrap_or_else(|_| "admin".to_owned());
        let (username, password) = (
            setting("RBAC_KEYCLOAK_ADMIN_USERNAME"),
            setting("RBAC_KEYCLOAK_ADMIN_PASSWORD"),
        );
        let form = [
            ("grant_type", "password"),
            ("client_id", "admin-cli"),
            ("username", username.as_str()),
            ("password", password.as_str()),
        ];
        let token = Issuer::at(format!("{url}/realms/master"))
            .tokens(&form)
            .await
            .access;
        Self {
            url: format!("{url}/admin/realms"),
            token,
            http: client(),
        }
    }

    /// Makes a realm anew from its representation.
    pub(crate) async fn put_realm(&self, realm: Value) {
        let name = realm["realm"].as_str().expect("a name");
        self.call(Method::DELETE, &format!("/{name}"), None).await;
        self.ok(Method::POST, "", Some(realm)).await;
    }

    /// Makes a public client of `myapp` anew that can log users in by password, with these members beside.
    pub(crate) async fn put_client(&self, name: &str, more: Value) {
        if let Some(id) = self.client(name).await {
            self.ok(Method::DELETE, &format!("/myapp/clients/{id}"), None)
                .await;
        }
        let mut client = json!({"clientId": name, "publicClient": true, "directAccessGrantsEnabled": true});
        let (Value::Object(members), Value::Object(more)) = (&mut client, more) else {
            unreachable!("both are objects")
        };
        members.extend(more);
        self.ok(Method::POST, "/myapp/clients", Some(client)).await;
    }

    /// Sets an attribute of a client of `myapp`.
    pub(crate) async fn set_client_attribute(&self, name: &str, attribute: &str, value: &str) {
        let path = format!("/myapp/clients/{}", self.client(name).await.expect("the client"));
        let mut client = self.ok(Method::GET, &path, None).await;
        client["attributes"][attribute] = json!(value);
        self.ok(Method::PUT, &path, Some(client)).await;
    }

    /// Gives a user of `myapp` a role of the API's client, or takes it away.
    pub(crate) async fn set_role(&self, user: &str, role: &str, given: bool) {
        let backend = self.client(BACKEND).await.expect("the API's client");
        let role = role.replace(':', "%3A");
        let role = self
            .ok(
                Method::GET,
                &format!("/myapp/clients/{backend}/roles/{role}"),
                None,
            )
            .await;
        let path = format!(
            "/myapp/users/{}/role-mappings/clients/{backend}",
            self.user(user).await
        );
        let method = if given { Method::POST } else { Method::DELETE };
        self.ok(method, &path, Some(json!([role]))).await;
    }

    /// Makes a user of `myapp` anew, without roles and attributes, whose password is `<name>-pw`.
    pub(crate) async fn put_user(&self, name: &str) {
        let user = json!({
            "username": name, "enabled": true, "emailVerified": true, "email": format!("{name}@example.com"),
            "firstName": name, "lastName": name, "credentials": [{"type": "password", "value": format!("{name}-pw")}],
        });
        if let Some(id) = self.find("users?exact=true&username=", name).await {
            self.ok(Method::DELETE, &format!("/myapp/users/{id}"), None).await;
        }
        self.ok(Method::POST, "/myapp/users", Some(user)).await;
        let path = format!("/myapp/users/{}/role-mappings/realm", self.user(name).await);
        let roles = self.ok(Method::GET, &path, None).await;
        self.ok(Method::DELETE, &path, Some(roles)).await;
    }

    /// Lets a user of `myapp` log in or not.
    pub(crate) async fn set_enabled(&self, user: &str, enabled: bool) {
        let path = format!("/myapp/users/{}", self.user(user).await);
        let mut entry = self.ok(Method::GET, &path, None).await;
        entry["enabled"] = json!(enabled);
        self.ok(Method::PUT, &path, Some(entry)).await;
    }

    /// Ends all sessions of a user of `myapp`.
    pub(crate) async fn log_out(&self, user: &str) {
        let path = format!("/myapp/users/{}/logout", self.user(user).await);
        self.ok(Method::POST, &path, None).await;
    }

    /// Adds a key to `myapp` and gives the address to delete it by.
    pub(crate) async fn add_key(&self, provider: &str, config: Value) -> String {
        let realm = self.ok(Method::GET, "/myapp", None).await;
        let key = json!({
            "name": provider, "providerId": provider, "providerType": "org.keycloak.keys.KeyProvider",
            "parentId": realm["id"], "config": config,
        });
        let answer = self.call(Method::POST, "/myapp/components", Some(key)).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let location = answer.headers["location"].to_str().expect("an address");
        format!(
            "/myapp/components/{}",
            location.rsplit('/').next().expect("an id")
        )
    }

    /// Calls the API and fails the test where it refuses.
    pub(crate) async fn ok(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let answer = self.call(method.clone(), path, body).await;
        assert!(
            matches!(answer.status, 200..=204),
            "{method} {path}: {} {}",
            answer.status,
            answer.body
        );
        answer.body
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        read(request).await
    }

    async fn client(&self, name: &str) -> Option<String> {
        self.find("clients?clientId=", name).await
    }

    async fn user(&self, name: &str) -> String {
        self.find("users?exact=true&username=", name)
            .await
            .expect("the user")
    }

    async fn find(&self, query: &str, name: &str) -> Option<String> {
        let list = self.ok(Method::GET, &format!("/myapp/{query}{name}"), None).await;
        Some(list[0]["id"].as_str()?.to_owned())
    }
}
