use sriov_host::{DriverName, IfName, LinkType, MacAddr, PciAddress, PciId, VfCount};

use super::CardId;

/// The PCI vendor of the cards that this crate is about.
pub(crate) const VENDOR: u16 = 0x15b3;

/// A card: all PFs that share one firmware.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Card {
    /// What tells it from others.
    pub id: CardId,
    /// Its PFs, in address order; never empty.
    pub ports: Vec<Port>,
    /// The part number, as `MCX623106AN-CDAT`.
    pub part: Option<String>,
    /// The parameter set of its vendor, as `MT_0000000359`.
    pub psid: Option<String>,
    /// The version of the running firmware, as `22.39.2048`.
    pub firmware: Option<String>,
}

impl Card {
    /// The PF that the firmware is asked through: the first one.
    pub fn lead(&self) -> Option<&Port> {
        self.ports.first()
    }

    /// The PF at this address.
    pub fn port(&self, pci: PciAddress) -> Option<&Port> {
        self.ports.iter().find(|port| port.pci == pci)
    }

    /// The serial number, where it is known.
    pub fn serial(&self) -> Option<&str> {
        match &self.id {
            CardId::Serial(serial) => Some(serial),
            CardId::SwitchId(_) | CardId::Slot(_) => None,
        }
    }
}

/// A PF of a card.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Port {
    /// Its address.
    pub pci: PciAddress,
    /// The number of its port as firmware counts, from 1: the `2` of `LINK_TYPE_P2`.
    pub number: u8,
    /// The device id.
    pub device: PciId,
    /// The driver it is bound to.
    pub driver: Option<DriverName>,
    /// The name of its netdev.
    pub name: Option<IfName>,
    /// The other names of its netdev.
    pub alt_names: Vec<String>,
    /// The address of its netdev.
    pub mac: Option<MacAddr>,
    /// The link type of its netdev.
    pub link_type: Option<LinkType>,
    /// The VFs that the running firmware and driver have room for; `None` without SR-IOV.
    pub total_vfs: Option<VfCount>,
    /// The VFs that it has; `None` without SR-IOV.
    pub num_vfs: Option<VfCount>,
}

/// The NICs of `BlueField` to `BlueField-4`.
const BLUEFIELD_DEVICES: [u16; 4] = [0xa2d2, 0xa2d6, 0xa2dc, 0xa2df];

impl Port {
    /// Whether the device id is that of a `BlueField`, a card with processors of its own.
    pub fn is_bluefield(&self) -> bool {
        BLUEFIELD_DEVICES.contains(&self.device.get())
    }

    /// The VFs that it has now.
    pub fn live_vfs(&self) -> u16 {
        self.num_vfs.map_or(0, VfCount::get)
    }
}
