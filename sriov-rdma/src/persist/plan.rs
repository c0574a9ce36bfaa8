use sriov_host::NetnsMode;
use sriov_host::boot::Verdict;
use sriov_host::config::RdmaNetnsMode;
use sriov_host::plan::{Difference, Plan, Reason, RebootReason, Target};
use sriov_host::seam::Availability;

use super::action::{ModeAction, ModePlan, Restart};
use super::facts::{Facts, InitramfsFacts, OwnFile};
use super::obstacle::{self, Blocked};
use super::options::ModePlanOptions;
use super::prospect::{Prospect, Source, of_copies, of_settings};
use super::{SUBJECT, file};

/// How many restarts may be asked for one wish.
const RESTARTS: u32 = 1;

/// Plans what brings the host to the wanted mode, now and after the next boot.
///
/// Pure and deterministic. A host that is as wanted gives an empty plan. With `persist` off only
/// the live mode is planned, and a restart is named only if the next boot is as wanted already.
///
/// An unmanaged mode is left as it is; only a file of ours that an earlier wish left is removed.
pub fn plan(facts: &Facts, wanted: RdmaNetnsMode, options: ModePlanOptions) -> ModePlan {
    match mode_of(wanted) {
        Some(mode) => Planner::new(facts, mode, options).plan(wanted),
        None => unmanaged(facts, options),
    }
}

/// The mode that is wished for, if one is.
pub(super) const fn mode_of(wanted: RdmaNetnsMode) -> Option<NetnsMode> {
    match wanted {
        RdmaNetnsMode::Exclusive => Some(NetnsMode::Exclusive),
        RdmaNetnsMode::Shared => Some(NetnsMode::Shared),
        RdmaNetnsMode::Unmanaged => None,
    }
}

fn unmanaged(facts: &Facts, options: ModePlanOptions) -> ModePlan {
    let mut plan = Plan::default();
    let mut differences = Vec::new();
    if let (OwnFile::Ours(content), true) = (&facts.own_file, options.persist) {
        let by = "an unmanaged mode is not for our file to set";
        plan.push(ModeAction::RemoveModprobe { from: content.clone() }, Reason::needed(by));
        differences.push(Difference {
            target: Target::Host(file::path().to_string()),
            field: "modprobe",
            wanted: "no file of ours".to_owned(),
            found: Some("a file of ours".to_owned()),
        });
    }
    let wanted = RdmaNetnsMode::Unmanaged;
    ModePlan { wanted, plan, differences, restart: Restart::Useless }
}

struct Planner<'a> {
    facts: &'a Facts,
    wanted: NetnsMode,
    options: ModePlanOptions,
    plan: Plan<ModeAction>,
    differences: Vec<Difference>,
}

impl<'a> Planner<'a> {
    fn new(facts: &'a Facts, wanted: NetnsMode, options: ModePlanOptions) -> Self {
        Self { facts, wanted, options, plan: Plan::default(), differences: Vec::new() }
    }

    fn plan(mut self, wanted: RdmaNetnsMode) -> ModePlan {
        let mut restart = Restart::Useless;
        if self.facts.live == Availability::Unsupported {
            // All that such a kernel knows is shared devices.
            if self.wanted == NetnsMode::Exclusive {
                self.plan.blockers.push(obstacle::unsupported());
            }
        } else {
            let evidence = self.next_boot();
            restart = self.live(evidence);
        }
        ModePlan { wanted, plan: self.plan, differences: self.differences, restart }
    }

    fn differs(&mut self, field: &'static str, found: String) -> Reason {
        let target = Target::Host(SUBJECT.to_owned());
        let wanted = self.wanted.to_string();
        let reason = Reason::differs(field, &wanted, Some(found.clone()));
        self.differences.push(Difference { target, field, wanted, found: Some(found) });
        reason
    }

    /// Makes the next boot bring the wanted mode. What proves that it will; `None` if it will not.
    fn next_boot(&mut self) -> Option<String> {
        let prospects = self.facts.next_boot();
        let wanted = self.wanted;
        let Some(wrong) = prospects.iter().find(|prospect| !prospect.is(wanted)) else {
            return Some(evidence(&prospects));
        };
        let reason = self.differs("nextBoot", wrong.to_string());
        if let Some(blocker) = obstacle::find(self.facts, wanted, &reason) {
            self.plan.blockers.push(blocker);
            return None;
        }
        if !self.options.persist {
            return None;
        }
        let evidence = self.files(&reason);
        let proven = self.initramfs(reason).then_some(evidence);
        self.initramfs_note();
        proven
    }

    /// Our file, if the others do not lead to the wanted mode. What proves the mode then.
    fn files(&mut self, reason: &Reason) -> String {
        let present = of_settings(&self.facts.modprobe);
        if present.is(self.wanted) {
            return present.source.to_string();
        }
        let from = match &self.facts.own_file {
            OwnFile::Ours(content) => Some(content.clone()),
            OwnFile::Absent | OwnFile::Foreign => None,
        };
        let step = ModeAction::WriteModprobe { from, to: self.wanted };
        self.plan.push(step, reason.clone());
        file::path().to_string()
    }

    /// A new initramfs, if the copies in the present one do not lead to the wanted mode. Whether
    /// it will be right.
    fn initramfs(&mut self, reason: Reason) -> bool {
        let Some(InitramfsFacts::Holds { image, settings, rebuild }) = &self.facts.initramfs else {
            return true;
        };
        let copied = of_copies(&image.to_string(), settings);
        if copied.is(self.wanted) || !self.facts.line().args.is_empty() {
            return true;
        }
        let run = rebuild.as_ref().and_then(|rebuild| rebuild.run.clone());
        let Some(rebuild) = run else {
            let words = rebuild.as_ref().map(|rebuild| rebuild.words.as_str());
            self.plan.blockers.push(obstacle::rebuild_by_hand(&copied, words, &reason));
            return false;
        };
        let image = image.clone();
        let from = copied.value.to_string();
        let step = ModeAction::RegenerateInitramfs { image, from, to: self.wanted, rebuild };
        let reason = if self.plan.steps.is_empty() {
            reason
        } else {
            Reason::needed("ib_core is loaded from the initramfs, with the copies in it")
        };
        self.plan.push(step, reason);
        true
    }

    /// A doubt that a reader should know about, where something depends on it.
    fn initramfs_note(&mut self) {
        if let Some(InitramfsFacts::Unknown { why }) = &self.facts.initramfs {
            self.plan.notes.push(format!(
                "whether the initramfs has ib_core, with settings of its own, cannot be told: {why}"
            ));
        }
    }

    /// The live mode: changed where the kernel will do it, else left to a restart that helps.
    fn live(&mut self, evidence: Option<String>) -> Restart {
        let live = match self.facts.live {
            Availability::Available(live) if live != self.wanted => live,
            Availability::NotLoaded if !self.options.persist => {
                self.plan.blockers.push(obstacle::not_loaded());
                return Restart::Useless;
            }
            _ => return Restart::Useless,
        };
        let reason = self.differs("live", live.to_string());
        let seen = self.facts.holders.as_ref().filter(|seen| !seen.holders.is_empty());
        let restart = evidence.map_or(Judged::Useless, |evidence| self.judge(live, evidence));
        let set = ModeAction::SetLiveMode { from: live, to: self.wanted };
        match (seen, &restart) {
            (None, _) => self.plan.push(set, reason),
            // Whether the kernel still refuses is for the kernel to say: nothing else is planned.
            (Some(_), Judged::Useless) if !self.options.persist => self.plan.push(set, reason),
            (Some(seen), restart) => {
                let note = format!("the kernel refuses to change the mode: kept by {seen}");
                self.plan.notes.push(note);
                match restart {
                    Judged::Helps { reason, .. } => {
                        self.plan.reboot_reasons.push(reason.clone());
                        self.doubts();
                    }
                    Judged::Never(blocked) => {
                        self.plan.blockers.push(blocked.clone().because(reason));
                    }
                    Judged::Useless => {}
                }
            }
        }
        match restart {
            Judged::Helps { reason, evidence } => {
                Restart::Helps { reason, boot: self.facts.boot.clone(), evidence }
            }
            Judged::Never(_) | Judged::Useless => Restart::Useless,
        }
    }

    fn judge(&self, live: NetnsMode, evidence: String) -> Judged {
        let reason = RebootReason {
            subject: SUBJECT.to_owned(),
            wanted: self.wanted.to_string(),
            running: Some(live.to_string()),
        };
        let ledger = match &self.facts.ledger {
            Ok(ledger) => ledger,
            Err(why) => return Judged::Never(obstacle::no_ledger(why)),
        };
        match ledger.judge(&reason, &self.facts.boot, RESTARTS) {
            Verdict::Ask | Verdict::Outstanding => Judged::Helps { reason, evidence },
            Verdict::Failed(record) => Judged::Never(obstacle::did_not_help(&record, live)),
        }
    }

    fn doubts(&mut self) {
        if self.facts.staged.is_none() {
            let note = "what the boot loader will pass cannot be told: taken for the same as now";
            self.plan.notes.push(note.to_owned());
        }
        if self.plan.steps.is_empty() {
            self.initramfs_note();
        }
    }
}

/// What a restart comes to.
enum Judged {
    Helps { reason: RebootReason, evidence: String },
    Never(Blocked),
    Useless,
}

fn evidence(prospects: &[Prospect]) -> String {
    let sources = prospects.iter().map(|prospect| match &prospect.source {
        Source::Default => "the kernel's default, as nothing is set".to_owned(),
        source => source.to_string(),
    });
    sources.collect::<Vec<_>>().join(" and ")
}
