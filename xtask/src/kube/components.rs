//! etcd from Debian's archive, the Kubernetes components from their Go module.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use super::golang;
use crate::apt::Archive;
use crate::binaries;
use crate::problem::{Problem, Result};
use crate::run;

/// Where `go.mod` and `go.sum` pin what is built.
const MODULE: &str = "lab/kube/components";
const KUBERNETES: &str = "k8s.io/kubernetes";
const APISERVER: &str = "kube-apiserver";
const CONTROLLER_MANAGER: &str = "kube-controller-manager";

/// The programs of a control plane.
#[derive(Debug)]
pub(super) struct Components {
    pub(super) etcd: PathBuf,
    pub(super) apiserver: PathBuf,
    pub(super) controller_manager: PathBuf,
}

impl Components {
    /// Those in the cache; what is missing is fetched or built.
    pub(super) fn ready(cache: &Path) -> Result<Self> {
        let packages = cache.join("packages");
        fs::create_dir_all(&packages).map_err(Problem::path("create", &packages))?;
        let etcd = etcd(&Archive::below(cache))?;
        let folder = kubernetes(cache)?;
        Ok(Self {
            etcd,
            apiserver: folder.join(APISERVER),
            controller_manager: folder.join(CONTROLLER_MANAGER),
        })
    }
}

impl fmt::Display for Components {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for program in [&self.etcd, &self.apiserver, &self.controller_manager] {
            writeln!(f, "  {}", program.display())?;
        }
        Ok(())
    }
}

/// Unpacked, not installed: the package would start it as a service.
fn etcd(archive: &Archive) -> Result<PathBuf> {
    let package = archive.candidate("etcd-server")?;
    let program = archive.unpacked(&package)?.join("usr/bin/etcd");
    run::output(Command::new(&program).arg("--version"))?;
    Ok(program)
}

/// The folder with both programs, named for all that decides what is in it.
fn kubernetes(cache: &Path) -> Result<PathBuf> {
    let module = binaries::workspace().join(MODULE);
    let version = version(&module)?;
    let name = format!("{version}-{}", fingerprint(&module)?);
    let folder = cache.join("kube").join(&name);
    if !folder.is_dir() {
        let part = cache.join("kube").join(format!("{name}.part"));
        build(cache, &module, &version, &part)?;
        fs::rename(&part, &folder).map_err(Problem::path("create", &folder))?;
    }
    Ok(folder)
}

fn build(cache: &Path, module: &Path, version: &str, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(Problem::path("create", folder))?;
    let go = golang::program(cache)?;
    println!("building {APISERVER} and {CONTROLLER_MANAGER} {version}; this takes minutes");
    let started = Instant::now();
    let mut build = Command::new("nice");
    build.args(["-n", "10"]).arg(&go).args(["build", "-trimpath", "-tags", "providerless"]);
    build.args(["-ldflags", &linker_flags(version), "-o"]).arg(folder.join(""));
    build.args([APISERVER, CONTROLLER_MANAGER].map(|name| format!("{KUBERNETES}/cmd/{name}")));
    golang::environment(build.current_dir(module));
    run::shown_to_user(&mut build).map_err(|problem| {
        Problem::new(format!("cannot build the Kubernetes components\n  {problem}")).help(
            "go's own words are above; it needs the Go module proxy, or a filled module cache",
        )
    })?;
    println!("built in {} s", started.elapsed().as_secs());
    Ok(())
}

/// Without symbols, and with the version that a release would report.
fn linker_flags(version: &str) -> String {
    let mut numbers = version.trim_start_matches('v').split('.');
    let mut number = || numbers.next().unwrap_or_default().to_owned();
    let package = "k8s.io/component-base/version";
    format!(
        "-s -w -X {package}.gitVersion={version} -X {package}.gitMajor={} -X {package}.gitMinor={}",
        number(),
        number()
    )
}

fn version(module: &Path) -> Result<String> {
    let path = module.join("go.mod");
    let text = fs::read_to_string(&path).map_err(Problem::path("read", &path))?;
    required(&text, KUBERNETES)
        .ok_or_else(|| Problem::new(format!("{} requires no {KUBERNETES}", path.display())))
}

/// The version that a `go.mod` requires of a module.
fn required(text: &str, module: &str) -> Option<String> {
    let lines = text.lines().map(|line| line.trim_start().trim_start_matches("require "));
    let mut found = lines.filter_map(|line| line.strip_prefix(module)?.strip_prefix(' '));
    found
        .find_map(|rest| rest.split_whitespace().next().filter(|word| word.starts_with('v')))
        .map(str::to_owned)
}

fn fingerprint(module: &Path) -> Result<String> {
    let mut sums = Command::new("sha256sum");
    let sums = run::output(sums.args(["go.mod", "go.sum"]).current_dir(module))?;
    Ok(sums.lines().filter_map(|line| line.get(..8)).collect::<Vec<_>>().join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_module_itself() {
        let text =
            "require k8s.io/kubernetes v1.2.3\nreplace (\n\tk8s.io/api => k8s.io/api v0.2.3\n)";
        assert_eq!(required(text, KUBERNETES).as_deref(), Some("v1.2.3"));
        let block = "require (\n\tk8s.io/kubernetes-x v0.1.0\n\tk8s.io/kubernetes v1.2.3 // why\n)";
        assert_eq!(required(block, KUBERNETES).as_deref(), Some("v1.2.3"));
        assert_eq!(required("tool k8s.io/kubernetes/cmd/kube-apiserver", KUBERNETES), None);
    }

    #[test]
    fn the_programs_report_the_version_of_a_release() {
        let flags = linker_flags("v1.35.4");
        assert!(
            flags.ends_with("gitMajor=1 -X k8s.io/component-base/version.gitMinor=35"),
            "{flags}"
        );
    }
}
