//! Running host programs to their end.

use std::io;
use std::process::{Command, Output};

use crate::problem::{Problem, Result};

/// Runs a program and returns its standard output; anything but success is a problem.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = attempt(command)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.trim();
    let tail =
        said.char_indices().rev().nth(2000).map_or(said, |(at, _)| said.get(at..).unwrap_or(said));
    Err(Problem::new(format!("{} ended with {}: {tail}", shown(command), output.status)))
}

/// Runs a program whose failure is an answer.
pub(crate) fn attempt(command: &mut Command) -> Result<Output> {
    command.output().map_err(|source| missing(command, &source))
}

/// Runs a program that talks to the terminal itself.
pub(crate) fn shown_to_user(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|source| missing(command, &source))?;
    if status.success() {
        return Ok(());
    }
    Err(Problem::new(format!("{} ended with {status}", shown(command))))
}

/// Whether a program of this name can be started at all.
pub(crate) fn exists(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

fn missing(command: &Command, source: &io::Error) -> Problem {
    let program = command.get_program().to_string_lossy();
    let problem = Problem::new(format!("cannot run {program}: {source}"));
    if source.kind() == io::ErrorKind::NotFound {
        return problem.help("`cargo xtask lab-setup` installs what the lab needs on Debian 12");
    }
    problem
}

fn shown(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}
