use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::catalogue;
use super::fault_machine::{BlueFieldMachine, LimitsMachine, TimingMachine};
use crate::PciAddress;
use crate::sim::MachineError;

/// An NVIDIA card: its firmware, the release of the tool that reads it, and what is wrong with both.
///
/// ```
/// use sriov_host::sim::CardMachine;
/// let card = CardMachine::from_yaml("
/// serial: MT2141X00123
/// pfs: [0000:3b:00.0, 0000:3b:00.1]
/// tool: 4.26.0
/// params:
///   NUM_OF_VFS: { default: 8, current: 8, next: 16 }
///   SRIOV_EN: { current: true }
/// ")?;
/// assert_eq!(card.pfs.len(), 2);
/// # Ok::<(), sriov_host::sim::MachineError>(())
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct CardMachine {
    /// The serial number in its vital product data; what tells it from other cards.
    pub serial: String,
    /// Its PFs: all of them share the firmware's parameters.
    pub pfs: Vec<PciAddress>,
    /// What the tool calls the device, as `ConnectX6DX` or `BlueField2`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The part number.
    pub part: String,
    /// What the vendor says that it is.
    pub description: String,
    /// The parameter set of the vendor.
    pub psid: String,
    /// The version of the running firmware.
    pub firmware: String,
    /// The release of mstflint, which decides what the tool prints and which options it has.
    pub tool: String,
    /// Parameters that differ from those of a usual card, by name, as `PORT_OWNER[1]` in an array.
    pub params: BTreeMap<String, ParamMachine>,
    /// Parameters that this board does not have.
    pub without: Vec<String>,
    /// What the firmware refuses.
    pub limits: LimitsMachine,
    /// `NUM_OF_VFS` is rounded up to a multiple of this.
    pub rounds_to: Option<u32>,
    /// The firmware does not tell the current values.
    pub no_current_column: bool,
    /// Parameters whose group cannot be read: they are left out of the table, the footer names
    /// their groups, and the tool ends with status 3.
    pub missing_tlvs: Vec<String>,
    /// The card runs without firmware.
    pub livefish: bool,
    /// How the processors of a `BlueField` and the host share it.
    pub bluefield_mode: Option<BlueFieldMachine>,
    /// What was written is not loaded by a warm restart of the host: the firmware refuses to be
    /// prepared for one. A firmware reset still loads it, unless that fails too.
    pub needs_power_cycle: bool,
    /// What was written is not loaded by a warm restart of the host, though the tool says so.
    pub loads_only_after_reset: bool,
    /// So many calls of the tool find the card's semaphore taken.
    pub busy_for: u32,
    /// The tool does not end before it is killed.
    pub hangs: bool,
    /// Parameters whose next value falls back to the current one at a restart.
    pub loses_at_reboot: Vec<String>,
    /// The tool fails after it has written so many parameters of a `set`. If it is killed earlier,
    /// for its deadline, it has written those as well.
    pub dies_after: Option<u32>,
    /// Parameters that `set` leaves as they are, and says that it has written.
    pub silently_drops: Vec<String>,
    /// How long calls of the tool take.
    pub timing: TimingMachine,
    /// Whether a kernel in lockdown keeps the tool from the card; default yes.
    pub lockdown_blocks: bool,
    /// Whether the driver has `enable_sriov` and `total_vfs` as permanent parameters of devlink.
    pub devlink_params: bool,
    /// A firmware reset fails.
    pub reset_fails: bool,
}

impl Default for CardMachine {
    fn default() -> Self {
        Self {
            serial: "MT0000X00000".to_owned(),
            pfs: Vec::new(),
            kind: "ConnectX6DX".to_owned(),
            part: "MCX623106AN-CDA_Ax".to_owned(),
            description: "ConnectX-6 Dx EN adapter card; 100GbE; Dual-port QSFP56; PCIe 4.0 x16; \
                          No Crypto"
                .to_owned(),
            psid: "MT_0000000359".to_owned(),
            firmware: "22.39.2048".to_owned(),
            tool: "4.31.0".to_owned(),
            params: BTreeMap::new(),
            without: Vec::new(),
            limits: LimitsMachine::default(),
            rounds_to: None,
            no_current_column: false,
            missing_tlvs: Vec::new(),
            livefish: false,
            bluefield_mode: None,
            needs_power_cycle: false,
            loads_only_after_reset: false,
            busy_for: 0,
            hangs: false,
            loses_at_reboot: Vec::new(),
            dies_after: None,
            silently_drops: Vec::new(),
            timing: TimingMachine::default(),
            lockdown_blocks: true,
            devlink_params: false,
            reset_fails: false,
        }
    }
}

impl CardMachine {
    /// Reads a description.
    ///
    /// # Errors
    ///
    /// [`MachineError::Yaml`] with the key and the line; [`MachineError::Senseless`] for a value
    /// that its parameter does not have.
    pub fn from_yaml(text: &str) -> Result<Self, MachineError> {
        let machine: Self =
            serde_saphyr::from_str(text).map_err(|error| MachineError::Yaml(error.to_string()))?;
        match machine.nonsense() {
            Some(words) => Err(MachineError::Senseless(words)),
            None => Ok(machine),
        }
    }
}

impl CardMachine {
    /// What makes no sense in it, if anything.
    pub(super) fn nonsense(&self) -> Option<String> {
        let params = catalogue::of_card(self);
        self.params.iter().find_map(|(name, said)| {
            let Some((param, _)) = catalogue::find(&params, name) else {
                return Some(format!("there is no parameter {name}"));
            };
            let given = [&said.default, &said.current, &said.next].into_iter().flatten();
            let wrong = given.into_iter().find(|setting| param.of_setting(setting).is_none())?;
            Some(format!("{name} cannot be {wrong:?}"))
        })
    }

    /// Whether it has processors of its own.
    pub(super) fn is_bluefield(&self) -> bool {
        self.kind.starts_with("BlueField") || self.bluefield_mode.is_some()
    }

    /// What the mode of a `BlueField` makes of a parameter.
    pub(super) fn bluefield_value(&self, name: &str) -> Option<u32> {
        use BlueFieldMachine::{Dpu, Nic, Restricted, SeparatedHost};
        let value = match (self.bluefield_mode?, name) {
            (SeparatedHost, "INTERNAL_CPU_MODEL" | "INTERNAL_CPU_OFFLOAD_ENGINE") => 0,
            (Dpu | Nic | Restricted, "INTERNAL_CPU_MODEL")
            | (
                Nic | SeparatedHost,
                "INTERNAL_CPU_PAGE_SUPPLIER"
                | "INTERNAL_CPU_ESWITCH_MANAGER"
                | "INTERNAL_CPU_IB_VPORT0"
                | "INTERNAL_CPU_OFFLOAD_ENGINE",
            ) => 1,
            _ => return None,
        };
        Some(value)
    }
}

/// A parameter, as far as it is not as usual. What is left out follows: `next` is `current`, and
/// `current` is `default`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct ParamMachine {
    /// The value that a configuration reset goes back to.
    pub default: Option<SettingMachine>,
    /// The value of the running firmware.
    pub current: Option<SettingMachine>,
    /// The value that the firmware takes when it is loaded next.
    pub next: Option<SettingMachine>,
    /// Whether it can only be read.
    pub read_only: Option<bool>,
}

/// A value of a parameter, as somebody would write it: `16`, `true`, `ETH`, `IB(1)` or `N/A`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(untagged)]
pub enum SettingMachine {
    /// `true` or `false`.
    Flag(bool),
    /// A number.
    Number(u32),
    /// The text of a value, with or without its number; `N/A` for none.
    Text(String),
}
