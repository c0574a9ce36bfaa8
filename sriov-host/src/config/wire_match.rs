//! The two mappings that have exactly one of several keys.

use serde::{Deserialize, Serialize};

use super::model::{FirmwarePolicy, PfMatch};
use crate::{IfName, MacAddr, PciAddress, PciId, VfCount};

/// `match`, in which exactly one key says how a PF is found.
#[derive(Deserialize, Serialize)]
#[serde(try_from = "MatchKeys", into = "MatchKeys")]
#[derive(Clone)]
pub(super) struct Matches(pub(super) PfMatch);

#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
struct MatchKeys {
    #[serde(skip_serializing_if = "Option::is_none")]
    pci: Option<PciAddress>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<IfName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mac: Option<MacAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vendor: Option<PciId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<PciId>,
}

impl TryFrom<MatchKeys> for Matches {
    type Error = &'static str;

    fn try_from(keys: MatchKeys) -> Result<Self, Self::Error> {
        let MatchKeys { pci, name, mac, vendor, device } = keys;
        let found = [pci.is_some(), name.is_some(), mac.is_some(), vendor.is_some()];
        match found.into_iter().filter(|found| *found).count() {
            0 if device.is_some() => return Err("device needs vendor beside it"),
            0 => return Err("matches nothing: one of pci, name, mac or vendor is needed"),
            1 => {}
            _ => return Err("only one of pci, name, mac and vendor can be given"),
        }
        if device.is_some() && vendor.is_none() {
            return Err("device goes with vendor, not with pci, name or mac");
        }
        let pci = pci.map(PfMatch::Pci);
        let name = name.map(PfMatch::Name);
        let id = vendor.map(|vendor| PfMatch::Id { vendor, device });
        let matches = pci.or(name).or_else(|| mac.map(PfMatch::Mac)).or(id);
        matches.map(Self).ok_or("matches nothing")
    }
}

impl From<Matches> for MatchKeys {
    fn from(Matches(matches): Matches) -> Self {
        let keys = Self::default();
        match matches {
            PfMatch::Pci(pci) => Self { pci: Some(pci), ..keys },
            PfMatch::Name(name) => Self { name: Some(name), ..keys },
            PfMatch::Mac(mac) => Self { mac: Some(mac), ..keys },
            PfMatch::Id { vendor, device } => Self { vendor: Some(vendor), device, ..keys },
        }
    }
}

/// `policy`, in which exactly one key is the policy.
#[derive(Clone, Deserialize, Serialize)]
#[serde(try_from = "PolicyKeys", into = "PolicyKeys")]
pub(super) struct Policy(pub(super) FirmwarePolicy);

#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct PolicyKeys {
    #[serde(skip_serializing_if = "Option::is_none")]
    at_least: Option<VfCount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exactly: Option<VfCount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unmanaged: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reset_to_zero: Option<bool>,
}

impl TryFrom<PolicyKeys> for Policy {
    type Error = &'static str;

    fn try_from(keys: PolicyKeys) -> Result<Self, Self::Error> {
        match keys {
            PolicyKeys {
                at_least: Some(count),
                exactly: None,
                unmanaged: None,
                reset_to_zero: None,
            } => Ok(Self(FirmwarePolicy::AtLeast(count))),
            PolicyKeys {
                at_least: None,
                exactly: Some(count),
                unmanaged: None,
                reset_to_zero: None,
            } => Ok(Self(FirmwarePolicy::Exactly(count))),
            PolicyKeys {
                at_least: None,
                exactly: None,
                unmanaged: Some(true),
                reset_to_zero: None,
            } => Ok(Self(FirmwarePolicy::Unmanaged)),
            PolicyKeys {
                at_least: None,
                exactly: None,
                unmanaged: None,
                reset_to_zero: Some(true),
            } => Ok(Self(FirmwarePolicy::ResetToZero)),
            PolicyKeys { unmanaged: Some(false), .. }
            | PolicyKeys { reset_to_zero: Some(false), .. } => Err(
                "unmanaged and resetToZero can only be true; leave the key out instead of false",
            ),
            _ => Err("exactly one of atLeast, exactly, unmanaged and resetToZero is needed"),
        }
    }
}

impl From<Policy> for PolicyKeys {
    fn from(Policy(policy): Policy) -> Self {
        let keys = Self::default();
        match policy {
            FirmwarePolicy::AtLeast(count) => Self { at_least: Some(count), ..keys },
            FirmwarePolicy::Exactly(count) => Self { exactly: Some(count), ..keys },
            FirmwarePolicy::Unmanaged => Self { unmanaged: Some(true), ..keys },
            FirmwarePolicy::ResetToZero => Self { reset_to_zero: Some(true), ..keys },
        }
    }
}
