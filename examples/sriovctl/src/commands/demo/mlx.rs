//! The firmware of a card: a restart only where nothing less will do, and never to shrink.

use sriov_host::config::Document;
use sriov_host::sim::SimHost;
use sriov_mlx::apply::{Bookkeeping, FirmwareOptions, apply, prepare, verify};
use sriov_mlx::plan::{FirmwarePlan, NicAction};
use sriov_mlx::wish::wishes;
use sriov_mlx::{Access, nobody};

use super::{Chapter, broken, value};
use crate::commands::mlx::{applied_text, plan_text, verification_text};
use crate::failure::Failure;
use crate::term::Style;

const MORE: &str = "\
apiVersion: sriov/v1
kind: NodeConfig
firmware: [{ match: { name: ens1f0np0 }, policy: { atLeast: 32 } }]
";

pub(super) fn chapters(style: Style) -> Result<[Chapter; 3], Failure> {
    let host = SimHost::demo();
    let (planned, applied) = (planned(&host, style)?, applied(&host, style)?);
    host.reboot();
    Ok([planned, applied, booted(&host, style)?])
}

fn options() -> FirmwareOptions {
    FirmwareOptions { workers: 1, owner: "sriovctl demo".to_owned(), ..FirmwareOptions::default() }
}

fn plan(host: &SimHost, text: &str) -> Result<FirmwarePlan, Failure> {
    let wanted = Document::parse(text)?;
    Ok(prepare(&Access::new(host), &options(), &nobody, |cards| {
        wishes(&wanted.config, wanted.kind, cards)
    })?)
}

fn planned(host: &SimHost, style: Style) -> Result<Chapter, Failure> {
    let plan = plan(host, MORE)?;
    if plan.node_action() != NicAction::Reboot {
        return Err(broken("a card that has to be restarted to grow"));
    }
    Ok(Chapter {
        title: "More VFs than the card has",
        story: "A port of the ConnectX card announces 16 VFs; the limit is in its firmware, which \
                both ports share. The plan names the card, the two values that differ, and the \
                price.",
        command: "sriovctl mlx plan -f more.yaml",
        result: value(&plan)?,
        text: plan_text(&plan, style),
    })
}

fn applied(host: &SimHost, style: Style) -> Result<Chapter, Failure> {
    let plan = plan(host, MORE)?;
    let applied = apply(&plan, &Access::new(host), &options(), &nobody);
    if applied.reboot_reasons.is_empty() {
        return Err(broken("firmware that is written and waits for a restart"));
    }
    Ok(Chapter {
        title: "Written, and read back",
        story: "One write for the card, and what it says afterwards is what counts. Nobody is \
                disturbed yet. The command ends with 6, a restart is outstanding, and the ledger \
                knows it.",
        command: "sriovctl mlx apply -f more.yaml",
        result: value(&applied)?,
        text: applied_text(&applied, style),
    })
}

fn booted(host: &SimHost, style: Style) -> Result<Chapter, Failure> {
    let fewer = plan(host, &MORE.replace("32", "8"))?;
    let found = verify(plan(host, MORE)?, &Access::new(host), &options(), Bookkeeping::LookOnly);
    if !found.in_sync() || !fewer.is_empty() {
        return Err(broken("a card that has more than enough after its restart"));
    }
    Ok(Chapter {
        title: "After the restart, and when fewer would do",
        story: "The card runs with 32. Had somebody asked for at least 8 instead, nothing would \
                be done: fewer VFs run as well on a card with room for more, and no node restarts \
                to shrink.",
        command: "sriovctl mlx verify -f more.yaml; sriovctl mlx plan -f fewer.yaml",
        result: value(&found)?,
        text: verification_text(&found, style) + &plan_text(&fewer, style),
    })
}
