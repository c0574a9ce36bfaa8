//! A host as the planner's facts describe it, and what a boot of it does: told from the outside,
//! without the planner.

use std::collections::BTreeMap;

use sriov_host::NetnsMode;
use sriov_host::boot::{BootId, Ledger};
use sriov_host::initramfs::Regeneration;
use sriov_host::plan::Step;
use sriov_host::seam::{Availability, HostPath, ToolRun};
use sriov_rdma::netns_mode::{HolderKind, HoldersSeen, NetnsHolder};
use sriov_rdma::persist::{
    Facts, InitramfsFacts, LineMode, ModeAction, ModeArg, ModeSetting, ModeValue, OwnFile,
};

pub(crate) const OURS: &str = "etc/modprobe.d/sriov-rdma.conf";

/// Files of modprobe, path and content. Each has one line about `ib_core` at most.
pub(crate) type Files = BTreeMap<String, String>;

#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) live: Availability<NetnsMode>,
    pub(crate) files: Files,
    /// The arguments that the boot loader will pass; `None` if it does not tell.
    pub(crate) staged: Option<Vec<String>>,
    pub(crate) running: Vec<String>,
    /// Whether there are network namespaces beside the initial one, which everybody can see.
    pub(crate) namespaces: bool,
    /// The copies in an initramfs that `ib_core` is loaded from.
    pub(crate) copies: Option<Files>,
    /// Whether it is known how that is made.
    pub(crate) rebuild: bool,
    pub(crate) built_in: bool,
    pub(crate) ledger: Ledger,
    pub(crate) boot: u32,
}

impl World {
    pub(crate) fn new(live: Availability<NetnsMode>) -> Self {
        Self {
            live,
            files: Files::new(),
            staged: Some(Vec::new()),
            running: Vec::new(),
            namespaces: false,
            copies: None,
            rebuild: true,
            built_in: false,
            ledger: Ledger::default(),
            boot: 1,
        }
    }

    pub(crate) fn with_file(mut self, name: &str, value: &str) -> Self {
        self.files.insert(name.to_owned(), options(value));
        self
    }

    pub(crate) fn with_staged(mut self, value: Option<&str>) -> Self {
        let arg = value.map(|value| format!("ib_core.netns_mode={value}"));
        self.staged = Some(arg.into_iter().collect());
        self
    }

    pub(crate) fn boot_id(&self) -> BootId {
        serde_json::from_value(format!("boot-{}", self.boot).into()).unwrap()
    }

    pub(crate) fn facts(&self) -> Facts {
        let line = |args: &[String], source: &str| LineMode {
            args: args.iter().map(|arg| mode_arg(arg)).collect(),
            source: source.to_owned(),
        };
        let holder = NetnsHolder {
            kind: HolderKind::Named,
            pid: None,
            comm: None,
            path: "/run/netns/blue".to_owned(),
        };
        let holders = if self.namespaces { vec![holder] } else { Vec::new() };
        let ours = self.files.get(OURS);
        Facts {
            live: self.live,
            modprobe: settings(&self.files),
            own_file: match ours {
                None => OwnFile::Absent,
                Some(text) if text.starts_with("# Managed by sriov-rdma") => {
                    OwnFile::Ours(text.clone())
                }
                Some(_) => OwnFile::Foreign,
            },
            staged: self.staged.as_ref().map(|args| line(args, "/boot/grub/grub.cfg:114")),
            running: line(&self.running, "/proc/cmdline"),
            holders: Some(HoldersSeen { holders, ..HoldersSeen::default() }),
            initramfs: Some(match &self.copies {
                None => InitramfsFacts::WithoutModule,
                Some(copies) => InitramfsFacts::Holds {
                    image: HostPath::new("boot/initrd.img"),
                    settings: settings(copies),
                    rebuild: self.rebuild.then(|| Regeneration {
                        run: Some(ToolRun::change(
                            HostPath::new("usr/sbin/update-initramfs"),
                            ["-u"],
                        )),
                        words: String::new(),
                    }),
                },
            }),
            built_in: self.built_in,
            ledger: Ok(self.ledger.clone()),
            boot: self.boot_id(),
        }
    }

    /// The mode after a boot, as Linux and kmod do it; `None` if `ib_core` is refused.
    pub(crate) fn after_boot(&self) -> Option<NetnsMode> {
        let args = self.staged.as_ref().unwrap_or(&self.running);
        let args = args.iter().filter_map(|arg| arg.strip_prefix("ib_core.netns_mode="));
        let files = if self.built_in { None } else { Some(&self.files) };
        let mut modes = Vec::new();
        // It is loaded from one or the other, and nobody knows from which.
        for source in [files, self.copies.as_ref().filter(|_| !self.built_in)] {
            let mut value = "1".to_owned();
            let mut values: Vec<String> = source.map(values).unwrap_or_default();
            values.extend(args.clone().map(str::to_owned));
            for word in values {
                if !["0", "1"].contains(&word.as_str()) && !self.built_in {
                    return None;
                }
                value = word;
            }
            if source.is_some() || self.built_in {
                modes.push(if value == "0" { NetnsMode::Exclusive } else { NetnsMode::Shared });
            }
        }
        modes.dedup();
        <[NetnsMode; 1]>::try_from(modes).ok().map(|[mode]| mode)
    }

    /// Does what the steps say, as the host would.
    pub(crate) fn carry_out(&mut self, steps: &[Step<ModeAction>]) {
        for step in steps {
            match &step.action {
                ModeAction::WriteModprobe { to, .. } => {
                    let mut content =
                        "# Managed by sriov-rdma: changes made here are lost.\n".to_owned();
                    content.push_str(&options(if *to == NetnsMode::Shared { "1" } else { "0" }));
                    self.files.insert(OURS.to_owned(), content);
                }
                ModeAction::RemoveModprobe { .. } => {
                    self.files.remove(OURS).unwrap();
                }
                ModeAction::RegenerateInitramfs { .. } => {
                    *self.copies.as_mut().unwrap() = self.files.clone();
                }
                ModeAction::SetLiveMode { to, .. } => {
                    assert!(!self.namespaces, "the kernel would have refused");
                    self.live = Availability::Available(*to);
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

pub(crate) fn options(value: &str) -> String {
    format!("options ib_core netns_mode={value}\n")
}

fn in_order(files: &Files) -> Vec<(&String, &String)> {
    let mut files: Vec<_> = files.iter().collect();
    files.sort_by_key(|(path, _)| path.rsplit('/').next().map(str::to_owned));
    files
}

fn values(files: &Files) -> Vec<String> {
    let texts = in_order(files).into_iter().map(|(_, text)| text);
    let lines = texts.flat_map(|text| text.lines());
    let values = lines.filter_map(|line| line.strip_prefix("options ib_core netns_mode="));
    values.map(str::to_owned).collect()
}

fn settings(files: &Files) -> Vec<ModeSetting> {
    let mut settings = Vec::new();
    for (path, text) in in_order(files) {
        for (index, line) in text.lines().enumerate() {
            if let Some(value) = line.strip_prefix("options ib_core netns_mode=") {
                let value = ModeValue::parse(Some(value));
                settings.push(ModeSetting { value, path: HostPath::new(path), line: index + 1 });
            }
        }
    }
    settings
}

fn mode_arg(arg: &str) -> ModeArg {
    let arg: sriov_host::boot::KernelArg = arg.parse().unwrap();
    ModeArg { value: ModeValue::parse(arg.value()), arg }
}
