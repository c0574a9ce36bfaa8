//! One command, to its end.

use sriov_host::seam::{HostPath, ToolError, ToolOutput, ToolRun};

use super::Mstconfig;
use crate::error::FirmwareFault;
use crate::facts::Lockdown;
use crate::lockdown::lockdown;
use crate::output::Refusal;
use crate::patience::Patience;

impl Mstconfig<'_> {
    /// Runs the tool. While the card is busy it is tried again, as long as the patience lasts.
    pub(super) fn run(&self, run: &ToolRun) -> Result<ToolOutput, FirmwareFault> {
        let deadline =
            if run.changes { self.options.set_deadline } else { self.options.query_deadline };
        let mut patience = Patience::new(self.access.host, self.options.patience);
        loop {
            let output = self.access.home().run_tool(run, deadline).map_err(missing)?;
            match Refusal::of(&output) {
                None => return Ok(output),
                Some(refusal) if refusal.is_busy() && patience.pause() => {}
                Some(refusal) => return Err(FirmwareFault::Refused(self.explained(refusal))),
            }
        }
    }

    /// The tool says of anything between it and the device that it cannot open it.
    fn explained(&self, refusal: Refusal) -> Refusal {
        if !matches!(refusal, Refusal::OpenFailed | Refusal::Unidentified) {
            return refusal;
        }
        if let Lockdown::On(mode) = lockdown(self.access.host) {
            return Refusal::NotPermitted(format!("the kernel is in lockdown ({mode})"));
        }
        match self.user() {
            Some(user) if user != 0 => {
                Refusal::NotPermitted(format!("it takes root, and this is user {user}"))
            }
            _ => refusal,
        }
    }

    /// The effective user of this process, as far as it can be told.
    fn user(&self) -> Option<u32> {
        let status = self.access.home().read(&HostPath::new("proc/self/status")).ok()?;
        let users = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
        users.split_whitespace().nth(1)?.parse().ok()
    }
}

fn missing(error: ToolError) -> FirmwareFault {
    match error {
        ToolError::NotFound { program } => {
            FirmwareFault::ToolMissing { program: program.to_string() }
        }
        error => FirmwareFault::Tool(error),
    }
}
