//! The permission matrix, as data and as a page.

use serde_json::{Value, json};

use crate::harness::Server;

fn handler<'m>(matrix: &'m Value, module: &str, name: &str) -> &'m Value {
    let handlers = matrix["handlers"].as_array().unwrap();
    let module = format!("demo_app::api::{module}");
    handlers
        .iter()
        .find(|handler| handler["module"] == module && handler["name"] == name)
        .unwrap_or_else(|| panic!("no {module}::{name}"))
}

#[actix_web::test]
async fn the_matrix_has_every_handler_and_the_catalogue() {
    let server = Server::start().await;
    let answer = server.call(None, "GET", "/rbac.json", None).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "application/json")
    );
    let matrix = answer.json();
    let add = handler(&matrix, "records", "add");
    assert_eq!(
        (&add["access"], &add["rule"], &add["permissions"]),
        (
            &json!("protected"),
            &json!(r#""data:write""#),
            &json!(["data:write"])
        )
    );
    assert_eq!(
        add["routes"],
        json!([{"method": "POST", "path": "/api/departments/{department}/data"}])
    );
    assert_eq!(
        add["boundaries"],
        json!([{"attribute": "department", "source": "path", "name": "department"}])
    );
    assert!(add["file"].as_str().unwrap().ends_with("records.rs") && add["line"].is_u64());
    assert_eq!(handler(&matrix, "reports", "show")["checks"], json!(["may_see"]));
    assert_eq!(handler(&matrix, "users", "remove")["fresh"], true);
    assert_eq!(
        handler(&matrix, "admin", "audit")["roles"],
        json!([{"name": "admin"}])
    );
    let live = handler(&matrix, "health", "live");
    assert_eq!(
        (&live["access"], live["reason"].is_string()),
        (&json!("public"), true)
    );
    assert_eq!(
        matrix["catalogue"]["permissions"]["users:manage"],
        "List and remove users"
    );
    assert_eq!(matrix["catalogue"]["roles"]["user"]["grants"], json!([]));
    server.demo.stop().await;
}
