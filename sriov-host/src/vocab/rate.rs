use std::fmt;

/// A transmit rate of a VF, in Mbit/s. Zero means "no limit" to the kernel.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TxRate(u32);

impl TxRate {
    /// No limit.
    pub const UNLIMITED: Self = Self(0);

    /// From Mbit/s.
    pub const fn from_mbps(mbps: u32) -> Self {
        Self(mbps)
    }

    /// In Mbit/s.
    pub const fn mbps(self) -> u32 {
        self.0
    }

    #[cfg(feature = "serde")]
    const fn get(self) -> u32 {
        self.0
    }
}

impl From<u32> for TxRate {
    fn from(mbps: u32) -> Self {
        Self(mbps)
    }
}

impl fmt::Display for TxRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} Mbps", self.0)
    }
}

serde_as_number!(TxRate, u32);
