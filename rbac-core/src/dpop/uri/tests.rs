use super::*;
use proptest::prelude::*;

fn uri(text: &str) -> Option<String> {
    TargetUri::parse(text).ok().map(|uri| uri.to_string())
}

fn requested(path: &str) -> Option<String> {
    let origin = Origin::parse("https://a.example").expect("an origin");
    TargetUri::of_request(&origin, path)
        .ok()
        .map(|uri| uri.to_string())
}

#[test]
fn equal_uris_have_one_form() {
    for (text, normal) in [
        ("https://a.example", "https://a.example/"),
        ("https://a.example/", "https://a.example/"),
        ("HTTPS://A.Example/B", "https://a.example/B"),
        ("https://a.example:443/b", "https://a.example/b"),
        ("https://a.example:/b", "https://a.example/b"),
        ("https://a.example:0443/b", "https://a.example/b"),
        ("http://a.example:80/b", "http://a.example/b"),
        ("http://a.example:443/b", "http://a.example:443/b"),
        ("https://a.example/b?c=d#e", "https://a.example/b"),
        ("https://a.example?c=/d", "https://a.example/"),
        ("https://a.example/b#c?d", "https://a.example/b"),
        (
            "https://a.example/%7Eb%2fc%c3%a9",
            "https://a.example/~b%2Fc%C3%A9",
        ),
        ("https://a.example/b/./c/../d", "https://a.example/b/d"),
        ("https://a.example/b/%2e%2E/d/.", "https://a.example/d/"),
        ("https://a.example/../../b/..", "https://a.example/"),
        ("https://a.example//b//", "https://a.example//b//"),
        ("https://[::1]:8443/b", "https://[::1]:8443/b"),
        (
            "https://127.0.0.1:8080/b:c@d;e=f",
            "https://127.0.0.1:8080/b:c@d;e=f",
        ),
        ("https://a.example/..b/c..", "https://a.example/..b/c.."),
    ] {
        assert_eq!(uri(text).as_deref(), Some(normal), "{text}");
    }
}

#[test]
fn what_two_readers_could_take_for_two_uris_is_none() {
    for text in [
        "",
        "/b",
        "a.example/b",
        "https:a.example",
        "https:/a.example/b",
        "https://",
        "https:///b",
        "ftp://a.example/b",
        "https://u@a.example/b",
        "https://a.example@b.example/",
        "https://a.example:b/",
        "https://a.example:99999/",
        "https://a.example:-1/",
        "https://a.example:443:443/",
        "https://a%2eexample/",
        "https://a example/",
        "https://ä.example/",
        "https://[::1/",
        "https://[a.example]/",
        "https://::1/",
        "https://a.example\\b",
        "https://a.example/b\\c",
        "https://a.example/b c",
        "https://a.example/é",
        "https://a.example/%",
        "https://a.example/%4",
        "https://a.example/%zz",
        "https://a.example/%+1",
        "https://a.example/b\n",
        " https://a.example/b",
    ] {
        assert_eq!(uri(text), None, "{text}");
    }
}

#[test]
fn an_origin_is_no_more_than_one() {
    assert_eq!(
        Origin::parse("https://A.example:443/").map(|origin| origin.to_string()),
        Ok("https://a.example".to_owned())
    );
    for text in [
        "https://a.example/b",
        "https://a.example//",
        "https://a.example?b",
        "https://a.example#b",
        "a.example",
        "https://",
    ] {
        assert_eq!(Origin::parse(text), Err(UriError), "{text}");
    }
    assert_eq!(
        Origin::of_host(false, "a.example:80"),
        Origin::parse("http://a.example")
    );
    assert_ne!(
        Origin::of_host(true, "a.example:80"),
        Origin::parse("http://a.example")
    );
}

#[test]
fn row_77_a_requested_path_is_compared_as_it_is_routed() {
    assert_eq!(requested("/b/%7ec").as_deref(), Some("https://a.example/b/~c"));
    assert_eq!(requested("/b?c").as_deref(), Some("https://a.example/b"));
    for path in [
        "/b/../c",
        "/b/%2e%2e/c",
        "/b/.",
        "/..",
        "*",
        "",
        "b",
        "https://a.example/b",
        "/%",
        "/b\\c",
    ] {
        assert_eq!(requested(path), None, "{path}");
    }
}

proptest! {
    #[test]
    fn a_normal_form_is_its_own(path in "(/([a-zA-Z0-9.~%_-]|%2[eE]|%[cC]3){0,4}){0,5}") {
        let text = format!("https://a.example{path}");
        if let Some(normal) = uri(&text) {
            prop_assert_eq!(uri(&normal), Some(normal.clone()));
            prop_assert!(!normal.split('/').any(|segment| segment == "." || segment == ".."));
            // And an honest client's request for it is compared equal.
            let path = normal.strip_prefix("https://a.example").expect("its origin");
            prop_assert_eq!(requested(path), Some(normal.clone()));
        }
    }

    #[test]
    fn nothing_panics(text in any::<String>(), rest in any::<String>()) {
        let _ = (uri(&text), uri(&format!("https://{rest}")), requested(&format!("/{rest}")));
    }

    #[test]
    fn the_url_crate_agrees_wherever_both_read(path in "(/([a-z0-9.;=@:-]|%2[eE]|%41){0,4}){1,5}") {
        let text = format!("https://a.example{path}");
        let other = url::Url::parse(&text).expect("a URL");
        // It leaves the escapes of unreserved characters; undoing them in its result must give ours.
        prop_assert_eq!(uri(&text), uri(other.as_str()));
    }
}
