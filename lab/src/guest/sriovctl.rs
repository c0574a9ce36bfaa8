//! The product, called as a user calls it.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::Value;

use super::case::{Done, holds};
use super::exec::{self, Ran};

pub(super) const PROGRAM: &str = "/bin/sriovctl";

/// Runs the tool to its end.
pub(super) fn run(arguments: &[&str]) -> Result<Ran, String> {
    present()?;
    exec::run(&[&[PROGRAM], arguments].concat())
}

/// Starts the tool without waiting for it.
pub(super) fn start(arguments: &[&str]) -> Result<Child, String> {
    present()?;
    let mut command = exec::command(&[&[PROGRAM], arguments].concat());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map_err(|e| format!("cannot start {PROGRAM}: {e}"))
}

/// Runs the tool, which must end with this status, and takes its JSON.
pub(super) fn json(status: i32, arguments: &[&str]) -> Result<Value, String> {
    let ran = run(&[arguments, &["-o", "json"]].concat())?;
    ran.expect(status)?;
    ran.json()
}

/// The node's configuration in a file, as `apply -f` takes it.
pub(super) struct Config(String);

impl Config {
    /// From the PFs' part of the document.
    pub(super) fn of(pfs: &str) -> Result<Self, String> {
        let path = "/tmp/config.yaml".to_owned();
        let text = format!("apiVersion: sriov/v1\nkind: NodeConfig\npfs:\n{pfs}");
        fs::write(&path, text).map_err(|e| format!("write {path}: {e}"))?;
        Ok(Self(path))
    }

    /// One PF with so many VFs and nothing else said.
    pub(super) fn count(pf: &str, num_vfs: u16) -> Result<Self, String> {
        Self::of(&format!("  - match: {{ pci: \"{pf}\" }}\n    numVfs: {num_vfs}\n"))
    }

    pub(super) fn path(&self) -> &str {
        &self.0
    }

    /// Applies it, which must work.
    pub(super) fn apply(&self) -> Result<Value, String> {
        json(0, &["apply", "-f", &self.0])
    }

    /// Applies it again, which must find nothing to do.
    pub(super) fn apply_is_idle(&self) -> Done {
        let steps = steps(&self.apply()?)?;
        holds(|| format!("a second apply has steps: {steps:?}"), steps.is_empty())
    }
}

/// The steps of a plan or of what was applied.
pub(super) fn steps(document: &Value) -> Result<Vec<Value>, String> {
    let steps = document.get("steps").and_then(Value::as_array).cloned();
    steps.ok_or_else(|| format!("no steps in {document}"))
}

/// One PF of the tool's inventory.
pub(super) fn listed(pf: &str) -> Result<Value, String> {
    let inventory = json(0, &["list", "--vf-attrs"])?;
    let pfs = inventory.get("pfs").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut pfs = pfs.into_iter();
    pfs.find(|found| found["pci"] == pf).ok_or_else(|| format!("no {pf} in {inventory}"))
}

fn present() -> Done {
    holds(
        || format!("there is no {PROGRAM}: the workspace had no such package"),
        Path::new(PROGRAM).exists(),
    )
}
