use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::card::{CardMachine, LockdownMachine};
use super::loader_machine::BootMachine;
use super::machine_error::MachineError;
use super::machine_rdma::{InitramfsMachine, KernelUserMachine, NamespaceMachine, RdmaMachine};
use super::machine_users::{HolderMachine, RouteMachine};
use crate::decorate::{ErrnoName, FaultSpec};
use crate::{
    DriverName, EswitchMode, IfName, LinkType, MacAddr, Mtu, PciAddress, PciId, TxRate,
    VfLinkState, VfRange, VlanId, VlanQos,
};

/// The description of a simulated machine, as YAML has it.
///
/// ```
/// use sriov_host::sim::Machine;
/// let machine = Machine::from_yaml("
/// pfs:
///   - pci: 0000:01:00.0
///     driver: igb
///     numVfs: 2
/// ")?;
/// assert_eq!(machine.pfs[0].driver.as_str(), "igb");
/// # Ok::<(), sriov_host::sim::MachineError>(())
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Machine {
    /// The seed of all chance. The same description behaves the same, call for call.
    pub seed: u64,
    /// Whether there is an IOMMU: without one, vfio-pci cannot bind.
    pub iommu: bool,
    /// udev, and how slow it is.
    pub udev: Udev,
    /// What things cost, and how large buffers are.
    pub kernel: KernelSettings,
    /// The physical functions.
    pub pfs: Vec<PfMachine>,
    /// Processes that hold a VF's device open.
    pub holders: Vec<HolderMachine>,
    /// The link that the default route leaves through.
    pub default_route: Option<RouteMachine>,
    /// Calls that fail.
    pub faults: Vec<FaultSpec>,
    /// The boot loader.
    pub boot: BootMachine,
    /// Whether the caller has `CAP_NET_ADMIN`; default yes.
    pub capable: bool,
    /// The kernel's release.
    pub release: String,
    /// The command line of the running kernel.
    pub cmdline: String,
    /// The RDMA subsystem.
    pub rdma: RdmaMachine,
    /// Network namespaces besides the host's own.
    pub namespaces: Vec<NamespaceMachine>,
    /// Parts of the kernel that use RDMA devices.
    pub kernel_users: Vec<KernelUserMachine>,
    /// NVIDIA cards. Their PFs are among [`pfs`](Self::pfs).
    pub cards: Vec<CardMachine>,
    /// Whether `mstconfig` and `mstfwreset` are installed, where there are cards; default yes.
    pub mstconfig: bool,
    /// Kernel lockdown.
    pub lockdown: LockdownMachine,
    /// The initramfs.
    pub initramfs: InitramfsMachine,
    /// Ordinary files, by their absolute path.
    pub files: BTreeMap<String, String>,
}

impl Default for Machine {
    fn default() -> Self {
        Self {
            seed: 0,
            iommu: false,
            udev: Udev::default(),
            kernel: KernelSettings::default(),
            pfs: Vec::new(),
            holders: Vec::new(),
            default_route: None,
            faults: Vec::new(),
            capable: true,
            release: "6.12.95+deb12-amd64".to_owned(),
            cmdline: "BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro quiet".to_owned(),
            rdma: RdmaMachine::default(),
            namespaces: Vec::new(),
            kernel_users: Vec::new(),
            cards: Vec::new(),
            mstconfig: true,
            lockdown: LockdownMachine::None,
            initramfs: InitramfsMachine::default(),
            files: BTreeMap::new(),
            boot: BootMachine::default(),
        }
    }
}

/// udev: it renames netdevs some time after the kernel made them.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Udev {
    /// Whether it runs at all.
    pub present: bool,
    /// Whether it gives predictable names, or leaves the kernel's.
    pub renames: bool,
    /// The shortest time from a netdev's appearance to its final name.
    pub min_ms: u64,
    /// The longest.
    pub max_ms: u64,
}

impl Default for Udev {
    fn default() -> Self {
        Self { present: true, renames: true, min_ms: 70, max_ms: 300 }
    }
}

/// What things cost in the simulated kernel, and how large its buffers are.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct KernelSettings {
    /// The time that any call takes.
    pub call_us: u64,
    /// How many events a subscription holds before it loses some.
    pub event_buffer: usize,
    /// How long a read may wait for a device that is busy.
    pub read_deadline_ms: u64,
    /// The uptime when the simulation begins.
    pub uptime_ms: u64,
}

impl Default for KernelSettings {
    fn default() -> Self {
        Self { call_us: 2, event_buffer: 1024, read_deadline_ms: 30_000, uptime_ms: 60_000 }
    }
}

/// A physical function. What is left out is as usual for its driver.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct PfMachine {
    /// Its address.
    pub pci: PciAddress,
    /// Its driver: `igb`, `mlx5_core`, `ice`, `i40e`, `bnxt_en`, or `netdevsim`, which takes
    /// every setting.
    pub driver: DriverName,
    /// Whether the driver is bound; default yes.
    #[serde(default = "yes")]
    pub bound: bool,
    /// The vendor id.
    #[serde(default)]
    pub vendor: Option<PciId>,
    /// The device id.
    #[serde(default)]
    pub device: Option<PciId>,
    /// The device id of its VFs.
    #[serde(default)]
    pub vf_device: Option<PciId>,
    /// The name that udev gives its netdev.
    #[serde(default)]
    pub name: Option<IfName>,
    /// Its permanent address.
    #[serde(default)]
    pub mac: Option<MacAddr>,
    /// Its MTU.
    #[serde(default)]
    pub mtu: Option<Mtu>,
    /// Whether it is administratively up; default yes.
    #[serde(default = "yes")]
    pub up: bool,
    /// The namespace of its netdev, if another one.
    #[serde(default)]
    pub netns: Option<String>,
    /// InfiniBand instead of Ethernet.
    #[serde(default)]
    pub link_type: Option<LinkType>,
    /// The VFs that the hardware announces. Zero: no SR-IOV capability.
    #[serde(default)]
    pub total_vfs: Option<u16>,
    /// The VFs that the driver lets through.
    #[serde(default)]
    pub driver_vfs: Option<u16>,
    /// The VFs that exist.
    #[serde(default)]
    pub num_vfs: u16,
    /// Routing id of VF 0, relative to the PF.
    #[serde(default)]
    pub offset: Option<u32>,
    /// Distance of routing ids between VFs.
    #[serde(default)]
    pub stride: Option<u32>,
    /// Whether VFs are bound when they appear; default yes.
    #[serde(default = "yes")]
    pub autoprobe: bool,
    /// The eswitch mode.
    #[serde(default)]
    pub eswitch: Option<EswitchMode>,
    /// The NUMA node; −1 for unknown.
    #[serde(default = "nowhere")]
    pub numa_node: i32,
    /// How long a VF's driver takes to probe.
    #[serde(default)]
    pub vf_probe_ms: Option<u64>,
    /// VFs appear after the write has returned, as on s390x.
    #[serde(default)]
    pub asynchronous: bool,
    /// The write succeeds, with no more VFs than this.
    #[serde(default)]
    pub enables_at_most: Option<u16>,
    /// The errno of every attempt to create VFs, as ENOMEM where MMIO space is short.
    #[serde(default)]
    pub enable_fails: Option<ErrnoName>,
    /// What is special about its VFs.
    #[serde(default)]
    pub vfs: Vec<VfMachine>,
}

/// A range of VFs that exist when the simulation begins.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct VfMachine {
    /// Which ones.
    pub range: VfRange,
    /// `none`, or a driver other than the usual one.
    #[serde(default)]
    pub driver: Option<String>,
    /// The namespace of the netdev, if another one.
    #[serde(default)]
    pub netns: Option<String>,
    /// The administrative MAC of the first; the next ones count up.
    #[serde(default)]
    pub mac: Option<MacAddr>,
    /// The VLAN.
    #[serde(default)]
    pub vlan: Option<VlanId>,
    /// Its priority.
    #[serde(default)]
    pub vlan_qos: VlanQos,
    /// Spoof checking.
    #[serde(default)]
    pub spoof_check: Option<bool>,
    /// Trust.
    #[serde(default)]
    pub trust: Option<bool>,
    /// The link state.
    #[serde(default)]
    pub link_state: Option<VfLinkState>,
    /// The guaranteed rate.
    #[serde(default)]
    pub min_tx_rate_mbps: Option<TxRate>,
    /// The highest rate.
    #[serde(default)]
    pub max_tx_rate_mbps: Option<TxRate>,
    /// The MTU of its netdev.
    #[serde(default)]
    pub mtu: Option<Mtu>,
    /// Whether its netdev is administratively up.
    #[serde(default)]
    pub up: bool,
}

const fn yes() -> bool {
    true
}

const fn nowhere() -> i32 {
    -1
}

impl Machine {
    /// Reads a description.
    ///
    /// # Errors
    ///
    /// [`MachineError::Yaml`] with the key and the line.
    pub fn from_yaml(text: &str) -> Result<Self, MachineError> {
        serde_saphyr::from_str(text).map_err(|error| MachineError::Yaml(error.to_string()))
    }

    /// A node with a ConnectX-6 Dx card, an igb card and an E810.
    ///
    pub fn demo() -> Self {
        Self::built_in(include_str!("demo.yaml"))
    }

    /// Two igb PFs, as QEMU has them: 0000:01:00.0 and 0000:02:00.0, 7 VFs each.
    pub fn igb_pair() -> Self {
        Self::built_in(include_str!("igb_pair.yaml"))
    }

    fn built_in(text: &str) -> Self {
        Self::from_yaml(text).unwrap_or_default()
    }
}
