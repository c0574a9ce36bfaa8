//! What keeps the next boot from being as wanted, whatever would be written.

use sriov_host::NetnsMode;
use sriov_host::boot::{RebootRecord, UnreadableLedger};
use sriov_host::codes::Code;
use sriov_host::plan::{Blocker, BlockerKind, Reason, Target};

use super::facts::{Facts, ModeSetting, OwnFile};
use super::prospect::{Prospect, Source, of_settings};
use super::{SUBJECT, file};
use crate::codes;

/// A blocker of this crate, without the two values.
fn blocker(kind: BlockerKind, code: &Code, message: String) -> Blocked {
    Blocked { kind, code: code.id, message, help: None }
}

/// A blocker that is being made.
#[derive(Clone, Debug)]
pub(super) struct Blocked {
    kind: BlockerKind,
    code: &'static str,
    message: String,
    help: Option<String>,
}

impl Blocked {
    fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    pub(super) fn because(self, reason: Reason) -> Blocker {
        Blocker { reason: Some(reason), ..self.alone() }
    }

    fn alone(self) -> Blocker {
        let Self { kind, code, message, help } = self;
        let target = Target::Host(SUBJECT.to_owned());
        Blocker { target, kind, message, help, code, reason: None }
    }
}

pub(super) fn unsupported() -> Blocker {
    let message = "this kernel has no netns mode, its RDMA devices are always shared".to_owned();
    blocker(BlockerKind::Unsupported, &codes::MODE_UNSUPPORTED, message).alone()
}

pub(super) fn not_loaded() -> Blocker {
    let message = "ib_core is not loaded, so that there is no live mode".to_owned();
    blocker(BlockerKind::Unsupported, &codes::SUBSYSTEM_NOT_LOADED, message)
        .help("persist the mode: it holds as soon as the module is loaded")
        .alone()
}

pub(super) fn rebuild_by_hand(copied: &Prospect, how: Option<&str>, reason: &Reason) -> Blocker {
    let message = format!("the next boot would have {copied}, which only a person can make anew");
    let help = how.unwrap_or("make the initramfs anew, with the files of modprobe in it");
    blocker(BlockerKind::Unsupported, &codes::REBUILD_BY_HAND, message)
        .help(help)
        .because(reason.clone())
}

/// A restart that happened, and after which the host is as before.
pub(super) fn did_not_help(record: &RebootRecord, live: NetnsMode) -> Blocked {
    let RebootRecord { wanted, boot_id, evidence, .. } = record;
    let message = format!(
        "a restart was asked for in boot {boot_id}, as {evidence} proved that it would bring \
         {wanted}; it happened, and the mode is {live}"
    );
    blocker(BlockerKind::Failed, &codes::BOOT_DID_NOT_HELP, message)
}

/// Without a memory no restart may be asked for.
pub(super) fn no_ledger(why: &UnreadableLedger) -> Blocked {
    let message = format!("a restart is needed, and may not be asked for: {why}");
    blocker(BlockerKind::Unknown, &codes::LEDGER_UNUSABLE, message)
}

/// Why nothing that could be written would make the next boot bring the wanted mode.
pub(super) fn find(facts: &Facts, wanted: NetnsMode, reason: &Reason) -> Option<Blocker> {
    let found = if facts.built_in { built_in(facts, wanted) } else { loaded(facts, wanted) };
    found.map(|blocked| blocked.because(reason.clone()))
}

fn built_in(facts: &Facts, wanted: NetnsMode) -> Option<Blocked> {
    if facts.line().mode().is_some() {
        return Some(decided_by(facts.next_boot().first()?, wanted));
    }
    let message = "ib_core is built into the kernel and reads no file of modprobe".to_owned();
    let help = format!("`sriovctl kargs apply --add ib_core.netns_mode={}`", wanted.to_kernel());
    Some(blocker(BlockerKind::Unsupported, &codes::BUILT_IN, message).help(help))
}

fn loaded(facts: &Facts, wanted: NetnsMode) -> Option<Blocked> {
    let ours = matches!(facts.own_file, OwnFile::Ours(_));
    let bad = facts.unreadable().into_iter().find(|bad| !(ours && is_our_file(bad)));
    if let Some(bad) = bad {
        let message = format!("netns_mode is {bad}, with which the kernel does not load ib_core");
        let help = "write 0 for exclusive or 1 for shared there";
        return Some(blocker(BlockerKind::NotOurs, &codes::VALUE_UNREADABLE, message).help(help));
    }
    match facts.line().mode() {
        Some(mode) if mode == wanted => return None,
        Some(_) => return Some(decided_by(facts.next_boot().first()?, wanted)),
        None => {}
    }
    let present = of_settings(&facts.modprobe);
    if present.is(wanted) {
        return None;
    }
    if facts.own_file == OwnFile::Foreign {
        let message = format!(
            "{} is somebody else's file, and the next boot would have {present}",
            file::path()
        );
        let help = "rename the file, or set the mode in it";
        return Some(blocker(BlockerKind::NotOurs, &codes::DECIDED_ELSEWHERE, message).help(help));
    }
    let last = facts.modprobe.iter().rfind(|setting| is_behind_ours(setting))?;
    (last.value.mode() != Some(wanted)).then(|| {
        let prospect = of_settings(std::slice::from_ref(last));
        decided_by(&prospect, wanted)
    })
}

fn decided_by(prospect: &Prospect, wanted: NetnsMode) -> Blocked {
    let message = format!(
        "the next boot would have {prospect}, and no file of ours comes behind that to set {wanted}"
    );
    let help = match &prospect.source {
        Source::CommandLine(place) => match place.rsplit_once(' ') {
            Some((_, arg)) => format!("take it out: `sriovctl kargs apply --remove {arg}`"),
            None => format!("take it out of {place}"),
        },
        place => format!("change or remove it there: {place}"),
    };
    blocker(BlockerKind::NotOurs, &codes::DECIDED_ELSEWHERE, message).help(help)
}

fn is_our_file(bad: &Prospect) -> bool {
    let Source::Modprobe(place) = &bad.source else { return false };
    place.rsplit_once(':').is_some_and(|(path, _)| path == file::path().to_string())
}

/// Files take effect in the order of their names.
fn is_behind_ours(setting: &ModeSetting) -> bool {
    setting.path.file_name() > file::path().file_name()
}
