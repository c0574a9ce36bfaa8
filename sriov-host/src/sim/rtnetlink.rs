use super::host::SimHost;
use super::kernel::Kernel;
use super::netdev::NetDev;
use super::rule::Rule;
use crate::decorate::Call;
use crate::seam::{Link, LinkChange, LinkError, NetlinkFault, VfChange, VfLink, VfList};
use crate::{Errno, IfIndex, LinkType, Mtu};

/// The smallest and largest MTU that drivers take here.
const MTU_RANGE: std::ops::RangeInclusive<u32> = 68..=9710;

impl VfLink for SimHost {
    fn links(&self) -> Result<Vec<Link>, LinkError> {
        let mut kernel = self.enter();
        check(kernel.fault(Call::GetLink, "all links"), "list the links", None)?;
        Ok(kernel.netdevs.values().filter_map(|netdev| kernel.link(netdev)).collect())
    }

    fn link(&self, index: IfIndex) -> Result<Link, LinkError> {
        let mut kernel = self.enter();
        let operation = "read the link";
        check(kernel.fault(Call::GetLink, &format!("link {index}")), operation, Some(index))?;
        let found = kernel.visible(index.get()).and_then(|netdev| kernel.link(netdev));
        let answer = if kernel.breaks(Rule::LinkUnknown) { Errno::INVAL } else { Errno::NODEV };
        found.ok_or_else(|| failed(answer, operation, Some(index)))
    }

    fn vfs(&self, pf: IfIndex) -> Result<VfList, LinkError> {
        let mut kernel = self.enter();
        let operation = "read the VF list";
        check(kernel.fault(Call::GetVfs, &format!("link {pf}")), operation, Some(pf))?;
        kernel.vf_list(pf.get()).map_err(|errno| failed(errno, operation, Some(pf)))
    }

    fn set_vfs(&self, pf: IfIndex, changes: &[VfChange]) -> Result<(), LinkError> {
        let mut kernel = self.enter();
        let operation = "set VFs";
        check(kernel.fault(Call::SetVfs, &format!("link {pf}")), operation, Some(pf))?;
        kernel.set_vfs(pf.get(), changes).map_err(|errno| failed(errno, operation, Some(pf)))
    }

    fn set_link(&self, index: IfIndex, change: &LinkChange) -> Result<(), LinkError> {
        let mut kernel = self.enter();
        let operation = match change {
            LinkChange::AdminUp(true) => "bring up the link",
            LinkChange::AdminUp(false) => "bring down the link",
            LinkChange::Mtu(_) => "set the MTU",
            LinkChange::Name(_) => "rename the link",
        };
        check(kernel.fault(Call::SetLink, &format!("link {index}")), operation, Some(index))?;
        let done = kernel.set_link(index.get(), change);
        done.map_err(|errno| failed(errno, operation, Some(index)))
    }
}

impl Kernel {
    /// A link as rtnetlink shows it; `None` from another namespace.
    fn link(&self, netdev: &NetDev) -> Option<Link> {
        if netdev.netns.is_some() {
            return None;
        }
        let ethernet = netdev.link_type == Some(LinkType::Ether);
        let parent = netdev.function.filter(|_| !self.breaks(Rule::LinkParent));
        Some(Link {
            index: IfIndex::new(netdev.ifindex)?,
            name: netdev.name.parse().ok()?,
            alt_names: netdev.alt_names.clone(),
            mac: ethernet.then_some(netdev.mac),
            mtu: Mtu::new(netdev.mtu),
            admin_up: netdev.up,
            link_type: netdev.link_type,
            parent: parent.map(|address| address.to_string()),
            switch_id: self.switch_id(netdev),
            port_name: self.port_name(netdev),
            master: None,
        })
    }

    fn set_link(&mut self, ifindex: u32, change: &LinkChange) -> Result<(), Errno> {
        self.visible(ifindex).ok_or(Errno::NODEV)?;
        match change {
            LinkChange::AdminUp(up) => {
                if !self.breaks(Rule::LinkAdminState) {
                    self.set_up(ifindex, *up);
                }
                Ok(())
            }
            LinkChange::Mtu(mtu) => self.set_mtu(ifindex, mtu.get()),
            LinkChange::Name(name) => self.set_name(ifindex, name.as_str()),
        }
    }

    fn set_mtu(&mut self, ifindex: u32, mtu: u32) -> Result<(), Errno> {
        if !MTU_RANGE.contains(&mtu) {
            return Err(Errno::INVAL);
        }
        let netdev = self.netdevs.get_mut(&ifindex).ok_or(Errno::NODEV)?;
        if std::mem::replace(&mut netdev.mtu, mtu) != mtu {
            self.announce_link(ifindex);
        }
        Ok(())
    }

    fn set_name(&mut self, ifindex: u32, name: &str) -> Result<(), Errno> {
        match self.find_visible(name) {
            Some(owner) if owner == ifindex => return Ok(()),
            Some(_) if !self.breaks(Rule::LinkNameTaken) => return Err(Errno::EXIST),
            _ => {}
        }
        if self.breaks(Rule::LinkRename) && self.visible(ifindex).is_some_and(|link| link.up) {
            return Err(Errno::BUSY);
        }
        self.rename(ifindex, name);
        Ok(())
    }
}

fn failed(errno: Errno, operation: &'static str, index: Option<IfIndex>) -> LinkError {
    LinkError { operation, index, source: NetlinkFault::refused(errno) }
}

fn check(
    fault: Option<Errno>,
    operation: &'static str,
    index: Option<IfIndex>,
) -> Result<(), LinkError> {
    fault.map_or(Ok(()), |errno| Err(failed(errno, operation, index)))
}
