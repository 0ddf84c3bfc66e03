//! A browser, as far as a login page needs one: it keeps cookies, fills in a form, and follows nothing by itself.

use std::collections::BTreeMap;

use url::Url;

use super::issuer::{Answer, client, read};

/// The pair of RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// The challenge that goes with [`VERIFIER`].
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A browser with the cookies of one issuer.
#[derive(Debug, Default)]
pub struct Browser {
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// Opens an address.
    pub async fn open(&mut self, address: Url) -> Answer {
        let answer = read(client().get(address).header("cookie", self.cookies())).await;
        self.keep(&answer);
        answer
    }

    /// Fills in the form of a page that `base` gave, and sends it.
    ///
    /// # Panics
    /// When the page has no form.
    pub async fn submit(&mut self, base: &str, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        let action = form_action(page.body.as_str().expect("a page"));
        let action = Url::parse(base)
            .and_then(|base| base.join(&action))
            .expect("the form's address");
        let request = client().post(action).header("cookie", self.cookies());
        let answer = read(request.form(fields)).await;
        self.keep(&answer);
        answer
    }

    fn cookies(&self) -> String {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, answer: &Answer) {
        let lines = answer.headers.get_all("set-cookie").iter();
        for line in lines.filter_map(|line| line.to_str().ok()) {
            let pair = line.split(';').next().and_then(|pair| pair.split_once('='));
            let Some((name, value)) = pair else { continue };
            if value.is_empty() || line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// A parameter of the address that an answer sends the browser to.
#[must_use]
pub fn parameter(answer: &Answer, name: &str) -> Option<String> {
    let address = Url::parse(answer.headers.get("location")?.to_str().ok()?).ok()?;
    address
        .query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

fn form_action(page: &str) -> String {
    let form = &page[page.find("<form").expect("a form")..];
    let rest = form.split_once("action=\"").expect("an action").1;
    rest.split_once('"').expect("its end").0.replace("&amp;", "&")
}
