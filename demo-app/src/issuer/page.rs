//! The few pages that a person sees. They work without a script, by keyboard, on a phone, in light and dark.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, X_FRAME_OPTIONS};
use url::Url;

use super::state::{LoginRequest, random_id};
use super::url::IssuerUrl;

const STYLE: &str = "
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText }
main { box-sizing: border-box; width: min(24rem, 100%); padding: 1.5rem }
h1 { font-size: 1.4rem; margin: 0 0 1rem }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600 }
input, button { box-sizing: border-box; width: 100%; font: inherit; padding: .6rem .7rem; border-radius: .4rem }
input { border: 1px solid GrayText; background: Field; color: FieldText }
button { margin-top: 1.5rem; border: 0; background: #0b57d0; color: #fff; font-weight: 600; cursor: pointer }
:focus-visible { outline: 3px solid #f59e0b; outline-offset: 2px }
[role=alert] { border-left: .3rem solid #d93025; padding: .3rem .8rem; margin: 0 }
";

/// The login page; with `refused`, the name that was just refused, it says so.
pub(super) fn login(
    url: &IssuerUrl,
    id: &str,
    request: &LoginRequest,
    refused: Option<&str>,
) -> HttpResponse {
    let alert = refused.map_or(
        "",
        |_| r#"<p role="alert" id="error">Invalid username or password.</p>"#,
    );
    let invalid = refused.map_or("", |_| r#" aria-invalid="true" aria-describedby="error""#);
    let body = format!(
        r#"<h1>Log in to {client}</h1>{alert}
<form method="post" action="{path}/login-actions/authenticate?session_code={id}">
<label for="username">Username</label>
<input id="username" name="username" value="{name}" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus{invalid}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required{invalid}>
<button type="submit">Log in</button>
</form>"#,
        client = escape(&request.client),
        path = escape(url.path()),
        id = escape(id),
        name = escape(refused.unwrap_or_default()),
    );
    // A browser applies `form-action` to the redirect that answers the form as well.
    let back = Url::parse(&request.redirect_uri)
        .map(|url| url.origin().ascii_serialization())
        .unwrap_or_default();
    render(StatusCode::OK, "Log in", &body, &format!("'self' {back}"))
}

/// A page that says what went wrong.
pub(super) fn error(status: StatusCode, message: &str) -> HttpResponse {
    let body = format!(
        r#"<h1>We are sorry...</h1><p role="alert">{}</p>"#,
        escape(message)
    );
    render(status, "Error", &body, "'none'")
}

/// A page with a message.
pub(super) fn message(message: &str) -> HttpResponse {
    render(
        StatusCode::OK,
        message,
        &format!("<h1>{}</h1>", escape(message)),
        "'none'",
    )
}

fn render(status: StatusCode, title: &str, body: &str, form_action: &str) -> HttpResponse {
    let nonce = random_id::<16>();
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; form-action {form_action}; frame-ancestors 'none'; base-uri 'none'"
    );
    let page = format!(
        r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style nonce="{nonce}">{STYLE}</style></head>
<body><main>{body}</main></body></html>
"#,
        title = escape(title),
    );
    HttpResponse::build(status)
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((X_FRAME_OPTIONS, "DENY"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .content_type("text/html; charset=utf-8")
        .body(page)
}

/// Text that stands for itself in HTML, in an attribute too.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stranger_typed_is_text_and_no_markup() {
        assert_eq!(escape(r#""><script>'&"#), "&quot;&gt;&lt;script&gt;&#39;&amp;");
    }
}
