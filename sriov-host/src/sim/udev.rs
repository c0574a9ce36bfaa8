use super::agenda::Happening;
use super::kernel::Kernel;
use super::netdev::{NetDev, UdevEntry};
use crate::PciAddress;
use crate::seam::{HostEvent, Uevent};

impl Kernel {
    /// udev has heard of a new interface and will name it.
    pub(super) fn wake_udev(&mut self, ifindex: u32) {
        if self.udev.present {
            let delay = self.rng.between(self.udev.min_ms * 1000, self.udev.max_ms * 1000);
            self.after(delay, Happening::UdevNames(ifindex));
        }
    }

    /// The name that the rules give: the PF's by the machine, and those of its VFs from it.
    fn predictable_name(&self, netdev: &NetDev) -> Option<String> {
        let address = netdev.function?;
        let function = self.functions.get(&address)?;
        if let Some((pf, index)) = function.vf() {
            return Some(format!("{}v{index}", self.name_stem(pf)?));
        }
        match netdev.represents {
            Some(index) => Some(format!("{}r{index}", self.name_stem(address)?)),
            None => function.pf()?.name.clone(),
        }
    }

    /// The PF's name without the port that multi-port cards append: `ens1f0` of `ens1f0np0`.
    fn name_stem(&self, pf: PciAddress) -> Option<String> {
        let name = self.functions.get(&pf)?.pf()?.name.clone()?;
        let port = name.rsplit_once("np").filter(|(_, port)| {
            !port.is_empty() && port.chars().all(|digit| digit.is_ascii_digit())
        });
        Some(port.map_or(name.clone(), |(stem, _)| stem.to_owned()))
    }

    pub(super) fn udev_names(&mut self, ifindex: u32) {
        let Some(netdev) = self.visible(ifindex).cloned() else { return };
        let name = self.predictable_name(&netdev).filter(|_| self.udev.renames);
        let path = netdev.function.map(|address| format!("pci-{address}"));
        let taken = |name: &str| self.find_visible(name).is_some();
        let rename =
            name.clone().filter(|name| *name != netdev.name && name.len() < 16 && !taken(name));
        let initialized = self.now;
        let renaming = rename.is_some();
        self.udev_db.insert(ifindex, UdevEntry { initialized, name, path, renaming });
        if let Some(name) = rename {
            self.rename(ifindex, &name);
        }
        self.announce_udev_net("add", ifindex, None);
        if renaming {
            let delay = self.rng.between(2_000, 20_000);
            self.after(delay, Happening::UdevSettles(ifindex));
        }
    }

    pub(super) fn udev_settles(&mut self, ifindex: u32) {
        let Some(entry) = self.udev_db.get_mut(&ifindex) else { return };
        entry.renaming = false;
        self.announce_udev_net("move", ifindex, None);
    }

    fn announce_udev_net(&mut self, action: &str, ifindex: u32, old: Option<String>) {
        let Some(uevent) = self.net_uevent(action, ifindex, old) else { return };
        self.emit(&HostEvent::Udev(uevent));
    }

    pub(super) fn udev_passes(&mut self, action: String, function: PciAddress, devpath: String) {
        let driver = self.functions.get(&function).and_then(|function| function.driver.clone());
        let uevent = Uevent {
            driver: driver.filter(|_| action == "bind"),
            action,
            devpath,
            subsystem: Some("pci".to_owned()),
            pci: Some(function),
            ..Uevent::default()
        };
        self.emit(&HostEvent::Udev(uevent));
    }

    /// The text of `/run/udev/data/n<ifindex>`.
    pub(super) fn udev_text(&self, ifindex: u32) -> Option<String> {
        use std::fmt::Write as _;
        let entry = self.udev_db.get(&ifindex)?;
        let mut text = format!("I:{}\n", entry.initialized);
        let lines = [
            ("ID_BUS", entry.path.as_ref().map(|_| "pci")),
            ("ID_PATH", entry.path.as_deref()),
            ("ID_NET_NAME_PATH", entry.name.as_deref()),
            ("ID_NET_NAME", entry.name.as_deref()),
            ("ID_RENAMING", entry.renaming.then_some("1")),
        ];
        for (key, value) in lines {
            if let Some(value) = value {
                // Writing to a string cannot fail.
                let _ = writeln!(text, "E:{key}={value}");
            }
        }
        text.push_str("G:systemd\nQ:systemd\nV:1\n");
        Some(text)
    }

    /// Everything settled: what udev would have written long ago.
    pub(super) fn udev_knows(&mut self, ifindex: u32) {
        let Some(netdev) = self.netdevs.get(&ifindex) else { return };
        if self.udev.present {
            let path = netdev.function.map(|address| format!("pci-{address}"));
            let name = self.predictable_name(netdev);
            let initialized = self.now;
            self.udev_db.insert(ifindex, UdevEntry { initialized, name, path, renaming: false });
        }
    }

    /// The representor's number, for `phys_port_name`.
    pub(super) fn port_name(&self, netdev: &NetDev) -> Option<String> {
        let address = netdev.function?;
        let pf = self.functions.get(&address)?.pf()?;
        let port = address.function();
        match netdev.represents {
            Some(index) => Some(format!("pf{port}vf{index}")),
            None => pf.model().port_names.then(|| format!("p{port}")),
        }
    }
}
