//! What a person sees who starts the demo.

use std::fmt::Write;

use crate::issuer::{Realm, User};
use crate::start::Demo;

/// Addresses, users, and a line to paste.
pub(crate) fn banner(demo: &Demo) -> String {
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = write(&mut text, demo);
    text
}

fn write(text: &mut String, demo: &Demo) -> std::fmt::Result {
    let kind = if demo.issuer().is_some() {
        "embedded"
    } else {
        "configured"
    };
    writeln!(text, "API     {}", demo.url())?;
    writeln!(text, "Issuer  {} ({kind})", demo.issuer_url())?;
    if let Some(issuer) = demo.issuer() {
        writeln!(text)?;
        write_users(text, issuer.realm())?;
    }
    writeln!(text, "\nA token for bob, and what he may read with it:\n")?;
    writeln!(text, "{}", curl_line(demo))
}

fn write_users(text: &mut String, realm: &Realm) -> std::fmt::Result {
    writeln!(text, "{:<8}{:<12}{:<16}roles", "user", "password", "department")?;
    for user in realm.people() {
        let (password, departments) = (
            user.password().unwrap_or("-"),
            user.attribute("department").join(", "),
        );
        writeln!(
            text,
            "{:<8}{password:<12}{departments:<16}{}",
            user.username(),
            roles(user)
        )?;
    }
    Ok(())
}

/// The roles that the demo is about: not those that every user of every realm has.
fn roles(user: &User) -> String {
    let everywhere = |role: &str| {
        role.starts_with("default-roles-") || role == "offline_access" || role == "uma_authorization"
    };
    let names = user.role_names().filter_map(|(client, role)| match client {
        None if everywhere(role) => None,
        None | Some("myapp-backend") => Some(role),
        Some(_) => None,
    });
    names.collect::<Vec<_>>().join(", ")
}

/// One line for a POSIX shell: a token by the password grant, and a call with it.
fn curl_line(demo: &Demo) -> String {
    let token = format!(
        "curl -s {}/protocol/openid-connect/token -d grant_type=password -d client_id=myapp-frontend -d username=bob -d password=bob-pw",
        demo.issuer_url()
    );
    let pick = r#"sed 's/.*"access_token":"\([^"]*\)".*/\1/'"#;
    format!(
        r#"curl -s -H "Authorization: Bearer $({token} | {pick})" {}/api/departments/finance/data"#,
        demo.url()
    )
}
