use serde::Serialize;
use sriov_host::NetnsMode;
use sriov_host::boot::Bootloader;
use sriov_host::seam::{Availability, Host, RdmaSystem};

use super::error::FactsError;
use super::facts::{Facts, LineMode, ModeSetting};
use super::observe::at_hand;
use crate::netns_mode::{HoldersSeen, NetnsHolder, holders};

/// The four facts, for whoever wants to see them. What is not set is `None`, and `null` in JSON.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Survey {
    /// What the kernel does now.
    pub live: Option<NetnsMode>,
    /// Why there is no live mode.
    pub unavailable: Option<Unavailable>,
    /// What is set for the next boot.
    pub persisted: Persisted,
    /// What the running kernel was booted with.
    pub running_cmdline: Option<NetnsMode>,
    /// What keeps the kernel from changing the mode; `None` if that cannot be told.
    pub holders: Option<Vec<NetnsHolder>>,
    /// Processes that could not be looked into, and may keep a namespace as well; `None` if none
    /// could.
    pub unseen: Option<u32>,
    /// The settings of modprobe's files, in the order in which they take effect.
    pub settings: Vec<SettingSeen>,
    /// Where the staged command line stands; `None` if the boot loader does not tell.
    pub staged_source: Option<String>,
}

/// Why there is no live mode.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unavailable {
    /// `ib_core` is not loaded.
    NotLoaded,
    /// The kernel has no such mode.
    Unsupported,
}

/// What is set for the next boot. The command line comes behind modprobe's files.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Persisted {
    /// The last setting of modprobe's files, if it can be read.
    pub modprobe: Option<NetnsMode>,
    /// The last argument of the staged command line, if there is one and it can be read.
    pub cmdline: Option<NetnsMode>,
}

/// A line of a file of modprobe.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct SettingSeen {
    /// The mode; `None` if the value cannot be read.
    pub mode: Option<NetnsMode>,
    /// Where it stands, as `/etc/modprobe.d/rdma.conf:3`.
    pub place: String,
}

/// Looks at the four facts, and for holders, whatever the mode. Reads only.
///
/// # Errors
///
/// [`FactsError`] if a fact cannot be told. Holders that cannot be looked for are no failure: the
/// four facts stand without them.
pub fn survey(
    host: &dyn Host,
    rdma: &dyn RdmaSystem,
    loader: &dyn Bootloader,
) -> Result<Survey, FactsError> {
    let facts = at_hand(host, rdma, loader)?;
    let seen = holders(host).inspect_err(|error| {
        tracing::warn!(error = error as &dyn std::error::Error, "holders cannot be looked for");
    });
    Ok(Survey::new(&facts, seen.ok()))
}

impl Survey {
    fn new(facts: &Facts, seen: Option<HoldersSeen>) -> Self {
        let (live, unavailable) = match facts.live {
            Availability::Available(live) => (Some(live), None),
            Availability::NotLoaded => (None, Some(Unavailable::NotLoaded)),
            Availability::Unsupported => (None, Some(Unavailable::Unsupported)),
        };
        let setting = |setting: &ModeSetting| SettingSeen {
            mode: setting.value.mode(),
            place: setting.place(),
        };
        Self {
            live,
            unavailable,
            persisted: Persisted {
                modprobe: facts.modprobe.last().and_then(|setting| setting.value.mode()),
                cmdline: facts.staged.as_ref().and_then(LineMode::mode),
            },
            running_cmdline: facts.running.mode(),
            unseen: seen.as_ref().map(|seen| seen.unseen),
            holders: seen.map(|seen| seen.holders),
            settings: facts.modprobe.iter().map(setting).collect(),
            staged_source: facts.staged.as_ref().map(|staged| staged.source.clone()),
        }
    }
}
