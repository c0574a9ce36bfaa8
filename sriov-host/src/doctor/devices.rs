use super::Check;
use crate::inventory::{NodeInventory, ObserveOptions, PfInventory, observe};
use crate::seam::Host;
use crate::{PciAddress, VfCount};

const SYSFS: &str = "sysfs";

/// What the devices themselves say.
pub(super) fn checks(host: &dyn Host) -> Vec<Check> {
    let inventory = match observe(host, ObserveOptions::default()) {
        Ok(inventory) => inventory,
        Err(error) => {
            let help = "run as root; in a container mount the host's /sys and pass `--root`";
            let help = Some(help.to_owned());
            return vec![Check { help, ..Check::unknown(SYSFS, &error) }];
        }
    };
    let pfs = inventory.pfs.iter().filter(|pf| is_sriov(pf));
    let pfs: Vec<&PfInventory> = pfs.collect();
    vec![
        readable(&inventory),
        found(&inventory, &pfs),
        drivers(&pfs),
        devlink(&pfs),
        interrupted(&pfs),
        autoprobe(&pfs),
        super::process::locks(host, pfs.iter().map(|pf| pf.pci)),
    ]
}

fn is_sriov(pf: &PfInventory) -> bool {
    pf.total_vfs.is_some_and(|total| total > VfCount::ZERO)
}

fn readable(inventory: &NodeInventory) -> Check {
    let problems: Vec<String> = inventory.problems.iter().map(ToString::to_string).collect();
    if problems.is_empty() {
        return Check::good(SYSFS, "devices and links can be read");
    }
    Check::bad(SYSFS, problems.join("; "), "`sriovctl explain SRIOV-H029` tells more")
}

fn found(inventory: &NodeInventory, pfs: &[&PfInventory]) -> Check {
    let (all, able) = (inventory.pfs.len(), pfs.len());
    let message = format!("{able} of {all} network devices can have VFs");
    let help = "enable SR-IOV in the BIOS and in the card's firmware: \
                `sriovctl explain SRIOV-H023`";
    Check::of("sriov-pfs", able > 0, message, help)
}

fn drivers(pfs: &[&PfInventory]) -> Check {
    let without = |pf: &PfInventory| pf.driver.is_none();
    let help = "load the PF's driver: `sriovctl explain SRIOV-H024`";
    over("pf-drivers", pfs, without, "every PF has its driver", "no driver is bound to", help)
}

fn devlink(pfs: &[&PfInventory]) -> Check {
    let unknown = pfs.iter().find_map(|pf| Some((pf.pci, pf.eswitch_unknown.as_ref()?)));
    match unknown {
        None => Check::good("devlink", "eswitch modes can be read, or there are none"),
        Some((pci, why)) => {
            let help = "run as root in the host's namespaces";
            Check::bad("devlink", format!("{pci}: {why}"), help)
        }
    }
}

fn interrupted(pfs: &[&PfInventory]) -> Check {
    let owes = |pf: &PfInventory| pf.owed.is_some();
    let help = "apply the configuration again: it finishes what was begun";
    let good = "no creation of VFs was interrupted";
    over("interrupted-creations", pfs, owes, good, "VFs were left half made on", help)
}

fn autoprobe(pfs: &[&PfInventory]) -> Check {
    let off = |pf: &PfInventory| pf.drivers_autoprobe == Some(false);
    let help = "new VFs get no driver by themselves: write 1 to `sriov_drivers_autoprobe` unless \
                that is wanted";
    let good = "the kernel probes drivers for new VFs";
    over("autoprobe", pfs, off, good, "`sriov_drivers_autoprobe` is 0 on", help)
}

/// One check over all PFs, which names those that fail it.
fn over(
    id: &'static str,
    pfs: &[&PfInventory],
    fails: impl Fn(&PfInventory) -> bool,
    good: &str,
    bad: &str,
    help: &str,
) -> Check {
    let failing: Vec<PciAddress> = pfs.iter().filter(|pf| fails(pf)).map(|pf| pf.pci).collect();
    if failing.is_empty() {
        return Check::good(id, good);
    }
    let names: Vec<String> = failing.iter().map(ToString::to_string).collect();
    Check::bad(id, format!("{bad} {}", names.join(", ")), help)
}
