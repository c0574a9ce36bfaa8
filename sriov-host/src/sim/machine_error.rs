use crate::codes;

/// A description or a saved state that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MachineError {
    /// The YAML text does not describe a machine; the message names key, line and column.
    #[error("the machine description is not valid: {0}")]
    Yaml(String),
    /// The description contradicts itself, or names something that does not exist.
    #[error("the machine description makes no sense: {0}")]
    Senseless(String),
    /// The saved state cannot be read.
    #[error("the saved machine cannot be read")]
    State(#[source] serde_json::Error),
}

impl MachineError {
    /// The stable error code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Yaml(_) | Self::Senseless(_) => codes::MACHINE_INVALID.id,
            Self::State(_) => codes::SIM_STATE_UNREADABLE.id,
        }
    }
}
