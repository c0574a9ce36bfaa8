//! udev's database, as far as it tells whether a netdev's name is final.

use std::time::Duration;

use crate::inventory::optional;
use crate::seam::{HostPath, Sysfs, SysfsError};
use crate::{IfIndex, PciAddress};

/// Whether udev runs on this host.
pub(crate) fn is_running(host: &dyn Sysfs) -> Result<bool, SysfsError> {
    // The daemon keeps its control socket here as long as it runs.
    let names = optional(host.list(&HostPath::new("run/udev")))?.unwrap_or_default();
    Ok(names.iter().any(|name| name == "control"))
}

/// What udev has written about a netdev.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Record {
    initialized: Option<Duration>,
    renaming: bool,
    path: Option<String>,
}

/// The record of a netdev; `None` until udev has handled it for the first time.
pub(super) fn record(host: &dyn Sysfs, index: IfIndex) -> Result<Option<Record>, SysfsError> {
    let path = HostPath::new(format!("run/udev/data/n{index}"));
    Ok(optional(host.read(&path))?.map(|text| parse(&text)))
}

/// Lines are `I:usec`, `E:KEY=value` and others that do not matter here.
fn parse(text: &str) -> Record {
    let mut record = Record::default();
    for line in text.lines() {
        if let Some(usec) = line.strip_prefix("I:") {
            record.initialized = usec.parse().ok().map(Duration::from_micros);
        } else if let Some(value) = line.strip_prefix("E:ID_RENAMING=") {
            record.renaming = value == "1";
        } else if let Some(value) = line.strip_prefix("E:ID_PATH=") {
            record.path = Some(value.to_owned());
        }
    }
    record
}

impl Record {
    /// Whether it speaks of this VF since this moment, and udev is done.
    ///
    /// Interface indexes are used again: an old record may be another device's.
    pub(super) fn settles(&self, pci: PciAddress, since: Option<Duration>) -> bool {
        let fresh = match (self.initialized, since) {
            (Some(initialized), Some(since)) => initialized >= since,
            (Some(_), None) => true,
            (None, _) => false,
        };
        let same = self.path.as_ref().is_none_or(|path| path.contains(&pci.to_string()));
        fresh && same && !self.renaming
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = "I:20500000\nE:ID_NET_NAME=enp1s16\nE:ID_PATH=pci-0000:01:10.0\nG:systemd";

    #[test]
    fn a_record_counts_only_for_its_own_device_and_time() {
        let pci: PciAddress = "0000:01:10.0".parse().unwrap();
        let record = parse(RECORD);
        assert!(record.settles(pci, None));
        assert!(record.settles(pci, Some(Duration::from_secs(20))));
        assert!(!record.settles(pci, Some(Duration::from_secs(21))), "from before the bind");
        assert!(!record.settles("0000:01:10.2".parse().unwrap(), None), "another device's");
    }

    #[test]
    fn a_rename_under_way_is_not_settled() {
        let record = parse(&format!("{RECORD}\nE:ID_RENAMING=1"));
        assert!(!record.settles("0000:01:10.0".parse().unwrap(), None));
        assert!(!parse("").settles("0000:01:10.0".parse().unwrap(), None), "not initialised");
    }
}
