//! The server distribution: fetched by Maven once, unpacked below `target/keycloak`.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version that is tested, unless [`VERSION_VARIABLE`] names another.
const VERSION: &str = "26.7.3";
const VERSION_VARIABLE: &str = "RBAC_KEYCLOAK_VERSION";

/// A fixed version: the one that an old Maven picks by itself is older than the server.
const COPY: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";

/// The folder of the unpacked server.
///
/// # Errors
/// Maven or `tar` is missing or fails, or the disk is full.
pub(crate) fn unpacked() -> io::Result<PathBuf> {
    let version = env::var(VERSION_VARIABLE).unwrap_or_else(|_| VERSION.to_owned());
    let home = folder().join(format!("keycloak-{version}"));
    if !home.is_dir() {
        let archive = fetch(&version)?;
        let unpacked = unpack(&archive, &home);
        // Maven's cache has it too; and a broken one must not be taken for whole the next time.
        fs::remove_file(archive)?;
        unpacked?;
    }
    Ok(home)
}

/// Everything that these tests leave behind: server and log.
pub(crate) fn folder() -> PathBuf {
    let below_target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    below_target.parent().unwrap_or(below_target).join("keycloak")
}

fn fetch(version: &str) -> io::Result<PathBuf> {
    let archive = folder().join(format!("keycloak-quarkus-dist-{version}.tar.gz"));
    if !archive.is_file() {
        fs::create_dir_all(folder())?;
        let mut maven = Command::new("mvn");
        maven.args(["-B", "-q", "-Dstyle.color=never", COPY]);
        maven.arg(format!(
            "-Dartifact=org.keycloak:keycloak-quarkus-dist:{version}:tar.gz"
        ));
        maven.arg(format!("-DoutputDirectory={}", folder().display()));
        run(maven.current_dir(folder()))?;
    }
    Ok(archive)
}

/// Unpacks beside the final place and renames, so that a half unpacked server is never taken for a whole one.
fn unpack(archive: &Path, home: &Path) -> io::Result<()> {
    let beside = folder().join("unpacking");
    let _ = fs::remove_dir_all(&beside);
    fs::create_dir_all(&beside)?;
    run(Command::new("tar").arg("xzf").arg(archive).arg("-C").arg(&beside))?;
    let name = home.file_name().unwrap_or_default();
    fs::rename(beside.join(name), home)?;
    fs::remove_dir_all(beside)
}

fn run(command: &mut Command) -> io::Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command
        .status()
        .map_err(|error| io::Error::other(format!("`{program}` does not start: {error}")))?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other(format!("`{program}` ended with {status}")))
    }
}
