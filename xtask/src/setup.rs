//! `cargo xtask lab-setup`: the part that needs root.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::problem::{Problem, Result};
use crate::run;

const SOURCES: &str = "/etc/apt/sources.list.d";
const SOURCE_FILE: &str = "/etc/apt/sources.list.d/bookworm-backports.list";

/// Tools of the host; what the guest runs is fetched without being installed.
const TOOLS: &[&str] = &[
    "busybox-static",
    "iproute2",
    "cpio",
    "kmod",
    "xz-utils",
    "gcc",
    "gcc-12",
    "make",
    "binutils",
    "libc6-dev",
];
/// bookworm's own QEMU has no igb.
const QEMU: &str = "qemu-system-x86";

pub(crate) fn run() -> Result<()> {
    need_bookworm()?;
    if !has_backports()? {
        add_backports()?;
    }
    apt(&["update"])?;
    let mut tools = vec!["install", "--yes", "--no-install-recommends"];
    tools.extend(TOOLS);
    apt(&tools)?;
    apt(&["install", "--yes", "--no-install-recommends", "-t", "bookworm-backports", QEMU])?;
    println!("the lab can run: cargo xtask lab");
    Ok(())
}

fn need_bookworm() -> Result<()> {
    let path = Path::new("/etc/os-release");
    let text = fs::read_to_string(path).map_err(Problem::path("read", path))?;
    if text.lines().any(|line| line == "VERSION_CODENAME=bookworm") {
        return Ok(());
    }
    Err(Problem::new("this is not Debian 12 (bookworm)").help(
        "install QEMU 8.0 or newer, cpio, kmod, xz-utils, gcc-12 and make yourself; \
         the kernel comes from Debian 12's archive, so apt must know bookworm-backports",
    ))
}

fn has_backports() -> Result<bool> {
    let mut files = vec![Path::new("/etc/apt/sources.list").to_path_buf()];
    let entries = fs::read_dir(SOURCES).map_err(Problem::path("list", SOURCES))?;
    files.extend(entries.filter_map(|entry| entry.ok().map(|entry| entry.path())));
    // A file that cannot be read is one that apt does not use either.
    let texts = files.iter().filter_map(|file| fs::read_to_string(file).ok());
    Ok(texts
        .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .any(|line| names_backports(&line)))
}

/// In a one-line source as well as in a `Suites:` field.
fn names_backports(line: &str) -> bool {
    let line = line.trim_start();
    let source = line.starts_with("deb ") || line.starts_with("Suites:");
    source && line.split_whitespace().any(|word| word == "bookworm-backports")
}

/// From the mirror that this machine uses already.
fn add_backports() -> Result<()> {
    let source = format!("deb {} bookworm-backports main\n", mirror()?);
    println!("adding {SOURCE_FILE}: {source}");
    if is_root()? {
        return fs::write(SOURCE_FILE, source).map_err(Problem::path("write", SOURCE_FILE));
    }
    // Through tee's standard input: no text of a file becomes a command.
    let mut tee = Command::new("sudo");
    tee.args(["tee", SOURCE_FILE]).stdin(Stdio::piped()).stdout(Stdio::null());
    let failed = Problem::path("write", SOURCE_FILE);
    let mut tee = tee.spawn().map_err(Problem::path("start", "sudo"))?;
    let written = tee.stdin.take().map_or(Ok(()), |mut input| input.write_all(source.as_bytes()));
    written.and_then(|()| tee.wait()).map(drop).map_err(failed)
}

/// Where apt has bookworm itself from.
fn mirror() -> Result<String> {
    let mut targets = Command::new("apt-get");
    targets.args(["indextargets", "--format", "$(RELEASE) $(REPO_URI)", "Created-By: Packages"]);
    let list = run::output(&mut targets)?;
    let uri = list.lines().find_map(|line| line.strip_prefix("bookworm "));
    uri.map(str::to_owned).ok_or_else(|| {
        Problem::new("apt has no source of bookworm to take bookworm-backports from")
            .help(format!("add bookworm-backports below {SOURCES} yourself"))
    })
}

fn apt(arguments: &[&str]) -> Result<()> {
    let mut command = if is_root()? {
        Command::new("apt-get")
    } else {
        let mut command = Command::new("sudo");
        command.arg("apt-get");
        command
    };
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    run::shown_to_user(&mut command).map_err(|problem| {
        Problem::new(format!("cannot install what the lab needs\n  {problem}"))
            .help("it needs the network, and root or sudo")
    })
}

fn is_root() -> Result<bool> {
    Ok(run::output(Command::new("id").arg("-u"))?.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_an_apt_source_are_understood() {
        assert!(names_backports("deb http://mirror.example/debian bookworm-backports main"));
        assert!(names_backports("Suites: bookworm bookworm-backports"));
        assert!(!names_backports("# deb http://mirror.example/debian bookworm-backports main"));
        assert!(!names_backports("Suites: bookworm bookworm-updates"));
    }
}
