//! The RDMA subsystem, as `NETLINK_RDMA` (nldev) has it.

mod change;
mod device;
mod error;
mod event;
mod usage;

use std::time::Duration;

pub use change::{RdmaChange, RdmaLinkKind};
pub use device::{PhysicalState, PortState, RdmaDevice, RdmaNodeType, RdmaPort};
pub use error::RdmaError;
pub use event::{RdmaEvent, RdmaEventKind, RdmaWake};
pub use usage::{RdmaCounter, RdmaOwner, RdmaResource, RdmaUsage};

use super::RawAttribute;
use crate::{NetnsMode, RdmaIndex};

/// The RDMA subsystem of the running kernel, from the caller's network namespace.
///
/// Nothing here loads a module: without `ib_core` every answer is [`Availability::NotLoaded`].
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait RdmaSystem: Send + Sync {
    /// The settings of the whole subsystem.
    ///
    /// # Errors
    ///
    /// [`RdmaError`] with the kernel's answer.
    fn rdma_settings(&self) -> Result<Availability<RdmaSettings>, RdmaError>;

    /// The devices that the caller's namespace sees, with their ports, by number.
    ///
    /// # Errors
    ///
    /// [`RdmaError`] with the kernel's answer.
    fn rdma_devices(&self) -> Result<Availability<Vec<RdmaDevice>>, RdmaError>;

    /// What is allocated on a device, and by whom. An idle device is not at zero.
    ///
    /// # Errors
    ///
    /// [`RdmaError`]; [`RdmaError::is_not_found`] if the namespace sees no such device.
    fn rdma_usage(&self, device: RdmaIndex) -> Result<RdmaUsage, RdmaError>;

    /// The hardware counters of a port.
    ///
    /// # Errors
    ///
    /// [`RdmaError`]; unsupported by drivers without counters.
    fn rdma_counters(&self, device: RdmaIndex, port: u32) -> Result<Vec<RdmaCounter>, RdmaError>;

    /// Changes one thing. Needs `CAP_NET_ADMIN` in the initial user namespace.
    ///
    /// # Errors
    ///
    /// [`RdmaError`] with the kernel's answer, also if it is not done after `deadline`: it then
    /// goes on, and cannot be taken back.
    fn change_rdma(&self, change: &RdmaChange, deadline: Duration) -> Result<(), RdmaError>;

    /// Starts listening to what happens to devices. Linux ≥ 6.12.
    ///
    /// # Errors
    ///
    /// [`RdmaError`] if the kernel has no such notifications.
    fn watch_rdma(&self) -> Result<Box<dyn RdmaEvents>, RdmaError>;
}

/// A running subscription to [`RdmaEvent`]s.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait RdmaEvents: Send {
    /// The next event, or the reason to look without one.
    ///
    /// A zero timeout only takes what has already arrived.
    ///
    /// # Errors
    ///
    /// [`RdmaError`] if the socket fails; lost events are not an error but [`RdmaWake::Lost`].
    fn next(&mut self, timeout: Duration) -> Result<RdmaWake, RdmaError>;
}

/// Whether there is an RDMA subsystem to ask.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Availability<T> {
    /// There is, and it answered.
    Available(T),
    /// `ib_core` is not loaded. Its load-time settings take effect when it is.
    NotLoaded,
    /// The kernel has none.
    Unsupported,
}

impl<T> Availability<T> {
    /// The answer, if there is one.
    pub fn available(self) -> Option<T> {
        match self {
            Self::Available(answer) => Some(answer),
            Self::NotLoaded | Self::Unsupported => None,
        }
    }

    /// The same with another answer.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Availability<U> {
        match self {
            Self::Available(answer) => Availability::Available(change(answer)),
            Self::NotLoaded => Availability::NotLoaded,
            Self::Unsupported => Availability::Unsupported,
        }
    }
}

/// The settings of the RDMA subsystem. `None` is "this kernel has no such setting", never "off".
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RdmaSettings {
    /// Who sees devices. Linux ≥ 5.2.
    pub netns_mode: Option<NetnsMode>,
    /// Whether memory regions survive a `fork()` by copying.
    pub copy_on_fork: Option<bool>,
    /// Whether only privileged users may choose a controlled `Q_Key`. Linux ≥ 6.7.
    pub privileged_qkey: Option<bool>,
    /// Whether [`RdmaSystem::watch_rdma`] works.
    pub monitor: Option<bool>,
    /// Attributes, and values of known attributes, that this version does not know.
    pub unknown: Vec<RawAttribute>,
}
