//! Who uses an RDMA device, before it is moved or removed.
//!
//! Numbers alone prove nothing: an idle device has objects of the kernel's own. A device is in use
//! if a process has allocated something on it or only has its `uverbs` file open, or if a part of
//! the kernel beyond `ib_core` and the device's own driver holds objects.

mod opened;
mod owned;

use sriov_host::plan::{Guard, Holder};
use sriov_host::seam::{RdmaDevice, RdmaError, RdmaSystem, Sysfs, SysfsError};

pub(crate) use opened::Opened;

use crate::codes;

/// Who uses a device.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct DeviceUsers {
    /// Those that are known: processes by number, then parts of the kernel.
    pub known: Vec<Holder>,
    /// The processes that could not be looked into.
    pub unseen: u32,
}

impl DeviceUsers {
    /// Whether somebody uses it; `None` if that cannot be told.
    pub fn in_use(&self) -> Option<bool> {
        match (self.known.is_empty(), self.unseen) {
            (false, _) => Some(true),
            (true, 0) => Some(false),
            (true, _) => None,
        }
    }

    /// The users with the guard that protects them.
    ///
    /// Processes that could not be looked into count as a possible user: not to know is not to be
    /// free.
    pub fn guarded(&self) -> Vec<(Guard, Holder)> {
        let unseen = (self.unseen > 0).then(|| Holder {
            pid: None,
            comm: None,
            holds: format!("{} processes could not be looked into, and may hold it", self.unseen),
        });
        self.known.iter().cloned().chain(unseen).map(|holder| (Guard::RdmaUser, holder)).collect()
    }
}

/// Who uses a device. Looks once over `/proc`.
///
/// # Errors
///
/// [`UsersError`] if the kernel does not tell. [`UsersError::is_not_found`] tells that the device
/// is gone.
pub fn users(
    host: &dyn Sysfs,
    rdma: &dyn RdmaSystem,
    device: &RdmaDevice,
) -> Result<DeviceUsers, UsersError> {
    let opened = Opened::scan(host)?;
    users_among(host, rdma, device, &opened)
}

/// The same for one of several devices.
pub(crate) fn users_among(
    host: &dyn Sysfs,
    rdma: &dyn RdmaSystem,
    device: &RdmaDevice,
    opened: &Opened,
) -> Result<DeviceUsers, UsersError> {
    let usage = rdma.rdma_usage(device.index).map_err(UsersError::Rdma)?;
    let known = owned::holders(host, &usage, opened.of(&device.name));
    Ok(DeviceUsers { known, unseen: opened.unseen() })
}

/// It cannot be told who uses a device.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UsersError {
    /// The kernel does not tell what is allocated.
    #[error("cannot tell what is allocated on the RDMA device")]
    Rdma(#[source] RdmaError),
    /// What processes have open cannot be read.
    #[error("cannot tell who has the RDMA device open")]
    Sysfs(#[source] SysfsError),
}

impl UsersError {
    /// The stable error code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Rdma(_) => codes::SUBSYSTEM_UNREADABLE.id,
            Self::Sysfs(_) => sriov_host::codes::FILE_ACCESS_FAILED.id,
        }
    }

    /// Whether the device is gone, or in another namespace.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Rdma(error) if error.is_not_found())
    }
}

impl From<SysfsError> for UsersError {
    fn from(error: SysfsError) -> Self {
        Self::Sysfs(error)
    }
}
