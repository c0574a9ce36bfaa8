use super::devices::{VfAddresses, pf_addresses, vf_addresses};
use super::links::Links;
use super::netdev::{self, NetdevPlace, netdev_of};
use super::read::{link_name, optional, parse, parsed, parsed_if_there, text_if_supported};
use super::{
    NetnsPlace, NodeInventory, ObserveError, PfInventory, Problem, VfAttributes, VfInventory,
};
use crate::owed;
use crate::plan::chain;
use crate::seam::{Host, HostPath, Sysfs};
use crate::{DriverName, PciAddress, PciId, VfCount, VfIndex};

/// What to look at beyond sysfs.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ObserveOptions {
    /// Ask each PF's driver for its VFs' settings, which costs it time for every VF.
    pub vf_attrs: bool,
}

/// Looks at every PF of the host.
///
/// What cannot be read of one device is a [`Problem`] of the inventory; the others are complete.
///
/// # Errors
///
/// [`ObserveError`] if the devices or links cannot be listed at all.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "sim")] {
/// use sriov_host::inventory::{ObserveOptions, observe};
/// use sriov_host::sim::SimHost;
///
/// let inventory = observe(&SimHost::with_igb_pair(), ObserveOptions::default())?;
/// let totals: Vec<_> = inventory.pfs.iter().map(|pf| pf.total_vfs.map(|n| n.get())).collect();
/// assert_eq!(totals, [Some(7), Some(7)]);
/// # }
/// # Ok::<(), sriov_host::inventory::ObserveError>(())
/// ```
pub fn observe(host: &dyn Host, options: ObserveOptions) -> Result<NodeInventory, ObserveError> {
    let links = Links::read(host)?;
    let mut look = Look { host, links, options, problems: Vec::new() };
    let mut pfs = Vec::new();
    for (pci, vfs) in pf_addresses(host)? {
        match look.pf(pci, vfs) {
            Ok(pf) => pfs.push(pf),
            // Gone since it was listed: as if it had never been there.
            Err(error) if error.is_not_found() && !exists(host, pci) => {}
            Err(error) => look.problem(pci, None, chain(&error)),
        }
    }
    Ok(NodeInventory::new(pfs, look.problems))
}

/// Looks at one PF.
///
/// # Errors
///
/// [`ObserveError`] if the PF cannot be read; problems with single VFs are in the second value.
pub fn observe_pf(
    host: &dyn Host,
    pci: PciAddress,
    options: ObserveOptions,
) -> Result<(PfInventory, Vec<Problem>), ObserveError> {
    let link = match netdev_of(host, pci)? {
        NetdevPlace::Here(path, _) => match host.link(netdev::ifindex_of(host, &path)?) {
            Ok(link) => Some(link),
            Err(error) if error.is_not_found() => None,
            Err(error) => return Err(error.into()),
        },
        NetdevPlace::None | NetdevPlace::Foreign => None,
    };
    let mut look = Look { host, links: Links::one(link), options, problems: Vec::new() };
    let pf = look.pf(pci, vf_addresses(host, pci)?)?;
    Ok((pf, look.problems))
}

fn exists(host: &dyn Sysfs, pci: PciAddress) -> bool {
    host.read(&HostPath::pci(pci).join("class")).is_ok()
}

/// One look at the host.
struct Look<'h> {
    host: &'h dyn Host,
    links: Links,
    options: ObserveOptions,
    problems: Vec<Problem>,
}

impl Look<'_> {
    fn problem(&mut self, pci: PciAddress, vf: Option<VfIndex>, message: String) {
        self.problems.push(Problem { pci, vf, message });
    }

    fn pf(&mut self, pci: PciAddress, vfs: VfAddresses) -> Result<PfInventory, ObserveError> {
        let mut pf = identity(self.host, pci)?;
        self.add_capability(&mut pf)?;
        self.add_netdev(&mut pf)?;
        self.add_eswitch(&mut pf);
        self.add_vfs(&mut pf, vfs)?;
        if self.options.vf_attrs {
            self.add_vf_attrs(&mut pf);
        }
        Ok(pf)
    }

    fn add_capability(&self, pf: &mut PfInventory) -> Result<(), ObserveError> {
        let (host, device): (&dyn Sysfs, _) = (self.host, HostPath::pci(pf.pci));
        let count = |name| parsed_if_there::<u16>(host, &device.join(name), "a VF count");
        pf.total_vfs = count("sriov_totalvfs")?.map(VfCount::new);
        if pf.total_vfs.is_none() {
            return Ok(());
        }
        pf.num_vfs = count("sriov_numvfs")?.map(VfCount::new);
        let autoprobe = device.join("sriov_drivers_autoprobe");
        if let Some(text) = optional(host.read(&autoprobe))? {
            let number: u8 = parse(&autoprobe, &text, "0 or 1")?;
            pf.drivers_autoprobe = Some(number != 0);
        }
        pf.owed = owed::record(self.host, pf.pci)?;
        Ok(())
    }

    fn add_netdev(&self, pf: &mut PfInventory) -> Result<(), ObserveError> {
        let NetdevPlace::Here(path, name) = netdev_of(self.host, pf.pci)? else { return Ok(()) };
        let Some(facts) = netdev::facts(self.host, &path)? else { return Ok(()) };
        pf.link_type = netdev::link_type(self.host, &path)?;
        pf.admin_up = netdev::admin_up(self.host, &path)?;
        pf.switch_id = text_if_supported(self.host, &path.join("phys_switch_id"))?;
        pf.port_name = text_if_supported(self.host, &path.join("phys_port_name"))?;
        if let Some(link) = self.links.find(facts.ifindex, &name, pf.pci) {
            pf.alt_names.clone_from(&link.alt_names);
        }
        (pf.name, pf.ifindex) = (Some(name), Some(facts.ifindex));
        (pf.mac, pf.mtu) = (facts.mac, facts.mtu);
        Ok(())
    }

    fn add_eswitch(&self, pf: &mut PfInventory) {
        // Without SR-IOV there is no eswitch to speak of, without a driver nobody answers.
        if pf.total_vfs.is_none() || pf.driver.is_none() {
            return;
        }
        match self.host.eswitch_mode(&pf.pci.into()) {
            Ok(mode) => pf.eswitch_mode = mode,
            Err(error) => pf.eswitch_unknown = Some(chain(&error)),
        }
    }

    fn add_vfs(&mut self, pf: &mut PfInventory, vfs: VfAddresses) -> Result<(), ObserveError> {
        let path = HostPath::pci(pf.pci).join("sriov_vf_device");
        // Written without 0x, and the same for all VFs of a PF.
        let vf_device = parsed_if_there(self.host, &path, "a PCI device id")?;
        let announced = pf.num_vfs.map_or(0, |count| usize::from(count.get()));
        if vfs.len() != announced {
            let message = format!("sriov_numvfs says {announced} VFs, {} are there", vfs.len());
            self.problem(pf.pci, None, message);
        }
        for (index, address) in vfs {
            match self.vf(pf, index, address, vf_device) {
                Ok(vf) => pf.vfs.push(vf),
                Err(error) => self.problem(pf.pci, Some(index), chain(&error)),
            }
        }
        Ok(())
    }

    fn vf(
        &self,
        pf: &PfInventory,
        index: VfIndex,
        pci: PciAddress,
        id: Option<PciId>,
    ) -> Result<VfInventory, ObserveError> {
        let (host, device): (&dyn Sysfs, _) = (self.host, HostPath::pci(pci));
        let place = netdev_of(host, pci)?;
        let (name, facts) = match &place {
            NetdevPlace::Here(path, name) => (Some(name.clone()), netdev::facts(host, path)?),
            NetdevPlace::None | NetdevPlace::Foreign => (None, None),
        };
        let group_link = device.join("iommu_group");
        let group = link_name(host, &group_link)?;
        Ok(VfInventory {
            index,
            pci,
            // The kernel makes them up from the PF's: `pci_iov_add_virtfn()` in drivers/pci/iov.c.
            vendor: pf.vendor,
            device: match id {
                Some(id) => id,
                None => parsed(host, &device.join("device"), "a PCI device id")?,
            },
            driver: driver(host, pci)?,
            name,
            ifindex: facts.as_ref().map(|facts| facts.ifindex),
            mac: facts.as_ref().and_then(|facts| facts.mac),
            mtu: facts.as_ref().and_then(|facts| facts.mtu),
            netns: match place {
                NetdevPlace::None => NetnsPlace::None,
                NetdevPlace::Foreign => NetnsPlace::Foreign,
                NetdevPlace::Here(..) => NetnsPlace::Init,
            },
            iommu_group: group
                .map(|text| parse(&group_link, &text, "a group number"))
                .transpose()?,
            rdma_device: self.rdma_device(&device)?,
            representor: self.representor(pf, index),
            attrs: None,
        })
    }

    fn rdma_device(
        &self,
        device: &HostPath,
    ) -> Result<Option<crate::RdmaDeviceName>, ObserveError> {
        let folder = device.join("infiniband");
        let names = optional(self.host.list(&folder))?.unwrap_or_default();
        names.first().map(|name| parse(&folder.join(name), name, "an RDMA device name")).transpose()
    }

    fn representor(&self, pf: &PfInventory, vf: VfIndex) -> Option<crate::IfName> {
        let switch = pf.switch_id.as_deref()?;
        // The port `p0` belongs to PF 0; without a port name the function number is the PF's.
        let port = pf.port_name.as_deref().and_then(|name| name.strip_prefix('p'));
        let number = port.and_then(|digits| digits.parse().ok());
        let number = number.unwrap_or_else(|| u16::from(pf.pci.function()));
        self.links.representor(switch, number, vf).cloned()
    }

    fn add_vf_attrs(&mut self, pf: &mut PfInventory) {
        let (Some(ifindex), Some(name), false) = (pf.ifindex, &pf.name, pf.vfs.is_empty()) else {
            return;
        };
        if self.links.find(ifindex, name, pf.pci).is_none() {
            let message = format!("{name} is not a link of this network namespace");
            return self.problem(pf.pci, None, message);
        }
        let list = match self.host.vfs(ifindex) {
            Ok(list) => list,
            Err(error) => return self.problem(pf.pci, None, chain(&error)),
        };
        for vf in &mut pf.vfs {
            let attrs = list.vfs.iter().find(|attrs| attrs.index == vf.index);
            vf.attrs = attrs.map(VfAttributes::from);
        }
        for vf in pf.vfs.iter().filter(|vf| vf.attrs.is_none()) {
            let message = "the PF's driver does not report its settings".to_owned();
            self.problem(pf.pci, Some(vf.index), message);
        }
    }
}

fn identity(host: &dyn Sysfs, pci: PciAddress) -> Result<PfInventory, ObserveError> {
    let device = HostPath::pci(pci);
    let vendor = parsed(host, &device.join("vendor"), "a PCI vendor id")?;
    let id = parsed(host, &device.join("device"), "a PCI device id")?;
    let numa_node: Option<i32> = parsed_if_there(host, &device.join("numa_node"), "a node number")?;
    Ok(PfInventory {
        driver: driver(host, pci)?,
        // -1 is the kernel's word for "not known".
        numa_node: numa_node.and_then(|node| u16::try_from(node).ok()),
        ..PfInventory::bare(pci, vendor, id)
    })
}

/// The driver that a PCI function is bound to.
pub(crate) fn driver(
    host: &dyn Sysfs,
    pci: PciAddress,
) -> Result<Option<DriverName>, ObserveError> {
    let path = HostPath::pci(pci).join("driver");
    let name = link_name(host, &path)?;
    name.map(|name| parse(&path, &name, "a driver name")).transpose()
}
