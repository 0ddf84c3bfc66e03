use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;

use super::*;

/// The form of a certificate: one SEQUENCE, here of 300 bytes.
fn der() -> Vec<u8> {
    let mut der = vec![0x30, 0x82, 1, 44];
    der.extend((0..300).map(|byte: u32| (byte % 251) as u8));
    der
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).expect("ASCII"))
        .collect();
    format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        lines.join("\n")
    )
}

fn escaped(pem: &str) -> String {
    utf8_percent_encode(pem, NON_ALPHANUMERIC).to_string()
}

#[test]
fn both_forms_of_a_header_are_the_certificate() {
    let expected = Ok(Some(ClientCertificate::from_der(&der())));
    let pem = pem(&der());
    // nginx leaves some characters alone; what else is escaped does not matter.
    let as_nginx_has_it = pem.replace(' ', "%20").replace('\n', "%0A").replace('+', "%2B");
    for value in [
        format!(":{}:", STANDARD.encode(der())),
        escaped(&pem),
        escaped(pem.trim_end()),
        escaped(&pem.replace('\n', "\r\n")),
        as_nginx_has_it,
    ] {
        assert_eq!(ClientCertificate::from_header(&value), expected, "{value}");
    }
    assert_eq!(ClientCertificate::from_header(""), Ok(None));
}

#[test]
fn a_header_without_one_whole_certificate_has_none() {
    let encoded = STANDARD.encode(der());
    let two = format!("{}{}", pem(&der()), pem(&der()));
    let longer = [der(), vec![0]].concat();
    let shorter = &der()[..303];
    for value in [
        ":".to_owned(),
        "::".to_owned(),
        encoded.clone(),
        format!(":{encoded}"),
        format!(":{encoded}:;a=1"),
        format!(":{encoded}:, :{encoded}:"),
        format!(":{}:", encoded.trim_end_matches('=').replace('+', "-")),
        format!(":{}:", STANDARD.encode(&longer)),
        format!(":{}:", STANDARD.encode(shorter)),
        format!(":{}:", STANDARD.encode([0x30, 0])) + " ",
        format!(":{}:", STANDARD.encode(b"x")),
        escaped(&two),
        escaped(&pem(&longer)),
        escaped(&pem(&der()).replace("CERTIFICATE", "PRIVATE KEY")),
        escaped(&format!("x{}", pem(&der()))),
        "%FF%FE".to_owned(),
        "(null)".to_owned(),
        format!(":{}:", "A".repeat(MAX_HEADER_BYTES)),
    ] {
        assert_eq!(
            ClientCertificate::from_header(&value),
            Err(NotACertificate),
            "{value:.80}"
        );
    }
}

proptest! {
    #[test]
    fn nothing_panics_and_what_is_read_was_written(value in any::<String>(), bytes in any::<Vec<u8>>()) {
        let _ = ClientCertificate::from_header(&value);
        let read = ClientCertificate::from_header(&format!(":{}:", STANDARD.encode(&bytes)));
        prop_assert!(read.is_err() || read == Ok(Some(ClientCertificate::from_der(&bytes))));
    }
}
