//! The document as it is written. Nothing here is public: the model is what callers see.

use serde::{Deserialize, Serialize};
use sriov_host::{PciAddress, PciId};

use super::{CardMatch, Desired, OnReboot, VfRoom};
use crate::param::LinkSetting;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) version: u32,
    #[serde(rename = "match")]
    pub(super) matches: Vec<Match>,
    pub(super) policy: Policy,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) link_type: Option<Link>,
    #[serde(default)]
    pub(super) on_reboot_required: Reaction,
    #[serde(default = "attempts")]
    pub(super) max_attempts: u32,
}

const fn attempts() -> u32 {
    Desired::DEFAULT_ATTEMPTS
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Link {
    Eth,
    Ib,
}

#[derive(Clone, Copy, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Reaction {
    Reboot,
    #[default]
    Notify,
    Fail,
}

/// Exactly one key says how a card is found.
#[derive(Clone, Deserialize, Serialize)]
#[serde(try_from = "MatchKeys", into = "MatchKeys")]
pub(super) struct Match(pub(super) CardMatch);

#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
struct MatchKeys {
    #[serde(skip_serializing_if = "Option::is_none")]
    psid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_id: Option<PciId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bdf: Option<PciAddress>,
    #[serde(skip_serializing_if = "Option::is_none")]
    serial: Option<String>,
}

impl TryFrom<MatchKeys> for Match {
    type Error = &'static str;

    fn try_from(keys: MatchKeys) -> Result<Self, Self::Error> {
        let MatchKeys { psid, part, device_id, bdf, serial } = keys;
        let keys = [
            psid.map(CardMatch::Psid),
            part.map(CardMatch::Part),
            device_id.map(CardMatch::DeviceId),
            bdf.map(CardMatch::Bdf),
            serial.map(CardMatch::Serial),
        ];
        let mut given = keys.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(matches), None) => Ok(Self(matches)),
            _ => Err("exactly one of psid, part, device_id, bdf and serial is needed"),
        }
    }
}

impl From<Match> for MatchKeys {
    fn from(Match(matches): Match) -> Self {
        let keys = Self::default();
        match matches {
            CardMatch::Psid(psid) => Self { psid: Some(psid), ..keys },
            CardMatch::Part(part) => Self { part: Some(part), ..keys },
            CardMatch::DeviceId(id) => Self { device_id: Some(id), ..keys },
            CardMatch::Bdf(bdf) => Self { bdf: Some(bdf), ..keys },
            CardMatch::Serial(serial) => Self { serial: Some(serial), ..keys },
        }
    }
}

/// Exactly one key is the policy.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(try_from = "PolicyKeys", into = "PolicyKeys")]
pub(super) struct Policy(pub(super) VfRoom);

#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
struct PolicyKeys {
    #[serde(skip_serializing_if = "Option::is_none")]
    at_least: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exactly: Option<u16>,
}

impl TryFrom<PolicyKeys> for Policy {
    type Error = &'static str;

    fn try_from(keys: PolicyKeys) -> Result<Self, Self::Error> {
        match (keys.at_least, keys.exactly) {
            (Some(0), None) => Err("at_least 0 wants nothing; exactly 0 disables SR-IOV"),
            (Some(count), None) => Ok(Self(VfRoom::AtLeast(count))),
            (None, Some(count)) => Ok(Self(VfRoom::Exactly(count))),
            _ => Err("exactly one of at_least and exactly is needed"),
        }
    }
}

impl From<Policy> for PolicyKeys {
    fn from(Policy(policy): Policy) -> Self {
        match policy {
            VfRoom::AtLeast(count) => Self { at_least: Some(count), exactly: None },
            VfRoom::Exactly(count) => Self { at_least: None, exactly: Some(count) },
        }
    }
}

impl From<Document> for Desired {
    fn from(document: Document) -> Self {
        Self {
            matches: document.matches.into_iter().map(|Match(matches)| matches).collect(),
            policy: document.policy.0,
            link_type: document.link_type.map(|link| match link {
                Link::Eth => LinkSetting::Eth,
                Link::Ib => LinkSetting::Ib,
            }),
            on_reboot_required: match document.on_reboot_required {
                Reaction::Reboot => OnReboot::Reboot,
                Reaction::Notify => OnReboot::Notify,
                Reaction::Fail => OnReboot::Fail,
            },
            max_attempts: document.max_attempts,
        }
    }
}

/// The canonical form: every choice is written out, and the order of selectors, which means
/// nothing, is always the same.
impl From<&Desired> for Document {
    fn from(desired: &Desired) -> Self {
        let mut matches = desired.matches.clone();
        matches.sort();
        matches.dedup();
        Self {
            version: Desired::VERSION,
            matches: matches.into_iter().map(Match).collect(),
            policy: Policy(desired.policy),
            link_type: desired.link_type.map(|link| match link {
                LinkSetting::Eth => Link::Eth,
                LinkSetting::Ib => Link::Ib,
            }),
            on_reboot_required: match desired.on_reboot_required {
                OnReboot::Reboot => Reaction::Reboot,
                OnReboot::Notify => Reaction::Notify,
                OnReboot::Fail => Reaction::Fail,
            },
            max_attempts: desired.max_attempts,
        }
    }
}
