//! Files and standard input, never more of them than is needed.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use rbac_core::Catalogue;

use crate::exit::Failure;

/// Reads a file of at most `limit` bytes.
pub(crate) fn file(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    let fault = |error: io::Error| Failure::Unjudged(format!("`{}`: {error}", path.display()));
    let content = bounded(File::open(path).map_err(fault)?, limit).map_err(fault)?;
    content.ok_or_else(|| Failure::Unjudged(format!("`{}`: longer than {limit} bytes", path.display())))
}

/// Reads standard input, of at most `limit` bytes.
pub(crate) fn standard(limit: usize) -> Result<Vec<u8>, Failure> {
    let content = bounded(io::stdin().lock(), limit)?;
    content.ok_or_else(|| Failure::Unjudged(format!("standard input: longer than {limit} bytes")))
}

/// Reads a catalogue.
pub(crate) fn catalogue(path: &Path) -> Result<Catalogue, Failure> {
    let fault = |what: &str| Failure::Unjudged(format!("`{}`: {what}", path.display()));
    let text = String::from_utf8(file(path, rbac_catalogue::MAX_BYTES)?).map_err(|_| fault("not UTF-8"))?;
    Catalogue::parse(&text).map_err(|error| fault(&format!("line {}: {}", error.line(), error.message())))
}

/// All of `reader`; `None` where that is more than `limit` bytes.
fn bounded(reader: impl Read, limit: usize) -> io::Result<Option<Vec<u8>>> {
    let mut content = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(most).read_to_end(&mut content)?;
    Ok((content.len() <= limit).then_some(content))
}
