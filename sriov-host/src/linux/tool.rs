use std::io;
use std::path::Path;
use std::time::Duration;

use nix::fcntl::OFlag;
use nix::sys::stat::{Mode, SFlag, fstat};

use super::LinuxHost;
use super::below::open_existing;
use super::deadline::Outcome;
use super::program::{Ended, Program};
use crate::Errno;
use crate::seam::{HostPath, Tool, ToolError, ToolOutput, ToolRun};

/// As in the environment that programs are given.
const FOLDERS: [&str; 4] = ["usr/sbin", "usr/bin", "sbin", "bin"];

/// How long a program that was killed may take to be gone, before it is said to hang.
const GRACE: Duration = Duration::from_secs(2);

impl Tool for LinuxHost {
    fn find_tool(&self, name: &str) -> Result<Option<HostPath>, ToolError> {
        if name.is_empty() || name.contains('/') || name == "." || name == ".." {
            return Ok(None);
        }
        for folder in FOLDERS {
            let path = HostPath::new(folder).join(name);
            let mode = mode_of(&self.root, &path)
                .map_err(|source| ToolError::Io { program: path.clone(), source })?;
            if mode.is_some_and(is_program) {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }

    fn run_tool(&self, run: &ToolRun, deadline: Duration) -> Result<ToolOutput, ToolError> {
        let path = &run.program;
        let failed = |source| ToolError::Io { program: path.clone(), source };
        match mode_of(&self.root, path) {
            Ok(Some(_)) => {}
            Ok(None) => return Err(ToolError::NotFound { program: path.clone() }),
            Err(source) => return Err(failed(source)),
        }
        let root = (self.root != Path::new("/")).then(|| self.root.clone());
        let (args, environment) = (run.args.clone(), self.environment);
        let program = Program { path: path.to_string(), args, root, environment };
        tracing::info!(tool = %run, "running a program");
        let call = move || program.run(deadline);
        // With its arguments: a firmware tool that hangs at one card still works at the others.
        let object = format!("{path} {:?}", run.args);
        match self.in_flight.run(&object, deadline.saturating_add(GRACE), call) {
            Outcome::Answered(Ok(Ended::ByItself(output))) => Ok(output),
            Outcome::Answered(Ok(Ended::Killed)) => {
                Err(ToolError::TimedOut { program: path.clone(), after: deadline })
            }
            Outcome::Answered(Err(source)) => Err(failed(source)),
            Outcome::StillRunning => {
                Err(ToolError::StillRunning { program: path.clone(), after: deadline })
            }
        }
    }
}

/// What there is behind all links, taken as the host itself takes them; `None` if there is nothing.
fn mode_of(root: &Path, path: &HostPath) -> io::Result<Option<u32>> {
    let found = open_existing(root, path, OFlag::O_PATH).and_then(|file| Ok(fstat(&file)?));
    match found {
        Ok(stat) => Ok(Some(stat.st_mode)),
        Err(error) => match Errno::of(&error) {
            Some(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => Ok(None),
            _ => Err(error),
        },
    }
}

fn is_program(mode: u32) -> bool {
    let regular = SFlag::from_bits_truncate(mode) & SFlag::S_IFMT == SFlag::S_IFREG;
    let executable = Mode::S_IXUSR | Mode::S_IXGRP | Mode::S_IXOTH;
    regular && Mode::from_bits_truncate(mode).intersects(executable)
}
