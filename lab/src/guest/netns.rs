//! Network namespaces, kept alive in every way there is.

use std::fs;

use super::case::Done;
use super::hold::{Held, Holder};
use super::{exec, sys};

const FOLDER: &str = "/run/netns";

/// A network namespace; it is gone when it is dropped, though not at once.
pub(super) enum Netns {
    /// Mounted below `/run/netns`, as `ip netns add` does it.
    Named(&'static str),
    /// Kept by a process alone.
    Held(Holder),
}

impl Netns {
    pub(super) fn named(name: &'static str) -> Result<Self, String> {
        exec::done(&["/bin/ip", "netns", "add", name])?;
        Ok(Self::Named(name))
    }

    /// One that has no other trace than a process in it.
    pub(super) fn of_process() -> Result<Self, String> {
        Holder::start(Held::NetnsOfProcess).map(Self::Held)
    }

    /// One that has no other trace than a process' open file.
    pub(super) fn of_descriptor() -> Result<Self, String> {
        Holder::start(Held::NetnsOfDescriptor).map(Self::Held)
    }

    /// The words that tell who keeps it: a path, or a process and its command.
    pub(super) fn traces(&self) -> Vec<String> {
        match self {
            Self::Named(name) => vec![path(name)],
            Self::Held(holder) => vec![holder.pid().to_string(), "lab-guest".to_owned()],
        }
    }
}

/// Where a named namespace is mounted.
pub(super) fn path(name: &str) -> String {
    format!("{FOLDER}/{name}")
}

/// Runs a program inside a named namespace.
pub(super) fn inside(name: &str, line: &[&str]) -> Result<exec::Ran, String> {
    exec::run(&[&["/bin/ip", "netns", "exec", name], line].concat())
}

/// Deletes every named namespace.
pub(super) fn delete_all() -> Done {
    for name in sys::names(FOLDER) {
        exec::done(&["/bin/ip", "netns", "delete", &name])?;
        // What `ip netns add` mounts on the folder itself stays, and is in nobody's way.
        drop(fs::remove_file(path(&name)));
    }
    Ok(())
}

impl Drop for Netns {
    fn drop(&mut self) {
        if let Self::Named(name) = self {
            // If it stays, the next case deletes it first, and says so if it cannot.
            drop(exec::run(&["/bin/ip", "netns", "delete", name]));
        }
    }
}
