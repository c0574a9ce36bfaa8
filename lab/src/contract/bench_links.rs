//! The words for netdevs and VF settings.

use sriov_host::seam::{HostPath, Link, LinkChange, LinkError, VfAttrs, VfChange, VfSetting};
use sriov_host::{Errno, IfIndex, VfIndex};

use super::bench::{Bench, Outcome, tell};

impl Bench<'_> {
    /// The only netdev of a function, once udev is done with it.
    pub(super) fn netdev(&self, function: &HostPath) -> Outcome<IfIndex> {
        let mut found = None;
        self.until(&format!("{function} has a settled netdev"), || {
            found = self.settled(function)?;
            Ok(found.is_some())
        })?;
        found.ok_or_else(|| "unreachable".to_owned())
    }

    fn settled(&self, function: &HostPath) -> Outcome<Option<IfIndex>> {
        let Ok(names) = self.host.list(&function.join("net")) else { return Ok(None) };
        let Some(name) = names.first() else { return Ok(None) };
        let path = function.join("net").join(name).join("ifindex");
        // The name may have changed since it was listed.
        let Ok(text) = self.host.read(&path) else { return Ok(None) };
        let index: IfIndex = text.parse().map_err(|error| tell(&error))?;
        if self.host.list(&HostPath::new("/run/udev/data")).is_err() {
            return Ok(Some(index));
        }
        let entry = self.host.read(&HostPath::new(format!("/run/udev/data/n{index}")));
        let done = entry.is_ok_and(|entry| !entry.contains("ID_RENAMING"));
        Ok(done.then_some(index))
    }

    pub(super) fn pf_netdev(&self) -> Outcome<IfIndex> {
        self.netdev(&HostPath::pci(self.rig.pf))
    }

    pub(super) fn vf_netdev(&self, index: u16) -> Outcome<IfIndex> {
        self.netdev(&HostPath::pci(self.address(index)?))
    }

    pub(super) fn link(&self, index: IfIndex) -> Outcome<Link> {
        self.host.link(index).map_err(|error| tell(&error))
    }

    pub(super) fn set_link(&self, index: IfIndex, change: &LinkChange) -> Outcome {
        self.host.set_link(index, change).map_err(|error| tell(&error))
    }

    pub(super) fn try_set(&self, settings: &[(u16, VfSetting)]) -> Outcome<Result<(), LinkError>> {
        let changes: Vec<VfChange> = settings
            .iter()
            .map(|(vf, set)| VfChange { vf: VfIndex::new(*vf), set: *set })
            .collect();
        Ok(self.host.set_vfs(self.pf_netdev()?, &changes))
    }

    pub(super) fn set(&self, settings: &[(u16, VfSetting)]) -> Outcome {
        self.try_set(settings)?.map_err(|error| tell(&error))
    }

    /// A setting that the driver refuses with this errno.
    pub(super) fn set_refused(&self, settings: &[(u16, VfSetting)], wanted: Errno) -> Outcome {
        match self.try_set(settings)? {
            Ok(()) => Err(format!("setting {settings:?} succeeded, wanted {wanted}")),
            Err(error) if error.errno() == Some(wanted) => Ok(()),
            Err(error) => Err(format!("setting {settings:?}, wanted {wanted}: {}", tell(&error))),
        }
    }

    pub(super) fn attrs(&self, index: u16) -> Outcome<VfAttrs> {
        let list = self.host.vfs(self.pf_netdev()?).map_err(|error| tell(&error))?;
        let found = list.vfs.into_iter().find(|vf| vf.index.get() == index);
        found.ok_or_else(|| format!("VF {index} is not in the list"))
    }
}
