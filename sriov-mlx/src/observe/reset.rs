use sriov_host::seam::{HostPath, ToolError, ToolRun};

use super::Look;
use crate::access::Access;
use crate::apply::FirmwareOptions;
use crate::backend::{BackendKind, FoundTool};
use crate::card::{Card, Port};
use crate::facts::ResetAbility;
use crate::output::{Remedy, read_reset_status};

pub(crate) const PROGRAM: &str = "mstfwreset";

/// The highest level of a reset that is not a restart of the host.
const WITHOUT_RESTART: u8 = 3;

impl Look<'_> {
    /// Whether a firmware reset is known to load new values.
    ///
    /// A `BlueField` may come back in another mode, so that nobody can tell for one. The tool is
    /// asked only if the caller would use the reset.
    pub(super) fn reset_ability(&self, card: &Card, backend: BackendKind) -> ResetAbility {
        if card.ports.iter().any(Port::is_bluefield) {
            return ResetAbility::Unknown;
        }
        let told = || {
            self.options.reset && self.can_tell() && reset_loads(self.access, card, self.options)
        };
        if backend == BackendKind::Devlink || told() {
            ResetAbility::Possible
        } else {
            ResetAbility::Unknown
        }
    }

    /// Whether the release of the tool can tell what a reset loads; older ones are not asked.
    fn can_tell(&self) -> bool {
        let tool = self.backends.tool();
        let Ok(FoundTool::At { version: Some(version), .. }) = tool else { return false };
        version.supports_reset_status()
    }
}

/// Whether a firmware reset is known to load what waits for it now.
pub(crate) fn reset_loads(access: &Access<'_>, card: &Card, options: &FirmwareOptions) -> bool {
    if card.ports.iter().any(Port::is_bluefield) {
        return false;
    }
    let program = tool_for_resets(access).ok().flatten();
    program.and_then(|program| ask(access, card, program, options)).unwrap_or(false)
}

/// The tool for resets: beside the caller's own, or else the host's; `None` if it has none.
pub(crate) fn tool_for_resets(access: &Access<'_>) -> Result<Option<HostPath>, ToolError> {
    match access.tool.and_then(|tool| tool.program.parent()) {
        Some(folder) => Ok(Some(folder.join(PROGRAM))),
        None => access.home().find_tool(PROGRAM),
    }
}

/// Releases that cannot tell fail, and nothing is known then.
fn ask(
    access: &Access<'_>,
    card: &Card,
    program: HostPath,
    options: &FirmwareOptions,
) -> Option<bool> {
    let device = card.lead()?.pci.to_string();
    let run = ToolRun::query(program, ["-d", &device, "status", "--json"]);
    let output = access.home().run_tool(&run, options.query_deadline).ok()?;
    let status = read_reset_status(&output.stdout).ok()?;
    Some(matches!(status.remedy?, Remedy::Reset { level } if level <= WITHOUT_RESTART))
}
