//! The parts of a description that RDMA, namespaces and the next boot are about.

use serde::{Deserialize, Serialize};

use crate::seam::RdmaLinkKind;
use crate::{IfName, NetnsMode, PciAddress, RdmaDeviceName, VfIndex};

/// The RDMA subsystem.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct RdmaMachine {
    /// Whether `ib_core` is loaded; without a word, whether a PF has a driver with RDMA.
    pub loaded: Option<bool>,
    /// Whether the kernel has RDMA at all; default yes.
    pub supported: bool,
    /// Who sees devices; without a word, what the command line and modprobe's files say.
    pub netns_mode: Option<NetnsMode>,
    /// Whether the kernel tells what happens to devices; default yes.
    pub monitor: bool,
    /// Soft devices.
    pub soft_links: Vec<SoftLinkMachine>,
}

impl Default for RdmaMachine {
    fn default() -> Self {
        Self {
            loaded: None,
            supported: true,
            netns_mode: None,
            monitor: true,
            soft_links: Vec::new(),
        }
    }
}

/// A soft RDMA device on top of a netdev.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SoftLinkMachine {
    /// Its name.
    pub name: RdmaDeviceName,
    /// Its driver: `rxe` or `siw`.
    #[serde(with = "kind_text")]
    pub kind: RdmaLinkKind,
    /// The netdev.
    pub netdev: IfName,
}

/// The seam's type has no wire form of its own.
mod kind_text {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::seam::RdmaLinkKind;

    pub(super) fn serialize<S: Serializer>(kind: &RdmaLinkKind, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(kind)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<RdmaLinkKind, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A network namespace, and all that keeps it: at least one of the four.
///
/// ```
/// use sriov_host::sim::NamespaceMachine;
/// let blue = NamespaceMachine { name: Some("blue".to_owned()), ..NamespaceMachine::default() };
/// assert_eq!(blue.pid, None);
/// ```
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct NamespaceMachine {
    /// A bind mount below `/run/netns`, as `ip netns` makes it.
    pub name: Option<String>,
    /// A bind mount anywhere else.
    pub mount: Option<String>,
    /// A process that lives in it.
    pub pid: Option<u32>,
    /// A process outside of it that has a descriptor of it open.
    pub descriptor_of: Option<u32>,
    /// The command name of a process that is made for this.
    pub comm: Option<String>,
    /// The control group of a process that is made for this.
    pub cgroup: Option<String>,
}

/// A part of the kernel that uses the RDMA device of a function.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct KernelUserMachine {
    /// The PF.
    pub pf: PciAddress,
    /// Its VF; without one, the PF itself.
    #[serde(default)]
    pub vf: Option<VfIndex>,
    /// The module, as `nvme-rdma`.
    pub name: String,
}

/// The initramfs that this boot used and the next one will use.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct InitramfsMachine {
    /// The modules in it, which load before the host's own files can be read.
    pub modules: Vec<String>,
}
