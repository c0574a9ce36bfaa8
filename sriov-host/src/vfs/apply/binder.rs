use std::time::Duration;

use super::super::error::StepError;
use super::bind::Manner;
use super::run::StepResult;
use crate::config::DriverChoice;
use crate::inventory::{driver, optional};
use crate::plan::Outcome;
use crate::seam::{Host, HostPath, SysfsError};
use crate::{DriverName, PciAddress};

/// How long udev may take to load the module of a driver.
const MODULE_LOAD: Duration = Duration::from_secs(10);

/// How often a driver that is not there yet is probed for without an event.
const AGAIN: Duration = Duration::from_secs(1);

/// Binds one VF: set the override, let go of the old driver, probe, look, roll back.
pub(super) struct Binder<'a> {
    pub(super) host: &'a dyn Host,
    pub(super) pci: PciAddress,
    pub(super) manner: &'a Manner,
}

impl Binder<'_> {
    pub(super) fn bind(&self, from: Option<&DriverName>, to: &DriverChoice) -> StepResult {
        let found = driver(self.host, self.pci)?;
        let right = match (to, &found) {
            (DriverChoice::Default, Some(found)) => !found.is_userspace(),
            (DriverChoice::Unbound, found) => found.is_none(),
            (DriverChoice::Named(wanted), found) => found.as_ref() == Some(wanted),
            (DriverChoice::Default, None) => false,
        };
        if right {
            return Ok(Outcome::Skipped);
        }
        if found.as_ref() != from {
            let name = |driver: Option<&DriverName>| {
                driver.map_or_else(|| "no driver".to_owned(), ToString::to_string)
            };
            let (expected, found) = (name(from), name(found.as_ref()));
            return Err(StepError::Stale { expected, found });
        }
        match to {
            DriverChoice::Unbound => {
                self.unbind(found.as_ref())?;
                self.expect_unbound()
            }
            DriverChoice::Default => self.switch(self.manner.default.as_ref(), found.as_ref()),
            DriverChoice::Named(wanted) => {
                self.check_driver(wanted)?;
                self.switch(Some(wanted), found.as_ref())
            }
        }
    }

    pub(super) fn rebind(&self, wanted: &DriverName) -> StepResult {
        let found = driver(self.host, self.pci)?;
        self.switch(Some(wanted), found.as_ref())
    }

    /// `None` is whatever driver claims the VF by itself.
    fn switch(&self, wanted: Option<&DriverName>, previous: Option<&DriverName>) -> StepResult {
        let tried = self.try_switch(wanted, previous);
        let bound = match driver(self.host, self.pci)? {
            Some(found) => match wanted {
                Some(wanted) => found == *wanted,
                None => !found.is_userspace(),
            },
            None => false,
        };
        if bound {
            // The override has done its work: the next driver should not meet it.
            self.set_override(None)?;
            return Ok(Outcome::Done);
        }
        let source = match tried {
            Err(SysfsError::StillRunning { after, .. }) => {
                return Err(StepError::StillRunning { after });
            }
            tried => tried.err(),
        };
        self.roll_back(previous);
        let now = driver(self.host, self.pci)?;
        let wanted = wanted.map_or_else(|| "default".to_owned(), ToString::to_string);
        Err(StepError::BindFailed { wanted, now, source })
    }

    fn try_switch(
        &self,
        wanted: Option<&DriverName>,
        previous: Option<&DriverName>,
    ) -> Result<(), SysfsError> {
        self.set_override(wanted)?;
        self.unbind(previous)?;
        self.probe()?;
        if wanted.is_none() { self.await_driver() } else { Ok(()) }
    }

    /// The first VF of a kind makes udev load its driver's module, which takes a moment.
    fn await_driver(&self) -> Result<(), SysfsError> {
        let bound = || driver(self.host, self.pci).is_ok_and(|driver| driver.is_some());
        if bound() {
            return Ok(());
        }
        let Ok(mut events) = self.host.subscribe() else { return Ok(()) };
        let deadline = self.host.now().saturating_add(MODULE_LOAD.min(self.manner.deadline));
        loop {
            self.probe()?;
            let left = deadline.saturating_sub(self.host.now());
            // Without events the verdict is left to the caller's look at the driver link.
            if bound() || left.is_zero() || events.next(left.min(AGAIN)).is_err() {
                return Ok(());
            }
        }
    }

    /// Back to the driver that was there; what cannot be rolled back shows in the report.
    fn roll_back(&self, previous: Option<&DriverName>) {
        let back = self
            .set_override(previous)
            .and_then(|()| if previous.is_some() { self.probe() } else { Ok(()) });
        let cleared = self.set_override(None);
        if let Err(error) = back.and(cleared) {
            tracing::warn!(vf = %self.pci, %error, "the roll-back of a driver failed");
        }
    }

    /// An empty override reads `(null)` and is cleared by a newline alone.
    fn set_override(&self, wanted: Option<&DriverName>) -> Result<(), SysfsError> {
        let path = HostPath::pci(self.pci).join("driver_override");
        let found = match optional(self.host.read(&path))? {
            // A kernel without overrides has none to clear.
            None if wanted.is_none() => return Ok(()),
            found => found.unwrap_or_default(),
        };
        let found = Some(found.as_str()).filter(|text| !matches!(*text, "" | "(null)"));
        if found == wanted.map(DriverName::as_str) {
            return Ok(());
        }
        let text = wanted.map_or_else(|| "\n".to_owned(), |driver| format!("{driver}\n"));
        self.host.write(&path, &text, self.manner.deadline)
    }

    fn unbind(&self, driver: Option<&DriverName>) -> Result<(), SysfsError> {
        let Some(driver) = driver else { return Ok(()) };
        let path = HostPath::new(format!("sys/bus/pci/drivers/{driver}/unbind"));
        self.host.write(&path, &self.pci.to_string(), self.manner.deadline)
    }

    /// Succeeds whether or not a driver binds: only the `driver` link tells.
    fn probe(&self) -> Result<(), SysfsError> {
        let path = HostPath::new("sys/bus/pci/drivers_probe");
        self.host.write(&path, &self.pci.to_string(), self.manner.deadline)
    }

    fn expect_unbound(&self) -> StepResult {
        match driver(self.host, self.pci)? {
            None => Ok(Outcome::Done),
            Some(found) => {
                let (wanted, found) = ("no driver".to_owned(), found.to_string());
                Err(StepError::DidNotStick { wanted, found })
            }
        }
    }

    fn check_driver(&self, wanted: &DriverName) -> Result<(), StepError> {
        let folder = HostPath::new(format!("sys/bus/pci/drivers/{wanted}"));
        if optional(self.host.list(&folder))?.is_none() {
            return Err(StepError::DriverNotLoaded(wanted.clone()));
        }
        if wanted.as_str() == "vfio-pci" { self.check_iommu_group() } else { Ok(()) }
    }

    /// vfio takes a group as a whole: no other device of it may serve the kernel.
    fn check_iommu_group(&self) -> Result<(), StepError> {
        let link = HostPath::pci(self.pci).join("iommu_group");
        let Some(target) = optional(self.host.read_link(&link))? else {
            return if self.allows_no_iommu()? { Ok(()) } else { Err(StepError::NoIommuGroup) };
        };
        let group = target.rsplit('/').next().unwrap_or_default().to_owned();
        for name in optional(self.host.list(&link.join("devices")))?.unwrap_or_default() {
            let Ok(device) = name.parse::<PciAddress>() else { continue };
            let other = device != self.pci && !self.is_bridge(device)?;
            let Some(driver) = driver(self.host, device)?.filter(|_| other) else { continue };
            if !driver.is_userspace() && driver.as_str() != "pci-stub" {
                return Err(StepError::GroupNotViable { group, device, driver });
            }
        }
        Ok(())
    }

    /// Bridges of a group may keep their driver.
    fn is_bridge(&self, device: PciAddress) -> Result<bool, StepError> {
        let class = optional(self.host.read(&HostPath::pci(device).join("class")))?;
        Ok(class.is_some_and(|class| class.starts_with("0x0604")))
    }

    fn allows_no_iommu(&self) -> Result<bool, StepError> {
        let path = HostPath::new("sys/module/vfio/parameters/enable_unsafe_noiommu_mode");
        Ok(optional(self.host.read(&path))?.is_some_and(|text| text == "Y"))
    }
}
