use sriov_host::seam::{HostPath, ToolRun};

use super::Look;
use crate::backend::{BackendKind, FoundTool};
use crate::card::{Card, Port};
use crate::facts::ResetAbility;
use crate::output::{Remedy, read_reset_status};

const PROGRAM: &str = "mstfwreset";

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
        let told = || self.options.reset && self.told_by_tool(card).unwrap_or(false);
        if backend == BackendKind::Devlink || told() {
            ResetAbility::Possible
        } else {
            ResetAbility::Unknown
        }
    }

    fn told_by_tool(&self, card: &Card) -> Option<bool> {
        let FoundTool::At { program, version } = self.backends.tool().ok()? else { return None };
        if !version?.supports_reset_status() {
            return None;
        }
        let run = self.status_of(card, &program)?;
        let output = self.access.home().run_tool(&run, self.options.query_deadline).ok()?;
        let status = read_reset_status(&output.stdout).ok()?;
        Some(matches!(status.remedy?, Remedy::Reset { level } if level <= WITHOUT_RESTART))
    }

    /// The tool for resets lies beside the other one.
    fn status_of(&self, card: &Card, beside: &HostPath) -> Option<ToolRun> {
        let device = card.lead()?.pci.to_string();
        let program = beside.parent()?.join(PROGRAM);
        Some(ToolRun::query(program, ["-d", &device, "status", "--json"]))
    }
}
