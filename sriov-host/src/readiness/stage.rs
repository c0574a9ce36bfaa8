use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::{DriverName, IfIndex, IfName, PciAddress, VfIndex};

/// How far a VF has come. Later stages include the earlier ones.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Stage {
    /// The PF has no `virtfn` link for it.
    Missing,
    /// The PCI function is there.
    Pci,
    /// The wanted driver is bound.
    Driver,
    /// The netdev is there.
    Netdev,
    /// udev is done with it, or without udev its name has been the same for 300 ms.
    Settled,
    /// The kernel's link agrees with it: index, name and parent device.
    Ready,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Missing => "missing",
            Self::Pci => "pci",
            Self::Driver => "driver",
            Self::Netdev => "netdev",
            Self::Settled => "settled",
            Self::Ready => "ready",
        })
    }
}

impl Serialize for Stage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How far one VF has come, and as what it can be used.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VfReadiness {
    /// Its number on the PF.
    pub index: VfIndex,
    /// Its address, once it is there.
    pub pci: Option<PciAddress>,
    /// The name of its netdev; final only at [`Stage::Settled`].
    pub name: Option<IfName>,
    /// The number of its netdev.
    pub ifindex: Option<IfIndex>,
    /// The driver it is bound to.
    pub driver: Option<DriverName>,
    /// The last stage it reached.
    pub stage: Stage,
    /// When it became ready, since the wait began.
    #[serde(rename = "readyAfterMs", serialize_with = "milliseconds")]
    pub ready_after: Option<Duration>,
    /// What keeps it at its stage, if that is known.
    pub obstacle: Option<String>,
}

#[expect(clippy::ref_option, reason = "serde calls it with a reference to the field")]
fn milliseconds<S: Serializer>(time: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)).serialize(serializer)
}

impl VfReadiness {
    pub(super) const fn missing(index: VfIndex) -> Self {
        Self {
            index,
            pci: None,
            name: None,
            ifindex: None,
            driver: None,
            stage: Stage::Missing,
            ready_after: None,
            obstacle: None,
        }
    }
}

/// As a person reads it: `vf 3 (0000:01:10.6): driver, waiting for its netdev`.
impl fmt::Display for VfReadiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "vf {}", self.index)?;
        if let Some(pci) = self.pci {
            write!(f, " ({pci})")?;
        }
        write!(f, ": {}", self.stage)?;
        match &self.obstacle {
            Some(obstacle) => write!(f, ", {obstacle}"),
            None => Ok(()),
        }
    }
}
