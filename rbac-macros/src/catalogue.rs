//! The catalogue of the crate that is being compiled: the `rbac.toml` beside its `Cargo.toml`, if there is one.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use rbac_catalogue::{Catalogue, FILE_NAME};
use syn::{Error, Result};

/// What is declared, or nothing where nobody declares anything.
pub(crate) type Declared = Option<Arc<Catalogue>>;

/// The catalogue of the crate that is being compiled.
///
/// # Errors
/// The file cannot be read or used. Said once for each text of it, above the first handler: a further handler would only
/// say it again.
pub(crate) fn of_this_crate(span: Span) -> Result<Declared> {
    let Some(folder) = std::env::var_os("CARGO_MANIFEST_DIR") else {
        return Ok(None);
    };
    let text = match std::fs::read_to_string(PathBuf::from(folder).join(FILE_NAME)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::new(span, format!("{FILE_NAME} cannot be read: {error}"))),
    };
    match LAST.lock().unwrap_or_else(PoisonError::into_inner).parsed(text) {
        Parsed::Sound(catalogue) => Ok(Some(catalogue)),
        Parsed::Faulty { message, said: false } => Err(Error::new(span, message)),
        Parsed::Faulty { said: true, .. } => Ok(None),
    }
}

/// What a wrapper registers, so that the runtime knows the same text: `include_str!` also makes the compiler look again
/// when the file changes.
pub(crate) fn registration(private: &TokenStream) -> TokenStream {
    let file = format!("/{FILE_NAME}");
    quote_spanned! {Span::mixed_site()=>
        #private::inventory::submit! {
            #private::RegisteredCatalogue(
                ::core::include_str!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #file))
            )
        }
    }
}

/// The last text and what it said: one process compiles one crate, and asks for each of its handlers.
static LAST: Mutex<Last> = Mutex::new(Last {
    text: String::new(),
    parsed: None,
});

struct Last {
    text: String,
    parsed: Option<Parsed>,
}

#[derive(Clone)]
enum Parsed {
    Sound(Arc<Catalogue>),
    Faulty { message: String, said: bool },
}

impl Last {
    fn parsed(&mut self, text: String) -> Parsed {
        if let Some(parsed) = self.parsed.as_mut().filter(|_| self.text == text) {
            if let Parsed::Faulty { said, .. } = parsed {
                *said = true;
            }
            return parsed.clone();
        }
        let parsed = match Catalogue::parse(&text) {
            Ok(catalogue) => Parsed::Sound(Arc::new(catalogue)),
            Err(error) => Parsed::Faulty {
                message: error.to_string(),
                said: false,
            },
        };
        *self = Self {
            text,
            parsed: Some(parsed.clone()),
        };
        parsed
    }
}
