use super::KernelArg;
use crate::seam::{FilesError, HostPath, SysfsError, ToolError};

/// Kernel arguments that could not be read or staged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BootError {
    /// A pseudo file of the kernel could not be read.
    #[error("cannot tell what the running kernel was booted with")]
    Running(#[source] SysfsError),
    /// A configuration file could not be read or replaced.
    #[error("cannot use the boot loader's configuration")]
    Files(#[from] FilesError),
    /// A program could not be run to its end.
    #[error("cannot run a boot loader's tool")]
    Tool(#[from] ToolError),
    /// A program ended and said that it failed.
    #[error("`{run}` failed with status {}: {words}", .status.map_or_else(|| "by signal".to_owned(), |status| status.to_string()))]
    Failed {
        /// The program and its arguments.
        run: String,
        /// Its exit status.
        status: Option<i32>,
        /// The end of what it said.
        words: String,
    },
    /// A file does not say what such a file says.
    #[error("{path}:{line}: {problem}")]
    Malformed {
        /// The file.
        path: HostPath,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// The boot loader's tool cannot take such an argument, or would change others with it.
    #[error("{tool} cannot be used for {arg}: {problem}")]
    Unsupported {
        /// The program, or the file that it reads.
        tool: &'static str,
        /// The argument.
        arg: KernelArg,
        /// Why not.
        problem: String,
    },
    /// The kernel arguments of this host are changed by hand, or in the image it runs.
    #[error("the kernel arguments of this host cannot be changed from here")]
    Manual,
}
