//! What the grammar of single values cannot say: how they fit together.

use std::collections::HashSet;

use super::{KernelArgs, NodeConfig, PfConfig, PfMatch, VfGroup};
use crate::document::{DocumentError, DocumentErrorKind as Kind, KeyPath};
use crate::{Guid, MacAddr, TxRate};

type Checked = Result<(), DocumentError>;

/// Checks that the parts of a configuration fit together.
///
/// # Errors
///
/// The first contradiction, in the order of the document.
pub(super) fn validate(config: &NodeConfig) -> Checked {
    let root = KeyPath::new();
    let pfs = root.key("pfs");
    unique_matches(config.pfs.iter().map(|pf| &pf.matches), &pfs)?;
    for (index, pf) in config.pfs.iter().enumerate() {
        validate_pf(pf, &pfs.index(index))?;
    }
    let firmware = root.key("firmware");
    unique_matches(config.firmware.iter().map(|card| &card.matches), &firmware)?;
    for (index, card) in config.firmware.iter().enumerate() {
        validate_match(&card.matches, &firmware.index(index))?;
    }
    config.kernel_args.iter().try_for_each(|args| validate_args(args, &root.key("kernelArgs")))
}

/// Two entries for the same PF would leave it to their order who wins.
fn unique_matches<'a>(matches: impl Iterator<Item = &'a PfMatch>, list: &KeyPath) -> Checked {
    let mut seen = HashSet::new();
    for (index, entry) in matches.enumerate() {
        if !seen.insert(entry) {
            let message = format!("{entry} is matched by an earlier entry already");
            let key = list.index(index).key("match");
            return Err(DocumentError::new(Kind::DuplicateMatch, key, message));
        }
    }
    Ok(())
}

fn validate_match(matches: &PfMatch, entry: &KeyPath) -> Checked {
    match matches {
        PfMatch::Mac(mac) if !mac.is_unicast() => {
            let message = format!("{mac} is not a unicast address: no PF has it");
            Err(DocumentError::invalid(entry.key("match").key("mac"), message))
        }
        _ => Ok(()),
    }
}

fn validate_pf(pf: &PfConfig, path: &KeyPath) -> Checked {
    validate_match(&pf.matches, path)?;
    let groups = path.key("vfs");
    for (index, group) in pf.vfs.iter().enumerate() {
        let path = groups.index(index);
        let mut earlier = pf.vfs.iter().take(index);
        if let Some(other) =
            earlier.by_ref().map(|other| other.range).find(|o| o.overlaps(group.range))
        {
            let message =
                format!("{} overlaps {other}, the range of an earlier entry", group.range);
            return Err(DocumentError::new(Kind::OverlappingRanges, path.key("range"), message));
        }
        if let Some(count) = pf.num_vfs.filter(|count| !count.contains(group.range.last())) {
            let message = format!("{} reaches beyond numVfs: {count}", group.range);
            let error = DocumentError::new(Kind::RangeBeyondNumVfs, path.key("range"), message);
            return Err(error.with_help("VFs are counted from 0: the last one is numVfs - 1"));
        }
        validate_group(group, &path)?;
    }
    Ok(())
}

fn validate_group(group: &VfGroup, path: &KeyPath) -> Checked {
    let steps = u32::from(group.range.last().get() - group.range.first().get());
    group.mac.iter().try_for_each(|mac| validate_mac(*mac, steps, &path.key("mac")))?;
    group
        .node_guid
        .iter()
        .try_for_each(|guid| validate_guid(*guid, steps, &path.key("nodeGuid")))?;
    group
        .port_guid
        .iter()
        .try_for_each(|guid| validate_guid(*guid, steps, &path.key("portGuid")))?;
    validate_vlan(group, path)?;
    validate_rates(group, path)?;
    if group.resource_name.as_deref() == Some("") {
        return Err(DocumentError::invalid(path.key("resourceName"), "is empty"));
    }
    Ok(())
}

fn validate_mac(mac: MacAddr, steps: u32, key: &KeyPath) -> Checked {
    if !mac.is_unicast() {
        let message = format!("{mac} is not a unicast address");
        return Err(DocumentError::invalid(key.clone(), message));
    }
    match mac.plus(steps) {
        Some(_) => Ok(()),
        None => Err(DocumentError::invalid(
            key.clone(),
            format!("{mac} and the {steps} addresses behind it leave the unicast addresses"),
        )),
    }
}

fn validate_guid(guid: Guid, steps: u32, key: &KeyPath) -> Checked {
    if !guid.is_usable() {
        let message = format!("{guid} cannot be the GUID of a port");
        return Err(DocumentError::invalid(key.clone(), message));
    }
    match guid.plus(steps).filter(|last| last.is_usable()) {
        Some(_) => Ok(()),
        None => Err(DocumentError::invalid(
            key.clone(),
            format!("{guid} and the {steps} GUIDs behind it go past the last usable one"),
        )),
    }
}

/// The kernel takes id, priority and protocol in one message: without an id there is no message.
fn validate_vlan(group: &VfGroup, path: &KeyPath) -> Checked {
    let alone = [("vlanQos", group.vlan_qos.is_some()), ("vlanProto", group.vlan_proto.is_some())];
    match alone.into_iter().find(|(_, given)| *given) {
        Some((name, _)) if group.vlan.is_none() => {
            let error = DocumentError::invalid(path.key(name), "needs vlan beside it");
            Err(error.with_help("give vlan as well; 0 means untagged"))
        }
        _ => Ok(()),
    }
}

fn validate_rates(group: &VfGroup, path: &KeyPath) -> Checked {
    let limit = group.max_tx_rate.filter(|max| *max != TxRate::UNLIMITED);
    match group.min_tx_rate.zip(limit) {
        Some((min, max)) if min > max => Err(DocumentError::invalid(
            path.key("minTxRateMbps"),
            format!("{} is more than maxTxRateMbps: {}", min.mbps(), max.mbps()),
        )),
        _ => Ok(()),
    }
}

fn validate_args(args: &KernelArgs, path: &KeyPath) -> Checked {
    for (name, list) in [("add", &args.add), ("remove", &args.remove)] {
        for (index, arg) in list.iter().enumerate() {
            if !is_argument(arg) {
                let message = format!("{arg:?} is not one kernel argument");
                return Err(DocumentError::invalid(path.key(name).index(index), message));
            }
        }
    }
    match args.add.iter().position(|arg| args.remove.contains(arg)) {
        Some(index) => {
            let key = path.key("add").index(index);
            Err(DocumentError::invalid(key, "is to be added and removed at once"))
        }
        None => Ok(()),
    }
}

/// One word; a value may hold spaces between double quotes, as the kernel reads it.
fn is_argument(text: &str) -> bool {
    let mut quoted = false;
    let fits = text.chars().all(|c| {
        quoted ^= c == '"';
        !c.is_control() && (quoted || !c.is_whitespace())
    });
    fits && !quoted && !text.is_empty() && text.len() <= 1024
}
