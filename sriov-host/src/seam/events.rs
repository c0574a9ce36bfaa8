use std::io;
use std::time::Duration;

use crate::{IfIndex, IfName, PciAddress};

/// Kernel uevents, udev's own, and link notifications, as one stream.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Uevents: Send + Sync {
    /// Starts listening. Subscribe before looking at the host, so that nothing falls between.
    ///
    /// # Errors
    ///
    /// [`EventError`] if a socket cannot be opened.
    fn subscribe(&self) -> Result<Box<dyn EventStream>, EventError>;
}

/// A running subscription.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait EventStream: Send {
    /// The next event, or the reason to look without one.
    ///
    /// A zero timeout only takes what has already arrived.
    ///
    /// # Errors
    ///
    /// [`EventError`] if a socket fails; lost events are not an error but [`Wake::Lost`].
    fn next(&mut self, timeout: Duration) -> Result<Wake, EventError>;
}

/// Why [`EventStream::next`] returned.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Wake {
    /// Something happened.
    Event(HostEvent),
    /// Events were lost (ENOBUFS): look at everything again.
    Lost,
    /// Nothing happened in time.
    TimedOut,
}

/// Something that happened on the host.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum HostEvent {
    /// The kernel announced a change of a device.
    Kernel(Uevent),
    /// udev is done with a device: its names are final.
    Udev(Uevent),
    /// A link of this namespace appeared or changed.
    LinkChanged(IfIndex),
    /// A link of this namespace is gone.
    LinkRemoved(IfIndex),
}

/// The fields of a uevent that matter here.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Uevent {
    /// `add`, `remove`, `change`, `move`, `bind`, `unbind`, `online`, `offline`, or newer ones.
    pub action: String,
    /// The device below `/sys`, as `/devices/pci0000:00/0000:00:01.0/0000:01:10.0`.
    pub devpath: String,
    /// Where it was before a `move`.
    pub devpath_old: Option<String>,
    /// `pci`, `net`, `infiniband`, ….
    pub subsystem: Option<String>,
    /// The driver, on `bind`.
    pub driver: Option<String>,
    /// The PCI function itself, or the one nearest above in the device path.
    pub pci: Option<PciAddress>,
    /// The interface, for `net`.
    pub interface: Option<IfName>,
    /// Its number, for `net`.
    pub ifindex: Option<IfIndex>,
}

/// A subscription that could not be opened or read.
#[derive(Debug, thiserror::Error)]
#[error("cannot {operation}")]
pub struct EventError {
    /// What was attempted, as "listen for uevents".
    pub operation: &'static str,
    /// The system's answer.
    pub source: io::Error,
}
