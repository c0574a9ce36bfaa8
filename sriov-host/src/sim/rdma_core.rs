//! The RDMA devices and the settings of `ib_core`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::function::{Function, Pf};
use super::kernel::Kernel;
use super::machine_rdma::RdmaMachine;
use super::rule::Rule;
use crate::seam::{RdmaEvent, RdmaEventKind};
use crate::{Errno, Guid, IfIndex, LinkType, NetnsMode, PciAddress, RdmaIndex};

/// `ib_core`, loaded or not.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct RdmaCore {
    pub(super) supported: bool,
    pub(super) loaded: bool,
    /// Whether something other than a driver decides about loading it at boot.
    pub(super) at_boot: Option<bool>,
    pub(super) mode: NetnsMode,
    pub(super) monitor: bool,
    /// By number.
    pub(super) devices: BTreeMap<u32, RdmaDev>,
    /// Numbers are not used again.
    made: u32,
    /// Kernel modules that use the device of a function.
    pub(super) kernel_users: Vec<(PciAddress, String)>,
}

/// An RDMA device and its character device.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct RdmaDev {
    pub(super) name: String,
    pub(super) uverbs: u32,
    /// Another namespace than the host's.
    pub(super) netns: Option<u32>,
    pub(super) parent: Parent,
    /// It is being deleted: nobody sees it, and its netdev is still taken.
    pub(super) leaving: bool,
}

/// What a device is on.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) enum Parent {
    Function(PciAddress),
    Soft { kind: String, ifindex: u32 },
}

impl RdmaCore {
    pub(super) fn new(machine: &RdmaMachine) -> Self {
        Self {
            supported: machine.supported,
            loaded: false,
            at_boot: machine.loaded,
            mode: NetnsMode::Shared,
            monitor: machine.monitor,
            devices: BTreeMap::new(),
            made: 0,
            kernel_users: Vec::new(),
        }
    }

    pub(super) fn of_function(&self, address: PciAddress) -> Option<&RdmaDev> {
        let of = |device: &&RdmaDev| matches!(device.parent, Parent::Function(a) if a == address);
        self.devices.values().find(of)
    }

    fn sees(&self, device: &RdmaDev) -> bool {
        !device.leaving && (self.mode == NetnsMode::Shared || device.netns.is_none())
    }

    /// The devices that the host's own namespace sees.
    pub(super) fn visible(&self) -> impl Iterator<Item = (u32, &RdmaDev)> {
        self.devices.iter().filter(|(_, device)| self.sees(device)).map(|(i, dev)| (*i, dev))
    }

    /// A device that the host's own namespace sees.
    pub(super) fn find(&self, index: u32) -> Option<&RdmaDev> {
        self.devices.get(&index).filter(|device| self.sees(device))
    }

    /// Names are unique in all namespaces.
    pub(super) fn name_taken(&self, name: &str) -> bool {
        self.devices.values().any(|device| !device.leaving && device.name == name)
    }
}

impl RdmaDev {
    /// The netdev below a soft device.
    pub(super) const fn soft_netdev(&self) -> Option<u32> {
        match self.parent {
            Parent::Function(_) => None,
            Parent::Soft { ifindex, .. } => Some(ifindex),
        }
    }

    pub(super) fn is_siw(&self) -> bool {
        matches!(&self.parent, Parent::Soft { kind, .. } if kind == "siw")
    }

    /// Whether `ib_core` keeps a queue pair for management datagrams: InfiniBand and RoCE.
    pub(super) fn has_gsi(&self) -> bool {
        !self.is_siw()
    }
}

impl Kernel {
    /// Whether the driver of any PF comes with RDMA.
    pub(super) fn rdma_driver(&self) -> bool {
        self.functions.values().filter_map(Function::pf).any(|pf| pf.model().rdma)
    }

    pub(super) fn new_rdma(&mut self, name: impl FnOnce(u32) -> String, parent: Parent) -> u32 {
        let number = self.rdma.made;
        self.rdma.made += 1;
        let name = name(number);
        let device = RdmaDev { name, uverbs: number, netns: None, parent, leaving: false };
        self.rdma.devices.insert(number, device);
        self.tell_rdma(RdmaEventKind::Registered, number);
        if self.rdma_netdev(number).is_some() {
            self.tell_rdma(RdmaEventKind::NetdevAttached, number);
        }
        number
    }

    /// The driver of a function makes its RDMA device.
    pub(super) fn add_rdma_of(&mut self, address: PciAddress) {
        if self.rdma.loaded && self.rdma.of_function(address).is_none() {
            self.new_rdma(|number| format!("mlx5_{number}"), Parent::Function(address));
        }
    }

    pub(super) fn remove_rdma_of(&mut self, address: PciAddress) {
        let of = |device: &RdmaDev| matches!(device.parent, Parent::Function(a) if a == address);
        let found = self.rdma.devices.iter().find(|(_, device)| of(device)).map(|(i, _)| *i);
        if let Some(index) = found {
            self.tell_rdma(RdmaEventKind::Unregistered, index);
            self.rdma.devices.remove(&index);
        }
    }

    /// Loads `ib_core`, and the RDMA parts of the drivers that are bound.
    pub(super) fn load_rdma(&mut self, mode: NetnsMode) {
        if self.rdma.loaded || !self.rdma.supported {
            return;
        }
        (self.rdma.loaded, self.rdma.mode) = (true, mode);
        let functions = self.functions.iter().filter(|(address, function)| {
            function.driver.is_some() && self.has_rdma_driver(**address)
        });
        for address in functions.map(|(address, _)| *address).collect::<Vec<_>>() {
            self.add_rdma_of(address);
        }
    }

    /// Whether the driver that is bound to a function is one that fits it, and comes with RDMA.
    fn has_rdma_driver(&self, address: PciAddress) -> bool {
        let Some(function) = self.functions.get(&address) else { return false };
        let pf = function.vf().map_or(address, |(pf, _)| pf);
        let model = self.functions.get(&pf).and_then(Function::pf).map(Pf::model);
        let fits = |driver: &str| {
            model.is_some_and(|it| it.rdma && (it.driver == driver || it.vf_driver == driver))
        };
        function.driver.as_deref().is_some_and(fits)
    }

    /// Removes `ib_core` and all that needs it.
    pub(super) fn unload_rdma(&mut self) {
        for index in self.rdma.devices.keys().copied().collect::<Vec<_>>() {
            self.tell_rdma(RdmaEventKind::Unregistered, index);
        }
        self.rdma.devices.clear();
        self.rdma.loaded = false;
    }

    /// `RDMA_NLDEV_CMD_SYS_SET`: the same mode is fine at any time.
    pub(super) fn set_netns_mode(&mut self, mode: NetnsMode) -> Result<(), Errno> {
        if mode == self.rdma.mode && !self.breaks(Rule::RdmaModeEqualIsNoop) {
            return Ok(());
        }
        if !self.namespaces.is_empty() && !self.breaks(Rule::RdmaModeBusyWithNamespaces) {
            return Err(Errno::BUSY);
        }
        if !self.breaks(Rule::RdmaModeReadBack) {
            self.rdma.mode = mode;
        }
        Ok(())
    }

    /// The netdev that a device's port has, in the host's own namespace.
    pub(super) fn rdma_netdev(&self, index: u32) -> Option<u32> {
        let device = self.rdma.devices.get(&index)?;
        let ifindex = match device.parent {
            Parent::Soft { ifindex, .. } => ifindex,
            Parent::Function(address) => {
                let netdev = self.main_netdev(address)?;
                (netdev.link_type == Some(LinkType::Ether)).then_some(netdev.ifindex)?
            }
        };
        self.visible(ifindex).map(|netdev| netdev.ifindex)
    }

    /// Soft devices take theirs from the MAC of their netdev.
    pub(super) fn node_guid(&self, device: &RdmaDev) -> Guid {
        let Some(netdev) = device.soft_netdev().and_then(|ifindex| self.netdevs.get(&ifindex))
        else {
            return Guid::from_kernel(0x506b_4b03_00cc_0000 + u64::from(device.uverbs) + 1);
        };
        // An EUI-64 of a MAC: the bit "universal" is turned around, and `fffe` goes in between.
        let mac = netdev.mac.bytes().iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        let (vendor, card) = (mac >> 24, mac & 0x00ff_ffff);
        Guid::from_kernel((vendor << 40 | 0xff_fe00_0000 | card) ^ (2 << 56))
    }

    /// A namespace is gone: its devices are the host's again.
    pub(super) fn rdma_devices_return(&mut self, inode: u32) {
        let inside = self.rdma.devices.iter().filter(|(_, device)| device.netns == Some(inode));
        for index in inside.map(|(index, _)| *index).collect::<Vec<_>>() {
            self.carry_rdma(index, None);
        }
    }

    /// To everybody who listens to RDMA devices.
    pub(super) fn tell_rdma(&mut self, kind: RdmaEventKind, index: u32) {
        if self.breaks(Rule::RdmaMonitorEvents) || !self.rdma.monitor {
            return;
        }
        let Some(device) = self.rdma.devices.get(&index) else { return };
        let attached = kind == RdmaEventKind::NetdevAttached;
        let event = RdmaEvent {
            kind,
            device: RdmaIndex::new(index),
            name: device.name.parse().ok(),
            port: attached.then_some(1),
            netdev: self.rdma_netdev(index).and_then(IfIndex::new).filter(|_| attached),
        };
        self.rdma_listeners.push(&event, self.costs.event_buffer);
    }
}
