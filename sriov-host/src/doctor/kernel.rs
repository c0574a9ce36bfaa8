use super::Check;
use crate::inventory::optional;
use crate::readiness::is_udev_running;
use crate::seam::{Host, HostPath, Sysfs};

/// What the kernel and udev have to offer.
pub(super) fn checks(host: &dyn Host) -> Vec<Check> {
    vec![iommu(host), vfio(host), udev(host), rtnetlink(host), events(host), lockdown(host)]
}

fn iommu(host: &dyn Sysfs) -> Check {
    const ID: &str = "iommu";
    match optional(host.list(&HostPath::new("sys/kernel/iommu_groups"))) {
        Err(error) => Check::unknown(ID, &error),
        Ok(groups) => {
            let count = groups.unwrap_or_default().len();
            let help = "vfio-pci needs it: enable VT-d or AMD-Vi in the BIOS, and boot with \
                        `intel_iommu=on` on Intel";
            let message = match count {
                0 => "there is no IOMMU, or it is off".to_owned(),
                count => format!("{count} groups"),
            };
            Check::of(ID, count > 0, message, help)
        }
    }
}

fn vfio(host: &dyn Sysfs) -> Check {
    const ID: &str = "vfio-pci";
    match optional(host.list(&HostPath::new("sys/bus/pci/drivers/vfio-pci"))) {
        Err(error) => Check::unknown(ID, &error),
        Ok(Some(_)) => Check::good(ID, "the driver is loaded"),
        Ok(None) => {
            let help = "needed for VFs of virtual machines and DPDK only: `modprobe vfio-pci`";
            Check::bad(ID, "the driver is not loaded", help)
        }
    }
}

fn udev(host: &dyn Sysfs) -> Check {
    const ID: &str = "udev";
    let help = "names of netdevs count as final when they have not changed for a moment; in a \
                container mount the host's /run/udev";
    match is_udev_running(host) {
        Err(error) => Check::unknown(ID, &error),
        Ok(true) => Check::good(ID, "running"),
        Ok(false) => Check::bad(ID, "not running, or not visible from here", help),
    }
}

fn rtnetlink(host: &dyn Host) -> Check {
    const ID: &str = "rtnetlink";
    match host.links() {
        Ok(links) => Check::good(ID, format!("{} links in this network namespace", links.len())),
        Err(error) => Check::unknown(ID, &error),
    }
}

fn events(host: &dyn Host) -> Check {
    const ID: &str = "events";
    match host.subscribe() {
        Ok(_) => Check::good(ID, "device events can be received"),
        Err(error) => {
            let help = Some("`sriovctl explain SRIOV-H083` tells more".to_owned());
            Check { help, ..Check::unknown(ID, &error) }
        }
    }
}

/// Never a fault by itself, but good to know before firmware tools fail.
fn lockdown(host: &dyn Sysfs) -> Check {
    const ID: &str = "lockdown";
    let text = optional(host.read(&HostPath::new("sys/kernel/security/lockdown")));
    let text = text.ok().flatten().unwrap_or_default();
    let mode = bracketed(&text).unwrap_or("unknown");
    let restricts = matches!(mode, "integrity" | "confidentiality");
    let help = "firmware tools have no access to PCI configuration space; VFs are not concerned";
    Check { help: restricts.then(|| help.to_owned()), ..Check::good(ID, mode) }
}

/// The chosen one of `none [integrity] confidentiality`.
fn bracketed(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('[')?;
    rest.split_once(']').map(|(mode, _)| mode)
}

#[cfg(test)]
mod tests {
    use super::bracketed;

    #[test]
    fn the_mode_in_brackets_is_the_one() {
        assert_eq!(bracketed("none [integrity] confidentiality"), Some("integrity"));
        assert_eq!(bracketed("[none] integrity confidentiality\n"), Some("none"));
        assert_eq!(bracketed(""), None);
    }
}
