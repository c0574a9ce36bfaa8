//! Moving RDMA devices between network namespaces.
//!
//! A move throws out everybody who uses the device, and leaves its netdev where it is. The kernel
//! returns a device when its namespace ends, but that may be late: give it back explicitly.

mod error;
mod moved;
mod place;

use std::collections::BTreeSet;
use std::time::Duration;

use sriov_host::plan::Guard;
use sriov_host::seam::{
    Availability, NetlinkFault, RdmaChange, RdmaDevice, RdmaError, RdmaSystem, Sysfs,
};
use sriov_host::{Errno, Netns, NetnsMode, RdmaDeviceName, RdmaIndex};

pub use error::MoveError;
pub use moved::Moved;

use crate::in_use::users;
use crate::netns_mode;

/// How a device is moved.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MoveOptions {
    /// How long the kernel may take.
    pub deadline: Duration,
    /// How long it may take to give the device back, if nobody does that explicitly.
    pub give_back: Duration,
    /// The guards that do not hold: [`Guard::RdmaUser`] moves a device that is in use.
    pub allow: BTreeSet<Guard>,
}

impl Default for MoveOptions {
    fn default() -> Self {
        let deadline = Duration::from_secs(30);
        Self { deadline, give_back: deadline, allow: BTreeSet::new() }
    }
}

/// Moves a device of the caller's network namespace into another one.
///
/// The device comes back when the [`Moved`] that is returned is dropped, unless it was told to
/// [leave it](Moved::leave_it) there. After an error the device is where it was, but for
/// [`MoveError::StillRunning`].
///
/// # Errors
///
/// [`MoveError`]. What can be told beforehand is refused before anything is sent: the shared
/// mode, an unknown device, the caller's own namespace as target, a device in use.
///
/// # Kernel
///
/// Linux ≥ 5.3, exclusive mode, and a driver that can: mlx5 does, `rxe` and `siw` do not. Needs
/// `CAP_NET_ADMIN` in the initial user namespace and in that of the target.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use sriov_host::seam::RdmaSystem;
/// use sriov_host::sim::{Machine, NamespaceMachine, SimHost};
/// use sriov_rdma::moving::{MoveOptions, move_device};
///
/// let host = SimHost::new(&Machine::from_yaml("
///     rdma: { netnsMode: exclusive }
///     namespaces: [{ name: blue }]
///     pfs: [{ pci: 0000:3b:00.0, driver: mlx5_core }]
/// ")?)?;
/// let device = host.rdma_devices()?.available().unwrap_or_default().remove(0);
/// let options = MoveOptions::default();
/// let moved = move_device(&host, &host, &device.name, &"blue".parse()?, &options)?;
/// // A process in `blue` uses the device.
/// moved.give_back(Duration::from_secs(10))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn move_device<'r>(
    host: &dyn Sysfs,
    rdma: &'r dyn RdmaSystem,
    device: &RdmaDeviceName,
    to: &Netns,
    options: &MoveOptions,
) -> Result<Moved<'r>, MoveError> {
    require_exclusive(rdma)?;
    let found = find(rdma, device)?;
    if place::is_own(host, to) {
        return Err(MoveError::SameNamespace { device: device.clone(), netns: to.clone() });
    }
    require_unused(host, rdma, &found, &options.allow)?;
    let change = RdmaChange::Move { device: found.index, from: None, to: to.clone() };
    rdma.change_rdma(&change, options.deadline)
        .map_err(|source| refusal(rdma, &found, to, source))?;
    // From here on an error gives the device back.
    let moved = Moved::new(rdma, &found, to, options.give_back);
    if is_here(rdma, found.index)? {
        return Err(MoveError::DidNotStick { device: device.clone(), netns: to.clone() });
    }
    tracing::info!(rdma_dev = %device, netns = %to, "RDMA device moved");
    Ok(moved)
}

fn require_exclusive(rdma: &dyn RdmaSystem) -> Result<(), MoveError> {
    match netns_mode::get(rdma).map_err(MoveError::Unreadable)? {
        Availability::Available(NetnsMode::Exclusive) => Ok(()),
        Availability::Available(NetnsMode::Shared) | Availability::Unsupported => {
            Err(MoveError::NeedsExclusive)
        }
        Availability::NotLoaded => Err(MoveError::NotLoaded),
    }
}

fn require_unused(
    host: &dyn Sysfs,
    rdma: &dyn RdmaSystem,
    device: &RdmaDevice,
    allow: &BTreeSet<Guard>,
) -> Result<(), MoveError> {
    if allow.contains(&Guard::RdmaUser) {
        return Ok(());
    }
    let users: Vec<_> = users(host, rdma, device)?.guarded();
    if users.is_empty() {
        return Ok(());
    }
    Err(MoveError::InUse { device: device.name.clone(), users })
}

fn find(rdma: &dyn RdmaSystem, name: &RdmaDeviceName) -> Result<RdmaDevice, MoveError> {
    let found = visible(rdma)?.into_iter().find(|device| device.name == *name);
    found.ok_or_else(|| MoveError::NotHere { device: name.clone() })
}

/// Whether the caller's namespace sees the device.
fn is_here(rdma: &dyn RdmaSystem, device: RdmaIndex) -> Result<bool, MoveError> {
    Ok(visible(rdma)?.iter().any(|found| found.index == device))
}

fn visible(rdma: &dyn RdmaSystem) -> Result<Vec<RdmaDevice>, MoveError> {
    let devices = rdma.rdma_devices().map_err(MoveError::Unreadable)?;
    devices.available().ok_or(MoveError::NotLoaded)
}

/// What the kernel's answer means. Several causes share an errno: what is there now tells them
/// apart.
fn refusal(rdma: &dyn RdmaSystem, device: &RdmaDevice, to: &Netns, source: RdmaError) -> MoveError {
    let name = device.name.clone();
    if source.is_still_running() {
        return MoveError::StillRunning { device: name, source };
    }
    let here = || is_here(rdma, device.index).unwrap_or(true);
    let exclusive = || !matches!(require_exclusive(rdma), Err(MoveError::NeedsExclusive));
    let permitted = !matches!(source.errno(), Some(Errno::PERM | Errno::ACCES));
    if let NetlinkFault::Namespace { netns, .. } = &source.source
        && permitted
    {
        return MoveError::NoSuchNamespace { netns: netns.clone(), source };
    }
    match source.errno() {
        _ if !permitted => MoveError::NotPermitted { device: name, source },
        Some(Errno::OPNOTSUPP) if exclusive() => MoveError::DriverCannot { device: name, source },
        Some(Errno::OPNOTSUPP) => MoveError::NeedsExclusive,
        Some(Errno::NODEV) => MoveError::NotHere { device: name },
        Some(Errno::INVAL) if !here() => MoveError::NotHere { device: name },
        Some(Errno::INVAL | Errno::NOENT) => {
            MoveError::NoSuchNamespace { netns: to.clone(), source }
        }
        _ => MoveError::Refused { device: name, source },
    }
}
