//! The attributes of `rbac-core`.
