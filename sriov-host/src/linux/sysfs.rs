#![expect(clippy::disallowed_methods, reason = "this is the seam")]

use std::cmp::Ordering;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::Duration;

use super::LinuxHost;
use super::deadline::Outcome;
use crate::Errno;
use crate::seam::{HostPath, Sysfs, SysfsError};

/// Nothing that is read here comes near; it bounds what a hostile root can make us hold.
const MAX_BYTES: u64 = 16 << 20;

/// The size of an attribute, at most.
const PAGE: usize = 4096;

/// How long a read that waits for the device lock may take.
const LOCKED_READ: Duration = Duration::from_secs(5);

impl Sysfs for LinuxHost {
    fn read(&self, path: &HostPath) -> Result<String, SysfsError> {
        let file = path.below(&self.root);
        let answer = if takes_device_lock(path) {
            match self.in_flight.run(path.as_str(), LOCKED_READ, move || read_text(&file, true)) {
                Outcome::Answered(answer) => answer,
                Outcome::StillRunning => {
                    let path = path.clone();
                    return Err(SysfsError::StillRunning { path, after: LOCKED_READ });
                }
            }
        } else {
            read_text(&file, is_attribute(path))
        };
        answer.map_err(|source| SysfsError::Read { path: path.clone(), source })
    }

    fn write(&self, path: &HostPath, value: &str, deadline: Duration) -> Result<(), SysfsError> {
        let (file, text) = (path.below(&self.root), value.to_owned());
        match self
            .in_flight
            .run(&written_object(path, value), deadline, move || write_text(&file, &text))
        {
            Outcome::Answered(answer) => answer.map_err(|source| {
                let (path, value) = (path.clone(), value.to_owned());
                SysfsError::Write { path, value, source }
            }),
            Outcome::StillRunning => {
                Err(SysfsError::StillRunning { path: path.clone(), after: deadline })
            }
        }
    }

    fn read_link(&self, path: &HostPath) -> Result<String, SysfsError> {
        let failed = |source| SysfsError::ReadLink { path: path.clone(), source };
        let target = fs::read_link(path.below(&self.root)).map_err(failed)?;
        target.into_os_string().into_string().map_err(|_| failed(not_text()))
    }

    fn list(&self, path: &HostPath) -> Result<Vec<String>, SysfsError> {
        let failed = |source| SysfsError::List { path: path.clone(), source };
        let mut names = Vec::new();
        for entry in fs::read_dir(path.below(&self.root)).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            names.push(name.into_string().map_err(|_| failed(not_text()))?);
        }
        names.sort_unstable_by(|a, b| numeric_order(a, b));
        Ok(names)
    }
}

/// Files of sysfs come as a whole in one read; those of `/proc` may take several.
fn is_attribute(path: &HostPath) -> bool {
    path.as_str().starts_with("sys/")
}

/// The kernel answers these under the device lock, which a VF creation holds for seconds.
fn takes_device_lock(path: &HostPath) -> bool {
    path.file_name() == "sriov_numvfs"
}

/// What a write acts on: mostly the attribute's own device, but some files are shared by all
/// devices of a bus or driver, and the value names the one that is meant.
fn written_object(path: &HostPath, value: &str) -> String {
    match path.file_name() {
        "drivers_probe" | "bind" | "unbind" => format!("{}={value}", path.as_str()),
        _ => path.as_str().to_owned(),
    }
}

fn read_text(path: &Path, attribute: bool) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut page = [0; PAGE];
    let first = file.read(&mut page)?;
    let mut bytes = page.get(..first).unwrap_or_default().to_vec();
    // A second read would only confirm the end: half of the system calls of an inventory.
    if first == PAGE || !attribute {
        file.take(MAX_BYTES).read_to_end(&mut bytes)?;
    }
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    }
    String::from_utf8(bytes).map_err(|_| not_text())
}

/// One `write` call, and never creates: a missing attribute stays an error.
fn write_text(path: &Path, text: &str) -> io::Result<()> {
    let written = OpenOptions::new().write(true).open(path)?.write(text.as_bytes())?;
    if written == text.len() { Ok(()) } else { Err(Errno::IO.to_io()) }
}

fn not_text() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not UTF-8")
}

/// Like text, but runs of digits compare as numbers: `virtfn10` comes behind `virtfn9`.
fn numeric_order(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        match (a.split_first(), b.split_first()) {
            (Some((x, _)), Some((y, _))) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let ((x, rest_a), (y, rest_b)) = (number(a), number(b));
                match x.cmp(&y) {
                    Ordering::Equal => (a, b) = (rest_a, rest_b),
                    unequal => return unequal,
                }
            }
            (Some((x, rest_a)), Some((y, rest_b))) => match x.cmp(y) {
                Ordering::Equal => (a, b) = (rest_a, rest_b),
                unequal => return unequal,
            },
            (x, y) => return x.is_some().cmp(&y.is_some()),
        }
    }
}

/// The number that the text starts with, and what follows; numbers too large compare alike.
fn number(text: &[u8]) -> (u64, &[u8]) {
    let end = text.iter().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end).unwrap_or((text, &[]));
    let add = |sum: u64, b: &u8| sum.saturating_mul(10).saturating_add(u64::from(b - b'0'));
    (digits.iter().fold(0, add), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_in_numeric_order() {
        let mut names = ["virtfn10", "virtfn9", "uevent", "virtfn0", "v", "virtfn100"];
        names.sort_by(|a, b| numeric_order(a, b));
        assert_eq!(names, ["uevent", "v", "virtfn0", "virtfn9", "virtfn10", "virtfn100"]);
        let mut domains = ["10000:01:00.0", "0000:3b:00.0", "0000:3b:00.1"];
        domains.sort_by(|a, b| numeric_order(a, b));
        assert_eq!(domains, ["0000:3b:00.0", "0000:3b:00.1", "10000:01:00.0"]);
    }
}
