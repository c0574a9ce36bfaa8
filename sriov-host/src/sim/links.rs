use super::agenda::Happening;
use super::function::{Function, Pf};
use super::kernel::Kernel;
use super::netdev::NetDev;
use super::rule::Rule;
use crate::seam::HostEvent;
use crate::{EswitchMode, IfIndex, LinkType, MacAddr, PciAddress, VfIndex};

/// A new netdev of a VF has its carrier soon: the port behind it is up already.
const VF_CARRIER_US: u64 = 20_000;

impl Kernel {
    /// An interface of the host's own namespace.
    pub(super) fn visible(&self, ifindex: u32) -> Option<&NetDev> {
        self.netdevs.get(&ifindex).filter(|netdev| netdev.netns.is_none())
    }

    pub(super) fn find_visible(&self, name: &str) -> Option<u32> {
        let found = self.netdevs.values().find(|netdev| {
            netdev.netns.is_none()
                && (netdev.name == name || netdev.alt_names.iter().any(|alt| alt == name))
        });
        found.map(|netdev| netdev.ifindex)
    }

    /// The interfaces that a function's driver made, in any namespace.
    pub(super) fn netdevs_of(&self, address: PciAddress) -> Vec<u32> {
        let own = self.netdevs.values().filter(|netdev| netdev.function == Some(address));
        own.map(|netdev| netdev.ifindex).collect()
    }

    /// The interface of the function itself, not one of its representors.
    pub(super) fn main_netdev(&self, address: PciAddress) -> Option<&NetDev> {
        let mut own = self.netdevs.values().filter(|netdev| netdev.function == Some(address));
        own.find(|netdev| netdev.represents.is_none())
    }

    /// A locally administered unicast address.
    fn random_mac(&mut self) -> MacAddr {
        let [first, rest @ ..] = self.rng.next().to_be_bytes();
        let [second, third, fourth, fifth, sixth, ..] = rest;
        MacAddr::new([first & 0xfc | 0x02, second, third, fourth, fifth, sixth])
    }

    fn free_name(&self) -> String {
        let mut names = (0..).map(|number: u32| format!("eth{number}"));
        names.find(|name| self.find_visible(name).is_none()).unwrap_or_default()
    }

    /// `register_netdev()`.
    fn register(&mut self, function: PciAddress, mac: MacAddr, represents: Option<VfIndex>) -> u32 {
        self.last_ifindex += 1;
        let ifindex = self.last_ifindex;
        let link_type = self.link_type_of(function);
        let netdev = NetDev {
            ifindex,
            name: self.free_name(),
            alt_names: Vec::new(),
            mac,
            mtu: 1500,
            up: false,
            carrier: false,
            netns: None,
            function: Some(function),
            represents,
            link_type: Some(link_type),
            born: self.now,
        };
        self.netdevs.insert(ifindex, netdev);
        self.announce_net("add", ifindex, None);
        self.announce_link(ifindex);
        self.wake_udev(ifindex);
        ifindex
    }

    fn link_type_of(&self, address: PciAddress) -> LinkType {
        let function = self.functions.get(&address);
        let pf = function.and_then(Function::vf).map_or(address, |(pf, _)| pf);
        let pf = self.functions.get(&pf).and_then(Function::pf);
        pf.map_or(LinkType::Ether, |pf| pf.link_type)
    }

    pub(super) fn add_pf_netdev(&mut self, address: PciAddress) {
        let Some(pf) = self.functions.get(&address).and_then(Function::pf) else { return };
        let mac = pf.mac;
        self.register(address, mac, None);
    }

    /// The VF's driver asks its PF for an address, and makes one up if it gets none.
    pub(super) fn add_vf_netdev(&mut self, vf: PciAddress, pf: PciAddress, index: VfIndex) {
        let random = if self.breaks(Rule::RebindNewMac) {
            MacAddr::new([2, 0, 0, 0, 0xff, vf.device() << 3 | vf.function()])
        } else {
            self.random_mac()
        };
        let pf_up = self.main_netdev(pf).is_some_and(|netdev| netdev.up);
        let ignores = self.breaks(Rule::AdminMacAtBind);
        let always = self.breaks(Rule::AdminMacNeedsPfUp);
        let mut mac = random;
        if let Some(side) = self.functions.get_mut(&pf).and_then(Function::pf_mut) {
            let model = side.model();
            let reachable = pf_up || !model.mac_needs_pf_up || always;
            if let Some(settings) = side.settings.get_mut(usize::from(index.get())) {
                if settings.mac_is_admin && reachable && !ignores {
                    mac = settings.mac;
                } else if !settings.mac_is_admin && model.lists_own_mac && reachable {
                    settings.mac = mac;
                }
            }
        }
        if self.breaks(Rule::RebindNewIfindex)
            && let Some(old) = self.last_vf_ifindex.get(&vf)
            && !self.netdevs.contains_key(old)
        {
            let (old, last) = (*old, self.last_ifindex);
            self.last_ifindex = old - 1;
            self.register(vf, mac, None);
            self.last_ifindex = last;
            return;
        }
        let ifindex = self.register(vf, mac, None);
        self.last_vf_ifindex.insert(vf, ifindex);
    }

    pub(super) fn add_representor(&mut self, pf: PciAddress, index: VfIndex) {
        let mac = self.random_mac();
        self.register(pf, mac, Some(index));
    }

    pub(super) fn remove_representor(&mut self, pf: PciAddress, index: VfIndex) {
        let own = self.netdevs.values().filter(|netdev| netdev.function == Some(pf));
        let found = own.filter(|netdev| netdev.represents == Some(index));
        for ifindex in found.map(|netdev| netdev.ifindex).collect::<Vec<_>>() {
            self.unregister(ifindex);
        }
    }

    pub(super) fn remove_netdevs_of(&mut self, address: PciAddress) {
        for ifindex in self.netdevs_of(address) {
            self.unregister(ifindex);
        }
    }

    /// `unregister_netdev()`, wherever the interface is.
    fn unregister(&mut self, ifindex: u32) {
        self.remove_soft_rdma_on(ifindex);
        let visible = self.visible(ifindex).is_some();
        if !self.breaks(Rule::RemoveEvents) {
            self.announce_net("remove", ifindex, None);
        }
        self.netdevs.remove(&ifindex);
        self.flush_routes(ifindex);
        if let Some(index) = IfIndex::new(ifindex).filter(|_| visible)
            && !self.breaks(Rule::LinkMessages)
        {
            self.emit(&HostEvent::LinkRemoved(index));
        }
        self.after(5_000, Happening::UdevForgets(ifindex));
    }

    /// `dev_change_name()`: the number stays, the path changes.
    pub(super) fn rename(&mut self, ifindex: u32, name: &str) {
        let Some(netdev) = self.netdevs.get_mut(&ifindex) else { return };
        let old = std::mem::replace(&mut netdev.name, name.to_owned());
        let function = netdev.function;
        let old_path = self.net_devpath(function, &old);
        if !self.breaks(Rule::RenameAnnounced) {
            self.announce_net("move", ifindex, Some(old_path));
        }
        self.announce_link(ifindex);
    }

    pub(super) fn set_up(&mut self, ifindex: u32, up: bool) {
        let Some(netdev) = self.netdevs.get_mut(&ifindex) else { return };
        if netdev.up == up {
            return;
        }
        netdev.up = up;
        netdev.carrier &= up;
        let function = netdev.function;
        self.announce_link(ifindex);
        if !up {
            self.flush_routes(ifindex);
        }
        if up && let Some(address) = function {
            let pf = self.functions.get(&address).and_then(Function::pf);
            let delay = pf.map_or(VF_CARRIER_US, |pf| pf.model().carrier_us);
            self.after(delay, Happening::Carrier(ifindex));
        }
    }

    /// A route does not outlive the state its link had, and does not come back with it.
    fn flush_routes(&mut self, ifindex: u32) {
        self.default_route = self.default_route.filter(|route| route.ifindex != ifindex);
    }

    pub(super) fn carrier_on(&mut self, ifindex: u32) {
        if let Some(netdev) = self.netdevs.get_mut(&ifindex).filter(|netdev| netdev.up) {
            netdev.carrier = true;
            self.announce_link(ifindex);
        }
    }

    /// Some drivers close and open the port when the number of VFs changes.
    pub(super) fn restart_port(&mut self, pf: PciAddress) {
        let model = self.functions.get(&pf).and_then(Function::pf).map(Pf::model);
        let Some(delay) = model.filter(|model| model.restarts_port).map(|model| model.carrier_us)
        else {
            return;
        };
        let Some(ifindex) = self.main_netdev(pf).map(|netdev| netdev.ifindex) else { return };
        let Some(netdev) = self.netdevs.get_mut(&ifindex).filter(|netdev| netdev.up) else {
            return;
        };
        netdev.carrier = false;
        self.announce_link(ifindex);
        self.after(delay, Happening::Carrier(ifindex));
    }

    /// Moves a netdev between the host's namespace and another one.
    pub(super) fn move_netdev(&mut self, ifindex: u32, netns: Option<u32>) {
        let Some(netdev) = self.netdevs.get(&ifindex) else { return };
        match (netdev.netns.is_none(), netns) {
            (true, Some(netns)) => {
                self.announce_net("remove", ifindex, None);
                if let Some(index) = IfIndex::new(ifindex) {
                    self.emit(&HostEvent::LinkRemoved(index));
                }
                if let Some(netdev) = self.netdevs.get_mut(&ifindex) {
                    // The move closes the interface.
                    (netdev.up, netdev.carrier, netdev.netns) = (false, false, Some(netns));
                }
                self.flush_routes(ifindex);
                self.after(5_000, Happening::UdevForgets(ifindex));
            }
            (false, None) => {
                let name = self
                    .find_visible(&netdev.name)
                    .map_or_else(|| netdev.name.clone(), |_| self.free_name());
                if let Some(netdev) = self.netdevs.get_mut(&ifindex) {
                    (netdev.up, netdev.carrier, netdev.netns) = (false, false, None);
                    netdev.name = name;
                }
                self.announce_net("add", ifindex, None);
                self.announce_link(ifindex);
                self.wake_udev(ifindex);
            }
            (false, Some(netns)) => {
                if let Some(netdev) = self.netdevs.get_mut(&ifindex) {
                    netdev.netns = Some(netns);
                }
            }
            (true, None) => {}
        }
    }

    /// The switch a port belongs to: the same for all ports of a card in switchdev mode.
    pub(super) fn switch_id(&self, netdev: &NetDev) -> Option<String> {
        let address = netdev.function?;
        let pf: &Pf = self.functions.get(&address)?.pf()?;
        let [_, _, c, d, e, f] = pf.mac.bytes();
        (pf.eswitch == EswitchMode::Switchdev).then(|| {
            let (bus, device) = (address.bus(), address.device());
            format!("{bus:02x}{device:02x}{c:02x}{d:02x}{e:02x}{:02x}0000", f & 0xfe)
        })
    }
}
