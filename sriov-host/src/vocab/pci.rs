use std::fmt;
use std::str::FromStr;

use super::InvalidText;

/// The address of a PCI function: domain, bus, device, function.
///
/// Device is below 32 and function below 8. A domain has at least four digits and may be wider
/// than 16 bits: hosts behind a VMD controller number theirs from `10000`.
///
/// ```
/// use sriov_host::PciAddress;
/// let vf: PciAddress = "10000:E1:00.2".parse()?;
/// assert_eq!(vf.to_string(), "10000:e1:00.2");
/// # Ok::<(), sriov_host::InvalidText>(())
/// ```
#[doc(alias = "BDF")]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct PciAddress {
    domain: u32,
    bus: u8,
    device: u8,
    function: u8,
}

impl PciAddress {
    /// `None` if the device is above 31 or the function above 7.
    pub const fn new(domain: u32, bus: u8, device: u8, function: u8) -> Option<Self> {
        if device < 32 && function < 8 {
            Some(Self { domain, bus, device, function })
        } else {
            None
        }
    }

    /// The PCI domain (segment).
    pub const fn domain(self) -> u32 {
        self.domain
    }

    /// The bus number.
    pub const fn bus(self) -> u8 {
        self.bus
    }

    /// The device number, below 32.
    pub const fn device(self) -> u8 {
        self.device
    }

    /// The function number, below 8.
    pub const fn function(self) -> u8 {
        self.function
    }

    /// The function whose routing id is `steps` behind this one, as VFs are numbered.
    ///
    /// `None` past the last bus of the domain.
    pub fn routing_offset(self, steps: u32) -> Option<Self> {
        let id = u32::from(self.bus) << 8 | u32::from(self.device) << 3 | u32::from(self.function);
        let id = u16::try_from(id.checked_add(steps)?).ok()?;
        let [bus, devfn] = id.to_be_bytes();
        Self::new(self.domain, bus, devfn >> 3, devfn & 7)
    }

    fn parse(text: &str) -> Option<Self> {
        let (domain, rest) = text.split_once(':')?;
        let (bus, rest) = rest.split_once(':')?;
        let (device, function) = rest.split_once('.')?;
        let domain = hex(domain, 4, 8)?;
        let bus = u8::try_from(hex(bus, 2, 2)?).ok()?;
        let device = u8::try_from(hex(device, 2, 2)?).ok()?;
        let function = u8::try_from(hex(function, 1, 1)?).ok()?;
        Self::new(domain, bus, device, function)
    }
}

/// Only digits: `from_str_radix` alone would accept a sign.
fn hex(text: &str, min: usize, max: usize) -> Option<u32> {
    let digits = (min..=max).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit());
    digits.then(|| u32::from_str_radix(text, 16).ok()).flatten()
}

impl FromStr for PciAddress {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        const GRAMMAR: &str = "domain:bus:device.function, as 0000:3b:00.1";
        Self::parse(text).ok_or_else(|| InvalidText::new("a PCI address", GRAMMAR, text))
    }
}

impl fmt::Display for PciAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { domain, bus, device, function } = self;
        // `pad` would honour a width: tables align addresses.
        f.pad(&format!("{domain:04x}:{bus:02x}:{device:02x}.{function}"))
    }
}

/// A PCI vendor or device id: four hexadecimal digits, as in `15b3`.
///
/// ```
/// use sriov_host::PciId;
/// assert_eq!("0x15B3".parse::<PciId>()?.to_string(), "15b3");
/// # Ok::<(), sriov_host::InvalidText>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct PciId(u16);

impl PciId {
    /// Any 16-bit number is an id.
    pub const fn new(id: u16) -> Self {
        Self(id)
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl FromStr for PciId {
    type Err = InvalidText;

    /// Accepts the sysfs spelling `0x15b3` and the bare `15b3`.
    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let digits = text.strip_prefix("0x").unwrap_or(text);
        hex(digits, 4, 4)
            .and_then(|id| u16::try_from(id).ok())
            .map(Self)
            .ok_or_else(|| InvalidText::new("a PCI id", "four hexadecimal digits, as 15b3", text))
    }
}

impl fmt::Display for PciId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04x}", self.0))
    }
}

serde_as_text!(PciAddress, PciId);
