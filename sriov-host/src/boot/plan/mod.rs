//! The planner of kernel arguments: pure, from facts and a wish.

mod action;
mod blockers;
mod model;

pub use action::KargAction;
pub use model::{Conflict, KargsPlan};

use super::{
    BootError, BootFacts, Bootloader, BootloaderKind, CommandLine, Edit, KernelArg, Ledger,
    Presence, Staged, observe,
};
use crate::plan::{Plan, Reason, RebootReason};
use crate::seam::Host;

/// How many restarts may be asked for one wish: what did not help once will not help again.
pub(super) const LIMIT: u32 = 1;

/// Plans from what is staged to what is wanted. Pure.
///
/// Staged arguments are changed; running ones only tell whether a restart is missing. What
/// contradicts something that is there, or was tried and did not help, withholds the whole
/// change: what cannot be finished is not begun.
pub fn plan(facts: &BootFacts, wanted: &Edit) -> KargsPlan {
    let mut planned = KargsPlan {
        facts: facts.clone(),
        wanted: wanted.clone(),
        plan: Plan::default(),
        reboot_required: false,
        manual: false,
        instructions: Vec::new(),
        conflicts: Vec::new(),
        settled: Vec::new(),
    };
    let pending = pending(&facts.running, wanted);
    match &facts.staged {
        Some(staged) if facts.kind != BootloaderKind::Manual => {
            plan_staging(&mut planned, staged, pending);
        }
        staged => plan_by_hand(&mut planned, staged.as_ref(), &pending),
    }
    planned
}

/// Looks at the host and plans, with the instructions of its boot loader where a person has to
/// act.
///
/// # Errors
///
/// [`BootError`] if the host cannot be looked at.
pub fn prepare(
    host: &dyn Host,
    loader: &dyn Bootloader,
    wanted: &Edit,
) -> Result<KargsPlan, BootError> {
    let mut planned = plan(&observe(host, loader)?, wanted);
    if planned.manual {
        let lines = loader.instructions(host, &outstanding(base(&planned.facts), wanted));
        if !lines.is_empty() {
            planned.instructions = lines;
        }
    }
    Ok(planned)
}

/// What needs a restart: each wanted argument that the running kernel was not given as wanted.
fn pending(running: &CommandLine, wanted: &Edit) -> Vec<RebootReason> {
    let reason = |arg: &KernelArg, wanted: &str, running: Option<&KernelArg>| RebootReason {
        subject: subject(arg),
        wanted: wanted.to_owned(),
        running: running.map(ToString::to_string),
    };
    let set = wanted.add.iter().filter_map(|arg| match running.presence(arg) {
        Presence::Present => None,
        Presence::Absent => Some(reason(arg, "set", None)),
        Presence::Conflict { found } => Some(reason(arg, "set", Some(&found))),
    });
    let gone = wanted.remove.iter();
    let gone = gone.filter_map(|arg| Some(reason(arg, "not set", Some(running.holding(arg)?))));
    set.chain(gone).collect()
}

fn subject(arg: &KernelArg) -> String {
    format!("kernel argument {arg}")
}

/// The change that is still missing in a line. What is removed is named as it stands there.
fn outstanding(line: &CommandLine, wanted: &Edit) -> Edit {
    let gone = |arg: &&KernelArg| wanted.remove.iter().any(|gone| gone.is_same(arg));
    let mut remove: Vec<KernelArg> = Vec::new();
    for arg in line.args().iter().filter(gone) {
        if !remove.contains(arg) {
            remove.push(arg.clone());
        }
    }
    let without = line.with(&Edit { add: Vec::new(), remove: wanted.remove.clone() });
    let missing = |arg: &&KernelArg| without.presence(arg) != Presence::Present;
    Edit { add: wanted.add.iter().filter(missing).cloned().collect(), remove }
}

/// What contradicts the wish in a line, once what is to be removed is gone.
fn conflicts(line: &CommandLine, source: &str, wanted: &Edit) -> Vec<Conflict> {
    let without = line.with(&Edit { add: Vec::new(), remove: wanted.remove.clone() });
    let conflict = |arg: &KernelArg, found: KernelArg| Conflict {
        arg: arg.clone(),
        found,
        source: source.to_owned(),
    };
    let add = wanted.add.iter().filter_map(|arg| match without.presence(arg) {
        Presence::Conflict { found } => Some(conflict(arg, found)),
        Presence::Present | Presence::Absent => None,
    });
    // What is left of an argument after its removal is an item in somebody's list.
    let remove = wanted.remove.iter();
    let remove = remove.filter_map(|arg| Some(conflict(arg, without.holding(arg)?.clone())));
    add.chain(remove).collect()
}

fn plan_staging(planned: &mut KargsPlan, staged: &Staged, pending: Vec<RebootReason>) {
    let (facts, wanted) = (&planned.facts, &planned.wanted);
    planned.conflicts = conflicts(&staged.line, &staged.source, wanted);
    planned.plan.blockers = planned.conflicts.iter().map(blockers::of_conflict).collect();
    planned.plan.blockers.extend(blockers::of_ledger(facts, &pending));
    planned.plan.notes = notes(facts, wanted);
    if !planned.plan.blockers.is_empty() {
        return;
    }
    let Edit { add, remove } = outstanding(&staged.line, wanted);
    for arg in remove {
        let reason = Reason::differs("kernelArgs.remove", "nothing", Some(arg.to_string()));
        planned.plan.push(KargAction::Remove { arg }, reason);
    }
    for arg in add {
        let reason = Reason::differs("kernelArgs.add", &arg, None);
        planned.plan.push(KargAction::Add { arg }, reason);
    }
    planned.settled = settled(facts.ledger.as_ref().ok(), wanted, &pending);
    planned.reboot_required = planned.plan.steps.is_empty() && !pending.is_empty();
    planned.plan.reboot_reasons = pending;
}

/// The records of wishes that have come true, once all of them have: a record that is forgotten
/// while another wish needs a restart could be asked for again by turns, for ever.
fn settled(ledger: Option<&Ledger>, wanted: &Edit, pending: &[RebootReason]) -> Vec<String> {
    if !pending.is_empty() {
        return Vec::new();
    }
    let known: Vec<&str> = ledger.into_iter().flat_map(Ledger::records).map(|(s, _)| s).collect();
    let subjects = wanted.add.iter().chain(&wanted.remove).map(subject);
    subjects.filter(|subject| known.contains(&subject.as_str())).collect()
}

/// Of two values of one key the kernel takes the last: a reader who finds the wanted one on the
/// running command line should know why it does not count.
fn notes(facts: &BootFacts, wanted: &Edit) -> Vec<String> {
    let shadowed = wanted.add.iter().filter_map(|arg| {
        let there = facts.running.args().iter().any(|found| found.is_same(arg));
        match facts.running.presence(arg) {
            Presence::Conflict { found } if there => Some(format!(
                "{arg} is running, but of its values the kernel takes the last: {found}"
            )),
            _ => None,
        }
    });
    shadowed.collect()
}

/// What is changed by hand: the staged line, or where nobody can tell it, the running one.
fn base(facts: &BootFacts) -> &CommandLine {
    facts.staged.as_ref().map_or(&facts.running, |staged| &staged.line)
}

fn plan_by_hand(planned: &mut KargsPlan, staged: Option<&Staged>, pending: &[RebootReason]) {
    let (line, wanted) = (base(&planned.facts), &planned.wanted);
    let todo = outstanding(line, wanted);
    let source = staged.map_or("/proc/cmdline", |staged| &staged.source);
    let conflicts = conflicts(line, source, wanted);
    if todo.is_empty() && conflicts.is_empty() && pending.is_empty() {
        if staged.is_none() && !wanted.is_empty() {
            let note = "the running kernel was booted as wanted; what the next boot will be passed \
                        cannot be told on this host";
            planned.plan.notes.push(note.to_owned());
        }
        return;
    }
    planned.manual = true;
    planned.instructions = instructions(&todo, &conflicts);
    planned.plan.blockers.push(blockers::by_hand(&planned.facts));
    planned.conflicts = conflicts;
}

fn instructions(todo: &Edit, conflicts: &[Conflict]) -> Vec<String> {
    let list =
        |args: &[KernelArg]| args.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let mut lines: Vec<String> = conflicts.iter().map(|c| format!("decide: {c}")).collect();
    if !todo.remove.is_empty() {
        lines.push(format!("remove from the kernel command line: {}", list(&todo.remove)));
    }
    if !todo.add.is_empty() {
        lines.push(format!("add to the kernel command line: {}", list(&todo.add)));
    }
    lines.push("restart the host".to_owned());
    lines
}
