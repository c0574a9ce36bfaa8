use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::agenda::Agenda;
use super::card::{LockdownMachine, SimCard};
use super::events::Listeners;
use super::function::{Function, Pf};
use super::job::Job;
use super::loader_machine::ToolFault;
use super::machine::{KernelSettings, Udev};
use super::namespaces::Namespaces;
use super::netdev::{NetDev, UdevEntry};
use super::process::Process;
use super::rdma_core::RdmaCore;
use super::rdma_events::RdmaListeners;
use super::reboot::Boot;
use super::rng::Rng;
use super::rule::Rule;
use crate::decorate::{Call, Faults};
use crate::{Errno, PciAddress};

/// Everything there is on a simulated machine, as of now.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Kernel {
    /// The uptime, in microseconds.
    pub(super) now: u64,
    pub(super) rng: Rng,
    pub(super) iommu: bool,
    pub(super) udev: Udev,
    pub(super) costs: KernelSettings,
    pub(super) functions: BTreeMap<PciAddress, Function>,
    pub(super) netdevs: BTreeMap<u32, NetDev>,
    pub(super) udev_db: BTreeMap<u32, UdevEntry>,
    /// The drivers that are registered on the PCI bus.
    pub(super) drivers: BTreeSet<String>,
    /// Those whose module is being removed.
    pub(super) going: BTreeSet<String>,
    pub(super) processes: BTreeMap<u32, Process>,
    pub(super) default_route: Option<Route>,
    pub(super) agenda: Agenda,
    pub(super) jobs: BTreeMap<u32, Job>,
    pub(super) files: BTreeMap<String, super::files::Content>,
    pub(super) faults: Faults,
    #[serde(default)]
    pub(super) tool_faults: BTreeMap<String, ToolFault>,
    pub(super) last_ifindex: u32,
    pub(super) last_job: u32,
    pub(super) last_group: u32,
    /// Whether the caller has `CAP_NET_ADMIN`.
    pub(super) capable: bool,
    pub(super) release: String,
    /// The command line that this boot was given.
    pub(super) cmdline: String,
    /// The one that the boot loader will pass next, if its configuration was written since.
    pub(super) next_cmdline: Option<String>,
    pub(super) boot: Boot,
    pub(super) initramfs: super::initramfs::Initramfs,
    pub(super) namespaces: Namespaces,
    pub(super) rdma: RdmaCore,
    #[serde(default)]
    pub(super) cards: Vec<SimCard>,
    #[serde(default)]
    pub(super) lockdown: LockdownMachine,
    /// Calls so far, by anybody.
    pub(super) calls: u64,
    #[serde(skip)]
    pub(super) last_vf_ifindex: BTreeMap<PciAddress, u32>,
    #[serde(skip)]
    pub(super) broken: Option<Rule>,
    #[serde(skip)]
    pub(super) listeners: Listeners,
    #[serde(skip)]
    pub(super) rdma_listeners: RdmaListeners,
    #[serde(skip)]
    pub(super) locks: BTreeMap<String, String>,
}

/// The default route, by the number of its link: it goes when the link goes.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(super) struct Route {
    pub(super) ifindex: u32,
    pub(super) ipv6: bool,
}

impl Kernel {
    pub(super) fn breaks(&self, rule: Rule) -> bool {
        self.broken == Some(rule)
    }

    pub(super) fn fault(&mut self, call: Call, target: &str) -> Option<Errno> {
        self.faults.check(call, target)
    }

    pub(super) fn deadline(&self, timeout: Duration) -> u64 {
        self.now.saturating_add(micros(timeout))
    }

    pub(super) fn pf_mut(&mut self, address: PciAddress) -> Option<&mut Pf> {
        self.functions.get_mut(&address).and_then(Function::pf_mut)
    }

    pub(super) fn assign_iommu_group(&mut self, address: PciAddress) {
        if self.iommu && !self.breaks(Rule::IommuGroups) {
            self.last_group += 1;
            let group = self.last_group;
            if let Some(function) = self.functions.get_mut(&address) {
                function.iommu_group = Some(group);
            }
        }
    }
}

/// Whole microseconds, the unit of the simulation.
pub(super) fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
