//! What is known of cards before a plan is made.

mod history;
mod need;
mod query;
mod reset;

use sriov_host::plan::chain;

use crate::access::Access;
use crate::apply::FirmwareOptions;
use crate::backend::{BackendKind, Backends};
use crate::card::Card;
use crate::error::FirmwareError;
use crate::facts::{CardFacts, Firmware, Lockdown, ResetAbility};
use crate::lock::{self, Use};
use crate::lockdown::lockdown;
use crate::param::{ParamName, Reading};
use crate::progress::{OnProgress, Stage};
use crate::wish::Wish;
use crate::workers::side_by_side;
use history::Memory;

pub use query::query;
pub(crate) use reset::{PROGRAM as RESET_PROGRAM, reset_loads, tool_for_resets};

/// Looks at cards as far as these wishes need it; the facts are in the order of the cards.
///
/// Reads only. The firmware of a card is not asked if nothing is wanted of it, or if sysfs says
/// that there is room for the VFs that are wanted and for those that exist. All others are asked
/// once, for the parameters that a plan needs; several cards at once, and each under its lock. A
/// card that does not answer is a fact like others, and costs the others nothing.
pub fn observe(
    access: &Access<'_>,
    cards: &[Card],
    wishes: &[Wish],
    options: &FirmwareOptions,
    progress: OnProgress<'_>,
) -> Vec<CardFacts> {
    let look = Look {
        access,
        options,
        progress,
        backends: Backends::new(access, options),
        lockdown: lockdown(access.host),
        memory: Memory::of(access.host),
    };
    let wishes_of = |card: &Card| -> Vec<&Wish> {
        wishes.iter().filter(|wish| card.port(wish.port).is_some()).collect()
    };
    side_by_side(cards, options.workers, |card| look.at(card, &wishes_of(card)))
}

/// One look at the cards of a host.
struct Look<'a> {
    access: &'a Access<'a>,
    options: &'a FirmwareOptions,
    progress: OnProgress<'a>,
    backends: Backends<'a>,
    lockdown: Lockdown,
    memory: Memory,
}

impl Look<'_> {
    fn at(&self, card: &Card, wishes: &[&Wish]) -> CardFacts {
        let (firmware, reset) = match need::needed(card, wishes) {
            None => (Firmware::NotAsked, ResetAbility::Unknown),
            Some(names) => self.ask(card, &names),
        };
        CardFacts {
            card: card.clone(),
            firmware,
            reset,
            lockdown: self.lockdown.clone(),
            limits: self.options.limits,
            history: self.memory.of_card(&card.id),
        }
    }

    fn ask(&self, card: &Card, names: &[ParamName]) -> (Firmware, ResetAbility) {
        let _span = tracing::info_span!("observe", card = %card.id).entered();
        match self.read(card, names) {
            Ok((backend, reading, reset)) => {
                (self.progress)(&card.id, Stage::Done);
                (Firmware::Read { backend, reading }, reset)
            }
            Err(error) => {
                (self.progress)(&card.id, Stage::Failed);
                tracing::warn!(error = chain(&error), "the firmware cannot be read");
                let firmware = Firmware::Unreadable { message: chain(&error), code: error.code() };
                (firmware, ResetAbility::Unknown)
            }
        }
    }

    fn read(
        &self,
        card: &Card,
        names: &[ParamName],
    ) -> Result<(BackendKind, Reading, ResetAbility), FirmwareError> {
        let _lock = lock::take(self.access.host, &card.id, Use::Read, self.options, self.progress)?;
        (self.progress)(&card.id, Stage::Reading);
        let backend = self.backends.choose(card, names)?;
        let mut reading = backend.query(card, names)?;
        let forgotten = need::forgotten(&reading.identity, names);
        if !forgotten.is_empty() {
            complete(&mut reading, backend.query(card, &forgotten)?);
        }
        Ok((backend.kind(), reading, self.reset_ability(card, backend.kind())))
    }
}

/// Adds the second half of an answer.
fn complete(reading: &mut Reading, rest: Reading) {
    reading.params.extend(rest.params);
    reading.missing.extend(rest.missing);
    reading.diagnostics.extend(rest.diagnostics);
}
