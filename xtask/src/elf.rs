//! The shared libraries of programs that come from packages and not from this machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::problem::{Problem, Result};
use crate::run;

/// The loader's place in the libc6 package; the one below `lib64` is an absolute link to it.
pub(crate) const LOADER: &str = "lib/x86_64-linux-gnu/ld-linux-x86-64.so.2";

/// The libraries that `program` needs, found only in the given packages.
pub(crate) fn libraries(program: &Path, libc: &Path, packages: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let folders: Vec<String> = packages
        .iter()
        .flat_map(|root| {
            ["lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu"].map(|lib| root.join(lib))
        })
        .filter(|folder| folder.is_dir())
        .map(|folder| folder.display().to_string())
        .collect();
    let mut list = Command::new(libc.join(LOADER));
    list.arg("--inhibit-cache").arg("--library-path").arg(folders.join(":"));
    let found = run::output(list.arg("--list").arg(program))?;
    let paths = found.lines().filter_map(|line| line.split_once(" => "));
    let paths = paths.filter_map(|(_, path)| path.split_whitespace().next()).map(PathBuf::from);
    let paths: Vec<PathBuf> = paths.filter(|path| !path.ends_with(LOADER)).collect();
    match paths.iter().find(|path| !packages.iter().any(|root| path.starts_with(root))) {
        Some(stray) => Err(Problem::new(format!(
            "{} needs {}, which is in none of the lab's packages",
            program.display(),
            stray.display()
        ))),
        None => Ok(paths),
    }
}
