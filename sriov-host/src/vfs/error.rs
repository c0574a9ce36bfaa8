use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::inventory::ObserveError;
use crate::plan::Blocker;
use crate::readiness::{VfReadiness, WaitError};
use crate::seam::{DevlinkError, FilesError, LinkError, SysfsError};
use crate::{DriverName, Errno, PciAddress, VfCount, codes};

/// Why a step was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// The host is not as it was when the step was planned.
    #[error("the host has changed since it was planned: expected {expected}, found {found}")]
    Stale {
        /// The value the step was planned against.
        expected: String,
        /// The value that is there now.
        found: String,
    },
    /// The kernel refused the number of VFs.
    #[error("the kernel refused the VF count: {refusal}")]
    NumVfs {
        /// What the errno means here.
        refusal: NumVfsRefusal,
        /// The kernel's answer.
        source: SysfsError,
    },
    /// The driver created fewer VFs than asked, and called it a success.
    #[error("{enabled} of {wanted} VFs were enabled")]
    FewerVfs {
        /// How many were asked for.
        wanted: VfCount,
        /// How many there are.
        enabled: VfCount,
    },
    /// The PF's driver refused a setting of a VF.
    #[error("the PF's driver refused the setting")]
    Setting(#[source] LinkError),
    /// The kernel took the value, and has another when asked.
    #[error("{wanted} was accepted, but the host has {found}")]
    DidNotStick {
        /// What was set.
        wanted: String,
        /// What was read back.
        found: String,
    },
    /// A driver did not bind; the VF is back where it was if that was possible.
    #[error("driver {wanted} did not bind, the VF has {} now", or_none(.now.as_ref()))]
    BindFailed {
        /// The driver that was to bind.
        wanted: String,
        /// The driver that the VF has after the roll-back.
        now: Option<DriverName>,
        /// The kernel's answer, where it gave one: a failed probe is silent.
        #[source]
        source: Option<SysfsError>,
    },
    /// The driver is not in the kernel.
    #[error("driver {0} is not loaded")]
    DriverNotLoaded(DriverName),
    /// vfio needs an IOMMU and there is none for the VF.
    #[error("the VF has no IOMMU group")]
    NoIommuGroup,
    /// Another device of the IOMMU group is in the hands of a kernel driver.
    #[error("IOMMU group {group} is not viable: {device} is bound to {driver}")]
    GroupNotViable {
        /// The group.
        group: String,
        /// The other device.
        device: PciAddress,
        /// Its driver.
        driver: DriverName,
    },
    /// A link change was refused.
    #[error("the link change was refused")]
    Link(#[source] LinkError),
    /// The eswitch mode was refused.
    #[error("the eswitch mode was refused")]
    Eswitch(#[source] DevlinkError),
    /// VFs cannot be used yet.
    #[error("{}", late(.0))]
    NotReady(Vec<VfReadiness>),
    /// The wait itself failed.
    #[error("cannot tell when the VFs are ready")]
    Wait(#[source] WaitError),
    /// The kernel is still working on it; it cannot be taken back.
    #[error("the kernel is still working on it after {} s", .after.as_secs())]
    StillRunning {
        /// How long it was waited for.
        after: Duration,
    },
    /// Somebody uses what the step would disrupt.
    #[error("{}", blocked(.0))]
    Guarded(Vec<Blocker>),
    /// Somebody else works on this PF.
    #[error("the PF is locked")]
    Locked(#[source] FilesError),
    /// Nobody holds the lock, and it cannot be taken.
    #[error("the PF cannot be locked")]
    CannotLock(#[source] FilesError),
    /// The netdev that the step is about is not there.
    #[error("{0} has no netdev in this network namespace")]
    NoNetdev(PciAddress),
    /// The VF that the step is about is not there.
    #[error("the VF does not exist")]
    NoVf,
    /// An earlier step failed, and this one builds on it.
    #[error("not tried: {0}")]
    NotTried(String),
    /// The caller wanted to stop.
    #[error("not tried: cancelled")]
    Cancelled,
    /// There was no time left.
    #[error("not tried: the deadline has passed")]
    OutOfTime,
    /// A kernel attribute could not be read or written.
    #[error("the kernel refused")]
    Sysfs(#[source] SysfsError),
    /// The host could not be looked at.
    #[error("the host could not be looked at")]
    Observe(#[source] ObserveError),
    /// The record of what is owed could not be kept.
    #[error("the record for the time after a crash could not be kept")]
    Record(#[source] FilesError),
}

impl StepError {
    /// The stable error code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Stale { .. } | Self::NoVf => codes::STALE.id,
            Self::NumVfs { .. } => codes::VF_COUNT_REFUSED.id,
            Self::FewerVfs { .. } => codes::FEWER_VFS.id,
            Self::Setting(_) => codes::ATTRIBUTE_REFUSED.id,
            Self::DidNotStick { .. } => codes::DID_NOT_STICK.id,
            Self::BindFailed { .. } | Self::DriverNotLoaded(_) => codes::BIND_FAILED.id,
            Self::NoIommuGroup | Self::GroupNotViable { .. } => codes::NO_VIABLE_IOMMU_GROUP.id,
            Self::Link(_) => codes::LINK_CHANGE_REFUSED.id,
            Self::Eswitch(_) => codes::ESWITCH_FIXED.id,
            Self::NotReady(_) => codes::VFS_NOT_READY.id,
            Self::Wait(_) => codes::EVENTS_UNAVAILABLE.id,
            Self::StillRunning { .. } => codes::STILL_RUNNING.id,
            Self::Guarded(_) => codes::IN_USE.id,
            Self::Locked(_) => codes::LOCKED.id,
            Self::NoNetdev(_) => codes::PF_NOT_USABLE.id,
            Self::NotTried(_) | Self::Cancelled | Self::OutOfTime => codes::CANCELLED.id,
            Self::Sysfs(error) if error.is_permission_denied() => codes::PERMISSION_DENIED.id,
            Self::CannotLock(error) | Self::Record(error) if error.is_permission_denied() => {
                codes::PERMISSION_DENIED.id
            }
            Self::Sysfs(_) | Self::Observe(_) | Self::Record(_) | Self::CannotLock(_) => {
                codes::FILE_ACCESS_FAILED.id
            }
        }
    }

    /// What a person can do about it, if there is something.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Stale { .. } | Self::NoVf => {
                Some("plan again and look at the new plan".to_owned())
            }
            Self::NumVfs { refusal, .. } => refusal.help().map(str::to_owned),
            Self::DriverNotLoaded(driver) => Some(format!("load it: `modprobe {driver}`")),
            Self::NoIommuGroup => {
                Some("enable the IOMMU: `intel_iommu=on` or the BIOS setting, then boot".to_owned())
            }
            Self::GroupNotViable { .. } => Some(
                "all devices of one group go to vfio together: bind the other one, too".to_owned(),
            ),
            Self::Guarded(blockers) => blockers.iter().find_map(|blocker| blocker.help.clone()),
            Self::Setting(error) if error.errno() == Some(Errno::INVAL) => {
                Some("some drivers set rates only while the PF's link is up".to_owned())
            }
            Self::Sysfs(error) if error.is_permission_denied() => Some("run as root".to_owned()),
            Self::CannotLock(error) | Self::Record(error) if error.is_permission_denied() => {
                Some("run as root; in a container mount the host's /run writable".to_owned())
            }
            Self::Setting(error) | Self::Link(error) if error.errno() == Some(Errno::PERM) => {
                Some("run as root, in the namespace of the PF's netdev".to_owned())
            }
            _ => None,
        }
    }

    /// The kernel's error number, if the failure has one.
    pub fn errno(&self) -> Option<Errno> {
        match self {
            Self::NumVfs { source, .. } | Self::Sysfs(source) => source.errno(),
            Self::BindFailed { source, .. } => source.as_ref().and_then(SysfsError::errno),
            Self::Setting(error) | Self::Link(error) => error.errno(),
            Self::Eswitch(error) => error.errno(),
            Self::Observe(error) => error.errno(),
            _ => None,
        }
    }
}

impl From<SysfsError> for StepError {
    fn from(error: SysfsError) -> Self {
        match error {
            SysfsError::StillRunning { after, .. } => Self::StillRunning { after },
            error => Self::Sysfs(error),
        }
    }
}

impl From<ObserveError> for StepError {
    fn from(error: ObserveError) -> Self {
        Self::Observe(error)
    }
}

fn or_none(driver: Option<&DriverName>) -> String {
    driver.map_or_else(|| "no driver".to_owned(), ToString::to_string)
}

fn late(vfs: &[VfReadiness]) -> String {
    let each: Vec<String> = vfs.iter().map(ToString::to_string).collect();
    format!("{} VFs are not ready: {}", vfs.len(), each.join("; "))
}

fn blocked(blockers: &[Blocker]) -> String {
    let each: Vec<&str> = blockers.iter().map(|blocker| blocker.message.as_str()).collect();
    each.join("; ")
}

/// What an errno means when it answers a write to `sriov_numvfs`.
///
/// The checks are made in this order by `sriov_numvfs_store()` in `drivers/pci/pci-sysfs.c` and
/// `sriov_enable()` in `drivers/pci/iov.c`.
#[doc(alias = "sriov_numvfs")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum NumVfsRefusal {
    /// ERANGE: more than `sriov_totalvfs`.
    OutOfRange,
    /// ENOENT: no PF driver, or one without SR-IOV support.
    NoDriver,
    /// EBUSY: other VFs exist; the count goes through 0.
    VfsExist,
    /// ENOMEM: no MMIO space or bus numbers for the VFs.
    NoAddressSpace,
    /// ENOSPC: the driver has no queues, interrupts or filters left.
    NoDriverResources,
    /// EIO: the device's `InitialVFs` field is inconsistent.
    InconsistentDevice,
    /// EPERM, EACCES, EROFS: not allowed to, or more than the driver's own limit.
    NotPermitted,
    /// ENODEV, ENXIO: the device or the function it depends on is gone.
    DeviceGone,
    /// EINVAL: the kernel did not understand the number.
    Invalid,
    /// Anything else: the driver's own answer.
    Other(Option<Errno>),
}

impl NumVfsRefusal {
    /// The meaning of an answer.
    pub const fn of(errno: Option<Errno>) -> Self {
        match errno {
            Some(Errno::RANGE) => Self::OutOfRange,
            Some(Errno::NOENT) => Self::NoDriver,
            Some(Errno::BUSY) => Self::VfsExist,
            Some(Errno::NOMEM) => Self::NoAddressSpace,
            Some(Errno::NOSPC) => Self::NoDriverResources,
            Some(Errno::IO) => Self::InconsistentDevice,
            Some(Errno::PERM | Errno::ACCES | Errno::ROFS) => Self::NotPermitted,
            Some(Errno::NODEV | Errno::NXIO) => Self::DeviceGone,
            Some(Errno::INVAL) => Self::Invalid,
            other => Self::Other(other),
        }
    }

    /// What a person can do about it.
    pub const fn help(self) -> Option<&'static str> {
        match self {
            Self::NoAddressSpace => Some(
                "enable SR-IOV and above-4G decoding in the BIOS, or boot with \
                 `pci=realloc,assign-busses`",
            ),
            Self::NoDriver => Some("bind the PF to a driver that supports SR-IOV"),
            Self::VfsExist => Some("somebody else created VFs meanwhile: plan again"),
            Self::NoDriverResources => Some("ask for fewer VFs, or free queues of the PF"),
            Self::NotPermitted => Some("run as root; some drivers have a limit below totalvfs"),
            _ => None,
        }
    }
}

impl fmt::Display for NumVfsRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OutOfRange => "more than the device has room for",
            Self::NoDriver => "the PF has no driver that can create VFs",
            Self::VfsExist => "other VFs exist",
            Self::NoAddressSpace => "no MMIO space or bus numbers for the VFs",
            Self::NoDriverResources => "the driver has no resources left",
            Self::InconsistentDevice => "the device contradicts itself about its VFs",
            Self::NotPermitted => "not permitted",
            Self::DeviceGone => "the device is gone",
            Self::Invalid => "not a number the kernel accepts",
            Self::Other(_) => "the driver failed",
        })
    }
}

const _: fn(StepError) -> Box<dyn Error + Send + Sync> = |error| Box::new(error);
