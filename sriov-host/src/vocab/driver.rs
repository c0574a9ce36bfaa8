use std::fmt;
use std::str::FromStr;

use super::InvalidText;

/// Names that become one component of a sysfs path: nothing that could leave the folder.
fn is_component(text: &str, max: usize) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'+');
    (1..=max).contains(&text.len()) && !matches!(text, "." | "..") && text.bytes().all(allowed)
}

/// The name of a kernel driver on the PCI bus, as `vfio-pci` or `mlx5_core`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DriverName(String);

impl DriverName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the driver hands the device to user space instead of making a netdev.
    ///
    /// The set that operators call "DPDK drivers".
    pub fn is_userspace(&self) -> bool {
        matches!(self.as_str(), "vfio-pci" | "igb_uio" | "uio_pci_generic")
            || self.as_str().ends_with("-vfio-pci")
            || self.as_str().ends_with("_vfio_pci")
    }
}

impl FromStr for DriverName {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        const GRAMMAR: &str = "1 to 64 letters, digits, `_`, `-`, `.` or `+`";
        if is_component(text, 64) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidText::new("a driver name", GRAMMAR, text))
        }
    }
}

impl fmt::Display for DriverName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The name of a kernel module, with underscores, as below `/sys/module`.
///
/// ```
/// use sriov_host::ModuleName;
/// assert_eq!("vfio-pci".parse::<ModuleName>()?.to_string(), "vfio_pci");
/// # Ok::<(), sriov_host::InvalidText>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ModuleName(String);

impl ModuleName {
    /// The core of the RDMA subsystem.
    pub fn ib_core() -> Self {
        Self("ib_core".to_owned())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ModuleName {
    type Err = InvalidText;

    /// Dashes become underscores: modprobe treats the two alike, sysfs does not.
    fn from_str(text: &str) -> Result<Self, InvalidText> {
        const GRAMMAR: &str = "1 to 55 letters, digits, `_` or `-`";
        if is_component(text, 55) && !text.contains(['.', '+']) {
            Ok(Self(text.replace('-', "_")))
        } else {
            Err(InvalidText::new("a module name", GRAMMAR, text))
        }
    }
}

impl fmt::Display for ModuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

serde_as_text!(DriverName, ModuleName);
