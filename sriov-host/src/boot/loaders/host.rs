//! What the back ends ask of a host.

use std::time::Duration;

use crate::boot::{BootError, KernelArg};
use crate::seam::{Clock, Files, FilesError, Host, HostPath, Tool, ToolError, ToolOutput, ToolRun};

/// A file as text; `None` if there is none. What is not UTF-8 is replaced: the files of boot
/// loaders are bytes, and what matters in them is ASCII.
pub(in crate::boot) fn text(
    host: &(impl Files + ?Sized),
    path: &HostPath,
) -> Result<Option<String>, FilesError> {
    let bytes = host.read_file(path)?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

/// The first of these files that the host has, with its content.
pub(in crate::boot) fn first_text(
    host: &(impl Files + ?Sized),
    paths: &[&str],
) -> Result<Option<(HostPath, String)>, FilesError> {
    for path in paths.iter().map(HostPath::new) {
        if let Some(text) = text(host, &path)? {
            return Ok(Some((path, text)));
        }
    }
    Ok(None)
}

/// The first of these programs that the host has.
pub(in crate::boot) fn first_tool(
    host: &(impl Tool + ?Sized),
    names: &[&str],
) -> Result<Option<HostPath>, ToolError> {
    for name in names {
        if let Some(path) = host.find_tool(name)? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// The same, where there has to be one.
pub(super) fn some_tool(
    host: &(impl Tool + ?Sized),
    names: &[&str],
) -> Result<HostPath, ToolError> {
    let missing = || ToolError::NotFound {
        program: HostPath::new("usr/sbin").join(names.first().copied().unwrap_or_default()),
    };
    first_tool(host, names)?.ok_or_else(missing)
}

/// Runs a program that has to succeed.
pub(super) fn run(
    host: &(impl Tool + ?Sized),
    run: &ToolRun,
    deadline: Duration,
) -> Result<ToolOutput, BootError> {
    let output = host.run_tool(run, deadline)?;
    if output.succeeded() {
        return Ok(output);
    }
    let words = output.last_words();
    Err(BootError::Failed { run: run.to_string(), status: output.status, words })
}

/// A deadline for several runs.
pub(super) struct Until(Duration);

impl Until {
    pub(super) fn new(host: &(impl Clock + ?Sized), deadline: Duration) -> Self {
        Self(host.now().saturating_add(deadline))
    }

    pub(super) fn left(&self, host: &dyn Host) -> Duration {
        self.0.saturating_sub(host.now())
    }
}

/// Refuses an argument that holds another character than these or a letter or digit.
pub(super) fn only(tool: &'static str, arg: &KernelArg, allowed: &str) -> Result<(), BootError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || allowed.contains(c);
    match arg.as_str().chars().find(|c| !fits(*c)) {
        None => Ok(()),
        Some(c) => Err(unsupported(tool, arg, format!("it would not pass {c:?} on as it is"))),
    }
}

pub(super) fn unsupported(tool: &'static str, arg: &KernelArg, problem: String) -> BootError {
    BootError::Unsupported { tool, arg: arg.clone(), problem }
}

/// Arguments as one text.
pub(super) fn joined<'a>(args: impl IntoIterator<Item = &'a KernelArg>) -> String {
    let args: Vec<&str> = args.into_iter().map(KernelArg::as_str).collect();
    args.join(" ")
}
