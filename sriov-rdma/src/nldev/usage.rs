use std::collections::BTreeMap;

use sriov_host::netlink::{Attributes, Malformed};
use sriov_host::seam::{RdmaOwner, RdmaResource};

use super::field::{attributes, lossy};
use super::number::{
    OWNER_TABLES, RES_KERN_NAME, RES_PID, RES_SUMMARY, RES_SUMMARY_ENTRY, RES_SUMMARY_ENTRY_CURR,
    RES_SUMMARY_ENTRY_NAME,
};

/// Decodes how much is allocated on a device, by kind.
///
/// # Errors
///
/// [`Malformed`], also if there is no summary at all: that is not "nothing".
pub fn decode_usage(payload: &[u8]) -> Result<BTreeMap<String, u64>, Malformed> {
    let mut counts = None;
    for attribute in attributes(payload) {
        let attribute = attribute?;
        if attribute.kind == RES_SUMMARY {
            let counts: &mut BTreeMap<_, _> = counts.get_or_insert_default();
            for entry in attribute.attributes() {
                let entry = entry?;
                if entry.kind == RES_SUMMARY_ENTRY {
                    let (name, count) = count(entry.attributes())?;
                    let missing = |problem| move || entry.malformed(problem);
                    let name = name.ok_or_else(missing("the name of a kind of resource"))?;
                    counts.insert(name, count.ok_or_else(missing("how many there are"))?);
                }
            }
        }
    }
    counts.ok_or(Malformed::new(payload.len(), "the summary of the resources"))
}

fn count(entry: Attributes<'_>) -> Result<(Option<String>, Option<u64>), Malformed> {
    let (mut name, mut count) = (None, None);
    for attribute in entry {
        let attribute = attribute?;
        match attribute.kind {
            RES_SUMMARY_ENTRY_NAME => name = Some(lossy(&attribute)),
            RES_SUMMARY_ENTRY_CURR => count = Some(attribute.u64()?),
            _ => {}
        }
    }
    Ok((name, count))
}

/// Decodes who holds resources of a device. What is held follows from the attribute that lists it.
///
/// # Errors
///
/// [`Malformed`].
pub fn decode_owners(payload: &[u8]) -> Result<Vec<RdmaOwner>, Malformed> {
    let mut owners = Vec::new();
    for attribute in attributes(payload) {
        let attribute = attribute?;
        let Some(kind) = OWNER_TABLES.iter().find(|kind| kind.table == attribute.kind) else {
            continue;
        };
        for entry in attribute.attributes() {
            let entry = entry?;
            if entry.kind == kind.entry {
                owners.push(owner(kind.resource, entry.attributes())?);
            }
        }
    }
    Ok(owners)
}

fn owner(resource: RdmaResource, entry: Attributes<'_>) -> Result<RdmaOwner, Malformed> {
    let mut owner = RdmaOwner { resource, pid: None, kernel: None };
    for attribute in entry {
        let attribute = attribute?;
        match attribute.kind {
            RES_PID => owner.pid = Some(attribute.u32()?),
            RES_KERN_NAME => owner.kernel = Some(lossy(&attribute)),
            _ => {}
        }
    }
    Ok(owner)
}
