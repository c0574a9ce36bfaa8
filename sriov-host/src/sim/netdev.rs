use serde::{Deserialize, Serialize};

use crate::{LinkType, MacAddr, PciAddress, VfIndex};

/// A network interface.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct NetDev {
    pub(super) ifindex: u32,
    pub(super) name: String,
    pub(super) alt_names: Vec<String>,
    pub(super) mac: MacAddr,
    pub(super) mtu: u32,
    pub(super) up: bool,
    pub(super) carrier: bool,
    /// Another namespace than the host's.
    pub(super) netns: Option<u32>,
    /// The function behind it; none for `lo`.
    pub(super) function: Option<PciAddress>,
    /// The VF it stands for, if it is a representor.
    pub(super) represents: Option<VfIndex>,
    pub(super) link_type: Option<LinkType>,
    /// When the kernel made it.
    pub(super) born: u64,
}

/// What udev has written about an interface.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct UdevEntry {
    pub(super) initialized: u64,
    pub(super) name: Option<String>,
    pub(super) path: Option<String>,
    pub(super) renaming: bool,
}

/// The ifindex of `lo` in every namespace.
pub(super) const LOOPBACK: u32 = 1;

impl NetDev {
    pub(super) fn loopback() -> Self {
        Self {
            ifindex: LOOPBACK,
            name: "lo".to_owned(),
            alt_names: Vec::new(),
            mac: MacAddr::ZERO,
            mtu: 65_536,
            up: true,
            carrier: true,
            netns: None,
            function: None,
            represents: None,
            link_type: None,
            born: 0,
        }
    }

    /// `IFF_*` as sysfs prints them: broadcast and multicast, running, up.
    pub(super) fn flags(&self) -> u32 {
        let base = if self.function.is_some() { 0x1002 } else { 0x8 };
        base | u32::from(self.up)
    }

    pub(super) fn operstate(&self) -> &'static str {
        match (self.function.is_some(), self.up && self.carrier) {
            (false, _) => "unknown",
            (true, true) => "up",
            (true, false) => "down",
        }
    }
}
