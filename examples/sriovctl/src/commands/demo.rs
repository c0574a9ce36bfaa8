//! The story of a node, told on the simulator with the calls that the other commands make.

mod mlx;
mod nad;
mod rdma;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Mutex;

use serde::Serialize;
use serde_json::Value;
use sriov_host::codes;
use sriov_host::config::NodeConfig;
use sriov_host::inventory::{ObserveOptions, observe};
use sriov_host::readiness::{Awaited, WaitOptions, wait};
use sriov_host::sim::SimHost;
use sriov_host::vfs::{ApplyOptions, PlanOptions, Progress, VfPlan, apply, prepare, verify};
use sriov_host::{PciAddress, VfCount};

use crate::args::Global;
use crate::commands::{
    apply as apply_command, list, plan, verify as verify_command, wait as waiting,
};
use crate::failure::Failure;
use crate::progress;
use crate::status::Status;
use crate::term::{self, Style};

/// The PF that the story is about: a port of an igb card.
const PF: &str = "0000:5e:00.0";

const WANTED: &str = "\
apiVersion: sriov/v1
kind: NodeConfig
pfs:
  - match: { name: ens2f0 }
    numVfs: 4
    vfs:
      - { range: 0-1, mac: \"02:00:00:00:00:10\", vlan: 100 }
      - { range: 2-3, driver: vfio-pci, trust: on }
";

const FEWER: &str = "\
apiVersion: sriov/v1
kind: NodeConfig
pfs: [{ match: { name: ens1f1np1 }, numVfs: 2 }]
";

/// A step of the story: what happens and why, the command that shows it, and what it prints.
#[derive(Serialize)]
struct Chapter {
    title: &'static str,
    story: &'static str,
    command: &'static str,
    result: Value,
    #[serde(skip)]
    text: String,
}

pub(crate) fn run(global: &Global) -> Result<Status, Failure> {
    let chapters = tell(Style::stdout(global))?;
    term::print(global, &chapters, |style| print(&chapters, style))?;
    Ok(Status::Done)
}

fn tell(style: Style) -> Result<Vec<Chapter>, Failure> {
    let host = SimHost::demo();
    let story = Story { host, wanted: NodeConfig::parse(WANTED)?, style };
    let [persisted, booted] = rdma::chapters(style)?;
    let [needed, written, loaded] = mlx::chapters(style)?;
    Ok(vec![
        story.inventory()?,
        story.document()?,
        story.planned()?,
        story.applied()?,
        story.ready()?,
        story.again()?,
        story.verified()?,
        story.refused()?,
        Story::explained()?,
        persisted,
        booted,
        needed,
        written,
        loaded,
        nad::rendered()?,
        nad::linted(style)?,
    ])
}

struct Story {
    host: SimHost,
    wanted: NodeConfig,
    style: Style,
}

impl Story {
    fn inventory(&self) -> Result<Chapter, Failure> {
        let inventory = observe(&self.host, ObserveOptions::default())?;
        Ok(Chapter {
            title: "What the node has",
            story: "A worker node with five ports that can have virtual functions (VFs). One of \
                    them has four already: two in use by the host, one handed to a virtual \
                    machine, one inside a pod. Looking changes nothing.",
            command: "sriovctl list",
            result: value(&inventory)?,
            text: list::text(&inventory, self.style),
        })
    }

    fn document(&self) -> Result<Chapter, Failure> {
        Ok(Chapter {
            title: "What it should have",
            story: "A document says what is wanted, not how to get there. Two VFs for pods, with \
                    fixed MAC addresses on VLAN 100, and two for virtual machines. What it does \
                    not mention is left alone.",
            command: "cat wanted.yaml",
            result: value(&self.wanted)?,
            text: WANTED.to_owned(),
        })
    }

    fn plan(&self, config: &NodeConfig) -> Result<VfPlan, Failure> {
        Ok(prepare(&self.host, config, PlanOptions::default(), &BTreeSet::new())?)
    }

    fn planned(&self) -> Result<Chapter, Failure> {
        let plan = self.plan(&self.wanted)?;
        Ok(Chapter {
            title: "What would happen",
            story: "Every step carries its reason, and the plan says how much it disturbs. The \
                    kernel is kept from binding drivers until the VFs have their settings: an igb \
                    VF takes its MAC address only when its driver binds.",
            command: "sriovctl plan -f wanted.yaml",
            result: value(&plan)?,
            text: plan::text(&plan, self.style),
        })
    }

    fn applied(&self) -> Result<Chapter, Failure> {
        let plan = self.plan(&self.wanted)?;
        let told = Mutex::new(String::new());
        let options = ApplyOptions { parallel: 1, ..ApplyOptions::default() };
        let applied = apply(&plan, &self.host, &options, &|progress| {
            if let (Progress::Waiting(vfs), Ok(mut told)) = (progress, told.lock()) {
                let _ = writeln!(told, "{}", progress::stages(vfs));
            }
        });
        let report = apply_command::Report { applied: &applied, blockers: &plan.blockers };
        let text = told.into_inner().unwrap_or_default();
        Ok(Chapter {
            title: "Doing it",
            story: "Each step is checked against the value it was planned for, done, and read \
                    back. The netdevs appear late and udev renames them: the wait is on events, \
                    never for a fixed time.",
            command: "sriovctl apply -f wanted.yaml",
            result: value(&report)?,
            text: text + &apply_command::text(&report, self.style),
        })
    }

    fn ready(&self) -> Result<Chapter, Failure> {
        let pf: PciAddress = PF.parse().map_err(|_| broken("the PF of the story"))?;
        let found =
            wait(&self.host, &Awaited::first(pf, VfCount::new(4)), &WaitOptions::default())?;
        Ok(Chapter {
            title: "Who is ready",
            story: "Ready means that a VF can be used under its final name. VFs are known by \
                    address throughout, because names change.",
            command: "sriovctl wait --pf ens2f0 --vfs 4",
            result: value(&found)?,
            text: waiting::text(&found, self.style),
        })
    }

    fn again(&self) -> Result<Chapter, Failure> {
        let plan = self.plan(&self.wanted)?;
        if !plan.is_empty() {
            return Err(broken("a second plan after an apply"));
        }
        Ok(Chapter {
            title: "Once more",
            story: "A second run finds nothing to do, and writes nothing at all.",
            command: "sriovctl apply -f wanted.yaml",
            result: value(&plan)?,
            text: plan::text(&plan, self.style),
        })
    }

    fn verified(&self) -> Result<Chapter, Failure> {
        let inventory = observe(&self.host, ObserveOptions { vf_attrs: true })?;
        let found = verify(&inventory, &self.wanted, PlanOptions::default())?;
        Ok(Chapter {
            title: "Is it still so",
            story: "Verifying compares what the host has now with the document. It suits a \
                    monitoring job: the exit status tells.",
            command: "sriovctl verify -f wanted.yaml",
            result: value(&found)?,
            text: verify_command::text(&found, self.style),
        })
    }

    fn refused(&self) -> Result<Chapter, Failure> {
        let plan = self.plan(&NodeConfig::parse(FEWER)?)?;
        if plan.blockers.is_empty() {
            return Err(broken("a guard over VFs in use"));
        }
        Ok(Chapter {
            title: "What is refused",
            story: "Another document wants only two VFs on ens1f1np1. The kernel changes a count \
                    only through zero, so all four would go, and it would not ask whether anybody \
                    uses them. A guard does: one VF belongs to a running virtual machine, one to a \
                    pod.",
            command: "sriovctl plan -f fewer.yaml",
            result: value(&plan)?,
            text: plan::text(&plan, self.style),
        })
    }

    fn explained() -> Result<Chapter, Failure> {
        let code = codes::IN_USE;
        Ok(Chapter {
            title: "What to do about it",
            story: "Every error has a code that never changes its meaning, and each is explained.",
            command: "sriovctl explain SRIOV-H021",
            result: value(&code)?,
            text: code.to_string(),
        })
    }
}

fn value(data: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(data)
        .map_err(|error| Failure::of(Status::Failure, codes::INTERNAL.id, &error))
}

fn broken(what: &str) -> Failure {
    let message = format!("the story does not hold: {what}");
    Failure::new(Status::Failure, codes::INTERNAL.id, message)
}

fn print(chapters: &[Chapter], style: Style) -> String {
    let mut text = String::new();
    for (number, chapter) in chapters.iter().enumerate() {
        let title = format!("{}. {}", number + 1, chapter.title);
        let _ = writeln!(text, "{}\n\n{}", style.bold(&title), wrapped(chapter.story));
        let _ = writeln!(text, "  {}", style.dim(&format!("$ {}", chapter.command)));
        for line in chapter.text.lines() {
            let _ = writeln!(text, "{}", format!("  {line}").trim_end());
        }
        text.push('\n');
    }
    text + "All of this ran on a simulated machine. On a real one the same commands act on the \
            host;\nsee `sriovctl --help`.\n"
}

/// Prose in lines that a terminal shows whole.
fn wrapped(story: &str) -> String {
    const WIDTH: usize = 90;
    let (mut text, mut column) = (String::new(), 0);
    for word in story.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > WIDTH {
            text.push('\n');
            column = 0;
        } else if column > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text + "\n"
}
