use std::time::Duration;

use sriov_host::seam::{Tool, ToolRun};

use super::error::RestartError;
use super::report::RebootRequest;

/// How long systemd may take to accept the job; the restart itself is not waited for.
const DEADLINE: Duration = Duration::from_secs(30);

/// Tells systemd to restart the host, without waiting for it: `systemctl reboot --no-block`.
///
/// For programs whose user said so. The library never calls it.
///
/// # Errors
///
/// [`RestartError`] if systemd did not accept it.
pub fn restart(host: &dyn Tool, _request: &RebootRequest) -> Result<(), RestartError> {
    let program = host.find_tool("systemctl")?.ok_or(RestartError::NoProgram)?;
    let run = ToolRun::change(program, ["reboot", "--no-block"]);
    let output = host.run_tool(&run, DEADLINE)?;
    if output.succeeded() {
        return Ok(());
    }
    Err(RestartError::Failed { run: run.to_string(), words: output.last_words() })
}
