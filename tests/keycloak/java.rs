//! Which Java runs Keycloak.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The oldest Java that this Keycloak starts with.
const OLDEST: u32 = 17;

/// The home of the newest Java at hand, or `None` where there is none that Keycloak starts with.
pub(crate) fn newest_home() -> Option<PathBuf> {
    let versions = candidates()
        .into_iter()
        .filter_map(|home| Some((version(&home)?, home)));
    versions
        .filter(|(version, _)| *version >= OLDEST)
        .max()
        .map(|(_, home)| home)
}

fn candidates() -> Vec<PathBuf> {
    let mut homes: Vec<PathBuf> = env::var_os("JAVA_HOME").map(PathBuf::from).into_iter().collect();
    homes.extend(installed("/usr/lib/jvm", ""));
    homes.extend(installed("/Library/Java/JavaVirtualMachines", "Contents/Home"));
    homes.extend(on_the_path());
    homes
}

fn installed(folder: &str, below: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path().join(below)).collect()
}

fn on_the_path() -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    let java = folders
        .iter()
        .find_map(|folder| fs::canonicalize(folder.join("java")).ok())?;
    Some(java.parent()?.parent()?.to_owned())
}

/// The major version that stands in the file `release` of a Java's home.
fn version(home: &Path) -> Option<u32> {
    if !home.join("bin/java").is_file() {
        return None;
    }
    let release = fs::read_to_string(home.join("release")).ok()?;
    let line = release
        .lines()
        .find_map(|line| line.strip_prefix("JAVA_VERSION="))?;
    line.trim_matches('"').split(['.', '-', '+']).next()?.parse().ok()
}
