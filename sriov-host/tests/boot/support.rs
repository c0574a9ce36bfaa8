//! A host of files in a folder, and a boot loader of one line.

use std::fs;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use sriov_host::boot::{
    self, BootError, Bootloader, BootloaderKind, CommandLine, Edit, KargsApplied, KargsOptions,
    KargsPlan, KernelArg, Ledger, Staged,
};
use sriov_host::decorate::{Call, Recorder};
use sriov_host::linux::LinuxHost;
use sriov_host::seam::Host;
use tempfile::TempDir;

/// What the boot loader's tool does when it is asked for a change. It always reports success, but
/// for `Fails`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Effect {
    Works,
    Nothing,
    OnlyTheFirst,
    LosesOthers,
    LosesWanted,
    Fails,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) kind: BootloaderKind,
    pub(crate) line: Option<String>,
    pub(crate) effect: Effect,
    /// The changes that were asked for.
    pub(crate) edits: Vec<Edit>,
}

#[derive(Debug)]
pub(crate) struct OneLine(Mutex<State>);

impl OneLine {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

pub(crate) const SOURCE: &str = "/boot/loader.conf:1";

impl Bootloader for OneLine {
    fn kind(&self) -> BootloaderKind {
        self.state().kind
    }

    fn staged(&self, _: &dyn Host) -> Result<Option<Staged>, BootError> {
        let line = self.state().line.as_deref().map(CommandLine::parse);
        Ok(line.map(|line| Staged { line, source: SOURCE.to_owned() }))
    }

    fn stage(&self, _: &dyn Host, edit: &Edit, _: Duration) -> Result<(), BootError> {
        let mut state = self.state();
        state.edits.push(edit.clone());
        let line = CommandLine::parse(state.line.as_deref().unwrap_or_default());
        let first = Edit {
            add: edit.add.iter().take(1).cloned().collect(),
            remove: edit.remove.iter().skip(edit.add.len()).take(1).cloned().collect(),
        };
        state.line = match state.effect {
            Effect::Works => Some(line.with(edit).to_string()),
            Effect::Nothing => state.line.take(),
            Effect::OnlyTheFirst => Some(line.with(&first).to_string()),
            Effect::LosesOthers => Some(CommandLine::default().with(edit).to_string()),
            Effect::LosesWanted => None,
            Effect::Fails => {
                let run = "bootctl edit".to_owned();
                return Err(BootError::Failed {
                    run,
                    status: Some(2),
                    words: "no space".to_owned(),
                });
            }
        };
        Ok(())
    }

    fn instructions(&self, _: &dyn Host, edit: &Edit) -> Vec<String> {
        edit.add.iter().map(|arg| format!("type {arg}")).collect()
    }
}

pub(crate) struct World {
    folder: TempDir,
    pub(crate) host: Recorder<LinuxHost>,
    pub(crate) loader: OneLine,
    boots: u32,
}

impl World {
    pub(crate) fn new(running: &str, staged: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("proc/sys/kernel/random")).unwrap();
        let host = Recorder::new(LinuxHost::below(folder.path()));
        let state = State {
            kind: BootloaderKind::Grub,
            line: staged.map(str::to_owned),
            effect: Effect::Works,
            edits: Vec::new(),
        };
        let mut world = Self { folder, host, loader: OneLine(Mutex::new(state)), boots: 0 };
        world.boot(running);
        world
    }

    /// The host restarts, and the kernel is passed this.
    pub(crate) fn boot(&mut self, running: &str) {
        self.boots += 1;
        self.put("proc/cmdline", &format!("{running}\n"));
        self.put("proc/sys/kernel/random/boot_id", &format!("{}\n", self.boot_id()));
    }

    /// The host restarts, and the kernel is passed what is staged.
    pub(crate) fn reboot(&mut self) {
        let line = self.staged();
        self.boot(&line);
    }

    pub(crate) fn boot_id(&self) -> String {
        format!("00000000-0000-4000-8000-{:012}", self.boots)
    }

    pub(crate) fn staged(&self) -> String {
        self.loader.state().line.clone().unwrap_or_default()
    }

    pub(crate) fn put(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn get(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.folder.path().join(path)).ok()
    }

    /// The ledger, as a person would write it.
    pub(crate) fn remember(&self, subject: &str, wanted: &str, boot: &str, attempts: u32) {
        let record = serde_json::json!({
            "wanted": wanted, "bootId": boot, "attempts": attempts, "evidence": "/boot/x:7"
        });
        let ledger = serde_json::json!({ "version": 1, "reboots": { subject: record } });
        self.put(Ledger::path().as_str(), &ledger.to_string());
    }

    pub(crate) fn plan(&self, wanted: &Edit) -> KargsPlan {
        boot::prepare(&self.host, &self.loader, wanted).unwrap()
    }

    pub(crate) fn carry_out(&self, plan: &KargsPlan) -> KargsApplied {
        boot::apply(plan, &self.host, &self.loader, &KargsOptions::default())
    }

    pub(crate) fn apply(&self, wanted: &Edit) -> KargsApplied {
        self.carry_out(&self.plan(wanted))
    }

    /// Calls since the last look that write anything, the owner's name in a lock included.
    pub(crate) fn writes(&self) -> u64 {
        let writes = self.host.mutations() + self.host.count(Call::Lock);
        let edits = self.loader.state().edits.drain(..).count();
        self.host.clear();
        writes + edits as u64
    }
}

pub(crate) fn args(texts: &[&str]) -> Vec<KernelArg> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

pub(crate) fn edit(add: &[&str], remove: &[&str]) -> Edit {
    Edit::new(args(add), args(remove)).unwrap()
}

pub(crate) fn codes(plan: &KargsPlan) -> Vec<&'static str> {
    plan.plan.blockers.iter().map(|blocker| blocker.code).collect()
}

pub(crate) fn subjects(reasons: &[sriov_host::plan::RebootReason]) -> Vec<String> {
    reasons.iter().map(|reason| format!("{} {}", reason.subject, reason.wanted)).collect()
}
