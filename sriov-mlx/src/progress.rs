use std::fmt;

use crate::card::CardId;

/// What is being done with a card.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Stage {
    /// Another program has the card, or its semaphore.
    Waiting,
    /// The firmware is asked.
    Reading,
    /// The firmware is written.
    Writing,
    /// What was written is read back.
    ReadingBack,
    /// The firmware is restarted.
    Resetting,
    /// All is done.
    Done,
    /// It ended early.
    Failed,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Waiting => "waiting",
            Self::Reading => "reading",
            Self::Writing => "writing",
            Self::ReadingBack => "reading back",
            Self::Resetting => "resetting",
            Self::Done => "done",
            Self::Failed => "failed",
        })
    }
}

/// Told what is being done with which card; cards are worked on in parallel.
pub type OnProgress<'a> = &'a (dyn Fn(&CardId, Stage) + Sync);

/// Nobody wants to know.
pub fn nobody(_card: &CardId, _stage: Stage) {}
