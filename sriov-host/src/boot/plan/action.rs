use crate::boot::KernelArg;
use crate::plan::{Action, Disruption, Target};

/// One change of the staged arguments.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum KargAction {
    /// Append an argument.
    Add {
        /// The argument.
        arg: KernelArg,
    },
    /// Take an argument out.
    Remove {
        /// The argument, as it stands there.
        arg: KernelArg,
    },
}

impl KargAction {
    /// The argument that is added or removed.
    pub const fn arg(&self) -> &KernelArg {
        match self {
            Self::Add { arg } | Self::Remove { arg } => arg,
        }
    }
}

impl Action for KargAction {
    fn name(&self) -> &'static str {
        match self {
            Self::Add { .. } => "addKernelArg",
            Self::Remove { .. } => "removeKernelArg",
        }
    }

    fn target(&self) -> Target {
        Target::Host("kernel arguments".to_owned())
    }

    fn from(&self) -> Option<String> {
        match self {
            Self::Add { .. } => None,
            Self::Remove { arg } => Some(arg.to_string()),
        }
    }

    fn to(&self) -> Option<String> {
        match self {
            Self::Add { arg } => Some(arg.to_string()),
            Self::Remove { .. } => None,
        }
    }

    /// Staging disturbs nobody, but takes effect by a restart only.
    fn disruption(&self) -> Disruption {
        Disruption::Reboot
    }
}
