//! netdevsim: a NIC of any size and with every VF setting, but not on a PCI bus.

use std::time::Duration;

use sriov_host::IfIndex;

use super::case::Done;
use super::sys;

const BUS: &str = "/sys/bus/netdevsim";

/// A simulated NIC; it is taken away when it is dropped.
pub(super) struct Netdevsim(u32);

impl Netdevsim {
    /// Adds a NIC with one port and this many VFs.
    pub(super) fn with_vfs(id: u32, vfs: u16) -> Result<Self, String> {
        sys::write(format!("{BUS}/new_device"), &format!("{id} 1"))?;
        let card = Self(id);
        sys::until("the netdev is there", Duration::from_secs(10), || card.netdev().is_some())?;
        // Its limit can be changed only while it has no VFs.
        sys::write(format!("/sys/kernel/debug/netdevsim/netdevsim{id}/max_vfs"), &vfs.to_string())?;
        card.set_num_vfs(vfs)?;
        Ok(card)
    }

    /// Its name on the bus.
    pub(super) fn name(&self) -> String {
        format!("netdevsim{}", self.0)
    }

    /// The name of its port's netdev.
    pub(super) fn netdev(&self) -> Option<String> {
        sys::names(format!("{BUS}/devices/{}/net", self.name())).into_iter().next()
    }

    /// The number of its port's netdev.
    pub(super) fn ifindex(&self) -> Result<IfIndex, String> {
        let name = self.netdev().ok_or("netdevsim has no netdev")?;
        let text = sys::read(format!("/sys/class/net/{name}/ifindex"))?;
        text.parse().map_err(|_| format!("{text:?} is no number of a netdev"))
    }

    pub(super) fn set_num_vfs(&self, vfs: u16) -> Done {
        sys::write(format!("{BUS}/devices/{}/sriov_numvfs", self.name()), &vfs.to_string())
    }
}

impl Drop for Netdevsim {
    fn drop(&mut self) {
        // If it stays, the next case cannot make its own and says so.
        drop(sys::write(format!("{BUS}/del_device"), &self.0.to_string()));
    }
}
