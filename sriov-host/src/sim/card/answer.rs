use std::time::Duration;

use crate::seam::ToolOutput;

/// What a call of the tool did.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CardAnswer {
    /// What it printed, and its exit status; `None` if a signal ended it.
    pub output: ToolOutput,
    /// How long it took; [`Duration::MAX`] if it never ends by itself.
    pub cost: Duration,
    /// The file that it wrote, with its content: what `-j` asks for.
    pub wrote: Option<(String, Vec<u8>)>,
}

/// One of the three values that a card has of each parameter.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CardColumn {
    /// What a reset of the configuration goes back to.
    Default,
    /// What the running firmware works with.
    Current,
    /// What the firmware takes when it is loaded next.
    Next,
}
