//! The seams: small traits at the kernel's own interfaces.
//!
//! A host is their sum, [`Host`]; functions ask for the least they need. The real host is in
//! [`linux`](crate::linux), the simulated one in [`sim`](crate::sim), and
//! [`decorate`](crate::decorate) wraps either. Everything is synchronous: a call is a system call,
//! and what can block in the kernel carries its own deadline.

mod clock;
mod devlink;
mod events;
mod files;
mod link;
mod netlink_fault;
mod path;
mod sysfs;

pub use clock::Clock;
pub use devlink::{Devlink, DevlinkDevice, DevlinkError};
pub use events::{EventError, EventStream, HostEvent, Uevent, Uevents, Wake};
pub use files::{Files, FilesError, Lock};
pub use link::{
    Link, LinkChange, LinkError, RawAttribute, VfAttrs, VfChange, VfLink, VfList, VfSetting,
};
pub use netlink_fault::NetlinkFault;
pub use path::HostPath;
pub use sysfs::{Sysfs, SysfsError};

#[cfg(feature = "mock")]
pub use self::{
    clock::MockClock, devlink::MockDevlink, events::MockEventStream, events::MockUevents,
    files::MockFiles, link::MockVfLink, sysfs::MockSysfs,
};

/// A whole host: every seam at once.
pub trait Host: Sysfs + VfLink + Devlink + Uevents + Clock + Files {}

impl<T: Sysfs + VfLink + Devlink + Uevents + Clock + Files + ?Sized> Host for T {}

const _: fn(&dyn Host) = |_| (); // stays object safe
