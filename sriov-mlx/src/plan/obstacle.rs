use sriov_host::codes::Code;
use sriov_host::plan::{Blocker, BlockerKind, Reason, Target};

use crate::card::Card;

/// A blocker that is being made: what it is about is left out while that is the card as a whole.
#[derive(Clone, Debug)]
pub(super) struct Obstacle(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    kind: BlockerKind,
    code: &'static str,
    message: String,
    help: Option<String>,
    target: Option<Target>,
}

impl Obstacle {
    pub(super) fn new(kind: BlockerKind, code: &Code, message: String) -> Self {
        Self::of(kind, code.id, message)
    }

    /// With a code that comes from elsewhere.
    pub(super) fn of(kind: BlockerKind, code: &'static str, message: String) -> Self {
        Self(Box::new(Parts { kind, code, message, help: None, target: None }))
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// About something else than the card as a whole.
    pub(super) fn about(mut self, target: Target) -> Self {
        self.0.target = Some(target);
        self
    }

    /// On a card, where these values differ.
    pub(super) fn on(self, card: &Card, reason: Option<&Reason>) -> Blocker {
        let target = self.0.target.clone().unwrap_or_else(|| target_of(card));
        Blocker { reason: reason.cloned(), ..self.alone(target) }
    }

    /// Without a card.
    pub(super) fn alone(self, target: Target) -> Blocker {
        let Parts { kind, code, message, help, .. } = *self.0;
        Blocker { target, kind, message, help, code, reason: None }
    }
}

/// The PF that stands for the card.
pub(super) fn target_of(card: &Card) -> Target {
    let lead = card.lead().map(|port| Target::Pf(port.pci));
    lead.unwrap_or_else(|| Target::Host(format!("card {}", card.id)))
}
