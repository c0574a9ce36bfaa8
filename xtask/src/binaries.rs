//! The static programs that run in the guest.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::problem::{Problem, Result};
use crate::run;

const TARGET: &str = "x86_64-unknown-linux-gnu";
const STATIC: &str = "-C target-feature=+crt-static";

/// What the guest runs.
#[derive(Debug)]
pub(crate) struct Binaries {
    /// The harness and its cases.
    pub(crate) guest: PathBuf,
    /// The command-line tool; `None` while the workspace has no such package.
    pub(crate) sriovctl: Option<PathBuf>,
}

impl Binaries {
    /// Builds both, unless there is a tool to be tested already.
    pub(crate) fn built(sriovctl: Option<PathBuf>) -> Result<Self> {
        let guest = build("sriov-lab", "lab-guest", &[])?;
        let sriovctl = match sriovctl {
            // The guest has no cluster: the commands for one would only take time to build.
            None if workspace_has("sriovctl")? => {
                Some(build("sriovctl", "sriovctl", &["--no-default-features"])?)
            }
            given => given,
        };
        Ok(Self { guest, sriovctl })
    }

    /// The names of the cases of a form, as the harness itself lists them.
    pub(crate) fn cases(&self, form: &str, filter: &str) -> Result<Vec<String>> {
        let list = run::output(Command::new(&self.guest).args(["list", form, filter]))?;
        Ok(list.lines().map(str::to_owned).collect())
    }
}

/// The program as it is given to users: optimised, stripped, static.
pub(crate) fn released(name: &str, options: &[&str]) -> Result<PathBuf> {
    build_static(name, name, |build| {
        // Relative relocations in their packed form: 0.4 MB less. glibc knows it since 2.36.
        let packed = "-C link-arg=-Wl,-z,pack-relative-relocs";
        build
            .args(["--profile", "dist"])
            .args(options)
            .env("RUSTFLAGS", format!("{STATIC} {packed}"));
    })
}

fn build(package: &str, name: &str, options: &[&str]) -> Result<PathBuf> {
    build_static(package, name, |build| {
        build.args(options);
        build.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_PROFILE_DEV_OPT_LEVEL", "1");
    })
}

/// Programs for this machine only, each a package and its binary, built as `cargo build` does it.
pub(crate) fn dynamic<const N: usize>(programs: [(&str, &str); N]) -> Result<[PathBuf; N]> {
    let mut build = build_command();
    for (package, name) in programs {
        build.args(["--package", package, "--bin", name]);
    }
    let messages = run::output(build.stderr(Stdio::inherit())).map_err(|_| {
        Problem::new("cannot build the programs").help("the compiler's words are above")
    })?;
    let found = programs.map(|(_, name)| program(&messages, name));
    let mut paths = programs.map(|_| PathBuf::new());
    for (path, found) in paths.iter_mut().zip(found) {
        *path = found?;
    }
    Ok(paths)
}

fn build_static(package: &str, name: &str, manner: impl FnOnce(&mut Command)) -> Result<PathBuf> {
    let mut build = build_command();
    build.args(["--package", package, "--bin", name]);
    // Without an explicit target the flag would also reach build scripts and procedural macros.
    build.args(["--target", TARGET]).env("RUSTFLAGS", STATIC);
    build.env_remove("CARGO_ENCODED_RUSTFLAGS");
    manner(&mut build);
    let messages = run::output(build.stderr(Stdio::inherit()))
        .map_err(|_| Problem::new(format!("cannot build a static {name}")).help(
            format!("the compiler's words are above; a missing target is added with `rustup target add {TARGET}`, a missing libc.a with `apt-get install libc6-dev`")))?;
    program(&messages, name)
}

fn build_command() -> Command {
    let mut build = cargo();
    build.args(["build", "--message-format=json-render-diagnostics"]);
    build
}

/// Where cargo has put a program, by what it said.
fn program(messages: &str, name: &str) -> Result<PathBuf> {
    let mut executables = messages.lines().filter_map(|line| executable(line, name));
    executables.next_back().ok_or_else(|| Problem::new(format!("cargo built no {name}")))
}

fn executable(message: &str, name: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    if message.pointer("/target/name")?.as_str()? != name {
        return None;
    }
    message.get("executable")?.as_str().map(PathBuf::from)
}

fn workspace_has(package: &str) -> Result<bool> {
    let metadata = run::output(cargo().args(["metadata", "--no-deps", "--format-version=1"]))?;
    let metadata: Value = serde_json::from_str(&metadata)
        .map_err(|source| Problem::new(format!("cannot read cargo's metadata: {source}")))?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    Ok(packages
        .into_iter()
        .flatten()
        .any(|found| found.get("name").is_some_and(|name| name == package)))
}

fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace());
    cargo
}

/// The workspace that this task belongs to.
pub(crate) fn workspace() -> PathBuf {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    own.parent().map_or(own.clone(), PathBuf::from)
}
