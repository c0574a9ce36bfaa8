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
mod parameter;
mod path;
mod rdma;
mod sysfs;
mod tool;

pub use clock::Clock;
pub use devlink::{Devlink, DevlinkDevice, DevlinkError};
pub use events::{EventError, EventStream, HostEvent, Uevent, Uevents, Wake};
pub use files::{Files, FilesError, Lock};
pub use link::{
    Link, LinkChange, LinkError, RawAttribute, VfAttrs, VfChange, VfLink, VfList, VfSetting,
};
pub use netlink_fault::NetlinkFault;
pub use parameter::{DevlinkParameter, ParameterMode, ParameterValue};
pub use path::HostPath;
pub use rdma::{
    Availability, PhysicalState, PortState, RdmaChange, RdmaCounter, RdmaDevice, RdmaError,
    RdmaEvent, RdmaEventKind, RdmaEvents, RdmaLinkKind, RdmaNodeType, RdmaOwner, RdmaPort,
    RdmaResource, RdmaSettings, RdmaSystem, RdmaUsage, RdmaWake,
};
pub use sysfs::{Sysfs, SysfsError};
pub use tool::{Tool, ToolError, ToolOutput, ToolRun};

#[cfg(feature = "mock")]
pub use self::{
    clock::MockClock, devlink::MockDevlink, events::MockEventStream, events::MockUevents,
    files::MockFiles, link::MockVfLink, rdma::MockRdmaEvents, rdma::MockRdmaSystem,
    sysfs::MockSysfs, tool::MockTool,
};

/// A whole host: every seam but [`RdmaSystem`], which comes with `sriov-rdma`.
pub trait Host: Sysfs + VfLink + Devlink + Uevents + Clock + Files + Tool {}

impl<T: Sysfs + VfLink + Devlink + Uevents + Clock + Files + Tool + ?Sized> Host for T {}

const _: fn(&dyn Host) = |_| (); // stays object safe
const _: fn(&dyn RdmaSystem) = |_| ();
