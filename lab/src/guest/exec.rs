//! Running the guest's programs.

use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::case::Done;

/// The number of the user `nobody`.
const NOBODY: u32 = 65534;

/// A program that ended.
#[derive(Clone, Debug)]
pub(super) struct Ran {
    pub(super) status: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
    line: String,
}

/// A command with the path that programs expect.
pub(super) fn command(line: &[&str]) -> Command {
    let mut command = Command::new(line.first().copied().unwrap_or_default());
    command.args(line.get(1..).unwrap_or_default());
    command.env("PATH", "/bin:/sbin").env("LC_ALL", "C").stdin(Stdio::null());
    command
}

/// Runs a program to its end, whatever that is.
pub(super) fn run(line: &[&str]) -> Result<Ran, String> {
    ended(command(line), line)
}

/// Runs a program without any rights.
pub(super) fn run_as_nobody(line: &[&str]) -> Result<Ran, String> {
    let mut command = command(line);
    command.uid(NOBODY).gid(NOBODY);
    ended(command, line)
}

fn ended(mut command: Command, line: &[&str]) -> Result<Ran, String> {
    let output = command.output().map_err(|e| format!("cannot run {}: {e}", line.join(" ")))?;
    Ok(Ran {
        status: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
        line: line.join(" "),
    })
}

/// Runs a program that must succeed.
pub(super) fn done(line: &[&str]) -> Result<String, String> {
    let ran = run(line)?;
    ran.expect(0)?;
    Ok(ran.out)
}

impl Ran {
    /// Fails unless the program ended with this status.
    pub(super) fn expect(&self, status: i32) -> Done {
        if self.status == Some(status) {
            return Ok(());
        }
        Err(format!(
            "{} ended with {:?} instead of {status}{}",
            self.line,
            self.status,
            self.words()
        ))
    }

    /// The program's output as JSON.
    pub(super) fn json(&self) -> Result<Value, String> {
        serde_json::from_str(&self.out)
            .map_err(|e| format!("{} printed no JSON: {e}{}", self.line, self.words()))
    }

    fn words(&self) -> String {
        format!("\nstdout: {}\nstderr: {}", short(&self.out), short(&self.err))
    }
}

/// Enough of an output to understand a failure, on a serial line.
fn short(text: &str) -> &str {
    let text = text.trim_end();
    let end = text.char_indices().nth(1500).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}
