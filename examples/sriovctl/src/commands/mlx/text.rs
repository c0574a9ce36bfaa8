//! What people read of cards: what they have, what they need, what became of it.

use std::fmt::Write as _;

use sriov_host::plan::Outcome;
use sriov_mlx::apply::{Attempt, FirmwareApplied, FirmwareVerification, NicReport};
use sriov_mlx::backend::BackendKind;
use sriov_mlx::card::{Card, Port};
use sriov_mlx::param::{Cell, Param, Reading};
use sriov_mlx::plan::{FirmwarePlan, NicAction, NicPlan};

use crate::commands::plan::blocker_lines;
use crate::commands::verify::verdict;
use crate::table::{Emphasis, Table, counted};
use crate::term::Style;

/// `MT2101X00001  MCX623106AN-CDAT  0000:3b:00.0 ens1f0np0, 0000:3b:00.1`.
pub(super) fn heading(card: &Card, style: Style) -> String {
    let ports: Vec<String> = card.ports.iter().map(port).collect();
    let part = card.part.as_ref().map_or_else(String::new, |part| format!("  {part}"));
    format!("{}{part}  {}", style.bold(&card.id.to_string()), ports.join(", "))
}

fn port(port: &Port) -> String {
    let name = port.name.as_ref().map_or_else(String::new, |name| format!(" {name}"));
    format!("{}{name}", port.pci)
}

pub(crate) fn plan(plan: &FirmwarePlan, style: Style) -> String {
    let mut text = String::new();
    for nic in &plan.nics {
        let _ = writeln!(text, "{}", heading(&nic.card, style));
        text.push_str(&body(nic, nic.action, style));
    }
    let _ = writeln!(text, "{}", style.bold(&summary(plan)));
    text + &blocker_lines(&plan.blockers, style)
}

/// What is to be done with a card, and why.
fn body(nic: &NicPlan, action: NicAction, style: Style) -> String {
    let mut text = String::new();
    let word = match action {
        NicAction::None => style.green(&action.to_string()),
        NicAction::Blocked => style.red(&action.to_string()),
        _ => style.yellow(&action.to_string()),
    };
    let what = match (nic.set.is_empty(), action) {
        (false, _) => format!(": set {}", nic.set),
        (true, NicAction::WriteAndReset | NicAction::Reboot | NicAction::PowerCycle) => {
            ": all is written, and not loaded yet".to_owned()
        }
        (true, _) => String::new(),
    };
    let _ = writeln!(text, "  {word}{what}");
    for reason in &nic.reasons {
        let _ = writeln!(text, "  {}", style.dim(&reason.to_string()));
    }
    for note in &nic.notes {
        let _ = writeln!(text, "  note: {note}");
    }
    for line in blocker_lines(&nic.blockers, style).lines() {
        let _ = writeln!(text, "  {line}");
    }
    text
}

/// `node: reboot (1 of 2 cards); 1 blocked`.
fn summary(plan: &FirmwarePlan) -> String {
    let needy = |nic: &&NicPlan| !matches!(nic.action, NicAction::None | NicAction::Blocked);
    let (open, all) = (plan.nics.iter().filter(needy).count(), counted(plan.nics.len(), "card"));
    let blocked = plan.blocked().count() + plan.blockers.len();
    let open = (open > 0).then(|| format!("node: {} ({open} of {all})", plan.node_action()));
    let blocked = (blocked > 0).then(|| format!("{blocked} blocked"));
    let parts: Vec<String> = open.into_iter().chain(blocked).collect();
    if parts.is_empty() { "nothing to do".to_owned() } else { parts.join("; ") }
}

pub(crate) fn applied(applied: &FirmwareApplied, style: Style) -> String {
    let mut text = String::new();
    for nic in &applied.nics {
        let _ = writeln!(text, "{}", heading(&nic.planned.card, style));
        text.push_str(&result(nic, style));
    }
    let _ = writeln!(text, "{}", style.bold(&outcome(applied)));
    for reason in &applied.reboot_reasons {
        let _ = writeln!(text, "{}: {reason}", style.yellow("reboot needed"));
    }
    text
}

/// What became of a card, and what it still needs.
fn result(nic: &NicReport, style: Style) -> String {
    let planned = &nic.planned;
    if matches!(planned.action, NicAction::None | NicAction::Blocked) {
        return body(planned, planned.action, style);
    }
    let mut text = String::new();
    let word = nic.outcome.to_string();
    let word = match nic.outcome {
        Outcome::Done => style.green(&word),
        Outcome::Failed => style.red(&word),
        Outcome::Skipped | Outcome::NotRun => style.yellow(&word),
    };
    let what = if planned.set.is_empty() {
        "all was written already".to_owned()
    } else {
        format!("set {}", planned.set)
    };
    let _ = writeln!(text, "  {word}: {what}");
    for reason in &planned.reasons {
        let _ = writeln!(text, "  {}", style.dim(&reason.to_string()));
    }
    for note in &planned.notes {
        let _ = writeln!(text, "  note: {note}");
    }
    if let Some(outstanding) = nic.outstanding {
        let _ = writeln!(text, "  {}", style.yellow(&format!("{outstanding} outstanding")));
    }
    text
}

fn outcome(applied: &FirmwareApplied) -> String {
    let tried = || applied.nics.iter().filter(|nic| !nic.is_blocked());
    let count = |wanted| tried().filter(|nic| nic.outcome == wanted).count();
    let outcomes =
        [Outcome::Done, Outcome::Failed, Outcome::NotRun].map(|word| (count(word), word));
    let counts = outcomes.iter().filter(|(count, _)| *count > 0);
    let mut parts: Vec<String> =
        counts.map(|(count, word)| format!("{} {word}", counted(*count, "card"))).collect();
    if parts.is_empty() {
        let waits = applied.outstanding().is_some();
        parts.push(format!("nothing to {}", if waits { "write" } else { "do" }));
    }
    let blocked = applied.blocked().count() + applied.blockers.len();
    if blocked > 0 {
        parts.push(format!("{blocked} blocked"));
    }
    if let Some(outstanding) = applied.outstanding() {
        parts.push(format!("{outstanding} outstanding"));
    }
    parts.join("; ")
}

pub(crate) fn verification(found: &FirmwareVerification, style: Style) -> String {
    let mut text = String::new();
    for difference in &found.differences {
        let _ = writeln!(text, "{difference}");
    }
    for note in found.plan.nics.iter().flat_map(|nic| &nic.notes) {
        let _ = writeln!(text, "note: {note}");
    }
    for reason in found.plan.reboot_reasons() {
        let _ = writeln!(text, "{}: {reason}", style.yellow("reboot needed"));
    }
    for Attempt { subject, record } in &found.attempts {
        let (wanted, boots) = (&record.wanted, counted(record.attempts as usize, "boot"));
        let _ = writeln!(text, "{}: {subject}: {boots} for {wanted}", style.dim("asked for"));
    }
    text + &verdict(found.differences.len(), found.obstacles.len(), style)
}

pub(super) fn reading(
    card: &Card,
    backend: BackendKind,
    reading: &Reading,
    style: Style,
) -> String {
    let mut text = format!("{}\n", heading(card, style));
    let identity = &reading.identity;
    let known = [&identity.device_type, &identity.description].into_iter().flatten();
    let firmware = card.firmware.as_ref().map(|version| format!("firmware {version}"));
    let mut about: Vec<String> = known.cloned().chain(firmware).collect();
    about.push(format!("read through {backend}"));
    let _ = writeln!(text, "{}", style.dim(&about.join("; ")));
    let mut table = Table::default();
    let head = ["", "PARAMETER", "DEFAULT", "CURRENT", "NEXT BOOT", ""];
    table.row(Emphasis::Heading, head.map(str::to_owned));
    for (name, param) in &reading.params {
        let (pending, fixed) = marks(param);
        let cells = [&param.default, &param.current, &param.next].map(cell);
        let [default, current, next] = cells;
        let emphasis = if pending.is_empty() { Emphasis::Plain } else { Emphasis::Strong };
        table.row(emphasis, [pending, name.to_string(), default, current, next, fixed]);
    }
    text + &table.to_text(style)
}

/// Whether a restart brings another value, and whether it can be changed at all.
fn marks(param: &Param) -> (String, String) {
    let pending = match (param.current.value(), param.next.value()) {
        (Some(current), Some(next)) if current != next => "*",
        _ => "",
    };
    (pending.to_owned(), if param.read_only { "read-only" } else { "" }.to_owned())
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::NoColumn => "-".to_owned(),
        Cell::NotAvailable => "N/A".to_owned(),
        Cell::Value(value) => value.to_string(),
    }
}
