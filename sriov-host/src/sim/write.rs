use super::job::{Step, What};
use super::kernel::Kernel;
use super::numvfs::parse_bool;
use super::rule::Rule;
use super::tree::Node;
use crate::{Errno, PciAddress};

impl Kernel {
    /// What writing an attribute does: at once (`None`), or as a job.
    pub(super) fn store(
        &mut self,
        place: &[String],
        value: &str,
    ) -> Result<Option<Vec<Step>>, Errno> {
        match self.node(place) {
            None => return Err(Errno::NOENT),
            Some(Node::Folder(_) | Node::Link(_)) => return Err(Errno::ISDIR),
            Some(Node::File(_) | Node::WriteOnly) => {}
        }
        // A write of no bytes does not reach the attribute.
        if value.is_empty() {
            return Ok(None);
        }
        let parts: Vec<&str> = place.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["sys", "module", "ib_core", ..] if self.breaks(Rule::RdmaModeFileReadOnly) => Ok(None),
            ["sys", "bus", "pci", "drivers_probe"] => {
                let function = self.named_function(value)?;
                Ok(Some(vec![What::Probe { function, new: false }.now()]))
            }
            ["sys", "bus", "pci", "drivers", driver, action] => {
                self.store_driver(driver, action, value)
            }
            ["sys", "devices", rest @ ..] => match self.split_device(rest) {
                Some((function, [attribute])) => self.store_device(function, attribute, value),
                _ => Err(Errno::ACCES),
            },
            _ => Err(Errno::ACCES),
        }
    }

    fn named_function(&self, value: &str) -> Result<PciAddress, Errno> {
        let name = value.strip_suffix('\n').unwrap_or(value);
        self.find_function(name).ok_or(Errno::NODEV)
    }

    fn store_driver(
        &self,
        driver: &str,
        action: &str,
        value: &str,
    ) -> Result<Option<Vec<Step>>, Errno> {
        let function = self.named_function(value)?;
        let driver = driver.to_owned();
        let lock = What::Lock(function).now();
        match action {
            "bind" => Ok(Some(vec![lock, What::Bind { function, driver }.now()])),
            "unbind" => Ok(Some(vec![lock, What::Unbind { function, driver }.now()])),
            _ => Err(Errno::ACCES),
        }
    }

    fn store_device(
        &mut self,
        address: PciAddress,
        attribute: &str,
        value: &str,
    ) -> Result<Option<Vec<Step>>, Errno> {
        match attribute {
            "sriov_numvfs" => {
                let wanted = self.check_numvfs(address, value)?;
                let store = What::StoreNumvfs { pf: address, wanted };
                Ok(Some(vec![What::Lock(address).now(), store.now()]))
            }
            "sriov_drivers_autoprobe" => {
                let parsed = parse_bool(value);
                let lax = self.breaks(Rule::AutoprobeParse);
                let autoprobe = parsed.or(lax.then_some(true)).ok_or(Errno::INVAL)?;
                self.set_autoprobe(address, autoprobe)
            }
            "driver_override" => {
                self.store_override(address, value);
                Ok(None)
            }
            "sriov_vf_msix_count" => Err(Errno::OPNOTSUPP),
            "reset" => Ok(None),
            _ => Err(Errno::ACCES),
        }
    }

    fn set_autoprobe(
        &mut self,
        address: PciAddress,
        autoprobe: bool,
    ) -> Result<Option<Vec<Step>>, Errno> {
        let pf = self.pf_mut(address).ok_or(Errno::NODEV)?;
        pf.autoprobe = autoprobe;
        let vfs: Vec<PciAddress> = pf.vfs.values().copied().collect();
        if autoprobe && self.breaks(Rule::AutoprobeNotRetroactive) {
            let probes = vfs.into_iter().map(|function| What::Probe { function, new: false }.now());
            return Ok(Some(probes.collect()));
        }
        Ok(None)
    }

    /// `driver_set_override()`: up to the first newline; nothing before it clears.
    fn store_override(&mut self, address: PciAddress, value: &str) {
        let name = value.split('\n').next().unwrap_or_default();
        let cleared = name.is_empty();
        let unbinds = cleared && self.breaks(Rule::OverrideClearKeepsDriver);
        let keeps = cleared && self.breaks(Rule::OverrideClearedByNewline);
        let Some(function) = self.functions.get_mut(&address) else { return };
        if !keeps {
            function.driver_override = (!cleared).then(|| name.to_owned());
        }
        if unbinds && function.driver.is_some() {
            self.unbound(address);
        }
    }
}
