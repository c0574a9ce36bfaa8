use sriov_host::netlink::{Attribute, Malformed};
use sriov_host::seam::RdmaCounter;

use super::field::{attributes, lossy};
use super::number::{
    STAT_HWCOUNTER_ENTRY, STAT_HWCOUNTER_ENTRY_NAME, STAT_HWCOUNTER_ENTRY_VALUE, STAT_HWCOUNTERS,
};

/// Decodes the hardware counters of a port.
///
/// # Errors
///
/// [`Malformed`], also if there is no list of counters at all: that is not "none".
pub fn decode_counters(payload: &[u8]) -> Result<Vec<RdmaCounter>, Malformed> {
    let mut counters = None;
    for attribute in attributes(payload) {
        let attribute = attribute?;
        if attribute.kind == STAT_HWCOUNTERS {
            let counters: &mut Vec<_> = counters.get_or_insert_default();
            for entry in attribute.attributes() {
                let entry = entry?;
                if entry.kind == STAT_HWCOUNTER_ENTRY {
                    counters.push(counter(&entry)?);
                }
            }
        }
    }
    counters.ok_or(Malformed::new(payload.len(), "the list of the counters"))
}

fn counter(entry: &Attribute<'_>) -> Result<RdmaCounter, Malformed> {
    let (mut name, mut value) = (None, None);
    for attribute in entry.attributes() {
        let attribute = attribute?;
        match attribute.kind {
            STAT_HWCOUNTER_ENTRY_NAME => name = Some(lossy(&attribute)),
            STAT_HWCOUNTER_ENTRY_VALUE => value = Some(attribute.u64()?),
            _ => {}
        }
    }
    let missing = |problem| move || entry.malformed(problem);
    Ok(RdmaCounter {
        name: name.ok_or_else(missing("the name of a counter"))?,
        value: value.ok_or_else(missing("the value of a counter"))?,
    })
}
