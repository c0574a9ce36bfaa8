//! Programs, through a wrapper.

use std::time::Duration;

use super::Call;
use super::policy::{Failure, Policy, Request, deadline_if, through};
use crate::Errno;
use crate::seam::{HostPath, Tool, ToolError, ToolOutput, ToolRun};

impl Failure for ToolError {
    fn outcome(&self) -> String {
        match (self.errno(), self) {
            (Some(errno), _) => errno.to_string(),
            (None, Self::TimedOut { .. }) => "timed-out".to_owned(),
            (None, _) => "still-running".to_owned(),
        }
    }
}

fn failed(program: &HostPath) -> impl Fn(Errno) -> ToolError {
    move |errno| ToolError::Io { program: program.clone(), source: errno.to_io() }
}

pub(super) fn find_tool<P: Policy>(policy: &P, name: &str) -> Result<Option<HostPath>, ToolError> {
    let request = Request { call: Call::QueryTool, target: name, detail: "" };
    let pass = || policy.inner().find_tool(name);
    through(policy, &request, |_| pass(), pass, failed(&HostPath::new(name)))
}

pub(super) fn run_tool<P: Policy>(
    policy: &P,
    run: &ToolRun,
    deadline: Duration,
) -> Result<ToolOutput, ToolError> {
    let call = if run.changes { Call::RunTool } else { Call::QueryTool };
    let (target, detail) = (run.program.to_string(), run.args.join(" "));
    let request = Request { call, target: &target, detail: &detail };
    let pass = |awaited| policy.inner().run_tool(run, deadline_if(awaited, deadline));
    // It says that it succeeded, and printed nothing.
    let skip = || Ok(ToolOutput { status: Some(0), ..ToolOutput::default() });
    through(policy, &request, pass, skip, failed(&run.program))
}
