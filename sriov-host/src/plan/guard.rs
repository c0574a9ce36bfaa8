use std::fmt;
use std::str::FromStr;

use super::{Reason, Target};
use crate::InvalidText;

/// A protection against destroying what somebody uses. Overridden only by its name.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Guard {
    /// A process holds the VF through vfio. Destroying it blocks in the kernel until it lets go.
    VfioHolder,
    /// The VF's netdev is in another network namespace: a pod's or a container's.
    ForeignNetns,
    /// A process has the VF's RDMA device open.
    RdmaUser,
    /// The VF's netdev is a port of a bond or bridge.
    Port,
    /// The default route leaves through the PF or VF.
    DefaultRoute,
}

impl Guard {
    /// Every guard, in the order they are checked.
    pub const ALL: [Self; 5] =
        [Self::VfioHolder, Self::ForeignNetns, Self::RdmaUser, Self::Port, Self::DefaultRoute];

    const fn word(self) -> &'static str {
        match self {
            Self::VfioHolder => "vfio-holder",
            Self::ForeignNetns => "foreign-netns",
            Self::RdmaUser => "rdma-user",
            Self::Port => "port",
            Self::DefaultRoute => "default-route",
        }
    }
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Guard {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        const GRAMMAR: &str = "vfio-holder, foreign-netns, rdma-user, port or default-route";
        let found = Self::ALL.into_iter().find(|guard| guard.word() == text);
        found.ok_or_else(|| InvalidText::new("a guard", GRAMMAR, text))
    }
}

serde_as_text!(Guard);

/// Who uses something that would be destroyed.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Holder {
    /// The process, if it is one that can be seen.
    pub pid: Option<u32>,
    /// Its command name, as in `/proc/PID/comm`.
    pub comm: Option<String>,
    /// What it holds: `/dev/vfio/12`, or "another network namespace".
    pub holds: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.pid, self.comm.as_deref()) {
            (Some(pid), Some(comm)) => write!(f, "{comm} (pid {pid}) holds {}", self.holds),
            (Some(pid), None) => write!(f, "pid {pid} holds {}", self.holds),
            (None, _) => f.write_str(&self.holds),
        }
    }
}

/// Something that keeps a part of a plan from being carried out.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Blocker {
    /// What is blocked.
    pub target: Target,
    /// Which kind of obstacle, and for a guard its name.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub kind: BlockerKind,
    /// One line for a person.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The stable error code, as `SRIOV-H021`.
    pub code: &'static str,
    /// The two values that differ, if that is what cannot be mended.
    pub reason: Option<Reason>,
}

/// The kinds of obstacles.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(tag = "kind", rename_all = "kebab-case")
)]
#[non_exhaustive]
pub enum BlockerKind {
    /// In use. Naming the guard overrides it.
    Guarded {
        /// The guard that stands in the way.
        guard: Guard,
        /// Who uses it.
        holder: Holder,
    },
    /// The host, the driver or the card cannot do it.
    Unsupported,
    /// Somebody else manages it, or the document says so.
    NotOurs,
    /// The state needed for a decision could not be read.
    Unknown,
    /// It was done before as it would be done now, and did not help.
    Failed,
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.target, self.message)
    }
}
