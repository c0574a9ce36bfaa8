//! What people read: what runs, what is staged, what differs, what will happen.

use std::fmt::Write as _;

use sriov_host::boot::{BootFacts, KargsApplied, KargsPlan, Presence, Staged};
use sriov_host::plan::Outcome;

use crate::commands::apply::step_lines;
use crate::commands::plan::blocker_lines;
use crate::table::counted;
use crate::term::Style;

pub(super) fn facts(facts: &BootFacts, style: Style) -> String {
    let backend = format!("{} {}\n", style.dim("backend"), facts.kind);
    backend + &lines(facts, facts.staged.as_ref(), style)
}

fn lines(facts: &BootFacts, staged: Option<&Staged>, style: Style) -> String {
    let staged = match staged {
        Some(Staged { line, source }) => format!("{line}  ({source})"),
        None => "cannot be told on this host".to_owned(),
    };
    let (running, next) = (style.dim("running"), style.dim("staged "));
    format!("{running} {}\n{next} {staged}\n", facts.running)
}

/// One line for each wanted argument that is not everywhere as wanted.
fn differences(planned: &KargsPlan, staged: Option<&Staged>, style: Style) -> String {
    let KargsPlan { facts, wanted, .. } = planned;
    let mut text = String::new();
    let mut tell = |arg: &dyn std::fmt::Display, what: String| {
        let _ = writeln!(text, "{} {arg}: {what}", style.dim("differs"));
    };
    let staged = staged.map(|staged| &staged.line);
    for arg in &wanted.add {
        let missing: Vec<&str> = [("staged", staged), ("running", Some(&facts.running))]
            .into_iter()
            .filter(|(_, line)| line.is_some_and(|line| line.presence(arg) != Presence::Present))
            .map(|(word, _)| word)
            .collect();
        if !missing.is_empty() {
            tell(arg, format!("not {}", missing.join(", not ")));
        }
    }
    for arg in &wanted.remove {
        let there: Vec<&str> = [("staged", staged), ("running", Some(&facts.running))]
            .into_iter()
            .filter(|(_, line)| line.is_some_and(|line| line.holds(arg)))
            .map(|(word, _)| word)
            .collect();
        if !there.is_empty() {
            tell(arg, format!("still {}", there.join(", still ")));
        }
    }
    text
}

pub(super) fn plan(planned: &KargsPlan, style: Style) -> String {
    let staged = planned.facts.staged.as_ref();
    let mut text = lines(&planned.facts, staged, style) + &differences(planned, staged, style);
    for step in &planned.plan.steps {
        let _ = writeln!(text, "{step}");
    }
    let _ = writeln!(text, "{}", style.bold(&summary(planned)));
    text + &blocker_lines(&planned.plan.blockers, style) + &instructions(planned)
}

fn summary(planned: &KargsPlan) -> String {
    let reasons = planned.plan.reboot_reasons.len();
    match planned.plan.steps.len() {
        _ if planned.manual => "to be done by hand".to_owned(),
        0 if !planned.plan.blockers.is_empty() => "nothing can be done".to_owned(),
        0 if planned.reboot_required => {
            format!("everything is staged; a reboot is needed for {}", counted(reasons, "argument"))
        }
        0 => "nothing to do".to_owned(),
        steps if reasons == 0 => counted(steps, "step"),
        steps => format!(
            "{}; then a reboot is needed for {}",
            counted(steps, "step"),
            counted(reasons, "argument")
        ),
    }
}

fn instructions(planned: &KargsPlan) -> String {
    let mut text = String::new();
    for (line, number) in planned.instructions.iter().zip(1..) {
        let _ = writeln!(text, "  {number}. {line}");
    }
    text
}

pub(super) fn applied(planned: &KargsPlan, applied: &KargsApplied, style: Style) -> String {
    let staged = applied.staged.as_ref();
    let mut text = lines(&planned.facts, staged, style) + &differences(planned, staged, style);
    text.push_str(&step_lines(&applied.steps, style));
    for reason in &applied.reboot_reasons {
        let _ = writeln!(text, "{} {reason}", style.yellow("reboot needed"));
    }
    let _ = writeln!(text, "{}", style.bold(&result(planned, applied)));
    text + &instructions(planned)
}

fn result(planned: &KargsPlan, applied: &KargsApplied) -> String {
    if planned.manual {
        return "nothing was done: to be done by hand".to_owned();
    }
    if applied.steps.is_empty() {
        return match applied.is_complete() && planned.plan.blockers.is_empty() {
            true if applied.reboot_reasons.is_empty() => "nothing to do",
            true => "everything is staged; a reboot is all that is missing",
            false => "nothing was done",
        }
        .to_owned();
    }
    let outcomes = [Outcome::Done, Outcome::Failed, Outcome::NotRun];
    let counts = outcomes.map(|outcome| (applied.count(outcome), outcome));
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, outcome)| format!("{count} {outcome}")).collect();
    format!("{}: {}", counted(applied.steps.len(), "step"), counts.join(", "))
}
