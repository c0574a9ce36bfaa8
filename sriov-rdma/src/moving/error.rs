use sriov_host::plan::{Guard, Holder};
use sriov_host::seam::RdmaError;
use sriov_host::{Netns, RdmaDeviceName};

use crate::codes;
use crate::in_use::UsersError;

/// Why a device was not moved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MoveError {
    /// The mode or the devices could not be read.
    #[error("cannot tell where the RDMA devices are")]
    Unreadable(#[source] RdmaError),
    /// `ib_core` is not loaded: there are no devices.
    #[error("the RDMA subsystem is not loaded")]
    NotLoaded,
    /// In shared mode devices do not move: every namespace sees them.
    #[error("RDMA devices cannot be moved in shared mode: set the RDMA netns mode to exclusive")]
    NeedsExclusive,
    /// The caller's namespace sees no such device.
    #[error("there is no RDMA device {device} in this network namespace")]
    NotHere {
        /// The device.
        device: RdmaDeviceName,
    },
    /// The device is there already.
    #[error("RDMA device {device} is in network namespace {netns} already: it is the caller's own")]
    SameNamespace {
        /// The device.
        device: RdmaDeviceName,
        /// The target.
        netns: Netns,
    },
    /// The device is in use, or may be.
    #[error("RDMA device {device} is in use: {}", listed(.users))]
    InUse {
        /// The device.
        device: RdmaDeviceName,
        /// Its users.
        users: Vec<(Guard, Holder)>,
    },
    /// Whether the device is in use cannot be told.
    #[error("cannot tell who would lose the RDMA device")]
    Users(#[from] UsersError),
    /// The driver cannot take a device away from its users.
    #[error("the driver of RDMA device {device} cannot move it")]
    DriverCannot {
        /// The device.
        device: RdmaDeviceName,
        /// The kernel's answer.
        source: RdmaError,
    },
    /// The target is no network namespace.
    #[error("{netns} is no network namespace")]
    NoSuchNamespace {
        /// The target.
        netns: Netns,
        /// The answer of the kernel or the system.
        source: RdmaError,
    },
    /// The caller may not.
    #[error(
        "cannot move RDMA device {device} without CAP_NET_ADMIN, here and in the target's user \
         namespace"
    )]
    NotPermitted {
        /// The device.
        device: RdmaDeviceName,
        /// The kernel's answer.
        source: RdmaError,
    },
    /// The kernel has not answered in time: the move goes on, and cannot be taken back.
    #[error("the kernel is still moving RDMA device {device}")]
    StillRunning {
        /// The device.
        device: RdmaDeviceName,
        /// The request without an answer.
        source: RdmaError,
    },
    /// The kernel took the move, and the device is not where it should be.
    #[error("RDMA device {device} was moved to {netns} and is not there")]
    DidNotStick {
        /// The device.
        device: RdmaDeviceName,
        /// The target.
        netns: Netns,
    },
    /// The kernel refused for another reason.
    #[error("the kernel refused to move RDMA device {device}")]
    Refused {
        /// The device.
        device: RdmaDeviceName,
        /// The kernel's answer.
        source: RdmaError,
    },
}

fn listed(users: &[(Guard, Holder)]) -> String {
    users.iter().map(|(_, holder)| holder.to_string()).collect::<Vec<_>>().join("; ")
}

impl MoveError {
    /// The stable error code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => codes::SUBSYSTEM_UNREADABLE.id,
            Self::NotLoaded => codes::SUBSYSTEM_NOT_LOADED.id,
            Self::NeedsExclusive => codes::MOVE_NEEDS_EXCLUSIVE.id,
            Self::NotHere { .. } => codes::DEVICE_NOT_HERE.id,
            Self::SameNamespace { .. } => codes::SAME_NAMESPACE.id,
            Self::InUse { .. } => codes::DEVICE_IN_USE.id,
            Self::Users(error) => error.code(),
            Self::DriverCannot { .. } => codes::MOVE_UNSUPPORTED.id,
            Self::NoSuchNamespace { .. } => codes::NETNS_NOT_FOUND.id,
            Self::NotPermitted { .. } => codes::MOVE_NOT_PERMITTED.id,
            Self::StillRunning { .. } => codes::MOVE_STILL_RUNNING.id,
            Self::DidNotStick { .. } => codes::MOVE_DID_NOT_STICK.id,
            Self::Refused { .. } => codes::MOVE_REFUSED.id,
        }
    }

    /// What to do about it, in one line, where that is known.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NeedsExclusive => {
                Some("`sriovctl rdma set --mode exclusive` changes the mode".to_owned())
            }
            Self::InUse { .. } => {
                let guard = Guard::RdmaUser;
                Some(format!("end that use, or override with `--allow {guard}`"))
            }
            _ => None,
        }
    }
}

const _: () = assert!(size_of::<MoveError>() < 128);
