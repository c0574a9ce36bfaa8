use std::path::Path;
use std::time::Duration;

use nix::sys::stat::{Mode, SFlag};

use super::LinuxHost;
use super::deadline::Outcome;
use super::program::{Ended, Program};
use super::rooted;
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
            let stat = rooted::stat(&self.root, &path)
                .map_err(|source| ToolError::Io { program: path.clone(), source })?;
            if stat.is_some_and(|stat| is_program(stat.st_mode)) {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }

    fn run_tool(&self, run: &ToolRun, deadline: Duration) -> Result<ToolOutput, ToolError> {
        let path = &run.program;
        let failed = |source| ToolError::Io { program: path.clone(), source };
        match rooted::stat(&self.root, path) {
            Ok(Some(_)) => {}
            Ok(None) => return Err(ToolError::NotFound { program: path.clone() }),
            Err(source) => return Err(failed(source)),
        }
        let root = (self.root != Path::new("/")).then(|| self.root.clone());
        let program = Program { path: path.to_string(), args: run.args.clone(), root };
        tracing::info!(tool = %run, "running a program");
        let call = move || program.run(deadline);
        match self.in_flight.run(&path.to_string(), deadline.saturating_add(GRACE), call) {
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

fn is_program(mode: u32) -> bool {
    let regular = SFlag::from_bits_truncate(mode) & SFlag::S_IFMT == SFlag::S_IFREG;
    let executable = Mode::S_IXUSR | Mode::S_IXGRP | Mode::S_IXOTH;
    regular && Mode::from_bits_truncate(mode).intersects(executable)
}
