//! The kernel's files, read and written without the product.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::case::Done;

/// A file's text without the newline at its end.
pub(super) fn read(path: impl AsRef<Path>) -> Result<String, String> {
    let path = path.as_ref();
    let text = fs::read_to_string(path).map_err(|e| format!("read {}: {e}", path.display()))?;
    Ok(text.trim_end_matches('\n').to_owned())
}

/// Writes in one system call, as the kernel's attributes need it.
pub(super) fn write(path: impl AsRef<Path>, value: &str) -> Done {
    let path = path.as_ref();
    let mut file = fs::OpenOptions::new()
        .write(true)
        .open(path)
        .map_err(|e| format!("open {}: {e}", path.display()))?;
    file.write_all(value.as_bytes())
        .map_err(|e| format!("write {value:?} to {}: {e}", path.display()))
}

/// The names in a folder; none if there is no such folder.
pub(super) fn names(path: impl AsRef<Path>) -> Vec<String> {
    let Ok(entries) = fs::read_dir(path) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .filter_map(|entry| {
            entry.ok().map(|entry| entry.file_name().to_string_lossy().into_owned())
        })
        .collect();
    names.sort();
    names
}

/// The last part of a link's target; `None` if there is no such link.
pub(super) fn link_name(path: impl AsRef<Path>) -> Option<String> {
    let target = fs::read_link(path).ok()?;
    target.file_name().map(|name| name.to_string_lossy().into_owned())
}

/// Waits for something that has no event of its own.
pub(super) fn until(what: &str, limit: Duration, mut is_so: impl FnMut() -> bool) -> Done {
    let started = Instant::now();
    while !is_so() {
        if started.elapsed() > limit {
            return Err(format!("{what}: not so after {} s", limit.as_secs()));
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
