use std::fmt;
use std::time::Duration;

use super::{DevlinkParameter, NetlinkFault, ParameterMode, ParameterValue};
use crate::{Errno, EswitchMode, PciAddress};

/// A device as devlink (generic netlink) has it: its eswitch and its parameters.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Devlink: Send + Sync {
    /// The eswitch mode; `None` if the kernel, the driver or the device has no eswitch.
    ///
    /// # Errors
    ///
    /// [`DevlinkError`] if it cannot be told: without `CAP_NET_ADMIN` the kernel answers EPERM.
    fn eswitch_mode(&self, device: &DevlinkDevice) -> Result<Option<EswitchMode>, DevlinkError>;

    /// Changes the eswitch mode.
    ///
    /// # Errors
    ///
    /// [`DevlinkError`] with the kernel's answer, also if it is not done after `deadline`.
    fn set_eswitch_mode(
        &self,
        device: &DevlinkDevice,
        mode: EswitchMode,
        deadline: Duration,
    ) -> Result<(), DevlinkError>;

    /// A parameter of a device; `None` if the kernel, the driver or the device has none of this
    /// name.
    ///
    /// # Errors
    ///
    /// [`DevlinkError`] if it cannot be told.
    fn parameter(
        &self,
        device: &DevlinkDevice,
        name: &str,
    ) -> Result<Option<DevlinkParameter>, DevlinkError>;

    /// Sets a parameter, for the mode in which the new value is to come to life.
    ///
    /// # Errors
    ///
    /// [`DevlinkError`] with the kernel's answer, also if it is not done after `deadline`:
    /// `EINVAL` for an unknown name or a value of another type, `EOPNOTSUPP` for a mode that the
    /// parameter does not have.
    fn set_parameter(
        &self,
        device: &DevlinkDevice,
        name: &str,
        mode: ParameterMode,
        value: &ParameterValue,
        deadline: Duration,
    ) -> Result<(), DevlinkError>;
}

/// A device as devlink names it: `pci/0000:03:00.0`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DevlinkDevice {
    /// The bus, as `pci` or `netdevsim`.
    pub bus: String,
    /// The device's name on that bus.
    pub name: String,
}

impl From<PciAddress> for DevlinkDevice {
    fn from(address: PciAddress) -> Self {
        Self { bus: "pci".to_owned(), name: address.to_string() }
    }
}

impl fmt::Display for DevlinkDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.bus, self.name)
    }
}

/// A devlink request that failed.
#[derive(Debug, thiserror::Error)]
#[error("cannot {operation} of {device}")]
pub struct DevlinkError {
    /// What was attempted, as "read the eswitch mode".
    pub operation: &'static str,
    /// The device it was about.
    pub device: DevlinkDevice,
    /// Why it failed.
    pub source: NetlinkFault,
}

impl DevlinkError {
    /// The kernel's error number, if the failure has one.
    pub fn errno(&self) -> Option<Errno> {
        self.source.errno()
    }
}
