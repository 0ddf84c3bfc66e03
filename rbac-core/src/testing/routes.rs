//! Finds the routes of an application that no rule guards.

use std::fmt;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use actix_web::introspection::{IntrospectionNode, IntrospectionTree, ResourceType};
use actix_web::test::TestRequest;
use actix_web::{Error, HttpMessage, web};

use crate::rule::Rule;

/// What a guarded handler leaves behind in a request, so that the audit sees its rule.
pub(crate) struct Seen(pub(crate) &'static Rule);

/// What the audit found.
#[derive(Debug, Default)]
pub struct RouteAudit {
    guarded: Vec<(String, &'static Rule)>,
    open: Vec<String>,
    unreached: Vec<String>,
}

/// Values that are tried in the place of a path parameter, until the route takes one.
const SAMPLES: [&str; 4] = ["1", "a", "00000000-0000-0000-0000-000000000000", "2000-01-01"];

/// Sends an anonymous request to every route of a real application, and notes which of them no rule guards.
///
/// ```
/// # actix_web::rt::System::new().block_on(async {
/// use actix_web::{App, Responder, get, test, web};
/// use rbac_core::{require_permission, testing::audit_routes};
///
/// #[require_permission("data:read")]
/// #[get("/data")]
/// async fn data() -> impl Responder {
///     "data"
/// }
///
/// let app = test::init_service(App::new().service(data)).await;
/// audit_routes(&app).await.assert_guarded();
///
/// let forgetful = test::init_service(App::new().service(data).route("/open", web::get().to(async || "open"))).await;
/// assert_eq!(audit_routes(&forgetful).await.open(), ["GET /open"]);
/// # });
/// ```
pub async fn audit_routes<S, B>(app: &S) -> RouteAudit
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    let mut audit = RouteAudit::default();
    let Some(tree) = tree(app).await else {
        audit
            .unreached
            .push("the application does not list its routes".to_owned());
        return audit;
    };
    let mut resources = Vec::new();
    collect(&tree.root, &mut resources);
    for resource in resources {
        for method in methods(resource) {
            audit.visit(app, &resource.full_path, &method).await;
        }
    }
    audit
}

impl RouteAudit {
    /// The routes that answered without a rule, as `GET /path`.
    #[must_use]
    pub fn open(&self) -> &[String] {
        &self.open
    }

    /// The routes that no request of the audit could reach, such as those with a pattern that none of its samples fits.
    #[must_use]
    pub fn unreached(&self) -> &[String] {
        &self.unreached
    }

    /// The routes with their rules.
    pub fn guarded(&self) -> impl Iterator<Item = (&str, &'static Rule)> {
        self.guarded.iter().map(|(route, rule)| (route.as_str(), *rule))
    }

    /// Fails the test unless every route is guarded.
    ///
    /// # Panics
    /// A route is open or could not be reached; the message lists each.
    pub fn assert_guarded(&self) {
        assert!(self.open.is_empty() && self.unreached.is_empty(), "{self}");
    }

    async fn visit<S, B>(&mut self, app: &S, pattern: &str, method: &Method)
    where
        S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody,
    {
        let route = format!("{method} {pattern}");
        for sample in SAMPLES {
            let request = TestRequest::with_uri(&filled(pattern, sample))
                .method(method.clone())
                .to_request();
            // A service that fails outright has no rule that could have answered.
            let Ok(response) = app.call(request).await else {
                return self.open.push(route);
            };
            let rule = response.request().extensions().get::<Seen>().map(|seen| seen.0);
            if let Some(rule) = rule {
                return self.guarded.push((route, rule));
            }
            if response.request().match_pattern().as_deref() == Some(pattern) {
                // No handler ran: the resource has none for this method.
                if response.status() != 405 {
                    self.open.push(route);
                }
                return;
            }
        }
        self.unreached.push(route);
    }
}

impl fmt::Display for RouteAudit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for route in &self.open {
            writeln!(f, "no rule guards {route}: annotate its handler")?;
        }
        for route in &self.unreached {
            writeln!(f, "not reached: {route}; test it by hand")?;
        }
        Ok(())
    }
}

/// The application's own list of its routes.
async fn tree<S, B>(app: &S) -> Option<IntrospectionTree>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    let response = app
        .call(TestRequest::with_uri("/__rbac_audit_of_routes").to_request())
        .await
        .ok()?;
    response
        .request()
        .app_data::<web::Data<IntrospectionTree>>()
        .map(|tree| tree.get_ref().clone())
}

fn collect<'t>(node: &'t IntrospectionNode, resources: &mut Vec<&'t IntrospectionNode>) {
    if matches!(node.kind, ResourceType::Resource) {
        resources.push(node);
    }
    for child in &node.children {
        collect(child, resources);
    }
}

/// The methods of the guards that were seen; without any, those that a handler may answer.
fn methods(node: &IntrospectionNode) -> Vec<Method> {
    if node.methods.is_empty() {
        vec![
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ]
    } else {
        node.methods.clone()
    }
}

/// The path with `sample` in the place of each `{parameter}`, `{parameter:pattern}` and `{tail}*`.
fn filled(pattern: &str, sample: &str) -> String {
    let (mut path, mut depth) = (String::new(), 0_u32);
    for c in pattern.chars() {
        match c {
            '{' => {
                if depth == 0 {
                    path.push_str(sample);
                }
                depth = depth.saturating_add(1);
            }
            '}' => depth = depth.saturating_sub(1),
            '*' if depth == 0 => {}
            c if depth == 0 => path.push(c),
            _ => {}
        }
    }
    path
}
