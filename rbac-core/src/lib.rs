//! Role-based access control for Actix Web and Keycloak.
