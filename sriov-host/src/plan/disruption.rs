use std::fmt;
use std::str::FromStr;

use crate::InvalidText;

/// How much a step disturbs, least first: the disruption of a plan is the maximum of its steps.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Disruption {
    /// Nobody notices.
    #[default]
    None,
    /// Traffic of the VFs that the step names stops, or they vanish.
    Vf,
    /// Traffic of the whole PF stops for a moment.
    Pf,
    /// All ports of the card are reset.
    Nic,
    /// The host restarts.
    Reboot,
    /// The host has to lose power.
    PowerCycle,
}

impl Disruption {
    const WORDS: [(Self, &'static str); 6] = [
        (Self::None, "none"),
        (Self::Vf, "vf"),
        (Self::Pf, "pf"),
        (Self::Nic, "nic"),
        (Self::Reboot, "reboot"),
        (Self::PowerCycle, "power-cycle"),
    ];
}

impl fmt::Display for Disruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Self::WORDS.iter().find(|(value, _)| value == self);
        f.pad(word.map_or("none", |(_, word)| word))
    }
}

impl FromStr for Disruption {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        const GRAMMAR: &str = "none, vf, pf, nic, reboot or power-cycle";
        let found = Self::WORDS.iter().find(|(_, word)| *word == text);
        found
            .map(|(value, _)| *value)
            .ok_or_else(|| InvalidText::new("a disruption", GRAMMAR, text))
    }
}

serde_as_text!(Disruption);
