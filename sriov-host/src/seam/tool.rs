use std::fmt;
use std::io;
use std::time::Duration;

use super::HostPath;
use crate::Errno;

/// Programs of the host: boot loader tools, firmware tools.
///
/// A program is run directly, never through a shell, in an environment of its own, and with the
/// host's root as its root. It reads nothing from standard input.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Tool: Send + Sync {
    /// Where the host has a program of this name; `None` if it has none.
    ///
    /// Looks into `/usr/sbin`, `/usr/bin`, `/sbin` and `/bin` below the root.
    ///
    /// # Errors
    ///
    /// [`ToolError::Io`] if these folders cannot be looked into.
    fn find_tool(&self, name: &str) -> Result<Option<HostPath>, ToolError>;

    /// Runs a program to its end. A status other than 0 is not an error here.
    ///
    /// # Errors
    ///
    /// [`ToolError::NotFound`] without such a program; [`ToolError::StillRunning`] if it has not
    /// ended by itself after `deadline` nor when it was killed then; [`ToolError::TimedOut`] if
    /// killing it helped; [`ToolError::Io`] if it cannot be started.
    fn run_tool(&self, run: &ToolRun, deadline: Duration) -> Result<ToolOutput, ToolError>;
}

/// A program and its arguments.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ToolRun {
    /// The program, as the host itself would name it.
    pub program: HostPath,
    /// Its arguments, each as it is: there is no shell.
    pub args: Vec<String>,
    /// Whether it can change the host, so that a dry run leaves it out.
    pub changes: bool,
}

impl ToolRun {
    /// A run that only looks.
    pub fn query<S: Into<String>>(program: HostPath, args: impl IntoIterator<Item = S>) -> Self {
        Self { program, args: args.into_iter().map(Into::into).collect(), changes: false }
    }

    /// A run that changes the host.
    pub fn change<S: Into<String>>(program: HostPath, args: impl IntoIterator<Item = S>) -> Self {
        Self { changes: true, ..Self::query(program, args) }
    }
}

/// As a person would type it.
impl fmt::Display for ToolRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.program.file_name())?;
        self.args.iter().try_for_each(|arg| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./,:+@%".contains(c);
            if !arg.is_empty() && arg.chars().all(plain) {
                write!(f, " {arg}")
            } else {
                write!(f, " '{}'", arg.replace('\'', r"'\''"))
            }
        })
    }
}

/// What a program that has ended left behind.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ToolOutput {
    /// Its exit status; `None` if a signal ended it.
    pub status: Option<i32>,
    /// What it printed, at most 1 MiB of it; what is not UTF-8 is replaced.
    pub stdout: String,
    /// What it complained about, at most 1 MiB of it.
    pub stderr: String,
}

impl ToolOutput {
    /// Whether it says that it succeeded. What it did is another question.
    pub const fn succeeded(&self) -> bool {
        matches!(self.status, Some(0))
    }

    /// The end of its complaints, or else of its output, on one line, for an error message.
    pub fn last_words(&self) -> String {
        let text = if self.stderr.trim().is_empty() { &self.stdout } else { &self.stderr };
        let lines: Vec<&str> =
            text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let kept = lines.len().saturating_sub(3);
        lines.get(kept..).unwrap_or_default().join("; ")
    }
}

/// A program that could not be run to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ToolError {
    /// The host has no such program.
    #[error("there is no program {program}")]
    NotFound {
        /// The program.
        program: HostPath,
    },
    /// It could not be started.
    #[error("cannot run {program}")]
    Io {
        /// The program.
        program: HostPath,
        /// The system's answer.
        source: io::Error,
    },
    /// It did not end in time and was killed.
    #[error("{program} was killed after {} ms", .after.as_millis())]
    TimedOut {
        /// The program.
        program: HostPath,
        /// The deadline that passed.
        after: Duration,
    },
    /// It did not end in time, and killing it did not help: it hangs in the kernel.
    #[error("{program} has not ended after {} ms, and cannot be killed", .after.as_millis())]
    StillRunning {
        /// The program.
        program: HostPath,
        /// The deadline that passed.
        after: Duration,
    },
}

impl ToolError {
    /// The system's error number, if the failure has one.
    pub fn errno(&self) -> Option<Errno> {
        match self {
            Self::Io { source, .. } => Errno::of(source),
            Self::NotFound { .. } => Some(Errno::NOENT),
            Self::TimedOut { .. } | Self::StillRunning { .. } => None,
        }
    }

    /// Whether more rights would help.
    pub fn is_permission_denied(&self) -> bool {
        matches!(self.errno(), Some(Errno::PERM | Errno::ACCES | Errno::ROFS))
    }
}
