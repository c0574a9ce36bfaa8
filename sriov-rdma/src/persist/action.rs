use std::fmt;

use serde::Serialize;
use sriov_host::NetnsMode;
use sriov_host::boot::BootId;
use sriov_host::config::RdmaNetnsMode;
use sriov_host::plan::{Action, Blocker, Difference, Disruption, Plan, RebootReason, Target};
use sriov_host::seam::{HostPath, ToolRun};

use super::SUBJECT;
use super::file;

/// What a step of a [`ModePlan`] does.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ModeAction {
    /// Writes our file of modprobe.
    WriteModprobe {
        /// Its present content.
        from: Option<String>,
        /// The mode that it is to set.
        to: NetnsMode,
    },
    /// Removes our file of modprobe.
    RemoveModprobe {
        /// Its present content.
        from: String,
    },
    /// Makes the initramfs anew, so that it has the files of modprobe as they are now.
    RegenerateInitramfs {
        /// The initramfs.
        image: HostPath,
        /// What a boot from the present one would have.
        from: String,
        /// What it is to have.
        to: NetnsMode,
        /// How it is made.
        rebuild: ToolRun,
    },
    /// Changes the mode in the running kernel.
    SetLiveMode {
        /// The present mode.
        from: NetnsMode,
        /// The wanted one.
        to: NetnsMode,
    },
}

impl ModeAction {
    /// Whether it is about the next boot.
    pub const fn persists(&self) -> bool {
        !matches!(self, Self::SetLiveMode { .. })
    }
}

impl Action for ModeAction {
    fn name(&self) -> &'static str {
        match self {
            Self::WriteModprobe { .. } => "writeModprobe",
            Self::RemoveModprobe { .. } => "removeModprobe",
            Self::RegenerateInitramfs { .. } => "regenerateInitramfs",
            Self::SetLiveMode { .. } => "setLiveMode",
        }
    }

    fn target(&self) -> Target {
        Target::Host(match self {
            Self::WriteModprobe { .. } | Self::RemoveModprobe { .. } => file::path().to_string(),
            Self::RegenerateInitramfs { image, .. } => image.to_string(),
            Self::SetLiveMode { .. } => SUBJECT.to_owned(),
        })
    }

    fn from(&self) -> Option<String> {
        match self {
            Self::WriteModprobe { from, .. } => from.as_deref().map(setting_of),
            Self::RemoveModprobe { from } => Some(setting_of(from)),
            Self::RegenerateInitramfs { from, .. } => Some(from.clone()),
            Self::SetLiveMode { from, .. } => Some(from.to_string()),
        }
    }

    fn to(&self) -> Option<String> {
        match self {
            Self::WriteModprobe { to, .. } => Some(setting_of(&file::content(*to))),
            Self::RemoveModprobe { .. } => None,
            Self::RegenerateInitramfs { to, .. } | Self::SetLiveMode { to, .. } => {
                Some(to.to_string())
            }
        }
    }

    /// Files disturb nobody, and the live mode changes only while there is nobody to be disturbed.
    fn disruption(&self) -> Disruption {
        Disruption::None
    }
}

/// What our file says, without its comment.
fn setting_of(content: &str) -> String {
    let settings: Vec<&str> = content.lines().filter(|line| !line.starts_with('#')).collect();
    settings.join("; ")
}

/// What brings the host to the wanted mode, and what a restart would come to.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "a plan does nothing until it is applied"]
pub struct ModePlan {
    /// The wish.
    pub wanted: RdmaNetnsMode,
    /// The steps, what stands in their way, and whether a restart is needed behind them.
    pub plan: Plan<ModeAction>,
    /// In what the host differs from the wish: `live`, `nextBoot`.
    pub differences: Vec<Difference>,
    /// What a restart comes to once the steps are done, if the kernel refuses the live change.
    pub restart: Restart,
}

/// What a restart of the host would come to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Restart {
    /// It brings the wanted mode.
    Helps {
        /// Why it is needed.
        reason: RebootReason,
        /// The boot that it is to end.
        boot: BootId,
        /// What proves that the next boot brings it, as `/etc/modprobe.d/rdma.conf:3`.
        evidence: String,
    },
    /// Nothing is known to make it help, or there is no need.
    Useless,
}

impl ModePlan {
    /// Whether there is nothing to do, nothing in the way, and no restart to wait for.
    pub fn is_empty(&self) -> bool {
        self.plan.is_empty() && self.plan.reboot_reasons.is_empty()
    }

    fn sets_live(&self) -> bool {
        self.plan.steps.iter().any(|step| !step.action.persists())
    }

    /// Why it is as it is, in one sentence.
    pub fn why(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        let told = |blocked: &&Blocker| blocked.reason.is_some();
        let blocked = self.plan.blockers.iter().filter(told).count() > 0;
        for Difference { field, wanted, found, .. } in &self.differences {
            let found = found.as_deref().unwrap_or("nothing");
            match *field {
                "live" if self.sets_live() => parts.push(format!("{found} runs, not {wanted}")),
                "live" => parts.push(format!(
                    "{found} runs, not {wanted}, and the kernel refuses to change it while other \
                     namespaces exist"
                )),
                // The blocker says it, and why.
                "nextBoot" if blocked => {}
                "nextBoot" => parts.push(format!("the next boot would have {found}")),
                _ => parts.push(format!("there is {found}, and the mode is unmanaged")),
            }
        }
        parts.extend(self.plan.blockers.iter().map(|blocker| blocker.message.clone()));
        match (parts.is_empty(), self.wanted) {
            (true, RdmaNetnsMode::Unmanaged) => return "the mode is left as it is".to_owned(),
            (true, _) => return "nothing differs from the wish".to_owned(),
            (false, _) => {}
        }
        parts.join("; ")
    }
}

impl fmt::Display for ModePlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.plan, f)?;
        self.plan.reboot_reasons.iter().try_for_each(|reason| writeln!(f, "reboot: {reason}"))
    }
}

/// As every plan.
impl Serialize for ModePlan {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.plan.serialize(serializer)
    }
}
