use std::fmt;

/// Why a restart of the host is still needed, as data: nothing here ever restarts it.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RebootReason {
    /// What takes effect only at boot, as `kernel argument iommu=pt`.
    pub subject: String,
    /// What was wanted.
    pub wanted: String,
    /// What the running host has.
    pub running: Option<String>,
}

impl fmt::Display for RebootReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let running = self.running.as_deref().unwrap_or("nothing");
        write!(f, "{}: wanted {}, running {running}", self.subject, self.wanted)
    }
}
