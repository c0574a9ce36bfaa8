//! Packing a folder as an initramfs.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::problem::{Problem, Result};

/// Packs everything below `root` into `archive`, owned by root.
pub(crate) fn pack(root: &Path, archive: &Path) -> Result<()> {
    let out = File::create(archive).map_err(Problem::path("create", archive))?;
    let mut cpio = Command::new("cpio")
        .args(["--quiet", "-o", "-H", "newc", "-R", "0:0"])
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(out)
        .spawn()
        .map_err(|source| {
            Problem::new(format!("cannot run cpio: {source}"))
                .help("`cargo xtask lab-setup` installs what the lab needs on Debian 12")
        })?;
    let names = names(root)?;
    // Dropping the pipe at the end of the statement tells cpio that the list is complete.
    let written = cpio.stdin.take().map_or(Ok(()), |mut pipe| pipe.write_all(names.as_bytes()));
    let status = cpio.wait().map_err(Problem::path("wait for cpio on", root))?;
    written.map_err(Problem::path("name the files of", root))?;
    if status.success() {
        return Ok(());
    }
    Err(Problem::new(format!("cpio ended with {status}")))
}

/// Every path below `root`, folders ahead of what they hold.
fn names(root: &Path) -> Result<String> {
    let mut names = String::new();
    let mut folders = vec![PathBuf::from(".")];
    while let Some(folder) = folders.pop() {
        let inside = root.join(&folder);
        let entries = std::fs::read_dir(&inside).map_err(Problem::path("list", &inside))?;
        for entry in entries {
            let entry = entry.map_err(Problem::path("list", &inside))?;
            let name = folder.join(entry.file_name());
            names.push_str(&name.to_string_lossy());
            names.push('\n');
            // Not the target of a link: a link to a folder is packed as a link.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(name);
            }
        }
    }
    Ok(names)
}
