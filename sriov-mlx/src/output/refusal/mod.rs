mod classify;

use std::fmt;

use sriov_host::seam::ToolOutput;

/// Why the tool failed, from what it printed on either stream.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// `Failed to open the device`.
    OpenFailed,
    /// `Failed to identify the device`.
    Unidentified,
    /// `Device in Livefish mode is not supported`.
    Livefish,
    /// `Unsupported device`, or one that takes no configuration.
    Unsupported,
    /// `The Device doesn't support … parameter`.
    UnknownParam(String),
    /// `… value is larger than maximum allowed …`.
    TooLarge {
        /// The parameter.
        param: String,
        /// The largest value that is taken.
        max: Option<u64>,
    },
    /// `… value is smaller than minimum allowed …`.
    TooSmall {
        /// The parameter.
        param: String,
        /// The smallest value that is taken.
        min: Option<u64>,
    },
    /// `… has Illegal constraint`.
    RuleViolation {
        /// The parameter.
        param: String,
        /// The parameters that forbid it.
        affected_by: String,
    },
    /// `Read only TLV`.
    ReadOnly(String),
    /// The register of the parameters cannot be reached.
    NvAccess(String),
    /// A semaphore is held, or the device is busy: it passes.
    Busy(String),
    /// The firmware itself said no.
    Rejected(String),
    /// A debug token is needed.
    TokenNeeded,
    /// `No devices found`, or `Failed to get devices`.
    NoDevices,
    /// The kernel's lockdown, or missing rights.
    NotPermitted(String),
    /// `Aborted by user`.
    Aborted,
    /// Something that is not known.
    Other {
        /// The exit status; `None` if a signal ended it.
        status: Option<i32>,
        /// The errors that it printed, or else the end of what it printed.
        stdout: String,
        /// The end of what it complained about.
        stderr: String,
    },
}

impl Refusal {
    /// Why the tool failed; `None` if it did not, or if it has a table that can be used all the same.
    ///
    /// The tool ends with status 3 also where it could not ask for some groups of parameters, below a
    /// table that is good, or beside a JSON document that is; see
    /// [`missing_groups`](super::missing_groups). All its errors stand on its standard output, and noise
    /// of its libraries on the other one, which can tell more.
    pub fn of(output: &ToolOutput) -> Option<Self> {
        if output.succeeded() { None } else { classify::classify(output) }
    }

    /// Whether trying again may help.
    pub const fn is_busy(&self) -> bool {
        matches!(self, Self::Busy(_))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OpenFailed => f.write_str("the device cannot be opened"),
            Self::Unidentified => f.write_str("the device cannot be identified"),
            Self::Livefish => f.write_str("the device runs without firmware (livefish)"),
            Self::Unsupported => f.write_str("the device takes no configuration"),
            Self::UnknownParam(param) => write!(f, "the device has no parameter {param}"),
            Self::TooLarge { param, max: Some(max) } => {
                write!(f, "{param} may be {max} at most")
            }
            Self::TooLarge { param, max: None } => write!(f, "{param} is too large"),
            Self::TooSmall { param, min: Some(min) } => {
                write!(f, "{param} has to be {min} at least")
            }
            Self::TooSmall { param, min: None } => write!(f, "{param} is too small"),
            Self::RuleViolation { param, affected_by } if affected_by.is_empty() => {
                write!(f, "{param} is not allowed together with what is set")
            }
            Self::RuleViolation { param, affected_by } => {
                write!(f, "{param} is not allowed together with {affected_by}")
            }
            Self::ReadOnly(tlv) => write!(f, "{tlv} is read-only on this host"),
            Self::NvAccess(text) | Self::Busy(text) | Self::Rejected(text) => f.write_str(text),
            Self::TokenNeeded => f.write_str("the device asks for a debug token"),
            Self::NoDevices => f.write_str("the tool finds no devices"),
            Self::NotPermitted(text) => write!(f, "not permitted: {text}"),
            Self::Aborted => f.write_str("the tool asked, and nobody answered"),
            Self::Other { status, stdout, stderr } => {
                match status {
                    Some(status) => write!(f, "exit status {status}")?,
                    None => f.write_str("ended by a signal")?,
                }
                for text in [stdout, stderr].into_iter().filter(|text| !text.is_empty()) {
                    write!(f, "; {text}")?;
                }
                Ok(())
            }
        }
    }
}
