//! The pseudo files of RDMA devices and of `ib_core`.

use super::kernel::Kernel;
use super::rdma_core::{Parent, RdmaDev};
use super::rule::Rule;
use super::tree::Node;
use crate::{Guid, NetnsMode, PciAddress};

const INFINIBAND: &str = "infiniband";

impl Kernel {
    /// `/sys/module/ib_core`, as long as it is loaded.
    pub(super) fn ib_core_node(&self, path: &[&str]) -> Option<Node> {
        if !self.rdma.loaded {
            return None;
        }
        match path {
            [] => Node::folder(["initstate", "parameters", "refcnt", "taint"]),
            ["initstate"] => Node::text("live"),
            ["refcnt"] => Node::text(self.rdma.devices.len()),
            ["taint"] => Node::text(""),
            ["parameters"] => Node::folder(["netns_mode"]),
            ["parameters", "netns_mode"] => {
                let shared = self.rdma.mode == NetnsMode::Shared;
                let stale = self.breaks(Rule::RdmaModeFileFollows);
                Node::text(if shared || stale { "Y" } else { "N" })
            }
            _ => None,
        }
    }

    /// `/sys/class/infiniband` and `/sys/class/infiniband_verbs`.
    pub(super) fn rdma_class(&self, class: &str, path: &[&str]) -> Option<Node> {
        if !self.rdma.loaded {
            return None;
        }
        match path {
            [] => Node::folder(self.rdma.visible().map(|(_, device)| device.entry(class))),
            [name] => {
                let mut visible = self.rdma.visible().map(|(_, device)| device);
                let device = visible.find(|device| device.entry(class) == *name)?;
                let home = match device.parent {
                    Parent::Function(address) => self.devpath(address),
                    Parent::Soft { .. } => "/devices/virtual".to_owned(),
                };
                Some(Node::Link(format!("../..{home}/{class}/{name}")))
            }
            _ => None,
        }
    }

    /// `/sys/devices/virtual/infiniband` and its like.
    pub(super) fn soft_rdma_node(&self, class: &str, path: &[&str]) -> Option<Node> {
        let soft = self.rdma.visible().map(|(_, dev)| dev).filter(|d| d.soft_netdev().is_some());
        self.rdma_entries(soft.collect(), class, path)
    }

    /// `infiniband` and `infiniband_verbs` of a function.
    pub(super) fn rdma_folder(
        &self,
        address: PciAddress,
        class: &str,
        path: &[&str],
    ) -> Option<Node> {
        let own = self.rdma.of_function(address)?;
        let visible = self.rdma.visible().any(|(_, device)| std::ptr::eq(device, own));
        self.rdma_entries(visible.then_some(own).into_iter().collect(), class, path)
    }

    fn rdma_entries(&self, devices: Vec<&RdmaDev>, class: &str, path: &[&str]) -> Option<Node> {
        let [name, rest @ ..] = path else {
            return Node::folder(devices.iter().map(|device| device.entry(class)));
        };
        let device = devices.into_iter().find(|device| device.entry(class) == *name)?;
        if class == INFINIBAND { self.device_entry(device, rest) } else { device.verbs_entry(rest) }
    }

    fn device_entry(&self, device: &RdmaDev, path: &[&str]) -> Option<Node> {
        // Only rxe has it.
        let parent = match &device.parent {
            Parent::Soft { kind, ifindex } if kind == "rxe" => self.netdevs.get(ifindex),
            _ => None,
        };
        let card = match &device.parent {
            Parent::Function(address) => self.card_machine(*address),
            Parent::Soft { .. } => None,
        };
        match path {
            [] => {
                let names = ["node_guid", "node_type"].into_iter();
                let of_card = card.into_iter().flat_map(|_| ["board_id", "fw_ver"]);
                Node::folder(names.chain(parent.map(|_| "parent")).chain(of_card))
            }
            ["board_id"] => card.and_then(|card| Node::text(&card.psid)),
            ["fw_ver"] => card.and_then(|card| Node::text(&card.firmware)),
            ["node_type"] => Node::text(if device.is_siw() { "4: RNIC" } else { "1: CA" }),
            ["node_guid"] => Node::text(groups(self.node_guid(device))),
            ["parent"] => parent.and_then(|netdev| Node::text(&netdev.name)),
            _ => None,
        }
    }
}

impl RdmaDev {
    /// Its name in a class.
    fn entry(&self, class: &str) -> String {
        if class == INFINIBAND { self.name.clone() } else { format!("uverbs{}", self.uverbs) }
    }

    fn verbs_entry(&self, path: &[&str]) -> Option<Node> {
        match path {
            [] => Node::folder(["dev", "ibdev"]),
            ["ibdev"] => Node::text(&self.name),
            ["dev"] => Node::text(format!("231:{}", 192 + self.uverbs)),
            _ => None,
        }
    }
}

/// As sysfs prints a GUID.
fn groups(guid: Guid) -> String {
    let number = guid.to_kernel();
    let group = |shift: u32| format!("{:04x}", number >> shift & 0xffff);
    [48, 32, 16, 0].map(group).join(":")
}
