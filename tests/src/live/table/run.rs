//! Making the calls.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Caller, Outcome, Report, Row, Table};
use crate::live::demo::Demo;
use crate::live::issuer::{Answer, Issuer, client, read};

/// Departments of which alice makes a report before the table is run, so that there is one to load.
const REPORTED: [&str; 3] = ["finance", "sales", "it"];

impl Table {
    /// Makes every call by every caller.
    pub async fn run(&self, title: &str, demo: &Demo, issuer: &Issuer) -> Report {
        let bench = Bench {
            demo,
            http: client(),
            reports: Vec::new(),
        };
        let bench = bench.with_reports(issuer).await;
        let realm = issuer.url().rsplit('/').next().unwrap_or_default();
        let mut report = Report {
            title: title.to_owned(),
            outcomes: Vec::new(),
        };
        for (column, caller) in self.callers.iter().enumerate() {
            let token = caller.token(issuer).await;
            for row in self.rows {
                let answer = bench.call(row, *caller, token.as_deref()).await;
                report
                    .outcomes
                    .push(judge(realm, row, *caller, row.expected[column], &answer));
            }
        }
        report
    }
}

struct Bench<'a> {
    demo: &'a Demo,
    http: reqwest::Client,
    /// Department and id.
    reports: Vec<(&'static str, String)>,
}

impl Bench<'_> {
    async fn with_reports(mut self, issuer: &Issuer) -> Self {
        let admin = issuer.login("alice").await.access;
        for department in REPORTED {
            let request = self.http.post(self.demo.url("/api/reports")).bearer_auth(&admin);
            let answer = read(request.json(&json!({"department": department, "title": "Spring"}))).await;
            assert_eq!(
                answer.status,
                201,
                "a report to load: {}\n{}",
                answer.body,
                self.demo.log()
            );
            self.reports.push((department, in_a_path(&answer.body["id"])));
        }
        self
    }

    async fn call(&self, row: &Row, caller: Caller, token: Option<&str>) -> Answer {
        let method = Method::from_bytes(row.method.as_bytes()).expect("a method");
        let mut request = self.http.request(method, self.demo.url(&self.path(row, caller)));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = row.body {
            request = request.header("content-type", "application/json").body(body);
        }
        read(request).await
    }

    fn path(&self, row: &Row, caller: Caller) -> String {
        let mut path = row.path.replace("{someone}", someone(caller));
        for (department, id) in &self.reports {
            path = path.replace(&format!("{{report of {department}}}"), id);
        }
        path.replace("{no report}", &self.unknown_report())
    }

    /// An id of the same kind as the demo's that no report has.
    fn unknown_report(&self) -> String {
        let known = self.reports.first().map_or("", |(_, id)| id.as_str());
        match known.parse::<u64>() {
            Ok(_) => "999999999".to_owned(),
            Err(_) => known
                .chars()
                .map(|c| if c.is_ascii_hexdigit() { '0' } else { c })
                .collect(),
        }
    }
}

impl Caller {
    async fn token(self, issuer: &Issuer) -> Option<String> {
        match self {
            Self::Anonymous => None,
            Self::User(name) => Some(issuer.login(name).await.access),
            Self::ServiceAccount => Some(issuer.service_account().await.access),
            Self::IdToken(name) => issuer.login(name).await.id,
            Self::RefreshToken(name) => issuer.login(name).await.refresh,
            Self::Forged(name) => Some(with_another_signature(&issuer.login(name).await.access)),
            Self::Garbage => Some("abc".to_owned()),
        }
    }
}

fn with_another_signature(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').expect("a signature");
    // Every character but the last, whose low bits are padding, changes the signature.
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    format!("{signed}.{first}{}", &signature[1..])
}

/// Callers that may delete each get a user of their own, so that the order of the calls does not matter.
fn someone(caller: Caller) -> &'static str {
    if caller == Caller::User("alice") {
        "carol"
    } else {
        "dave"
    }
}

fn in_a_path(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

fn judge(realm: &str, row: &Row, caller: Caller, expected: u16, answer: &Answer) -> Outcome {
    let body = row.body.map(|body| format!(" {body}")).unwrap_or_default();
    Outcome {
        caller: format!("{caller:?}").replace('"', ""),
        call: format!("{} {}{body}", row.method, row.path),
        expected,
        got: answer.status,
        fault: fault(realm, caller, answer),
    }
}

/// What is wrong with the answer, whatever its status should have been.
fn fault(realm: &str, caller: Caller, answer: &Answer) -> Option<String> {
    let bare = format!(r#"Bearer realm="{realm}""#);
    let header = |name: &str| {
        answer
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let challenge = header("www-authenticate");
    let wanted = match (answer.status, caller) {
        (201, _) if answer.body["id"].is_null() => return Some("no id in the body".to_owned()),
        (401, Caller::Anonymous) if challenge.contains("error") => {
            return Some(format!("challenge {challenge}"));
        }
        (401, Caller::Anonymous) => bare.as_str(),
        (401, _) => r#"error="invalid_token""#,
        (403, _) => r#"error="insufficient_scope""#,
        _ if challenge.is_empty() => return None,
        _ => return Some(format!("challenge {challenge}")),
    };
    if !challenge.starts_with(&bare) || !challenge.contains(wanted) {
        return Some(format!("challenge {challenge}"));
    }
    let media = header("content-type");
    (media != "application/problem+json" || answer.body["status"] != answer.status)
        .then(|| format!("{media} {}", answer.body))
}
