use std::fmt::Write as _;

use sriov_mlx::provision::{
    CardOutcome, CardReport, Desired, OnReboot, ProvisionOptions, ProvisionOutcome,
    ProvisionReport, provision, restart,
};
use sriov_mlx::{Access, codes};

use super::args::ProvisionArgs;
use super::options;
use crate::args::{Global, Output};
use crate::failure::Failure;
use crate::progress::Bar;
use crate::status::Status;
use crate::term::{self, Style};

pub(super) fn run(
    global: &Global,
    access: Access<'_>,
    desired: &Desired,
    args: &ProvisionArgs,
) -> Result<Status, Failure> {
    let options = ProvisionOptions {
        firmware: options(global, "provision"),
        dry_run: global.dry_run,
        ..ProvisionOptions::default()
    };
    let bar = Bar::new(global, 0);
    let report = provision(&access, desired, &args.state_dir, &options, &|card, stage| {
        bar.card(card, stage);
    });
    bar.finish();
    let report = report?;
    report.notes.iter().for_each(|note| term::note(note));
    if !is_quiet(&report) || global.output != Output::Text {
        term::print(global, &report, |style| text(&report, style))?;
    }
    report_failures(global, &report);
    if desired.on_reboot_required == OnReboot::Fail && !report.reboot_reasons.is_empty() {
        term::note("a restart is needed, and the document calls that a failure");
    }
    if let Some(request) = report.reboot.as_ref().filter(|_| !global.dry_run) {
        term::note("the host is restarted, as the document says");
        restart(access.host, request)?;
    }
    Ok(status(&report))
}

/// A boot that finds all as it should be says nothing.
fn is_quiet(report: &ProvisionReport) -> bool {
    let untouched = report.cards.iter().all(|card| card.outcome == CardOutcome::Satisfied);
    report.outcome == ProvisionOutcome::Converged && untouched
}

fn text(report: &ProvisionReport, style: Style) -> String {
    let mut text = String::new();
    for card in &report.cards {
        let devices: Vec<String> = card.devices.iter().map(ToString::to_string).collect();
        let id = style.bold(&card.id.to_string());
        let _ = writeln!(text, "{id}  {}", devices.join(", "));
        let set = if card.set.is_empty() { String::new() } else { format!(": set {}", card.set) };
        let _ = writeln!(text, "  {}{set}", word(card, style));
        for line in card.reason.iter().chain(&card.rows) {
            let _ = writeln!(text, "  {}", style.dim(line));
        }
    }
    let _ = writeln!(text, "{}", style.bold(&report.outcome.to_string()));
    for reason in &report.reboot_reasons {
        let _ = writeln!(text, "{}: {reason}", style.yellow("reboot needed"));
    }
    text
}

fn word(card: &CardReport, style: Style) -> String {
    use CardOutcome::{Satisfied, Verified, Written};
    let word = card.outcome.to_string();
    match card.outcome {
        Satisfied | Verified | Written => style.green(&word),
        outcome if outcome.is_failure() => style.red(&word),
        _ => style.yellow(&word),
    }
}

fn report_failures(global: &Global, report: &ProvisionReport) {
    let style = Style::stderr(global);
    for card in &report.cards {
        let about = format!("card {}", card.id);
        for warning in &card.warnings {
            term::warning(global, &format!("{about}: {warning}"));
        }
        if let Some(error) = &card.error {
            Failure::of(Status::Failure, error.code(), error).about(&about).print(style);
        } else if card.outcome.is_failure() {
            let why = card.reason.as_deref().unwrap_or("nothing was done with it");
            let message = format!("{about} is {}: {why}", card.outcome);
            Failure::new(Status::Refused, code(card.outcome), message).print(style);
        }
    }
}

const fn code(outcome: CardOutcome) -> &'static str {
    match outcome {
        CardOutcome::GivenUp => codes::GIVEN_UP.id,
        _ => codes::CARD_NOT_TRIED.id,
    }
}

fn status(report: &ProvisionReport) -> Status {
    use ProvisionOutcome as Outcome;
    let is_refused =
        |card: &CardReport| matches!(card.outcome, CardOutcome::Blocked | CardOutcome::GivenUp);
    let refused = report.cards.iter().all(is_refused);
    match report.outcome {
        Outcome::SwitchedOff
        | Outcome::NoMatchingDevice
        | Outcome::Converged
        | Outcome::Planned => Status::Done,
        Outcome::RebootPending | Outcome::RebootRequired | Outcome::PowerCycleRequired => {
            Status::NeedsBoot
        }
        Outcome::PartlyFailed => Status::Partly,
        Outcome::Failed if refused => Status::Refused,
        Outcome::Failed => Status::Failure,
    }
}
