//! A Go that can build the Kubernetes components.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::apt::{self, Archive};
use crate::problem::{Problem, Result};
use crate::run;

/// The first minor version of Go 1 that fetches a newer toolchain by itself when `go.mod` asks.
const FETCHES_TOOLCHAINS: u32 = 21;

/// The machine's own `go`, or else Debian's, unpacked into the cache.
pub(super) fn program(cache: &Path) -> Result<PathBuf> {
    let own = run::attempt(Command::new("go").arg("version").env("GOTOOLCHAIN", "local"));
    let own = own.ok().and_then(|output| minor(&String::from_utf8_lossy(&output.stdout)));
    if own.is_some_and(|minor| minor >= FETCHES_TOOLCHAINS) {
        return Ok(PathBuf::from("go"));
    }
    debian(&Archive::below(cache))
}

/// What every build gets, whatever the user's own settings are. Where modules come from is left
/// to the environment.
pub(super) fn environment(build: &mut Command) {
    build.env("CGO_ENABLED", "0").env("GOFLAGS", "-mod=readonly").env("GOTOOLCHAIN", "auto");
    build.env("GOWORK", "off").env_remove("GOROOT");
}

fn debian(archive: &Archive) -> Result<PathBuf> {
    let names = apt::search(r"^golang-1\.[0-9]+-go$")?;
    let minors = names.iter().filter_map(|name| package_minor(name));
    let newest = minors.max().filter(|minor| *minor >= FETCHES_TOOLCHAINS).ok_or_else(|| {
        Problem::new(format!("there is no Go 1.{FETCHES_TOOLCHAINS} or newer"))
            .help("install one, or run `cargo xtask lab-setup`, which makes bookworm-backports known to apt")
    })?;
    let mut roots = Vec::new();
    for part in ["go", "src"] {
        roots.push(archive.unpacked(&archive.candidate(&format!("golang-1.{newest}-{part}"))?)?);
    }
    golang_root(&roots, newest)
}

/// Debian splits a Go into two packages that link to each other.
fn golang_root(roots: &[PathBuf], minor: u32) -> Result<PathBuf> {
    let [programs, sources] = roots else { return Err(Problem::new("a Go has two packages")) };
    // What is there is not replaced: the sources bring nothing that the programs have.
    let copied =
        Command::new("cp").args(["-a", "-n"]).arg(sources.join("usr")).arg(programs).status();
    copied.map_err(Problem::path("complete", programs))?;
    Ok(programs.join(format!("usr/lib/go-1.{minor}/bin/go")))
}

/// From `go version go1.23.5 linux/amd64`.
fn minor(version: &str) -> Option<u32> {
    let number = version.strip_prefix("go version go1.")?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn package_minor(name: &str) -> Option<u32> {
    name.strip_prefix("golang-1.")?.strip_suffix("-go")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_a_go_is_read() {
        assert_eq!(minor("go version go1.26.8 linux/amd64\n"), Some(26));
        assert_eq!(minor("go version go1.19 linux/amd64"), Some(19));
        assert_eq!(minor("go version devel +a1b2c3 linux/amd64"), None);
        assert_eq!(package_minor("golang-1.23-go"), Some(23));
        assert_eq!(package_minor("golang-go"), None);
    }
}
