use std::collections::BTreeSet;

use super::ObserveError;
use super::read::{link_name, optional, parse};
use crate::seam::{HostPath, Sysfs};
use crate::{PciAddress, VfIndex};

/// The VFs of a PF, with their addresses.
pub(crate) type VfAddresses = Vec<(VfIndex, PciAddress)>;

/// Every network device that is not a VF, in address order, with its VFs.
pub(super) fn pf_addresses(
    host: &dyn Sysfs,
) -> Result<Vec<(PciAddress, VfAddresses)>, ObserveError> {
    let mut vfs = BTreeSet::new();
    let mut pfs = Vec::new();
    for address in pci_addresses(host)? {
        // VFs come behind their PF, so most are known before they are looked at.
        if vfs.contains(&address) || !is_network_device(host, address)? {
            continue;
        }
        let path = HostPath::pci(address);
        if optional(host.read_link(&path.join("physfn")))?.is_some() {
            continue;
        }
        let of_pf = vf_addresses(host, address)?;
        vfs.extend(of_pf.iter().map(|(_, vf)| *vf));
        pfs.push((address, of_pf));
    }
    Ok(pfs)
}

fn pci_addresses(host: &dyn Sysfs) -> Result<Vec<PciAddress>, ObserveError> {
    let folder = HostPath::new("sys/bus/pci/devices");
    let Some(names) = optional(host.list(&folder))? else {
        // No PCI bus is an answer; no sysfs at all is not.
        host.list(&HostPath::new("sys/bus"))?;
        return Ok(Vec::new());
    };
    let address = |name: &String| parse(&folder.join(name), name, "a PCI address");
    let mut addresses = names.iter().map(address).collect::<Result<Vec<PciAddress>, _>>()?;
    addresses.sort_unstable();
    Ok(addresses)
}

/// PCI base class 02. A device that vanishes meanwhile is none.
fn is_network_device(host: &dyn Sysfs, address: PciAddress) -> Result<bool, ObserveError> {
    let class = optional(host.read(&HostPath::pci(address).join("class")))?;
    Ok(class.is_some_and(|class| class.starts_with("0x02")))
}

/// The VFs of a PF, by its `virtfnN` links, in index order.
///
/// The links tell the addresses; offset and stride may change with the VF count.
pub(crate) fn vf_addresses(host: &dyn Sysfs, pf: PciAddress) -> Result<VfAddresses, ObserveError> {
    let folder = HostPath::pci(pf);
    let mut vfs = Vec::new();
    for name in optional(host.list(&folder))?.unwrap_or_default() {
        let Some(number) = name.strip_prefix("virtfn") else { continue };
        let path = folder.join(&name);
        let index: u16 = parse(&path, number, "a VF index in its name")?;
        // The link vanishes if the VF is removed meanwhile.
        let Some(target) = link_name(host, &path)? else { continue };
        vfs.push((VfIndex::new(index), parse(&path, &target, "a link to a PCI device")?));
    }
    vfs.sort_unstable();
    Ok(vfs)
}

/// The address of one VF; `None` if the PF has no such VF.
pub(crate) fn vf_address(
    host: &dyn Sysfs,
    pf: PciAddress,
    vf: VfIndex,
) -> Result<Option<PciAddress>, ObserveError> {
    let path = HostPath::pci(pf).join(format!("virtfn{vf}"));
    let target = link_name(host, &path)?;
    target.map(|target| parse(&path, &target, "a link to a PCI device")).transpose()
}
