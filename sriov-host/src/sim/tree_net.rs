//! The folders of network interfaces, and the routes.

use super::function::Function;
use super::kernel::Kernel;
use super::netdev::NetDev;
use super::rule::Rule;
use super::tree::Node;
use crate::{Errno, LinkType, PciAddress};

/// What an interface's folder holds here.
const FILES: [&str; 15] = [
    "address",
    "carrier",
    "dev_id",
    "dev_port",
    "device",
    "flags",
    "ifindex",
    "mtu",
    "operstate",
    "phys_port_id",
    "phys_port_name",
    "phys_switch_id",
    "subsystem",
    "type",
    "uevent",
];

impl Kernel {
    /// `net/` of a function: absent without a netdev, empty if that is in another namespace.
    pub(super) fn net_folder(
        &self,
        address: PciAddress,
        function: &Function,
        path: &[&str],
    ) -> Option<Node> {
        let own: Vec<&NetDev> =
            self.netdevs.values().filter(|netdev| netdev.function == Some(address)).collect();
        let pretends = function.driver.is_none() && self.breaks(Rule::NetFolderAbsentUnbound);
        if own.is_empty() && !pretends {
            return None;
        }
        let visible = own.iter().filter(|netdev| netdev.netns.is_none());
        match path {
            [] => Node::folder(visible.map(|netdev| netdev.name.clone())),
            [name, rest @ ..] => {
                let netdev = visible.copied().find(|netdev| netdev.name == *name)?;
                self.net_node(netdev, rest)
            }
        }
    }

    pub(super) fn net_node(&self, netdev: &NetDev, path: &[&str]) -> Option<Node> {
        let unsupported = || Some(Node::File(Err(Errno::OPNOTSUPP)));
        match path {
            [] => {
                let names = FILES.into_iter();
                Node::folder(names.filter(|name| *name != "device" || netdev.function.is_some()))
            }
            ["ifindex"] => Node::text(netdev.ifindex),
            ["address"] => Node::text(netdev.mac),
            ["mtu"] => Node::text(netdev.mtu + u32::from(self.breaks(Rule::LinkMtu))),
            ["flags"] => Node::text(format!("{:#x}", netdev.flags())),
            ["operstate"] => Node::text(netdev.operstate()),
            ["carrier"] if netdev.up => Node::text(u8::from(netdev.carrier)),
            ["carrier"] => Some(Node::File(Err(Errno::INVAL))),
            ["type"] => Node::text(match netdev.link_type {
                Some(LinkType::Ether) => 1,
                Some(LinkType::Infiniband) => 32,
                None => 772,
            }),
            ["dev_id"] => Node::text("0x0"),
            ["dev_port"] => Node::text(0),
            ["uevent"] => {
                Node::text(format!("INTERFACE={}\nIFINDEX={}", netdev.name, netdev.ifindex))
            }
            ["device"] => netdev.function.map(|_| Node::Link("../..".to_owned())),
            ["subsystem"] => Some(Node::Link("/sys/class/net".to_owned())),
            ["phys_port_name"] => match self.port_name(netdev) {
                Some(name) => Node::text(name),
                None if self.breaks(Rule::PortNameUnsupported) => Node::text(""),
                None => unsupported(),
            },
            ["phys_port_id"] => unsupported(),
            ["phys_switch_id"] => match self.switch_id(netdev) {
                Some(id) => Node::text(id),
                None => unsupported(),
            },
            _ => None,
        }
    }

    /// `/proc/net/route`, which pads its lines.
    pub(super) fn ipv4_routes(&self) -> String {
        let head =
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT";
        let mut lines = vec![format!("{head:<127}")];
        if let Some(name) = self.route_link(false) {
            for route in [
                "00000000\t0102000A\t0003\t0\t0\t100\t00000000\t0\t0\t0",
                "0002000A\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0",
            ] {
                lines.push(format!("{:<127}", format!("{name}\t{route}")));
            }
        }
        lines.join("\n")
    }

    pub(super) fn ipv6_routes(&self) -> String {
        let zero = "0".repeat(32);
        let local = format!("{:0>32}", "1");
        let mut lines = vec![format!(
            "{local} 80 {zero} 00 {zero} 00000000 00000002 00000000 80200001       lo"
        )];
        if let Some(name) = self.route_link(true) {
            let gateway = "fe800000000000000000000000000001";
            let default =
                format!("{zero} 00 {zero} 00 {gateway} 00000400 00000001 00000000 00000003");
            lines.push(format!("{default} {name:>8}"));
        }
        lines.join("\n")
    }

    fn route_link(&self, ipv6: bool) -> Option<&str> {
        let route = self.default_route.filter(|route| route.ipv6 == ipv6)?;
        self.visible(route.ifindex).map(|netdev| netdev.name.as_str())
    }
}
