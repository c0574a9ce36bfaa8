//! What the tool says besides tables.

use std::time::Duration;

use super::answer::CardAnswer;
use super::release::Release;
use crate::seam::ToolOutput;

/// The exit statuses of the tool.
pub(super) const DONE: i32 = 0;
pub(super) const ABORTED: i32 = 2;
pub(super) const ERROR: i32 = 3;

pub(super) const OPEN_FAILED: &str = "Failed to open the device";
pub(super) const UNIDENTIFIED: &str = "Failed to identify the device";
pub(super) const LIVEFISH: &str = "Device in Livefish mode is not supported";
pub(super) const BUSY: &str = "Failed to query device current configuration: Semaphore locked";
pub(super) const NO_DEVICES: &str = "No devices found.";
pub(super) const ABORTED_BY_USER: &str = "Aborted by user.";

/// How long the tool takes to find out that nothing will come of it.
pub(super) const SOON: Duration = Duration::from_millis(120);
/// How long it waits for a semaphore.
pub(super) const SEMAPHORE: Duration = Duration::from_secs(2);

/// All that the tool complains about goes to its standard output.
pub(super) fn error(words: &str) -> String {
    format!("-E- {words}\n")
}

pub(super) fn answer(status: i32, stdout: String, cost: Duration) -> CardAnswer {
    let output = ToolOutput { status: Some(status), stdout, stderr: String::new() };
    CardAnswer { output, cost, wrote: None }
}

/// It could not even begin: newer releases say so twice when they were to query.
pub(super) fn refused(release: Release, query: bool, words: &str, cost: Duration) -> CardAnswer {
    let times = if query && release.says_twice() { 2 } else { 1 };
    answer(ERROR, error(words).repeat(times), cost)
}

/// The kernel keeps the tool from the card.
pub(super) fn locked_out(release: Release, device: &str) -> CardAnswer {
    if !release.tells_names_apart() {
        let mut answer = refused(release, false, OPEN_FAILED, SOON);
        "write counter to semaphore: Permission denied\n".clone_into(&mut answer.output.stderr);
        return answer;
    }
    let by_name = device.starts_with("mlx5_");
    refused(release, false, if by_name { OPEN_FAILED } else { UNIDENTIFIED }, SOON)
}

pub(super) fn unsupported(name: &str) -> String {
    format!("The Device doesn't support {name} parameter")
}

pub(super) fn unknown(name: &str) -> String {
    format!("Unknown Parameter: {name}")
}

pub(super) fn read_only(group: &str) -> String {
    format!("Operation is not supported (Read only TLV: {group})")
}

pub(super) fn too_large(name: &str, max: u64) -> String {
    format!("Parameter {name}' value is larger than maximum allowed {max}")
}

pub(super) fn illegal(name: &str, affected_by: &str) -> String {
    format!(
        "The Parameter {name} has Illegal constraint.\n\
         Note: The constraint of this parameter is affected by the following parameters:\n\
         {affected_by}"
    )
}

pub(super) fn version(program: &str, tool: &str) -> String {
    format!("{program}, mstflint {tool}, Git SHA Hash: N/A\n")
}

/// Short, for nobody parses it.
pub(super) const HELP: &str = "    NAME:\n        mstconfig\n    SYNOPSIS:\n        mstconfig \
                               [Options] <Commands> [Parameters]\n";
