use std::time::Duration;

use super::host::SimHost;
use crate::seam::{HostPath, Tool, ToolError, ToolOutput, ToolRun};

impl Tool for SimHost {
    fn find_tool(&self, _name: &str) -> Result<Option<HostPath>, ToolError> {
        Ok(None)
    }

    fn run_tool(&self, run: &ToolRun, _deadline: Duration) -> Result<ToolOutput, ToolError> {
        Err(ToolError::NotFound { program: run.program.clone() })
    }
}
