use std::collections::BTreeMap;

use super::ObserveError;
use crate::seam::{Link, VfLink};
use crate::{IfIndex, IfName, PciAddress, VfIndex};

/// The links of the caller's namespace, read once for the whole inventory.
pub(super) struct Links(BTreeMap<IfIndex, Link>);

impl Links {
    pub(super) fn read(host: &dyn VfLink) -> Result<Self, ObserveError> {
        let links = host.links()?;
        Ok(Self(links.into_iter().map(|link| (link.index, link)).collect()))
    }

    pub(super) fn one(link: Option<Link>) -> Self {
        Self(link.into_iter().map(|link| (link.index, link)).collect())
    }

    /// The link behind a netdev that sysfs shows.
    ///
    /// Below a mounted root sysfs may be another host's, whose numbers mean nothing here: the
    /// name and, where the kernel tells it, the parent device have to agree.
    pub(super) fn find(&self, index: IfIndex, name: &IfName, pci: PciAddress) -> Option<&Link> {
        let link = self.0.get(&index)?;
        let parent = link.parent.as_deref();
        // virtio devices have a parent on a bus of their own.
        let same =
            parent.is_none_or(|parent| parent == pci.to_string() || parent.starts_with("virtio"));
        (link.name == *name && same).then_some(link)
    }

    /// The representor of a VF: same switch, and the port name of that VF on that PF.
    pub(super) fn representor(&self, switch: &str, pf_port: u16, vf: VfIndex) -> Option<&IfName> {
        let port = format!("pf{pf_port}vf{vf}");
        let stands_for = |link: &&Link| {
            link.switch_id.as_deref() == Some(switch) && link.port_name.as_deref() == Some(&port)
        };
        self.0.values().find(stands_for).map(|link| &link.name)
    }
}
