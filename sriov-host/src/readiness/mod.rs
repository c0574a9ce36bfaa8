//! When a VF can be used: told by events, never by a fixed pause.
//!
//! One waiter watches any number of VFs. Kernel uevents, udev's events and link notifications wake
//! it; it then looks at the VFs concerned, and at all of them every second in case an event was
//! missed. VFs are known by PCI address and ifindex throughout: udev may rename a netdev at any
//! time, and that is normal.

mod deadline;
mod predicate;
mod stage;
mod udev;
mod wait;

pub use deadline::deadline_for;
pub use stage::{Stage, VfReadiness};
pub(crate) use udev::is_running as is_udev_running;
pub use wait::{Awaited, AwaitedVf, Readiness, WaitError, WaitOptions, WaitProgress, wait};
