use std::fmt;

use serde::{Deserialize, Serialize};
use sriov_host::boot::BootId;

use crate::card::{Card, CardId};

/// Which card a record is about, on whatever host: the same slot of another host is another card.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct CardKey(String);

impl CardKey {
    /// The best that tells this card from all others: its serial number, its embedded switch, or
    /// its slot together with the address of its first netdev.
    pub fn of(card: &Card) -> Self {
        Self(match &card.id {
            CardId::Serial(serial) => format!("serial {serial}"),
            CardId::SwitchId(id) => format!("switch {id}"),
            CardId::Slot(_) => {
                let mac = card.ports.iter().find_map(|port| port.mac);
                let mac = mac.map_or_else(|| "unknown".to_owned(), |mac| mac.to_string());
                format!("slot {} mac {mac}", card.id)
            }
        })
    }
}

impl fmt::Display for CardKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What is remembered of a card for one wish.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum CardState {
    /// Nothing yet. It is what a card without a record has, and is never on disk.
    #[default]
    #[serde(skip)]
    Pending,
    /// Written in this boot; a restart has to load it.
    Applied {
        /// The boot in which it was written.
        boot_id: BootId,
        /// How many restarts were asked for so far, this one included.
        attempts: u32,
        /// What it takes.
        restart: Restart,
    },
    /// It was read back after a restart, and ran as wanted.
    Verified {
        /// How many restarts that took.
        attempts: u32,
    },
    /// Restarts did not help. None is asked for any more.
    Failed {
        /// How many there were.
        attempts: u32,
        /// Why it is given up.
        reason: String,
        /// What the firmware said in the end, a line for each parameter.
        rows: Vec<String>,
    },
}

impl CardState {
    /// How many restarts were asked for.
    pub const fn attempts(&self) -> u32 {
        match self {
            Self::Pending => 0,
            Self::Applied { attempts, .. }
            | Self::Verified { attempts }
            | Self::Failed { attempts, .. } => *attempts,
        }
    }
}

/// What it takes to load new values.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Restart {
    /// A restart of the host.
    Reboot,
    /// A loss of power. A restart does not help, so that none is tried.
    PowerCycle,
}
