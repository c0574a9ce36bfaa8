//! What the RDMA subsystem reports: devices, ports, and what is allocated by whom.

use std::collections::BTreeMap;

use super::kernel::Kernel;
use super::machine_users::Hold;
use super::process::{Held, Process};
use super::rdma_core::{Parent, RdmaDev};
use super::rule::Rule;
use crate::seam::{
    PhysicalState, PortState, RdmaCounter, RdmaDevice, RdmaNodeType, RdmaOwner, RdmaPort,
    RdmaResource, RdmaSettings, RdmaUsage,
};
use crate::{Errno, IfIndex, LinkType, RdmaIndex};

/// The kinds that the summary names, always all of them.
const KINDS: [&str; 7] = ["pd", "cq", "qp", "cm_id", "mr", "ctx", "srq"];

/// What one user allocates that does anything: these, and of a process also a context and memory.
const OF_A_USER: [(&str, RdmaResource); 3] = [
    ("pd", RdmaResource::ProtectionDomain),
    ("cq", RdmaResource::CompletionQueue),
    ("qp", RdmaResource::QueuePair),
];

/// The counters that rxe has, in its order (`rxe_hw_counters.c`), as far as they are simulated.
const COUNTERS: [&str; 4] = ["sent_pkts", "rcvd_pkts", "duplicate_request", "out_of_seq_request"];

impl Kernel {
    /// As Linux 6.12 answers `SYS_GET`.
    pub(super) fn rdma_settings(&self) -> RdmaSettings {
        if self.breaks(Rule::RdmaSettingsReported) {
            return RdmaSettings { netns_mode: Some(self.rdma.mode), ..RdmaSettings::default() };
        }
        RdmaSettings {
            netns_mode: Some(self.rdma.mode),
            copy_on_fork: Some(true),
            privileged_qkey: Some(false),
            monitor: self.rdma.monitor.then_some(true),
            unknown: Vec::new(),
        }
    }

    pub(super) fn rdma_list(&self) -> Vec<RdmaDevice> {
        self.rdma.visible().filter_map(|(index, device)| self.rdma_report(index, device)).collect()
    }

    fn rdma_report(&self, index: u32, device: &RdmaDev) -> Option<RdmaDevice> {
        let guid = self.node_guid(device);
        let infiniband = self.is_infiniband(device);
        let protocol = match (device.is_siw(), infiniband) {
            (true, _) => "iw",
            (false, true) => "ib",
            (false, false) => "roce",
        };
        let hardware = device.soft_netdev().is_none();
        let kind = if device.is_siw() { RdmaNodeType::Rnic } else { RdmaNodeType::ChannelAdapter };
        Some(RdmaDevice {
            index: RdmaIndex::new(index),
            name: device.name.parse().ok()?,
            node_type: Some(kind),
            protocol: Some(protocol.to_owned()),
            // Soft devices have none.
            firmware: hardware.then(|| "22.41.1000".to_owned()),
            node_guid: Some(guid),
            sys_image_guid: Some(guid),
            capabilities: Some(if hardware { 0x0120_9321_7e3c } else { 0x0022_3c76 }),
            adaptive_moderation: Some(true),
            ports: vec![self.rdma_port(index, device)],
            unknown: Vec::new(),
        })
    }

    fn is_infiniband(&self, device: &RdmaDev) -> bool {
        let Parent::Function(address) = device.parent else { return false };
        self.main_netdev(address).is_some_and(|it| it.link_type == Some(LinkType::Infiniband))
    }

    fn rdma_port(&self, index: u32, device: &RdmaDev) -> RdmaPort {
        let below = match device.parent {
            Parent::Soft { ifindex, .. } => self.netdevs.get(&ifindex),
            Parent::Function(address) => self.main_netdev(address),
        };
        let (up, carrier) = below.map_or((false, false), |it| (it.up, it.up && it.carrier));
        let polls = up && matches!(&device.parent, Parent::Soft { kind, .. } if kind == "rxe");
        let physical = match (carrier, polls) {
            (true, _) => PhysicalState::LinkUp,
            (false, true) => PhysicalState::Polling,
            (false, false) => PhysicalState::Disabled,
        };
        let attached = self.rdma_netdev(index).and_then(|ifindex| {
            Some((IfIndex::new(ifindex)?, self.visible(ifindex)?.name.parse().ok()?))
        });
        let infiniband = self.is_infiniband(device);
        RdmaPort {
            number: 1,
            state: Some(if carrier { PortState::Active } else { PortState::Down }),
            physical_state: Some(physical),
            netdev: attached.filter(|_| !self.breaks(Rule::RdmaPortNetdev)),
            capabilities: infiniband.then_some(0x2651_e848),
            subnet_prefix: infiniband.then_some(0xfe80_0000_0000_0000),
            lid: infiniband.then_some(1),
            sm_lid: infiniband.then_some(1),
            lmc: infiniband.then_some(0),
            unknown: Vec::new(),
        }
    }

    /// `None` if the host's own namespace sees no such device.
    pub(super) fn usage_of(&self, index: u32) -> Option<RdmaUsage> {
        let device = self.rdma.find(index)?;
        let mut usage = Tally::default();
        let idle = device.has_gsi() ^ self.breaks(Rule::RdmaUsageIdleBaseline);
        if idle {
            usage.kernel("ib_core");
        }
        if let Parent::Function(address) = device.parent {
            let users = self.rdma.kernel_users.iter().filter(|(at, _)| *at == address);
            users.for_each(|(_, name)| usage.kernel(name));
        }
        let counts_open = self.breaks(Rule::RdmaOpenIsNotCounted);
        for (pid, process) in &self.processes {
            match self.verbs_of(process) {
                Some((held, Hold::Uverbs)) if held == index => usage.process(*pid),
                Some((held, Hold::UverbsOpen)) if held == index && counts_open => {
                    usage.count("ctx");
                }
                _ => {}
            }
        }
        Some(usage.0)
    }

    /// The RDMA device that a process has open.
    fn verbs_of(&self, process: &Process) -> Option<(u32, Hold)> {
        match process.holds? {
            Held::Rdma(index, hold) => Some((index, hold)),
            Held::Function(address, hold) => {
                let own =
                    self.rdma.devices.iter().find(
                        |(_, dev)| matches!(dev.parent, Parent::Function(at) if at == address),
                    );
                own.map(|(index, _)| (*index, hold))
            }
        }
    }

    pub(super) fn counters_of(&self, index: u32, port: u32) -> Result<Vec<RdmaCounter>, Errno> {
        let device = self.rdma.find(index).filter(|_| port == 1).ok_or(Errno::INVAL)?;
        if device.is_siw() {
            return Err(Errno::OPNOTSUPP);
        }
        let counter = |name: &&str| RdmaCounter { name: (*name).to_owned(), value: 0 };
        Ok(COUNTERS.iter().map(counter).collect())
    }
}

/// A report while it is put together.
struct Tally(RdmaUsage);

impl Default for Tally {
    fn default() -> Self {
        let counts: BTreeMap<String, u64> = KINDS.map(|kind| (kind.to_owned(), 0)).into();
        Self(RdmaUsage { counts, owners: Vec::new() })
    }
}

impl Tally {
    fn count(&mut self, kind: &str) {
        *self.0.counts.entry(kind.to_owned()).or_default() += 1;
    }

    fn own(&mut self, kind: &str, owner: RdmaOwner) {
        self.count(kind);
        self.0.owners.push(owner);
    }

    fn kernel(&mut self, name: &str) {
        for (kind, resource) in OF_A_USER {
            let kernel = Some(name.to_owned());
            self.own(kind, RdmaOwner { resource, pid: None, kernel });
        }
    }

    fn process(&mut self, pid: u32) {
        self.count("ctx");
        for (kind, resource) in OF_A_USER.into_iter().chain([("mr", RdmaResource::MemoryRegion)]) {
            self.own(kind, RdmaOwner { resource, pid: Some(pid), kernel: None });
        }
    }
}
