use std::collections::BTreeMap;
use std::fmt;

/// A parameter of a device, as devlink has it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct DevlinkParameter {
    /// Whether devlink defines what it means, and not the driver.
    pub generic: bool,
    /// Its value in each mode that it can be set in.
    pub values: BTreeMap<ParameterMode, ParameterValue>,
}

impl DevlinkParameter {
    /// The value in this mode; `None` if the parameter has no such mode.
    pub fn value(&self, mode: ParameterMode) -> Option<&ParameterValue> {
        self.values.get(&mode)
    }
}

/// When a value of a parameter comes to life.
#[doc(alias = "DEVLINK_ATTR_PARAM_VALUE_CMODE")]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ParameterMode {
    /// At once.
    Runtime,
    /// When the driver is started anew, as by a devlink reload.
    DriverInit,
    /// When the firmware is started anew: the value is in the device's own memory.
    Permanent,
}

impl fmt::Display for ParameterMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Runtime => "runtime",
            Self::DriverInit => "driverinit",
            Self::Permanent => "permanent",
        })
    }
}

/// A value with its type; the kernel refuses a parameter's value of another type.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ParameterValue {
    /// A switch.
    Bool(bool),
    /// A number of 8 bits.
    U8(u8),
    /// A number of 16 bits.
    U16(u16),
    /// A number of 32 bits.
    U32(u32),
    /// A number of 64 bits, since Linux 6.17.
    U64(u64),
    /// Text of at most 31 bytes.
    Text(String),
}

impl ParameterValue {
    /// The switch, if it is one.
    pub const fn switch(&self) -> Option<bool> {
        match self {
            Self::Bool(on) => Some(*on),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::U8(number) => Some(u64::from(*number)),
            Self::U16(number) => Some(u64::from(*number)),
            Self::U32(number) => Some(u64::from(*number)),
            Self::U64(number) => Some(*number),
            Self::Bool(_) | Self::Text(_) => None,
        }
    }
}

/// As the `devlink` program takes it.
impl fmt::Display for ParameterValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(on) => write!(f, "{on}"),
            Self::U8(number) => write!(f, "{number}"),
            Self::U16(number) => write!(f, "{number}"),
            Self::U32(number) => write!(f, "{number}"),
            Self::U64(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}
