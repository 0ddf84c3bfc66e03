//! The demo's contract: who may do what, and what everybody else is told.

use super::{Caller, Row, Table};

/// Every call of the contract by every user of the realm.
///
/// `alice` (it) is realm admin; `bob` (finance) has `data:read` and `reports:generate`; `carol` (sales) has nothing;
/// `dave` (finance, sales) has `data:read` and `data:write`; `erin` (hr) has `users:manage`.
#[rustfmt::skip]
pub const USERS: Table = Table {
    callers: &[
        Caller::Anonymous, Caller::User("alice"), Caller::User("bob"), Caller::User("carol"), Caller::User("dave"), Caller::User("erin"),
    ],
    rows: &[
        //                                                   anon alice  bob carol dave erin
        get("/health/live",                                &[200, 200, 200, 200, 200, 200]),
        get("/health/ready",                               &[200, 200, 200, 200, 200, 200]),
        get("/api/me",                                     &[401, 200, 200, 200, 200, 200]),

        get("/api/departments/finance/data",               &[401, 200, 200, 403, 200, 403]),
        get("/api/departments/sales/data",                 &[401, 200, 403, 403, 200, 403]),
        get("/api/departments/hr/data",                    &[401, 200, 403, 403, 403, 403]),
        get("/api/departments/Finance/data",               &[401, 200, 403, 403, 403, 403]),

        post("/api/departments/finance/data", RECORD,      &[401, 201, 403, 403, 201, 403]),
        post("/api/departments/sales/data", RECORD,        &[401, 201, 403, 403, 201, 403]),
        post("/api/departments/it/data", RECORD,           &[401, 201, 403, 403, 403, 403]),
        post("/api/departments/finance/data", BROKEN,      &[401, 400, 403, 403, 400, 403]),
        post("/api/departments/sales/data", BROKEN,        &[401, 400, 403, 403, 400, 403]),
        post("/api/departments/it/data", BROKEN,           &[401, 400, 403, 403, 403, 403]),
        post("/api/departments/finance/data", MISTYPED,    &[401, 400, 403, 403, 400, 403]),

        post("/api/reports", FINANCE_REPORT,               &[401, 201, 201, 403, 403, 403]),
        post("/api/reports", SALES_REPORT,                 &[401, 201, 403, 403, 403, 403]),
        // The boundary stands in the body: whoever has the permission learns that the body is broken, nobody else.
        post("/api/reports", BROKEN,                       &[401, 400, 400, 403, 403, 403]),
        post("/api/reports", r#"{"title":"Spring"}"#,      &[401, 400, 400, 403, 403, 403]),

        get("/api/reports/{report of finance}",            &[401, 200, 200, 403, 200, 403]),
        get("/api/reports/{report of sales}",              &[401, 200, 404, 403, 200, 403]),
        get("/api/reports/{report of it}",                 &[401, 200, 404, 403, 404, 403]),
        get("/api/reports/{no report}",                    &[401, 404, 404, 403, 404, 403]),

        get("/api/users",                                  &[401, 200, 403, 403, 403, 200]),
        delete("/api/users/nobody",                        &[401, 404, 403, 403, 403, 404]),
        get("/api/admin/audit",                            &[401, 200, 403, 403, 403, 403]),
        get("/api/nothing-here",                           &[404, 404, 404, 404, 404, 404]),
        delete("/api/users/{someone}",                     &[401, 204, 403, 403, 403, 204]),
    ],
};

/// Tokens of other kinds: a machine's, and what is no access token of this realm.
#[rustfmt::skip]
pub const TOKENS: Table = Table {
    callers: &[
        Caller::ServiceAccount, Caller::IdToken("alice"), Caller::RefreshToken("alice"), Caller::Forged("alice"), Caller::Garbage,
    ],
    rows: &[
        //                                                  service ID refresh forged garbage
        get("/health/live",                                &[200, 200, 200, 200, 200]),
        get("/api/me",                                     &[200, 401, 401, 401, 401]),
        get("/api/departments/finance/data",               &[403, 401, 401, 401, 401]),
        post("/api/departments/finance/data", BROKEN,      &[403, 401, 401, 401, 401]),
        post("/api/reports", BROKEN,                       &[403, 401, 401, 401, 401]),
        get("/api/users",                                  &[403, 401, 401, 401, 401]),
        get("/api/admin/audit",                            &[403, 401, 401, 401, 401]),
    ],
};

const RECORD: &str = r#"{"title":"Quarter","value":12.5}"#;
const BROKEN: &str = r#"{"title": "Quar"#;
const MISTYPED: &str = r#"{"title":"Quarter","value":"many"}"#;
const FINANCE_REPORT: &str = r#"{"department":"finance","title":"Quarter"}"#;
const SALES_REPORT: &str = r#"{"department":"sales","title":"Quarter"}"#;

const fn get(path: &'static str, expected: &'static [u16]) -> Row {
    Row {
        method: "GET",
        path,
        body: None,
        expected,
    }
}

const fn post(path: &'static str, body: &'static str, expected: &'static [u16]) -> Row {
    Row {
        method: "POST",
        path,
        body: Some(body),
        expected,
    }
}

const fn delete(path: &'static str, expected: &'static [u16]) -> Row {
    Row {
        method: "DELETE",
        path,
        body: None,
        expected,
    }
}
