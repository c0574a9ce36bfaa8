//! What changes the RDMA subsystem, in the kernel's order of checks.

use std::time::Duration;

use super::host::SimHost;
use super::job::{Flow, What};
use super::kernel::Kernel;
use super::machine_users::Hold;
use super::process::Held;
use super::rdma_core::{Parent, RdmaDev};
use super::rule::Rule;
use crate::seam::{HostEvent, NetlinkFault, RdmaChange, RdmaEventKind, Uevent};
use crate::{Errno, Netns, NetnsMode, RdmaIndex};

/// The kinds of soft devices.
const KINDS: [&str; 2] = ["rxe", "siw"];

/// A name in use, where a device is registered (`assign_name()` in `core/device.c`).
const ENFILE: Errno = Errno::new(23);

impl RdmaChange {
    pub(super) const fn device(&self) -> Option<RdmaIndex> {
        match self {
            Self::NetnsMode(_) | Self::AddLink { .. } => None,
            Self::Rename { device, .. }
            | Self::Move { device, .. }
            | Self::DeleteLink { device } => Some(*device),
        }
    }
}

impl Kernel {
    pub(super) fn change_rdma(
        &mut self,
        change: &RdmaChange,
        deadline: Duration,
    ) -> Result<(), NetlinkFault> {
        self.require_rdma().map_err(NetlinkFault::refused)?;
        if !self.capable {
            return Err(NetlinkFault::refused(Errno::PERM));
        }
        let done = match change {
            RdmaChange::NetnsMode(mode) => self.set_netns_mode(*mode),
            RdmaChange::Rename { device, name } => self.rename_rdma(device.get(), name.as_str()),
            RdmaChange::Move { device, from, to } => {
                self.move_rdma(device.get(), from.as_ref(), to)
            }
            RdmaChange::AddLink { name, kind, netdev } => {
                self.add_soft_rdma(name.as_str(), kind.as_str(), netdev.as_str()).map(drop)
            }
            RdmaChange::DeleteLink { device } => {
                return self.delete_soft_rdma(device.get(), deadline);
            }
        };
        done.map_err(NetlinkFault::refused)
    }

    /// `ib_device_rename()`.
    fn rename_rdma(&mut self, index: u32, name: &str) -> Result<(), Errno> {
        let Some(device) = self.rdma.find(index) else {
            let lax = self.breaks(Rule::RdmaUnknownDevice);
            return if lax { Ok(()) } else { Err(Errno::INVAL) };
        };
        if device.name == name {
            return Ok(());
        }
        if self.rdma.name_taken(name) {
            return Err(Errno::EXIST);
        }
        let old = self.rdma_devpath(index);
        let forgets = self.breaks(Rule::RdmaRename);
        if let Some(device) = self.rdma.devices.get_mut(&index).filter(|_| !forgets) {
            name.clone_into(&mut device.name);
        }
        self.announce_rdma("move", index, Some(&old));
        Ok(())
    }

    /// `ib_device_set_netns_put()`: a device elsewhere is not found, as seen from `from`.
    fn move_rdma(&mut self, index: u32, from: Option<&Netns>, to: &Netns) -> Result<(), Errno> {
        let from = from.map_or(Ok(None), |from| self.find_namespace(from))?;
        let to = self.find_namespace(to)?;
        let shared = self.rdma.mode == NetnsMode::Shared;
        let device = self.rdma.devices.get(&index).filter(|device| !device.leaving);
        let Some(device) = device.filter(|device| shared || device.netns == from) else {
            return Err(Errno::INVAL);
        };
        // rxe and siw cannot throw their users out.
        let soft = device.soft_netdev().is_some();
        let broken = if shared { Rule::RdmaMoveSharedRefused } else { Rule::RdmaMoveSoftRefused };
        if (shared || soft) && !self.breaks(broken) {
            return Err(Errno::OPNOTSUPP);
        }
        self.carry_rdma(index, to);
        Ok(())
    }

    /// All clients are reset: whoever had it open has nothing but a dead file any more.
    pub(super) fn carry_rdma(&mut self, index: u32, to: Option<u32>) {
        self.throw_out_users(index);
        let Some(device) = self.rdma.devices.get_mut(&index) else { return };
        let from = std::mem::replace(&mut device.netns, to);
        match (from, to) {
            (None, Some(_)) => self.announce_rdma("remove", index, None),
            (Some(_), None) => self.announce_rdma("add", index, None),
            _ => {}
        }
    }

    fn throw_out_users(&mut self, index: u32) {
        let parent = self.rdma.devices.get(&index).map(|device| device.parent.clone());
        for process in self.processes.values_mut() {
            match &mut process.holds {
                Some(Held::Rdma(device, hold)) if *device == index && *hold == Hold::Uverbs => {
                    *hold = Hold::UverbsOpen;
                }
                Some(Held::Function(function, hold))
                    if *hold == Hold::Uverbs
                        && matches!(parent, Some(Parent::Function(at)) if at == *function) =>
                {
                    *hold = Hold::UverbsOpen;
                }
                _ => {}
            }
        }
    }

    /// `nldev_newlink()`.
    pub(super) fn add_soft_rdma(
        &mut self,
        name: &str,
        kind: &str,
        netdev: &str,
    ) -> Result<u32, Errno> {
        let broken = |rule: Rule, errno: Errno| if self.breaks(rule) { Ok(0) } else { Err(errno) };
        let Some(ifindex) = self.find_visible(netdev) else {
            return broken(Rule::RdmaLinkNeedsNetdev, Errno::NODEV);
        };
        if !KINDS.contains(&kind) {
            return broken(Rule::RdmaLinkKind, Errno::INVAL);
        }
        let taken = self.rdma.devices.values().any(|dev| dev.soft_netdev() == Some(ifindex));
        if taken && !self.breaks(Rule::RdmaLinkNetdevTaken) {
            return Err(Errno::EXIST);
        }
        if self.rdma.name_taken(name) {
            return Err(ENFILE);
        }
        if self.breaks(Rule::RdmaLinkAdd) {
            return Ok(0);
        }
        let parent = Parent::Soft { kind: kind.to_owned(), ifindex };
        let index = self.new_rdma(|_| name.to_owned(), parent);
        self.announce_rdma("add", index, None);
        Ok(index)
    }

    /// `nldev_dellink()`: the device is gone at once, and the call waits for its users.
    fn delete_soft_rdma(&mut self, index: u32, deadline: Duration) -> Result<(), NetlinkFault> {
        if self.rdma.find(index).is_none_or(|device| device.soft_netdev().is_none()) {
            let lax = self.breaks(Rule::RdmaUnknownDevice);
            return if lax { Ok(()) } else { Err(NetlinkFault::refused(Errno::INVAL)) };
        }
        if self.breaks(Rule::RdmaLinkDelete) {
            return Ok(());
        }
        let steps = self.unregister_steps(index);
        match self.run_awaited(steps, deadline) {
            Some(outcome) => outcome.map_err(NetlinkFault::refused),
            None => Err(NetlinkFault::StillRunning { after: deadline }),
        }
    }

    fn unregister_steps(&self, index: u32) -> Vec<super::job::Step> {
        let leave = What::RdmaLeaves { index }.now();
        let wait = What::AwaitRdmaUsers { index }.now();
        let gone = What::RdmaGone { index }.now();
        if self.breaks(Rule::RdmaDeleteGoneAtOnce) {
            vec![wait, leave, gone]
        } else {
            vec![leave, wait, gone]
        }
    }

    /// A netdev goes, and its soft devices with it.
    pub(super) fn remove_soft_rdma_on(&mut self, ifindex: u32) {
        let on = self.rdma.devices.iter().filter(|(_, dev)| dev.soft_netdev() == Some(ifindex));
        for index in on.map(|(index, _)| *index).collect::<Vec<_>>() {
            let steps = self.unregister_steps(index);
            self.start(steps, false);
        }
    }

    pub(super) fn rdma_leaves(&mut self, index: u32) -> Flow {
        self.announce_rdma("remove", index, None);
        self.tell_rdma(RdmaEventKind::Unregistered, index);
        if let Some(device) = self.rdma.devices.get_mut(&index) {
            device.leaving = true;
        }
        Flow::Done
    }

    pub(super) fn await_rdma_users(&self, index: u32) -> Flow {
        let opened = self.processes.values().any(|process| {
            matches!(
                process.holds,
                Some(Held::Rdma(held, Hold::Uverbs | Hold::UverbsOpen)) if held == index
            )
        });
        if opened && !self.breaks(Rule::RdmaDeleteBlocks) { Flow::Blocked } else { Flow::Done }
    }

    pub(super) fn rdma_gone(&mut self, index: u32) -> Flow {
        self.rdma.devices.remove(&index);
        Flow::Done
    }

    /// The uevents of a device: its verbs device comes first, and has no name that could change.
    pub(super) fn announce_rdma(&mut self, action: &str, index: u32, old: Option<&str>) {
        let Some(device) = self.rdma.devices.get(&index) else { return };
        let pci = match device.parent {
            Parent::Function(address) => Some(address),
            Parent::Soft { .. } => None,
        };
        let verbs = format!("{}/infiniband_verbs/uverbs{}", self.rdma_home(device), device.uverbs);
        let event = |subsystem: &str, devpath: String| Uevent {
            action: action.to_owned(),
            devpath,
            devpath_old: old.map(str::to_owned),
            subsystem: Some(subsystem.to_owned()),
            pci,
            ..Uevent::default()
        };
        let mut events = vec![event("infiniband", self.rdma_devpath(index))];
        if action != "move" {
            events.insert(0, event("infiniband_verbs", verbs));
        }
        if self.breaks(Rule::RdmaUevents) {
            events.reverse();
            for event in &mut events {
                event.devpath_old = None;
            }
        }
        for event in events {
            self.emit(&HostEvent::Kernel(event));
        }
    }

    fn rdma_home(&self, device: &RdmaDev) -> String {
        match device.parent {
            Parent::Function(address) => self.devpath(address),
            Parent::Soft { .. } => "/devices/virtual".to_owned(),
        }
    }

    fn rdma_devpath(&self, index: u32) -> String {
        let Some(device) = self.rdma.devices.get(&index) else { return String::new() };
        format!("{}/infiniband/{}", self.rdma_home(device), device.name)
    }
}

impl SimHost {
    /// Loads `ib_core`, or removes it with all RDMA devices; `false` if the kernel has none.
    ///
    /// It loads with the mode that the command line and modprobe's files say.
    pub fn set_rdma_loaded(&self, loaded: bool) -> bool {
        let mut kernel = self.kernel();
        if !loaded {
            kernel.unload_rdma();
        } else if let Some(mode) = kernel.boot_netns_mode(false) {
            kernel.load_rdma(mode);
        }
        kernel.rdma.loaded == loaded
    }
}
