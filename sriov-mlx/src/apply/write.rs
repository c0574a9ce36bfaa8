use sriov_host::plan::{Outcome, chain};

use super::error::NicError;
use super::seen::{Lack, Seen, words};
use crate::backend::Backend;
use crate::error::FirmwareError;
use crate::output::Closing;
use crate::param::{Assignments, ParamName, Reading};
use crate::plan::NicPlan;
use crate::progress::Stage;

/// A card whose values for the next boot are as wanted: they were read back.
pub(super) struct Staged {
    pub(super) reading: Reading,
    /// `Done`, or `Skipped` if they were in place already.
    pub(super) outcome: Outcome,
    pub(super) closing: Option<Closing>,
    pub(super) warning: Option<String>,
}

/// Looks at the card again, writes what differs with one call, and reads it back.
pub(super) fn stage(
    plan: &NicPlan,
    backend: &dyn Backend,
    tell: &dyn Fn(Stage),
) -> Result<Staged, NicError> {
    let names = names(plan);
    tell(Stage::Reading);
    let reading = backend.query(&plan.card, &names)?;
    let todo = differing(plan, &reading)?;
    if todo.is_empty() {
        return Ok(Staged { reading, outcome: Outcome::Skipped, closing: None, warning: None });
    }
    tell(Stage::Writing);
    tracing::info!(set = %todo, backend = %backend.kind(), "writing firmware parameters");
    let answer = backend.set(&plan.card, &todo);
    tell(Stage::ReadingBack);
    // Whatever it answered: a failed write may be half done, and a good one without effect.
    let back = backend.query(&plan.card, &names);
    let write = Write { plan, todo: &todo };
    match (answer, back) {
        (Ok(closing), Ok(reading)) => write.accepted(closing, reading),
        (Ok(_), Err(source)) => Err(NicError::NotReadBack { written: todo, source }),
        (Err(refusal), Ok(reading)) => write.refused(refusal, reading),
        (Err(refusal), Err(error)) => {
            let found = format!("a value that cannot be read back ({})", chain(&error));
            Err(write.not_written(refusal, found))
        }
    }
}

/// What is read: what is written, and all that the next boot has to load for the wish.
pub(super) fn names(plan: &NicPlan) -> Vec<ParamName> {
    let unwritten = plan.wanted.names().filter(|name| plan.set.get(name.as_str()).is_none());
    plan.set.names().chain(unwritten).cloned().collect()
}

/// What of the plan is still to be written.
fn differing(plan: &NicPlan, reading: &Reading) -> Result<Assignments, NicError> {
    let seen = Seen { plan, reading, room: None };
    let todo: Vec<_> = seen.not_staged(plan.set.iter()).collect();
    for Lack { name, found, .. } in &todo {
        let against = plan.planned_against.iter().find(|(known, _)| known == *name);
        if let Some((_, expected)) = against.filter(|(_, expected)| !expected.says(found)) {
            let (expected, found) = (words(expected), words(found));
            return Err(NicError::Stale { param: (*name).clone(), expected, found });
        }
    }
    // What the plan found in place, and builds upon.
    let built_upon = plan.wanted.iter().filter(|(name, _)| plan.set.get(name.as_str()).is_none());
    if let Some(lack) = seen.not_staged(built_upon).next() {
        let (expected, found) = (lack.wanted.to_string(), words(&lack.found));
        return Err(NicError::Stale { param: lack.name.clone(), expected, found });
    }
    Ok(todo.into_iter().map(|lack| (lack.name.clone(), lack.wanted)).collect())
}

/// One write, while it is judged.
struct Write<'a> {
    plan: &'a NicPlan,
    todo: &'a Assignments,
}

impl Write<'_> {
    fn accepted(&self, closing: Closing, reading: Reading) -> Result<Staged, NicError> {
        if let Some((lack, stuck)) = self.judge(&reading) {
            let (param, wanted, found) = (lack.name.clone(), lack.wanted, words(&lack.found));
            let answer = answer(closing);
            return Err(NicError::DidNotStick { param, wanted, found, answer, stuck });
        }
        let closing = Some(closing);
        Ok(Staged { reading, outcome: Outcome::Done, closing, warning: None })
    }

    fn refused(&self, refusal: FirmwareError, reading: Reading) -> Result<Staged, NicError> {
        if let Some((lack, stuck)) = self.judge(&reading) {
            let (param, wanted, found) = (lack.name.clone(), lack.wanted, words(&lack.found));
            return Err(NicError::NotWritten {
                param,
                wanted,
                found,
                stuck,
                source: refusal.into(),
            });
        }
        let warning = format!("all values are in place, although: {}", chain(&refusal));
        let outcome = Outcome::Done;
        Ok(Staged { reading, outcome, closing: None, warning: Some(warning) })
    }

    fn not_written(&self, source: FirmwareError, found: String) -> NicError {
        let first = self.todo.iter().next();
        match first.map(|(name, wanted)| (name.clone(), wanted)) {
            Some((param, wanted)) => {
                let stuck = Assignments::default();
                NicError::NotWritten { param, wanted, found, stuck, source: source.into() }
            }
            None => NicError::Firmware(source),
        }
    }

    /// The first value that is not in place, and what was written and is; `None` if all are.
    fn judge<'s>(&'s self, reading: &'s Reading) -> Option<(Lack<'s>, Assignments)> {
        let seen = Seen { plan: self.plan, reading, room: None };
        let lacks: Vec<_> = seen.not_staged(self.todo.iter()).collect();
        let lacking = |name: &ParamName| lacks.iter().any(|lack| lack.name == name);
        let stuck = self.todo.iter().filter(|(name, _)| !lacking(name));
        let stuck = stuck.map(|(name, setting)| (name.clone(), setting)).collect();
        let others = seen.not_staged(self.plan.wanted.iter());
        let first = seen.not_staged(self.todo.iter()).chain(others).next();
        first.map(|lack| (lack, stuck))
    }
}

/// What the firmware answered, for a message.
const fn answer(closing: Closing) -> &'static str {
    match closing {
        Closing::Reboot => "the tool asks for a restart to load it",
        Closing::PowerCycle => "the tool asks for a power cycle to load it",
        Closing::NothingArmed => "the tool prepared nothing to load it",
        Closing::Silent => "nothing was said about it",
    }
}
