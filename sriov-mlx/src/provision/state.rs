//! The memory of a host: `state.json`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sriov_host::seam::{Files, FilesError, HostPath};

use super::desired::DesiredHash;
use super::record::{CardKey, CardState};

/// The one version there is.
const VERSION: u32 = 1;

/// Hundreds of cards; a file beyond it is not ours.
const MAX_BYTES: usize = 1 << 20;

/// What is remembered of the cards of a host.
///
/// A card has one record. It counts for the wish that it was made for, and is replaced when a later
/// wish leads to a change; records of cards that are not there now stay.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct State {
    records: BTreeMap<CardKey, Record>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Record {
    desired: DesiredHash,
    state: CardState,
}

/// The memory could not be used. Nothing is written to a card then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The file could not be read or replaced.
    #[error("cannot use the memory of first boots")]
    Files(#[from] FilesError),
    /// The file is damaged, or of a newer release: it is not overwritten.
    #[error("{path} is not a memory of first boots: {problem}")]
    Malformed {
        /// The file.
        path: HostPath,
        /// What is wrong with it.
        problem: String,
    },
    /// More is remembered than the file may hold.
    #[error("the memory of first boots would take {bytes} bytes, and may take {MAX_BYTES}")]
    Full {
        /// What it would take.
        bytes: usize,
    },
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    version: u32,
    cards: Vec<WireRecord>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WireRecord {
    card: CardKey,
    desired: DesiredHash,
    state: CardState,
}

/// Read before the rest, so that a newer file is called newer, and not damaged.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl State {
    /// Where it lies in a state folder.
    pub fn path(folder: &HostPath) -> HostPath {
        folder.join("state.json")
    }

    /// The memory of this host; empty if there is none yet.
    ///
    /// # Errors
    ///
    /// [`StateError`] if it cannot be read: that is not an empty one.
    pub fn load(host: &dyn Files, folder: &HostPath) -> Result<Self, StateError> {
        let path = Self::path(folder);
        let text = host.read_file(&path)?;
        let Some(text) = text else { return Ok(Self::default()) };
        Self::parse(&text).map_err(|problem| StateError::Malformed { path, problem })
    }

    fn parse(text: &[u8]) -> Result<Self, String> {
        if text.len() > MAX_BYTES {
            return Err(format!("it has {} bytes", text.len()));
        }
        let invalid = |error: serde_json::Error| error.to_string();
        let Version { version } = serde_json::from_slice(text).map_err(invalid)?;
        if version != VERSION {
            return Err(format!("version {version} is not known"));
        }
        let Wire { cards, .. } = serde_json::from_slice(text).map_err(invalid)?;
        let mut state = Self::default();
        for WireRecord { card, desired, state: found } in cards {
            if !desired.is_well_formed() {
                return Err(format!("{desired:?} is not the identity of a wish"));
            }
            let name = card.to_string();
            let record = Record { desired, state: found };
            if state.records.insert(card, record).is_some() {
                return Err(format!("{name} is there twice"));
            }
        }
        Ok(state)
    }

    /// What is remembered of a card for a wish.
    pub fn of(&self, desired: &DesiredHash, card: &CardKey) -> CardState {
        let record = self.records.get(card).filter(|record| record.desired == *desired);
        record.map_or(CardState::Pending, |record| record.state.clone())
    }

    /// Remembers; [`CardState::Pending`] is forgetting.
    pub fn set(&mut self, desired: &DesiredHash, card: CardKey, state: CardState) {
        if state == CardState::Pending {
            self.records.remove(&card);
        } else {
            self.records.insert(card, Record { desired: desired.clone(), state });
        }
    }

    /// The records, by their card.
    pub fn records(&self) -> impl Iterator<Item = (&CardKey, &DesiredHash, &CardState)> {
        self.records.iter().map(|(card, record)| (card, &record.desired, &record.state))
    }

    /// Writes the memory; without a difference nothing is written.
    ///
    /// # Errors
    ///
    /// [`StateError`]; no restart may be asked for then. What is there and is not a memory stays.
    pub fn save(&self, host: &dyn Files, folder: &HostPath) -> Result<(), StateError> {
        if Self::load(host, folder)? == *self {
            return Ok(());
        }
        let path = Self::path(folder);
        let cards = self.records.iter().map(|(card, record)| WireRecord {
            card: card.clone(),
            desired: record.desired.clone(),
            state: record.state.clone(),
        });
        let wire = Wire { version: VERSION, cards: cards.collect() };
        let mut text = serde_json::to_vec_pretty(&wire).map_err(|error| StateError::Malformed {
            path: path.clone(),
            problem: error.to_string(),
        })?;
        text.push(b'\n');
        if text.len() > MAX_BYTES {
            return Err(StateError::Full { bytes: text.len() });
        }
        Ok(host.write_file(&path, &text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> String {
        format!(
            r#"{{"version":1,"cards":[{{"card":"serial A","desired":"{}",
            "state":{{"applied":{{"boot_id":"b","attempts":1,"restart":"power-cycle"}}}}}}]}}"#,
            "0a".repeat(32)
        )
    }

    #[test]
    fn what_is_not_a_memory_is_not_read_as_one() {
        let good = good();
        assert_eq!(State::parse(good.as_bytes()).unwrap().records().count(), 1);
        assert_eq!(State::parse(br#"{"version":1,"cards":[]}"#).unwrap(), State::default());
        let card = good.split_once('[').unwrap().1.rsplit_once(']').unwrap().0;
        for text in [
            "",
            "{}",
            "null",
            "\0\0\0\0",
            r#"{"version":1}"#,
            good.strip_suffix('}').unwrap(),
            &format!("{good}x"),
            &good.replace("attempts\":1", "attempts\":-1"),
            &good.replace("\"attempts\"", "\"tries\""),
            &good.replace("\"attempts\":1", "\"attempts\":1,\"more\":2"),
            &good.replace("\"applied\"", "\"pending\""),
            &good.replace("0a", "0A"),
            &good.replace("power-cycle", "nap"),
            &good.replace(card, &format!("{card},{card}")),
            &format!("{good}{}", " ".repeat(MAX_BYTES)),
        ] {
            assert!(State::parse(text.as_bytes()).is_err(), "{text}");
        }
        let newer = good.replace("\"version\":1", "\"version\":2,\"more\":true");
        assert_eq!(State::parse(newer.as_bytes()).unwrap_err(), "version 2 is not known");
    }
}
