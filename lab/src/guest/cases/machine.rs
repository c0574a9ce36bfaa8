//! What the other cases take for granted of the machine.

use super::super::case::{Case, Done, holds, same};
use super::super::probe::Changes;
use super::super::udev::{self, Udev};
use super::super::uevents::Uevents;
use super::super::{exec, nic, sys};

pub(super) const CASES: &[Case] = &[
    Case::new("igb", "machine_igb_creates_and_binds_seven_vfs", seven_vfs),
    Case::new("igb", "machine_counts_changes", changes),
    Case::new("igb", "machine_udev_renames_vfs", udev_renames),
    Case::new("iommu", "machine_iommu_puts_each_vf_in_a_group", groups),
    Case::new("netdevsim", "machine_netdevsim_shows_vfs", netdevsim),
];

fn seven_vfs() -> Done {
    sys::write(nic::attribute(nic::PF, "sriov_numvfs"), "7")?;
    let drivers: Vec<_> = nic::vfs(nic::PF).iter().map(|vf| nic::driver(vf)).collect();
    same("drivers of the VFs", &drivers, &vec![Some("igbvf".to_owned()); nic::TOTAL_VFS.into()])
}

/// Counters that never count would prove nothing in the cases that want them at zero.
fn changes() -> Done {
    let uevents = Uevents::subscribe()?;
    let changes = Changes::counted()?;
    changes.none()?;
    sys::write(nic::attribute(nic::PF, "sriov_numvfs"), "1")?;
    let name = nic::netdev(nic::PF).unwrap_or_default();
    exec::done(&["/bin/ip", "link", "set", "dev", &name, "vf", "0", "trust", "on"])?;
    exec::run(&["/bin/ip", "link", "add", "type", "nosuchtype"])?;
    let counted: Vec<String> = changes.so_far()?.into_keys().collect();
    for kind in ["sysfs_write", "netlink_new", "module_request"] {
        holds(
            || format!("{kind} was not counted, only {counted:?}"),
            counted.iter().any(|k| k == kind),
        )?;
    }
    let heard = uevents.so_far()?;
    holds(
        || format!("no VF announced in {heard:?}"),
        heard.iter().any(|e| e.ends_with("0000:01:10.0")),
    )?;
    Ok(())
}

fn udev_renames() -> Done {
    let _udev = Udev::start("")?;
    sys::write(nic::attribute(nic::PF, "sriov_numvfs"), "2")?;
    udev::settle()?;
    let names: Vec<_> = nic::vfs(nic::PF).iter().filter_map(|vf| nic::netdev(vf)).collect();
    same("names of the VFs", &names, &vec!["enp1s0v0".to_owned(), "enp1s0v1".to_owned()])
}

fn groups() -> Done {
    sys::write(nic::attribute(nic::PF, "sriov_numvfs"), "2")?;
    let groups: Vec<_> = nic::vfs(nic::PF)
        .iter()
        .map(|vf| sys::link_name(nic::attribute(vf, "iommu_group")))
        .collect();
    same("VFs with a group of their own", &groups.iter().flatten().count(), &2)
}

fn netdevsim() -> Done {
    sys::write("/sys/bus/netdevsim/new_device", "1 1")?;
    sys::write("/sys/bus/netdevsim/devices/netdevsim1/sriov_numvfs", "3")?;
    let name = sys::names("/sys/bus/netdevsim/devices/netdevsim1/net").join(" ");
    let shown = exec::run(&["/bin/ip", "-j", "-d", "link", "show", "dev", &name])?;
    let list =
        shown.json()?.pointer("/0/vfinfo_list").and_then(|list| list.as_array().map(Vec::len));
    sys::write("/sys/bus/netdevsim/del_device", "1")?;
    same("VFs that ip shows", &list, &Some(3))
}
