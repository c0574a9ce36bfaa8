use super::ObserveError;
use super::read::{optional, parse, parsed, parsed_if_there, text_if_supported};
use crate::seam::{HostPath, Sysfs};
use crate::{IfIndex, IfName, LinkType, MacAddr, Mtu, PciAddress};

/// Where the netdev of a PCI function is, told by its `net` folder.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum NetdevPlace {
    /// There is no `net` folder: no driver, or one that makes no netdev.
    None,
    /// The folder is empty: the netdev is in another network namespace.
    Foreign,
    /// It is here.
    Here(HostPath, IfName),
}

/// The netdev of a PCI function.
///
/// In switchdev mode the representors of the VFs stand in the PF's folder, too: the uplink is the
/// one whose port is not a VF's or SF's.
pub(crate) fn netdev_of(host: &dyn Sysfs, pci: PciAddress) -> Result<NetdevPlace, ObserveError> {
    let device = HostPath::pci(pci);
    let mut folder = device.join("net");
    let mut names = optional(host.list(&folder))?;
    if names.is_none() {
        // virtio puts a device of its own between the PCI function and the netdev.
        let children = optional(host.list(&device))?.unwrap_or_default();
        if let Some(child) = children.iter().find(|name| name.starts_with("virtio")) {
            folder = device.join(child).join("net");
            names = optional(host.list(&folder))?;
        }
    }
    let Some(names) = names else { return Ok(NetdevPlace::None) };
    let Some(name) = uplink(host, &folder, &names)? else { return Ok(NetdevPlace::Foreign) };
    let path = folder.join(&name);
    let name = parse(&path, &name, "an interface name")?;
    Ok(NetdevPlace::Here(path, name))
}

fn uplink(
    host: &dyn Sysfs,
    folder: &HostPath,
    names: &[String],
) -> Result<Option<String>, ObserveError> {
    if names.len() > 1 {
        for name in names {
            let port = text_if_supported(host, &folder.join(name).join("phys_port_name"))?;
            if !port.is_some_and(|port| is_representor(&port)) {
                return Ok(Some(name.clone()));
            }
        }
    }
    Ok(names.first().cloned())
}

/// `pf0vf3`, `c1pf0sf7` and the like: ports that stand for a VF or SF.
fn is_representor(port: &str) -> bool {
    let after_pf = port.split_once("pf").map(|(_, rest)| rest);
    after_pf.is_some_and(|rest| rest.contains("vf") || rest.contains("sf"))
}

/// What sysfs tells of a netdev.
pub(super) struct NetdevFacts {
    pub(super) ifindex: IfIndex,
    pub(super) mac: Option<MacAddr>,
    pub(super) mtu: Option<Mtu>,
}

/// `None` if the netdev was renamed or moved away meanwhile.
pub(super) fn facts(
    host: &dyn Sysfs,
    path: &HostPath,
) -> Result<Option<NetdevFacts>, ObserveError> {
    let Some(ifindex) = parsed_if_there(host, &path.join("ifindex"), "an interface index")? else {
        return Ok(None);
    };
    let address = optional(host.read(&path.join("address")))?;
    // IPoIB addresses have 20 bytes: no Ethernet address is there then.
    let mac = address.and_then(|text| text.parse().ok());
    let mtu = parsed_if_there::<u32>(host, &path.join("mtu"), "a number")?.and_then(Mtu::new);
    Ok(Some(NetdevFacts { ifindex, mac, mtu }))
}

/// `ARPHRD_ETHER` is 1 and `ARPHRD_INFINIBAND` 32; other links have no VFs.
pub(super) fn link_type(
    host: &dyn Sysfs,
    path: &HostPath,
) -> Result<Option<LinkType>, ObserveError> {
    let number = parsed_if_there::<u32>(host, &path.join("type"), "a number")?;
    Ok(match number {
        Some(1) => Some(LinkType::Ether),
        Some(32) => Some(LinkType::Infiniband),
        _ => None,
    })
}

/// Bit 0 of the flags, `IFF_UP`.
pub(super) fn admin_up(host: &dyn Sysfs, path: &HostPath) -> Result<Option<bool>, ObserveError> {
    let path = path.join("flags");
    let Some(text) = optional(host.read(&path))? else { return Ok(None) };
    let flags = text.strip_prefix("0x").and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let flags = flags.ok_or_else(|| ObserveError::malformed(&path, &text, "flags as 0x1003"))?;
    Ok(Some(flags & 1 == 1))
}

/// The interface index of a netdev that has to be there.
pub(crate) fn ifindex_of(host: &dyn Sysfs, path: &HostPath) -> Result<IfIndex, ObserveError> {
    parsed(host, &path.join("ifindex"), "an interface index")
}
