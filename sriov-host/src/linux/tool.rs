use std::time::Duration;

use super::LinuxHost;
use crate::Errno;
use crate::seam::{HostPath, Tool, ToolError, ToolOutput, ToolRun};

impl Tool for LinuxHost {
    fn find_tool(&self, _name: &str) -> Result<Option<HostPath>, ToolError> {
        Ok(None)
    }

    fn run_tool(&self, run: &ToolRun, _deadline: Duration) -> Result<ToolOutput, ToolError> {
        let program = run.program.clone();
        Err(ToolError::Io { program, source: Errno::NOSYS.to_io() })
    }
}
