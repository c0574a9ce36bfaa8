//! The folder of a PCI function.

use super::function::{Function, Pf};
use super::kernel::Kernel;
use super::rule::Rule;
use super::tree::Node;
use crate::PciAddress;

/// Class code of an Ethernet controller, and of an InfiniBand one.
const ETHERNET: &str = "0x020000";

impl Kernel {
    pub(super) fn device_node(&self, address: PciAddress, path: &[&str]) -> Option<Node> {
        let function = self.functions.get(&address)?;
        let [name, rest @ ..] = path else { return Some(Node::Folder(self.device_names(address))) };
        match (*name, rest) {
            ("net", rest) => self.net_folder(address, function, rest),
            ("infiniband" | "infiniband_verbs", rest) => self.rdma_folder(address, name, rest),
            (_, []) => self.device_file(address, function, name),
            ("iommu_group" | "driver", _) | (_, [_, ..]) => None,
        }
    }

    /// The names in the folder: of everything that could be there, what is.
    fn device_names(&self, address: PciAddress) -> Vec<String> {
        const CANDIDATES: [&str; 25] = [
            "class",
            "config",
            "device",
            "driver",
            "driver_override",
            "infiniband",
            "infiniband_verbs",
            "iommu_group",
            "net",
            "numa_node",
            "physfn",
            "reset",
            "reset_method",
            "sriov_drivers_autoprobe",
            "sriov_numvfs",
            "sriov_offset",
            "sriov_stride",
            "sriov_totalvfs",
            "sriov_vf_device",
            "sriov_vf_msix_count",
            "sriov_vf_total_msix",
            "subsystem",
            "subsystem_device",
            "uevent",
            "vendor",
        ];
        let there = |name: &&str| self.device_node(address, &[name]).is_some();
        let mut names: Vec<String> =
            CANDIDATES.iter().filter(|name| there(name)).map(ToString::to_string).collect();
        let pf = self.functions.get(&address).and_then(Function::pf);
        let vfs = pf.into_iter().flat_map(|pf| pf.vfs.keys());
        names.extend(vfs.map(|index| format!("virtfn{index}")));
        names
    }

    fn device_file(&self, address: PciAddress, function: &Function, name: &str) -> Option<Node> {
        if let Some(attribute) = name.strip_prefix("sriov_") {
            return self.sriov_file(function, attribute);
        }
        if let Some(index) = name.strip_prefix("virtfn") {
            let vf = function.pf()?.vfs.get(&index.parse().ok()?)?;
            return Some(Node::Link(format!("../{vf}")));
        }
        match name {
            "vendor" => Node::text(format!("{:#06x}", function.vendor)),
            "device" | "subsystem_device" => Node::text(format!("{:#06x}", function.device)),
            "class" => Node::text(ETHERNET),
            "numa_node" => Node::text(function.numa_node),
            "uevent" => Node::text(uevent_text(address, function)),
            "subsystem" => Some(Node::Link("../../../../bus/pci".to_owned())),
            "driver" => {
                let driver = function.driver.as_ref()?;
                Some(Node::Link(format!("../../../../bus/pci/drivers/{driver}")))
            }
            "driver_override" => {
                let empty = if self.breaks(Rule::OverrideReadsNull) { "" } else { "(null)" };
                Node::text(function.driver_override.as_deref().unwrap_or(empty))
            }
            "iommu_group" => {
                let group = function.iommu_group?;
                Some(Node::Link(format!("../../../../kernel/iommu_groups/{group}")))
            }
            "physfn" => {
                let (pf, _) = function.vf()?;
                let other = self.functions.keys().next().copied().unwrap_or(pf);
                let shown = if self.breaks(Rule::VfLinksBothWays) { other } else { pf };
                let shown =
                    if shown == pf && self.breaks(Rule::VfLinksBothWays) { address } else { shown };
                Some(Node::Link(format!("../{shown}")))
            }
            "reset" => Some(Node::WriteOnly),
            "reset_method" => Node::text("flr bus"),
            _ => None,
        }
    }

    fn sriov_file(&self, function: &Function, attribute: &str) -> Option<Node> {
        if attribute == "vf_msix_count" {
            return function.vf().map(|_| Node::WriteOnly);
        }
        let pf: &Pf = function.pf().filter(|pf| pf.hardware_vfs > 0)?;
        match attribute {
            "totalvfs" => Node::text(self.total_vfs(function)),
            "numvfs" => Node::text(pf.num_vfs),
            "offset" => Node::text(pf.offset),
            "stride" => Node::text(pf.stride),
            "vf_device" => Node::text(format!("{:x}", pf.vf_device)),
            "drivers_autoprobe" => Node::text(u8::from(pf.autoprobe)),
            "vf_total_msix" => Node::text(0),
            _ => None,
        }
    }
}

fn uevent_text(address: PciAddress, function: &Function) -> String {
    let driver = function.driver.as_ref().map(|driver| format!("DRIVER={driver}\n"));
    format!(
        "{}PCI_CLASS=20000\nPCI_ID={:04X}:{:04X}\nPCI_SLOT_NAME={address}",
        driver.unwrap_or_default(),
        function.vendor,
        function.device,
    )
}
