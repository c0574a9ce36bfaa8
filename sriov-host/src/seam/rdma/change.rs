use std::fmt;

use crate::{IfName, InvalidText, Netns, NetnsMode, RdmaDeviceName, RdmaIndex};

/// A change of the RDMA subsystem or of one device. The kernel takes one at a time.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RdmaChange {
    /// Who sees devices. EBUSY while any other network namespace exists.
    NetnsMode(NetnsMode),
    /// A device's name.
    Rename {
        /// Which device.
        device: RdmaIndex,
        /// Its new name.
        name: RdmaDeviceName,
    },
    /// A device's network namespace, in exclusive mode. All its users are thrown out, and its
    /// netdev stays where it is.
    Move {
        /// Which device.
        device: RdmaIndex,
        /// The namespace it is in; `None` for the caller's.
        from: Option<Netns>,
        /// Where it goes.
        to: Netns,
    },
    /// A soft device on top of a netdev.
    AddLink {
        /// Its name.
        name: RdmaDeviceName,
        /// Its driver.
        kind: RdmaLinkKind,
        /// The netdev, in the caller's namespace.
        netdev: IfName,
    },
    /// Removes a soft device. Blocks in the kernel while a process has it open.
    DeleteLink {
        /// Which device.
        device: RdmaIndex,
    },
}

/// As `set the RDMA netns mode to exclusive`.
impl fmt::Display for RdmaChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NetnsMode(mode) => write!(f, "set the RDMA netns mode to {mode}"),
            Self::Rename { device, name } => write!(f, "rename RDMA device {device} to {name}"),
            Self::Move { device, to, .. } => {
                write!(f, "move RDMA device {device} to network namespace {to}")
            }
            Self::AddLink { name, kind, netdev } => {
                write!(f, "create the {kind} device {name} on {netdev}")
            }
            Self::DeleteLink { device } => write!(f, "delete RDMA device {device}"),
        }
    }
}

/// The driver of a soft RDMA device, as `rxe` or `siw`.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct RdmaLinkKind(String);

impl RdmaLinkKind {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The kernel loads the module `rdma-link-<kind>`: only plain names get that far.
impl std::str::FromStr for RdmaLinkKind {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        const GRAMMAR: &str = "1 to 16 letters, digits, `-` or `_`, as rxe or siw";
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if (1..=16).contains(&text.len()) && text.bytes().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidText::new("a kind of soft RDMA device", GRAMMAR, text))
        }
    }
}

impl fmt::Display for RdmaLinkKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
